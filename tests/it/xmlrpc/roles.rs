//! Who may do what over XML-RPC: each method × each role × one's own or others' item, and the number of the fault.
//!
//! `roles/requests.txt` has the calls; a method without one fails here. What is expected stands in two tables, a line for
//! each call and a cell for each role: `roles/wordpress.tsv` is what WordPress 6.1 answered to the very same calls,
//! `roles/ours.tsv` what is answered otherwise here, and why. With `ROLES_WRITE=FILE` set, all answers are written there.

use std::collections::{BTreeMap, BTreeSet};

use bucketpress::{
    content::{
        CommentStatus, Edit, MediaFile, PostId, PostStatus, PostType, Role, Taxonomy, UserId,
        edit::{SaveComment, SavePost, SaveTerm, SaveUser},
    },
    media::UploadRules,
    publish::Outcome,
};
use bytes::Bytes;
use futures_util::StreamExt as _;

use super::{Server, Value, client, read, request, value};
use crate::rest::roles::{ROLES, lines, table};

const REQUESTS: &str = include_str!("roles/requests.txt");
const WORDPRESS: &str = include_str!("roles/wordpress.tsv");
const OURS: &str = include_str!("roles/ours.tsv");
/// Nobody signs in for these, or they make calls of others.
const OPEN: [&str; 3] = ["system.", "demo.", "pingback.ping"];

type Row = [String; ROLES.len()];

/// The calls of a line: one for each kind of item it names.
fn calls(line: &str) -> Vec<String> {
    let owned = |base: &str| {
        let of = |owner| ["publish", "draft", "private"].map(|status| format!("{base}.{owner}.{status}"));
        [of("own"), of("others")].concat()
    };
    let both = |base: &str| ["own", "others"].map(|owner| format!("{base}.{owner}")).to_vec();
    let kinds = [
        ("{post}", owned("posts")),
        ("{page}", owned("pages")),
        ("{media}", both("media")),
        ("{user}", both("users")),
        ("{revision}", both("revisions")),
        ("{comment}", ["on-own", "own", "others", "held"].map(|kind| format!("comments.{kind}")).to_vec()),
    ];
    match kinds.into_iter().find(|(kind, _)| line.contains(kind)) {
        Some((kind, names)) => names.iter().map(|name| line.replace(kind, &format!("{{{name}}}"))).collect(),
        None => vec![line.to_owned()],
    }
}

struct Account {
    id: UserId,
    login: String,
    secret: String,
}

struct Items {
    server: Server,
    client: reqwest::Client,
    accounts: BTreeMap<&'static str, Account>,
    others: UserId,
    file: MediaFile,
    picture: Bytes,
    count: u32,
}

impl Items {
    async fn new() -> Self {
        let server = Server::start().await;
        let mut accounts = BTreeMap::new();
        for role in ROLES.into_iter().skip(1) {
            let login = format!("own-{role}");
            let id = user(&server, &login, role).await;
            accounts.insert(role, Account { id, secret: server.app_password(id).await, login });
        }
        let others = user(&server, "others", "editor").await;
        let mut bytes = std::io::Cursor::new(Vec::new());
        image::RgbImage::new(2, 2).write_to(&mut bytes, image::ImageFormat::Png).unwrap();
        let picture = Bytes::from(bytes.into_inner());
        let sent = picture.clone();
        let body = futures_util::stream::once(async { Ok(sent) }).boxed();
        let rules = UploadRules { unfiltered_html: false };
        let file = server.app.media.store(body, "picture.png", rules).await.unwrap().file;
        Self { server, client: client(), accounts, others, file, picture, count: 0 }
    }

    fn owner(&self, role: &str, kind: &str) -> UserId {
        if matches!(kind, "own" | "on-own") { self.accounts[role].id } else { self.others }
    }

    async fn save(&self, save: SavePost) -> PostId {
        match self.server.apply(Edit::SavePost(Box::new(save))).await {
            Outcome::Post { id, .. } => id,
            other => panic!("{other:?}"),
        }
    }

