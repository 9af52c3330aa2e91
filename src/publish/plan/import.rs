//! `Import`: whole rows under the ids the importer chose.
//!
//! What `sources` says was imported before is left as it is by now: nothing is made twice, and what editors
//! have changed or deleted since stays so.

use std::collections::HashSet;

use super::{
    Changes, Context, Planned, Reject, import_amend, options,
    permit::{forbidden, invalid},
    post_fields,
    slugs::{self, Wanted},
};
use crate::{
    content::{
        Capability, Comment, Post, PostStatus, PostType, Revision, Term, User,
        edit::{IdKind, ImportBatch},
    },
    publish::{Outcome, PublishError},
};

/// Rows of one batch.
const ROWS_MAX: usize = 2000;
/// A post dated this many seconds ahead is scheduled, whatever the export calls it.
const SCHEDULED_SECONDS: i64 = 60;

pub(super) fn plan(context: &Context<'_>, batch: &ImportBatch) -> Result<Planned, Reject> {
    if !context.powers.can(Capability::Import) {
        return Err(forbidden("rest_forbidden", "you may not import").into());
    }
    let rows = batch.users.len() + batch.terms.len() + batch.posts.len() + batch.comments.len() + batch.options.len();
    let rows = rows + batch.amended.len();
    if rows > ROWS_MAX {
        let message = format!("a batch of an import has at most {ROWS_MAX} rows");
        return Err(invalid("rest_invalid_param", "batch", message).into());
    }
    let done = Done::of(context, batch);
    let mut changes = Changes::new(context.site);
    for (kind, id) in &batch.promised {
        changes.promise(*kind, *id);
    }
    for user in &batch.users {
        import_user(context, &mut changes, user)?;
    }
    let mut taken = Taken::default();
    for term in batch.terms.iter().filter(|term| !done.has("term", term.id.0)) {
        import_term(context, &mut changes, term, &mut taken)?;
    }
    for (post, body) in batch.posts.iter().filter(|(post, _)| !done.has("post", post.id.0)) {
        import_post(context, &mut changes, post, body, &mut taken)?;
    }
    for comment in batch.comments.iter().filter(|comment| !done.has("comment", comment.id.0)) {
        import_comment(context, &mut changes, comment)?;
    }
    for amended in &batch.amended {
        import_amend::amend(context, &mut changes, amended, &mut taken.uploads);
    }
    for (name, value) in &batch.options {
        if let Ok(value) = options::checked(context, name, value) {
            changes.put_option(name, &value);
        }
    }
    for (id, meta) in &batch.term_meta {
        if let Some(mut term) = context.site.term(*id) {
            let new: Vec<_> = meta.iter().filter(|entry| !term.meta.contains(entry)).cloned().collect();
            term.meta.extend(new);
            changes.put_term(&term);
        }
    }
    for (identity, became) in &batch.sources {
        if !done.identities.contains(identity.as_str()) {
            changes.put_imported(identity, became);
        }
    }
    Ok(changes.finish(Outcome::Done))
}

/// Items of the batch that were imported before.
struct Done<'a> {
    identities: HashSet<&'a str>,
    /// Kind and the id the batch has for it.
    rows: HashSet<(&'a str, &'a str)>,
}

impl<'a> Done<'a> {
    fn of(context: &Context<'_>, batch: &'a ImportBatch) -> Self {
        let mut done = Self { identities: HashSet::new(), rows: HashSet::new() };
        for (identity, became) in &batch.sources {
            // a number was only planned while the row is no plain number
            let made = context.site.imported(identity).is_some_and(|made| made.parse::<u64>().is_ok());
            if !made {
                continue;
            }
            done.identities.insert(identity);
            let rest = identity.strip_prefix(batch.source.as_str()).and_then(|rest| rest.strip_prefix('|'));
            if let Some((kind, _)) = rest.and_then(|rest| rest.split_once('|')) {
                done.rows.insert((kind, became));
            }
        }
        done
    }

    fn has(&self, kind: &str, id: u64) -> bool {
        self.rows.contains(&(kind, id.to_string().as_str()))
    }
}

/// What this batch takes, beside what the site has.
#[derive(Default)]
struct Taken {
    slugs: HashSet<(String, String)>,
    uploads: HashSet<String>,
}

