//! The index against a plain reading of all rows.

use jiff::{Timestamp, civil::DateTime, tz::Offset};
use proptest::{collection::vec, option, prelude::*};

use super::*;
use crate::content::{
    Comment, CommentId, CommentStatus, Post, PostId, PostStatus, PostType, RevisionId, Taxonomy, Term, TermId, UserId,
};

const TYPES: [&str; 4] = ["post", "page", "attachment", "book"];
const STATUSES: [&str; 7] = ["publish", "future", "draft", "private", "trash", "inherit", "odd"];
const DAY: i64 = 86_400;

fn time(day: i64) -> Timestamp {
    Timestamp::from_second(1_700_000_000 + day * DAY).unwrap()
}

fn local(day: i64) -> DateTime {
    Offset::UTC.to_datetime(time(day))
}

fn put(table: Table, id: u64, row: Row) -> Effect {
    Effect::Put { table, key: RowKey::Number(id), row }
}

prop_compose! {
    fn a_post()(
        id in 1u64..9,
        (post_type, status) in (0usize..4, prop_oneof![3 => Just(0usize), 2 => Just(1), 3 => 0usize..7]),
        (author, parent, order) in (1u64..3, option::of(1u64..9), -1i64..2),
        (day, modified, has_gmt) in (0i64..60, 0i64..60, prop::bool::weighted(0.9)),
        (slug, title, excerpt) in ("[ab]{0,2}", "[abA ]{0,6}", "[ab]{0,2}"),
        (terms, sticky) in (vec((1u64..5).prop_map(TermId), 0..3), any::<bool>()),
        old_slugs in vec("[ab]{1,2}", 0..2),
    ) -> Post {
        Post {
            id: PostId(id),
            post_type: PostType::from_name(TYPES[post_type]),
            status: PostStatus::from_name(STATUSES[status]),
            slug, title, excerpt,
            author: UserId(author),
            date: local(day),
            date_gmt: has_gmt.then(|| local(day)),
            modified: local(modified),
            modified_gmt: local(modified),
            parent: parent.map(PostId),
            menu_order: order,
            password: None,
            comments_open: true,
            pings_open: true,
            sticky,
            terms,
            thumbnail: None,
            template: String::new(),
            mime_type: if post_type == 2 { "image/png".to_owned() } else { String::new() },
            guid: String::new(),
            old_slugs,
            trashed_from: None,
            revision: RevisionId(1),
            meta: Vec::new(),
            file: None,
        }
    }
}

prop_compose! {
    fn a_comment()(id in 1u64..5, post in 1u64..9, day in 0i64..9, approved in any::<bool>()) -> Comment {
        Comment {
            id: CommentId(id), post: PostId(post), parent: None, user: None, author_name: String::new(),
            author_email: String::new(), author_url: String::new(), author_ip: String::new(), agent: String::new(),
            date: local(day), date_gmt: local(day), content: String::new(),
            status: if approved { CommentStatus::Approved } else { CommentStatus::Spam },
            kind: "comment".to_owned(), karma: 0, meta: Vec::new(),
        }
    }
}

fn a_term() -> impl Strategy<Value = Term> {
    (1u64..5, "[ab]{1,2}", option::of(1u64..5), any::<bool>()).prop_map(|(id, slug, parent, tag)| Term {
        id: TermId(id),
        taxonomy: Taxonomy::new(if tag { "post_tag" } else { "category" }),
        name: slug.clone(),
        slug,
        description: String::new(),
        parent: parent.map(TermId).filter(|_| !tag),
        meta: Vec::new(),
    })
}

fn an_effect() -> impl Strategy<Value = Effect> {
    let delete = |table| move |id| Effect::Delete { table, key: RowKey::Number(id) };
    prop_oneof![
        8 => a_post().prop_map(|post| put(Table::Posts, post.id.0, codec::post::encode(&post, None))),
        2 => (1u64..9).prop_map(delete(Table::Posts)),
        2 => a_comment().prop_map(|comment| put(Table::Comments, comment.id.0, codec::comment::encode(&comment, None))),
        1 => (1u64..5).prop_map(delete(Table::Comments)),
        2 => a_term().prop_map(|term| put(Table::Terms, term.id.0, codec::term::encode(&term, None))),
        1 => (1u64..5).prop_map(delete(Table::Terms)),
    ]
}

