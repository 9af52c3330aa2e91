//! The desk: which page for whom, what it brings along, and the rows and numbers of its lists.

use bucketpress::{
    content::{
        CommentStatus, Edit, PostStatus, PostType, Role, Taxonomy,
        edit::{SaveComment, SavePost, SaveTerm, SaveUser},
    },
    http::admin::editor::bundle::parts,
    publish::{Outcome, password},
};
use serde_json::{Value, json};

use super::boot;
use crate::{
    site::{page, post, save},
    support::{Server, client, form, hidden_field},
};

const PASSWORD: &str = "a passphrase for tests";

/// A browser in which a new user of this role has signed in.
async fn browser_of(server: &Server, login: &str, role: Role) -> reqwest::Client {
    let sealed = password::hash(&server.app.key, &server.app.ids, PASSWORD).unwrap();
    let user = SaveUser {
        login: Some(login.to_owned()),
        email: Some(format!("{login}@example.org")),
        roles: Some(vec![role]),
        password_sealed: Some(sealed),
        ..SaveUser::default()
    };
    server.apply(Edit::SaveUser(Box::new(user))).await;
    let browser = client();
    assert_eq!(sign_in(server, &browser, login, PASSWORD).await, 303);
    browser
}

async fn sign_in(server: &Server, browser: &reqwest::Client, login: &str, password: &str) -> u16 {
    let page = browser.get(server.url("/wp-login.php")).send().await.unwrap().text().await.unwrap();
    let nonce = hidden_field(&page, "nonce");
    let fields = [("nonce", nonce.as_str()), ("log", login), ("pwd", password)];
    form(browser.post(server.url("/wp-login.php")), &fields).send().await.unwrap().status().as_u16()
}

async fn get(server: &Server, browser: &reqwest::Client, path: &str) -> reqwest::Response {
    browser.get(server.url(path)).send().await.unwrap()
}

/// The nonce of the API for this browser.
async fn nonce(server: &Server, browser: &reqwest::Client) -> String {
    get(server, browser, "/wp-admin/admin-ajax.php?action=rest-nonce").await.text().await.unwrap()
}

async fn api(server: &Server, browser: &reqwest::Client, path: &str) -> (u16, Value) {
    let request =
        browser.get(server.url(&format!("/wp-json{path}"))).header("X-WP-Nonce", nonce(server, browser).await);
    let answer = request.send().await.unwrap();
    (answer.status().as_u16(), answer.json().await.unwrap())
}

#[tokio::test]
async fn wordpress_paths_lead_to_the_screens() {
    let server = Server::start().await;
    let screens = [
        ("/wp-admin/", "posts"),
        ("/wp-admin", "posts"),
        ("/wp-admin/index.php", "posts"),
        ("/wp-admin/edit.php", "posts"),
        ("/wp-admin/edit.php?post_type=page", "posts"),
        ("/wp-admin/upload.php", "media"),
        ("/wp-admin/profile.php", "profile"),
    ];
    for (path, _) in screens {
        let closed = get(&server, &client(), path).await;
        assert_eq!(closed.status(), 303, "{path}");
        assert!(closed.headers()["location"].to_str().unwrap().starts_with("/wp-login.php?redirect_to="), "{path}");
    }
    let browser = server.signed_in().await;
    assert_eq!(get(&server, &browser, "/wp-admin/media-new.php").await.headers()["location"], "/wp-admin/upload.php");
    assert_eq!(get(&server, &browser, "/wp-admin/edit.php?post_type=nav_menu_item").await.status(), 400);
    for (path, screen) in screens {
        let answer = get(&server, &browser, path).await;
        assert_eq!(answer.status(), 200, "{path}");
        assert_eq!(answer.headers()["cache-control"], "no-store");
        let policy = answer.headers()["content-security-policy"].to_str().unwrap().to_owned();
        let html = answer.text().await.unwrap();
        assert!(policy.starts_with("default-src 'none';") && policy.contains("frame-ancestors 'none'"), "{policy}");
        if parts("desk").is_none() {
            eprintln!("skipped: the desk is not built (make admin)");
            assert!(html.contains("make") && html.contains("Sign out"));
            continue;
        }
        assert!(policy.contains("script-src 'self';"), "no script but ours: {policy}");
        let boot = boot(&html);
        assert_eq!(boot["screen"], screen, "{path}");
        assert_eq!(boot["user"]["login"], crate::support::ADMIN);
        assert!(html.contains("<noscript>"));
    }
}

