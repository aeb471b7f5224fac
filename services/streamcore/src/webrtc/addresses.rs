//! The addresses that peers are told.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, UdpSocket};

/// Addresses of documentation, RFC 5737 and RFC 3849: nothing is sent there, but the route to it
/// is the one to the rest of the world.
const ELSEWHERE: [SocketAddr; 2] = [
    SocketAddr::new(IpAddr::V4(Ipv4Addr::new(192, 0, 2, 1)), 9),
    SocketAddr::new(IpAddr::V6(Ipv6Addr::new(0x2001, 0xdb8, 0, 0, 0, 0, 0, 1)), 9),
];

/// Where peers send to: what was set, else where is listened, else the addresses that this host
/// reaches the world by.
pub(super) fn candidates(listening: SocketAddr, announced: &[IpAddr]) -> Vec<SocketAddr> {
    let addresses = if !announced.is_empty() {
        announced.to_vec()
    } else if listening.ip().is_unspecified() {
        let usable = |address: &IpAddr| listening.is_ipv6() || address.is_ipv4();
        ELSEWHERE.into_iter().filter_map(route_to).filter(usable).collect()
    } else {
        vec![listening.ip()]
    };
    addresses.into_iter().map(|address| SocketAddr::new(address, listening.port())).collect()
}

/// The address of ours that packets to `peer` would come from.
fn route_to(peer: SocketAddr) -> Option<IpAddr> {
    let any: IpAddr = match peer {
        SocketAddr::V4(_) => Ipv4Addr::UNSPECIFIED.into(),
        SocketAddr::V6(_) => Ipv6Addr::UNSPECIFIED.into(),
    };
    let socket = UdpSocket::bind((any, 0)).ok()?;
    socket.connect(peer).ok()?;
    Some(socket.local_addr().ok()?.ip()).filter(|address| !address.is_unspecified())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_set_comes_before_what_is_found() {
        let listening = "127.0.0.1:8555".parse().unwrap();
        assert_eq!(candidates(listening, &[]), [listening]);
        let public = "198.51.100.7".parse().unwrap();
        assert_eq!(candidates(listening, &[public]), ["198.51.100.7:8555".parse().unwrap()]);
        let everywhere = "0.0.0.0:8555".parse().unwrap();
        let found = candidates(everywhere, &[]);
        assert!(found.iter().all(|it| it.port() == 8555 && !it.ip().is_unspecified()), "{found:?}");
    }
}
