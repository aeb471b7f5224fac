//! Times in the forms of XML Schema.

use time::{OffsetDateTime, format_description::BorrowedFormatItem, macros::format_description};

/// `xs:duration` of microseconds, such as `PT2.5S`.
pub(super) fn duration(microseconds: u64) -> String {
    let (seconds, rest) = (microseconds / 1_000_000, microseconds % 1_000_000);
    let fraction = format!("{rest:06}");
    match fraction.trim_end_matches('0') {
        "" => format!("PT{seconds}S"),
        fraction => format!("PT{seconds}.{fraction}S"),
    }
}

/// `xs:dateTime` in UTC of microseconds since 1970.
pub(super) fn date_time(unix_microseconds: i64) -> String {
    const FORMAT: &[BorrowedFormatItem<'_>] =
        format_description!("[year]-[month]-[day]T[hour]:[minute]:[second].[subsecond digits:6]Z");
    let time = OffsetDateTime::from_unix_timestamp_nanos(i128::from(unix_microseconds) * 1_000);
    // Out of range only past the year 9999, where there is no date to print.
    time.ok().and_then(|time| time.format(FORMAT).ok()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_and_dates_are_those_of_xml_schema() {
        assert_eq!(duration(0), "PT0S");
        assert_eq!(duration(2_500_000), "PT2.5S");
        assert_eq!(duration(10_000_001), "PT10.000001S");
        assert_eq!(date_time(1_795_437_296_123_456), "2026-11-23T12:34:56.123456Z");
    }
}
