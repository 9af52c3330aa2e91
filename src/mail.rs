//! Letters the site sends: by SMTP, or printed to the log where no server is set, as in development.
//!
//! A letter is on its way when [`Mail::post`] returns, not delivered: who waits for an answer must not learn from its
//! time whether there was anybody to write to. What the server refuses for now is tried again, twice.

use std::{sync::Arc, time::Duration};

use lettre::{
    Message, SmtpTransport, Transport,
    address::AddressError,
    message::{Mailbox, header::ContentType},
    transport::smtp::{
        authentication::Credentials,
        client::{Certificate, Tls, TlsParameters},
    },
};
use tokio::sync::Semaphore;

use crate::config::{MailConfig, MailTls};

/// Letters on their way at a time, repetitions included; more are refused.
const LETTERS_MAX: usize = 200;
/// Waits before the second and the third try.
const WAITS: [Duration; 2] = [Duration::from_secs(5), Duration::from_secs(60)];
/// How a certificate begins in a PEM file.
const CERTIFICATE: &[u8] = b"-----BEGIN CERTIFICATE-----";
/// For one exchange with the server.
const TIMEOUT: Duration = Duration::from_secs(20);

/// Plain text to one person.
#[derive(Clone, Debug)]
pub struct Letter {
    pub to: String,
    pub subject: String,
    pub text: String,
    /// Host of the site's address: the sender is there, unless the configuration names another.
    pub host: String,
    /// Name of the sender, likewise.
    pub site: String,
}

/// The way out, shared by all workers.
#[derive(Clone, Debug)]
pub struct Mail {
    smtp: Option<SmtpTransport>,
    from: Option<Mailbox>,
    room: Arc<Semaphore>,
}

impl Mail {
    /// # Errors
    /// In words for the operator: which setting is wrong.
    pub fn new(config: &MailConfig) -> Result<Self, String> {
        let from = match config.from.as_str() {
            "" => None,
            from => Some(from.parse().map_err(|error: AddressError| format!("mail.from: “{from}”: {error}"))?),
        };
        let smtp = if config.host.is_empty() { None } else { Some(connection(config)?) };
        Ok(Self { smtp, from, room: Arc::new(Semaphore::new(LETTERS_MAX)) })
    }

    /// True if letters leave this machine.
    pub fn is_sent(&self) -> bool {
        self.smtp.is_some()
    }

    /// Sends a letter in the background. What fails is logged, without the text.
    pub fn post(&self, letter: &Letter) {
        let message = match self.message(letter) {
            Ok(message) => message,
            Err(reason) => return tracing::error!(reason, "a letter cannot be written"),
        };
        let Some(smtp) = self.smtp.clone() else {
            let Letter { to, subject, text, .. } = letter;
            return tracing::info!("no mail server is set (mail.host): a letter to {to}, “{subject}”:\n{text}");
        };
        let Ok(place) = Arc::clone(&self.room).try_acquire_owned() else {
            return tracing::error!("a letter is dropped: {LETTERS_MAX} others are on their way");
        };
        tokio::spawn(async move {
            send(&smtp, message).await;
            drop(place);
        });
    }

    /// Waits until all letters are on the server or given up, at most `within`: for who is about to end the process. Gives
    /// how many are left.
    pub async fn drain(&self, within: Duration) -> usize {
        let all = u32::try_from(LETTERS_MAX).unwrap_or(u32::MAX);
        match tokio::time::timeout(within, self.room.acquire_many(all)).await {
            Ok(_) => 0,
            Err(_) => LETTERS_MAX.saturating_sub(self.room.available_permits()),
        }
    }

    fn message(&self, letter: &Letter) -> Result<Message, String> {
        let from = match &self.from {
            Some(from) => from.clone(),
            None => {
                let address = format!("bucketpress@{}", letter.host).parse();
                let address = address.map_err(|error: AddressError| format!("mail.from is not set: {error}"))?;
                Mailbox::new(Some(letter.site.clone()).filter(|name| !name.is_empty()), address)
            }
        };
        let to = letter.to.parse().map_err(|error: AddressError| format!("the recipient's address: {error}"))?;
        let message = Message::builder().from(from).to(Mailbox::new(None, to)).subject(&letter.subject);
        let message = message.header(ContentType::TEXT_PLAIN).body(letter.text.clone());
        message.map_err(|error| error.to_string())
    }
}

