//! A small SMTP server on this machine that keeps every mail as a file instead of sending it on.
//!
//! It listens on loopback only and takes just enough of RFC 5321 for a mail to arrive.

use std::fs::{self, DirBuilder, OpenOptions};
use std::io::{self, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpListener as StdListener};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use chassis::problem::chain;
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Semaphore;
use tokio::task::JoinSet;
use tokio::time::{sleep, timeout};
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

/// Longest line of a command, and of a mail (RFC 5321, 4.5.3.1).
const MAX_LINE: u64 = 2048;
/// Largest mail.
const MAX_MAIL: usize = 1 << 20;
/// Most recipients of one mail.
const MAX_RECIPIENTS: usize = 100;
/// Most connections at once.
const CONNECTIONS: usize = 16;
/// Longest wait for the next line.
const LINE_WAIT: Duration = Duration::from_secs(30);
/// Most mails kept; the oldest go first.
const KEPT: usize = 500;

/// A catch-all that listens and has not been run. There is none where a mail server is configured.
#[derive(Debug)]
pub(crate) struct CatchAll {
    listener: StdListener,
    folder: PathBuf,
}

impl CatchAll {
    /// Listens on a free port of this machine.
    pub(crate) fn listen(folder: &Path) -> io::Result<Self> {
        DirBuilder::new().recursive(true).mode(0o700).create(folder)?;
        let listener = StdListener::bind((Ipv4Addr::LOCALHOST, 0))?;
        listener.set_nonblocking(true)?;
        Ok(Self { listener, folder: folder.to_owned() })
    }

    pub(crate) fn address(&self) -> io::Result<SocketAddr> {
        self.listener.local_addr()
    }

    /// Takes mails until told to stop; without a catch-all only waits.
    pub(crate) async fn run(catch_all: Option<Self>, stop: CancellationToken) {
        let Some(Self { listener, folder }) = catch_all else { return stop.cancelled().await };
        let listener = match TcpListener::from_std(listener) {
            Ok(listener) => listener,
            Err(error) => {
                tracing::error!(%error, "mail cannot be caught on this machine");
                return stop.cancelled().await;
            }
        };
        let folder: Arc<Path> = folder.into();
        let places = Arc::new(Semaphore::new(CONNECTIONS));
        let mut serving = JoinSet::new();
        loop {
            let accepted = tokio::select! {
                accepted = listener.accept() => accepted,
                Some(_) = serving.join_next(), if !serving.is_empty() => continue,
                () = stop.cancelled() => return,
            };
            match (accepted, places.clone().try_acquire_owned()) {
                (Ok((stream, _)), Ok(place)) => {
                    let folder = folder.clone();
                    serving.spawn(async move {
                        if let Err(error) = serve(stream, &folder).await {
                            tracing::debug!(error = chain(&error), "a mail connection broke off");
                        }
                        drop(place);
                    });
                }
                (Ok(_), Err(_)) => tracing::warn!("too many mail connections at once"),
                (Err(error), _) => {
                    tracing::warn!(%error, "a mail connection could not be taken");
                    sleep(Duration::from_millis(100)).await;
                }
            }
        }
    }
}

#[derive(Default)]
struct Envelope {
    from: Option<String>,
    recipients: Vec<String>,
}

async fn serve(stream: TcpStream, folder: &Path) -> io::Result<()> {
    let mut stream = BufReader::new(stream);
    reply(&mut stream, "220 nexus catch-all").await?;
    let mut envelope = Envelope::default();
    while let Some(line) = read_line(&mut stream).await? {
        let line = String::from_utf8_lossy(&line).trim_end().to_owned();
        let (verb, rest) = line.split_once(' ').unwrap_or((&line, ""));
        let answer = match verb.to_ascii_uppercase().as_str() {
            "EHLO" => "250-nexus\r\n250-8BITMIME\r\n250-SMTPUTF8\r\n250 SIZE 1048576",
            "HELO" | "NOOP" => "250 OK",
            "RSET" => {
                envelope = Envelope::default();
                "250 OK"
            }
            "MAIL" => mail_from(&mut envelope, rest),
            "RCPT" => rcpt_to(&mut envelope, rest),
            "DATA" if envelope.recipients.is_empty() => "503 RCPT first",
            "DATA" => {
                reply(&mut stream, "354 end with a dot").await?;
                let Some(mail) = read_mail(&mut stream).await? else {
                    return reply(&mut stream, "552 too large").await;
                };
                keep(folder, &std::mem::take(&mut envelope), &mail)?;
                "250 kept"
            }
            "QUIT" => return reply(&mut stream, "221 bye").await,
            _ => "502 not here",
        };
        reply(&mut stream, answer).await?;
    }
    Ok(())
}

