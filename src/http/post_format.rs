//! Post formats: WordPress keeps them as terms of a taxonomy of their own.

use crate::{
    app::App,
    content::{Actor, Edit, Taxonomy, TermId, edit::SaveTerm},
    index::Site,
    publish::{self, Commit, Outcome, PublishError},
};

pub const FORMATS: [&str; 10] =
    ["standard", "aside", "chat", "gallery", "link", "image", "quote", "status", "video", "audio"];

/// The terms that give a post this format, with the commit that made the term where there was none.
///
/// # Errors
/// As `publish::apply`.
pub async fn set(
    app: &App,
    site: &Site,
    format: &str,
) -> Result<((Taxonomy, Vec<TermId>), Option<Commit>), PublishError> {
    let taxonomy = Taxonomy::new("post_format");
    if format == "standard" || !FORMATS.contains(&format) {
        return Ok(((taxonomy, Vec::new()), None));
    }
    let (id, commit) = named_term(app, site, &taxonomy, &format!("post-format-{format}")).await?;
    Ok(((taxonomy, id.into_iter().collect()), commit))
}

/// The term of this slug, made where there is none, whatever the caller may do: for taxonomies whose terms are names
/// of the product.
///
/// # Errors
/// As `publish::apply`.
pub async fn named_term(
    app: &App,
    site: &Site,
    taxonomy: &Taxonomy,
    slug: &str,
) -> Result<(Option<TermId>, Option<Commit>), PublishError> {
    if let Some(id) = site.term_by_slug(taxonomy, slug) {
        return Ok((Some(id), None));
    }
    let term = SaveTerm {
        taxonomy: Some(taxonomy.clone()),
        name: Some(slug.to_owned()),
        slug: Some(slug.to_owned()),
        ..SaveTerm::default()
    };
    let commit = publish::apply(app, &Actor::System("http"), Edit::SaveTerm(Box::new(term)), None).await?;
    let id = match commit.outcome {
        Outcome::Term { id, .. } => Some(id),
        _ => None,
    };
    Ok((id, Some(commit)))
}
