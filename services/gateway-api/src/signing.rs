//! The keys that sign tokens: kept in the database, sealed; rotated with overlap.

mod key;
mod key_ring;
mod keys;

pub use key::SigningError;
pub(crate) use keys::SigningKeys;
pub use keys::SigningKeysError;
