//! The terms of a taxonomy: categories, tags and the site's own.

use std::sync::Arc;

use actix_web::{Error, HttpRequest, HttpResponse, web::Query};
use serde::Deserialize;

use super::{POSTS, boot::Boot, show};
use crate::http::{
    admin::{
        page,
        permit::{Ask, Desk, not_for_you, refused},
        shown::Visit,
    },
    error::HttpError,
    rest::TermKind,
};

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Asked {
    taxonomy: String,
}

/// May manage the terms of the taxonomy asked for.
#[derive(Debug)]
pub struct ManageTerms {
    kind: Arc<TermKind>,
}

impl Ask for ManageTerms {
    type Said = Query<Asked>;

    async fn permit(visit: &Visit, _: &HttpRequest, said: Query<Asked>) -> Result<Self, Error> {
        let taxonomy = if said.taxonomy.is_empty() { "post_tag" } else { &said.taxonomy };
        let kind = visit.inside.taxonomies().find(|kind| kind.is_listed() && kind.taxonomy.name() == taxonomy);
        let Some(kind) = kind else {
            let error = HttpError::bad_request("invalid_taxonomy", "there is no list of terms of this taxonomy");
            return Err(refused(page::error(&visit.front, &error, "Not a list", (POSTS, "Back to your posts"))));
        };
        if !visit.user.can(kind.manage()) {
            let text =
                "Your account may use categories and tags, but not change them. An administrator can change that.";
            return Err(not_for_you(visit, text));
        }
        Ok(Self { kind: kind.clone() })
    }
}

/// `/wp-admin/edit-tags.php`: the terms of a taxonomy; tags, where none is named.
pub async fn list(desk: Desk<ManageTerms>, request: HttpRequest) -> Result<HttpResponse, HttpError> {
    let Desk { visit, asked: ManageTerms { kind } } = &desk;
    let boot = Boot { visit, screen: "terms", post_type: "" };
    let boot = boot.with_terms(&kind.rest_base, request.query_string()).await?;
    show(visit, &request, &kind.label, &boot).await
}
