//! Terms: names, slugs, parents, deletion.

use super::*;

#[tokio::test]
async fn names_and_slugs_are_told_apart_as_in_wordpress() {
    let desk = Desk::new().await;
    let slug = |id| desk.site().state.term(id).unwrap().slug;
    let news = desk.term(category("News & Views")).await.unwrap();
    assert_eq!(slug(news), "news-views");
    let twin = desk.term(category("news & views")).await.unwrap_err();
    assert!(matches!(twin, PublishError::Exists { code: "term_exists", existing: Some(id), .. } if id == news.0));
    let child = desk.term(SaveTerm { parent: Some(Some(news)), ..category("News & Views") }).await.unwrap();
    assert_eq!(slug(child), "news-views-news-views", "below a parent the parent's slug is added");
    let other = desk.term(SaveTerm { slug: Some("news-views".to_owned()), ..category("Other") }).await.unwrap();
    assert_eq!(slug(other), "news-views-2");
    let tag = SaveTerm { taxonomy: Some(Taxonomy::new("post_tag")), ..category("News & Views") };
    let tag = desk.term(tag).await.unwrap();
    assert_eq!(slug(tag), "news-views", "taxonomies do not share slugs");
    let wanted = SaveTerm { id: Some(other), slug: Some("news-views".to_owned()), ..SaveTerm::default() };
    assert_eq!(code(desk.term(wanted).await), "duplicate_term_slug");
    let renamed = SaveTerm { id: Some(other), name: Some("Renamed".to_owned()), ..SaveTerm::default() };
    assert_eq!(slug(desk.term(renamed).await.unwrap()), "news-views-2", "a new name moves nothing");
}

#[tokio::test]
async fn wrong_terms_are_refused() {
    let desk = Desk::new().await;
    let news = desk.term(category("News")).await.unwrap();
    let child = desk.term(SaveTerm { parent: Some(Some(news)), ..category("Child") }).await.unwrap();
    let tag = |name: &str| SaveTerm { taxonomy: Some(Taxonomy::new("post_tag")), ..category(name) };
    let cases = [
        (category(" "), "empty_term_name"),
        (SaveTerm { taxonomy: Some(Taxonomy::new("none")), ..category("x") }, "invalid_taxonomy"),
        (SaveTerm { parent: Some(Some(TermId(99))), ..category("x") }, "rest_term_invalid"),
        (SaveTerm { parent: Some(Some(news)), ..tag("x") }, "rest_taxonomy_not_hierarchical"),
        (SaveTerm { id: Some(news), parent: Some(Some(child)), ..SaveTerm::default() }, "rest_term_invalid"),
        (SaveTerm { id: Some(news), parent: Some(Some(news)), ..SaveTerm::default() }, "rest_term_invalid"),
        (SaveTerm { id: Some(TermId(99)), ..category("x") }, "rest_term_invalid"),
        (SaveTerm { id: Some(news), ..tag("x") }, "rest_term_invalid"),
    ];
    for (save, expected) in cases {
        let shown = format!("{save:?}");
        assert_eq!(code(desk.term(save).await), expected, "{shown}");
    }
    let by_author = Edit::SaveTerm(Box::new(category("x")));
    assert_eq!(code(desk.by(&desk.actor(&Role::Author), by_author).await), "rest_cannot_create");
    desk.by(&desk.actor(&Role::Author), Edit::SaveTerm(Box::new(tag("x")))).await.unwrap();
}

#[tokio::test]
async fn deletion_moves_children_up_and_leaves_no_post_without_category() {
    let desk = Desk::new().await;
    let default = desk.site().state.settings().default_category;
    let top = desk.term(category("Top")).await.unwrap();
    let middle = desk.term(SaveTerm { parent: Some(Some(top)), ..category("Middle") }).await.unwrap();
    let low = desk.term(SaveTerm { parent: Some(Some(middle)), ..category("Low") }).await.unwrap();
    let within = |terms: Vec<TermId>| SavePost { terms: vec![(Taxonomy::new("category"), terms)], ..published("x") };
    let only = desk.save(&Role::Editor, within(vec![middle])).await.unwrap().id;
    let both = desk.save(&Role::Editor, within(vec![middle, low])).await.unwrap().id;
    let editor = desk.actor(&Role::Editor);
    assert_eq!(code(desk.by(&desk.actor(&Role::Author), Edit::DeleteTerm { id: middle }).await), "rest_cannot_delete");
    desk.by(&editor, Edit::DeleteTerm { id: middle }).await.unwrap();
    assert_eq!(desk.site().state.term(low).unwrap().parent, Some(top));
    assert_eq!(desk.post(only).terms, [default]);
    assert_eq!(desk.post(both).terms, [low]);
    assert_eq!(code(desk.by(&editor, Edit::DeleteTerm { id: default }).await), "rest_cannot_delete");
    assert_eq!(code(desk.by(&editor, Edit::DeleteTerm { id: middle }).await), "rest_term_invalid");
}
