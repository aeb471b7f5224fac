//! Parameters of a query or a form.

use std::collections::BTreeMap;
use std::fmt;

/// See the [module](self). A parameter without a value counts as absent (RFC 6749, 3.1). Values may
/// be secrets: only the names are printed.
#[derive(Clone, Default)]
pub(crate) struct Params(BTreeMap<String, String>);

impl fmt::Debug for Params {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.0.keys()).finish()
    }
}

/// Why parameters are not taken.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum ParamsRefused {
    #[error("the parameter `{0}` comes more than once")]
    Repeated(String),
    #[error("a parameter has a NUL character; leave it out")]
    Nul,
}

impl Params {
    /// Reads `application/x-www-form-urlencoded`.
    pub(crate) fn parse(encoded: &[u8]) -> Result<Self, ParamsRefused> {
        let mut params = BTreeMap::new();
        for (name, value) in url::form_urlencoded::parse(encoded) {
            if name.contains('\0') || value.contains('\0') {
                return Err(ParamsRefused::Nul);
            }
            if params.insert(name.clone().into_owned(), value.into_owned()).is_some() {
                return Err(ParamsRefused::Repeated(name.into_owned()));
            }
        }
        Ok(Self(params))
    }

    pub(crate) fn get(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(String::as_str).filter(|value| !value.is_empty())
    }

    pub(crate) fn owned(&self, name: &str) -> Option<String> {
        self.get(name).map(str::to_owned)
    }

    /// The parameters as a query.
    pub(crate) fn encoded(&self) -> String {
        url::form_urlencoded::Serializer::new(String::new()).extend_pairs(&self.0).finish()
    }

    /// The values of a space-separated list.
    pub(crate) fn list(&self, name: &str) -> Vec<String> {
        let text = self.get(name).unwrap_or_default();
        text.split(' ').filter(|part| !part.is_empty()).map(str::to_owned).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::{Params, ParamsRefused};

    #[test]
    fn values_are_not_printed() {
        let params = Params::parse(b"code=canary&client_secret=canary").unwrap();
        assert_eq!(format!("{params:?}"), r#"{"client_secret", "code"}"#);
    }

    #[test]
    fn a_parameter_comes_once_and_an_empty_one_not_at_all() {
        let params = Params::parse(b"a=1+2&b=&c=%C3%A4").unwrap();
        assert_eq!(params.get("a"), Some("1 2"));
        assert_eq!(params.get("b"), None);
        assert_eq!(params.get("c"), Some("\u{e4}"));
        assert_eq!(params.list("a"), ["1", "2"]);
        assert_eq!(params.encoded(), "a=1+2&b=&c=%C3%A4");
        let twice = Params::parse(b"a=1&b=2&a=1").unwrap_err();
        assert_eq!(twice, ParamsRefused::Repeated("a".to_owned()));
        assert_eq!(Params::parse(b"a=%00").unwrap_err(), ParamsRefused::Nul);
    }
}
