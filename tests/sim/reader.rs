//! Those who comment on the site: what they were told, held against every comment there ever was.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
    time::Duration,
};

use bucketpress::{
    app::App,
    content::{Actor, CommentId, PostId, edit::SaveComment},
    publish::{self, Outcome, Posted, PublishError},
    store::{
        Effect, Objects, RowKey, Table, codec,
        log::{Condition, Entry, Machine as _},
    },
};
use tokio::time::sleep;

use crate::{
    desk, editor,
    machine::{Handle, Machine},
    world::World,
};

/// What became of a comment, as far as its writer knows.
#[derive(Clone, Debug)]
pub enum Told {
    /// With the entry and the number of the comment.
    Committed(u64, CommentId),
    Held,
    Refused(String),
    /// Or nothing at all: the connection broke.
    Unknown,
}

/// Comments through any server, until the run is over.
pub async fn comment(world: Arc<World>) {
    loop {
        sleep(world.rest(if world.chance(50) { 20 } else { 3000 })).await;
        let Some(server) = world.any_server(|server| server.app.clone()) else { continue };
        let Some(post) = some_post(&world, &server.service) else { continue };
        let number = {
            let mut comments = world.comments.lock();
            comments.push(Told::Unknown);
            comments.len() - 1
        };
        let told = ask(&world, server, post, number).await;
        if let Told::Committed(seq, _) = told {
            world.acknowledged.lock().push((world.now(), seq));
        }
        world.comments.lock()[number] = told;
    }
}

fn some_post(world: &World, app: &App) -> Option<PostId> {
    let site = app.log.current();
    let posts = site.state.tables().table(Table::Posts);
    let index = (!posts.is_empty()).then(|| world.below(posts.len() as u64) as usize)?;
    match posts.keys().nth(index) {
        Some(RowKey::Number(id)) => Some(PostId(id)),
        _ => None,
    }
}

async fn ask(world: &Arc<World>, server: Handle<App>, post: PostId, number: usize) -> Told {
    let actor = Actor::Anonymous { ip: format!("10.{}.{}.{}", number >> 16, (number >> 8) & 255, number & 255) };
    let save = SaveComment {
        post: Some(post),
        author_name: Some(format!("reader {number}")),
        author_email: Some(format!("reader{number}@example.org")),
        content: Some(text(number)),
        ..SaveComment::default()
    };
    let here = world.clone();
    let answer = server.ask(async move |app| {
        let result = publish::comment(&app, &actor, save).await;
        match &result {
            Ok(Posted::Committed(commit)) => editor::acknowledged(&here, &app.log, commit.seq),
            Ok(Posted::Held(_)) => {
                here.count("held");
                if app.log.health() != Condition::Healthy {
                    here.violated(format!(
                        "I10: comment {number} was held by a server that was {:?}",
                        app.log.health()
                    ));
                }
            }
            Err(_) => {}
        }
        result
    });
    match answer.await {
        Some(Ok(Posted::Committed(commit))) => match commit.outcome {
            Outcome::Comment { id, .. } => Told::Committed(commit.seq, id),
            other => panic!("comment {number} became {other:?}"),
        },
        Some(Ok(Posted::Held(_))) => Told::Held,
        Some(Err(PublishError::Unknown)) | None => Told::Unknown,
        Some(Err(PublishError::Corrupt(reason))) => panic!("comment {number} was told of damage: {reason}"),
        Some(Err(error)) => Told::Refused(error.to_string()),
    }
}

fn text(number: usize) -> String {
    format!("comment {number}")
}

/// What a server does now and then: folds in what waits.
pub async fn fold(world: Arc<World>, app: Arc<App>) {
    loop {
        sleep(world.rest(10_000)).await;
        let before = app.overflow.counts().folded;
        // Failing is allowed: the next time tries again.
        publish::fold(&app).await.ok();
        if app.overflow.counts().folded > before {
            world.count("folded");
        }
    }
}

/// In the end everything is folded in.
pub async fn fold_all(world: &Arc<World>) {
    let app = desk::open(world, 0, &Machine::new()).await.unwrap();
    loop {
        publish::fold(&app).await.unwrap();
        if world.bucket.list("overflow/", None, 1).await.unwrap().entries.is_empty() {
            return;
        }
        assert_eq!(app.overflow.counts().broken, 0, "a comment cannot be folded in");
        sleep(Duration::from_secs(30)).await;
    }
}

/// I1 and I2 for comments: what was acknowledged, as committed or as held, was made once; what was refused, never.
pub fn check(world: &World, entries: &[Entry]) {
    let mut made: BTreeMap<String, BTreeSet<(u64, u64)>> = BTreeMap::new();
    let mut known = BTreeSet::new();
    let effects = entries.iter().flat_map(|entry| entry.transactions.iter().map(move |edit| (entry.seq, edit)));
    for (seq, effect) in effects.flat_map(|(seq, edit)| edit.effects.iter().map(move |effect| (seq, effect))) {
        let Effect::Put { table: Table::Comments, key: RowKey::Number(id), row } = effect else { continue };
        if known.insert(*id) {
            made.entry(codec::comment::decode(row).unwrap().content).or_default().insert((seq, *id));
        }
    }
    for (number, told) in world.comments.lock().iter().enumerate() {
        let found = made.remove(&text(number)).unwrap_or_default();
        assert!(found.len() <= 1, "I2: comment {number}, {told:?}, was made {} times", found.len());
        match told {
            Told::Committed(seq, id) => {
                assert!(found.contains(&(*seq, id.0)), "I1: comment {number} is not where it was said to be: {told:?}");
            }
            Told::Held => assert!(!found.is_empty(), "I1: comment {number} was held and is nowhere"),
            Told::Refused(why) => assert!(found.is_empty(), "comment {number} was refused ({why}) and is there"),
            Told::Unknown => {}
        }
    }
}
