//! What a server says of itself, `servers/<id>.json`: overwritten while it runs, removed when it ends in peace.

use jiff::{civil::DateTime, tz::Offset};
use serde::{Deserialize, Serialize};

use super::{corrupt, time};
use crate::store::{
    log::{Corrupt, FORMAT_VERSION, MacKey, READS_VERSION},
    seal::{SiteKey, purpose},
};

const VERSION: u32 = 1;
const WHAT: &str = "server record";
/// Longer objects are not read.
pub const BYTES_MAX: usize = 4096;

/// One running process.
#[derive(Clone, Debug, PartialEq)]
pub struct ServerRecord {
    /// As in the entries it writes.
    pub id: String,
    /// Of the program.
    pub version: String,
    /// `host:port` at which the other servers reach it; `None`: they do not.
    pub address: Option<String>,
    /// The last entry it has applied.
    pub seq: u64,
    /// Load of its machine: the average over a minute of the processes that want to run. `None` where unknown.
    pub load: Option<f32>,
    pub started: jiff::Timestamp,
    /// When this was written, by its clock.
    pub at: jiff::Timestamp,
}

#[derive(Serialize, Deserialize)]
struct ServerObject {
    v: u32,
    id: String,
    version: String,
    writes_format: u32,
    reads_format: u32,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    address: Option<String>,
    seq: u64,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    load: Option<f32>,
    #[serde(with = "time")]
    started: DateTime,
    #[serde(with = "time")]
    at: DateTime,
}

/// One line of JSON that ends with a code under the site key: servers ask nobody for anything whom only a stranger
/// with access to the bucket has named.
#[expect(clippy::expect_used, reason = "a struct of strings and numbers always serialises")]
pub fn encode(record: &ServerRecord, key: &SiteKey) -> Vec<u8> {
    let object = ServerObject {
        v: VERSION,
        id: record.id.clone(),
        version: record.version.clone(),
        writes_format: FORMAT_VERSION,
        reads_format: READS_VERSION,
        address: record.address.clone(),
        seq: record.seq,
        load: record.load.filter(|load| load.is_finite()),
        started: Offset::UTC.to_datetime(record.started),
        at: Offset::UTC.to_datetime(record.at),
    };
    let mut json = serde_json::to_vec(&object).expect("serialises");
    json.pop();
    mac_key(key).close(&mut json);
    json
}

/// # Errors
/// `Corrupt` when it is not authentic, when a field is missing or is not what it must be, or a later version wrote it.
pub fn decode(bytes: &[u8], key: &SiteKey) -> Result<ServerRecord, Corrupt> {
    if mac_key(key).check(bytes) != Some(true) {
        return Err(corrupt(WHAT, "it was not written under this site key"));
    }
    let object: ServerObject = serde_json::from_slice(bytes).map_err(|error| corrupt(WHAT, error))?;
    if object.v > VERSION {
        return Err(corrupt(WHAT, format_args!("version {} is newer than this program", object.v)));
    }
    let instant = |time| Offset::UTC.to_timestamp(time).map_err(|error| corrupt(WHAT, error));
    Ok(ServerRecord {
        id: object.id,
        version: object.version,
        address: object.address,
        seq: object.seq,
        load: object.load,
        started: instant(object.started)?,
        at: instant(object.at)?,
    })
}

fn mac_key(key: &SiteKey) -> MacKey {
    MacKey::new(&key.derive(purpose::SERVER))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn record() -> ServerRecord {
        let at = jiff::Timestamp::from_second(1_800_000_000).unwrap();
        ServerRecord {
            id: "6c2b".to_owned(),
            version: "0.1.0".to_owned(),
            address: Some("10.0.0.3:8080".to_owned()),
            seq: 12,
            load: Some(0.5),
            started: at,
            at,
        }
    }

    #[test]
    fn what_is_written_is_read_under_the_same_key() {
        let key = SiteKey::from_bytes([7; 32]);
        let json = encode(&record(), &key);
        let text = String::from_utf8(json.clone()).unwrap();
        let open = r#"{"v":1,"id":"6c2b","version":"0.1.0","writes_format":1,"reads_format":1,"address":"10.0.0.3:8080","seq":12,"load":0.5,"started":"2027-01-15T08:00:00","at":"2027-01-15T08:00:00","mac":""#;
        assert!(text.starts_with(open) && text.ends_with("\"}"), "{text}");
        assert_eq!(decode(&json, &key).unwrap(), record());
        let nowhere = ServerRecord { address: None, load: None, ..record() };
        assert_eq!(decode(&encode(&nowhere, &key), &key).unwrap(), nowhere);
    }

    #[test]
    fn strangers_cannot_name_servers() {
        let key = SiteKey::from_bytes([7; 32]);
        let json = encode(&record(), &key);
        assert!(decode(&json, &SiteKey::from_bytes([8; 32])).is_err());
        let moved = String::from_utf8(json).unwrap().replace("10.0.0.3", "10.0.0.4");
        assert!(decode(moved.as_bytes(), &key).is_err());
        assert!(decode(br#"{"v":1}"#, &key).is_err() && decode(b"", &key).is_err());
    }
}
