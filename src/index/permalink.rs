//! Permalink structures: `/%year%/%monthnum%/%day%/%postname%/` and its like, built and matched.

/// A structure as the option has it, taken apart. Built once per change of the settings.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Structure {
    /// Without the slashes at both ends. Empty: plain links.
    parts: Vec<Part>,
    /// What comes before the first tag, as segments: archives live below it too.
    pub front: Vec<String>,
    pub trailing_slash: bool,
    /// Date archives move below `date/`, as numbers in their place are post ids.
    pub date_base: bool,
}

#[derive(Clone, Debug, PartialEq)]
enum Part {
    Text(String),
    Tag(Tag),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Tag {
    Year,
    Month,
    Day,
    Hour,
    Minute,
    Second,
    PostId,
    PostName,
    Category,
    Author,
}

const TAGS: [(&str, Tag); 10] = [
    ("%year%", Tag::Year),
    ("%monthnum%", Tag::Month),
    ("%day%", Tag::Day),
    ("%hour%", Tag::Hour),
    ("%minute%", Tag::Minute),
    ("%second%", Tag::Second),
    ("%post_id%", Tag::PostId),
    ("%postname%", Tag::PostName),
    ("%category%", Tag::Category),
    ("%author%", Tag::Author),
];

/// What a path said about a post.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Match {
    values: Vec<(Tag, String)>,
}

impl Match {
    pub fn text(&self, tag: Tag) -> Option<&str> {
        self.values.iter().find(|(found, _)| *found == tag).map(|(_, value)| value.as_str())
    }

    pub fn number<N: std::str::FromStr>(&self, tag: Tag) -> Option<N> {
        self.text(tag)?.parse().ok()
    }
}

impl Structure {
    /// Reads a structure. `/index.php` at its front is dropped: every path is ours without it.
    /// Tags nobody knows are text. A structure that names no post (neither id nor name) makes plain links.
    pub fn parse(text: &str) -> Self {
        let text = text.trim();
        let trailing_slash = text.ends_with('/');
        let path = text.trim_matches('/');
        let path = path.strip_prefix("index.php/").unwrap_or(path);
        let parts = parts(path);
        let names_post = parts.iter().any(|part| matches!(part, Part::Tag(Tag::PostName | Tag::PostId)));
        if !names_post {
            return Self { trailing_slash: true, ..Self::default() };
        }
        let front = match parts.first() {
            Some(Part::Text(text)) => text.rsplit_once('/').map_or("", |(front, _)| front),
            Some(Part::Tag(_)) | None => "",
        };
        let front = front.split('/').filter(|segment| !segment.is_empty()).map(str::to_owned).collect();
        let tags = parts.iter().filter(|part| matches!(part, Part::Tag(_)));
        let date_base = tags.take(3).any(|part| *part == Part::Tag(Tag::PostId));
        Self { parts, front, trailing_slash, date_base }
    }

    /// Links are `/?p=5`.
    pub fn is_plain(&self) -> bool {
        self.parts.is_empty()
    }

    pub fn has(&self, tag: Tag) -> bool {
        self.parts.contains(&Part::Tag(tag))
    }

    /// The path of a post without the slashes at both ends; `value` gives each tag's text.
    pub fn build(&self, value: impl Fn(Tag) -> String) -> String {
        let part = |part: &Part| match part {
            Part::Text(text) => text.clone(),
            Part::Tag(tag) => value(*tag),
        };
        self.parts.iter().map(part).collect()
    }

    /// What `path`, without the slashes at both ends, says, when it has this structure.
    pub fn matches(&self, path: &str) -> Option<Match> {
        let mut values = Vec::new();
        (!self.is_plain() && match_parts(&self.parts, path, &mut values)).then_some(Match { values })
    }
}

fn parts(path: &str) -> Vec<Part> {
    let mut parts = Vec::new();
    let mut text = String::new();
    let mut rest = path;
    while let Some(first) = rest.chars().next() {
        let tag = TAGS.iter().find_map(|(name, tag)| rest.strip_prefix(name).map(|after| (*tag, after)));
        if let Some((tag, after)) = tag {
            if !text.is_empty() {
                parts.push(Part::Text(std::mem::take(&mut text)));
            }
            parts.push(Part::Tag(tag));
            rest = after;
        } else {
            text.push(first);
            rest = rest.get(first.len_utf8()..).unwrap_or_default();
        }
    }
    if !text.is_empty() {
        parts.push(Part::Text(text));
    }
    parts
}

