//! WordPress's template hierarchy: which templates may show a page, best first.

/// What is to be shown, as far as the choice of a template depends on it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A page set as static front page.
    FrontPage {
        id: u64,
        slug: String,
        template: String,
    },
    /// The posts list. `front` when it is also the front page.
    Home {
        front: bool,
    },
    /// Post, page, attachment or custom type. `template` is the page template chosen in the editor.
    Singular {
        post_type: String,
        id: u64,
        slug: String,
        template: String,
        mime_type: String,
    },
    Category {
        id: u64,
        slug: String,
    },
    Tag {
        id: u64,
        slug: String,
    },
    Taxonomy {
        taxonomy: String,
        slug: String,
    },
    Author {
        id: u64,
        slug: String,
    },
    Date,
    PostTypeArchive {
        post_type: String,
    },
    Search,
    NotFound,
    /// A post as a card in a frame.
    Embed {
        post_type: String,
        format: String,
    },
    EmbedNotFound,
}

/// Template names without ending, best first; `index` is always last.
pub fn candidates(kind: &Kind) -> Vec<String> {
    let mut names = Vec::new();
    match kind {
        Kind::FrontPage { id, slug, template } => {
            names.push("front-page".to_owned());
            page(*id, slug, template, &mut names);
        }
        Kind::Home { front } => {
            if *front {
                names.push("front-page".to_owned());
            }
            names.push("home".to_owned());
        }
        Kind::Singular { post_type, id, slug, template, mime_type } => match post_type.as_str() {
            "page" => page(*id, slug, template, &mut names),
            "attachment" => attachment(slug, mime_type, &mut names),
            _ => {
                custom(template, &mut names);
                names.extend([format!("single-{post_type}-{slug}"), format!("single-{post_type}")]);
                names.extend(["single".to_owned(), "singular".to_owned()]);
            }
        },
        Kind::Category { id, slug } => term("category", slug, *id, &mut names),
        Kind::Tag { id, slug } => term("tag", slug, *id, &mut names),
        Kind::Taxonomy { taxonomy, slug } => {
            names.extend([format!("taxonomy-{taxonomy}-{slug}"), format!("taxonomy-{taxonomy}")]);
            names.extend(["taxonomy".to_owned(), "archive".to_owned()]);
        }
        Kind::Author { id, slug } => term("author", slug, *id, &mut names),
        Kind::Date => names.extend(["date".to_owned(), "archive".to_owned()]),
        Kind::PostTypeArchive { post_type } => names.extend([format!("archive-{post_type}"), "archive".to_owned()]),
        Kind::Search => names.push("search".to_owned()),
        Kind::NotFound => names.push("404".to_owned()),
        Kind::Embed { post_type, format } => {
            if !format.is_empty() {
                names.push(format!("embed-{post_type}-{format}"));
            }
            names.extend([format!("embed-{post_type}"), "embed".to_owned()]);
        }
        Kind::EmbedNotFound => names.extend(["embed-404".to_owned(), "embed".to_owned()]),
    }
    names.push("index".to_owned());
    names
}

fn page(id: u64, slug: &str, template: &str, names: &mut Vec<String>) {
    custom(template, names);
    names.extend([format!("page-{slug}"), format!("page-{id}"), "page".to_owned(), "singular".to_owned()]);
}

fn attachment(slug: &str, mime_type: &str, names: &mut Vec<String>) {
    if let Some((kind, subkind)) = mime_type.split_once('/') {
        names.extend([format!("{kind}-{subkind}"), subkind.to_owned(), kind.to_owned()]);
    }
    names.extend(["attachment".to_owned(), format!("single-attachment-{slug}"), "single-attachment".to_owned()]);
    names.extend(["single".to_owned(), "singular".to_owned()]);
}

fn term(kind: &str, slug: &str, id: u64, names: &mut Vec<String>) {
    names.extend([format!("{kind}-{slug}"), format!("{kind}-{id}"), kind.to_owned(), "archive".to_owned()]);
}

/// A template named by the editor, `templates/wide.php` in WordPress's spelling.
fn custom(template: &str, names: &mut Vec<String>) {
    let name = template.trim_end_matches(".php").trim_end_matches(".html");
    if !name.is_empty() && name != "default" {
        names.push(name.to_owned());
    }
}
