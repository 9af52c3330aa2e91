//! Import batches: ids, idempotence, slugs.

use std::sync::Arc;

use bucketpress::content::{
    Comment, CommentStatus, ContentFormat, MediaFile, PostType, Term, User,
    edit::{IdKind, ImportBatch},
};
use jiff::{ToSpan, civil::date};

use super::*;

fn post(id: u64, slug: &str, post_type: PostType) -> (Post, Revision) {
    let time = date(2020, 5, 17).at(10, 0, 0, 0);
    let revision = RevisionId(u128::from(id) << 80 | 1);
    let post = Post {
        id: PostId(id),
        post_type: post_type.clone(),
        status: PostStatus::Publish,
        slug: slug.to_owned(),
        title: format!("Title of {id}"),
        excerpt: String::new(),
        author: UserId(1),
        date: time,
        date_gmt: Some(time),
        modified: time,
        modified_gmt: time,
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
        guid: format!("https://old.example/?p={id}"),
        old_slugs: Vec::new(),
        trashed_from: None,
        revision,
        meta: Vec::new(),
        file: None,
    };
    let body = Revision {
        id: revision,
        post: PostId(id),
        previous: None,
        saved_by: UserId(1),
        saved_at: time,
        post_type,
        status: PostStatus::Publish,
        slug: slug.to_owned(),
        title: post.title.clone(),
        content: "imported".to_owned(),
        excerpt: String::new(),
        format: ContentFormat::Html,
        author: UserId(1),
        date: time,
        terms: Vec::new(),
        meta: Vec::new(),
        settings: None,
    };
    (post, body)
}

fn batch(posts: Vec<(Post, Revision)>) -> ImportBatch {
    let source = "https://old.example".to_owned();
    let identity = |(post, _): &(Post, Revision)| (format!("{source}|post|{}", post.id), post.id.to_string());
    ImportBatch {
        sources: posts.iter().map(identity).collect(),
        source: source.clone(),
        posts,
        ..ImportBatch::default()
    }
}

async fn import(desk: &Desk, batch: ImportBatch) -> Result<Commit, PublishError> {
    desk.by(&Actor::System("import"), Edit::Import(Arc::new(batch))).await
}

#[tokio::test]
async fn original_ids_are_kept_and_counters_move_past_them() {
    let desk = Desk::new().await;
    import(&desk, batch(vec![post(5000, "a", PostType::Post), post(7, "b", PostType::Page)])).await.unwrap();
    assert_eq!(desk.body(&desk.post(PostId(5000))).await.content, "imported");
    assert!(desk.site().state.next_id(IdKind::Post) > 5000);
    // this server still holds reserved numbers below: they are used, but never one that is taken
    let mut made = Vec::new();
    for number in 0..70 {
        made.push(desk.save(&Role::Editor, titled(&format!("post {number}"))).await.unwrap().id.0);
    }
    assert!(!made.contains(&7) && !made.contains(&5000), "{made:?}");
    made.sort_unstable();
    made.dedup();
    assert_eq!(made.len(), 70);
    assert_eq!(made.iter().filter(|id| **id > 5000).count(), 70 - made.iter().filter(|id| **id < 65).count());
    // the first save of an imported post keeps the imported body among its revisions
    let change = SavePost { id: Some(PostId(7)), ..titled("changed") };
    desk.save(&Role::Editor, change).await.unwrap();
    let entries = desk.site().state.revisions(PostId(7));
    assert_eq!(entries.len(), 2);
    assert_eq!(entries[0].revision, RevisionId(7 << 80 | 1));
}

#[tokio::test]
async fn importing_twice_changes_nothing_and_brings_nothing_back() {
    let desk = Desk::new().await;
    let both = || batch(vec![post(100, "a", PostType::Post), post(101, "b", PostType::Post)]);
    import(&desk, both()).await.unwrap();
    desk.save(&Role::Editor, SavePost { id: Some(PostId(100)), ..titled("edited since") }).await.unwrap();
    desk.edit(Edit::DeletePost { id: PostId(101) }).await;
    import(&desk, both()).await.unwrap();
    assert_eq!(desk.post(PostId(100)).title, "edited since");
    assert!(desk.site().state.post(PostId(101)).is_none());
    let stranger = ImportBatch { source: "https://other.example".to_owned(), sources: Vec::new(), ..both() };
    assert!(matches!(import(&desk, stranger).await, Err(PublishError::IdTaken)));
}

