//! The server address that encoders are given.

use std::net::{IpAddr, SocketAddr};

use api::streamcore::Ingest;

/// Where RTMP is listened for, and what the settings say about it.
#[derive(Debug, Clone)]
pub struct IngestAddress {
    listening: SocketAddr,
    /// `public_rtmp_url` of the settings.
    public: Option<String>,
}

impl IngestAddress {
    /// From the listening socket and the settings.
    pub fn new(listening: SocketAddr, public: Option<String>) -> Self {
        Self { listening, public }
    }

    /// The address for someone who called this server by this `host` header: an address that
    /// listens everywhere has no name of its own, and the one that was just used leads here.
    pub fn for_caller(&self, called: Option<&str>) -> Ingest {
        let address = self.listening.ip();
        let local_only = self.public.is_none() && address.is_loopback();
        let rtmp_url = self.public.clone().unwrap_or_else(|| {
            let host = match called.map(without_port) {
                Some(name) if address.is_unspecified() && is_host(name) => name.to_owned(),
                _ => literal(address),
            };
            format!("rtmp://{host}:{}/live", self.listening.port())
        });
        Ingest { rtmp_url, local_only }
    }
}

/// `name` of `name:port`; brackets of an IPv6 address stay.
fn without_port(host: &str) -> &str {
    match host.rsplit_once(':') {
        Some((name, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => name,
        _ => host,
    }
}

/// Nothing that would change the meaning of the address it is put into.
fn is_host(name: &str) -> bool {
    !name.is_empty() && name.bytes().all(|b| b.is_ascii_alphanumeric() || b"-.[]:".contains(&b))
}

fn literal(address: IpAddr) -> String {
    match address {
        IpAddr::V4(address) => address.to_string(),
        IpAddr::V6(address) => format!("[{address}]"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_encoder_is_sent_where_it_can_get_in() {
        let cases = [
            (
                "127.0.0.1:1935",
                None,
                Some("nexuscos.localhost:8443"),
                "rtmp://127.0.0.1:1935/live",
                true,
            ),
            (
                "0.0.0.0:1935",
                None,
                Some("studio.example.org"),
                "rtmp://studio.example.org:1935/live",
                false,
            ),
            ("[::]:1935", None, Some("[2001:db8::1]:443"), "rtmp://[2001:db8::1]:1935/live", false),
            ("0.0.0.0:1935", None, Some("a/b@c"), "rtmp://0.0.0.0:1935/live", false),
            ("192.0.2.1:1936", None, None, "rtmp://192.0.2.1:1936/live", false),
            (
                "127.0.0.1:1935",
                Some("rtmps://in.example.org/live"),
                None,
                "rtmps://in.example.org/live",
                false,
            ),
        ];
        for (listening, public, called, rtmp_url, local_only) in cases {
            let address = IngestAddress::new(listening.parse().unwrap(), public.map(str::to_owned));
            let expected = Ingest { rtmp_url: rtmp_url.to_owned(), local_only };
            assert_eq!(address.for_caller(called), expected);
        }
    }
}
