use axum::http::{HeaderMap, HeaderValue, header};

/// A content encoding of files that are compressed beforehand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Encoding {
    Brotli,
    Gzip,
}

impl Encoding {
    pub(super) fn extension(self) -> &'static str {
        match self {
            Self::Brotli => "br",
            Self::Gzip => "gz",
        }
    }

    pub(super) fn token(self) -> HeaderValue {
        match self {
            Self::Brotli => HeaderValue::from_static("br"),
            Self::Gzip => HeaderValue::from_static("gzip"),
        }
    }
}

/// Encodings that the client takes, smallest result first.
pub(super) fn accepted(headers: &HeaderMap) -> impl Iterator<Item = Encoding> {
    let text = headers
        .get_all(header::ACCEPT_ENCODING)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .collect::<Vec<_>>()
        .join(",");
    [Encoding::Brotli, Encoding::Gzip].into_iter().filter(move |encoding| {
        let name = match encoding {
            Encoding::Brotli => "br",
            Encoding::Gzip => "gzip",
        };
        text.split(',').any(|item| accepts(item, name))
    })
}

fn accepts(item: &str, name: &str) -> bool {
    let mut parts = item.split(';').map(str::trim);
    let named = parts.next().is_some_and(|token| token.eq_ignore_ascii_case(name));
    let refused = parts
        .filter_map(|parameter| parameter.strip_prefix("q="))
        .any(|weight| weight.parse::<f32>().is_ok_and(|weight| weight <= 0.0));
    named && !refused
}

#[cfg(test)]
mod tests {
    use axum::http::{HeaderMap, HeaderValue, header};

    use super::{Encoding, accepted};

    #[test]
    fn the_smallest_encoding_that_is_accepted_comes_first() {
        let cases: [(&str, &[Encoding]); 5] = [
            ("gzip, deflate, br", &[Encoding::Brotli, Encoding::Gzip]),
            ("gzip;q=0.5", &[Encoding::Gzip]),
            ("br;q=0, gzip", &[Encoding::Gzip]),
            ("identity", &[]),
            ("", &[]),
        ];
        for (text, expected) in cases {
            let headers =
                HeaderMap::from_iter([(header::ACCEPT_ENCODING, HeaderValue::from_static(text))]);
            assert_eq!(accepted(&headers).collect::<Vec<_>>(), expected, "{text}");
        }
    }
}
