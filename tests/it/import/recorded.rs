//! Against WordPress's own tables after it imported the same file: `docs/import.md` explains every difference.

use std::{collections::BTreeMap, path::Path, sync::Arc};

use bucketpress::{
    app::App,
    content::{CommentId, Post, PostId, Taxonomy, TermId, UserId},
    index::Site,
};
use serde_json::Value;

use super::{shared, site};

type Row = BTreeMap<String, Value>;

fn rows(path: &Path, table: &str) -> Vec<Row> {
    let text = std::fs::read_to_string(path.join(format!("{table}.jsonl"))).unwrap();
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

fn text<'a>(row: &'a Row, column: &str) -> &'a str {
    row[column].as_str().unwrap()
}

fn number(row: &Row, column: &str) -> u64 {
    text(row, column).parse().unwrap()
}

/// Where WordPress stored uploads, and where the file says they were: the same to this comparison.
fn neutral(text: &str) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some(at) = rest.find("http") {
        out.push_str(&rest[..at]);
        rest = &rest[at..];
        let end = rest.find(|c: char| c.is_whitespace() || "\"'<>()[]\\".contains(c)).unwrap_or(rest.len());
        let url = &rest[..end];
        let bare = url.split('?').next().unwrap();
        let parts: Vec<&str> = bare.rsplit('/').collect();
        let digits = |text: &str, count: usize| text.len() == count && text.bytes().all(|byte| byte.is_ascii_digit());
        if parts.len() > 4 && digits(parts[1], 2) && digits(parts[2], 4) && parts[0].contains('.') {
            out.push_str(&format!("UPLOAD/{}/{}/{}", parts[2], parts[1], parts[0]));
        } else {
            out.push_str(url);
        }
        rest = &rest[end..];
    }
    out.push_str(rest);
    out
}

/// Differences by column, with an example of each.
#[derive(Default)]
struct Differences(BTreeMap<String, Vec<String>>);

impl Differences {
    fn compare(&mut self, column: &str, what: &str, theirs: &str, ours: &str) {
        if theirs != ours {
            // From a little before the first difference on.
            let same = theirs.chars().zip(ours.chars()).take_while(|(a, b)| a == b).count();
            let shorten = |text: &str| text.chars().skip(same.saturating_sub(20)).take(200).collect::<String>();
            self.0.entry(column.to_owned()).or_default().push(format!(
                "{what}: theirs {:?}, ours {:?}",
                shorten(theirs),
                shorten(ours)
            ));
        }
    }

    fn counts(&self) -> BTreeMap<&str, usize> {
        for (column, list) in &self.0 {
            for example in list.iter().take(20) {
                println!("{column}: {example}");
            }
        }
        self.0.iter().map(|(column, list)| (column.as_str(), list.len())).collect()
    }
}

async fn imported() -> Option<(Arc<App>, std::path::PathBuf)> {
    let file = shared("wxr/themeunittestdata.wordpress.xml")?;
    let recorded = shared("db")?;
    let app = site::app().await;
    site::import(&app, &site::request(&[file])).await.unwrap();
    Some((app, recorded))
}

/// Our post for WordPress's row; by title where WordPress gave it another number.
fn ours(site: &Site, row: &Row) -> Option<Post> {
    let kind = text(row, "post_type");
    let id = PostId(number(row, "ID"));
    if let Some(post) = site.post(id).filter(|post| post.title == text(row, "post_title")) {
        return Some(post);
    }
    all(site).into_iter().find(|post| post.post_type.name() == kind && post.title == text(row, "post_title"))
}

fn all(site: &Site) -> Vec<Post> {
    use bucketpress::store::{RowKey, Table, log::Machine as _};
    let keys = site.tables().table(Table::Posts).keys();
    keys.filter_map(|key| match key {
        RowKey::Number(id) => site.post(PostId(id)),
        RowKey::Text(_) => None,
    })
    .collect()
}

fn date(date: jiff::civil::DateTime) -> String {
    date.strftime("%Y-%m-%d %H:%M:%S").to_string()
}

fn login(site: &Site, id: UserId) -> String {
    site.user(id).map(|user| user.login).unwrap_or_default()
}

