//! `/robots.txt`.

/// `blog_public` off asks everyone to stay away; pages then carry `noindex` as well.
pub fn txt(home: &str, search_engines_welcome: bool) -> String {
    let home = home.trim_end_matches('/');
    if search_engines_welcome {
        format!(
            "User-agent: *\nDisallow: /wp-admin/\nAllow: /wp-admin/admin-ajax.php\n\nSitemap: {home}/wp-sitemap.xml\n"
        )
    } else {
        "User-agent: *\nDisallow: /\n".to_owned()
    }
}
