//! Tags of commits: what shows somewhere is named when it changes.

use std::collections::BTreeSet;

use bucketpress::{cache::Tag, content::PostType, publish::tags, store::log::Snapshot};
use parking_lot::Mutex;

use super::*;

/// The tags of everything committed since the last call.
struct Watch {
    seen: Arc<Mutex<BTreeSet<Tag>>>,
}

impl Watch {
    fn on(app: &App) -> Self {
        let seen = Arc::new(Mutex::new(BTreeSet::new()));
        let noted = seen.clone();
        app.log.observe(Box::new(move |before: &Snapshot<Site>, after: &Snapshot<Site>, effects: &[_]| {
            noted.lock().extend(tags::changed(before, after, effects));
        }));
        Self { seen }
    }

    fn take(&self) -> BTreeSet<Tag> {
        let mut tags = std::mem::take(&mut *self.seen.lock());
        // every change of these tables says so, for answers of the API
        tags.remove(&Tag::Anything);
        tags
    }
}

fn date(text: &str) -> Tag {
    Tag::Date(text.to_owned())
}

#[tokio::test]
async fn a_post_that_moves_names_where_it_was_and_where_it_is() {
    let desk = Desk::new().await;
    let old = desk.term(category("Old")).await.unwrap();
    let parent = desk.term(category("Parent")).await.unwrap();
    let new = desk.term(SaveTerm { parent: Some(Some(parent)), ..category("New") }).await.unwrap();
    let at = |day: &str| Some(bucketpress::content::edit::DateChange::Gmt(day.parse().unwrap()));
    let save = |title: &str, day: &str, term| SavePost {
        date: at(day),
        terms: vec![(Taxonomy::new("category"), vec![term])],
        ..published(title)
    };
    let before = desk.save(&Role::Editor, save("before", "2020-01-01T12:00:00", old)).await.unwrap().id;
    let moved = desk.save(&Role::Editor, save("moved", "2020-02-01T12:00:00", old)).await.unwrap().id;
    let between = desk.save(&Role::Editor, save("between", "2020-03-01T12:00:00", old)).await.unwrap().id;
    let last = desk.save(&Role::Editor, save("last", "2021-04-01T12:00:00", old)).await.unwrap().id;
    let watch = Watch::on(&desk.app);
    let change = SavePost {
        id: Some(moved),
        author: Some(desk.users[&Role::Author]),
        ..save("moved", "2022-05-06T12:00:00", new)
    };
    desk.save(&Role::Administrator, change).await.unwrap();
    let tags = watch.take();
    let author = |role: &Role| Tag::AuthorPosts(desk.users[role].0);
    let expected = [
        Tag::Post(moved),
        Tag::AnyPost,
        Tag::Posts("post".to_owned()),
        Tag::TermPosts(old.0),
        Tag::TermPosts(new.0),
        Tag::TermPosts(parent.0),
        author(&Role::Editor),
        author(&Role::Author),
        date("2020"),
        date("2020-02"),
        date("2020-02-01"),
        date("2022"),
        date("2022-05"),
        date("2022-05-06"),
        Tag::Near(before),
        Tag::Near(between),
        Tag::Near(last),
        Tag::Near(moved),
    ];
    for tag in expected {
        assert!(tags.contains(&tag), "{tag:?} is missing in {tags:?}");
    }
}

#[tokio::test]
async fn what_nobody_sees_makes_little_stale() {
    let desk = Desk::new().await;
    let draft = desk.save(&Role::Editor, titled("draft")).await.unwrap().id;
    let watch = Watch::on(&desk.app);
    desk.save(&Role::Editor, SavePost { id: Some(draft), ..titled("still") }).await.unwrap();
    assert_eq!(watch.take(), BTreeSet::from([Tag::Post(draft), Tag::Comments(draft)]));
    desk.edit(Edit::ReserveIds { kind: bucketpress::content::edit::IdKind::Post, count: 5 }).await;
    assert_eq!(watch.take(), BTreeSet::new());
    desk.save(&Role::Editor, SavePost { id: Some(draft), status: Some(PostStatus::Publish), ..SavePost::default() })
        .await
        .unwrap();
    assert!(watch.take().contains(&Tag::AnyPost));
    desk.edit(Edit::TrashPost { id: draft, base: None }).await;
    assert!(watch.take().contains(&Tag::Posts("post".to_owned())));
}

#[tokio::test]
async fn pages_below_one_that_moves_have_another_address() {
    let desk = Desk::new().await;
    let page = |title: &str, parent: Option<PostId>| SavePost {
        post_type: Some(PostType::Page),
        parent: Some(parent),
        ..published(title)
    };
    let top = desk.save(&Role::Editor, page("top", None)).await.unwrap().id;
    let middle = desk.save(&Role::Editor, page("middle", Some(top))).await.unwrap().id;
    let low = desk.save(&Role::Editor, page("low", Some(middle))).await.unwrap().id;
    let watch = Watch::on(&desk.app);
    let slug = SavePost { id: Some(top), slug: Some("elsewhere".to_owned()), ..SavePost::default() };
    desk.save(&Role::Editor, slug).await.unwrap();
    let tags = watch.take();
    assert!(tags.contains(&Tag::Post(middle)) && tags.contains(&Tag::Post(low)), "{tags:?}");
}

#[tokio::test]
async fn terms_users_comments_and_options() {
    let desk = Desk::new().await;
    let parent = desk.term(category("Parent")).await.unwrap();
    let child = desk.term(SaveTerm { parent: Some(Some(parent)), ..category("Child") }).await.unwrap();
    let post = desk.save(&Role::Editor, published("post")).await.unwrap().id;
    let watch = Watch::on(&desk.app);
    desk.term(SaveTerm { id: Some(parent), slug: Some("p2".to_owned()), ..SaveTerm::default() }).await.unwrap();
    let tags = watch.take();
    assert!(tags.contains(&Tag::Term(parent.0)) && tags.contains(&Tag::Term(child.0)), "{tags:?}");

    let author = desk.users[&Role::Author];
    let rename = SaveUser { id: Some(author), display_name: Some("New Name".to_owned()), ..SaveUser::default() };
    desk.edit(Edit::SaveUser(Box::new(rename))).await;
    assert_eq!(watch.take(), BTreeSet::from([Tag::Author(author.0)]));

    let comment = SaveComment { post: Some(post), content: Some("hi".to_owned()), ..SaveComment::default() };
    desk.comment(&desk.actor(&Role::Editor), comment).await.unwrap();
    assert_eq!(watch.take(), BTreeSet::from([Tag::Comments(post), Tag::AnyComment]));

    desk.edit(Edit::SetOptions(vec![("blogname".to_owned(), "x".into())])).await;
    assert_eq!(watch.take(), BTreeSet::from([Tag::Site]));
}

#[tokio::test]
async fn entries_of_other_servers_count_too() {
    let objects: Arc<dyn Objects> = Arc::new(MemoryObjects::new());
    let desk = Desk::on(objects.clone()).await;
    let other = open(objects).await;
    let watch = Watch::on(&other);
    let post = desk.save(&Role::Editor, published("from there")).await.unwrap().id;
    other.log.fresh(std::time::Duration::ZERO).await.unwrap();
    let tags = watch.take();
    assert!(tags.contains(&Tag::Post(post)) && tags.contains(&Tag::AnyPost), "{tags:?}");
}
