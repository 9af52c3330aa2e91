//! Accounts of each role, and items that are theirs or others'. What a request has changed is made anew.

use std::collections::BTreeMap;

use bucketpress::{
    content::{
        Edit, PostId, PostStatus, PostType, Role, UserId,
        edit::{SavePost, SaveUser},
    },
    publish::Outcome,
};
use futures_util::future::{BoxFuture, FutureExt};
use reqwest::Method;
use serde_json::{Value, json};

use super::cases::Case;
use crate::support::{ADMIN, Server, client};

/// The columns.
pub const ROLES: [&str; 6] = ["anonymous", "subscriber", "contributor", "author", "editor", "administrator"];

#[derive(Clone, Debug)]
struct Account {
    id: UserId,
    login: String,
    secret: String,
}

pub struct Items<'a> {
    server: &'a Server,
    client: reqwest::Client,
    root: Account,
    accounts: BTreeMap<&'static str, Account>,
    /// By name; own ones also by role.
    made: BTreeMap<(String, &'static str), String>,
    count: u32,
}

/// A picture of four pixels.
fn picture() -> Vec<u8> {
    let mut bytes = std::io::Cursor::new(Vec::new());
    image::RgbImage::new(2, 2).write_to(&mut bytes, image::ImageFormat::Png).unwrap();
    bytes.into_inner()
}

impl<'a> Items<'a> {
    pub async fn new(server: &'a Server) -> Self {
        let secret = server.app_password(server.admin).await;
        let root = Account { id: server.admin, login: ADMIN.to_owned(), secret };
        let (accounts, made) = (BTreeMap::new(), BTreeMap::new());
        let mut items = Self { server, client: client(), root, accounts, made, count: 0 };
        for role in &ROLES[1..] {
            items.account(role).await;
        }
        items
    }

    /// The API's description of itself.
    pub async fn index(&self) -> Value {
        self.server.get("/wp-json/").await.json().await.unwrap()
    }

    async fn account(&mut self, role: &'static str) -> Account {
        if let Some(account) = self.accounts.get(role) {
            return account.clone();
        }
        let login = self.unique();
        let id = self.user(&login, role).await;
        let account = Account { id, login, secret: self.server.app_password(id).await };
        self.accounts.insert(role, account.clone());
        account
    }

    async fn user(&self, login: &str, role: &str) -> UserId {
        let save = SaveUser {
            login: Some(login.to_owned()),
            email: Some(format!("{login}@example.org")),
            roles: Some(vec![Role::from_name(role)]),
            ..SaveUser::default()
        };
        match self.server.apply(Edit::SaveUser(Box::new(save))).await {
            Outcome::User { id, .. } => id,
            other => panic!("{other:?}"),
        }
    }

    fn unique(&mut self) -> String {
        self.count += 1;
        format!("thing{}", self.count)
    }

    /// Path and body of `case` for `role`; `None`: nothing of that kind can be theirs.
    pub async fn resolve(&mut self, role: &'static str, case: &Case) -> Option<(String, Option<Value>)> {
        let own = format!("{} {}", case.path, case.body.clone().unwrap_or_default());
        if role == "anonymous" && (own.contains(".own") || own.contains(".on-own") || own.contains("{password}")) {
            return None;
        }
        let path = self.filled(role, &case.path, &case.path).await;
        let body = match &case.body {
            Some(body) => {
                let text = self.filled(role, &body.to_string(), &case.path).await;
                // Numbers are numbers.
                let text = text.replace("\"#", "").replace("#\"", "").replace('#', "");
                Some(serde_json::from_str(&text).unwrap())
            }
            None => None,
        };
        Some((path.replace('#', ""), body))
    }

    /// Numbers stand between `#`.
    async fn filled(&mut self, role: &'static str, text: &str, path: &str) -> String {
        let mut filled = String::new();
        let mut rest = text;
        while let Some((before, after)) = rest.split_once('{') {
            filled.push_str(before);
            // In JSON a brace is no name.
            let name = after.split('}').next().unwrap_or_default();
            let is_name = name.starts_with(char::is_alphabetic) && !name.contains(['"', '{']);
            if is_name {
                let value = self.item(role, name, path).await;
                let number = value.parse::<u64>().is_ok();
                filled.push_str(&if number { format!("#{value}#") } else { value });
                rest = &after[name.len() + 1..];
            } else {
                filled.push('{');
                rest = after;
            }
        }
        filled.push_str(rest);
        filled
    }

