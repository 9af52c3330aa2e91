//! Several changes in one request.

use bucketpress::content::Role;
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use super::{Answer, Api, caller::Caller};

async fn batch(api: &Api, body: Value) -> Answer {
    let user = api.server.app.log.current().state.user(api.server.admin).unwrap();
    let request = api.client.post(api.server.url("/wp-json/batch/v1")).basic_auth(user.login, Some(&api.secret));
    Api::send(request.json(&body)).await
}

#[actix_web::test]
async fn each_request_is_answered_as_if_alone() {
    let api = Api::start().await;
    let answer = batch(
        &api,
        json!({ "requests": [
            { "path": "/wp/v2/tags", "body": { "name": "Rain" } },
            { "path": "/wp/v2/tags", "body": { "name": "Rain" } },
            { "path": "/wp/v2/posts?_fields=id,title", "body": { "title": "Wet", "status": "publish" } },
            { "path": "/wp/v2/posts/99999", "method": "DELETE" },
            { "path": "/wp/v2/nothing" },
            { "path": "/wp/v2/comments", "body": { "content": "x" } },
            { "path": "/wp/v2/posts", "body": { "status": "bogus" } },
        ] }),
    )
    .await;
    assert_eq!(answer.status, StatusCode::MULTI_STATUS, "{}", answer.body);
    assert!(answer.headers.contains_key("set-cookie"), "what was saved is seen by the next request");
    let responses = answer.body["responses"].as_array().unwrap();
    let statuses: Vec<u64> = responses.iter().map(|one| one["status"].as_u64().unwrap()).collect();
    assert_eq!(statuses, [201, 400, 201, 404, 404, 400, 400]);
    let codes: Vec<&Value> = responses.iter().map(|one| &one["body"]["code"]).collect();
    assert_eq!(
        codes[1..],
        [
            &json!("term_exists"),
            &Value::Null,
            &json!("rest_post_invalid_id"),
            &json!("rest_no_route"),
            &json!("rest_batch_not_allowed"),
            &json!("rest_invalid_param"),
        ]
    );
    assert_eq!(responses[0]["headers"]["Location"], api.url(&format!("tags/{}", responses[0]["body"]["id"])));
    assert_eq!(responses[2]["body"].as_object().unwrap().len(), 2, "{}", responses[2]);
    assert_eq!(api.stranger("posts?search=Wet").await.header("x-wp-total"), "1");
}

#[actix_web::test]
async fn one_fault_can_keep_all_from_being_made() {
    let api = Api::start().await;
    let requests = json!([
        { "path": "/wp/v2/tags", "body": { "name": "Fog" } },
        { "path": "/wp/v2/tags", "body": { "description": "without a name" } },
    ]);
    let strict = json!({ "validation": "require-all-validate", "requests": requests });
    let answer = batch(&api, strict).await;
    assert_eq!((answer.status, &answer.body["failed"]), (StatusCode::MULTI_STATUS, &json!("validation")));
    assert_eq!(answer.body["responses"][0], Value::Null);
    assert_eq!(answer.body["responses"][1]["body"]["code"], "rest_missing_callback_param");
    assert_eq!(api.stranger("tags?search=Fog").await.body, json!([]));

    let many: Vec<Value> = (0..26).map(|_| json!({ "path": "/wp/v2/tags" })).collect();
    let refused = batch(&api, json!({ "requests": many })).await;
    assert_eq!((refused.status, &refused.body["code"]), (StatusCode::BAD_REQUEST, &json!("rest_invalid_param")));
    assert_eq!(refused.body["data"]["details"]["requests"]["code"], "rest_too_many_items");
    for requests in [json!([{ "method": "GET", "path": "/wp/v2/tags" }]), json!([{ "method": "POST" }])] {
        assert_eq!(batch(&api, json!({ "requests": requests })).await.body["code"], "rest_invalid_param");
    }
    let described = Api::send(api.client.request(Method::OPTIONS, api.url("posts"))).await;
    assert_eq!(described.body["endpoints"][0]["allow_batch"], json!({ "v1": true }));
    let described = Api::send(api.client.request(Method::OPTIONS, api.url("comments"))).await;
    assert!(described.body["endpoints"][0].get("allow_batch").is_none());
}

#[actix_web::test]
async fn a_batch_may_no_more_than_its_sender() {
    let api = Api::start().await;
    let made = api.post("posts", json!({ "title": "Mine", "content": "one", "status": "publish" })).await;
    let path = format!("/wp/v2/posts/{}", made.body["id"]);
    let requests = json!({ "requests": [{ "path": path, "method": "DELETE" }] });
    let stranger = api.client.post(api.server.url("/wp-json/batch/v1")).json(&requests);
    assert_eq!(Api::send(stranger).await.body["responses"][0]["status"], 401);
    let sue = Caller::new(&api, "sue", Role::Subscriber).await;
    let answer = sue.post_to("/wp-json/batch/v1", requests).await;
    assert_eq!(answer.body["responses"][0]["body"]["code"], "rest_cannot_delete", "{}", answer.body);

    let old = format!("\"{}\"", made.body["revision"].as_str().unwrap());
    api.post(path.trim_start_matches("/wp/v2/"), json!({ "content": "two" })).await;
    let stale = json!({ "path": path, "method": "PUT", "headers": { "if-match": old }, "body": { "content": "x" } });
    let answer = batch(&api, json!({ "requests": [stale] })).await;
    assert_eq!(answer.body["responses"][0]["status"], 409, "{}", answer.body);
}
