//! Outcomes as JSON: in the log, for whoever retries under the same idempotency key.

use serde_json::{Value, json};

use super::Outcome;
use crate::content::{CommentId, PostId, TermId, UserId};

pub(super) fn encode(outcome: &Outcome) -> Value {
    match outcome {
        Outcome::Post { id, revision, created } => {
            json!({ "post": id.0, "revision": revision.to_string(), "created": created })
        }
        Outcome::Term { id, created } => json!({ "term": id.0, "created": created }),
        Outcome::User { id, created } => json!({ "user": id.0, "created": created }),
        Outcome::Comment { id, created } => json!({ "comment": id.0, "created": created }),
        Outcome::Ids { first, count } => json!({ "first": first, "count": count }),
        Outcome::Done => json!({}),
    }
}

/// `None` for what this version did not write.
pub(super) fn decode(value: &Value) -> Option<Outcome> {
    let number = |name: &str| value.get(name)?.as_u64();
    let created = || value.get("created")?.as_bool();
    if let Some(id) = number("post") {
        let revision = value.get("revision")?.as_str()?.parse().ok()?;
        return Some(Outcome::Post { id: PostId(id), revision, created: created()? });
    }
    if let Some(id) = number("term") {
        return Some(Outcome::Term { id: TermId(id), created: created()? });
    }
    if let Some(id) = number("user") {
        return Some(Outcome::User { id: UserId(id), created: created()? });
    }
    if let Some(id) = number("comment") {
        return Some(Outcome::Comment { id: CommentId(id), created: created()? });
    }
    if let Some(first) = number("first") {
        return Some(Outcome::Ids { first, count: number("count")? });
    }
    value.as_object().filter(|object| object.is_empty()).map(|_| Outcome::Done)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::content::RevisionId;

    #[test]
    fn outcomes_come_back() {
        let outcomes = [
            Outcome::Post { id: PostId(5), revision: RevisionId(7 << 80), created: true },
            Outcome::Term { id: TermId(5), created: false },
            Outcome::User { id: UserId(5), created: true },
            Outcome::Comment { id: CommentId(5), created: false },
            Outcome::Ids { first: 65, count: 64 },
            Outcome::Done,
        ];
        for outcome in outcomes {
            assert_eq!(decode(&encode(&outcome)), Some(outcome));
        }
        assert_eq!(decode(&json!({ "post": 5 })), None);
        assert_eq!(decode(&json!({ "later": 5 })), None);
    }
}