#[tokio::test]
async fn the_page_brings_the_first_list_along() {
    let server = Server::start().await;
    save(&server, post("</script><script>alert(1)</script>", "x")).await;
    save(&server, SavePost { status: Some(PostStatus::Draft), ..post("Half a thought", "x") }).await;
    if parts("desk").is_none() {
        return eprintln!("skipped: the desk is not built (make admin)");
    }
    let browser = server.signed_in().await;
    let lists = async |path: &str| {
        let html = get(&server, &browser, path).await.text().await.unwrap();
        assert!(!html.contains("<script>alert"), "a title cannot end the script element");
        let preload = boot(&html)["preload"].clone();
        let lists =
            preload.as_object().unwrap().iter().filter(|(path, _)| path.starts_with("/bucketpress/v1/desk/posts?"));
        lists.map(|(path, answer)| (path.clone(), answer["body"].as_array().unwrap().len())).collect::<Vec<_>>()
    };
    let all = lists("/wp-admin/edit.php").await;
    assert_eq!(all.len(), 1);
    assert_eq!(all[0].1, 3, "with the welcome post: {all:?}");
    let drafts = lists("/wp-admin/edit.php?post_status=draft").await;
    assert!(drafts[0].0.ends_with("&status=draft") && drafts[0].1 == 1, "{drafts:?}");
    assert!(lists("/wp-admin/edit.php?s=thought").await.is_empty(), "what is not the first page is asked for");
}

#[tokio::test]
async fn rows_say_what_lists_show() {
    let server = Server::start().await;
    let term = SaveTerm {
        taxonomy: Some(Taxonomy::new("category")),
        name: Some("Sea & sand".to_owned()),
        ..SaveTerm::default()
    };
    let Outcome::Term { id: category, .. } = server.apply(Edit::SaveTerm(Box::new(term))).await else { panic!() };
    let terms = vec![(Taxonomy::new("category"), vec![category])];
    let id = save(
        &server,
        SavePost { terms, sticky: Some(true), author: Some(server.admin), ..post("Salt &amp; <em>vinegar</em>", "x") },
    )
    .await;
    let parent = save(&server, page("About", "x")).await;
    save(&server, SavePost { parent: Some(Some(parent)), ..page("People", "x") }).await;
    let browser = server.signed_in().await;
    let (status, rows) = api(&server, &browser, "/bucketpress/v1/desk/posts?search=vinegar").await;
    assert_eq!(status, 200);
    let row = &rows[0];
    assert_eq!((&row["id"], &row["title"]), (&json!(id.0), &json!("Salt & vinegar")));
    assert_eq!(row["categories"], json!([{ "id": category.0, "name": "Sea & sand" }]));
    assert_eq!(row["may"], json!({ "edit": true, "delete": true, "publish": true }));
    assert_eq!((&row["sticky"], &row["public"], &row["comments"]), (&json!(true), &json!(true), &json!(0)));
    assert_eq!(row["author"]["id"], server.admin.0);
    let (_, pages) = api(&server, &browser, "/bucketpress/v1/desk/pages?search=People").await;
    assert_eq!(pages[0]["parent"], json!({ "id": parent.0, "name": "About" }));
    assert!(pages[0].get("categories").is_none());
    let (status, error) = api(&server, &browser, "/bucketpress/v1/desk/posts?orderby=nothing").await;
    assert_eq!((status, &error["code"]), (400, &json!("rest_invalid_param")));
}

#[tokio::test]
async fn counts_agree_with_lists() {
    let server = Server::start().await;
    let browser = server.signed_in().await;
    for (title, status) in
        [("a", PostStatus::Draft), ("b", PostStatus::Draft), ("c", PostStatus::Pending), ("d", PostStatus::Private)]
    {
        save(&server, SavePost { status: Some(status), author: Some(server.admin), ..post(title, "x") }).await;
    }
    let date = jiff::civil::date(2019, 5, 17).at(12, 0, 0, 0);
    let old = SavePost { date: Some(bucketpress::content::edit::DateChange::Local(date)), ..post("old", "x") };
    save(&server, old).await;
    let gone = save(&server, post("gone", "x")).await;
    server.apply(Edit::TrashPost { id: gone, base: None }).await;
    let (_, counts) = api(&server, &browser, "/bucketpress/v1/desk/posts/counts").await;
    let expected =
        [("all", 6), ("publish", 2), ("draft", 2), ("pending", 1), ("private", 1), ("future", 0), ("trash", 1)];
    for (status, count) in expected {
        assert_eq!(counts["statuses"][status], count, "{status}: {counts}");
    }
    let months = counts["months"].as_array().unwrap();
    assert_eq!(months.last().unwrap(), &json!({ "month": "2019-05", "count": 1 }));
    let sum: u64 = months.iter().map(|month| month["count"].as_u64().unwrap()).sum();
    assert_eq!(sum, 6);
    let (_, found) = api(
        &server,
        &browser,
        "/bucketpress/v1/desk/posts?after=2019-04-30T23:59:59&before=2019-06-01T00:00:00&_fields=title",
    )
    .await;
    assert_eq!(found, json!([{ "title": "old" }]));
}