fn mail_from(envelope: &mut Envelope, rest: &str) -> &'static str {
    let Some(address) = bracketed(rest, "FROM:") else { return "501 MAIL FROM:<address>" };
    *envelope = Envelope { from: Some(address), recipients: Vec::new() };
    "250 OK"
}

fn rcpt_to(envelope: &mut Envelope, rest: &str) -> &'static str {
    match bracketed(rest, "TO:") {
        None => "501 RCPT TO:<address>",
        Some(_) if envelope.from.is_none() => "503 MAIL first",
        Some(_) if envelope.recipients.len() >= MAX_RECIPIENTS => "452 too many recipients",
        Some(address) => {
            envelope.recipients.push(address);
            "250 OK"
        }
    }
}

/// The address in `FROM:<…>` or `TO:<…>`.
fn bracketed(text: &str, word: &str) -> Option<String> {
    let (start, rest) = text.split_at_checked(word.len())?;
    let address = rest.trim_start().strip_prefix('<')?.split_once('>')?.0;
    start.eq_ignore_ascii_case(word).then(|| address.to_owned())
}

/// A line with its end; `None` when the other side is gone.
async fn read_line(stream: &mut BufReader<TcpStream>) -> io::Result<Option<Vec<u8>>> {
    let mut line = Vec::new();
    let mut bounded = stream.take(MAX_LINE);
    timeout(LINE_WAIT, bounded.read_until(b'\n', &mut line))
        .await
        .map_err(|_| io::ErrorKind::TimedOut)??;
    if line.is_empty() {
        return Ok(None);
    }
    if line.last() != Some(&b'\n') {
        return Err(io::Error::new(io::ErrorKind::InvalidData, "a line is too long or cut off"));
    }
    Ok(Some(line))
}

/// The mail up to the line with nothing but a dot; `None` when it is too large.
async fn read_mail(stream: &mut BufReader<TcpStream>) -> io::Result<Option<Vec<u8>>> {
    let mut mail = Vec::new();
    loop {
        let line = read_line(stream).await?.ok_or(io::ErrorKind::UnexpectedEof)?;
        if line == b".\r\n" || line == b".\n" {
            return Ok(Some(mail));
        }
        mail.extend_from_slice(line.strip_prefix(b".").unwrap_or(&line));
        if mail.len() > MAX_MAIL {
            return Ok(None);
        }
    }
}

async fn reply(stream: &mut BufReader<TcpStream>, line: &str) -> io::Result<()> {
    let answer = format!("{line}\r\n");
    timeout(LINE_WAIT, stream.write_all(answer.as_bytes()))
        .await
        .map_err(|_| io::ErrorKind::TimedOut)?
}

/// Writes the mail beside its place first, so that whoever lists the folder sees whole mails.
fn keep(folder: &Path, envelope: &Envelope, mail: &[u8]) -> io::Result<()> {
    let name = Uuid::now_v7().simple().to_string();
    let draft = folder.join(format!("{name}.draft"));
    let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(&draft)?;
    for recipient in &envelope.recipients {
        write!(file, "Delivered-To: {recipient}\r\n")?;
    }
    file.write_all(mail)?;
    fs::rename(&draft, folder.join(format!("{name}.eml")))?;
    let mut mails = super::caught::files(folder)?;
    mails.reverse();
    mails.iter().skip(KEPT).try_for_each(fs::remove_file)
}

#[cfg(test)]
mod tests {
    use super::bracketed;

    #[test]
    fn addresses_are_taken_out_of_their_brackets() {
        assert_eq!(bracketed("FROM:<a@b> SIZE=10", "FROM:").as_deref(), Some("a@b"));
        assert_eq!(bracketed("to: <a@b>", "TO:").as_deref(), Some("a@b"));
        for broken in ["", "TO:", "TO:a@b", "TO:<a@b", "FROM:<a@b>"] {
            assert_eq!(bracketed(broken, "TO:"), None, "{broken}");
        }
    }
}
