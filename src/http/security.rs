//! What a browser may do with our answers: the only code that writes the headers that say so.
//!
//! `docs/security.md` lists them; `tests/it/site/headers.rs` asks for them on every kind of page.

use actix_web::{
    HttpResponse,
    http::header::{self, HeaderMap, HeaderName, HeaderValue},
};

use super::metrics::Class;
use crate::config::SecurityConfig;

const PERMISSIONS_POLICY: HeaderName = HeaderName::from_static("permissions-policy");
const OPENER_POLICY: HeaderName = HeaderName::from_static("cross-origin-opener-policy");

/// Nothing at all, for answers that are no page.
const INERT: HeaderValue = HeaderValue::from_static("default-src 'none'; frame-ancestors 'none'");
/// A file of somebody's that a browser would run scripts of, were it a page of this site.
const SANDBOX: HeaderValue = HeaderValue::from_static("default-src 'none'; style-src 'unsafe-inline'; sandbox");
/// Features of the device that no page of ours uses.
const DESK_PERMISSIONS: HeaderValue = HeaderValue::from_static(
    "accelerometer=(), browsing-topics=(), camera=(), display-capture=(), geolocation=(), gyroscope=(), \
     magnetometer=(), microphone=(), midi=(), payment=(), usb=()",
);
/// A card in a frame: the theme's own styles and scripts, any picture, no form. Whoever likes may frame it.
const EMBED: HeaderValue = HeaderValue::from_static(
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; font-src 'self' data:; img-src * data:; \
     base-uri 'none'; form-action 'none'",
);
const DENY: HeaderValue = HeaderValue::from_static("DENY");
const SAME_ORIGIN: HeaderValue = HeaderValue::from_static("same-origin");

/// Types a browser would run scripts of, were they pages of this site.
const ACTIVE: [&str; 5] = ["text/html", "application/xhtml+xml", "image/svg+xml", "text/xml", "application/xml"];

/// What handlers attach to an answer with [`SecurityPolicy::on`]; an answer without one has that of its address.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SecurityPolicy {
    /// A page of the site, or what belongs to it: as the operator has it.
    Site,
    /// A card of a post, to be shown in frames of any site.
    Embed,
    /// A page of ours without scripts. `form_to`: where a form may lead beside this site, as a source.
    Form { form_to: String },
    /// A page of ours that a script of ours makes.
    App(App),
    /// An answer for programs.
    Api,
    /// A file of somebody's.
    File { active: bool },
}

/// A page that a script of ours makes. Nothing in it comes from other sites.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct App {
    /// The site's public address, under which media are linked.
    home: String,
    /// Scripts beside those of files, as hashes.
    scripts: &'static str,
    /// Shows pages or files in frames, and makes files itself.
    frames: bool,
}

impl App {
    pub fn new(home: &str) -> Self {
        // As a source the address must not be able to say more than that.
        let plain = home.bytes().all(|byte| byte.is_ascii_alphanumeric() || b":/.-_[]".contains(&byte));
        Self { home: if plain { home.to_owned() } else { String::new() }, scripts: "", frames: false }
    }

    #[must_use]
    pub fn with_frames(mut self) -> Self {
        self.frames = true;
        self
    }

    #[must_use]
    pub fn with_scripts(mut self, hashes: &'static str) -> Self {
        self.scripts = hashes;
        self
    }

    fn content(&self) -> String {
        let Self { home, scripts, frames } = self;
        let space = if scripts.is_empty() { "" } else { " " };
        let (blob, frame) = if *frames { (" blob:", "'self' blob:") } else { ("", "'none'") };
        let object = if *frames { format!("'self' {home}") } else { "'none'".to_owned() };
        let frame = if *frames { format!("{frame} {home}") } else { frame.to_owned() };
        format!(
            "default-src 'none'; script-src 'self'{space}{scripts}; style-src 'self' 'unsafe-inline'; \
             img-src 'self' {home} data:{blob}; media-src 'self' {home}{blob}; font-src 'self' data:; \
             object-src {object}; connect-src 'self'{blob}; frame-src {frame}; form-action 'self'; base-uri 'self'; \
             frame-ancestors 'none'"
        )
    }
}

impl SecurityPolicy {
    /// A page of ours whose forms stay here.
    pub const FORM: Self = Self::Form { form_to: String::new() };

