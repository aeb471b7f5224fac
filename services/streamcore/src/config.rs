//! Settings of StreamCore.

use std::{
    net::{IpAddr, Ipv4Addr, SocketAddr},
    path::PathBuf,
};

use serde::{Deserialize, Serialize};

use crate::webrtc;

/// See the [module](self). Environment names begin with `NEXUS_STREAMCORE__`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Config {
    /// Address that encoders connect to by RTMP. Loopback by default; a studio that takes in
    /// encoders from its network sets `0.0.0.0`.
    pub rtmp_address: IpAddr,
    /// Port of the same.
    pub rtmp_port: u16,
    /// The server address that people are told to give their encoders, such as
    /// `rtmp://studio.example.org/live`. Made of the listening address and port when absent; set it
    /// where encoders connect by another name or through something in between.
    pub public_rtmp_url: Option<String>,
    /// RTMP connections at once, those that have shown no key yet included.
    pub rtmp_connections: u32,
    /// Seconds an encoder may send nothing before it is taken to be gone.
    pub rtmp_idle_seconds: u32,
    /// Address on which viewers fetch media straight from StreamCore.
    pub viewer_address: IpAddr,
    /// Port of the same, TLS with HTTP/2; nobody listens while it is absent.
    pub viewer_port: Option<u16>,
    /// Name in its certificate by which browsers reach it; players are not sent there while it is
    /// absent.
    pub viewer_host: Option<String>,
    /// Certificate chain for it, PEM, leaf first. A changed file is taken in within half a minute.
    pub viewer_certificate: PathBuf,
    /// Private key for it, PEM.
    pub viewer_key: PathBuf,
    /// Viewers connected to it at once; more wait in the listen queue.
    pub viewer_connections: u32,
    /// Address on which WebRTC is received. Loopback by default; where viewers come from elsewhere,
    /// `0.0.0.0` or the address they reach this host by.
    pub webrtc_address: IpAddr,
    /// UDP port of the same; WebRTC is not offered while it is absent.
    pub webrtc_port: Option<u16>,
    /// Addresses that WebRTC peers are told to send to, where that is not the listening address:
    /// the public ones of a host behind address translation. With `0.0.0.0` and none set, those
    /// that this host reaches the world by.
    pub webrtc_announced: Vec<IpAddr>,
    /// Threads that do nothing but WebRTC, at most 36. Each serves many hundred viewers.
    pub webrtc_threads: u32,
    /// WebRTC sessions at once.
    pub webrtc_sessions: u32,
    /// Wanted length of an LL-HLS part in milliseconds, rounded to whole frames.
    pub part_milliseconds: u32,
    /// Parts that players stay behind the live edge (`PART-HOLD-BACK`), at least 3.
    pub hold_back_parts: u32,
    /// Shortest segment in milliseconds.
    pub segment_milliseconds: u32,
    /// Listed length of live playlists in seconds.
    pub window_seconds: u32,
    /// Mebibytes of media kept per rendition at most.
    pub window_mebibytes: u32,
    /// Seconds a stream waits for its encoder to come back before it ends.
    pub reconnect_seconds: u32,
    /// Seconds an ended stream can still be played to its end.
    pub linger_seconds: u32,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            rtmp_address: Ipv4Addr::LOCALHOST.into(),
            rtmp_port: 1935,
            public_rtmp_url: None,
            rtmp_connections: 256,
            rtmp_idle_seconds: 10,
            viewer_address: Ipv4Addr::LOCALHOST.into(),
            viewer_port: None,
            viewer_host: None,
            viewer_certificate: PathBuf::from(".nexus/tls/fullchain.pem"),
            viewer_key: PathBuf::from(".nexus/tls/privkey.pem"),
            viewer_connections: 16_384,
            webrtc_address: Ipv4Addr::LOCALHOST.into(),
            webrtc_port: None,
            webrtc_announced: Vec::new(),
            webrtc_threads: 2,
            webrtc_sessions: 2_000,
            part_milliseconds: 200,
            hold_back_parts: 5,
            segment_milliseconds: 2_000,
            window_seconds: 30,
            window_mebibytes: 128,
            reconnect_seconds: 30,
            linger_seconds: 30,
        }
    }
}

impl Config {
    /// Where RTMP is listened for.
    pub fn rtmp(&self) -> SocketAddr {
        SocketAddr::new(self.rtmp_address, self.rtmp_port)
    }

    /// Where viewers fetch media directly, if they may.
    pub fn viewers(&self) -> Option<SocketAddr> {
        self.viewer_port.map(|port| SocketAddr::new(self.viewer_address, port))
    }

    /// The origin that players are sent to when somebody listens there on `port`.
    pub fn viewer_origin(&self, port: u16) -> Option<String> {
        self.viewer_host.as_ref().map(|host| format!("https://{host}:{port}"))
    }

    /// How WebRTC is done, if it is.
    pub(crate) fn webrtc(&self) -> Option<webrtc::Settings> {
        self.webrtc_port.map(|port| webrtc::Settings {
            address: SocketAddr::new(self.webrtc_address, port),
            announced: self.webrtc_announced.clone(),
            threads: self.webrtc_threads as usize,
            sessions: self.webrtc_sessions as usize,
        })
    }

    /// How streams are packaged.
    pub fn packaging(&self) -> media::hls::Settings {
        let milliseconds = |value: u32| i64::from(value) * 1_000;
        media::hls::Settings {
            part: milliseconds(self.part_milliseconds),
            hold_back_parts: self.hold_back_parts,
            min_segment: milliseconds(self.segment_milliseconds),
            window: i64::from(self.window_seconds) * 1_000_000,
            max_bytes: (self.window_mebibytes as usize) << 20,
            ..media::hls::Settings::default()
        }
    }
}
