//! `DeleteRevision`

use super::{Changes, Context, Planned, permit::not_found, post_life};
use crate::{
    content::PostId,
    publish::{Outcome, PublishError},
};

/// Takes one revision off its post's list; the object goes with garbage collection.
///
/// The post itself stays as it is, whichever revision it is: saved again, its text is listed anew.
pub(super) fn delete(context: &Context<'_>, post: PostId, number: PostId) -> Result<Planned, PublishError> {
    let post = post_life::deletable(context, post)?;
    let mut list = context.site.revisions(post.id);
    let at = list.iter().position(|entry| entry.number == number);
    let at = at.ok_or_else(|| not_found("rest_post_invalid_id", "there is no such revision of this post"))?;
    list.remove(at);
    let mut changes = Changes::new(context.site);
    changes.put_revisions(post.id, &list);
    Ok(changes.finish(Outcome::Done))
}
