//! The same weather for the real site: editors publish through `publish::apply`, and what they were told is held
//! against the log, the posts' bodies and WordPress's rules for slugs.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use bucketpress::{
    app::{App, AppError},
    config::{self, Config, Layers},
    content::{
        Actor, Edit, Post, PostId, PostStatus, PostType, RevisionId, Taxonomy,
        edit::{SavePost, SaveTerm, Setup},
    },
    index::Site,
    publish::{self, Commit, Outcome, PublishError},
    store::{
        Effect, Key, Objects, RowKey, Table, codec,
        log::{Entry, Machine as _, OpenError, Transaction},
        seal::SiteKey,
    },
};
use tokio::time::sleep;

use crate::{
    editor,
    machine::{Handle, Machine},
    world::{SITE_KEY, World},
};

const EDITOR: Actor = Actor::System("simulation");
const TITLES: [&str; 4] = ["Hello", "News", "About us", "2026"];
const ATTEMPTS: usize = 4;

/// One edit of the site and the answers to it.
#[derive(Clone, Debug)]
pub struct DeskOp {
    pub post: Option<PostId>,
    pub base: Option<RevisionId>,
    pub told: Vec<Result<Commit, String>>,
    /// A save of a post, whose body says which.
    pub saves: bool,
}

/// Opens the site through a store that may fail, and founds it if nobody has.
pub async fn open(world: &Arc<World>, index: usize, machine: &Machine) -> Option<Arc<App>> {
    let app = loop {
        let key = SiteKey::from_bytes(SITE_KEY);
        match App::from_parts(config(), world.store(index), key, world.clock(Some(machine)), world.ids()).await {
            Ok(app) => break app,
            Err(AppError::Log { source: OpenError::Object(_), .. }) => sleep(world.millis(1000)).await,
            Err(error) => {
                world.violated(format!("server {index} does not open: {error}"));
                return None;
            }
        }
    };
    while app.log.current().state.is_new() {
        let setup = Setup {
            url: "https://example.org".to_owned(),
            title: "Simulated".to_owned(),
            admin_login: "admin".to_owned(),
            admin_email: "admin@example.org".to_owned(),
            admin_password_sealed: None,
            time_zone: "Europe/Berlin".to_owned(),
        };
        // Refused when another server was first; unknown when the store fails: look again.
        publish::apply(&app, &EDITOR, Edit::Setup(Box::new(setup)), None).await.ok();
        sleep(world.millis(500)).await;
        app.log.fresh(std::time::Duration::ZERO).await.ok();
    }
    Some(app)
}

fn config() -> Config {
    let flags = vec![("store.location", "memory:".to_owned())];
    config::load(&Layers { file: None, environment: Vec::new(), flags }).unwrap()
}

/// Edits through any server, until the run is over.
pub async fn edit(world: Arc<World>) {
    loop {
        sleep(world.rest(if world.chance(30) { 20 } else { 1500 })).await;
        let Some(server) = world.any_server(|server| server.app.clone()) else { continue };
        let (edit, op) = random_edit(&world, &server.service);
        let number = {
            let mut ops = world.desk_ops.lock();
            ops.push(op);
            ops.len() - 1
        };
        let edit = marked(edit, number);
        let keyed = world.chance(50);
        insist(&world, server, number, keyed, edit).await;
    }
}

async fn insist(world: &Arc<World>, mut server: Handle<App>, number: usize, keyed: bool, edit: Edit) {
    for _ in 0..if keyed { ATTEMPTS } else { 1 } {
        let (here, key, edit) = (world.clone(), keyed.then(|| number.to_string()), edit.clone());
        let answer = server.ask(async move |app| {
            let result = publish::apply(&app, &EDITOR, edit, key).await;
            if let Ok(commit) = &result {
                editor::acknowledged(&here, &app.log, commit.seq);
            }
            result
        });
        let result = answer.await.unwrap_or(Err(PublishError::Unknown));
        if let Ok(commit) = &result {
            world.acknowledged.lock().push((world.now(), commit.seq));
        }
        if let Err(PublishError::Corrupt(reason)) = &result {
            world.violated(format!("op {number} was told of damage: {reason}"));
        }
        let open = matches!(result, Err(PublishError::Unknown | PublishError::Busy(_)));
        world.desk_ops.lock()[number].told.push(result.map_err(|error| error.to_string()));
        if !open {
            return;
        }
        sleep(world.millis(10_000)).await;
        server = world.any_server(|server| server.app.clone()).unwrap_or(server);
    }
}

