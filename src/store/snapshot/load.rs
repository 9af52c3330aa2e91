//! Reading a snapshot: parts fetched in parallel, decoded in turn, every hash and the digest checked.

use bytes::Bytes;
use futures_util::{StreamExt, TryStreamExt, stream};

use super::{Base, Manifest, PartInfo, part};
use crate::store::{
    ObjectError, Tables,
    keys::Key,
    log::{Corrupt, ReadError, Reader},
};

/// Parts read ahead.
const PARALLEL: usize = 8;

/// Why a snapshot cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum LoadError {
    /// An older one may serve.
    #[error(transparent)]
    Unusable(Corrupt),
    /// The store, not the snapshot, is at fault; or the snapshot is from a newer program.
    #[error(transparent)]
    Read(ReadError),
}

/// Reads the snapshot at `seq`.
pub async fn load(reader: &Reader, seq: u64) -> Result<Base, LoadError> {
    let path = Key::Snapshot(seq).path();
    let unusable = |reason: &str| LoadError::Unusable(Corrupt { what: path.clone(), reason: reason.to_owned() });
    let json = read(reader, &path).await?.ok_or_else(|| unusable("it is gone"))?;
    let manifest = match Manifest::decode(&path, &json, &reader.mac) {
        Ok(manifest) => manifest,
        Err(ReadError::Corrupt(corrupt)) => return Err(LoadError::Unusable(corrupt)),
        Err(error) => return Err(LoadError::Read(error)),
    };
    if manifest.seq != seq || *manifest.lineage != *reader.lineage {
        return Err(unusable("it belongs to another entry or lineage"));
    }
    let mut read = stream::iter(manifest.parts.clone())
        .map(|info| async move { Ok((read_part(reader, &info).await?, info)) })
        .buffered(PARALLEL);
    let (mut tables, mut scratch) = (Tables::default(), part::Scratch::default());
    // Here and in turn, some 20 ms each: threads of their own would each leave memory behind in a heap of its own.
    while let Some((bytes, info)) = read.try_next().await? {
        let decoded = decode_part(&info, &bytes, &mut scratch).map_err(|reason| corrupt(&info.key, reason))?;
        tables.extend(info.table, decoded.rows, &decoded.digest);
        tokio::task::yield_now().await;
    }
    let rows: u64 = manifest.parts.iter().map(|info| info.rows).sum();
    if tables.digest() != manifest.digest || tables.rows() as u64 != rows {
        return Err(unusable("its parts do not add up to its digest"));
    }
    Ok(Base { manifest: Some(manifest), tables })
}

async fn read_part(reader: &Reader, info: &PartInfo) -> Result<Bytes, LoadError> {
    read(reader, &info.key).await?.ok_or_else(|| corrupt(&info.key, "it is gone".to_owned()))
}

fn decode_part(info: &PartInfo, bytes: &[u8], scratch: &mut part::Scratch) -> Result<part::DecodedPart, String> {
    if blake3::hash(bytes).to_hex().as_str() != info.hash {
        return Err("its bytes do not have the hash the manifest names".to_owned());
    }
    part::decode(info.table, info.rows, bytes, scratch)
}

fn corrupt(what: &str, reason: String) -> LoadError {
    LoadError::Unusable(Corrupt { what: what.to_owned(), reason })
}

async fn read(reader: &Reader, key: &str) -> Result<Option<Bytes>, LoadError> {
    reader.read(key).await.map_err(|error: ObjectError| LoadError::Read(error.into()))
}
