//! Signed checkpoints of the tree over the audit log (C2SP tlog-checkpoint, in a signed note).
//!
//! A log is known by its key: the first line of a checkpoint, its origin, ends in the key's
//! thumbprint and is the name that signs.

use std::fmt;

use aws_lc_rs::digest::{SHA256, digest};
use aws_lc_rs::signature::{ED25519, Ed25519KeyPair, KeyPair, ParsedPublicKey};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use super::merkle::Hash;

/// Signature algorithm of signed notes: Ed25519.
const ED25519_NOTE: u8 = 1;
/// What the signature lines of a note begin with.
const DASH: &str = "\u{2014} ";

/// The size and root of the tree at some time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Checkpoint {
    pub(crate) size: u64,
    pub(crate) root: Hash,
}

/// The key that signs checkpoints.
pub(crate) struct CheckpointKey {
    pair: Ed25519KeyPair,
    public: CheckpointPublicKey,
}

/// The key that verifies checkpoints: the text form is that of signed notes, `name+id+key`.
#[derive(Clone, PartialEq, Eq)]
pub struct CheckpointPublicKey {
    origin: String,
    key: [u8; 32],
}

/// A checkpoint cannot be believed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CheckpointRefused {
    /// It has another form.
    #[error("it is not a checkpoint: an origin, a size, a root, an empty line and signatures")]
    Form,
    /// No known key signed it.
    #[error("it carries no signature of a known key; is it of this log, and was it changed?")]
    Signature,
}

/// A text is not a public key of a log.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("not the public key of an audit log; `nexus audit key` shows it")]
pub struct NotAKey;

impl CheckpointKey {
    /// The key of a seed of 32 bytes.
    pub(crate) fn from_seed(seed: &[u8]) -> Option<Self> {
        let pair = Ed25519KeyPair::from_seed_unchecked(seed).ok()?;
        let key: [u8; 32] = pair.public_key().as_ref().try_into().ok()?;
        Some(Self { pair, public: CheckpointPublicKey::new(key) })
    }

    pub(crate) fn public(&self) -> &CheckpointPublicKey {
        &self.public
    }

    /// The signed note of a checkpoint.
    pub(crate) fn sign(&self, checkpoint: &Checkpoint) -> String {
        let origin = &self.public.origin;
        let root = STANDARD.encode(checkpoint.root);
        let body = format!("{origin}\n{}\n{root}\n", checkpoint.size);
        let mut signature = self.public.id().to_vec();
        signature.extend_from_slice(self.pair.sign(body.as_bytes()).as_ref());
        format!("{body}\n{DASH}{origin} {}\n", STANDARD.encode(signature))
    }
}

impl CheckpointPublicKey {
    fn new(key: [u8; 32]) -> Self {
        let hash = digest(&SHA256, &key);
        let mut thumbprint = [0; 8];
        thumbprint.copy_from_slice(&hash.as_ref()[..8]);
        let thumbprint = u64::from_be_bytes(thumbprint);
        Self { origin: format!("nexus-cos/audit/{thumbprint:016x}"), key }
    }

    /// Reads the text form.
    pub fn parse(text: &str) -> Result<Self, NotAKey> {
        let mut parts = text.trim().splitn(3, '+');
        let (Some(origin), Some(_), Some(key)) = (parts.next(), parts.next(), parts.next()) else {
            return Err(NotAKey);
        };
        let bytes = STANDARD.decode(key).map_err(|_| NotAKey)?;
        let key: [u8; 32] = match bytes.split_first() {
            Some((&ED25519_NOTE, key)) => key.try_into().map_err(|_| NotAKey)?,
            _ => return Err(NotAKey),
        };
        let read = Self { origin: origin.to_owned(), key };
        if read.to_string() == text.trim() { Ok(read) } else { Err(NotAKey) }
    }

    /// Names the key in signatures: four bytes of a hash over name and key.
    fn id(&self) -> [u8; 4] {
        let named = [self.origin.as_bytes(), b"\n", &[ED25519_NOTE], &self.key].concat();
        let hash = digest(&SHA256, &named);
        let mut id = [0; 4];
        id.copy_from_slice(&hash.as_ref()[..4]);
        id
    }

    fn has_signed(&self, body: &str, name: &str, signature: &[u8]) -> bool {
        let Some((id, signature)) = signature.split_at_checked(4) else { return false };
        name == self.origin
            && id == self.id()
            && ParsedPublicKey::new(&ED25519, self.key)
                .is_ok_and(|key| key.verify_sig(body.as_bytes(), signature).is_ok())
    }
}

impl fmt::Display for CheckpointPublicKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let id = u32::from_be_bytes(self.id());
        let key = STANDARD.encode([&[ED25519_NOTE], &self.key[..]].concat());
        write!(f, "{}+{id:08x}+{key}", self.origin)
    }
}

impl fmt::Debug for CheckpointPublicKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "CheckpointPublicKey({self})")
    }
}

