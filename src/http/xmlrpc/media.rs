//! The media library: `wp.uploadFile`, `wp.getMediaItem`, `wp.getMediaLibrary`.

use bytes::Bytes;
use futures_util::{FutureExt, StreamExt, stream};

use super::{
    call::Call,
    fault::Fault,
    posts,
    table::{Answer, BLOG, Kind, LOGIN, Method, Needs, PASSWORD, Param, method, optional, param},
    value::Value,
};
use crate::{
    content::{Capability, MediaFile, Post, PostId, PostStatus, PostType, edit::SavePost},
    http::attachment,
    index::PostQuery,
    media::{UploadRules, sizes},
};

const UPLOADS: Needs = Needs::Can(Capability::UploadFiles);
const UPLOAD: &[Param] = &[BLOG, LOGIN, PASSWORD, param("data", Kind::Struct)];

pub const METHODS: &[Method] = &[
    method("wp.uploadFile", UPLOADS, UPLOAD, |call| upload(call).boxed()),
    method("metaWeblog.newMediaObject", UPLOADS, UPLOAD, |call| upload(call).boxed()),
    method("wp.deleteFile", Needs::SignIn, &[BLOG, LOGIN, PASSWORD, param("post_id", Kind::Id)], |call| {
        delete(call).boxed()
    }),
    method(
        "wp.getMediaItem",
        Needs::CanOr(Capability::UploadFiles, 403),
        &[BLOG, LOGIN, PASSWORD, param("attachment_id", Kind::Id)],
        |call| get(call).boxed(),
    ),
    method("wp.getMediaLibrary", UPLOADS, &[BLOG, LOGIN, PASSWORD, optional("filter", Kind::Struct)], |call| {
        list(call).boxed()
    }),
];

async fn upload(call: &mut Call) -> Answer {
    let data = call.fields("data");
    let name = data.filled("name").ok_or_else(|| Fault::arguments("The file has no name."))?;
    let bits = match data.get("bits") {
        Some(Value::Bytes(bytes)) => bytes.clone(),
        Some(Value::Text(text)) => Bytes::from(text.clone()),
        _ => return Err(Fault::arguments("bits must be the file, in base64.")),
    };
    let parent = data.id("post_id").filter(|id| *id != 0);
    if let Some(parent) = parent {
        posts::editable(call, parent)?;
    }
    crate::publish::accepts(&call.front.app).await?;
    let rules = UploadRules { unfiltered_html: call.can(Capability::UnfilteredHtml) };
    let stored = call.front.app.media.store(stream::iter([Ok(bits)]).boxed(), &name, rules).await?;
    let save = SavePost {
        // what clients look for is the name they gave
        title: Some(stored.name.clone()),
        parent: parent.map(|id| Some(PostId(id))),
        ..SavePost::default()
    };
    let save = attachment::save(save, &stored, call.site().settings(), call.now);
    let id = call.save_post(save).await?;
    let post = posts::find(call, id.0)?;
    let Value::Struct(mut members) = item(call, &post, "") else { return Ok(Value::Nil) };
    let legacy = [
        ("id", Value::id(id)),
        ("file", Value::text(&post.title)),
        ("url", Value::text(address(call, &post))),
        ("type", Value::text(&post.mime_type)),
    ];
    for (name, value) in legacy {
        members.retain(|(known, _)| known != name);
        members.push((name.to_owned(), value));
    }
    Ok(Value::Struct(members))
}

async fn delete(call: &mut Call) -> Answer {
    let post = posts::find(call, call.id("post_id"))?;
    posts::delete(call, &post).await
}

fn find(call: &Call, id: u64) -> Result<Post, Fault> {
    let post = call.site().post(PostId(id)).filter(|post| post.post_type == PostType::Attachment);
    post.ok_or_else(|| Fault::not_found("There is no attachment with this id."))
}

/// Own files, public ones, and those of posts whose files the caller may edit: as over REST.
fn readable(call: &Call, post: &Post) -> bool {
    post.author == call.user_id() || call.site().is_public(post, call.now) || call.powers.can_edit(post)
}

async fn get(call: &mut Call) -> Answer {
    let post = find(call, call.id("attachment_id"))?;
    if !readable(call, &post) {
        return Err(Fault::forbidden("Your account may not see this file."));
    }
    let body = call.body(&post).await?;
    Ok(item(call, &post, &body.content))
}

