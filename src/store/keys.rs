//! Every key in the bucket, with its content type and cache rules. No other code builds a key.
//!
//! Numbers are written with 20 digits, so that byte order is numeric order; ULIDs in Crockford's base 32.

use std::fmt;

use ulid::Ulid;

use crate::{
    content::{PostId, RevisionId, UserId},
    store::{Table, objects::Attributes},
};

/// The log, to be listed in order of sequence numbers.
pub const LOG_PREFIX: &str = "log/";
pub const FLOOR_PREFIX: &str = "floor/";
pub const SNAPSHOT_PREFIX: &str = "snapshot/";
pub const PART_PREFIX: &str = "part/";
pub const POSTS_PREFIX: &str = "posts/";
pub const DRAFTS_PREFIX: &str = "drafts/";
pub const EDITING_PREFIX: &str = "editing/";
pub const MEDIA_PREFIX: &str = "media/";
pub const INCOMING_PREFIX: &str = "incoming/";
pub const PROBE_PREFIX: &str = "probe/";
pub const TURN_PREFIX: &str = "turn/";
pub const SERVERS_PREFIX: &str = "servers/";
pub const OVERFLOW_PREFIX: &str = "overflow/";
pub const THROTTLE_PREFIX: &str = "throttle/";

/// One place in the bucket. `to_string` (or [`Key::path`]) gives the key itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Key<'a> {
    /// Lineage, format version, probe results. Created once.
    SiteMeta,
    /// A commit entry. Created once, by any server.
    LogEntry(u64),
    /// Empty; the highest one says: slots up to this number may be gone.
    Floor(u64),
    /// A snapshot's manifest, written after its parts.
    Snapshot(u64),
    /// Rows of one table in a snapshot; `hash` is the BLAKE3 of the stored bytes in hex.
    Part { table: Table, seq: u64, number: u32, hash: &'a str },
    /// One whole revision of a post.
    Revision { post: PostId, revision: RevisionId },
    /// An autosave; overwritten.
    Draft { post: PostId, user: UserId },
    /// Who is writing in this post; overwritten. Advisory.
    Editing(PostId),
    /// An uploaded file. `sha256` is lower-case hex.
    Original { sha256: &'a str, extension: &'a str },
    /// Made from an original; `recipe` names size, crop and encoder version.
    Derivative { sha256: &'a str, recipe: &'a str, extension: &'a str },
    /// An upload on its way to [`Key::Original`].
    Incoming(u128),
    /// Somebody is rendering this derivative. Advisory.
    Claim { sha256: &'a str, recipe: &'a str, extension: &'a str },
    /// Holding `epoch` of the named lease.
    Lease { name: &'a str, epoch: u64 },
    /// A server that keeps losing slots asks for the next one. Empty, advisory.
    Turn(u128),
    /// What one server says of itself; overwritten.
    Server(&'a str),
    /// A failed sign-in; `subject` is 32 hexadecimal digits, `window` the quarter of an hour. Empty, advisory.
    Strike { window: u64, network: &'a str, subject: &'a str, id: u128 },
    /// A comment accepted under overload.
    Overflow(u128),
    /// An object of one run of the start-up probe.
    Probe { run: u128, name: &'a str },
}

impl fmt::Display for Key<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Self::SiteMeta => f.write_str("meta/site.json"),
            Self::LogEntry(seq) => write!(f, "{LOG_PREFIX}{seq:020}"),
            Self::Floor(seq) => write!(f, "{FLOOR_PREFIX}{seq:020}"),
            Self::Snapshot(seq) => write!(f, "{SNAPSHOT_PREFIX}{seq:020}.json"),
            Self::Part { table, seq, number, hash } => {
                write!(f, "{PART_PREFIX}{}/{seq:020}-{number:05}-{hash}", table.name())
            }
            Self::Revision { post, revision } => write!(f, "{POSTS_PREFIX}{post}/{revision}.json"),
            Self::Draft { post, user } => write!(f, "{DRAFTS_PREFIX}{post}/{user}.json"),
            Self::Editing(post) => write!(f, "{EDITING_PREFIX}{post}.json"),
            Self::Original { sha256, extension } => write!(f, "{MEDIA_PREFIX}{sha256}/original.{extension}"),
            Self::Derivative { sha256, recipe, extension } => write!(f, "{MEDIA_PREFIX}{sha256}/{recipe}.{extension}"),
            Self::Incoming(id) => write!(f, "{INCOMING_PREFIX}{}", Ulid(id)),
            Self::Claim { sha256, recipe, extension } => {
                write!(f, "claim/{MEDIA_PREFIX}{sha256}/{recipe}.{extension}")
            }
            Self::Lease { name, epoch } => write!(f, "lease/{name}/{epoch:020}"),
            Self::Turn(id) => write!(f, "{TURN_PREFIX}{}", Ulid(id)),
            Self::Strike { window, network, subject, id } => {
                write!(f, "{THROTTLE_PREFIX}{window:010}/{network}/{subject}/{}", Ulid(id))
            }
            Self::Server(id) => write!(f, "{SERVERS_PREFIX}{id}.json"),
            Self::Overflow(id) => write!(f, "{OVERFLOW_PREFIX}{}", Ulid(id)),
            Self::Probe { run, name } => write!(f, "{PROBE_PREFIX}{}/{name}", Ulid(run)),
        }
    }
}

impl Key<'_> {
    pub fn path(&self) -> String {
        self.to_string()
    }

    /// For media of a type not in the table below the caller knows better: see [`Key::attributes_as`].
    pub fn content_type(&self) -> &'static str {
        match self {
            Self::LogEntry(_) | Self::Part { .. } => "application/zstd",
            Self::SiteMeta
            | Self::Snapshot(_)
            | Self::Revision { .. }
            | Self::Draft { .. }
            | Self::Editing(_)
            | Self::Server(_)
            | Self::Lease { .. }
            | Self::Claim { .. }
            | Self::Overflow(_) => "application/json",
            Self::Original { extension, .. } | Self::Derivative { extension, .. } => image_type(extension),
            Self::Floor(_) | Self::Incoming(_) | Self::Turn(_) | Self::Strike { .. } | Self::Probe { .. } => {
                "application/octet-stream"
            }
        }
    }

    /// Who may keep a copy when the bucket is read by something else than this program.
    ///
    /// Media never change under their key. Nothing else is for shared caches: `log/` must not be negatively
    /// cached, and revisions hold drafts.
    pub fn cache_control(&self) -> &'static str {
        match self {
            Self::Original { .. } | Self::Derivative { .. } => "public, max-age=31536000, immutable",
            Self::Revision { .. } | Self::Part { .. } => "private, max-age=31536000, immutable",
            _ => "no-store",
        }
    }

    pub fn attributes(&self) -> Attributes {
        self.attributes_as(self.content_type())
    }

    pub fn attributes_as(&self, content_type: &str) -> Attributes {
        Attributes {
            content_type: content_type.to_owned(),
            cache_control: Some(self.cache_control().to_owned()),
            content_encoding: None,
        }
    }
}

