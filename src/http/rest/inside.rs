//! The API asked from inside the program, for a page that brings its first answers along.

use std::sync::Arc;

use actix_web::web::Data;
use serde_json::{Map, Value, json};

use super::{
    Tables,
    engine::{self, Incoming, Scene},
    posts::kind::PostKind,
    terms::TermKind,
};
use crate::{
    app::App,
    http::{error::HttpError, guard::Identity},
    index::Site,
    store::log::Snapshot,
};

/// One state of the site as one user may see it through the API.
#[derive(Clone, Debug)]
pub struct Inside {
    scene: Scene,
}

impl Inside {
    pub fn new(app: &Data<App>, tables: &Tables, at: Arc<Snapshot<Site>>, identity: Identity) -> Self {
        let table = tables.for_types(&at.state.settings().types);
        let now = app.clock.now();
        Self { scene: Scene { app: app.clone(), table, at, now, identity: Arc::new(identity) } }
    }

    pub fn at(&self) -> &Arc<Snapshot<Site>> {
        &self.scene.at
    }

    pub fn site(&self) -> &Site {
        &self.scene.at.state
    }

    /// The API's side of a post type; `None` for types that are not in the API.
    pub fn kind(&self, post_type: &str) -> Option<&Arc<PostKind>> {
        self.scene.table.post_kinds.iter().find(|kind| kind.post_type.name() == post_type)
    }

    /// All of them.
    pub fn kinds(&self) -> impl Iterator<Item = &Arc<PostKind>> {
        self.scene.table.post_kinds.iter()
    }

    /// The API's side of all taxonomies.
    pub fn taxonomies(&self) -> impl Iterator<Item = &Arc<TermKind>> {
        self.scene.table.term_kinds.iter()
    }

    /// `path` is below `/wp-json` and may have a query.
    ///
    /// # Errors
    /// What the API answers.
    pub async fn get(&self, path: &str) -> Result<Value, HttpError> {
        self.ask("GET", path).await.answer.map(|answer| answer.body)
    }

    /// Answers in the shape `@wordpress/api-fetch` preloads: `{path: {body, headers}}`, those to `OPTIONS` under that
    /// name. What the API refuses is left out: the editor asks again and is told why.
    pub async fn preload(&self, get: &[String], options: &[String]) -> Value {
        let (mut answers, mut allowed) = (Map::new(), Map::new());
        for path in get {
            let outcome = self.ask("GET", path).await;
            let Ok(answer) = outcome.answer else { continue };
            let mut headers = Map::new();
            headers.insert("Allow".to_owned(), outcome.allow.join(", ").into());
            if let Some((total, pages)) = answer.total {
                headers.insert("X-WP-Total".to_owned(), total.to_string().into());
                headers.insert("X-WP-TotalPages".to_owned(), pages.to_string().into());
            }
            answers.insert(path.clone(), json!({ "body": answer.body, "headers": headers }));
        }
        for path in options {
            let outcome = self.ask("OPTIONS", path).await;
            if outcome.answer.is_ok() {
                // The editor reads what it may do, not the description.
                allowed.insert(path.clone(), json!({ "body": {}, "headers": { "Allow": outcome.allow.join(", ") } }));
            }
        }
        answers.insert("OPTIONS".to_owned(), allowed.into());
        answers.into()
    }

    async fn ask(&self, method: &str, path: &str) -> engine::Outcome {
        let (path, query) = path.split_once('?').unwrap_or((path, ""));
        let query = match super::params::parse(query) {
            Ok(query) => query,
            Err(error) => return error.into(),
        };
        let incoming = Incoming {
            method: method.to_owned(),
            path: path.to_owned(),
            query,
            body: Map::new(),
            upload: None,
            idempotency_key: None,
            base: None,
            agent: String::new(),
        };
        engine::answer(&self.scene, incoming).await
    }
}
