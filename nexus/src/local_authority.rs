//! A certificate authority of this machine: signs the certificate of the local names, so that
//! browsers speak HTTPS and HTTP/2 with `nexus up` as they do in production.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use rcgen::{
    BasicConstraints, CertificateParams, DistinguishedName, DnType, ExtendedKeyUsagePurpose, IsCa,
    Issuer, KeyPair, KeyUsagePurpose, PKCS_ECDSA_P256_SHA256,
};
use time::{Duration, OffsetDateTime};

use crate::home::Home;
use crate::home::private_file;

const AUTHORITY_LIFE: Duration = Duration::days(3650);
const LEAF_LIFE: Duration = Duration::days(90);
/// A certificate that ends sooner than this is made anew at start.
const RENEW_BEFORE: Duration = Duration::days(30);

/// Where the certificate files of a home are.
#[derive(Debug, Clone)]
pub(crate) struct LocalAuthority {
    /// The root certificate that a browser may be told to trust.
    pub(crate) root: PathBuf,
    /// The chain that nginx sends, leaf first.
    pub(crate) chain: PathBuf,
    pub(crate) key: PathBuf,
    /// Whether the root was made by this call.
    pub(crate) new_root: bool,
}

#[derive(Debug, thiserror::Error)]
pub(crate) enum AuthorityError {
    #[error("cannot keep certificates in {}", path.display())]
    Files { path: PathBuf, source: io::Error },
    #[error("cannot make a certificate")]
    Make(#[from] rcgen::Error),
}

impl LocalAuthority {
    pub(crate) fn paths(home: &Home) -> Self {
        Self::in_folder(&home.tls())
    }

    /// The files in the folder of a home that is for them.
    pub(crate) fn in_folder(folder: &Path) -> Self {
        Self {
            root: folder.join("local-authority.pem"),
            chain: folder.join("fullchain.pem"),
            key: folder.join("privkey.pem"),
            new_root: false,
        }
    }