fn image_type(extension: &str) -> &'static str {
    match extension {
        "jpg" => "image/jpeg",
        "png" => "image/png",
        "gif" => "image/gif",
        "webp" => "image/webp",
        "avif" => "image/avif",
        _ => "application/octet-stream",
    }
}

/// The number in a listed `log/…` key; `None` for anything else found there.
pub fn log_seq(key: &str) -> Option<u64> {
    seq(key.strip_prefix(LOG_PREFIX)?)
}

pub fn floor_seq(key: &str) -> Option<u64> {
    seq(key.strip_prefix(FLOOR_PREFIX)?)
}

pub fn snapshot_seq(key: &str) -> Option<u64> {
    seq(key.strip_prefix(SNAPSHOT_PREFIX)?.strip_suffix(".json")?)
}

/// The post and revision in a `posts/…` key.
pub fn revision(key: &str) -> Option<(PostId, RevisionId)> {
    let (post, revision) = key.strip_prefix(POSTS_PREFIX)?.strip_suffix(".json")?.split_once('/')?;
    let found = (post.parse().ok()?, revision.parse().ok()?);
    // only the spelling this module writes: no signs, leading zeros or lower case
    (Key::Revision { post: found.0, revision: found.1 }.path() == key).then_some(found)
}

/// The autosaves of one post, to be listed.
pub fn drafts_prefix(post: PostId) -> String {
    format!("{DRAFTS_PREFIX}{post}/")
}

