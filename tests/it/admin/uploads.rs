//! What people without `unfiltered_html` may not bring in, by whichever door; and what nobody may.

use bucketpress::{
    content::{
        Actor, Edit, PostId, Role, UserId,
        edit::{SavePost, SaveUser},
    },
    publish::{self, Outcome},
};
use serde_json::{Value, json};

use crate::{
    site::{post, save},
    support::{ADMIN, Server, client},
};

const EVIL: &str = "<p onclick=\"evil()\">Fine <strong>words</strong></p><script>evil()</script><iframe \
                    src=\"https://evil.example/\"></iframe><a href=\"javascript:evil()\">here</a><svg \
                    onload=\"evil()\"></svg>";
const DRAWING: &str = "<svg xmlns=\"http://www.w3.org/2000/svg\" onload=\"evil()\"><script>evil()</script></svg>";

struct Writer<'a> {
    server: &'a Server,
    id: UserId,
    login: String,
    secret: String,
}

impl<'a> Writer<'a> {
    async fn new(server: &'a Server, role: Role) -> Self {
        let login = format!("the-{}", role.name());
        let user = SaveUser {
            login: Some(login.clone()),
            email: Some(format!("{login}@example.org")),
            roles: Some(vec![role]),
            ..SaveUser::default()
        };
        let Outcome::User { id, .. } = server.apply(Edit::SaveUser(Box::new(user))).await else { panic!() };
        Self { server, id, secret: server.app_password(id).await, login }
    }

    async fn api(&self, path: &str, body: Value) -> Value {
        // each from an address of their own: one is asked to wait between comments
        let address = format!("203.0.113.{}", self.id);
        let request =
            client().post(self.server.url(&format!("/wp-json/wp/v2/{path}"))).header("X-Forwarded-For", address);
        let answer = request.basic_auth(&self.login, Some(&self.secret)).json(&body).send().await.unwrap();
        answer.json().await.unwrap()
    }

    async fn xmlrpc(&self, method: &str, params: &str) -> String {
        let (login, secret) = (&self.login, &self.secret);
        let body = format!(
            "<methodCall><methodName>{method}</methodName><params><param><value><int>1</int></value></param><param><value>\
             {login}</value></param><param><value>{secret}</value></param>{params}</params></methodCall>"
        );
        let request = client().post(self.server.url("/xmlrpc.php")).header("Content-Type", "text/xml").body(body);
        request.send().await.unwrap().text().await.unwrap()
    }

    /// The stored text of a post.
    async fn stored(&self, id: u64) -> String {
        let at = self.server.app.log.current();
        let post = at.state.post(PostId(id)).unwrap();
        self.server.app.revisions.get(post.id, post.revision).await.unwrap().content.clone()
    }
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;")
}

fn member(name: &str, value: &str) -> String {
    format!("<member><name>{name}</name><value>{value}</value></member>")
}

/// What one writer gets into the site by each door.
async fn brought_in(server: &Server, writer: &Writer<'_>) -> Vec<(&'static str, String)> {
    let mut found = Vec::new();
    let made = writer.api("posts", json!({ "title": "x", "content": EVIL, "status": "draft" })).await;
    let id = made["id"].as_u64().unwrap();
    found.push(("REST", writer.stored(id).await));
    let batch = json!({ "requests": [{ "path": "/wp/v2/posts", "method": "POST", "body": { "title": "x", "content": EVIL } }] });
    let answer = writer.api("../../batch/v1", batch).await;
    found.push(("batch", writer.stored(answer["responses"][0]["body"]["id"].as_u64().unwrap()).await));
    let saved = writer.api(&format!("posts/{id}/autosaves"), json!({ "content": EVIL })).await;
    found.push(("autosave", saved["content"]["raw"].as_str().unwrap().to_owned()));
    let content = format!("<param><value><struct>{}</struct></value></param>", member("post_content", &escaped(EVIL)));
    let answer = writer.xmlrpc("wp.newPost", &content).await;
    let id = answer.split("<string>").nth(1).unwrap().split('<').next().unwrap().parse().unwrap();
    found.push(("wp.newPost", writer.stored(id).await));
    let content = format!("<param><value><struct>{}</struct></value></param>", member("description", &escaped(EVIL)));
    let answer = writer.xmlrpc("metaWeblog.newPost", &content).await;
    let id = answer.split("<string>").nth(1).unwrap().split('<').next().unwrap().parse().unwrap();
    found.push(("metaWeblog.newPost", writer.stored(id).await));
    // as the command line does for `--as`, and everything else within the program
    let save = SavePost { author: Some(writer.id), ..post("x", EVIL) };
    let save = SavePost { status: Some(bucketpress::content::PostStatus::Draft), ..save };
    let edit = Edit::SavePost(Box::new(save));
    let Outcome::Post { id, .. } =
        publish::apply(&server.app, &Actor::User(writer.id), edit, None).await.unwrap().outcome
    else {
        panic!()
    };
    found.push(("flow", writer.stored(id.0).await));
    let open = save_open(server).await;
    let said = writer.api("comments", json!({ "post": open, "content": EVIL })).await;
    found.push(("comment", said["content"]["rendered"].as_str().unwrap_or_else(|| panic!("{said}")).to_owned()));
    found
}

