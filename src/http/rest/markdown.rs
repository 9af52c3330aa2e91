//! `/bucketpress/v1/markdown`: Markdown as readers will see it, for previews while it is written.

use std::sync::Arc;

use actix_web::{http::StatusCode, web};
use serde_json::json;

use super::{
    action::Action,
    call::{Answer, Call},
    schema::{ALL, Schema},
    table::{self, ItemSchema, Route},
};
use crate::{
    content::{Capability, ContentFormat},
    http::error::HttpError,
    render::content,
};

/// Bytes of Markdown shown as it is typed.
const SOURCE_BYTES_MAX: usize = 1 << 20;

pub fn routes() -> Vec<Route> {
    let rendered = Schema::string("The text as HTML.").within(ALL).readonly();
    let fields = vec![("rendered".into(), rendered)];
    let item = Arc::new(ItemSchema { title: "rendered-markdown".to_owned(), fields, actions: Vec::new() });
    let kinds = ["post", "block"];
    let args = vec![
        ("source".into(), Schema::string("The Markdown, at most 1 MiB.").required()),
        ("as".into(), Schema::string("A whole post, or a block of one.").choices(kinds).default_to("post")),
    ];
    vec![Route::new("bucketpress/v1", "markdown").on(table::POST, Action::RenderMarkdown, args).item(&item)]
}

pub fn permit(call: &Call) -> Result<(), HttpError> {
    if call.can(Capability::EditPosts) || call.can(Capability::EditPages) {
        return Ok(());
    }
    Err(call.refuse("rest_cannot_render", "Sorry, you are not allowed to write Markdown here."))
}

/// HTML in the source shows as it would once saved: as HTML of those who may write it, else as text; in blocks
/// always as text.
pub async fn run(call: &Call) -> Result<Answer, HttpError> {
    let source = call.text("source").unwrap_or_default().to_owned();
    if source.len() > SOURCE_BYTES_MAX {
        let message = format!("The text has {} bytes: more than {SOURCE_BYTES_MAX} are not previewed.", source.len());
        return Err(HttpError::new(StatusCode::PAYLOAD_TOO_LARGE, "rest_markdown_too_long", message));
    }
    let block = call.text("as") == Some("block");
    let unfiltered = call.can(Capability::UnfilteredHtml);
    let rendered = web::block(move || match (block, unfiltered) {
        (true, _) => content::markdown_block(&source),
        (false, true) => of_post(&source),
        (false, false) => of_post(&content::clean_markdown(&source)),
    });
    let rendered = rendered.await.map_err(|error| HttpError::internal(&error))?;
    Ok(Answer::ok(json!({ "rendered": rendered })))
}

fn of_post(source: &str) -> String {
    let format = ContentFormat::Markdown;
    content::html(&content::ContentInput { content: source, format, ..content::ContentInput::default() })
}
