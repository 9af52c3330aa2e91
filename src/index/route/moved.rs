//! Redirects: to the canonical address, to where a post went, to the post a wrong address means.

use jiff::Timestamp;

use super::{
    Site, Target,
    exists::is_date,
    path::{EMBED, is_embed},
    query::{kept, value, with_query},
    tail::{OfPost, Tail},
};
use crate::{
    content::{PostId, PostType, slug::sanitize_title},
    index::{
        key::{Kind, NameKey},
        lookup::named,
        permalink::Tag,
    },
};

/// How many posts under a guessed slug are looked at.
const GUESSES_MAX: usize = 64;

impl Site {
    /// The target itself, or the redirect to its one address.
    pub(super) fn canonical(&self, target: Target, path: &str, query: &[(String, String)]) -> Target {
        let redirect =
            |to: &str, query: &[(String, String)]| Target::Redirect { to: with_query(to, query), permanent: true };
        if let Target::Redirect { to, permanent } = target {
            return Target::Redirect { to, permanent };
        }
        let named_by_query =
            ["author_name", "s", "paged", "page", "feed"].iter().all(|name| value(query, name).is_none());
        if path == "/" && !self.permalinks.is_plain() && named_by_query {
            let to = self.target_path(&target);
            return match to {
                Some(to) if to != "/" => redirect(&to, &kept(query)),
                _ => target,
            };
        }
        let is_file =
            matches!(target, Target::Feed { .. } | Target::CommentsFeed { .. } | Target::Sitemap(_) | Target::Robots);
        if path == "/" || is_file {
            return target;
        }
        if matches!(target, Target::Embed { .. })
            && is_embed(query)
            && let Some(to) = self.target_path(&target)
        {
            return redirect(&to, &kept(query));
        }
        if let Some(to) = self.moved_ancestors(&target, path) {
            return redirect(&to, query);
        }
        if matches!(target, Target::FrontPage { .. } | Target::Home { page: 1 })
            && self.target_path(&target).as_deref() == Some("/")
        {
            return redirect("/", query);
        }
        if path.contains("//") {
            let segments: Vec<&str> = path.split('/').filter(|segment| !segment.is_empty()).collect();
            let slash = if self.permalinks.trailing_slash { "/" } else { "" };
            return redirect(&encoded(&format!("{}{slash}", segments.join("/"))), query);
        }
        match (path.ends_with('/'), self.permalinks.trailing_slash) {
            (false, true) => redirect(&encoded(&format!("{path}/")), query),
            (true, false) => redirect(&encoded(path.trim_end_matches('/')), query),
            (true, true) | (false, false) => target,
        }
    }

    /// The address of a term or post that was asked for under wrong categories.
    fn moved_ancestors(&self, target: &Target, path: &str) -> Option<String> {
        let to = match target {
            Target::Term { term, page: 1, .. } => {
                let slugs = self.term_slugs(&self.term(*term)?);
                let asked = path.trim_matches('/');
                let last = slugs.rsplit('/').next().unwrap_or_default();
                let above = asked.rsplit('/').nth(1).map(sanitize_title).unwrap_or_default();
                let parent = slugs.rsplit('/').nth(1);
                // a child category is also found right below the base
                let base = self.term_path_by_id(*term)?;
                let base =
                    base.trim_matches('/').strip_suffix(&slugs)?.trim_end_matches('/').rsplit('/').next()?.to_owned();
                if last == slugs || parent == Some(above.as_str()) || above == base {
                    return None;
                }
                self.target_path(target)?
            }
            Target::Singular { id, page: 1 } if self.permalinks.has(Tag::Category) => {
                let post = self.post(*id).filter(|post| post.post_type == PostType::Post)?;
                let to = self.post_path(&post);
                let found = self.permalinks.matches(path.trim_matches('/'))?;
                let right = self.permalinks.matches(to.trim_matches('/'))?;
                // the path asked for is decoded, a slug may not be: compare what both mean
                let meant =
                    |text: Option<&str>| text.map(|text| text.split('/').map(sanitize_title).collect::<Vec<_>>());
                (meant(found.text(Tag::Category)) != meant(right.text(Tag::Category))).then_some(to)?
            }
            Target::Embed { post: Some(id) } => {
                let above = path.trim_end_matches('/').strip_suffix(EMBED)?;
                self.moved_ancestors(&Target::Singular { id: *id, page: 1 }, above)?;
                self.target_path(target)?
            }
            _ => return None,
        };
        Some(to)
    }

