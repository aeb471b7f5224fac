//! JSON in its one canonical form (RFC 8785): no spaces, keys in the order of their UTF-16 code
//! units, the shortest escapes.
//!
//! Numbers are written as `serde_json` writes them, which is the form of RFC 8785 for integers.

use serde_json::Value;

/// The canonical text of a value.
pub(crate) fn canonical(value: &Value) -> String {
    let mut text = String::new();
    write(value, &mut text);
    text
}

fn write(value: &Value, text: &mut String) {
    match value {
        Value::Array(items) => {
            text.push('[');
            for (index, item) in items.iter().enumerate() {
                if index > 0 {
                    text.push(',');
                }
                write(item, text);
            }
            text.push(']');
        }
        Value::Object(members) => {
            let mut members: Vec<_> = members.iter().collect();
            members.sort_by(|(a, _), (b, _)| a.encode_utf16().cmp(b.encode_utf16()));
            text.push('{');
            for (index, (key, member)) in members.into_iter().enumerate() {
                if index > 0 {
                    text.push(',');
                }
                text.push_str(&Value::from(key.as_str()).to_string());
                text.push(':');
                write(member, text);
            }
            text.push('}');
        }
        plain => text.push_str(&plain.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::canonical;

    #[test]
    fn keys_are_sorted_as_the_standard_says() {
        // The example of RFC 8785, 3.2.3, without its numbers.
        let value = json!({
            "\u{20ac}": "Euro Sign", "\r": "Carriage Return", "\u{fb33}": "Hebrew Letter Dalet With Dagesh",
            "1": "One", "\u{1f600}": "Emoji: Grinning Face", "\u{80}": "Control", "\u{f6}": "Latin Small Letter O With Diaeresis",
        });
        let keys: Vec<String> =
            ["\r", "1", "\u{80}", "\u{f6}", "\u{20ac}", "\u{1f600}", "\u{fb33}"]
                .iter()
                .map(|key| json!(key).to_string())
                .collect();
        let text = canonical(&value);
        let places: Vec<usize> =
            keys.iter().map(|key| text.find(&format!("{key}:")).unwrap()).collect();
        assert!(places.is_sorted(), "{text}");
    }

    #[test]
    fn everything_has_one_form() {
        let value =
            json!({ "b": [1, -2, true, null, {}], "a": { "d": "\u{8}\u{1f}\"\\/é", "c": [] } });
        let expected =
            "{\"a\":{\"c\":[],\"d\":\"\\b\\u001f\\\"\\\\/é\"},\"b\":[1,-2,true,null,{}]}";
        assert_eq!(canonical(&value), expected);
    }
}
