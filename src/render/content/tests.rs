//! Content rendering where no recording says what is right.

use std::collections::BTreeMap;

use proptest::prelude::*;

use super::*;
use crate::render::image::PictureSize;

fn picture(id: u64) -> Picture {
    let size = |name: &str, width, height| PictureSize {
        name: name.to_owned(),
        url: format!("https://s/u/p{id}-{width}x{height}.jpg"),
        width,
        height,
    };
    Picture {
        id,
        url: format!("https://s/u/p{id}.jpg"),
        mime_type: "image/jpeg".to_owned(),
        width: 1600,
        height: 1200,
        alt: "A \"boat\"".to_owned(),
        title: format!("p{id}"),
        caption_html: "The <em>sea</em> & us".to_owned(),
        page_url: format!("https://s/p{id}/"),
        sizes: vec![size("thumbnail", 150, 150), size("medium", 300, 225), size("large", 1024, 768)],
    }
}

fn render(content: &str) -> String {
    let pictures = BTreeMap::from([(7, picture(7)), (8, picture(8))]);
    html(&ContentInput { content, post_id: 5, pictures: Some(&pictures), children: &[8], ..ContentInput::default() })
}

#[test]
fn images_of_known_attachments_get_their_sizes() {
    let out = render("<p><img class=\"wp-image-7 size-medium\" src=\"https://s/u/p7-300x225.jpg\" alt=\"x\" /></p>");
    assert!(out.contains("width=\"300\" height=\"225\""), "{out}");
    assert!(
        out.contains("https://s/u/p7-300x225.jpg 300w, https://s/u/p7-1024x768.jpg 1024w, https://s/u/p7.jpg 1600w"),
        "{out}"
    );
    assert!(!out.contains("150w"), "a cropped thumbnail is another picture: {out}");
    assert!(!out.contains("loading="), "the first image is likely in view: {out}");
}

#[test]
fn what_an_image_says_itself_is_kept() {
    let own = "<img class=\"wp-image-7\" src=\"https://s/u/p7.jpg\" srcset=\"own\" width=\"10\" loading=\"eager\" decoding=\"sync\">";
    assert_eq!(render(own).trim(), format!("<p>{own}</p>"));
}

#[test]
fn galleries_show_named_pictures_or_the_posts_own() {
    let out = render("[gallery ids=\"8,7,99\" columns=\"2\" link=\"file\"]");
    assert!(
        out.starts_with("<div id='gallery-1' class='gallery galleryid-5 gallery-columns-2 gallery-size-thumbnail'>"),
        "{out}"
    );
    let (eight, seven) = (out.find("p8-150x150").unwrap(), out.find("p7-150x150").unwrap());
    assert!(eight < seven, "in the order given: {out}");
    assert!(out.contains("The <em>sea</em> &#038; us"), "{out}");
    assert!(out.contains("alt=\"A &quot;boat&quot;\""), "{out}");
    assert!(render("[gallery]").contains("p8-150x150"));
    assert_eq!(
        needs("[gallery] [gallery ids=\"3,4\"] <img class='wp-image-9'>"),
        Needs { attachments: vec![3, 4, 9], children: true, addresses: Vec::new() }
    );
}

#[test]
fn embeds_are_players_or_links_and_nothing_is_fetched() {
    let block = "<!-- wp:embed --><figure class=\"wp-block-embed\"><div class=\"wp-block-embed__wrapper\">\nhttps://www.youtube.com/watch?v=dQw4w9WgXcQ\n</div></figure><!-- /wp:embed -->";
    assert!(render(block).contains("src=\"https://www.youtube-nocookie.com/embed/dQw4w9WgXcQ\""), "{}", render(block));
    assert!(render("a\n\nhttps://youtu.be/dQw4w9WgXcQ\n\nb").contains("<iframe"));
    assert!(render("[embed]https://example.com/x[/embed]").contains("<a href=\"https://example.com/x\">"));
    assert!(!render("[embed]javascript:alert(1)[/embed]").contains("href"));
}