#[tokio::test(flavor = "multi_thread")]
async fn posts_differ_from_wordpress_only_where_documented() {
    let Some((app, recorded)) = imported().await else { return };
    let site = site::state(&app);
    let users: BTreeMap<u64, String> =
        rows(&recorded, "users").iter().map(|row| (number(row, "ID"), text(row, "user_login").to_owned())).collect();
    let mut differences = Differences::default();
    let mut matched = BTreeMap::new();
    for row in rows(&recorded, "posts").into_iter().filter(|row| text(row, "post_type") != "nav_menu_item") {
        let name = format!("{} {} {:?}", text(&row, "post_type"), text(&row, "ID"), text(&row, "post_title"));
        let Some(post) = ours(&site, &row) else {
            differences.compare("missing", &name, "", "missing");
            continue;
        };
        assert!(matched.insert(post.id, name.clone()).is_none(), "{name} matched twice");
        let body = app.revisions.get(post.id, post.revision).await.unwrap();
        let mut compare = |column: &str, ours: &str| differences.compare(column, &name, text(&row, column), ours);
        compare("ID", &post.id.to_string());
        compare("post_date", &date(post.date));
        compare("post_date_gmt", &post.date_gmt.map_or("0000-00-00 00:00:00".to_owned(), date));
        compare("post_title", &post.title);
        compare("post_status", post.status.name());
        compare("comment_status", if post.comments_open { "open" } else { "closed" });
        compare("ping_status", if post.pings_open { "open" } else { "closed" });
        compare("post_password", post.password.as_deref().unwrap_or(""));
        compare("post_name", &post.slug);
        compare("post_modified", &date(post.modified));
        compare("post_modified_gmt", &date(post.modified_gmt));
        compare("post_parent", &post.parent.map_or(0, |id| id.0).to_string());
        compare("guid", &post.guid);
        compare("menu_order", &post.menu_order.to_string());
        compare("post_mime_type", &post.mime_type);
        compare("comment_count", &site.comment_count(post.id).to_string());
        compare("post_excerpt", &post.excerpt);
        let author = users.get(&number(&row, "post_author")).cloned().unwrap_or_default();
        differences.compare("post_author", &name, &author, &login(&site, post.author));
        // WordPress adds this to links that open a window, on every save.
        let theirs = neutral(text(&row, "post_content")).replace(" rel=\"noopener\"", "");
        differences.compare("post_content", &name, &theirs, &neutral(&body.content).replace(" rel=\"noopener\"", ""));
    }
    let expected = BTreeMap::from([
        ("ID", 11),
        ("guid", 37),
        // WordPress's own cache of an embed, made after the import
        ("missing", 1),
        ("post_content", 8),
        ("post_modified", 7),
        ("post_modified_gmt", 7),
    ]);
    assert_eq!(differences.counts(), expected);
}

/// What a reader sees of a menu's item: menu, position, title, kind, what it points at, what it is below.
type MenuItem = (String, i64, String, String, String, String, String);

#[tokio::test(flavor = "multi_thread")]
async fn menus_are_wordpress_s() {
    let Some((app, recorded)) = imported().await else { return };
    let site = site::state(&app);
    assert_eq!(our_menus(&site), their_menus(&recorded));
}

fn our_menus(site: &Site) -> Vec<MenuItem> {
    let items = all(site).into_iter().filter(|post| post.post_type.name() == "nav_menu_item");
    let meta = |post: &Post, key: &str| {
        post.meta.iter().find(|entry| entry.key == key).map(|entry| entry.value.clone()).unwrap_or_default()
    };
    let describe = |post: Post| {
        let object: u64 = meta(&post, "_menu_item_object_id").parse().unwrap_or(0);
        let kind = meta(&post, "_menu_item_type");
        let target = match kind.as_str() {
            "post_type" => site.post(PostId(object)).map(|post| post.title),
            "taxonomy" => site.term(TermId(object)).map(|term| term.name),
            _ => Some(meta(&post, "_menu_item_url")),
        };
        let parent: u64 = meta(&post, "_menu_item_menu_item_parent").parse().unwrap_or(0);
        let below = site.post(PostId(parent)).map(|post| post.menu_order.to_string()).unwrap_or_default();
        let menu = post.terms.first().and_then(|id| site.term(*id)).map(|term| term.slug).unwrap_or_default();
        (
            menu,
            post.menu_order,
            post.title.clone(),
            kind,
            target.unwrap_or_default(),
            below,
            meta(&post, "_menu_item_target"),
        )
    };
    let mut items: Vec<MenuItem> = items.map(describe).collect();
    items.sort();
    items
}

