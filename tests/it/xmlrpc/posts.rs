use bucketpress::content::{PostId, Role};

use super::*;

#[actix_web::test]
async fn a_post_is_made_read_changed_and_trashed() {
    let blog = Blog::start().await;
    let id = blog
        .post(json!({
            "post_title": "Ferries & <b>tides</b>", "post_content": "<p>High water</p>", "post_status": "publish",
            "post_name": "ferries", "terms_names": { "category": ["News"], "post_tag": ["sea", "harbour"] },
            "custom_fields": [{ "key": "mood", "value": "good" }], "post_format": "aside", "sticky": true,
        }))
        .await;
    let post = blog.get(&id).await;
    assert_eq!(text(&post, "post_title"), "Ferries & <b>tides</b>");
    assert_eq!(text(&post, "post_content"), "<p>High water</p>");
    assert_eq!(text(&post, "post_format"), "aside");
    assert_eq!(post.get("sticky"), Some(&Value::Bool(true)));
    let terms: Vec<String> =
        post.get("terms").unwrap().items().into_iter().map(|term| text(term, "name").to_owned()).collect();
    assert_eq!(terms, ["News", "sea", "harbour"]);
    let fields = post.get("custom_fields").unwrap().items();
    assert_eq!((text(fields[0], "key"), text(fields[0], "value")), ("mood", "good"));
    let path = text(&post, "link").strip_prefix(&blog.server.base).unwrap().to_owned();
    assert!(blog.page(&path).await.contains("<p>High water</p>"), "readers see it at once");

    let field = fields[0].get("id").unwrap().clone();
    let changed = Value::members([
        ("post_content", Value::text("<p>Low water</p>")),
        (
            "custom_fields",
            Value::List(vec![Value::members([
                ("id", field),
                ("key", Value::text("mood")),
                ("value", Value::text("calm")),
            ])]),
        ),
    ]);
    assert_eq!(blog.ok("wp.editPost", [id.clone(), changed]).await, Value::Bool(true));
    let post = blog.get(&id).await;
    assert_eq!(text(&post, "post_title"), "Ferries & <b>tides</b>", "what was not sent stays");
    assert_eq!(text(&post, "post_content"), "<p>Low water</p>");
    let fields = post.get("custom_fields").unwrap().items();
    assert_eq!((fields.len(), text(fields[0], "value")), (1, "calm"));
    assert!(blog.page(&path).await.contains("Low water"));

    assert_eq!(blog.ok("wp.deletePost", [id.clone()]).await, Value::Bool(true));
    assert_eq!(text(&blog.get(&id).await, "post_status"), "trash");
    assert_eq!(blog.ok("wp.deletePost", [id.clone()]).await, Value::Bool(true));
    assert_eq!(blog.fault("wp.getPost", [id]).await, 404);
}

#[actix_web::test]
async fn only_what_is_asked_for_is_shown() {
    let blog = Blog::start().await;
    let id = blog.post(json!({ "post_title": "Tides" })).await;
    let some = blog.ok("wp.getPost", [id.clone(), value(json!(["post_title", "terms"]))]).await;
    assert_eq!(names(&some), ["post_id", "post_title", "terms"]);
    for n in 0..3 {
        blog.post(json!({ "post_title": format!("Draft {n}"), "post_status": "draft" })).await;
    }
    let filter = json!({ "post_status": "draft", "number": 2, "offset": 1, "orderby": "title", "order": "ASC" });
    let drafts = blog.ok("wp.getPosts", [value(filter), value(json!(["post_title"]))]).await;
    let titles: Vec<&str> = drafts.items().into_iter().map(|post| text(post, "post_title")).collect();
    assert_eq!(titles, ["Draft 1", "Draft 2"]);
    assert_eq!(blog.fault("wp.getPosts", [value(json!({ "post_type": "nothing" }))]).await, 403);
}

