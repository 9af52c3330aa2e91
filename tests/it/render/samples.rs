//! A made-up paper, with everything a page can have, and pages that have next to nothing.

use std::{collections::BTreeMap, sync::Arc};

use bucketpress::{
    content::ContentFormat,
    render::{
        content::{ContentInput, html},
        hierarchy::Kind,
        image::{Picture, PictureSize},
        view::{
            Archive, Author, Card, Comment, CommentForm, Comments, Date, FlatComment, Image, List, ListKind, Menu,
            MenuItem, Neighbour, Pagination, Post, Site, Term, View,
        },
    },
};

pub struct Sample {
    pub name: String,
    pub kind: Kind,
    pub view: View,
}

const HOME: &str = "http://127.0.0.1:8000";

const HEADLINES: [(&str, &str, &str); 12] = [
    (
        "The harbour that would not silt up",
        "Coast",
        "For forty years the dredgers came each spring. Then one year they found nothing to do, and nobody could say why.",
    ),
    (
        "A night shift at the seed bank",
        "Science",
        "Between midnight and six, two people and a diesel generator look after a third of the world’s barley.",
    ),
    (
        "Notes on repairing a clarinet",
        "Craft",
        "The cork dries out first. After that it is a matter of patience, beeswax and not listening to advice.",
    ),
    (
        "Why the last ferry waits",
        "Coast",
        "The timetable says ten past eleven. The timetable has been wrong since 1974, on purpose.",
    ),
    ("Bread, mostly", "Table", "Six loaves in six weeks, one oven, and the slow discovery that the flour was lying."),
    (
        "The map room moves again",
        "City",
        "Eleven thousand sheets, four flights of stairs, and a lift that has been about to be fixed since March.",
    ),
    ("Learning to read a river", "Science", "Gauges give you numbers. Old men on bridges give you the rest."),
    ("In praise of the municipal bench", "City", "It asks for nothing and is almost always free."),
    (
        "What the beekeepers noticed",
        "Science",
        "They write everything down, which is why, this time, somebody believed them.",
    ),
    (
        "A small theatre, its large debts, and the remarkably long headline that the sub-editors could not bring themselves to cut",
        "Stage",
        "They open on Thursday regardless.",
    ),
    ("", "Asides", "Rain on the skylight all morning; the cat has filed a complaint."),
    (
        "Letters: on the matter of the clock",
        "Letters",
        "Readers respond, at length, to our piece on the town hall clock.",
    ),
];

fn date(day: u8) -> Date {
    Date {
        iso: format!("2026-11-{day:02}T08:30:00+00:00"),
        text: format!("November {day}, 2026"),
        time: "8:30 am".to_owned(),
        year: 2026,
    }
}

fn term(name: &str, taxonomy: &str) -> Term {
    let slug = name.to_lowercase();
    Term {
        id: 3,
        taxonomy: taxonomy.to_owned(),
        name: name.to_owned(),
        url: format!("{HOME}/category/{slug}/"),
        slug,
        count: 4,
        ..Term::default()
    }
}

fn author() -> Author {
    Author {
        name: "Ines Calder".to_owned(),
        url: format!("{HOME}/author/ines/"),
        slug: "ines".to_owned(),
        description: "Ines Calder writes about water, weather and the people who measure them. She lives near the mouth of the Tarn.".to_owned(),
        website: "https://ines.example/".to_owned(),
    }
}

fn picture(id: u64) -> Picture {
    let size = |name: &str, width: u32, height: u32| PictureSize {
        name: name.to_owned(),
        url: format!("/img/{id}.svg?w={width}"),
        width,
        height,
    };
    Picture {
        id,
        url: format!("/img/{id}.svg"),
        mime_type: "image/svg+xml".to_owned(),
        width: 1600,
        height: 1067,
        alt: "Low tide at the old slipway".to_owned(),
        title: "Slipway".to_owned(),
        caption_html: "The slipway at low tide, looking <em>north-west</em>. Photograph: A. Brandt".to_owned(),
        page_url: format!("{HOME}/slipway-{id}/"),
        sizes: vec![
            size("thumbnail", 150, 150),
            size("medium", 300, 200),
            size("medium_large", 768, 512),
            size("large", 1024, 683),
        ],
    }
}

