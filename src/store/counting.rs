//! Counts what is asked of the store: for metrics, and for tests that hold request budgets.

use std::{
    ops::Range,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering::Relaxed},
    },
    time::Duration,
};

use async_trait::async_trait;
use bytes::Bytes;
use futures_util::{StreamExt, stream::BoxStream};

use super::objects::{Attributes, ListPage, Method, Object, ObjectError, ObjectMeta, ObjectStream, Objects};

/// Passes everything through to the store within.
#[derive(Debug)]
pub struct CountingObjects {
    within: Arc<dyn Objects>,
    methods: [Tally; METHODS.len()],
    bytes_read: Arc<AtomicU64>,
    bytes_written: Arc<AtomicU64>,
}

/// The methods counted, in the order of the tallies.
pub const METHODS: [(Method, &str); 10] = [
    (Method::Get, "get"),
    (Method::GetStream, "get_stream"),
    (Method::Head, "head"),
    (Method::Put, "put"),
    (Method::PutMany, "put_many"),
    (Method::Create, "create"),
    (Method::PutStream, "put_stream"),
    (Method::Copy, "copy"),
    (Method::Delete, "delete"),
    (Method::List, "list"),
];

#[derive(Debug, Default)]
struct Tally {
    calls: AtomicU64,
    failures: AtomicU64,
    objects: AtomicU64,
}

/// Counts since the start, or between two moments: see [`Counts::since`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    methods: [MethodCounts; METHODS.len()],
    pub bytes_read: u64,
    pub bytes_written: u64,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct MethodCounts {
    pub calls: u64,
    /// Absent objects and lost creates are answers, not failures.
    pub failures: u64,
    /// Objects touched: more than calls for `put_many`, `delete` and `list`.
    pub objects: u64,
}

impl Counts {
    pub fn of(&self, method: Method) -> MethodCounts {
        self.methods[method as usize]
    }

    /// Calls that read: a warm page makes none of them.
    pub fn reads(&self) -> u64 {
        [Method::Get, Method::GetStream, Method::Head, Method::List].map(|method| self.of(method).calls).iter().sum()
    }

    /// Calls that write.
    pub fn writes(&self) -> u64 {
        METHODS.iter().map(|(method, _)| self.of(*method).calls).sum::<u64>() - self.reads()
    }

    /// What was added to `earlier`.
    pub fn since(&self, earlier: &Self) -> Self {
        let mut difference = *self;
        for (now, before) in difference.methods.iter_mut().zip(&earlier.methods) {
            now.calls -= before.calls;
            now.failures -= before.failures;
            now.objects -= before.objects;
        }
        difference.bytes_read -= earlier.bytes_read;
        difference.bytes_written -= earlier.bytes_written;
        difference
    }
}

impl CountingObjects {
    pub fn new(within: Arc<dyn Objects>) -> Self {
        Self { within, methods: Default::default(), bytes_read: Arc::default(), bytes_written: Arc::default() }
    }

    pub fn counts(&self) -> Counts {
        let methods = std::array::from_fn(|at| {
            let tally = &self.methods[at];
            MethodCounts {
                calls: tally.calls.load(Relaxed),
                failures: tally.failures.load(Relaxed),
                objects: tally.objects.load(Relaxed),
            }
        });
        Counts { methods, bytes_read: self.bytes_read.load(Relaxed), bytes_written: self.bytes_written.load(Relaxed) }
    }

    fn begin(&self, method: Method, objects: usize) {
        let tally = &self.methods[method as usize];
        tally.calls.fetch_add(1, Relaxed);
        tally.objects.fetch_add(objects as u64, Relaxed);
    }

    fn end<T>(&self, method: Method, result: Result<T, ObjectError>) -> Result<T, ObjectError> {
        let answered = matches!(result, Ok(_) | Err(ObjectError::NotFound { .. } | ObjectError::AlreadyExists { .. }));
        if !answered {
            self.methods[method as usize].failures.fetch_add(1, Relaxed);
        }
        result
    }

