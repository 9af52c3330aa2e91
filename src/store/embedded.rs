//! A bucket in a directory: for one machine, for trying out, and for tests.
//!
//! Several processes may share the directory. `docs/format.md` says how keys become file names; bodies are the
//! files' bytes, nothing around them. Linux only, on a file system with hard links or `renameat2`.

mod directory;
mod listing;
mod path;

use std::{
    fs::File,
    io::{self, Read, Seek, SeekFrom},
    ops::Range,
    path::Path,
    sync::Arc,
    time::Duration,
};

use async_trait::async_trait;
use bytes::Bytes;
use futures_util::{StreamExt, stream::BoxStream};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio_util::io::ReaderStream;

use self::directory::{Directory, Published};
use super::objects::{
    Attributes, BODY_BYTES_MAX, LIST_MAX, ListPage, Method, Object, ObjectError, ObjectMeta, ObjectStream, Objects,
    check_key, resolve_range,
};

/// Bytes read from a file at a time when streaming.
const CHUNK_BYTES: usize = 256 * 1024;

/// Cheap to clone.
#[derive(Clone, Debug)]
pub struct EmbeddedObjects {
    directory: Arc<Directory>,
}

impl EmbeddedObjects {
    /// Opens the store in `root`, which is made when missing (readable by its owner only).
    ///
    /// # Errors
    /// `Denied` or `Unavailable`, naming the directory.
    pub fn open(root: &Path) -> Result<Self, ObjectError> {
        match Directory::open(root) {
            Ok(directory) => Ok(Self { directory: Arc::new(directory) }),
            Err(error) => Err(failed(Method::Put, &root.display().to_string(), &error)),
        }
    }

    /// Runs file operations on a thread that may block.
    async fn blocking<T: Send + 'static>(
        &self,
        method: Method,
        key: &str,
        work: impl FnOnce(&Directory) -> io::Result<T> + Send + 'static,
    ) -> Result<T, ObjectError> {
        let directory = self.directory.clone();
        match tokio::task::spawn_blocking(move || work(&directory)).await {
            Ok(Ok(done)) => Ok(done),
            Ok(Err(error)) => Err(failed(method, key, &error)),
            Err(error) => Err(ObjectError::undecided(method, key, error.to_string())),
        }
    }

    /// The open file: its bytes stay the same whatever is put in its place.
    async fn file(&self, method: Method, key: &str) -> Result<(File, ObjectMeta), ObjectError> {
        check_key(key)?;
        let path = path::of_key(&self.directory.root, key);
        self.blocking(method, key, move |directory| {
            let file = match File::open(&path) {
                Err(error) if error.kind() == io::ErrorKind::NotFound => {
                    directory.check_there()?;
                    return Err(error);
                }
                result => result?,
            };
            directory.rely_on(&file, &path)?;
            let meta = directory.meta(&file)?;
            Ok((file, meta))
        })
        .await
    }
}

/// What a failed file operation means. A create that failed here was not given its name.
fn failed(method: Method, key: &str, error: &io::Error) -> ObjectError {
    let (key, reason) = (key.to_owned(), error.to_string());
    let reads = matches!(method, Method::Get | Method::GetStream | Method::Head | Method::Copy);
    match error.kind() {
        io::ErrorKind::NotFound if reads => ObjectError::NotFound { key },
        io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem => ObjectError::Denied { key, reason },
        io::ErrorKind::FileTooLarge | io::ErrorKind::InvalidInput => ObjectError::Invalid { key, reason },
        _ => ObjectError::Unavailable { key, reason },
    }
}

#[async_trait]
impl Objects for EmbeddedObjects {
    async fn get(&self, key: &str, range: Option<Range<u64>>) -> Result<Object, ObjectError> {
        let (mut file, meta) = self.file(Method::Get, key).await?;
        let range = resolve_range(key, range, meta.size)?;
        let length = range.end - range.start;
        if length > BODY_BYTES_MAX {
            let reason = format!("{length} bytes are too many to read at once");
            return Err(ObjectError::Invalid { key: key.to_owned(), reason });
        }
        let body = self
            .blocking(Method::Get, key, move |_| {
                let mut body = vec![0; length as usize];
                file.seek(SeekFrom::Start(range.start))?;
                file.read_exact(&mut body)?;
                Ok(body)
            })
            .await?;
        Ok(Object { meta, body: body.into() })
    }

    async fn get_stream(&self, key: &str, range: Option<Range<u64>>) -> Result<ObjectStream, ObjectError> {
        let (mut file, meta) = self.file(Method::GetStream, key).await?;
        let range = resolve_range(key, range, meta.size)?;
        let file = self
            .blocking(Method::GetStream, key, move |_| file.seek(SeekFrom::Start(range.start)).map(|_| file))
            .await?;
        let bytes = tokio::fs::File::from_std(file).take(range.end - range.start);
        Ok(ObjectStream { meta, body: ReaderStream::with_capacity(bytes, CHUNK_BYTES).boxed() })
    }

