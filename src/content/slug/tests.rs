//! Against what WordPress itself answered, where that is recorded; by hand elsewhere.

use super::*;
use crate::content::{accents::remove_accents, names};

/// The recorded pairs of one function, or `None` (said on stderr) where they are absent.
fn pairs(function: &str) -> Option<Vec<(serde_json::Value, serde_json::Value)>> {
    let path = format!("{}/../shared/wordpress/functions/{function}.jsonl", env!("CARGO_MANIFEST_DIR"));
    let Ok(text) = std::fs::read_to_string(&path) else {
        eprintln!("skipped {function}: no {path}");
        return None;
    };
    let pair = |line: &str| {
        let mut value: serde_json::Value = serde_json::from_str(line).unwrap();
        (value["in"][0].take(), value["out"].take())
    };
    Some(text.lines().filter(|line| !line.is_empty()).map(pair).collect())
}

fn compare(function: &str, ours: impl Fn(&str) -> serde_json::Value) {
    let Some(pairs) = pairs(function) else { return };
    let mut wrong = Vec::new();
    for (input, output) in &pairs {
        let Some(input) = input.as_str() else { continue };
        let answer = ours(input);
        if &answer != output {
            wrong.push(format!("{input:?}\n  theirs {output}\n  ours   {answer}"));
        }
    }
    assert!(wrong.is_empty(), "{function}: {} of {} differ\n{}", wrong.len(), pairs.len(), wrong.join("\n"));
}

#[test]
fn sanitize_title_as_recorded() {
    compare("sanitize_title", |text| sanitize_title(text).into());
}

#[test]
fn remove_accents_as_recorded() {
    compare("remove_accents", |text| remove_accents(text).into());
}

#[test]
fn sanitize_user_as_recorded() {
    compare("sanitize_user", |text| names::sanitize_user(text, false).into());
}

#[test]
fn sanitize_email_as_recorded() {
    compare("sanitize_email", |text| names::sanitize_email(text).into());
}

#[test]
fn sanitize_key_as_recorded() {
    compare("sanitize_key", |text| names::sanitize_key(text).into());
}

#[test]
fn is_email_as_recorded() {
    compare("is_email", |text| if names::is_email(text) { text.into() } else { false.into() });
}

#[test]
fn strip_all_tags_as_recorded() {
    compare("wp_strip_all_tags", |text| names::strip_all_tags(text).into());
}

#[test]
fn sanitize_text_field_as_recorded() {
    compare("sanitize_text_field", |text| names::sanitize_text_field(text).into());
}

#[test]
fn slugs_by_hand() {
    let cases = [
        ("Hello World", "hello-world"),
        ("  Ünïcödé — Straße ", "unicode-strase"),
        ("100% sure", "100-sure"),
        ("a/b.c", "a-b-c"),
        ("日本", "%e6%97%a5%e6%9c%ac"),
        ("<b>Bold</b> &amp; &hellip; bright", "bold-bright"),
        ("--", ""),
    ];
    for (title, slug) in cases {
        assert_eq!(sanitize_title(title), slug, "{title}");
    }
}

#[test]
fn long_slugs_are_cut_at_characters() {
    let slug = sanitize_title(&"日".repeat(100));
    assert_eq!(slug.len(), 198);
    assert_eq!(with_suffix(&slug, 2), format!("{slug}-2"));
    assert_eq!(with_suffix(&slug, 10), format!("{}-10", "%e6%97%a5".repeat(21)));
    assert_eq!(with_suffix(&"a".repeat(200), 10), format!("{}-10", "a".repeat(197)));
    assert_eq!(truncate("ab%e6%97%a5", 9), "ab");
    assert_eq!(truncate("ab%e6%97%a5%e6%97%a5", 12), "ab%e6%97%a5");
}
