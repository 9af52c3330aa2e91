//! Autosaves and revisions through the API.

use bucketpress::content::Role;
use reqwest::StatusCode;
use serde_json::json;

use super::{Api, caller::Caller};

#[actix_web::test]
async fn an_own_draft_is_saved_itself() {
    let api = Api::start().await;
    let made = api.post("posts", json!({ "title": "Draft", "content": "one", "status": "draft" })).await;
    let path = format!("posts/{}", made.body["id"]);
    let saved =
        api.post(&format!("{path}/autosaves"), json!({ "title": { "raw": "Draft 2" }, "content": "two" })).await;
    assert_eq!(saved.status, StatusCode::OK, "{}", saved.body);
    assert_eq!(saved.body["id"], made.body["id"]);
    assert_eq!(saved.body["title"]["raw"], "Draft 2");
    assert!(saved.body["preview_link"].as_str().unwrap().ends_with("preview=true"), "{}", saved.body);
    let now = api.get(&format!("{path}?context=edit")).await.body;
    assert_eq!((&now["content"]["raw"], &now["revision"]), (&json!("two"), &saved.body["revision"]));
    assert_eq!(api.get(&format!("{path}/autosaves")).await.body, json!([]));
    let seq = api.server.app.log.current().seq;
    let same = api.post(&format!("{path}/autosaves"), json!({ "content": "two" })).await;
    assert_eq!((same.status, &same.body["id"]), (StatusCode::OK, &made.body["id"]));
    assert_eq!(api.server.app.log.current().seq, seq, "what says nothing new is not committed");
}

#[actix_web::test]
async fn a_published_post_keeps_its_text_until_it_is_saved() {
    let api = Api::start().await;
    let fields = json!({ "title": "Out", "content": "<p>as read</p>", "status": "publish" });
    let made = api.post("posts", fields).await;
    let path = format!("posts/{}", made.body["id"]);
    let autosaves = format!("{path}/autosaves");
    let ed = Caller::new(&api, "ed", Role::Editor).await;
    let seq = || api.server.app.log.current().seq;

    let first = api.post(&autosaves, json!({ "content": "<p>as written</p>" })).await;
    assert_eq!(first.status, StatusCode::OK, "{}", first.body);
    let before = seq();
    assert_ne!(first.body["id"], made.body["id"]);
    assert_eq!((&first.body["parent"], &first.body["author"]), (&made.body["id"], &json!(api.server.admin.0)));
    assert_eq!(first.body["title"]["raw"], "Out");
    let second = api.post(&autosaves, json!({ "content": "<p>as rewritten</p>" })).await;
    assert_eq!(second.body["id"], first.body["id"], "one for each user");
    let other = ed.post(&autosaves, json!({ "title": "Ed's" })).await;
    assert_ne!(other.body["id"], first.body["id"], "{}", other.body);
    assert_eq!(seq(), before, "an autosave is no commit");
    assert_eq!(api.stranger(&path).await.body["content"]["rendered"], "<p>as read</p>\n");

    let listed = api.get(&format!("{autosaves}?context=edit")).await.body;
    assert_eq!(listed.as_array().unwrap().len(), 2, "{listed}");
    let one = api.get(&format!("{autosaves}/{}?context=edit", first.body["id"])).await;
    assert_eq!(one.body["content"]["raw"], "<p>as rewritten</p>", "{}", one.body);
    assert_eq!(api.get(&format!("{autosaves}/99999")).await.body["code"], "rest_post_no_autosave");
    assert_eq!(api.get("posts/99999/autosaves").await.body["code"], "rest_post_invalid_parent");
    let refused = api.stranger(&autosaves).await;
    assert_eq!((refused.status, &refused.body["code"]), (StatusCode::UNAUTHORIZED, &json!("rest_cannot_read")));
    let sue = Caller::new(&api, "sue", Role::Subscriber).await;
    assert_eq!(sue.post(&autosaves, json!({ "content": "mine" })).await.body["code"], "rest_cannot_edit");

    let link = first.body["preview_link"].as_str().unwrap();
    assert!(link.contains(&format!("preview_id={}&preview_nonce=", made.body["id"])), "{link}");
    let browser = api.server.signed_in().await;
    let page = browser.get(link).send().await.unwrap().text().await.unwrap();
    assert!(page.contains("as rewritten") && !page.contains("as read"), "its author sees it");
    let public = api.client.get(link).send().await.unwrap().text().await.unwrap();
    assert!(public.contains("as read") && !public.contains("as rewritten"), "nobody else does");

    let nothing = api.post(&autosaves, json!({ "content": "<p>as read</p>" })).await;
    assert_eq!((nothing.status, &nothing.body["code"]), (StatusCode::BAD_REQUEST, &json!("rest_autosave_no_changes")));
    assert_eq!(api.get(&autosaves).await.body.as_array().unwrap().len(), 1, "Ed's is left");
    api.post(&path, json!({ "content": "<p>as saved</p>" })).await;
    let left = api.get(&autosaves).await.body;
    assert_eq!(left.as_array().unwrap().len(), 1, "{left}");
    assert_eq!(left[0]["id"], other.body["id"], "Ed has not saved his");
    ed.post(&path, json!({ "title": "Ed's, saved" })).await;
    assert_eq!(api.get(&autosaves).await.body, json!([]), "both have saved since");
    let prefix = format!("drafts/{}/", made.body["id"]);
    let stored = async || api.server.app.objects.list(&prefix, None, 10).await.unwrap().entries.len();
    assert_ne!(stored().await, 0);
    api.delete(&format!("{path}?force=true")).await;
    assert_eq!(stored().await, 0, "gone with the post");
}

