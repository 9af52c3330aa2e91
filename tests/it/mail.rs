//! Letters through a real mail server: encryption that is asked for is insisted on, and passwords go nowhere else.

use std::{
    path::{Path, PathBuf},
    process::{Command, Stdio},
    time::Duration,
};

use bucketpress::{
    config::{MailConfig, MailTls, Secret},
    mail::{Letter, Mail},
};
use serde_json::Value;
use tokio::io::{AsyncBufReadExt as _, BufReader, Lines};

/// More than any of this takes.
const PATIENCE: Duration = Duration::from_secs(60);

/// aiosmtpd, as `tests/clients/smtp_server.py` runs it.
struct MailServer {
    _process: tokio::process::Child,
    said: Lines<BufReader<tokio::process::ChildStdout>>,
    port: u16,
    folder: tempfile::TempDir,
}

fn openssl(folder: &Path, arguments: &str) {
    let output = Command::new("openssl").args(arguments.split(' ')).current_dir(folder).output().unwrap();
    assert!(output.status.success(), "openssl {arguments}: {}", String::from_utf8_lossy(&output.stderr));
}

impl MailServer {
    /// `None`, said aloud, where Python's packages are not installed.
    async fn start(mode: &str) -> Option<Self> {
        let clients = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/clients");
        let python = clients.join(".venv/bin/python");
        if !python.exists() {
            #[expect(clippy::disallowed_methods, reason = "CI is no setting of the program")]
            let must = std::env::var_os("CI").is_some();
            assert!(!must, "run tests/services/install first: no {}", python.display());
            eprintln!("SKIPPED, run tests/services/install first: no {}", python.display());
            return None;
        }
        let folder = tempfile::tempdir().unwrap();
        let key = "-newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2";
        openssl(folder.path(), &format!("req -x509 {key} -subj /CN=Our-Authority -keyout ca.key -out ca.pem"));
        openssl(folder.path(), &format!("req -new {key} -subj /CN=mail -keyout server.key -out server.csr"));
        std::fs::write(folder.path().join("names"), "subjectAltName=IP:127.0.0.1\n").unwrap();
        let signed = "x509 -req -in server.csr -CA ca.pem -CAkey ca.key -CAcreateserial -days 2 -extfile names";
        openssl(folder.path(), &format!("{signed} -out server.crt"));
        let mut command = tokio::process::Command::new(python);
        command.arg(clients.join("smtp_server.py")).arg(mode);
        command.args(["server.crt", "server.key"]).current_dir(folder.path());
        let mut process = command.stdout(Stdio::piped()).kill_on_drop(true).spawn().unwrap();
        let said = BufReader::new(process.stdout.take().unwrap()).lines();
        let mut server = Self { _process: process, said, port: 0, folder };
        let listening = server.next().await;
        server.port = u16::try_from(listening["port"].as_u64().unwrap()).unwrap();
        Some(server)
    }

    async fn next(&mut self) -> Value {
        let line = tokio::time::timeout(PATIENCE, self.said.next_line()).await.expect("it says something");
        serde_json::from_str(&line.unwrap().expect("it still runs")).unwrap()
    }

    /// Everything until a connection ends, with whether it was encrypted.
    async fn connection(&mut self) -> Vec<(String, bool, Value)> {
        let mut events = Vec::new();
        loop {
            let event = self.next().await;
            let (name, tls) = (event["event"].as_str().unwrap().to_owned(), event["tls"].as_bool().unwrap());
            if name == "closed" {
                return events;
            }
            events.push((name, tls, event));
        }
    }

    fn ca_file(&self) -> Option<PathBuf> {
        Some(self.folder.path().join("ca.pem"))
    }

    fn config(&self, tls: MailTls) -> MailConfig {
        MailConfig {
            host: "127.0.0.1".to_owned(),
            port: self.port,
            tls,
            ca_file: self.ca_file(),
            user: "desk".to_owned(),
            password: Secret("secret".to_owned()),
            from: "News <news@example.org>".to_owned(),
        }
    }
}

fn send(config: &MailConfig) {
    let letter = Letter {
        to: "ann@example.org".to_owned(),
        subject: "A link".to_owned(),
        text: "Good for a day.".to_owned(),
        host: "example.org".to_owned(),
        site: "News".to_owned(),
    };
    Mail::new(config).unwrap().post(&letter);
}

fn names(events: &[(String, bool, Value)]) -> Vec<(&str, bool)> {
    events.iter().map(|(name, tls, _)| (name.as_str(), *tls)).collect()
}

#[tokio::test]
async fn letters_and_passwords_go_by_tls() {
    for (mode, tls) in [("starttls", MailTls::StartTls), ("tls", MailTls::Tls)] {
        let Some(mut server) = MailServer::start(mode).await else { return };
        send(&server.config(tls));
        let events = server.connection().await;
        assert_eq!(names(&events), [("auth", true), ("mail", true), ("letter", true)], "{mode}");
        let letter = &events[2].2;
        assert_eq!((letter["user"].as_str(), &letter["to"][0]), (Some("desk"), &Value::from("ann@example.org")));
        assert!(letter["text"].as_str().unwrap().contains("Good for a day."), "{letter}");
    }
}

#[tokio::test]
async fn a_wrong_password_is_an_end_to_it() {
    let Some(mut server) = MailServer::start("starttls").await else { return };
    send(&MailConfig { password: Secret("guess".to_owned()), ..server.config(MailTls::StartTls) });
    let events = server.connection().await;
    assert_eq!(names(&events), [("auth", true), ("refused", true)]);
}

#[tokio::test]
async fn a_server_without_starttls_gets_neither_letter_nor_password() {
    let Some(mut server) = MailServer::start("clear").await else { return };
    send(&server.config(MailTls::StartTls));
    assert_eq!(names(&server.connection().await), []);
    // Where the operator says so, in a private network, it is another matter.
    send(&MailConfig { user: String::new(), ..server.config(MailTls::None) });
    assert_eq!(names(&server.connection().await), [("mail", false), ("letter", false)]);
}

#[tokio::test]
async fn a_server_that_cannot_prove_its_name_gets_neither() {
    let Some(mut server) = MailServer::start("starttls").await else { return };
    send(&MailConfig { ca_file: None, ..server.config(MailTls::StartTls) });
    assert_eq!(names(&server.connection().await), []);
}

#[tokio::test]
async fn authorities_that_cannot_be_read_are_named() {
    let folder = tempfile::tempdir().unwrap();
    let empty = folder.path().join("empty.pem");
    std::fs::write(&empty, "no certificate").unwrap();
    for file in [folder.path().join("absent.pem"), empty] {
        let config = MailConfig {
            host: "127.0.0.1".to_owned(),
            port: 1,
            tls: MailTls::StartTls,
            ca_file: Some(file.clone()),
            user: String::new(),
            password: Secret(String::new()),
            from: String::new(),
        };
        let reason = Mail::new(&config).unwrap_err();
        assert!(reason.contains("mail.ca_file") && reason.contains(&*file.display().to_string()), "{reason}");
    }
}
