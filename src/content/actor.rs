//! Who asks for an edit.

use super::UserId;

/// The author of an edit, as it is written into the log. Permissions are decided from it inside `plan`,
/// against the state the edit lands on, never from what the caller remembered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Actor {
    /// A reader without an account: may comment where comments are open.
    Anonymous {
        ip: String,
    },
    User(UserId),
    /// The operator's command line, the importer, first-run set-up: may do everything.
    System(&'static str),
}

impl Actor {
    /// How the log names this actor: `user:5`, `cli`, `anonymous`.
    pub fn label(&self) -> String {
        match self {
            Self::Anonymous { .. } => "anonymous".to_owned(),
            Self::User(id) => format!("user:{id}"),
            Self::System(name) => (*name).to_owned(),
        }
    }

    pub fn user(&self) -> Option<UserId> {
        match self {
            Self::User(id) => Some(*id),
            Self::Anonymous { .. } | Self::System(_) => None,
        }
    }
}
