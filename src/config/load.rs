//! Layers of configuration into one, each wrong key named with where it was read.

use std::{
    net::{IpAddr, Ipv4Addr, SocketAddr},
    path::PathBuf,
    time::Duration,
};

use super::{
    AuthConfig, CacheConfig, Config, KEYS, LogConfig, LogFormat, MailConfig, MailTls, MediaConfig, PeerAddress, Secret,
    SecurityConfig, ServerConfig, StoreConfig, StoreLocation,
};

/// What overrides what: later layers win.
#[derive(Clone, Debug, Default)]
pub struct Layers {
    /// The file to read; `None`: `bucketpress.toml` if it exists.
    pub file: Option<PathBuf>,
    /// `BUCKETPRESS_*` variables, as the process has them.
    pub environment: Vec<(String, String)>,
    /// Key name and text, from flags.
    pub flags: Vec<(&'static str, String)>,
}

impl Layers {
    /// The process's environment with flags on top. `BUCKETPRESS_CONFIG` names the file unless `file` does.
    pub fn from_process(file: Option<PathBuf>, flags: Vec<(&'static str, String)>) -> Self {
        let file = file.or_else(|| variable("BUCKETPRESS_CONFIG").map(PathBuf::from));
        #[expect(clippy::disallowed_methods, reason = "config is the sole reader of the environment")]
        let environment = std::env::vars_os()
            .filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)))
            .filter(|(name, _)| name.starts_with("BUCKETPRESS_"))
            .collect();
        Self { file, environment, flags }
    }
}

/// Variables of that prefix that are not configuration keys.
const OTHER_VARIABLES: [&str; 1] = ["BUCKETPRESS_CONFIG"];

/// Settings of the tests and benches, which run the program under their own environment.
const TEST_VARIABLES: [&str; 2] = ["BUCKETPRESS_SIM_", "BUCKETPRESS_FLEET_"];

#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    #[error("cannot read the configuration file {path}: {reason}")]
    File { path: String, reason: String },
    #[error("{place}: unknown key {key}{hint}")]
    Unknown { place: String, key: String, hint: String },
    #[error("{place}: {key} = {value:?}: {reason}")]
    Wrong { place: String, key: String, value: String, reason: String },
}

/// Defaults, then the file, then the environment, then flags.
///
/// # Errors
/// The first wrong or unknown key, with where it stands.
pub fn load(layers: &Layers) -> Result<Config, ConfigError> {
    let mut config = unset();
    for key in KEYS {
        set(&mut config, "default", key.name, key.default)?;
    }
    for (name, value, place) in read_file(layers)? {
        set(&mut config, &place, &name, &value)?;
    }
    for (variable, value) in &layers.environment {
        let of_tests = TEST_VARIABLES.iter().any(|prefix| variable.starts_with(prefix));
        if of_tests || OTHER_VARIABLES.contains(&variable.as_str()) {
            continue;
        }
        let known = KEYS.iter().find(|key| key.env_name() == *variable);
        let key = known.ok_or_else(|| unknown("environment", variable, KEYS.iter().map(super::Key::env_name)))?;
        set(&mut config, &format!("environment variable {variable}"), key.name, value)?;
    }
    for (name, value) in &layers.flags {
        set(&mut config, "flag", name, value)?;
    }
    Ok(config)
}

/// One variable of the environment, if it is set, not empty and valid Unicode.
pub(super) fn variable(name: &str) -> Option<String> {
    #[expect(clippy::disallowed_methods, reason = "config is the sole reader of the environment")]
    std::env::var(name).ok().filter(|value| !value.is_empty())
}

fn set(config: &mut Config, place: &str, name: &str, value: &str) -> Result<(), ConfigError> {
    let key = KEYS.iter().find(|key| key.name == name);
    let key = key.ok_or_else(|| unknown(place, name, KEYS.iter().map(|key| key.name.to_owned())))?;
    (key.set)(config, value).map_err(|reason| ConfigError::Wrong {
        place: place.to_owned(),
        key: name.to_owned(),
        value: if key.secret { "…".to_owned() } else { value.to_owned() },
        reason,
    })
}

