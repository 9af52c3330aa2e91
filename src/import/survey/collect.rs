//! Reads the files once and collects the facts.

use std::{collections::HashMap, path::Path};

use jiff::Timestamp;

use super::{
    AUTHORS_MAX, COMMENTS_MAX, FileFacts, ITEMS_MAX, Survey, TERMS_MAX,
    source::{
        AttachmentFacts, AuthorFacts, CommentFacts, ItemFacts, ItemState, Source, TermFacts, is_open, is_taxonomy_name,
        login, normal_slug,
    },
};
use crate::{
    content::PostStatus,
    import::{
        ImportError, Phase, Progress, Request,
        read::{self, Chunk},
        wxr::{Channel, Entry, Item, Term},
    },
};

/// Reads every file to its end: a malformed one is found before anything is written.
pub(in crate::import) async fn survey(
    request: &Request,
    now: Timestamp,
    progress: &dyn Progress,
) -> Result<Survey, ImportError> {
    if request.files.is_empty() {
        return Err(ImportError::Invalid("no file to import".to_owned()));
    }
    let mut sizes = Vec::new();
    for path in &request.files {
        let metadata = tokio::fs::metadata(path)
            .await
            .map_err(|error| ImportError::Open { path: path.clone(), reason: error.to_string() })?;
        sizes.push(metadata.len());
    }
    progress.begin(Phase::Analyse, sizes.iter().sum());
    let mut collector = Collector { now, ..Collector::default() };
    let mut before = 0;
    for (path, bytes) in request.files.iter().zip(sizes) {
        let mut chunks = read::chunks(path, &request.read);
        while let Some(chunk) = chunks.recv().await {
            let chunk = chunk?;
            progress.advance(Phase::Analyse, before + chunk.bytes_read);
            collector.take(path, bytes, request.source.as_deref(), chunk)?;
        }
        collector.end_file(path)?;
        before += bytes;
    }
    Ok(collector.survey)
}

#[derive(Default)]
struct Collector {
    survey: Survey,
    /// Index of the source of the file being read.
    current: Option<usize>,
    ended: bool,
    now: Timestamp,
    /// How often an item without a number of its own was seen, by the hash of what it holds.
    repeats: HashMap<(usize, String), u32>,
}

impl Collector {
    fn take(&mut self, path: &Path, bytes: u64, name: Option<&str>, chunk: Chunk) -> Result<(), ImportError> {
        if let Some(channel) = chunk.channel {
            self.begin_file(path, bytes, name, channel);
        }
        let Some(index) = self.current else { return Err(internal("a chunk before its file's head")) };
        let (Some(source), Some(file)) = (self.survey.sources.get_mut(index), self.survey.files.last_mut()) else {
            return Err(internal("a file without a source"));
        };
        for entry in chunk.entries {
            match entry {
                Entry::Author(mut author) => {
                    author.login = login(&author.login);
                    if let Some(old) = author.id {
                        source.authors_by_old.insert(old, author.login.clone());
                    }
                    let known = source.authors.entry(author.login.clone()).or_default();
                    known.undeclared = false;
                    known.author = author;
                }
                Entry::Term(term) => add_term(source, term, false),
                Entry::Item(item) => {
                    source.shown.note(&item, source.items.len(), self.now);
                    add_item(source, &item, index, &mut self.repeats);
                    file.items += 1;
                }
            }
        }
        check_limits(path, source)?;
        if let Some((channel, repairs)) = chunk.end {
            file.channel = channel;
            file.repairs = repairs;
            self.ended = true;
        }
        Ok(())
    }

    fn begin_file(&mut self, path: &Path, bytes: u64, name: Option<&str>, channel: Channel) {
        let name = name.map_or_else(|| source_name(&channel), str::to_owned);
        let index = match self.survey.sources.iter().position(|source| source.name == name) {
            Some(index) => index,
            None => {
                let source = Source { name, channel: channel.clone(), ..Source::default() };
                self.survey.sources.push(source);
                self.survey.sources.len() - 1
            }
        };
        let first_item = self.survey.sources.get(index).map_or(0, |source| source.items.len());
        self.current = Some(index);
        self.ended = false;
        self.survey.files.push(FileFacts {
            path: path.to_owned(),
            bytes,
            source: index,
            first_item,
            items: 0,
            channel,
            repairs: crate::import::wxr::Repairs::default(),
        });
    }

