use std::{sync::Arc, time::Duration};

use bucketpress::{
    app::App,
    clock::Clock,
    content::{
        Actor, ContentFormat, Edit, PostStatus, Taxonomy, TermId,
        edit::{DateChange, SavePost, SaveTerm, Setup},
    },
    id::Ids,
    publish::{self, Outcome},
    serve::{self, PageRequest, Served},
    store::{memory::MemoryObjects, seal::SiteKey},
};
use jiff::{SignedDuration, tz::TimeZone};

use super::{page, path, post, save};
use crate::support::{self, Server};

#[tokio::test]
async fn every_kind_of_page_answers() {
    let server = Server::start().await;
    let category =
        SaveTerm { taxonomy: Some(Taxonomy::new("category")), name: Some("Harbour".to_owned()), ..SaveTerm::default() };
    let Outcome::Term { id: term, .. } = server.apply(Edit::SaveTerm(Box::new(category))).await else { panic!() };
    let first = SavePost {
        terms: vec![(Taxonomy::new("category"), vec![term])],
        author: Some(server.admin),
        format: Some(ContentFormat::Markdown),
        ..post("Ferries & tides", "The *ferry* left at noon.")
    };
    let first = save(&server, first).await;
    let about = save(&server, page("About us", "<p>Who we are.</p>")).await;
    let dated = server.app.log.current().state.post(first).unwrap().date;
    let month = format!("/{:04}/{:02}/", dated.year(), dated.month());
    let author = format!("/author/{}/", support::ADMIN);
    for (path, needle) in [
        ("/", "/ferries-tides/"),
        (path(&server, first).as_str(), "<em>ferry</em>"),
        (path(&server, about).as_str(), "Who we are."),
        ("/category/harbour/", "/ferries-tides/"),
        (month.as_str(), "/ferries-tides/"),
        (author.as_str(), "/ferries-tides/"),
        ("/?s=ferries", "/ferries-tides/"),
        ("/feed/", "<item>"),
        ("/feed/atom/", "<feed"),
        ("/comments/feed/", "<rss"),
        ("/wp-sitemap.xml", "/wp-sitemap-posts-post-1.xml"),
        ("/wp-sitemap-posts-post-1.xml", "/ferries-tides/"),
        ("/robots.txt", "Sitemap:"),
    ] {
        let answer = server.get(path).await;
        assert_eq!(answer.status(), 200, "{path}");
        let text = answer.text().await.unwrap();
        assert!(text.contains(needle), "{needle} in {path}: {text}");
    }
    let gone = server.get("/no/such/page/").await;
    assert_eq!(gone.status(), 404);
    assert!(gone.text().await.unwrap().contains("</html>"));
    let plain = server.get(&format!("/?p={first}")).await;
    assert_eq!(plain.status(), 301);
    assert!(plain.headers()["location"].to_str().unwrap().ends_with(&path(&server, first)));
    let refused = support::client().post(server.url("/")).send().await.unwrap();
    assert_eq!((refused.status().as_u16(), refused.headers()["allow"].to_str().unwrap()), (405, "GET, HEAD"));
}

#[tokio::test]
async fn drafts_and_private_posts_are_for_those_who_may_see_them() {
    let server = Server::start().await;
    let draft = SavePost { status: Some(PostStatus::Draft), ..post("Secret draft", "Unfinished.") };
    let draft = save(&server, draft).await;
    let private = SavePost { status: Some(PostStatus::Private), ..post("For the desk", "Internal.") };
    let private = save(&server, private).await;
    let preview = format!("/?p={draft}&preview=true");
    for path in [preview.as_str(), &format!("/?p={draft}"), &path(&server, private)] {
        let text = server.get(path).await.text().await.unwrap();
        assert!(!text.contains("Unfinished.") && !text.contains("Internal."), "{path}");
    }
    let editor = server.signed_in().await;
    let answer = editor.get(server.url(&preview)).send().await.unwrap();
    assert_eq!(answer.status(), 200);
    assert_eq!(answer.headers()["cache-control"], "no-store");
    assert!(answer.text().await.unwrap().contains("Unfinished."));
    let answer = editor.get(server.url(&path(&server, private))).send().await.unwrap();
    assert!(answer.text().await.unwrap().contains("Internal."));
    let stranger = server.get(&path(&server, private)).await;
    assert_eq!(stranger.status(), 404, "the editor's view was not cached");
}