async fn save_open(server: &Server) -> u64 {
    save(server, post("Open", "x")).await.0
}

#[tokio::test]
async fn html_is_cleaned_by_role_at_every_door() {
    let server = Server::start().await;
    for role in [Role::Contributor, Role::Author] {
        let writer = Writer::new(&server, role).await;
        for (door, text) in brought_in(&server, &writer).await {
            for evil in ["<script", "onclick", "onload", "<iframe", "javascript:", "<svg"] {
                assert!(!text.contains(evil), "{door}: {text}");
            }
            assert!(text.contains("<strong>words</strong>"), "{door}: {text}");
        }
    }
    let editor = Writer::new(&server, Role::Editor).await;
    for (door, text) in brought_in(&server, &editor).await.into_iter().filter(|(door, _)| *door != "comment") {
        assert!(text.contains("<script>evil()</script>") && text.contains("onclick"), "{door}: {text}");
    }
}

#[tokio::test]
async fn drawings_with_scripts_come_in_by_no_door() {
    let server = Server::start().await;
    let secret = server.app_password(server.admin).await;
    let admin = Writer { server: &server, id: server.admin, login: ADMIN.to_owned(), secret };
    let author = Writer::new(&server, Role::Author).await;
    for writer in [&admin, &author] {
        // under its own name and type, and as a picture
        for (name, kind) in [("a.svg", "image/svg+xml"), ("a.png", "image/png"), ("a.svgz", "image/svg+xml")] {
            let upload =
                || client().post(server.url("/wp-json/wp/v2/media")).basic_auth(&writer.login, Some(&writer.secret));
            let raw = upload().header("Content-Disposition", format!("attachment; filename=\"{name}\""));
            let raw = raw.header("Content-Type", kind).body(DRAWING).send().await.unwrap();
            assert_eq!(raw.status(), 400, "{name}: {}", raw.text().await.unwrap());
            let part = format!(
                "--x\r\nContent-Disposition: form-data; name=\"file\"; filename=\"{name}\"\r\nContent-Type: {kind}\r\n\r\n\
                 {DRAWING}\r\n--x--\r\n"
            );
            let form =
                upload().header("Content-Type", "multipart/form-data; boundary=x").body(part).send().await.unwrap();
            assert_eq!(form.status(), 400, "{name}: {}", form.text().await.unwrap());
            use base64::Engine as _;
            let bits = base64::engine::general_purpose::STANDARD.encode(DRAWING);
            let file = [("name", name), ("type", kind)].map(|(name, value)| member(name, value)).concat();
            let file = format!("{file}{}", member("bits", &format!("<base64>{bits}</base64>")));
            let file = format!("<param><value><struct>{file}</struct></value></param>");
            let answer = writer.xmlrpc("metaWeblog.newMediaObject", &file).await;
            assert!(answer.contains("<fault>"), "{name}: {answer}");
        }
    }
    assert_eq!(server.app.log.current().state.posts(&attachments(), server.app.clock.now()).total, 0);
}

fn attachments() -> bucketpress::index::PostQuery {
    bucketpress::index::PostQuery {
        types: vec![bucketpress::content::PostType::Attachment],
        statuses: vec![bucketpress::content::PostStatus::Inherit],
        ..Default::default()
    }
}

