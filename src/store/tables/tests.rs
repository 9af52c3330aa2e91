use std::collections::BTreeMap;

use proptest::prelude::*;

use super::*;

fn key(number: u64) -> RowKey {
    match number % 3 {
        0 => RowKey::Number(number * 7),
        1 => RowKey::Number(u64::MAX - number),
        _ => RowKey::from(&*format!("né|{number}")),
    }
}

fn row(length: usize, seed: u8) -> Row {
    (0..length).map(|at| seed.wrapping_add(u8::try_from(at % 64).unwrap())).collect()
}

/// The rows as a snapshot would bring them.
fn loaded(table: Table, rows: &BTreeMap<RowKey, Row>) -> Tables {
    let (mut chunks, mut digest) = (table.chunks(), Digest::default());
    for (key, row) in rows {
        chunks.push(key, row);
        digest.add_row(table, key, row);
    }
    let mut tables = Tables::default();
    tables.extend(table, chunks, &digest);
    tables
}

fn agree(tables: &Tables, table: Table, model: &BTreeMap<RowKey, Row>) {
    let rows: Vec<_> = tables.table(table).iter().collect();
    assert_eq!(rows, model.iter().map(|(key, row)| (key.clone(), row.clone())).collect::<Vec<_>>());
    assert_eq!(tables.table(table).len(), model.len());
    assert!(tables.table(table).keys().eq(model.keys().cloned()));
    let mut digest = Digest::default();
    for (key, row) in model {
        assert_eq!(tables.get(table, key).as_deref(), Some(&**row));
        digest.add_row(table, key, row);
    }
    assert_eq!(tables.digest(), digest);
}

proptest! {
    /// Rows of any size, put, replaced and deleted in any order, packed or not, are what a plain map has.
    #[test]
    fn tables_are_maps(
        packed in any::<bool>(),
        start in prop::collection::btree_map(0_u64..200, (0_usize..700, any::<u8>()), 0..80),
        steps in prop::collection::vec((0_u64..200, prop::option::weighted(0.7, (0_usize..3000, any::<u8>()))), 0..120),
        from in 0_u64..200,
        to in 0_u64..200,
    ) {
        let table = if packed { Table::Comments } else { Table::Posts };
        let mut model: BTreeMap<RowKey, Row> =
            start.into_iter().map(|(number, (length, seed))| (key(number), row(length, seed))).collect();
        let mut tables = loaded(table, &model);
        agree(&tables, table, &model);
        let (first, first_model) = (tables.clone(), model.clone());
        for (number, change) in steps {
            let key = key(number);
            let (effect, expected) = match change {
                Some((length, seed)) => {
                    let row = row(length, seed);
                    (Effect::Put { table, key: key.clone(), row: row.clone() }, model.insert(key, row))
                }
                None => (Effect::Delete { table, key: key.clone() }, model.remove(&key)),
            };
            prop_assert_eq!(tables.apply(&effect), expected);
        }
        agree(&tables, table, &model);
        agree(&first, table, &first_model);

        let (from, to) = (key(from), key(to));
        if from <= to {
            let range: Vec<_> = tables.table(table).range(from.clone()..to.clone()).collect();
            let expected: Vec<_> = model.range(from..to).map(|(key, row)| (key.clone(), row.clone())).collect();
            prop_assert_eq!(range, expected);
        }

        let mut caught_up = first;
        for effect in tables.changes_since(&caught_up.clone()) {
            caught_up.apply(&effect);
        }
        agree(&caught_up, table, &model);
        prop_assert!(tables.changes_since(&tables.clone()).is_empty());
        for (key, row) in &first_model {
            let unchanged = model.get(key) == Some(row);
            let named = tables.changes_since(&loaded(table, &first_model)).iter().any(|effect| match effect {
                Effect::Put { key: of, .. } | Effect::Delete { key: of, .. } => of == key,
            });
            prop_assert_eq!(named, !unchanged);
        }
    }
}

#[test]
fn what_is_packed_takes_less_and_reads_the_same() {
    let rows: BTreeMap<RowKey, Row> = (0..2000_u64)
        .map(|id| (RowKey::Number(id), Row::from(format!("{{\"id\":{id},\"content\":\"Well said.\"}}").as_bytes())))
        .collect();
    let mut tables = loaded(Table::Comments, &rows);
    agree(&tables, Table::Comments, &rows);
    let missing = RowKey::Number(5000);
    assert_eq!(tables.get(Table::Comments, &missing), None);
    assert_eq!(tables.apply(&Effect::Delete { table: Table::Comments, key: missing }), None);
}
