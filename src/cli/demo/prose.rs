//! Text from templates: the same seed writes the same paper.

use std::fmt::Write as _;

use super::words::{
    self, COMMENTS, DAYS, GROUPS, HEADINGS, LIST_ITEMS, PEOPLE, PLACES, QUOTES, SEASONS, SENTENCES, STREETS, Section,
    VILLAGES,
};

/// SplitMix64: small, fast, the same everywhere. Not for secrets.
#[derive(Clone, Debug)]
pub struct Dice(u64);

impl Dice {
    /// Streams of one seed do not depend on each other's use.
    pub fn new(seed: u64, stream: u64) -> Self {
        let mut dice = Self(seed ^ stream.wrapping_mul(0xd134_2543_de82_ef95));
        dice.next();
        dice
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// From 0 to `end`, without it.
    pub fn below(&mut self, end: usize) -> usize {
        let end = end.max(1) as u64;
        usize::try_from(self.next() % end).unwrap_or(0)
    }

    /// True in `percent` of a hundred throws.
    pub fn chance(&mut self, percent: usize) -> bool {
        self.below(100) < percent
    }

    pub fn pick<'a, T>(&mut self, list: &'a [T]) -> Option<&'a T> {
        list.get(self.below(list.len()))
    }

    fn word(&mut self, list: &[&'static str]) -> &'static str {
        self.pick(list).copied().unwrap_or_default()
    }

    /// From 0 to 1.
    pub fn fraction(&mut self) -> f32 {
        f32::from(u16::try_from(self.below(10_000)).unwrap_or(0)) / 10_000.0
    }
}

/// Who and what one article is about: it stays with them.
#[derive(Debug)]
struct Cast {
    person: &'static str,
    village: &'static str,
    place: &'static str,
    street: &'static str,
    group: &'static str,
    season: &'static str,
}

impl Cast {
    fn new(dice: &mut Dice) -> Self {
        Self {
            person: dice.word(&PEOPLE),
            village: dice.word(&VILLAGES),
            place: dice.word(&PLACES),
            street: dice.word(&STREETS),
            group: dice.word(&GROUPS),
            season: dice.word(&SEASONS),
        }
    }

    /// Fills a template's slots, mostly with the article's own cast.
    fn fill(&self, template: &str, dice: &mut Dice) -> String {
        let mut out = String::with_capacity(template.len() + 40);
        let mut rest = template;
        while let Some((before, after)) = rest.split_once('{') {
            out.push_str(before);
            let (slot, following) = after.split_once('}').unwrap_or((after, ""));
            let own = dice.chance(75);
            let word = match slot {
                "person" if own => self.person,
                "person" => dice.word(&PEOPLE),
                "village" if own => self.village,
                "village" => dice.word(&VILLAGES),
                "place" if own => self.place,
                "place" => dice.word(&PLACES),
                "street" if own => self.street,
                "street" => dice.word(&STREETS),
                "group" if own => self.group,
                "group" => dice.word(&GROUPS),
                "season" => self.season,
                "day" => dice.word(&DAYS),
                _ => "",
            };
            if slot == "number" {
                // Writing to a string cannot fail.
                let _ = write!(out, "{}", 3 + dice.below(60));
            } else {
                out.push_str(word);
            }
            rest = following;
        }
        out.push_str(rest);
        capitalise(&out)
    }
}

fn capitalise(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

#[derive(Debug)]
pub struct Article {
    pub title: String,
    pub excerpt: String,
    /// Blocks, as an editor saves them.
    pub content: String,
}

/// An article of `section`; `picture` is put into it.
pub fn article(section: &Section, dice: &mut Dice, picture: Option<&str>) -> Article {
    let cast = Cast::new(dice);
    let title = cast.fill(dice.word(section.headlines), dice);
    let opening = cast.fill(dice.word(section.openings), dice);
    let mut content = String::with_capacity(4000);
    let first = format!("{opening} {}", sentences(section, &cast, dice, 2));
    paragraph(&mut content, &first);
    let parts = 2 + dice.below(3);
    for part in 0..parts {
        if part > 0 {
            block(
                &mut content,
                "heading",
                &format!("<h2 class=\"wp-block-heading\">{}</h2>", cast.fill(dice.word(&HEADINGS), dice)),
            );
        }
        for _ in 0..1 + dice.below(3) {
            let count = 3 + dice.below(3);
            let text = sentences(section, &cast, dice, count);
            paragraph(&mut content, &text);
        }
        match dice.below(4) {
            0 => quote(&mut content, &cast, dice),
            1 => list(&mut content, &cast, dice),
            2 if part == 0 => content.push_str(picture.unwrap_or_default()),
            _ => {}
        }
    }
    let last = sentences(section, &cast, dice, 2);
    paragraph(&mut content, &last);
    // Not the opening: themes print it above the text.
    let excerpt = sentences(section, &cast, dice, 1);
    Article { title, excerpt, content }
}

fn sentences(section: &Section, cast: &Cast, dice: &mut Dice, count: usize) -> String {
    let mut said: Vec<&str> = Vec::with_capacity(count);
    while said.len() < count {
        let template = if dice.chance(55) { dice.word(section.sentences) } else { dice.word(&SENTENCES) };
        if said.contains(&template) {
            // Short lists repeat themselves; a paragraph should not.
            if dice.chance(30) {
                break;
            }
            continue;
        }
        said.push(template);
    }
    said.into_iter().map(|template| cast.fill(template, dice)).collect::<Vec<_>>().join(" ")
}

fn block(content: &mut String, name: &str, html: &str) {
    // Writing to a string cannot fail.
    let _ = write!(content, "<!-- wp:{name} -->\n{html}\n<!-- /wp:{name} -->\n\n");
}

fn paragraph(content: &mut String, text: &str) {
    block(content, "paragraph", &format!("<p>{text}</p>"));
}

fn quote(content: &mut String, cast: &Cast, dice: &mut Dice) {
    let text = cast.fill(dice.word(&QUOTES), dice);
    let inner = format!("<!-- wp:paragraph -->\n<p>{text}</p>\n<!-- /wp:paragraph -->");
    block(
        content,
        "quote",
        &format!("<blockquote class=\"wp-block-quote\">{inner}<cite>{}</cite></blockquote>", cast.person),
    );
}

fn list(content: &mut String, cast: &Cast, dice: &mut Dice) {
    paragraph(content, &format!("The {} has asked for this:", cast.group));
    let mut items = String::new();
    for _ in 0..3 + dice.below(3) {
        let item = cast.fill(dice.word(&LIST_ITEMS), dice);
        // Writing to a string cannot fail.
        let _ = write!(items, "<!-- wp:list-item -->\n<li>{item}</li>\n<!-- /wp:list-item -->");
    }
    block(content, "list", &format!("<ul class=\"wp-block-list\">{items}</ul>"));
}

pub fn comment(dice: &mut Dice) -> (&'static str, String) {
    let cast = Cast::new(dice);
    (dice.word(&PEOPLE), cast.fill(dice.word(&COMMENTS), dice))
}

/// A page of plain paragraphs.
pub fn page(paragraphs: &[&str]) -> String {
    let mut content = String::new();
    for text in paragraphs {
        paragraph(&mut content, text);
    }
    content
}

/// What a picture shows, for its title and alternative text.
pub fn scene(dice: &mut Dice) -> String {
    let light = ["Morning", "Low tide", "Evening", "Frost", "First light", "Rain clearing"];
    format!("{} near {}", dice.word(&light), dice.word(&words::VILLAGES))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_seed_writes_the_same_article() {
        let write = |seed| {
            let dice = &mut Dice::new(seed, 3);
            words::SECTIONS.iter().map(|section| article(section, dice, Some("PICTURE")).content).collect::<String>()
        };
        assert_eq!(write(7), write(7));
        assert_ne!(write(7), write(8));
    }

    #[test]
    fn every_slot_of_every_template_is_filled() {
        let dice = &mut Dice::new(1, 1);
        for section in &words::SECTIONS {
            for _ in 0..200 {
                let article = article(section, dice, None);
                for text in [&article.title, &article.excerpt, &article.content] {
                    assert!(!text.contains('{') && !text.contains("  ") && !text.is_empty(), "{text}");
                }
                // a number may stand first
                assert!(!article.title.starts_with(char::is_lowercase), "{}", article.title);
            }
        }
        assert!(!comment(dice).1.contains('{'));
    }
}
