use super::*;

#[actix_web::test]
async fn terms_are_made_changed_and_deleted() {
    let blog = Blog::start().await;
    let news = blog.ok("wp.newTerm", [value(json!({ "taxonomy": "category", "name": "News" }))]).await;
    let id = Value::number(news.as_id());
    let below = json!({ "taxonomy": "category", "name": "Local", "parent": id.as_id(), "description": "Near" });
    let below = blog.ok("wp.newTerm", [value(below)]).await;
    let category = Value::text("category");
    let term = blog.ok("wp.getTerm", [category.clone(), below.clone()]).await;
    assert_eq!((text(&term, "slug"), text(&term, "parent")), ("local", text_of(&news).as_str()));
    let change = value(json!({ "taxonomy": "category", "name": "Town" }));
    assert_eq!(blog.ok("wp.editTerm", [below.clone(), change]).await, Value::Bool(true));
    let terms = blog.ok("wp.getTerms", [category.clone(), value(json!({ "search": "tow" }))]).await;
    assert_eq!(terms.items().len(), 1);
    assert_eq!(blog.ok("wp.deleteTerm", [category.clone(), below.clone()]).await, Value::Bool(true));
    assert_eq!(blog.fault("wp.getTerm", [category.clone(), below]).await, 404);
    assert_eq!(blog.fault("wp.getTerm", [Value::text("nothing"), id.clone()]).await, 403);
    let again = value(json!({ "taxonomy": "category", "name": "News" }));
    assert_eq!(blog.fault("wp.newTerm", [again]).await, 500);
    assert_eq!(blog.fault("wp.newTerm", [value(json!({ "taxonomy": "category", "name": " " }))]).await, 403);
    assert_eq!(blog.ok("wp.newCategory", [value(json!({ "name": "News" }))]).await, id, "the one there is");
    let found = blog.ok("wp.suggestCategories", [Value::text("ne"), Value::Int(5)]).await;
    assert_eq!(text(found.items()[0], "category_name"), "News");
    assert_eq!(blog.ok("wp.deleteCategory", [id]).await, Value::Bool(true));
    assert_eq!(blog.fault("wp.deleteCategory", [Value::Int(999)]).await, 401);
    let taxonomy = blog.ok("wp.getTaxonomy", [category]).await;
    assert_eq!(text(taxonomy.get("labels").unwrap(), "singular_name"), "Category");
    let all = blog.ok("wp.getTaxonomies", []).await;
    let listed: Vec<&str> = all.items().into_iter().map(|one| text(one, "name")).collect();
    assert_eq!(listed, ["category", "post_tag", "post_format"]);
}

fn text_of(value: &Value) -> String {
    value.as_text().unwrap()
}

#[actix_web::test]
async fn comments_are_written_moderated_and_counted() {
    let blog = Blog::start().await;
    let id = blog.post(json!({ "post_title": "Open", "post_status": "publish", "comment_status": "open" })).await;
    let first = blog.ok("wp.newComment", [id.clone(), value(json!({ "content": "First" }))]).await;
    let link = text(&blog.get(&id).await, "link").to_owned();
    let reply = json!({ "content": "Reply", "comment_parent": first.as_id(), "author": "Ann", "author_email": "ann@example.org" });
    let reply = blog.ok("wp.newComment", [Value::text(link), value(reply)]).await;
    let shown = blog.ok("wp.getComment", [reply.clone()]).await;
    assert_eq!((text(&shown, "author"), text(&shown, "user_id"), text(&shown, "status")), ("Ann", "0", "approve"));
    assert_eq!(text(&shown, "parent"), text_of(&first));
    let counts =
        |counts: Value| ["approved", "awaiting_moderation", "spam"].map(|name| counts.get(name).unwrap().as_id());
    assert_eq!(counts(blog.ok("wp.getCommentCount", [id.clone()]).await), [2, 0, 0]);
    let held = value(json!({ "status": "hold", "content": "Changed" }));
    assert_eq!(blog.ok("wp.editComment", [reply.clone(), held]).await, Value::Bool(true));
    assert_eq!(counts(blog.ok("wp.getCommentCount", [id.clone()]).await), [1, 1, 0]);
    let waiting = blog.ok("wp.getComments", [value(json!({ "status": "hold" }))]).await;
    assert_eq!((waiting.items().len(), text(waiting.items()[0], "content")), (1, "Changed"));
    assert_eq!(blog.ok("wp.deleteComment", [reply.clone()]).await, Value::Bool(true));
    assert_eq!(text(&blog.ok("wp.getComment", [reply.clone()]).await, "status"), "trash");
    assert_eq!(blog.ok("wp.deleteComment", [reply.clone()]).await, Value::Bool(true));
    assert_eq!(blog.fault("wp.getComment", [reply]).await, 404);
    let say = |text: &str| value(json!({ "content": text }));
    assert_eq!(blog.fault("wp.newComment", [id.clone(), say(" ")]).await, 403);
    assert_eq!(blog.fault("wp.newComment", [id.clone(), say("First")]).await, 403, "said already");
    assert_eq!(blog.fault("wp.newComment", [Value::Int(999), say("x")]).await, 404);
    assert_eq!(names(&blog.ok("wp.getCommentStatusList", []).await), ["hold", "approve", "spam", "trash"]);
}

