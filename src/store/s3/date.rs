//! The store's own clock, from the `Date` header of its answers.

use std::sync::{
    Arc,
    atomic::{AtomicI64, Ordering::Relaxed},
};

use aws_sdk_s3::{
    config::{ConfigBag, Intercept, RuntimeComponents, interceptors::BeforeDeserializationInterceptorContextRef},
    error::BoxError,
};
use aws_smithy_types::date_time::{DateTime, Format};

/// Put into one request, it keeps the date of the answer.
#[derive(Clone, Debug)]
pub(super) struct StoreDate(Arc<AtomicI64>);

const UNKNOWN: i64 = i64::MIN;

impl Default for StoreDate {
    fn default() -> Self {
        Self(Arc::new(AtomicI64::new(UNKNOWN)))
    }
}

impl StoreDate {
    /// Seconds since 1970.
    pub(super) fn get(&self) -> Option<i64> {
        Some(self.0.load(Relaxed)).filter(|seconds| *seconds != UNKNOWN)
    }
}

impl Intercept for StoreDate {
    fn name(&self) -> &'static str {
        "StoreDate"
    }

    fn read_before_deserialization(
        &self,
        context: &BeforeDeserializationInterceptorContextRef<'_>,
        _: &RuntimeComponents,
        _: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        if let Some(text) = context.response().headers().get("date")
            && let Ok(date) = DateTime::from_str(text, Format::HttpDate)
        {
            self.0.store(date.secs(), Relaxed);
        }
        Ok(())
    }
}