fn their_menus(recorded: &Path) -> Vec<MenuItem> {
    let posts: BTreeMap<String, Row> =
        rows(recorded, "posts").into_iter().map(|row| (text(&row, "ID").to_owned(), row)).collect();
    let mut meta: BTreeMap<(String, String), String> = BTreeMap::new();
    for row in rows(recorded, "postmeta") {
        let key = (text(&row, "post_id").to_owned(), text(&row, "meta_key").to_owned());
        meta.insert(key, row["meta_value"].as_str().unwrap_or("").to_owned());
    }
    let terms: BTreeMap<String, Row> =
        rows(recorded, "terms").into_iter().map(|row| (text(&row, "term_id").to_owned(), row)).collect();
    let by_taxonomy: BTreeMap<String, String> = rows(recorded, "term_taxonomy")
        .iter()
        .map(|row| (text(row, "term_taxonomy_id").to_owned(), text(row, "term_id").to_owned()))
        .collect();
    let menus: BTreeMap<String, String> = rows(recorded, "term_relationships")
        .iter()
        .map(|row| (text(row, "object_id").to_owned(), by_taxonomy[text(row, "term_taxonomy_id")].clone()))
        .collect();
    let describe = |(id, row): (&String, &Row)| {
        let meta = |key: &str| meta.get(&(id.clone(), key.to_owned())).cloned().unwrap_or_default();
        let kind = meta("_menu_item_type");
        let object = meta("_menu_item_object_id");
        let target = match kind.as_str() {
            "post_type" => posts.get(&object).map(|row| text(row, "post_title").to_owned()),
            "taxonomy" => terms.get(&object).map(|row| text(row, "name").to_owned()),
            _ => Some(meta("_menu_item_url")),
        };
        let below = posts.get(&meta("_menu_item_menu_item_parent"));
        let menu = menus.get(id).map(|term| text(&terms[term], "slug").to_owned()).unwrap_or_default();
        (
            menu,
            text(row, "menu_order").parse().unwrap(),
            text(row, "post_title").to_owned(),
            kind,
            target.unwrap_or_default(),
            below.map(|row| text(row, "menu_order").to_owned()).unwrap_or_default(),
            meta("_menu_item_target"),
        )
    };
    let items = posts.iter().filter(|(_, row)| text(row, "post_type") == "nav_menu_item");
    let mut items: Vec<MenuItem> = items.map(describe).collect();
    items.sort();
    items
}

#[tokio::test(flavor = "multi_thread")]
async fn terms_and_what_has_them_are_wordpress_s() {
    let Some((app, recorded)) = imported().await else { return };
    let site = site::state(&app);
    let terms: BTreeMap<String, Row> =
        rows(&recorded, "terms").into_iter().map(|row| (text(&row, "term_id").to_owned(), row)).collect();
    let mut differences = Differences::default();
    let mut theirs: BTreeMap<String, (String, String)> = BTreeMap::new();
    for row in rows(&recorded, "term_taxonomy") {
        let term = &terms[text(&row, "term_id")];
        let (taxonomy, slug) = (text(&row, "taxonomy"), text(term, "slug"));
        theirs.insert(text(&row, "term_taxonomy_id").to_owned(), (taxonomy.to_owned(), slug.to_owned()));
        let name = format!("{taxonomy} {slug}");
        let Some(ours) = site.term_by_slug(&Taxonomy::new(taxonomy), slug).and_then(|id| site.term(id)) else {
            differences.compare("missing", &name, "", "missing");
            continue;
        };
        differences.compare("name", &name, text(term, "name"), &ours.name);
        differences.compare("description", &name, text(&row, "description"), &ours.description);
        let parent = terms.get(text(&row, "parent")).map_or("", |row| text(row, "slug"));
        let our_parent = ours.parent.and_then(|id| site.term(id)).map(|term| term.slug).unwrap_or_default();
        differences.compare("parent", &name, parent, &our_parent);
        if taxonomy != "nav_menu" {
            differences.compare(
                "count",
                &name,
                text(&row, "count"),
                &site.term_count(ours.id, app.clock.now()).to_string(),
            );
        }
    }
    let titles: BTreeMap<String, Row> =
        rows(&recorded, "posts").into_iter().map(|row| (text(&row, "ID").to_owned(), row)).collect();
    let mut their_pairs: BTreeMap<String, usize> = BTreeMap::new();
    for row in rows(&recorded, "term_relationships") {
        let (taxonomy, slug) = &theirs[text(&row, "term_taxonomy_id")];
        let post = &titles[text(&row, "object_id")];
        *their_pairs
            .entry(format!("{} {:?} {taxonomy} {slug}", text(post, "post_type"), text(post, "post_title")))
            .or_default() += 1;
    }
    let mut our_pairs: BTreeMap<String, usize> = BTreeMap::new();
    for post in all(&site) {
        for term in post.terms.iter().filter_map(|id| site.term(*id)) {
            let key = format!("{} {:?} {} {}", post.post_type.name(), post.title, term.taxonomy.name(), term.slug);
            *our_pairs.entry(key).or_default() += 1;
        }
    }
    for (pair, count) in &their_pairs {
        differences.compare("relation", pair, &count.to_string(), &our_pairs.remove(pair).unwrap_or(0).to_string());
    }
    for (pair, count) in our_pairs {
        differences.compare("relation", &pair, "0", &count.to_string());
    }
    assert_eq!(differences.counts(), BTreeMap::new());
}

