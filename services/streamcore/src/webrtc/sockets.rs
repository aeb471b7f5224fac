//! UDP sockets that share a port.

use std::{
    io,
    net::{SocketAddr, UdpSocket},
};

use quinn_udp::UdpSocketState;
use rustix::net::{AddressFamily, SocketFlags, SocketType, bind, socket_with, sockopt};

/// Room in the kernel for what is sent: a keyframe to every viewer of a full house at once.
const SEND_BUFFER: usize = 8 << 20;
/// Room in the kernel for what comes.
const RECEIVE_BUFFER: usize = 4 << 20;

/// As many sockets as asked for, all on `address`; port 0 is settled by the first.
pub(super) fn open(
    mut address: SocketAddr,
    count: usize,
) -> io::Result<Vec<(UdpSocket, UdpSocketState)>> {
    if count > 1 {
        // Sockets that share a port share it with any other process too; this one would not.
        address = UdpSocket::bind(address)?.local_addr()?;
    }
    let mut sockets = Vec::with_capacity(count);
    for _ in 0..count {
        let socket = if count > 1 { shared(address)? } else { UdpSocket::bind(address)? };
        address = socket.local_addr()?;
        let state = UdpSocketState::new((&socket).into())?;
        // The kernel has its own limits; what it grants is used.
        let _ = state.set_send_buffer_size((&socket).into(), SEND_BUFFER);
        let _ = state.set_recv_buffer_size((&socket).into(), RECEIVE_BUFFER);
        sockets.push((socket, state));
    }
    Ok(sockets)
}

fn shared(address: SocketAddr) -> io::Result<UdpSocket> {
    let family = if address.is_ipv4() { AddressFamily::INET } else { AddressFamily::INET6 };
    let socket = socket_with(family, SocketType::DGRAM, SocketFlags::CLOEXEC, None)?;
    sockopt::set_socket_reuseport(&socket, true)?;
    bind(&socket, &address)?;
    Ok(socket.into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn they_share_a_port_with_each_other_and_nobody_else() {
        let any = SocketAddr::from(([127, 0, 0, 1], 0));
        let sockets = open(any, 3).unwrap();
        let address = sockets[0].0.local_addr().unwrap();
        assert!(sockets.iter().all(|(socket, _)| socket.local_addr().unwrap() == address));
        assert!(open(address, 3).is_err(), "another service would share it");
        assert!(open(address, 1).is_err());
    }
}
