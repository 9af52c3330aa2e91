//! Authors of an export → users here.

use std::collections::{BTreeMap, HashSet};

use jiff::civil::DateTime;

use crate::{
    content::{
        MetaEntry, Role, User, UserId,
        names::is_email,
        slug::{sanitize_title, with_suffix},
    },
    import::{
        ImportError,
        survey::{AuthorFacts, Survey, login as normal_login},
    },
    index::Site,
};

/// Who an author of the export is here.
#[derive(Clone, Debug, PartialEq)]
pub(in crate::import) enum UserChoice {
    Existing(UserId),
    /// To be created. Without a password: nobody can sign in as them until one is set.
    Create(Box<User>),
}

impl UserChoice {
    pub(in crate::import) fn id(&self) -> UserId {
        match self {
            Self::Existing(id) => *id,
            Self::Create(user) => user.id,
        }
    }
}

/// By login in the file, for all sources at once: the same login is the same person.
pub(in crate::import) fn choose_users(
    survey: &Survey,
    site: &Site,
    wanted: &[(String, String)],
    registered: DateTime,
) -> Result<BTreeMap<String, UserChoice>, ImportError> {
    let mut authors: BTreeMap<&str, Vec<&AuthorFacts>> = BTreeMap::new();
    for (login, facts) in survey.sources.iter().flat_map(|source| &source.authors) {
        authors.entry(login).or_default().push(facts);
    }
    let fallback = site.users_in_role(&Role::Administrator).into_iter().min();
    let fallback = fallback.or_else(|| site.users().into_iter().map(|user| user.id).min());
    let mut fresh =
        Fresh { site, next: next_user(site), ids: HashSet::new(), slugs: HashSet::new(), emails: HashSet::new() };
    let mut choices = BTreeMap::new();
    for (login, facts) in authors {
        let choice = if let Some((_, here)) = wanted.iter().find(|(from, _)| normal_login(from) == login) {
            let user = site.user_by_login(here);
            let user =
                user.ok_or_else(|| ImportError::Invalid(format!("there is no user {here:?} to map {login:?} to")))?;
            UserChoice::Existing(user.id)
        } else {
            let name = login;
            match (site.user_by_login(name), fallback) {
                (Some(user), _) if !name.is_empty() => UserChoice::Existing(user.id),
                // Items without an author fall to the administrator, as in WordPress.
                (_, Some(admin)) if name.is_empty() => UserChoice::Existing(admin),
                _ => UserChoice::Create(Box::new(fresh.user(name, &facts, registered))),
            }
        };
        choices.insert(login.to_owned(), choice);
    }
    Ok(choices)
}

fn next_user(site: &Site) -> u64 {
    let highest = site.users().into_iter().map(|user| user.id.0).max().unwrap_or(0);
    site.next_id(crate::content::edit::IdKind::User).max(highest + 1)
}

struct Fresh<'a> {
    site: &'a Site,
    next: u64,
    ids: HashSet<u64>,
    slugs: HashSet<String>,
    emails: HashSet<String>,
}

impl Fresh<'_> {
    fn user(&mut self, login: &str, facts: &[&AuthorFacts], registered: DateTime) -> User {
        let declared = facts.iter().find(|facts| !facts.undeclared).or(facts.first());
        let author = declared.map(|facts| facts.author.clone()).unwrap_or_default();
        let published: u64 = facts.iter().map(|facts| facts.published).sum();
        let email =
            if is_email(&author.email) && self.email_is_free(&author.email) { author.email } else { String::new() };
        let login = if login.is_empty() { "imported" } else { login };
        let display_name = [author.display_name.as_str(), login].into_iter().find(|name| !name.trim().is_empty());
        User {
            id: self.id(author.id),
            login: login.to_owned(),
            slug: self.slug(login),
            email,
            display_name: display_name.unwrap_or_default().to_owned(),
            first_name: author.first_name,
            last_name: author.last_name,
            nickname: login.to_owned(),
            description: author.description,
            url: String::new(),
            locale: String::new(),
            registered,
            roles: vec![if published > 0 { Role::Author } else { Role::Contributor }],
            password_sealed: None,
            session_epoch: 0,
            ended_sessions: Vec::new(),
            meta: Vec::<MetaEntry>::new(),
        }
    }

    fn email_is_free(&mut self, email: &str) -> bool {
        self.site.user_by_email(email).is_none() && self.emails.insert(email.to_lowercase())
    }

    fn id(&mut self, old: Option<u64>) -> UserId {
        let free = old.filter(|old| *old < 1 << 50 && self.site.user(UserId(*old)).is_none());
        if let Some(old) = free.filter(|old| self.ids.insert(*old)) {
            return UserId(old);
        }
        while !self.ids.insert(self.next) || self.site.user(UserId(self.next)).is_some() {
            self.next += 1;
        }
        UserId(self.next)
    }

    fn slug(&mut self, login: &str) -> String {
        let base = Some(sanitize_title(login)).filter(|slug| !slug.is_empty()).unwrap_or_else(|| "author".to_owned());
        let is_free = |slug: &String| self.site.user_by_slug(slug).is_none() && !self.slugs.contains(slug);
        let numbered = (2..).map(|n| with_suffix(&base, n));
        let slug = std::iter::once(base.clone()).chain(numbered).find(is_free).unwrap_or(base.clone());
        self.slugs.insert(slug.clone());
        slug
    }
}