    fn wrote(&self, bytes: usize) {
        self.bytes_written.fetch_add(bytes as u64, Relaxed);
    }
}

fn counted(
    body: BoxStream<'static, Result<Bytes, std::io::Error>>,
    total: Arc<AtomicU64>,
) -> BoxStream<'static, Result<Bytes, std::io::Error>> {
    body.inspect(move |chunk| {
        if let Ok(chunk) = chunk {
            total.fetch_add(chunk.len() as u64, Relaxed);
        }
    })
    .boxed()
}

#[async_trait]
impl Objects for CountingObjects {
    async fn get(&self, key: &str, range: Option<Range<u64>>) -> Result<Object, ObjectError> {
        self.begin(Method::Get, 1);
        let object = self.end(Method::Get, self.within.get(key, range).await)?;
        self.bytes_read.fetch_add(object.body.len() as u64, Relaxed);
        Ok(object)
    }

    async fn get_stream(&self, key: &str, range: Option<Range<u64>>) -> Result<ObjectStream, ObjectError> {
        self.begin(Method::GetStream, 1);
        let stream = self.end(Method::GetStream, self.within.get_stream(key, range).await)?;
        Ok(ObjectStream { meta: stream.meta, body: counted(stream.body, self.bytes_read.clone()) })
    }

    async fn head(&self, key: &str) -> Result<ObjectMeta, ObjectError> {
        self.begin(Method::Head, 1);
        self.end(Method::Head, self.within.head(key).await)
    }

    async fn put(&self, key: &str, body: Bytes, attributes: &Attributes) -> Result<(), ObjectError> {
        self.begin(Method::Put, 1);
        self.wrote(body.len());
        self.end(Method::Put, self.within.put(key, body, attributes).await)
    }

    async fn put_many(&self, objects: Vec<(String, Bytes, Attributes)>) -> Result<(), ObjectError> {
        self.begin(Method::PutMany, objects.len());
        self.wrote(objects.iter().map(|(_, body, _)| body.len()).sum());
        self.end(Method::PutMany, self.within.put_many(objects).await)
    }

    async fn create(&self, key: &str, body: Bytes, attributes: &Attributes) -> Result<(), ObjectError> {
        self.begin(Method::Create, 1);
        self.wrote(body.len());
        self.end(Method::Create, self.within.create(key, body, attributes).await)
    }

    async fn put_stream(
        &self,
        key: &str,
        body: BoxStream<'static, Result<Bytes, std::io::Error>>,
        attributes: &Attributes,
    ) -> Result<u64, ObjectError> {
        self.begin(Method::PutStream, 1);
        let body = counted(body, self.bytes_written.clone());
        self.end(Method::PutStream, self.within.put_stream(key, body, attributes).await)
    }

    async fn copy(&self, from: &str, to: &str, attributes: &Attributes) -> Result<(), ObjectError> {
        self.begin(Method::Copy, 1);
        self.end(Method::Copy, self.within.copy(from, to, attributes).await)
    }

    async fn delete(&self, keys: &[String]) -> Result<(), ObjectError> {
        self.begin(Method::Delete, keys.len());
        self.end(Method::Delete, self.within.delete(keys).await)
    }

    async fn list(&self, prefix: &str, start_after: Option<&str>, limit: usize) -> Result<ListPage, ObjectError> {
        self.begin(Method::List, 0);
        let page = self.end(Method::List, self.within.list(prefix, start_after, limit).await)?;
        self.methods[Method::List as usize].objects.fetch_add(page.entries.len() as u64, Relaxed);
        Ok(page)
    }

    /// Not counted: nothing is sent.
    async fn presign_get(&self, key: &str, ttl: Duration) -> Result<Option<String>, ObjectError> {
        self.within.presign_get(key, ttl).await
    }
}