    fn item<'b>(&'b mut self, role: &'static str, name: &'b str, path: &'b str) -> BoxFuture<'b, String> {
        async move {
            if name == "unique" {
                return self.unique();
            }
            let by_path = matches!(name, "password" | "src");
            let of = if name.contains("own") || by_path { role } else { "" };
            let key = (if by_path { format!("{name} {path}") } else { name.to_owned() }, of);
            if let Some(made) = self.made.get(&key) {
                return made.clone();
            }
            let made = self.make(role, name, path).await;
            self.made.insert(key, made.clone());
            made
        }
        .boxed()
    }

    async fn make(&mut self, role: &'static str, name: &str, path: &str) -> String {
        let parts: Vec<&str> = name.split('.').collect();
        if let Some(parent) = name.strip_prefix("version:") {
            return self.version(role, parent, path).await;
        }
        match parts.as_slice() {
            ["users", "own"] => self.account(role).await.id.to_string(),
            ["users", _] => {
                let login = self.unique();
                let id = self.user(&login, "author").await;
                if name == "users.others" {
                    let post = json!({ "title": "theirs", "status": "publish", "author": id.0 });
                    self.create("posts", post).await;
                }
                id.to_string()
            }
            ["media", owner] => {
                let owner = self.owner(role, owner).await;
                let made = self.upload().await;
                self.create(&format!("media/{made}"), json!({ "author": owner })).await;
                made
            }
            ["src"] => {
                let id = self.item(role, path.split(['{', '}']).nth(1).unwrap(), path).await;
                let file = self.root(Method::GET, &format!("media/{id}"), None).await;
                file["source_url"].as_str().unwrap().to_owned()
            }
            ["comments", kind] => self.comment(role, kind).await,
            ["password"] => {
                let of = path.split("users/").nth(1).unwrap().split('/').next().unwrap().to_owned();
                let of = of.trim_matches(['{', '}']).to_owned();
                let user = self.item(role, if of == "me" { "users.own" } else { &of }, path).await;
                let name = self.unique();
                let path = format!("users/{user}/application-passwords");
                let made = self.root(Method::POST, &path, Some(json!({ "name": name }))).await;
                made["uuid"].as_str().unwrap().to_owned()
            }
            ["theme"] => "broadsheet".to_owned(),
            ["styles"] => self.styles().await,
            ["templates" | "template-parts", ..] => self.template(role, &parts, path).await,
            [base @ ("categories" | "tags" | "menus" | "wp_pattern_category")] => {
                let name = self.unique();
                self.create(base, json!({ "name": name })).await
            }
            [base, owner, status] => self.post(role, base, owner, status).await,
            _ => panic!("nobody knows how to make {name}"),
        }
    }

    /// The name of a template by its place, or its number.
    async fn template(&mut self, role: &'static str, parts: &[&str], path: &str) -> String {
        let base = parts[0];
        if parts.len() > 1 {
            let id = self.item(role, base, path).await;
            return self.root(Method::GET, &format!("{base}/{id}"), None).await["wp_id"].to_string();
        }
        let slug = self.unique();
        let made = self.root(Method::POST, base, Some(json!({ "slug": slug, "content": "x" }))).await;
        let id = made["id"].as_str().unwrap().to_owned();
        self.root(Method::POST, &format!("{base}/{id}"), Some(json!({ "content": "y" }))).await;
        id
    }

    async fn styles(&self) -> String {
        let save = SavePost {
            post_type: Some(PostType::from_name("wp_global_styles")),
            status: Some(PostStatus::Publish),
            title: Some("Styles".to_owned()),
            content: Some("{\"version\":2,\"isGlobalStylesUserThemeJSON\":true}".to_owned()),
            ..SavePost::default()
        };
        match self.server.apply(Edit::SavePost(Box::new(save))).await {
            Outcome::Post { id, .. } => id.to_string(),
            other => panic!("{other:?}"),
        }
    }

    async fn post(&mut self, role: &'static str, base: &str, owner: &str, status: &str) -> String {
        let owner = self.owner(role, owner).await;
        let mut body = json!({ "title": self.unique(), "status": status });
        if base == "menu-items" {
            body["url"] = "https://example.org/".into();
        }
        let made = self.create(base, body).await;
        // A version more, and whose it is: menu items and navigation take no author.
        let save = SavePost {
            id: Some(PostId(made.parse().unwrap())),
            content: Some("<p>changed</p>".to_owned()),
            author: Some(UserId(owner)),
            ..SavePost::default()
        };
        self.server.apply(Edit::SavePost(Box::new(save))).await;
        made
    }