fn image(id: u64) -> Image {
    picture(id).image("large")
}

fn item(title: &str, children: Vec<MenuItem>) -> MenuItem {
    MenuItem {
        title: title.to_owned(),
        url: format!("{HOME}/category/{}/", title.to_lowercase()),
        children,
        ..MenuItem::default()
    }
}

pub fn site() -> Arc<Site> {
    let primary = vec![
        item("Coast", Vec::new()),
        item("City", vec![item("Streets", Vec::new()), item("Council", vec![item("Minutes", Vec::new())])]),
        item("Science", Vec::new()),
        item("Table", Vec::new()),
        item("Stage", Vec::new()),
        item("Letters", Vec::new()),
        item("About", Vec::new()),
    ];
    let menu = |items| Menu { name: "m".to_owned(), items };
    Arc::new(Site {
        title: "The Tarn Observer".to_owned(),
        tagline: "News of the estuary, fortnightly since 1911".to_owned(),
        home: HOME.to_owned(),
        language: "en-GB".to_owned(),
        direction: "ltr".to_owned(),
        rss_url: format!("{HOME}/feed/"),
        atom_url: format!("{HOME}/feed/atom/"),
        comments_feed_url: format!("{HOME}/comments/feed/"),
        api_url: format!("{HOME}/wp-json/"),
        xmlrpc_url: format!("{HOME}/xmlrpc.php"),
        search_url: format!("{HOME}/"),
        posts_url: format!("{HOME}/"),
        search_engines_welcome: true,
        menus: BTreeMap::from([
            ("primary".to_owned(), menu(primary)),
            ("footer".to_owned(), menu(vec![item("Contact", Vec::new()), item("Privacy", Vec::new())])),
        ]),
        year: 2026,
        ..Site::default()
    })
}

fn card(number: usize) -> Card {
    let (title, category, excerpt) = HEADLINES[number % HEADLINES.len()];
    let number = u64::try_from(number).unwrap();
    Card {
        id: number + 100,
        post_type: "post".to_owned(),
        title: title.to_owned(),
        title_html: title.to_owned(),
        permalink: format!("{HOME}/single.html?{number}"),
        excerpt_html: format!("<p>{excerpt}</p>"),
        published: date(u8::try_from(20 - number.min(19)).unwrap()),
        author: Some(author()),
        categories: vec![term(category, "category")],
        thumbnail: (![2, 5, 7, 10].contains(&number)).then(|| image(number + 1)),
        comment_count: number % 3,
        comments_open: true,
        ..Card::default()
    }
}

fn cards(count: usize) -> Vec<Card> {
    (0..count).map(card).collect()
}

pub fn comments() -> Comments {
    let one = |id: u64, parent: Option<u64>, author: &str, text: &str| FlatComment {
        comment: Comment {
            id,
            author: author.to_owned(),
            author_url: if id == 2 { "https://example.org/".to_owned() } else { String::new() },
            date: date(12),
            permalink: format!("#comment-{id}"),
            content_html: text.to_owned(),
            by_post_author: id == 3,
            kind: if id == 6 { "pingback".to_owned() } else { "comment".to_owned() },
            reply_url: Some(format!("?replytocom={id}#respond")),
            ..Comment::default()
        },
        parent,
    };
    let flat = vec![
        one(
            1,
            None,
            "Marta",
            "<p>My grandfather ran the dredger. He always said the harbour was <em>breathing</em>.</p>",
        ),
        one(
            2,
            Some(1),
            "P. Osei",
            "<p>The survey of 1988 says much the same, in duller words.</p><blockquote><p>No net accretion was observed.</p></blockquote>",
        ),
        one(
            3,
            Some(2),
            "Ines Calder",
            "<p>I have read it. It is quoted in the second part, which should be out next week.</p>",
        ),
        one(4, Some(3), "Marta", "<p>Looking forward to that.</p>"),
        one(
            5,
            None,
            "",
            "<p>averyveryveryveryverylongwordwithoutanyplacetobreakthatgoesonandonandonandonandonandon</p>",
        ),
        one(6, None, "Estuary notes » The harbour", "<p>[…] as the Observer writes […]</p>"),
    ];
    Comments {
        in_content: false,
        count: 6,
        open: true,
        items: Comments::tree(flat, 5),
        form: Some(CommentForm {
            action: "/wp-comments-post.php".to_owned(),
            post_id: 1,
            need_name_email: true,
            ..CommentForm::default()
        }),
        pagination: None,
    }
}

