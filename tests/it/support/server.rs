//! The real HTTP server, in this process, on a port of its own, over a store the test chooses.

use std::{
    net::TcpListener,
    sync::Arc,
    time::{Duration, Instant},
};

use bucketpress::{
    app::App,
    clock::Clock,
    config::{Config, Layers},
    content::{Actor, AppPassword, Edit, UserId, edit::Setup},
    http,
    id::Ids,
    jobs::Jobs,
    publish::{self, password},
    store::{Objects, memory::MemoryObjects, seal::SiteKey},
};

pub const ADMIN: &str = "editor-in-chief";
pub const ADMIN_PASSWORD: &str = "correct horse battery staple";
const KEY: [u8; 32] = [42; 32];

/// A running server; it ends when this is dropped.
#[derive(Debug)]
pub struct Server {
    pub app: Arc<App>,
    /// `http://127.0.0.1:PORT`, without a trailing slash.
    pub base: String,
    pub admin: UserId,
    pub front: Arc<http::front::Front>,
    handle: actix_web::dev::ServerHandle,
    _jobs: Option<Jobs>,
}

impl Server {
    /// A set-up site on a fresh memory store.
    pub async fn start() -> Self {
        Self::on(Arc::new(MemoryObjects::new())).await
    }

    /// A server on `objects`; sets the site up if nobody has.
    pub async fn on(objects: Arc<dyn Objects>) -> Self {
        let server = Self::unprepared(objects, config()).await;
        server.set_up().await
    }

    /// Like [`Server::on`], configured otherwise.
    pub async fn prepared(objects: Arc<dyn Objects>, config: Config) -> Self {
        Self::unprepared(objects, config).await.set_up().await
    }

    /// Like [`Server::on`], without background work: nothing reads the store but answers.
    pub async fn without_jobs(objects: Arc<dyn Objects>) -> Self {
        Self::begin(objects, config(), false).await.set_up().await
    }

    /// A server on `objects` as they are: on an empty store, a site that waits to be set up.
    pub async fn unprepared(objects: Arc<dyn Objects>, config: Config) -> Self {
        Self::begin(objects, config, true).await
    }

    async fn begin(objects: Arc<dyn Objects>, config: Config, with_jobs: bool) -> Self {
        let key = SiteKey::from_bytes(KEY);
        let app = App::from_parts(config, objects, key, Clock::System, Ids::System).await.unwrap();
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let base = format!("http://{}", listener.local_addr().unwrap());
        let jobs = with_jobs.then(|| Jobs::start(&app, listener.local_addr().unwrap()));
        let built = http::server::build(app.clone(), listener).unwrap();
        // Actix workers run on threads of their own; this only accepts.
        tokio::spawn(built.server);
        Self { app, base, admin: UserId(0), front: built.front, handle: built.handle, _jobs: jobs }
    }

    /// Sets the site up if nobody has.
    pub async fn set_up(mut self) -> Self {
        if self.app.log.current().state.is_new() {
            let setup = Setup {
                url: self.base.clone(),
                title: "The Test Gazette".to_owned(),
                admin_login: ADMIN.to_owned(),
                admin_email: "editor@example.org".to_owned(),
                admin_password_sealed: Some(password::hash(&self.app.key, &self.app.ids, ADMIN_PASSWORD).unwrap()),
                time_zone: "Europe/London".to_owned(),
            };
            self.apply(Edit::Setup(Box::new(setup))).await;
        }
        self.admin = self.app.log.current().state.user_by_login(ADMIN).unwrap().id;
        self
    }

    /// Commits `edit` as the system and returns what it made.
    pub async fn apply(&self, edit: Edit) -> publish::Outcome {
        publish::apply(&self.app, &Actor::System("test"), edit, None).await.unwrap().outcome
    }

    /// A new application password of `user`.
    pub async fn app_password(&self, user: UserId) -> String {
        let secret = password::generate_app_password(&self.app.ids);
        let row = AppPassword {
            user,
            uuid: self.app.ids.uuid(),
            app_id: String::new(),
            name: "test".to_owned(),
            hash_sealed: password::hash_app_password(&self.app.key, &self.app.ids, &secret).unwrap(),
            created: jiff::civil::date(2026, 1, 1).at(0, 0, 0, 0),
            last_used: None,
            last_ip: None,
        };
        self.apply(Edit::SaveAppPassword(Box::new(row))).await;
        secret
    }

    /// A browser in which the administrator has signed in.
    pub async fn signed_in(&self) -> reqwest::Client {
        let browser = client();
        let page = browser.get(self.url("/wp-login.php")).send().await.unwrap().text().await.unwrap();
        let nonce = hidden_field(&page, "nonce");
        let fields = [("nonce", nonce.as_str()), ("log", ADMIN), ("pwd", ADMIN_PASSWORD), ("redirect_to", "")];
        let answer = form(browser.post(self.url("/wp-login.php")), &fields).send().await.unwrap();
        assert_eq!(answer.status(), 303, "{}", answer.text().await.unwrap());
        browser
    }

    pub fn url(&self, path: &str) -> String {
        format!("{}{path}", self.base)
    }

    /// The answer to a GET, redirects not followed, no cookies.
    pub async fn get(&self, path: &str) -> reqwest::Response {
        client().get(self.url(path)).send().await.unwrap()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // Resolves when the server has stopped; nobody waits for that.
        drop(self.handle.stop(false));
    }
}

/// A request that sends a form.
pub fn form<T: AsRef<str>>(request: reqwest::RequestBuilder, fields: &[(&str, T)]) -> reqwest::RequestBuilder {
    let body = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
    request.header("Content-Type", "application/x-www-form-urlencoded").body(body)
}

/// The value of a hidden field of a form.
pub fn hidden_field(page: &str, name: &str) -> String {
    let (_, after) = page.split_once(&format!("name=\"{name}\" value=\"")).expect("the form has the field");
    after.split('"').next().unwrap().to_owned()
}

/// Waits for something that must come, at most a minute.
pub async fn until<F: Future<Output = bool>>(what: &str, mut check: impl FnMut() -> F) {
    let deadline = Instant::now() + Duration::from_secs(60);
    while !check().await {
        assert!(Instant::now() < deadline, "no {what} in a minute");
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}

/// Follows no redirects, keeps cookies.
pub fn client() -> reqwest::Client {
    // The product installs it where it fetches; a client made before that needs it too.
    rustls::crypto::ring::default_provider().install_default().ok();
    reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).cookie_store(true).build().unwrap()
}

/// Defaults, with one worker.
pub fn config() -> Config {
    let flags = vec![
        ("store.location", "memory:".to_owned()),
        ("server.workers", "1".to_owned()),
        // where tests put other sites: all else of loopback stays private
        ("server.fetch_networks", "127.0.0.2".to_owned()),
    ];
    bucketpress::config::load(&Layers { file: None, environment: Vec::new(), flags }).unwrap()
}
