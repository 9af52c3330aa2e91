//! Comments that came while the log was overloaded: what becomes of them when they are folded in.

use std::time::Duration;

use bucketpress::{
    content::{Arrival, CommentStatus, HeldComment},
    publish::Posted,
    store::{
        Key, check,
        codec::overflow,
        faulty::Fault,
        log,
        objects::{Method, ObjectError},
    },
};

use super::*;
use crate::support::{Outage, unsteady};

/// Its writer was told some minutes ago that it is held.
fn held(desk: &Desk, post: PostId, name: &str, minutes_ago: i64) -> HeldComment {
    let at = desk.app.clock.now() - jiff::SignedDuration::from_mins(minutes_ago);
    let random: [u8; 10] = desk.app.ids.array();
    let random = random.iter().fold(0_u128, |number, byte| (number << 8) | u128::from(*byte));
    HeldComment {
        id: (u128::from(at.as_millisecond().unsigned_abs()) << 80) | random,
        post,
        parent: None,
        user: None,
        author_name: name.to_owned(),
        author_email: format!("{name}@example.net"),
        author_url: String::new(),
        author_ip: "192.0.2.9".to_owned(),
        agent: "a browser".to_owned(),
        content: format!("What {name} said"),
    }
}

async fn put(desk: &Desk, held: &HeldComment) {
    let json = overflow::encode(held, desk.app.log.lineage(), &desk.app.key);
    let key = Key::Overflow(held.id);
    desk.app.objects.put(&key.path(), json.into(), &key.attributes()).await.unwrap();
}

async fn is_waiting(desk: &Desk, held: &HeldComment) -> bool {
    match desk.app.objects.head(&Key::Overflow(held.id).path()).await {
        Ok(_) => true,
        Err(ObjectError::NotFound { .. }) => false,
        Err(error) => panic!("{error}"),
    }
}

/// Comments on the post, as name, status and time of the comment.
fn comments(desk: &Desk, post: PostId) -> Vec<(String, CommentStatus, String)> {
    let site = &desk.site().state;
    let comments = site.comments(post).into_iter().map(|id| site.comment(id).unwrap());
    comments.map(|comment| (comment.author_name, comment.status, comment.date_gmt.to_string())).collect()
}

fn second(held: &HeldComment) -> String {
    let at = jiff::tz::Offset::UTC.to_datetime(held.arrived_at());
    at.with().subsec_nanosecond(0).build().unwrap().to_string()
}

async fn approve_all(desk: &Desk) {
    desk.edit(Edit::SetOptions(vec![("comment_previously_approved".to_owned(), 0.into())])).await;
}

#[tokio::test]
async fn what_was_held_is_folded_in_once_with_the_time_it_came() {
    let desk = Desk::new().await;
    approve_all(&desk).await;
    let post = desk.save(&Role::Editor, published("open")).await.unwrap().id;
    let ann = held(&desk, post, "ann", 5);
    put(&desk, &ann).await;
    assert_eq!(publish::fold(&desk.app).await.unwrap(), 0);
    let expected = [("ann".to_owned(), CommentStatus::Approved, second(&ann))];
    assert_eq!(comments(&desk, post), expected);
    assert!(!is_waiting(&desk, &ann).await);

    // The object appears again, as a write does that the store was late with.
    put(&desk, &ann).await;
    publish::fold(&desk.app).await.unwrap();
    assert_eq!(comments(&desk, post), expected);
    assert!(!is_waiting(&desk, &ann).await);
    let counts = desk.app.overflow.counts();
    assert_eq!((counts.waiting, counts.folded, counts.dropped, counts.broken), (0, 2, 0, 0));
}

