//! Entries as bytes: what is written is read, and nothing else is believed.

use std::sync::Arc;

use bytes::Bytes;
use jiff::Timestamp;
use proptest::{collection::vec, option, prelude::*};
use serde_json::json;

use super::{entry, recent, recent::Recent, replay::Replay, *};
use crate::{
    clock::Clock,
    id::Ids,
    store::{RowKey, Table, memory::MemoryObjects, tables::Digest},
};

fn mac() -> MacKey {
    MacKey::new(&[7; 32])
}

fn stored(entry: &Entry, mac: &MacKey) -> Vec<u8> {
    let transactions: Vec<_> = entry.transactions.iter().map(entry::encode_transaction).collect();
    entry::encode(entry, &transactions, mac).unwrap()
}

fn an_effect() -> impl Strategy<Value = Effect> {
    let key = prop_oneof![any::<u64>().prop_map(RowKey::Number), any::<String>().prop_map(|key| RowKey::from(&*key))];
    let row = option::of(any::<(String, i64)>());
    (0..Table::ALL.len(), key, row).prop_map(|(table, key, row)| {
        let table = Table::ALL[table];
        match row {
            Some(row) => Effect::Put { table, key, row: json!(row).to_string().into_bytes().into() },
            None => Effect::Delete { table, key },
        }
    })
}

fn a_transaction() -> impl Strategy<Value = Transaction> {
    let fields = (any::<u128>(), option::of(any::<String>()), any::<String>(), any::<String>(), vec(an_effect(), 0..4));
    fields.prop_map(|(id, idempotency_key, actor, summary, effects)| Transaction {
        id,
        idempotency_key,
        actor,
        summary,
        effects,
    })
}

fn an_entry() -> impl Strategy<Value = Entry> {
    let place = (any::<String>(), any::<u64>(), any::<[u8; 32]>(), 0..4_102_444_800_000_i64);
    let content = (any::<String>(), vec(a_transaction(), 0..3), vec(any::<String>(), 0..3), any::<[u64; 4]>());
    (place, content).prop_map(|((lineage, seq, prev, at), (writer, transactions, refs, digest))| Entry {
        lineage,
        seq,
        prev: ChainHash(prev),
        at: Timestamp::from_millisecond(at).unwrap(),
        writer,
        transactions,
        refs,
        digest: Digest(digest),
    })
}

/// Entry 1 of a log: one row.
fn first() -> Entry {
    let effect = Effect::Put { table: Table::Options, key: "blogname".into(), row: b"{\"value\":\"x\"}"[..].into() };
    let mut tables = Tables::default();
    tables.apply(&effect);
    Entry {
        lineage: "here".to_owned(),
        seq: 1,
        prev: ChainHash::default(),
        at: Timestamp::from_second(1).unwrap(),
        writer: "a".to_owned(),
        transactions: vec![Transaction {
            id: 5,
            idempotency_key: None,
            actor: "system".to_owned(),
            summary: "option.set".to_owned(),
            effects: vec![effect],
        }],
        refs: vec!["posts/1/a.json".to_owned()],
        digest: tables.digest(),
    }
}

/// Bytes that hold `json`, closed under `mac`.
fn signed(json: &str, mac: &MacKey) -> Vec<u8> {
    let mut bytes = json.as_bytes().to_vec();
    mac.close(&mut bytes);
    zstd::bulk::compress(&bytes, 3).unwrap()
}

fn rewritten(bytes: &[u8], from: &str, to: &str) -> Vec<u8> {
    let json = String::from_utf8(decompress(bytes).unwrap()).unwrap();
    assert!(json.contains(from), "{from} in {json}");
    zstd::bulk::compress(json.replacen(from, to, 1).as_bytes(), 3).unwrap()
}

fn malformed(bytes: &[u8]) -> String {
    let error = decode(bytes, &mac()).unwrap_err();
    let DecodeError::Malformed(reason) = &error else { unreachable!("another error: {error:?}") };
    reason.clone()
}

proptest! {
    #[test]
    fn an_entry_is_read_as_it_was_written(entry in an_entry()) {
        prop_assert_eq!(decode(&stored(&entry, &mac()), &mac()), Ok(entry));
    }

    #[test]
    fn a_changed_byte_is_never_believed(at in any::<prop::sample::Index>(), flipped in 1u8..) {
        let mut bytes = stored(&first(), &mac());
        let at = at.index(bytes.len());
        bytes[at] ^= flipped;
        // Some bits of a zstd frame mean nothing to its content.
        if let Ok(entry) = decode(&bytes, &mac()) {
            prop_assert_eq!(entry, first());
        }
    }
}

#[test]
fn a_truncated_entry_is_malformed_wherever_it_ends() {
    let bytes = stored(&first(), &mac());
    for length in 0..bytes.len() {
        malformed(&bytes[..length]);
    }
}