#[tokio::test(flavor = "multi_thread")]
async fn comments_are_wordpress_s() {
    let Some((app, recorded)) = imported().await else { return };
    let site = site::state(&app);
    let mut ours: Vec<_> = all(&site).iter().flat_map(|post| site.comments(post.id)).collect();
    ours.sort();
    let theirs = rows(&recorded, "comments");
    assert_eq!(ours.len(), theirs.len());
    let mut differences = Differences::default();
    // WordPress renumbers comments and keeps their order.
    let key = |post: &str, author: &str, date: &str| format!("{post}|{author}|{date}");
    let by_key: BTreeMap<String, CommentId> = ours
        .iter()
        .map(|id| site.comment(*id).unwrap())
        .map(|comment| (key(&comment.post.to_string(), &comment.author_name, &date(comment.date)), comment.id))
        .collect();
    let their_keys: BTreeMap<String, String> = theirs
        .iter()
        .map(|row| {
            let post = text(row, "comment_post_ID");
            (text(row, "comment_ID").to_owned(), key(post, text(row, "comment_author"), text(row, "comment_date")))
        })
        .collect();
    for row in &theirs {
        let name = &their_keys[text(row, "comment_ID")];
        let Some(comment) = by_key.get(name).and_then(|id| site.comment(*id)) else {
            differences.compare("missing", name, "", "missing");
            continue;
        };
        let mut compare = |column: &str, ours: &str| differences.compare(column, name, text(row, column), ours);
        compare("comment_content", &comment.content);
        compare("comment_author_email", &comment.author_email);
        compare("comment_author_url", &comment.author_url);
        compare("comment_author_IP", &comment.author_ip);
        compare("comment_date_gmt", &date(comment.date_gmt));
        compare("comment_approved", comment.status.stored());
        compare("comment_type", &comment.kind);
        let parent = their_keys.get(text(row, "comment_parent")).map(|key| by_key[key]);
        assert_eq!(comment.parent, parent, "{name}");
    }
    assert_eq!(differences.counts(), BTreeMap::from([("comment_content", 2)]));
}

/// Keys with meaning are fields here, and files are described anew.
const NOT_META: [&str; 6] = [
    "_thumbnail_id",
    "_wp_page_template",
    "_wp_old_slug",
    "_wp_attached_file",
    "_wp_attachment_metadata",
    "_menu_item_object_id",
];

#[tokio::test(flavor = "multi_thread")]
async fn meta_is_wordpress_s() {
    let Some((app, recorded)) = imported().await else { return };
    let site = site::state(&app);
    let titles: BTreeMap<String, Row> =
        rows(&recorded, "posts").into_iter().map(|row| (text(&row, "ID").to_owned(), row)).collect();
    let mut differences = Differences::default();
    let mut theirs: BTreeMap<String, i64> = BTreeMap::new();
    for row in rows(&recorded, "postmeta") {
        let post = &titles[text(&row, "post_id")];
        let (kind, key) = (text(post, "post_type"), text(&row, "meta_key"));
        if NOT_META.contains(&key) || kind == "nav_menu_item" {
            continue;
        }
        let value = neutral(row["meta_value"].as_str().unwrap_or(""));
        *theirs.entry(format!("{kind} {:?} {key}={value}", text(post, "post_title"))).or_default() += 1;
    }
    for post in all(&site).iter().filter(|post| post.post_type.name() != "nav_menu_item") {
        for entry in &app.revisions.get(post.id, post.revision).await.unwrap().meta {
            if NOT_META.contains(&entry.key.as_str()) {
                continue;
            }
            let name = format!("{} {:?} {}={}", post.post_type.name(), post.title, entry.key, neutral(&entry.value));
            *theirs.entry(name).or_default() -= 1;
        }
    }
    for (name, count) in theirs {
        differences.compare(if count > 0 { "theirs only" } else { "ours only" }, &name, &count.to_string(), "0");
    }
    assert_eq!(differences.counts(), BTreeMap::new());
}
