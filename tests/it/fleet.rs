//! Three real server processes behind HAProxy on one Ceph bucket, editors writing over REST, readers by the form below a
//! post, servers killed with SIGKILL and restarted at random: what was acknowledged is there, once, on all of them.

use std::{
    collections::{BTreeMap, BTreeSet},
    net::TcpListener,
    process::{Child, Command, Output},
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::{Duration, Instant},
};

use bucketpress::store::Objects;
use rand::{Rng as _, RngExt as _, SeedableRng as _, rngs::StdRng};
use serde_json::{Value, json};

use crate::support::{self, ceph, haproxy::Haproxy};

const SERVERS: usize = 3;
const EDITORS: usize = 6;

struct Fleet {
    environment: Vec<(String, String)>,
    store: String,
    ports: Vec<u16>,
    servers: Vec<Option<Child>>,
    logs: tempfile::TempDir,
}

impl Fleet {
    fn program(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_bucketpress"));
        command.args(arguments).args(["--store", &self.store]).envs(self.environment.iter().cloned());
        command.current_dir(self.logs.path());
        command
    }

    fn run(&self, arguments: &[&str]) -> Output {
        let output = self.program(arguments).output().unwrap();
        let errors = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "bucketpress {arguments:?}: {errors}");
        output
    }

    fn start(&mut self, number: usize) {
        let path = self.logs.path().join(format!("server-{number}.log"));
        let log = std::fs::File::options().create(true).append(true).open(path).unwrap();
        let listen = format!("127.0.0.1:{}", self.ports[number]);
        let child = self.program(&["serve", "--listen", &listen, "--log", "info"]).stderr(log).spawn().unwrap();
        self.servers[number] = Some(child);
    }

    /// SIGKILL: no drain, no last words.
    fn kill(&mut self, number: usize) {
        if let Some(mut child) = self.servers[number].take() {
            child.kill().unwrap();
            child.wait().unwrap();
        }
    }

    fn base(&self, number: usize) -> String {
        format!("http://127.0.0.1:{}", self.ports[number])
    }

    fn tail(&self) -> String {
        let mut text = String::new();
        for number in 0..SERVERS {
            let log =
                std::fs::read_to_string(self.logs.path().join(format!("server-{number}.log"))).unwrap_or_default();
            let lines: Vec<&str> = log.lines().rev().take(15).collect();
            text.push_str(&format!("--- server {number}\n"));
            text.extend(lines.iter().rev().map(|line| format!("{line}\n")));
        }
        text
    }
}

impl Drop for Fleet {
    fn drop(&mut self) {
        for number in 0..SERVERS {
            self.kill(number);
        }
    }
}

fn free_port() -> u16 {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}

fn balancer(fleet: &Fleet, port: u16) -> Option<Haproxy> {
    let mut sections = format!(
        "  retries 3\n  option redispatch\nfrontend site\n  bind 127.0.0.1:{port}\n  default_backend fleet\n\
         backend fleet\n  balance roundrobin\n  option httpchk GET /readyz\n"
    );
    for (number, port) in fleet.ports.iter().enumerate() {
        sections.push_str(&format!("  server s{number} 127.0.0.1:{port} check inter 200ms fall 1 rise 1\n"));
    }
    Haproxy::start(fleet.logs.path(), &sections)
}

