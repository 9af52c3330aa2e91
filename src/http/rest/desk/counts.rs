//! How many posts there are: by status, and by month.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde_json::{Map, Value, json};

use crate::{
    content::{Post, PostStatus, UserId},
    http::rest::{
        call::Call,
        posts::kind::PostKind,
        schema::{ALL, Schema},
        table::ItemSchema,
    },
    index::{PostQuery, Site},
};

/// Months a list can be cut to: a hundred years.
const MONTHS_MAX: usize = 1200;

const STATUSES: [PostStatus; 6] = [
    PostStatus::Publish,
    PostStatus::Future,
    PostStatus::Draft,
    PostStatus::Pending,
    PostStatus::Private,
    PostStatus::Trash,
];

pub fn schema() -> ItemSchema {
    let number = |what: &'static str| Schema::integer(what).within(ALL).readonly();
    let month = vec![
        ("month".into(), Schema::string("As `2026-11`.").within(ALL)),
        ("count".into(), number("Posts dated in it, outside the trash.")),
    ];
    let mut months = Schema::list(Schema::object(month, ""), "Months with posts, newest first.");
    months.readonly = true;
    let fields = vec![
        ("statuses".into(), Schema::map("Posts by status; `all` is without the trash.").within(ALL).readonly()),
        ("mine".into(), number("Those of the caller, without the trash.")),
        ("sticky".into(), number("Those that stay on top.")),
        ("months".into(), months.within(ALL)),
    ];
    ItemSchema { title: "desk-counts".to_owned(), fields, actions: Vec::new() }
}

/// Whose posts the caller is limited to.
pub fn only_own(kind: &PostKind, call: &Call) -> Option<UserId> {
    let limited = !call.can(kind.capabilities.edit_others) && !kind.is_media();
    limited.then(|| call.identity.user_id().unwrap_or(UserId(0)))
}

pub fn of(kind: &PostKind, site: &Site, own: Option<UserId>, me: Option<UserId>, now: Timestamp) -> Value {
    let query = |statuses: &[PostStatus], author: Option<UserId>| PostQuery {
        types: vec![kind.post_type.clone()],
        statuses: statuses.to_vec(),
        authors: author.into_iter().collect(),
        limit: 1,
        ..PostQuery::default()
    };
    let count = |statuses: &[PostStatus], author| site.posts(&query(statuses, author), now).total;
    let shown = shown(kind);
    let mut statuses = Map::new();
    let (mine, months) = match own {
        None => {
            statuses.insert("all".to_owned(), count(shown, None).into());
            for status in STATUSES.iter().filter(|_| !kind.is_media()) {
                statuses.insert(status.name().to_owned(), count(std::slice::from_ref(status), None).into());
            }
            (me.map_or(0, |me| count(shown, Some(me))), months_of_all(&query(shown, None), site, now))
        }
        Some(own) => by_one(&PostQuery { limit: 0, ..query(&STATUSES, Some(own)) }, site, now, &mut statuses),
    };
    let of_list = |post: &Post| {
        post.post_type == kind.post_type && shown.contains(&post.status) && own.is_none_or(|own| own == post.author)
    };
    let sticky = site.sticky().filter_map(|id| site.post(id)).filter(of_list).count();
    let months: Vec<Value> = months
        .into_iter()
        .rev()
        .map(|((year, month), count)| json!({ "month": format!("{year:04}-{month:02}"), "count": count }))
        .collect();
    json!({ "statuses": statuses, "mine": mine, "sticky": sticky, "months": months })
}

/// All that is not in the trash.
fn shown(kind: &PostKind) -> &'static [PostStatus] {
    if kind.is_media() {
        &[PostStatus::Inherit, PostStatus::Private]
    } else {
        STATUSES.split_last().map_or(&[], |(_, shown)| shown)
    }
}

type Months = BTreeMap<(i16, i8), usize>;

/// Month by month out of the sorted sets: no row is read.
fn months_of_all(query: &PostQuery, site: &Site, now: Timestamp) -> Months {
    let mut months = Months::new();
    let end = |ascending: bool| {
        let found = site.posts(&PostQuery { ascending, ..query.clone() }, now).ids;
        found.first().and_then(|id| site.post(*id)).map(|post| post.date)
    };
    let (Some(first), Some(last)) = (end(true), end(false)) else { return months };
    let (mut year, mut month) = (last.year(), last.month());
    for _ in 0..MONTHS_MAX {
        if (year, month) < (first.year(), first.month()) {
            break;
        }
        let of_month = PostQuery { year: Some(year), month: Some(month), ..query.clone() };
        let count = site.posts(&of_month, now).total;
        if count > 0 {
            months.insert((year, month), count);
        }
        (year, month) = if month == 1 { (year.saturating_sub(1), 12) } else { (year, month - 1) };
    }
    months
}

/// One author's posts, each looked at once.
fn by_one(query: &PostQuery, site: &Site, now: Timestamp, statuses: &mut Map<String, Value>) -> (usize, Months) {
    let (mut months, mut counts, mut all) = (Months::new(), BTreeMap::<String, usize>::new(), 0);
    for post in site.posts(query, now).ids.into_iter().filter_map(|id| site.post(id)) {
        let due = post.status == PostStatus::Future && site.is_public(&post, now);
        let status = if due { &PostStatus::Publish } else { &post.status };
        *counts.entry(status.name().to_owned()).or_default() += 1;
        if *status != PostStatus::Trash {
            all += 1;
            *months.entry((post.date.year(), post.date.month())).or_default() += 1;
        }
    }
    statuses.insert("all".to_owned(), all.into());
    for status in &STATUSES {
        statuses.insert(status.name().to_owned(), counts.get(status.name()).copied().unwrap_or(0).into());
    }
    (all, months)
}
