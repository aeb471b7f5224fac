//! One kept-alive HTTP/1.1 connection that costs the load generator as little as it can.

use anyhow::{Context as _, bail};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
};

/// Where a server listens: `http://host:port` and nothing else.
#[derive(Debug, Clone)]
pub struct Origin {
    authority: String,
}

/// A connection.
#[derive(Debug)]
pub struct Http1 {
    stream: TcpStream,
    buffer: Vec<u8>,
}

/// An answer.
#[derive(Debug)]
pub struct Answer {
    /// Status code.
    pub status: u16,
    /// The body.
    pub body: Vec<u8>,
}

impl Origin {
    /// Reads a URL.
    pub fn parse(url: &str) -> anyhow::Result<Self> {
        let authority = url.strip_prefix("http://").context("the URL begins with http://")?;
        Ok(Self { authority: authority.trim_end_matches('/').to_owned() })
    }

    /// The bytes of a POST of a form, with a client's secret when there is one.
    pub fn form(&self, path: &str, client: Option<(&str, &str)>, body: &str) -> Vec<u8> {
        let basic = client.map_or_else(String::new, |(id, secret)| {
            format!("authorization: Basic {}\r\n", STANDARD.encode(format!("{id}:{secret}")))
        });
        self.post(
            path,
            &format!("{basic}content-type: application/x-www-form-urlencoded\r\n"),
            body,
        )
    }

    /// The bytes of a POST of JSON, with further header lines.
    pub fn json(&self, path: &str, headers: &str, body: &str) -> Vec<u8> {
        self.post(path, &format!("{headers}content-type: application/json\r\n"), body)
    }

    fn post(&self, path: &str, headers: &str, body: &str) -> Vec<u8> {
        format!(
            "POST {path} HTTP/1.1\r\nhost: {}\r\n{headers}content-length: {}\r\n\r\n{body}",
            self.authority,
            body.len()
        )
        .into_bytes()
    }

    /// Connects.
    pub async fn connect(&self) -> anyhow::Result<Http1> {
        let stream = TcpStream::connect(&self.authority)
            .await
            .with_context(|| format!("nobody listens on {}", self.authority))?;
        stream.set_nodelay(true)?;
        Ok(Http1 { stream, buffer: Vec::with_capacity(4096) })
    }
}

impl Http1 {
    /// Sends a request and reads its answer, which must say how long it is.
    pub async fn send(&mut self, request: &[u8]) -> anyhow::Result<Answer> {
        self.stream.write_all(request).await?;
        self.buffer.clear();
        loop {
            if self.stream.read_buf(&mut self.buffer).await? == 0 {
                bail!("the server closed the connection");
            }
            let Some(end) = self.buffer.windows(4).position(|four| four == b"\r\n\r\n") else {
                continue;
            };
            let head = std::str::from_utf8(&self.buffer[..end])?.to_ascii_lowercase();
            let status = head.split(' ').nth(1).context("no status")?.parse()?;
            let length = head.lines().find_map(|line| line.strip_prefix("content-length: "));
            let length: usize =
                length.context("the answer does not say how long it is")?.parse()?;
            let whole = end + 4 + length;
            while self.buffer.len() < whole {
                if self.stream.read_buf(&mut self.buffer).await? == 0 {
                    bail!("the server closed the connection within an answer");
                }
            }
            return Ok(Answer { status, body: self.buffer[end + 4..whole].to_vec() });
        }
    }
}