#[tokio::test]
async fn a_password_opens_a_post_for_one_reader() {
    let server = Server::start().await;
    let locked = SavePost { password: Some(Some("mellon".to_owned())), ..post("Doors of Durin", "Speak friend.") };
    let path = path(&server, save(&server, locked).await);
    let closed = server.get(&path).await;
    assert!(closed.headers()["vary"].to_str().unwrap().contains("Cookie"));
    assert!(!closed.text().await.unwrap().contains("Speak friend."));
    assert!(!server.get("/feed/").await.text().await.unwrap().contains("Speak friend."));

    let reader = support::client();
    let give = |password: &'static str| {
        let fields = [("post_password", password), ("redirect_to", path.as_str())];
        support::form(reader.post(server.url("/wp-login.php?action=postpass")), &fields).send()
    };
    give("wrong").await.unwrap();
    let still = reader.get(server.url(&path)).send().await.unwrap().text().await.unwrap();
    assert!(!still.contains("Speak friend."));
    let sent = give("mellon").await.unwrap();
    assert_eq!(sent.status(), 303);
    assert_eq!(sent.headers()["location"], path.as_str());
    let cookie = sent.headers()["set-cookie"].to_str().unwrap();
    assert!(!cookie.contains("mellon"));
    let open = reader.get(server.url(&path)).send().await.unwrap();
    assert_eq!(open.headers()["cache-control"], "no-store");
    assert!(open.text().await.unwrap().contains("Speak friend."));
    assert!(!server.get(&path).await.text().await.unwrap().contains("Speak friend."));
}

/// No commit happens when the time comes. Paused time: the moment is exact.
#[tokio::test(start_paused = true)]
async fn a_scheduled_post_appears_on_time() {
    let clock = Clock::simulated("2026-11-20T12:00:00Z".parse().unwrap());
    let (key, store) = (SiteKey::from_bytes([5; 32]), Arc::new(MemoryObjects::new()));
    let app = App::from_parts(support::config(), store, key, clock, Ids::System).await.unwrap();
    let desk = Actor::System("test");
    let setup = Setup {
        url: "https://example.org".to_owned(),
        title: "The Test Gazette".to_owned(),
        admin_login: "ann".to_owned(),
        admin_email: "ann@example.org".to_owned(),
        admin_password_sealed: None,
        time_zone: "Europe/Vienna".to_owned(),
    };
    publish::apply(&app, &desk, Edit::Setup(Box::new(setup)), None).await.unwrap();
    let due = app.clock.now() + SignedDuration::from_mins(10);
    let later = SavePost {
        date: Some(DateChange::Gmt(TimeZone::UTC.to_datetime(due))),
        status: Some(PostStatus::Future),
        ..post("Tomorrow", "Today.")
    };
    let edit = Edit::SavePost(Box::new(later));
    let Outcome::Post { id, .. } = publish::apply(&app, &desk, edit, None).await.unwrap().outcome else { panic!() };
    let snapshot = app.log.current();
    let scheduled = snapshot.state.post(id).unwrap();
    assert_eq!(scheduled.status, PostStatus::Future);

    let get = async |path: &str| {
        let request = PageRequest { path: path.to_owned(), ..PageRequest::default() };
        match serve::page(&app, &request).await.unwrap() {
            Served::Page(page) => (page.status, String::from_utf8(page.body().to_vec()).unwrap()),
            Served::Redirect { to, .. } => (301, to),
        }
    };
    assert!(!get("/").await.1.contains("Tomorrow"));
    assert!(!get("/feed/").await.1.contains("Tomorrow"));
    tokio::time::advance(Duration::from_secs(598)).await;
    assert!(!get("/").await.1.contains("Tomorrow"));
    let renders = app.pages.counts().renders;
    tokio::time::advance(Duration::from_secs(3)).await;
    assert!(get("/").await.1.contains("Tomorrow"));
    assert!(get("/feed/").await.1.contains("Tomorrow"));
    let path = app.log.current().state.post_path(&scheduled);
    assert_eq!(get(&path).await.0, 200, "{path}");
    assert_eq!(app.pages.counts().renders, renders + 3);
    assert_eq!(app.log.current().seq, snapshot.seq, "nobody committed anything");
}