/// `name` brought in by each door that takes files: the statuses, and the numbers of what was made.
async fn sent(server: &Server, writer: &Writer<'_>, name: &str, kind: &str, bytes: &str) -> [(String, String); 3] {
    let upload = || client().post(server.url("/wp-json/wp/v2/media")).basic_auth(&writer.login, Some(&writer.secret));
    let told = async |request: reqwest::RequestBuilder| {
        let answer: Value = request.send().await.unwrap().json().await.unwrap();
        (
            answer["code"].as_str().unwrap_or("made").to_owned(),
            answer["source_url"].as_str().unwrap_or_default().to_owned(),
        )
    };
    let raw = upload().header("Content-Disposition", format!("attachment; filename=\"{name}\""));
    let raw = told(raw.header("Content-Type", kind.to_owned()).body(bytes.to_owned())).await;
    let part = format!(
        "--x\r\nContent-Disposition: form-data; name=\"file\"; filename=\"{name}\"\r\nContent-Type: {kind}\r\n\r\n{bytes}\
         \r\n--x--\r\n"
    );
    let form = told(upload().header("Content-Type", "multipart/form-data; boundary=x").body(part)).await;
    use base64::Engine as _;
    let bits = base64::engine::general_purpose::STANDARD.encode(bytes);
    let file = [("name", name), ("type", kind)].map(|(name, value)| member(name, value)).concat();
    let file = format!("{file}{}", member("bits", &format!("<base64>{bits}</base64>")));
    let answer = writer
        .xmlrpc("metaWeblog.newMediaObject", &format!("<param><value><struct>{file}</struct></value></param>"))
        .await;
    let said = if answer.contains("<fault>") { "refused" } else { "made" }.to_owned();
    let url = answer.split("<name>url</name><value><string>").nth(1).and_then(|rest| rest.split('<').next());
    [raw, form, (said, url.unwrap_or_default().to_owned())]
}

#[tokio::test]
async fn pages_and_scripts_are_for_who_may_write_html_and_are_in_a_sandbox() {
    let server = Server::start().await;
    let author = Writer::new(&server, Role::Author).await;
    let editor = Writer::new(&server, Role::Editor).await;
    let page = "<!DOCTYPE html><html><script>evil()</script></html>";
    // Under a name that would run, or as what it is not: whatever is taken is never served as something a browser runs.
    for (name, kind) in [
        ("a.html", "text/html"),
        ("a.htm", "text/plain"),
        ("a.js", "application/javascript"),
        ("a.xhtml", "application/xhtml+xml"),
        ("a.xml", "text/xml"),
        ("a.shtml", "text/html"),
        ("a.php", "application/x-php"),
        ("a.html.png", "image/png"),
        ("a.png", "image/png"),
        ("a.jpg", "text/html"),
        ("a.pdf", "application/pdf"),
        ("a.mp4", "video/mp4"),
        ("a", "text/html"),
        ("a.txt", "text/html"),
        ("a.css", "text/html"),
        ("../../a.html", "text/html"),
    ] {
        for (said, url) in sent(&server, &author, name, kind, page).await {
            if said != "made" {
                continue;
            }
            let served = client().get(&url).send().await.unwrap();
            let kind = served.headers()["content-type"].to_str().unwrap().to_owned();
            assert_eq!(served.headers()["x-content-type-options"], "nosniff", "{name}");
            let runs = ["html", "xml", "svg", "javascript", "pdf", "flash"].iter().any(|active| kind.contains(active));
            assert!(!runs, "{name} of an author is served as {kind}: {url}");
        }
    }
    for (said, url) in sent(&server, &editor, "note.html", "text/html", page).await {
        assert_eq!(said, "made");
        let served = client().get(&url).send().await.unwrap();
        let policy = served.headers()["content-security-policy"].to_str().unwrap();
        assert!(policy.contains("default-src 'none'") && policy.contains("sandbox"), "{policy}");
    }
}

#[tokio::test]
async fn editing_an_image_brings_in_nothing_but_images() {
    let server = Server::start().await;
    let editor = Writer::new(&server, Role::Editor).await;
    let [(_, url), ..] = sent(&server, &editor, "note.html", "text/html", "<html><script>evil()</script></html>").await;
    let listed: Value = client().get(server.url("/wp-json/wp/v2/media")).send().await.unwrap().json().await.unwrap();
    let id = listed[0]["id"].as_u64().unwrap();
    // What is no image is not edited, whatever is said to be its source.
    for src in
        [url.as_str(), "https://evil.example/a.svg", "data:image/svg+xml,<svg onload=evil()>", "file:///etc/passwd"]
    {
        let body = json!({ "src": src, "rotation": 90 });
        let answer = editor.api(&format!("media/{id}/edit"), body).await;
        assert!(
            matches!(
                answer["code"].as_str(),
                Some("rest_cannot_edit_file_type" | "rest_unknown_attachment" | "rest_invalid_param")
            ),
            "{src}: {answer}"
        );
    }
}
