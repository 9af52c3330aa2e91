//! Latin letters without their accents, as WordPress writes them in slugs and user names.

use unicode_normalization::{UnicodeNormalization, char::decompose_canonical};

/// Writes accented Latin letters with ASCII ones; everything else stays.
///
/// Only letters of the western and central European languages, Vietnamese and Pinyin are replaced: others
/// keep their accents, as they do in WordPress, so that imported slugs stay what they were.
pub fn remove_accents(text: &str) -> String {
    if text.is_ascii() {
        return text.to_owned();
    }
    let mut plain = String::with_capacity(text.len());
    for letter in text.nfc() {
        match spelled_out(letter) {
            Some(ascii) => plain.push_str(ascii),
            None => plain.push(base_letter(letter)),
        }
    }
    plain
}

fn base_letter(letter: char) -> char {
    let accented = matches!(letter,
        '\u{c0}'..='\u{17f}' | '\u{1a0}'..='\u{1a1}' | '\u{1af}'..='\u{1b0}' | '\u{1cd}'..='\u{1dc}'
        | '\u{218}'..='\u{21b}' | '\u{1ea0}'..='\u{1ef9}');
    if !accented {
        return letter;
    }
    let mut first = None;
    decompose_canonical(letter, |part| first = first.or(Some(part)));
    first.filter(char::is_ascii_alphabetic).unwrap_or(letter)
}

/// Letters that Unicode does not take apart.
fn spelled_out(letter: char) -> Option<&'static str> {
    Some(match letter {
        'ª' => "a",
        'º' => "o",
        'Æ' => "AE",
        'æ' => "ae",
        'Ð' | 'Đ' => "D",
        'ð' | 'đ' => "d",
        'Ø' => "O",
        'ø' => "o",
        'Þ' => "TH",
        'þ' => "th",
        'ß' | 'ſ' => "s",
        'Ħ' => "H",
        'ħ' => "h",
        'ı' => "i",
        'Ĳ' => "IJ",
        'ĳ' => "ij",
        'ĸ' => "k",
        'Ŀ' | 'Ł' => "L",
        'ŀ' | 'ł' => "l",
        'ŉ' | 'ŋ' => "n",
        'Ŋ' => "N",
        'Œ' => "OE",
        'œ' => "oe",
        'Ŧ' => "T",
        'ŧ' => "t",
        '€' => "E",
        '£' => "",
        _ => return None,
    })
}
