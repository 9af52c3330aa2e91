//! Collections of posts: parameters → one query of the index → items.

use serde_json::{Value, json};

use super::{kind::PostKind, params, permit, view};
use crate::{
    content::{Capability, PostId, PostStatus, PostType, TermId, UserId},
    http::{
        error::HttpError,
        rest::{
            call::{Answer, Call, ids_of},
            time,
            validate::{Fault, invalid},
        },
    },
    index::{OrderBy, PostQuery, Selection, TermFilter, TermOperator},
    serve,
};

pub async fn list(kind: &PostKind, call: Call) -> Result<Answer, HttpError> {
    let selection = select(kind, &call).await?;
    let mut items = Vec::with_capacity(selection.ids.len());
    for id in &selection.ids {
        let Some(post) = call.site().post(*id) else { continue };
        if permit::may_read(&call, kind, &post) {
            items.push(view::item(&call, kind, &post).await?);
        }
    }
    Ok(Answer::page(&call, items, selection.total))
}

/// The posts a call asks for, one page of them.
///
/// # Errors
/// 400 for statuses the caller may not see and for pages beyond the last.
pub async fn select(kind: &PostKind, call: &Call) -> Result<Selection, HttpError> {
    let statuses = statuses(kind, call)?;
    let query = query(kind, call, statuses)?;
    if !permit::may_read_any(call, kind) {
        return Ok(Selection::default());
    }
    let selection = serve::posts(call.site(), &query, call.now).await;
    let page = call.integer("page").unwrap_or(1);
    let pages = selection.total.div_ceil(query.limit.max(1));
    if usize::try_from(page).is_ok_and(|page| page > pages.max(1)) && selection.total > 0 {
        let message = "The page number requested is larger than the number of pages available.";
        return Err(HttpError::bad_request("rest_post_invalid_page_number", message));
    }
    Ok(selection)
}

/// The statuses asked for; empty: what is public.
fn statuses(kind: &PostKind, call: &Call) -> Result<Vec<PostStatus>, HttpError> {
    let asked = call.texts("status");
    let known = params::statuses(kind);
    for (at, status) in asked.iter().enumerate() {
        if *status == kind.default_status() {
            continue;
        }
        let may =
            call.can(kind.capabilities.edit) || (*status == "private" && call.can(kind.capabilities.read_private));
        let fault = if !may {
            let status = if call.signed_in() { 403 } else { 401 };
            let fault = Fault::new("rest_forbidden_status", "Status is forbidden.");
            Some(Fault { data: json!({ "status": status }), ..fault })
        } else if !known.contains(status) {
            let (last, first) = known.split_last().map_or(("", &[] as &[&str]), |(last, first)| (*last, first));
            let message = format!("status[{at}] is not one of {}, and {last}.", first.join(", "));
            Some(Fault::new("rest_not_in_enum", message))
        } else {
            None
        };
        if let Some(fault) = fault {
            return Err(invalid(&[("status".to_owned(), fault)]));
        }
    }
    if asked.contains(&"any") {
        use PostStatus as S;
        return Ok(vec![S::Publish, S::Future, S::Draft, S::Pending, S::Private, S::Inherit]);
    }
    // A file put into a draft is in the library of those who write, though no reader sees it yet.
    if kind.is_media() && asked == [kind.default_status()] && call.can(Capability::UploadFiles) {
        return Ok(vec![PostStatus::Inherit]);
    }
    if asked.is_empty() || asked == [kind.default_status()] {
        return Ok(Vec::new());
    }
    Ok(asked.into_iter().map(PostStatus::from_name).collect())
}

