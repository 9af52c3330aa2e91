//! Addresses: against what a real WordPress answered, and both ways through every permalink structure.

use std::{collections::BTreeMap, path::Path};

use bucketpress::{
    content::{Post, PostId, PostStatus, PostType, RevisionId, Taxonomy, Term, TermId, User, UserId},
    index::{FeedKind, Site, Target},
    store::{Effect, Row, RowKey, Table, Tables, codec, log::Machine},
};
use jiff::{Timestamp, civil::DateTime, tz::Offset};
use proptest::{collection::vec, option, prelude::*};
use serde_json::{Value, json};

const NOW: &str = "2026-11-20T12:00:00Z";

fn now() -> Timestamp {
    NOW.parse().unwrap()
}

fn put(table: Table, id: u64, row: Row) -> Effect {
    Effect::Put { table, key: RowKey::Number(id), row }
}

fn option(name: &str, value: &Value) -> Effect {
    Effect::Put { table: Table::Options, key: RowKey::from(name), row: codec::option::encode(value) }
}

fn site(effects: &[Effect]) -> Site {
    let mut site = Site::from_tables(Tables::default()).unwrap();
    site.apply(effects).unwrap();
    site
}

fn post(id: u64, post_type: &str, slug: &str, date: &str) -> Post {
    let date: DateTime = date.parse().unwrap();
    Post {
        id: PostId(id),
        post_type: PostType::from_name(post_type),
        status: if post_type == "attachment" { PostStatus::Inherit } else { PostStatus::Publish },
        slug: slug.to_owned(),
        title: slug.to_owned(),
        excerpt: String::new(),
        author: UserId(1),
        date,
        date_gmt: Some(date),
        modified: date,
        modified_gmt: date,
        parent: None,
        menu_order: 0,
        password: None,
        comments_open: true,
        pings_open: true,
        sticky: false,
        terms: Vec::new(),
        thumbnail: None,
        template: String::new(),
        mime_type: String::new(),
        guid: String::new(),
        old_slugs: Vec::new(),
        trashed_from: None,
        revision: RevisionId(1),
        meta: Vec::new(),
        file: None,
    }
}

fn put_post(post: &Post) -> Effect {
    put(Table::Posts, post.id.0, codec::post::encode(post, None))
}

fn term(id: u64, taxonomy: &str, slug: &str, parent: Option<u64>) -> Effect {
    let term = Term {
        id: TermId(id),
        taxonomy: Taxonomy::new(taxonomy),
        slug: slug.to_owned(),
        name: slug.to_owned(),
        description: String::new(),
        parent: parent.map(TermId),
        meta: Vec::new(),
    };
    put(Table::Terms, id, codec::term::encode(&term, None))
}

fn user(id: u64, slug: &str) -> Effect {
    let text = |text: &str| text.to_owned();
    let user = User {
        id: UserId(id),
        login: text(slug),
        slug: text(slug),
        email: String::new(),
        display_name: text(slug),
        first_name: String::new(),
        last_name: String::new(),
        nickname: String::new(),
        description: String::new(),
        url: String::new(),
        locale: String::new(),
        registered: "2020-01-01T00:00:00".parse().unwrap(),
        roles: Vec::new(),
        password_sealed: None,
        session_epoch: 0,
        ended_sessions: Vec::new(),
        meta: Vec::new(),
    };
    put(Table::Users, id, codec::user::encode(&user, None))
}

// --- a recorded WordPress ---------------------------------------------------------------------------

fn rows(name: &str) -> Option<Vec<BTreeMap<String, String>>> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/wordpress/db").join(name);
    let text = std::fs::read_to_string(path).ok()?;
    let row = |line: &str| serde_json::from_str(line).unwrap();
    Some(text.lines().map(row).collect())
}

fn stamp(text: &str) -> Option<DateTime> {
    text.replace(' ', "T").parse().ok()
}

