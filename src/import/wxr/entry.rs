//! What an export holds, as written: strings and numbers of the file, not yet decided upon.

use super::{Position, tree::Node};

/// The file's head.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Channel {
    pub title: String,
    pub link: String,
    pub description: String,
    pub language: String,
    /// `wp:wxr_version`
    pub version: Option<String>,
    /// The network's address; on a single site the same as [`Channel::blog_url`].
    pub site_url: String,
    pub blog_url: String,
}

#[derive(Clone, Debug, PartialEq)]
pub enum Entry {
    Author(Author),
    Term(Term),
    Item(Box<Item>),
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Author {
    /// Absent in hand-made files.
    pub id: Option<u64>,
    pub login: String,
    pub email: String,
    pub display_name: String,
    pub first_name: String,
    pub last_name: String,
    pub description: String,
}

/// `wp:category`, `wp:tag` or `wp:term`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Term {
    pub id: Option<u64>,
    pub taxonomy: String,
    pub slug: String,
    /// Slug of the parent; older exports give its name.
    pub parent: String,
    pub name: String,
    pub description: String,
    pub meta: Vec<Meta>,
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Meta {
    pub key: String,
    pub value: String,
}

#[derive(Clone, Debug, Default, PartialEq)]
pub struct Item {
    /// Where the item begins, for messages.
    pub at: Option<Position>,
    pub id: Option<u64>,
    pub title: String,
    pub link: String,
    /// RFC 2822, from the feed part.
    pub pub_date: String,
    /// Login of the author.
    pub creator: String,
    pub guid: String,
    pub content: String,
    pub excerpt: String,
    pub date: String,
    pub date_gmt: String,
    pub modified: String,
    pub modified_gmt: String,
    pub comment_status: String,
    pub ping_status: String,
    pub slug: String,
    pub status: String,
    pub parent: Option<u64>,
    pub menu_order: i64,
    pub post_type: String,
    pub password: String,
    pub sticky: bool,
    pub attachment_url: String,
    pub terms: Vec<ItemTerm>,
    pub meta: Vec<Meta>,
    pub comments: Vec<Comment>,
}

/// `<category domain="…" nicename="…">name</category>` of an item.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ItemTerm {
    pub taxonomy: String,
    pub slug: Option<String>,
    pub name: String,
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Comment {
    pub id: Option<u64>,
    pub author: String,
    pub author_email: String,
    pub author_url: String,
    pub author_ip: String,
    pub date: String,
    pub date_gmt: String,
    pub content: String,
    pub approved: String,
    pub kind: String,
    pub parent: Option<u64>,
    pub user: Option<u64>,
    pub meta: Vec<Meta>,
}

impl Channel {
    pub(super) fn take(&mut self, node: &Node) {
        let text = node.text.trim();
        match node.name {
            "title" => text.clone_into(&mut self.title),
            "link" => text.clone_into(&mut self.link),
            "description" => text.clone_into(&mut self.description),
            "language" => text.clone_into(&mut self.language),
            "wp:wxr_version" => self.version = Some(text.to_owned()),
            "wp:base_site_url" => text.clone_into(&mut self.site_url),
            "wp:base_blog_url" => text.clone_into(&mut self.blog_url),
            _ => {}
        }
    }
}

impl Entry {
    pub(super) fn from_node(node: Node) -> Self {
        match node.name {
            "wp:author" => Self::Author(author(node)),
            "item" => Self::Item(Box::new(item(node))),
            _ => Self::Term(term(node)),
        }
    }
}

/// An id; absent, zero and what is no number are `None`.
fn id(text: &str) -> Option<u64> {
    text.trim().parse().ok().filter(|id| *id > 0)
}

fn trimmed(text: String) -> String {
    if text.trim().len() == text.len() { text } else { text.trim().to_owned() }
}

fn author(node: Node) -> Author {
    let mut author = Author::default();
    for field in node.children {
        match field.name {
            "wp:author_id" => author.id = id(&field.text),
            "wp:author_login" => author.login = trimmed(field.text),
            "wp:author_email" => author.email = trimmed(field.text),
            "wp:author_display_name" => author.display_name = trimmed(field.text),
            "wp:author_first_name" => author.first_name = trimmed(field.text),
            "wp:author_last_name" => author.last_name = trimmed(field.text),
            "wp:author_description" => author.description = trimmed(field.text),
            _ => {}
        }
    }
    author
}

fn term(node: Node) -> Term {
    let taxonomy = match node.name {
        "wp:category" => "category",
        "wp:tag" => "post_tag",
        _ => "",
    };
    let mut term = Term { taxonomy: taxonomy.to_owned(), ..Term::default() };
    for field in node.children {
        match field.name {
            "wp:term_id" => term.id = id(&field.text),
            "wp:term_taxonomy" => term.taxonomy = canonical_taxonomy(field.text.trim()).to_owned(),
            "wp:category_nicename" | "wp:tag_slug" | "wp:term_slug" => term.slug = trimmed(field.text),
            "wp:category_parent" | "wp:term_parent" => term.parent = trimmed(field.text),
            "wp:cat_name" | "wp:tag_name" | "wp:term_name" => term.name = trimmed(field.text),
            "wp:category_description" | "wp:tag_description" | "wp:term_description" => term.description = field.text,
            "wp:termmeta" => term.meta.push(meta(field)),
            _ => {}
        }
    }
    term
}

/// WXR 1.0 calls tags `tag`.
fn canonical_taxonomy(name: &str) -> &str {
    if name == "tag" { "post_tag" } else { name }
}

fn meta(node: Node) -> Meta {
    let mut meta = Meta::default();
    for field in node.children {
        match field.name {
            "wp:meta_key" => meta.key = field.text,
            "wp:meta_value" => meta.value = field.text,
            _ => {}
        }
    }
    meta
}

fn item(node: Node) -> Item {
    let mut item = Item { at: node.at, ..Item::default() };
    for field in node.children {
        match field.name {
            "category" => item.terms.push(item_term(field)),
            "wp:postmeta" => item.meta.push(meta(field)),
            "wp:comment" => item.comments.push(comment(field)),
            "title" => item.title = field.text,
            "link" => item.link = trimmed(field.text),
            "pubDate" => item.pub_date = trimmed(field.text),
            "dc:creator" => item.creator = trimmed(field.text),
            "guid" => item.guid = trimmed(field.text),
            "content:encoded" => item.content = field.text,
            "excerpt:encoded" => item.excerpt = field.text,
            "wp:post_id" => item.id = id(&field.text),
            "wp:post_date" => item.date = trimmed(field.text),
            "wp:post_date_gmt" => item.date_gmt = trimmed(field.text),
            "wp:post_modified" => item.modified = trimmed(field.text),
            "wp:post_modified_gmt" => item.modified_gmt = trimmed(field.text),
            "wp:comment_status" => item.comment_status = trimmed(field.text),
            "wp:ping_status" => item.ping_status = trimmed(field.text),
            "wp:post_name" => item.slug = trimmed(field.text),
            "wp:status" => item.status = trimmed(field.text),
            "wp:post_parent" => item.parent = id(&field.text),
            "wp:menu_order" => item.menu_order = field.text.trim().parse().unwrap_or(0),
            "wp:post_type" => item.post_type = trimmed(field.text),
            "wp:post_password" => item.password = field.text,
            "wp:is_sticky" => item.sticky = field.text.trim() == "1",
            "wp:attachment_url" => item.attachment_url = trimmed(field.text),
            _ => {}
        }
    }
    // WXR 1.0 repeats each term with and without its slug.
    if item.terms.iter().any(|term| term.slug.is_some()) {
        item.terms.retain(|term| term.slug.is_some());
    }
    item
}

fn item_term(node: Node) -> ItemTerm {
    let mut term = ItemTerm { taxonomy: "category".to_owned(), slug: None, name: trimmed(node.text) };
    for (key, value) in node.attributes {
        match key.as_str() {
            "domain" => term.taxonomy = canonical_taxonomy(value.trim()).to_owned(),
            "nicename" => term.slug = Some(trimmed(value)),
            _ => {}
        }
    }
    term
}

fn comment(node: Node) -> Comment {
    let mut comment = Comment::default();
    for field in node.children {
        match field.name {
            "wp:comment_id" => comment.id = id(&field.text),
            "wp:comment_author" => comment.author = field.text,
            "wp:comment_author_email" => comment.author_email = trimmed(field.text),
            "wp:comment_author_url" => comment.author_url = trimmed(field.text),
            "wp:comment_author_IP" => comment.author_ip = trimmed(field.text),
            "wp:comment_date" => comment.date = trimmed(field.text),
            "wp:comment_date_gmt" => comment.date_gmt = trimmed(field.text),
            "wp:comment_content" => comment.content = field.text,
            "wp:comment_approved" => comment.approved = trimmed(field.text),
            "wp:comment_type" => comment.kind = trimmed(field.text),
            "wp:comment_parent" => comment.parent = id(&field.text),
            "wp:comment_user_id" => comment.user = id(&field.text),
            "wp:commentmeta" => comment.meta.push(meta(field)),
            _ => {}
        }
    }
    comment
}
