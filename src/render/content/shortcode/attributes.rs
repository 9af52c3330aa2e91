//! `a="1" b='2' c=3 "four" five`

use super::super::scan::{is_space, skip_space, slice, tail};

/// Named and positional values, in order; of a name given twice the last counts.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Attributes {
    /// Names in lower case.
    pub named: Vec<(String, String)>,
    pub positional: Vec<String>,
}

impl Attributes {
    /// A named value; `None` when it is missing or empty.
    pub fn get(&self, name: &str) -> Option<&str> {
        let found = self.named.iter().find(|(known, _)| known == name);
        found.map(|(_, value)| value.as_str()).filter(|value| !value.is_empty())
    }

    fn set(&mut self, name: String, value: String) {
        match self.named.iter_mut().find(|(known, _)| *known == name) {
            Some((_, known)) => *known = value,
            None => self.named.push((name, value)),
        }
    }
}

/// Never fails: what cannot be read as a pair is a positional value.
pub fn parse(text: &str) -> Attributes {
    // Non-breaking and zero-width spaces from visual editors count as spaces.
    let text = text.replace(['\u{a0}', '\u{200b}'], " ");
    let mut attributes = Attributes::default();
    let mut at = skip_space(&text, 0);
    while at < text.len() {
        at = match pair(&text, at) {
            Some((name, value, end)) => {
                attributes.set(name, value);
                end
            }
            None => positional(&text, at, &mut attributes),
        };
        at = skip_space(&text, at);
    }
    attributes
}

fn pair(text: &str, at: usize) -> Option<(String, String, usize)> {
    let word = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-');
    let length = tail(text, at).bytes().take_while(|byte| word(byte)).count();
    if length == 0 {
        return None;
    }
    let equals = skip_space(text, at + length);
    tail(text, equals).strip_prefix('=')?;
    let start = skip_space(text, equals + 1);
    let name = slice(text, at, at + length).to_ascii_lowercase();
    let (value, end) = quoted(text, start).or_else(|| bare(text, start))?;
    Some((name, value.to_owned(), end))
}

/// A value in quotes that white space or the end follows.
fn quoted(text: &str, at: usize) -> Option<(&str, usize)> {
    let quote = tail(text, at).chars().next().filter(|c| matches!(c, '"' | '\''))?;
    let length = tail(text, at + 1).find(quote)?;
    let end = at + 1 + length + 1;
    let ended = tail(text, end).bytes().next().is_none_or(is_space);
    ended.then(|| (slice(text, at + 1, end - 1), end))
}

fn bare(text: &str, at: usize) -> Option<(&str, usize)> {
    let length = tail(text, at).bytes().take_while(|byte| !is_space(*byte) && !matches!(byte, b'"' | b'\'')).count();
    let end = at + length;
    let ended = tail(text, end).bytes().next().is_none_or(is_space);
    (length > 0 && ended).then(|| (slice(text, at, end), end))
}

fn positional(text: &str, at: usize, attributes: &mut Attributes) -> usize {
    if let Some((value, end)) = quoted(text, at) {
        attributes.positional.push(value.to_owned());
        return end;
    }
    let length = tail(text, at).bytes().take_while(|byte| !is_space(*byte)).count().max(1);
    attributes.positional.push(slice(text, at, at + length).to_owned());
    at + length
}
