//! Opening a site: store, key, probe, log, caches; wired together.

use std::{path::Path, sync::Arc, time::Duration};

use super::{App, AppError, Numbers, Overflow, Peers, Shown, Strikes, Told, Turns, Uses, tags, trust};
use crate::{
    cache::{self, Pages, Revisions},
    clock::Clock,
    config::{Config, Secret, StoreLocation},
    fetch::{Fetcher, Reach},
    id::Ids,
    index::Site,
    mail::Mail,
    media::Media,
    render::Theme,
    store::{
        Objects,
        counting::CountingObjects,
        embedded::EmbeddedObjects,
        log::{self, Log},
        memory::MemoryObjects,
        s3::{Authorities, S3Objects, S3Options},
        seal::SiteKey,
    },
};

/// File beside the embedded store's objects that holds the site key.
const KEY_FILE: &str = "site.key";

impl App {
    /// Opens the store the configuration names, probes it and loads the site.
    ///
    /// # Errors
    /// In words for the operator: what is wrong with the configuration or the store.
    pub async fn open(config: Config) -> Result<Arc<Self>, AppError> {
        let ids = Ids::System;
        let (objects, key) = connect(&config, &ids).await?;
        let clock = Clock::System;
        if matches!(config.store.location, StoreLocation::Bucket { .. }) {
            trust::at_start(&config, objects.as_ref(), &ids, &clock).await?;
        }
        Self::from_parts(config, objects, key, clock, ids).await
    }

    /// The store the configuration names and the site's key, without looking at what is in it.
    ///
    /// # Errors
    /// As [`App::open`].
    pub async fn store(config: &Config) -> Result<(Arc<dyn Objects>, SiteKey), AppError> {
        connect(config, &Ids::System).await
    }

    /// Loads the site from an open store: what [`App::open`] ends with, and where tests and simulations begin.
    pub async fn from_parts(
        config: Config,
        objects: Arc<dyn Objects>,
        key: SiteKey,
        clock: Clock,
        ids: Ids,
    ) -> Result<Arc<Self>, AppError> {
        let location = config.store.location.to_string();
        let calls = Arc::new(CountingObjects::new(objects));
        let objects: Arc<dyn Objects> = Arc::<CountingObjects>::clone(&calls);
        let options =
            log::Options { site_key: key.bytes(), clock: clock.clone(), ids: ids.clone(), writer: ids.uuid() };
        let opened = Log::<Site>::open(Arc::clone(&objects), options).await;
        let log = opened.map_err(|source| AppError::Log { location, source })?;
        let snapshot = log.current();
        let theme = match &config.server.theme_dir {
            Some(directory) => directory.display().to_string(),
            None => snapshot.state.settings().theme.clone(),
        };
        let theme = Theme::load(&theme).map_err(|error| AppError::Config(error.to_string()))?;
        let pages = Arc::new(Pages::new(config.cache.pages_bytes_max, snapshot.seq));
        let noted = Arc::clone(&pages);
        log.observe(Box::new(move |before, after, effects| {
            noted.note_changes(before.seq, after.seq, tags::changed(before, after, effects));
        }));
        let asked = Arc::clone(&log);
        let confirm: cache::Confirm = Arc::new(move || {
            let log = Arc::clone(&asked);
            Box::pin(async move { log.fresh(Duration::ZERO).await.map(drop) })
        });
        let app = Self {
            revisions: Revisions::new(Arc::clone(&objects), config.cache.revisions_bytes_max, confirm),
            pages,
            media: Media::new(Arc::clone(&objects), config.media.clone(), clock.clone(), ids.clone()),
            fetcher: Fetcher::new(Reach::Public(config.server.fetch_networks.clone())),
            mail: Mail::new(&config.mail).map_err(AppError::Config)?,
            theme: Arc::new(theme),
            uses: Uses::default(),
            strikes: Strikes::default(),
            shown: Shown::default(),
            numbers: Numbers::default(),
            told: Told::default(),
            turns: Turns::default(),
            peers: Peers::new().map_err(|error| AppError::Config(error.to_string()))?,
            overflow: Overflow::default(),
            config,
            clock,
            ids,
            key,
            objects,
            calls,
            log,
        };
        Ok(Arc::new(app))
    }
}

async fn connect(config: &Config, ids: &Ids) -> Result<(Arc<dyn Objects>, SiteKey), AppError> {
    let fail = |reason: String| AppError::Store { location: config.store.location.to_string(), reason };
    let given = match &config.store.site_key {
        Some(Secret(hex)) => Some(SiteKey::parse(hex).map_err(|error| AppError::Config(error.to_string()))?),
        None => None,
    };
    match &config.store.location {
        StoreLocation::Memory => Ok((Arc::new(MemoryObjects::new()), given.unwrap_or_else(|| SiteKey::generate(ids)))),
        StoreLocation::Directory(path) => {
            let objects = EmbeddedObjects::open(path).map_err(|error| fail(error.to_string()))?;
            let key = match given {
                Some(key) => key,
                None => key_beside(path, ids).map_err(|error| fail(format!("{KEY_FILE}: {error}")))?,
            };
            Ok((Arc::new(objects), key))
        }
        StoreLocation::Bucket { bucket, prefix } => {
            let key = given.ok_or_else(|| {
                AppError::Config(
                    "a bucket needs the site key: set BUCKETPRESS_SITE_KEY to 64 hexadecimal digits, the same on \
                     every server; make one with: openssl rand -hex 32"
                        .to_owned(),
                )
            })?;
            let authorities = config.store.ca_file.as_deref().map(authorities).transpose()?;
            let options = S3Options { path_style: config.store.path_style, authorities, ..S3Options::default() };
            Ok((Arc::new(S3Objects::connect(bucket, prefix, options).await), key))
        }
    }
}

fn authorities(path: &Path) -> Result<Authorities, AppError> {
    let wrong = |reason: String| AppError::Config(format!("store.ca_file: {}: {reason}", path.display()));
    let pem = std::fs::read(path).map_err(|error| wrong(error.to_string()))?;
    Authorities::parse(&pem).map_err(wrong)
}

/// Reads the key file of the embedded store, or makes it: whole, durable, and only once among racing processes.
fn key_beside(directory: &Path, ids: &Ids) -> Result<SiteKey, String> {
    let path = directory.join(KEY_FILE);
    for _ in 0..2 {
        match std::fs::read_to_string(&path) {
            Ok(text) => return SiteKey::parse(text.trim()).map_err(|error| error.to_string()),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
                create_key(directory, &path, ids).map_err(|error| error.to_string())?;
            }
            Err(error) => return Err(error.to_string()),
        }
    }
    Err("it vanished while it was read".to_owned())
}

fn create_key(directory: &Path, path: &Path, ids: &Ids) -> std::io::Result<()> {
    use std::{io::Write as _, os::unix::fs::OpenOptionsExt as _};
    let staged = directory.join(format!("{KEY_FILE}.{}", ids.uuid()));
    let mut file = std::fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(&staged)?;
    file.write_all(SiteKey::generate(ids).to_hex().as_bytes())?;
    file.write_all(b"\n")?;
    file.sync_all()?;
    // A link, unlike a rename, leaves a key that another process made first.
    let linked = std::fs::hard_link(&staged, path);
    std::fs::remove_file(&staged)?;
    match linked {
        Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => Ok(()),
        other => other,
    }?;
    std::fs::File::open(directory)?.sync_all()
}
