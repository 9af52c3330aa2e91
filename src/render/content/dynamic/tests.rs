use serde_json::json;

use super::*;

#[test]
fn outer_elements_bear_what_all_blocks_share() {
    let value = json!({
        "align": "wide", "className": "is-style-outline", "textColor": "vivid-red", "fontSize": "small",
        "style": { "typography": { "lineHeight": "2.4" }, "spacing": { "padding": { "top": "var:preset|spacing|50" } } },
    });
    assert_eq!(
        Attributes(&value).outer("tag-cloud", &["own"]),
        " style=\"line-height:2.4;padding-top:var(--wp--preset--spacing--50);\" class=\"own alignwide is-style-outline \
         has-text-color has-vivid-red-color wp-block-tag-cloud has-small-font-size\""
    );
}

#[test]
fn attributes_cannot_leave_their_place() {
    let value = json!({
        "className": "a\" onclick=\"x", "textColor": "r\"><script>",
        "style": { "color": { "text": "red;background:url(//x)" }, "typography": { "fontSize": "url(//x)" } },
    });
    let outer = Attributes(&value).outer("search", &[]);
    assert!(!outer.contains("onclick=\"") && !outer.contains('<') && !outer.contains("url("), "{outer}");
}

#[test]
fn sizes_of_a_cloud_are_wordpress_s() {
    let term = |name: &str, count| TermFacts { id: 1, parent: None, name: name.to_owned(), url: String::new(), count };
    let terms = [term("a", 1), term("b", 10), term("c", 17), term("d", 3)];
    let html = tag_cloud(Attributes(&json!({})), &terms);
    for size in ["8pt", "18.791666666667pt", "22pt", "12.375pt"] {
        assert!(html.contains(&format!("font-size: {size};")), "{size}: {html}");
    }
}

#[test]
fn weeks_begin_where_the_settings_say() {
    let month = |start_of_week| Month { year: 2026, month: 11, start_of_week, ..Month::empty(0) };
    let html = calendar(Attributes(&json!({})), &month(1));
    assert!(html.contains("<td colspan=\"6\" class=\"pad\">&nbsp;</td><td>1</td>\n\t</tr>"), "{html}");
    assert!(html.contains("<td>30</td>\n\t\t<td class=\"pad\" colspan=\"6\">"), "{html}");
    let html = calendar(Attributes(&json!({})), &month(0));
    assert!(html.contains("<tr>\n\t\t<td>1</td><td>2</td>"), "{html}");
}

#[test]
fn a_tree_of_pages_ends_though_they_are_each_other_s_parents() {
    let page =
        |id, parent| Place { id, parent, title_html: id.to_string(), url: String::new(), current: false, front: false };
    let html = page_list(
        Attributes(&json!({})),
        &[page(1, None), page(2, Some(1)), page(3, Some(9)), page(4, Some(4))],
        false,
    );
    assert_eq!(html.matches("<li").count(), 3, "{html}");
}

#[test]
fn pictures_have_the_size_their_block_asks_for() {
    let picture =
        crate::render::image::Picture { url: "/a.png".to_owned(), width: 800, height: 400, ..Default::default() };
    let post = PostFacts { thumbnail: Some(picture.clone()), ..PostFacts::default() };
    let value = json!({ "width": "200px", "height": "100px", "scale": "contain" });
    let html = of_post("post-featured-image", Attributes(&value), &post).unwrap_or_default();
    assert!(html.starts_with("<figure style=\"width:200px;height:100px;\""), "{html}");
    assert!(html.contains("style=\"width:100%;height:100%;object-fit:contain;\""), "{html}");
    let value = json!({ "aspectRatio": "16/9" });
    let html = of_post("post-featured-image", Attributes(&value), &post).unwrap_or_default();
    assert!(html.contains("aspect-ratio:16/9;") && html.contains("object-fit:cover;"), "{html}");
    let html = of_post("post-featured-image", Attributes(&json!({})), &post).unwrap_or_default();
    assert!(!html.contains("style="), "{html}");

    let site = SiteFacts { logo: Some(picture), ..SiteFacts::default() };
    for (value, size) in
        [(json!({ "width": 300 }), "width=\"300\" height=\"150\""), (json!({}), "width=\"120\" height=\"60\"")]
    {
        let html = of_site("site-logo", Attributes(&value), &site).unwrap_or_default();
        assert!(html.contains(size), "{html}");
    }
}

#[test]
fn flags_may_come_as_text() {
    let value = json!({ "yes": "true", "no": "false", "odd": "maybe" });
    let attributes = Attributes(&value);
    assert!(attributes.flag("yes", false) && !attributes.flag("no", true) && attributes.flag("odd", true));
}