fn query(kind: &PostKind, call: &Call, statuses: Vec<PostStatus>) -> Result<PostQuery, HttpError> {
    let settings = call.site().settings();
    let (offset, limit) = call.window();
    let date = |name: &str| call.text(name).and_then(|text| time::local(settings, text));
    let posts = |name: &str| -> Vec<PostId> { call.ids(name).into_iter().map(PostId).collect() };
    let users = |name: &str| -> Vec<UserId> { call.ids(name).into_iter().map(UserId).collect() };
    let search = call.text("search").filter(|text| !text.is_empty()).map(str::to_owned);
    let mut query = PostQuery {
        types: vec![kind.post_type.clone()],
        statuses,
        authors: users("author"),
        authors_not: users("author_exclude"),
        include: posts("include"),
        exclude: posts("exclude"),
        parents: posts("parent"),
        parents_not: posts("parent_exclude"),
        slugs: call.texts("slug").into_iter().map(crate::content::slug::sanitize_title).collect(),
        after: date("after"),
        before: date("before"),
        modified_after: date("modified_after"),
        modified_before: date("modified_before"),
        order_by: order(call, search.is_some())?,
        ascending: call.text("order") == Some("asc"),
        search,
        sticky: call.flag("sticky"),
        menu_order: call.integer("menu_order"),
        mime_type: mime_type(call),
        offset,
        limit,
        ..PostQuery::default()
    };
    terms(kind, call, &mut query);
    Ok(query)
}

fn order(call: &Call, searching: bool) -> Result<OrderBy, HttpError> {
    Ok(match call.text("orderby").unwrap_or("date") {
        "author" => OrderBy::Author,
        "id" => OrderBy::Id,
        "modified" => OrderBy::Modified,
        "parent" => OrderBy::Parent,
        "slug" => OrderBy::Slug,
        "title" => OrderBy::Title,
        "menu_order" => OrderBy::MenuOrder,
        "include_slugs" => OrderBy::IncludeSlugs,
        "include" if call.ids("include").is_empty() => {
            let message = "You need to define an include parameter to order by include.";
            return Err(HttpError::bad_request("rest_orderby_include_missing_include", message));
        }
        "include" => OrderBy::Include,
        "relevance" if !searching => {
            let message = "You need to define a search term to order by relevance.";
            return Err(HttpError::bad_request("rest_no_search_term_defined", message));
        }
        "relevance" => OrderBy::Relevance,
        _ => OrderBy::Date,
    })
}

/// `image` for a kind of file, `image/gif` for one type. A type no upload can have is ignored, as in WordPress.
fn mime_type(call: &Call) -> Option<String> {
    let exact = call.text("mime_type").filter(|mime| {
        let known = ["image/", "audio/", "video/", "application/", "text/"];
        known.iter().any(|kind| mime.starts_with(kind))
    });
    exact.or_else(|| call.text("media_type")).map(str::to_owned)
}

/// Taxonomy parameters. `tax_relation=OR` asks for each alone and takes what any finds.
fn terms(kind: &PostKind, call: &Call, query: &mut PostQuery) {
    let mut filters = Vec::new();
    for used in &kind.taxonomies {
        let exclude = format!("{}_exclude", used.rest_base);
        for (name, including) in [(used.rest_base.as_str(), true), (exclude.as_str(), false)] {
            let Some(value) = call.args.get(name) else { continue };
            let object = value.as_object();
            let listed = object.and_then(|object| object.get("terms")).unwrap_or(value);
            let listed: Vec<TermId> = ids_of(listed).into_iter().map(TermId).collect();
            if listed.is_empty() {
                continue;
            }
            let member = |member: &str| object.and_then(|object| object.get(member));
            let operator = match (including, member("operator").and_then(Value::as_str)) {
                (false, _) => TermOperator::None,
                (true, Some("AND")) => TermOperator::All,
                (true, _) => TermOperator::Any,
            };
            filters.push(TermFilter {
                taxonomy: used.taxonomy.clone(),
                terms: listed,
                with_children: member("include_children").and_then(Value::as_bool).unwrap_or(false),
                operator,
            });
        }
    }
    if call.text("tax_relation") == Some("OR") && filters.len() > 1 {
        let found = filters.into_iter().flat_map(|filter| {
            let alone = PostQuery { terms: vec![filter], offset: 0, limit: 0, ..query.clone() };
            call.site().posts(&alone, call.now).ids
        });
        let found: Vec<PostId> = found.collect();
        // Nothing found by any of them: an id no post has keeps the list empty.
        query.include = if found.is_empty() { vec![PostId(0)] } else { found };
    } else {
        query.terms = filters;
    }
}

/// Types whose items other items may name: for searches over several types.
pub fn public_types(call: &Call) -> Vec<PostType> {
    let kinds = call.table.post_kinds.iter().filter(|kind| kind.viewable && !kind.is_media());
    kinds.map(|kind| kind.post_type.clone()).collect()
}
