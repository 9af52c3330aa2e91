//! Options: known ones are checked, others kept.

use serde_json::{Value, json};

use super::*;

async fn set(desk: &Desk, actor: &Actor, name: &str, value: Value) -> Result<Commit, PublishError> {
    desk.by(actor, Edit::SetOptions(vec![(name.to_owned(), value)])).await
}

#[tokio::test]
async fn known_options_are_checked() {
    let desk = Desk::new().await;
    for (name, wrong) in [
        ("home", json!("example.org")),
        ("home", json!("https://example.org/?x")),
        ("admin_email", json!("nobody")),
        ("posts_per_page", json!(0)),
        ("posts_per_page", json!("many")),
        ("timezone_string", json!("Atlantis/Port")),
        ("gmt_offset", json!(25)),
        ("permalink_structure", json!("/%year%/")),
        ("show_on_front", json!("both")),
        ("default_category", json!(99)),
        ("default_role", json!("king")),
        ("blog_public", json!("perhaps")),
        ("blogname", json!({"a": 1})),
    ] {
        let refused = set(&desk, &SYSTEM, name, wrong.clone()).await.unwrap_err();
        let PublishError::Invalid { message, .. } = refused else { panic!("{refused:?}") };
        assert!(message.starts_with(name), "{message}");
    }
    for (name, value, stored) in [
        ("home", json!("https://example.com/blog/"), json!("https://example.com/blog")),
        ("posts_per_page", json!("7"), json!(7)),
        ("blog_public", json!(false), json!("0")),
        ("blogname", json!(" Name\u{7} "), json!("Name")),
        ("gmt_offset", json!("5.5"), json!("5.5")),
        ("a_plugin_s", json!({"any": ["value"]}), json!({"any": ["value"]})),
    ] {
        set(&desk, &SYSTEM, name, value).await.unwrap();
        assert_eq!(desk.site().state.option(name), Some(stored), "{name}");
    }
    let snapshot = desk.site();
    let settings = snapshot.state.settings();
    assert_eq!((settings.posts_per_page, settings.search_engines_welcome), (7, false));
    set(&desk, &SYSTEM, "a_plugin_s", Value::Null).await.unwrap();
    assert_eq!(desk.site().state.option("a_plugin_s"), None);
}

#[tokio::test]
async fn only_administrators_set_them_and_all_or_none_are_set() {
    let desk = Desk::new().await;
    let editor = desk.actor(&Role::Editor);
    assert_eq!(code(set(&desk, &editor, "blogname", json!("x")).await), "rest_forbidden");
    let both = vec![("blogname".to_owned(), json!("x")), ("posts_per_page".to_owned(), json!(0))];
    assert_eq!(code(desk.by(&desk.actor(&Role::Administrator), Edit::SetOptions(both)).await), "rest_invalid_param");
    assert_eq!(desk.site().state.settings().title, "Test & Trial");
}
