//! Takes post numbers from the block this server reserved, and reserves the next.

use std::sync::Arc;

use super::{PublishError, commit, plan::Prepared};
use crate::{
    app::App,
    content::{Actor, Edit, PostId, edit::IdKind},
    publish::Outcome,
};

/// Numbers reserved by one commit.
const BLOCK: u64 = 64;

/// A number no other post has or will be given. An import may still take it: `plan` finds that out.
///
/// # Errors
/// As [`super::apply`], of reserving a block.
pub(super) async fn take_post(app: &App) -> Result<PostId, PublishError> {
    let mut block = app.numbers.posts.lock().await;
    loop {
        for number in block.by_ref() {
            let id = PostId(number);
            let snapshot = app.log.current();
            if snapshot.state.post(id).is_none() && number >= snapshot.state.posts_promised_below() {
                return Ok(id);
            }
        }
        let prepared = Prepared {
            actor: Actor::System("ids"),
            edit: Arc::new(Edit::ReserveIds { kind: IdKind::Post, count: BLOCK }),
            filtered: true,
            now: app.clock.now(),
            bodies: Vec::new(),
            base: None,
        };
        match commit::reserve(app, prepared).await?.outcome {
            Outcome::Ids { first, count } => *block = first..first.saturating_add(count),
            other => return Err(PublishError::Corrupt(format!("reserving ids came to {other:?}"))),
        }
    }
}
