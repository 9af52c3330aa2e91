//! Answers as XML.

use base64::{Engine, engine::general_purpose::STANDARD};

use super::{fault::Fault, value::Value};
use crate::render::escape::xml_chars;

const HEAD: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<methodResponse>\n";

/// `<methodResponse>` with what a method gave.
pub fn response(outcome: &Result<Value, Fault>) -> String {
    let mut out = HEAD.to_owned();
    match outcome {
        Ok(answer) => {
            out.push_str("<params><param>");
            value(&mut out, answer);
            out.push_str("</param></params>");
        }
        Err(fault) => {
            out.push_str("<fault>");
            value(&mut out, &fault.value());
            out.push_str("</fault>");
        }
    }
    out.push_str("\n</methodResponse>\n");
    out
}

/// `<value>…</value>`
pub fn value(out: &mut String, given: &Value) {
    out.push_str("<value>");
    match given {
        Value::Nil => out.push_str("<nil/>"),
        Value::Bool(flag) => element(out, "boolean", if *flag { "1" } else { "0" }),
        Value::Int(number) => element(out, "int", &number.to_string()),
        Value::Double(number) => element(out, "double", &number.to_string()),
        Value::Text(content) => {
            out.push_str("<string>");
            text(out, content);
            out.push_str("</string>");
        }
        Value::Date(moment) => element(out, "dateTime.iso8601", &moment.text()),
        Value::Bytes(bytes) => element(out, "base64", &STANDARD.encode(bytes)),
        Value::List(items) => {
            out.push_str("<array><data>");
            for item in items {
                value(out, item);
            }
            out.push_str("</data></array>");
        }
        Value::Struct(members) => {
            out.push_str("<struct>");
            for (name, member) in members {
                out.push_str("<member><name>");
                text(out, name);
                out.push_str("</name>");
                value(out, member);
                out.push_str("</member>");
            }
            out.push_str("</struct>");
        }
    }
    out.push_str("</value>");
}

fn element(out: &mut String, name: &str, content: &str) {
    for part in ["<", name, ">", content, "</", name, ">"] {
        out.push_str(part);
    }
}

/// Escaped, without what XML does not allow. Carriage returns would be read as line feeds if they stood as they are.
fn text(out: &mut String, content: &str) {
    for letter in xml_chars(content).chars() {
        match letter {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '\r' => out.push_str("&#13;"),
            other => out.push(other),
        }
    }
}
