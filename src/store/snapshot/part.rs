//! A part: zstd of lines `[key,row]`, keys ascending.

use std::fmt;

use serde::{
    Deserialize,
    de::{Error as _, SeqAccess, Visitor},
};
use serde_json::value::RawValue;

use crate::store::{
    Row, RowKey, Table,
    log::{DECOMPRESSED_BYTES_MAX, RawKey, decompress, push_key},
    tables::{Chunks, Digest},
};

/// A part ends after this many rows …
pub const ROWS_MAX: usize = 10_000;
/// … or this many bytes of JSON.
const BYTES_MAX: usize = 4 << 20;
const ZSTD_LEVEL: i32 = 3;

/// A part that is about to be written.
#[derive(Debug)]
pub struct EncodedPart {
    pub first: RowKey,
    pub last: RowKey,
    pub rows: u64,
    pub bytes: Vec<u8>,
}

/// The rows of a part, and the digest over them.
#[derive(Debug)]
pub struct DecodedPart {
    pub rows: Chunks,
    pub digest: Digest,
}

/// Cuts rows into parts of bounded size.
pub fn encode(rows: impl Iterator<Item = (RowKey, Row)>) -> std::io::Result<Vec<EncodedPart>> {
    let mut parts = Vec::new();
    let mut open: Option<Building> = None;
    for (key, row) in rows {
        let mut part = open.take().unwrap_or_else(|| Building::new(&key));
        part.push(key, &row);
        if part.rows >= ROWS_MAX || part.json.len() >= BYTES_MAX {
            parts.push(part.finish()?);
        } else {
            open = Some(part);
        }
    }
    if let Some(part) = open {
        parts.push(part.finish()?);
    }
    Ok(parts)
}

struct Building {
    first: RowKey,
    last: RowKey,
    rows: usize,
    json: Vec<u8>,
}

impl Building {
    fn new(first: &RowKey) -> Self {
        Self { first: first.clone(), last: first.clone(), rows: 0, json: Vec::new() }
    }

    fn push(&mut self, key: RowKey, row: &[u8]) {
        self.json.push(b'[');
        push_key(&mut self.json, &key);
        self.json.push(b',');
        self.json.extend_from_slice(row);
        self.json.extend_from_slice(b"]\n");
        self.last = key;
        self.rows += 1;
    }

    fn finish(self) -> std::io::Result<EncodedPart> {
        let bytes = zstd::bulk::compress(&self.json, ZSTD_LEVEL)?;
        Ok(EncodedPart { first: self.first, last: self.last, rows: self.rows as u64, bytes })
    }
}

/// What decoding uses again and again: large buffers that come and go would leave the heap full of holes.
#[derive(Default)]
pub struct Scratch {
    decompressor: Option<zstd::bulk::Decompressor<'static>>,
    json: Vec<u8>,
}

impl Scratch {
    fn decompress(&mut self, bytes: &[u8]) -> Result<&[u8], String> {
        if self.decompressor.is_none() {
            self.decompressor = zstd::bulk::Decompressor::new().map(Some).map_err(|error| error.to_string())?;
        }
        let size = zstd::zstd_safe::get_frame_content_size(bytes).ok().flatten();
        let size = size.filter(|size| *size <= DECOMPRESSED_BYTES_MAX).and_then(|size| usize::try_from(size).ok());
        let (Some(size), Some(decompressor)) = (size, &mut self.decompressor) else {
            self.json = decompress(bytes).map_err(|error| error.to_string())?;
            return Ok(&self.json);
        };
        self.json.clear();
        self.json.reserve(size.max(BYTES_MAX));
        decompressor.decompress_to_buffer(bytes, &mut self.json).map_err(|error| error.to_string())?;
        Ok(&self.json)
    }
}

/// Reads a part of `rows` rows back.
pub fn decode(table: Table, rows: u64, bytes: &[u8], scratch: &mut Scratch) -> Result<DecodedPart, String> {
    let json = scratch.decompress(bytes)?;
    let mut part = DecodedPart { rows: table.chunks(), digest: Digest::default() };
    let (mut last, mut count) = (None, 0);
    for line in serde_json::Deserializer::from_slice(json).into_iter::<RawRow<'_>>() {
        let RawRow(key, row) = line.map_err(|error| error.to_string())?;
        if last.as_ref().is_some_and(|last| *last >= key) {
            return Err("keys are not ascending".to_owned());
        }
        let row = row.get().as_bytes();
        part.digest.add_row(table, &key, row);
        part.rows.push(&key, row);
        last = Some(key);
        count += 1;
    }
    if count != rows {
        return Err(format!("{count} rows instead of {rows}"));
    }
    Ok(part)
}

struct RawRow<'a>(RowKey, &'a RawValue);

impl<'de> Deserialize<'de> for RawRow<'de> {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_seq(RowVisitor)
    }
}

struct RowVisitor;

impl<'de> Visitor<'de> for RowVisitor {
    type Value = RawRow<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[key, row]")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<RawRow<'de>, A::Error> {
        let short = || A::Error::custom("a row without key or value");
        let RawKey(key) = items.next_element()?.ok_or_else(short)?;
        let row = items.next_element()?.ok_or_else(short)?;
        Ok(RawRow(key, row))
    }
}