    fn end_file(&mut self, path: &Path) -> Result<(), ImportError> {
        // The reader's thread ends without a last chunk only when it panicked.
        if self.ended { Ok(()) } else { Err(internal(&format!("reading {} ended early", path.display()))) }
    }
}

fn internal(message: &str) -> ImportError {
    ImportError::Internal(message.to_owned())
}

fn check_limits(path: &Path, source: &Source) -> Result<(), ImportError> {
    let limits = [
        ("items", source.items.len(), ITEMS_MAX),
        ("comments", source.comments.len(), COMMENTS_MAX),
        ("terms", source.terms.len(), TERMS_MAX),
        ("authors", source.authors.len(), AUTHORS_MAX),
    ];
    match limits.into_iter().find(|(_, count, limit)| count > limit) {
        Some((what, _, limit)) => Err(ImportError::TooMany { path: path.to_owned(), what, limit }),
        None => Ok(()),
    }
}

/// Host and path of the site's address: the same site by `http` and `https` is one source.
fn source_name(channel: &Channel) -> String {
    let address = [&channel.blog_url, &channel.link, &channel.site_url].into_iter().find(|url| !url.is_empty());
    let Some(address) = address else { return "unnamed".to_owned() };
    let bare = address.strip_prefix("https://").or_else(|| address.strip_prefix("http://")).unwrap_or(address);
    // The bar separates the parts of an identity.
    bare.trim_end_matches('/').to_ascii_lowercase().replace('|', "%7C").chars().take(200).collect()
}

fn add_term(source: &mut Source, mut term: Term, undeclared: bool) {
    if term.taxonomy.is_empty() {
        "category".clone_into(&mut term.taxonomy);
    }
    if !is_taxonomy_name(&term.taxonomy) {
        source.bad_taxonomies.insert(term.taxonomy.chars().take(40).collect());
        return;
    }
    term.slug = normal_slug(&term.slug, &term.name);
    let slugs = source.terms_by_slug.entry(term.taxonomy.clone()).or_default();
    let index = *slugs.entry(term.slug.clone()).or_insert(source.terms.len());
    if let Some(old) = term.id {
        source.terms_by_old.entry(old).or_insert(index);
    }
    match source.terms.get_mut(index) {
        // WordPress's own export lists categories and tags a second time as plain terms.
        Some(known) if undeclared || !known.undeclared => {
            for meta in term.meta {
                if !known.term.meta.contains(&meta) {
                    known.term.meta.push(meta);
                }
            }
        }
        Some(known) => *known = TermFacts { term, ..TermFacts::default() },
        None => source.terms.push(TermFacts { term, undeclared, ..TermFacts::default() }),
    }
}

