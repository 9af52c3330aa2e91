//! Against servers of this test on loopback addresses.

use std::sync::atomic::{AtomicUsize, Ordering};

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpListener,
};

use super::*;

/// Answers everybody with the same bytes and counts them.
struct Peer {
    port: u16,
    asked: Arc<AtomicUsize>,
}

impl Peer {
    async fn at(address: &str, answer: String) -> Self {
        let listener = TcpListener::bind((address, 0)).await.unwrap();
        let (port, asked) = (listener.local_addr().unwrap().port(), Arc::new(AtomicUsize::new(0)));
        let count = Arc::clone(&asked);
        tokio::spawn(async move {
            while let Ok((mut stream, _)) = listener.accept().await {
                count.fetch_add(1, Ordering::SeqCst);
                let mut request = [0; 4096];
                let _ = stream.read(&mut request).await;
                let _ = stream.write_all(answer.as_bytes()).await;
                let _ = stream.shutdown().await;
            }
        });
        Self { port, asked }
    }

    fn asked(&self) -> usize {
        self.asked.load(Ordering::SeqCst)
    }
}

fn page(body: &str) -> String {
    format!("HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: {}\r\n\r\n{body}", body.len())
}

fn redirect_to(url: &str) -> String {
    format!("HTTP/1.1 302 Found\r\nLocation: {url}\r\nContent-Length: 0\r\n\r\n")
}

/// One may ask 127.0.0.1, as if it were public; all other loopback addresses are private.
fn fetcher() -> Fetcher {
    let own = Network { address: "127.0.0.1".parse().unwrap(), prefix_bits: 32 };
    Fetcher::new(Reach::Public(vec![own]))
}

async fn get(url: &str) -> Result<Fetched, FetchError> {
    fetcher().page(url, "text/html", 1000).await
}

#[tokio::test]
async fn pages_are_cut_where_the_bound_is() {
    let peer = Peer::at("127.0.0.1", page(&"x".repeat(5000))).await;
    let fetched = get(&format!("http://127.0.0.1:{}/", peer.port)).await.unwrap();
    assert!(fetched.is_success());
    assert_eq!((fetched.body.len(), fetched.truncated), (1000, true));
    assert_eq!(fetched.content_type, "text/html");
    let small = Peer::at("127.0.0.1", page("whole")).await;
    let fetched = get(&format!("http://127.0.0.1:{}/", small.port)).await.unwrap();
    assert_eq!((fetched.text().as_str(), fetched.truncated), ("whole", false));
}

#[tokio::test]
async fn who_never_comes_to_an_end_is_given_up() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/", listener.local_addr().unwrap());
    let asked = tokio::spawn(async move { get(&url).await });
    let (mut stream, _) = listener.accept().await.unwrap();
    let mut request = [0; 4096];
    assert!(stream.read(&mut request).await.unwrap() > 0);
    stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 900\r\n\r\nand so").await.unwrap();
    // Nothing else happens from here on: time goes by itself.
    tokio::time::pause();
    let error = asked.await.unwrap().unwrap_err();
    assert!(error.0.contains("no answer in time"), "{error}");
    drop(stream);
}

#[tokio::test]
async fn private_addresses_are_not_asked() {
    let inner = Peer::at("127.0.0.2", page("secret")).await;
    let error = get(&format!("http://127.0.0.2:{}/", inner.port)).await.unwrap_err();
    assert!(error.0.contains("private address"), "{error}");
    assert!(get("file:///etc/passwd").await.is_err());
    assert!(get("http://[::1]/").await.is_err());
    assert_eq!(inner.asked(), 0);
}

#[tokio::test]
async fn redirects_to_private_addresses_are_not_followed() {
    let inner = Peer::at("127.0.0.2", page("secret")).await;
    let outer = Peer::at("127.0.0.1", redirect_to(&format!("http://127.0.0.2:{}/", inner.port))).await;
    let error = get(&format!("http://127.0.0.1:{}/", outer.port)).await.unwrap_err();
    assert!(error.0.contains("private address"), "{error}");
    assert_eq!((outer.asked(), inner.asked()), (1, 0));
    let away = Peer::at("127.0.0.1", redirect_to("ftp://example.org/")).await;
    assert!(get(&format!("http://127.0.0.1:{}/", away.port)).await.is_err());
}

#[tokio::test]
async fn names_of_private_addresses_are_not_asked_not_even_by_redirect() {
    let inner = Peer::at("127.0.0.1", page("secret")).await;
    let nothing = Fetcher::new(Reach::Public(Vec::new()));
    let error = nothing.page(&format!("http://localhost:{}/", inner.port), "*/*", 10).await.unwrap_err();
    assert!(error.0.contains(guard::NO_PUBLIC_ADDRESS), "{error}");
    assert_eq!(inner.asked(), 0);

    // `localhost` is 127.0.0.1, which may not be asked here, unlike the server that leads to it
    let hidden = Peer::at("127.0.0.1", page("secret")).await;
    let outer = Peer::at("127.0.0.2", redirect_to(&format!("http://localhost:{}/", hidden.port))).await;
    let own = Network { address: "127.0.0.2".parse().unwrap(), prefix_bits: 32 };
    let fetcher = Fetcher::new(Reach::Public(vec![own]));
    let error = fetcher.page(&format!("http://127.0.0.2:{}/", outer.port), "*/*", 10).await.unwrap_err();
    assert!(error.0.contains(guard::NO_PUBLIC_ADDRESS), "{error}");
    assert_eq!((outer.asked(), hidden.asked()), (1, 0));
}

#[tokio::test]
async fn endless_redirects_end() {
    let peer = Peer::at("127.0.0.1", redirect_to("/again")).await;
    let error = get(&format!("http://127.0.0.1:{}/", peer.port)).await.unwrap_err();
    assert!(error.0.contains("too many redirects"), "{error}");
}
