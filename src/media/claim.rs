//! Advisory claims: of several servers that miss an image size, one makes it and the others wait a little.

use std::time::Duration;

use bytes::Bytes;

use super::{Inner, Recipe};
use crate::{
    content::MediaFile,
    store::{Key, ObjectError},
};

/// A claim older than this was made by a server that died.
const CLAIM_SECONDS: i64 = 60;
const POLL: Duration = Duration::from_millis(200);
/// Then it is made here as well: waiting longer than making it takes helps nobody.
const POLLS_MAX: u32 = 25;

/// What a claim's key names.
pub(super) struct Claimed<'a> {
    pub(super) file: &'a MediaFile,
    pub(super) recipe_name: &'a str,
}

impl Claimed<'_> {
    fn key(&self) -> Key<'_> {
        Key::Claim { sha256: &self.file.sha256, recipe: self.recipe_name, extension: &self.file.extension }
    }
}

impl Inner {
    /// Claims the work. `false`: another server had it and may have finished, look again before doing it.
    pub(super) async fn claim(&self, claimed: &Claimed<'_>, made: &Key<'_>) -> bool {
        let key = claimed.key();
        let body = format!("{{\"at\":{}}}\n", self.clock.now().as_second());
        match self.objects.create(&key.path(), Bytes::from(body), &key.attributes()).await {
            Err(ObjectError::AlreadyExists { .. }) => {}
            // a claim only saves work: without one the work is done all the same
            _ => return true,
        }
        let Ok(claim) = self.objects.get(&key.path(), None).await else { return false };
        let at = serde_json::from_slice::<serde_json::Value>(&claim.body).ok();
        let at = at.and_then(|claim| claim.get("at")?.as_i64()).unwrap_or(0);
        if self.clock.now().as_second() - at > CLAIM_SECONDS {
            return true;
        }
        for _ in 0..POLLS_MAX {
            tokio::time::sleep(POLL).await;
            if self.objects.head(&made.path()).await.is_ok() {
                return false;
            }
            let gone = self.objects.head(&key.path()).await.is_err_and(|error| error.is_not_found());
            if gone {
                return false;
            }
        }
        true
    }

    pub(super) async fn release(&self, claimed: &Claimed<'_>) {
        // one that stays is stale after a minute
        self.objects.delete(&[claimed.key().path()]).await.ok();
    }
}

impl Recipe {
    /// With what else decides the bytes: `300x200-crop-e1q82`.
    pub(super) fn key_name(&self, encoder_version: u32, quality: u8) -> String {
        format!("{}-e{encoder_version}q{quality}", self.name())
    }
}
