//! What is not public, and what somebody wrote and did not save, is seen by those who may edit it, and by nobody else: by
//! no page, feed, API, desk or XML-RPC.

use bucketpress::{
    content::{
        CommentId, CommentStatus, Edit, MediaFile, PostId, PostStatus, PostType, Role, UserId,
        edit::{DateChange, SaveComment, SavePost, SaveUser},
    },
    media::UploadRules,
    publish::{Outcome, password},
};
use futures_util::StreamExt as _;
use serde_json::json;

use crate::{
    site::{path, post, save},
    support::{ADMIN_PASSWORD, Server, client, form, hidden_field},
};

/// In every text below that is closed. Each closed thing has a word of its own that begins so.
const HUSH: &str = "hush";

/// Somebody with an account, or nobody.
struct Caller {
    name: &'static str,
    /// Whether what is closed is theirs to see.
    insider: bool,
    id: UserId,
    login: String,
    secret: String,
    browser: reqwest::Client,
}

async fn account(server: &Server, name: &'static str, role: Role, insider: bool) -> Caller {
    let sealed = password::hash(&server.app.key, &server.app.ids, ADMIN_PASSWORD).unwrap();
    let user = SaveUser {
        login: Some(name.to_owned()),
        email: Some(format!("{name}@example.org")),
        roles: Some(vec![role]),
        password_sealed: Some(sealed),
        ..SaveUser::default()
    };
    let Outcome::User { id, .. } = server.apply(Edit::SaveUser(Box::new(user))).await else { panic!("no user") };
    let browser = client();
    let page = browser.get(server.url("/wp-login.php")).send().await.unwrap().text().await.unwrap();
    let nonce = hidden_field(&page, "nonce");
    let fields = [("nonce", nonce.as_str()), ("log", name), ("pwd", ADMIN_PASSWORD), ("redirect_to", "")];
    let answer = form(browser.post(server.url("/wp-login.php")), &fields).send().await.unwrap();
    assert_eq!(answer.status(), 303, "{name}");
    Caller { name, insider, id, secret: server.app_password(id).await, login: name.to_owned(), browser }
}

async fn callers(server: &Server) -> Vec<Caller> {
    let stranger = Caller {
        name: "stranger",
        insider: false,
        id: UserId(0),
        login: String::new(),
        secret: String::new(),
        browser: client(),
    };
    vec![
        stranger,
        account(server, "subscriber", Role::Subscriber, false).await,
        account(server, "contributor", Role::Contributor, false).await,
        account(server, "another", Role::Author, false).await,
        account(server, "owner", Role::Author, true).await,
        account(server, "senior", Role::Editor, true).await,
        account(server, "root", Role::Administrator, true).await,
    ]
}

/// The numbers of all there is to ask for, by kind.
#[derive(Default)]
struct Closed {
    posts: Vec<PostId>,
    comments: Vec<CommentId>,
    media: Vec<PostId>,
    revisions: Vec<(PostId, PostId)>,
    autosaves: Vec<(PostId, u64)>,
    preview: String,
    /// The words that are somewhere in there.
    words: Vec<String>,
}

fn texts(word: &str, author: UserId) -> SavePost {
    SavePost {
        author: Some(author),
        excerpt: Some(format!("In short: {word}.")),
        ..post(&format!("Quiet {word}"), &format!("<p>A quiet {word} in full.</p>"))
    }
}

async fn picture(server: &Server, word: &str, parent: PostId, author: UserId) -> PostId {
    let mut bytes = std::io::Cursor::new(Vec::new());
    image::RgbImage::new(640, 480).write_to(&mut bytes, image::ImageFormat::Png).unwrap();
    let body = futures_util::stream::once(async { Ok(bytes.into_inner().into()) }).boxed();
    let stored = server.app.media.store(body, "quiet.png", UploadRules { unfiltered_html: false }).await.unwrap();
    let file = MediaFile { upload_path: format!("2026/11/quiet-{}.png", parent.0), ..stored.file };
    let attachment = SavePost {
        post_type: Some(PostType::Attachment),
        status: Some(PostStatus::Inherit),
        title: Some(format!("Quiet {word} picture")),
        parent: Some(Some(parent)),
        mime_type: Some(file.mime_type.clone()),
        file: Some(file),
        author: Some(author),
        ..SavePost::default()
    };
    save(server, attachment).await
}

async fn comment(server: &Server, word: &str, on: PostId, status: CommentStatus, email: &str) -> CommentId {
    let comment = SaveComment {
        post: Some(on),
        author_name: Some("Ann".to_owned()),
        author_email: Some(email.to_owned()),
        content: Some(format!("A quiet {word} below.")),
        status: Some(status),
        ..SaveComment::default()
    };
    match server.apply(Edit::SaveComment(Box::new(comment))).await {
        Outcome::Comment { id, .. } => id,
        other => panic!("{other:?}"),
    }
}

