//! An import into a site that goes on publishing meanwhile.

use std::sync::Arc;

use bucketpress::{
    app::App,
    content::{
        CommentId, Edit, PostId, PostStatus, Taxonomy, TermId,
        edit::{SaveComment, SavePost, SaveTerm, SaveUser},
    },
    import::{self, Silent},
    publish::Outcome,
    store::memory::MemoryObjects,
};

use super::site::{self, Export, Item};

const ITEMS: u64 = 900;

/// Every item points at the next, so batches refer to what comes only after them.
fn export() -> Export {
    let item = |id: u64| match id % 3 {
        0 => Item { parent: id + 1, ..Item::of(id, "page", "publish") },
        1 => Item::of(id, "page", "publish").comment(id, 0, "1").comment(id + 5000, id, "1"),
        _ => Item {
            content: format!("<img class=\"wp-image-{}\">", id + 1),
            ..Item::post(id).meta("_thumbnail_id", &(id + 1).to_string())
        },
    };
    let terms: String = (2..40)
        .map(|id| {
            let parent = if id < 39 { format!("t{}", id + 1) } else { String::new() };
            format!(
                "<wp:term><wp:term_id>{id}</wp:term_id><wp:term_taxonomy>category</wp:term_taxonomy>\
                 <wp:term_slug>t{id}</wp:term_slug><wp:term_name>T{id}</wp:term_name>\
                 <wp:term_parent>{parent}</wp:term_parent></wp:term>"
            )
        })
        .collect();
    let author = "<wp:author><wp:author_id>2</wp:author_id><wp:author_login>ann</wp:author_login></wp:author>";
    Export::of(&format!("{author}{terms}{}", site::items(&(1..=ITEMS).map(item).collect::<Vec<_>>())))
}

/// What the other server makes; each takes a number.
async fn publish(writer: &App, round: u64) -> (PostId, CommentId, TermId) {
    let by = bucketpress::content::Actor::System("test");
    let apply = async |edit| bucketpress::publish::apply(writer, &by, edit, None).await.unwrap().outcome;
    let title = format!("Live {round}");
    let save = SavePost { title: Some(title.clone()), status: Some(PostStatus::Publish), ..SavePost::default() };
    let Outcome::Post { id: post, .. } = apply(Edit::SavePost(Box::new(save))).await else { panic!("no post") };
    let comment = SaveComment { post: Some(post), content: Some(title.clone()), ..SaveComment::default() };
    let Outcome::Comment { id: comment, .. } = apply(Edit::SaveComment(Box::new(comment))).await else {
        panic!("no comment")
    };
    let term = SaveTerm { taxonomy: Some(Taxonomy::new("category")), name: Some(title), ..SaveTerm::default() };
    let Outcome::Term { id: term, .. } = apply(Edit::SaveTerm(Box::new(term))).await else { panic!("no term") };
    (post, comment, term)
}

#[tokio::test(flavor = "multi_thread")]
async fn references_are_right_whatever_others_publish_meanwhile() {
    let objects = Arc::new(MemoryObjects::new());
    let app = site::app_on(objects.clone()).await;
    let writer = site::app_on(objects).await;
    // The other server holds a block of low numbers from now on.
    let mut live = vec![publish(&writer, 0).await];
    let export = export();
    let request = export.request();
    app.log.fresh(std::time::Duration::ZERO).await.unwrap();
    let analysis = site::analyse(&app, &request).await.unwrap();
    // Between the analysis and the first write, and then between the batches.
    live.push(publish(&writer, 1).await);
    let user = SaveUser {
        login: Some("eve".to_owned()),
        email: Some("eve@new.example".to_owned()),
        password_sealed: Some("x".to_owned()),
        ..SaveUser::default()
    };
    site::apply(&writer, Edit::SaveUser(Box::new(user))).await;
    let report = {
        let running = import::run(&app, &request, analysis, &Silent);
        tokio::pin!(running);
        let mut round = 2;
        loop {
            tokio::select! {
                report = &mut running => break report.unwrap(),
                made = publish(&writer, round) => { live.push(made); round += 1; }
            }
        }
    };
    assert!(live.len() > 5, "others published {} times", live.len());
    assert!(!report.warnings.list.iter().any(|warning| warning.contains("was taken")), "{:?}", report.warnings);

    app.log.fresh(std::time::Duration::ZERO).await.unwrap();
    let site = site::state(&app);
    for (round, (post, comment, term)) in live.iter().enumerate() {
        let title = format!("Live {round}");
        assert_eq!(site.post(*post).unwrap().title, title);
        assert_eq!(site.comment(*comment).unwrap().content, title);
        assert_eq!(site.term(*term).unwrap().name, title);
    }
    let became =
        |kind: &str, key: &str| site.imported(&format!("old.example|{kind}|{key}")).map(|id| id.parse().unwrap());
    let made = |old: u64| became("post", &old.to_string()).map(PostId);
    for old in 1..=ITEMS {
        let post = site.post(made(old).unwrap()).unwrap();
        assert_eq!(post.title, format!("Title {old}"));
        assert_eq!(site.user(post.author).unwrap().login, "ann");
        match old % 3 {
            0 => assert_eq!(post.parent, made(old + 1), "parent of {old}"),
            1 => {
                let comments = [old, old + 5000].map(|old| CommentId(became("comment", &old.to_string()).unwrap()));
                let here = site.comments(post.id);
                assert!(here.len() == 2 && comments.iter().all(|id| here.contains(id)), "comments of {old}: {here:?}");
                assert_eq!(site.comment(comments[1]).unwrap().parent, Some(comments[0]), "answer below {old}");
            }
            _ => {
                assert_eq!(post.thumbnail, made(old + 1), "featured image of {old}");
                let body = app.revisions.get(post.id, post.revision).await.unwrap();
                assert_eq!(body.content, format!("<img class=\"wp-image-{}\">", made(old + 1).unwrap()));
            }
        }
    }
    for old in 2..39 {
        let term = site.term(TermId(became("term", &format!("category|t{old}")).unwrap())).unwrap();
        assert_eq!(term.parent.map(|id| site.term(id).unwrap().slug), Some(format!("t{}", old + 1)));
    }
}
