//! Makes the image sizes that nobody has asked for yet: after an import, or when settings changed, readers find them made
//! and the API knows their lengths.

use std::{collections::HashSet, sync::Arc, time::Duration};

use tokio::time::{Instant, MissedTickBehavior, interval_at};

use crate::{
    app::App,
    content::{MediaFile, PostId, PostStatus, PostType, settings::ImageSizes},
    index::{PostQuery, Site},
    media::{self, Listing, MediaError, Recipe},
    store::log::Snapshot,
};

/// Also how long after the start it begins: readers and imports have the machine for themselves first.
pub const EVERY: Duration = Duration::from_secs(60);
/// May be animations, of which no sizes are made; only decoding tells. Readers cause theirs.
const GIF: &str = "image/gif";

pub async fn run(app: Arc<App>, every: Duration) {
    let mut ticks = interval_at(Instant::now() + every, every);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut done = Done::default();
    loop {
        ticks.tick().await;
        if let Err(error) = pass(&app, &mut done).await {
            tracing::debug!(%error, "image sizes are made later");
        }
    }
}

/// What this process need not look at again.
#[derive(Debug, Default)]
struct Done {
    /// The state that was looked through last.
    seq: Option<u64>,
    /// For these sizes.
    sizes: Option<ImageSizes>,
    attachments: Arc<HashSet<PostId>>,
}

async fn pass(app: &App, done: &mut Done) -> Result<(), MediaError> {
    let snapshot = app.log.current();
    let seq = snapshot.seq;
    if done.seq == Some(seq) {
        return Ok(());
    }
    let settings = &snapshot.state.settings().image_sizes;
    if done.sizes.as_ref() != Some(settings) {
        *done = Done { sizes: Some(*settings), ..Done::default() };
    }
    let (at, known, now) = (snapshot, done.attachments.clone(), app.clock.now());
    // every row of an attachment is read
    let found = tokio::task::spawn_blocking(move || unknown(&at, &known, now)).await;
    let mut found = found.map_err(|error| MediaError::Damaged(error.to_string()))?;
    let is_news = !found.is_empty();
    // each server begins elsewhere, so that several share the work
    let middle = hex::encode(app.ids.array::<4>());
    let middle = found.partition_point(|(sha256, _)| *sha256 < middle);
    found.rotate_left(middle);
    let mut listing = Listing::default();
    for (_, id) in found {
        if let Some((file, recipes)) = image(&app.log.current().state, id) {
            app.media.make_sizes(&file, &recipes, &mut listing).await?;
        }
        Arc::make_mut(&mut done.attachments).insert(id);
    }
    if is_news {
        app.media.note_learned();
    }
    done.seq = Some(seq);
    Ok(())
}

/// The attachments with a file that are not `known`, by the hash of it.
fn unknown(at: &Snapshot<Site>, known: &HashSet<PostId>, now: jiff::Timestamp) -> Vec<(String, PostId)> {
    let query = PostQuery {
        types: vec![PostType::Attachment],
        statuses: vec![PostStatus::Inherit, PostStatus::Publish, PostStatus::Private],
        ..PostQuery::default()
    };
    let ids = at.state.posts(&query, now).ids.into_iter().filter(|id| !known.contains(id));
    let mut found: Vec<_> = ids.filter_map(|id| Some((at.state.post(id)?.file?.sha256, id))).collect();
    found.sort_unstable();
    found
}

fn image(site: &Site, id: PostId) -> Option<(MediaFile, Vec<Recipe>)> {
    let file = site.post(id)?.file.filter(|file| file.mime_type != GIF)?;
    let settings = &site.settings().image_sizes;
    let sizes = media::sizes(&file, settings).into_iter();
    let recipes = sizes.filter_map(|size| media::recipe(&file, size.width, size.height, settings, &[])).collect();
    Some((file, recipes))
}
