//! Creating, changing and deleting terms.

use actix_web::http::StatusCode;

use super::{TermKind, find, item};
use crate::{
    content::{Edit, TermId, edit::SaveTerm},
    http::{
        error::HttpError,
        rest::{
            call::{Answer, Call},
            menus,
            schema::Context,
            shape::Wanted,
        },
    },
    publish::{Commit, Outcome},
};

pub async fn create(kind: &TermKind, mut call: Call) -> Result<Answer, HttpError> {
    let mut save = fields(kind, &call)?;
    save.taxonomy = Some(kind.taxonomy.clone());
    let commit = call.commit(Edit::SaveTerm(Box::new(save))).await?;
    let Outcome::Term { id, .. } = commit.outcome else {
        return Err(HttpError::internal(&format_args!("saving a term gave {:?}", commit.outcome)));
    };
    menus::place(kind, &mut call, id).await?;
    let location = call.href(&format!("{}/{id}", kind.rest_base));
    Ok(show(kind, call, id, &commit)?.created(location))
}

pub async fn update(kind: &TermKind, mut call: Call) -> Result<Answer, HttpError> {
    let term = find(kind, &call)?;
    let mut save = fields(kind, &call)?;
    save.id = Some(term.id);
    let commit = call.commit(Edit::SaveTerm(Box::new(save))).await?;
    menus::place(kind, &mut call, term.id).await?;
    show(kind, call, term.id, &commit)
}

pub async fn delete(kind: &TermKind, mut call: Call) -> Result<Answer, HttpError> {
    let term = find(kind, &call)?;
    if call.flag("force") != Some(true) {
        let message = "Terms do not support trashing. Set 'force=true' to delete.";
        return Err(HttpError::new(StatusCode::NOT_IMPLEMENTED, "rest_trash_not_supported", message));
    }
    let previous = item(kind, &call, &term);
    let commit = call.commit(Edit::DeleteTerm { id: term.id }).await?;
    Ok(Answer::deleted(previous).acknowledging(&commit))
}

fn fields(kind: &TermKind, call: &Call) -> Result<SaveTerm, HttpError> {
    let text = |name: &str| call.text(name).map(str::to_owned);
    let parent = call.integer("parent").filter(|_| kind.hierarchical).map(|id| u64::try_from(id).unwrap_or(0));
    if let Some(parent) = parent.filter(|id| *id != 0)
        && call.site().term(TermId(parent)).is_none_or(|term| term.taxonomy != kind.taxonomy)
    {
        return Err(HttpError::bad_request("rest_term_invalid", "Parent term does not exist."));
    }
    Ok(SaveTerm {
        name: text("name"),
        slug: text("slug"),
        description: text("description"),
        parent: parent.map(|id| (id != 0).then_some(TermId(id))),
        ..SaveTerm::default()
    })
}

fn show(kind: &TermKind, mut call: Call, id: TermId, commit: &Commit) -> Result<Answer, HttpError> {
    call.context = Context::Edit;
    call.wanted = Wanted::new(Context::Edit, None);
    let term = call.site().term(id);
    let term = term.ok_or_else(|| HttpError::not_found("rest_term_invalid", "Term does not exist."))?;
    Ok(Answer::ok(item(kind, &call, &term)).acknowledging(commit))
}