    /// A new item of this name; none is used twice.
    async fn item(&mut self, role: &str, name: &str) -> String {
        self.count += 1;
        let unique = format!("thing{}", self.count);
        let parts: Vec<&str> = name.split('.').collect();
        match parts.as_slice() {
            ["unique"] => unique,
            ["home"] => self.server.base.clone(),
            ["users", owner] => self.owner(role, owner).to_string(),
            [base @ ("posts" | "pages"), owner, status] => {
                let post_type = if *base == "posts" { PostType::Post } else { PostType::Page };
                let save = SavePost {
                    post_type: Some(post_type),
                    status: Some(PostStatus::from_name(status)),
                    title: Some(unique),
                    content: Some("text".to_owned()),
                    author: Some(self.owner(role, owner)),
                    ..SavePost::default()
                };
                self.save(save).await.to_string()
            }
            ["revisions", owner] => {
                let id = Box::pin(self.item(role, &format!("posts.{owner}.publish"))).await;
                let id = PostId(id.parse().unwrap());
                self.save(SavePost { id: Some(id), content: Some("changed".to_owned()), ..SavePost::default() }).await;
                self.server.app.log.current().state.revisions(id)[0].number.to_string()
            }
            ["comments", kind] => {
                let on = if *kind == "on-own" { "posts.own.publish" } else { "posts.others.publish" };
                let post = Box::pin(self.item(role, on)).await;
                let save = SaveComment {
                    post: Some(PostId(post.parse().unwrap())),
                    user: Some(if *kind == "own" { self.owner(role, kind) } else { self.others }),
                    content: Some(unique),
                    status: Some(if *kind == "held" { CommentStatus::Hold } else { CommentStatus::Approved }),
                    ..SaveComment::default()
                };
                match self.server.apply(Edit::SaveComment(Box::new(save))).await {
                    Outcome::Comment { id, .. } => id.to_string(),
                    other => panic!("{other:?}"),
                }
            }
            ["media", owner] => {
                let file = MediaFile { upload_path: format!("2026/11/{unique}.png"), ..self.file.clone() };
                let save = SavePost {
                    post_type: Some(PostType::Attachment),
                    status: Some(PostStatus::Inherit),
                    title: Some(unique),
                    author: Some(self.owner(role, owner)),
                    mime_type: Some(file.mime_type.clone()),
                    file: Some(file),
                    ..SavePost::default()
                };
                self.save(save).await.to_string()
            }
            [taxonomy @ ("category" | "tag")] => {
                let taxonomy = if *taxonomy == "tag" { "post_tag" } else { taxonomy };
                let save =
                    SaveTerm { taxonomy: Some(Taxonomy::new(taxonomy)), name: Some(unique), ..SaveTerm::default() };
                match self.server.apply(Edit::SaveTerm(Box::new(save))).await {
                    Outcome::Term { id, .. } => id.to_string(),
                    other => panic!("{other:?}"),
                }
            }
            _ => panic!("nobody knows how to make {name}"),
        }
    }

    /// What `call` is answered for `role`: `ok` or the fault's number.
    async fn ask(&mut self, role: &'static str, call: &str) -> String {
        if role == "anonymous" && (call.contains(".own") || call.contains(".on-own")) {
            return "-".to_owned();
        }
        let (method, args) = call.split_once(' ').unwrap();
        if method == "wp.newComment" && role != "anonymous" {
            // one account is asked to wait between comments
            self.count += 1;
            let login = format!("talks{}", self.count);
            let id = user(&self.server, &login, role).await;
            self.accounts.insert(role, Account { id, secret: self.server.app_password(id).await, login });
        }
        let (mut json, mut rest) = (String::new(), args);
        while let Some((before, name, after)) = named(rest) {
            json.push_str(before);
            json.push_str(&if name == "png" { "@png".to_owned() } else { self.item(role, name).await });
            rest = after;
        }
        json.push_str(rest);
        let (login, secret) = match self.accounts.get(role) {
            Some(account) => (account.login.as_str(), account.secret.as_str()),
            None => ("nobody", "wrong"),
        };
        let args = json.replace(",@", &format!(",\"{login}\",\"{secret}\""));
        let args = args.replace("[@", &format!("[\"{login}\",\"{secret}\""));
        let params: Vec<Value> = match value(serde_json::from_str(&args).unwrap_or_else(|_| panic!("{args}"))) {
            Value::List(params) => params.into_iter().map(|param| self.with_picture(param)).collect(),
            other => panic!("{other:?}"),
        };
        self.count += 1;
        let address = format!("203.0.{}.{}", self.count / 250 % 250, self.count % 250);
        let sent = self.client.post(self.server.url("/xmlrpc.php")).header("X-Forwarded-For", address);
        let answer = sent.body(request(method, &params)).send().await.unwrap().text().await.unwrap();
        match read(&answer) {
            Ok(_) => "ok".to_owned(),
            Err((code, _)) => code.to_string(),
        }
    }

