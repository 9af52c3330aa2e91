//! The editor's settings that depend on the site. Those that do not are in `admin/src/settings.js`.

use serde_json::{Value, json};

use crate::{
    app::App,
    content::{Post, PostType, Settings},
};

/// `content_css` is the address of the canvas's style sheet.
pub fn settings(app: &App, of_site: &Settings, post: &Post, content_css: &str) -> Value {
    let link = format!("<link rel=\"stylesheet\" id=\"editor-content-css\" href=\"{content_css}\">");
    json!({
        "disablePostFormats": post.post_type != PostType::Post,
        "imageDimensions": dimensions(of_site),
        "maxUploadFileSize": app.config.media.upload_bytes_max,
        "__unstableResolvedAssets": { "styles": link, "scripts": "" },
        "__experimentalDiscussionSettings": {
            "commentOrder": if of_site.comment_order_ascending { "asc" } else { "desc" },
            "commentsPerPage": of_site.comments_per_page,
            "pageComments": of_site.page_comments,
            "threadComments": of_site.thread_comments,
            "threadCommentsDepth": of_site.thread_comments_depth,
            "defaultCommentStatus": if of_site.default_comments_open { "open" } else { "closed" },
        },
    })
}

fn dimensions(settings: &Settings) -> Value {
    let sizes = &settings.image_sizes;
    let size = |(width, height): (u32, u32), crop: bool| json!({ "width": width, "height": height, "crop": crop });
    json!({
        "thumbnail": size(sizes.thumbnail, sizes.thumbnail_crop),
        "medium": size(sizes.medium, false),
        "large": size(sizes.large, false),
    })
}
