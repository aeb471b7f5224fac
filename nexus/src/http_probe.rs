//! One HTTP request over a connection of its own, seen as a client on the network sees it.

use std::collections::BTreeMap;
use std::io;
use std::time::Duration;

use spec::validate::HttpAnswer;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::timeout;

const DEADLINE: Duration = Duration::from_secs(3);
const LARGEST_ANSWER: usize = 256 << 10;

/// A request without a body.
#[derive(Debug, Clone)]
pub(crate) struct Request<'a> {
    pub(crate) method: &'a str,
    pub(crate) host: &'a str,
    pub(crate) path: &'a str,
    pub(crate) headers: &'a [(&'a str, &'a str)],
}

impl<'a> Request<'a> {
    pub(crate) fn get(host: &'a str, path: &'a str) -> Self {
        Self { method: "GET", host, path, headers: &[] }
    }

    /// Sends the request over `stream` and reads the whole answer.
    pub(crate) async fn send<S>(&self, stream: S) -> io::Result<HttpAnswer>
    where
        S: AsyncRead + AsyncWrite + Unpin,
    {
        timeout(DEADLINE, self.exchange(stream)).await.map_err(|_| late())?
    }

    /// Sends the request to a port of this machine, without TLS.
    pub(crate) async fn send_to(&self, port: u16) -> io::Result<HttpAnswer> {
        self.send(connect(port).await?).await
    }

    async fn exchange<S>(&self, mut stream: S) -> io::Result<HttpAnswer>
    where
        S: AsyncRead + AsyncWrite + Unpin,
    {
        // HTTP/1.0: nothing is chunked.
        let mut head = format!("{} {} HTTP/1.0\r\nhost: {}\r\n", self.method, self.path, self.host);
        for (name, value) in self.headers {
            head.extend([name, ": ", value, "\r\n"]);
        }
        head.push_str("\r\n");
        stream.write_all(head.as_bytes()).await?;
        stream.flush().await?;
        let mut answer = Vec::new();
        let mut chunk = vec![0; 16 << 10];
        while answer.len() < LARGEST_ANSWER && !is_complete(&answer) {
            match stream.read(&mut chunk).await {
                Ok(0) => break,
                Ok(count) => answer.extend_from_slice(&chunk[..count]),
                // Servers may end TLS without saying goodbye; what came is what counts.
                Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => break,
                Err(error) => return Err(error),
            }
        }
        parse(&answer).ok_or_else(|| io::Error::other("the answer is not HTTP"))
    }
}

/// Connects to a port of this machine.
pub(crate) async fn connect(port: u16) -> io::Result<TcpStream> {
    timeout(DEADLINE, TcpStream::connect(("127.0.0.1", port))).await.map_err(|_| late())?
}

fn late() -> io::Error {
    io::Error::new(io::ErrorKind::TimedOut, format!("no answer within {} s", DEADLINE.as_secs()))
}

/// Whether the body is there as far as the head announces it. A server that refuses a request may
/// hold the connection open for a while, so its end is not waited for.
fn is_complete(answer: &[u8]) -> bool {
    parse(answer).is_some_and(|answer| {
        let length = answer.headers.get("content-length").and_then(|text| text.parse().ok());
        length.is_some_and(|length: usize| answer.body.len() >= length)
    })
}

fn parse(answer: &[u8]) -> Option<HttpAnswer> {
    let text = String::from_utf8_lossy(answer);
    let (head, body) = text.split_once("\r\n\r\n")?;
    let mut lines = head.split("\r\n");
    let status_line = lines.next()?;
    let status = status_line.strip_prefix("HTTP/1.")?.split(' ').nth(1)?.parse().ok()?;
    let headers: BTreeMap<String, String> = lines
        .filter_map(|line| line.split_once(':'))
        .map(|(name, value)| (name.to_ascii_lowercase(), value.trim().to_owned()))
        .collect();
    Some(HttpAnswer { status, headers, body: body.to_owned() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_is_taken_apart() {
        let answer = parse(b"HTTP/1.1 404 Not Found\r\nContent-Type: text/html\r\n\r\nno").unwrap();
        assert_eq!(answer.status, 404);
        assert_eq!(answer.headers["content-type"], "text/html");
        assert_eq!(answer.body, "no");
        assert_eq!(parse(b"SSH-2.0-OpenSSH\r\n\r\n"), None);
    }
}
