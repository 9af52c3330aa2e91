//! Autosaves, `drafts/<post>/<user>.json`: written to be read by people too, without this program.

use jiff::civil::DateTime;
use serde::{Deserialize, Serialize};

use super::{corrupt, time};
use crate::{
    content::{Autosave, PostId, UserId},
    store::log::Corrupt,
};

/// The version this program writes. Fields may be added within a version; it rises when old readers would err.
const VERSION: u32 = 1;

#[derive(Serialize, Deserialize)]
struct AutosaveObject {
    v: u32,
    number: u64,
    post: u64,
    user: u64,
    base: String,
    #[serde(with = "time")]
    saved_at: DateTime,
    title: String,
    excerpt: String,
    content: String,
}

/// The autosave as indented JSON.
#[expect(clippy::expect_used, reason = "a struct of strings and numbers always serialises")]
pub fn encode(autosave: &Autosave) -> Vec<u8> {
    let object = AutosaveObject {
        v: VERSION,
        number: autosave.number.0,
        post: autosave.post.0,
        user: autosave.user.0,
        base: autosave.base.to_string(),
        saved_at: autosave.saved_at,
        title: autosave.title.clone(),
        excerpt: autosave.excerpt.clone(),
        content: autosave.content.clone(),
    };
    serde_json::to_vec_pretty(&object).expect("serialises")
}

/// # Errors
/// `Corrupt` when a field is missing or is not what it must be, or a later version wrote it.
pub fn decode(bytes: &[u8]) -> Result<Autosave, Corrupt> {
    const WHAT: &str = "autosave";
    let object: AutosaveObject = serde_json::from_slice(bytes).map_err(|error| corrupt(WHAT, error))?;
    if object.v > VERSION {
        return Err(corrupt(WHAT, format_args!("version {} is newer than this program", object.v)));
    }
    Ok(Autosave {
        number: PostId(object.number),
        post: PostId(object.post),
        user: UserId(object.user),
        base: object.base.parse().map_err(|error| corrupt(WHAT, error))?,
        saved_at: object.saved_at,
        title: object.title,
        content: object.content,
        excerpt: object.excerpt,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::content::RevisionId;

    #[test]
    fn what_is_written_is_read() {
        let autosave = Autosave {
            number: PostId(70),
            post: PostId(7),
            user: UserId(2),
            base: RevisionId(9),
            saved_at: jiff::civil::date(2026, 11, 21).at(10, 0, 5, 0),
            title: "Half a \"title\"".to_owned(),
            content: "<p>…</p>\n".to_owned(),
            excerpt: String::new(),
        };
        assert_eq!(decode(&encode(&autosave)).unwrap(), autosave);
        assert!(decode(b"{}").is_err());
        let later = String::from_utf8(encode(&autosave)).unwrap().replace("\"v\": 1", "\"v\": 2");
        assert!(decode(later.as_bytes()).unwrap_err().to_string().contains("version 2"));
    }
}
