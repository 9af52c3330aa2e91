//! One call of a method: what handlers see.

use std::sync::Arc;

use actix_web::web::Data;
use futures_util::{StreamExt, TryStreamExt, stream};
use jiff::Timestamp;

use super::{
    fault::Fault,
    table::Method,
    value::{Moment, Value},
};
use crate::{
    content::{Actor, Capability, Edit, Post, PostId, Powers, Revision, User, UserId, edit::DateChange},
    http::front::Front,
    index::Site,
    publish::{self, Commit, Outcome},
    store::log::Snapshot,
};

/// Bodies read from the store at a time.
const READ_AT_ONCE: usize = 16;
/// Items of one list.
pub const LIST_MAX: usize = 500;

#[derive(Debug)]
pub struct Call {
    pub front: Data<Front>,
    pub at: Arc<Snapshot<Site>>,
    pub now: Timestamp,
    pub user: Option<Arc<User>>,
    pub powers: Powers,
    pub ip: String,
    pub agent: String,
    pub method: &'static Method,
    pub args: Vec<Value>,
    /// The newest log entry this call has made.
    pub committed: Option<u64>,
}

impl Call {
    pub fn site(&self) -> &Site {
        &self.at.state
    }

    pub fn can(&self, capability: Capability) -> bool {
        self.powers.can(capability)
    }

    /// The caller; nobody is 0.
    pub fn user_id(&self) -> UserId {
        self.user.as_ref().map(|user| user.id).unwrap_or_default()
    }

    pub fn home(&self) -> &str {
        &self.site().settings().home
    }

    /// An absolute address.
    pub fn url(&self, path: &str) -> String {
        format!("{}{path}", self.home())
    }

    /// The parameter of this name, if it was sent.
    pub fn arg(&self, name: &str) -> Option<&Value> {
        let place = self.method.params.iter().position(|param| param.name == name)?;
        self.args.get(place).filter(|value| !matches!(value, Value::Nil))
    }

    pub fn text(&self, name: &str) -> String {
        self.arg(name).and_then(Value::as_text).unwrap_or_default()
    }

    pub fn id(&self, name: &str) -> u64 {
        self.arg(name).map(Value::as_id).unwrap_or_default()
    }

    pub fn flag(&self, name: &str) -> bool {
        self.arg(name).is_some_and(Value::as_flag)
    }

    pub fn fields(&self, name: &str) -> Fields {
        Fields(self.arg(name).cloned().unwrap_or(Value::Nil))
    }

    /// How many items a list may have at most: the parameter, within bounds. 0 and less mean all.
    pub fn limit(&self, name: &str, otherwise: usize) -> usize {
        self.arg(name).map_or(otherwise, bounded)
    }

    pub fn actor(&self) -> Actor {
        match &self.user {
            Some(user) => Actor::User(user.id),
            None => Actor::Anonymous { ip: self.ip.clone() },
        }
    }

    /// Commits an edit for the caller and moves on to a state that has it.
    ///
    /// # Errors
    /// As `publish::apply`, as faults.
    pub async fn commit(&mut self, edit: Edit) -> Result<Commit, Fault> {
        let commit = publish::apply(&self.front.app, &self.actor(), edit, None).await?;
        self.reach(&commit).await;
        Ok(commit)
    }

    pub async fn reach(&mut self, commit: &Commit) {
        self.committed = self.committed.max(Some(commit.seq));
        self.at = self.front.app.log.reach(commit.seq).await;
    }

    /// Saves a post and gives its id.
    pub async fn save_post(&mut self, save: crate::content::edit::SavePost) -> Result<PostId, Fault> {
        let edit = Edit::SavePost(Box::new(save));
        let commit = self.commit(edit.clone()).await?;
        publish::tell_writer(&self.front.app, &self.actor(), &edit, &commit).await;
        match commit.outcome {
            Outcome::Post { id, .. } => Ok(id),
            other => Err(crate::http::error::HttpError::internal(&format_args!("saving a post gave {other:?}")).into()),
        }
    }

    /// A post's current body.
    pub async fn body(&self, post: &Post) -> Result<Arc<Revision>, Fault> {
        Ok(self.front.app.revisions.get(post.id, post.revision).await?)
    }

    /// The posts that are there, with their bodies, in this order.
    pub async fn bodies(&self, ids: &[PostId]) -> Result<Vec<(Post, Arc<Revision>)>, Fault> {
        let posts: Vec<Post> = ids.iter().filter_map(|id| self.site().post(*id)).collect();
        let reads: Vec<_> = posts.iter().map(|post| self.body(post)).collect();
        let bodies: Vec<_> = stream::iter(reads).buffered(READ_AT_ONCE).try_collect().await?;
        Ok(posts.into_iter().zip(bodies).collect())
    }
}

/// A struct as a client sent it.
#[derive(Clone, Debug)]
pub struct Fields(pub Value);

impl Fields {
    pub fn get(&self, name: &str) -> Option<&Value> {
        self.0.get(name).filter(|value| !matches!(value, Value::Nil))
    }

    pub fn text(&self, name: &str) -> Option<String> {
        self.get(name).and_then(Value::as_text)
    }

    /// A text that says something.
    pub fn filled(&self, name: &str) -> Option<String> {
        self.text(name).filter(|text| !text.is_empty())
    }

    pub fn id(&self, name: &str) -> Option<u64> {
        self.get(name).map(Value::as_id)
    }

    pub fn flag(&self, name: &str) -> Option<bool> {
        self.get(name).map(Value::as_flag)
    }

    /// # Errors
    /// 400 for what is no date.
    pub fn moment(&self, name: &str) -> Result<Option<Moment>, Fault> {
        let Some(value) = self.get(name).filter(|value| !value.is_empty()) else { return Ok(None) };
        let no_date = || Fault::arguments(format!("{name} must be a date such as 20261126T13:25:11."));
        value.as_moment().map(Some).ok_or_else(no_date)
    }

    pub fn limit(&self, name: &str, otherwise: usize) -> usize {
        self.get(name).map_or(otherwise, bounded)
    }

    pub fn offset(&self) -> usize {
        self.get("offset").and_then(Value::as_number).and_then(|number| usize::try_from(number).ok()).unwrap_or(0)
    }
}

fn bounded(value: &Value) -> usize {
    let number = value.as_number().and_then(|number| usize::try_from(number).ok()).filter(|number| *number > 0);
    number.unwrap_or(LIST_MAX).min(LIST_MAX)
}

/// What a date of a client asks for: `gmt` says that the member holds UTC whether the date says so or not.
pub fn change(moment: Moment, gmt: bool) -> DateChange {
    if gmt || moment.utc { DateChange::Gmt(moment.at) } else { DateChange::Local(moment.at) }
}