#[actix_web::test]
async fn options_are_shown_and_set() {
    let mut blog = Blog::start().await;
    let all = blog.ok("wp.getOptions", []).await;
    assert_eq!(all.get("software_name").unwrap().get("value"), Some(&Value::text("WordPress")));
    assert_eq!(all.get("blog_title").unwrap().get("readonly"), Some(&Value::Bool(false)));
    let set = json!({ "blog_title": "The Other Gazette", "software_name": "x", "nothing": 1, "thumbnail_size_w": 99 });
    let set = blog.ok("wp.setOptions", [value(set)]).await;
    assert_eq!(names(&set), ["software_name", "blog_title", "thumbnail_size_w"]);
    assert_eq!(set.get("thumbnail_size_w").unwrap().get("value"), Some(&Value::text("99")));
    assert!(blog.page("/").await.contains("The Other Gazette"));
    assert_eq!(blog.fault("wp.setOptions", [value(json!({ "thumbnail_size_w": "wide" }))]).await, 500);
    blog.becomes("ed", Role::Editor).await;
    let some = blog.ok("wp.getOptions", [value(json!(["blog_title"]))]).await;
    assert_eq!(some.get("blog_title").unwrap().get("readonly"), Some(&Value::Bool(true)));
}

#[actix_web::test]
async fn users_and_profiles() {
    let mut blog = Blog::start().await;
    let (id, _) = blog.account("ann", Role::Author).await;
    let ann = blog.ok("wp.getUser", [Value::number(id.0)]).await;
    assert_eq!((text(&ann, "username"), ann.get("roles")), ("ann", Some(&value(json!(["author"])))));
    assert_eq!(blog.fault("wp.getUser", [Value::Int(99)]).await, 404);
    let authors = blog.ok("wp.getUsers", [value(json!({ "role": "author" })), value(json!(["basic"]))]).await;
    assert_eq!(names(authors.items()[0]), ["user_id", "username", "registered", "email", "nicename", "display_name"]);
    assert_eq!(blog.fault("wp.getUsers", [value(json!({ "role": "nothing" }))]).await, 403);
    blog.becomes("bob", Role::Author).await;
    let changed =
        value(json!({ "first_name": "Bob", "nickname": "Bobby", "bio": "Writes.", "url": "https://b.example/" }));
    assert_eq!(blog.ok("wp.editProfile", [changed]).await, Value::Bool(true));
    let profile = blog.ok("wp.getProfile", []).await;
    assert_eq!(
        [text(&profile, "first_name"), text(&profile, "nickname"), text(&profile, "bio")],
        ["Bob", "Bobby", "Writes."]
    );
    assert_eq!(blog.fault("wp.getUser", [Value::number(id.0)]).await, 401);
}

#[actix_web::test]
async fn types_statuses_and_formats() {
    let blog = Blog::start().await;
    let types = blog.ok("wp.getPostTypes", [value(json!({ "public": true }))]).await;
    assert_eq!(names(&types), ["post", "page", "attachment"]);
    let post = blog.ok("wp.getPostType", [Value::text("post")]).await;
    assert_eq!(post.get("taxonomies"), Some(&value(json!(["category", "post_tag", "post_format"]))));
    assert_eq!(text(post.get("cap").unwrap(), "edit_posts"), "edit_posts");
    assert_eq!(blog.fault("wp.getPostType", [Value::text("nothing")]).await, 403);
    assert_eq!(names(&blog.ok("wp.getPostStatusList", []).await), ["draft", "pending", "private", "publish"]);
    assert_eq!(names(&blog.ok("wp.getPageStatusList", []).await), ["draft", "private", "publish"]);
    assert_eq!(blog.ok("wp.getPageTemplates", []).await.get("Default"), Some(&Value::text("default")));
    assert_eq!(blog.ok("wp.getPostFormats", []).await.get("aside"), Some(&Value::text("Aside")));
}
