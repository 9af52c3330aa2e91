//! Comments as a tree.

use std::collections::BTreeMap;

use serde::Serialize;

use super::{Date, Pagination};

/// The discussion below a post.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Comments {
    /// Approved ones, over all pages.
    pub count: u64,
    pub open: bool,
    pub items: Vec<Comment>,
    /// `None` where commenting is closed.
    pub form: Option<CommentForm>,
    pub pagination: Option<Pagination>,
    /// A block in the content shows them: the theme need not.
    pub in_content: bool,
}

#[derive(Clone, Debug, Default, Serialize)]
pub struct Comment {
    pub id: u64,
    pub author: String,
    /// Empty when the author left none.
    pub author_url: String,
    pub date: Date,
    /// With `#comment-7`.
    pub permalink: String,
    pub content_html: String,
    /// Written by the post's author.
    pub by_post_author: bool,
    /// `comment`, `pingback`, `trackback`.
    pub kind: String,
    /// Waits for approval: shown to its writer alone.
    pub held: bool,
    /// 1 at the top.
    pub depth: usize,
    /// `None` where the thread is as deep as the settings allow or comments are closed.
    pub reply_url: Option<String>,
    pub children: Vec<Comment>,
}

/// The form readers send to `action`.
#[derive(Clone, Debug, Default, Serialize)]
pub struct CommentForm {
    /// `/wp-comments-post.php`
    pub action: String,
    pub post_id: u64,
    pub need_name_email: bool,
    /// Only signed-in users may comment: link there instead of a form.
    pub login_url: Option<String>,
    /// Set after `?replytocom=`.
    pub reply_to: Option<u64>,
}

/// A comment before it is placed under its parent.
#[derive(Clone, Debug)]
pub struct FlatComment {
    pub comment: Comment,
    pub parent: Option<u64>,
}

impl Comments {
    /// Puts comments, given in the order they should be read, under their parents.
    ///
    /// What would be deeper than `depth_max` stays at the deepest level; a comment whose parent is not in the
    /// list (not approved) stands at the top. Cycles cannot hide comments: what is not reached is put at the top.
    pub fn tree(flat: Vec<FlatComment>, depth_max: usize) -> Vec<Comment> {
        let known: BTreeMap<u64, Option<u64>> = flat.iter().map(|item| (item.comment.id, item.parent)).collect();
        let depth_max = depth_max.max(1);
        let mut children: BTreeMap<u64, Vec<Comment>> = BTreeMap::new();
        let mut roots = Vec::new();
        let mut depths = BTreeMap::new();
        for FlatComment { mut comment, parent } in flat {
            let chain = ancestors(&known, parent, comment.id);
            comment.depth = (chain.len() + 1).min(depth_max);
            // The ancestor at depth `depth - 1`, counted from the top.
            let above = comment.depth.checked_sub(2).and_then(|at| chain.iter().rev().nth(at)).copied();
            depths.insert(comment.id, comment.depth);
            if comment.depth == depth_max {
                comment.reply_url = if depth_max > 1 { comment.reply_url } else { None };
            }
            match above {
                Some(id) => children.entry(id).or_default().push(comment),
                None => roots.push(comment),
            }
        }
        for root in &mut roots {
            adopt(root, &mut children);
        }
        roots
    }
}

/// Ancestors of a comment, nearest first; empty when its line runs in a circle.
fn ancestors(known: &BTreeMap<u64, Option<u64>>, parent: Option<u64>, id: u64) -> Vec<u64> {
    let mut chain = Vec::new();
    let mut next = parent;
    while let Some(current) = next {
        if current == id || chain.len() > known.len() {
            return Vec::new();
        }
        let Some(above) = known.get(&current) else { break };
        chain.push(current);
        next = *above;
    }
    chain
}

/// Recursion is as deep as `depth_max` allowed.
fn adopt(comment: &mut Comment, children: &mut BTreeMap<u64, Vec<Comment>>) {
    if let Some(mut below) = children.remove(&comment.id) {
        for child in &mut below {
            adopt(child, children);
        }
        comment.children = below;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn flat(pairs: &[(u64, Option<u64>)]) -> Vec<FlatComment> {
        pairs
            .iter()
            .map(|&(id, parent)| FlatComment { comment: Comment { id, ..Comment::default() }, parent })
            .collect()
    }

    fn shape(comments: &[Comment]) -> String {
        let parts: Vec<String> = comments
            .iter()
            .map(|c| if c.children.is_empty() { c.id.to_string() } else { format!("{}({})", c.id, shape(&c.children)) })
            .collect();
        parts.join(" ")
    }

    #[test]
    fn places_replies_under_their_parents() {
        let tree = Comments::tree(flat(&[(1, None), (2, Some(1)), (3, None), (4, Some(2)), (5, Some(1))]), 5);
        assert_eq!(shape(&tree), "1(2(4) 5) 3");
    }

    #[test]
    fn keeps_deep_threads_at_the_deepest_level() {
        let tree = Comments::tree(flat(&[(1, None), (2, Some(1)), (3, Some(2)), (4, Some(3))]), 2);
        assert_eq!(shape(&tree), "1(2 3 4)");
        let tree = Comments::tree(flat(&[(1, None), (2, Some(1))]), 1);
        assert_eq!(shape(&tree), "1 2");
    }

    #[test]
    fn shows_orphans_and_circles() {
        let tree = Comments::tree(flat(&[(1, Some(99)), (2, Some(3)), (3, Some(2)), (4, Some(4)), (5, Some(2))]), 5);
        let mut ids = Vec::new();
        fn collect(comments: &[Comment], ids: &mut Vec<u64>) {
            for comment in comments {
                ids.push(comment.id);
                collect(&comment.children, ids);
            }
        }
        collect(&tree, &mut ids);
        ids.sort_unstable();
        assert_eq!(ids, [1, 2, 3, 4, 5]);
    }
}
