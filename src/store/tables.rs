//! The site's state as rows: what log entries change, snapshots store and the index projects.
//!
//! A row is the JSON text exactly as it was written, so fields this version does not know survive and
//! digests agree across versions.

mod chunk;
mod digest;
mod rows;
#[cfg(test)]
mod tests;

use std::{borrow::Cow, sync::Arc};

use self::digest::row_hash;
pub use self::{chunk::Chunks, digest::Digest, rows::Rows};

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

    /// Rows of these are compressed when a snapshot is loaded: many, and read a few at a time.
    pub fn is_packed(self) -> bool {
        matches!(self, Self::Comments | Self::Imported | Self::RecentTx)
    }

    /// An empty set of rows of this table, to be filled in order.
    pub fn chunks(self) -> Chunks {
        Chunks::new(self.is_packed())
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
    rows: [Rows; Table::ALL.len()],
    digest: Digest,
}

impl Tables {
    pub fn get(&self, table: Table, key: &RowKey) -> Option<Cow<'_, [u8]>> {
        self.rows[table as usize].get(key)
    }

    /// A row where it lies, of a table that is never packed.
    pub fn in_place(&self, table: Table, key: &RowKey) -> Option<&[u8]> {
        debug_assert!(!table.is_packed(), "{} may be packed", table.name());
        self.rows[table as usize].in_place(key)
    }

    pub fn table(&self, table: Table) -> &Rows {
        &self.rows[table as usize]
    }

    pub fn digest(&self) -> Digest {
        self.digest
    }

    /// How many rows there are in all tables.
    pub fn rows(&self) -> usize {
        self.rows.iter().map(Rows::len).sum()
    }

    /// Puts many rows at once, as a snapshot has them: keys ascending, beyond all that the table has.
    /// `digest` is the sum over exactly these rows, worked out where they were decoded.
    pub fn extend(&mut self, table: Table, rows: Chunks, digest: &Digest) {
        self.rows[table as usize].append(rows.finish());
        self.digest.add(digest.0);
    }

    /// What turns `older` into `self`, by table and key. Cheap where the two share structure.
    pub fn changes_since(&self, older: &Self) -> Vec<Effect> {
        let of = |table: Table| {
            let changes = self.table(table).changes_since(older.table(table));
            changes.into_iter().map(move |(key, row)| match row {
                Some(row) => Effect::Put { table, key, row },
                None => Effect::Delete { table, key },
            })
        };
        Table::ALL.into_iter().flat_map(of).collect()
    }

    /// Applies one effect and returns the row it replaced.
    pub fn apply(&mut self, effect: &Effect) -> Option<Row> {
        let (table, key) = match effect {
            Effect::Put { table, key, .. } | Effect::Delete { table, key } => (*table, key),
        };
        let old = match effect {
            Effect::Put { row, .. } => {
                self.digest.add(row_hash(table, key, row));
                self.rows[table as usize].put(key, row)
            }
            Effect::Delete { .. } => self.rows[table as usize].remove(key),
        };
        if let Some(old) = &old {
            self.digest.subtract(row_hash(table, key, old));
        }
        old
    }
}