async fn list(call: &mut Call) -> Answer {
    let filter = call.fields("filter");
    let parent = filter.id("parent_id").filter(|_| filter.filled("parent_id").is_some());
    let query = PostQuery {
        types: vec![PostType::Attachment],
        statuses: vec![PostStatus::Inherit, PostStatus::Private],
        parents: parent.map(PostId).into_iter().collect(),
        mime_type: filter.filled("mime_type"),
        offset: filter.offset(),
        limit: filter.limit("number", super::call::LIST_MAX),
        ..PostQuery::default()
    };
    let found = crate::serve::posts(call.site(), &query, call.now).await;
    let shown = |id: &PostId| call.site().post(*id).is_some_and(|post| readable(call, &post));
    let ids: Vec<PostId> = found.ids.into_iter().filter(shown).collect();
    let items = call.bodies(&ids).await?;
    Ok(Value::List(items.iter().map(|(post, body)| item(call, post, &body.content)).collect()))
}

/// Address of the file; of one imported without it, where it once was.
fn address(call: &Call, post: &Post) -> String {
    let of_file = |file: &MediaFile| call.url(&format!("/wp-content/uploads/{}", file.upload_path));
    post.file.as_ref().map_or_else(|| post.guid.clone(), of_file)
}

/// An attachment as clients know it.
pub fn item(call: &Call, post: &Post, description: &str) -> Value {
    let url = address(call, post);
    let alt = post.meta.iter().find(|entry| entry.key == "_wp_attachment_image_alt");
    let alt = alt.map(|entry| entry.value.clone()).unwrap_or_default();
    let mut members = vec![
        ("attachment_id", Value::id(post.id)),
        ("date_created_gmt", Value::date(posts::view::date_gmt(call, post))),
        ("parent", Value::number(post.parent.unwrap_or_default().0)),
        ("link", Value::text(&url)),
        ("title", Value::text(&post.title)),
        ("caption", Value::text(&post.excerpt)),
        ("description", Value::text(description)),
        ("metadata", metadata(call, post)),
        ("type", Value::text(&post.mime_type)),
        ("thumbnail", Value::text(thumbnail(call, post, &url))),
    ];
    if !alt.is_empty() {
        members.push(("alt", Value::text(alt)));
    }
    Value::Struct(members.into_iter().map(|(name, value)| (name.to_owned(), value)).collect())
}

fn thumbnail(call: &Call, post: &Post, url: &str) -> String {
    let made = post.file.as_ref().map(|file| sizes(file, &call.site().settings().image_sizes)).unwrap_or_default();
    let small = made.iter().find(|size| size.name == "thumbnail").map(|size| size.file.as_str());
    match (small, url.rsplit_once('/')) {
        (Some(small), Some((folder, _))) => format!("{folder}/{small}"),
        _ => url.to_owned(),
    }
}

/// What is known of the file; nothing for one imported without it.
fn metadata(call: &Call, post: &Post) -> Value {
    let Some(file) = &post.file else { return Value::Bool(false) };
    let (Some(width), Some(height)) = (file.width, file.height) else {
        return Value::members([("filesize", Value::number(file.size_bytes))]);
    };
    let pixels = |pixels: u32| Value::Int(i64::from(pixels));
    let made = sizes(file, &call.site().settings().image_sizes).into_iter().map(|size| {
        let entry = Value::members([
            ("file", Value::text(size.file)),
            ("width", pixels(size.width)),
            ("height", pixels(size.height)),
            ("mime-type", Value::text(size.mime_type)),
        ]);
        (size.name.to_owned(), entry)
    });
    // What WordPress reads from EXIF and IPTC; not read here.
    let names = ["credit", "camera", "caption", "copyright", "title"].map(|name| (name, Value::text("")));
    let numbers = ["aperture", "created_timestamp", "focal_length", "iso", "shutter_speed", "orientation"]
        .map(|name| (name, Value::text("0")));
    let read = names.into_iter().chain(numbers).chain([("keywords", Value::List(Vec::new()))]);
    Value::members([
        ("width", pixels(width)),
        ("height", pixels(height)),
        ("file", Value::text(&file.upload_path)),
        ("filesize", Value::number(file.size_bytes)),
        ("sizes", Value::Struct(made.collect())),
        ("image_meta", Value::Struct(read.map(|(name, value)| (name.to_owned(), value)).collect())),
    ])
}
