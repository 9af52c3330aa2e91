use std::sync::atomic::AtomicUsize;

use bytes::Bytes;

use super::*;
use crate::{
    cache::{Rendered, Tag},
    content::PostId,
};

const POST: Tag = Tag::Post(PostId(1));
const NOW: Timestamp = Timestamp::UNIX_EPOCH;

fn page(seq: u64, text: &str, fresh_until: Option<Timestamp>) -> Page {
    Page::new(Rendered {
        status: 200,
        content_type: "text/html".to_owned(),
        body: Bytes::copy_from_slice(text.as_bytes()),
        tags: vec![Tag::Site, POST],
        seq,
        rendered_at: NOW,
        fresh_until,
        varies_by_password: false,
        framed: false,
        headers: Vec::new(),
    })
}

async fn show(pages: &Pages, seq: u64, text: &str) -> Bytes {
    let rendered = pages.get_or_render("/", seq, NOW, || async { Ok(page(seq, text, None)) }).await.unwrap();
    rendered.body().clone()
}

#[tokio::test]
async fn a_held_page_is_served_until_a_commit_touches_it() {
    let pages = Pages::new(1 << 20, 5);
    assert_eq!(show(&pages, 5, "first").await, "first");
    assert_eq!(show(&pages, 5, "again").await, "first");
    pages.note_changes(5, 6, [Tag::Post(PostId(9))]);
    assert_eq!(show(&pages, 6, "other post changed").await, "first");
    pages.note_changes(6, 7, [POST]);
    assert_eq!(show(&pages, 7, "second").await, "second");
    assert_eq!(pages.counts().renders, 2);
    assert_eq!(pages.counts().hits, 2);
}

#[tokio::test]
async fn all_who_wait_share_one_render() {
    let pages = Pages::new(1 << 20, 1);
    let renders = AtomicUsize::new(0);
    let gate = tokio::sync::Semaphore::new(0);
    let ask = || {
        pages.get_or_render("/", 1, NOW, || async {
            renders.fetch_add(1, Ordering::Relaxed);
            let _open = gate.acquire().await;
            Ok(page(1, "shared", None))
        })
    };
    let open = async {
        tokio::task::yield_now().await;
        gate.add_permits(1);
    };
    let (first, second, third, ()) = futures_util::join!(ask(), ask(), ask(), open);
    for page in [first, second, third] {
        assert_eq!(page.unwrap().body(), "shared");
    }
    assert_eq!(renders.load(Ordering::Relaxed), 1);
    assert!(pages.flights.lock().is_empty());
}

#[tokio::test]
async fn a_render_begun_before_a_commit_is_not_given_to_who_asks_after_it() {
    let pages = Pages::new(1 << 20, 1);
    let gate = tokio::sync::Semaphore::new(0);
    let early = pages.get_or_render("/", 1, NOW, || async {
        let _open = gate.acquire().await;
        Ok(page(1, "old", None))
    });
    let late = async {
        tokio::task::yield_now().await;
        pages.note_changes(1, 2, [POST]);
        gate.add_permits(1);
        pages.get_or_render("/", 2, NOW, || async { Ok(page(2, "new", None)) }).await
    };
    let (early, late) = futures_util::join!(early, late);
    assert_eq!(early.unwrap().body(), "old");
    assert_eq!(late.unwrap().body(), "new");
    assert_eq!(show(&pages, 2, "rendered again").await, "new", "the old render, though inserted, is refused");
}

#[tokio::test]
async fn a_waiter_takes_over_from_a_reader_who_left() {
    let pages = Pages::new(1 << 20, 1);
    {
        let left = pages.get_or_render("/", 1, NOW, std::future::pending);
        futures_util::pin_mut!(left);
        assert!(futures_util::poll!(&mut left).is_pending());
        assert_eq!(pages.flights.lock().len(), 1);
    }
    assert!(pages.flights.lock().is_empty());
    assert_eq!(show(&pages, 1, "mine").await, "mine");
}

#[tokio::test]
async fn errors_are_shared_and_not_kept() {
    let pages = Pages::new(1 << 20, 1);
    let failed = pages.get_or_render("/", 1, NOW, || async { Err(PageError::Theme("broken".to_owned())) }).await;
    assert!(failed.is_err());
    assert_eq!(show(&pages, 1, "mended").await, "mended");
}

#[tokio::test]
async fn a_page_ends_when_a_scheduled_post_is_due() {
    let pages = Pages::new(1 << 20, 1);
    let due = NOW + jiff::SignedDuration::from_secs(60);
    let render = || async { Ok(page(1, "before", Some(due))) };
    pages.get_or_render("/", 1, NOW, render).await.unwrap();
    assert!(pages.get("/", 1, NOW + jiff::SignedDuration::from_secs(59)).await.is_some());
    assert!(pages.get("/", 1, due).await.is_none());
}

#[tokio::test]
async fn memory_is_bounded() {
    let pages = Pages::new(100_000, 1);
    let body = "x".repeat(2_000);
    for n in 0..500 {
        let key = format!("/{n}/");
        pages.get_or_render(&key, 1, NOW, || async { Ok(page(1, &body, None)) }).await.unwrap();
    }
    pages.held.run_pending_tasks().await;
    assert!(pages.counts().held_bytes <= 100_000);
    assert!(pages.counts().held > 5);
}
