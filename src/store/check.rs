//! `bucketpress check`: the log and all it refers to, read and held against each other.

use std::sync::Arc;

use futures_util::{StreamExt, TryStreamExt, stream};
use sha2::{Digest as _, Sha256};

use super::{
    ObjectError, Objects, Table, Tables, codec,
    keys::{self, Key, OVERFLOW_PREFIX, POSTS_PREFIX},
    log::{Finding, Inspect, Machine, OpenError, Options, Verified, verify},
    objects::LIST_MAX,
    seal::SiteKey,
};

/// Objects looked at at once.
const PARALLEL: usize = 32;

/// Reads the log, every snapshot and every revision; looks at every uploaded file, and with `whole_media` reads it.
///
/// # Errors
/// When the store does not answer or holds no site. Damage is a finding, not an error.
pub async fn check<M: Machine>(
    objects: Arc<dyn Objects>,
    options: &Options,
    whole_media: bool,
) -> Result<Verified, OpenError> {
    let mut verified = verify::<M>(objects.clone(), options, Some(REVISIONS), |_| ()).await?;
    let mut findings = media(&*objects, &verified.tables, whole_media).await?;
    let site = (&SiteKey::from_bytes(options.site_key), &*verified.lineage);
    findings.extend(overflow(&*objects, site).await?);
    let known: Vec<String> = verified.findings.iter().map(|finding| finding.key.clone()).collect();
    verified.findings.extend(findings.into_iter().filter(|finding| !known.contains(&finding.key)));
    Ok(verified)
}

/// Revisions say which they are, and whether they are whole.
const REVISIONS: Inspect = Inspect {
    wants: |key| key.starts_with(POSTS_PREFIX),
    problem: |key, bytes| match codec::revision::decode(bytes) {
        Ok(revision) => {
            let named = Key::Revision { post: revision.post, revision: revision.id }.path();
            (named != key).then(|| format!("it is the revision that belongs at {named}"))
        }
        Err(corrupt) => Some(corrupt.to_string()),
    },
};

/// The originals that the rows of attachments name, each once.
async fn media(objects: &dyn Objects, tables: &Tables, whole: bool) -> Result<Vec<Finding>, ObjectError> {
    let mut files = std::collections::BTreeMap::new();
    for (_, row) in tables.table(Table::Posts).iter() {
        // A row that is not a post is the index's to complain about, when it is built.
        if let Some(file) = codec::post::decode(&row).ok().and_then(|post| post.file) {
            let key = Key::Original { sha256: &file.sha256, extension: &file.extension }.path();
            files.insert(key, (file.size_bytes, file.sha256));
        }
    }
    let found = stream::iter(files).map(|(key, (bytes, sha256))| async move {
        let problem = match objects.head(&key).await {
            Ok(meta) if meta.size != bytes => Some(format!("it has {} bytes instead of {bytes}", meta.size)),
            Ok(_) if whole => hashed(objects, &key, &sha256).await?,
            Ok(_) => None,
            Err(ObjectError::NotFound { .. }) => Some("an attachment names it, and it is not there".to_owned()),
            Err(error) => return Err(error),
        };
        Ok(problem.map(|problem| Finding { key, problem }))
    });
    let found: Vec<Option<Finding>> = found.buffered(PARALLEL).try_collect().await?;
    Ok(found.into_iter().flatten().collect())
}

/// Comments that wait to be folded in: each must be this site's, and whole.
async fn overflow(objects: &dyn Objects, site: (&SiteKey, &str)) -> Result<Vec<Finding>, ObjectError> {
    let mut findings = Vec::new();
    let mut last: Option<String> = None;
    loop {
        let page = objects.list(OVERFLOW_PREFIX, last.as_deref(), LIST_MAX).await?;
        for entry in &page.entries {
            let problem = match keys::overflow(&entry.key) {
                None => Some("this is no place for it".to_owned()),
                Some(id) => waiting(objects, &entry.key, id, site).await?,
            };
            findings.extend(problem.map(|problem| Finding { key: entry.key.clone(), problem }));
        }
        last = page.entries.last().map(|entry| entry.key.clone());
        if !page.more || last.is_none() {
            return Ok(findings);
        }
    }
}

async fn waiting(
    objects: &dyn Objects,
    at: &str,
    id: u128,
    (key, lineage): (&SiteKey, &str),
) -> Result<Option<String>, ObjectError> {
    let body = match objects.get(at, None).await {
        Ok(object) => object.body,
        // folded in meanwhile
        Err(ObjectError::NotFound { .. }) => return Ok(None),
        Err(error) => return Err(error),
    };
    Ok(match codec::overflow::decode(&body, key) {
        Ok((held, of)) => (held.id != id || of != lineage).then(|| "it belongs to another key or site".to_owned()),
        Err(corrupt) => Some(corrupt.to_string()),
    })
}

/// Reads a file to its end: its name is the hash of its bytes.
async fn hashed(objects: &dyn Objects, key: &str, sha256: &str) -> Result<Option<String>, ObjectError> {
    let mut body = objects.get_stream(key, None).await?.body;
    let mut hasher = Sha256::new();
    while let Some(chunk) = body.next().await {
        let broken =
            |error: std::io::Error| ObjectError::Unavailable { key: key.to_owned(), reason: error.to_string() };
        hasher.update(&chunk.map_err(broken)?);
    }
    let differs = hex::encode(hasher.finalize()) != sha256;
    Ok(differs.then(|| "its bytes do not have the hash in its name".to_owned()))
}
