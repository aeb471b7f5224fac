use std::io;
use std::time::Duration;

use spec::validate::{Observed, StreamingFacts};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::time::timeout;

use super::Subject;
use super::tls::TlsProbe;
use crate::http_probe;

impl Subject {
    pub(super) async fn streaming_facts(&self, tls: &TlsProbe) -> StreamingFacts {
        let host = Self::local_name("tv.nexuscos.online");
        let (rtmp_handshake, live_list, missing_playlist) = tokio::join!(
            rtmp_handshake(self.settings.streamcore.rtmp_port),
            tls.get(&host, "/api/v1/streams"),
            tls.get(&host, "/live/no-such-stream/index.m3u8"),
        );
        StreamingFacts {
            rtmp_handshake,
            live_list,
            missing_playlist,
            viewers: self.viewers(&host).await,
        }
    }

    async fn viewers(&self, host: &str) -> Option<Observed<String>> {
        let tls = TlsProbe::new(&self.home, self.settings.streamcore.viewer_port?);
        let agreed = tls.handshake(host, &["h2", "http/1.1"]).await.map(|stream| {
            let protocol = stream.get_ref().1.alpn_protocol().unwrap_or_default();
            String::from_utf8_lossy(protocol).into_owned()
        });
        Some(agreed.into())
    }
}

/// Sends C0 and C1 and waits for S0 and S1 (RTMP specification 1.0, §5.2).
async fn rtmp_handshake(port: u16) -> Observed<bool> {
    const VERSION: u8 = 3;
    const LENGTH: usize = 1536;
    let exchange = async {
        let mut stream = http_probe::connect(port).await?;
        let mut hello = [0; 1 + LENGTH];
        hello[0] = VERSION;
        stream.write_all(&hello).await?;
        let mut answer = [0; 1 + LENGTH];
        stream.read_exact(&mut answer).await?;
        io::Result::Ok(answer[0] == VERSION)
    };
    match timeout(Duration::from_secs(3), exchange).await {
        Ok(answered) => answered.into(),
        Err(_) => Observed::Failed(format!("no RTMP answer on port {port} within 3 s")),
    }
}
