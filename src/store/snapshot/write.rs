//! Writing a snapshot: only parts in which something changed.

use std::{collections::BTreeSet, ops::Bound};

use bytes::Bytes;
use futures_util::{StreamExt, TryStreamExt, stream};

use super::{Base, Manifest, PartInfo, part};
use crate::store::{Effect, ObjectError, RowKey, Table, Tables, keys::Key, log::Reader};

/// Parts written at once.
const PARALLEL: usize = 4;

/// Writes the snapshot `next` describes (its `parts` are worked out here) with the rows `tables`.
///
/// Every new part is read back before the manifest is created. When another server has made a snapshot of
/// the same entry, that is no error: theirs stands and `None` is returned.
pub async fn write(
    reader: &Reader,
    base: &Base,
    mut next: Manifest,
    tables: &Tables,
) -> Result<Option<Base>, ObjectError> {
    let changed = tables.changes_since(&base.tables);
    let mut number = 0;
    for piece in Table::ALL.into_iter().flat_map(|table| plan_table(base, table, &changed)) {
        let (table, from, to) = match piece {
            Piece::Keep(info) => {
                next.parts.push(info);
                continue;
            }
            Piece::Write { table, from, to } => (table, from, to),
        };
        let rows = tables.clone();
        let encoded = reader.offload(usize::MAX, move || part::encode(rows.table(table).range((from, to)))).await;
        let encoded = encoded.map_err(|error| failed(&Key::Snapshot(next.seq).path(), &error.to_string()))?;
        let count = u32::try_from(encoded.len()).unwrap_or(u32::MAX);
        let written: Vec<PartInfo> = stream::iter((number..).zip(encoded))
            .map(|(number, part)| write_part(reader, table, next.seq, number, part))
            .buffered(PARALLEL)
            .try_collect()
            .await?;
        number += count;
        next.parts.extend(written);
    }
    let created = create_manifest(reader, &next).await?;
    Ok(created.then(|| Base { manifest: Some(next), tables: tables.clone() }))
}

enum Piece {
    Keep(PartInfo),
    Write { table: Table, from: Bound<RowKey>, to: Bound<RowKey> },
}

/// Which parts of a table stay, and which key ranges are written anew; neighbours are written together.
fn plan_table(base: &Base, table: Table, changed: &[Effect]) -> Vec<Piece> {
    let parts: Vec<&PartInfo> =
        base.manifest.iter().flat_map(|manifest| &manifest.parts).filter(|part| part.table == table).collect();
    let dirty: BTreeSet<usize> = changed
        .iter()
        .filter_map(|effect| match effect {
            Effect::Put { table: of, key, .. } | Effect::Delete { table: of, key } => (*of == table).then_some(key),
        })
        .map(|key| parts.partition_point(|part| part.first <= *key).saturating_sub(1))
        .collect();
    if parts.is_empty() {
        let everything = Piece::Write { table, from: Bound::Unbounded, to: Bound::Unbounded };
        return if dirty.is_empty() { Vec::new() } else { vec![everything] };
    }
    let mut pieces = Vec::new();
    for (index, info) in parts.iter().enumerate() {
        if !dirty.contains(&index) {
            pieces.push(Piece::Keep((*info).clone()));
            continue;
        }
        let end = parts.get(index + 1).map_or(Bound::Unbounded, |next| Bound::Excluded(next.first.clone()));
        if let Some(Piece::Write { to, .. }) = pieces.last_mut() {
            *to = end;
        } else {
            let from = if index == 0 { Bound::Unbounded } else { Bound::Included(info.first.clone()) };
            pieces.push(Piece::Write { table, from, to: end });
        }
    }
    pieces
}

async fn write_part(
    reader: &Reader,
    table: Table,
    seq: u64,
    number: u32,
    part: part::EncodedPart,
) -> Result<PartInfo, ObjectError> {
    let bytes = Bytes::from(part.bytes);
    let hash = blake3::hash(&bytes).to_hex().to_string();
    let key = Key::Part { table, seq, number, hash: &hash };
    let path = key.path();
    reader.objects.put(&path, bytes.clone(), &key.attributes()).await?;
    if reader.read(&path).await?.as_ref() != Some(&bytes) {
        return Err(failed(&path, "it does not read back as it was written"));
    }
    let size = bytes.len() as u64;
    Ok(PartInfo { table, first: part.first, last: part.last, rows: part.rows, bytes: size, key: path, hash })
}

/// True if the manifest in the bucket is this one.
async fn create_manifest(reader: &Reader, manifest: &Manifest) -> Result<bool, ObjectError> {
    let key = Key::Snapshot(manifest.seq);
    let json = Bytes::from(manifest.encode(&reader.mac));
    match reader.objects.create(&key.path(), json.clone(), &key.attributes()).await {
        Ok(()) => Ok(true),
        Err(error @ (ObjectError::AlreadyExists { .. } | ObjectError::Unknown { .. })) => {
            match reader.read(&key.path()).await? {
                Some(stored) => Ok(stored == json),
                None => Err(error),
            }
        }
        Err(error) => Err(error),
    }
}

fn failed(key: &str, reason: &str) -> ObjectError {
    ObjectError::Unavailable { key: key.to_owned(), reason: reason.to_owned() }
}
