//! Public keys in COSE form (RFC 9053), of the algorithms that authenticators have.

use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_ASN1, ED25519, ParsedPublicKey, RSA_PKCS1_2048_8192_SHA256,
    RsaPublicKeyComponents,
};

use crate::WebauthnError;
use crate::cbor::Reader;

/// The algorithms to ask for, the preferred first, by their COSE numbers: ES256, `EdDSA`, RS256.
pub const ALGORITHMS: [i64; 3] = [ES256, EDDSA, RS256];

const ES256: i64 = -7;
const EDDSA: i64 = -8;
const RS256: i64 = -257;

/// Bytes of the moduli of RSA that signatures are checked for: 2048 to 8192 bits.
const MODULUS: std::ops::RangeInclusive<usize> = 256..=1024;
/// Longest exponent of RSA.
const MAX_EXPONENT: usize = 8;

/// A key that signatures are checked with.
#[derive(Debug)]
pub(crate) enum PublicKey {
    /// A point of P-256 or of Ed25519.
    Curve(ParsedPublicKey),
    /// RSA with PKCS #1 v1.5 padding.
    Rsa { n: Vec<u8>, e: Vec<u8> },
}

/// What the map of a COSE key may hold.
#[derive(Default)]
struct Fields<'a> {
    kty: Option<i64>,
    alg: Option<i64>,
    crv: Option<i64>,
    /// -1 when it is a byte string, -2 and -3.
    bytes: [Option<&'a [u8]>; 3],
}

impl PublicKey {
    /// Reads a COSE key.
    pub(crate) fn read(cose: &[u8]) -> Result<Self, WebauthnError> {
        let fields = Fields::read(cose).ok_or(WebauthnError::Malformed)?;
        fields.key().ok_or(WebauthnError::PublicKey)
    }

    /// Whether the message was signed with the other half of the key.
    pub(crate) fn verify(&self, message: &[u8], signature: &[u8]) -> Result<(), WebauthnError> {
        let verified = match self {
            Self::Curve(key) => key.verify_sig(message, signature),
            Self::Rsa { n, e } => RsaPublicKeyComponents { n, e }.verify(
                &RSA_PKCS1_2048_8192_SHA256,
                message,
                signature,
            ),
        };
        verified.map_err(|_| WebauthnError::Signature)
    }
}

impl<'a> Fields<'a> {
    fn read(cose: &'a [u8]) -> Option<Self> {
        let mut fields = Self::default();
        let mut reader = Reader::new(cose);
        for _ in 0..reader.map()? {
            match reader.integer()? {
                1 => fields.kty = Some(reader.integer()?),
                3 => fields.alg = Some(reader.integer()?),
                // The curve, or the modulus of an RSA key.
                -1 if fields.kty == Some(3) => fields.bytes[0] = Some(reader.bytes()?),
                -1 => fields.crv = Some(reader.integer()?),
                -2 => fields.bytes[1] = Some(reader.bytes()?),
                -3 => fields.bytes[2] = Some(reader.bytes()?),
                _ => reader.skip()?,
            }
        }
        reader.rest().is_empty().then_some(fields)
    }

    fn key(&self) -> Option<PublicKey> {
        let [n, second, third] = self.bytes;
        match (self.kty?, self.alg?, self.crv) {
            (2, ES256, Some(1)) => {
                let (x, y) = (second?, third?);
                let point = [&[4], x, y].concat();
                let whole = x.len() == 32 && y.len() == 32;
                let key = ParsedPublicKey::new(&ECDSA_P256_SHA256_ASN1, &point).ok()?;
                whole.then_some(PublicKey::Curve(key))
            }
            (1, EDDSA, Some(6)) => {
                ParsedPublicKey::new(&ED25519, second?).ok().map(PublicKey::Curve)
            }
            (3, RS256, None) => {
                let (n, e) = (n?, second?);
                let usable = MODULUS.contains(&n.len()) && (1..=MAX_EXPONENT).contains(&e.len());
                usable.then(|| PublicKey::Rsa { n: n.to_vec(), e: e.to_vec() })
            }
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::PublicKey;
    use crate::WebauthnError;

    /// A COSE key: a map with these pairs.
    fn cose(pairs: &[&[u8]]) -> Vec<u8> {
        let mut bytes = vec![0xa0 | u8::try_from(pairs.len()).unwrap()];
        bytes.extend(pairs.concat());
        bytes
    }

    fn bytes_of(label: u8, bytes: &[u8]) -> Vec<u8> {
        let mut pair = vec![label, 0x59];
        pair.extend(u16::try_from(bytes.len()).unwrap().to_be_bytes());
        pair.extend(bytes);
        pair
    }

    #[test]
    fn keys_that_are_none_are_refused_when_they_are_registered() {
        let (x, y) = (bytes_of(0x21, &[1; 32]), bytes_of(0x22, &[2; 32]));
        let off_the_curve = cose(&[b"\x01\x02", b"\x03\x26", b"\x20\x01", &x, &y]);
        let long = bytes_of(0x21, &[1; 33]);
        let too_long = cose(&[b"\x01\x02", b"\x03\x26", b"\x20\x01", &long, &y]);
        let ed448 = cose(&[b"\x01\x01", b"\x03\x27", b"\x20\x07", &bytes_of(0x21, &[1; 57])]);
        let short = bytes_of(0x21, &[1; 31]);
        let ed25519 = cose(&[b"\x01\x01", b"\x03\x27", b"\x20\x06", &short]);
        let (n, e) = (bytes_of(0x20, &[0xff; 128]), bytes_of(0x21, &[1, 0, 1]));
        let rsa_1024 = cose(&[b"\x01\x03", b"\x03\x39\x01\x00", &n, &e]);
        let no_algorithm = cose(&[b"\x01\x02", b"\x20\x01", &x, &y]);
        let hmac = cose(&[b"\x01\x04", b"\x03\x05", &bytes_of(0x20, &[1; 32])]);
        for key in [off_the_curve, too_long, ed448, ed25519, rsa_1024, no_algorithm] {
            assert_eq!(PublicKey::read(&key).err(), Some(WebauthnError::PublicKey), "{key:x?}");
        }
        assert_eq!(PublicKey::read(&hmac).err(), Some(WebauthnError::Malformed));
        assert_eq!(PublicKey::read(b"").err(), Some(WebauthnError::Malformed));
    }
}
