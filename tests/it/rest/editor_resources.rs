//! What the editor asks for beside posts: patterns, navigation, menus, templates, styles, theme, blocks.

use bucketpress::content::Role;
use reqwest::StatusCode;
use serde_json::{Value, json};

use super::{Api, caller::Caller};

#[actix_web::test]
async fn patterns_are_shown_as_they_are_stored_to_those_who_write() {
    let api = Api::start().await;
    let pattern = json!({
        "title": "Call", "content": "<!-- wp:paragraph --><p>Ring us</p><!-- /wp:paragraph -->", "status": "publish",
        "meta": { "wp_pattern_sync_status": "unsynced" },
    });
    let made = api.post("blocks", pattern).await;
    assert_eq!(made.status, StatusCode::CREATED, "{}", made.body);
    assert_eq!(made.body["wp_pattern_sync_status"], "unsynced");
    let path = format!("blocks/{}", made.body["id"]);
    let read = api.get(&path).await;
    assert_eq!(read.body["title"], json!({ "raw": "Call" }));
    assert_eq!(read.body["content"]["raw"], made.body["content"]["raw"]);
    let refused = api.stranger(&path).await;
    assert_eq!((refused.status, &refused.body["code"]), (StatusCode::UNAUTHORIZED, &json!("rest_forbidden")));
    let list = api.stranger("blocks").await;
    assert_eq!((&list.body, list.header("x-wp-total")), (&json!([]), "0"));
    assert_eq!(api.get("blocks").await.header("x-wp-total"), "1");
    let synced = api.post(&path, json!({ "meta": { "wp_pattern_sync_status": "" } })).await;
    assert_eq!(synced.body["wp_pattern_sync_status"], "", "{}", synced.body);
    let found = api.get("search?search=Ring").await;
    assert_eq!(found.body, json!([]), "has no address to be found at");
}

#[actix_web::test]
async fn a_menu_is_made_filled_placed_and_read() {
    let api = Api::start().await;
    let menu = api.post("menus", json!({ "name": "Main", "locations": ["primary"], "auto_add": true })).await;
    assert_eq!(menu.status, StatusCode::CREATED, "{}", menu.body);
    assert_eq!((&menu.body["locations"], &menu.body["auto_add"]), (&json!(["primary"]), &json!(true)));
    let id = menu.body["id"].clone();
    assert_eq!(api.get("menu-locations/primary").await.body["menu"], id);
    let page = api.post("pages", json!({ "title": "About us", "status": "publish" })).await;
    let item = json!({
        "menus": id, "type": "post_type", "object": "page", "object_id": page.body["id"], "status": "publish",
        "classes": ["big", "red"], "menu_order": 2,
    });
    let item = api.post("menu-items", item).await;
    assert_eq!(item.status, StatusCode::CREATED, "{}", item.body);
    assert_eq!(item.body["title"]["rendered"], "About us");
    assert_eq!((&item.body["url"], &item.body["type_label"]), (&page.body["link"], &json!("Page")));
    assert_eq!(item.body["classes"], json!(["big", "red"]));
    let link = json!({ "menus": id, "title": "Far", "url": "https://far.example/", "status": "publish" });
    let link = api.post("menu-items", link).await;
    assert_eq!(link.body["type"], "custom", "{}", link.body);
    let listed = api.get(&format!("menu-items?menus={id}")).await;
    let titles: Vec<&Value> = listed.body.as_array().unwrap().iter().map(|item| &item["title"]["rendered"]).collect();
    assert_eq!(titles, [&json!("Far"), &json!("About us")]);
    let without = api.post("menu-items", json!({ "menus": id, "title": "Nowhere" })).await;
    assert_eq!((without.status, &without.body["code"]), (StatusCode::BAD_REQUEST, &json!("rest_url_required")));

    let kept = api.delete(&format!("menu-items/{}", link.body["id"])).await;
    assert_eq!(kept.body["code"], "rest_trash_not_supported");
    let gone = api.delete(&format!("menu-items/{}?force=true", link.body["id"])).await;
    assert_eq!(gone.body["deleted"], true, "{}", gone.body);
    for path in ["menus", "menu-items", "menu-locations"] {
        let refused = api.stranger(path).await;
        assert_eq!((refused.status, &refused.body["code"]), (StatusCode::UNAUTHORIZED, &json!("rest_cannot_view")));
    }
    let nowhere = api.post(&format!("menus/{id}"), json!({ "locations": ["moon"] })).await;
    assert_eq!(nowhere.body["code"], "rest_invalid_menu_location");
}

