//! An encoder that publishes a clip over RTMP in real time.

use std::{net::SocketAddr, sync::Arc, time::Duration};

use anyhow::{Context as _, bail};
use media::rtmp::{ClientConfig, ClientEvent, ClientSession, Secret};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
    time::{Instant, sleep_until, timeout},
};

use crate::clip::Clip;

/// How long the server may take to accept a publish, or to take in what is sent.
const PATIENCE: Duration = Duration::from_secs(10);

/// How a connection comes to its end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ending {
    /// The connection is closed without a good-bye, so that the stream waits for its encoder.
    Closed,
    /// The connection is reset in mid-air.
    Reset,
}

/// Publishes a clip with a stream key.
#[derive(Debug, Clone)]
pub struct Encoder {
    /// Where RTMP is listened for.
    pub server: SocketAddr,
    /// The stream key.
    pub key: Secret,
    /// What is published.
    pub clip: Arc<Clip>,
}

impl Encoder {
    /// Connects, publishes from the start of the clip until `end`, and leaves. An error means that
    /// the server refused the stream or closed the connection.
    pub async fn publish(&self, end: Instant, ending: Ending) -> anyhow::Result<()> {
        let mut connection = self.connect().await?;
        for tag in &self.clip.headers {
            connection.session.send(tag.kind, 0, tag.body.clone());
        }
        let start = Instant::now();
        for (time, tag) in self.clip.frames() {
            let due = start + time;
            if due >= end {
                break;
            }
            connection.idle_until(due).await?;
            // RTMP timestamps wrap, see the specification, section 5.3.1.
            let stamp = (time.as_millis() & u128::from(u32::MAX)).try_into()?;
            connection.session.send(tag.kind, stamp, tag.body.clone());
            connection.flush().await?;
        }
        connection.leave(ending).await
    }

    async fn connect(&self) -> anyhow::Result<Connection> {
        let url = format!("rtmp://{}/live", self.server);
        let session = ClientSession::new(ClientConfig::new(url, "live", self.key.clone()));
        let opened = timeout(PATIENCE, TcpStream::connect(self.server)).await;
        let socket = opened.context("no answer to the connection")??;
        socket.set_nodelay(true)?;
        let mut connection = Connection { socket, session };
        timeout(PATIENCE, connection.await_acceptance())
            .await
            .context("no answer to publish")??;
        Ok(connection)
    }
}

struct Connection {
    socket: TcpStream,
    session: ClientSession,
}

impl Connection {
    async fn await_acceptance(&mut self) -> anyhow::Result<()> {
        loop {
            self.flush().await?;
            if self.receive().await? {
                return Ok(());
            }
        }
    }

    /// Takes in what the server sends until the next frame is due.
    async fn idle_until(&mut self, due: Instant) -> anyhow::Result<()> {
        loop {
            tokio::select! {
                () = sleep_until(due) => return Ok(()),
                received = self.receive() => { received?; }
            }
        }
    }

    /// Reads once; whether the publish was accepted by what came.
    async fn receive(&mut self) -> anyhow::Result<bool> {
        let mut buffer = [0; 4096];
        let length = self.socket.read(&mut buffer).await?;
        if length == 0 {
            bail!("the server closed the connection");
        }
        self.session.receive(&buffer[..length])?;
        let mut accepted = false;
        while let Some(event) = self.session.poll_event() {
            match event {
                ClientEvent::PublishAccepted => accepted = true,
                ClientEvent::Rejected { code, description } => bail!("{code}: {description}"),
            }
        }
        Ok(accepted)
    }

    async fn flush(&mut self) -> anyhow::Result<()> {
        let output = self.session.take_output();
        timeout(PATIENCE, self.socket.write_all(&output))
            .await
            .context("the server reads nothing")??;
        Ok(())
    }

    async fn leave(mut self, ending: Ending) -> anyhow::Result<()> {
        match ending {
            Ending::Closed => self.socket.shutdown().await?,
            Ending::Reset => self.socket.set_zero_linger()?,
        }
        Ok(())
    }
}
