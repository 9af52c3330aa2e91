//! The sets over `users` rows. Logins and addresses are compared without case.

use std::sync::Arc;

use imbl::OrdSet;

use crate::content::{Role, User, UserId};

#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Users {
    logins: OrdSet<(Arc<str>, UserId)>,
    emails: OrdSet<(Arc<str>, UserId)>,
    slugs: OrdSet<(Arc<str>, UserId)>,
    roles: OrdSet<(Role, UserId)>,
}

impl Users {
    pub fn insert(&mut self, user: &User) {
        self.logins.insert((user.login.to_lowercase().into(), user.id));
        if !user.email.is_empty() {
            self.emails.insert((user.email.to_lowercase().into(), user.id));
        }
        self.slugs.insert((user.slug.as_str().into(), user.id));
        for role in &user.roles {
            self.roles.insert((role.clone(), user.id));
        }
    }

    pub fn remove(&mut self, user: &User) {
        self.logins.remove(&(user.login.to_lowercase().into(), user.id));
        self.emails.remove(&(user.email.to_lowercase().into(), user.id));
        self.slugs.remove(&(user.slug.as_str().into(), user.id));
        for role in &user.roles {
            self.roles.remove(&(role.clone(), user.id));
        }
    }

    pub fn by_login(&self, login: &str) -> Option<UserId> {
        first(&self.logins, login.to_lowercase().into())
    }

    /// Users without an address are not found by the empty one.
    pub fn by_email(&self, email: &str) -> Option<UserId> {
        first(&self.emails, email.to_lowercase().into())
    }

    pub fn by_slug(&self, slug: &str) -> Option<UserId> {
        first(&self.slugs, slug.into())
    }

    pub fn in_role(&self, role: &Role) -> impl Iterator<Item = UserId> + '_ {
        self.roles.range((role.clone(), UserId(0))..=(role.clone(), UserId(u64::MAX))).map(|(_, id)| *id)
    }
}

fn first(set: &OrdSet<(Arc<str>, UserId)>, name: Arc<str>) -> Option<UserId> {
    set.range((name.clone(), UserId(0))..=(name, UserId(u64::MAX))).map(|(_, id)| *id).next()
}