    /// Makes what is missing, about to expire or not for exactly these `names`; keeps the rest.
    pub(crate) fn ensure(
        home: &Home,
        names: &[String],
        now: OffsetDateTime,
    ) -> Result<Self, AuthorityError> {
        let mut files = Self::paths(home);
        let root_key = home.tls().join("local-authority.key");
        let usable = lives(&files.root, now, RENEW_BEFORE + LEAF_LIFE) && root_key.exists();
        if !usable {
            make_root(&files.root, &root_key, now)?;
            files.new_root = true;
        }
        let leaf_usable = lives(&files.chain, now, RENEW_BEFORE)
            && files.key.exists()
            && names_of(&files.chain).is_some_and(|found| found == names);
        if files.new_root || !leaf_usable {
            make_leaf(home, &files, &root_key, names, now)?;
        }
        Ok(files)
    }
}

fn make_root(path: &Path, key_path: &Path, now: OffsetDateTime) -> Result<(), AuthorityError> {
    let key = KeyPair::generate_for(&PKCS_ECDSA_P256_SHA256)?;
    let mut params = CertificateParams::default();
    params.distinguished_name = name("Nexus COS local authority");
    params.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
    params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
    (params.not_before, params.not_after) = (now - Duration::HOUR, now + AUTHORITY_LIFE);
    let certificate = params.self_signed(&key)?;
    write(key_path, key.serialize_pem().as_bytes(), None)?;
    write(path, certificate.pem().as_bytes(), None)?;
    // Browsers and people read the root; only its key is secret.
    readable(path)
}

fn make_leaf(
    home: &Home,
    files: &LocalAuthority,
    root_key: &Path,
    names: &[String],
    now: OffsetDateTime,
) -> Result<(), AuthorityError> {
    let root_key = KeyPair::from_pem(&read(root_key)?)?;
    let issuer = Issuer::from_ca_cert_pem(&read(&files.root)?, root_key)?;
    let key = KeyPair::generate_for(&PKCS_ECDSA_P256_SHA256)?;
    let mut params = CertificateParams::new(names.to_vec())?;
    params.distinguished_name = name(names.first().map_or("nexus", String::as_str));
    params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
    params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
    params.use_authority_key_identifier_extension = true;
    (params.not_before, params.not_after) = (now - Duration::HOUR, now + LEAF_LIFE);
    let certificate = params.signed_by(&key, &issuer)?;
    write(&files.key, key.serialize_pem().as_bytes(), home.account())?;
    write(&files.chain, certificate.pem().as_bytes(), home.account())?;
    readable(&files.chain)
}

fn name(common: &str) -> DistinguishedName {
    let mut name = DistinguishedName::new();
    name.push(DnType::OrganizationName, "Nexus COS");
    name.push(DnType::CommonName, common);
    name
}

/// Whether the certificate at `path` is valid now and for `margin` longer.
fn lives(path: &Path, now: OffsetDateTime, margin: Duration) -> bool {
    with_certificate(path, |certificate| {
        let validity = certificate.validity();
        validity.not_before.to_datetime() <= now && validity.not_after.to_datetime() >= now + margin
    })
    .unwrap_or(false)
}

fn names_of(path: &Path) -> Option<Vec<String>> {
    use x509_parser::extensions::GeneralName;
    with_certificate(path, |certificate| {
        let names = certificate.subject_alternative_name().ok().flatten();
        let names = names.map(|extension| &extension.value.general_names[..]).unwrap_or_default();
        names
            .iter()
            .filter_map(|name| match name {
                GeneralName::DNSName(name) => Some((*name).to_owned()),
                _ => None,
            })
            .collect()
    })
}

fn with_certificate<T>(
    path: &Path,
    look: impl FnOnce(&x509_parser::certificate::X509Certificate<'_>) -> T,
) -> Option<T> {
    let text = fs::read(path).ok()?;
    let (_, pem) = x509_parser::pem::parse_x509_pem(&text).ok()?;
    let certificate = pem.parse_x509().ok()?;
    Some(look(&certificate))
}

fn read(path: &Path) -> Result<String, AuthorityError> {
    fs::read_to_string(path)
        .map_err(|source| AuthorityError::Files { path: path.to_owned(), source })
}

fn write(
    path: &Path,
    contents: &[u8],
    owner: Option<&crate::home::account::Account>,
) -> Result<(), AuthorityError> {
    private_file::write(path, contents, owner)
        .map_err(|source| AuthorityError::Files { path: path.to_owned(), source })
}

fn readable(path: &Path) -> Result<(), AuthorityError> {
    use std::os::unix::fs::PermissionsExt;
    fs::set_permissions(path, fs::Permissions::from_mode(0o644))
        .map_err(|source| AuthorityError::Files { path: path.to_owned(), source })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names() -> Vec<String> {
        vec!["nexuscos.localhost".into(), "tv.nexuscos.localhost".into()]
    }

    #[test]
    fn certificates_are_kept_until_they_near_their_end() {
        let (_folder, home) = Home::for_test();
        let now = OffsetDateTime::now_utc();
        let files = LocalAuthority::ensure(&home, &names(), now).unwrap();
        assert!(files.new_root);
        assert_eq!(private_file::mode(&files.key).unwrap(), 0o600);
        let (root, chain) = (read(&files.root).unwrap(), read(&files.chain).unwrap());

        let again = LocalAuthority::ensure(&home, &names(), now + Duration::days(59)).unwrap();
        assert!(!again.new_root);
        assert_eq!(read(&files.chain).unwrap(), chain);

        LocalAuthority::ensure(&home, &names(), now + Duration::days(61)).unwrap();
        assert_ne!(read(&files.chain).unwrap(), chain);
        assert_eq!(read(&files.root).unwrap(), root);
    }

    #[test]
    fn other_names_make_another_certificate() {
        let (_folder, home) = Home::for_test();
        let now = OffsetDateTime::now_utc();
        LocalAuthority::ensure(&home, &names(), now).unwrap();
        let other = vec!["studio.localhost".to_owned()];
        let files = LocalAuthority::ensure(&home, &other, now).unwrap();
        assert_eq!(names_of(&files.chain).unwrap(), other);
    }
}
