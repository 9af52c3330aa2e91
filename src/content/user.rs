//! Users, their roles and application passwords.

use jiff::civil::DateTime;

use super::{UserId, post::MetaEntry};

#[derive(Clone, Debug, PartialEq)]
pub struct User {
    pub id: UserId,
    /// Unique, case-insensitively.
    pub login: String,
    /// WordPress's `user_nicename`: the slug in author URLs, unique.
    pub slug: String,
    /// Unique, case-insensitively; may be empty on imported users.
    pub email: String,
    pub display_name: String,
    pub first_name: String,
    pub last_name: String,
    pub nickname: String,
    pub description: String,
    pub url: String,
    pub locale: String,
    /// UTC.
    pub registered: DateTime,
    pub roles: Vec<Role>,
    /// argon2id PHC string, sealed with the site key (see `store::seal`); `None`: cannot sign in.
    pub password_sealed: Option<String>,
    /// Session cookies signed for a lower epoch are void: "sign out everywhere" adds one.
    pub session_epoch: u64,
    /// Sessions of this epoch that were signed out of before they ran out.
    pub ended_sessions: Vec<EndedSession>,
    pub meta: Vec<MetaEntry>,
}

/// A session cookie that no longer signs anybody in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EndedSession {
    /// The random part of the cookie; nothing without the signature.
    pub token: String,
    /// When the cookie runs out by itself, in seconds since 1970.
    pub expires: i64,
}

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Role {
    Administrator,
    Editor,
    Author,
    Contributor,
    Subscriber,
    /// A role of a plugin met in an import; grants `read` only.
    Custom(Box<str>),
}

impl Role {
    pub fn from_name(name: &str) -> Self {
        match name {
            "administrator" => Self::Administrator,
            "editor" => Self::Editor,
            "author" => Self::Author,
            "contributor" => Self::Contributor,
            "subscriber" => Self::Subscriber,
            custom => Self::Custom(custom.into()),
        }
    }

    pub fn name(&self) -> &str {
        match self {
            Self::Administrator => "administrator",
            Self::Editor => "editor",
            Self::Author => "author",
            Self::Contributor => "contributor",
            Self::Subscriber => "subscriber",
            Self::Custom(name) => name,
        }
    }
}

/// A password for one API client. The secret is 142 bits of randomness, shown once.
#[derive(Clone, Debug, PartialEq)]
pub struct AppPassword {
    pub user: UserId,
    /// Lower-case hyphenated UUID.
    pub uuid: String,
    /// The client's own identifier, a UUID; may be empty.
    pub app_id: String,
    pub name: String,
    /// Keyed BLAKE3 of the secret without spaces, sealed with the site key.
    pub hash_sealed: String,
    /// UTC.
    pub created: DateTime,
    /// UTC, to the day's precision WordPress has; noted lazily and in batches.
    pub last_used: Option<DateTime>,
    pub last_ip: Option<String>,
}