#[actix_web::test]
async fn a_save_based_on_what_has_changed_meanwhile_is_refused() {
    let blog = Blog::start().await;
    let id = blog.post(json!({ "post_title": "One", "post_content": "first" })).await;
    let post = blog.get(&id).await;
    let Some(Value::Date(modified)) = post.get("post_modified_gmt") else { panic!("no date") };
    let mine = |since: Value| Value::members([("post_content", Value::text("mine")), ("if_not_modified_since", since)]);
    let earlier = Moment { at: modified.at.checked_sub(jiff::Span::new().seconds(10)).unwrap(), utc: true };
    assert_eq!(blog.fault("wp.editPost", [id.clone(), mine(Value::Date(earlier))]).await, 409);
    assert_eq!(text(&blog.get(&id).await, "post_content"), "first", "nothing was saved");
    assert_eq!(blog.ok("wp.editPost", [id.clone(), mine(Value::Date(*modified))]).await, Value::Bool(true));
    // without a base the save goes on top, and what was there stays a revision
    blog.ok("wp.editPost", [id.clone(), value(json!({ "post_content": "third" }))]).await;
    let revisions = blog.ok("wp.getRevisions", [id.clone(), value(json!(["post_content"]))]).await;
    let texts: Vec<&str> = revisions.items().into_iter().map(|one| text(one, "post_content")).collect();
    assert_eq!(texts, ["third", "mine", "first"]);
    let oldest = revisions.items().last().unwrap().get("post_id").unwrap().clone();
    assert_eq!(blog.ok("wp.restoreRevision", [oldest]).await, Value::Bool(true));
    assert_eq!(text(&blog.get(&id).await, "post_content"), "first");
    assert_eq!(blog.ok("wp.getRevisions", [id]).await.items().len(), 4, "restoring makes a new one");
    assert_eq!(blog.fault("wp.restoreRevision", [Value::Int(99_999)]).await, 404);
}

#[actix_web::test]
async fn dates_are_the_sites_or_utc() {
    let blog = Blog::start().await;
    // London's summer time is an hour ahead
    let local = Value::members([
        ("post_title", Value::text("Local")),
        ("post_status", Value::text("publish")),
        ("post_date", date("20260701T12:00:00")),
    ]);
    let id = blog.ok("wp.newPost", [local]).await;
    let post = blog.get(&Value::number(id.as_id())).await;
    assert_eq!(post.get("post_date"), Some(&date("20260701T12:00:00")));
    assert_eq!(post.get("post_date_gmt"), Some(&date("20260701T11:00:00")));
    let utc = Value::members([("post_date_gmt", date("20260701T12:00:00"))]);
    blog.ok("wp.editPost", [id.clone(), utc]).await;
    assert_eq!(blog.get(&id).await.get("post_date"), Some(&date("20260701T13:00:00")));
    let wrong = Value::members([("post_date", Value::text("tomorrow"))]);
    assert_eq!(blog.fault("wp.editPost", [id, wrong]).await, 400);
    let future = Value::members([
        ("post_title", Value::text("Later")),
        ("post_status", Value::text("publish")),
        ("post_date", date("20990701T12:00:00")),
    ]);
    let id = blog.ok("wp.newPost", [future]).await;
    let post = blog.server.app.log.current().state.post(PostId(id.as_id())).unwrap();
    assert_eq!(post.status.name(), "future");
}

#[actix_web::test]
async fn refusals_have_wordpress_numbers() {
    let blog = Blog::start().await;
    let new = |content: serde_json::Value| blog.fault("wp.newPost", [value(content)]);
    assert_eq!(new(json!({ "post_type": "nothing", "post_title": "x" })).await, 403);
    assert_eq!(new(json!({})).await, 500);
    assert_eq!(new(json!({ "post_title": "x", "post_author": 99 })).await, 404);
    assert_eq!(new(json!({ "post_title": "x", "post_thumbnail": 99 })).await, 404);
    assert_eq!(new(json!({ "post_title": "x", "terms": { "nothing": [1] } })).await, 401);
    assert_eq!(new(json!({ "post_title": "x", "terms": { "category": [99] } })).await, 403);
    let id = blog.post(json!({ "post_title": "x" })).await;
    assert_eq!(blog.fault("wp.editPost", [id, value(json!({ "post_type": "page" }))]).await, 401);
    assert_eq!(blog.fault("wp.deletePost", [Value::Int(99)]).await, 404);
}

