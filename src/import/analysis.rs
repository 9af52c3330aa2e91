//! The first pass: what is in the files, what will be made of it, what cannot be kept.

use std::collections::{BTreeMap, BTreeSet};

use super::{
    ImportError, Progress, Request,
    assign::{self, AllNeeded},
    build::{UserChoice, choose_users, is_type_name},
    dates::Zone,
    report::{Analysed, AnalysedAuthor, AnalysedFile, Listed},
    survey::{ItemState, Survey, survey},
};
use crate::{
    app::App,
    content::{
        PostId,
        types::{TaxonomyInfo, TypeInfo, Types},
    },
    index::Site,
    publish,
};

/// An import that is thought through and not yet done.
#[derive(Debug)]
pub struct Analysis {
    pub summary: Analysed,
    pub(super) survey: Survey,
    pub(super) needed: AllNeeded,
    /// By login in the files.
    pub(super) users: BTreeMap<String, UserChoice>,
    /// Types and taxonomies as they have to be registered, when that changes.
    pub(super) types: Option<Types>,
    /// Untouched entries of set-up that make room.
    pub(super) samples: Vec<PostId>,
}

/// Reads all files to their ends and decides what becomes of everything in them. Writes nothing.
///
/// # Errors
/// A file that cannot be read or is malformed, with line and column; a login to map to that does not exist.
pub async fn analyse(app: &App, request: &Request, progress: &dyn Progress) -> Result<Analysis, ImportError> {
    let mut survey = survey(request, app.clock.now(), progress).await?;
    let snapshot = app.log.current();
    let site = &snapshot.state;
    let samples = if request.keep_samples { Vec::new() } else { publish::untouched_samples(site) };
    let needed = assign::keep_ids(&mut survey, site, &samples);
    let registered = Zone::of(site.settings()).now(app.clock.now()).1;
    let users = choose_users(&survey, site, &request.authors, registered)?;
    let types = register(&survey, site, request);
    let mut summary = summarise(&survey, &needed, &users, site);
    summary.samples_removed = samples.len() as u64;
    describe_types(&mut summary, &survey, types.as_ref().unwrap_or(&site.settings().types));
    warn(&mut summary, &survey);
    Ok(Analysis { summary, survey, needed, users, types, samples })
}

fn summarise(survey: &Survey, needed: &AllNeeded, users: &BTreeMap<String, UserChoice>, site: &Site) -> Analysed {
    let mut summary = Analysed {
        posts_renumbered: needed.posts.new,
        comments_renumbered: needed.comments.new,
        terms_renumbered: needed.terms.new,
        ..Analysed::default()
    };
    for file in &survey.files {
        summary.files.push(AnalysedFile {
            path: file.path.display().to_string(),
            bytes: file.bytes,
            version: file.channel.version.clone().unwrap_or_default(),
            title: file.channel.title.clone(),
            source: survey.sources.get(file.source).map(|source| source.name.clone()).unwrap_or_default(),
            items: file.items as u64,
        });
    }
    let mut items_by_login: BTreeMap<&str, u64> = BTreeMap::new();
    for source in &survey.sources {
        for ((kind, status), count) in &source.counts {
            *summary.items.entry(kind.clone()).or_default().entry(status.clone()).or_default() += count;
            summary.items_total += count;
        }
        summary.items_done += source.items.iter().filter(|item| item.state == ItemState::Done).count() as u64;
        summary.comments += source.comments.len() as u64;
        summary.comments_done += source.comments.iter().filter(|comment| comment.done).count() as u64;
        summary.attachments += source.attachments.len() as u64;
        for facts in &source.terms {
            let (all, new) = summary.terms.entry(facts.term.taxonomy.clone()).or_default();
            *all += 1;
            *new += u64::from(!facts.exists);
        }
        for (login, facts) in &source.authors {
            *items_by_login.entry(login).or_default() += facts.items;
        }
    }
    for (login, choice) in users {
        let (becomes, created_as) = match choice {
            UserChoice::Existing(id) => (site.user(*id).map(|user| user.login).unwrap_or_default(), None),
            UserChoice::Create(user) => (user.login.clone(), user.roles.first().map(|role| role.name().to_owned())),
        };
        let items = items_by_login.get(login.as_str()).copied().unwrap_or(0);
        summary.authors.push(AnalysedAuthor { login: login.clone(), items, becomes, created_as });
    }
    summary
}

