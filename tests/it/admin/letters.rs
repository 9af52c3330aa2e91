//! Lost passwords: a link by mail, taken by a real SMTP server, good once.

use std::sync::Arc;

use bucketpress::{
    config::{Config, MailTls},
    content::{Edit, Role, edit::SaveUser},
    http::admin::editor::bundle::parts,
    publish::Outcome,
    store::memory::MemoryObjects,
};
use serde_json::json;
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

/// The text of a letter: quoted-printable.
fn decoded(letter: &str) -> String {
    let unfolded = letter.replace("=\n", "");
    let mut bytes = Vec::new();
    let mut rest = unfolded.as_str();
    while let Some((before, after)) = rest.split_once('=') {
        bytes.extend_from_slice(before.as_bytes());
        match after.get(..2).and_then(|digits| u8::from_str_radix(digits, 16).ok()) {
            Some(byte) => {
                bytes.push(byte);
                rest = &after[2..];
            }
            None => {
                bytes.push(b'=');
                rest = after;
            }
        }
    }
    bytes.extend_from_slice(rest.as_bytes());
    String::from_utf8(bytes).unwrap()
}

/// A call of the editor `ed` over XML-RPC.
async fn edit_by_xmlrpc(server: &Server, secret: &str, post: &str, text: &str) {
    let body = format!(
        "<methodCall><methodName>metaWeblog.editPost</methodName><params><param><value>{post}</value></param><param><value>ed\
         </value></param><param><value>{secret}</value></param><param><value><struct><member><name>description</name><value>\
         {text}</value></member></struct></value></param></params></methodCall>"
    );
    let answer = client().post(server.url("/xmlrpc.php")).body(body).send().await.unwrap().text().await.unwrap();
    assert!(!answer.contains("<fault>"), "{answer}");
}

#[tokio::test]
async fn whose_version_is_saved_over_by_a_program_is_told() {
    let mut smtp = Smtp::start(0).await;
    let server = site(smtp.config()).await;
    let ed = SaveUser {
        login: Some("ed".to_owned()),
        email: Some("ed@example.org".to_owned()),
        display_name: Some("Ed".to_owned()),
        roles: Some(vec![Role::Editor]),
        ..SaveUser::default()
    };
    let Outcome::User { id: ed, .. } = server.apply(Edit::SaveUser(Box::new(ed))).await else { panic!("no user") };
    let (own, theirs) = (server.app_password(server.admin).await, server.app_password(ed).await);
    let save = async |path: String, body: serde_json::Value| -> serde_json::Value {
        let request = client().post(server.url(&format!("/wp-json/wp/v2/{path}"))).basic_auth(ADMIN, Some(&own));
        request.json(&body).send().await.unwrap().json().await.unwrap()
    };
    let made =
        save("posts".to_owned(), json!({ "title": "Ice & snow", "content": "<p>Mine</p>", "status": "draft" })).await;
    let id = made["id"].to_string();
    // Nothing is said where nothing of another's is replaced: a status, a version that was known, one's own.
    save(format!("posts/{id}"), json!({ "content": "<p>Mine again</p>" })).await;
    edit_by_xmlrpc(&server, &theirs, &id, "Of Ed").await;
    edit_by_xmlrpc(&server, &theirs, &id, "Of Ed, again").await;
    let letters = [smtp.letters.recv().await.unwrap(), smtp.letters.recv().await.unwrap()];
    let to = |who: &str| letters.iter().find(|letter| letter.contains(&format!("To: {who}"))).unwrap();
    let text = decoded(to("editor@example.org"));
    assert!(text.contains("“Ice & snow”") && text.contains("Ed has saved this"), "{text}");
    assert!(decoded(to("ed@example.org")).contains("saved this over a version"), "and Ed is told what his program did");
    let link = text.split_whitespace().find(|word| word.contains("/wp-admin/revision.php?")).unwrap().to_owned();
    let shown = server.signed_in().await.get(format!("{link}&as=json")).send().await.unwrap().text().await.unwrap();
    assert!(shown.contains("Mine again"), "the link shows what was replaced: {shown}");
    // And the editor says so when the post is opened.
    if parts("editor").is_some() {
        let page = server.signed_in().await.get(server.url(&format!("/wp-admin/post.php?post={id}&action=edit")));
        let page = page.send().await.unwrap().text().await.unwrap();
        assert!(page.contains("\"changedBy\":{") && page.contains("\"name\":\"Ed\""), "no notice");
    }
    // Who says from which version replaces nothing unseen; of others Ed is told, once.
    let now = save(format!("posts/{id}"), json!({ "status": "draft" })).await;
    save(format!("posts/{id}"), json!({ "content": "<p>Knowing</p>", "revision": now["revision"] })).await;
    edit_by_xmlrpc(&server, &theirs, &id, "Over it").await;
    save(format!("posts/{id}"), json!({ "content": "<p>Not knowing</p>" })).await;
    let letter = smtp.letters.recv().await.unwrap();
    assert!(letter.contains("To: ed@example.org"), "one an hour to each, and none for what was known: {letter}");
}

