//! Names of sessions, on the wire and in addresses.

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use rand::Rng as _;
use str0m::IceCreds;

/// Digits that name a thread.
const THREADS: &[u8; 36] = b"0123456789abcdefghijklmnopqrstuvwxyz";
/// Characters of ICE credentials.
const ICE_CHARACTERS: &[u8; 64] =
    b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
/// Characters after the one that names the thread: 90 random bits.
const FRAGMENT: usize = 15;
/// 144 random bits; RFC 8445 §5.3 asks for 128.
const PASSWORD: usize = 24;

/// Threads that can be told apart.
pub(crate) const MAX_THREADS: usize = THREADS.len();

/// A session of one thread. Nobody can guess it, so whoever knows it may end the session.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct SessionId {
    thread: u8,
    random: [u8; 16],
}

impl SessionId {
    /// A new session of this thread.
    pub(super) fn random(thread: usize) -> Self {
        let mut random = [0; 16];
        rand::rng().fill_bytes(&mut random);
        Self { thread: u8::try_from(thread).unwrap_or(u8::MAX), random }
    }

    /// Which thread it lives in.
    pub(super) fn thread(self) -> usize {
        usize::from(self.thread)
    }

    /// Reads what stands in an address.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let bytes = URL_SAFE_NO_PAD.decode(text).ok()?;
        let (thread, random) = bytes.split_first()?;
        Some(Self { thread: *thread, random: random.try_into().ok()? })
    }
}

impl std::fmt::Display for SessionId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let mut bytes = [self.thread; 17];
        bytes[1..].copy_from_slice(&self.random);
        f.write_str(&URL_SAFE_NO_PAD.encode(bytes))
    }
}

impl std::fmt::Debug for SessionId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("SessionId(…)")
    }
}

/// ICE credentials whose first character says which thread the session lives in, for the kernel
/// gives a peer's packets to whichever thread it likes.
pub(super) fn credentials(thread: usize) -> IceCreds {
    let first = THREADS.get(thread).copied().unwrap_or(b'0');
    let ufrag = std::iter::once(char::from(first)).chain(characters().take(FRAGMENT)).collect();
    IceCreds { ufrag, pass: characters().take(PASSWORD).collect() }
}

/// The thread that these credentials name.
pub(super) fn thread_of(ufrag: &str) -> Option<usize> {
    let first = ufrag.bytes().next()?;
    THREADS.iter().position(|digit| *digit == first)
}

fn characters() -> impl Iterator<Item = char> {
    let mut random = rand::rng();
    std::iter::repeat_with(move || {
        let index = random.next_u32() as usize % ICE_CHARACTERS.len();
        char::from(ICE_CHARACTERS.get(index).copied().unwrap_or(b'A'))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_survive_the_address_and_say_nothing_in_logs() {
        let id = SessionId::random(3);
        assert_eq!(SessionId::parse(&id.to_string()), Some(id));
        assert_eq!(id.thread(), 3);
        assert_eq!(format!("{id:?}"), "SessionId(…)");
        for odd in ["", "AA", "not base64 at all", &format!("{id}A")] {
            assert_eq!(SessionId::parse(odd), None, "{odd}");
        }
    }

    #[test]
    fn credentials_name_their_thread() {
        for thread in [0, 9, 35] {
            let credentials = credentials(thread);
            assert_eq!(thread_of(&credentials.ufrag), Some(thread));
            assert_eq!((credentials.ufrag.len(), credentials.pass.len()), (16, 24));
        }
        assert_eq!(thread_of("Zed"), None);
        assert_eq!(thread_of(""), None);
    }
}