#[test]
fn an_oversized_entry_is_refused_before_it_fills_the_memory() {
    let bomb = zstd::bulk::compress(&vec![b' '; (64 << 20) + 1], 1).unwrap();
    assert!(bomb.len() < 1 << 16);
    assert!(malformed(&bomb).contains("more than 67108864 bytes"));
}

#[test]
fn an_entry_of_a_newer_format_asks_for_a_newer_program() {
    let bytes = stored(&first(), &mac());
    let newer = rewritten(&bytes, "\"min_reader\":1", "\"min_reader\":2");
    assert_eq!(decode(&newer, &mac()), Err(DecodeError::TooNew(2)));
    let other_shape = zstd::bulk::compress(b"{\"v\":9,\"min_reader\":9,\"parts\":[]}", 3).unwrap();
    assert_eq!(decode(&other_shape, &mac()), Err(DecodeError::TooNew(9)));
    // Readable by this program although a newer one wrote it.
    let json = String::from_utf8(decompress(&bytes).unwrap()).unwrap();
    let (body, _) = json.split_once(",\"mac\":").unwrap();
    let tolerant = signed(&body.replacen("{\"v\":1", "{\"v\":2,\"later\":[1]", 1), &mac());
    assert_eq!(decode(&tolerant, &mac()), Ok(first()));
}

#[test]
fn only_the_site_key_makes_entries() {
    let bytes = stored(&first(), &mac());
    assert_eq!(decode(&bytes, &MacKey::new(&[8; 32])), Err(DecodeError::Forged));
    for (from, to) in
        [("option.set", "option.get"), ("\"seq\":1", "\"seq\":2"), ("{\"value\":\"x\"}", "{\"value\":\"y\"}")]
    {
        assert_eq!(decode(&rewritten(&bytes, from, to), &mac()), Err(DecodeError::Forged), "{to}");
    }
    let json = String::from_utf8(decompress(&bytes).unwrap()).unwrap();
    let (_, tag) = json.split_once(",\"mac\":\"").unwrap();
    let first_digit = tag.chars().next().unwrap();
    let other = if first_digit == '0' { "1" } else { "0" };
    let altered = rewritten(&bytes, &format!(",\"mac\":\"{first_digit}"), &format!(",\"mac\":\"{other}"));
    assert_eq!(decode(&altered, &mac()), Err(DecodeError::Forged));
    for (from, to) in [(",\"mac\":\"", ",\"tag\":\""), (tag, "00\"}"), (tag, &format!("{tag} "))] {
        assert!(malformed(&rewritten(&bytes, from, to)).contains("authentication code"), "{to}");
    }
}

#[test]
fn effects_this_program_does_not_know_are_named() {
    let entry = |effects: &str| {
        let hash = "0".repeat(64);
        let json = format!(
            "{{\"v\":1,\"min_reader\":1,\"lineage\":\"l\",\"seq\":1,\"prev\":\"{hash}\",\"ts\":\"2026-11-20T12:00:00Z\",\
             \"writer\":\"w\",\"txs\":[{{\"txid\":\"00000000000000000000000005\",\"actor\":\"a\",\"summary\":\"s\",\
             \"effects\":[{effects}]}}],\"refs\":[],\"digest\":\"{hash}\""
        );
        signed(&json, &mac())
    };
    assert!(decode(&entry("[\"put\",\"options\",\"a\",1]"), &mac()).is_ok());
    for (effects, named) in [
        ("[\"put\",\"spoons\",\"a\",1]", "unknown table spoons"),
        ("[\"bend\",\"options\",\"a\",1]", "unknown effect bend"),
        ("[\"put\",\"options\",\"a\"]", "invalid length 3"),
        ("[\"del\",\"options\"]", "invalid length 2"),
        ("[\"del\",\"options\",\"a\",1]", "trailing"),
        ("[\"del\",\"options\",null]", "a number or a string"),
        ("[\"del\",\"options\",-1]", "a number or a string"),
    ] {
        let reason = malformed(&entry(effects));
        assert!(reason.contains(named), "{effects}: {reason}");
    }
}

#[test]
fn a_row_is_one_json_value_on_one_line() {
    assert_eq!(entry::check_row(b"{\"a\":[1,\"b\"]}"), Ok(()));
    for row in ["", "{", "{}{}", " {}", "{}\n", "[1,\n2]"] {
        assert!(entry::check_row(row.as_bytes()).is_err(), "{row:?}");
    }
}

