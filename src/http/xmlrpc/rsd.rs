//! Really Simple Discovery: which interfaces the site has, and where.
//! <https://cyber.harvard.edu/blogs/gems/tech/rsd.html>

use actix_web::HttpResponse;

use crate::{content::Settings, render::escape::xml};

/// Clients choose how to talk to a server by this name; we talk as WordPress does.
pub const ENGINE: &str = "WordPress";

pub fn show(settings: &Settings) -> HttpResponse {
    let home = xml(&settings.home);
    let apis: String = ["WordPress", "Movable Type", "MetaWeblog", "Blogger"]
        .iter()
        .map(|name| {
            let preferred = *name == "WordPress";
            format!("<api name=\"{name}\" blogID=\"1\" preferred=\"{preferred}\" apiLink=\"{home}/xmlrpc.php\"/>\n")
        })
        .collect();
    let body = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n\
         <rsd version=\"1.0\" xmlns=\"http://archipelago.phrasewise.com/rsd\">\n<service>\n\
         <engineName>{ENGINE}</engineName>\n<engineLink>https://wordpress.org/</engineLink>\n\
         <homePageLink>{home}</homePageLink>\n<apis>\n{apis}\
         <api name=\"WP-API\" blogID=\"1\" preferred=\"false\" apiLink=\"{home}/wp-json/\"/>\n\
         </apis>\n</service>\n</rsd>\n"
    );
    HttpResponse::Ok().content_type("text/xml; charset=UTF-8").body(body)
}
