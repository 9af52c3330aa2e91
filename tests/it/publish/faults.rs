//! Several writers and stores that fail: nothing acknowledged is lost, nothing is there twice.

use std::{collections::BTreeSet, time::Duration};

use bucketpress::{
    content::PostType,
    store::{
        embedded::EmbeddedObjects,
        faulty::{self, FaultyObjects, Rates},
    },
};

use super::*;

/// Saves until it is known what became of it, as a client with an idempotency key does.
async fn save_surely(app: &App, actor: &Actor, save: SavePost, key: &str) -> Result<PostId, PublishError> {
    for _ in 0..200 {
        let edit = Edit::SavePost(Box::new(save.clone()));
        match publish::apply(app, actor, edit, Some(key.to_owned())).await {
            Ok(Commit { outcome: Outcome::Post { id, .. }, .. }) => return Ok(id),
            Ok(other) => panic!("{other:?}"),
            Err(PublishError::Busy(_) | PublishError::Unknown) => tokio::time::sleep(Duration::from_secs(1)).await,
            Err(error) => return Err(error),
        }
    }
    panic!("no answer after 200 tries")
}

#[tokio::test]
async fn slug_contests_between_two_servers_have_one_winner_each() {
    let objects: Arc<dyn Objects> = Arc::new(MemoryObjects::new());
    let desk = Desk::on(objects.clone()).await;
    let other = open(objects).await;
    let apps = [&desk.app, &other];
    let contests = (0..40).map(|number| {
        let app = apps[number % 2];
        async move { save_surely(app, &SYSTEM, published("Contested"), &format!("k{number}")).await.unwrap() }
    });
    let ids = futures_util::future::join_all(contests).await;
    for app in apps {
        let snapshot = app.log.fresh(Duration::ZERO).await.unwrap();
        let slugs: BTreeSet<String> = ids.iter().map(|id| snapshot.state.post(*id).unwrap().slug).collect();
        let expected = (1..=40).map(|n| if n == 1 { "contested".to_owned() } else { format!("contested-{n}") });
        assert_eq!(slugs, expected.collect());
    }
}

#[tokio::test]
async fn of_two_editors_from_one_base_one_is_told() {
    let objects: Arc<dyn Objects> = Arc::new(MemoryObjects::new());
    let desk = Desk::on(objects.clone()).await;
    let other = open(objects).await;
    for round in 0..10 {
        let post = desk.save(&Role::Editor, published(&format!("round {round}"))).await.unwrap();
        other.log.fresh(Duration::ZERO).await.unwrap();
        let change = |title: &str| {
            let save = SavePost { id: Some(post.id), base: Some(post.revision), ..titled(title) };
            Edit::SavePost(Box::new(save))
        };
        let (a, b) = tokio::join!(
            publish::apply(&desk.app, &SYSTEM, change("a"), None),
            publish::apply(&other, &SYSTEM, change("b"), None)
        );
        let (won, lost, title) = if a.is_ok() { (a, b, "a") } else { (b, a, "b") };
        let Outcome::Post { revision, .. } = won.unwrap().outcome else { panic!() };
        let lost = lost.unwrap_err();
        assert!(matches!(lost, PublishError::Conflict { current } if current == revision), "{lost:?}");
        let snapshot = desk.app.log.fresh(Duration::ZERO).await.unwrap();
        assert_eq!(snapshot.state.post(post.id).unwrap().title, title);
    }
}

/// Scripts that write to one post without a break: each is prepared on what the one before left, none is turned away.
#[tokio::test]
async fn many_saves_of_one_post_wait_for_each_other() {
    let desk = Desk::new().await;
    let post = desk.save(&Role::Editor, published("counter")).await.unwrap();
    let saves = (0..64).map(|number| {
        let save = SavePost { id: Some(post.id), ..titled(&format!("version {number}")) };
        publish::apply(&desk.app, &SYSTEM, Edit::SavePost(Box::new(save)), None)
    });
    for saved in futures_util::future::join_all(saves).await {
        saved.unwrap();
    }
    assert_eq!(desk.site().state.revisions(post.id).len(), 65);
}

