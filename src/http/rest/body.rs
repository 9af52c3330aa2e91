//! Request bodies: JSON, forms, multipart and raw files, each within its limit.

use actix_multipart::{Field, Multipart};
use actix_web::{
    FromRequest, HttpRequest,
    http::{StatusCode, header},
    web::{Bytes, BytesMut, Payload},
};
use futures_util::StreamExt;
use serde_json::{Map, Value};

use super::{
    media::upload::{self, Upload},
    params,
};
use crate::{
    content::Capability,
    http::{error::HttpError, guard::Identity},
    media::{Media, UploadRules},
};

/// JSON and forms: long posts with room to spare.
const TEXT_BYTES_MAX: usize = 16 << 20;
/// Text fields of one multipart body.
const PART_BYTES_MAX: usize = 1 << 20;
const PARTS_MAX: usize = 100;

#[derive(Debug, Default)]
pub struct Body {
    pub fields: Map<String, Value>,
    pub upload: Option<Upload>,
}

/// Where files of this request go: known only where the caller may upload and the address takes files.
#[derive(Clone, Copy, Debug)]
pub struct Files<'a> {
    pub media: &'a Media,
    pub rules: UploadRules,
}

impl<'a> Files<'a> {
    pub fn accepted(media: &'a Media, identity: &Identity, path: &str) -> Option<Self> {
        let takes_files = path.trim_end_matches('/') == "/wp/v2/media" && identity.can(Capability::UploadFiles);
        let rules = UploadRules { unfiltered_html: identity.can(Capability::UnfilteredHtml) };
        takes_files.then_some(Self { media, rules })
    }
}

/// Reads the body of a request that writes. Files are stored on the way where they are accepted, else not read.
///
/// # Errors
/// 400 for what cannot be read, 413 for what is too long, 415 for what is packed: small bodies can be very long then.
pub async fn read(request: &HttpRequest, payload: Payload, files: Option<Files<'_>>) -> Result<Body, HttpError> {
    if let Some(encoding) = super::header(request, header::CONTENT_ENCODING.as_str())
        && !encoding.trim().eq_ignore_ascii_case("identity")
    {
        let message = format!("The body is packed ({encoding}): send it as it is.");
        return Err(HttpError::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, "rest_unsupported_encoding", message));
    }
    let content_type = super::header(request, header::CONTENT_TYPE.as_str()).unwrap_or_default();
    let essence = content_type.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    if essence == "multipart/form-data" {
        return multipart(request, payload, files).await;
    }
    if let Some(disposition) = super::header(request, header::CONTENT_DISPOSITION.as_str()) {
        let Some(files) = files else { return Ok(Body::default()) };
        let Some(name) = filename(disposition) else {
            let message = "The Content-Disposition header names no file.";
            return Err(HttpError::bad_request("rest_upload_invalid_disposition", message));
        };
        let stored = upload::receive(files.media, payload, &name, files.rules).await?;
        return Ok(Body { fields: Map::new(), upload: Some(stored) });
    }
    let text = all(payload, TEXT_BYTES_MAX).await?;
    let fields = match essence.as_str() {
        "application/json" => json(&text)?,
        "application/x-www-form-urlencoded" => params::parse(&String::from_utf8_lossy(&text))?,
        other if other.ends_with("+json") => json(&text)?,
        _ => Map::new(),
    };
    Ok(Body { fields, upload: None })
}

fn json(text: &[u8]) -> Result<Map<String, Value>, HttpError> {
    if text.iter().all(u8::is_ascii_whitespace) {
        return Ok(Map::new());
    }
    // Depth is bounded by the parser: 128 levels.
    match serde_json::from_slice(text) {
        Ok(Value::Object(fields)) => Ok(fields),
        Ok(_) => Ok(Map::new()),
        Err(error) => Err(HttpError::bad_request("rest_invalid_json", "Invalid JSON body passed.")
            .with("json_error_message", error.to_string())),
    }
}

fn too_large() -> HttpError {
    HttpError::new(StatusCode::PAYLOAD_TOO_LARGE, "rest_body_too_large", "The request is larger than this site takes.")
}

fn broken(error: &dyn std::fmt::Display) -> HttpError {
    tracing::debug!(%error, "request body cannot be read");
    HttpError::bad_request("rest_invalid_body", "The request body cannot be read.")
}

async fn all(mut payload: Payload, bytes_max: usize) -> Result<Bytes, HttpError> {
    let mut body = BytesMut::new();
    while let Some(chunk) = payload.next().await {
        let chunk = chunk.map_err(|error| broken(&error))?;
        if body.len() + chunk.len() > bytes_max {
            return Err(too_large());
        }
        body.extend_from_slice(&chunk);
    }
    Ok(body.freeze())
}

async fn multipart(request: &HttpRequest, payload: Payload, files: Option<Files<'_>>) -> Result<Body, HttpError> {
    let mut parts =
        Multipart::from_request(request, &mut payload.into_inner()).await.map_err(|error| broken(&error))?;
    let mut body = Body::default();
    let mut count = 0;
    while let Some(part) = parts.next().await {
        let mut part = part.map_err(|error| broken(&error))?;
        count += 1;
        if count > PARTS_MAX {
            return Err(too_large());
        }
        let disposition = part.content_disposition();
        let name = disposition.and_then(|value| value.get_name()).unwrap_or_default().to_owned();
        let filename = disposition.and_then(|value| value.get_filename()).map(str::to_owned);
        match (filename, files) {
            (Some(filename), Some(files)) if body.upload.is_none() => {
                body.upload = Some(upload::receive(files.media, part, &filename, files.rules).await?);
            }
            // One file per request; and none from who may not bring any, who is told so later.
            (Some(_), _) => break,
            (None, _) => {
                let text = part_text(&mut part).await?;
                params::insert(&mut body.fields, &name, text)?;
            }
        }
    }
    Ok(body)
}

async fn part_text(part: &mut Field) -> Result<String, HttpError> {
    let mut bytes = BytesMut::new();
    while let Some(chunk) = part.next().await {
        let chunk = chunk.map_err(|error| broken(&error))?;
        if bytes.len() + chunk.len() > PART_BYTES_MAX {
            return Err(too_large());
        }
        bytes.extend_from_slice(&chunk);
    }
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

/// The file's name in `attachment; filename="name.jpg"` or `filename*=UTF-8''n%C3%A4me.jpg`.
fn filename(disposition: &str) -> Option<String> {
    let value = header::HeaderValue::from_str(disposition).ok()?;
    let parsed = header::ContentDisposition::from_raw(&value).ok()?;
    let extended = parsed.get_filename_ext().map(|name| String::from_utf8_lossy(&name.value).into_owned());
    extended.or_else(|| parsed.get_filename().map(str::to_owned))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_the_name_of_a_raw_file() {
        assert_eq!(filename(r#"attachment; filename="a b.jpg""#).unwrap(), "a b.jpg");
        assert_eq!(filename("attachment; filename=a.jpg").unwrap(), "a.jpg");
        assert_eq!(filename("attachment; filename*=UTF-8''n%C3%A4me.jpg").unwrap(), "näme.jpg");
        assert_eq!(filename("attachment"), None);
    }

    #[test]
    fn says_what_is_wrong_with_json() {
        assert_eq!(json(b"{\"a\": ").unwrap_err().code, "rest_invalid_json");
        assert_eq!(json(b" \n").unwrap().len(), 0);
        let deep = format!("{}1{}", "[".repeat(500), "]".repeat(500));
        assert!(json(format!("{{\"a\":{deep}}}").as_bytes()).is_err());
    }
}