fn connection(config: &MailConfig) -> Result<SmtpTransport, String> {
    let wrong = |error: lettre::transport::smtp::Error| format!("mail.host: “{}”: {error}", config.host);
    let mut builder = match config.tls {
        MailTls::Tls => SmtpTransport::relay(&config.host).map_err(wrong)?.tls(Tls::Wrapper(tls(config)?)),
        MailTls::StartTls => {
            SmtpTransport::starttls_relay(&config.host).map_err(wrong)?.tls(Tls::Required(tls(config)?))
        }
        MailTls::None => SmtpTransport::builder_dangerous(&config.host),
    };
    if config.port != 0 {
        builder = builder.port(config.port);
    }
    if !config.user.is_empty() {
        builder = builder.credentials(Credentials::new(config.user.clone(), config.password.0.clone()));
    }
    Ok(builder.timeout(Some(TIMEOUT)).build())
}

/// Whom to believe that they are `mail.host`.
fn tls(config: &MailConfig) -> Result<TlsParameters, String> {
    let mut parameters = TlsParameters::builder(config.host.clone());
    if let Some(path) = &config.ca_file {
        let wrong = |reason: String| format!("mail.ca_file: {}: {reason}", path.display());
        let pem = std::fs::read(path).map_err(|error| wrong(error.to_string()))?;
        if !pem.windows(CERTIFICATE.len()).any(|part| part == CERTIFICATE) {
            return Err(wrong("there is no certificate in it".to_owned()));
        }
        parameters =
            parameters.add_root_certificate(Certificate::from_pem(&pem).map_err(|error| wrong(error.to_string()))?);
    }
    parameters.build().map_err(|error| format!("mail.host: “{}”: {error}", config.host))
}

async fn send(smtp: &SmtpTransport, message: Message) {
    let mut waits = WAITS.iter();
    loop {
        let (smtp, again) = (smtp.clone(), message.clone());
        // Looking up names and talking to the server block.
        let sent = tokio::task::spawn_blocking(move || smtp.send(&again)).await;
        match sent {
            Ok(Ok(_)) => return tracing::info!("a letter was handed to the mail server"),
            Ok(Err(error)) => match waits.next().filter(|_| !error.is_permanent()) {
                Some(wait) => {
                    tracing::warn!(%error, "a letter was not taken, trying again");
                    tokio::time::sleep(*wait).await;
                }
                None => return tracing::error!(%error, "a letter was not taken"),
            },
            Err(error) => return tracing::error!(%error, "a letter was not sent"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Secret;

    fn config(host: &str, from: &str) -> MailConfig {
        MailConfig {
            host: host.to_owned(),
            port: 0,
            tls: MailTls::None,
            ca_file: None,
            user: String::new(),
            password: Secret(String::new()),
            from: from.to_owned(),
        }
    }

    fn letter(to: &str) -> Letter {
        Letter {
            to: to.to_owned(),
            subject: "Grüße\r\nBcc: all@example.org".to_owned(),
            text: "Text".to_owned(),
            host: "news.example.org".to_owned(),
            site: "Harbour News".to_owned(),
        }
    }

    #[test]
    fn the_sender_is_the_configured_one_or_the_sites() {
        let from = |config: &MailConfig| {
            let message = Mail::new(config).unwrap().message(&letter("ann@example.org")).unwrap();
            String::from_utf8(message.formatted()).unwrap()
        };
        let ours = from(&config("", ""));
        assert!(ours.contains("From: \"Harbour News\" <bucketpress@news.example.org>\r\n"), "{ours}");
        let theirs = from(&config("", "Desk <desk@example.org>"));
        assert!(theirs.contains("<desk@example.org>\r\n") && theirs.contains("From: "), "{theirs}");
    }

    #[test]
    fn no_header_can_be_smuggled_in() {
        let mail = Mail::new(&config("", "")).unwrap();
        let text = String::from_utf8(mail.message(&letter("ann@example.org")).unwrap().formatted()).unwrap();
        let (head, _) = text.split_once("\r\n\r\n").unwrap();
        assert!(!head.lines().any(|line| line.starts_with("Bcc")), "{head}");
        assert!(mail.message(&letter("ann@example.org, bob@example.org")).is_err());
        assert!(mail.message(&letter("ann@example.org\r\nBcc: x@example.org")).is_err());
    }

    #[test]
    fn a_wrong_sender_is_named() {
        let reason = Mail::new(&config("", "no address")).unwrap_err();
        assert!(reason.contains("mail.from") && reason.contains("no address"), "{reason}");
    }
}