    async fn owner(&mut self, role: &'static str, owner: &str) -> u64 {
        let name = if owner == "own" { "users.own" } else { "users.others" };
        self.item(role, name, "").await.parse().unwrap()
    }

    async fn version(&mut self, role: &'static str, parent: &str, path: &str) -> String {
        let id = self.item(role, parent, path).await;
        let base = parent.split('.').next().unwrap();
        let versions = self.root(Method::GET, &format!("{base}/{id}/revisions"), None).await;
        versions[0]["id"].to_string()
    }

    async fn comment(&mut self, role: &'static str, kind: &str) -> String {
        let on = if kind == "on-own" { "posts.own.publish" } else { "posts.others.publish" };
        let post: u64 = self.item(role, on, "").await.parse().unwrap();
        let author = self.owner(role, if kind == "own" { "own" } else { "others" }).await;
        let status = if kind == "held" { "hold" } else { "approved" };
        let body = json!({ "post": post, "author": author, "content": self.unique(), "status": status });
        self.create("comments", body).await
    }

    async fn upload(&self) -> String {
        let request = self.client.post(self.server.url("/wp-json/wp/v2/media"));
        let request = request.basic_auth(&self.root.login, Some(&self.root.secret));
        Self::body(with_file(request)).await.1["id"].to_string()
    }

    async fn create(&self, path: &str, body: Value) -> String {
        self.root(Method::POST, path, Some(body)).await["id"].to_string()
    }

    async fn root(&self, method: Method, path: &str, body: Option<Value>) -> Value {
        let request = self.client.request(method, self.server.url(&format!("/wp-json/wp/v2/{path}")));
        let request = request.basic_auth(&self.root.login, Some(&self.root.secret));
        let (status, answer) = Self::body(request.json(&body.unwrap_or_default())).await;
        assert!(status < 300, "{path}: {answer}");
        answer
    }

    async fn body(request: reqwest::RequestBuilder) -> (u16, Value) {
        let response = request.send().await.unwrap();
        let status = response.status().as_u16();
        let text = response.text().await.unwrap();
        (status, serde_json::from_str(&text).unwrap_or(Value::String(text)))
    }

    /// The request, as `role` sends it, each from an address of its own.
    pub async fn send(&mut self, role: &str, case: &Case, path: &str, body: Option<Value>) -> (u16, Value) {
        self.count += 1;
        let address = format!("203.0.{}.{}", self.count / 250 % 250, self.count % 250);
        let method: Method = case.method.parse().unwrap();
        let mut request = self.client.request(method, self.server.url(&format!("/wp-json{path}")));
        request = request.header("X-Forwarded-For", address);
        if let Some(account) = self.accounts.get(role) {
            request = request.basic_auth(&account.login, Some(&account.secret));
        }
        request = match body {
            Some(body) if body.get("@file").is_some() => with_file(request),
            Some(body) => request.json(&body),
            None => request,
        };
        Self::body(request).await
    }

    /// Forgets what `case` may have changed, so that the next to ask finds it as it was.
    pub async fn changed(&mut self, role: &'static str, case: &Case) {
        let text = format!("{} {}", case.path, case.body.clone().unwrap_or_default());
        if case.path.contains("/users/") {
            self.made.retain(|(name, of), _| *of != role && !name.starts_with("users.") && !name.contains("others"));
            self.accounts.remove(role);
            self.account(role).await;
        }
        self.made.retain(|(name, of), _| {
            let used = text.contains(&format!("{{{name}}}")) || text.contains(&format!(":{name}}}"));
            let part_of = name.strip_prefix("version:").is_some_and(|parent| text.contains(parent));
            let by_path = name.ends_with(&format!(" {}", case.path));
            !((used || part_of || by_path) && (of.is_empty() || *of == role))
        });
    }
}

fn with_file(request: reqwest::RequestBuilder) -> reqwest::RequestBuilder {
    let request = request.header("Content-Disposition", "attachment; filename=\"picture.png\"");
    request.header("Content-Type", "image/png").body(picture())
}