fn unknown(place: &str, name: &str, names: impl Iterator<Item = String>) -> ConfigError {
    let near = names.map(|known| (distance(name, &known), known)).min();
    let hint = match near {
        Some((distance, known)) if distance <= 4 => format!("; did you mean {known}?"),
        _ => String::new(),
    };
    ConfigError::Unknown { place: place.to_owned(), key: name.to_owned(), hint }
}

/// Levenshtein distance, for the hint.
fn distance(one: &str, other: &str) -> usize {
    let other: Vec<char> = other.chars().collect();
    let mut row: Vec<usize> = (0..=other.len()).collect();
    for (i, a) in one.chars().enumerate() {
        let mut diagonal = i;
        row[0] = i + 1;
        for (j, b) in other.iter().enumerate() {
            let substituted = diagonal + usize::from(a != *b);
            diagonal = row[j + 1];
            row[j + 1] = substituted.min(row[j] + 1).min(diagonal + 1);
        }
    }
    row[other.len()]
}

/// Key, value as text, and place, for each entry of the file.
fn read_file(layers: &Layers) -> Result<Vec<(String, String, String)>, ConfigError> {
    let path = layers.file.clone().unwrap_or_else(|| PathBuf::from("bucketpress.toml"));
    let fail = |reason: String| ConfigError::File { path: path.display().to_string(), reason };
    let text = match std::fs::read_to_string(&path) {
        Ok(text) => text,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound && layers.file.is_none() => return Ok(Vec::new()),
        Err(error) => return Err(fail(error.to_string())),
    };
    let root: toml::Table = toml::from_str(&text).map_err(|error| fail(error.to_string()))?;
    let mut found = Vec::new();
    let place = path.display().to_string();
    for (table, entries) in root {
        let toml::Value::Table(entries) = entries else {
            return Err(unknown(&place, &table, KEYS.iter().map(|key| key.name.to_owned())));
        };
        for (name, value) in entries {
            let key = format!("{table}.{name}");
            let text = plain_text(&value).ok_or_else(|| ConfigError::Wrong {
                place: place.clone(),
                key: key.clone(),
                value: format!("{value:?}"),
                reason: "expected a text, a number, true or false, or a list of texts".to_owned(),
            })?;
            found.push((key, text, place.clone()));
        }
    }
    Ok(found)
}

fn plain_text(value: &toml::Value) -> Option<String> {
    match value {
        toml::Value::String(text) => Some(text.clone()),
        toml::Value::Integer(number) => Some(number.to_string()),
        toml::Value::Boolean(flag) => Some(flag.to_string()),
        toml::Value::Array(items) => {
            let texts: Option<Vec<String>> = items.iter().map(plain_text).collect();
            Some(texts?.join(", "))
        }
        toml::Value::Float(_) | toml::Value::Datetime(_) | toml::Value::Table(_) => None,
    }
}

/// A value to set every key on; nothing of it survives, as each key has a default.
fn unset() -> Config {
    Config {
        store: StoreConfig {
            location: StoreLocation::Memory,
            path_style: false,
            allow_single_writer: false,
            ca_file: None,
            site_key: None,
        },
        server: ServerConfig {
            listen: SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), 0),
            workers: 0,
            keep_alive: Duration::ZERO,
            drain: Duration::ZERO,
            trusted_proxies: Vec::new(),
            fetch_networks: Vec::new(),
            metrics_public: false,
            peer_address: PeerAddress::Auto,
            xmlrpc: true,
            body_bytes_max: 0,
            theme_dir: None,
        },
        cache: CacheConfig { pages_bytes_max: 0, revisions_bytes_max: 0, cdn_max_age: Duration::ZERO },
        media: MediaConfig { upload_bytes_max: 0, pixels_max: 0, workers: 0, quality: 0 },
        auth: AuthConfig { session: Duration::ZERO, session_remembered: Duration::ZERO },
        security: SecurityConfig {
            content_policy: String::new(),
            permissions_policy: String::new(),
            transport_security: Duration::ZERO,
        },
        mail: MailConfig {
            host: String::new(),
            port: 0,
            tls: MailTls::StartTls,
            ca_file: None,
            user: String::new(),
            password: Secret(String::new()),
            from: String::new(),
        },
        log: LogConfig { format: LogFormat::Pretty, filter: String::new() },
    }
}