/// The post and user in a `drafts/…` key.
pub fn draft(key: &str) -> Option<(PostId, UserId)> {
    let (post, user) = key.strip_prefix(DRAFTS_PREFIX)?.strip_suffix(".json")?.split_once('/')?;
    let found = (post.parse().ok()?, user.parse().ok()?);
    (Key::Draft { post: found.0, user: found.1 }.path() == key).then_some(found)
}

/// Whether this is a `turn/…` key.
pub fn turn(key: &str) -> bool {
    let Some(id) = key.strip_prefix(TURN_PREFIX) else { return false };
    Ulid::from_string(id).is_ok_and(|ulid| Key::Turn(ulid.0).path() == key)
}

/// The failed sign-ins of one address in a window, to be listed.
pub fn strikes_prefix(window: u64, network: &str) -> String {
    format!("{THROTTLE_PREFIX}{window:010}/{network}/")
}

/// The window of a `throttle/…` key.
pub fn strike_window(key: &str) -> Option<u64> {
    let (window, rest) = key.strip_prefix(THROTTLE_PREFIX)?.split_once('/')?;
    let (network, rest) = rest.split_once('/')?;
    let (subject, id) = rest.split_once('/')?;
    let (window, id) = (window.parse().ok()?, Ulid::from_string(id).ok()?);
    (Key::Strike { window, network, subject, id: id.0 }.path() == key).then_some(window)
}

/// The server in a `servers/…` key.
pub fn server(key: &str) -> Option<&str> {
    let id = key.strip_prefix(SERVERS_PREFIX)?.strip_suffix(".json")?;
    let plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    (!id.is_empty() && id.bytes().all(plain)).then_some(id)
}

/// The ULID in an `overflow/…` key.
pub fn overflow(key: &str) -> Option<u128> {
    let id = Ulid::from_string(key.strip_prefix(OVERFLOW_PREFIX)?).ok()?.0;
    (Key::Overflow(id).path() == key).then_some(id)
}

/// The post in an `editing/…` key.
pub fn editing(key: &str) -> Option<PostId> {
    let post = PostId(key.strip_prefix(EDITING_PREFIX)?.strip_suffix(".json")?.parse().ok()?);
    (Key::Editing(post).path() == key).then_some(post)
}

