//! WordPress's REST API below `/wp-json/`.

use actix_web::web::ServiceConfig;

/// The routes of the API.
pub fn configure(config: &mut ServiceConfig) {
    let _ = config;
}