#[actix_web::test]
async fn roles_may_what_they_may_in_wordpress() {
    let mut blog = Blog::start().await;
    let others = blog.post(json!({ "post_title": "The editor's", "post_status": "publish" })).await;
    blog.becomes("carl", Role::Contributor).await;
    let own = blog.post(json!({ "post_title": "Carl's" })).await;
    let publish = value(json!({ "post_status": "publish" }));
    assert_eq!(blog.fault("wp.editPost", [own.clone(), publish]).await, 401);
    assert_eq!(blog.fault("wp.getPost", [others.clone()]).await, 401);
    assert_eq!(blog.fault("wp.editPost", [others.clone(), value(json!({ "post_title": "Mine" }))]).await, 401);
    assert_eq!(blog.fault("wp.deletePost", [others]).await, 401);
    let listed = blog.ok("wp.getPosts", []).await;
    assert_eq!(listed.items().len(), 1, "only one's own");
    assert_eq!(blog.fault("wp.newPost", [value(json!({ "post_title": "x", "post_author": 1 }))]).await, 401);
    assert_eq!(blog.fault("wp.uploadFile", [value(json!({ "name": "a.png", "bits": "" }))]).await, 401);
    // scripts of who may not write any are taken out
    let script = value(json!({ "post_content": "<p>a</p><script>alert(1)</script>" }));
    blog.ok("wp.editPost", [own.clone(), script]).await;
    assert!(!text(&blog.get(&own).await, "post_content").contains("<script"));

    blog.becomes("sue", Role::Subscriber).await;
    for method in ["wp.getPosts", "wp.getCategories", "wp.getAuthors", "wp.getPages", "wp.getUsers", "wp.getComments"] {
        assert_eq!(blog.fault(method, []).await, 401, "{method}");
    }
    assert_eq!(blog.fault("wp.newPost", [value(json!({ "post_title": "x" }))]).await, 401);
    assert_eq!(blog.fault("wp.setOptions", [value(json!({ "blog_title": "x" }))]).await, 403);
    assert_eq!(blog.fault("wp.newTerm", [value(json!({ "taxonomy": "category", "name": "x" }))]).await, 401);
    assert_eq!(text(&blog.ok("wp.getProfile", []).await, "username"), "sue");
}

#[actix_web::test]
async fn files_are_uploaded_and_shown() {
    let blog = Blog::start().await;
    // one pixel
    const GIF: &[u8] = b"GIF89a\x01\x00\x01\x00\x80\x00\x00\xff\xff\xff\x00\x00\x00,\x00\x00\x00\x00\x01\x00\x01\x00\x00\x02\x02D\x01\x00;";
    let file = |name: &str, bits: &'static [u8]| {
        Value::members([
            ("name", Value::text(name)),
            ("type", Value::text("image/gif")),
            ("bits", Value::Bytes(bits.into())),
        ])
    };
    let item = blog.ok("wp.uploadFile", [file("dot.gif", GIF)]).await;
    assert_eq!((text(&item, "file"), text(&item, "type")), ("dot.gif", "image/gif"));
    let path = text(&item, "url").strip_prefix(&blog.server.base).unwrap().to_owned();
    assert_eq!(blog.server.get(&path).await.bytes().await.unwrap(), GIF);
    let id = Value::number(item.get("id").unwrap().as_id());
    let again = blog.ok("wp.getMediaItem", [id.clone()]).await;
    assert_eq!(text(&again, "link"), text(&item, "url"));
    assert_eq!(again.get("metadata").unwrap().get("width"), Some(&Value::Int(1)));
    assert_eq!(blog.ok("wp.getMediaLibrary", []).await.items().len(), 1);
    let post = blog.post(json!({ "post_title": "x", "post_thumbnail": id.as_id() })).await;
    assert_eq!(text(blog.get(&post).await.get("post_thumbnail").unwrap(), "title"), "dot.gif");
    assert_eq!(blog.fault("wp.getMediaItem", [post]).await, 404);
    let (code, message) = blog.call("wp.uploadFile", [file("x.exe", b"MZ")]).await.unwrap_err();
    assert_eq!((code, message.contains("x.exe")), (500, true), "{message}");
    assert_eq!(blog.fault("wp.uploadFile", [file("x.png", b"no picture")]).await, 500);
    assert_eq!(blog.ok("wp.deleteFile", [id.clone()]).await, Value::Bool(true));
    assert_eq!(blog.fault("wp.getMediaItem", [id]).await, 404);
}