fn seq(digits: &str) -> Option<u64> {
    let plain = digits.len() == 20 && digits.bytes().all(|byte| byte.is_ascii_digit());
    if plain { digits.parse().ok() } else { None }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn keys_are_as_the_format_says() {
        let sha256 = "00".repeat(32);
        let cases = [
            (Key::SiteMeta, "meta/site.json".to_owned()),
            (Key::LogEntry(12), "log/00000000000000000012".to_owned()),
            (Key::Floor(0), "floor/00000000000000000000".to_owned()),
            (Key::Snapshot(u64::MAX), "snapshot/18446744073709551615.json".to_owned()),
            (
                Key::Part { table: Table::AppPasswords, seq: 7, number: 3, hash: "abc" },
                "part/app_passwords/00000000000000000007-00003-abc".to_owned(),
            ),
            (
                Key::Revision { post: PostId(42), revision: RevisionId(u128::MAX) },
                "posts/42/7ZZZZZZZZZZZZZZZZZZZZZZZZZ.json".to_owned(),
            ),
            (Key::Draft { post: PostId(42), user: UserId(1) }, "drafts/42/1.json".to_owned()),
            (Key::Editing(PostId(42)), "editing/42.json".to_owned()),
            (Key::Original { sha256: &sha256, extension: "jpg" }, format!("media/{sha256}/original.jpg")),
            (
                Key::Derivative { sha256: &sha256, recipe: "300x200-crop", extension: "webp" },
                format!("media/{sha256}/300x200-crop.webp"),
            ),
            (Key::Incoming(0), "incoming/00000000000000000000000000".to_owned()),
            (
                Key::Claim { sha256: &sha256, recipe: "300x200", extension: "png" },
                format!("claim/media/{sha256}/300x200.png"),
            ),
            (Key::Lease { name: "gc", epoch: 2 }, "lease/gc/00000000000000000002".to_owned()),
            (Key::Turn(1), "turn/00000000000000000000000001".to_owned()),
            (
                Key::Strike { window: 7, network: "0a", subject: "0b", id: 1 },
                "throttle/0000000007/0a/0b/00000000000000000000000001".to_owned(),
            ),
            (Key::Server("a"), "servers/a.json".to_owned()),
            (Key::Overflow(1), "overflow/00000000000000000000000001".to_owned()),
            (Key::Probe { run: 1, name: "race" }, "probe/00000000000000000000000001/race".to_owned()),
        ];
        for (key, path) in cases {
            assert_eq!(key.path(), path);
        }
    }

    #[test]
    fn only_media_may_be_kept_by_shared_caches() {
        assert_eq!(Key::LogEntry(1).cache_control(), "no-store");
        assert!(
            Key::Revision { post: PostId(1), revision: RevisionId(1) }.cache_control().starts_with("private"),
            "revisions hold drafts"
        );
        let original = Key::Original { sha256: "00", extension: "jpg" };
        assert_eq!(original.attributes().content_type, "image/jpeg");
        assert_eq!(original.attributes_as("text/csv").content_type, "text/csv");
        assert!(original.cache_control().starts_with("public"));
    }

    #[test]
    fn foreign_spellings_are_not_taken_for_keys() {
        assert_eq!(log_seq("log/12"), None);
        assert_eq!(log_seq("log/+0000000000000000012"), None);
        assert_eq!(log_seq("log/99999999999999999999"), None);
        assert_eq!(snapshot_seq("snapshot/00000000000000000012.tmp"), None);
        assert_eq!(draft("drafts/042/1.json"), None);
        assert_eq!(editing("editing/+42.json"), None);
        assert_eq!(editing("editing/42.json"), Some(PostId(42)));
        assert_eq!(draft("drafts/42/1.json"), Some((PostId(42), UserId(1))));
        assert!(turn("turn/00000000000000000000000001") && !turn("turn/1") && !turn("turn/0000000000000000000000000I"));
        assert_eq!(strike_window("throttle/0000000007/0a/0b/00000000000000000000000001"), Some(7));
        assert_eq!(strike_window("throttle/7/0a/0b/00000000000000000000000001"), None);
        assert_eq!(server("servers/a.json"), Some("a"));
        assert!(server("servers/.json").is_none() && server("servers/a/b.json").is_none());
        assert_eq!(revision("posts/042/7ZZZZZZZZZZZZZZZZZZZZZZZZZ.json"), None);
        assert_eq!(revision("posts/42/7zzzzzzzzzzzzzzzzzzzzzzzzz.json"), None);
        assert_eq!(revision("posts/42/8ZZZZZZZZZZZZZZZZZZZZZZZZZ.json"), None);
    }

    proptest! {
        #[test]
        fn numbers_come_back_and_sort(a: u64, b: u64) {
            prop_assert_eq!(log_seq(&Key::LogEntry(a).path()), Some(a));
            prop_assert_eq!(floor_seq(&Key::Floor(a).path()), Some(a));
            prop_assert_eq!(snapshot_seq(&Key::Snapshot(a).path()), Some(a));
            prop_assert_eq!(a.cmp(&b), Key::LogEntry(a).path().cmp(&Key::LogEntry(b).path()));
        }

        #[test]
        fn revisions_come_back(post: u64, ulid: u128) {
            let (post, id) = (PostId(post), RevisionId(ulid));
            prop_assert_eq!(revision(&Key::Revision { post, revision: id }.path()), Some((post, id)));
        }
    }
}
