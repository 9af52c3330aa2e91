//! XML-RPC over HTTP, against a real server.

mod abuse;
mod clients;
mod discovery;
mod pingbacks;
mod posts;
mod roles;
mod site;
mod weblog;

use bucketpress::{
    content::{Edit, Role, UserId, edit::SaveUser},
    http::xmlrpc::{
        parse,
        value::{Moment, Value},
        write,
    },
    publish::Outcome,
};
use serde_json::json;

use super::support::{ADMIN, Server, client};

/// A server, and an account that calls it.
struct Blog {
    server: Server,
    login: String,
    secret: String,
    client: reqwest::Client,
}

/// A fault: its number and what it says.
type Fault = (i64, String);

/// A value out of JSON: whole numbers, texts, flags, lists and structs.
fn value(json: serde_json::Value) -> Value {
    use serde_json::Value as Json;
    match json {
        Json::Null => Value::Nil,
        Json::Bool(flag) => Value::Bool(flag),
        Json::Number(number) => Value::Int(number.as_i64().unwrap()),
        Json::String(text) => Value::Text(text),
        Json::Array(items) => Value::List(items.into_iter().map(value).collect()),
        Json::Object(members) => Value::Struct(members.into_iter().map(|(name, item)| (name, value(item))).collect()),
    }
}

fn date(text: &str) -> Value {
    Value::Date(Moment::parse(text).unwrap())
}

fn request(method: &str, params: &[Value]) -> String {
    let mut xml = format!("<?xml version=\"1.0\"?><methodCall><methodName>{method}</methodName><params>");
    for param in params {
        xml.push_str("<param>");
        write::value(&mut xml, param);
        xml.push_str("</param>");
    }
    xml + "</params></methodCall>"
}

/// Reads an answer with the reader of calls: what stands in both is the same.
fn read(answer: &str) -> Result<Value, Fault> {
    let inside = |open: &str, close: &str| {
        let (_, rest) = answer.split_once(open)?;
        Some(rest.rsplit_once(close)?.0.to_owned())
    };
    let as_call = |value: String| {
        let xml = format!("<methodCall><methodName>m</methodName><params><param>{value}</param></params></methodCall>");
        parse::call(xml.as_bytes()).unwrap().params.remove(0)
    };
    match inside("<fault>", "</fault>") {
        Some(fault) => {
            let fault = as_call(fault);
            let message = fault.get("faultString").unwrap().as_text().unwrap();
            Err((fault.get("faultCode").unwrap().as_number().unwrap(), message))
        }
        None => Ok(as_call(inside("<params><param>", "</param></params>").unwrap())),
    }
}

impl Blog {
    async fn start() -> Self {
        let server = Server::start().await;
        let secret = server.app_password(server.admin).await;
        Self { server, login: ADMIN.to_owned(), secret, client: client() }
    }

    async fn send(&self, body: impl Into<reqwest::Body>) -> Result<Value, Fault> {
        let answer = self.client.post(self.server.url("/xmlrpc.php")).body(body).send().await.unwrap();
        assert_eq!(answer.status(), 200);
        assert_eq!(answer.headers()["content-type"], "text/xml; charset=UTF-8");
        assert_eq!(answer.headers()["cache-control"], "no-store");
        read(&answer.text().await.unwrap())
    }

    /// A call of a method that nobody signs in for.
    async fn open(&self, method: &str, params: &[Value]) -> Result<Value, Fault> {
        self.send(request(method, params)).await
    }

    /// A call of the account: `before` the login, `after` the password.
    async fn around(&self, method: &str, before: &[Value], after: &[Value]) -> Result<Value, Fault> {
        let login = [Value::text(&self.login), Value::text(&self.secret)];
        self.open(method, &[before, &login, after].concat()).await
    }

    /// A call in the usual order: blog, login, password, and what follows.
    async fn call(&self, method: &str, after: impl IntoIterator<Item = Value>) -> Result<Value, Fault> {
        let after: Vec<Value> = after.into_iter().collect();
        self.around(method, &[Value::Int(1)], &after).await
    }

    async fn ok(&self, method: &str, after: impl IntoIterator<Item = Value>) -> Value {
        self.call(method, after).await.unwrap_or_else(|fault| panic!("{method}: {fault:?}"))
    }

    /// The number of the fault that a call is answered with.
    async fn fault(&self, method: &str, after: impl IntoIterator<Item = Value>) -> i64 {
        self.call(method, after).await.expect_err(method).0
    }

    /// A new post's id.
    async fn post(&self, content: serde_json::Value) -> Value {
        let id = self.ok("wp.newPost", [value(content)]).await;
        Value::number(id.as_id())
    }