/// The site as WordPress's own tables have it.
fn recorded() -> Option<Site> {
    let (posts, meta) = (rows("posts.jsonl")?, rows("postmeta.jsonl")?);
    let (terms, taxonomies) = (rows("terms.jsonl")?, rows("term_taxonomy.jsonl")?);
    let (related, users) = (rows("term_relationships.jsonl")?, rows("users.jsonl")?);
    let id = |text: &str| text.parse::<u64>().unwrap();
    let mut effects = vec![option("home", &json!("http://127.0.0.1:8100"))];
    effects.extend(users.iter().map(|row| user(id(&row["ID"]), &row["user_nicename"])));
    let mut by_taxonomy_row = BTreeMap::new();
    for row in &taxonomies {
        let names = terms.iter().find(|term| term["term_id"] == row["term_id"]).unwrap();
        let parent = Some(id(&row["parent"])).filter(|parent| *parent > 0);
        effects.push(term(id(&row["term_id"]), &row["taxonomy"], &names["slug"], parent));
        by_taxonomy_row.insert(row["term_taxonomy_id"].clone(), TermId(id(&row["term_id"])));
    }
    for row in &posts {
        let old = meta.iter().filter(|m| m["post_id"] == row["ID"] && m["meta_key"] == "_wp_old_slug");
        let of_post = related.iter().filter(|relation| relation["object_id"] == row["ID"]);
        let post = Post {
            status: PostStatus::from_name(&row["post_status"]),
            author: UserId(id(&row["post_author"])),
            date_gmt: stamp(&row["post_date_gmt"]),
            parent: Some(PostId(id(&row["post_parent"]))).filter(|parent| parent.0 > 0),
            sticky: row["ID"] == "1241",
            terms: of_post.map(|relation| by_taxonomy_row[&relation["term_taxonomy_id"]]).collect(),
            old_slugs: old.map(|meta| meta["meta_value"].clone()).collect(),
            ..post(id(&row["ID"]), &row["post_type"], &row["post_name"], &row["post_date"].replace(' ', "T"))
        };
        effects.push(put_post(&post));
    }
    Some(site(&effects))
}

/// Paths that another part answers before the index is asked.
const ELSEWHERE: [&str; 10] = [
    "/wp-json",
    "/wp-json/",
    "/favicon.ico",
    "/wp-admin",
    "/wp-admin/",
    "/wp-login.php",
    "/xmlrpc.php",
    "/wp-cron.php",
    "/wp-content/",
    "/nope.php",
];

/// Where we answer otherwise, what, and why.
const DIFFERENT: [(&str, &str, &str); 2] = [
    (
        "/?year=2013&monthnum=1&day=11&name=markup-html-tags-and-formatting",
        "301 /2013/01/11/markup-html-tags-and-formatting/",
        "the address says the date: the query that asked for it is not carried along",
    ),
    (
        "/2012/01/08/template-paginated/9/",
        "200",
        "how many parts a post has is in its content: the read flow redirects",
    ),
];

fn decoded(text: &str) -> String {
    percent_encoding::percent_decode_str(text).decode_utf8().unwrap().into_owned()
}

fn answer(site: &Site, address: &str) -> String {
    let (path, query) = address.split_once('?').unwrap_or((address, ""));
    let pairs = query.split('&').filter(|pair| !pair.is_empty());
    let pairs: Vec<_> = pairs
        .map(|pair| pair.split_once('=').unwrap_or((pair, "")))
        .map(|(name, value)| (decoded(name), decoded(value)))
        .collect();
    match site.resolve(&decoded(path), &pairs, now()) {
        Target::NotFound => "404".to_owned(),
        Target::Redirect { to, permanent } => format!("{} {to}", if permanent { 301 } else { 302 }),
        _ => "200".to_owned(),
    }
}