#[tokio::test]
async fn what_the_log_had_after_all_is_not_doubled_even_when_it_has_forgotten_the_key() {
    let desk = Desk::new().await;
    let post = desk.save(&Role::Editor, published("open")).await.unwrap().id;
    let ann = held(&desk, post, "ann", 5);
    // Committed when it arrived, though nobody was told, and under a key that nobody knows any more.
    let first = SaveComment { arrival: Some(Arrival::new(ann.id)), ..ann.folding(desk.app.clock.now()) };
    let reader = Actor::Anonymous { ip: ann.author_ip.clone() };
    let id = desk.comment(&reader, first).await.unwrap();
    let trash = SaveComment { id: Some(id), status: Some(CommentStatus::Trash), ..SaveComment::default() };
    desk.edit(Edit::SaveComment(Box::new(trash))).await;
    put(&desk, &ann).await;
    // Another reader's, equal in all but the name, is another comment.
    let twin = HeldComment { id: ann.id + 1, author_name: "bob".to_owned(), ..ann.clone() };
    put(&desk, &twin).await;
    publish::fold(&desk.app).await.unwrap();
    let found: Vec<_> = comments(&desk, post).into_iter().map(|(name, status, _)| (name, status)).collect();
    assert_eq!(found, [("ann".to_owned(), CommentStatus::Trash), ("bob".to_owned(), CommentStatus::Hold)]);
}

#[tokio::test]
async fn what_would_be_refused_by_now_waits_for_a_moderator() {
    let desk = Desk::new().await;
    approve_all(&desk).await;
    let save = |title: &str| desk.save(&Role::Editor, published(title));
    let (open, closed, trashed, draft) = (
        save("open").await.unwrap().id,
        save("closed").await.unwrap().id,
        save("trashed").await.unwrap().id,
        save("draft").await.unwrap().id,
    );
    let deleted = save("deleted").await.unwrap().id;
    let replied = desk
        .comment(&SYSTEM, SaveComment { post: Some(open), content: Some("first".to_owned()), ..SaveComment::default() })
        .await
        .unwrap();
    let mut waiting =
        vec![held(&desk, closed, "closed", 5), held(&desk, trashed, "trashed", 6), held(&desk, draft, "draft", 7)];
    // The same reader twice within seconds, and the same text twice.
    let hasty = held(&desk, open, "hasty", 8);
    let again = HeldComment { id: hasty.id + (3000 << 80), content: "And another thing".to_owned(), ..hasty.clone() };
    let double = HeldComment { id: hasty.id + (40_000 << 80), ..hasty.clone() };
    let old = held(&desk, open, "old", 21 * 60);
    let reply = HeldComment { parent: Some(replied), ..held(&desk, open, "reply", 20) };
    let gone = held(&desk, deleted, "gone", 5);
    waiting.extend([hasty, again, double, old, reply, gone]);
    for held in &waiting {
        put(&desk, held).await;
    }
    let close = SavePost { id: Some(closed), comments_open: Some(false), ..SavePost::default() };
    desk.edit(Edit::SavePost(Box::new(close))).await;
    desk.edit(Edit::TrashPost { id: trashed, base: None }).await;
    let unpublish = SavePost { id: Some(draft), status: Some(PostStatus::Draft), ..SavePost::default() };
    desk.edit(Edit::SavePost(Box::new(unpublish))).await;
    desk.edit(Edit::DeleteComment { id: replied }).await;
    desk.edit(Edit::TrashPost { id: deleted, base: None }).await;
    desk.edit(Edit::DeletePost { id: deleted }).await;

    assert_eq!(publish::fold(&desk.app).await.unwrap(), 0);
    let statuses = |post| comments(&desk, post).into_iter().map(|(name, status, _)| (name, status)).collect::<Vec<_>>();
    let hold = |name: &str| (name.to_owned(), CommentStatus::Hold);
    let approved = |name: &str| (name.to_owned(), CommentStatus::Approved);
    assert_eq!(statuses(closed), [hold("closed")]);
    assert_eq!(statuses(trashed), [hold("trashed")]);
    assert_eq!(statuses(draft), [hold("draft")]);
    assert_eq!(statuses(open), [hold("old"), approved("reply"), approved("hasty"), hold("hasty"), hold("hasty")]);
    assert_eq!(statuses(deleted), [], "it went with its post");
    let counts = desk.app.overflow.counts();
    assert_eq!((counts.waiting, counts.dropped, counts.broken), (0, 1, 0));
    for held in &waiting {
        assert!(!is_waiting(&desk, held).await);
    }
}

