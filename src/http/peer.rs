//! What the other servers of the site say to this one.

use actix_web::{
    HttpResponse,
    web::{Bytes, Data, PayloadConfig, ServiceConfig, resource},
};

use super::{
    access::{Anyone, post},
    error::HttpError,
    front::Front,
};
use crate::app::peers::{self, HINT_BYTES_MAX, HINT_PATH, Heard};

pub fn configure(config: &mut ServiceConfig) {
    let limit = PayloadConfig::new(HINT_BYTES_MAX);
    config.service(resource(HINT_PATH).app_data(limit).route(post(hint)));
}

/// Another server wrote an entry: read it now, not when somebody asks. Its code proves that it is of this site; a
/// forged or repeated one costs a hash.
async fn hint(_: Anyone, front: Data<Front>, body: Bytes) -> Result<HttpResponse, HttpError> {
    match peers::hear(&front.app, &body) {
        Heard::Entry(seq) => {
            if let Err(error) = front.app.log.hinted(seq).await {
                tracing::debug!(seq, %error, "what another server wrote could not be read yet");
            }
            Ok(HttpResponse::NoContent().finish())
        }
        Heard::Forged => Err(HttpError::forbidden(true, "not_a_peer", "Hints need the key of this site.")),
    }
}
