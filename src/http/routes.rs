//! The table of every URL. What is not here is a page of the site.

use actix_web::web::{self, ServiceConfig};

use super::{
    access::{any, get, post},
    admin, health, metrics, peer, rest, site, xmlrpc,
};

/// Bytes of a form other than an upload.
const FORM_BYTES_MAX: usize = 64 * 1024;

pub fn configure(config: &mut ServiceConfig) {
    config.app_data(web::FormConfig::default().limit(FORM_BYTES_MAX).error_handler(admin::form_error));
    // Operating.
    config
        .route("/healthz", get(health::healthz))
        .route("/readyz", get(health::readyz))
        .route("/metrics", get(metrics::show));
    // Hints of the other servers.
    peer::configure(config);
    // Sign-in, set-up, the desk, the editor.
    config
        .route("/wp-login.php", get(admin::login::show))
        .route("/wp-login.php", post(admin::login::submit))
        .route("/wp-admin/install.php", get(admin::install::show))
        .route("/wp-admin/install.php", post(admin::install::submit))
        .route("/wp-admin/", get(admin::desk::home))
        .route("/wp-admin", get(admin::desk::home))
        .route("/wp-admin/index.php", get(admin::desk::home))
        .route("/wp-admin/edit.php", get(admin::desk::posts))
        .route("/wp-admin/site-editor.php", get(admin::desk::site_editor))
        .route("/wp-admin/edit-tags.php", get(admin::desk::terms::list))
        .route("/wp-admin/edit-comments.php", get(admin::desk::comments))
        .route("/wp-admin/upload.php", get(admin::desk::media))
        .route("/wp-admin/media-new.php", get(admin::desk::to_media))
        .route("/wp-admin/profile.php", get(admin::desk::profile))
        .route("/wp-admin/profile.php", post(admin::account::change))
        .route("/wp-admin/authorize-application.php", get(admin::authorize::show))
        .route("/wp-admin/authorize-application.php", post(admin::authorize::submit))
        .route("/wp-admin/post-new.php", get(admin::editor::add))
        .route("/wp-admin/post.php", get(admin::editor::edit))
        .route("/wp-admin/revision.php", get(admin::revisions::show))
        .route("/wp-admin/revision.php", post(admin::revisions::restore))
        .route("/wp-admin/admin-ajax.php", get(admin::ajax::show))
        .route("/wp-admin/admin-ajax.php", post(admin::ajax::submit))
        .route("/wp-admin/assets/{file}", get(admin::asset));
    // REST API: everything below /wp-json.
    rest::configure(config);
    // XML-RPC: /xmlrpc.php.
    xmlrpc::configure(config);
    // Files.
    config
        .route("/wp-content/uploads/{path:.+}", any(site::media::show))
        .route("/wp-content/themes/{theme}/{path:.+}", get(site::asset::show))
        .route("/wp-sitemap.css", get(site::asset::sitemap_style))
        .route("/favicon.ico", get(site::asset::favicon));
    // The site: comments, and everything else.
    config.route("/wp-comments-post.php", post(site::comment::submit));
    config.default_service(any(site::page::show));
}
