//! Identifiers. Numeric ids are WordPress's: positive, unique per kind, never reused.

use std::{fmt, num::ParseIntError, str::FromStr};

macro_rules! numeric_id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(pub u64);

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }

        impl FromStr for $name {
            type Err = ParseIntError;
            fn from_str(text: &str) -> Result<Self, ParseIntError> {
                text.parse().map(Self)
            }
        }
    };
}

numeric_id!(
    /// A post of any type: post, page, attachment, menu item. They share one number space.
    PostId
);
numeric_id!(
    /// A term of any taxonomy; one number space for all of them.
    TermId
);
numeric_id!(UserId);
numeric_id!(CommentId);

/// Names one saved revision of a post: a ULID, so revisions sort by the time they were saved.
///
/// This is also the token a client sends back as "the revision my edit is based on".
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RevisionId(pub u128);

impl fmt::Display for RevisionId {
    /// 26 characters of Crockford's base 32, as in keys and tokens.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        ulid::Ulid(self.0).fmt(f)
    }
}

impl FromStr for RevisionId {
    type Err = ulid::DecodeError;
    fn from_str(text: &str) -> Result<Self, ulid::DecodeError> {
        // 26 characters hold 130 bits: a first one above 7 would be cut off silently.
        if text.as_bytes().first().is_some_and(|first| *first > b'7') {
            return Err(ulid::DecodeError::InvalidChar);
        }
        ulid::Ulid::from_string(text).map(|ulid| Self(ulid.0))
    }
}