fn random_edit(world: &World, app: &App) -> (Edit, DeskOp) {
    let site = app.log.current();
    let title = TITLES[world.below(TITLES.len() as u64) as usize].to_owned();
    let posts = site.state.tables().table(Table::Posts);
    let some = (!posts.is_empty()).then(|| world.below(posts.len() as u64) as usize);
    let known = some.and_then(|index| match posts.keys().nth(index) {
        Some(RowKey::Number(id)) => site.state.post(PostId(id)),
        _ => None,
    });
    let mut op = DeskOp { post: known.as_ref().map(|post| post.id), base: None, told: Vec::new(), saves: false };
    let edit = match (world.below(100), known) {
        (0..8, _) => {
            op.post = None;
            let save =
                SaveTerm { taxonomy: Some(Taxonomy("category".into())), name: Some(title), ..SaveTerm::default() };
            Edit::SaveTerm(Box::new(save))
        }
        (8..18, Some(post)) => Edit::TrashPost { id: post.id, base: None },
        (18..28, Some(post)) => Edit::UntrashPost { id: post.id },
        (28..60, Some(post)) => {
            op.saves = true;
            op.base = world.chance(50).then_some(post.revision);
            let status = [None, Some(PostStatus::Publish), Some(PostStatus::Draft)][world.below(3) as usize].clone();
            let slug = world.chance(50).then_some(title);
            let save = SavePost { id: Some(post.id), base: op.base, slug, status, ..SavePost::default() };
            Edit::SavePost(Box::new(save))
        }
        (_, known) => {
            op.saves = true;
            op.post = None;
            let page = world.chance(40);
            let parent = known.filter(|post| page && post.post_type == PostType::Page && world.chance(50));
            let save = SavePost {
                post_type: Some(if page { PostType::Page } else { PostType::Post }),
                title: Some(title),
                status: Some(if world.chance(80) { PostStatus::Publish } else { PostStatus::Draft }),
                parent: parent.map(|post| Some(post.id)),
                ..SavePost::default()
            };
            Edit::SavePost(Box::new(save))
        }
    };
    (edit, op)
}

/// The body says which edit it is.
fn marked(mut edit: Edit, number: usize) -> Edit {
    if let Edit::SavePost(save) = &mut edit {
        save.content = Some(format!("op {number}"));
    }
    edit
}

/// I5 on the real state: after every edit, each post it touched has an id of its own and a slug nobody else has.
pub fn ids_and_slugs_are_unique(created: &mut BTreeSet<u64>, before: &Site, transaction: &Transaction, after: &Site) {
    let summary = &transaction.summary;
    for effect in &transaction.effects {
        let Effect::Put { table: Table::Posts, key: RowKey::Number(id), .. } = effect else { continue };
        let known = before.post(PostId(*id)).is_some();
        assert!(known || created.insert(*id), "I5: post {id} was created twice, again by {summary}");
        let Some(post) = after.post(PostId(*id)) else { continue };
        let rivals = rivals(after, &post);
        assert!(rivals.is_empty(), "I5: {summary}: posts {rivals:?} share the slug {:?} of {post:?}", post.slug);
    }
}

/// Other posts reached under the same slug.
fn rivals(site: &Site, post: &Post) -> Vec<PostId> {
    let unfinished =
        |post: &Post| matches!(post.status, PostStatus::Draft | PostStatus::Pending | PostStatus::AutoDraft);
    if post.slug.is_empty() || unfinished(post) {
        return Vec::new();
    }
    let same = site.posts_by_slug(&post.post_type, &post.slug).into_iter().filter_map(|id| site.post(id));
    same.filter(|other| other.id != post.id && !unfinished(other))
        .filter(|other| post.post_type != PostType::Page || other.parent == post.parent)
        .map(|other| other.id)
        .collect()
}

/// What editors were told about posts, against the log and the bodies in the bucket.
pub async fn check(world: &World, entries: &[Entry], last: &Site) {
    let ops = world.desk_ops.lock().clone();
    let mut created: BTreeMap<PostId, usize> = BTreeMap::new();
    let mut based: BTreeMap<(PostId, RevisionId), usize> = BTreeMap::new();
    for (number, op) in ops.iter().enumerate() {
        let commits: Vec<&Commit> = op.told.iter().flatten().collect();
        assert!(commits.windows(2).all(|pair| pair[0] == pair[1]), "I2: op {number} was told two stories: {commits:?}");
        let Some(commit) = commits.first() else { continue };
        let Outcome::Post { id, revision, created: new } = commit.outcome else { continue };
        let entry = &entries[commit.seq as usize - 1];
        assert!(touches(entry, id), "I1: op {number}: entry {} does not touch post {id}", entry.seq);
        assert!(last.post(id).is_some(), "I1: post {id} of op {number} is gone");
        if new && let Some(other) = created.insert(id, number) {
            panic!("I5: ops {other} and {number} both created post {id}");
        }
        if let Some(base) = op.base
            && let Some(other) = based.insert((id, base), number)
        {
            panic!("ops {other} and {number} both replaced revision {base} of post {id}: one save was lost");
        }
        if op.saves {
            let key = Key::Revision { post: id, revision }.path();
            let body = world.bucket.get(&key, None).await.unwrap_or_else(|_| panic!("I4: {key} is not there")).body;
            let body = codec::revision::decode(&body).unwrap();
            assert_eq!(body.content, format!("op {number}"), "{key} is not what op {number} saved");
        }
    }
    for (_, row) in last.tables().table(Table::Posts).iter() {
        let post = codec::post::decode(&row).unwrap();
        let key = Key::Revision { post: post.id, revision: post.revision }.path();
        assert!(world.bucket.head(&key).await.is_ok(), "I4: post {} names {key}, which is not there", post.id);
    }
}

fn touches(entry: &Entry, id: PostId) -> bool {
    let mut effects = entry.transactions.iter().flat_map(|transaction| &transaction.effects);
    effects.any(
        |effect| matches!(effect, Effect::Put { table: Table::Posts, key: RowKey::Number(key), .. } if *key == id.0),
    )
}
