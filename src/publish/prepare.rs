//! What an edit needs before it can be planned: ids for its bodies, the body it changes, clean HTML.

use std::sync::Arc;

use super::{
    PublishError, numbers,
    plan::{Prepared, setup_bodies},
};
use crate::{
    app::App,
    cache::LoadError,
    content::{Actor, Arrival, Capability, ContentFormat, Edit, Powers, Revision, RevisionId, edit::SavePost},
    index::Site,
    render::{content::clean_markdown, sanitize},
};

/// Prepares `edit` from the newest state this server has.
///
/// Refuses nothing: whether the edit is allowed is for `plan` to say, against a confirmed state.
pub(super) async fn prepare(app: &App, actor: &Actor, edit: &Arc<Edit>) -> Result<Prepared, PublishError> {
    let snapshot = app.log.current();
    let site = &snapshot.state;
    let new_revision = || RevisionId(app.ids.ulid(&app.clock));
    // Also within one millisecond, and after a server whose clock is ahead, a save sorts after what it replaces.
    let revision_after = |base: RevisionId| {
        const RANDOM_BITS: u32 = 80;
        let id = new_revision();
        let random = id.0 & ((1 << RANDOM_BITS) - 1);
        if id > base { id } else { RevisionId((((base.0 >> RANDOM_BITS) + 1) << RANDOM_BITS) | random) }
    };
    let mut prepared = Prepared {
        actor: actor.clone(),
        edit: edit.clone(),
        filtered: false,
        now: match &**edit {
            // whenever it gets in, it was written when it arrived
            Edit::SaveComment(save) => save.arrival.map_or_else(|| app.clock.now(), Arrival::at),
            _ => app.clock.now(),
        },
        bodies: Vec::new(),
        base: None,
    };
    match &**edit {
        Edit::SavePost(save) => {
            match save.id {
                Some(id) => {
                    let post = site.post(id);
                    let revision = post.as_ref().map_or_else(new_revision, |post| revision_after(post.revision));
                    prepared.bodies.push((id, revision));
                    if let Some(post) = post {
                        prepared.base = Some(app.revisions.get(id, post.revision).await.map_err(load_error)?);
                    }
                }
                None => prepared.bodies.push((numbers::take_post(app).await?, new_revision())),
            }
            filter(site, &mut prepared);
        }
        Edit::Setup(_) if site.is_new() => {
            for _ in 0..setup_bodies() {
                prepared.bodies.push((numbers::take_post(app).await?, new_revision()));
            }
        }
        _ => filter(site, &mut prepared),
    }
    Ok(prepared)
}

/// Reduces HTML to what everyone may use, unless the actor may use all of it.
///
/// Descriptions of terms and users are short texts that show in many places: theirs is reduced for everybody.
fn filter(site: &Site, prepared: &mut Prepared) {
    let user = prepared.actor.user().and_then(|id| site.user(id));
    let unfiltered = Powers::of(&prepared.actor, user.as_ref()).can(Capability::UnfilteredHtml);
    prepared.filtered = !unfiltered;
    let edit = match &*prepared.edit {
        Edit::SaveTerm(save) => {
            let mut save = save.clone();
            clean(&mut save.description, sanitize::clean_comment);
            Edit::SaveTerm(save)
        }
        Edit::SaveUser(save) => {
            let mut save = save.clone();
            clean(&mut save.description, sanitize::clean_comment);
            Edit::SaveUser(save)
        }
        Edit::SaveComment(save) if !unfiltered => {
            let mut save = save.clone();
            clean(&mut save.content, sanitize::clean_comment);
            Edit::SaveComment(save)
        }
        Edit::SavePost(save) if !unfiltered => {
            let mut save = save.clone();
            filter_post(&mut save, prepared.base.as_deref());
            Edit::SavePost(save)
        }
        _ => return,
    };
    prepared.edit = Arc::new(edit);
}

/// Reduces the texts of `save`, whose post has the body `base`, to what everyone may use.
pub(super) fn filter_post(save: &mut SavePost, base: Option<&Revision>) {
    clean(&mut save.title, sanitize::clean_comment);
    clean(&mut save.excerpt, sanitize::clean_post);
    let was = base.map(|base| base.format).unwrap_or_default();
    let format = save.format.unwrap_or(was);
    if format != was && save.content.is_none() {
        // clean as the one is not clean as the other
        save.content = base.map(|base| base.content.clone());
    }
    match format {
        ContentFormat::Html => clean(&mut save.content, sanitize::clean_post),
        ContentFormat::Markdown => clean(&mut save.content, clean_markdown),
    }
}

fn clean(text: &mut Option<String>, clean: fn(&str) -> String) {
    if let Some(text) = text {
        *text = clean(text);
    }
}

pub(super) fn load_error(error: LoadError) -> PublishError {
    match error {
        LoadError::Corrupt { .. } => PublishError::Corrupt(error.to_string()),
        LoadError::Unavailable(reason) => PublishError::Busy(reason),
    }
}
