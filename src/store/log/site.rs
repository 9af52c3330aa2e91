//! `meta/site.json`: which log this bucket holds, and whose key protects it. Created once, with the site.

use std::{sync::Arc, time::Duration};

use bytes::Bytes;
use serde::{Deserialize, Serialize};

use super::{
    Corrupt, OpenError, Options,
    entry::{FORMAT_VERSION, READS_VERSION},
    mac::MacKey,
    reader::Reader,
};
use crate::store::{
    Key, ObjectError, Objects,
    keys::{LOG_PREFIX, SNAPSHOT_PREFIX},
};

const ATTEMPTS_MAX: u32 = 10;
const PAUSE: Duration = Duration::from_millis(200);

#[derive(Debug, Serialize, Deserialize)]
struct Record {
    v: u32,
    min_reader: u32,
    /// UUID; told apart by it are two logs that were ever in one place.
    lineage: String,
    created: String,
    /// A code over the lineage: tells a wrong site key from a damaged log.
    key_check: String,
}

/// The reader of this bucket's log; on an empty bucket the site is founded.
pub async fn open(objects: Arc<dyn Objects>, options: &Options) -> Result<Reader, OpenError> {
    let mac = MacKey::new(&options.site_key);
    let mut reader = Reader::new(objects, mac, options.ids.clone(), options.clock.clone()).patient();
    let key = Key::SiteMeta;
    let mut attempt = 0;
    let stored = loop {
        if let Some(stored) = reader.read(&key.path()).await? {
            break stored;
        }
        if let Some(prefix) = first_object(&reader).await? {
            // Another server may have founded the site and committed between the two looks.
            match reader.read(&key.path()).await? {
                Some(stored) => break stored,
                None => return Err(headless(prefix).into()),
            }
        }
        let founded = found(options, &reader.mac);
        attempt += 1;
        match reader.objects.create(&key.path(), founded.clone(), &key.attributes()).await {
            Ok(()) => break founded,
            // Ours that was believed lost, or another server's: reading tells.
            Err(ObjectError::AlreadyExists { .. } | ObjectError::Unknown { .. }) if attempt < ATTEMPTS_MAX => {
                reader.pause(PAUSE).await;
            }
            Err(error) => return Err(error.into()),
        }
    };
    reader.lineage = check(&stored, &reader.mac)?.into();
    Ok(reader.impatient())
}

/// The reader of a log that is there; nothing is written.
pub async fn existing(objects: Arc<dyn Objects>, options: &Options) -> Result<Reader, OpenError> {
    let mac = MacKey::new(&options.site_key);
    let mut reader = Reader::new(objects, mac, options.ids.clone(), options.clock.clone()).patient();
    let Some(stored) = reader.read(&Key::SiteMeta.path()).await? else {
        return Err(match first_object(&reader).await? {
            Some(prefix) => headless(prefix).into(),
            None => OpenError::Untrusted("there is no site in this store".to_owned()),
        });
    };
    reader.lineage = check(&stored, &reader.mac)?.into();
    Ok(reader)
}

fn found(options: &Options, mac: &MacKey) -> Bytes {
    let lineage = options.ids.uuid();
    let record = Record {
        v: FORMAT_VERSION,
        min_reader: FORMAT_VERSION,
        created: options.clock.now().to_string(),
        key_check: key_check(&lineage, mac),
        lineage,
    };
    Bytes::from(serde_json::json!(record).to_string())
}

fn check(stored: &[u8], mac: &MacKey) -> Result<String, OpenError> {
    let record: Record = serde_json::from_slice(stored)
        .map_err(|error| Corrupt { what: Key::SiteMeta.path(), reason: error.to_string() })?;
    if record.min_reader > READS_VERSION {
        return Err(OpenError::TooNew { needed: record.min_reader, known: READS_VERSION });
    }
    if record.key_check != key_check(&record.lineage, mac) {
        return Err(OpenError::Untrusted(
            "the site key is not the one this bucket was founded with: configure the original one".to_owned(),
        ));
    }
    Ok(record.lineage)
}

fn key_check(lineage: &str, mac: &MacKey) -> String {
    hex::encode(mac.sign(format!("site {lineage}").as_bytes()))
}

/// Which part of a log there is already, if any.
async fn first_object(reader: &Reader) -> Result<Option<&'static str>, ObjectError> {
    for prefix in [LOG_PREFIX, SNAPSHOT_PREFIX] {
        if !reader.list(prefix, None).await?.0.is_empty() {
            return Ok(Some(prefix));
        }
    }
    Ok(None)
}

/// A log without its `meta/site.json` is not an empty bucket: founding a site over it would orphan it.
fn headless(prefix: &str) -> Corrupt {
    let reason = format!("it is missing, though there are objects under {prefix}");
    Corrupt { what: Key::SiteMeta.path(), reason }
}
