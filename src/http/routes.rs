//! The table of every URL. What is not here is a page of the site.

use actix_web::web::{self, ServiceConfig, get, post};

use super::{admin, health, metrics, peer, rest, site, xmlrpc};

/// Bytes of a form other than an upload.
const FORM_BYTES_MAX: usize = 64 * 1024;

pub fn configure(config: &mut ServiceConfig) {
    config.app_data(web::FormConfig::default().limit(FORM_BYTES_MAX).error_handler(admin::form_error));
    // Operating.
    config
        .route("/healthz", get().to(health::healthz))
        .route("/readyz", get().to(health::readyz))
        .route("/metrics", get().to(metrics::show));
    // Hints of the other servers.
    peer::configure(config);
    // Sign-in, set-up, the desk, the editor.
    config
        .route("/wp-login.php", get().to(admin::login::show))
        .route("/wp-login.php", post().to(admin::login::submit))
        .route("/wp-admin/install.php", get().to(admin::install::show))
        .route("/wp-admin/install.php", post().to(admin::install::submit))
        .route("/wp-admin/", get().to(admin::desk::home))
        .route("/wp-admin", get().to(admin::desk::home))
        .route("/wp-admin/index.php", get().to(admin::desk::home))
        .route("/wp-admin/edit.php", get().to(admin::desk::posts))
        .route("/wp-admin/upload.php", get().to(admin::desk::media))
        .route("/wp-admin/media-new.php", get().to(admin::desk::to_media))
        .route("/wp-admin/profile.php", get().to(admin::desk::profile))
        .route("/wp-admin/profile.php", post().to(admin::account::change))
        .route("/wp-admin/authorize-application.php", get().to(admin::authorize::show))
        .route("/wp-admin/authorize-application.php", post().to(admin::authorize::submit))
        .route("/wp-admin/post-new.php", get().to(admin::editor::add))
        .route("/wp-admin/post.php", get().to(admin::editor::edit))
        .route("/wp-admin/revision.php", get().to(admin::revisions::show))
        .route("/wp-admin/revision.php", post().to(admin::revisions::restore))
        .route("/wp-admin/admin-ajax.php", get().to(admin::ajax::show))
        .route("/wp-admin/admin-ajax.php", post().to(admin::ajax::submit))
        .route("/wp-admin/assets/{file}", get().to(admin::asset));
    // REST API: everything below /wp-json.
    rest::configure(config);
    // XML-RPC: /xmlrpc.php.
    xmlrpc::configure(config);
    // Files.
    config
        .route("/wp-content/uploads/{path:.+}", web::to(site::media::show))
        .route("/wp-content/themes/{theme}/{path:.+}", get().to(site::asset::show))
        .route("/wp-sitemap.css", get().to(site::asset::sitemap_style))
        .route("/favicon.ico", get().to(site::asset::favicon));
    // The site: comments, and everything else.
    config.route("/wp-comments-post.php", post().to(site::comment::submit));
    config.default_service(web::to(site::page::show));
}