#[tokio::test]
async fn links_asked_for_are_counted_over_all_servers() {
    let mut smtp = Smtp::start(0).await;
    let objects = Arc::new(MemoryObjects::new());
    let one = Server::prepared(objects.clone(), smtp.config()).await;
    let other = Server::prepared(objects, smtp.config()).await;
    for server in [&one, &other, &one, &other, &one] {
        assert_eq!(ask(server, ADMIN).await.0, 200);
        assert!(smtp.letters.recv().await.unwrap().contains("To: editor@example.org"));
    }
    for server in [&one, &other] {
        assert_eq!(ask(server, ADMIN).await.0, 429, "five from there for one account");
        // The account's letters are counted by whatever name, and the answer does not tell.
        assert_eq!(ask(server, "editor@example.org").await.0, 200);
    }
    // Nor is there more to be had for who asks for nobody.
    for server in [&one, &other, &one, &other, &one] {
        assert_eq!(ask(server, "nobody-at-all").await.0, 200);
    }
    for server in [&one, &other] {
        assert_eq!(ask(server, "nobody-at-all").await.0, 429);
    }
    assert!(smtp.letters.try_recv().is_err(), "five letters and no more");
}

#[tokio::test]
async fn of_links_asked_for_at_once_at_two_servers_no_more_are_sent() {
    let mut smtp = Smtp::start(0).await;
    let objects = Arc::new(MemoryObjects::new());
    let one = Server::prepared(objects.clone(), smtp.config()).await;
    let other = Server::prepared(objects, smtp.config()).await;
    let asked = (0..16).map(|n| ask(if n % 2 == 0 { &one } else { &other }, ADMIN));
    let answers = futures_util::future::join_all(asked).await;
    let passed = answers.iter().filter(|(status, _)| *status == 200).count();
    assert!(passed <= 5, "{passed}");
    for _ in 0..passed {
        smtp.letters.recv().await.unwrap();
    }
    assert!(smtp.letters.try_recv().is_err());
}

/// The program itself, on a site in `folder` that sends its letters to `smtp`; what it prints.
async fn program(folder: &std::path::Path, smtp: &Smtp, arguments: &[&str]) -> String {
    let port = format!("mail.port={}", smtp.port);
    let mut command = tokio::process::Command::new(env!("CARGO_BIN_EXE_bucketpress"));
    command.args(arguments).args(["--set", "mail.host=127.0.0.1", "--set", "mail.tls=none", "--set", &port]);
    command.args(["--set", "mail.from=site@example.org"]).current_dir(folder);
    let output = command.env_remove("BUCKETPRESS_STORE").env_remove("BUCKETPRESS_SITE_KEY").output().await.unwrap();
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    assert!(output.status.success(), "{arguments:?}: {}{}", text(&output.stdout), text(&output.stderr));
    text(&output.stdout)
}

#[tokio::test]
async fn a_command_ends_when_its_letters_are_sent() {
    // What comes first is refused for now: it is sent again five seconds later, when the command has long been done.
    let mut smtp = Smtp::start(1).await;
    let folder = tempfile::tempdir().unwrap();
    let here = folder.path();
    let site = ["--url", "http://example.org", "--title", "T", "--admin-user", "ann", "--admin-email", "a@example.org"];
    program(here, &smtp, &[&["setup"][..], &site].concat()).await;
    program(here, &smtp, &["user", "create", "kim", "kim@example.org", "--role", "author"]).await;
    let (first, second) = (here.join("first.html"), here.join("second.html"));
    std::fs::write(&first, "<p>Of Kim</p>").unwrap();
    std::fs::write(&second, "<p>Of Ann</p>").unwrap();
    let create = ["post", "create", first.to_str().unwrap(), "--title", "Ice", "--json", "--user", "kim"];
    let made: serde_json::Value = serde_json::from_str(program(here, &smtp, &create).await.trim()).unwrap();
    let id = made["id"].to_string();
    program(here, &smtp, &["post", "update", &id, second.to_str().unwrap(), "--user", "ann"]).await;
    let letter = smtp.letters.try_recv().expect("it is sent by the time the command has ended");
    assert!(letter.contains("To: kim@example.org"), "{letter}");
}