async fn until<F: Future<Output = bool>>(what: &str, fleet: &Fleet, mut check: impl FnMut() -> F) {
    let deadline = Instant::now() + Duration::from_secs(60);
    while !check().await {
        assert!(Instant::now() < deadline, "no {what} in 60 s\n{}", fleet.tail());
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

async fn ready(client: &reqwest::Client, base: String) -> bool {
    client.get(format!("{base}/readyz")).send().await.is_ok_and(|answer| answer.status().is_success())
}

/// What one editor was told is saved: post id → the last acknowledged title.
type Acknowledged = BTreeMap<u64, String>;

struct Editor {
    client: reqwest::Client,
    base: String,
    authorization: (String, String),
    number: usize,
    stop: Arc<AtomicBool>,
}

impl Editor {
    async fn work(self) -> Acknowledged {
        let mut random = StdRng::seed_from_u64(self.number as u64);
        let mut saved = Acknowledged::new();
        let mut count = 0;
        while !self.stop.load(Ordering::Relaxed) {
            count += 1;
            let title = format!("Editor {} save {count}", self.number);
            let own: Vec<u64> = saved.keys().copied().collect();
            let update = if own.is_empty() || random.random_bool(0.6) {
                None
            } else {
                Some(own[random.random_range(0..own.len())])
            };
            let path = update.map_or_else(|| "posts".to_owned(), |id| format!("posts/{id}"));
            // Every editor asks for the same slugs, so that servers have to settle who gets them.
            let body = json!({ "title": title, "content": "<p>Words.</p>", "status": "publish", "slug": format!("contested-{}", count % 7) });
            let key = format!("{}-{count}-{}", self.number, random.next_u64());
            let post = self.save(&path, &body, &key).await;
            saved.insert(post["id"].as_u64().unwrap(), title);
        }
        saved
    }

    /// Repeats the save under one idempotency key until somebody acknowledges it.
    async fn save(&self, path: &str, body: &Value, key: &str) -> Value {
        let deadline = Instant::now() + Duration::from_secs(90);
        loop {
            let request = self.client.post(format!("{}/wp-json/wp/v2/{path}", self.base)).json(body);
            let request = request.header("Idempotency-Key", key).timeout(Duration::from_secs(30));
            let answer = request.basic_auth(&self.authorization.0, Some(&self.authorization.1)).send().await;
            match answer {
                Ok(answer) if answer.status().is_success() => {
                    if let Ok(post) = answer.json().await {
                        return post;
                    }
                }
                // A killed server is a reset, 502, 503 or 504; anything else is a fault of ours.
                Ok(answer) if answer.status().is_server_error() => {}
                Ok(answer) => {
                    let status = answer.status();
                    panic!("{path} {key}: {status} {}", answer.text().await.unwrap_or_default());
                }
                Err(_) => {}
            }
            assert!(Instant::now() < deadline, "{path} {key} was never acknowledged");
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }
}

/// Comments on the post set-up made; gives what it was told is saved.
async fn comment(client: reqwest::Client, base: String, stop: Arc<AtomicBool>) -> Vec<String> {
    let mut saved = Vec::new();
    let mut count = 0_u32;
    while !stop.load(Ordering::Relaxed) {
        count += 1;
        let text = format!("Comment {count}");
        let email = format!("reader{count}@example.org");
        let fields =
            [("comment", &*text), ("author", &*format!("Reader {count}")), ("email", &email), ("comment_post_ID", "1")];
        let request = support::form(client.post(format!("{base}/wp-comments-post.php")), &fields);
        // Every reader is another: floods are refused.
        let request = request.header("X-Forwarded-For", format!("10.0.{}.{}", count >> 8, count & 255));
        match request.timeout(Duration::from_secs(30)).send().await {
            // shown to its writer while it waits, or told that it is kept
            Ok(answer) if matches!(answer.status().as_u16(), 200 | 303) => saved.push(text),
            Ok(answer) if answer.status().is_server_error() => {}
            Ok(answer) => panic!("{text}: {} {}", answer.status(), answer.text().await.unwrap_or_default()),
            Err(_) => {}
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    saved
}

/// The texts of all comments that wait for approval, as one server has them.
async fn held_comments(client: &reqwest::Client, base: &str, password: &str) -> Vec<String> {
    let mut found = Vec::new();
    for page in 1.. {
        let url = format!("{base}/wp-json/wp/v2/comments?status=hold&context=edit&per_page=100&page={page}&orderby=id");
        let answer = client.get(url).basic_auth("ann", Some(password)).send().await.unwrap();
        assert!(answer.status().is_success(), "{}", answer.status());
        let pages: u64 = answer.headers()["x-wp-totalpages"].to_str().unwrap().parse().unwrap();
        let items: Vec<Value> = answer.json().await.unwrap();
        found.extend(items.iter().map(|item| item["content"]["raw"].as_str().unwrap().to_owned()));
        if page >= pages {
            return found;
        }
    }
    found
}

/// Every published post of one server: id → (title, slug).
async fn posts(client: &reqwest::Client, base: &str) -> BTreeMap<u64, (String, String)> {
    let mut found = BTreeMap::new();
    for page in 1.. {
        let url =
            format!("{base}/wp-json/wp/v2/posts?per_page=100&page={page}&orderby=id&order=asc&_fields=id,title,slug");
        let answer = client.get(url).send().await.unwrap();
        assert!(answer.status().is_success(), "{}", answer.status());
        let pages: u64 = answer.headers()["x-wp-totalpages"].to_str().unwrap().parse().unwrap();
        let items: Vec<Value> = answer.json().await.unwrap();
        for item in items {
            let title = item["title"]["rendered"].as_str().unwrap().to_owned();
            let slug = item["slug"].as_str().unwrap().to_owned();
            let twice = found.insert(item["id"].as_u64().unwrap(), (title, slug));
            assert!(twice.is_none(), "an id twice in one list: {item}");
        }
        if page >= pages {
            break;
        }
    }
    found
}

fn seconds() -> u64 {
    std::env::var("BUCKETPRESS_FLEET_SECONDS").ok().and_then(|text| text.parse().ok()).unwrap_or(60)
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_acknowledged_is_lost_when_servers_are_killed() {
    let Some(gateway) = ceph::gateway() else { return };
    let bucket = gateway.fresh_bucket().await;
    let mut environment: Vec<_> = gateway.env().into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
    environment.push(("BUCKETPRESS_SITE_KEY".to_owned(), "5a".repeat(32)));
    environment.push(("BUCKETPRESS_SERVER_TRUSTED_PROXIES".to_owned(), "127.0.0.1".to_owned()));
    let mut fleet = Fleet {
        environment,
        store: format!("s3://{bucket}"),
        ports: (0..SERVERS).map(|_| free_port()).collect(),
        servers: (0..SERVERS).map(|_| None).collect(),
        logs: tempfile::tempdir().unwrap(),
    };
    let front = free_port();
    let Some(_balancer) = balancer(&fleet, front) else { return };
    let base = format!("http://127.0.0.1:{front}");
    fleet.run(&[
        "setup",
        "--url",
        &base,
        "--title",
        "Fleet",
        "--admin-user",
        "ann",
        "--admin-email",
        "ann@example.org",
    ]);
    let password = fleet.run(&["app-password", "create", "ann", "editors"]);
    let password = String::from_utf8(password.stdout).unwrap().trim().to_owned();
    let client = support::client();
    for number in 0..SERVERS {
        fleet.start(number);
    }
    for number in 0..SERVERS {
        until("ready server", &fleet, || ready(&client, fleet.base(number))).await;
    }
    until("ready balancer", &fleet, || ready(&client, base.clone())).await;

    let stop = Arc::new(AtomicBool::new(false));
    let editors: Vec<_> = (0..EDITORS)
        .map(|number| {
            let authorization = ("ann".to_owned(), password.clone());
            let (client, base, stop) = (client.clone(), base.clone(), Arc::clone(&stop));
            tokio::spawn(Editor { client, base, authorization, number, stop }.work())
        })
        .collect();
    let reader = tokio::spawn(comment(client.clone(), base.clone(), Arc::clone(&stop)));
    let kills = kill_at_random(&mut fleet).await;
    stop.store(true, Ordering::Relaxed);
    let mut acknowledged = Acknowledged::new();
    for editor in editors {
        acknowledged.extend(editor.await.unwrap());
    }
    for number in 0..SERVERS {
        until("ready server", &fleet, || ready(&client, fleet.base(number))).await;
    }

    assert!(kills > 5 && acknowledged.len() > 20, "{kills} kills, {} posts: too little happened", acknowledged.len());
    let comments = reader.await.unwrap();
    assert!(comments.len() > 20, "{} comments: too little happened", comments.len());
    let outside = gateway.objects(&bucket, "").await;
    has_comments(&fleet, &outside, &client, &password, &comments).await;
    for number in 0..SERVERS {
        has_all(&fleet, number, &client, &acknowledged).await;
    }
    eprintln!("{} posts and {} comments acknowledged over {kills} kills", acknowledged.len(), comments.len());
    fleet.run(&["check"]);
}

/// Every server has every comment whose writer was told that it is saved, once.
async fn has_comments(
    fleet: &Fleet,
    bucket: &impl Objects,
    client: &reqwest::Client,
    password: &str,
    comments: &[String],
) {
    // What was kept beside the log is folded in by a server that lives, after a minute.
    let deadline = Instant::now() + Duration::from_secs(180);
    while !bucket.list("overflow/", None, 1).await.unwrap().entries.is_empty() {
        assert!(Instant::now() < deadline, "comments are never folded in\n{}", fleet.tail());
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
    for number in 0..SERVERS {
        let mut found = held_comments(client, &fleet.base(number), password).await;
        let all = found.len();
        found.sort_unstable();
        found.dedup();
        assert_eq!(found.len(), all, "a comment twice on server {number}");
        let lost: Vec<_> = comments.iter().filter(|text| found.binary_search(text).is_err()).collect();
        assert!(lost.is_empty(), "lost on server {number}: {lost:?}\n{}", fleet.tail());
    }
}

/// One server shows every acknowledged save, each once, under slugs of their own.
async fn has_all(fleet: &Fleet, number: usize, client: &reqwest::Client, acknowledged: &Acknowledged) {
    let base = fleet.base(number);
    // A server that saw no request for a while confirms the tail on the first: ask until it has all.
    until("server with every acknowledged post", fleet, || async {
        posts(client, &base).await.len() >= acknowledged.len()
    })
    .await;
    let found = posts(client, &base).await;
    let slugs: BTreeSet<&String> = found.values().map(|(_, slug)| slug).collect();
    assert_eq!(slugs.len(), found.len(), "slugs are unique");
    for (id, title) in acknowledged {
        let there = found.get(id).map(|(title, _)| title);
        assert_eq!(there, Some(title), "post {id} on server {number}\n{}", fleet.tail());
    }
    let ours = found.values().filter(|(title, _)| title.starts_with("Editor ")).count();
    assert_eq!(ours, acknowledged.len(), "every create happened once");
}

/// Kills and restarts servers for the time of the test; at least one is left alone at any moment.
async fn kill_at_random(fleet: &mut Fleet) -> usize {
    let mut random = StdRng::seed_from_u64(7);
    let deadline = Instant::now() + Duration::from_secs(seconds());
    let mut kills = 0;
    while Instant::now() < deadline {
        tokio::time::sleep(Duration::from_millis(random.random_range(300..2500))).await;
        let number = random.random_range(0..SERVERS);
        fleet.kill(number);
        kills += 1;
        if random.random_bool(0.3) {
            let other = (number + 1) % SERVERS;
            fleet.kill(other);
            kills += 1;
            fleet.start(other);
        }
        tokio::time::sleep(Duration::from_millis(random.random_range(0..1500))).await;
        fleet.start(number);
    }
    kills
}
