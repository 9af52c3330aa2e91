//! Application passwords: made, revoked, seen in use.

use super::{
    Changes, Context, Planned,
    permit::{forbidden, invalid, not_found},
};
use crate::{
    content::{AppPassword, UserId, edit::AppPasswordUse, names::sanitize_text_field},
    publish::{Outcome, PublishError},
};

/// Passwords of one user.
const PASSWORDS_MAX: usize = 200;
const NAME_BYTES_MAX: usize = 250;

pub(super) fn save(context: &Context<'_>, password: &AppPassword) -> Result<Planned, PublishError> {
    may_manage(context, password.user, "rest_cannot_create_application_passwords")?;
    let mut password = password.clone();
    password.name = sanitize_text_field(&password.name);
    if password.name.is_empty() || password.name.len() > NAME_BYTES_MAX {
        let message = format!("an application password needs a name of at most {NAME_BYTES_MAX} bytes");
        return Err(invalid("rest_invalid_param", "name", message));
    }
    let existing = context.site.app_passwords(password.user);
    let others = existing.iter().filter(|other| other.uuid != password.uuid);
    if others.clone().count() >= PASSWORDS_MAX {
        let message = format!("a user has at most {PASSWORDS_MAX} application passwords");
        return Err(invalid("rest_too_many_application_passwords", "user", message));
    }
    if others.clone().any(|other| other.name == password.name) {
        return Err(PublishError::Exists {
            code: "application_password_duplicate_name",
            message: format!("there is an application password named {:?} already", password.name),
            existing: None,
        });
    }
    let mut changes = Changes::new(context.site);
    changes.put_app_password(&password);
    Ok(changes.finish(Outcome::Done))
}

pub(super) fn revoke(context: &Context<'_>, user: UserId, uuid: Option<&str>) -> Result<Planned, PublishError> {
    may_manage(context, user, "rest_cannot_delete_application_password")?;
    let mut changes = Changes::new(context.site);
    let existing = context.site.app_passwords(user);
    let doomed: Vec<_> = existing.iter().filter(|password| uuid.is_none_or(|uuid| password.uuid == uuid)).collect();
    if doomed.is_empty() && uuid.is_some() {
        let message = "there is no such application password";
        return Err(not_found("rest_application_password_not_found", message));
    }
    for password in doomed {
        changes.delete_app_password(user, &password.uuid);
    }
    Ok(changes.finish(Outcome::Done))
}

/// Takes over the newest uses; of passwords revoked meanwhile there is nothing to note.
pub(super) fn note_use(context: &Context<'_>, uses: &[AppPasswordUse]) -> Result<Planned, PublishError> {
    let mut changes = Changes::new(context.site);
    for (at, used) in uses.iter().enumerate() {
        let later = |other: &&AppPasswordUse| (other.user, &other.uuid) == (used.user, &used.uuid);
        if uses.iter().skip(at + 1).any(|other| later(&other)) {
            continue;
        }
        let passwords = context.site.app_passwords(used.user);
        let Some(mut password) = passwords.into_iter().find(|password| password.uuid == used.uuid) else { continue };
        if password.last_used.is_some_and(|known| known >= used.at) {
            continue;
        }
        password.last_used = Some(used.at);
        password.last_ip = Some(used.ip.clone());
        changes.put_app_password(&password);
    }
    Ok(changes.finish(Outcome::Done))
}

fn may_manage(context: &Context<'_>, user: UserId, code: &'static str) -> Result<(), PublishError> {
    if context.site.user(user).is_none() {
        return Err(not_found("rest_user_invalid_id", "there is no user with this id"));
    }
    if context.powers.can_edit_user(user) {
        return Ok(());
    }
    Err(forbidden(code, "you may not manage this user's application passwords"))
}