/// Matches all of `path`. A tag takes as little as lets the rest match, from most to least only for names.
fn match_parts(parts: &[Part], path: &str, values: &mut Vec<(Tag, String)>) -> bool {
    let Some((part, rest)) = parts.split_first() else { return path.is_empty() };
    match part {
        Part::Text(text) => path.strip_prefix(text.as_str()).is_some_and(|path| match_parts(rest, path, values)),
        Part::Tag(tag) => lengths(*tag, path).into_iter().any(|length| {
            let Some((value, after)) = path.split_at_checked(length) else { return false };
            values.push((*tag, value.to_owned()));
            let matched = match_parts(rest, after, values);
            if !matched {
                values.pop();
            }
            matched
        }),
    }
}

/// Byte lengths of the beginnings of `path` that could be a value of `tag`, likeliest first.
fn lengths(tag: Tag, path: &str) -> Vec<usize> {
    let digits = path.bytes().take_while(u8::is_ascii_digit).count();
    match tag {
        Tag::Year => {
            if digits >= 4 {
                vec![4]
            } else {
                Vec::new()
            }
        }
        Tag::Month | Tag::Day | Tag::Hour | Tag::Minute | Tag::Second => (1..=digits.min(2)).rev().collect(),
        Tag::PostId => (1..=digits.min(20)).rev().collect(),
        Tag::PostName | Tag::Author => {
            let end = path.find('/').unwrap_or(path.len());
            let ends = path.char_indices().map(|(at, _)| at).filter(|at| (1..end).contains(at));
            std::iter::once(end).filter(|end| *end > 0).chain(ends.collect::<Vec<_>>().into_iter().rev()).collect()
        }
        // whole segments, as many as it takes
        Tag::Category => {
            let slashes = path.match_indices('/').map(|(at, _)| at).filter(|at| *at > 0);
            slashes.chain(std::iter::once(path.len()).filter(|end| *end > 0)).collect()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn values(structure: &str, path: &str) -> Option<Vec<(Tag, String)>> {
        Structure::parse(structure).matches(path).map(|found| found.values)
    }

    fn text(tag: Tag, value: &str) -> (Tag, String) {
        (tag, value.to_owned())
    }

    #[test]
    fn paths_match_their_structure() {
        let found = values("/%year%/%monthnum%/%day%/%postname%/", "2013/1/11/hello-world");
        let expected =
            [text(Tag::Year, "2013"), text(Tag::Month, "1"), text(Tag::Day, "11"), text(Tag::PostName, "hello-world")];
        assert_eq!(found.as_deref(), Some(&expected[..]));
        let found = values("/%category%/%postname%/", "a/b/c");
        assert_eq!(found.as_deref(), Some(&[text(Tag::Category, "a/b"), text(Tag::PostName, "c")][..]));
        let found = values("/archives/%post_id%.html", "archives/5.html");
        assert_eq!(found.as_deref(), Some(&[text(Tag::PostId, "5")][..]));
        let found = values("/%postname%-%post_id%/", "a-b-7");
        assert_eq!(found.as_deref(), Some(&[text(Tag::PostName, "a-b"), text(Tag::PostId, "7")][..]));
        let found = values("/%hour%%minute%%second%/%postname%", "010203/ü");
        assert_eq!(found.map(|found| found.len()), Some(4));
    }

    #[test]
    fn other_paths_do_not() {
        assert_eq!(values("/%year%/%postname%/", "213/a"), None);
        assert_eq!(values("/%year%/%postname%/", "2013/a/b"), None);
        assert_eq!(values("/%postname%/", ""), None);
        assert_eq!(values("/archives/%post_id%", "archives/x"), None);
        assert_eq!(values("/%category%/%postname%/", "only"), None);
        assert_eq!(values("", "a"), None);
    }

    #[test]
    fn structures_tell_their_front_and_slash() {
        let blog = Structure::parse("/blog/%year%/%postname%");
        assert_eq!((blog.front, blog.trailing_slash), (vec!["blog".to_owned()], false));
        let archives = Structure::parse("/archives/%post_id%/");
        assert_eq!((archives.front.clone(), archives.date_base), (vec!["archives".to_owned()], true));
        assert!(Structure::parse("/p-%post_id%/").front.is_empty());
        assert!(Structure::parse("/index.php/%postname%/").matches("x").is_some());
        assert!(Structure::parse("/%year%/").is_plain());
        assert!(Structure::parse("/blog/").is_plain());
    }
}
