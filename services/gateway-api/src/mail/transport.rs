//! SMTP, as a client.

use std::io;
use std::net::SocketAddr;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::time::Duration;

use lettre::message::header::{Header, HeaderName, HeaderValue};
use lettre::message::{Mailbox, MultiPart};
use lettre::transport::smtp::authentication::Credentials;
use lettre::transport::smtp::client::{Tls, TlsParameters};
use lettre::transport::smtp::response::Response;
use lettre::{Message, SmtpTransport, Transport as _};
use tokio::sync::oneshot;
use tokio::time::timeout;
use uuid::Uuid;

use crate::config::{Config, SmtpTls};
use crate::domain::account::Email;
use crate::domain::letter::Letter;

/// Longest wait for one answer of the mail server.
const ANSWER: Duration = Duration::from_secs(15);
/// Longest that sending one mail may take.
const DEADLINE: Duration = Duration::from_mins(1);

/// A mail server to send through, used by a thread of its own, which ends with this value.
pub(crate) struct Transport {
    jobs: SyncSender<Job>,
    from: Mailbox,
}

type Job = (Message, oneshot::Sender<Result<Response, lettre::transport::smtp::Error>>);

/// Why there is no way to send mail.
#[derive(Debug, thiserror::Error)]
pub enum TransportError {
    /// The sender is not an address.
    #[error("gateway-api.mail_from is no address such as `Nexus COS <no-reply@example.org>`")]
    From(#[source] lettre::address::AddressError),
    /// TLS cannot be prepared.
    #[error("TLS to the mail server cannot be prepared")]
    Tls(#[source] lettre::transport::smtp::Error),
    /// The thread that sends cannot be started.
    #[error("the thread that sends mail cannot be started")]
    Thread(#[from] io::Error),
}

/// Why a mail was not sent.
#[derive(Debug, thiserror::Error)]
pub(crate) enum SendError {
    #[error("the mail cannot be put together")]
    Compose(#[from] lettre::error::Error),
    #[error("the recipient is not an address that mail can be sent to")]
    Recipient(#[from] lettre::address::AddressError),
    #[error("the mail server did not take it")]
    Smtp(#[from] lettre::transport::smtp::Error),
    #[error("the mail server took longer than {} s", DEADLINE.as_secs())]
    TimedOut,
    #[error("the thread that sends mail is still busy with another")]
    Busy,
    #[error("the thread that sends mail has ended")]
    Stopped(#[from] oneshot::error::RecvError),
}

impl SendError {
    /// Whether trying again cannot help.
    pub(crate) fn is_final(&self) -> bool {
        match self {
            Self::Compose(_) | Self::Recipient(_) => true,
            Self::Smtp(error) => error.is_permanent(),
            Self::TimedOut | Self::Busy | Self::Stopped(_) => false,
        }
    }
}

impl Transport {
    /// The mail server of the settings; the catch-all when there is one.
    pub(crate) fn new(
        config: &Config,
        catch_all: Option<SocketAddr>,
    ) -> Result<Self, TransportError> {
        let from = config.mail_from.parse().map_err(TransportError::From)?;
        let smtp = match catch_all {
            Some(address) => SmtpTransport::builder_dangerous(address.ip().to_string())
                .port(address.port())
                .timeout(Some(ANSWER))
                .build(),
            None => client(config)?,
        };
        let (jobs, waiting) = sync_channel(1);
        std::thread::Builder::new().name("mail".to_owned()).spawn(move || work(&smtp, &waiting))?;
        Ok(Self { jobs, from })
    }

    /// Sends a letter. The id becomes the `Message-ID`, so that a mail sent twice after a crash
    /// is recognised as one.
    pub(crate) async fn send(
        &self,
        id: Uuid,
        recipient: &Email,
        letter: &Letter,
    ) -> Result<(), SendError> {
        let message = Message::builder()
            .from(self.from.clone())
            .to(Mailbox::new(None, recipient.as_str().parse()?))
            .subject(&letter.subject)
            .message_id(Some(format!("<{}@{}>", id.simple(), self.from.email.domain())))
            .header(AutoSubmitted)
            .multipart(MultiPart::alternative_plain_html(letter.text(), letter.html()))?;
        let (answer, answered) = oneshot::channel();
        self.jobs.try_send((message, answer)).map_err(|_| SendError::Busy)?;
        let answered = timeout(DEADLINE, answered).await.map_err(|_| SendError::TimedOut)?;
        answered?.map(drop).map_err(SendError::Smtp)
    }
}

/// A client of the mail server that the settings name.
fn client(config: &Config) -> Result<SmtpTransport, TransportError> {
    let tls = || TlsParameters::new(config.smtp_host.clone()).map_err(TransportError::Tls);
    let tls = match config.smtp_tls {
        SmtpTls::Starttls => Tls::Required(tls()?),
        SmtpTls::Implicit => Tls::Wrapper(tls()?),
        SmtpTls::None => Tls::None,
    };
    let mut builder = SmtpTransport::builder_dangerous(&config.smtp_host)
        .port(config.smtp_port)
        .timeout(Some(ANSWER))
        .tls(tls);
    if !config.smtp_user.is_empty() {
        let password = config.smtp_password.expose().clone();
        builder = builder.credentials(Credentials::new(config.smtp_user.clone(), password));
    }
    Ok(builder.build())
}

fn work(smtp: &SmtpTransport, waiting: &Receiver<Job>) {
    while let Ok((message, answer)) = waiting.recv() {
        // Whoever asked may have gone away.
        drop(answer.send(smtp.send(&message)));
    }
}

/// Tells other machines that no person wrote it, so that none of them answers (RFC 3834).
#[derive(Debug, Clone, Copy)]
struct AutoSubmitted;

impl Header for AutoSubmitted {
    fn name() -> HeaderName {
        HeaderName::new_from_ascii_str("Auto-Submitted")
    }

    fn parse(_: &str) -> Result<Self, Box<dyn std::error::Error + Send + Sync>> {
        Ok(Self)
    }

    fn display(&self) -> HeaderValue {
        HeaderValue::new(Self::name(), "auto-generated".to_owned())
    }
}
