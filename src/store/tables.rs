//! The site's state as rows: what log entries change, snapshots store and the index projects.
//!
//! A row is the JSON text exactly as it was written, so fields this version does not know survive and
//! digests agree across versions.

use std::sync::Arc;

use imbl::{OrdMap, ordmap::DiffItem};

/// One JSON object, UTF-8, no insignificant white space.
pub type Row = Arc<[u8]>;

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Table {
    /// [`crate::content::Post`] by post id.
    Posts,
    /// List of a post's revisions (id, revision number, author, time), by post id.
    Revisions,
    Terms,
    Users,
    /// By `<user>/<uuid>`.
    AppPasswords,
    Comments,
    /// Any JSON value by WordPress option name.
    Options,
    /// Next free number by id kind.
    Counters,
    /// Identity in an export → id here, by `<source>|<kind>|<id>`.
    Imported,
    /// Outcome by transaction id or idempotency key, kept at least 24 h.
    RecentTx,
}

impl Table {
    pub const ALL: [Self; 10] = [
        Self::Posts,
        Self::Revisions,
        Self::Terms,
        Self::Users,
        Self::AppPasswords,
        Self::Comments,
        Self::Options,
        Self::Counters,
        Self::Imported,
        Self::RecentTx,
    ];

    /// The name in log entries, snapshots and part keys.
    pub fn name(self) -> &'static str {
        match self {
            Self::Posts => "posts",
            Self::Revisions => "revisions",
            Self::Terms => "terms",
            Self::Users => "users",
            Self::AppPasswords => "app_passwords",
            Self::Comments => "comments",
            Self::Options => "options",
            Self::Counters => "counters",
            Self::Imported => "imported",
            Self::RecentTx => "recent_tx",
        }
    }

    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|table| table.name() == name)
    }
}

/// Rows sort by number, then by text; in JSON a number is a JSON number, a text a string.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum RowKey {
    Number(u64),
    Text(Arc<str>),
}

impl From<u64> for RowKey {
    fn from(number: u64) -> Self {
        Self::Number(number)
    }
}

impl From<&str> for RowKey {
    fn from(text: &str) -> Self {
        Self::Text(text.into())
    }
}

/// One change of one row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Effect {
    Put { table: Table, key: RowKey, row: Row },
    Delete { table: Table, key: RowKey },
}

/// All rows, as a persistent map: a clone is a pointer copy and shares what does not change.
#[derive(Clone, Debug, Default)]
pub struct Tables {
    rows: [OrdMap<RowKey, Row>; Table::ALL.len()],
    digest: Digest,
}

/// Sum modulo 2^256 of BLAKE3(table ‖ 0 ‖ key ‖ 0 ‖ row) over all rows: independent of order, cheap to update.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Digest(pub [u64; 4]);

impl Tables {
    pub fn get(&self, table: Table, key: &RowKey) -> Option<&Row> {
        self.rows[table as usize].get(key)
    }

    pub fn table(&self, table: Table) -> &OrdMap<RowKey, Row> {
        &self.rows[table as usize]
    }

    pub fn digest(&self) -> Digest {
        self.digest
    }

    /// How many rows there are in all tables.
    pub fn rows(&self) -> usize {
        self.rows.iter().map(OrdMap::len).sum()
    }

    /// Puts many rows at once, as a snapshot has them: keys ascending, none of them present yet.
    /// `digest` is the sum over exactly these rows, worked out where they were decoded.
    pub fn extend(&mut self, table: Table, rows: Vec<(RowKey, Row)>, digest: &Digest) {
        let target = &mut self.rows[table as usize];
        if target.is_empty() {
            *target = rows.into_iter().collect();
        } else {
            target.extend(rows);
        }
        self.digest.add(digest.0);
    }

    /// What turns `older` into `self`, by table and key. Cheap where the two share structure.
    pub fn changes_since(&self, older: &Self) -> Vec<Effect> {
        let mut effects = Vec::new();
        for table in Table::ALL {
            let put = |key: &RowKey, row: &Row| Effect::Put { table, key: key.clone(), row: row.clone() };
            effects.extend(older.table(table).diff(self.table(table)).map(|change| match change {
                DiffItem::Add(key, row) | DiffItem::Update { new: (key, row), .. } => put(key, row),
                DiffItem::Remove(key, _) => Effect::Delete { table, key: key.clone() },
            }));
        }
        effects
    }

    /// Applies one effect and returns the row it replaced.
    pub fn apply(&mut self, effect: &Effect) -> Option<Row> {
        let (table, key) = match effect {
            Effect::Put { table, key, .. } | Effect::Delete { table, key } => (*table, key),
        };
        let old = match effect {
            Effect::Put { row, .. } => {
                self.digest.add(row_hash(table, key, row));
                self.rows[table as usize].insert(key.clone(), row.clone())
            }
            Effect::Delete { .. } => self.rows[table as usize].remove(key),
        };
        if let Some(old) = &old {
            self.digest.subtract(row_hash(table, key, old));
        }
        old
    }
}

fn row_hash(table: Table, key: &RowKey, row: &[u8]) -> [u64; 4] {
    let mut hasher = blake3::Hasher::new();
    hasher.update(table.name().as_bytes());
    hasher.update(&[0]);
    match key {
        RowKey::Number(number) => hasher.update(number.to_string().as_bytes()),
        RowKey::Text(text) => hasher.update(b"\"").update(text.as_bytes()),
    };
    hasher.update(&[0]);
    hasher.update(row);
    let bytes = *hasher.finalize().as_bytes();
    let mut words = [0; 4];
    for (word, chunk) in words.iter_mut().zip(bytes.as_chunks::<8>().0) {
        *word = u64::from_le_bytes(*chunk);
    }
    words
}

impl Digest {
    /// Adds one row to the sum.
    pub fn add_row(&mut self, table: Table, key: &RowKey, row: &[u8]) {
        self.add(row_hash(table, key, row));
    }

    /// Adds the sum over other rows.
    pub fn add_all(&mut self, other: &Self) {
        self.add(other.0);
    }

    /// 64 hex digits, the most significant word first.
    pub fn to_hex(&self) -> String {
        let [a, b, c, d] = self.0;
        format!("{d:016x}{c:016x}{b:016x}{a:016x}")
    }

    pub fn from_hex(text: &str) -> Option<Self> {
        let bytes: [u8; 32] = hex::decode(text).ok()?.try_into().ok()?;
        let mut words = [0; 4];
        for (word, chunk) in words.iter_mut().rev().zip(bytes.as_chunks::<8>().0) {
            *word = u64::from_be_bytes(*chunk);
        }
        Some(Self(words))
    }

    fn add(&mut self, other: [u64; 4]) {
        let mut carry = false;
        for (word, addend) in self.0.iter_mut().zip(other) {
            let (sum, first) = word.overflowing_add(addend);
            let (sum, second) = sum.overflowing_add(u64::from(carry));
            *word = sum;
            carry = first || second;
        }
    }

    fn subtract(&mut self, other: [u64; 4]) {
        let mut borrow = false;
        for (word, subtrahend) in self.0.iter_mut().zip(other) {
            let (difference, first) = word.overflowing_sub(subtrahend);
            let (difference, second) = difference.overflowing_sub(u64::from(borrow));
            *word = difference;
            borrow = first || second;
        }
    }
}
