//! Who is writing in a post, `editing/<post>.json`: small, overwritten every half minute.

use jiff::{civil::DateTime, tz::Offset};
use serde::{Deserialize, Serialize};

use super::{corrupt, time};
use crate::{
    content::{Editing, PostId, UserId},
    store::log::Corrupt,
};

const VERSION: u32 = 1;

#[derive(Serialize, Deserialize)]
struct EditingObject {
    v: u32,
    post: u64,
    user: u64,
    #[serde(with = "time")]
    since: DateTime,
    #[serde(with = "time")]
    seen_at: DateTime,
}

#[expect(clippy::expect_used, reason = "a struct of strings and numbers always serialises")]
pub fn encode(editing: &Editing) -> Vec<u8> {
    let object = EditingObject {
        v: VERSION,
        post: editing.post.0,
        user: editing.user.0,
        since: Offset::UTC.to_datetime(editing.since),
        seen_at: Offset::UTC.to_datetime(editing.seen_at),
    };
    serde_json::to_vec(&object).expect("serialises")
}

/// # Errors
/// `Corrupt` when a field is missing or is not what it must be, or a later version wrote it.
pub fn decode(bytes: &[u8]) -> Result<Editing, Corrupt> {
    const WHAT: &str = "editing note";
    let object: EditingObject = serde_json::from_slice(bytes).map_err(|error| corrupt(WHAT, error))?;
    if object.v > VERSION {
        return Err(corrupt(WHAT, format_args!("version {} is newer than this program", object.v)));
    }
    let instant = |time| Offset::UTC.to_timestamp(time).map_err(|error| corrupt(WHAT, error));
    Ok(Editing {
        post: PostId(object.post),
        user: UserId(object.user),
        since: instant(object.since)?,
        seen_at: instant(object.seen_at)?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read() {
        let at = jiff::Timestamp::from_second(1_800_000_000).unwrap();
        let editing = Editing { post: PostId(7), user: UserId(2), since: at, seen_at: at };
        let text = String::from_utf8(encode(&editing)).unwrap();
        assert_eq!(text, r#"{"v":1,"post":7,"user":2,"since":"2027-01-15T08:00:00","seen_at":"2027-01-15T08:00:00"}"#);
        assert_eq!(decode(text.as_bytes()).unwrap(), editing);
        assert!(decode(b"{}").is_err());
    }
}