#[tokio::test]
async fn edits_of_different_fields_without_a_base_are_merged() {
    let objects: Arc<dyn Objects> = Arc::new(MemoryObjects::new());
    let desk = Desk::on(objects.clone()).await;
    let other = open(objects).await;
    let post = desk.save(&Role::Editor, published("merge")).await.unwrap();
    other.log.fresh(Duration::ZERO).await.unwrap();
    let meta =
        |key: String| SavePost { id: Some(post.id), meta: vec![(key, vec!["v".to_owned()])], ..SavePost::default() };
    let saves = (0..12).map(|number| {
        let app = if number % 2 == 0 { &desk.app } else { &other };
        save_surely_owned(app, meta(format!("key{number}")), number)
    });
    futures_util::future::join_all(saves).await;
    let snapshot = desk.app.log.fresh(Duration::ZERO).await.unwrap();
    let post = snapshot.state.post(post.id).unwrap();
    let body = desk.body(&post).await;
    assert_eq!(body.meta.len(), 12, "no edit undid another: {:?}", body.meta);
    assert_eq!(snapshot.state.revisions(post.id).len(), 13);
}

async fn save_surely_owned(app: &App, save: SavePost, number: usize) {
    save_surely(app, &SYSTEM, save, &format!("m{number}")).await.unwrap();
}

/// Posts of two servers over a store that fails often are there exactly once, with their bodies.
async fn survives(within: Arc<dyn Objects>, seed: u64, posts: usize) {
    let desk = Desk::on(within.clone()).await;
    let rates = Rates { refused: 60, applied_then: 40, reply_lost: 60, twice: 40, truncated: 20, ..Rates::default() };
    let servers = [seed, seed + 1000].map(|seed| {
        let objects = FaultyObjects::new(within.clone(), faulty::seeded(seed, rates));
        Arc::new(objects) as Arc<dyn Objects>
    });
    let mut apps = Vec::new();
    for objects in servers {
        apps.push(open_surely(objects).await);
    }
    let saves = (0..posts).map(|number| {
        let app = &apps[number % 2];
        async move {
            let save = published(&format!("Post {}", number / 2));
            (number, save_surely(app, &SYSTEM, save, &format!("s{number}")).await.unwrap())
        }
    });
    let acknowledged = futures_util::future::join_all(saves).await;

    // a server that was not there sees all of it, over the store as it is
    let witness = open(within).await;
    let snapshot = witness.log.fresh(Duration::ZERO).await.unwrap();
    let mut slugs = BTreeSet::new();
    let mut ids = BTreeSet::new();
    for (number, id) in &acknowledged {
        let post = snapshot.state.post(*id).unwrap_or_else(|| panic!("post {number} is lost (seed {seed})"));
        assert_eq!(post.title, format!("Post {}", number / 2));
        let body = witness.revisions.get(post.id, post.revision).await.unwrap();
        assert_eq!((body.title.as_str(), body.post), (post.title.as_str(), post.id));
        assert!(slugs.insert(post.slug.clone()), "slug {} twice (seed {seed})", post.slug);
        assert!(ids.insert(*id));
    }
    let made = (0..posts).flat_map(|number| {
        let base = format!("post-{}", number / 2);
        (1..=9).map(move |n| if n == 1 { base.clone() } else { format!("{base}-{n}") })
    });
    let all: BTreeSet<PostId> = made.flat_map(|slug| snapshot.state.posts_by_slug(&PostType::Post, &slug)).collect();
    assert_eq!(all, ids, "every post once, none twice (seed {seed})");
    drop(desk);
}

async fn open_surely(objects: Arc<dyn Objects>) -> Arc<App> {
    let key = || SiteKey::from_bytes(KEY);
    for _ in 0..50 {
        let opened = App::from_parts(config(), objects.clone(), key(), Clock::System, Ids::System).await;
        if let Ok(app) = opened {
            return app;
        }
    }
    panic!("cannot be opened")
}

#[tokio::test(start_paused = true)]
async fn a_failing_memory_store_loses_and_doubles_nothing() {
    for seed in [1, 2, 3] {
        survives(Arc::new(MemoryObjects::new()), seed, 40).await;
    }
}

#[tokio::test]
async fn a_failing_directory_loses_and_doubles_nothing() {
    let directory = tempfile::tempdir().unwrap();
    survives(Arc::new(EmbeddedObjects::open(directory.path()).unwrap()), 7, 20).await;
}