#[tokio::test]
async fn an_entry_counts_only_in_its_own_slot_and_log() {
    let mut reader = Reader::new(Arc::new(MemoryObjects::new()), mac(), Ids::System, Clock::System);
    reader.lineage = "here".into();
    let bytes = Bytes::from(stored(&first(), &mac()));
    let found = reader.decode(1, bytes.clone()).await.unwrap();
    assert_eq!((found.entry, found.hash), (first(), ChainHash::of(&bytes)));
    let misplaced = reader.decode(2, bytes.clone()).await.unwrap_err();
    assert!(matches!(&misplaced, ReadError::Corrupt(corrupt) if corrupt.reason.contains("calls itself entry 1")));
    reader.lineage = "elsewhere".into();
    let foreign = reader.decode(1, bytes).await.unwrap_err();
    assert!(matches!(&foreign, ReadError::Corrupt(corrupt) if corrupt.reason.contains("lineage here")));
}

/// Rows, and nothing made of them.
#[derive(Clone, Debug)]
struct Plain(Tables);

impl Machine for Plain {
    fn from_tables(tables: Tables) -> Result<Self, Corrupt> {
        Ok(Self(tables))
    }

    fn tables(&self) -> &Tables {
        &self.0
    }

    fn apply(&mut self, effects: &[Effect]) -> Result<(), Corrupt> {
        effects.iter().for_each(|effect| drop(self.0.apply(effect)));
        Ok(())
    }
}

#[test]
fn only_the_next_link_of_the_chain_is_applied() {
    let found = |entry: Entry| Found { hash: ChainHash::of(&stored(&entry, &mac())), entry };
    let empty = Replay::<Plain>::empty().unwrap();
    let (one, effects) = empty.after(&found(first())).unwrap();
    assert_eq!(effects, first().transactions[0].effects);
    let second =
        Entry { seq: 2, prev: one.hash, at: Timestamp::from_second(2).unwrap(), transactions: Vec::new(), ..first() };
    assert_eq!(one.after(&found(second.clone())).unwrap().0.snapshot.seq, 2);
    let broken = [
        (Entry { prev: ChainHash([1; 32]), ..second.clone() }, "does not follow"),
        (Entry { seq: 3, ..second.clone() }, "it is missing; entry 3"),
        (Entry { seq: 1, ..second.clone() }, "it is missing; entry 1"),
        (Entry { at: one.snapshot.at, ..second.clone() }, "not later"),
        (Entry { digest: Digest([1; 4]), ..second }, "digest"),
    ];
    for (entry, named) in broken {
        let corrupt = one.after(&found(entry)).unwrap_err();
        assert!(corrupt.reason.contains(named) && corrupt.what.contains("log/"), "{corrupt}");
    }
}

const DAY_MS: i64 = 24 * 60 * 60 * 1000;

fn row_of(key: &str, at_ms: i64) -> Effect {
    let recent = Recent { txid: "T".to_owned(), seq: 3, at_ms, outcome: json!({ "id": 4 }) };
    recent::put(recent::row_key(0, Some(key)), &recent)
}

#[test]
fn outcomes_are_found_again_under_their_key() {
    let mut tables = Tables::default();
    tables.apply(&row_of("a", 1500));
    let found = recent::find(&tables, &recent::row_key(9, Some("a"))).unwrap().unwrap();
    assert_eq!((found.seq, found.at().as_millisecond(), found.outcome), (3, 1500, json!({ "id": 4 })));
    assert_eq!(recent::find(&tables, &recent::row_key(0, None)).unwrap(), None);
    assert_ne!(recent::row_key(1, None), recent::row_key(2, None));
    let key = RowKey::from("k:a");
    tables.apply(&Effect::Put { table: Table::RecentTx, key: key.clone(), row: b"[]"[..].into() });
    assert!(recent::find(&tables, &key).unwrap_err().what.contains("recent_tx"));
}

#[test]
fn outcomes_expire_after_a_day_some_at_a_time() {
    let mut tables = Tables::default();
    let effects: Vec<_> = (0..200).map(|number| row_of(&format!("{number:03}"), number)).collect();
    effects.iter().for_each(|effect| drop(tables.apply(effect)));
    let mut by_age = recent::ByAge::of(&tables).unwrap();
    let at = |ms| Timestamp::from_millisecond(ms).unwrap();
    assert!(by_age.expire(&tables, at(DAY_MS), 1).is_empty(), "a day old, not older");
    // Written anew, so it is young.
    let renewed = row_of("000", DAY_MS);
    tables.apply(&renewed);
    by_age.note(&[renewed]).unwrap();
    let mut rounds = 0;
    loop {
        let expired = by_age.expire(&tables, at(DAY_MS + 200), 1);
        if expired.is_empty() {
            break;
        }
        assert!(expired.len() <= 66, "{} in one entry", expired.len());
        expired.iter().for_each(|effect| drop(tables.apply(effect)));
        rounds += 1;
    }
    assert!(rounds >= 3);
    let left: Vec<_> = tables.table(Table::RecentTx).keys().collect();
    assert_eq!(left, [RowKey::from("k:000")]);
}
