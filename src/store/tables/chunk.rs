//! Neighbouring rows in one piece of memory: a row of its own would cost two allocations and a map entry, which for
//! small rows is more than the row.

use std::{borrow::Cow, cell::RefCell, fmt, sync::Arc};

use super::{Row, RowKey};

/// A chunk is closed, or cut in two, beyond this many bytes. One row may be longer.
const BYTES_MAX: usize = 8 * 1024;
const ZSTD_LEVEL: i32 = 1;
const LENGTH: usize = size_of::<u32>();

// What zstd works with is large: made once for a thread, not for each chunk.
thread_local! {
    static PACKER: RefCell<Option<zstd::bulk::Compressor<'static>>> = const { RefCell::new(None) };
    static UNPACKER: RefCell<Option<zstd::bulk::Decompressor<'static>>> = const { RefCell::new(None) };
}

/// Rows with ascending keys, never none. Immutable; a clone is a pointer copy.
#[derive(Clone)]
pub struct Chunk(Body);

#[derive(Clone)]
enum Body {
    Plain(Arc<Plain>),
    Packed(Arc<Packed>),
}

/// Entries one after the other: length of the key, key, row.
#[derive(Default)]
pub(super) struct Plain {
    /// Where each entry begins.
    starts: Box<[u32]>,
    bytes: Box<[u8]>,
}

/// zstd of the starts and bytes of a [`Plain`].
struct Packed {
    rows: usize,
    plain_bytes: usize,
    bytes: Box<[u8]>,
}

impl fmt::Debug for Chunk {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Chunk of {} rows", self.len())
    }
}

/// Equal when they are one and the same: what maps that share structure are compared by.
impl PartialEq for Chunk {
    fn eq(&self, other: &Self) -> bool {
        match (&self.0, &other.0) {
            (Body::Plain(one), Body::Plain(other)) => Arc::ptr_eq(one, other),
            (Body::Packed(one), Body::Packed(other)) => Arc::ptr_eq(one, other),
            _ => false,
        }
    }
}

impl Chunk {
    pub(super) fn of(plain: Plain) -> Self {
        Self(Body::Plain(Arc::new(plain)))
    }

    pub(super) fn len(&self) -> usize {
        match &self.0 {
            Body::Plain(plain) => plain.len(),
            Body::Packed(packed) => packed.rows,
        }
    }

    /// The rows to be read, unpacked if need be.
    pub(super) fn plain(&self) -> Arc<Plain> {
        match &self.0 {
            Body::Plain(plain) => plain.clone(),
            Body::Packed(packed) => Arc::new(packed.unpack()),
        }
    }

    /// A row where it lies; `None` also when it is packed.
    pub(super) fn in_place(&self, key: &RowKey) -> Option<&[u8]> {
        match &self.0 {
            Body::Plain(plain) => plain.get(key),
            Body::Packed(_) => None,
        }
    }

    pub(super) fn get(&self, key: &RowKey) -> Option<Cow<'_, [u8]>> {
        match &self.0 {
            Body::Plain(plain) => plain.get(key).map(Cow::Borrowed),
            Body::Packed(packed) => packed.unpack().get(key).map(|row| Cow::Owned(row.to_vec())),
        }
    }

    fn packed(self) -> Self {
        match &self.0 {
            Body::Plain(plain) => Packed::of(plain).map_or(self, |packed| Self(Body::Packed(Arc::new(packed)))),
            Body::Packed(_) => self,
        }
    }
}

impl Packed {
    /// `None` when nothing is gained.
    fn of(plain: &Plain) -> Option<Self> {
        let mut flat = Vec::with_capacity(plain.starts.len() * LENGTH + plain.bytes.len());
        plain.starts.iter().for_each(|start| flat.extend_from_slice(&start.to_le_bytes()));
        flat.extend_from_slice(&plain.bytes);
        let bytes = PACKER.with_borrow_mut(|packer| match packer {
            Some(packer) => packer.compress(&flat).ok(),
            none => none.insert(zstd::bulk::Compressor::new(ZSTD_LEVEL).ok()?).compress(&flat).ok(),
        });
        let bytes = bytes.filter(|bytes| bytes.len() < flat.len())?;
        Some(Self { rows: plain.len(), plain_bytes: flat.len(), bytes: bytes.into() })
    }

    #[expect(clippy::expect_used, reason = "these bytes never left this process: failing to unpack them is a defect")]
    fn unpack(&self) -> Plain {
        let flat = UNPACKER.with_borrow_mut(|unpacker| {
            let unpacker = unpacker.get_or_insert_with(|| zstd::bulk::Decompressor::new().expect("zstd starts"));
            unpacker.decompress(&self.bytes, self.plain_bytes).expect("packed rows unpack")
        });
        let (starts, bytes) = flat.split_at(self.rows * LENGTH);
        let starts = starts.as_chunks::<LENGTH>().0.iter().map(|start| u32::from_le_bytes(*start)).collect();
        Plain { starts, bytes: bytes.into() }
    }
}

impl Plain {
    pub(super) fn len(&self) -> usize {
        self.starts.len()
    }

    fn bounds(&self, at: usize) -> (usize, usize) {
        let end = self.starts.get(at + 1).map_or(self.bytes.len(), |end| *end as usize);
        (self.starts[at] as usize, end)
    }

