//! oEmbed: posts of this site for others, and what others offer for the editor.
//!
//! <https://oembed.com/>

mod own;
mod providers;
mod proxy;

pub use self::proxy::{permit, run as proxy};
use super::{
    action::Action,
    call::{Answer, Call},
    schema::Schema,
    table::{self, Route},
};
use crate::http::error::HttpError;

const WIDTH: i64 = 600;

pub fn routes() -> Vec<Route> {
    let url = || ("url".into(), Schema::uri("Address of what is to be embedded.").required());
    let embed = vec![
        url(),
        ("format".into(), Schema::default().default_to("json")),
        ("maxwidth".into(), Schema::default().default_to(WIDTH)),
    ];
    let proxied = vec![
        url(),
        ("format".into(), Schema::string("Of the answer.").default_to("json").choices(["json", "xml"])),
        ("maxwidth".into(), Schema::integer("Width of the frame in pixels, at most.").default_to(WIDTH)),
        ("maxheight".into(), Schema::integer("Its height in pixels, at most.")),
        ("discover".into(), Schema::boolean("Ask sites nobody has heard of, too.").default_to(true)),
    ];
    vec![
        Route::new("oembed/1.0", "embed").on(table::GET, Action::Oembed, embed),
        Route::new("oembed/1.0", "proxy").on(table::GET, Action::OembedProxy, proxied),
    ]
}

fn not_found() -> HttpError {
    HttpError::not_found("oembed_invalid_url", "Not Found")
}

/// A number of pixels that clients send as text.
fn pixels(call: &Call, name: &str) -> Option<u64> {
    let value = call.args.get(name)?;
    value.as_u64().or_else(|| value.as_str()?.trim().parse().ok())
}

/// A public post of this site.
pub fn embed(call: &Call) -> Result<Answer, HttpError> {
    let url = call.text("url").unwrap_or_default();
    let data = own::data(call, url, pixels(call, "maxwidth")).ok_or_else(not_found)?;
    let other_form = (call.text("format") == Some("xml")).then(|| ("text/xml; charset=UTF-8", own::xml(&data)));
    Ok(Answer { other_form, ..Answer::ok(data.into()) })
}