    async fn head(&self, key: &str) -> Result<ObjectMeta, ObjectError> {
        Ok(self.file(Method::Head, key).await?.1)
    }

    async fn put(&self, key: &str, body: Bytes, attributes: &Attributes) -> Result<(), ObjectError> {
        check_key(key)?;
        let path = path::of_key(&self.directory.root, key);
        let attributes = attributes.clone();
        self.blocking(Method::Put, key, move |directory| directory.replace(directory.write(&body, &attributes)?, &path))
            .await
    }

    /// All files are written, then one `syncfs` makes their bytes durable, then they get their names, then a
    /// second one makes those durable: several times cheaper than one `fsync` for each.
    async fn put_many(&self, objects: Vec<(String, Bytes, Attributes)>) -> Result<(), ObjectError> {
        objects.iter().try_for_each(|(key, ..)| check_key(key))?;
        let Some(first) = objects.first().map(|(key, ..)| key.clone()) else { return Ok(()) };
        self.blocking(Method::PutMany, &first, move |directory| {
            let mut written = Vec::with_capacity(objects.len());
            for (key, body, attributes) in &objects {
                // only the name is kept: closed files need no fsync of their own before syncfs
                let name = directory.write(body, attributes)?.name;
                written.push((name, path::of_key(&directory.root, key)));
            }
            directory.sync_all()?;
            for (name, path) in written {
                directory.rename(name, &path)?;
            }
            directory.sync_all()
        })
        .await
    }

    async fn create(&self, key: &str, body: Bytes, attributes: &Attributes) -> Result<(), ObjectError> {
        check_key(key)?;
        let path = path::of_key(&self.directory.root, key);
        let attributes = attributes.clone();
        let published = self.blocking(Method::Create, key, move |directory| {
            if path.symlink_metadata().is_ok() {
                return Ok(Published::Exists);
            }
            directory.create(directory.write(&body, &attributes)?, &path)
        });
        match published.await? {
            Published::Durable => Ok(()),
            Published::Exists => Err(ObjectError::AlreadyExists { key: key.to_owned() }),
            Published::Visible(error) => Err(ObjectError::undecided(Method::Create, key, error.to_string())),
        }
    }

    async fn put_stream(
        &self,
        key: &str,
        mut body: BoxStream<'static, Result<Bytes, io::Error>>,
        attributes: &Attributes,
    ) -> Result<u64, ObjectError> {
        check_key(key)?;
        let temporary = self.blocking(Method::PutStream, key, Directory::temporary).await?;
        let written = async {
            let mut file = tokio::fs::File::from_std(temporary.file.try_clone()?);
            let mut size = 0;
            while let Some(chunk) = body.next().await {
                let chunk = chunk?;
                size += chunk.len() as u64;
                file.write_all(&chunk).await?;
            }
            file.flush().await?;
            Ok(size)
        };
        let size = written.await.map_err(|error| failed(Method::PutStream, key, &error))?;
        let path = path::of_key(&self.directory.root, key);
        let attributes = attributes.clone();
        self.blocking(Method::PutStream, key, move |directory| {
            directory.seal(&temporary, &attributes)?;
            directory.replace(temporary, &path)
        })
        .await?;
        Ok(size)
    }

    async fn copy(&self, from: &str, to: &str, attributes: &Attributes) -> Result<(), ObjectError> {
        check_key(to)?;
        let (mut source, _) = self.file(Method::Copy, from).await?;
        let path = path::of_key(&self.directory.root, to);
        let attributes = attributes.clone();
        self.blocking(Method::Put, to, move |directory| {
            let mut temporary = directory.temporary()?;
            io::copy(&mut source, &mut temporary.file)?;
            directory.seal(&temporary, &attributes)?;
            directory.replace(temporary, &path)
        })
        .await
    }

    /// Not made durable: what a power cut brings back is deleted again by whoever collects garbage.
    async fn delete(&self, keys: &[String]) -> Result<(), ObjectError> {
        keys.iter().try_for_each(|key| check_key(key))?;
        let Some(first) = keys.first() else { return Ok(()) };
        let paths: Vec<_> = keys.iter().map(|key| path::of_key(&self.directory.root, key)).collect();
        self.blocking(Method::Delete, first, move |directory| paths.iter().try_for_each(|path| directory.remove(path)))
            .await
    }

    async fn list(&self, prefix: &str, start_after: Option<&str>, limit: usize) -> Result<ListPage, ObjectError> {
        let (owned, after) = (prefix.to_owned(), start_after.map(str::to_owned));
        self.blocking(Method::List, prefix, move |directory| {
            directory.list(&owned, after.as_deref(), limit.min(LIST_MAX))
        })
        .await
    }

    async fn presign_get(&self, _key: &str, _ttl: Duration) -> Result<Option<String>, ObjectError> {
        Ok(None)
    }
}
