//! Pages whose texts try to get out of their place.

use std::sync::Arc;

use bucketpress::render::{
    hierarchy::Kind,
    view::{Author, Comment, Comments, Image, List, ListKind, Post, Site, Term, View},
};

use super::samples::{Sample, comments, post, site};

/// Every text field tries to get out.
pub fn all() -> Vec<Sample> {
    let bad = "\"><script>alert(1)</script>";
    let mut site = Site::clone(&site());
    for field in [&mut site.title, &mut site.tagline, &mut site.language] {
        *field = bad.to_owned();
    }
    let site = Arc::new(site);
    let hostile_author = Author {
        name: bad.to_owned(),
        url: bad.to_owned(),
        slug: bad.to_owned(),
        description: bad.to_owned(),
        website: " javascript:alert(1)".to_owned(),
    };
    let hostile_term = Term { name: bad.to_owned(), url: bad.to_owned(), ..Term::default() };
    let hostile_image = Image { src: bad.to_owned(), srcset: bad.to_owned(), alt: bad.to_owned(), ..Image::default() };
    let post = Post {
        title: bad.to_owned(),
        summary: bad.to_owned(),
        permalink: bad.to_owned(),
        author: Some(hostile_author.clone()),
        categories: vec![hostile_term.clone()],
        tags: vec![hostile_term],
        thumbnail: Some(hostile_image),
        comments: Comments {
            count: 1,
            items: vec![Comment {
                author: bad.to_owned(),
                author_url: "javascript:alert(1)".to_owned(),
                ..Comment::default()
            }],
            ..comments()
        },
        ..post()
    };
    let kind = Kind::Singular {
        post_type: "post".to_owned(),
        id: 1,
        slug: String::new(),
        template: String::new(),
        mime_type: String::new(),
    };
    let list = List { title: bad.to_owned(), query: bad.to_owned(), author: Some(hostile_author), ..List::default() };
    vec![
        Sample {
            name: "hostile post".to_owned(),
            kind,
            view: View::singular(Arc::clone(&site), bad.to_owned(), Post { related: Vec::new(), ..post }),
        },
        Sample {
            name: "hostile list".to_owned(),
            kind: Kind::Search,
            view: View::list(Arc::clone(&site), bad.to_owned(), List { kind: ListKind::Search, ..list.clone() }),
        },
        Sample {
            name: "hostile author".to_owned(),
            kind: Kind::Author { id: 1, slug: String::new() },
            view: View::list(site, bad.to_owned(), List { kind: ListKind::Author, ..list }),
        },
    ]
}