#[tokio::test]
async fn who_may_not_edit_others_posts_sees_their_own() {
    let server = Server::start().await;
    save(&server, post("Not hers", "x")).await;
    let browser = browser_of(&server, "ann", Role::Author).await;
    let ann = server.app.log.current().state.user_by_login("ann").unwrap().id;
    save(&server, SavePost { author: Some(ann), status: Some(PostStatus::Draft), ..post("Hers", "x") }).await;
    let list = "/bucketpress/v1/desk/posts?status=publish,draft&author=1&_fields=title";
    assert_eq!(api(&server, &browser, list).await.1, json!([{ "title": "Hers" }]));
    let (_, counts) = api(&server, &browser, "/bucketpress/v1/desk/posts/counts").await;
    assert_eq!(
        (&counts["statuses"]["all"], &counts["statuses"]["publish"], &counts["mine"]),
        (&json!(1), &json!(0), &json!(1))
    );
    assert_eq!(api(&server, &browser, "/bucketpress/v1/desk/pages").await.0, 403);
    assert_eq!(get(&server, &browser, "/wp-admin/edit.php?post_type=page").await.status(), 403);
    assert_eq!(get(&server, &browser, "/wp-admin/upload.php").await.status(), 200);

    let reader = browser_of(&server, "rita", Role::Subscriber).await;
    assert_eq!(get(&server, &reader, "/wp-admin/").await.headers()["location"], "/wp-admin/profile.php");
    assert_eq!(get(&server, &reader, "/wp-admin/edit.php").await.status(), 403);
    assert_eq!(get(&server, &reader, "/wp-admin/upload.php").await.status(), 403);
    assert_eq!(get(&server, &reader, "/wp-admin/profile.php").await.status(), 200);
    assert_eq!(api(&server, &reader, "/bucketpress/v1/desk/posts").await.0, 403);
    let stranger = client().get(server.url("/wp-json/bucketpress/v1/desk/posts/counts")).send().await.unwrap();
    assert_eq!(stranger.status(), 401);
}

#[tokio::test]
async fn patterns_and_the_sites_own_types_have_lists_too() {
    let server = Server::start().await;
    let types = json!({ "types": [{ "name": "book", "label": "Books", "public": true, "show_in_rest": true }] });
    server.apply(Edit::SetOptions(vec![("bucketpress_types".to_owned(), types)])).await;
    let pattern = SavePost { post_type: Some(PostType::from_name("wp_block")), ..post("Contact", "Call the desk.") };
    let pattern = save(&server, pattern).await;
    save(&server, SavePost { post_type: Some(PostType::from_name("book")), ..post("Tides", "x") }).await;
    let browser = server.signed_in().await;
    let (_, rows) = api(&server, &browser, "/bucketpress/v1/desk/blocks").await;
    assert_eq!((&rows[0]["title"], &rows[0]["status"]), (&json!("Contact"), &json!("publish")));
    assert_eq!(rows[0]["public"], false, "readers have no address for it: {rows}");
    let (_, counts) = api(&server, &browser, "/bucketpress/v1/desk/blocks/counts").await;
    assert_eq!(counts["statuses"]["all"], 1);
    // where the editor's own links lead
    for asked in ["path=%2Fpatterns", "p=%2Fpattern", "path=%2Fpatterns&postId=5"] {
        let answer = get(&server, &browser, &format!("/wp-admin/site-editor.php?{asked}")).await;
        assert_eq!(answer.headers()["location"], "/wp-admin/edit.php?post_type=wp_block", "{asked}");
    }
    let other = get(&server, &browser, "/wp-admin/site-editor.php").await;
    assert_eq!(other.headers()["location"], "/wp-admin/edit.php");
    let answer = get(&server, &browser, &format!("/wp-admin/post.php?post={pattern}&action=edit")).await;
    assert_eq!(answer.status(), 200);
    let page = get(&server, &browser, "/wp-admin/edit.php?post_type=wp_block").await;
    assert_eq!(page.status(), 200);
    if parts("desk").is_none() {
        return eprintln!("skipped: the desk is not built (make admin)");
    }
    let boot = boot(&page.text().await.unwrap());
    let types = boot["types"].as_array().unwrap();
    let names: Vec<&str> = types.iter().map(|kind| kind["name"].as_str().unwrap()).collect();
    assert_eq!(names, ["post", "page", "book", "wp_block"]);
    let viewable: Vec<&Value> = types.iter().map(|kind| &kind["viewable"]).collect();
    assert_eq!(viewable, [true, true, true, false]);
}

