//! Clients that do not say from which version they changed a post (XML-RPC has no way to, the API need not) go over
//! whatever was saved meanwhile, as in WordPress. What they replace stays a revision, and both are told: whose it was by the
//! editor when they open the post, and here by mail; who wrote over it by a link in the API's answer, and after XML-RPC by mail.

use super::{Commit, Outcome};
use crate::{
    app::App,
    content::{Actor, Edit, Post, Revision, RevisionEntry, User, edit::SavePost},
    mail::Letter,
    render::title,
};

/// A version that a save took the place of without having named it.
struct Replaced {
    post: Post,
    before: RevisionEntry,
    owner: User,
    writer: User,
}

/// Writes to whoever saved the version that `edit` replaced unseen, if letters leave this machine. Costs nothing but a
/// look into memory where nobody was.
pub(super) async fn tell_owner(app: &App, actor: &Actor, edit: &Edit, commit: &Commit) {
    let Some(found) = replaced(app, actor, edit, commit).await else { return };
    let Replaced { post, before, owner, writer } = &found;
    let text = format!(
        "{} has saved this with a program that does not say from which version it began. What you saved at {} UTC is no \
         longer what the post says.",
        writer.display_name, before.saved_at,
    );
    if app.told.may(post.id, owner.id, false, app.clock.monotonic()) {
        send(app, &found, owner, ("was saved over your version", &text));
    }
}

/// Writes to the writer themselves, for clients whose answer cannot say it.
pub async fn tell_writer(app: &App, actor: &Actor, edit: &Edit, commit: &Commit) {
    let Some(found) = replaced(app, actor, edit, commit).await else { return };
    let Replaced { post, before, owner, writer } = &found;
    let text = format!(
        "Your program saved this over a version that {} had saved at {} UTC, perhaps after you had read it.",
        owner.display_name, before.saved_at,
    );
    if app.told.may(post.id, writer.id, true, app.clock.monotonic()) {
        send(app, &found, writer, ("was saved over another version", &text));
    }
}

async fn replaced(app: &App, actor: &Actor, edit: &Edit, commit: &Commit) -> Option<Replaced> {
    let (Edit::SavePost(save), Some(by)) = (edit, actor.user()) else { return None };
    let Outcome::Post { id, revision, created: false } = commit.outcome else { return None };
    if save.base.is_some() || !app.mail.is_sent() {
        return None;
    }
    let at = app.log.current();
    let entries = at.state.revisions(id);
    let place = entries.iter().position(|entry| entry.revision == revision)?;
    let before = entries.get(place.checked_sub(1)?)?.clone();
    if before.author == by {
        return None;
    }
    // It was read to prepare the edit.
    let body = app.revisions.get(id, before.revision).await.ok()?;
    let (post, owner, writer) = (at.state.post(id)?, at.state.user(before.author)?, at.state.user(by)?);
    differs(save, &body).then_some(Replaced { post, before, owner, writer })
}

/// Whether any text is another than that of the version before.
fn differs(save: &SavePost, before: &Revision) -> bool {
    let changes = |given: &Option<String>, was: &str| given.as_deref().is_some_and(|given| given != was);
    changes(&save.title, &before.title)
        || changes(&save.content, &before.content)
        || changes(&save.excerpt, &before.excerpt)
}

fn send(app: &App, found: &Replaced, to: &User, (what, text): (&str, &str)) {
    if to.email.is_empty() {
        return;
    }
    let at = app.log.current();
    let settings = at.state.settings();
    let (site, name) = (title::text(&settings.title), title::text(&found.post.title));
    let url = url::Url::parse(&settings.site_url).ok();
    let host = url.as_ref().and_then(url::Url::domain).unwrap_or("localhost").to_owned();
    let home = settings.site_url.trim_end_matches('/');
    let text = format!(
        "“{name}”\n\n{text}\n\nNothing is lost: that version is kept. Here the two can be compared, and it can be brought \
         back:\n\n{home}/wp-admin/revision.php?revision={}&post={}\n",
        found.before.number, found.post.id,
    );
    app.mail.post(&Letter { to: to.email.clone(), subject: format!("[{site}] “{name}” {what}"), text, host, site });
}
