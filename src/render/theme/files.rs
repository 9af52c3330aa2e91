//! A theme's files, from the binary or from a directory.

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
};

use bytes::Bytes;
use serde::Deserialize;

use super::{ThemeError, embedded};

/// Files in one theme directory.
const FILES_MAX: usize = 500;
/// Bytes of one file: assets are kept in memory.
const FILE_BYTES_MAX: u64 = 4 * 1024 * 1024;
/// Folders below `templates/` or `assets/`.
const DEPTH_MAX: usize = 5;

pub(super) struct Files {
    pub name: String,
    /// By name below `templates/`.
    pub templates: Vec<(String, String)>,
    /// By path below `assets/`.
    pub assets: BTreeMap<String, Bytes>,
}

/// `theme.toml`
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Manifest {
    /// In asset addresses: letters, digits, `-` and `_`.
    name: String,
    #[expect(dead_code, reason = "for people; checked to be text")]
    #[serde(default)]
    description: String,
}

impl Files {
    pub(super) fn load(name_or_directory: &str) -> Result<Self, ThemeError> {
        if name_or_directory == embedded::NAME {
            return Ok(Self::built_in());
        }
        let directory = Path::new(name_or_directory);
        if !directory.is_dir() {
            return Err(ThemeError::Unknown(name_or_directory.to_owned()));
        }
        Self::from_directory(directory)
    }

    fn built_in() -> Self {
        let templates = embedded::TEMPLATES.iter().map(|(name, text)| ((*name).to_owned(), (*text).to_owned()));
        let assets = embedded::ASSETS.iter().map(|(name, bytes)| ((*name).to_owned(), Bytes::from_static(bytes)));
        Self { name: embedded::NAME.to_owned(), templates: templates.collect(), assets: assets.collect() }
    }

    fn from_directory(directory: &Path) -> Result<Self, ThemeError> {
        let manifest_path = directory.join("theme.toml");
        let invalid = |reason: String| ThemeError::Invalid { path: manifest_path.display().to_string(), reason };
        let text = String::from_utf8(read(&manifest_path)?).map_err(|_utf8| invalid("not UTF-8".to_owned()))?;
        let manifest: Manifest = toml::from_str(&text).map_err(|error| invalid(error.to_string()))?;
        let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_');
        if manifest.name.is_empty() || !manifest.name.chars().all(plain) {
            return Err(invalid(format!("name {:?} must be letters, digits, - and _", manifest.name)));
        }
        let mut theme = Self::built_in();
        theme.name = manifest.name;
        let mut templates: BTreeMap<String, String> = theme.templates.into_iter().collect();
        for (name, path) in list(&directory.join("templates"))? {
            let text = String::from_utf8(read(&path)?).map_err(|_utf8| ThemeError::Invalid {
                path: path.display().to_string(),
                reason: "not UTF-8".to_owned(),
            })?;
            templates.insert(name, text);
        }
        theme.templates = templates.into_iter().collect();
        for (name, path) in list(&directory.join("assets"))? {
            theme.assets.insert(name, Bytes::from(read(&path)?));
        }
        Ok(theme)
    }
}

fn read(path: &Path) -> Result<Vec<u8>, ThemeError> {
    let failed = |source| ThemeError::Read { path: path.display().to_string(), source };
    let size_bytes = fs::metadata(path).map_err(failed)?.len();
    if size_bytes > FILE_BYTES_MAX {
        let reason = format!("{size_bytes} bytes are more than {FILE_BYTES_MAX}");
        return Err(ThemeError::Invalid { path: path.display().to_string(), reason });
    }
    fs::read(path).map_err(failed)
}

/// Files below a folder by their relative path with `/`; hidden ones are left out. A missing folder is empty.
fn list(root: &Path) -> Result<Vec<(String, PathBuf)>, ThemeError> {
    let mut found = Vec::new();
    let mut folders = vec![(String::new(), root.to_owned(), 0)];
    while let Some((prefix, folder, depth)) = folders.pop() {
        if !folder.is_dir() {
            continue;
        }
        let failed = |source| ThemeError::Read { path: folder.display().to_string(), source };
        for entry in fs::read_dir(&folder).map_err(failed)? {
            let entry = entry.map_err(failed)?;
            let Ok(name) = entry.file_name().into_string() else { continue };
            if name.starts_with('.') {
                continue;
            }
            let path = entry.path();
            if path.is_dir() && depth < DEPTH_MAX {
                folders.push((format!("{prefix}{name}/"), path, depth + 1));
            } else if path.is_file() {
                found.push((format!("{prefix}{name}"), path));
            }
            if found.len() > FILES_MAX {
                let reason = format!("more than {FILES_MAX} files");
                return Err(ThemeError::Invalid { path: root.display().to_string(), reason });
            }
        }
    }
    found.sort();
    Ok(found)
}
