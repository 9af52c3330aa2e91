//! Content that stands elsewhere: synced patterns and stored navigation, put in the place of the blocks that name
//! them.

use futures_util::future::{BoxFuture, FutureExt};
use serde_json::Value;

use super::Scene;
use crate::{
    cache::{LoadError, Tag},
    content::{PostId, PostStatus, PostType},
    index::PostQuery,
    render::content::{
        blocks::{self, Delimiter, Kind},
        dynamic,
    },
    serve::{context::Depends, load},
};

const BLOCK: &str = "wp_block";
const NAVIGATION: &str = "wp_navigation";
/// Patterns put into one post's content, those within patterns included; more are left out.
const PATTERNS_MAX: usize = 200;

/// How the expansion of one post's content goes.
struct Progress<'d> {
    depends: &'d mut Depends,
    left: usize,
}

/// `content` with what its `block` and `navigation` blocks name in their places. A pattern within itself is left out.
///
/// # Errors
/// When a revision the state names cannot be had.
pub async fn expand(scene: &Scene<'_>, content: &str, depends: &mut Depends) -> Result<String, LoadError> {
    let mut progress = Progress { depends, left: PATTERNS_MAX };
    within(scene, content, &[], &mut progress).await
}

fn within<'f>(
    scene: &'f Scene<'_>,
    content: &'f str,
    above: &'f [PostId],
    progress: &'f mut Progress<'_>,
) -> BoxFuture<'f, Result<String, LoadError>> {
    async move {
        let mut out = String::with_capacity(content.len());
        let mut from = 0;
        for block in blocks::delimiters(content).filter(|block| block.kind == Kind::Void) {
            let name = dynamic::short_name(&block);
            if !matches!(name, "block" | "navigation") {
                continue;
            }
            let found = match name {
                "block" => {
                    let found = stored(scene, reference(&block), BLOCK, above, progress).await?;
                    found.map(|content| format!("<!-- wp:block -->{content}<!-- /wp:block -->"))
                }
                _ => Some(navigation(scene, &block, above, progress).await?),
            };
            // what shows nothing stays a comment
            let Some(found) = found else { continue };
            out.push_str(content.get(from..block.start).unwrap_or_default());
            out.push_str(&found);
            from = block.end;
        }
        out.push_str(content.get(from..).unwrap_or_default());
        Ok(out)
    }
    .boxed()
}

fn reference(block: &Delimiter<'_>) -> Option<PostId> {
    block.value().get("ref").and_then(Value::as_u64).map(PostId)
}

/// The expanded content of the published post `id` of this type.
async fn stored(
    scene: &Scene<'_>,
    id: Option<PostId>,
    post_type: &str,
    above: &[PostId],
    progress: &mut Progress<'_>,
) -> Result<Option<String>, LoadError> {
    let Some(id) = id.filter(|id| !above.contains(id) && progress.left > 0) else { return Ok(None) };
    progress.left -= 1;
    progress.depends.on(Tag::Post(id));
    let published = scene.site.post(id).filter(|post| {
        post.post_type.name() == post_type && post.status == PostStatus::Publish && post.password.is_none()
    });
    let Some(post) = published else { return Ok(None) };
    let Some(revision) = load::revision(scene.app, &post).await? else { return Ok(None) };
    // Pages end and teasers are cut in posts, not in what they are made of.
    let content = revision.content.replace("<!--nextpage-->", "").replace("<!--more", "<!-- more");
    let above: Vec<PostId> = above.iter().copied().chain([id]).collect();
    within(scene, &content, &above, progress).await.map(Some)
}

/// Its stored menu, else the newest there is, else the pages.
async fn navigation(
    scene: &Scene<'_>,
    block: &Delimiter<'_>,
    above: &[PostId],
    progress: &mut Progress<'_>,
) -> Result<String, LoadError> {
    let id = reference(block).or_else(|| {
        progress.depends.on(Tag::Posts(NAVIGATION.to_owned()));
        let types = vec![PostType::from_name(NAVIGATION)];
        let query = PostQuery { types, statuses: vec![PostStatus::Publish], limit: 1, ..PostQuery::default() };
        scene.site.posts(&query, scene.now).ids.first().copied()
    });
    let items = stored(scene, id, NAVIGATION, above, progress).await?;
    let items = items.unwrap_or_else(|| "<!-- wp:page-list /-->".to_owned());
    let attributes = block.attributes.map(|text| format!("{text} ")).unwrap_or_default();
    Ok(format!("<!-- wp:navigation {attributes}-->{items}<!-- /wp:navigation -->"))
}
