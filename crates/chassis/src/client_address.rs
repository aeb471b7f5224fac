//! The network address of whoever sent a request.

use std::net::{IpAddr, SocketAddr};

use axum::extract::{ConnectInfo, FromRequestParts, Request};
use axum::http::HeaderMap;
use axum::http::request::Parts;

use crate::Problem;

/// Address of the client. `x-forwarded-for` counts only when the connection comes from a
/// trusted proxy, and then only the last address that is not one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ClientAddress(pub IpAddr);

impl<S: Sync> FromRequestParts<S> for ClientAddress {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        parts
            .extensions
            .get::<Self>()
            .copied()
            .ok_or_else(|| Problem::internal("the client address was not recorded by the server"))
    }
}

/// Finds the client's address; loopback when the request came without a connection.
pub(crate) fn client_address(request: &Request, trusted: &[IpAddr]) -> ClientAddress {
    let peer = request
        .extensions()
        .get::<ConnectInfo<SocketAddr>>()
        .map_or(IpAddr::from([127, 0, 0, 1]), |ConnectInfo(peer)| peer.ip().to_canonical());
    ClientAddress(forwarded(peer, request.headers(), trusted))
}

fn forwarded(peer: IpAddr, headers: &HeaderMap, trusted: &[IpAddr]) -> IpAddr {
    let mut client = peer;
    let hops = headers
        .get_all("x-forwarded-for")
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .map(|hop| hop.trim().parse::<IpAddr>());
    for hop in hops.collect::<Vec<_>>().into_iter().rev() {
        if !trusted.contains(&client) {
            break;
        }
        let Ok(hop) = hop else { break };
        client = hop.to_canonical();
    }
    client
}

#[cfg(test)]
mod tests {
    use std::net::IpAddr;

    use axum::http::{HeaderMap, HeaderValue};

    use super::forwarded;

    #[test]
    fn forwarded_addresses_count_only_behind_trusted_proxies() {
        let trusted: [IpAddr; 2] = ["127.0.0.1".parse().unwrap(), "10.0.0.1".parse().unwrap()];
        let cases = [
            ("127.0.0.1", "203.0.113.9", "203.0.113.9"),
            ("127.0.0.1", "198.51.100.1, 203.0.113.9", "203.0.113.9"),
            ("127.0.0.1", "203.0.113.9, 10.0.0.1", "203.0.113.9"),
            ("127.0.0.1", "203.0.113.9, nonsense", "127.0.0.1"),
            ("192.0.2.7", "203.0.113.9", "192.0.2.7"),
            ("127.0.0.1", "::ffff:203.0.113.9", "203.0.113.9"),
        ];
        for (peer, header, client) in cases {
            let headers = HeaderMap::from_iter([(
                "x-forwarded-for".parse().unwrap(),
                HeaderValue::from_static(header),
            )]);
            let found = forwarded(peer.parse().unwrap(), &headers, &trusted);
            assert_eq!(found, client.parse::<IpAddr>().unwrap(), "{peer} {header}");
        }
    }
}
