//! `media/<id>/edit`: a turned or cut image becomes an attachment of its own; the original stays as it is.
//! `media/<id>/post-process`: here uploads leave nothing to do.

use std::sync::Arc;

use actix_web::http::StatusCode;
use futures_util::{StreamExt, stream};
use serde_json::{Map, Value};

use super::upload::refused;
use crate::{
    content::{Edit, MediaFile, Post, edit::SavePost},
    http::{
        attachment,
        error::HttpError,
        rest::{
            action::{Action, Verb},
            call::{Answer, Call},
            posts::{self, kind::PostKind, permit as post_permit, saved},
            schema::{Fields, Schema},
            table::{self, ItemSchema, Route},
        },
    },
    media::{self, MODIFIERS_MAX, MediaError, Modifier, Stored, UploadRules, mime},
};

pub fn routes(kind: &Arc<PostKind>, item: &Arc<ItemSchema>) -> Vec<Route> {
    let process = vec![
        ("id".into(), Schema::integer("The attachment.")),
        ("action".into(), Schema::string("What is to be done.").choices(["create-image-subsizes"]).required()),
    ];
    let route = |path| Route::under(&kind.rest_base, path).item(item);
    vec![
        route("*/<id:number>/post-process").on(table::POST, Action::PostProcess(kind.clone()), process),
        route("*/<id:number>/edit").on(table::POST, Action::EditImage(kind.clone()), arguments()),
    ]
}

fn arguments() -> Fields {
    let percent = |description: &'static str| Schema::number(description).between(0, 100);
    vec![
        ("src".into(), Schema::uri("Address of the image, in whichever size, that was shown for editing.").required()),
        (
            "modifiers".into(),
            Schema::list(modifier(), "Changes, made one after the other.")
                .at_least_items(1)
                .at_most_items(MODIFIERS_MAX),
        ),
        (
            "rotation".into(),
            Schema::integer("Degrees to turn clockwise. Older clients; others send modifiers.")
                .between(0, 360)
                .exclusive(),
        ),
        ("x".into(), percent("Left edge of the part to keep, in per cent. Older clients.")),
        ("y".into(), percent("Upper edge of the part to keep, in per cent. Older clients.")),
        ("width".into(), percent("Width of the part to keep, in per cent. Older clients.")),
        ("height".into(), percent("Height of the part to keep, in per cent. Older clients.")),
    ]
}

fn modifier() -> Schema {
    let change = |title, name: &'static str, required, arguments: Fields| {
        let fields = vec![
            ("type".into(), Schema::string("Kind of change.").choices([name]).required()),
            ("args".into(), Schema::object(arguments, "How to change it.").required().requires(required)),
        ];
        Schema { title: Some(title), ..Schema::object(fields, "") }
    };
    let angle = Schema::number("Degrees to turn clockwise.").required();
    let percent = |name: &'static str, description: &'static str| (name.into(), Schema::number(description).required());
    let part = vec![
        percent("left", "Left edge of the part to keep, in per cent of the width."),
        percent("top", "Upper edge of the part to keep, in per cent of the height."),
        percent("width", "Width of the part to keep, in per cent."),
        percent("height", "Height of the part to keep, in per cent."),
    ];
    let mut schema = Schema::map("A change.").requires(&["type", "args"]);
    schema.one_of = vec![
        change("Rotation", "rotate", &["angle"], vec![("angle".into(), angle)]),
        change("Crop", "crop", &["left", "top", "width", "height"], part),
    ];
    schema
}

/// # Errors
/// 401 or 403 `rest_cannot_edit_image`; then as for changing the attachment.
pub fn permit(kind: &PostKind, call: &Call) -> Result<(), HttpError> {
    if !call.can(crate::content::Capability::UploadFiles) {
        let message = "Sorry, you are not allowed to upload media on this site.";
        return Err(call.refuse("rest_cannot_edit_image", message));
    }
    post_permit::permit(Verb::Update, kind, call)
}

/// Sizes are made when they are first asked for: nothing waits to be finished.
pub async fn post_process(kind: &PostKind, mut call: Call) -> Result<Answer, HttpError> {
    let post = post_permit::find(kind, &call)?;
    posts::edit_context(&mut call);
    let item = posts::view::item(&call, kind, &post).await?;
    Ok(posts::view::answer(&call, &post, item))
}

