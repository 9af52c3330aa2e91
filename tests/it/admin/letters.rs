//! Lost passwords: a link by mail, taken by a real SMTP server, good once.

use std::sync::Arc;

use bucketpress::{
    config::{Config, MailTls},
    store::memory::MemoryObjects,
};
use tokio::{
    io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader},
    net::{TcpListener, TcpStream},
    sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel},
};

use crate::support::{self, ADMIN, ADMIN_PASSWORD, Server, client, form, hidden_field};

/// As much of RFC 5321 as a sender needs. `refusals` are answered to the first recipients.
struct Smtp {
    port: u16,
    letters: UnboundedReceiver<String>,
}

impl Smtp {
    async fn start(refusals: usize) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let (taken, letters) = unbounded_channel();
        tokio::spawn(async move {
            let mut refusals = refusals;
            while let Ok((stream, _)) = listener.accept().await {
                let refuse = refusals > 0;
                refusals = refusals.saturating_sub(1);
                tokio::spawn(talk(stream, taken.clone(), refuse));
            }
        });
        Self { port, letters }
    }

    fn config(&self) -> Config {
        let mut config = support::config();
        config.mail.host = "127.0.0.1".to_owned();
        config.mail.port = self.port;
        config.mail.tls = MailTls::None;
        config
    }
}

async fn talk(stream: TcpStream, taken: UnboundedSender<String>, refuse: bool) -> Option<()> {
    let (read, mut write) = stream.into_split();
    let mut lines = BufReader::new(read).lines();
    write.write_all(b"220 test\r\n").await.ok()?;
    while let Some(line) = lines.next_line().await.ok()? {
        let verb = line.split(' ').next().unwrap().to_uppercase();
        let reply: &[u8] = match verb.as_str() {
            "RCPT" if refuse => b"451 not now\r\n",
            "DATA" => {
                write.write_all(b"354 go on\r\n").await.ok()?;
                let mut letter = String::new();
                while let Some(line) = lines.next_line().await.ok()?.filter(|line| line != ".") {
                    letter.push_str(line.strip_prefix('.').unwrap_or(&line));
                    letter.push('\n');
                }
                taken.send(letter).ok()?;
                b"250 taken\r\n"
            }
            "QUIT" => {
                write.write_all(b"221 bye\r\n").await.ok()?;
                return Some(());
            }
            _ => b"250 fine\r\n",
        };
        write.write_all(reply).await.ok()?;
    }
    Some(())
}

async fn site(config: Config) -> Server {
    Server::prepared(Arc::new(MemoryObjects::new()), config).await
}

/// Asks for a link; the page that answers.
async fn ask(server: &Server, login: &str) -> (u16, String) {
    let browser = client();
    let url = server.url("/wp-login.php?action=lostpassword");
    let page = browser.get(&url).send().await.unwrap().text().await.unwrap();
    let nonce = hidden_field(&page, "nonce");
    let answer = form(browser.post(&url), &[("nonce", nonce.as_str()), ("user_login", login)]).send().await.unwrap();
    (answer.status().as_u16(), answer.text().await.unwrap())
}

/// The link of a letter: quoted-printable folds long lines.
fn link(letter: &str) -> String {
    let unfolded = letter.replace("=\n", "").replace("=3D", "=");
    let link = unfolded.lines().find(|line| line.contains("action=rp")).expect("the letter has a link");
    link.trim().to_owned()
}

/// Sends the form behind the link with a new password.
async fn set(link: &str, password: &str) -> reqwest::Response {
    let browser = client();
    let page = browser.get(link).send().await.unwrap();
    if page.status() != 200 {
        return page;
    }
    let page = page.text().await.unwrap();
    let (nonce, key) = (hidden_field(&page, "nonce"), hidden_field(&page, "key"));
    let url = link.split('?').next().unwrap();
    let fields = [("nonce", nonce.as_str()), ("key", key.as_str()), ("pass1", password)];
    form(browser.post(format!("{url}?action=resetpass")), &fields).send().await.unwrap()
}

async fn signs_in(server: &Server, password: &str) -> bool {
    let browser = client();
    let page = browser.get(server.url("/wp-login.php")).send().await.unwrap().text().await.unwrap();
    let nonce = hidden_field(&page, "nonce");
    let fields = [("nonce", nonce.as_str()), ("log", ADMIN), ("pwd", password)];
    form(browser.post(server.url("/wp-login.php")), &fields).send().await.unwrap().status() == 303
}

