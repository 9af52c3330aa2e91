//! From a stored file to the attachment that names it.

use jiff::Timestamp;

use crate::{
    content::{PostType, Settings, SiteZone, edit::SavePost},
    media::Stored,
};

/// `save` as the edit that makes an attachment of `stored`: by month where the site keeps uploads so, with the title and
/// caption its photographer wrote where it has none of its own, or else called like the file.
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
    let stem = stored.name.rsplit_once('.').map_or(stored.name.as_str(), |(stem, _)| stem);
    save.title = save.title.filter(|title| !title.is_empty()).or(titled).or_else(|| Some(stem.to_owned()));
    save.excerpt = save.excerpt.filter(|caption| !caption.is_empty()).or(Some(said.caption));
    save.post_type = Some(PostType::Attachment);
    save.mime_type = Some(file.mime_type.clone());
    save.file = Some(file);
    save
}
