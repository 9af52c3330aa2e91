//! Attachments as content and templates show them.

use crate::{
    content::{MediaFile, Post, PostId, PostType},
    index::Site,
    media,
    render::image::{Picture, PictureSize},
};

/// The attachment `id` as a picture; `None` when there is no such attachment, or nowhere to get it from.
pub fn of(site: &Site, id: PostId) -> Option<Picture> {
    let post = site.post(id).filter(|post| post.post_type == PostType::Attachment)?;
    of_post(site, &post)
}

pub fn of_post(site: &Site, post: &Post) -> Option<Picture> {
    let home = site.settings().home.trim_end_matches('/');
    let alt = post.meta.iter().find(|entry| entry.key == "_wp_attachment_image_alt");
    let file = post.file.as_ref();
    let url = match file {
        Some(file) => upload_url(home, &file.upload_path),
        // imported without its file: it is still where it was
        None => Some(&post.guid).filter(|guid| guid.starts_with("https://") || guid.starts_with("http://"))?.clone(),
    };
    Some(Picture {
        id: post.id.0,
        url,
        mime_type: file.map_or(&post.mime_type, |file| &file.mime_type).clone(),
        width: file.and_then(|file| file.width).unwrap_or(0),
        height: file.and_then(|file| file.height).unwrap_or(0),
        alt: alt.map(|entry| entry.value.clone()).unwrap_or_default(),
        title: crate::render::title::text(&post.title),
        caption_html: post.excerpt.clone(),
        page_url: site.permalink(post),
        sizes: file.map(|file| sizes(site, home, file)).unwrap_or_default(),
    })
}

/// Smallest first.
fn sizes(site: &Site, home: &str, file: &MediaFile) -> Vec<PictureSize> {
    let folder = file.upload_path.rsplit_once('/').map_or(String::new(), |(folder, _)| format!("{folder}/"));
    let made = media::sizes(file, &site.settings().image_sizes).into_iter();
    let mut sizes: Vec<PictureSize> = made
        .map(|size| PictureSize {
            name: size.name.to_owned(),
            url: upload_url(home, &format!("{folder}{}", size.file)),
            width: size.width,
            height: size.height,
        })
        .collect();
    sizes.sort_by_key(|size| (size.width, size.height));
    sizes
}

fn upload_url(home: &str, path: &str) -> String {
    format!("{home}/wp-content/uploads/{path}")
}
