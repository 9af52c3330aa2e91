//! Autosaves: what somebody has written into a post and not saved.

use std::sync::Arc;

use serde_json::Value;

use super::{
    action::{Action, Verb},
    call::{Answer, Call},
    describe,
    posts::{self, kind::PostKind, params, permit as allowed},
    revisions::{self, Copied},
    schema::{EDIT, Fields, Schema},
    table::{self, Route},
};
use crate::{
    app::{autosaves, editing},
    content::{Autosave, Edit, Post, PostStatus, Revision, SiteZone, edit::SavePost},
    http::{error::HttpError, nonce},
    publish,
};

/// `fields` are those of the posts.
pub fn routes(kind: &Arc<PostKind>, fields: &Fields) -> Vec<Route> {
    let mut item = revisions::item(kind);
    let link = Schema::uri("Address of its preview.").within(EDIT).readonly();
    item.fields.push(("preview_link".into(), link));
    let item = Arc::new(item);
    let base = kind.rest_base.as_str();
    let action = |verb| Action::Autosaves(verb, kind.clone());
    let parent = || ("parent".into(), Schema::integer("Id of the post."));
    let mut texts = params::update(fields);
    texts.retain(|(name, _)| name != "id" && name != "parent");
    texts.insert(0, parent());
    vec![
        Route::under(base, "*/<id:number>/autosaves")
            .on(table::GET, action(Verb::List), vec![parent(), describe::context()])
            .on(table::POST, action(Verb::Create), texts)
            .item(&item),
        Route::under(base, "*/<parent:number>/autosaves/<id:number>")
            .on(table::GET, action(Verb::Get), vec![parent(), params::id(), describe::context()])
            .item(&item),
    ]
}

pub fn permit(verb: Verb, kind: &PostKind, call: &Call) -> Result<(), HttpError> {
    if verb == Verb::Create {
        return allowed::permit(Verb::Update, kind, call);
    }
    let post = revisions::parent(kind, call)?;
    if !allowed::may_edit(call, kind, &post) {
        let message = "Sorry, you are not allowed to view autosaves of this post.";
        return Err(call.refuse("rest_cannot_read", message));
    }
    Ok(())
}

pub async fn run(verb: Verb, kind: &PostKind, call: Call) -> Result<Answer, HttpError> {
    let post = revisions::parent(kind, &call)?;
    if verb == Verb::Create {
        return create(kind, call, &post).await;
    }
    let found = autosaves::of_post(&call.app, &post).await?;
    let base = call.app.revisions.get(post.id, post.revision).await?;
    if verb == Verb::List {
        let mut items = Vec::with_capacity(found.len());
        for one in &found {
            items.push(view(kind, &call, &post, one, &base).await?);
        }
        return Ok(Answer::ok(items.into()));
    }
    let id = call.url_id("id");
    let one = found.iter().find(|one| one.number.0 == id);
    let missing = || HttpError::not_found("rest_post_no_autosave", "There is no autosave revision for this post.");
    Ok(Answer::ok(view(kind, &call, &post, one.ok_or_else(missing)?, &base).await?))
}

/// Drops the caller's own autosave; `missing` is the answer where the number is not its. As in WordPress an autosave is
/// among the revisions by its number.
pub async fn delete(kind: &PostKind, mut call: Call, post: &Post, missing: HttpError) -> Result<Answer, HttpError> {
    let (id, user) = (call.url_id("id"), call.identity.user_id());
    let found = autosaves::of_post(&call.app, post).await?;
    let own = found.iter().find(|one| one.number.0 == id && Some(one.user) == user).ok_or(missing)?;
    revisions::must_be_forced(&call)?;
    posts::edit_context(&mut call);
    let base = call.app.revisions.get(post.id, post.revision).await?;
    let previous = view(kind, &call, post, own, &base).await?;
    autosaves::remove(&call.app, post.id, own.user).await?;
    Ok(Answer::deleted(previous))
}

