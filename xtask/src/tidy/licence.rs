//! SPDX licence expressions, as far as crates use them: names, AND, OR, WITH, parentheses, and the
//! old `/` for OR.

/// Whether `expression` can be satisfied with licences that `allowed` accepts.
pub(super) fn satisfied(expression: &str, allowed: &dyn Fn(&str) -> bool) -> bool {
    let text = expression.replace('/', " OR ").replace('(', " ( ").replace(')', " ) ");
    let words: Vec<&str> = text.split_whitespace().collect();
    let mut rest = words.as_slice();
    let value = any(&mut rest, allowed);
    value && rest.is_empty()
}

fn any(rest: &mut &[&str], allowed: &dyn Fn(&str) -> bool) -> bool {
    let mut value = all(rest, allowed);
    while rest.first() == Some(&"OR") {
        *rest = &rest[1..];
        value |= all(rest, allowed);
    }
    value
}

fn all(rest: &mut &[&str], allowed: &dyn Fn(&str) -> bool) -> bool {
    let mut value = one(rest, allowed);
    while rest.first() == Some(&"AND") {
        *rest = &rest[1..];
        value &= one(rest, allowed);
    }
    value
}

fn one(rest: &mut &[&str], allowed: &dyn Fn(&str) -> bool) -> bool {
    let Some((&first, after)) = rest.split_first() else { return false };
    *rest = after;
    if first == "(" {
        let value = any(rest, allowed);
        let closed = rest.first() == Some(&")");
        *rest = rest.get(1..).unwrap_or_default();
        return value && closed;
    }
    if rest.first() == Some(&"WITH") {
        let exception = rest.get(1).copied().unwrap_or_default();
        *rest = rest.get(2..).unwrap_or_default();
        // An exception only ever allows more, but which one is named in the list all the same.
        return allowed(&format!("{first} WITH {exception}")) || allowed(first);
    }
    allowed(first)
}

#[cfg(test)]
mod tests {
    use super::satisfied;

    #[test]
    fn expressions() {
        let allowed = |name: &str| ["MIT", "Apache-2.0"].contains(&name);
        for (expression, expected) in [
            ("MIT", true),
            ("GPL-3.0", false),
            ("MIT OR GPL-3.0", true),
            ("MIT/GPL-3.0", true),
            ("MIT AND GPL-3.0", false),
            ("(MIT OR GPL-3.0) AND Apache-2.0", true),
            ("MIT AND (GPL-3.0 OR LGPL-3.0)", false),
            ("Apache-2.0 WITH LLVM-exception", true),
            ("GPL-2.0 WITH Classpath-exception-2.0 OR MIT", true),
            ("(MIT", false),
            ("MIT)", false),
            ("", false),
        ] {
            assert_eq!(satisfied(expression, &allowed), expected, "{expression}");
        }
    }
}
