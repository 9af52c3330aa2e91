//! Refusals shared by the plans.

use crate::{
    content::Capability,
    publish::{PublishError, plan::Context},
};

pub(super) fn invalid(code: &'static str, field: &'static str, message: impl Into<String>) -> PublishError {
    PublishError::Invalid { code, message: message.into(), field: Some(field) }
}

pub(super) fn forbidden(code: &'static str, message: impl Into<String>) -> PublishError {
    PublishError::Forbidden { code, message: message.into() }
}

pub(super) fn not_found(code: &'static str, message: impl Into<String>) -> PublishError {
    PublishError::NotFound { code, message: message.into() }
}

impl Context<'_> {
    /// # Errors
    /// `Forbidden` with `code` when the actor lacks `capability`.
    pub(super) fn require(
        &self,
        capability: Capability,
        code: &'static str,
        message: &'static str,
    ) -> Result<(), PublishError> {
        if self.powers.can(capability) { Ok(()) } else { Err(forbidden(code, message)) }
    }
}