#[test]
fn unknown_shortcodes_and_those_in_tags_stay() {
    assert_eq!(render("[nosuch a=1]x[/nosuch]").trim(), "<p>[nosuch a=1]x[/nosuch]</p>");
    assert_eq!(render("<a title=\"[gallery]\">x</a>").trim(), "<p><a title=\"[gallery]\">x</a></p>");
    assert_eq!(render("[[gallery]]").trim(), "<p>[gallery]</p>");
}

#[test]
fn more_cuts_lists_and_anchors_pages() {
    let input = ContentInput {
        content: "one<!--more Go on-->two",
        post_id: 3,
        permalink: "https://s/a/",
        ..ContentInput::default()
    };
    assert!(html(&input).contains("one<span id=\"more-3\"></span>two"));
    let teaser = html(&ContentInput { teaser: true, ..input });
    assert!(
        teaser.contains("<a href=\"https://s/a/#more-3\" class=\"more-link\">Go on</a>") && !teaser.contains("two"),
        "{teaser}"
    );
}

#[test]
fn comments_link_addresses_once() {
    let out = comment_html("See http://a.b/c?x=1&y=2. And <a href=\"http://d.e\">http://d.e</a>");
    assert!(
        out.contains("<a href=\"http://a.b/c?x=1&amp;y=2\" rel=\"nofollow ugc\">http://a.b/c?x=1&y=2</a>."),
        "{out}"
    );
    assert_eq!(out.matches("<a ").count(), 2, "{out}");
}

#[test]
fn a_part_of_markdown_is_as_harmless_as_the_whole() {
    let bad = "<script>alert(1)</script>";
    for mark in ["<!--nextpage-->", "<!--more-->\n<!--noteaser-->"] {
        let source = clean_markdown(&format!("```\n{mark}\n{bad}\n```\n"));
        for (part, teaser) in [(0, false), (1, false), (2, false), (1, true)] {
            let input = ContentInput {
                content: &source,
                format: ContentFormat::Markdown,
                part,
                teaser,
                ..ContentInput::default()
            };
            let out = html(&input);
            assert!(!out.contains("<script"), "{mark} {part}: {out}");
        }
    }
}

/// Pieces that mean something to one of the parsers, to be put together in senseless ways.
const PIECES: [&str; 44] = [
    "<",
    ">",
    "<p>",
    "</p>",
    "<pre",
    "</pre>",
    "<br />",
    "<br",
    "\n",
    "\n\n",
    " ",
    "<!--",
    "-->",
    "<!-- wp:a ",
    "{",
    "}",
    "} -->",
    "<!-- /wp:a -->",
    "<!-- wp:a /-->",
    "[",
    "]",
    "[[",
    "[gallery",
    "[caption width=\"9\"]",
    "[/caption]",
    "[embed]",
    "/]",
    "[video src=\"",
    "\"",
    "'",
    "=",
    "<img class=\"wp-image-7\"",
    "<iframe",
    "é",
    "\u{a0}",
    "&",
    "&amp;",
    "&#x",
    "<li",
    "<div>",
    "<script>",
    "</script>",
    "<option",
    "http://a",
];

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn no_text_panics(text in "\\PC{0,200}") {
        render_every_way(&text);
    }

    #[test]
    fn no_mixture_of_markup_panics(pieces in prop::collection::vec(prop::sample::select(&PIECES[..]), 0..60)) {
        render_every_way(&pieces.concat());
    }
}

fn render_every_way(text: &str) {
    render(text);
    html(&ContentInput {
        content: text,
        format: ContentFormat::Markdown,
        part: 2,
        teaser: true,
        ..ContentInput::default()
    });
    needs(text);
    blocks::parse(text);
    parse_shortcode_attributes(text);
    strip_shortcodes(text);
    comment_html(text);
    crate::render::excerpt::auto(text, 10);
    crate::render::title::html(text);
    crate::render::title::text(text);
    escape::url(text);
}

