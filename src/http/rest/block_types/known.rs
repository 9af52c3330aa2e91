//! The blocks that are known: what the editor's packages say of them, and what a program without the editor knows.

use std::{collections::HashMap, sync::LazyLock};

use serde_json::{Map, Value, json};

use super::supports;
use crate::{cache::Encoding, http::admin::editor::bundle};

/// WordPress's own blocks, one a line: `name|title|category|dynamic or nothing|attributes`. An attribute is
/// `name:types` or `name:types=default`; types are the first letters of JSON's, `z` for null.
const CORE: &str = include_str!("core.txt");

/// In the order of `core.txt`, then those only the editor knows.
pub static BLOCKS: LazyLock<Vec<Block>> = LazyLock::new(|| all(editors().unwrap_or_default()));

#[derive(Debug)]
pub struct Block {
    /// `core/paragraph`
    pub name: String,
    pub title: String,
    pub category: Value,
    /// Whether its HTML is made when it is shown.
    pub dynamic: bool,
    pub attributes: Map<String, Value>,
    /// Its `block.json`; empty where the editor is not in this program.
    pub file: Map<String, Value>,
}

impl Block {
    fn read(line: &str) -> Option<Self> {
        let mut columns = line.splitn(5, '|');
        let name = columns.next()?;
        let (title, category, dynamic, attributes) =
            (columns.next()?, columns.next()?, columns.next()?, columns.next()?);
        Some(Self {
            name: format!("core/{name}"),
            title: title.to_owned(),
            category: category.into(),
            dynamic: !dynamic.is_empty(),
            attributes: attributes.split(' ').filter_map(attribute).collect(),
            file: Map::new(),
        })
    }

    /// A block of the editor's packages. `older` is the line about it, if any: what is stored may be older than the
    /// editor, so attributes of then stay among its attributes.
    fn of_file(name: &str, mut file: Map<String, Value>, older: Option<Self>) -> Self {
        let mut text = |member: &str| file.remove(member).unwrap_or_default();
        let (title, category, dynamic) = (text("title"), text("category"), text("dynamic"));
        let mut attributes = text("attributes").as_object().cloned().unwrap_or_default();
        let older = older.map(|older| older.attributes).unwrap_or_default();
        for (name, described) in supports::attributes(file.get("supports")).into_iter().chain(older) {
            attributes.entry(name).or_insert(described);
        }
        Self {
            name: name.to_owned(),
            title: title.as_str().unwrap_or(name).to_owned(),
            category,
            dynamic: dynamic == true,
            attributes,
            file,
        }
    }
}

/// The `block.json` of each block, by name, as `admin/build.mjs` collected them.
fn editors() -> Option<Vec<(String, Map<String, Value>)>> {
    let (_, text) = bundle::file(bundle::block_types()?, Encoding::Identity)?;
    let files: Vec<Map<String, Value>> = serde_json::from_slice(&text).ok()?;
    let named = files.into_iter().filter_map(|mut file| match file.shift_remove("name") {
        Some(Value::String(name)) => Some((name, file)),
        _ => None,
    });
    Some(named.collect())
}

fn all(editors: Vec<(String, Map<String, Value>)>) -> Vec<Block> {
    let order: Vec<String> = editors.iter().map(|(name, _)| name.clone()).collect();
    let mut files: HashMap<String, Map<String, Value>> = editors.into_iter().collect();
    let mut blocks: Vec<Block> = CORE
        .lines()
        .filter_map(Block::read)
        .map(|block| match files.remove(&block.name) {
            Some(file) => Block::of_file(&block.name.clone(), file, Some(block)),
            None => block,
        })
        .collect();
    let newer = order.iter().filter_map(|name| files.remove(name).map(|file| Block::of_file(name, file, None)));
    blocks.extend(newer);
    blocks
}

fn attribute(text: &str) -> Option<(String, Value)> {
    let (name, rest) = text.split_once(':')?;
    let (kinds, default) = rest.split_once('=').map_or((rest, None), |(kinds, default)| (kinds, Some(default)));
    let kinds: Vec<&str> = kinds.chars().filter_map(kind_name).collect();
    let kinds = match kinds.as_slice() {
        [kind] => json!(kind),
        kinds => json!(kinds),
    };
    let mut described = Map::new();
    described.insert("type".to_owned(), kinds);
    if let Some(default) = default.and_then(|default| serde_json::from_str(default).ok()) {
        described.insert("default".to_owned(), default);
    }
    Some((name.to_owned(), Value::Object(described)))
}

fn kind_name(letter: char) -> Option<&'static str> {
    Some(match letter {
        's' => "string",
        'b' => "boolean",
        'n' => "number",
        'i' => "integer",
        'o' => "object",
        'a' => "array",
        'z' => "null",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_block_of_the_editor_keeps_attributes_it_once_had() {
        let file = json!({
            "title": "Archives", "category": "widgets", "dynamic": true, "supports": { "align": true, "html": false },
            "attributes": { "showLabel": { "type": "boolean", "default": false } },
        });
        let fresh = json!({ "title": "Fresh", "supports": { "customClassName": false } });
        let files = [("core/archives", file), ("core/fresh", fresh)];
        let files = files.map(|(name, file)| (name.to_owned(), file.as_object().cloned().unwrap()));
        let blocks = all(files.to_vec());
        let of = |name: &str| blocks.iter().find(|block| block.name == name).unwrap();
        let archives = of("core/archives");
        assert_eq!((archives.title.as_str(), archives.dynamic), ("Archives", true));
        assert_eq!(archives.attributes["showLabel"]["default"], false, "the editor's word counts");
        assert_eq!(archives.attributes["displayAsDropdown"]["type"], "boolean", "as it was");
        assert_eq!(archives.attributes["align"]["enum"][0], "left", "by what it supports");
        assert_eq!(archives.file["supports"]["html"], false);
        assert_eq!(blocks.last().unwrap().name, "core/fresh");
        assert_eq!(of("core/fresh").attributes.keys().collect::<Vec<_>>(), ["lock", "metadata"]);
        assert!(of("core/paragraph").file.is_empty(), "no editor knows it");
    }
}
