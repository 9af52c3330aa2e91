//! Posts as cards in frames: their pages, and where posts show each other.

use bucketpress::content::{Edit, PostStatus, edit::SavePost};

use super::{page, path, post, save};
use crate::support::{Server, client};

async fn read(server: &Server, path: &str) -> (u16, String) {
    let answer = server.get(path).await;
    (answer.status().as_u16(), answer.text().await.unwrap())
}

/// Status and where it leads.
async fn leads(server: &Server, path: &str) -> (u16, String) {
    let answer = server.get(path).await;
    let to = answer.headers().get("location").map(|to| to.to_str().unwrap().to_owned());
    (answer.status().as_u16(), to.unwrap_or_default())
}

#[tokio::test]
async fn a_post_is_a_card_that_any_site_may_frame() {
    let server = Server::start().await;
    let long = "A long account of the ferry. ".repeat(40);
    let id = save(&server, post("Ferries &amp; tides", &format!("<p>{long}</p>"))).await;
    let at = path(&server, id);
    let card = format!("{at}embed/");
    // twice: rendered, and from memory
    for _ in 0..2 {
        let answer = server.get(&card).await;
        assert_eq!(answer.status(), 200);
        let policy = answer.headers()["content-security-policy"].to_str().unwrap().to_owned();
        assert!(policy.starts_with("default-src 'none'") && !policy.contains("frame-ancestors"), "{policy}");
        assert!(!answer.headers().contains_key("x-frame-options"));
        assert!(answer.headers()["cache-control"].to_str().unwrap().starts_with("public"));
        let text = answer.text().await.unwrap();
        assert!(text.contains(&format!("<link rel=\"canonical\" href=\"{}{at}\">", server.base)), "{text}");
        assert!(text.contains("noindex") && text.contains("Ferries &amp; tides") && text.contains("A long account"));
        assert!(!text.contains(&long), "words of it, not the whole");
    }
    for asked in ["?embed=true", "?embed=1"] {
        assert_eq!(leads(&server, &format!("{at}{asked}")).await, (301, card.clone()));
        assert_eq!(leads(&server, &format!("/?p={id}&{}", &asked[1..])).await, (301, card.clone()));
    }
    assert_eq!(leads(&server, &format!("{at}embed")).await, (301, card.clone()));

    // a browser asks the head of the page where to learn of the card
    let (_, html) = read(&server, &at).await;
    let asked = html.split("type=\"application/json+oembed\"").nth(1).unwrap().split("href=\"").nth(1).unwrap();
    let asked = asked.split('"').next().unwrap().replace("&amp;", "&").replace("&#x2F;", "/");
    let told: serde_json::Value = client().get(&asked).send().await.unwrap().json().await.unwrap();
    let frame = told["html"].as_str().unwrap();
    assert!(frame.contains(&format!("src=\"{}{card}\"", server.base)), "{frame}");
    let xml = client().get(format!("{asked}&format=xml")).send().await.unwrap();
    assert_eq!(xml.headers()["content-type"], "text/xml; charset=UTF-8");
}

#[tokio::test]
async fn what_is_not_public_is_no_card_but_the_frame_says_so() {
    let server = Server::start().await;
    let draft =
        save(&server, SavePost { status: Some(PostStatus::Draft), ..post("Secret", "<p>Hidden words.</p>") }).await;
    let locked =
        save(&server, SavePost { password: Some(Some("tide".to_owned())), ..post("Locked", "<p>Hidden words.</p>") })
            .await;
    for address in [format!("/?p={draft}&embed=true"), "/nowhere/embed/".to_owned(), "/secret/embed/".to_owned()] {
        let answer = server.get(&address).await;
        assert_eq!(answer.status(), 404, "{address}");
        assert!(!answer.headers().contains_key("x-frame-options"), "{address}");
        let text = answer.text().await.unwrap();
        assert!(text.contains("no longer here") && !text.contains("Secret") && !text.contains("Hidden"), "{text}");
    }
    let (status, text) = read(&server, &format!("{}embed/", path(&server, locked))).await;
    assert!(status == 200 && text.contains("Locked") && !text.contains("Hidden"), "{text}");
    // an ordinary page that is not there stays out of frames
    assert_eq!(server.get("/nowhere/").await.headers()["x-frame-options"], "SAMEORIGIN");
}

#[tokio::test]
async fn an_old_address_of_a_card_leads_to_the_new_one() {
    let server = Server::start().await;
    let id = save(&server, post("Quay", "<p>x</p>")).await;
    let before = path(&server, id);
    save(&server, SavePost { id: Some(id), slug: Some("harbour".to_owned()), ..SavePost::default() }).await;
    let after = path(&server, id);
    assert_eq!(leads(&server, &format!("{before}embed/")).await, (301, format!("{after}embed/")));
}

#[tokio::test]
async fn posts_of_the_site_are_shown_in_posts_for_as_long_as_they_are_public() {
    let server = Server::start().await;
    let shown = save(&server, page("Timetable", "<p>Six and noon.</p>")).await;
    let url = format!("{}{}", server.base, path(&server, shown));
    let later = format!("{}/?p={}", server.base, shown.0 + 100);
    let block = format!(
        "<!-- wp:embed {{\"url\":\"{url}\",\"type\":\"wp-embed\"}} -->\n<figure class=\"wp-block-embed is-type-wp-embed\"><div class=\"wp-block-embed__wrapper\">\n{url}\n</div></figure>\n<!-- /wp:embed -->"
    );
    let frame = format!("src=\"{url}embed/\"");
    let kinds = [block, format!("See\n\n{url}\n\nand"), format!("See [embed width=\"300\"]{url}[/embed]")];
    let mut all = Vec::new();
    for content in &kinds {
        all.push(save(&server, post("News", content)).await);
    }
    let elsewhere =
        save(&server, post("Also", &format!("See\n\n{later}\n\nand https://example.org/ and {url} within."))).await;
    let at = |id| path(&server, id);
    for id in &all {
        let (_, html) = read(&server, &at(*id)).await;
        assert!(html.contains(&frame) && html.contains("title=\"“Timetable” — The Test Gazette\""), "{html}");
        assert!(html.contains("sandbox=\"allow-scripts "), "{html}");
        let api = format!("/wp-json/wp/v2/posts/{id}");
        let told: serde_json::Value = server.get(&api).await.json().await.unwrap();
        assert!(told["content"]["rendered"].as_str().unwrap().contains(&frame), "{told}");
        let (_, feed) = read(&server, "/feed/").await;
        assert!(!feed.contains("<iframe"), "no frames where nobody shows them: {feed}");
    }
    let (_, html) = read(&server, &at(elsewhere)).await;
    assert!(!html.contains("wp-embedded-content") && html.contains(&format!("<a href=\"{later}\">")), "{html}");

    let hide = SavePost { id: Some(shown), status: Some(PostStatus::Draft), ..SavePost::default() };
    save(&server, hide).await;
    for id in &all {
        let (_, html) = read(&server, &at(*id)).await;
        assert!(!html.contains("wp-embedded-content") && html.contains(&format!("<a href=\"{url}\">")), "{html}");
    }
    let show = SavePost { id: Some(shown), status: Some(PostStatus::Publish), ..SavePost::default() };
    save(&server, show).await;
    for id in &all {
        assert!(read(&server, &at(*id)).await.1.contains(&frame));
    }
    server.apply(Edit::TrashPost { id: shown, base: None }).await;
    assert!(!read(&server, &at(all[0])).await.1.contains("wp-embedded-content"));
}
