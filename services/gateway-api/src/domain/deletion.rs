//! Deleting an account: a hold in which it can be taken back, then everything goes.

use time::{Duration, OffsetDateTime};

/// For how long a deletion can be taken back.
pub(crate) const HOLD: Duration = Duration::days(30);

/// When an account whose deletion was asked for is erased.
pub(crate) fn erased_at(requested_at: OffsetDateTime) -> OffsetDateTime {
    requested_at + HOLD
}