impl Closed {
    fn word(&mut self, what: &str) -> String {
        let word = format!("{HUSH}{what}");
        self.words.push(word.clone());
        word
    }

    /// Posts of each status that is not public, with a comment and a picture.
    async fn posts(&mut self, server: &Server, owner: UserId) {
        for status in
            [PostStatus::Draft, PostStatus::Pending, PostStatus::Private, PostStatus::Trash, PostStatus::Future]
        {
            let word = self.word(status.name());
            let id = save(server, texts(&word, owner)).await;
            self.comments.push(comment(server, &word, id, CommentStatus::Approved, "ann@example.org").await);
            self.media.push(picture(server, &word, id, owner).await);
            if status == PostStatus::Trash {
                server.apply(Edit::TrashPost { id, base: None }).await;
            } else {
                let later = DateChange::Local("2099-01-02T03:04:05".parse().unwrap());
                let date = (status == PostStatus::Future).then_some(later);
                save(server, SavePost { id: Some(id), status: Some(status), date, ..SavePost::default() }).await;
            }
            self.posts.push(id);
        }
    }

    /// Of public posts what is not: a text under a password, what it was before, what its author has not saved, a comment
    /// that waits, an address.
    async fn parts(&mut self, server: &Server, owner: &Caller) {
        let word = self.word("protected");
        let guarded = SavePost {
            title: Some("Guarded".to_owned()),
            password: Some(Some("sesame".to_owned())),
            ..texts(&word, owner.id)
        };
        let guarded = save(server, guarded).await;
        self.comments.push(comment(server, &word, guarded, CommentStatus::Approved, "ann@example.org").await);
        let word = self.word("revision");
        let before = SavePost { title: Some("Open".to_owned()), ..texts(&word, owner.id) };
        let open = save(server, before).await;
        let now = SavePost { id: Some(open), excerpt: Some("Short.".to_owned()), ..post("Open", "<p>Open.</p>") };
        save(server, now).await;
        let earlier = server.app.log.current().state.revisions(open)[0].number;
        self.revisions.push((open, earlier));
        let word = self.word("held");
        self.comments.push(comment(server, &word, open, CommentStatus::Hold, "ann@example.org").await);
        let address = format!("{}@example.org", self.word("mail"));
        self.comments.push(comment(server, "word", open, CommentStatus::Approved, &address).await);
        let word = self.word("autosave");
        let body = json!({ "title": format!("Quiet {word}"), "content": format!("<p>{word}</p>"), "excerpt": word });
        let to = server.url(&format!("/wp-json/wp/v2/posts/{open}/autosaves"));
        let made = client().post(to).basic_auth(&owner.login, Some(&owner.secret)).json(&body).send().await.unwrap();
        let made: serde_json::Value = made.json().await.unwrap();
        self.autosaves.push((open, made["id"].as_u64().unwrap()));
        self.preview = made["preview_link"].as_str().unwrap().replace(&server.base, "");
        self.posts.extend([guarded, open]);
    }