#[tokio::test]
async fn terms_are_changed_by_who_may_manage_them() {
    let server = Server::start().await;
    let types = json!({ "taxonomies": [{ "name": "genre", "label": "Genres", "public": true, "show_in_rest": true, "types": ["post"] }] });
    server.apply(Edit::SetOptions(vec![("bucketpress_types".to_owned(), types)])).await;
    let editor = browser_of(&server, "ed", Role::Editor).await;
    let author = browser_of(&server, "otto", Role::Author).await;
    for (taxonomy, status) in [
        ("", 200),
        ("category", 200),
        ("genre", 200),
        ("nav_menu", 400),
        ("post_format", 400),
        ("wp_pattern_category", 400),
        ("nothing", 400),
    ] {
        let path = format!("/wp-admin/edit-tags.php?taxonomy={taxonomy}");
        assert_eq!(get(&server, &editor, &path).await.status(), status, "{path}");
    }
    assert_eq!(get(&server, &author, "/wp-admin/edit-tags.php").await.status(), 403);
    if parts("desk").is_none() {
        return eprintln!("skipped: the desk is not built (make admin)");
    }
    let told = boot(&get(&server, &editor, "/wp-admin/edit-tags.php?taxonomy=category").await.text().await.unwrap());
    let named = |told: &Value| -> Vec<String> {
        told["taxonomies"].as_array().unwrap().iter().map(|kind| kind["name"].as_str().unwrap().to_owned()).collect()
    };
    assert_eq!(named(&told), ["category", "post_tag", "genre"]);
    assert!(told["preload"].as_object().unwrap().keys().any(|path| path.starts_with("/wp/v2/categories?context=edit")));
    let told = boot(&get(&server, &author, "/wp-admin/edit.php").await.text().await.unwrap());
    assert!(named(&told).is_empty(), "the menu leads nobody to what they may not");
}

