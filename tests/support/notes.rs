//! A small site for tests of the log: notes with unique slugs. A second machine beside the real one.

use bucketpress::store::{
    Effect, Row, RowKey, Table, Tables,
    log::{Corrupt, Machine, Plan, Submission},
};
use serde_json::{Value, json};

/// Notes by id, and ids by slug; one note per slug.
#[derive(Clone, Debug, Default)]
pub struct Notes {
    tables: Tables,
    slugs: imbl::OrdMap<String, u64>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refusal {
    Missing(u64),
    Taken(String),
}

impl Machine for Notes {
    fn from_tables(tables: Tables) -> Result<Self, Corrupt> {
        let mut notes = Self { tables, slugs: imbl::OrdMap::new() };
        for (key, row) in notes.tables.clone().table(Table::Posts).iter() {
            notes.take_slug(&key, &row)?;
        }
        Ok(notes)
    }

    fn tables(&self) -> &Tables {
        &self.tables
    }

    fn apply(&mut self, effects: &[Effect]) -> Result<(), Corrupt> {
        for effect in effects {
            let old = self.tables.apply(effect);
            let (Effect::Put { table, key, .. } | Effect::Delete { table, key }) = effect;
            if *table != Table::Posts {
                continue;
            }
            if let Some(old) = old {
                self.slugs.remove(&slug(&old));
            }
            if let Effect::Put { row, .. } = effect {
                self.take_slug(key, row)?;
            }
        }
        Ok(())
    }
}

impl Notes {
    fn take_slug(&mut self, key: &RowKey, row: &Row) -> Result<(), Corrupt> {
        let RowKey::Number(id) = key else { return Err(corrupt("a note without a number")) };
        match self.slugs.insert(slug(row), *id) {
            Some(other) if other != *id => Err(corrupt("two notes with one slug")),
            _ => Ok(()),
        }
    }

    pub fn note(&self, id: u64) -> Option<Value> {
        self.tables.get(Table::Posts, &RowKey::Number(id)).map(|row| serde_json::from_slice(&row).unwrap())
    }

    pub fn by_slug(&self, slug: &str) -> Option<u64> {
        self.slugs.get(slug).copied()
    }

    pub fn len(&self) -> usize {
        self.tables.table(Table::Posts).len()
    }

    fn next_id(&self) -> u64 {
        let row = self.tables.get(Table::Counters, &RowKey::from("note"));
        row.map_or(1, |row| serde_json::from_slice(&row).unwrap())
    }

    fn free_slug(&self, wanted: &str) -> String {
        let numbered = (2..).map(|number| format!("{wanted}-{number}"));
        std::iter::once(wanted.to_owned()).chain(numbered).find(|slug| !self.slugs.contains_key(slug)).unwrap()
    }
}

/// Creates a note under this slug, or one made from it; the outcome is `{"id", "slug"}`.
pub fn create(slug: &str, text: &str) -> impl Fn(&Notes, jiff::Timestamp) -> Result<Plan, Refusal> + Clone + use<> {
    let (wanted, text) = (slug.to_owned(), text.to_owned());
    move |notes, at| {
        let (id, slug) = (notes.next_id(), notes.free_slug(&wanted));
        let note = json!({"id": id, "slug": slug, "text": text, "at": at.to_string()});
        let effects = vec![put(Table::Posts, id.into(), &note), put(Table::Counters, "note".into(), &json!(id + 1))];
        Ok(Plan { effects, refs: Vec::new(), outcome: json!({"id": id, "slug": slug}) })
    }
}

/// Creates a note under exactly this slug.
pub fn claim(slug: &str) -> impl Fn(&Notes, jiff::Timestamp) -> Result<Plan, Refusal> + Clone + use<> {
    let slug = slug.to_owned();
    move |notes, at| match notes.by_slug(&slug) {
        Some(_) => Err(Refusal::Taken(slug.clone())),
        None => create(&slug, "claimed")(notes, at),
    }
}

/// Changes the text of a note.
pub fn change(id: u64, text: &str) -> impl Fn(&Notes, jiff::Timestamp) -> Result<Plan, Refusal> + Clone + use<> {
    let text = text.to_owned();
    move |notes, _| {
        let mut note = notes.note(id).ok_or(Refusal::Missing(id))?;
        note["text"] = json!(text);
        Ok(Plan { effects: vec![put(Table::Posts, id.into(), &note)], refs: Vec::new(), outcome: json!({"id": id}) })
    }
}

/// Deletes a note.
pub fn delete(id: u64) -> impl Fn(&Notes, jiff::Timestamp) -> Result<Plan, Refusal> + Clone + use<> {
    move |notes, _| {
        notes.note(id).ok_or(Refusal::Missing(id))?;
        let effects = vec![Effect::Delete { table: Table::Posts, key: id.into() }];
        Ok(Plan { effects, refs: Vec::new(), outcome: json!({"id": id}) })
    }
}

pub fn submission(summary: &str) -> Submission {
    Submission { actor: "user:1".to_owned(), summary: summary.to_owned(), idempotency_key: None }
}

pub fn keyed(summary: &str, key: &str) -> Submission {
    Submission { idempotency_key: Some(key.to_owned()), ..submission(summary) }
}

fn put(table: Table, key: RowKey, value: &Value) -> Effect {
    Effect::Put { table, key, row: value.to_string().into_bytes().into() }
}

fn slug(row: &Row) -> String {
    serde_json::from_slice::<Value>(row).unwrap()["slug"].as_str().unwrap().to_owned()
}

fn corrupt(reason: &str) -> Corrupt {
    Corrupt { what: "notes".to_owned(), reason: reason.to_owned() }
}
