//! WordPress's checks of its own host, and its export of a theme's templates: answered, never done.
//! `bucketpress check` and the metrics say how a site is.

use super::{
    action::Action,
    call::{Answer, Call},
    table::{self, Route},
};
use crate::{content::Capability, http::error::HttpError};

const SITE_HEALTH: &str = "wp-site-health/v1";

pub fn routes() -> Vec<Route> {
    let checks = [
        "tests/background-updates",
        "tests/loopback-requests",
        "tests/https-status",
        "tests/dotorg-communication",
        "tests/authorization-header",
        "directory-sizes",
        "tests/page-cache",
    ];
    let mut routes: Vec<Route> = checks
        .into_iter()
        .map(|path| Route::new(SITE_HEALTH, path).on(table::GET, Action::SiteHealth, Vec::new()))
        .collect();
    routes.push(Route::new("wp-block-editor/v1", "export").on(table::GET, Action::ExportTemplates, Vec::new()));
    routes
}

/// Nobody may: there is nothing of WordPress's to check.
pub fn permit(call: &Call) -> Result<(), HttpError> {
    Err(call.refuse("rest_forbidden", "Sorry, you are not allowed to do that."))
}

pub fn permit_export(call: &Call) -> Result<(), HttpError> {
    if call.can(Capability::EditThemeOptions) {
        return Ok(());
    }
    let message = "Sorry, you are not allowed to export templates and template parts.";
    Err(call.refuse("rest_cannot_export_templates", message))
}

/// WordPress's answer of a host that cannot make archives.
pub fn export() -> Result<Answer, HttpError> {
    let status = actix_web::http::StatusCode::NOT_IMPLEMENTED;
    Err(HttpError::new(status, "missing_zip_package", "Zip Export not supported."))
}
