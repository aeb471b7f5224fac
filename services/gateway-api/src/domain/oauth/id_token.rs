//! What an id token says.

use api::gateway::SigningAlgorithm;
use aws_lc_rs::digest::{SHA256, SHA512, digest};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use time::Duration;

/// How long a client may take to look at an id token.
pub(crate) const LIFETIME: Duration = Duration::minutes(10);

/// The left half of the hash of an access token (OpenID Connect Core, 3.1.3.6). Ed25519 hashes
/// with SHA-512.
pub(crate) fn at_hash(algorithm: SigningAlgorithm, access_token: &str) -> String {
    let hash = match algorithm {
        SigningAlgorithm::Rs256 => digest(&SHA256, access_token.as_bytes()),
        SigningAlgorithm::EdDsa => digest(&SHA512, access_token.as_bytes()),
    };
    let hash = hash.as_ref();
    URL_SAFE_NO_PAD.encode(&hash[..hash.len() / 2])
}

#[cfg(test)]
mod tests {
    use api::gateway::SigningAlgorithm;

    use super::at_hash;

    /// The example of OpenID Connect Core, A.3.
    #[test]
    fn the_hash_is_that_of_the_specification() {
        let hash = at_hash(SigningAlgorithm::Rs256, "jHkWEdUXMU1BwAsC4vtUsZwnNvTIxEl0z9K3vx5KF0Y");
        assert_eq!(hash, "77QmUPtjPfzWtF2AnpK9RQ");
    }
}