#[tokio::test]
async fn comments_are_listed_for_who_may_moderate_them() {
    let server = Server::start().await;
    let browser = server.signed_in().await;
    let author = browser_of(&server, "otto", Role::Author).await;
    let otto = server.app.log.current().state.user_by_login("otto").unwrap().id;
    let theirs = save(&server, post("Tides & times", "x")).await;
    let own = save(&server, SavePost { author: Some(otto), ..post("Boats", "x") }).await;
    let written = async |post, status, text: &str, parent| {
        let comment = SaveComment {
            post: Some(post),
            author_name: Some("Rita".to_owned()),
            author_email: Some("rita@example.org".to_owned()),
            content: Some(text.to_owned()),
            status: Some(status),
            parent,
            ..SaveComment::default()
        };
        match server.apply(Edit::SaveComment(Box::new(comment))).await {
            Outcome::Comment { id, .. } => id,
            other => panic!("not a comment: {other:?}"),
        }
    };
    let first = written(theirs, CommentStatus::Approved, "Which <em>quay</em>?", None).await;
    written(theirs, CommentStatus::Hold, "That one.", Some(Some(first))).await;
    written(own, CommentStatus::Hold, "Hear, hear.", None).await;
    written(own, CommentStatus::Spam, "Oars!", None).await;
    let held = |server: &Server| server.app.log.current().state.held_comments();
    assert_eq!(held(&server), 2);

    let list = "/bucketpress/v1/desk/comments?orderby=id&order=asc";
    let (status, rows) = api(&server, &browser, list).await;
    assert_eq!((status, rows.as_array().unwrap().len()), (200, 3), "neither spam nor trash: {rows}");
    assert_eq!((&rows[0]["text"], &rows[0]["content"]), (&json!("Which quay?"), &json!("Which <em>quay</em>?")));
    assert_eq!(rows[0]["post"]["title"], "Tides & times");
    let seen = format!("{}{}#comment-{first}", server.base, crate::site::path(&server, theirs));
    assert_eq!((&rows[0]["link"], &rows[1]["link"]), (&json!(seen), &json!("")), "what waits is not to be seen");
    assert_eq!(rows[1]["parent"], json!({ "id": first.0, "name": "Rita" }));
    let (_, counts) = api(&server, &browser, "/bucketpress/v1/desk/comments/counts").await;
    let expected = json!({ "all": 3, "mine": 0, "hold": 2, "approved": 1, "spam": 1, "trash": 0 });
    assert_eq!(counts["statuses"], expected);

    let (_, rows) = api(&server, &author, list).await;
    assert_eq!((rows.as_array().unwrap().len(), &rows[0]["text"]), (1, &json!("Hear, hear.")), "on own posts alone");
    let (_, counts) = api(&server, &author, "/bucketpress/v1/desk/comments/counts").await;
    assert_eq!((&counts["statuses"]["all"], &counts["statuses"]["spam"]), (&json!(1), &json!(1)));

    server.apply(Edit::DeleteComment { id: first }).await;
    assert_eq!(held(&server), 2);
    if parts("desk").is_some() {
        let html = get(&server, &browser, "/wp-admin/edit-comments.php").await.text().await.unwrap();
        let told = boot(&html);
        assert_eq!((&told["screen"], &told["comments"]["held"]), (&json!("comments"), &json!(2)));
        let rows = told["preload"].as_object().unwrap().keys().filter(|path| path.contains("desk/comments?")).count();
        assert_eq!(rows, 1, "brings its first page along");
        let html = get(&server, &author, "/wp-admin/edit.php").await.text().await.unwrap();
        assert_eq!(boot(&html)["comments"], json!({ "held": null }), "how many wait is for moderators");
    }
    let reader = browser_of(&server, "rosa", Role::Subscriber).await;
    assert_eq!(get(&server, &reader, "/wp-admin/edit-comments.php").await.status(), 403);
    assert_eq!(api(&server, &reader, list).await.0, 403);
}

#[tokio::test]
async fn a_new_password_ends_all_other_sessions() {
    let server = Server::start().await;
    let (here, elsewhere) = (browser_of(&server, "ann", Role::Author).await, client());
    sign_in(&server, &elsewhere, "ann", PASSWORD).await;
    let profile = server.url("/wp-admin/profile.php");
    let send = async |nonce: &str, fields: &[(&str, &str)]| {
        let answer = form(here.post(&profile).header("X-WP-Nonce", nonce), fields).send().await.unwrap();
        (answer.status().as_u16(), answer.json::<Value>().await.unwrap())
    };
    let old = nonce(&server, &here).await;
    let change = [("action", "password"), ("current", "wrong"), ("password", "another passphrase")];
    assert_eq!(send("forged", &change).await.0, 403);
    let (status, error) = send(&old, &change).await;
    assert_eq!((status, &error["code"]), (403, &json!("incorrect_password")));
    let (status, error) = send(&old, &[("action", "password"), ("current", PASSWORD), ("password", "short")]).await;
    assert_eq!((status, &error["code"]), (400, &json!("password_too_short")));
    assert_eq!(get(&server, &elsewhere, "/wp-admin/profile.php").await.status(), 200);

    let (status, fresh) =
        send(&old, &[("action", "password"), ("current", PASSWORD), ("password", "another passphrase")]).await;
    assert_eq!(status, 200);
    assert_eq!(get(&server, &elsewhere, "/wp-admin/profile.php").await.status(), 303, "signed out there");
    assert_eq!(get(&server, &here, "/wp-admin/profile.php").await.status(), 200, "still signed in here");
    assert_eq!(sign_in(&server, &client(), "ann", PASSWORD).await, 401);
    assert_eq!(sign_in(&server, &elsewhere, "ann", "another passphrase").await, 303);

    assert_eq!(send(&old, &[("action", "sessions")]).await.0, 403, "the nonce went with its session");
    assert_eq!(send(fresh["nonce"].as_str().unwrap(), &[("action", "sessions")]).await.0, 200);
    assert_eq!(get(&server, &elsewhere, "/wp-admin/profile.php").await.status(), 303);
    assert_eq!(get(&server, &here, "/wp-admin/profile.php").await.status(), 200);
}
