//! What each kind of edit changes: pure functions of a state and a prepared edit, one file each.
//!
//! They run against every state the edit may land on, so they read nothing but their arguments.

mod app_password;
mod changes;
mod comment;
pub(super) mod comment_rules;
mod import;
mod import_amend;
mod options;
mod permit;
mod post;
mod post_date;
mod post_fields;
mod post_life;
pub(super) mod setup;
mod slugs;
mod term;
mod term_delete;
mod user;
mod user_delete;

use std::sync::Arc;

use jiff::Timestamp;

use self::changes::ROWS_PER_COMMIT_MAX;
pub(super) use self::{
    changes::{Changes, Planned},
    post_fields::CONTENT_BYTES_MAX,
};
use crate::{
    content::{Actor, Capability, Edit, PostId, Powers, Revision, RevisionId, edit::IdKind},
    index::Site,
    publish::{Outcome, PublishError, times::SiteTime},
};

/// Bodies a set-up writes.
pub(super) fn setup_bodies() -> usize {
    setup::BODIES
}

/// An edit with everything `plan` needs that is not in the state.
#[derive(Clone, Debug)]
pub(super) struct Prepared {
    pub actor: Actor,
    /// Bodies and texts already cleaned as `filtered` says.
    pub edit: Arc<Edit>,
    /// HTML in the edit has been reduced to what everyone may use.
    pub filtered: bool,
    /// When the edit was asked for: the `now` of every date it sets.
    pub now: Timestamp,
    /// Ids for bodies this edit writes, in order: the post (reserved, or the one edited) and the new revision.
    pub bodies: Vec<(PostId, RevisionId)>,
    /// The current revision of the post edited, as far as this server knew.
    pub base: Option<Arc<Revision>>,
}

/// Why an edit was not planned.
#[derive(Clone, Debug)]
pub(super) enum Reject {
    /// The answer to who asked.
    Refused(PublishError),
    /// Prepared from a state that is no longer the newest: prepare again.
    Stale,
}

impl From<PublishError> for Reject {
    fn from(error: PublishError) -> Self {
        Self::Refused(error)
    }
}

/// The rows and bodies `prepared` makes of `site`.
///
/// # Errors
/// `Refused` when the rules forbid it; `Stale` when the preparation does not fit this state.
pub(super) fn plan(site: &Site, prepared: &Prepared) -> Result<Planned, Reject> {
    let context = Context::new(site, prepared);
    let holds_html = matches!(&*prepared.edit, Edit::SavePost(_) | Edit::SaveComment(_));
    if holds_html && !prepared.filtered && !context.powers.can(Capability::UnfilteredHtml) {
        // the actor has lost the capability since
        return Err(Reject::Stale);
    }
    let planned = match &*prepared.edit {
        Edit::Setup(setup) => return setup::plan(&context, setup),
        Edit::SavePost(save) => return post::plan(&context, save),
        Edit::Import(batch) => return import::plan(&context, batch),
        Edit::TrashPost { id, base } => post_life::trash(&context, *id, *base),
        Edit::UntrashPost { id } => post_life::untrash(&context, *id),
        Edit::DeletePost { id } => post_life::delete(&context, *id),
        Edit::SaveTerm(save) => term::plan(&context, save),
        Edit::DeleteTerm { id } => term_delete::plan(&context, *id),
        Edit::SaveUser(save) => user::plan(&context, save),
        Edit::DeleteUser { id, reassign } => user_delete::plan(&context, *id, *reassign),
        Edit::SaveComment(save) => comment::save(&context, save),
        Edit::DeleteComment { id } => comment::delete(&context, *id),
        Edit::SetOptions(options) => options::plan(&context, options),
        Edit::SaveAppPassword(password) => app_password::save(&context, password),
        Edit::RevokeAppPasswords { user, uuid } => app_password::revoke(&context, *user, uuid.as_deref()),
        Edit::NoteAppPasswordUse(uses) => app_password::note_use(&context, uses),
        Edit::ReserveIds { kind, count } => reserve(&context, *kind, *count),
    };
    planned.map_err(Reject::from)
}

fn reserve(context: &Context<'_>, kind: IdKind, count: u64) -> Result<Planned, PublishError> {
    if !matches!(context.prepared.actor, Actor::System(_)) {
        return Err(permit::forbidden("rest_forbidden", "ids are reserved by the system alone"));
    }
    let count = count.clamp(1, IDS_PER_BLOCK_MAX);
    let mut changes = Changes::new(context.site);
    let first = changes.take_ids(kind, count);
    Ok(changes.finish(Outcome::Ids { first, count }))
}

/// Most ids one server reserves at once.
const IDS_PER_BLOCK_MAX: u64 = 10_000;

/// What every plan looks at.
pub(super) struct Context<'a> {
    pub site: &'a Site,
    pub prepared: &'a Prepared,
    pub powers: Powers,
    pub time: SiteTime,
}

impl<'a> Context<'a> {
    pub(super) fn new(site: &'a Site, prepared: &'a Prepared) -> Self {
        let user = prepared.actor.user().and_then(|id| site.user(id));
        Self {
            site,
            prepared,
            powers: Powers::of(&prepared.actor, user.as_ref()),
            time: SiteTime::new(site.settings(), prepared.now),
        }
    }
}