/// An own draft that nobody else has saved since, nor is writing in, is saved itself, as in WordPress; else the texts are
/// kept beside the post. So they are where the client names the revision it started from: that needs no commit, and
/// whoever names it knows to tell people of it. Only what was never saved at all becomes a draft even so.
async fn create(kind: &PostKind, mut call: Call, post: &Post) -> Result<Answer, HttpError> {
    let text = |name: &str| posts::raw_text(&call.args, name);
    let texts = SavePost {
        id: Some(post.id),
        base: call.base,
        title: text("title"),
        content: text("content"),
        excerpt: text("excerpt"),
        ..SavePost::default()
    };
    posts::edit_context(&mut call);
    let base = call.app.revisions.get(post.id, post.revision).await?;
    let beside = call.base.is_some() && post.status != PostStatus::AutoDraft;
    if !beside && is_own_draft(&call, post, &base) && !others_write_in(&call, post).await? {
        match save_draft(kind, &mut call, post, &base, texts.clone()).await {
            Err(error) if error.code == "rest_revision_conflict" => {}
            outcome => return outcome,
        }
    }
    let kept = publish::autosave(&call.app, &call.identity.actor(), post.id, texts).await;
    let kept = kept.map_err(|error| HttpError::from(error).for_caller(call.signed_in()))?;
    // Somebody may have saved the post meanwhile: the texts are shown with the post as it is now.
    let post = call.app.log.current().state.post(post.id).unwrap_or_else(|| post.clone());
    Ok(Answer::ok(view(kind, &call, &post, &kept, &base).await?))
}

fn is_own_draft(call: &Call, post: &Post, base: &Revision) -> bool {
    let own = call.identity.user_id() == Some(post.author) && base.saved_by == post.author;
    own && matches!(post.status, PostStatus::Draft | PostStatus::AutoDraft)
}

async fn others_write_in(call: &Call, post: &Post) -> Result<bool, HttpError> {
    let held = editing::holder(&call.app, post.id).await?;
    Ok(held.is_some_and(|held| Some(held.user) != call.identity.user_id()))
}

async fn save_draft(
    kind: &PostKind,
    call: &mut Call,
    post: &Post,
    base: &Revision,
    texts: SavePost,
) -> Result<Answer, HttpError> {
    let mut committed = None;
    if !says_the_same(&texts, base) || post.status == PostStatus::AutoDraft {
        let save = SavePost {
            base: Some(call.base.unwrap_or(post.revision)),
            status: (post.status == PostStatus::AutoDraft).then_some(PostStatus::Draft),
            ..texts
        };
        committed = Some(call.commit(Edit::SavePost(Box::new(save))).await?);
    }
    let post = call.site().post(post.id).unwrap_or_else(|| post.clone());
    let body = call.app.revisions.get(post.id, post.revision).await?;
    let copy = Copied {
        id: post.id,
        parent: post.parent,
        author: post.author,
        local: post.modified,
        gmt: post.modified_gmt,
        slug: post.slug.clone(),
        token: post.revision,
    };
    let mut item = revisions::shown(kind, call, &post, &copy, Some(&body)).await?;
    item.insert("preview_link".to_owned(), preview_link(call, &post, None).into());
    let answer = Answer { revision: Some(post.revision), ..Answer::ok(call.present(item)) };
    Ok(match &committed {
        Some(commit) => answer.acknowledging(commit),
        None => answer,
    })
}

fn says_the_same(texts: &SavePost, base: &Revision) -> bool {
    let same = |given: &Option<String>, old: &String| given.as_ref().is_none_or(|given| given == old);
    same(&texts.title, &base.title) && same(&texts.content, &base.content) && same(&texts.excerpt, &base.excerpt)
}

async fn view(
    kind: &PostKind,
    call: &Call,
    post: &Post,
    autosave: &Autosave,
    base: &Revision,
) -> Result<Value, HttpError> {
    let body = Revision {
        title: autosave.title.clone(),
        content: autosave.content.clone(),
        excerpt: autosave.excerpt.clone(),
        ..base.clone()
    };
    let copy = Copied {
        id: autosave.number,
        parent: Some(post.id),
        author: autosave.user,
        local: SiteZone::of(call.site().settings()).to_local(autosave.saved_at),
        gmt: autosave.saved_at,
        slug: format!("{}-autosave-v1", post.id),
        token: autosave.base,
    };
    let mut item = revisions::shown(kind, call, post, &copy, Some(&body)).await?;
    item.insert("preview_link".to_owned(), preview_link(call, post, Some(autosave)).into());
    Ok(call.present(item))
}

/// Where the texts can be seen. The nonce is part of the address for WordPress's clients: who may see an autosave
/// follows from the sign-in, not from the address.
fn preview_link(call: &Call, post: &Post, autosave: Option<&Autosave>) -> String {
    let link = call.site().permalink(post);
    let separator = if link.contains('?') { '&' } else { '?' };
    let unsaved = autosave.map(|autosave| {
        let action = format!("post_preview_{}", post.id);
        let nonce = nonce::create_for_visitor(&call.app, &action, &autosave.user.to_string());
        format!("preview_id={}&preview_nonce={nonce}&", post.id)
    });
    format!("{link}{separator}{}preview=true", unsaved.unwrap_or_default())
}