/// Ten times the text may take about ten times as long, not a hundred. Counted in work, not in time: each of
/// these once made a scan of the whole rest at every step, which at this size does not end within a test run.
#[test]
fn hostile_repetition_ends() {
    for piece in [
        "<p",
        "<!-- wp:a {",
        "<!-- wp:a {} ",
        "[gallery",
        "[[caption]",
        "<p><li",
        "<div",
        "<br />",
        "<script>",
        "&",
        "<audio ",
        "[audio ",
    ] {
        render_every_way(&piece.repeat(15_000));
    }
    for piece in ["[embed", "[embed ]", "<div class=\"wp-block-embed__wrapper\">", "https://a.example/\n"] {
        let repeated = format!("http{}", piece.repeat(100_000));
        assert!(needs(&repeated).addresses.len() <= 100);
        render_every_way(&piece.repeat(15_000));
    }
    let nested = "<!-- wp:group -->".repeat(50_000);
    assert!(blocks::parse(&nested).len() <= 65);
    let spaced = format!("{}{}", "<div".repeat(30_000), " ".repeat(60_000));
    render_every_way(&spaced);
}

#[test]
fn layouts_are_told_in_classes() {
    let row = "<!-- wp:group {\"layout\":{\"type\":\"flex\",\"flexWrap\":\"nowrap\",\"justifyContent\":\"center\"}} -->\n<div class=\"wp-block-group\"><!-- wp:paragraph -->\n<p>a</p>\n<!-- /wp:paragraph --></div>\n<!-- /wp:group -->";
    let out = render(row);
    let classes = "class=\"is-content-justification-center is-nowrap is-layout-flex wp-block-group\"";
    assert!(out.contains(classes), "{out}");
    assert!(out.contains("<p>a</p>"), "{out}");
    let bare = "<!-- wp:group {\"layout\":{\"type\":\"grid\",\"columnCount\":3}} -->\n<section>x</section>\n<!-- /wp:group -->";
    assert!(render(bare).contains("<section class=\"is-layout-grid columns-3\">x"), "{}", render(bare));
    let wide = "<!-- wp:group {\"layout\":{\"type\":\"grid\",\"minimumColumnWidth\":\"18rem\"}} -->\n<div class=\"wp-block-group\" style=\"color:red\">x</div>\n<!-- /wp:group -->";
    let style = "style=\"grid-template-columns:repeat(auto-fill,minmax(min(18rem,100%),1fr)); color:red\"";
    assert!(render(wide).contains(style), "{}", render(wide));
    let gaps = [
        (
            "columns {\"style\":{\"spacing\":{\"blockGap\":{\"top\":\"1rem\",\"left\":\"var:preset|spacing|60\"}}}}",
            "style=\"gap:1rem var(--wp--preset--spacing--60);\" class=\"is-layout-flex\"",
        ),
        (
            "gallery {\"style\":{\"spacing\":{\"blockGap\":\"0\"}}}",
            "style=\"gap:0;--wp--style--unstable-gallery-gap:0px;\" class=\"is-layout-flex\"",
        ),
        (
            "group {\"style\":{\"spacing\":{\"blockGap\":\"2rem\"}},\"layout\":{\"type\":\"constrained\"}}",
            "style=\"--wp--style--block-gap:2rem;\" class=\"has-block-gap is-layout-constrained\"",
        ),
        (
            "group {\"style\":{\"spacing\":{\"blockGap\":{\"left\":\"3px\"}}},\"layout\":{\"type\":\"grid\",\"columnCount\":2}}",
            "style=\"gap:3px;\" class=\"is-layout-grid columns-2\"",
        ),
        (
            "group {\"style\":{\"spacing\":{\"blockGap\":\"1px;background:url(//example.org)\"}}}",
            "class=\"is-layout-flow\"",
        ),
        ("paragraph {\"style\":{\"spacing\":{\"blockGap\":\"1rem\"}}}", ""),
    ];
    for (block, expected) in gaps {
        let name = block.split(' ').next().unwrap();
        let shown = render(&format!("<!-- wp:{block} -->\n<div>x</div>\n<!-- /wp:{name} -->"));
        let expected = if expected.is_empty() { String::new() } else { format!(" {expected}") };
        assert!(shown.contains(&format!("<div{expected}>x")), "{shown}");
    }
    let hostile = "<!-- wp:group {\"layout\":{\"type\":\"flex\",\"justifyContent\":\"\\\"><b>\"}} -->\n<div>x</div>\n<!-- /wp:group -->";
    assert!(render(hostile).contains("<div class=\"is-layout-flex\">x"), "{}", render(hostile));
    assert_eq!(render("<!-- wp:group {\"layout\":{\"type\":\"flex\"}} -->").trim(), "");
    let columns = "<!-- wp:columns -->\n<div class=\"wp-block-columns\"><!-- wp:column -->\n<div class=\"wp-block-column\">a</div>\n<!-- /wp:column --></div>\n<!-- /wp:columns -->";
    let shown = render(columns);
    assert!(shown.contains("<div class=\"is-layout-flex wp-block-columns\">"), "{shown}");
    assert!(shown.contains("<div class=\"is-layout-flow wp-block-column\">a"), "{shown}");
    let cover = "<!-- wp:cover {\"layout\":{\"type\":\"constrained\"}} -->\n<div class=\"wp-block-cover\"><img src=\"/a.png\"/><span></span><div class=\"wp-block-cover__inner-container\"><!-- wp:paragraph -->\n<p>a</p>\n<!-- /wp:paragraph --></div></div>\n<!-- /wp:cover -->";
    let shown = render(cover);
    assert!(shown.contains("<div class=\"wp-block-cover\">"), "{shown}");
    assert!(shown.contains("<div class=\"is-layout-constrained wp-block-cover__inner-container\">"), "{shown}");
}

