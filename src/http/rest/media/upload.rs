//! Uploads: one file per request, multipart or raw, streamed into the store while it is received.

use std::io;

use actix_web::{http::StatusCode, web::Bytes};
use futures_util::{Stream, StreamExt};
use tokio::sync::mpsc;

use crate::{
    content::Edit,
    http::{
        attachment,
        error::HttpError,
        rest::{
            call::{Answer, Call},
            posts::{kind::PostKind, show, write_fields},
        },
    },
    media::{Media, MediaError, Stored, UploadRules},
    publish::Outcome,
};

/// Chunks between the connection and the store.
const CHUNKS_WAITING_MAX: usize = 8;

/// A file that came with a request; its bytes are in the store, under their hash.
#[derive(Clone, Debug)]
pub struct Upload {
    pub stored: Stored,
}

/// Stores a file as it arrives. Nothing names it yet: a request that fails later leaves an orphan for collection.
///
/// # Errors
/// 400 for files this site does not take, 413 for too large ones.
pub async fn receive<E: std::fmt::Display>(
    media: &Media,
    mut body: impl Stream<Item = Result<Bytes, E>> + Unpin,
    name: &str,
    rules: UploadRules,
) -> Result<Upload, HttpError> {
    // The connection stays on its own thread; a channel hands its bytes to the store.
    let (sender, receiver) = mpsc::channel::<Result<Bytes, io::Error>>(CHUNKS_WAITING_MAX);
    let forward = async move {
        while let Some(chunk) = body.next().await {
            let chunk = chunk.map_err(|error| io::Error::other(error.to_string()));
            let broken = chunk.is_err();
            if sender.send(chunk).await.is_err() || broken {
                break;
            }
        }
    };
    let chunks = futures_util::stream::unfold(receiver, |mut receiver| async move {
        receiver.recv().await.map(|chunk| (chunk, receiver))
    });
    let ((), stored) = futures_util::join!(forward, media.store(chunks.boxed(), name, rules));
    Ok(Upload { stored: stored.map_err(refused)? })
}

/// A file that could not be taken, in the API's words.
pub fn refused(error: MediaError) -> HttpError {
    let message = error.to_string();
    match error {
        MediaError::Refused(_) | MediaError::Damaged(_) | MediaError::TooManyPixels { .. } => {
            HttpError::bad_request("rest_upload_sideload_error", message)
        }
        MediaError::TooLarge { .. } => {
            HttpError::new(StatusCode::PAYLOAD_TOO_LARGE, "rest_upload_file_too_big", message)
        }
        MediaError::Interrupted(_) => HttpError::bad_request("rest_upload_incomplete", message),
        MediaError::Busy => HttpError::unavailable(&message),
        MediaError::Object(error) => HttpError::from(error),
    }
}

/// Makes the attachment of the file that came along.
pub async fn create(kind: &PostKind, mut call: Call) -> Result<Answer, HttpError> {
    let Some(upload) = call.upload.clone() else {
        return Err(HttpError::bad_request("rest_upload_no_data", "No data supplied."));
    };
    let save = write_fields(kind, &mut call).await?;
    let save = attachment::save(save, &upload.stored, call.site().settings(), call.now);
    let commit = call.commit(Edit::SavePost(Box::new(save))).await?;
    let Outcome::Post { id, .. } = commit.outcome else {
        return Err(HttpError::internal(&format_args!("saving an attachment gave {:?}", commit.outcome)));
    };
    let location = call.href(&format!("{}/{id}", kind.rest_base));
    Ok(show(kind, call, id, &commit).await?.created(location))
}
