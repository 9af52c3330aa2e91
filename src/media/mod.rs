//! Uploads, originals and image sizes.

use std::sync::Arc;

use crate::store::Objects;

/// Limits and the bounded pool that decodes and resizes.
#[derive(Debug)]
pub struct Media {
    #[expect(dead_code, reason = "for uploads and sizes")]
    objects: Arc<dyn Objects>,
}

impl Media {
    pub fn new(objects: Arc<dyn Objects>) -> Self {
        Self { objects }
    }
}