#[test]
fn links_to_profiles_are_shown_with_their_names() {
    let links = "<!-- wp:social-links -->\n<ul class=\"wp-block-social-links\"><!-- wp:social-link {\"url\":\"https://github.com/a\",\"service\":\"github\"} /--><!-- wp:social-link {\"service\":\"x\"} /--><!-- wp:social-link {\"url\":\"a@b.example\",\"service\":\"mail\",\"label\":\"Write <us>\"} /--><!-- wp:social-link {\"url\":\"javascript:alert(1)\",\"service\":\"chain\"} /--></ul>\n<!-- /wp:social-links -->";
    let out = render(links);
    assert!(out.contains("href=\"https://github.com/a\""), "{out}");
    assert!(out.contains(">GitHub</span>"), "{out}");
    assert!(out.contains("href=\"mailto:a@b.example\"") && out.contains("Write &lt;us&gt;"), "{out}");
    assert_eq!(out.matches("<li").count(), 3, "one without an address is none: {out}");
    assert!(!out.contains("javascript:"), "{out}");
}

#[test]
fn footnotes_stand_where_their_block_is() {
    let content = "<!-- wp:paragraph -->\n<p>A<sup data-fn=\"n1\" class=\"fn\"><a href=\"#n1\" id=\"n1-link\">1</a></sup></p>\n<!-- /wp:paragraph -->\n\n<!-- wp:footnotes /-->";
    let notes = "[{\"content\":\"See <em>there</em>.<script>alert(1)</script>\",\"id\":\"n1\"},{\"content\":\"b\",\"id\":\"\\\"><b>\"}]";
    let with = |footnotes: &str| html(&ContentInput { content, footnotes, ..ContentInput::default() });
    let out = with(notes);
    assert!(out.contains("<ol class=\"wp-block-footnotes\"><li id=\"n1\">See <em>there</em>."), "{out}");
    assert!(out.contains("href=\"#n1-link\" aria-label=\"Jump to footnote reference 1\""), "{out}");
    assert!(!out.contains("<script") && !out.contains("<b>"), "{out}");
    assert!(!with("no JSON").contains("<ol") && !with("[]").contains("<ol"));
}
