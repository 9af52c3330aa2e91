//! The projection of the log that answers every question about the site without the bucket.
//!
//! [`Site`] is a value: cloning shares everything, so a request, a render or a snapshot writer keeps the
//! state it began with for as long as it likes. It holds the rows and sorted sets of keys over them; rows are
//! decoded when asked for. Everything is kept in step row by row: no question reads the rows of all posts to be
//! answered; a search, the orders no set has (title, slug, author) and lists of
//! comments scan a few columns of them.

mod affected;
mod columns;
mod comments;
mod counts;
mod key;
mod lookup;
pub mod own_address;
mod paths;
mod people;
mod permalink;
mod posts;
mod query;
mod revisions;
mod route;
mod select;
mod standing;
mod terms;
#[cfg(test)]
mod tests;
mod users;

use std::sync::Arc;

pub use self::{
    columns::CommentFacts,
    query::{OrderBy, PostQuery, Selection, TermFilter, TermOperator},
    route::{FeedKind, SITEMAP_URLS_MAX, SitemapPart, Target},
};
pub use crate::content::RevisionEntry;
use crate::{
    content::Settings,
    store::{
        Effect, Row, RowKey, Table, Tables, codec,
        log::{Corrupt, Machine},
    },
};

/// Everything resident about the site.
#[derive(Clone, Debug)]
pub struct Site {
    tables: Tables,
    settings: Arc<Settings>,
    permalinks: Arc<permalink::Structure>,
    posts: posts::Posts,
    terms: terms::Terms,
    users: users::Users,
    comments: comments::Comments,
    post_columns: columns::SharedColumns,
    comment_columns: columns::SharedColumns<columns::Comments>,
}

impl Machine for Site {
    fn from_tables(tables: Tables) -> Result<Self, Corrupt> {
        let mut posts = posts::Posts::default();
        for (key, row) in spread(&tables, Table::Posts) {
            posts.insert(&tables, &key, &row)?;
        }
        let mut terms = terms::Terms::default();
        for (_, row) in tables.table(Table::Terms).iter() {
            terms.insert(&codec::term::decode(&row)?);
        }
        let mut users = users::Users::default();
        for (_, row) in tables.table(Table::Users).iter() {
            users.insert(&codec::user::decode(&row)?);
        }
        let mut comments = comments::Comments::default();
        for (_, row) in spread(&tables, Table::Comments) {
            comments.insert(&codec::comment::decode(&row)?);
        }
        for (_, row) in tables.table(Table::AppPasswords).iter() {
            codec::app_password::decode(&row)?;
        }
        let settings = Arc::new(read_settings(&tables));
        let permalinks = Arc::new(permalink::Structure::parse(&settings.permalink_structure));
        let (post_columns, comment_columns) = Default::default();
        Ok(Self { tables, settings, permalinks, posts, terms, users, comments, post_columns, comment_columns })
    }

    fn tables(&self) -> &Tables {
        &self.tables
    }

    fn apply(&mut self, effects: &[Effect]) -> Result<(), Corrupt> {
        let mut options = false;
        for effect in effects {
            options |= target(effect).0 == Table::Options;
            self.apply_one(effect)?;
        }
        if options {
            self.settings = Arc::new(read_settings(&self.tables));
            self.permalinks = Arc::new(permalink::Structure::parse(&self.settings.permalink_structure));
        }
        Ok(())
    }
}

impl Site {
    fn apply_one(&mut self, effect: &Effect) -> Result<(), Corrupt> {
        let new = match effect {
            Effect::Put { row, .. } => Some(row),
            Effect::Delete { .. } => None,
        };
        match target(effect).0 {
            Table::Posts => return self.posts.change(&mut self.tables, effect),
            Table::Terms => {
                let (old, new) = self.exchange(effect, new, codec::term::decode)?;
                old.inspect(|term| self.terms.remove(term));
                new.inspect(|term| self.terms.insert(term));
            }
            Table::Users => {
                let (old, new) = self.exchange(effect, new, codec::user::decode)?;
                old.inspect(|user| self.users.remove(user));
                new.inspect(|user| self.users.insert(user));
            }
            Table::Comments => {
                let (old, new) = self.exchange(effect, new, codec::comment::decode)?;
                old.inspect(|comment| self.comments.remove(comment));
                new.inspect(|comment| self.comments.insert(comment));
            }
            Table::AppPasswords => drop(self.exchange(effect, new, codec::app_password::decode)?),
            Table::Revisions | Table::Options | Table::Counters | Table::Imported | Table::RecentTx => {
                self.tables.apply(effect);
            }
        }
        Ok(())
    }

    /// Applies to the tables; what the row said before and says now. A row that does not decode is not applied.
    fn exchange<T>(
        &mut self,
        effect: &Effect,
        new: Option<&Row>,
        decode: fn(&[u8]) -> Result<T, Corrupt>,
    ) -> Result<(Option<T>, Option<T>), Corrupt> {
        let new = new.map(|row| decode(row)).transpose()?;
        let old = self.tables.apply(effect).map(|row| decode(&row)).transpose()?;
        Ok((old, new))
    }

    /// The decoded row under a numeric key. Rows in the tables have been decoded once when they came.
    fn row<T>(&self, table: Table, id: u64, decode: fn(&[u8]) -> Result<T, Corrupt>) -> Option<T> {
        decode(&self.tables.get(table, &RowKey::Number(id))?).ok()
    }

    /// True until set-up has made the first user.
    pub fn is_new(&self) -> bool {
        self.tables.table(Table::Users).is_empty()
    }

    pub fn settings(&self) -> &Settings {
        &self.settings
    }

    /// A raw option, parsed.
    pub fn option(&self, name: &str) -> Option<serde_json::Value> {
        codec::option::decode(&self.tables.get(Table::Options, &RowKey::from(name))?).ok()
    }

    /// What an item of an export became here: `imported` row by `<source>|<kind>|<id>`.
    pub fn imported(&self, identity: &str) -> Option<String> {
        codec::imported::decode(&self.tables.get(Table::Imported, &RowKey::from(identity))?).ok()
    }

    /// The next free number of a kind, as the counters have it.
    pub fn next_id(&self, kind: crate::content::edit::IdKind) -> u64 {
        let row = self.tables.get(Table::Counters, &codec::counter::key(kind));
        row.and_then(|row| codec::counter::decode(&row).ok()).unwrap_or(1)
    }

    /// Numbers of posts below this are an import's to give, whatever blocks servers have reserved.
    pub fn posts_promised_below(&self) -> u64 {
        let row = self.tables.get(Table::Counters, &codec::counter::promised_posts_key());
        row.and_then(|row| codec::counter::decode(&row).ok()).unwrap_or(0)
    }
}

/// All rows, every other one first: sorted insertion leaves the leaves of trees half full, the second pass fills them.
fn spread(tables: &Tables, table: Table) -> impl Iterator<Item = (RowKey, Row)> + '_ {
    let rows = tables.table(table);
    rows.iter().step_by(2).chain(rows.iter().skip(1).step_by(2))
}

fn read_settings(tables: &Tables) -> Settings {
    Settings::from_options(|name| codec::option::decode(&tables.get(Table::Options, &RowKey::from(name))?).ok())
}

fn target(effect: &Effect) -> (Table, &RowKey) {
    match effect {
        Effect::Put { table, key, .. } | Effect::Delete { table, key } => (*table, key),
    }
}
