//! Uploads, originals and image sizes.

use std::sync::Arc;

use crate::store::Objects;

/// Limits and the bounded pool that decodes and resizes.
#[derive(Debug)]
pub struct Media {}

impl Media {
    pub fn new(objects: Arc<dyn Objects>) -> Self {
        let _ = objects;
        todo!("media")
    }
}