#[actix_web::test]
async fn a_template_is_stored_found_by_its_name_and_deleted() {
    let api = Api::start().await;
    assert_eq!(api.get("templates").await.body, json!([]));
    let theme = api.get("themes?status=active").await.body[0]["stylesheet"].as_str().unwrap().to_owned();
    let made = api.post("templates", json!({ "slug": "wide", "content": "<!-- wp:post-title /-->" })).await;
    assert_eq!(made.status, StatusCode::CREATED, "{}", made.body);
    let id = format!("{theme}//wide");
    assert_eq!((&made.body["id"], &made.body["title"]["raw"]), (&json!(id), &json!("wide")));
    let read = api.get(&format!("templates/{id}?context=edit")).await;
    assert_eq!(read.body["content"], json!({ "raw": "<!-- wp:post-title /-->", "block_version": 1 }));
    assert_eq!(api.get("templates/lookup?slug=wide").await.body["id"], json!(id));
    assert_eq!(api.get("templates/lookup?slug=other").await.body, json!({}));
    let part = api.post("template-parts", json!({ "slug": "top", "area": "header" })).await;
    assert_eq!(part.body["area"], "header", "{}", part.body);
    assert_eq!(api.stranger("templates").await.body["code"], "rest_cannot_manage_templates");
    let gone = api.delete(&format!("templates/{id}?force=true")).await;
    assert_eq!(gone.body["deleted"], true, "{}", gone.body);
    assert_eq!(api.get(&format!("templates/{id}")).await.body["code"], "rest_template_not_found");
}

#[actix_web::test]
async fn styles_go_by_the_name_of_the_theme_until_somebody_chooses_some() {
    let api = Api::start().await;
    let writer = Caller::new(&api, "writer", Role::Author).await;
    let before = api.server.app.log.current().seq;
    let theme = api.get("themes?status=active").await.body[0].clone();
    let link = theme["_links"]["wp:user-global-styles"][0]["href"].as_str().unwrap();
    let (_, path) = link.split_once("/wp/v2/").unwrap();
    let name = theme["stylesheet"].as_str().unwrap();
    assert_eq!(path, format!("global-styles/{name}"));
    let empty = writer.get(path).await;
    assert_eq!((empty.status, &empty.body["styles"]), (StatusCode::OK, &json!({})), "{}", empty.body);
    assert_eq!(api.server.app.log.current().seq, before, "reading writes nothing");
    assert_eq!(api.stranger(path).await.status, StatusCode::UNAUTHORIZED);

    let chosen = json!({ "styles": { "color": { "text": "#123456" } } });
    assert_eq!(writer.post(path, chosen.clone()).await.body["code"], "rest_cannot_edit");
    let kept = api.post(path, chosen.clone()).await;
    assert_eq!((kept.status, &kept.body["styles"]), (StatusCode::OK, &chosen["styles"]), "{}", kept.body);
    let id = kept.body["id"].as_u64().unwrap();
    let theme = api.get("themes?status=active").await.body[0].clone();
    let link = theme["_links"]["wp:user-global-styles"][0]["href"].as_str().unwrap();
    assert!(link.ends_with(&format!("/global-styles/{id}")), "{link}");
    let settings = json!({ "settings": { "color": { "custom": false } } });
    let again = api.post(path, settings.clone()).await;
    assert_eq!((again.body["id"].as_u64(), &again.body["styles"]), (Some(id), &chosen["styles"]), "the same post");
    assert_eq!(api.get(&format!("global-styles/{id}")).await.body["settings"], settings["settings"]);
    assert_eq!(api.get("global-styles/other").await.body["code"], "rest_global_styles_not_found");
}

