//! From a stored file to the attachment that names it.

use jiff::Timestamp;

use crate::{
    content::{PostType, Recording, Settings, SiteZone, edit::SavePost},
    media::Stored,
};

/// `save` as the edit that makes an attachment of `stored`: by month where the site keeps uploads so, with the title and
/// caption its photographer wrote, or its musicians, where it has none of its own, or else called like the file.
pub fn save(mut save: SavePost, stored: &Stored, settings: &Settings, now: Timestamp) -> SavePost {
    let mut file = stored.file.clone();
    file.upload_path = if settings.uploads_by_month {
        let now = SiteZone::of(settings).at(now);
        format!("{:04}/{:02}/{}", now.year(), now.month(), stored.name)
    } else {
        stored.name.clone()
    };
    let said = file.image_meta.as_deref().cloned().unwrap_or_default();
    // Cameras number their pictures: no title.
    let titled = Some(said.title).filter(|title| title.chars().any(|letter| !letter.is_ascii_digit()));
    let recording = file.recording.as_deref();
    let titled = titled.or_else(|| recording?.tag("title").map(str::to_owned));
    let stem = stored.name.rsplit_once('.').map_or(stored.name.as_str(), |(stem, _)| stem);
    save.title = save.title.filter(|title| !title.is_empty()).or(titled).or_else(|| Some(stem.to_owned()));
    save.excerpt = save.excerpt.filter(|caption| !caption.is_empty()).or(Some(said.caption));
    if save.content.as_ref().is_none_or(String::is_empty) && file.mime_type.starts_with("audio/") {
        save.content = recording.and_then(description).or(save.content);
    }
    save.post_type = Some(PostType::Attachment);
    save.mime_type = Some(file.mime_type.clone());
    save.file = Some(file);
    save
}

/// A recording in a line or two, of what its tags say. `None` where they say nothing.
fn description(recording: &Recording) -> Option<String> {
    let said = |name: &str| recording.tag(name);
    let mut first = said("title").map(|title| format!("\u{201c}{title}\u{201d}")).unwrap_or_default();
    match (first.is_empty(), said("album")) {
        (false, Some(album)) => first = format!("{first} from {album}"),
        (true, Some(album)) => album.clone_into(&mut first),
        (_, None) => {}
    }
    match (first.is_empty(), said("artist")) {
        (false, Some(artist)) => first = format!("{first} by {artist}"),
        (true, Some(artist)) => artist.clone_into(&mut first),
        (_, None) => {}
    }
    let track = said("track_number").map(|track| match track.split_once('/') {
        Some((number, of)) => format!("Track {number} of {of}."),
        None => format!("Track {track}."),
    });
    let sentences = [
        Some(first).filter(|first| !first.is_empty()).map(|first| format!("{first}.")),
        said("year").map(|year| format!("Released {year}.")),
        track,
        said("genre").map(|genre| format!("Genre: {genre}.")),
    ];
    let text = sentences.into_iter().flatten().collect::<Vec<_>>().join(" ");
    (!text.is_empty()).then_some(text)
}