fn add_item(source: &mut Source, item: &Item, index: usize, repeats: &mut HashMap<(usize, String), u32>) {
    *source.counts.entry((item.post_type.clone(), item.status.clone())).or_default() += 1;
    let status = PostStatus::from_name(&item.status);
    let creator = login(&item.creator);
    let author = source.authors.entry(creator.clone()).or_insert_with(|| AuthorFacts {
        author: crate::import::wxr::Author { login: creator, ..Default::default() },
        undeclared: true,
        ..AuthorFacts::default()
    });
    author.items += 1;
    author.published += u64::from(is_open(&status) && item.post_type != "attachment");
    for term in &item.terms {
        if source.term(term).is_none() {
            let made = Term {
                taxonomy: term.taxonomy.clone(),
                slug: term.slug.clone().unwrap_or_default(),
                name: term.name.clone(),
                ..Term::default()
            };
            add_term(source, made, true);
        }
    }
    note_type(source, item);
    let position = source.items.len();
    let (key, nth) = item_key(source, item, index, repeats);
    if let (Some(old), None) = (item.id, &key) {
        source.items_by_old.insert(old, position);
    }
    if let (Some(old), true) = (item.id, nth > 1) {
        source.items_by_repeat.insert((old, nth), position);
    }
    let comments_start = u32::try_from(source.comments.len()).unwrap_or(u32::MAX);
    let own_key = key.as_deref().map_or_else(|| item.id.unwrap_or(0).to_string(), str::to_owned);
    source.comments.extend(item.comments.iter().enumerate().map(|(nth, comment)| CommentFacts {
        old: comment.id,
        key: comment.id.is_none().then(|| format!("#{own_key}.{nth}").into()),
        new: 0,
        done: false,
    }));
    let comments_end = u32::try_from(source.comments.len()).unwrap_or(u32::MAX);
    let attachment = (item.post_type == "attachment").then(|| {
        let path = item.meta.iter().find(|meta| meta.key == "_wp_attached_file").map(|meta| meta.value.clone());
        let url = if item.attachment_url.is_empty() { item.guid.clone() } else { item.attachment_url.clone() };
        let month = item.date.get(..7).unwrap_or("0000-00").replace('-', "/");
        source.attachments.push(AttachmentFacts {
            item: position,
            url,
            path: path.unwrap_or_default(),
            month,
            file: None,
        });
        u32::try_from(source.attachments.len() - 1).unwrap_or(u32::MAX)
    });
    source.items.push(ItemFacts {
        old: item.id,
        key,
        nth,
        parent: item.parent,
        attachment,
        open: is_open(&status),
        comments: comments_start..comments_end,
        new: 0,
        state: ItemState::Todo,
    });
}

/// Learns of types and taxonomies WordPress itself does not have.
fn note_type(source: &mut Source, item: &Item) {
    let kind = item.post_type.as_str();
    for term in &item.terms {
        if !matches!(term.taxonomy.as_str(), "category" | "post_tag" | "post_format" | "nav_menu") {
            source.taxonomy_types.entry(term.taxonomy.clone()).or_default().insert(kind.to_owned());
        }
    }
    if matches!(kind, "" | "post" | "page" | "attachment" | "nav_menu_item" | "revision") {
        return;
    }
    let facts = source.custom_types.entry(kind.to_owned()).or_default();
    facts.hierarchical |= item.parent.is_some();
    facts.taxonomies.extend(item.terms.iter().map(|term| term.taxonomy.clone()));
    if facts.prefix.is_empty() && item.parent.is_none() {
        facts.prefix = address_prefix(&item.link, &item.slug).unwrap_or_default();
    }
}

/// `books` from `http://old.example/books/a-title/`.
fn address_prefix(link: &str, slug: &str) -> Option<String> {
    if slug.is_empty() || link.contains('?') {
        return None;
    }
    let (_, rest) = link.split_once("://")?;
    let (_, path) = rest.split_once('/')?;
    let before = path.trim_end_matches('/').strip_suffix(slug)?.trim_matches('/');
    let last = before.rsplit('/').next().unwrap_or_default();
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-');
    (!last.is_empty() && last.bytes().all(plain)).then(|| last.to_owned())
}

/// `None` when the item's number alone identifies it; and which repetition of its number it is.
fn item_key(
    source: &Source,
    item: &Item,
    index: usize,
    repeats: &mut HashMap<(usize, String), u32>,
) -> (Option<Box<str>>, u32) {
    let base = match item.id {
        Some(old) if !source.items_by_old.contains_key(&old) => return (None, 1),
        Some(old) => old.to_string(),
        None => {
            let mut hasher = blake3::Hasher::new();
            for part in [&item.post_type, &item.title, &item.date, &item.guid, &item.slug, &item.content] {
                hasher.update(part.as_bytes());
                hasher.update(&[0]);
            }
            format!("#{}", hasher.finalize().to_hex().chars().take(20).collect::<String>())
        }
    };
    let count = repeats.entry((index, base.clone())).or_default();
    *count += 1;
    // A second item under a number that is taken is another item, never an update of the first.
    let nth = *count + u32::from(item.id.is_some());
    let key = if nth > 1 { format!("{base}.{nth}") } else { base };
    (Some(key.into()), nth)
}
