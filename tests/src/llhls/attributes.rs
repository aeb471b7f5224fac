//! Attribute lists, section 4.2 of the draft, and the values in them.

/// The attributes of one tag, in order.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Attributes(Vec<(String, Value)>);

#[derive(Debug, Clone, PartialEq, Eq)]
enum Value {
    Quoted(String),
    Bare(String),
}

impl Attributes {
    pub(super) fn parse(text: &str) -> Result<Self, String> {
        let mut list: Vec<(String, Value)> = Vec::new();
        let mut rest = text;
        loop {
            let (name, tail) = rest.split_once('=').ok_or(format!("no '=' in {rest:?}"))?;
            let letters = |c: char| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '-';
            if name.is_empty() || !name.chars().all(letters) {
                return Err(format!("{name:?} is no attribute name"));
            }
            if list.iter().any(|(known, _)| known == name) {
                return Err(format!("{name} appears twice"));
            }
            let (value, tail) = take_value(tail)?;
            list.push((name.to_owned(), value));
            if tail.is_empty() {
                return Ok(Self(list));
            }
            rest = tail.strip_prefix(',').ok_or(format!("{tail:?} follows {name}"))?;
        }
    }

    /// A quoted-string.
    pub(super) fn quoted(&self, name: &str) -> Result<Option<String>, String> {
        match self.get(name) {
            None => Ok(None),
            Some(Value::Quoted(text)) => Ok(Some(text.clone())),
            Some(Value::Bare(text)) => Err(format!("{name}={text} must be quoted")),
        }
    }

    /// A value without quotes.
    pub(super) fn bare(&self, name: &str) -> Result<Option<&str>, String> {
        match self.get(name) {
            None => Ok(None),
            Some(Value::Bare(text)) => Ok(Some(text)),
            Some(Value::Quoted(text)) => Err(format!("{name}=\"{text}\" must not be quoted")),
        }
    }

    /// A decimal-floating-point number of seconds, in microseconds.
    pub(super) fn seconds(&self, name: &str) -> Result<Option<i64>, String> {
        let value = self.bare(name)?;
        value.map(|text| micros(text).ok_or(format!("{name}={text} is no number"))).transpose()
    }

    /// A decimal-integer.
    pub(super) fn integer(&self, name: &str) -> Result<Option<u64>, String> {
        let value = self.bare(name)?;
        value.map(|text| integer(text).ok_or(format!("{name}={text} is no integer"))).transpose()
    }

    /// An enumerated-string whose only value is YES.
    pub(super) fn yes(&self, name: &str) -> Result<bool, String> {
        match self.bare(name)? {
            None => Ok(false),
            Some("YES") => Ok(true),
            Some(other) => Err(format!("{name}={other} is not YES")),
        }
    }

    fn get(&self, name: &str) -> Option<&Value> {
        self.0.iter().find(|(known, _)| known == name).map(|(_, value)| value)
    }
}

fn take_value(text: &str) -> Result<(Value, &str), String> {
    if let Some(quoted) = text.strip_prefix('"') {
        let (value, tail) = quoted.split_once('"').ok_or(format!("{text:?} has no end quote"))?;
        return Ok((Value::Quoted(value.to_owned()), tail));
    }
    let end = text.find(',').unwrap_or(text.len());
    let (value, tail) = text.split_at(end);
    if value.is_empty() || value.contains(|c: char| c == '"' || c.is_whitespace()) {
        return Err(format!("{value:?} is no attribute value"));
    }
    Ok((Value::Bare(value.to_owned()), tail))
}

/// A decimal-integer: digits only, up to 2^64 - 1.
pub(super) fn integer(text: &str) -> Option<u64> {
    (!text.is_empty() && text.bytes().all(|b| b.is_ascii_digit())).then(|| text.parse().ok())?
}

/// A decimal-floating-point of seconds as microseconds; digits past the sixth are cut.
pub(super) fn micros(text: &str) -> Option<i64> {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, "0"));
    let whole = i64::try_from(integer(whole)?).ok()?;
    integer(fraction)?;
    let mut digits = fraction.to_owned();
    digits.truncate(6);
    let fraction: i64 = format!("{digits:0<6}").parse().ok()?;
    whole.checked_mul(1_000_000)?.checked_add(fraction)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_every_kind_of_value() {
        let list = Attributes::parse("A-1=YES,B=\"x,y=z\",C=12,D=0.5").unwrap();
        assert_eq!(list.yes("A-1"), Ok(true));
        assert_eq!(list.quoted("B"), Ok(Some("x,y=z".into())));
        assert_eq!(list.integer("C"), Ok(Some(12)));
        assert_eq!(list.seconds("D"), Ok(Some(500_000)));
        assert_eq!(list.seconds("E"), Ok(None));
    }

    #[test]
    fn refuses_what_the_grammar_does_not_allow() {
        for text in ["", "A", "a=1", "A=", "A=\"x", "A=1,,B=2", "A=1,A=2", "A=\"x\"y", "A= 1"] {
            assert!(Attributes::parse(text).is_err(), "{text:?}");
        }
        let list = Attributes::parse("A=\"YES\",B=YES,C=-1,D=1e3,E=NO,F=1.").unwrap();
        assert!(list.yes("A").is_err());
        assert!(list.quoted("B").is_err());
        assert!(list.integer("C").is_err());
        assert!(list.seconds("D").is_err());
        assert!(list.yes("E").is_err());
        assert!(list.seconds("F").is_err());
    }
}
