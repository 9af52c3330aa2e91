//! The write flow through the real app: rules of every edit, conflicts, contests, faults.

mod comments;
mod faults;
mod import;
mod life;
mod options;
mod overflow;
mod posts;
mod stale;
mod tags;
mod terms;
mod users;

use std::{collections::BTreeMap, sync::Arc};

use bucketpress::{
    app::App,
    clock::Clock,
    content::{
        Actor, CommentId, Edit, Post, PostId, PostStatus, Revision, RevisionId, Role, Taxonomy, TermId, UserId,
        edit::{SaveComment, SavePost, SaveTerm, SaveUser, Setup},
    },
    id::Ids,
    index::Site,
    publish::{self, Commit, Outcome, PublishError},
    store::{Objects, log::Snapshot, memory::MemoryObjects, seal::SiteKey},
};

use crate::support::config;

const KEY: [u8; 32] = [9; 32];
const SYSTEM: Actor = Actor::System("test");

/// A site with one user of each role.
struct Desk {
    app: Arc<App>,
    users: BTreeMap<Role, UserId>,
}

async fn open(objects: Arc<dyn Objects>) -> Arc<App> {
    App::from_parts(config(), objects, SiteKey::from_bytes(KEY), Clock::System, Ids::System).await.unwrap()
}

fn setup() -> Edit {
    Edit::Setup(Box::new(Setup {
        url: "https://example.org/".to_owned(),
        title: "Test & Trial".to_owned(),
        admin_login: "admin".to_owned(),
        admin_email: "admin@example.org".to_owned(),
        admin_password_sealed: None,
        time_zone: "Europe/Berlin".to_owned(),
    }))
}

impl Desk {
    async fn new() -> Self {
        Self::on(Arc::new(MemoryObjects::new())).await
    }

    async fn on(objects: Arc<dyn Objects>) -> Self {
        let app = open(objects).await;
        publish::apply(&app, &SYSTEM, setup(), None).await.unwrap();
        let mut desk = Self { app, users: BTreeMap::new() };
        let admin = desk.site().state.user_by_login("admin").unwrap().id;
        desk.users.insert(Role::Administrator, admin);
        for role in [Role::Editor, Role::Author, Role::Contributor, Role::Subscriber] {
            let save = SaveUser {
                login: Some(role.name().to_owned()),
                email: Some(format!("{}@example.org", role.name())),
                roles: Some(vec![role.clone()]),
                ..SaveUser::default()
            };
            let Outcome::User { id, created: true } = desk.edit(Edit::SaveUser(Box::new(save))).await else {
                panic!("no user made")
            };
            desk.users.insert(role, id);
        }
        desk
    }

    fn site(&self) -> Arc<Snapshot<Site>> {
        self.app.log.current()
    }

    fn actor(&self, role: &Role) -> Actor {
        Actor::User(self.users[role])
    }

    async fn by(&self, actor: &Actor, edit: Edit) -> Result<Commit, PublishError> {
        publish::apply(&self.app, actor, edit, None).await
    }

    /// As the system; must succeed.
    async fn edit(&self, edit: Edit) -> Outcome {
        self.by(&SYSTEM, edit).await.unwrap().outcome
    }

    async fn save(&self, role: &Role, save: SavePost) -> Result<Post, PublishError> {
        let commit = self.by(&self.actor(role), Edit::SavePost(Box::new(save))).await?;
        let Outcome::Post { id, .. } = commit.outcome else { panic!("{commit:?}") };
        Ok(self.post(id))
    }

    fn post(&self, id: PostId) -> Post {
        self.site().state.post(id).unwrap()
    }

    async fn body(&self, post: &Post) -> Arc<Revision> {
        self.app.revisions.get(post.id, post.revision).await.unwrap()
    }

    async fn term(&self, save: SaveTerm) -> Result<TermId, PublishError> {
        let commit = self.by(&self.actor(&Role::Administrator), Edit::SaveTerm(Box::new(save))).await?;
        let Outcome::Term { id, .. } = commit.outcome else { panic!("{commit:?}") };
        Ok(id)
    }

    async fn comment(&self, actor: &Actor, save: SaveComment) -> Result<CommentId, PublishError> {
        let commit = self.by(actor, Edit::SaveComment(Box::new(save))).await?;
        let Outcome::Comment { id, .. } = commit.outcome else { panic!("{commit:?}") };
        Ok(id)
    }
}

fn titled(title: &str) -> SavePost {
    SavePost { title: Some(title.to_owned()), content: Some("text".to_owned()), ..SavePost::default() }
}

fn published(title: &str) -> SavePost {
    SavePost { status: Some(PostStatus::Publish), ..titled(title) }
}

fn category(name: &str) -> SaveTerm {
    SaveTerm { taxonomy: Some(Taxonomy::new("category")), name: Some(name.to_owned()), ..SaveTerm::default() }
}

/// WordPress's code of a refusal.
fn code<T: std::fmt::Debug>(result: Result<T, PublishError>) -> &'static str {
    match result.unwrap_err() {
        PublishError::Invalid { code, .. }
        | PublishError::Forbidden { code, .. }
        | PublishError::NotFound { code, .. }
        | PublishError::Exists { code, .. } => code,
        other => panic!("{other:?}"),
    }
}
