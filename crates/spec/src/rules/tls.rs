//! The TLS policy is one that Mozilla's guidelines still call sound.

use super::Broken;
use crate::Spec;

pub(super) fn check(spec: &Spec, broken: &mut Vec<Broken>) {
    let tls = &spec.tls;
    for (key, list) in
        [("ciphers", &tls.ciphers), ("curves", &tls.curves), ("issuers", &tls.issuers)]
    {
        if list.is_empty() {
            broken.push(Broken::at(
                &["tls", key],
                format!("`{key}` is empty"),
                "name at least one",
            ));
        }
    }
    for (index, cipher) in tls.ciphers.iter().enumerate() {
        if !is_sound(cipher) {
            broken.push(Broken::at(
                &["tls", "ciphers", &index.to_string()],
                format!("`{cipher}` lacks forward secrecy or authenticated encryption"),
                "use an ECDHE suite with GCM or CHACHA20-POLY1305",
            ));
        }
    }
    for (index, curve) in tls.curves.iter().enumerate() {
        if !["X25519", "prime256v1", "secp384r1"].contains(&curve.as_str()) {
            broken.push(Broken::at(
                &["tls", "curves", &index.to_string()],
                format!("`{curve}` is not a group of the intermediate profile"),
                "use X25519, prime256v1 or secp384r1",
            ));
        }
    }
    if tls.acme {
        broken.push(Broken::at(
            &["tls", "acme"],
            "certificates are placed by hand, never by an ACME client",
            "write `acme: false`",
        ));
    }
    for (key, path) in [("certificate", &tls.certificate), ("key", &tls.key)] {
        if !path.starts_with('/') || path.contains(char::is_whitespace) {
            broken.push(Broken::at(
                &["tls", key],
                format!("`{path}` is not an absolute path"),
                "start it with `/` and leave out spaces",
            ));
        }
    }
}

fn is_sound(cipher: &str) -> bool {
    cipher.starts_with("ECDHE-") && (cipher.contains("-GCM-") || cipher.ends_with("-POLY1305"))
}
