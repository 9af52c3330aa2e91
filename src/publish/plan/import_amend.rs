//! What a later run of an import adds to posts an earlier one made.

use std::collections::HashSet;

use super::{Changes, Context, post_fields};
use crate::content::{PostType, Revision, edit::Amended};

/// Changes nothing where somebody else was first. `uploads` are the paths this batch has taken.
pub(super) fn amend(
    context: &Context<'_>,
    changes: &mut Changes<'_>,
    amended: &Amended,
    uploads: &mut HashSet<String>,
) {
    let Amended { base, body, file } = amended;
    let Some(mut post) = context.site.post(body.post).filter(|post| post.revision == *base) else { return };
    if let Some(file) = file {
        if post.post_type != PostType::Attachment || post.file.is_some() {
            return;
        }
        let mut file = file.clone();
        file.upload_path =
            post_fields::free_upload_path(context.site, &file.upload_path, post.id, |path| uploads.contains(path));
        uploads.insert(file.upload_path.clone());
        post.mime_type.clone_from(&file.mime_type);
        post.file = Some(file);
    }
    post.revision = body.id;
    post.excerpt.clone_from(&body.excerpt);
    let body = Revision { slug: post.slug.clone(), status: post.status.clone(), ..body.clone() };
    post_fields::keep_resident_meta(&mut post, &body);
    changes.put_post(&post);
    if body.previous.is_some() {
        changes.add_revision(body, None);
    } else {
        changes.add_body(body);
    }
}
