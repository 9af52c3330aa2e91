//! Revision objects, `posts/<id>/<ulid>.json`: written to be read by people too, without this program.
//!
//! The last field is the BLAKE3 of all bytes before it: a disk or a tool that changed a letter is found out.

use jiff::civil::DateTime;
use serde::{Deserialize, Serialize};

use super::{corrupt, time};
use crate::{
    content::{
        ContentFormat, MetaEntry, PostId, PostStatus, PostType, Revision, RevisionId, SavedSettings, Term, TermId,
        UserId,
    },
    store::log::Corrupt,
};

/// The version this program writes. Fields may be added within a version; it rises when old readers would err.
const VERSION: u32 = 1;

/// Between what is hashed and its hash, in hex.
const HASH_FIELD: &str = ",\n  \"blake3\": \"";
const HASH_END: &str = "\"\n}\n";
const HASH_HEX: usize = 64;

#[derive(Serialize, Deserialize)]
struct RevisionObject {
    v: u32,
    post: u64,
    revision: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    previous: Option<String>,
    #[serde(with = "time")]
    saved_at: DateTime,
    saved_by: Person,
    #[serde(rename = "type")]
    post_type: String,
    status: String,
    slug: String,
    #[serde(with = "time")]
    date: DateTime,
    author: Person,
    title: String,
    excerpt: String,
    format: Format,
    content: String,
    #[serde(default)]
    terms: Vec<TermName>,
    #[serde(default)]
    meta: Vec<Meta>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    settings: Option<Settings>,
    /// Only looked for: see [`is_whole`].
    #[serde(default, skip_serializing)]
    blake3: Option<String>,
}

#[derive(Serialize, Deserialize)]
struct Person {
    id: u64,
    /// For people; not read back.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    name: Option<String>,
}

#[derive(Serialize, Deserialize)]
struct TermName {
    id: u64,
    /// For people; not read back.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    taxonomy: Option<String>,
    /// For people; not read back.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    name: Option<String>,
}

#[derive(Serialize, Deserialize)]
struct Meta {
    key: String,
    value: String,
}

#[derive(Serialize, Deserialize)]
struct Settings {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    parent: Option<u64>,
    menu_order: i64,
    protected: bool,
    comments_open: bool,
    pings_open: bool,
    sticky: bool,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    thumbnail: Option<u64>,
    template: String,
}

impl From<&SavedSettings> for Settings {
    fn from(saved: &SavedSettings) -> Self {
        Self {
            parent: saved.parent.map(|id| id.0),
            menu_order: saved.menu_order,
            protected: saved.protected,
            comments_open: saved.comments_open,
            pings_open: saved.pings_open,
            sticky: saved.sticky,
            thumbnail: saved.thumbnail.map(|id| id.0),
            template: saved.template.clone(),
        }
    }
}

impl From<Settings> for SavedSettings {
    fn from(stored: Settings) -> Self {
        Self {
            parent: stored.parent.map(PostId),
            menu_order: stored.menu_order,
            protected: stored.protected,
            comments_open: stored.comments_open,
            pings_open: stored.pings_open,
            sticky: stored.sticky,
            thumbnail: stored.thumbnail.map(PostId),
            template: stored.template,
        }
    }
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Format {
    Html,
    Markdown,
}

/// The revision as indented JSON, with users and terms named where `user_name` and `term` know them.
#[expect(clippy::expect_used, reason = "a struct of strings, numbers and lists always serialises")]
pub fn encode(
    revision: &Revision,
    user_name: impl Fn(UserId) -> Option<String>,
    term: impl Fn(TermId) -> Option<Term>,
) -> Vec<u8> {
    let term_name = |id: &TermId| {
        let term = term(*id);
        TermName {
            id: id.0,
            taxonomy: term.as_ref().map(|term| term.taxonomy.name().to_owned()),
            name: term.map(|term| term.name),
        }
    };
    let person = |id: UserId| Person { id: id.0, name: user_name(id) };
    let object = RevisionObject {
        v: VERSION,
        post: revision.post.0,
        revision: revision.id.to_string(),
        previous: revision.previous.map(|id| id.to_string()),
        saved_at: revision.saved_at,
        saved_by: person(revision.saved_by),
        post_type: revision.post_type.name().to_owned(),
        status: revision.status.name().to_owned(),
        slug: revision.slug.clone(),
        date: revision.date,
        author: person(revision.author),
        title: revision.title.clone(),
        excerpt: revision.excerpt.clone(),
        format: match revision.format {
            ContentFormat::Html => Format::Html,
            ContentFormat::Markdown => Format::Markdown,
        },
        content: revision.content.clone(),
        terms: revision.terms.iter().map(term_name).collect(),
        meta: revision.meta.iter().map(|m| Meta { key: m.key.clone(), value: m.value.clone() }).collect(),
        settings: revision.settings.as_ref().map(Settings::from),
        blake3: None,
    };
    let mut json = serde_json::to_vec_pretty(&object).expect("revisions serialise");
    // The object stays open for its hash.
    json.truncate(json.len() - "\n}".len());
    let hash = blake3::hash(&json).to_hex();
    for piece in [HASH_FIELD, hash.as_str(), HASH_END] {
        json.extend_from_slice(piece.as_bytes());
    }
    json
}

/// Whether the bytes are those that were written; `None`: no hash is at their end.
fn is_whole(json: &[u8]) -> Option<bool> {
    let body = json.strip_suffix(HASH_END.as_bytes())?;
    let (body, hash) = body.split_at_checked(body.len().checked_sub(HASH_HEX)?)?;
    let body = body.strip_suffix(HASH_FIELD.as_bytes())?;
    Some(blake3::hash(body).to_hex().as_bytes() == hash)
}

/// # Errors
/// `Corrupt` when a field is missing or is not what it must be, a later version wrote it, or a byte has changed since
/// it was written. One without a hash is believed.
pub fn decode(json: &[u8]) -> Result<Revision, Corrupt> {
    let object: RevisionObject = serde_json::from_slice(json).map_err(|error| corrupt("revision", error))?;
    let what = format!("revision {} of post {}", object.revision, object.post);
    if object.v != VERSION {
        return Err(corrupt(&what, format_args!("format version {} is not known, only {VERSION}", object.v)));
    }
    if object.blake3.is_some() && is_whole(json) != Some(true) {
        return Err(corrupt(&what, "its bytes do not have the hash at its end"));
    }
    let ulid = |text: &str| text.parse::<RevisionId>().map_err(|error| corrupt(&what, error));
    Ok(Revision {
        id: ulid(&object.revision)?,
        post: PostId(object.post),
        previous: object.previous.as_deref().map(ulid).transpose()?,
        saved_by: UserId(object.saved_by.id),
        saved_at: object.saved_at,
        post_type: PostType::from_name(&object.post_type),
        status: PostStatus::from_name(&object.status),
        slug: object.slug,
        title: object.title,
        content: object.content,
        excerpt: object.excerpt,
        format: match object.format {
            Format::Html => ContentFormat::Html,
            Format::Markdown => ContentFormat::Markdown,
        },
        author: UserId(object.author.id),
        date: object.date,
        terms: object.terms.iter().map(|term| TermId(term.id)).collect(),
        meta: object.meta.into_iter().map(|m| MetaEntry { key: m.key, value: m.value }).collect(),
        settings: object.settings.map(SavedSettings::from),
    })
}
