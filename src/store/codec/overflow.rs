//! Comments that wait to be folded in, `overflow/<ulid>`: written to be read by people too, without this program.

use jiff::{civil::DateTime, tz::Offset};
use serde::{Deserialize, Serialize};
use ulid::Ulid;

use super::{corrupt, time};
use crate::{
    content::{CommentId, HeldComment, PostId, UserId},
    store::{
        log::Corrupt,
        seal::{SiteKey, purpose},
    },
};

/// The version this program writes. Fields may be added within a version; it rises when old readers would err.
const VERSION: u32 = 1;
const MAC_FIELD: &str = ",\n  \"mac\": \"";
const MAC_END: &str = "\"\n}";
const MAC_HEX: usize = 64;

#[derive(Serialize, Deserialize)]
struct OverflowObject {
    v: u32,
    lineage: String,
    id: String,
    /// For people: it is what the id says.
    #[serde(with = "time")]
    arrived_at: DateTime,
    post: u64,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    parent: Option<u64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    user: Option<u64>,
    author_name: String,
    author_email: String,
    author_url: String,
    author_ip: String,
    agent: String,
    content: String,
}

/// The comment as indented JSON that only who has the site's key can write.
#[expect(clippy::expect_used, reason = "a struct of strings and numbers always serialises")]
pub fn encode(held: &HeldComment, lineage: &str, key: &SiteKey) -> Vec<u8> {
    let object = OverflowObject {
        v: VERSION,
        lineage: lineage.to_owned(),
        id: Ulid(held.id).to_string(),
        arrived_at: Offset::UTC.to_datetime(held.arrived_at()),
        post: held.post.0,
        parent: held.parent.map(|id| id.0),
        user: held.user.map(|id| id.0),
        author_name: held.author_name.clone(),
        author_email: held.author_email.clone(),
        author_url: held.author_url.clone(),
        author_ip: held.author_ip.clone(),
        agent: held.agent.clone(),
        content: held.content.clone(),
    };
    let mut json = serde_json::to_vec_pretty(&object).expect("serialises");
    // The object stays open for its code.
    json.truncate(json.len() - "\n}".len());
    let mac = hex::encode(key.mac(purpose::OVERFLOW, &json));
    for piece in [MAC_FIELD, &mac, MAC_END] {
        json.extend_from_slice(piece.as_bytes());
    }
    json
}

/// The comment and the lineage of the log it is for.
///
/// # Errors
/// `Corrupt` when it was not written with this key or was changed since, or a later version wrote it.
pub fn decode(json: &[u8], key: &SiteKey) -> Result<(HeldComment, String), Corrupt> {
    const WHAT: &str = "comment held for later";
    if !is_authentic(json, key) {
        return Err(corrupt(WHAT, "it was not written with this site's key, or was changed since"));
    }
    let object: OverflowObject = serde_json::from_slice(json).map_err(|error| corrupt(WHAT, error))?;
    if object.v > VERSION {
        return Err(corrupt(WHAT, format_args!("version {} is newer than this program", object.v)));
    }
    let held = HeldComment {
        id: Ulid::from_string(&object.id).map_err(|error| corrupt(WHAT, error))?.0,
        post: PostId(object.post),
        parent: object.parent.map(CommentId),
        user: object.user.map(UserId),
        author_name: object.author_name,
        author_email: object.author_email,
        author_url: object.author_url,
        author_ip: object.author_ip,
        agent: object.agent,
        content: object.content,
    };
    Ok((held, object.lineage))
}

fn is_authentic(json: &[u8], key: &SiteKey) -> bool {
    let parts = || {
        let body = json.strip_suffix(MAC_END.as_bytes())?;
        let (body, mac) = body.split_at_checked(body.len().checked_sub(MAC_HEX)?)?;
        Some((body.strip_suffix(MAC_FIELD.as_bytes())?, hex::decode(mac).ok()?))
    };
    parts().is_some_and(|(body, mac)| key.mac_matches(purpose::OVERFLOW, body, &mac))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn held() -> HeldComment {
        HeldComment {
            id: (1_795_000_000_123_u128 << 80) | 7,
            post: PostId(5),
            parent: Some(CommentId(3)),
            user: None,
            author_name: "Ann \"the reader\"".to_owned(),
            author_email: "ann@example.org".to_owned(),
            author_url: String::new(),
            author_ip: "192.0.2.1".to_owned(),
            agent: "Firefox".to_owned(),
            content: "Well,\n<b>said</b>.".to_owned(),
        }
    }

    #[test]
    fn what_is_written_is_read_and_nothing_else_is_believed() {
        let key = SiteKey::from_bytes([7; 32]);
        let json = encode(&held(), "lineage", &key);
        assert_eq!(decode(&json, &key).unwrap(), (held(), "lineage".to_owned()));
        assert!(decode(&json, &SiteKey::from_bytes([8; 32])).is_err(), "another site's key");
        for position in 0..json.len() {
            let mut changed = json.clone();
            changed[position] ^= 1;
            assert!(decode(&changed, &key).is_err(), "byte {position}");
        }
        assert!(decode(b"{}", &key).is_err());
        assert!(decode(b"", &key).is_err());
    }

    #[test]
    fn a_person_can_read_it() {
        let text = String::from_utf8(encode(&held(), "lineage", &SiteKey::from_bytes([7; 32]))).unwrap();
        assert!(text.contains("\"arrived_at\": \"2026-11-18T"), "{text}");
        assert!(text.contains("\"content\": \"Well,\\n<b>said</b>.\""), "{text}");
        let object: serde_json::Value = serde_json::from_str(&text).unwrap();
        assert_eq!(object["post"], 5);
    }
}
