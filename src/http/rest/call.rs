//! One request of the API after routing and validation, and its answer: what resources see instead of HTTP.

use std::sync::Arc;

use actix_web::{http::StatusCode, web::Data};
use jiff::Timestamp;
use serde_json::{Map, Value};

use super::{
    media::upload::Upload,
    schema::Context,
    shape::{self, Wanted},
    table::{ItemSchema, Table},
};
use crate::{
    app::App,
    content::{Actor, Capability, Edit, RevisionId},
    http::{error::HttpError, guard::Identity},
    index::Site,
    publish::{self, Commit},
    store::log::Snapshot,
};

/// What is asked, by whom, of which state. The state is one and the same to the end of the request.
#[derive(Clone, Debug)]
pub struct Call {
    pub app: Data<App>,
    pub at: Arc<Snapshot<Site>>,
    pub now: Timestamp,
    pub identity: Arc<Identity>,
    pub table: Arc<Table>,
    /// What items here look like.
    pub item: Option<Arc<ItemSchema>>,
    /// Parameters found in the path, as text.
    pub url: Map<String, Value>,
    /// Described parameters, typed, with defaults.
    pub args: Map<String, Value>,
    pub context: Context,
    pub wanted: Wanted,
    pub idempotency_key: Option<String>,
    /// The revision a save is based on, from `If-Match`.
    pub base: Option<RevisionId>,
    /// What the client says it is (`User-Agent`).
    pub agent: String,
    /// The file that came with the request.
    pub upload: Option<Arc<Upload>>,
}

impl Call {
    pub fn site(&self) -> &Site {
        &self.at.state
    }

    /// `https://host/wp-json/wp/v2/…` for a path within the namespace.
    pub fn href(&self, path: &str) -> String {
        format!("{}/wp-json/wp/v2/{path}", self.site().settings().home)
    }

    pub fn signed_in(&self) -> bool {
        self.identity.signed_in()
    }

    pub fn can(&self, capability: Capability) -> bool {
        self.identity.can(capability)
    }

    /// An item cut to the context of the request.
    pub fn present(&self, item: Map<String, Value>) -> Value {
        match &self.item {
            Some(schema) => shape::in_context(Value::Object(item), &schema.fields, self.context),
            None => Value::Object(item),
        }
    }

    /// 401 or 403, as it fits the caller.
    pub fn refuse(&self, code: &'static str, message: &'static str) -> HttpError {
        HttpError::forbidden(self.signed_in(), code, message)
    }

    pub fn text(&self, name: &str) -> Option<&str> {
        self.args.get(name).and_then(Value::as_str)
    }

    pub fn integer(&self, name: &str) -> Option<i64> {
        self.args.get(name).and_then(Value::as_i64)
    }

    pub fn flag(&self, name: &str) -> Option<bool> {
        self.args.get(name).and_then(Value::as_bool)
    }

    /// A list of positive integers: ids. Others cannot name anything and are left out.
    pub fn ids(&self, name: &str) -> Vec<u64> {
        self.args.get(name).map(ids_of).unwrap_or_default()
    }

    pub fn texts(&self, name: &str) -> Vec<&str> {
        let items = self.args.get(name).and_then(Value::as_array);
        items.map(|items| items.iter().filter_map(Value::as_str).collect()).unwrap_or_default()
    }

    /// The number the path names; 0, which nothing has, when it is too large.
    pub fn url_id(&self, name: &str) -> u64 {
        self.url.get(name).and_then(Value::as_str).and_then(|text| text.parse().ok()).unwrap_or(0)
    }

    pub fn url_text(&self, name: &str) -> &str {
        self.url.get(name).and_then(Value::as_str).unwrap_or_default()
    }

    /// `page` and `per_page`, or `offset`, as offset and limit.
    pub fn window(&self) -> (usize, usize) {
        let size = |name: &str, otherwise: usize| {
            self.integer(name).and_then(|number| usize::try_from(number).ok()).unwrap_or(otherwise)
        };
        let limit = size("per_page", 10);
        let page = size("page", 1).max(1);
        (size("offset", (page - 1).saturating_mul(limit)), limit)
    }

    /// Commits an edit for the caller and moves on to a state that has it.
    ///
    /// # Errors
    /// As `publish::apply`, in the caller's terms.
    pub async fn commit(&mut self, edit: Edit) -> Result<Commit, HttpError> {
        let actor = self.identity.actor();
        let key = self.idempotency_key.clone();
        let commit = publish::apply(&self.app, &actor, edit, key).await;
        let commit = commit.map_err(|error| HttpError::from(error).for_caller(self.signed_in()))?;
        self.at = self.app.log.reach(commit.seq).await;
        Ok(commit)
    }

    /// Commits what the site itself needs before the caller's edit, whatever the caller may do.
    ///
    /// # Errors
    /// As [`Call::commit`].
    pub async fn commit_as_system(&mut self, edit: Edit) -> Result<Commit, HttpError> {
        let commit = publish::apply(&self.app, &Actor::System("rest"), edit, None).await?;
        self.at = self.app.log.reach(commit.seq).await;
        Ok(commit)
    }
}

pub fn ids_of(value: &Value) -> Vec<u64> {
    value.as_array().map(|items| items.iter().filter_map(Value::as_u64).collect()).unwrap_or_default()
}

/// What a resource answers. Items are whole; the engine cuts them to context and `_fields`.
#[derive(Clone, Debug)]
pub struct Answer {
    pub status: StatusCode,
    pub body: Value,
    /// Sent in place of the body where the client asked for another form: type and text.
    pub other_form: Option<(&'static str, String)>,
    /// Of a collection: items and pages in all.
    pub total: Option<(usize, usize)>,
    /// Address of the new item.
    pub location: Option<String>,
    /// `Link` headers beside those of paging.
    pub links: Vec<String>,
    /// Revision token, for `ETag`.
    pub revision: Option<RevisionId>,
    /// The log entry this answer acknowledges.
    pub committed: Option<u64>,
}

impl Answer {
    pub fn ok(body: Value) -> Self {
        Self {
            status: StatusCode::OK,
            body,
            other_form: None,
            total: None,
            location: None,
            links: Vec::new(),
            revision: None,
            committed: None,
        }
    }

    /// One page of a collection.
    pub fn page(call: &Call, items: Vec<Value>, total: usize) -> Self {
        let (_, limit) = call.window();
        Self { total: Some((total, total.div_ceil(limit.max(1)))), ..Self::ok(Value::Array(items)) }
    }

    #[must_use]
    pub fn created(mut self, location: String) -> Self {
        self.status = StatusCode::CREATED;
        self.location = Some(location);
        self
    }

    #[must_use]
    pub fn acknowledging(mut self, commit: &Commit) -> Self {
        self.committed = Some(commit.seq);
        self
    }

    /// `{"deleted": true, "previous": …}`
    pub fn deleted(previous: Value) -> Self {
        let members = [("deleted".to_owned(), Value::Bool(true)), ("previous".to_owned(), previous)];
        Self::ok(Value::Object(members.into_iter().collect()))
    }
}
