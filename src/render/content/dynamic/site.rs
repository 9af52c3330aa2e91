//! Blocks that show the site itself.

use super::{Attributes, attributes::css_value};
use crate::render::{content::images, escape, image::Picture, sanitize};

/// Width of a logo that says none: what the editor shows.
const LOGO_WIDTH_PX: u32 = 120;

/// What these blocks show.
#[derive(Clone, Debug, Default)]
pub struct SiteFacts {
    /// Without a slash at its end.
    pub home: String,
    /// Plain.
    pub title: String,
    pub tagline: String,
    pub logo: Option<Picture>,
}

/// The HTML of the block `name` (without `core/`) if it is one that shows the site.
pub fn of_site(name: &str, attributes: Attributes<'_>, site: &SiteFacts) -> Option<String> {
    let home = escape::url(&format!("{}/", site.home));
    let target = target(attributes);
    Some(match name {
        "site-title" => {
            let title = escape::html(&site.title);
            let inner = match attributes.flag("isLink", true) {
                true => format!("<a href=\"{home}\" target=\"{target}\" rel=\"home\">{title}</a>"),
                false => title,
            };
            let tag = match attributes.number("level") {
                Some(0) => "p".to_owned(),
                level => format!("h{}", level.unwrap_or(1).clamp(1, 6)),
            };
            format!("<{tag}{}>{inner}</{tag}>", attributes.outer("site-title", &[]))
        }
        "site-tagline" if site.tagline.is_empty() => String::new(),
        "site-tagline" => {
            format!("<p{}>{}</p>", attributes.outer("site-tagline", &[]), escape::html(&site.tagline))
        }
        "site-logo" => match &site.logo {
            Some(logo) => {
                let width =
                    attributes.number("width").and_then(|width| u32::try_from(width).ok()).filter(|width| *width > 0);
                let image = images::tag_wide(logo, width.unwrap_or(LOGO_WIDTH_PX), "custom-logo");
                let inner = match attributes.flag("isLink", true) {
                    true => {
                        format!(
                            "<a href=\"{home}\" class=\"custom-logo-link\" target=\"{target}\" rel=\"home\">{image}</a>"
                        )
                    }
                    false => image,
                };
                format!("<div{}>{inner}</div>", attributes.outer("site-logo", &[]))
            }
            None => String::new(),
        },
        "home-link" => {
            let label = match attributes.text("label") {
                "" => "Home".to_owned(),
                label => sanitize::clean_comment(label),
            };
            let outer = attributes.outer("home-link", &["wp-block-navigation-item"]);
            format!(
                "<li{outer}><a class=\"wp-block-home-link__content wp-block-navigation-item__content\" href=\"{home}\" rel=\"home\">{label}</a></li>"
            )
        }
        // A page is the same for all readers: who is signed in is told so by the address behind the link.
        "loginout" => format!(
            "<div{}><a href=\"{}\">Log in</a></div>",
            attributes.outer("loginout", &["logged-out"]),
            escape::url(&format!("{}/wp-login.php", site.home))
        ),
        _ => return None,
    })
}

pub(super) fn target(attributes: Attributes<'_>) -> &'static str {
    if attributes.text("linkTarget") == "_blank" { "_blank" } else { "_self" }
}

/// The magnifying glass on a button: a circle and its handle.
const GLASS: &str = "<svg class=\"search-icon\" viewBox=\"0 0 24 24\" width=\"24\" height=\"24\" fill=\"none\" \
    stroke=\"currentColor\" stroke-width=\"2\" aria-hidden=\"true\"><circle cx=\"13\" cy=\"11\" r=\"5\"/>\
    <path d=\"m9 15-4 4\"/></svg>";

/// `core/search`; `number` makes its ids unique on the page.
pub fn search(attributes: Attributes<'_>, home: &str, number: usize) -> String {
    let position = match attributes.text("buttonPosition") {
        position @ ("button-inside" | "button-only" | "no-button") => position,
        _ => "button-outside",
    };
    let icon = attributes.flag("buttonUseIcon", false);
    let mut own = vec![format!("wp-block-search__{position}")];
    if position != "no-button" {
        own.push(format!("wp-block-search__{}-button", if icon { "icon" } else { "text" }));
    }
    let own: Vec<&str> = own.iter().map(String::as_str).collect();
    let or = |text: &'static str, name: &str| match attributes.text(name) {
        "" => text.to_owned(),
        given => sanitize::clean_comment(given),
    };
    let hidden = if attributes.flag("showLabel", true) { "" } else { " screen-reader-text" };
    let input = format!("wp-block-search__input-{number}");
    let button = match position {
        "no-button" => String::new(),
        _ if icon => {
            let label = escape::html(&or("Search", "buttonText"));
            format!(
                "<button type=\"submit\" class=\"wp-block-search__button has-icon wp-element-button\" aria-label=\"{label}\">{GLASS}</button>"
            )
        }
        _ => format!(
            "<button type=\"submit\" class=\"wp-block-search__button wp-element-button\">{}</button>",
            or("Search", "buttonText")
        ),
    };
    format!(
        "<form role=\"search\" method=\"get\" action=\"{}\"{}><label for=\"{input}\" class=\"wp-block-search__label{hidden}\">{}</label>\
         <div class=\"wp-block-search__inside-wrapper\"{}><input type=\"search\" id=\"{input}\" class=\"wp-block-search__input\" name=\"s\" value=\"\" placeholder=\"{}\" required />{button}</div></form>",
        escape::url(&format!("{home}/")),
        attributes.outer("search", &own),
        or("Search", "label"),
        width(attributes),
        escape::html(attributes.text("placeholder")),
    )
}

fn width(attributes: Attributes<'_>) -> String {
    let unit = if attributes.text("widthUnit") == "%" { "%" } else { "px" };
    let width = attributes.get("width").and_then(css_value).and_then(|width| width.parse::<u32>().ok());
    width.map(|width| format!(" style=\"width: {width}{unit}\"")).unwrap_or_default()
}