#[tokio::test]
async fn pages_stand_in_for_a_menu_nobody_has_chosen() {
    let server = Server::start().await;
    let before = server.get("/").await.text().await.unwrap();
    assert!(!before.contains("Visit us"));
    let visit = save(&server, page("Visit us", "<p>By the harbour.</p>")).await;
    let below = SavePost { parent: Some(Some(visit)), ..page("Parking", "<p>Behind it.</p>") };
    save(&server, below).await;
    let home = server.get("/").await.text().await.unwrap();
    let link = format!("href=\"{}{}\"", server.base, path(&server, visit));
    assert!(home.contains(&link), "the cached front page gave way to one that links to the page: {home}");
    assert!(!home.contains("Parking"), "pages below others are found there");
}

#[tokio::test]
async fn a_part_beyond_the_last_leads_to_the_post() {
    let server = Server::start().await;
    let split = save(&server, post("In parts", "One.<!--nextpage-->Two.")).await;
    let whole = save(&server, page("In one", "All of it.")).await;
    let (split, whole) = (path(&server, split), path(&server, whole));
    let second = server.get(&format!("{split}2/")).await;
    assert_eq!(second.status(), 200);
    assert!(second.text().await.unwrap().contains("Two."));
    for (asked, to) in
        [(format!("{split}3/"), &split), (format!("{split}999/"), &split), (format!("{whole}2/"), &whole)]
    {
        let answer = server.get(&asked).await;
        assert_eq!(answer.status(), 301, "{asked}");
        assert!(answer.headers()["location"].to_str().unwrap().ends_with(to.as_str()), "{asked}");
    }
}