#[tokio::test]
async fn a_link_by_mail_sets_a_new_password_once() {
    let mut smtp = Smtp::start(0).await;
    let server = site(smtp.config()).await;
    let signed_in = server.signed_in().await;
    let before = server.app.log.current().seq;
    let (status, _) = ask(&server, "editor@example.org").await;
    assert_eq!(status, 200);
    let letter = smtp.letters.recv().await.unwrap();
    assert!(letter.contains("To: editor@example.org\n"), "{letter}");
    assert!(letter.contains("The Test Gazette") && letter.contains("<bucketpress@localhost>"), "{letter}");
    assert_eq!(server.app.log.current().seq, before, "asking commits nothing");
    let link = link(&letter);
    assert!(link.starts_with(&server.base), "{link}");

    let short = set(&link, "short").await;
    assert_eq!(short.status(), 400);
    assert!(signs_in(&server, ADMIN_PASSWORD).await, "the old password still counts");
    let done = set(&link, "a new fine passphrase").await;
    assert_eq!(
        (done.status().as_u16(), done.headers()["location"].to_str().unwrap()),
        (303, "/wp-login.php?password=changed")
    );
    assert!(signs_in(&server, "a new fine passphrase").await && !signs_in(&server, ADMIN_PASSWORD).await);
    assert_eq!(signed_in.get(server.url("/wp-admin/profile.php")).send().await.unwrap().status(), 303, "signed out");
    let again = set(&link, "yet another passphrase").await;
    assert_eq!(again.status(), 403);
    assert!(again.text().await.unwrap().contains("no longer good"));
}

#[tokio::test]
async fn nobody_learns_who_has_an_account() {
    let mut smtp = Smtp::start(0).await;
    let server = site(smtp.config()).await;
    let (status, unknown) = ask(&server, "nobody@example.org").await;
    let (known_status, known) = ask(&server, ADMIN).await;
    assert_eq!((status, unknown), (known_status, known));
    assert!(smtp.letters.recv().await.unwrap().contains("To: editor@example.org\n"), "one letter, to the one account");
    assert!(smtp.letters.try_recv().is_err());
}

#[tokio::test]
async fn a_letter_refused_for_now_is_sent_again_and_few_are() {
    let mut smtp = Smtp::start(1).await;
    let server = site(smtp.config()).await;
    ask(&server, ADMIN).await;
    smtp.letters.recv().await.unwrap();
    for _ in 0..4 {
        assert_eq!(ask(&server, ADMIN).await.0, 200);
    }
    assert_eq!(ask(&server, ADMIN).await.0, 429);
    // The account's letters are counted whatever name and address they are asked by.
    assert_eq!(ask(&server, "editor@example.org").await.0, 200);
    for _ in 0..4 {
        smtp.letters.recv().await.unwrap();
    }
    ask(&server, "somebody-else").await;
    assert!(smtp.letters.try_recv().is_err(), "five letters and no more");
}

#[tokio::test]
async fn a_link_that_was_changed_or_made_elsewhere_is_no_good() {
    let mut smtp = Smtp::start(0).await;
    let server = site(smtp.config()).await;
    ask(&server, ADMIN).await;
    let link = link(&smtp.letters.recv().await.unwrap());
    let key = link.split("key=").nth(1).unwrap().split('&').next().unwrap().to_owned();
    let mut parts: Vec<String> = key.split('.').map(str::to_owned).collect();
    parts[1] = (parts[1].parse::<i64>().unwrap() + 60).to_string();
    for forged in [parts.join("."), key.replace('.', ""), "1.2.3".to_owned(), String::new()] {
        let answer = set(&link.replace(&key, &forged), "a new fine passphrase").await;
        assert_eq!(answer.status(), 403, "{forged}");
    }
    let forged_form = form(
        client().post(server.url("/wp-login.php?action=resetpass")),
        &[("key", key.as_str()), ("pass1", "a new fine passphrase")],
    );
    assert_eq!(forged_form.send().await.unwrap().status(), 403, "the form must be ours");
    assert!(signs_in(&server, ADMIN_PASSWORD).await);
    assert_eq!(set(&link, "a new fine passphrase").await.status(), 303, "the link itself is still good");
}