    fn with_picture(&self, value: Value) -> Value {
        match value {
            Value::Text(text) if text == "@png" => Value::Bytes(self.picture.clone()),
            Value::Struct(members) => {
                Value::Struct(members.into_iter().map(|(name, value)| (name, self.with_picture(value))).collect())
            }
            other => other,
        }
    }
}

/// What is before the first name of an item, the name, and the rest. A brace of JSON is followed by a quote.
fn named(text: &str) -> Option<(&str, &str, &str)> {
    let (at, _) = text.match_indices('{').find(|(at, _)| !text[at + 1..].starts_with('"'))?;
    let (name, after) = text[at + 1..].split_once('}')?;
    Some((&text[..at], name, after))
}

async fn user(server: &Server, login: &str, role: &str) -> UserId {
    let save = SaveUser {
        login: Some(login.to_owned()),
        email: Some(format!("{login}@example.org")),
        roles: Some(vec![Role::from_name(role)]),
        ..SaveUser::default()
    };
    match server.apply(Edit::SaveUser(Box::new(save))).await {
        Outcome::User { id, .. } => id,
        other => panic!("{other:?}"),
    }
}

#[actix_web::test]
async fn each_role_may_do_over_xmlrpc_what_it_may_in_wordpress_and_no_more() {
    let mut items = Items::new().await;
    let listed = items.client.post(items.server.url("/xmlrpc.php")).body(request("system.listMethods", &[]));
    let Ok(Value::List(methods)) = read(&listed.send().await.unwrap().text().await.unwrap()) else { panic!("no list") };
    let asked_for: BTreeSet<&str> = lines(REQUESTS).map(|line| line.split(' ').next().unwrap()).collect();
    let mut wrong: Vec<String> = methods
        .iter()
        .filter_map(Value::as_text)
        .filter(|name| !asked_for.contains(name.as_str()) && !OPEN.iter().any(|open| name.starts_with(open)))
        .map(|name| format!("no call of {name} in requests.txt"))
        .collect();
    let (theirs, ours) = (table(WORDPRESS), table(OURS));
    let mut written = String::new();
    let all: Vec<String> = lines(REQUESTS).flat_map(calls).collect();
    for call in &all {
        let mut row = Row::default();
        for (at, role) in ROLES.into_iter().enumerate() {
            row[at] = items.ask(role, call).await;
        }
        let (at_home, in_wordpress) = (ours.get(call.as_str()), theirs.get(call.as_str()));
        let Some((expected, reason)) = at_home.or(in_wordpress) else {
            wrong.push(format!("nobody says who may do this:\n  {call}\t{}", row.join("\t")));
            continue;
        };
        if at_home.is_some() && (reason.is_empty() || in_wordpress.is_some_and(|(cells, _)| cells == expected)) {
            wrong.push(format!("no reason, or none needed, for {call}"));
        }
        if *expected != row {
            wrong.push(format!("{call}\n  expected {}\n  answered {}", expected.join("\t"), row.join("\t")));
        }
        written.push_str(&format!("{call}\t{}\n", row.join("\t")));
    }
    for name in theirs.keys().chain(ours.keys()).filter(|name| !all.iter().any(|call| call == *name)) {
        wrong.push(format!("no such call is made any more: {name}"));
    }
    if let Some(path) = std::env::var_os("ROLES_WRITE") {
        std::fs::write(path, written).unwrap();
    }
    assert!(all.len() > 200, "only {} calls", all.len());
    assert!(wrong.is_empty(), "{} of {}:\n{}", wrong.len(), all.len(), wrong.join("\n"));
}
