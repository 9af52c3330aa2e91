//! Comments: who may, what is held, threads.

use bucketpress::content::CommentStatus;

use super::*;

fn reader(number: u8) -> Actor {
    Actor::Anonymous { ip: format!("192.0.2.{number}") }
}

fn from(name: &str, post: PostId, text: &str) -> SaveComment {
    SaveComment {
        post: Some(post),
        author_name: Some(name.to_owned()),
        author_email: Some(format!("{name}@example.net")),
        content: Some(text.to_owned()),
        ..SaveComment::default()
    }
}

#[tokio::test]
async fn readers_comment_where_comments_are_open() {
    let desk = Desk::new().await;
    let post = desk.save(&Role::Author, published("open")).await.unwrap().id;
    let id = desk.comment(&reader(1), from("ann", post, "<b>Hi</b> <img src=x>")).await.unwrap();
    let comment = desk.site().state.comment(id).unwrap();
    assert_eq!(comment.status, CommentStatus::Hold, "the first of an author waits for a moderator");
    assert_eq!((comment.content.as_str(), comment.author_ip.as_str()), ("<b>Hi</b>", "192.0.2.1"));
    let approve = SaveComment { id: Some(id), status: Some(CommentStatus::Approved), ..SaveComment::default() };
    assert_eq!(code(desk.comment(&reader(1), approve.clone()).await), "rest_cannot_edit");
    desk.comment(&desk.actor(&Role::Author), approve).await.unwrap();

    let own = SaveComment { post: Some(post), content: Some("thanks".to_owned()), ..SaveComment::default() };
    let own = desk.comment(&desk.actor(&Role::Author), own).await.unwrap();
    let own = desk.site().state.comment(own).unwrap();
    assert_eq!((own.status, own.author_name.as_str()), (CommentStatus::Approved, "author"));
}

#[tokio::test]
async fn readers_comment_nowhere_else() {
    let desk = Desk::new().await;
    let save = |save: SavePost| desk.save(&Role::Editor, save);
    let closed = save(SavePost { comments_open: Some(false), ..published("closed") }).await.unwrap().id;
    let draft = save(titled("draft")).await.unwrap().id;
    let private = SavePost { status: Some(PostStatus::Private), ..titled("private") };
    let private = save(private).await.unwrap().id;
    let locked = save(SavePost { password: Some(Some("p".to_owned())), ..published("locked") }).await.unwrap().id;
    let open = save(published("open")).await.unwrap().id;
    let no_name = SaveComment { author_name: None, ..from("x", open, "text") };
    let bad_address = SaveComment { author_email: Some("x".to_owned()), ..from("x", open, "text") };
    for (comment, expected) in [
        (from("x", closed, "text"), "rest_comment_closed"),
        (from("x", draft, "text"), "rest_comment_draft_post"),
        (from("x", private, "text"), "rest_cannot_read_post"),
        (from("x", locked, "text"), "rest_cannot_read_post"),
        (from("x", PostId(999), "text"), "rest_comment_invalid_post_id"),
        (from("x", open, " "), "rest_comment_content_invalid"),
        (from("x", open, &"x".repeat(70_000)), "comment_content_column_length"),
        (no_name, "rest_comment_author_data_required"),
        (bad_address, "rest_invalid_param"),
        (SaveComment { parent: Some(Some(CommentId(99))), ..from("x", open, "t") }, "rest_comment_invalid_parent"),
        (SaveComment { user: Some(UserId(1)), ..from("x", open, "t") }, "rest_comment_invalid_author"),
    ] {
        let shown = format!("{:?}", comment.post);
        assert_eq!(code(desk.comment(&reader(1), comment).await), expected, "{shown}");
    }
    desk.edit(Edit::SetOptions(vec![("comment_registration".to_owned(), true.into())])).await;
    assert_eq!(code(desk.comment(&reader(1), from("x", open, "t")).await), "rest_comment_login_required");
}

#[tokio::test]
async fn doubles_and_floods_are_refused() {
    let desk = Desk::new().await;
    let post = desk.save(&Role::Editor, published("open")).await.unwrap().id;
    desk.comment(&reader(1), from("ann", post, "one")).await.unwrap();
    assert_eq!(code(desk.comment(&reader(2), from("ann", post, "one")).await), "comment_duplicate");
    assert_eq!(code(desk.comment(&reader(1), from("bob", post, "two")).await), "comment_flood");
    desk.comment(&reader(3), from("bob", post, "one")).await.unwrap();
}

#[tokio::test]
async fn moderation_by_words_links_and_acquaintance() {
    let desk = Desk::new().await;
    let post = desk.save(&Role::Editor, published("open")).await.unwrap().id;
    let options =
        [("comment_previously_approved", "0"), ("moderation_keys", "casino\nxyz"), ("disallowed_keys", "pills")];
    desk.edit(Edit::SetOptions(options.map(|(name, value)| (name.to_owned(), value.into())).to_vec())).await;
    let mut number = 10;
    for (text, expected) in [
        ("fine", CommentStatus::Approved),
        ("my Casino", CommentStatus::Hold),
        ("cheap PILLS", CommentStatus::Trash),
        ("http://a.example http://b.example", CommentStatus::Hold),
    ] {
        number += 1;
        let id = desk.comment(&reader(number), from(&format!("r{number}"), post, text)).await.unwrap();
        assert_eq!(desk.site().state.comment(id).unwrap().status, expected, "{text}");
    }
}

#[tokio::test]
async fn threads_are_as_deep_as_the_site_says_and_close_up_after_deletion() {
    let desk = Desk::new().await;
    let post = desk.save(&Role::Editor, published("open")).await.unwrap().id;
    desk.edit(Edit::SetOptions(vec![("thread_comments_depth".to_owned(), 3.into())])).await;
    let editor = desk.actor(&Role::Editor);
    let mut chain: Vec<CommentId> = Vec::new();
    for number in 0..4 {
        let reply = SaveComment {
            post: Some(post),
            parent: Some(chain.last().copied()),
            content: Some(format!("level {number}")),
            ..SaveComment::default()
        };
        chain.push(desk.comment(&editor, reply).await.unwrap());
    }
    let parent = |id| desk.site().state.comment(id).unwrap().parent;
    assert_eq!(parent(chain[2]), Some(chain[1]));
    assert_eq!(parent(chain[3]), Some(chain[1]), "a fourth level joins the third");
    let circle = SaveComment { id: Some(chain[0]), parent: Some(Some(chain[2])), ..SaveComment::default() };
    assert_eq!(code(desk.comment(&editor, circle).await), "rest_comment_invalid_parent");
    let delete = Edit::DeleteComment { id: chain[1] };
    assert_eq!(code(desk.by(&desk.actor(&Role::Author), delete.clone()).await), "rest_cannot_delete");
    desk.by(&editor, delete).await.unwrap();
    assert_eq!((parent(chain[2]), parent(chain[3])), (Some(chain[0]), Some(chain[0])));
}
