//! Attributes that follow from what a block supports.
//! <https://developer.wordpress.org/block-editor/reference-guides/block-api/block-supports/>

use serde_json::{Map, Value, json};

const ALIGNMENTS: [&str; 6] = ["left", "center", "right", "wide", "full", ""];
/// What puts a `style` attribute on a block.
const STYLED: [&str; 8] =
    ["color", "typography", "spacing", "dimensions", "__experimentalBorder", "shadow", "position", "background"];

pub fn attributes(supports: Option<&Value>) -> Map<String, Value> {
    let nothing = json!({});
    let supports = supports.unwrap_or(&nothing);
    // `null` for what is not said
    let says = |path: &str| supports.pointer(path).unwrap_or(&Value::Null);
    let on = |value: &Value| !matches!(value, Value::Null | Value::Bool(false));
    let part_on = |path: &str, unsaid: bool| match says(path) {
        Value::Null => unsaid,
        said => on(said),
    };
    let text = || json!({ "type": "string" });
    let object = || json!({ "type": "object" });
    let colour = on(says("/color"));
    let members = [
        ("lock", true, object()),
        ("metadata", true, object()),
        ("align", on(says("/align")), json!({ "type": "string", "enum": ALIGNMENTS })),
        ("className", part_on("/customClassName", true), text()),
        ("style", STYLED.iter().any(|part| on(says(&format!("/{part}")))), object()),
        ("backgroundColor", colour && part_on("/color/background", true), text()),
        ("textColor", colour && part_on("/color/text", true), text()),
        ("gradient", colour && part_on("/color/gradients", false), text()),
        ("borderColor", part_on("/__experimentalBorder/color", says("/__experimentalBorder") == true), text()),
        ("shadow", on(says("/shadow")), text()),
        ("layout", on(says("/layout")) || on(says("/__experimentalLayout")), object()),
        ("fontSize", part_on("/typography/fontSize", false), text()),
        ("fontFamily", part_on("/typography/__experimentalFontFamily", false), text()),
    ];
    let supported = members.into_iter().filter(|(_, supported, _)| *supported);
    supported.map(|(name, _, described)| (name.to_owned(), described)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn attributes_follow_from_supports() {
        let names = |supports: Value| attributes(Some(&supports)).keys().cloned().collect::<Vec<_>>();
        assert_eq!(names(json!({})), ["lock", "metadata", "className"]);
        assert_eq!(
            names(
                json!({ "customClassName": false, "align": ["wide"], "color": { "text": false, "gradients": true } })
            ),
            ["lock", "metadata", "align", "style", "backgroundColor", "gradient"],
        );
        let border = json!({ "__experimentalBorder": { "radius": true }, "typography": { "fontSize": true } });
        assert_eq!(names(border), ["lock", "metadata", "className", "style", "fontSize"]);
    }
}