    /// Every address behind which any of it might be. Pages are asked with the session, the API with a password.
    fn addresses(&self, server: &Server) -> Vec<String> {
        let home = &server.base;
        let mut asked: Vec<String> = "/ /feed/ /feed/atom/ /comments/feed/ /?s=quiet /search/quiet/feed/ /author/owner/ \
             /author/owner/feed/ /2099/ /wp-sitemap.xml /wp-sitemap-posts-post-1.xml /wp-sitemap-users-1.xml \
             /wp-admin/edit.php /wp-admin/edit.php?post_status=draft /wp-admin/edit.php?post_status=trash /wp-admin/upload.php \
             /wp-json/wp/v2/posts?status=any /wp-json/wp/v2/posts?status=draft,pending,private,future,trash \
             /wp-json/wp/v2/posts?search=quiet&status=any&context=edit /wp-json/wp/v2/posts?context=edit \
             /wp-json/wp/v2/posts?search=hush /wp-json/wp/v2/media?search=quiet /wp-json/wp/v2/media?status=inherit,private \
             /wp-json/wp/v2/media?context=edit /wp-json/wp/v2/comments /wp-json/wp/v2/comments?context=edit \
             /wp-json/wp/v2/comments?status=hold&context=edit /wp-json/wp/v2/comments?search=quiet \
             /wp-json/wp/v2/comments?author_email=hushmail@example.org /wp-json/wp/v2/search?search=quiet \
             /wp-json/wp/v2/search?search=hush /wp-json/wp/v2/users?who=authors&search=hush \
             /wp-json/bucketpress/v1/desk/posts /wp-json/bucketpress/v1/desk/posts?status=draft,pending,private,future,trash \
             /wp-json/bucketpress/v1/desk/posts?search=quiet&status=draft,private \
             /wp-json/wp/v2/block-renderer/core/latest-posts?context=edit \
             /wp-json/wp/v2/block-renderer/core/latest-comments?context=edit \
             /wp-json/wp/v2/block-renderer/core/archives?context=edit \
             /wp-json/wp/v2/block-renderer/core/calendar?context=edit \
             /wp-json/wp/v2/categories /wp-json/wp/v2/tags"
            .split_whitespace()
            .map(str::to_owned)
            .collect();
        let each = "/?p=ID /?p=ID&preview=true /?page_id=ID /?p=ID&feed=rss2 /?p=ID&embed=true /?rest_route=/wp/v2/posts/ID \
             /wp-json/wp/v2/posts/ID /wp-json/wp/v2/posts/ID?context=edit /wp-json/wp/v2/posts/ID?context=embed \
             /wp-json/wp/v2/posts/ID?password=wrong /wp-json/wp/v2/posts/ID?_embed=1 /wp-json/wp/v2/posts?include=ID&status=any \
             /wp-json/wp/v2/posts/ID/revisions /wp-json/wp/v2/posts/ID/revisions?context=edit \
             /wp-json/wp/v2/posts/ID/autosaves /wp-json/wp/v2/posts/ID/autosaves?context=edit \
             /wp-json/wp/v2/comments?post=ID /wp-json/wp/v2/comments?post=ID&context=edit \
             /wp-json/wp/v2/comments?post=ID&status=hold /wp-json/wp/v2/media?parent=ID \
             /wp-json/wp/v2/media?parent=ID&context=edit \
             /wp-json/wp/v2/block-renderer/core/post-title?context=edit&post_id=ID \
             /wp-json/wp/v2/block-renderer/core/post-content?context=edit&post_id=ID \
             /wp-json/wp/v2/block-renderer/core/post-excerpt?context=edit&post_id=ID \
             /wp-json/oembed/1.0/embed?url=HOME/?p=ID /wp-json/oembed/1.0/proxy?url=HOME/?p=ID \
             /wp-json/wp-block-editor/v1/url-details?url=HOME/?p=ID \
             /wp-admin/post.php?post=ID&action=edit /wp-admin/post.php?post=ID&action=edit&convert=blocks \
             /wp-admin/revision.php?post=ID /wp-admin/revision.php?post=ID&as=json";
        for id in &self.posts {
            let named = |shape: &str| shape.replace("ID", &id.to_string()).replace("HOME", home);
            asked.extend(each.split_whitespace().map(named));
            let path = path(server, *id);
            if path.ends_with('/') {
                asked.extend(["feed/", "embed/", "1/", "feed/atom/"].map(|part| format!("{path}{part}")));
            }
            asked.push(path);
        }
        for id in &self.comments {
            let shapes = ["", "?context=edit", "?_embed=1"];
            asked.extend(shapes.map(|shape| format!("/wp-json/wp/v2/comments/{id}{shape}")));
        }
        for id in &self.media {
            let shapes = ["/?attachment_id=ID", "/wp-json/wp/v2/media/ID", "/wp-json/wp/v2/media/ID?context=edit"];
            asked.extend(shapes.map(|shape| shape.replace("ID", &id.to_string())));
            asked.push(format!("/wp-admin/upload.php?item={id}"));
        }
        for (post, number) in &self.revisions {
            asked.push(format!("/wp-json/wp/v2/posts/{post}/revisions/{number}"));
            asked.push(format!("/wp-admin/revision.php?revision={number}"));
            asked.push(format!("/wp-admin/revision.php?post={post}&revision={number}&as=json"));
        }
        for (post, number) in &self.autosaves {
            asked.push(format!("/wp-json/wp/v2/posts/{post}/autosaves/{number}"));
            asked.push(format!("/wp-admin/revision.php?post={post}&revision={number}&as=json"));
            asked.push(format!("/?p={post}&preview=true&preview_id={post}"));
        }
        asked.push(self.preview.clone());
        asked
    }

