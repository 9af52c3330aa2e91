//! The option `bucketpress_types`: `{"types":[…],"taxonomies":[…]}`, fields as in [`TypeInfo`] and [`TaxonomyInfo`].

use serde_json::{Value, json};

use super::{TaxonomyInfo, TypeInfo, Types};

impl Types {
    /// Reads the option. What is not there has its default; an entry without a name is passed over.
    pub fn from_option(value: &Value) -> Self {
        let list = |name| value.get(name).and_then(Value::as_array).map_or(&[][..], Vec::as_slice);
        Self {
            custom_types: list("types").iter().filter_map(read_type).collect(),
            custom_taxonomies: list("taxonomies").iter().filter_map(read_taxonomy).collect(),
        }
    }

    /// The option's value; [`Types::from_option`] reads it back.
    pub fn to_option(&self) -> Value {
        let types = self.custom_types.iter().map(|info| {
            json!({
                "name": info.name, "label": info.label, "public": info.public, "hierarchical": info.hierarchical,
                "has_archive": info.has_archive, "rewrite_slug": info.rewrite_slug, "rest_base": info.rest_base,
                "show_in_rest": info.show_in_rest, "supports": info.supports, "taxonomies": info.taxonomies,
            })
        });
        let taxonomies = self.custom_taxonomies.iter().map(|info| {
            json!({
                "name": info.name, "label": info.label, "public": info.public, "hierarchical": info.hierarchical,
                "rewrite_slug": info.rewrite_slug, "rest_base": info.rest_base, "show_in_rest": info.show_in_rest,
                "types": info.types,
            })
        });
        json!({ "types": types.collect::<Vec<_>>(), "taxonomies": taxonomies.collect::<Vec<_>>() })
    }
}

fn text(value: &Value, name: &str) -> Option<String> {
    value.get(name).and_then(Value::as_str).filter(|text| !text.is_empty()).map(str::to_owned)
}

fn flag(value: &Value, name: &str) -> bool {
    value.get(name).and_then(Value::as_bool).unwrap_or(false)
}

fn texts(value: &Value, name: &str) -> Vec<String> {
    let list = value.get(name).and_then(Value::as_array).map_or(&[][..], Vec::as_slice);
    list.iter().filter_map(Value::as_str).map(str::to_owned).collect()
}

fn read_type(value: &Value) -> Option<TypeInfo> {
    let name = text(value, "name")?;
    Some(TypeInfo {
        label: text(value, "label").unwrap_or_else(|| name.clone()),
        public: flag(value, "public"),
        hierarchical: flag(value, "hierarchical"),
        has_archive: flag(value, "has_archive"),
        rewrite_slug: text(value, "rewrite_slug").unwrap_or_default(),
        rest_base: text(value, "rest_base").unwrap_or_else(|| name.clone()),
        show_in_rest: flag(value, "show_in_rest"),
        supports: texts(value, "supports"),
        taxonomies: texts(value, "taxonomies"),
        name,
    })
}

fn read_taxonomy(value: &Value) -> Option<TaxonomyInfo> {
    let name = text(value, "name")?;
    Some(TaxonomyInfo {
        label: text(value, "label").unwrap_or_else(|| name.clone()),
        public: flag(value, "public"),
        hierarchical: flag(value, "hierarchical"),
        rewrite_slug: text(value, "rewrite_slug").unwrap_or_default(),
        rest_base: text(value, "rest_base").unwrap_or_else(|| name.clone()),
        show_in_rest: flag(value, "show_in_rest"),
        types: texts(value, "types"),
        name,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_option_reads_back() {
        let types = Types {
            custom_types: vec![TypeInfo {
                name: "book".to_owned(),
                label: "Books".to_owned(),
                public: true,
                has_archive: true,
                rewrite_slug: "books".to_owned(),
                rest_base: "books".to_owned(),
                show_in_rest: true,
                supports: vec!["title".to_owned()],
                taxonomies: vec!["genre".to_owned()],
                hierarchical: false,
            }],
            custom_taxonomies: vec![TaxonomyInfo {
                name: "genre".to_owned(),
                label: "Genres".to_owned(),
                public: true,
                hierarchical: true,
                rewrite_slug: String::new(),
                rest_base: "genres".to_owned(),
                show_in_rest: false,
                types: vec!["book".to_owned()],
            }],
        };
        assert_eq!(Types::from_option(&types.to_option()), types);
        assert_eq!(types.post_type("book").map(TypeInfo::slug), Some("books"));
        assert_eq!(types.taxonomy("genre").map(TaxonomyInfo::slug), Some("genre"));
    }

    #[test]
    fn nonsense_registers_nothing_and_built_ins_stay() {
        let types =
            Types::from_option(&json!({"types": [1, {}, {"name": "post", "public": false}], "taxonomies": "x"}));
        assert!(types.post_type("post").is_some_and(|info| info.public));
        assert_eq!(types.types().count(), Types::default().types().count());
        assert_eq!(Types::from_option(&Value::Null), Types::default());
    }
}
