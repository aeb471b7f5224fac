//! Deleting an account: a hold in which it can be taken back, then everything goes.

use time::Duration;

/// For how long a deletion can be taken back.
pub(crate) const HOLD: Duration = Duration::days(30);