impl Taken {
    fn has(&self, scope: &str, slug: &str) -> bool {
        self.slugs.contains(&(scope.to_owned(), slug.to_owned()))
    }

    fn take(&mut self, scope: String, slug: &str) {
        self.slugs.insert((scope, slug.to_owned()));
    }
}

fn import_user(context: &Context<'_>, changes: &mut Changes<'_>, user: &User) -> Result<(), PublishError> {
    if let Some(existing) = context.site.user_by_login(&user.login) {
        if existing.id == user.id {
            return Ok(());
        }
        let message = format!("the user name {:?} is taken", user.login);
        return Err(PublishError::Exists { code: "existing_user_login", message, existing: Some(existing.id.0) });
    }
    if user.id.0 == 0 || context.site.user(user.id).is_some() {
        return Err(PublishError::IdTaken);
    }
    let mut user = user.clone();
    if context.site.user_by_email(&user.email).is_some() {
        user.email.clear();
    }
    user.slug = slugs::unique_user(context.site, &user.slug, user.id);
    changes.move_past(IdKind::User, user.id.0);
    changes.put_user(&user);
    Ok(())
}

fn import_term(
    context: &Context<'_>,
    changes: &mut Changes<'_>,
    term: &Term,
    taken: &mut Taken,
) -> Result<(), PublishError> {
    if let Some(existing) = context.site.term(term.id) {
        let same = existing.taxonomy == term.taxonomy && existing.slug == term.slug;
        return if same { Ok(()) } else { Err(PublishError::IdTaken) };
    }
    if term.id.0 == 0 {
        return Err(PublishError::IdTaken);
    }
    let scope = format!("term {}", term.taxonomy.name());
    let mut term = term.clone();
    term.slug = slugs::unique_imported_term(context.site, &term, |slug| taken.has(&scope, slug));
    taken.take(scope, &term.slug);
    changes.move_past(IdKind::Term, term.id.0);
    changes.put_term(&term);
    Ok(())
}

fn import_post(
    context: &Context<'_>,
    changes: &mut Changes<'_>,
    post: &Post,
    body: &Revision,
    taken: &mut Taken,
) -> Result<(), Reject> {
    if post.id.0 == 0 || context.site.post(post.id).is_some() {
        return Err(PublishError::IdTaken.into());
    }
    if body.post != post.id || body.id != post.revision {
        let message = format!("the body of post {} is another post's", post.id);
        return Err(invalid("rest_invalid_param", "posts", message).into());
    }
    let mut post = post.clone();
    let scheduled = post.date_gmt.is_some_and(|gmt| context.time.seconds_until(gmt) >= SCHEDULED_SECONDS);
    if post.status == PostStatus::Publish && scheduled {
        post.status = PostStatus::Future;
    }
    let hierarchical = slugs::is_hierarchical(context.site, &post.post_type);
    let siblings = format!("below {}", post.parent.map_or(0, |id| id.0));
    let of_type = format!("type {}", post.post_type.name());
    let scope = match &post.post_type {
        PostType::Attachment => "any",
        _ if hierarchical => &siblings,
        _ => &of_type,
    };
    post.slug = slugs::unique(context.site, &post.slug, &Wanted::of(&post), |slug| taken.has(scope, slug));
    if hierarchical || post.post_type == PostType::Attachment {
        taken.take(siblings, &post.slug);
    }
    taken.take(of_type, &post.slug);
    taken.take("any".to_owned(), &post.slug);
    if let Some(file) = &mut post.file {
        let path = post_fields::free_upload_path(context.site, &file.upload_path, post.id, |path| {
            taken.uploads.contains(path)
        });
        taken.uploads.insert(path.clone());
        file.upload_path = path;
    }
    let body = Revision { slug: post.slug.clone(), status: post.status.clone(), ..body.clone() };
    changes.move_past(IdKind::Post, post.id.0);
    changes.put_post(&post);
    changes.add_body(body);
    Ok(())
}

fn import_comment(context: &Context<'_>, changes: &mut Changes<'_>, comment: &Comment) -> Result<(), PublishError> {
    if comment.id.0 == 0 || context.site.comment(comment.id).is_some() {
        return Err(PublishError::IdTaken);
    }
    changes.move_past(IdKind::Comment, comment.id.0);
    changes.put_comment(comment);
    Ok(())
}
