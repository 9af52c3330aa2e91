//! Posts as templates see them: in full and as an entry of a list.

use serde::Serialize;

use super::{Comments, Date, Image, Pagination};

/// A post of any type on its own page.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Post {
    pub id: u64,
    /// `post`, `page`, `attachment` or a custom type.
    pub post_type: String,
    pub slug: String,
    /// Plain text; may be empty.
    pub title: String,
    /// With the inline markup the author gave it.
    pub title_html: String,
    /// This part's content; empty while `password_required`.
    pub content_html: String,
    /// The manual excerpt as HTML, or empty.
    pub excerpt_html: String,
    /// Plain text for descriptions; the manual or the automatic excerpt.
    pub summary: String,
    /// Absolute.
    pub permalink: String,
    pub shortlink: String,
    /// REST address of this item.
    pub api_url: String,
    pub published: Date,
    pub modified: Date,
    pub author: Option<Author>,
    pub categories: Vec<Term>,
    pub tags: Vec<Term>,
    /// Terms of custom taxonomies.
    pub other_terms: Vec<Term>,
    /// Post format without its prefix: `aside`, `gallery`, …; empty is standard.
    pub format: String,
    pub sticky: bool,
    pub thumbnail: Option<Image>,
    /// A password protects this post.
    pub protected: bool,
    /// The reader has not given the password: show the form.
    pub password_required: bool,
    /// Private, or a preview of a draft; shown to signed-in readers only.
    pub private: bool,
    pub comments: Comments,
    /// Parts made by `<!--nextpage-->`; `None` when there is one part.
    pub parts: Option<Pagination>,
    /// The post before this one in time.
    pub previous: Option<Neighbour>,
    pub next: Option<Neighbour>,
    /// Ancestors of pages and the parent of attachments, outermost first.
    pub ancestors: Vec<Neighbour>,
    /// Published child pages, in menu order.
    pub children: Vec<Neighbour>,
    /// Of attachments: the file.
    pub attachment: Option<Attachment>,
    /// Related posts at the foot of the page; may be empty.
    pub related: Vec<Card>,
    /// Words in this part's text, for the reading time.
    pub words: usize,
}

/// What an attachment page shows of its file.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Attachment {
    pub url: String,
    pub mime_type: String,
    /// The image, in the size for a page; `None` for other files.
    pub image: Option<Image>,
    /// File name without folders.
    pub name: String,
    /// Human: `1.2 MB`; empty when unknown.
    pub size: String,
}

/// A post in a list.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Card {
    pub id: u64,
    pub post_type: String,
    pub title: String,
    pub title_html: String,
    pub permalink: String,
    /// Manual excerpt or the first words; paragraphs without outer markup.
    pub excerpt_html: String,
    pub published: Date,
    pub author: Option<Author>,
    pub categories: Vec<Term>,
    pub format: String,
    pub sticky: bool,
    pub protected: bool,
    pub thumbnail: Option<Image>,
    pub comment_count: u64,
    pub comments_open: bool,
}

#[derive(Clone, Debug, Default, Serialize)]
pub struct Author {
    pub name: String,
    /// Author archive.
    pub url: String,
    pub slug: String,
    pub description: String,
    /// The author's own site; may be empty.
    pub website: String,
}

#[derive(Clone, Debug, Default, Serialize)]
pub struct Term {
    pub id: u64,
    pub taxonomy: String,
    pub name: String,
    pub slug: String,
    /// Archive of the term, absolute.
    pub url: String,
    /// Public posts in it.
    pub count: u64,
    pub description_html: String,
}

/// A link to another post.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Neighbour {
    pub title_html: String,
    pub url: String,
    pub thumbnail: Option<Image>,
}