    /// Attaches this policy to `response`.
    #[must_use]
    pub fn on(self, mut response: HttpResponse) -> HttpResponse {
        response.extensions_mut().insert(self);
        response
    }

    /// Of an uploaded file of this type.
    pub fn of_file(mime_type: &str) -> Self {
        Self::File { active: ACTIVE.iter().any(|active| mime_type.starts_with(active)) }
    }

    /// Of an answer to which no handler has attached one.
    pub fn of_class(class: Class) -> Self {
        match class {
            Class::Page => Self::Site,
            Class::Admin => Self::FORM,
            Class::Rest | Class::XmlRpc | Class::Probe => Self::Api,
            Class::Media | Class::Asset => Self::File { active: false },
        }
    }
}

/// Header values prepared once, since a warm page writes them on every request.
#[derive(Clone, Debug)]
pub struct SecurityHeaders {
    site: Vec<(HeaderName, HeaderValue)>,
    transport: Option<HeaderValue>,
}

impl SecurityHeaders {
    pub fn new(config: &SecurityConfig) -> Self {
        let framed_by_own = config.content_policy.contains("frame-ancestors 'self'");
        let texts = [
            (header::CONTENT_SECURITY_POLICY, config.content_policy.as_str()),
            (PERMISSIONS_POLICY, &config.permissions_policy),
            (header::REFERRER_POLICY, "strict-origin-when-cross-origin"),
            // for browsers that do not know `frame-ancestors`
            (header::X_FRAME_OPTIONS, if framed_by_own { "SAMEORIGIN" } else { "" }),
        ];
        let texts = texts.into_iter().filter(|(_, text)| !text.is_empty());
        let site = texts.filter_map(|(name, text)| Some((name, HeaderValue::from_str(text).ok()?))).collect();
        let seconds = config.transport_security.as_secs();
        let transport = (seconds > 0).then(|| HeaderValue::try_from(format!("max-age={seconds}")).ok()).flatten();
        Self { site, transport }
    }

    /// Writes the headers of `policy`; `secure`: the client came by TLS.
    pub fn write(&self, policy: &SecurityPolicy, secure: bool, headers: &mut HeaderMap) {
        debug_assert!(
            !headers.contains_key(header::CONTENT_SECURITY_POLICY),
            "security headers are set in http::security alone"
        );
        headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
        if let Some(transport) = self.transport.as_ref().filter(|_| secure) {
            headers.insert(header::STRICT_TRANSPORT_SECURITY, transport.clone());
        }
        let content = match policy {
            SecurityPolicy::Site => {
                for (name, value) in &self.site {
                    headers.insert(name.clone(), value.clone());
                }
                return;
            }
            SecurityPolicy::Embed => {
                for (name, value) in self.site.iter().filter(|(name, _)| *name != header::X_FRAME_OPTIONS) {
                    headers.insert(name.clone(), value.clone());
                }
                headers.insert(header::CONTENT_SECURITY_POLICY, EMBED);
                return;
            }
            SecurityPolicy::File { active } => {
                if *active {
                    headers.insert(header::CONTENT_SECURITY_POLICY, SANDBOX);
                }
                return;
            }
            SecurityPolicy::Api => {
                headers.insert(header::CONTENT_SECURITY_POLICY, INERT);
                return;
            }
            SecurityPolicy::Form { form_to } => format!(
                "default-src 'none'; style-src 'self'; img-src 'self' data:; form-action 'self' {form_to}; \
                 base-uri 'none'; frame-ancestors 'none'"
            ),
            SecurityPolicy::App(app) => app.content(),
        };
        headers.insert(header::CONTENT_SECURITY_POLICY, HeaderValue::try_from(content).unwrap_or(INERT));
        headers.insert(header::X_FRAME_OPTIONS, DENY);
        headers.insert(header::REFERRER_POLICY, SAME_ORIGIN);
        headers.insert(OPENER_POLICY, SAME_ORIGIN);
        headers.insert(PERMISSIONS_POLICY, DESK_PERMISSIONS);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_says_no_more_than_where_it_is() {
        let policy = App::new("https://example.org").content();
        assert!(policy.contains("img-src 'self' https://example.org data:;"), "{policy}");
        let policy = App::new("https://example.org; script-src *").content();
        assert!(!policy.contains('*'), "{policy}");
    }
}
