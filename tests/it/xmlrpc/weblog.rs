use super::*;

#[actix_web::test]
async fn a_post_in_two_parts() {
    let blog = Blog::start().await;
    blog.ok("wp.newCategory", [value(json!({ "name": "News" }))]).await;
    let content = value(json!({
        "title": "Ferries", "description": "Before", "mt_text_more": "After", "mt_keywords": "sea, harbour",
        "categories": ["news", "Nothing"], "mt_allow_comments": 0, "wp_slug": "ferries",
    }));
    let id = blog.ok("metaWeblog.newPost", [content, Value::Bool(true)]).await;
    let post = blog.around("metaWeblog.getPost", std::slice::from_ref(&id), &[]).await.unwrap();
    assert_eq!([text(&post, "description"), text(&post, "mt_text_more")], ["Before", "After"]);
    assert_eq!((text(&post, "mt_keywords"), post.get("categories")), ("sea, harbour", Some(&value(json!(["News"])))));
    assert_eq!((post.get("mt_allow_comments"), text(&post, "post_status")), (Some(&Value::Int(0)), "publish"));
    assert_eq!(text(&blog.get(&id).await, "post_content"), "Before<!--more-->After");
    assert!(blog.page(text(&post, "link").strip_prefix(&blog.server.base).unwrap()).await.contains("After"));

    let change = value(json!({ "title": "Ferries again", "mt_keywords": ["sea"] }));
    let edited = blog.around("metaWeblog.editPost", std::slice::from_ref(&id), &[change, Value::Bool(true)]).await;
    assert_eq!(edited, Ok(Value::Bool(true)));
    let post = blog.around("metaWeblog.getPost", std::slice::from_ref(&id), &[]).await.unwrap();
    assert_eq!(
        [text(&post, "description"), text(&post, "mt_text_more"), text(&post, "mt_keywords")],
        ["Before", "After", "sea"]
    );
    let recent = blog.ok("metaWeblog.getRecentPosts", [Value::Int(1)]).await;
    assert_eq!(text(recent.items()[0], "title"), "Ferries again");
    let unpublished =
        blog.around("metaWeblog.editPost", std::slice::from_ref(&id), &[value(json!({})), Value::Bool(false)]).await;
    assert_eq!(unpublished, Ok(Value::Bool(true)));
    assert_eq!(text(&blog.get(&id).await, "post_status"), "draft");
    let before = [Value::text("key"), id.clone()];
    assert_eq!(blog.around("metaWeblog.deletePost", &before, &[Value::Bool(true)]).await, Ok(Value::Bool(true)));
    assert_eq!(text(&blog.get(&id).await, "post_status"), "trash");
}

#[actix_web::test]
async fn blogger_and_movable_type() {
    let blog = Blog::start().await;
    let news = blog.ok("wp.newCategory", [value(json!({ "name": "News" }))]).await;
    let content = format!("<title>Tides</title><category>{}</category>Low water", news.as_id());
    let before = [Value::text("key"), Value::Int(1)];
    let id =
        blog.around("blogger.newPost", &before, &[Value::Text(content.clone()), Value::Bool(false)]).await.unwrap();
    let named = [Value::text("key"), id.clone()];
    let post = blog.around("blogger.getPost", &named, &[]).await.unwrap();
    assert_eq!(text(&post, "content"), content);
    let changed = [Value::text("<title>Tides</title>High water"), Value::Bool(false)];
    assert_eq!(blog.around("blogger.editPost", &named, &changed).await, Ok(Value::Bool(true)));
    assert_eq!(text(&blog.get(&id).await, "post_content"), "High water");
    let user = blog.around("blogger.getUserInfo", &[Value::text("key")], &[]).await.unwrap();
    assert_eq!(names(&user), ["nickname", "userid", "url", "lastname", "firstname"]);
    let recent = blog.around("blogger.getRecentPosts", &before, &[Value::Int(5)]).await.unwrap();
    assert!(recent.items().iter().any(|post| post.get("postid").unwrap().as_id() == id.as_id()));

    let categories = blog.around("mt.getPostCategories", std::slice::from_ref(&id), &[]).await.unwrap();
    assert_eq!((text(categories.items()[0], "categoryName"), categories.items().len()), ("News", 1));
    let list = blog.ok("mt.getCategoryList", []).await;
    let other = list.items().into_iter().find(|one| text(one, "categoryName") != "News").unwrap();
    let chosen = Value::List(vec![
        Value::members([("categoryId", news.clone())]),
        Value::members([("categoryId", other.get("categoryId").unwrap().clone()), ("isPrimary", Value::Bool(true))]),
    ]);
    assert_eq!(blog.around("mt.setPostCategories", std::slice::from_ref(&id), &[chosen]).await, Ok(Value::Bool(true)));
    let categories = blog.around("mt.getPostCategories", std::slice::from_ref(&id), &[]).await.unwrap();
    assert_eq!(categories.items()[0].get("isPrimary"), Some(&Value::Bool(true)));
    assert_eq!(text(categories.items()[1], "categoryName"), "News", "the primary one goes first");
    assert_eq!(blog.around("mt.publishPost", std::slice::from_ref(&id), &[]).await.unwrap().as_id(), id.as_id());
    assert_eq!(text(&blog.get(&id).await, "post_status"), "publish");
    let titles = blog.ok("mt.getRecentPostTitles", [Value::Int(1)]).await;
    assert_eq!(text(titles.items()[0], "title"), "Tides");
    assert_eq!(blog.open("mt.getTrackbackPings", &[id]).await, Ok(Value::List(Vec::new())));
    assert_eq!(blog.open("mt.supportedTextFilters", &[]).await, Ok(Value::List(Vec::new())));
}

#[actix_web::test]
async fn pages() {
    let blog = Blog::start().await;
    let parent =
        blog.ok("wp.newPage", [value(json!({ "title": "About", "description": "Us" })), Value::Bool(true)]).await;
    let content =
        json!({ "title": "Team", "description": "All", "wp_page_parent_id": parent.as_id(), "wp_page_order": 3 });
    let id = blog.ok("wp.newPage", [value(content), Value::Bool(true)]).await;
    let get = |id: &Value| {
        let before = [Value::Int(1), id.clone()];
        let blog = &blog;
        async move { blog.around("wp.getPage", &before, &[]).await }
    };
    let page = get(&id).await.unwrap();
    assert_eq!((text(&page, "wp_page_parent_title"), page.get("wp_page_order")), ("About", Some(&Value::Int(3))));
    assert_eq!((text(&page, "page_status"), text(&page, "wp_page_template")), ("publish", "default"));
    let before = [Value::Int(1), id.clone()];
    let edited = blog.around("wp.editPage", &before, &[value(json!({ "title": "Crew" })), Value::Bool(true)]).await;
    assert_eq!(edited, Ok(Value::Bool(true)));
    assert_eq!(text(&get(&id).await.unwrap(), "title"), "Crew");
    let listed = blog.ok("wp.getPageList", []).await;
    assert!(listed.items().iter().any(|page| text(page, "page_title") == "Crew"));
    assert!(!blog.ok("wp.getPages", [Value::Int(1)]).await.items().is_empty());
    let post = blog.post(json!({ "post_title": "No page" })).await;
    assert_eq!(get(&post).await.unwrap_err().0, 404);
    assert_eq!(blog.ok("wp.deletePage", [id.clone()]).await, Value::Bool(true));
    assert_eq!(text(&get(&id).await.unwrap(), "page_status"), "trash");
    assert_eq!(blog.fault("wp.deletePage", [post]).await, 404);
}
