//! Search over titles, excerpts and slugs, in WordPress's syntax: every word must be found, `"phrases"` as they
//! are, `-word` must not be.

use crate::{
    content::PostId,
    index::columns::{Column, Columns, fold},
};

/// More words than this are taken as one phrase, as WordPress does.
const WORDS_MAX: usize = 9;

/// Words too common to say anything, when others are there.
const STOP_WORDS: [&str; 29] = [
    "about", "an", "are", "as", "at", "be", "by", "com", "for", "from", "how", "in", "is", "it", "of", "on", "or",
    "that", "the", "this", "to", "was", "what", "when", "where", "who", "will", "with", "www",
];

/// A search text taken apart; texts are folded: lower case, without accents.
#[derive(Debug, PartialEq)]
pub(super) struct Search {
    sentence: String,
    wanted: Vec<String>,
    unwanted: Vec<String>,
}

impl Search {
    pub fn parse(text: &str) -> Self {
        let sentence = fold(text.trim()).into_owned();
        let mut wanted = Vec::new();
        let mut unwanted = Vec::new();
        for (word, quoted) in words(&sentence) {
            match word.strip_prefix('-').filter(|_| !quoted) {
                Some("") => {}
                Some(word) => unwanted.push(word.to_owned()),
                // a single letter says nothing, a digit does
                None if quoted || word.len() > 1 || word.bytes().all(|byte| byte.is_ascii_digit()) => {
                    wanted.push((word, quoted));
                }
                None => {}
            }
        }
        let telling: Vec<String> = wanted
            .iter()
            .filter(|(word, quoted)| *quoted || !STOP_WORDS.contains(word))
            .map(|(word, _)| (*word).to_owned())
            .collect();
        let as_phrase = (telling.is_empty() && unwanted.is_empty()) || telling.len() > WORDS_MAX;
        let phrase = sentence.replace('"', "");
        let wanted = if as_phrase && !phrase.is_empty() { vec![phrase.clone()] } else { telling };
        Self { sentence: phrase, wanted, unwanted }
    }

    /// Nothing to search for: everything is found.
    pub fn is_empty(&self) -> bool {
        self.wanted.is_empty() && self.unwanted.is_empty()
    }

    /// The posts that match, by number.
    pub fn find(&self, columns: &Columns) -> Vec<PostId> {
        // the longest word is in the fewest posts, as a rule
        match self.wanted.iter().max_by_key(|word| word.len()) {
            Some(word) => columns.with_word(word).filter(|post| self.matches(post)).map(|post| post.id).collect(),
            None => columns.iter().filter(|post| self.matches(post)).map(|post| post.id).collect(),
        }
    }

    fn matches(&self, post: &Column<'_>) -> bool {
        let found =
            |word: &String| [post.title, post.excerpt, post.slug].iter().any(|text| text.contains(word.as_str()));
        self.wanted.iter().all(found) && !self.unwanted.iter().any(found)
    }

    /// 0 is best: the whole text in the title, then all words, then any, then the whole text in the excerpt.
    pub fn rank(&self, post: &Column<'_>) -> u8 {
        if post.title.contains(&self.sentence) {
            0
        } else if self.wanted.iter().all(|word| post.title.contains(word)) {
            1
        } else if self.wanted.iter().any(|word| post.title.contains(word)) {
            2
        } else if post.excerpt.contains(&self.sentence) {
            3
        } else {
            4
        }
    }
}

/// Words, and phrases between quotes; a quote never closed ends with the text.
fn words(text: &str) -> Vec<(&str, bool)> {
    let mut found = Vec::new();
    for (index, piece) in text.split('"').enumerate() {
        if index % 2 == 1 {
            found.push((piece.trim(), true));
        } else {
            found.extend(piece.split([' ', '\t', ',', '+']).map(|word| (word, false)));
        }
    }
    found.retain(|(word, _)| !word.is_empty());
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn search(text: &str) -> (Vec<String>, Vec<String>) {
        let search = Search::parse(text);
        (search.wanted, search.unwanted)
    }

    fn texts(list: &[&str]) -> Vec<String> {
        list.iter().map(|&text| text.to_owned()).collect()
    }

    #[test]
    fn words_phrases_and_exclusions() {
        assert_eq!(search("Big cats -dogs"), (texts(&["big", "cats"]), texts(&["dogs"])));
        assert_eq!(search("\"big Cats\" roar"), (texts(&["big cats", "roar"]), texts(&[])));
        assert_eq!(search("the Café, x"), (texts(&["cafe"]), texts(&[])));
        assert_eq!(search("the"), (texts(&["the"]), texts(&[])));
        assert_eq!(search("Part 5"), (texts(&["part", "5"]), texts(&[])));
        assert_eq!(search("\"-not\""), (texts(&["-not"]), texts(&[])));
        assert_eq!(search("a1 b2 c3 d4 e5 f6 g7 h8 i9 j10"), (texts(&["a1 b2 c3 d4 e5 f6 g7 h8 i9 j10"]), texts(&[])));
        assert!(Search::parse(" \" ").is_empty());
    }
}
