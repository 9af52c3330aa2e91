//! Pages that are started by a script of ours: the desk, the editors, the comparison of revisions. What they have in
//! common is here: who visits, what every page brings along, its frame and its policy.

use std::sync::Arc;

use actix_web::{HttpRequest, HttpResponse, http::StatusCode, web::Data};
use serde_json::{Value, json};
use tera::Context;

use super::{editor::bundle, page};
use crate::{
    app::App,
    cache::{Page, Rendered},
    http::{
        caching::CachePolicy,
        error::HttpError,
        front::Front,
        guard::{Identity, NONCE_ACTION, Proof},
        nonce,
        rest::{Inside, Tables},
        security::{self, SecurityPolicy},
        session::{self, SessionUser},
        site,
    },
    index::Site,
    store::log::Snapshot,
};

/// Where a user's preferences have those of the desk.
const PREFERENCES: &str = "bucketpress/desk";
const SCHEMES: [&str; 3] = ["auto", "light", "dark"];
/// The first of these the theme has is what the text looks like where it is written.
const THEME_STYLES: [&str; 2] = ["editor-style.css", "style.css"];

/// Who asks for a page, and the API as they may use it.
#[derive(Debug)]
pub struct Visit {
    pub app: Data<App>,
    pub front: Data<Front>,
    pub user: SessionUser,
    pub inside: Inside,
    ip: String,
}

impl Visit {
    /// `None`: nobody is signed in.
    pub fn open(front: Data<Front>, tables: &Tables, request: &HttpRequest) -> Option<Self> {
        let app = Data::from(front.app.clone());
        let at = app.log.current();
        let user = session::identify(&app, &at.state, request)?;
        let ip = page::origin(&front, request).ip_text();
        let inside = inside(&app, tables, at, &user, &ip);
        Some(Self { app, front, user, inside, ip })
    }

    /// From now on with what this snapshot has.
    pub fn move_to(&mut self, tables: &Tables, at: Arc<Snapshot<Site>>) {
        self.inside = inside(&self.app, tables, at, &self.user, &self.ip);
    }

    /// What the script of every page is told (`admin/src/start.js`), and what this page has of its own.
    ///
    /// # Errors
    /// When the API refuses the user's own preferences.
    pub async fn boot(&self, own: Value) -> Result<Value, HttpError> {
        let site = self.inside.site().settings();
        let preferences = self.inside.get("/wp/v2/users/me?context=edit&_fields=meta").await?;
        let preferences = &preferences["meta"]["persisted_preferences"];
        let scheme = preferences[PREFERENCES]["colorScheme"].as_str();
        let offset = f64::from(site.gmt_offset_minutes) / 60.0;
        let styles = THEME_STYLES.iter().find_map(|path| self.app.theme.asset_url(path));
        let facts = json!({
            "root": "/wp-json/",
            "nonce": nonce::create(&self.app, NONCE_ACTION, &self.user),
            "nonceEndpoint": "/wp-admin/admin-ajax.php?action=rest-nonce",
            "user": { "id": self.user.user.id.0, "name": self.user.user.display_name, "login": self.user.user.login },
            "site": { "title": site.title, "home": site.home },
            "scheme": scheme.filter(|scheme| SCHEMES.contains(scheme)).unwrap_or("auto"),
            "preferences": if preferences.is_object() { preferences.clone() } else { json!({}) },
            "themeStyles": styles.into_iter().collect::<Vec<_>>(),
            "contentStyle": bundle::content().map(|name| format!("/wp-admin/assets/{name}")),
            "uploadBytesMax": self.app.config.media.upload_bytes_max,
            "formats": {
                "date": site.date_format,
                "time": site.time_format,
                "datetime": format!("{} {}", site.date_format, site.time_format),
                "datetimeAbbreviated": format!("M j, Y {}", site.time_format),
            },
            "timezone": {
                "string": site.time_zone,
                "offset": offset,
                "offsetFormatted": offset.to_string(),
                "abbr": "",
            },
        });
        Ok(joined(facts, own))
    }

    /// The policy of a page that shows others in frames.
    pub fn framing(&self) -> security::App {
        security::App::new(&self.inside.site().settings().home).with_frames()
    }

    /// The page of `screen`, which is the name of its template and of its script. `also` are values of the template.
    ///
    /// # Errors
    /// 501 when the program was built without it; when the template fails.
    pub async fn show(
        &self,
        request: &HttpRequest,
        screen: Screen<'_>,
        boot: &Value,
        also: Context,
    ) -> Result<HttpResponse, HttpError> {
        let Some(parts) = bundle::parts(screen.name) else { return Err(not_built()) };
        let settings = self.inside.site().settings();
        let mut context = also;
        context.insert("heading", screen.heading);
        context.insert("site_title", if settings.title.is_empty() { "Bucketpress" } else { &settings.title });
        context.insert("scheme", &boot["scheme"]);
        for (name, value) in [("script", parts.script), ("style", parts.style), ("licenses", parts.licenses)] {
            context.insert(name, value);
        }
        context.insert("boot", &for_script(boot));
        let template = format!("{}.html", screen.name);
        let html = self.front.templates.render(&template, &context);
        let html = html.map_err(|error| HttpError::internal(&format_args!("{template}: {error}")))?;
        let now = self.app.clock.now();
        let page = Page::new(Rendered {
            status: 200,
            content_type: "text/html; charset=UTF-8".to_owned(),
            body: html.into(),
            tags: Vec::new(),
            seq: 0,
            rendered_at: now,
            fresh_until: None,
            varies_by_password: false,
            framed: false,
            headers: Vec::new(),
        });
        let response = site::page::respond(&page, request.headers(), now).await;
        Ok(CachePolicy::NoStore.on(SecurityPolicy::App(screen.policy).on(response)))
    }
}

/// `name` is that of its script, its style sheet and its template.
#[derive(Debug)]
pub struct Screen<'a> {
    pub name: &'static str,
    pub heading: &'a str,
    pub policy: security::App,
}

fn inside(app: &Data<App>, tables: &Tables, at: Arc<Snapshot<Site>>, user: &SessionUser, ip: &str) -> Inside {
    let user = Some(user.user.clone().into());
    Inside::new(app, tables, at, Identity { user, proof: Proof::Session, refused: None, ip: ip.to_owned() })
}

/// The members of both.
pub fn joined(mut all: Value, more: Value) -> Value {
    if let (Value::Object(all), Value::Object(more)) = (&mut all, more) {
        all.extend(more);
    }
    all
}

/// JSON that may lie in a script element, where `<` could end it.
fn for_script(boot: &Value) -> String {
    boot.to_string().replace('<', "\\u003c")
}

pub fn not_built() -> HttpError {
    let message = "desk and editor are not in this program: it was built without them. `make` in the source folder builds \
                   all of it (it needs Node); after that, start the new program";
    HttpError::new(StatusCode::NOT_IMPLEMENTED, "editor_not_built", message)
}
