//! Time and memory of the index: `cargo bench --features testing --bench index [POSTS]`.
#![expect(clippy::print_stdout, reason = "prints its figures")]
#![expect(clippy::unwrap_used, reason = "a bench may fail loudly")]

use std::time::Duration;

use bucketpress::{
    clock::Clock,
    content::{Post, PostId, PostStatus, PostType, RevisionEntry, RevisionId, Taxonomy, Term, TermId, User, UserId},
    index::{OrderBy, PostQuery, Site, Target, TermFilter, TermOperator},
    store::{Effect, RowKey, Table, Tables, codec, log::Machine},
};
use jiff::{Timestamp, tz::Offset};
use rand::{RngExt, SeedableRng, rngs::StdRng};

const WORDS: [&str; 16] = [
    "river", "garden", "winter", "letters", "station", "harbour", "morning", "paper", "engine", "silver", "market",
    "window", "summer", "music", "forest", "bridge",
];
const CATEGORIES: u64 = 40;
const TAGS: u64 = 4000;

fn words(random: &mut StdRng, count: usize) -> Vec<&'static str> {
    (0..count).map(|_| WORDS[random.random_range(0..WORDS.len())]).collect()
}

fn post(id: u64, random: &mut StdRng) -> Post {
    let at = Timestamp::from_second(1_400_000_000 + i64::try_from(id).unwrap() * 3600).unwrap();
    let at = Offset::UTC.to_datetime(at);
    let title = words(random, 7).join(" ");
    let terms = [TermId(random.random_range(1..=CATEGORIES)), tag(random), tag(random)];
    Post {
        id: PostId(id),
        post_type: PostType::Post,
        status: PostStatus::Publish,
        slug: format!("{}-{id}", title.replace(' ', "-")),
        title,
        excerpt: if id.is_multiple_of(4) { words(random, 20).join(" ") } else { String::new() },
        author: UserId(random.random_range(1..=20)),
        date: at,
        date_gmt: Some(at),
        modified: at,
        modified_gmt: at,
        parent: None,
        menu_order: 0,
        password: None,
        comments_open: true,
        pings_open: true,
        sticky: false,
        terms: terms.to_vec(),
        thumbnail: Some(PostId(id + 1)),
        template: String::new(),
        mime_type: String::new(),
        guid: format!("https://example.org/?p={id}"),
        old_slugs: Vec::new(),
        trashed_from: None,
        revision: RevisionId(u128::from(id) << 80),
        meta: Vec::new(),
        file: None,
    }
}

fn tag(random: &mut StdRng) -> TermId {
    TermId(CATEGORIES + 1 + random.random_range(0..TAGS).min(random.random_range(0..TAGS)))
}

fn tables(posts: u64) -> Tables {
    let mut random = StdRng::seed_from_u64(1);
    let mut tables = Tables::default();
    let mut put = |table, id: u64, row| {
        tables.apply(&Effect::Put { table, key: RowKey::Number(id), row });
    };
    for id in 1..=CATEGORIES + TAGS {
        let taxonomy = Taxonomy::new(if id <= CATEGORIES { "category" } else { "post_tag" });
        let name = format!("term {id}");
        let term = Term {
            id: TermId(id),
            taxonomy,
            slug: format!("term-{id}"),
            name,
            description: String::new(),
            parent: None,
            meta: Vec::new(),
        };
        put(Table::Terms, id, codec::term::encode(&term, None));
    }
    for id in 1..=20 {
        put(Table::Users, id, codec::user::encode(&user(id), None));
    }
    for id in 1..=posts {
        let post = post(id, &mut random);
        let revision =
            RevisionEntry { number: PostId(id), revision: post.revision, author: post.author, saved_at: post.date };
        put(Table::Posts, id, codec::post::encode(&post, None));
        put(Table::Revisions, id, codec::revisions::encode(&[revision], None));
    }
    tables
}

fn user(id: u64) -> User {
    User {
        id: UserId(id),
        login: format!("user{id}"),
        slug: format!("user{id}"),
        email: format!("user{id}@example.org"),
        display_name: format!("User {id}"),
        first_name: String::new(),
        last_name: String::new(),
        nickname: String::new(),
        description: String::new(),
        url: String::new(),
        locale: String::new(),
        registered: jiff::civil::date(2020, 1, 1).at(0, 0, 0, 0),
        roles: Vec::new(),
        password_sealed: None,
        session_epoch: 0,
        ended_sessions: Vec::new(),
        meta: Vec::new(),
    }
}

