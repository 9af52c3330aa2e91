//! Sites whose embeds are shown as they come, and where they are asked for.

use url::Url;

/// Host (or the end of it), what its path holds (empty: anything), the address that answers.
const PROVIDERS: &[(&str, &str, &str)] = &[
    ("youtube.com", "/watch", "https://www.youtube.com/oembed"),
    ("youtube.com", "/playlist", "https://www.youtube.com/oembed"),
    ("youtube.com", "/shorts/", "https://www.youtube.com/oembed"),
    ("youtube.com", "/live/", "https://www.youtube.com/oembed"),
    ("youtu.be", "", "https://www.youtube.com/oembed"),
    ("vimeo.com", "", "https://vimeo.com/api/oembed.json"),
    ("dailymotion.com", "", "https://www.dailymotion.com/services/oembed"),
    ("dai.ly", "", "https://www.dailymotion.com/services/oembed"),
    ("flickr.com", "", "https://www.flickr.com/services/oembed/"),
    ("flic.kr", "", "https://www.flickr.com/services/oembed/"),
    ("smugmug.com", "", "https://api.smugmug.com/services/oembed/"),
    ("scribd.com", "/doc", "https://www.scribd.com/services/oembed"),
    ("wordpress.tv", "", "https://wordpress.tv/oembed/"),
    ("crowdsignal.net", "", "https://api.crowdsignal.com/oembed"),
    ("poll.fm", "", "https://api.crowdsignal.com/oembed"),
    ("twitter.com", "/status", "https://publish.twitter.com/oembed"),
    ("x.com", "/status", "https://publish.twitter.com/oembed"),
    ("soundcloud.com", "", "https://soundcloud.com/oembed"),
    ("spotify.com", "", "https://embed.spotify.com/oembed/"),
    ("imgur.com", "", "https://api.imgur.com/oembed"),
    ("issuu.com", "/docs/", "https://issuu.com/oembed_wp"),
    ("mixcloud.com", "", "https://app.mixcloud.com/oembed/"),
    ("ted.com", "/talks/", "https://www.ted.com/services/v1/oembed.json"),
    ("tumblr.com", "", "https://www.tumblr.com/oembed/1.0"),
    ("kickstarter.com", "/projects/", "https://www.kickstarter.com/services/oembed"),
    ("cloudup.com", "", "https://cloudup.com/oembed"),
    ("reverbnation.com", "", "https://www.reverbnation.com/oembed"),
    ("reddit.com", "/comments/", "https://www.reddit.com/oembed"),
    ("speakerdeck.com", "", "https://speakerdeck.com/oembed.json"),
    ("tiktok.com", "/video/", "https://www.tiktok.com/oembed"),
    ("pinterest.com", "", "https://www.pinterest.com/oembed.json"),
    ("bsky.app", "/post/", "https://embed.bsky.app/oembed"),
    ("pca.st", "", "https://pca.st/oembed.json"),
];

/// Where to ask for the embed of `url`, if its site is known.
pub fn endpoint(url: &Url) -> Option<&'static str> {
    let host = url.host_str()?;
    let of_site = |site: &str| host.strip_suffix(site).is_some_and(|before| before.is_empty() || before.ends_with('.'));
    let found = PROVIDERS.iter().find(|(site, path, _)| of_site(site) && url.path().contains(path));
    found.map(|(_, _, endpoint)| *endpoint)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sites_are_known_by_their_hosts_not_by_what_looks_like_them() {
        let endpoint = |text: &str| endpoint(&Url::parse(text).unwrap());
        assert_eq!(endpoint("https://www.youtube.com/watch?v=x"), Some("https://www.youtube.com/oembed"));
        assert_eq!(endpoint("https://youtu.be/x"), Some("https://www.youtube.com/oembed"));
        assert_eq!(endpoint("https://x.com/a/status/1"), Some("https://publish.twitter.com/oembed"));
        for other in
            ["https://notyoutube.com/watch?v=x", "https://youtube.com.evil.org/watch", "https://netflix.com/status"]
        {
            assert_eq!(endpoint(other), None, "{other}");
        }
    }
}