#[test]
fn addresses_answer_as_wordpress_did() {
    let table = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/wordpress/permalinks.tsv");
    let (Some(site), Ok(table)) = (recorded(), std::fs::read_to_string(table)) else {
        eprintln!("skipped: ../shared/wordpress is not there");
        return;
    };
    let mut wrong = Vec::new();
    for line in table.lines() {
        let mut columns = line.split('\t');
        let (address, status, to) = (columns.next().unwrap(), columns.next().unwrap(), columns.next().unwrap_or(""));
        if ELSEWHERE.contains(&address) {
            continue;
        }
        let recorded = if to.is_empty() { status.to_owned() } else { format!("{status} {to}") };
        let different = DIFFERENT.iter().find(|(differs, ..)| *differs == address);
        let expected = different.map_or(recorded.as_str(), |(_, ours, _)| ours);
        let found = answer(&site, address);
        if found != expected {
            wrong.push(format!("{address}: {found}, expected {expected}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn counts_are_those_wordpress_keeps() {
    let (Some(site), Some(taxonomies)) = (recorded(), rows("term_taxonomy.jsonl")) else {
        eprintln!("skipped: ../shared/wordpress is not there");
        return;
    };
    // WordPress's counter of a term can lag behind: what the import left is not counted anew
    let wrong: Vec<_> = taxonomies
        .iter()
        .map(|row| (&row["term_id"], row["count"].parse::<u64>().unwrap()))
        .map(|(id, count)| (id, count, site.term_count(TermId(id.parse().unwrap()), now())))
        .filter(|(_, recorded, ours)| recorded != ours)
        .collect();
    assert!(wrong.is_empty(), "(term, recorded, ours): {wrong:?}");
}

// --- structures -------------------------------------------------------------------------------------

const STRUCTURES: [&str; 10] = [
    "",
    "/%postname%/",
    "/%year%/%monthnum%/%day%/%postname%/",
    "/%year%/%monthnum%/%postname%/",
    "/archives/%post_id%",
    "/%category%/%postname%/",
    "/blog/%author%/%postname%.html",
    "/%post_id%/%postname%/",
    "/%year%%monthnum%%day%-%hour%%minute%%second%/%postname%/",
    "/index.php/%year%/%postname%/",
];

fn structured(structure: &str, more: Vec<Effect>) -> Site {
    let books = json!({
        "types": [{"name": "book", "public": true, "has_archive": true, "rewrite_slug": "books"}],
        "taxonomies": [{"name": "genre", "public": true, "types": ["book"]}],
    });
    let mut effects = vec![
        option("permalink_structure", &json!(structure)),
        option("bucketpress_types", &books),
        user(1, "ann"),
        term(1, "category", "news", None),
        term(2, "category", "%e6%96%b0%e9%97%bb", Some(1)),
        term(3, "post_tag", "odd-things", None),
        term(4, "genre", "jazz", None),
    ];
    effects.extend(more);
    site(&effects)
}

fn resolve(site: &Site, path: &str) -> Target {
    let (path, query) = path.split_once('?').unwrap_or((path, ""));
    let pairs = query.split('&').filter_map(|pair| pair.split_once('='));
    let pairs: Vec<_> = pairs.map(|(name, value)| (decoded(name), decoded(value))).collect();
    site.resolve(&decoded(path), &pairs, now())
}

/// Kind of post, second of its date, slug, terms, which of the posts before is its parent.
type Made = (usize, i64, String, Vec<TermId>, Option<usize>);

prop_compose! {
    fn a_post()(
        (kind, second) in (0usize..4, 1_000_000_000i64..1_700_000_000),
        name in prop_oneof!["[a-z][a-z0-9]{0,6}(-[a-z0-9]{1,4}){0,2}", Just("%e2%9c%93-x".to_owned()), Just("a.b".replace('.', "-"))],
        terms in vec((1u64..4).prop_map(TermId), 0..3),
        parent in option::of(0usize..8),
    ) -> Made {
        (kind, second, name, terms, parent)
    }
}

/// Posts with slugs unique for their type, parents of the same type before them.
fn posts(made: &[Made]) -> Vec<Post> {
    let mut posts: Vec<Post> = Vec::new();
    for (index, (kind, second, name, terms, parent)) in made.iter().enumerate() {
        let id = 1000 + u64::try_from(index).unwrap();
        let date = Offset::UTC.to_datetime(Timestamp::from_second(*second).unwrap()).to_string();
        let post_type = ["post", "page", "attachment", "book"][*kind];
        let above = parent.and_then(|at| posts.get(at)).filter(|above| match post_type {
            "page" => above.post_type == PostType::Page,
            "attachment" => above.post_type != PostType::Attachment,
            _ => false,
        });
        posts.push(Post {
            terms: if *kind == 0 { terms.clone() } else { Vec::new() },
            parent: above.map(|above| above.id),
            ..post(id, post_type, &format!("{name}-u{index}"), &date)
        });
    }
    posts
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_permalink_leads_to_its_post(structure in 0usize..10, made in vec(a_post(), 1..8)) {
        let posts = posts(&made);
        let site = structured(STRUCTURES[structure], posts.iter().map(put_post).collect());
        for post in &posts {
            let path = site.post_path(post);
            let found = resolve(&site, &path);
            prop_assert_eq!(&found, &Target::Singular { id: post.id, page: 1 }, "{} {}", STRUCTURES[structure], path);
            prop_assert_eq!(site.target_path(&found), Some(path));
            let part = Target::Singular { id: post.id, page: 3 };
            prop_assert_eq!(resolve(&site, &site.target_path(&part).unwrap()), part);
            let card = Target::Embed { post: Some(post.id) };
            prop_assert_eq!(resolve(&site, &site.target_path(&card).unwrap()), card);
            let comments = Target::CommentsFeed { post: Some(post.id), kind: FeedKind::Atom };
            let path = site.target_path(&comments).unwrap();
            prop_assert_eq!(resolve(&site, &path), comments, "{}", path);
        }
    }

    #[test]
    fn no_address_makes_it_panic(structure in 0usize..10, path in "(/[a-z0-9.%✓/-]{0,8}){0,5}", query in "([a-z_]{1,8}=[0-9a-z,]{0,4}&){0,3}") {
        let site = structured(STRUCTURES[structure], vec![put_post(&post(1, "post", "hello", "2024-02-03T04:05:06"))]);
        let _ = site.resolve(&path, &[], now());
        let pairs: Vec<_> = query.split('&').filter_map(|p| p.split_once('=')).map(|(n, v)| (n.to_owned(), v.to_owned())).collect();
        let _ = site.resolve("/", &pairs, now());
    }
}

#[test]
fn lists_and_their_feeds_have_addresses() {
    for structure in STRUCTURES {
        let more: Vec<_> = (0..25)
            .map(|n| Post {
                terms: vec![TermId(1), TermId(2), TermId(3)],
                ..post(100 + n, "post", &format!("post-{n}x"), "2024-02-03T04:05:06")
            })
            .chain((0..25).map(|n| Post {
                terms: vec![TermId(4)],
                ..post(200 + n, "book", &format!("book-{n}x"), "2024-02-03T04:05:06")
            }))
            .map(|post| put_post(&post))
            .collect();
        let site = structured(structure, more);
        let list = |taxonomy: &str, id| Target::Term { taxonomy: Taxonomy::new(taxonomy), term: TermId(id), page: 1 };
        let lists = [
            Target::Home { page: 1 },
            list("category", 1),
            list("category", 2),
            list("post_tag", 3),
            list("genre", 4),
            Target::Author { user: UserId(1), page: 1 },
            Target::TypeArchive { post_type: PostType::from_name("book"), page: 1 },
            Target::Date { year: 2024, month: None, day: None, page: 1 },
            Target::Date { year: 2024, month: Some(2), day: None, page: 1 },
            Target::Date { year: 2024, month: Some(2), day: Some(3), page: 1 },
            Target::Search { text: "post".to_owned(), page: 1 },
        ];
        for target in lists {
            for page in [1, 2, 3] {
                let at = target.clone().at_page(page).unwrap();
                let path = site.target_path(&at).unwrap();
                assert_eq!(resolve(&site, &path), at, "{structure} {path}");
            }
            let beyond = site.target_path(&target.clone().at_page(4).unwrap()).unwrap();
            // an address without structure is no place to look for what moved
            assert_eq!(resolve(&site, &beyond), Target::NotFound, "{structure} {beyond}");
            for page in [1, 2, 3] {
                let of = Box::new(target.clone().at_page(page).unwrap());
                let feed = Target::Feed { of, kind: FeedKind::Rss2 };
                let path = site.target_path(&feed).unwrap();
                assert_eq!(resolve(&site, &path), feed, "{structure} {path}");
            }
            let beyond = Box::new(target.at_page(4).unwrap());
            let beyond = site.target_path(&Target::Feed { of: beyond, kind: FeedKind::Atom }).unwrap();
            assert_eq!(resolve(&site, &beyond), Target::NotFound, "{structure} {beyond}");
        }
    }
}

#[test]
fn what_is_not_public_is_not_found() {
    let at = "2024-02-03T04:05:06";
    let status = |id, slug: &str, status| Post { status, ..post(id, "post", slug, at) };
    let later = "2026-11-20T12:00:01";
    let posts = [
        status(1, "draft", PostStatus::Draft),
        status(2, "private", PostStatus::Private),
        status(3, "trash", PostStatus::Trash),
        status(4, "odd", PostStatus::Custom("wc-pending".into())),
        Post { status: PostStatus::Future, ..post(5, "post", "scheduled", later) },
        Post { parent: Some(PostId(2)), ..post(6, "attachment", "of-private", at) },
        Post { parent: Some(PostId(77)), ..post(7, "attachment", "of-nothing-there", at) },
        post(8, "nav_menu_item", "item", at),
        post(9, "unregistered", "thing", at),
    ];
    let site = structured("/%postname%/", posts.iter().map(put_post).collect());
    for post in &posts {
        for path in [format!("/{}/", post.slug), format!("/?p={}", post.id), format!("/?attachment_id={}", post.id)] {
            assert_eq!(resolve(&site, &path), Target::NotFound, "{path}");
        }
    }
    assert_eq!(site.asked_post(&[("p".to_owned(), "1".to_owned())]), Some(PostId(1)));
    assert_eq!(resolve(&site, "/of-private/"), Target::NotFound);
    let a_second_later = "2026-11-20T12:00:01Z".parse().unwrap();
    assert_eq!(site.next_scheduled(now()), Some(a_second_later));
    assert_eq!(site.resolve("/scheduled/", &[], a_second_later), Target::Singular { id: PostId(5), page: 1 });
    assert_eq!(site.next_scheduled(a_second_later), None);
}

#[test]
fn old_slugs_front_pages_and_wrong_addresses_redirect() {
    let at = "2024-02-03T04:05:06";
    let posts = [
        Post { old_slugs: vec!["before".to_owned()], ..post(1, "post", "hello-world", at) },
        post(2, "page", "start", at),
        post(3, "page", "journal", at),
        post(4, "post", "twice-named", at),
    ];
    let mut effects: Vec<_> = posts.iter().map(put_post).collect();
    effects.push(option("show_on_front", &json!("page")));
    effects.push(option("page_on_front", &json!("2")));
    effects.push(option("page_for_posts", &json!("3")));
    let site = structured("/%year%/%postname%/", effects);
    let to = |to: &str| Target::Redirect { to: to.to_owned(), permanent: true };
    assert_eq!(resolve(&site, "/2024/before/"), to("/2024/hello-world/"));
    assert_eq!(resolve(&site, "/before/feed/"), to("/2024/hello-world/feed/"));
    assert_eq!(resolve(&site, "/1999/hello-world/"), to("/2024/hello-world/"));
    assert_eq!(resolve(&site, "/1999/hello/"), Target::NotFound);
    assert_eq!(resolve(&site, "/hel/"), to("/2024/hello-world/"));
    assert_eq!(resolve(&site, "/hello-world"), to("/2024/hello-world/"));
    assert_eq!(resolve(&site, "/hello-world.php"), Target::NotFound);
    assert_eq!(resolve(&site, "/"), Target::FrontPage { id: PostId(2) });
    assert_eq!(resolve(&site, "/start/"), to("/"));
    assert_eq!(resolve(&site, "/journal/"), Target::Home { page: 1 });
    assert_eq!(resolve(&site, "/journal"), to("/journal/"));
    assert_eq!(resolve(&site, "/?p=3"), to("/journal/"));
    assert_eq!(resolve(&site, "/?p=1&utm=a%20b"), to("/2024/hello-world/?utm=a%20b"));
    assert_eq!(resolve(&site, "/feed/"), Target::Feed { of: Box::new(Target::Home { page: 1 }), kind: FeedKind::Rss2 });
    assert_eq!(resolve(&site, "/2024//hello-world/"), to("/2024/hello-world/"));
    assert_eq!(resolve(&site, "//journal//"), to("/journal/"));
    let to_desk = |to: &str| Target::Redirect { to: to.to_owned(), permanent: false };
    assert_eq!(resolve(&site, "/login"), to_desk("/wp-login.php"));
    assert_eq!(resolve(&site, "/admin/"), to_desk("/wp-admin/"));
    // no answer leads to another host
    for path in ["//evil.example/journal", "/\\evil.example/journal", "//evil.example/2024/hello-world"] {
        if let Target::Redirect { to, .. } = site.resolve(path, &[], now()) {
            assert!(to.starts_with('/') && !to.starts_with("//") && !to.starts_with("/\\"), "{path}: {to}");
        }
    }
}
