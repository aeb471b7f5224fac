//! Codes and refresh tokens: the id of a grant and a generation under a MAC.
//!
//! As with refresh tokens of sessions nothing about them is stored but what is good now.

use aws_lc_rs::hmac;
use uuid::Uuid;

use crate::domain::maced;

/// What a handle is for. Each kind has a key of its own, so none can be used as another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum HandleKind {
    /// An authorization code.
    Code,
    /// A refresh token.
    Refresh,
    /// A device code.
    Device,
}

/// What a genuine handle says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Handle {
    /// The grant or device request.
    pub(crate) id: Uuid,
    /// Which refresh token of the grant it is.
    pub(crate) generation: u32,
}

/// Makes and reads handles.
pub(crate) struct Handles {
    code: hmac::Key,
    refresh: hmac::Key,
    device: hmac::Key,
}

impl Handles {
    /// With keys that `derive` makes from labels.
    pub(crate) fn new(derive: impl Fn(&'static str) -> hmac::Key) -> Self {
        Self {
            code: derive("authorization codes, version 1"),
            refresh: derive("refresh tokens of grants, version 1"),
            device: derive("device codes, version 1"),
        }
    }

    /// The handle as it is given to the client.
    pub(crate) fn write(&self, kind: HandleKind, handle: Handle) -> String {
        let mut named = [0; 20];
        named[..16].copy_from_slice(handle.id.as_bytes());
        named[16..].copy_from_slice(&handle.generation.to_be_bytes());
        maced::write(kind.prefix(), &named, self.key(kind))
    }

    /// Reads a handle; `None` when it is not a genuine one of this kind.
    pub(crate) fn read(&self, kind: HandleKind, text: &str) -> Option<Handle> {
        let named = maced::read(kind.prefix(), text, self.key(kind))?;
        let (id, generation) = named.split_at_checked(16)?;
        Some(Handle {
            id: Uuid::from_slice(id).ok()?,
            generation: u32::from_be_bytes(generation.try_into().ok()?),
        })
    }

    fn key(&self, kind: HandleKind) -> &hmac::Key {
        match kind {
            HandleKind::Code => &self.code,
            HandleKind::Refresh => &self.refresh,
            HandleKind::Device => &self.device,
        }
    }
}

impl HandleKind {
    /// What it begins with, for programs that look for leaked secrets.
    pub(crate) const fn prefix(self) -> &'static str {
        match self {
            Self::Code => "nxa_",
            Self::Refresh => "nxg_",
            Self::Device => "nxd_",
        }
    }
}

#[cfg(test)]
mod tests {
    use aws_lc_rs::hmac;
    use uuid::Uuid;

    use super::{Handle, HandleKind, Handles};

    #[test]
    fn a_handle_is_good_for_its_kind_only() {
        let handles = Handles::new(|label| hmac::Key::new(hmac::HMAC_SHA256, label.as_bytes()));
        let handle = Handle { id: Uuid::from_u128(5), generation: 3 };
        let kinds = [HandleKind::Code, HandleKind::Refresh, HandleKind::Device];
        for kind in kinds {
            let text = handles.write(kind, handle);
            assert_eq!(handles.read(kind, &text), Some(handle));
            for other in kinds.into_iter().filter(|other| *other != kind) {
                assert_eq!(handles.read(other, &text), None);
                let renamed = text.replace(kind.prefix(), other.prefix());
                assert_eq!(handles.read(other, &renamed), None);
            }
        }
    }
}
