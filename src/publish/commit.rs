//! One attempt: write the bodies, commit the plan.

use std::{sync::Arc, time::Duration};

use bytes::Bytes;

use super::{
    Commit, PublishError, outcome,
    plan::{self, Planned, Prepared, Reject},
    summary,
};
use crate::{
    app::App,
    content::{Edit, Revision},
    index::Site,
    store::{
        ObjectError, codec,
        keys::Key,
        log::{CommitError, Condition, Plan, Submission},
    },
};

/// Bodies must be younger than an hour when they become referenced, or garbage collection may take them for
/// orphans; half of that leaves room for clocks that disagree.
const BODY_AGE_MAX: Duration = Duration::from_secs(30 * 60);

/// Somebody waits for the one body of a save; nothing names it yet when it is given up.
const PUT_WITHIN: Duration = Duration::from_secs(20);

/// How one attempt ended, other than with an answer to give.
#[derive(Debug)]
pub(super) enum Attempt {
    /// Committed. `more` says that this was a part of the edit.
    Done { commit: Commit, more: bool },
    /// The state had moved on: prepare again.
    Stale,
    /// Not committed within the time allowed, though the store is well. Unless it was `sent`, it never will be.
    Late { sent: bool },
}

/// How exactly written bodies must match what is planned in the end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Match {
    Exact,
    /// The slug a body repeats may differ from the row's: many writers want the same one, and the rows, not
    /// the bodies, decide.
    ExceptSlug,
}

/// How an attempt is made.
#[derive(Clone, Copy, Debug)]
pub(super) struct Manner<'a> {
    pub idempotency_key: Option<&'a str>,
    pub matching: Match,
    /// `None`: as long as the log takes to answer; never [`Attempt::Late`].
    pub patience: Option<Duration>,
}

/// Plans `prepared` here, writes the bodies that takes, and commits.
pub(super) async fn attempt(app: &App, prepared: Prepared, manner: Manner<'_>) -> Result<Attempt, PublishError> {
    let dry_run = plan::plan(&app.log.current().state, &prepared).ok();
    let (bodies, more) = match dry_run {
        Some(planned) => (planned.bodies, planned.more),
        // refused as far as this server knows: the log decides, against a confirmed state
        None => (Vec::new(), false),
    };
    let refs = write(app, &bodies).await?;
    let submission = Submission {
        actor: prepared.actor.label(),
        summary: summary::of(&prepared.edit),
        // a part has no key: the retry of a finished edit must find the outcome of the whole
        idempotency_key: manner.idempotency_key.filter(|_| !more).map(str::to_owned),
    };
    let bodies: Arc<[Revision]> = bodies.into();
    let written = bodies.clone();
    let (oldest, matching) = (prepared.now, manner.matching);
    // what an import brings would only push out what readers ask for
    let worth_keeping = !matches!(&*prepared.edit, Edit::Import(_));
    let plan = move |site: &Site, at: jiff::Timestamp| {
        let planned = plan::plan(site, &prepared)?;
        let fits = planned.more == more && matches(&written, &planned, matching);
        let young = at.duration_since(oldest).unsigned_abs() < BODY_AGE_MAX;
        if !fits || !(young || written.is_empty()) {
            return Err(Reject::Stale);
        }
        let outcome = outcome::encode(&planned.outcome);
        Ok(Plan { effects: planned.effects, refs: refs.clone(), outcome })
    };
    let committed = match manner.patience {
        Some(patience) => app.log.commit_within(patience, submission, plan).await,
        None => app.log.commit(submission, plan).await,
    };
    let is_well = app.log.health() == Condition::Healthy;
    let committed = match committed {
        Ok(committed) => committed,
        Err(CommitError::Rejected(Reject::Stale)) => return Ok(Attempt::Stale),
        Err(CommitError::Rejected(Reject::Refused(error))) => return Err(error),
        Err(error @ CommitError::TooLarge { .. }) => {
            return Err(PublishError::Invalid { code: "rest_too_large", message: error.to_string(), field: None });
        }
        Err(CommitError::Unknown) if manner.patience.is_some() && is_well => return Ok(Attempt::Late { sent: true }),
        Err(CommitError::Unknown) => return Err(PublishError::Unknown),
        Err(CommitError::Overloaded) => return Ok(Attempt::Late { sent: false }),
        Err(CommitError::Unavailable(reason)) => return Err(PublishError::Busy(reason)),
        Err(CommitError::Corrupt(error)) => return Err(PublishError::Corrupt(error.to_string())),
    };
    if !committed.replayed && worth_keeping {
        for body in bodies.iter() {
            app.revisions.insert(Arc::new(body.clone())).await;
        }
    }
    let unreadable = || PublishError::Corrupt(format!("unknown outcome in entry {}", committed.seq));
    let outcome = outcome::decode(&committed.outcome).ok_or_else(unreadable)?;
    Ok(Attempt::Done { commit: Commit { seq: committed.seq, outcome }, more: more && !committed.replayed })
}

/// Commits a reservation of ids, which never is stale.
pub(super) async fn reserve(app: &App, prepared: Prepared) -> Result<Commit, PublishError> {
    match attempt(app, prepared, Manner { idempotency_key: None, matching: Match::Exact, patience: None }).await? {
        Attempt::Done { commit, .. } => Ok(commit),
        Attempt::Stale | Attempt::Late { .. } => Err(PublishError::Busy("ids cannot be reserved".to_owned())),
    }
}

/// Whether the bodies written are those the rows will name.
fn matches(written: &[Revision], planned: &Planned, matching: Match) -> bool {
    written.len() == planned.bodies.len()
        && written.iter().zip(&planned.bodies).all(|(written, planned)| match matching {
            Match::Exact => written == planned,
            Match::ExceptSlug => *written == Revision { slug: written.slug.clone(), ..planned.clone() },
        })
}

/// Writes the bodies and gives their keys.
async fn write(app: &App, bodies: &[Revision]) -> Result<Vec<String>, PublishError> {
    let snapshot = app.log.current();
    let site = &snapshot.state;
    let encode = |body: &Revision| {
        let name = |id| site.user(id).map(|user| user.display_name);
        let json = codec::revision::encode(body, name, |id| site.term(id));
        let key = Key::Revision { post: body.post, revision: body.id };
        (key.path(), Bytes::from(json), key.attributes())
    };
    let mut objects: Vec<_> = bodies.iter().map(encode).collect();
    let keys = objects.iter().map(|(key, ..)| key.clone()).collect();
    let busy = |error: ObjectError| PublishError::Busy(error.to_string());
    match objects.len() {
        0 => {}
        1 => {
            if let Some((key, body, attributes)) = objects.pop() {
                let put = app.objects.put(&key, body, &attributes);
                let late = |_elapsed| PublishError::Busy(format!("no answer to {key} in {} s", PUT_WITHIN.as_secs()));
                tokio::time::timeout(PUT_WITHIN, put).await.map_err(late)?.map_err(busy)?;
            }
        }
        _ => app.objects.put_many(objects).await.map_err(busy)?,
    }
    Ok(keys)
}
