use bucketpress::config::Config;
use bucketpress::store::memory::MemoryObjects;

use super::*;
use crate::support::config;

#[actix_web::test]
async fn clients_find_the_interface() {
    let blog = Blog::start().await;
    let page = blog.page("/").await;
    let rsd = format!("href=\"{}?rsd\"", blog.server.url("/xmlrpc.php"));
    assert!(page.contains("rel=\"EditURI\"") && page.contains(&rsd), "{page}");
    let answer = blog.server.get("/xmlrpc.php?rsd").await;
    assert_eq!(answer.headers()["content-type"], "text/xml; charset=UTF-8");
    let rsd = answer.text().await.unwrap();
    for api in ["WordPress", "Movable Type", "MetaWeblog", "Blogger", "WP-API"] {
        assert!(rsd.contains(&format!("<api name=\"{api}\" blogID=\"1\"")), "{rsd}");
    }
    let answer = blog.server.get("/xmlrpc.php").await;
    assert_eq!((answer.status().as_u16(), &answer.headers()["allow"]), (405, &"POST".parse().unwrap()));
    for method in ["HEAD", "PUT", "DELETE", "PATCH", "OPTIONS"] {
        let request = blog.client.request(method.parse().unwrap(), blog.server.url("/xmlrpc.php"));
        let answer = request.send().await.unwrap();
        assert_eq!((answer.status().as_u16(), &answer.headers()["allow"]), (405, &"POST".parse().unwrap()), "{method}");
    }
    let metrics = blog.page("/metrics").await;
    let of_class = |line: &str| line.starts_with("bucketpress_http_requests_total{class=\"XmlRpc\",status=\"405\"}");
    assert!(metrics.lines().any(of_class), "{metrics}");
}

#[actix_web::test]
async fn posts_that_take_pings_say_where() {
    let blog = Blog::start().await;
    let open = blog.post(json!({ "post_title": "Open", "post_status": "publish", "ping_status": "open" })).await;
    let closed = blog.post(json!({ "post_title": "Closed", "post_status": "publish", "ping_status": "closed" })).await;
    let path = async |id: &Value| text(&blog.get(id).await, "link").strip_prefix(&blog.server.base).unwrap().to_owned();
    for _ in 0..2 {
        let answer = blog.server.get(&path(&open).await).await;
        assert_eq!(answer.headers()["x-pingback"].to_str().unwrap(), blog.server.url("/xmlrpc.php"), "warm and cold");
    }
    assert!(!blog.server.get(&path(&closed).await).await.headers().contains_key("x-pingback"));
    assert!(!blog.server.get("/").await.headers().contains_key("x-pingback"));
}

#[actix_web::test]
async fn it_can_be_turned_off() {
    let mut off: Config = config();
    off.server.xmlrpc = false;
    let objects = std::sync::Arc::new(MemoryObjects::new());
    let mut blog = Blog::start().await;
    blog.server = Server::unprepared(objects, off).await.set_up().await;
    assert_eq!(blog.open("demo.sayHello", &[]).await.unwrap_err().0, 405);
    assert_eq!(blog.server.get("/xmlrpc.php?rsd").await.status(), 405);
    assert!(!blog.page("/").await.contains("EditURI"));
}