    async fn get(&self, id: &Value) -> Value {
        self.ok("wp.getPost", [id.clone()]).await
    }

    /// An account of this role, with an application password.
    async fn account(&self, login: &str, role: Role) -> (UserId, String) {
        let save = SaveUser {
            login: Some(login.to_owned()),
            email: Some(format!("{login}@example.org")),
            roles: Some(vec![role]),
            ..SaveUser::default()
        };
        let Outcome::User { id, .. } = self.server.apply(Edit::SaveUser(Box::new(save))).await else {
            panic!("no user")
        };
        (id, self.server.app_password(id).await)
    }

    /// Goes on as another.
    async fn becomes(&mut self, login: &str, role: Role) -> UserId {
        let (id, secret) = self.account(login, role).await;
        self.login = login.to_owned();
        self.secret = secret;
        id
    }

    async fn page(&self, path: &str) -> String {
        self.server.get(path).await.text().await.unwrap()
    }
}

fn text<'v>(value: &'v Value, name: &str) -> &'v str {
    match value.get(name) {
        Some(Value::Text(text)) => text,
        other => panic!("{name} is {other:?}"),
    }
}

fn names(value: &Value) -> Vec<&str> {
    let Value::Struct(members) = value else { panic!("{value:?} is no struct") };
    members.iter().map(|(name, _)| name.as_str()).collect()
}

#[actix_web::test]
async fn the_interface_describes_itself() {
    let blog = Blog::start().await;
    let Value::List(methods) = blog.open("system.listMethods", &[]).await.unwrap() else { panic!("no list") };
    assert_eq!(methods.len(), 80, "as many as WordPress has");
    for name in ["system.multicall", "wp.getPost", "metaWeblog.newMediaObject", "pingback.ping", "mt.publishPost"] {
        assert!(methods.contains(&Value::text(name)), "{name}");
    }
    let capabilities = blog.open("system.getCapabilities", &[]).await.unwrap();
    assert_eq!(names(&capabilities), ["xmlrpc", "faults_interop", "system.multicall"]);
    assert_eq!(blog.open("demo.sayHello", &[]).await, Ok(Value::text("Hello!")));
    assert_eq!(blog.open("demo.addTwoNumbers", &[Value::Int(3), Value::text("4")]).await, Ok(Value::Int(7)));
    assert_eq!(blog.open("demo.addTwoNumbers", &[Value::Int(3), Value::text("four")]).await.unwrap_err().0, 400);
}

#[actix_web::test]
async fn bad_calls_are_told_what_is_wrong() {
    let blog = Blog::start().await;
    let (code, message) = blog.send("<methodCall>\n<methodName>wp.getPost").await.unwrap_err();
    assert_eq!((code, message.contains("line 2")), (-32700, true), "{message}");
    let (code, message) = blog.open("wp.noSuch", &[]).await.unwrap_err();
    assert_eq!((code, message.contains("wp.noSuch")), (-32601, true), "{message}");
    let (code, message) = blog.open("wp.getPost", &[Value::Int(1)]).await.unwrap_err();
    assert_eq!((code, message.contains("username")), (400, true), "{message}");
    let (code, message) = blog.call("wp.newPost", [Value::text("no struct")]).await.unwrap_err();
    assert_eq!((code, message.contains("content")), (400, true), "{message}");
    assert_eq!(blog.fault("wp.getPost", [Value::Int(999)]).await, 404);
    let wrong = [Value::Int(1), Value::text(ADMIN), Value::text("wrong"), Value::Int(1)];
    assert_eq!(blog.open("wp.getPost", &wrong).await.unwrap_err().0, 403);
    let nobody = [Value::Int(1), Value::text("nobody"), Value::text("wrong"), Value::Int(1)];
    assert_eq!(
        blog.open("wp.getPost", &wrong).await.unwrap_err(),
        blog.open("wp.getPost", &nobody).await.unwrap_err(),
        "nobody learns which logins there are"
    );
}

#[actix_web::test]
async fn the_password_of_the_account_signs_in_too() {
    let mut blog = Blog::start().await;
    blog.secret = super::support::ADMIN_PASSWORD.to_owned();
    let blogs = blog.around("wp.getUsersBlogs", &[], &[]).await.unwrap();
    let Value::List(blogs) = blogs else { panic!("no list") };
    assert_eq!(names(&blogs[0]), ["isAdmin", "url", "blogid", "blogName", "xmlrpc"]);
    assert_eq!(text(&blogs[0], "xmlrpc"), blog.server.url("/xmlrpc.php"));
    blog.login = "editor@example.org".to_owned();
    assert!(blog.around("wp.getUsersBlogs", &[], &[]).await.is_ok(), "by e-mail address");
}