#[actix_web::test]
async fn an_autosave_never_overwrites_what_another_has_saved() {
    let api = Api::start().await;
    let made = api.post("posts", json!({ "title": "Draft", "content": "one", "status": "draft" })).await;
    let path = format!("posts/{}", made.body["id"]);
    let ed = Caller::new(&api, "ed", Role::Editor).await;
    assert_eq!(ed.post(&path, json!({ "content": "Ed's" })).await.status, StatusCode::OK);
    let kept = api.post(&format!("{path}/autosaves"), json!({ "content": "mine" })).await;
    assert_eq!(kept.status, StatusCode::OK, "{}", kept.body);
    assert_ne!(kept.body["id"], made.body["id"]);
    assert_eq!(api.get(&format!("{path}?context=edit")).await.body["content"]["raw"], "Ed's");
    // Based on a revision that is no longer current: kept beside the post, too.
    let own = api.post("posts", json!({ "title": "Own", "content": "one", "status": "draft" })).await;
    let path = format!("posts/{}", own.body["id"]);
    api.post(&path, json!({ "content": "two" })).await;
    let stale = json!({ "content": "from one", "revision": own.body["revision"] });
    let kept = api.post(&format!("{path}/autosaves"), stale).await;
    assert_ne!(kept.body["id"], own.body["id"], "{}", kept.body);
    assert_eq!(api.get(&format!("{path}?context=edit")).await.body["content"]["raw"], "two");
}

#[actix_web::test]
async fn revisions_are_listed_and_searched_and_stay() {
    let api = Api::start().await;
    let made = api.post("posts", json!({ "title": "Rev", "content": "word0", "status": "publish" })).await;
    let path = format!("posts/{}", made.body["id"]);
    for number in 1..6 {
        api.post(&path, json!({ "content": format!("word{number}"), "title": format!("T{number}") })).await;
    }
    let revisions = format!("{path}/revisions");
    let all = api.get(&revisions).await;
    assert_eq!((all.header("x-wp-total"), all.header("x-wp-totalpages")), ("6", "1"), "{}", all.body);
    let newest = &all.body[0];
    assert_eq!(newest["slug"], format!("{}-revision-v1", made.body["id"]));
    assert_eq!(newest["parent"], made.body["id"]);
    assert!(newest["content"].get("raw").is_none());
    let page = api.get(&format!("{revisions}?per_page=2&page=3&order=asc&context=edit")).await;
    assert_eq!((page.header("x-wp-totalpages"), page.body.as_array().unwrap().len()), ("3", 2));
    assert_eq!(page.body[1]["content"]["raw"], "word5");
    let found = api.get(&format!("{revisions}?search=word3&orderby=relevance&_fields=title")).await;
    assert_eq!(found.body, json!([{ "title": { "rendered": "T3" } }]));
    let titles = api.get(&format!("{revisions}?orderby=title&_fields=title.rendered&per_page=1")).await;
    assert_eq!(titles.body, json!([{ "title": { "rendered": "T5" } }]));
    for (query, code) in [
        ("page=9", "rest_revision_invalid_page_number"),
        ("offset=6", "rest_revision_invalid_offset_number"),
        ("orderby=relevance", "rest_no_search_term_defined"),
        ("orderby=author", "rest_invalid_param"),
    ] {
        assert_eq!(api.get(&format!("{revisions}?per_page=5&{query}")).await.body["code"], code, "{query}");
    }

    // No version is taken off, by nobody, as in WordPress.
    let one = format!("{revisions}/{}", all.body[3]["id"]);
    for forced in ["", "?force=true"] {
        let kept = api.delete(&format!("{one}{forced}")).await;
        assert_eq!((kept.status.as_u16(), &kept.body["code"]), (403, &json!("rest_cannot_delete")));
    }
    assert_eq!(api.get(&format!("{one}?context=edit")).await.body["content"]["raw"], "word2");
    assert_eq!(api.get(&revisions).await.header("x-wp-total"), "6");
    assert_eq!(api.get(&format!("{path}?context=edit")).await.body["content"]["raw"], "word5");
}
