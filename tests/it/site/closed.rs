//! What is not public is nowhere a stranger can ask.

use bucketpress::{
    content::{
        CommentStatus, Edit, MediaFile, PostId, PostStatus, PostType,
        edit::{DateChange, SaveComment, SavePost},
    },
    media::UploadRules,
};
use futures_util::StreamExt as _;

use super::{path, post, save};
use crate::support::Server;

/// In every title, text, name and comment below that no stranger may see, beside `quiet`, which one may search for.
const NEVER: &str = "hush";

fn secret(status: PostStatus) -> SavePost {
    let title = format!("Quiet {NEVER} {}", status.name());
    SavePost {
        status: Some(status),
        excerpt: Some(format!("A quiet {NEVER} in short.")),
        ..post(&title, &format!("<p>A quiet {NEVER} in full.</p>"))
    }
}

/// A picture below `parent`.
async fn picture(server: &Server, parent: PostId) -> PostId {
    let mut bytes = std::io::Cursor::new(Vec::new());
    image::RgbImage::new(640, 480).write_to(&mut bytes, image::ImageFormat::Png).unwrap();
    let body = futures_util::stream::once(async { Ok(bytes.into_inner().into()) }).boxed();
    let stored = server.app.media.store(body, "quiet.png", UploadRules { unfiltered_html: false }).await.unwrap();
    let file = MediaFile { upload_path: "2026/11/quiet.png".to_owned(), ..stored.file };
    let attachment = SavePost {
        post_type: Some(PostType::Attachment),
        status: Some(PostStatus::Inherit),
        title: Some(format!("Quiet {NEVER} picture")),
        parent: Some(Some(parent)),
        mime_type: Some(file.mime_type.clone()),
        file: Some(file),
        ..SavePost::default()
    };
    save(server, attachment).await
}

/// Posts that were public once, with a comment and a picture each, and are not any more.
async fn closed_posts(server: &Server) -> Vec<PostId> {
    let mut ids = Vec::new();
    for status in [PostStatus::Draft, PostStatus::Pending, PostStatus::Private, PostStatus::Trash, PostStatus::Future] {
        let id = save(server, SavePost { status: Some(PostStatus::Publish), ..secret(status.clone()) }).await;
        let comment = SaveComment {
            post: Some(id),
            author_name: Some("Ann".to_owned()),
            content: Some(format!("A quiet {NEVER} below.")),
            status: Some(CommentStatus::Approved),
            ..SaveComment::default()
        };
        server.apply(Edit::SaveComment(Box::new(comment))).await;
        let picture = picture(server, id).await;
        let date = (status == PostStatus::Future).then(|| DateChange::Local("2099-01-02T03:04:05".parse().unwrap()));
        match status {
            PostStatus::Trash => {
                server.apply(Edit::TrashPost { id, base: None }).await;
            }
            status => {
                save(server, SavePost { id: Some(id), status: Some(status), date, ..SavePost::default() }).await;
            }
        }
        ids.extend([id, picture]);
    }
    ids.push(save(server, SavePost { post_type: Some(PostType::Page), ..secret(PostStatus::Private) }).await);
    ids
}

/// Content of a public post that shows whatever it can get.
fn shows_all(home: &str, closed: &[PostId]) -> String {
    let named: Vec<String> = closed.iter().map(|id| id.to_string()).collect();
    format!(
        "<!-- wp:latest-posts /--><!-- wp:latest-comments /--><!-- wp:archives /--><!-- wp:page-list /-->\
         <!-- wp:query {{\"query\":{{}}}} --><div class=\"wp-block-query\"><!-- wp:post-template --><!-- wp:post-title /-->\
         <!-- wp:post-excerpt /--><!-- /wp:post-template --></div><!-- /wp:query -->\n\n\
         [gallery ids=\"{}\"]\n\n{home}/?p={}\n",
        named.join(","),
        closed[0],
    )
}

#[tokio::test]
async fn strangers_find_nothing_that_is_closed() {
    let server = Server::start().await;
    let closed = closed_posts(&server).await;
    let home = server.app.log.current().state.settings().home.clone();
    let shows = shows_all(&home, &closed);
    let public = path(&server, save(&server, post("In the open", &shows)).await);
    let mut asked: Vec<String> = [
        "/",
        "/feed/",
        "/feed/atom/",
        "/comments/feed/",
        "/comments/feed/atom/",
        "/?s=quiet",
        "/search/quiet/feed/",
        "/author/editor/",
        "/2099/",
        "/2099/01/",
        "/category/uncategorized/",
        "/category/uncategorized/feed/",
        "/wp-sitemap.xml",
        "/wp-sitemap-posts-post-1.xml",
        "/wp-sitemap-posts-page-1.xml",
        "/nothing/here/",
        "/quiet/",
        "/wp-json/wp/v2/posts",
        "/wp-json/wp/v2/posts?status=draft,private,future",
        "/wp-json/wp/v2/posts?search=quiet",
        "/wp-json/wp/v2/pages",
        "/wp-json/wp/v2/media",
        "/wp-json/wp/v2/media?search=quiet",
        "/wp-json/wp/v2/comments",
        "/wp-json/wp/v2/search?search=quiet",
        "/wp-content/uploads/2026/11/",
        public.as_str(),
    ]
    .map(str::to_owned)
    .to_vec();
    asked.push(format!("{public}feed/"));
    for id in &closed {
        for shape in [
            "/?p=ID",
            "/?page_id=ID",
            "/?attachment_id=ID",
            "/?p=ID&preview=true",
            "/?p=ID&feed=rss2",
            "/wp-json/wp/v2/posts/ID",
            "/wp-json/wp/v2/pages/ID",
            "/wp-json/wp/v2/media/ID",
            "/wp-json/wp/v2/posts/ID?context=edit",
            "/wp-json/wp/v2/posts/ID/revisions",
            "/wp-json/wp/v2/comments?post=ID",
            "/wp-json/wp/v2/media?parent=ID",
            "/wp-json/wp/v2/posts?include=ID",
        ] {
            asked.push(shape.replace("ID", &id.to_string()));
        }
        asked.push(format!("/wp-json/oembed/1.0/embed?url={home}/?p={id}"));
        asked.push(path(&server, *id));
    }
    for address in asked {
        let answer = server.get(&address).await;
        let moved = answer.headers().get("location").map(|to| to.to_str().unwrap().to_owned()).unwrap_or_default();
        let text = answer.text().await.unwrap();
        // an answer may repeat what was asked for
        let said = format!("{moved} {text}").replace(&address, "");
        assert!(!said.to_lowercase().contains(NEVER), "{address}: {said}");
    }
}
