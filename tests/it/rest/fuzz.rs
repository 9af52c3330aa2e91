//! All that our own description of the API allows, and much that it does not, asked by `schemathesis`.

use std::{path::Path, process::Output};

use reqwest::{Method, StatusCode};
use serde_json::json;

use super::Api;

/// Requests an operation gets at most, always the same ones. In depth, some twenty thousand and ten minutes:
/// `FUZZ_EXAMPLES=100 FUZZ_PHASES=coverage,fuzzing`.
const EXAMPLES: &str = "3";

/// Would end the caller's rights half-way.
const NOT_AS_ADMINISTRATOR: [&str; 4] = [
    "deleteWpV2UsersMe",
    "deleteWpV2UsersId",
    "deleteWpV2UsersUserIdApplicationPasswords",
    "deleteWpV2UsersUserIdApplicationPasswordsUuid",
];

/// Something of each kind, so that requests find what they name. Returns the ids.
async fn seed(api: &Api) -> Vec<u64> {
    let mut ids = Vec::new();
    let post = api.post("posts", json!({ "title": "One", "content": "<p>Text</p>", "status": "publish" })).await;
    let post = post.body["id"].as_u64().unwrap();
    let things = [
        (format!("posts/{post}"), json!({ "content": "<p>Changed</p>" })),
        ("posts".to_owned(), json!({ "title": "Draft" })),
        ("pages".to_owned(), json!({ "title": "Page", "status": "publish" })),
        ("blocks".to_owned(), json!({ "title": "Pattern", "content": "<!-- wp:paragraph -->", "status": "publish" })),
        ("categories".to_owned(), json!({ "name": "News" })),
        ("tags".to_owned(), json!({ "name": "Old" })),
        ("comments".to_owned(), json!({ "post": post, "content": "Well said" })),
        ("menus".to_owned(), json!({ "name": "Main" })),
        ("users".to_owned(), json!({ "username": "nora", "email": "nora@example.org", "password": "long enough" })),
    ];
    for (path, fields) in things {
        let made = api.post(&path, fields).await;
        assert!(made.status.is_success(), "{path}: {}", made.body);
        ids.push(made.body["id"].as_u64().unwrap());
    }
    let upload = api.request(Method::POST, "media").header("Content-Disposition", "attachment; filename=a.png");
    let made = Api::send(upload.body(super::picture())).await;
    assert_eq!(made.status, StatusCode::CREATED, "{}", made.body);
    ids.push(made.body["id"].as_u64().unwrap());
    ids.sort_unstable();
    ids.dedup();
    // Not the caller, whose account has the first number.
    ids.retain(|id| *id != api.server.admin.0);
    ids
}

/// One worker: several make Python 3.11 lose count of its own recursion (gh-106905).
async fn schemathesis(python: &Path, api: &Api, ids: &[u64], arguments: &[String]) -> Output {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/clients");
    // It keeps what it found wrong where it runs.
    let kept = tempfile::tempdir().unwrap();
    let ids: Vec<String> = ids.iter().map(u64::to_string).collect();
    let setting = |name: &str, otherwise: &str| std::env::var(name).unwrap_or_else(|_| otherwise.to_owned());
    tokio::process::Command::new(python.with_file_name("st"))
        .args(["run", &api.server.url("/wp-json/bucketpress/v1/openapi")])
        .args(["--url", &api.server.url("/wp-json")])
        .args(["--checks", "no_server_fault,content_type_conformance,response_schema_conformance"])
        .args(["--phases", &setting("FUZZ_PHASES", "fuzzing")])
        .args(["--max-examples", &setting("FUZZ_EXAMPLES", EXAMPLES)])
        .args(["--generation-deterministic"])
        .args(["--continue-on-failure", "--no-shrink", "--workers", "1", "--warnings", "off", "--no-color"])
        .args(["--suppress-health-check", "all", "--request-timeout", "20"])
        .args(arguments)
        .current_dir(kept.path())
        .env("SCHEMATHESIS_HOOKS", "schemathesis_hooks")
        .env("PYTHONPATH", &folder)
        .env("PYTHONDONTWRITEBYTECODE", "1")
        .env("KNOWN_IDS", ids.join(","))
        .kill_on_drop(true)
        .output()
        .await
        .unwrap()
}

#[track_caller]
fn passed(output: &Output) {
    let told = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{told}\n{}", String::from_utf8_lossy(&output.stderr));
    assert!(told.contains("Operations:"), "it asked nothing: {told}");
}

#[actix_web::test]
async fn strangers_cause_no_fault() {
    let Some(python) = super::python() else { return };
    let api = Api::start().await;
    let ids = seed(&api).await;
    passed(&schemathesis(&python, &api, &ids, &[]).await);
}

#[actix_web::test]
async fn an_administrator_causes_no_fault() {
    let Some(python) = super::python() else { return };
    let api = Api::start().await;
    let ids = seed(&api).await;
    let login = api.server.app.log.current().state.user(api.server.admin).unwrap().login;
    let mut arguments = vec!["--auth".to_owned(), format!("{login}:{}", api.secret)];
    for operation in NOT_AS_ADMINISTRATOR {
        arguments.extend(["--exclude-operation-id".to_owned(), operation.to_owned()]);
    }
    passed(&schemathesis(&python, &api, &ids, &arguments).await);
    assert_eq!(api.get("users/me").await.status, StatusCode::OK, "still an administrator to the end");
}

#[actix_web::test]
async fn the_description_is_whole() {
    let api = Api::start().await;
    let url = api.server.url("/wp-json/bucketpress/v1/openapi");
    let document = Api::send(api.client.get(url)).await;
    assert_eq!(document.status, StatusCode::OK);
    let document = document.body;
    assert_eq!(document["openapi"], "3.1.0");
    assert_eq!(document["servers"][0]["url"], api.server.url("/wp-json"));
    let list = &document["paths"]["/wp/v2/posts"]["get"];
    let names: Vec<&str> =
        list["parameters"].as_array().unwrap().iter().map(|one| one["name"].as_str().unwrap()).collect();
    for name in ["per_page", "categories", "_fields", "_embed"] {
        assert!(names.contains(&name), "{name}: {names:?}");
    }
    let items = &list["responses"]["200"]["content"]["application/json"]["schema"];
    assert_eq!(*items, json!({ "type": "array", "items": { "$ref": "#/components/schemas/post" } }));
    assert_eq!(document["components"]["schemas"]["post"]["properties"]["date_gmt"]["type"], json!(["string", "null"]));
    // Every route of the index, under names OpenAPI has.
    let index = Api::send(api.client.get(api.server.url("/wp-json/"))).await;
    let routes = index.body["routes"].as_object().unwrap().len();
    let paths = document["paths"].as_object().unwrap().len();
    assert!(routes - paths <= 1 && paths > 100, "{routes} routes, {paths} paths");
    let mut operations: Vec<&str> = document["paths"]
        .as_object()
        .unwrap()
        .values()
        .flat_map(|methods| methods.as_object().unwrap().values())
        .map(|operation| operation["operationId"].as_str().unwrap())
        .collect();
    let all = operations.len();
    operations.sort_unstable();
    operations.dedup();
    assert_eq!(operations.len(), all, "each operation has a name of its own");
}