fn render(content: &str, format: ContentFormat) -> String {
    let pictures: BTreeMap<u64, Picture> = (1..=9).map(|id| (id, picture(id))).collect();
    html(&ContentInput {
        content,
        format,
        post_id: 1,
        pictures: Some(&pictures),
        permalink: HOME,
        ..ContentInput::default()
    })
}

pub fn post() -> Post {
    Post {
        id: 1,
        post_type: "post".to_owned(),
        slug: "harbour".to_owned(),
        title: HEADLINES[0].0.to_owned(),
        title_html: HEADLINES[0].0.to_owned(),
        content_html: render(include_str!("samples/classic.html"), ContentFormat::Html),
        excerpt_html: format!("<p>{}</p>", HEADLINES[0].2),
        summary: HEADLINES[0].2.to_owned(),
        permalink: format!("{HOME}/single.html"),
        shortlink: format!("{HOME}/?p=1"),
        api_url: format!("{HOME}/wp-json/wp/v2/posts/1"),
        published: date(20),
        modified: date(20),
        author: Some(author()),
        categories: vec![term("Coast", "category")],
        tags: vec![term("harbours", "post_tag"), term("dredging", "post_tag"), term("tides", "post_tag")],
        thumbnail: Some(image(1)),
        comments: comments(),
        previous: Some(Neighbour { title_html: HEADLINES[1].0.to_owned(), url: format!("{HOME}/a"), thumbnail: None }),
        next: Some(Neighbour { title_html: HEADLINES[9].0.to_owned(), url: format!("{HOME}/b"), thumbnail: None }),
        related: cards(4).into_iter().skip(1).collect(),
        words: 1400,
        ..Post::default()
    }
}

fn single(name: &str, change: impl FnOnce(&mut Post)) -> Sample {
    let mut shown = post();
    change(&mut shown);
    let kind = Kind::Singular {
        post_type: shown.post_type.clone(),
        id: 1,
        slug: "harbour".to_owned(),
        template: String::new(),
        mime_type: "image/svg+xml".to_owned(),
    };
    Sample { name: name.to_owned(), kind, view: View::singular(site(), format!("{HOME}/harbour/"), shown) }
}

fn listed(name: &str, kind: Kind, list: List) -> Sample {
    Sample { name: name.to_owned(), kind, view: View::list(site(), format!("{HOME}/{name}/"), list) }
}

fn list(kind: ListKind, title: &str, count: usize, page: usize, total: usize) -> List {
    List {
        kind,
        title: title.to_owned(),
        entries: cards(count),
        total: count,
        pagination: Pagination::new(page, total, |n| format!("{HOME}/page/{n}/")),
        ..List::default()
    }
}