prop_compose! {
    fn a_query()(
        types in vec((0usize..4).prop_map(|t| PostType::from_name(TYPES[t])), 0..3),
        statuses in prop_oneof![2 => Just(Vec::new()), 1 => vec((0usize..7).prop_map(|s| PostStatus::from_name(STATUSES[s])), 1..3)],
        readable_by in option::weighted(0.2, (1u64..3).prop_map(UserId)),
        authors in prop_oneof![3 => Just(Vec::new()), 1 => vec((1u64..3).prop_map(UserId), 1..3)],
        terms in vec((vec((1u64..5).prop_map(TermId), 1..3), any::<bool>(), 0u8..3), 0..2),
        (exclude, parents, slugs) in (
            prop_oneof![3 => Just(Vec::new()), 1 => vec((1u64..9).prop_map(PostId), 1..3)],
            prop_oneof![4 => Just(Vec::new()), 1 => vec((0u64..9).prop_map(PostId), 1..3)],
            prop_oneof![5 => Just(Vec::new()), 1 => vec("[ab]{1,2}", 1..3)],
        ),
        (year, month, day) in (option::weighted(0.2, 2023i16..2025), option::weighted(0.2, 1i8..13), option::weighted(0.1, 1i8..29)),
        (after, before) in (option::weighted(0.2, 0i64..60), option::weighted(0.2, 0i64..60)),
        (search, sticky) in (option::weighted(0.2, "[ab]{2}"), option::weighted(0.2, any::<bool>())),
        (order, ascending) in (0usize..9, any::<bool>()),
        (offset, limit) in (0usize..4, 0usize..4),
    ) -> PostQuery {
        let orders = [
            OrderBy::Date, OrderBy::Date, OrderBy::Modified, OrderBy::Modified, OrderBy::Id, OrderBy::Title,
            OrderBy::Slug, OrderBy::MenuOrder, OrderBy::Author,
        ];
        let operators = [TermOperator::Any, TermOperator::All, TermOperator::None];
        PostQuery {
            types, statuses, readable_by, authors, exclude, parents, slugs, year, month, day, search, sticky,
            terms: terms.into_iter().map(|(terms, with_children, operator)| TermFilter {
                taxonomy: Taxonomy::new("category"), terms, with_children, operator: operators[usize::from(operator)],
            }).collect(),
            after: after.map(local), before: before.map(local),
            order_by: orders[order], ascending, offset, limit, ..PostQuery::default()
        }
    }
}

fn all_posts(site: &Site) -> Vec<Post> {
    site.tables.table(Table::Posts).iter().map(|(_, row)| codec::post::decode(&row).unwrap()).collect()
}

/// The query by its documentation, one post at a time.
fn matches(site: &Site, query: &PostQuery, post: &Post, now: Timestamp) -> bool {
    let public = site.is_public(post, now);
    let status = if public && post.status == PostStatus::Future { &PostStatus::Publish } else { &post.status };
    let asked = if query.statuses.is_empty() { public } else { query.statuses.contains(status) };
    let hidden = !matches!(status, PostStatus::Publish | PostStatus::Inherit);
    let own = query.readable_by == Some(post.author) && hidden;
    let of_type =
        if query.types.is_empty() { post.post_type == PostType::Post } else { query.types.contains(&post.post_type) };
    let terms = query.terms.iter().all(|filter| {
        let below = |id: &TermId| {
            let down = filter.with_children && filter.operator != TermOperator::All;
            if down { site.term_with_descendants(*id) } else { vec![*id] }
        };
        let has = |id: &TermId| below(id).iter().any(|id| post.terms.contains(id));
        match filter.operator {
            TermOperator::Any => filter.terms.iter().any(has),
            TermOperator::All => filter.terms.iter().all(has),
            TermOperator::None => !filter.terms.iter().any(has),
        }
    });
    let found = |word: &String| {
        post.title.to_lowercase().contains(word) || post.excerpt.contains(word) || post.slug.contains(word)
    };
    (asked || own)
        && of_type
        && terms
        && (query.authors.is_empty() || query.authors.contains(&post.author))
        && !query.exclude.contains(&post.id)
        && (query.parents.is_empty() || query.parents.contains(&post.parent.unwrap_or(PostId(0))))
        && (query.slugs.is_empty() || query.slugs.contains(&post.slug))
        && query.year.is_none_or(|year| post.date.year() == year)
        && query.month.is_none_or(|month| post.date.month() == month)
        && query.day.is_none_or(|day| post.date.day() == day)
        && query.after.is_none_or(|after| post.date > after)
        && query.before.is_none_or(|before| post.date < before)
        && query.search.as_ref().is_none_or(found)
        && query.sticky.is_none_or(|sticky| post.sticky == sticky)
}

fn expected(site: &Site, query: &PostQuery, now: Timestamp) -> Selection {
    let mut found = all_posts(site);
    found.retain(|post| matches(site, query, post, now));
    found.sort_by(|a, b| {
        let order = match query.order_by {
            OrderBy::Date => a.date.cmp(&b.date),
            OrderBy::Modified => a.modified.cmp(&b.modified),
            OrderBy::Title => super::columns::fold(&a.title).cmp(&super::columns::fold(&b.title)),
            OrderBy::Slug => a.slug.cmp(&b.slug),
            OrderBy::MenuOrder => a.menu_order.cmp(&b.menu_order),
            OrderBy::Author => a.author.cmp(&b.author),
            _ => std::cmp::Ordering::Equal,
        };
        order.then(a.id.cmp(&b.id))
    });
    if !query.ascending {
        found.reverse();
    }
    let limit = if query.limit == 0 { usize::MAX } else { query.limit };
    let ids = found.iter().map(|post| post.id).skip(query.offset).take(limit).collect();
    Selection { ids, total: found.len() }
}