    /// A month or day that is none leads to what there is of the date.
    pub(super) fn mended_date(&self, year: i16, month: Option<i8>, day: Option<i8>) -> Target {
        let to = match (month, day) {
            (Some(_), _) if !is_date(year, month, None) => self.date_path(year, None, None),
            (Some(_), Some(_)) if !is_date(year, month, day) => self.date_path(year, month, None),
            _ => return Target::NotFound,
        };
        Target::Redirect { to, permanent: true }
    }

    /// Where the post is that a path without one means: by an old slug, then by the slug wherever it is, then by
    /// the beginning of a slug.
    pub(super) fn moved(&self, path: &str, query: &[(String, String)], now: Timestamp) -> Option<Target> {
        let segments: Vec<&str> = path.split('/').filter(|segment| !segment.is_empty()).collect();
        let (segments, tail) = Tail::split(&segments);
        let slug = match segments.last() {
            Some(last) => sanitize_title(last),
            None => sanitize_title(value(query, "name")?),
        };
        // a file is no post, nor is a number
        let guessable =
            !segments.last().is_some_and(|last| last.contains('.')) && slug.bytes().any(|b| !b.is_ascii_digit());
        if self.permalinks.is_plain()
            || slug.is_empty()
            || !guessable
            || tail.page.is_some()
            || value(query, "paged").is_some()
        {
            return None;
        }
        let old = self.post_by_old_slug(&slug).filter(|id| self.is_shown(*id, now));
        let dated = self.permalinks.matches(&segments.join("/")).is_some_and(|found| found.text(Tag::Year).is_some());
        let id = old.or_else(|| self.unique_by_slug(&slug, now)).or_else(|| {
            // with a date that does not fit, the beginning of a slug says too little
            (!dated).then(|| self.guess_by_prefix(&slug, now)).flatten()
        })?;
        let target = Target::Singular { id, page: 1 };
        let target = match tail {
            Tail { feed: Some(kind), .. } => target.feed(kind),
            Tail { of_post: Some(OfPost::Embed), .. } => Target::Embed { post: Some(id) },
            _ => target,
        };
        Some(Target::Redirect { to: with_query(&self.target_path(&target)?, &kept(query)), permanent: true })
    }

    fn is_shown(&self, id: PostId, now: Timestamp) -> bool {
        self.exists(&Target::Singular { id, page: 1 }, now)
    }

    /// The only public post, page or custom post under exactly this slug.
    fn unique_by_slug(&self, slug: &str, now: Timestamp) -> Option<PostId> {
        let named = named(&self.posts.slugs, slug).filter(|key| key.kind != Kind::ATTACHMENT);
        let mut shown = named.map(|key| key.id).filter(|id| self.is_shown(*id, now));
        let id = shown.next()?;
        shown.next().is_none().then_some(id)
    }

    /// The lowest numbered public post whose slug begins like this, among the first that do.
    fn guess_by_prefix(&self, prefix: &str, now: Timestamp) -> Option<PostId> {
        let first = NameKey { name: prefix.into(), kind: Kind::POST, id: PostId(0) };
        let begins = self.posts.slugs.range(first..).take(GUESSES_MAX).take_while(|key| key.name.starts_with(prefix));
        let posts = begins.filter(|key| key.kind != Kind::ATTACHMENT).map(|key| key.id);
        posts.filter(|id| self.is_shown(*id, now)).min()
    }
}

/// Addresses people type to sign in, where the site has nothing else.
pub(super) fn to_desk(path: &str) -> Option<Target> {
    let to = match path.trim_end_matches('/') {
        "/login" | "/wp-login" => "/wp-login.php",
        "/admin" | "/dashboard" => "/wp-admin/",
        _ => return None,
    };
    Some(Target::Redirect { to: to.to_owned(), permanent: false })
}

/// A decoded path as a `Location`.
fn encoded(path: &str) -> String {
    use percent_encoding::{AsciiSet, CONTROLS, utf8_percent_encode};
    const PATH: &AsciiSet =
        &CONTROLS.add(b' ').add(b'"').add(b'#').add(b'%').add(b'<').add(b'>').add(b'?').add(b'`').add(b'{').add(b'}');
    // never a second slash at the front: that would be another host
    format!("/{}", utf8_percent_encode(path.trim_start_matches(['/', '\\']), PATH))
}