/// The site's types with those of the files, or `None` when there is nothing to add. New ones are closed to
/// readers unless the request opens them: a file does not say which were public.
fn register(survey: &Survey, site: &Site, request: &Request) -> Option<Types> {
    let mut types = site.settings().types.clone();
    for source in &survey.sources {
        for (name, facts) in source.custom_types.iter().filter(|(name, _)| is_type_name(name)) {
            let public = request.public_types.contains(name);
            if types.post_type(name).is_none() {
                types.custom_types.push(TypeInfo {
                    name: name.clone(),
                    label: name.clone(),
                    hierarchical: facts.hierarchical,
                    rest_base: name.clone(),
                    rewrite_slug: facts.prefix.clone(),
                    supports: ["title", "editor", "excerpt", "thumbnail"].map(str::to_owned).to_vec(),
                    taxonomies: facts.taxonomies.iter().cloned().collect(),
                    ..TypeInfo::default()
                });
            }
            if let Some(info) = types.custom_types.iter_mut().find(|info| info.name == *name && public) {
                info.public = true;
                info.show_in_rest = true;
                info.has_archive = true;
            }
        }
        for name in source.terms_by_slug.keys().collect::<BTreeSet<_>>() {
            if types.taxonomy(name).is_none() {
                types.custom_taxonomies.push(TaxonomyInfo {
                    name: name.clone(),
                    label: name.clone(),
                    hierarchical: source
                        .terms
                        .iter()
                        .any(|facts| facts.term.taxonomy == *name && !matches!(facts.term.parent.as_str(), "" | "0")),
                    rest_base: name.clone(),
                    types: source.taxonomy_types.get(name).into_iter().flatten().cloned().collect(),
                    ..TaxonomyInfo::default()
                });
            }
            let public = request.public_taxonomies.contains(name);
            if let Some(info) = types.custom_taxonomies.iter_mut().find(|info| info.name == *name && public) {
                info.public = true;
                info.show_in_rest = true;
            }
        }
    }
    (types != site.settings().types).then_some(types)
}

fn describe_types(summary: &mut Analysed, survey: &Survey, types: &Types) {
    for source in &survey.sources {
        for name in source.custom_types.keys().filter(|name| is_type_name(name)) {
            let public = types.post_type(name).is_some_and(|info| info.public);
            summary.custom_types.insert(name.clone(), public);
        }
        for name in source.terms_by_slug.keys() {
            if types.custom_taxonomies.iter().any(|info| info.name == *name) {
                let public = types.taxonomy(name).is_some_and(|info| info.public);
                summary.custom_taxonomies.insert(name.clone(), public);
            }
        }
    }
}

fn warn(summary: &mut Analysed, survey: &Survey) {
    let mut warnings = Listed::default();
    for file in &survey.files {
        let (path, repairs) = (file.path.display(), &file.repairs);
        if let Some(at) = repairs.first_control_character {
            let count = repairs.control_characters;
            warnings.push(format!("{path}: {count} control characters XML forbids are left out, the first at {at}"));
        }
        if let Some(at) = repairs.first_invalid_byte {
            let count = repairs.invalid_bytes;
            warnings.push(format!("{path}: {count} invalid bytes became U+FFFD, the first at {at}"));
        }
        if repairs.literal_ampersands > 0 {
            let count = repairs.literal_ampersands;
            warnings.push(format!("{path}: {count} ampersands outside CDATA that XML does not allow are kept as text"));
        }
    }
    for source in &survey.sources {
        let repeated = source.items.iter().filter(|item| item.key.is_some() && item.old.is_some()).count();
        if repeated > 0 {
            warnings.push(format!("{}: {repeated} items repeat the number of another item; all are kept", source.name));
        }
        let undeclared = source.authors.values().filter(|facts| facts.undeclared).count();
        if undeclared > 0 {
            warnings.push(format!("{}: {undeclared} authors are named by items only", source.name));
        }
        for name in &source.bad_taxonomies {
            warnings.push(format!("{}: terms of {name:?} are left out: that is no name for a taxonomy", source.name));
        }
    }
    if summary.authors.iter().any(|author| author.created_as.is_some()) {
        warnings.push("new users have no password: they cannot sign in until you set one".to_owned());
    }
    for (kind, name) in
        summary.custom_types.iter().filter(|(_, public)| !**public).map(|(name, _)| ("--public-type", name)).chain(
            summary
                .custom_taxonomies
                .iter()
                .filter(|(_, public)| !**public)
                .map(|(name, _)| ("--public-taxonomy", name)),
        )
    {
        warnings.push(format!("{name} is kept closed to readers; open it with {kind} {name}"));
    }
    if summary.terms.contains_key("nav_menu") {
        warnings.push("an export does not say where menus are shown: assign their locations".to_owned());
    }
    summary.warnings = warnings;
}
