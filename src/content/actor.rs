//! Who asks for an edit, and what they may do.

use super::{Capability, Post, PostStatus, PostType, Role, User, UserId, capability::TypeCapabilities};

/// The author of an edit, as it is written into the log. Permissions are decided from it inside `plan`,
/// against the state the edit lands on, never from what the caller remembered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Actor {
    /// A reader without an account: may comment where comments are open.
    Anonymous {
        ip: String,
    },
    User(UserId),
    /// The operator's command line, the importer, first-run set-up: may do everything.
    System(&'static str),
}

impl Actor {
    /// How the log names this actor: `user:5`, `cli`, `anonymous`.
    pub fn label(&self) -> String {
        match self {
            Self::Anonymous { .. } => "anonymous".to_owned(),
            Self::User(id) => format!("user:{id}"),
            Self::System(name) => (*name).to_owned(),
        }
    }

    pub fn user(&self) -> Option<UserId> {
        match self {
            Self::User(id) => Some(*id),
            Self::Anonymous { .. } | Self::System(_) => None,
        }
    }
}

/// What an actor may do in one state of the site: the primitive capabilities of their roles, and WordPress's
/// "meta" capabilities that depend on the thing at hand.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Powers {
    user: Option<UserId>,
    /// The system itself.
    everything: bool,
    roles: Vec<Role>,
}

impl Powers {
    /// `user` is the row of the actor's account in that state; an actor whose account is gone may do nothing.
    pub fn of(actor: &Actor, user: Option<&User>) -> Self {
        let user = user.filter(|user| actor.user() == Some(user.id));
        Self {
            user: user.map(|user| user.id),
            everything: matches!(actor, Actor::System(_)),
            roles: user.map(|user| user.roles.clone()).unwrap_or_default(),
        }
    }

    pub fn user(&self) -> Option<UserId> {
        self.user
    }

    pub fn can(&self, capability: Capability) -> bool {
        self.everything || self.roles.iter().any(|role| role.capabilities().contains(&capability))
    }

    /// `create_posts`
    pub fn can_create(&self, post_type: &PostType) -> bool {
        self.can(TypeCapabilities::of(post_type).create)
    }

    /// `publish_posts`
    pub fn can_publish(&self, post_type: &PostType) -> bool {
        self.can(TypeCapabilities::of(post_type).publish)
    }

    /// `edit_others_posts`
    pub fn can_edit_others(&self, post_type: &PostType) -> bool {
        self.can(TypeCapabilities::of(post_type).edit_others)
    }

    /// `edit_post`
    pub fn can_edit(&self, post: &Post) -> bool {
        let needs = TypeCapabilities::of(&post.post_type);
        self.can_all(post, needs.edit, needs.edit_others, needs.edit_published, needs.edit_private)
    }

    /// `delete_post`
    pub fn can_delete(&self, post: &Post) -> bool {
        let needs = TypeCapabilities::of(&post.post_type);
        self.can_all(post, needs.delete, needs.delete_others, needs.delete_published, needs.delete_private)
    }

    /// `read_post`, password aside. `public`: the state says anyone may see it now.
    pub fn can_read(&self, post: &Post, public: bool) -> bool {
        public
            || self.is_author(post)
            || (post.status == PostStatus::Private && self.can(TypeCapabilities::of(&post.post_type).read_private))
            || self.can_edit(post)
    }

    /// `edit_user`
    pub fn can_edit_user(&self, id: UserId) -> bool {
        self.user == Some(id) || self.can(Capability::EditUsers)
    }

    /// `edit_comment`: moderators, and those who may edit the post it is on.
    pub fn can_edit_comment(&self, post: Option<&Post>) -> bool {
        match post {
            Some(post) => self.can(Capability::ModerateComments) || self.can_edit(post),
            None => self.can(Capability::ModerateComments),
        }
    }

    fn is_author(&self, post: &Post) -> bool {
        self.user == Some(post.author)
    }

    fn can_all(
        &self,
        post: &Post,
        own: Capability,
        others: Capability,
        published: Capability,
        private: Capability,
    ) -> bool {
        // what lies in the trash is ruled as what it was
        let before_trash = post.trashed_from.as_ref().map(|(status, _)| status);
        let status = before_trash.filter(|_| post.status == PostStatus::Trash).unwrap_or(&post.status);
        let is_published = matches!(status, PostStatus::Publish | PostStatus::Future);
        if self.is_author(post) {
            return self.can(if is_published { published } else { own });
        }
        let also = match status {
            PostStatus::Publish | PostStatus::Future => Some(published),
            PostStatus::Private => Some(private),
            _ => None,
        };
        self.can(others) && also.is_none_or(|capability| self.can(capability))
    }
}
