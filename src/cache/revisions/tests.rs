use bytes::Bytes;
use jiff::civil::date;

use super::*;
use crate::{
    content::{ContentFormat, PostStatus, PostType, UserId},
    store::{counting::CountingObjects, memory::MemoryObjects},
};

fn revision(number: u128, content: &str) -> Revision {
    Revision {
        id: RevisionId(number),
        post: PostId(7),
        previous: None,
        saved_by: UserId(1),
        saved_at: date(2026, 1, 2).at(3, 4, 5, 0),
        post_type: PostType::Post,
        status: PostStatus::Draft,
        slug: String::new(),
        title: "Title".to_owned(),
        content: content.to_owned(),
        excerpt: String::new(),
        format: ContentFormat::Html,
        author: UserId(1),
        date: date(2026, 1, 2).at(3, 4, 5, 0),
        terms: Vec::new(),
        meta: Vec::new(),
        settings: None,
    }
}

async fn write(objects: &dyn Objects, revision: &Revision) {
    let key = Key::Revision { post: revision.post, revision: revision.id };
    let body = Bytes::from(codec::revision::encode(revision, |_| None, |_| None));
    objects.put(&key.path(), body, &key.attributes()).await.unwrap();
}

fn confirmed() -> Confirm {
    Arc::new(|| Box::pin(async { Ok(()) }))
}

#[tokio::test]
async fn all_who_wait_share_one_read() {
    let objects = Arc::new(CountingObjects::new(Arc::new(MemoryObjects::new())));
    let revision = revision(5, "content");
    write(&*objects, &revision).await;
    let revisions = Revisions::new(objects.clone(), 1 << 20, confirmed());
    let (a, b) = tokio::join!(revisions.get(PostId(7), RevisionId(5)), revisions.get(PostId(7), RevisionId(5)));
    assert_eq!((&*a.unwrap(), &*b.unwrap()), (&revision, &revision));
    revisions.get(PostId(7), RevisionId(5)).await.unwrap();
    assert_eq!(objects.counts().reads(), 1);
}

#[tokio::test]
async fn what_was_put_in_is_not_read() {
    let objects = Arc::new(CountingObjects::new(Arc::new(MemoryObjects::new())));
    let revisions = Revisions::new(objects.clone(), 1 << 20, confirmed());
    revisions.insert(Arc::new(revision(6, "new"))).await;
    assert_eq!(revisions.get(PostId(7), RevisionId(6)).await.unwrap().content, "new");
    assert_eq!(objects.counts().reads(), 0);
}

#[tokio::test]
async fn a_missing_or_foreign_object_is_corruption_and_is_asked_for_again() {
    let objects: Arc<dyn Objects> = Arc::new(MemoryObjects::new());
    let revisions = Revisions::new(objects.clone(), 1 << 20, confirmed());
    let missing = revisions.get(PostId(7), RevisionId(5)).await.unwrap_err();
    assert!(matches!(&missing, LoadError::Corrupt { key, .. } if key.starts_with("posts/7/")), "{missing}");

    let other = codec::revision::encode(&revision(9, "other"), |_| None, |_| None);
    let key = Key::Revision { post: PostId(7), revision: RevisionId(5) };
    objects.put(&key.path(), Bytes::from(other), &key.attributes()).await.unwrap();
    let foreign = revisions.get(PostId(7), RevisionId(5)).await.unwrap_err();
    assert!(matches!(&foreign, LoadError::Corrupt { reason, .. } if reason.contains("holds revision")), "{foreign}");

    write(&*objects, &revision(5, "mended")).await;
    assert_eq!(revisions.get(PostId(7), RevisionId(5)).await.unwrap().content, "mended");
}

/// A replica that lags, until the tail is confirmed; and a store that cannot even say how the log goes on.
#[tokio::test]
async fn before_an_object_counts_as_lost_the_tail_is_confirmed() {
    let objects = Arc::new(CountingObjects::new(Arc::new(MemoryObjects::new())));
    let late = objects.clone();
    let confirm: Confirm = Arc::new(move || {
        let late = late.clone();
        Box::pin(async move {
            write(&*late, &revision(5, "late")).await;
            Ok(())
        })
    });
    let revisions = Revisions::new(objects.clone(), 1 << 20, confirm);
    assert_eq!(revisions.get(PostId(7), RevisionId(5)).await.unwrap().content, "late");
    assert_eq!(objects.counts().reads(), 2);

    let silent = || ObjectError::Unavailable { key: "log/1".to_owned(), reason: "down".to_owned() };
    let confirm: Confirm = Arc::new(move || Box::pin(async move { Err(silent()) }));
    let revisions = Revisions::new(objects, 1 << 20, confirm);
    let unknown = revisions.get(PostId(7), RevisionId(6)).await.unwrap_err();
    assert!(matches!(unknown, LoadError::Unavailable(_)), "{unknown}");
}

#[tokio::test]
async fn memory_is_bounded_by_bytes() {
    let objects: Arc<dyn Objects> = Arc::new(MemoryObjects::new());
    let revisions = Revisions::new(objects, 10_000, confirmed());
    for number in 0..100 {
        revisions.insert(Arc::new(revision(number, &"x".repeat(1000)))).await;
    }
    revisions.cache.run_pending_tasks().await;
    assert!(revisions.cache.weighted_size() <= 10_000);
    assert!(revisions.cache.entry_count() > 0);
}