#[tokio::test]
async fn slugs_and_paths_are_unique_within_the_batch_too_and_nothing_becomes_more_public() {
    let desk = Desk::new().await;
    let (mut draft, draft_body) = post(204, "x", PostType::Post);
    draft.status = PostStatus::Draft;
    let (mut ahead, ahead_body) = post(205, "ahead", PostType::Post);
    ahead.date_gmt = Some(desk.post(PostId(1)).date_gmt.unwrap() + 10.days());
    let (mut odd, odd_body) = post(206, "odd", PostType::Post);
    odd.status = PostStatus::from_name("wc-pending");
    let attachment = |id| {
        let (mut attachment, body) = post(id, "x", PostType::Attachment);
        attachment.status = PostStatus::Inherit;
        attachment.file = Some(MediaFile {
            sha256: "cd".repeat(32),
            extension: "jpg".to_owned(),
            mime_type: "image/jpeg".to_owned(),
            size_bytes: 1,
            width: None,
            height: None,
            orientation: 1,
            upload_path: "2020/05/x.jpg".to_owned(),
            image_meta: None,
            recording: None,
        });
        (attachment, body)
    };
    let posts = vec![
        post(201, "x", PostType::Post),
        post(202, "x", PostType::Post),
        post(203, "x", PostType::Page),
        (draft, draft_body),
        (ahead, ahead_body),
        (odd, odd_body),
        attachment(207),
        attachment(208),
    ];
    import(&desk, batch(posts)).await.unwrap();
    let found = |id| {
        let post = desk.post(PostId(id));
        (post.slug, post.status)
    };
    assert_eq!(found(201), ("x".to_owned(), PostStatus::Publish));
    assert_eq!(found(202), ("x-2".to_owned(), PostStatus::Publish));
    assert_eq!(found(203), ("x".to_owned(), PostStatus::Publish));
    assert_eq!(found(204), ("x".to_owned(), PostStatus::Draft));
    assert_eq!(found(205), ("ahead".to_owned(), PostStatus::Future));
    assert_eq!(found(206), ("odd".to_owned(), PostStatus::from_name("wc-pending")));
    assert_eq!(found(207).0, "x-3");
    assert_eq!(found(208).0, "x-4");
    assert_eq!(desk.post(PostId(208)).file.unwrap().upload_path, "2020/05/x-1.jpg");
    assert_eq!(desk.body(&desk.post(PostId(202))).await.slug, "x-2");
}

#[tokio::test]
async fn users_terms_and_comments_come_along() {
    let desk = Desk::new().await;
    let term = |id, slug: &str| Term {
        id: TermId(id),
        taxonomy: Taxonomy::new("category"),
        slug: slug.to_owned(),
        name: slug.to_owned(),
        description: String::new(),
        parent: None,
        meta: Vec::new(),
    };
    let user = User {
        id: UserId(50),
        login: "guest".to_owned(),
        slug: "admin".to_owned(),
        email: "admin@example.org".to_owned(),
        display_name: "Guest".to_owned(),
        first_name: String::new(),
        last_name: String::new(),
        nickname: String::new(),
        description: String::new(),
        url: String::new(),
        locale: String::new(),
        registered: date(2020, 1, 1).at(0, 0, 0, 0),
        roles: vec![Role::Author],
        password_sealed: None,
        session_epoch: 0,
        ended_sessions: Vec::new(),
        meta: Vec::new(),
    };
    let comment = Comment {
        id: CommentId(9),
        post: PostId(301),
        parent: None,
        user: None,
        author_name: "r".to_owned(),
        author_email: String::new(),
        author_url: String::new(),
        author_ip: String::new(),
        agent: String::new(),
        date: date(2020, 1, 1).at(0, 0, 0, 0),
        date_gmt: date(2020, 1, 1).at(0, 0, 0, 0),
        content: "c".to_owned(),
        status: CommentStatus::Approved,
        kind: "comment".to_owned(),
        karma: 0,
        meta: Vec::new(),
    };
    let whole = ImportBatch {
        users: vec![user],
        terms: vec![term(40, "uncategorized"), term(41, "uncategorized")],
        comments: vec![comment],
        ..batch(vec![post(301, "p", PostType::Post)])
    };
    import(&desk, whole).await.unwrap();
    let snapshot = desk.site();
    let site = &snapshot.state;
    let guest = site.user(UserId(50)).unwrap();
    assert_eq!((guest.slug.as_str(), guest.email.as_str()), ("admin-2", ""), "what is another's is not taken over");
    assert_eq!(site.term(TermId(40)).unwrap().slug, "uncategorized-2");
    assert_eq!(site.term(TermId(41)).unwrap().slug, "uncategorized-3");
    assert_eq!(site.comments(PostId(301)), [CommentId(9)]);
    assert!(site.next_id(IdKind::User) > 50 && site.next_id(IdKind::Term) > 41 && site.next_id(IdKind::Comment) > 9);
    let by_editor = Edit::Import(Arc::new(batch(vec![post(302, "q", PostType::Post)])));
    assert_eq!(code(desk.by(&desk.actor(&Role::Editor), by_editor).await), "rest_forbidden");
}
