//! Arithmetic and names, compared with what WordPress's own functions answered.

use bucketpress::media::{
    dimensions::{Crop, Place, constrain, resize},
    file_name, mime,
};
use serde_json::Value;

/// The recorded pairs of one function; none where the recordings are not there, which is said.
fn recorded(function: &str) -> Vec<(Value, Value)> {
    let path = format!("{}/../shared/wordpress/functions/{function}.jsonl", env!("CARGO_MANIFEST_DIR"));
    let Ok(lines) = std::fs::read_to_string(&path) else {
        eprintln!("SKIPPED, not compared with WordPress: no {path}");
        return Vec::new();
    };
    let pairs = lines.lines().map(|line| {
        let mut pair: Value = serde_json::from_str(line).unwrap();
        (pair["in"].take(), pair["out"].take())
    });
    pairs.collect()
}

fn side(value: &Value) -> u32 {
    u32::try_from(value.as_u64().unwrap()).unwrap()
}

#[test]
fn constrained_dimensions() {
    for (input, output) in recorded("wp_constrain_dimensions") {
        let (width, height) = constrain(side(&input[0]), side(&input[1]), side(&input[2]), side(&input[3]));
        assert_eq!(serde_json::json!([width, height]), output, "{input}");
    }
}

#[test]
fn resized_dimensions() {
    let place = |value: &Value| match value.as_str().unwrap() {
        "left" | "top" => Place::Start,
        "center" => Place::Middle,
        "right" | "bottom" => Place::End,
        other => panic!("{other}"),
    };
    for (input, output) in recorded("image_resize_dimensions") {
        let crop = match &input[4] {
            Value::Bool(false) => Crop::No,
            Value::Bool(true) => Crop::Center,
            places => Crop::At(place(&places[0]), place(&places[1])),
        };
        let made = resize(side(&input[0]), side(&input[1]), side(&input[2]), side(&input[3]), crop);
        let made = made.map_or(Value::Bool(false), |made| {
            let to = [made.width, made.height];
            serde_json::json!([0, 0, made.left, made.top, to[0], to[1], made.source_width, made.source_height])
        });
        assert_eq!(made, output, "{input}");
    }
}

#[test]
fn file_names() {
    let mut differ = Vec::new();
    for (input, output) in recorded("sanitize_file_name") {
        let made = file_name::sanitize(input[0].as_str().unwrap());
        if output != made {
            differ.push(format!("{input}: {made:?}, WordPress {output}"));
        }
    }
    assert!(differ.is_empty(), "{}", differ.join("\n"));
}

#[test]
fn types_by_name() {
    for (input, output) in recorded("wp_check_filetype") {
        let found = mime::of_name(input[0].as_str().unwrap(), true);
        assert_eq!(found.map_or(Value::Bool(false), |found| found.mime.into()), output["type"], "{input}");
    }
}

#[test]
fn the_table_of_types_is_wordpress_s() {
    for (_, output) in recorded("mime_types") {
        for (extensions, mime_type) in output.as_object().unwrap() {
            for extension in extensions.split('|') {
                let found = mime::of_name(&format!("a.{extension}"), true);
                match mime_type.as_str().unwrap() {
                    "application/x-msdownload" | "application/x-shockwave-flash" => assert_eq!(found, None),
                    known => assert_eq!(found.unwrap().mime, known, "{extension}"),
                }
            }
        }
    }
}

#[test]
fn active_files_need_the_right_to_them() {
    for name in ["a.html", "a.HTM", "a.js"] {
        assert_eq!(mime::of_name(name, false), None, "{name}");
        assert!(mime::of_name(name, true).is_some(), "{name}");
    }
}