/// Resident memory of this process, in bytes.
fn resident() -> u64 {
    let pages = std::fs::read_to_string("/proc/self/statm").unwrap();
    pages.split(' ').nth(1).unwrap().parse::<u64>().unwrap() * 4096
}

fn report(name: &str, total: Duration, times: u32) {
    println!("{name:<44} {:>12.2} µs", total.as_secs_f64() * 1e6 / f64::from(times));
}

fn timed<T>(name: &str, times: u32, work: impl Fn() -> T) {
    let clock = Clock::System;
    let begun = clock.monotonic();
    for _ in 0..times {
        std::hint::black_box(work());
    }
    report(name, clock.monotonic() - begun, times);
}

fn main() {
    let posts = std::env::args().filter_map(|argument| argument.parse().ok()).next().unwrap_or(100_000);
    let clock = Clock::System;
    let before = resident();
    let tables = tables(posts);
    let rows: usize = Table::ALL.iter().flat_map(|table| tables.table(*table).iter()).map(|(_, row)| row.len()).sum();
    println!("{posts} posts: rows {:.1} MB", rows as f64 / 1e6);
    let with_tables = resident();
    println!("tables {:.1} MB resident", (with_tables - before) as f64 / 1e6);
    let begun = clock.monotonic();
    let site = Site::from_tables(tables).unwrap();
    println!("from_tables {:.3} s", (clock.monotonic() - begun).as_secs_f64());
    println!("index {:.1} MB resident", (resident() - with_tables) as f64 / 1e6);

    let now = clock.now();
    let some = site.post(PostId(posts / 2)).unwrap();
    let page = PostQuery { limit: 10, ..PostQuery::default() };
    let category = Taxonomy::new("category");
    let of_term =
        TermFilter { taxonomy: category, terms: vec![TermId(1)], with_children: true, operator: TermOperator::Any };
    timed("post (decode)", 10_000, || site.post(some.id));
    timed("posts: home, first page", 1000, || site.posts(&page, now));
    timed("posts: home, middle page", 100, || {
        site.posts(&PostQuery { offset: usize::try_from(posts / 2).unwrap(), ..page.clone() }, now)
    });
    timed("posts: category, first page", 1000, || {
        site.posts(&PostQuery { terms: vec![of_term.clone()], ..page.clone() }, now)
    });
    timed("posts: author, first page", 1000, || {
        site.posts(&PostQuery { authors: vec![UserId(3)], ..page.clone() }, now)
    });
    timed("posts: month", 1000, || {
        site.posts(&PostQuery { year: Some(some.date.year()), month: Some(some.date.month()), ..page.clone() }, now)
    });
    timed("posts: year", 100, || site.posts(&PostQuery { year: Some(some.date.year()), ..page.clone() }, now));
    timed("posts: search", 5, || {
        let search = Some("river \"silver market\"".to_owned());
        site.posts(&PostQuery { search, order_by: OrderBy::Relevance, ..page.clone() }, now)
    });
    timed("posts: by title", 3, || site.posts(&PostQuery { order_by: OrderBy::Title, ..page.clone() }, now));
    timed("adjacent", 1000, || site.adjacent(&some, now));
    timed("archive_months", 1000, || site.archive_months(now));
    let path = site.post_path(&some);
    timed("post_path", 1000, || site.post_path(&some));
    timed("resolve: a post", 1000, || assert!(matches!(site.resolve(&path, &[], now), Target::Singular { .. })));
    timed("resolve: nothing there", 1000, || site.resolve("/no/such/thing-at-all/", &[], now));
    timed("resolve: begins like many", 100, || site.resolve("/riv/", &[], now));
    let row = codec::post::encode(&some, None);
    timed("apply one save", 1000, || {
        let mut copy = site.clone();
        let key = RowKey::Number(some.id.0);
        copy.apply(&[Effect::Put { table: Table::Posts, key, row: row.clone() }])
    });
}
