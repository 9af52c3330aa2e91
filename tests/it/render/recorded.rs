//! Pairs recorded from WordPress's own functions. Each score is printed and must not fall.

use std::{fs, path::PathBuf};

use bucketpress::render::{content, content::blocks, date, escape, excerpt};
use serde_json::{Value, json};

struct Pair {
    input: Vec<Value>,
    output: Value,
}

impl Pair {
    fn text(&self) -> &str {
        self.input[0].as_str().unwrap_or("")
    }
}

fn shared(path: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../shared/wordpress").join(path)
}

/// `None`, and a line that says so, where the recordings are not at hand.
fn recorded(path: &str) -> Option<Vec<Pair>> {
    let file = shared(path);
    let Ok(text) = fs::read_to_string(&file) else {
        eprintln!("skipped: no recording {}", file.display());
        return None;
    };
    let pairs = text.lines().map(|line| {
        let pair: Value = serde_json::from_str(line).unwrap();
        Pair { input: pair["in"].as_array().unwrap().clone(), output: pair["out"].clone() }
    });
    Some(pairs.collect())
}

/// Compares every pair; fewer than `expected` equal ones fail, with the first differences shown.
fn score(name: &str, expected: usize, answer: impl Fn(&Pair) -> Value) {
    score_by(name, expected, answer, |pair| pair.output.clone());
}

fn score_by(name: &str, expected: usize, answer: impl Fn(&Pair) -> Value, wanted: impl Fn(&Pair) -> Value) {
    let Some(pairs) = recorded(&format!("functions/{name}.jsonl")) else { return };
    let mut right = 0;
    let mut shown = Vec::new();
    for (number, pair) in pairs.iter().enumerate() {
        let ours = answer(pair);
        let theirs = wanted(pair);
        if ours == theirs {
            right += 1;
        } else if shown.len() < 5 {
            shown.push(format!("line {}: {}", number + 1, difference(&ours, &theirs)));
        }
    }
    eprintln!("{name}: {right} of {}", pairs.len());
    for line in &shown {
        eprintln!("  {line}");
    }
    assert!(right >= expected, "{name}: {right} of {} pairs, were {expected}\n{}", pairs.len(), shown.join("\n"));
}

fn difference(ours: &Value, theirs: &Value) -> String {
    let text = |value: &Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    let (ours, theirs) = (text(ours), text(theirs));
    let same = ours.chars().zip(theirs.chars()).take_while(|(a, b)| a == b).count();
    let around = |text: &str| text.chars().skip(same.saturating_sub(30)).take(100).collect::<String>();
    format!("at {same}\n    ours   {:?}\n    theirs {:?}", around(&ours), around(&theirs))
}

#[test]
fn wpautop() {
    score("wpautop", 477, |pair| json!(content::autop(pair.text(), true)));
}

#[test]
fn parse_blocks() {
    score_by(
        "parse_blocks",
        271,
        |pair| Value::Array(blocks::parse(pair.text()).iter().map(tree).collect()),
        |pair| empty_objects(&pair.output),
    );
}

fn tree(block: &blocks::Block) -> Value {
    json!({
        "blockName": block.name,
        "attrs": block.attributes,
        "innerBlocks": block.inner.iter().map(tree).collect::<Vec<_>>(),
        "innerHTML": block.html,
        "innerContent": block.content,
    })
}

/// PHP writes an empty object as an empty list.
fn empty_objects(value: &Value) -> Value {
    match value {
        Value::Array(items) => Value::Array(items.iter().map(empty_objects).collect()),
        Value::Object(fields) => Value::Object(
            fields
                .iter()
                .map(|(name, field)| match field {
                    Value::Array(items) if items.is_empty() && name == "attrs" => (name.clone(), json!({})),
                    other => (name.clone(), empty_objects(other)),
                })
                .collect(),
        ),
        other => other.clone(),
    }
}