#[tokio::test]
async fn related_posts_share_tags_first_then_categories() {
    let server = Server::start().await;
    let mut terms = Vec::new();
    for (taxonomy, name) in [("category", "Harbour"), ("category", "Weather"), ("post_tag", "Tides")] {
        let term =
            SaveTerm { taxonomy: Some(Taxonomy::new(taxonomy)), name: Some(name.to_owned()), ..SaveTerm::default() };
        let Outcome::Term { id, .. } = server.apply(Edit::SaveTerm(Box::new(term))).await else { panic!() };
        terms.push((Taxonomy::new(taxonomy), vec![id]));
    }
    let [harbour, weather, tides] = terms.try_into().unwrap();
    let dated = |title: &str, day: i8, terms: &[&(Taxonomy, Vec<TermId>)]| SavePost {
        date: Some(DateChange::Local(jiff::civil::date(2020, 1, day).at(9, 0, 0, 0))),
        terms: terms.iter().map(|term| (*term).clone()).collect(),
        ..post(title, "Text.")
    };
    let tagged = save(&server, dated("Tagged long ago", 1, &[&weather, &tides])).await;
    save(&server, dated("Of the harbour", 2, &[&harbour])).await;
    save(&server, dated("Of the weather", 3, &[&weather])).await;
    save(&server, dated("Of nothing", 4, &[])).await;
    let shown = save(&server, dated("Shown", 5, &[&harbour, &tides])).await;
    let plain = save(&server, dated("Also of nothing", 6, &[])).await;
    let related = async |path: &str| {
        let text = server.get(path).await.text().await.unwrap();
        let section =
            text.split("<section class=\"related\"").nth(1).map(|rest| rest.split("</section>").next().unwrap());
        let titles = section.into_iter().flat_map(|section| section.split("card-title").skip(1));
        titles.map(|card| card.split("</a>").next().unwrap().rsplit('>').next().unwrap().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(related(&path(&server, shown)).await, ["Tagged long ago", "Of the harbour"]);
    assert!(related(&path(&server, plain)).await.is_empty(), "the category of posts without one relates nothing");
    // The page in memory is stale once one of them is another.
    save(
        &server,
        SavePost {
            id: Some(tagged),
            terms: vec![tides.clone()],
            title: Some("Tagged anew".to_owned()),
            ..SavePost::default()
        },
    )
    .await;
    assert_eq!(related(&path(&server, shown)).await, ["Tagged anew", "Of the harbour"]);
    let untagged =
        SavePost { id: Some(tagged), terms: vec![(Taxonomy::new("post_tag"), Vec::new())], ..SavePost::default() };
    save(&server, untagged).await;
    assert_eq!(related(&path(&server, shown)).await, ["Of the harbour"]);
    save(&server, dated("Late but older", 4, &[&tides])).await;
    assert_eq!(related(&path(&server, shown)).await, ["Late but older", "Of the harbour"]);
}

#[tokio::test]
async fn the_sitemap_names_files_that_are_there() {
    let server = Server::start().await;
    save(&server, post("Ferries", "At noon.")).await;
    let index = server.get("/wp-sitemap.xml").await.text().await.unwrap();
    let files: Vec<&str> = index.split("<loc>").skip(1).filter_map(|rest| rest.split("</loc>").next()).collect();
    let below = |file: &str| file.strip_prefix(server.base.as_str()).unwrap().to_owned();
    let paths: Vec<String> = files.into_iter().map(below).collect();
    assert!(paths.contains(&"/wp-sitemap-posts-page-1.xml".to_owned()), "{index}");
    for path in &paths {
        let answer = server.get(path).await;
        assert_eq!(answer.status(), 200, "{path}");
        assert!(answer.text().await.unwrap().contains("<loc>"), "{path}");
    }
    let pages = server.get("/wp-sitemap-posts-page-1.xml").await.text().await.unwrap();
    assert!(pages.contains(&format!("<loc>{}/</loc>", server.base)), "the front page is listed: {pages}");
    assert_eq!(server.get("/wp-sitemap-posts-post-2.xml").await.status(), 404);
    assert!(server.get("/wp-sitemap.css").await.headers()["content-type"].to_str().unwrap().starts_with("text/css"));
    let named = format!("<?xml-stylesheet type=\"text/css\" href=\"{}/wp-sitemap.css\" ?>", server.base);
    for file in [&index, &pages] {
        assert_eq!(file.lines().nth(1), Some(named.as_str()), "{file}");
    }
}

#[tokio::test]
async fn footnotes_of_the_block_editor_are_shown() {
    let server = Server::start().await;
    let noted = SavePost {
        meta: vec![("footnotes".to_owned(), vec!["[{\"content\":\"So she said.\",\"id\":\"n1\"}]".to_owned()])],
        ..post("Noted", "<!-- wp:paragraph -->\n<p>Words.</p>\n<!-- /wp:paragraph -->\n\n<!-- wp:footnotes /-->")
    };
    let noted = save(&server, noted).await;
    let shown = server.get(&path(&server, noted)).await.text().await.unwrap();
    assert!(shown.contains("<li id=\"n1\">So she said."), "{shown}");
}

#[tokio::test]
async fn no_address_leads_to_another_site() {
    let server = Server::start().await;
    let known = save(&server, post("A known one", "<p>Text</p>")).await;
    let slug = path(&server, known).trim_matches('/').rsplit('/').next().unwrap().to_owned();
    let mut redirects = 0;
    for begin in [
        "/",
        "/index.php/",
        "/index.php//",
        "//",
        "/%2f",
        "/%5c",
        "/index.php/%2f",
        "/index.php/%5c",
        "/page/1/",
        "/feed/",
    ] {
        for end in [
            "/evil.example",
            "%5cevil.example",
            "/evil.example/page/1",
            "/evil.example/feed",
            &format!("/evil.example/{slug}"),
            "/evil.example?p=1",
            "/evil.example?attachment_id=1",
        ] {
            let answer = server.get(&format!("{begin}{end}")).await;
            let Some(to) = answer.headers().get("location") else { continue };
            let to = to.to_str().unwrap();
            redirects += 1;
            let local = to.starts_with('/') && !to[1..].starts_with(['/', '\\']);
            assert!(local, "{begin}{end} leads to {to}");
        }
    }
    assert!(redirects > 5, "{redirects}");
}