    /// Key and row at a place below [`Plain::len`].
    fn entry(&self, at: usize) -> (&[u8], &[u8]) {
        let (start, end) = self.bounds(at);
        let (length, entry) = self.bytes[start..end].split_first_chunk::<LENGTH>().unwrap_or((&[0; LENGTH], &[]));
        entry.split_at(u32::from_le_bytes(*length) as usize)
    }

    /// Where a key is, or where it would be.
    pub(super) fn find(&self, key: &RowKey) -> Result<usize, usize> {
        let key = key_bytes(key);
        let (mut from, mut to) = (0, self.len());
        while from < to {
            let middle = from.midpoint(to);
            match self.entry(middle).0.cmp(&key) {
                std::cmp::Ordering::Less => from = middle + 1,
                std::cmp::Ordering::Equal => return Ok(middle),
                std::cmp::Ordering::Greater => to = middle,
            }
        }
        Err(from)
    }

    fn get(&self, key: &RowKey) -> Option<&[u8]> {
        self.find(key).ok().map(|at| self.entry(at).1)
    }

    pub(super) fn key(&self, at: usize) -> RowKey {
        row_key(self.entry(at).0)
    }

    pub(super) fn row(&self, at: usize) -> Row {
        self.entry(at).1.into()
    }

    /// With `row` put at `place` instead of what is there, or between; without what is there if there is no row.
    pub(super) fn with(&self, place: Result<usize, usize>, key: &RowKey, row: Option<&[u8]>) -> Self {
        let (Ok(at) | Err(at)) = place;
        let mut building = Builder::default();
        building.copy(self, 0, at);
        if let Some(row) = row {
            building.push(&key_bytes(key), row);
        }
        building.copy(self, at + usize::from(place.is_ok()), self.len());
        building.plain()
    }

    /// In two where it has grown too long: halves, or all but the last row where rows come in order.
    pub(super) fn cut(self, ascending: bool) -> (Self, Option<Self>) {
        let rows = self.len();
        if self.bytes.len() <= BYTES_MAX || rows < 2 {
            return (self, None);
        }
        let half = self.starts.partition_point(|start| (*start as usize) < self.bytes.len() / 2).clamp(1, rows - 1);
        let at = if ascending { rows - 1 } else { half };
        let part = |from, to| {
            let mut building = Builder::default();
            building.copy(&self, from, to);
            building.plain()
        };
        (part(0, at), Some(part(at, rows)))
    }
}

/// Rows about to become a chunk.
#[derive(Debug, Default)]
pub(super) struct Builder {
    starts: Vec<u32>,
    bytes: Vec<u8>,
}

impl Builder {
    fn push(&mut self, key: &[u8], row: &[u8]) {
        self.starts.push(length(self.bytes.len()));
        self.bytes.extend_from_slice(&length(key.len()).to_le_bytes());
        self.bytes.extend_from_slice(key);
        self.bytes.extend_from_slice(row);
    }

    fn copy(&mut self, from: &Plain, first: usize, end: usize) {
        for at in first..end {
            let (key, row) = from.entry(at);
            self.push(key, row);
        }
    }

    fn plain(self) -> Plain {
        Plain { starts: self.starts.into(), bytes: self.bytes.into() }
    }
}

/// Many rows cut into chunks, as they come from a snapshot: keys ascending.
#[derive(Debug)]
pub struct Chunks {
    packed: bool,
    done: Vec<(RowKey, Chunk)>,
    first: Option<RowKey>,
    open: Builder,
}

impl Chunks {
    /// `packed`: compressed where that saves memory.
    pub(super) fn new(packed: bool) -> Self {
        Self { packed, done: Vec::new(), first: None, open: Builder::default() }
    }

    pub fn push(&mut self, key: &RowKey, row: &[u8]) {
        self.first.get_or_insert_with(|| key.clone());
        self.open.push(&key_bytes(key), row);
        if self.open.bytes.len() >= BYTES_MAX {
            self.close();
        }
    }

    fn close(&mut self) {
        if let Some(first) = self.first.take() {
            let chunk = Chunk::of(std::mem::take(&mut self.open).plain());
            self.done.push((first, if self.packed { chunk.packed() } else { chunk }));
        }
    }

    /// The chunks by their first keys.
    pub(super) fn finish(mut self) -> Vec<(RowKey, Chunk)> {
        self.close();
        self.done
    }
}

/// Rows are a few megabytes at most, and so are chunks.
fn length(bytes: usize) -> u32 {
    u32::try_from(bytes).unwrap_or(u32::MAX)
}

/// A key so that bytes order as keys do.
fn key_bytes(key: &RowKey) -> Vec<u8> {
    match key {
        RowKey::Number(number) => [&[0], number.to_be_bytes().as_slice()].concat(),
        RowKey::Text(text) => [&[1], text.as_bytes()].concat(),
    }
}

fn row_key(bytes: &[u8]) -> RowKey {
    match bytes.split_first() {
        Some((0, number)) => RowKey::Number(number.try_into().map_or(0, u64::from_be_bytes)),
        Some((_, text)) => RowKey::Text(String::from_utf8_lossy(text).into()),
        None => RowKey::Number(0),
    }
}