pub async fn run(kind: &PostKind, mut call: Call) -> Result<Answer, HttpError> {
    let post = post_permit::find(kind, &call)?;
    let unknown = || HttpError::not_found("rest_unknown_attachment", "Unable to get meta information for file.");
    let file = post.file.clone().filter(|file| file.width.is_some()).ok_or_else(unknown)?;
    if !shows(call.text("src").unwrap_or_default(), &call, &file) {
        return Err(unknown());
    }
    if !mime::has_sizes(&file.mime_type) {
        let message = "This type of file cannot be edited.";
        return Err(HttpError::bad_request("rest_cannot_edit_file_type", message));
    }
    let modifiers = modifiers(&call);
    if modifiers.is_empty() {
        let message = "The image was not edited. Edit the image before applying the changes.";
        return Err(HttpError::bad_request("rest_image_not_edited", message));
    }
    let edited = call.app.media.edited(&file, modifiers).await.map_err(not_edited)?;
    let name = edited_name(&file);
    let body = stream::iter([Ok(edited)]).boxed();
    let mut stored = call.app.media.store(body, &name, UploadRules::default()).await.map_err(refused)?;
    stored.file.image_meta.clone_from(&file.image_meta);
    let save = copy_of(&call, &post, &stored).await?;
    let commit = call.commit(Edit::SavePost(Box::new(save))).await?;
    let id = saved(&commit)?;
    let location = call.href(&format!("{}/{id}", kind.rest_base));
    Ok(posts::show(kind, call, id, &commit).await?.created(location))
}

/// A new attachment of `stored` with the texts of the edited one. It belongs to the same post, so that a picture of
/// an unpublished post stays as unseen as it was.
async fn copy_of(call: &Call, post: &Post, stored: &Stored) -> Result<SavePost, HttpError> {
    let body = call.app.revisions.get(post.id, post.revision).await?.content.clone();
    let alt = post.meta.iter().filter(|entry| entry.key == super::view::ALT).map(|entry| entry.value.clone());
    let copied = SavePost {
        title: Some(post.title.clone()),
        content: Some(body),
        parent: post.parent.map(Some),
        meta: vec![(super::view::ALT.to_owned(), alt.collect())],
        ..SavePost::default()
    };
    let save = attachment::save(copied, stored, call.site().settings(), call.now);
    Ok(SavePost { excerpt: Some(post.excerpt.clone()), ..save })
}

fn not_edited(error: MediaError) -> HttpError {
    match error {
        MediaError::Refused(message) => HttpError::bad_request("rest_image_crop_failed", message),
        MediaError::Damaged(reason) => {
            let message = format!("Unable to edit this image: {reason}.");
            HttpError::new(StatusCode::UNPROCESSABLE_ENTITY, "rest_unknown_image_file_type", message)
        }
        other => refused(other),
    }
}

/// Whether `src` is the image in any of its sizes: an editor that shows another picture than it names is confused.
fn shows(src: &str, call: &Call, file: &MediaFile) -> bool {
    let path = src.split(['?', '#']).next().unwrap_or_default();
    let name = |path: &str| {
        let last = path.rsplit('/').next().unwrap_or_default();
        percent_encoding::percent_decode_str(last).decode_utf8_lossy().into_owned()
    };
    let shown = name(path);
    let sizes = media::sizes(file, &call.site().settings().image_sizes);
    let of_size =
        || media::parse_size_path(&shown).is_some_and(|size| size.originals.contains(&name(&file.upload_path)));
    shown == name(&file.upload_path) || sizes.iter().any(|size| size.file == shown) || of_size()
}

/// What was asked for, in the words of old clients or new ones.
fn modifiers(call: &Call) -> Vec<Modifier> {
    let number = |args: &Map<String, Value>, name: &str| args.get(name).and_then(Value::as_f64);
    if let Some(listed) = call.args.get("modifiers").and_then(Value::as_array) {
        let change = |modifier: &Value| {
            let args = modifier.get("args")?.as_object()?;
            match number(args, "angle") {
                Some(angle) if modifier.get("type")? == "rotate" => Some(Modifier::Rotate(angle)),
                _ => Some(Modifier::Crop {
                    left: number(args, "left")?,
                    top: number(args, "top")?,
                    width: number(args, "width")?,
                    height: number(args, "height")?,
                }),
            }
        };
        return listed.iter().filter_map(change).collect();
    }
    let rotated = number(&call.args, "rotation").filter(|angle| *angle != 0.0).map(Modifier::Rotate);
    let part = |name: &str| number(&call.args, name);
    let cut = part("x").zip(part("y")).zip(part("width").zip(part("height")));
    let cut = cut.map(|((left, top), (width, height))| Modifier::Crop { left, top, width, height });
    rotated.into_iter().chain(cut).collect()
}

/// `photo.jpg` and `photo-edited-2.jpg` become `photo-edited.jpg`; a number comes when that is taken.
fn edited_name(file: &MediaFile) -> String {
    let name = file.upload_path.rsplit('/').next().unwrap_or_default();
    let (stem, extension) = name.rsplit_once('.').unwrap_or((name, &file.extension));
    let numberless = match stem.rsplit_once('-') {
        Some((before, number)) if before.ends_with("-edited") && number.bytes().all(|byte| byte.is_ascii_digit()) => {
            before
        }
        _ => stem,
    };
    let stem = numberless.strip_suffix("-edited").unwrap_or(numberless);
    format!("{stem}-edited.{extension}")
}
