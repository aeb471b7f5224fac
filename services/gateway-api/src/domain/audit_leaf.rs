//! What the tree over the audit log is made of: the bytes of an entry.
//!
//! The bytes are `nexus-audit-entry/1`, a line feed, and the entry as canonical JSON (RFC 8785)
//! with exactly these members, absent ones as `null`: `action`, `actor`, `address`, `at` (RFC 3339,
//! UTC, six decimals), `details`, `id`, `outcome`, `request_id`, `subject`. The leaf hash is that of
//! RFC 6962.

use serde::{Deserialize, Serialize};
use serde_json::Value;
use time::OffsetDateTime;
use uuid::Uuid;

use super::canonical_json::canonical;
use super::merkle::{self, Hash};

/// Version of the form of the bytes.
const FORM: &str = "nexus-audit-entry/1\n";

/// An entry exactly as it stands in the log: nothing is interpreted, so that no change of a column
/// stays unseen.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Recorded {
    pub(crate) id: Uuid,
    #[serde(with = "microseconds")]
    pub(crate) at: OffsetDateTime,
    pub(crate) actor: Option<Uuid>,
    pub(crate) action: String,
    pub(crate) outcome: String,
    pub(crate) subject: Option<String>,
    pub(crate) address: Option<String>,
    pub(crate) request_id: Option<String>,
    pub(crate) details: Value,
}

impl Recorded {
    /// The leaf hash of the entry.
    pub(crate) fn leaf_hash(&self) -> Result<Hash, serde_json::Error> {
        let text = canonical(&serde_json::to_value(self)?);
        Ok(merkle::leaf_hash(format!("{FORM}{text}").as_bytes()))
    }
}

/// Times to the microsecond, which is what Postgres keeps.
mod microseconds {
    use serde::de::Error as _;
    use serde::ser::Error as _;
    use serde::{Deserialize, Deserializer, Serializer};
    use time::format_description::BorrowedFormatItem;
    use time::format_description::well_known::Rfc3339;
    use time::macros::format_description;
    use time::{OffsetDateTime, UtcOffset};

    const FORMAT: &[BorrowedFormatItem<'_>] =
        format_description!("[year]-[month]-[day]T[hour]:[minute]:[second].[subsecond digits:6]Z");

    pub(super) fn serialize<S: Serializer>(
        at: &OffsetDateTime,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        let text = at.to_offset(UtcOffset::UTC).format(FORMAT).map_err(S::Error::custom)?;
        serializer.serialize_str(&text)
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<OffsetDateTime, D::Error> {
        let text = String::deserialize(deserializer)?;
        OffsetDateTime::parse(&text, &Rfc3339).map_err(D::Error::custom)
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use serde_json::json;
    use time::macros::datetime;
    use uuid::Uuid;

    use super::Recorded;

    pub(crate) fn entry(number: u128) -> Recorded {
        Recorded {
            id: Uuid::from_u128(number),
            at: datetime!(2026-01-02 03:04:05.000678 UTC),
            actor: None,
            action: "session.sign_in".to_owned(),
            outcome: "success".to_owned(),
            subject: Some("user:1".to_owned()),
            address: None,
            request_id: Some("abc".to_owned()),
            details: json!({ "z": 1, "a": "é" }),
        }
    }

    /// The hash was computed apart from this program:
    /// `printf '\0nexus-audit-entry/1\n{"action":…}' | sha256sum`.
    #[test]
    fn the_bytes_of_an_entry_are_fixed() {
        let expected = "8bcf27c4668a12b1418c1717f76ca59f229fdf7e7aa1be16b1d28c7d01149d90";
        let hash = entry(1).leaf_hash().unwrap();
        let (high, low) = hash.split_at(16);
        let hex = [high, low].map(|half| u128::from_be_bytes(half.try_into().unwrap()));
        assert_eq!(format!("{:032x}{:032x}", hex[0], hex[1]), expected);
    }

    #[test]
    fn every_member_counts() {
        let original = entry(1);
        let hash = original.leaf_hash().unwrap();
        let changed = [
            Recorded { id: Uuid::from_u128(2), ..original.clone() },
            Recorded { at: datetime!(2026-01-02 03:04:05.000679 UTC), ..original.clone() },
            Recorded { actor: Some(Uuid::nil()), ..original.clone() },
            Recorded { action: "session.sign_out".to_owned(), ..original.clone() },
            Recorded { outcome: "failure".to_owned(), ..original.clone() },
            Recorded { subject: None, ..original.clone() },
            Recorded { address: Some("192.0.2.1".to_owned()), ..original.clone() },
            Recorded { request_id: Some("null".to_owned()), ..original.clone() },
            Recorded { details: json!({ "z": 1, "a": "e" }), ..original.clone() },
        ];
        for other in changed {
            assert_ne!(other.leaf_hash().unwrap(), hash, "{other:?}");
        }
        let text = serde_json::to_string(&original).unwrap();
        let read: Recorded = serde_json::from_str(&text).unwrap();
        assert_eq!(read, original);
    }
}