#[tokio::test]
async fn what_this_site_did_not_write_is_left_alone_and_found() {
    let desk = Desk::new().await;
    let post = desk.save(&Role::Editor, published("open")).await.unwrap().id;
    let (forged, moved, foreign) =
        (held(&desk, post, "forged", 5), held(&desk, post, "moved", 6), held(&desk, post, "foreign", 7));
    let write = async |held: &HeldComment, json: Vec<u8>| {
        let key = Key::Overflow(held.id);
        desk.app.objects.put(&key.path(), json.into(), &key.attributes()).await.unwrap();
    };
    let lineage = desk.app.log.lineage();
    write(&forged, overflow::encode(&forged, lineage, &SiteKey::from_bytes([1; 32]))).await;
    write(&moved, overflow::encode(&HeldComment { id: 7, ..moved.clone() }, lineage, &desk.app.key)).await;
    write(&foreign, overflow::encode(&foreign, "another log", &desk.app.key)).await;
    let good = held(&desk, post, "good", 8);
    put(&desk, &good).await;
    for _ in 0..2 {
        assert_eq!(publish::fold(&desk.app).await.unwrap(), 0);
    }
    assert_eq!(comments(&desk, post).len(), 1);
    assert!(is_waiting(&desk, &forged).await && is_waiting(&desk, &moved).await && is_waiting(&desk, &foreign).await);
    assert_eq!((desk.app.overflow.counts().waiting, desk.app.overflow.counts().broken), (3, 3));

    let options = log::Options { site_key: KEY, clock: Clock::System, ids: Ids::System, writer: "check".to_owned() };
    let checked = check::check::<Site>(desk.app.objects.clone(), &options, false).await.unwrap();
    let found: Vec<String> = checked.findings.into_iter().map(|finding| finding.key).collect();
    assert_eq!(found, [&foreign, &moved, &forged].map(|held| Key::Overflow(held.id).path()));
}

/// The log takes nothing for now; all else of the store is well.
fn log_is_busy(outage: &Outage) {
    outage.choose(|call| {
        let entry = call.method == Method::Create && call.key.starts_with("log/");
        Fault { delay: Duration::from_secs(if entry { 6 } else { 0 }), ..Fault::default() }
    });
}

#[tokio::test(start_paused = true)]
async fn under_overload_a_comment_is_held_whether_or_not_it_was_on_its_way() {
    let (objects, outage) = unsteady(Arc::new(MemoryObjects::new()));
    let desk = Desk::on(objects).await;
    let post = desk.save(&Role::Editor, published("open")).await.unwrap().id;
    log_is_busy(&outage);
    let write = |name: &'static str, number: u8| {
        let save = SaveComment {
            post: Some(post),
            author_name: Some(name.to_owned()),
            author_email: Some(format!("{name}@example.net")),
            content: Some(format!("What {name} said")),
            ..SaveComment::default()
        };
        let (app, reader) = (desk.app.clone(), Actor::Anonymous { ip: format!("192.0.2.{number}") });
        async move {
            let began = tokio::time::Instant::now();
            let result = publish::comment(&app, &reader, save).await;
            (result, began.elapsed())
        }
    };
    // The first is on its way when the others come: those wait in the queue.
    let first = tokio::spawn(write("ann", 1));
    tokio::time::sleep(Duration::from_millis(100)).await;
    let refused = tokio::spawn(write("", 3));
    let second = write("bob", 2).await;
    for (result, took) in [first.await.unwrap(), second] {
        let posted = result.unwrap();
        assert!(matches!(posted, Posted::Held(_)), "{posted:?}");
        assert!(took < Duration::from_secs(2), "{took:?}");
    }
    assert_eq!(code(write("bob", 2).await.0), "comment_flood", "nobody floods by being told that it is held");
    assert_eq!(code(refused.await.unwrap().0), "rest_invalid_param", "only the log says no");
    assert_eq!(desk.app.overflow.counts().held, 2);

    outage.end();
    while publish::fold(&desk.app).await.unwrap() > 0 || desk.app.overflow.counts().waiting > 0 {
        tokio::time::sleep(Duration::from_secs(1)).await;
    }
    let mut names: Vec<String> = comments(&desk, post).into_iter().map(|(name, ..)| name).collect();
    names.sort();
    assert_eq!(names, ["ann", "bob"]);
}
