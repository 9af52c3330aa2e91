//! Pingbacks, with the sites that send them played by this test.

use bucketpress::content::{CommentStatus, PostId};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpListener,
};

use super::*;

/// A site on `address` whose every page but `/gone` is `body`.
async fn site(address: &str, body: String) -> String {
    let listener = TcpListener::bind((address, 0)).await.unwrap();
    let base = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            let mut request = vec![0; 8192];
            let read = stream.read(&mut request).await.unwrap_or(0);
            let status = if request[..read].starts_with(b"GET /gone") { "404 Not Found" } else { "200 OK" };
            let head = format!(
                "HTTP/1.1 {status}\r\nContent-Type: text/html\r\nContent-Length: {}\r\nConnection: close\r\n\r\n",
                body.len()
            );
            let _ = stream.write_all(format!("{head}{body}").as_bytes()).await;
            let _ = stream.shutdown().await;
        }
    });
    base
}

async fn target(blog: &Blog, pings: &str) -> (PostId, String) {
    let id = blog.post(json!({ "post_title": "Target", "post_status": "publish", "ping_status": pings })).await;
    let link = text(&blog.get(&id).await, "link").to_owned();
    (PostId(id.as_id()), link)
}

async fn ping(blog: &Blog, from: &str, to: &str) -> Result<Value, Fault> {
    blog.open("pingback.ping", &[Value::text(from), Value::text(to)]).await
}

#[actix_web::test]
async fn a_page_that_links_here_waits_for_approval_once() {
    let blog = Blog::start().await;
    let (id, link) = target(&blog, "open").await;
    let html = format!(
        "<title>Their &lt;page&gt;</title><body>We read <a href='{link}'>this</a><script>alert(1)</script> &amp; liked it.</body>"
    );
    let base = site("127.0.0.2", html).await;
    let from = format!("{base}/their-post");
    assert!(ping(&blog, &from, &link).await.unwrap().as_text().unwrap().contains(&from));
    let state = &blog.server.app.log.current().state;
    let comments = state.comments(id);
    let comment = state.comment(comments[0]).unwrap();
    assert_eq!((comment.kind.as_str(), &comment.status), ("pingback", &CommentStatus::Hold));
    assert_eq!((comment.author_url.as_str(), comment.author_ip.as_str()), (from.as_str(), "127.0.0.1"));
    assert!(comment.author_name.contains("Their"), "{}", comment.author_name);
    assert_eq!(comment.content, "[…] We read this &amp; liked it. […]");
    assert_eq!(blog.open("pingback.extensions.getPingbacks", &[Value::text(&link)]).await, Ok(Value::List(Vec::new())));

    assert_eq!(ping(&blog, &from, &link).await.unwrap_err().0, 48);
    assert_eq!(ping(&blog, &format!("{from}#part"), &link).await.unwrap_err().0, 48, "the same page");
    let short = format!("{}/?p={id}", blog.server.base);
    assert_eq!(ping(&blog, &from, &short).await.unwrap_err().0, 48, "the same post");
    let approve = [Value::number(comments[0].0), value(json!({ "status": "approve" }))];
    blog.ok("wp.editComment", approve).await;
    let shown = blog.open("pingback.extensions.getPingbacks", &[Value::text(&link)]).await.unwrap();
    assert_eq!(shown, Value::List(vec![Value::text(&from)]));
    assert!(blog.page(link.strip_prefix(&blog.server.base).unwrap()).await.contains("liked it"));
}

#[actix_web::test]
async fn one_address_sends_only_so_many() {
    let blog = Blog::start().await;
    let (id, link) = target(&blog, "open").await;
    let base = site("127.0.0.2", format!("<body><a href='{link}'>here</a></body>")).await;
    for n in 0..20 {
        assert!(ping(&blog, &format!("{base}/{n}"), &link).await.is_ok(), "{n}");
    }
    assert_eq!(ping(&blog, &format!("{base}/20"), &link).await.unwrap_err().0, 0);
    assert_eq!(blog.server.app.log.current().state.comments(id).len(), 20);
}

#[actix_web::test]
async fn who_has_a_network_of_ipv6_sends_no_more_than_others() {
    let blog = Blog::start().await;
    let (id, link) = target(&blog, "open").await;
    let base = site("127.0.0.2", format!("<body><a href='{link}'>here</a></body>")).await;
    let from = async |address: &str, n: usize| {
        let body = request("pingback.ping", &[Value::text(format!("{base}/{n}")), Value::text(&link)]);
        let post = blog.client.post(blog.server.url("/xmlrpc.php")).header("X-Forwarded-For", address);
        read(&post.body(body).send().await.unwrap().text().await.unwrap())
    };
    for n in 0..20 {
        assert!(from(&format!("2001:db8:1:2:{n:x}::1"), n).await.is_ok(), "{n}");
    }
    assert_eq!(
        from("2001:db8:1:2:ffff::9", 20).await.unwrap_err().0,
        0,
        "an address nobody has come from, of the same /64"
    );
    assert!(from("2001:db8:1:3::1", 21).await.is_ok(), "its neighbour");
    assert_eq!(blog.server.app.log.current().state.comments(id).len(), 21);
}

#[actix_web::test]
async fn all_other_pings_get_one_and_the_same_answer() {
    let blog = Blog::start().await;
    let (id, link) = target(&blog, "open").await;
    let (closed, closed_link) = target(&blog, "closed").await;
    let linking = |link: &str| format!("<body>Look: <a href=\"{link}\">here</a></body>");
    let theirs = site("127.0.0.2", linking(&link)).await;
    let closed_for = site("127.0.0.2", linking(&closed_link)).await;
    let unrelated = site("127.0.0.2", format!("<body>{link}</body>")).await;
    let private = site("127.0.0.1", linking(&link)).await;
    let refused = [
        (format!("{theirs}/a"), closed_link.clone()),
        (format!("{closed_for}/a"), closed_link),
        (format!("{unrelated}/a"), link.clone()),
        (format!("{private}/a"), link.clone()),
        (format!("{theirs}/gone"), link.clone()),
        (link.clone(), link.clone()),
        (format!("{theirs}/a"), format!("{}/no-such-post/", blog.server.base)),
        (format!("{theirs}/a"), "https://example.org/".to_owned()),
        ("file:///etc/passwd".to_owned(), link.clone()),
        ("http://127.0.0.2:1/".to_owned(), link.clone()),
    ];
    for (from, to) in refused {
        let fault = ping(&blog, &from, &to).await.unwrap_err();
        assert_eq!(fault, (0, "This pingback was not taken.".to_owned()), "{from} → {to}");
    }
    let state = &blog.server.app.log.current().state;
    assert!(state.comments(id).is_empty() && state.comments(closed).is_empty());
}