impl Checkpoint {
    /// Reads a note that one of the keys signed.
    pub(crate) fn open(
        note: &str,
        keys: &[CheckpointPublicKey],
    ) -> Result<Self, CheckpointRefused> {
        let (body, signatures) = note.split_once("\n\n").ok_or(CheckpointRefused::Form)?;
        let body = format!("{body}\n");
        let mut lines = body.lines();
        let (Some(origin), Some(size), Some(root)) = (lines.next(), lines.next(), lines.next())
        else {
            return Err(CheckpointRefused::Form);
        };
        let signed = signatures.lines().filter_map(|line| {
            let (name, signature) = line.strip_prefix(DASH)?.split_once(' ')?;
            Some((name, STANDARD.decode(signature).ok()?))
        });
        let mut signed = signed.filter(|(name, _)| *name == origin);
        if !signed
            .any(|(name, signature)| keys.iter().any(|key| key.has_signed(&body, name, &signature)))
        {
            return Err(CheckpointRefused::Signature);
        }
        let root = STANDARD.decode(root).ok().and_then(|root| root.try_into().ok());
        Ok(Self {
            size: size.parse().map_err(|_| CheckpointRefused::Form)?,
            root: root.ok_or(CheckpointRefused::Form)?,
        })
    }
}

/// The notes of a file in which they stand one after the other.
pub(crate) fn notes(text: &str) -> Vec<String> {
    let mut notes = Vec::new();
    let mut note = String::new();
    let mut signed = false;
    for line in text.lines() {
        let signature = line.starts_with(DASH);
        if signed && !signature {
            notes.push(std::mem::take(&mut note));
            signed = false;
        }
        if line.is_empty() && (note.is_empty() || note.ends_with("\n\n")) {
            continue;
        }
        note.push_str(line);
        note.push('\n');
        signed |= signature;
    }
    if !note.is_empty() {
        notes.push(note);
    }
    notes
}

#[cfg(test)]
mod tests {
    use super::{
        Checkpoint, CheckpointKey, CheckpointPublicKey, CheckpointRefused, NotAKey, notes,
    };

    fn key(seed: u8) -> CheckpointKey {
        CheckpointKey::from_seed(&[seed; 32]).unwrap()
    }

    fn checkpoint() -> Checkpoint {
        Checkpoint { size: 42, root: [7; 32] }
    }

    /// The key and the signature were computed apart from this program.
    #[test]
    fn the_form_is_that_of_signed_notes() {
        assert_eq!(
            key(1).public().to_string(),
            "nexus-cos/audit/34750f98bd59fcfc+7d7ba37b+AYqI4910CfGV/VLbLTy6XXLKZwm/HZQSG/N0iAG0D29c"
        );
        assert_eq!(
            key(1).sign(&checkpoint()),
            "nexus-cos/audit/34750f98bd59fcfc\n42\nBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwc=\n\n\u{2014} nexus-cos/audit/34750f98bd59fcfc fXuje8JcgUIGM6fjUZFd9NGw2LBwf31hrm6lJWpsWMYE7dCMxY4caFTbvoO1TYtdDHKH51qv3exDaQh6H5LQnpTHdAQ=\n"
        );
    }

    #[test]
    fn only_untouched_checkpoints_of_known_keys_are_believed() {
        let note = key(1).sign(&checkpoint());
        let keys = [key(2).public().clone(), key(1).public().clone()];
        assert_eq!(Checkpoint::open(&note, &keys), Ok(checkpoint()));
        assert_eq!(Checkpoint::open(&note, &keys[..1]), Err(CheckpointRefused::Signature));
        let twice = format!("{note}{}", note.lines().last().unwrap().replace("audit", "other"));
        assert_eq!(Checkpoint::open(&twice, &keys), Ok(checkpoint()), "others may sign too");
        for (index, character) in note.char_indices() {
            let replacement = if character == 'A' { "B" } else { "A" };
            let mut changed = note.clone();
            changed.replace_range(index..index + character.len_utf8(), replacement);
            if let Ok(read) = Checkpoint::open(&changed, &keys) {
                panic!("{changed} was read as {read:?}");
            }
        }
        for garbage in ["", "\n\n", "a\nb\n\n", "a\n1\nAAAA\n\n\u{2014} a AAAA\n"] {
            assert!(Checkpoint::open(garbage, &keys).is_err(), "{garbage}");
        }
    }

    #[test]
    fn keys_are_read_back() {
        let public = key(1).public().clone();
        assert_eq!(CheckpointPublicKey::parse(&format!(" {public}\n")), Ok(public.clone()));
        let text = public.to_string();
        let other_id = text.replace(text.split('+').nth(1).unwrap(), "00000000");
        for garbage in ["", "a+b+c", "a", &text[..text.len() - 4], &other_id] {
            assert_eq!(CheckpointPublicKey::parse(garbage), Err(NotAKey), "{garbage}");
        }
    }

    #[test]
    fn a_file_holds_many() {
        let all = [key(1).sign(&checkpoint()), key(2).sign(&checkpoint())];
        for between in ["", "\n", "\n\n\n"] {
            assert_eq!(notes(&all.join(between)), all);
        }
        assert!(notes("\n\n").is_empty());
        assert_eq!(notes("half a note").len(), 1);
    }
}