#[test]
fn shortcode_parse_atts() {
    score_by(
        "shortcode_parse_atts",
        13,
        |pair| {
            let attributes = content::parse_shortcode_attributes(pair.text());
            json!({ "named": attributes.named.iter().cloned().collect::<std::collections::BTreeMap<_, _>>(), "positional": attributes.positional })
        },
        |pair| match &pair.output {
            Value::Array(items) => json!({ "named": {}, "positional": items }),
            Value::Object(fields) => {
                let (positional, named): (Vec<_>, Vec<_>) =
                    fields.iter().partition(|(name, _)| name.bytes().all(|byte| byte.is_ascii_digit()));
                json!({
                    "named": named.into_iter().map(|(name, value)| (name.clone(), value.clone())).collect::<std::collections::BTreeMap<_, _>>(),
                    "positional": positional.into_iter().map(|(_, value)| value.clone()).collect::<Vec<_>>(),
                })
            }
            _ => json!({ "named": {}, "positional": [] }),
        },
    );
}

#[test]
fn strip_shortcodes() {
    score("strip_shortcodes", 477, |pair| json!(content::strip_shortcodes(pair.text())));
}

#[test]
fn wp_trim_words() {
    score_by(
        "wp_trim_words",
        476,
        |pair| plain(&json!(excerpt::trim_words(pair.text(), 55, "…"))),
        |pair| plain(&pair.output),
    );
}

/// WordPress texturises and encodes; we give plain text.
fn plain(value: &Value) -> Value {
    let text = escape::decode(value.as_str().unwrap_or("")).into_owned();
    json!(
        text.replace(['“', '”'], "\"").replace(['‘', '’'], "'").replace(['–', '—'], "-").replace(['×', '\u{a0}'], " ")
    )
}

#[test]
fn automatic_excerpts() {
    score_by(
        "auto_excerpt",
        454,
        |pair| plain(&json!(excerpt::auto(pair.text(), excerpt::WORDS))),
        |pair| plain(&pair.output),
    );
}

#[test]
fn php_date_formats() {
    score("wp_date", 12, |pair| {
        let zone = jiff::tz::TimeZone::get(pair.input[2].as_str().unwrap()).unwrap();
        let at = jiff::Timestamp::from_second(pair.input[1].as_i64().unwrap()).unwrap().to_zoned(zone);
        json!(date::format(pair.text(), &at))
    });
}

#[test]
fn escaping() {
    score("esc_html", 1201, |pair| json!(escape::html(pair.text())));
    score("esc_attr", 1201, |pair| json!(escape::html(pair.text())));
    score("esc_url_cases", 13, |pair| json!(escape::url(pair.text())));
}

#[test]
fn static_blocks() {
    score("do_blocks", 207, |pair| json!(blocks::static_html(pair.text())));
}

/// Whole posts, as a measure of what is still missing: smart quotes, layout classes, dynamic blocks.
#[test]
fn whole_posts() {
    for (name, expected) in
        [("64-block-test-data", 37), ("cc-archive_labs", 137), ("cedricporter", 88), ("spotthevuln", 64)]
    {
        let path = shared(&format!("rendered/{name}.jsonl"));
        let Ok(text) = fs::read_to_string(&path) else {
            eprintln!("skipped: no recording {}", path.display());
            continue;
        };
        let mut right = 0;
        let mut total = 0;
        for line in text.lines() {
            let post: Value = serde_json::from_str(line).unwrap();
            let (Some(raw), Some(rendered)) = (post["content"]["raw"].as_str(), post["content"]["rendered"].as_str())
            else {
                continue;
            };
            let ours = content::html(&content::ContentInput { content: raw, feed: true, ..Default::default() });
            total += 1;
            right += usize::from(words(&ours) == words(rendered));
        }
        eprintln!("{name}: the text of {right} of {total} posts is the same");
        assert!(right >= expected, "{name}: {right} of {total}, were {expected}");
    }
}

fn words(html: &str) -> String {
    plain(&json!(excerpt::text(html))).as_str().unwrap_or("").split_whitespace().collect::<Vec<_>>().join(" ")
}