    /// Calls of XML-RPC, as name and what stands around login and password.
    fn calls(&self) -> Vec<(&'static str, Vec<String>, Vec<String>)> {
        let (one, none) = (|| vec!["1".to_owned()], Vec::new);
        let mut calls = vec![
            ("wp.getPosts", one(), none()),
            ("wp.getPosts", one(), vec!["{\"post_status\":\"draft\"}".to_owned()]),
            ("wp.getMediaLibrary", one(), none()),
            ("wp.getComments", one(), none()),
            ("wp.getComments", one(), vec!["{\"status\":\"approve\"}".to_owned()]),
            ("metaWeblog.getRecentPosts", one(), vec!["50".to_owned()]),
            ("mt.getRecentPostTitles", one(), vec!["50".to_owned()]),
            ("blogger.getRecentPosts", vec!["0".to_owned(), "1".to_owned()], vec!["50".to_owned()]),
        ];
        for id in &self.posts {
            let id = id.to_string();
            for name in ["wp.getPost", "wp.getRevisions", "wp.getCommentCount"] {
                calls.push((name, one(), vec![id.clone()]));
            }
            calls.push(("wp.getComments", one(), vec![format!("{{\"post_id\":{id}}}")]));
            calls.push(("wp.getComments", one(), vec![format!("{{\"post_id\":{id},\"status\":\"approve\"}}")]));
            calls.push(("metaWeblog.getPost", vec![id.clone()], none()));
            calls.push(("blogger.getPost", vec!["0".to_owned(), id.clone()], none()));
            calls.push(("wp.getPage", vec!["1".to_owned(), id.clone()], none()));
        }
        calls.extend(self.comments.iter().map(|id| ("wp.getComment", one(), vec![id.to_string()])));
        calls.extend(self.media.iter().map(|id| ("wp.getMediaItem", one(), vec![id.to_string()])));
        calls.extend(self.media.iter().map(|id| ("wp.getPost", one(), vec![id.to_string()])));
        calls
    }
}

impl Caller {
    async fn page(&self, server: &Server, address: &str) -> String {
        let is_api = address.starts_with("/wp-json") || address.contains("rest_route=");
        let request = match is_api && !self.login.is_empty() {
            true => client().get(server.url(address)).basic_auth(&self.login, Some(&self.secret)),
            false => self.browser.get(server.url(address)),
        };
        let answer = request.send().await.unwrap();
        let moved = answer.headers().get("location").map(|to| to.to_str().unwrap().to_owned()).unwrap_or_default();
        let text = answer.text().await.unwrap();
        // an answer may repeat what was asked for
        let asked = address.split(['?', '&']).filter(|part| part.contains(HUSH));
        asked.fold(format!("{moved} {text}").to_lowercase(), |text, part| {
            let value = part.split('=').next_back().unwrap_or(part);
            text.replace(value, "").replace(&value.replace('@', "%40"), "")
        })
    }

    async fn call(&self, server: &Server, (name, before, after): &(&str, Vec<String>, Vec<String>)) -> String {
        let param = |text: &String| match text.strip_prefix('{').and_then(|text| text.strip_suffix('}')) {
            Some(members) => {
                let member = |pair: &str| {
                    let (name, value) = pair.split_once(':').unwrap();
                    let name = name.trim_matches('"');
                    format!("<member><name>{name}</name><value>{}</value></member>", value.trim_matches('"'))
                };
                let members: String = members.split(',').map(member).collect();
                format!("<param><value><struct>{members}</struct></value></param>")
            }
            None => format!("<param><value><int>{text}</int></value></param>"),
        };
        let signed = [&self.login, &self.secret].map(|text| format!("<param><value>{text}</value></param>"));
        let params: String = before.iter().map(param).chain(signed).chain(after.iter().map(param)).collect();
        let body = format!("<methodCall><methodName>{name}</methodName><params>{params}</params></methodCall>");
        let answer = client().post(server.url("/xmlrpc.php")).body(body).send().await.unwrap();
        answer.text().await.unwrap().to_lowercase()
    }
}

#[tokio::test]
async fn what_is_closed_is_seen_by_who_may_edit_it_and_by_nobody_else() {
    let server = Server::start().await;
    let callers = callers(&server).await;
    let owner = callers.iter().find(|caller| caller.name == "owner").unwrap();
    let mut closed = Closed::default();
    closed.posts(&server, owner.id).await;
    closed.parts(&server, owner).await;
    let (addresses, calls) = (closed.addresses(&server), closed.calls());
    let (mut leaks, mut blind) = (Vec::new(), Vec::new());
    for caller in &callers {
        let mut seen = String::new();
        let mut heard = |door: String, text: String| {
            if !caller.insider && text.contains(HUSH) {
                let words: Vec<&String> = closed.words.iter().filter(|word| text.contains(*word)).collect();
                leaks.push(format!("{}: {door}: {words:?}", caller.name));
            }
            seen.push_str(&text);
        };
        for address in &addresses {
            heard(address.clone(), caller.page(&server, address).await);
        }
        if !caller.login.is_empty() {
            for call in &calls {
                heard(format!("{} {:?} {:?}", call.0, call.1, call.2), caller.call(&server, call).await);
            }
        }
        if caller.insider {
            blind.extend(closed.words.iter().filter(|word| !seen.contains(*word)).map(|word| (caller.name, word)));
        }
    }
    assert!(leaks.is_empty(), "{} leaks:\n{}", leaks.len(), leaks.join("\n"));
    assert!(blind.is_empty(), "not seen by who may see it: {blind:?}");
}