pub fn all() -> Vec<Sample> {
    let mut samples = vec![
        listed(
            "home",
            Kind::Home { front: true },
            List { months: vec![Archive::default()], ..list(ListKind::Home, "", 12, 1, 9) },
        ),
        listed(
            "home-plain",
            Kind::Home { front: true },
            List {
                entries: cards(12).into_iter().map(|c| Card { thumbnail: None, ..c }).collect(),
                ..list(ListKind::Home, "", 12, 1, 2)
            },
        ),
        listed("home-one", Kind::Home { front: true }, list(ListKind::Home, "", 1, 1, 1)),
        listed("home-empty", Kind::Home { front: true }, list(ListKind::Home, "", 0, 1, 1)),
        listed("home-page-5", Kind::Home { front: true }, list(ListKind::Home, "", 10, 5, 9)),
        listed(
            "category",
            Kind::Category { id: 3, slug: "coast".to_owned() },
            List {
                description_html: "<p>What the sea brings in, takes out and leaves alone.</p>".to_owned(),
                term: Some(term("Coast", "category")),
                children: vec![term("Ferries", "category"), term("Lighthouses", "category")],
                rss_url: Some(format!("{HOME}/category/coast/feed/")),
                ..list(ListKind::Category, "Coast", 9, 2, 4)
            },
        ),
        listed("tag", Kind::Tag { id: 3, slug: "t".to_owned() }, list(ListKind::Tag, "tides", 3, 1, 1)),
        listed(
            "taxonomy",
            Kind::Taxonomy { taxonomy: "genre".to_owned(), slug: "g".to_owned() },
            list(ListKind::Taxonomy, "Long reads", 2, 1, 1),
        ),
        listed(
            "author",
            Kind::Author { id: 1, slug: "ines".to_owned() },
            List { author: Some(author()), ..list(ListKind::Author, "Ines Calder", 4, 1, 1) },
        ),
        listed("date", Kind::Date, list(ListKind::Month, "November 2026", 4, 1, 1)),
        listed(
            "type-archive",
            Kind::PostTypeArchive { post_type: "book".to_owned() },
            list(ListKind::PostType, "Books", 2, 1, 1),
        ),
        listed(
            "search",
            Kind::Search,
            List { query: "harbour \"silt\"".to_owned(), ..list(ListKind::Search, "", 3, 1, 1) },
        ),
        listed(
            "search-nothing",
            Kind::Search,
            List { query: "zeppelin".to_owned(), ..list(ListKind::Search, "", 0, 1, 1) },
        ),
        Sample { name: "404".to_owned(), kind: Kind::NotFound, view: View::not_found(site(), cards(3)) },
    ];
    samples.extend(singular());
    samples
}

fn singular() -> Vec<Sample> {
    vec![
        single("single", |_| {}),
        single("single-blocks", |post| {
            post.content_html = render(include_str!("samples/blocks.html"), ContentFormat::Html);
            post.thumbnail = None;
            post.excerpt_html.clear();
        }),
        single("single-markdown", |post| {
            post.content_html = render(include_str!("samples/markdown.md"), ContentFormat::Markdown);
            post.thumbnail = None;
            post.comments = Comments::default();
        }),
        single("single-long-title", |post| {
            post.title = HEADLINES[9].0.repeat(2);
            post.title_html = post.title.clone();
            post.parts = Some(Pagination::new(2, 3, |n| format!("{HOME}/harbour/{n}/")));
            post.comments.form = None;
        }),
        single("single-no-title", |post| {
            *post = Post {
                id: 9,
                post_type: "post".to_owned(),
                content_html: "<p>Rain on the skylight all morning.</p>".to_owned(),
                published: date(3),
                format: "aside".to_owned(),
                ..Post::default()
            };
        }),
        single("single-protected", |post| {
            post.protected = true;
            post.password_required = true;
            post.content_html.clear();
        }),
        single("page", |post| {
            post.post_type = "page".to_owned();
            post.title_html = "About the Observer".to_owned();
            post.thumbnail = None;
            post.ancestors =
                vec![Neighbour { title_html: "The paper".to_owned(), url: format!("{HOME}/paper/"), thumbnail: None }];
            post.children = ["Staff", "History", "Corrections"]
                .map(|title| Neighbour {
                    title_html: title.to_owned(),
                    url: format!("{HOME}/{title}/"),
                    thumbnail: None,
                })
                .to_vec();
            post.comments = Comments::default();
            post.excerpt_html.clear();
        }),
        single("attachment", |post| {
            post.post_type = "attachment".to_owned();
            post.title_html = "Slipway".to_owned();
            post.thumbnail = None;
            post.content_html = "<p>Taken on the first Sunday of spring.</p>".to_owned();
            post.excerpt_html.clear();
            post.attachment = Some(bucketpress::render::view::Attachment {
                url: "/img/1.svg".to_owned(),
                mime_type: "image/jpeg".to_owned(),
                image: Some(image(1)),
                name: "slipway.jpg".to_owned(),
                size: "1.2 MB".to_owned(),
            });
            post.comments = Comments::default();
        }),
    ]
}