#[actix_web::test]
async fn every_writer_learns_of_theme_types_and_blocks() {
    let api = Api::start().await;
    let writer = Caller::new(&api, "writer", Role::Author).await;
    let theme = writer.get("themes?status=active").await;
    assert_eq!(theme.status, StatusCode::OK, "{}", theme.body);
    assert_eq!(theme.body[0]["theme_supports"]["post-thumbnails"], true);
    assert_eq!(writer.get("themes").await.body["code"], "rest_cannot_view_themes");
    let name = theme.body[0]["stylesheet"].as_str().unwrap();
    assert_eq!(writer.get(&format!("global-styles/themes/{name}")).await.body["styles"], json!({}));
    assert_eq!(writer.get(&format!("global-styles/themes/{name}/variations")).await.body, json!([]));
    assert_eq!(writer.get("global-styles/themes/other").await.body["code"], "rest_theme_not_found");
    let types = writer.get("types?context=edit").await;
    for (name, base) in [("wp_block", "blocks"), ("wp_navigation", "navigation"), ("wp_template", "templates")] {
        assert_eq!(types.body[name]["rest_base"], base);
        assert_eq!(types.body[name]["viewable"], false);
    }
    assert_eq!(types.body["page"]["supports"]["page-attributes"], true);
    let blocks = writer.get("block-types").await;
    assert!(blocks.body.as_array().unwrap().len() > 80);
    let paragraph = writer.get("block-types/core/paragraph").await;
    assert_eq!(paragraph.body["attributes"]["dropCap"], json!({ "type": "boolean", "default": false }));
    // with the editor in the program, by what its packages say; without it, by attributes alone
    let supports = &paragraph.body["supports"];
    assert!(supports == &json!({}) || supports["color"]["gradients"] == true, "{supports}");
    assert_eq!(writer.get("block-types/core/none").await.body["code"], "rest_block_type_invalid");
    let patterns = writer.get("block-patterns/patterns").await.body;
    assert!(patterns.as_array().unwrap().iter().any(|pattern| pattern["name"] == "bucketpress/opening"), "{patterns}");
    assert_eq!(writer.get("plugins").await.body["code"], "rest_cannot_view_plugins");
    assert_eq!(writer.get("sidebars").await.body["code"], "rest_cannot_manage_widgets");
}

#[actix_web::test]
async fn what_the_server_has_no_code_for_is_empty_or_refused() {
    let api = Api::start().await;
    for path in ["plugins", "widgets", "widget-types", "pattern-directory/patterns", "block-directory/search?term=a"] {
        let answer = api.get(path).await;
        assert_eq!((answer.status, &answer.body), (StatusCode::OK, &json!([])), "{path}");
    }
    assert_eq!(api.get("sidebars").await.body[0]["id"], "wp_inactive_widgets");
    let url = |path: &str| api.server.url(&format!("/wp-json/{path}"));
    let health = Api::send(api.client.get(url("wp-site-health/v1/tests/https-status"))).await;
    assert_eq!((health.status, &health.body["code"]), (StatusCode::UNAUTHORIZED, &json!("rest_forbidden")));
    let export = Api::send(api.client.get(url("wp-block-editor/v1/export"))).await;
    assert_eq!(export.body["code"], "rest_cannot_export_templates");
}

#[actix_web::test]
async fn lists_may_be_numbered_as_query_strings_write_them() {
    let api = Api::start().await;
    let first = api.post("posts", json!({ "title": "One", "status": "publish" })).await.body["id"].clone();
    let second = api.post("posts", json!({ "title": "Two", "status": "publish" })).await.body["id"].clone();
    let found = api.get(&format!("posts?include[0]={second}&include[1]={first}&orderby=include&_fields=id")).await;
    assert_eq!(found.body, json!([{ "id": second }, { "id": first }]));
    let tagged = api.get("posts?categories[0]=999").await;
    assert_eq!((tagged.status, &tagged.body), (StatusCode::OK, &json!([])));
    let named = api.get("posts?include[a]=1").await;
    assert_eq!(named.status, StatusCode::BAD_REQUEST);
}

#[actix_web::test]
async fn files_of_drafts_are_in_the_library_of_those_who_write() {
    let api = Api::start().await;
    let draft = api.post("posts", json!({ "title": "Not yet" })).await.body["id"].clone();
    let picture = reqwest::multipart::Part::bytes(PICTURE.to_vec()).file_name("quay.png");
    let form = reqwest::multipart::Form::new().part("file", picture).text("post", draft.to_string());
    let made = Api::send(api.request(reqwest::Method::POST, "media").multipart(form)).await;
    assert_eq!(made.status, StatusCode::CREATED, "{}", made.body);
    let found = api.get("media?context=edit&media_type=image&_fields=slug").await;
    assert_eq!((&found.body, found.header("x-wp-total")), (&json!([{ "slug": "quay" }]), "1"));
    let stranger = api.stranger("media").await;
    assert_eq!((&stranger.body, stranger.header("x-wp-total")), (&json!([]), "0"));
}

/// A green square of 8 × 8 pixels.
const PICTURE: &[u8] = b"\x89\x50\x4e\x47\x0d\x0a\x1a\x0a\x00\x00\x00\x0d\x49\x48\x44\x52\x00\x00\x00\x08\x00\x00\x00\x08\x08\x02\x00\x00\x00\x4b\x6d\x29\xdc\x00\x00\x00\x11\x49\x44\x41\x54\x78\xda\x63\xd0\xa8\xb0\xc1\x8a\x18\x86\x96\x04\x00\x79\x03\x37\x01\xae\x71\xe9\xbd\x00\x00\x00\x00\x49\x45\x4e\x44\xae\x42\x60\x82";