fn aggregates_agree(site: &Site, now: Timestamp) {
    let posts = all_posts(site);
    let public = |post: &&Post| site.is_public(post, now);
    for id in (1..5).map(TermId) {
        let count = posts.iter().filter(public).filter(|post| post.terms.contains(&id)).count();
        assert_eq!(site.term_count(id, now), count as u64, "{id:?}");
    }
    let blog: Vec<_> = posts.iter().filter(public).filter(|post| post.post_type == PostType::Post).collect();
    for id in (1..3).map(UserId) {
        assert_eq!(site.author_count(id, now), blog.iter().filter(|post| post.author == id).count() as u64);
    }
    let months = site.archive_months(now);
    assert_eq!(months.iter().map(|(.., count)| count).sum::<u64>(), blog.len() as u64);
    for (year, month, count) in months {
        let of_month = blog.iter().filter(|post| (post.date.year(), post.date.month()) == (year, month));
        assert_eq!(count, of_month.count() as u64);
    }
    let scheduled = posts
        .iter()
        .filter(|post| post.status == PostStatus::Future && post.date_gmt.is_some() && !site.is_public(post, now));
    let next = scheduled.filter_map(|post| Offset::UTC.to_timestamp(post.date_gmt?).ok()).min();
    assert_eq!(site.next_scheduled(now), next);
    for post in &posts {
        let key = |post: &Post| (post.date, post.id);
        let others = || posts.iter().filter(public).filter(|other| other.post_type == post.post_type);
        let before = others().filter(|other| key(other) < key(post)).max_by_key(|other| key(other));
        let after = others().filter(|other| key(other) > key(post)).min_by_key(|other| key(other));
        assert_eq!(site.adjacent(post, now), (before.map(|p| p.id), after.map(|p| p.id)), "{post:?}");
    }
}

fn comments_agree(site: &Site) {
    let rows = site.tables.table(Table::Comments).iter();
    let comments: Vec<_> = rows.map(|(_, row)| codec::comment::decode(&row).unwrap()).collect();
    for id in (1..9).map(PostId) {
        let mut of_post: Vec<_> = comments.iter().filter(|comment| comment.post == id).collect();
        of_post.sort_by_key(|comment| (comment.date, comment.id));
        assert_eq!(site.comments(id), of_post.iter().map(|comment| comment.id).collect::<Vec<_>>());
        let approved = of_post.iter().filter(|comment| comment.status == CommentStatus::Approved).count();
        assert_eq!(site.comment_count(id), approved as u64);
    }
    assert_eq!(site.newest_comments(99).len(), comments.len());
    let facts: Vec<_> = comments.iter().map(super::CommentFacts::of).collect();
    assert_eq!(site.scan_comments(&[], |comment| Some(comment.clone())), facts);
}

#[test]
fn own_hidden_posts_are_listed_by_time_of_change() {
    let row = r#"{"id":1,"type":"post","status":"draft","author":1,"date":"2023-11-14T22:13:20","modified":"2023-11-15T22:13:20","revision":"00000000000000000000000001"}"#;
    let mut site = Site::from_tables(Tables::default()).unwrap();
    site.apply(&[put(Table::Posts, 1, Row::from(row.as_bytes().to_vec()))]).unwrap();
    let query = PostQuery { readable_by: Some(UserId(1)), order_by: OrderBy::Modified, ..PostQuery::default() };
    assert_eq!(site.posts(&query, time(9)), Selection { ids: vec![PostId(1)], total: 1 });
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 512, ..ProptestConfig::default() })]

    #[test]
    fn sets_agree_with_rows(effects in vec(an_effect(), 1..24), queries in vec((a_query(), -1i64..61), 1..12)) {
        let mut site = Site::from_tables(Tables::default()).unwrap();
        for effect in &effects {
            site.apply(std::slice::from_ref(effect)).unwrap();
        }
        let mut rebuilt = Site::from_tables(site.tables.clone()).unwrap();
        // a type keeps its number when its last post goes
        rebuilt.posts.kinds = site.posts.kinds.clone();
        prop_assert_eq!(&site.posts, &rebuilt.posts);
        prop_assert_eq!(&site.terms, &rebuilt.terms);
        prop_assert_eq!(&site.comments, &rebuilt.comments);
        comments_agree(&site);
        for (query, day) in &queries {
            let now = time(*day);
            prop_assert_eq!(site.posts(query, now), expected(&site, query, now), "{:?}", query);
            aggregates_agree(&site, now);
        }
    }
}
