//! Who holds a TCP port on this machine, from /proc.

use std::fmt;
use std::fs;
use std::io::ErrorKind;
use std::net::{Ipv4Addr, Ipv6Addr, TcpListener};
use std::path::Path;

/// A process that listens on a port. What another user's process is can only be seen by root.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Holder {
    Process { pid: i32, command: String },
    OfUser { uid: u32 },
    Unknown,
}

impl fmt::Display for Holder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Process { pid, command } => write!(f, "{command} (pid {pid})"),
            Self::OfUser { uid } => write!(f, "a process of user {uid}"),
            Self::Unknown => write!(f, "a process that cannot be seen from here"),
        }
    }
}

/// The holder of `port` on loopback, or `None` when it is free.
pub(crate) fn holder(port: u16) -> Option<Holder> {
    match TcpListener::bind((Ipv4Addr::LOCALHOST, port)) {
        Err(error) if error.kind() == ErrorKind::AddrInUse => Some(find(port)),
        Ok(_) | Err(_) => None,
    }
}

/// The addresses on which somebody listens on `port`, as text without the port.
pub(crate) fn listening_addresses(port: u16) -> Vec<String> {
    tables(port).into_iter().map(|socket| socket.address).collect()
}

fn tables(port: u16) -> Vec<Socket> {
    ["/proc/net/tcp", "/proc/net/tcp6"]
        .into_iter()
        .flat_map(|table| listeners(&fs::read_to_string(table).unwrap_or_default(), port))
        .collect()
}

fn find(port: u16) -> Holder {
    let sockets = tables(port);
    for process in fs::read_dir("/proc").into_iter().flatten().flatten() {
        let Some(pid) = process.file_name().to_str().and_then(|name| name.parse().ok()) else {
            continue;
        };
        if sockets.iter().any(|socket| holds(&process.path(), socket.inode)) {
            let command = fs::read_to_string(process.path().join("comm")).unwrap_or_default();
            return Holder::Process { pid, command: command.trim().to_owned() };
        }
    }
    sockets.first().map_or(Holder::Unknown, |socket| Holder::OfUser { uid: socket.uid })
}

struct Socket {
    address: String,
    uid: u32,
    inode: u64,
}

/// The listening sockets on `port` in the text of /proc/net/tcp (proc(5)).
fn listeners(table: &str, port: u16) -> Vec<Socket> {
    const LISTEN: &str = "0A";
    table
        .lines()
        .skip(1)
        .filter_map(|line| {
            let fields: Vec<&str> = line.split_whitespace().collect();
            let (address, hex) = fields.get(1)?.rsplit_once(':')?;
            let matches =
                u16::from_str_radix(hex, 16) == Ok(port) && fields.get(3) == Some(&LISTEN);
            matches.then_some(Socket {
                address: decode_address(address)?,
                uid: fields.get(7)?.parse().ok()?,
                inode: fields.get(9)?.parse().ok()?,
            })
        })
        .collect()
}

/// An address as the kernel prints it: 32-bit words in the byte order of the machine.
fn decode_address(hex: &str) -> Option<String> {
    let words: Option<Vec<u8>> = (0..hex.len() / 8)
        .map(|word| u32::from_str_radix(hex.get(word * 8..word * 8 + 8)?, 16).ok())
        .map(|word| word.map(u32::to_ne_bytes))
        .collect::<Option<Vec<_>>>()
        .map(|words| words.concat());
    let bytes = words?;
    match <[u8; 4]>::try_from(&bytes[..]) {
        Ok(bytes) => Some(Ipv4Addr::from(bytes).to_string()),
        Err(_) => Some(Ipv6Addr::from(<[u8; 16]>::try_from(&bytes[..]).ok()?).to_string()),
    }
}

fn holds(process: &Path, inode: u64) -> bool {
    let wanted = format!("socket:[{inode}]");
    fs::read_dir(process.join("fd"))
        .into_iter()
        .flatten()
        .flatten()
        .any(|entry| fs::read_link(entry.path()).is_ok_and(|link| link.as_os_str() == &*wanted))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn we_are_named_as_the_holder_of_our_own_port() {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let port = listener.local_addr().unwrap().port();
        assert_eq!(listening_addresses(port), ["127.0.0.1"]);
        let Some(Holder::Process { pid, .. }) = holder(port) else { panic!("not found") };
        assert_eq!(pid.unsigned_abs(), std::process::id());
        drop(listener);
        assert_eq!(holder(port), None);
    }
}
