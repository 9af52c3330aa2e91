//! A machine that can be suspended, and whose power can be cut, at any await of any of its tasks.

use std::{
    pin::Pin,
    sync::Arc,
    task::{Context, Poll, Waker},
    time::Duration,
};

use bucketpress::clock;
use futures_util::future::BoxFuture;
use parking_lot::Mutex;
use tokio::{
    sync::{Notify, oneshot},
    time::sleep,
};
use tokio_util::sync::CancellationToken;

/// A client gives up after this long; what it asked for goes on.
const PATIENCE: Duration = Duration::from_secs(30);

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Power {
    On,
    /// Nothing runs, as on a laptop whose lid is closed; time goes on, and so does what was sent before.
    Suspended,
    /// Nothing runs ever again.
    Off,
}

/// Cheap to clone; clones are the same machine.
#[derive(Clone)]
pub struct Machine(Arc<Shared>);

struct Shared {
    state: Mutex<State>,
    changed: Notify,
}

struct State {
    power: Power,
    /// What becomes of it after so many more turns of its tasks.
    fuse: Option<(u64, Power)>,
    waiting: Vec<Waker>,
}

impl Machine {
    pub fn new() -> Self {
        let state = State { power: Power::On, fuse: None, waiting: Vec::new() };
        Self(Arc::new(Shared { state: Mutex::new(state), changed: Notify::new() }))
    }

    /// What the machine's clock needs, so that tasks started by the program belong to it too.
    pub fn power(&self) -> clock::Power {
        let machine = self.clone();
        Arc::new(move |task| machine.run(task))
    }

    /// `task` as one of this machine's.
    pub fn run(&self, task: BoxFuture<'static, ()>) -> BoxFuture<'static, ()> {
        Box::pin(Running { machine: self.clone(), task })
    }

    pub fn is(&self, power: Power) -> bool {
        self.0.state.lock().power == power
    }

    pub fn same(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }

    /// After `turns` turns of its tasks, wherever they are then, `power` is what it has; returns when it has happened,
    /// or when the machine has so little to do that it does not come to that.
    pub async fn after(&self, turns: u64, power: Power) {
        self.0.state.lock().fuse = Some((turns, power));
        tokio::select! {
            biased;
            () = self.0.changed.notified() => {}
            () = sleep(Duration::from_secs(3)) => self.set(power),
        }
    }

    pub fn set(&self, power: Power) {
        let mut state = self.0.state.lock();
        state.fuse = None;
        if state.power == Power::Off {
            return;
        }
        state.power = power;
        state.waiting.drain(..).for_each(Waker::wake);
    }

    /// One turn of a task; false: not now.
    fn turn(&self, waker: &Waker) -> bool {
        let mut state = self.0.state.lock();
        match &mut state.fuse {
            Some((0, power)) => {
                state.power = *power;
                state.fuse = None;
                self.0.changed.notify_one();
            }
            Some((turns, _)) => *turns -= 1,
            None => {}
        }
        if state.power != Power::On {
            state.waiting.push(waker.clone());
        }
        state.power == Power::On
    }
}

struct Running {
    machine: Machine,
    task: BoxFuture<'static, ()>,
}

impl Future for Running {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<()> {
        if !self.machine.turn(context.waker()) {
            return Poll::Pending;
        }
        self.task.as_mut().poll(context)
    }
}

/// A service on a machine, as clients see it.
pub struct Handle<T> {
    pub service: Arc<T>,
    pub machine: Machine,
    pub index: usize,
    /// Cancelled when the server is gone.
    pub death: CancellationToken,
}

impl<T> Clone for Handle<T> {
    fn clone(&self) -> Self {
        let (service, machine) = (self.service.clone(), self.machine.clone());
        Self { service, machine, index: self.index, death: self.death.clone() }
    }
}

impl<T> Handle<T> {
    /// Runs `question` on the machine. `None`: no answer came, the connection broke.
    pub async fn ask<A, F>(&self, question: impl FnOnce(Arc<T>) -> F) -> Option<A>
    where
        A: Send + 'static,
        F: Future<Output = A> + Send + 'static,
    {
        let (reply, answer) = oneshot::channel();
        let asked = question(self.service.clone());
        let asked = async move { drop(reply.send(asked.await)) };
        tokio::spawn(self.machine.run(Box::pin(asked)));
        tokio::select! {
            biased;
            () = self.death.cancelled() => None,
            answer = answer => answer.ok(),
            () = sleep(PATIENCE) => None,
        }
    }
}
