//! Trash and back, deletion and what it takes along.

use bucketpress::{
    content::{MetaEntry, PostType},
    publish::Commit,
};

use super::*;

fn trash(id: PostId) -> Edit {
    Edit::TrashPost { id, base: None }
}

#[tokio::test]
async fn the_trash_frees_the_slug_and_gives_back_a_draft() {
    let desk = Desk::new().await;
    let post = desk.save(&Role::Editor, published("Slug")).await.unwrap();
    desk.edit(trash(post.id)).await;
    let trashed = desk.post(post.id);
    assert_eq!((trashed.status.clone(), trashed.slug.as_str()), (PostStatus::Trash, "slug__trashed"));
    assert_eq!(trashed.trashed_from, Some((PostStatus::Publish, "slug".to_owned())));
    assert_eq!(code(desk.by(&SYSTEM, trash(post.id)).await), "rest_already_trashed");
    assert_eq!(desk.save(&Role::Editor, published("Slug")).await.unwrap().slug, "slug");

    desk.edit(Edit::UntrashPost { id: post.id }).await;
    let back = desk.post(post.id);
    assert_eq!((back.status.clone(), back.trashed_from.clone()), (PostStatus::Draft, None));
    assert_eq!(back.slug, "slug", "a draft may wish for it");
    let publish = SavePost { id: Some(post.id), status: Some(PostStatus::Publish), ..SavePost::default() };
    assert_eq!(desk.save(&Role::Editor, publish).await.unwrap().slug, "slug-2");
    assert_eq!(code(desk.by(&SYSTEM, Edit::UntrashPost { id: post.id }).await), "rest_not_trashed");
}

#[tokio::test]
async fn a_new_status_brings_a_post_back_too() {
    let desk = Desk::new().await;
    let post = desk.save(&Role::Editor, published("Slug")).await.unwrap();
    desk.edit(trash(post.id)).await;
    let publish = SavePost { id: Some(post.id), status: Some(PostStatus::Publish), ..SavePost::default() };
    let back = desk.save(&Role::Editor, publish).await.unwrap();
    assert_eq!((back.status, back.slug, back.trashed_from), (PostStatus::Publish, "slug".to_owned(), None));
}

#[tokio::test]
async fn trashing_a_stale_post_is_a_conflict() {
    let desk = Desk::new().await;
    let post = desk.save(&Role::Editor, published("v1")).await.unwrap();
    let later = desk.save(&Role::Editor, SavePost { id: Some(post.id), ..titled("v2") }).await.unwrap();
    let stale = Edit::TrashPost { id: post.id, base: Some(post.revision) };
    let refused = desk.by(&SYSTEM, stale).await.unwrap_err();
    assert!(matches!(refused, PublishError::Conflict { current } if current == later.revision));
}

#[tokio::test]
async fn who_may_delete() {
    let desk = Desk::new().await;
    let theirs = desk.save(&Role::Editor, published("theirs")).await.unwrap().id;
    for edit in [trash(theirs), Edit::DeletePost { id: theirs }, Edit::UntrashPost { id: theirs }] {
        assert_eq!(code(desk.by(&desk.actor(&Role::Author), edit).await), "rest_cannot_delete");
    }
    let own = desk.save(&Role::Contributor, titled("own")).await.unwrap().id;
    desk.by(&desk.actor(&Role::Contributor), trash(own)).await.unwrap();
    desk.by(&desk.actor(&Role::Contributor), Edit::DeletePost { id: own }).await.unwrap();
}

#[tokio::test]
async fn deletion_moves_children_up_and_takes_comments_and_menu_items_along() {
    let desk = Desk::new().await;
    let page = |title: &str, parent: Option<PostId>| SavePost {
        post_type: Some(PostType::Page),
        parent: Some(parent),
        ..published(title)
    };
    let role = Role::Administrator;
    let top = desk.save(&role, page("top", None)).await.unwrap().id;
    let middle = desk.save(&role, page("middle", Some(top))).await.unwrap().id;
    let low = desk.save(&role, page("low", Some(middle))).await.unwrap().id;
    let taken = desk.save(&role, page("low", Some(top))).await.unwrap().id;
    desk.edit(Edit::SetOptions(vec![
        ("show_on_front".to_owned(), "page".into()),
        ("page_on_front".to_owned(), middle.0.into()),
    ]))
    .await;
    let menu =
        SaveTerm { taxonomy: Some(Taxonomy::new("nav_menu")), name: Some("Main".to_owned()), ..SaveTerm::default() };
    let menu = desk.term(menu).await.unwrap();
    let item = SavePost {
        post_type: Some(PostType::NavMenuItem),
        terms: vec![(Taxonomy::new("nav_menu"), vec![menu])],
        meta: vec![
            ("_menu_item_type".to_owned(), vec!["post_type".to_owned()]),
            ("_menu_item_object_id".to_owned(), vec![middle.to_string()]),
        ],
        ..published("")
    };
    let item = desk.save(&role, item).await.unwrap();
    assert_eq!(item.meta[0], MetaEntry { key: "_menu_item_type".to_owned(), value: "post_type".to_owned() });
    let comment = SaveComment { post: Some(middle), content: Some("hi".to_owned()), ..SaveComment::default() };
    let comment = desk.comment(&desk.actor(&role), comment).await.unwrap();

    desk.edit(Edit::DeletePost { id: middle }).await;
    let snapshot = desk.site();
    let site = &snapshot.state;
    assert!(site.post(middle).is_none() && site.post(item.id).is_none() && site.comment(comment).is_none());
    assert!(site.revisions(middle).is_empty());
    let low = site.post(low).unwrap();
    assert_eq!((low.parent, low.slug.as_str()), (Some(top), "low-2"));
    assert_eq!(site.post(taken).unwrap().slug, "low");
    assert_eq!(site.option("page_on_front"), Some(serde_json::json!(0)));
}

#[tokio::test]
async fn a_post_with_more_comments_than_one_commit_takes_goes_all_the_same() {
    let desk = Desk::new().await;
    let post = desk.save(&Role::Editor, published("popular")).await.unwrap().id;
    let save = |number: usize| SaveComment {
        post: Some(post),
        content: Some(format!("comment {number}")),
        ..SaveComment::default()
    };
    let all = futures_util::future::join_all((0..620).map(|number| {
        let desk = &desk;
        async move { desk.comment(&SYSTEM, save(number)).await.unwrap() }
    }));
    all.await;
    assert_eq!(desk.site().state.comments(post).len(), 620);
    let before = desk.site().seq;
    let key = || Some("k".to_owned());
    let Commit { seq, .. } = publish::apply(&desk.app, &SYSTEM, Edit::DeletePost { id: post }, key()).await.unwrap();
    assert!(seq >= before + 2, "two commits");
    assert!(desk.site().state.post(post).is_none() && desk.site().state.comments(post).is_empty());
    assert_eq!(publish::apply(&desk.app, &SYSTEM, Edit::DeletePost { id: post }, key()).await.unwrap().seq, seq);
}
