//! A store that fails when the test says so.

use std::{sync::Arc, time::Duration};

use bucketpress::store::{
    Objects,
    faulty::{Call, Fault, FaultyObjects, Outcome},
};
use parking_lot::Mutex;

type Chooser = dyn Fn(&Call<'_>) -> Fault + Send;

/// The switch of an unsteady store.
#[derive(Clone, Default)]
pub struct Outage(Arc<Mutex<Option<Box<Chooser>>>>);

/// `within`, and the switch that makes it fail.
pub fn unsteady(within: Arc<dyn Objects>) -> (Arc<dyn Objects>, Outage) {
    let outage = Outage::default();
    let switch = outage.clone();
    let choose = move |call: &Call<'_>| switch.0.lock().as_ref().map_or_else(Fault::default, |choose| choose(call));
    (Arc::new(FaultyObjects::new(within, choose)), outage)
}

impl Outage {
    /// From now on every request is refused with `status`.
    pub fn refuse(&self, status: u16) {
        self.choose(move |_| Outcome::Refused(status).into());
    }

    /// From now on no request is answered.
    pub fn hang(&self) {
        self.choose(|_| Fault { delay: Duration::from_secs(24 * 60 * 60), ..Fault::default() });
    }

    pub fn choose(&self, choose: impl Fn(&Call<'_>) -> Fault + Send + 'static) {
        *self.0.lock() = Some(Box::new(choose));
    }

    /// Requests that hang go on hanging; new ones are answered.
    pub fn end(&self) {
        *self.0.lock() = None;
    }
}
