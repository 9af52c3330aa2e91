use super::*;

fn calls(calls: &[(&str, &[Value])]) -> Value {
    let one = |(name, params): &(&str, &[Value])| {
        Value::members([("methodName", Value::text(*name)), ("params", Value::List(params.to_vec()))])
    };
    Value::List(calls.iter().map(one).collect())
}

#[actix_web::test]
async fn many_calls_in_one() {
    let blog = Blog::start().await;
    let signed = [Value::Int(1), Value::text(&blog.login), Value::text(&blog.secret)];
    let new = [&signed[..], &[value(json!({ "post_title": "One of many" }))]].concat();
    let several = calls(&[
        ("demo.sayHello", &[]),
        ("wp.newPost", &new),
        ("system.multicall", &[]),
        ("wp.nothing", &[]),
        ("wp.getPosts", &signed),
    ]);
    let answers = blog.open("system.multicall", &[several]).await.unwrap();
    let answers = answers.items();
    assert_eq!(answers[0], &Value::List(vec![Value::text("Hello!")]));
    assert!(matches!(answers[1], Value::List(_)));
    assert_eq!(answers[2].get("faultCode"), Some(&Value::Int(-32600)));
    assert_eq!(answers[3].get("faultCode"), Some(&Value::Int(-32601)));
    let posts = answers[4].items()[0];
    assert!(posts.items().iter().any(|post| text(post, "post_title") == "One of many"), "later calls see earlier ones");
    let hello: (&str, &[Value]) = ("demo.sayHello", &[]);
    assert!(blog.open("system.multicall", &[calls(&[hello; 100])]).await.is_ok());
    assert_eq!(blog.open("system.multicall", &[calls(&[hello; 101])]).await.unwrap_err().0, -32600);
}

#[actix_web::test]
async fn a_multicall_has_one_guess() {
    let blog = Blog::start().await;
    let guess = |secret: &str| [Value::Int(1), Value::text(ADMIN), Value::text(secret)];
    let (wrong, right) = (guess("wrong"), guess(&blog.secret));
    let several = calls(&[("wp.getOptions", &wrong), ("wp.getOptions", &right), ("demo.sayHello", &[])]);
    let answers = blog.open("system.multicall", &[several]).await.unwrap();
    let answers = answers.items();
    assert_eq!(answers[0].get("faultCode"), Some(&Value::Int(403)));
    assert_eq!(answers[1], answers[0], "the right one after a wrong one is not told from it");
    assert_eq!(answers[2], &Value::List(vec![Value::text("Hello!")]));
}

#[actix_web::test]
async fn guesses_count_with_those_of_the_form() {
    let blog = Blog::start().await;
    let wrong = [Value::Int(1), Value::text(ADMIN), Value::text("wrong")];
    for _ in 0..5 {
        assert_eq!(blog.open("wp.getOptions", &wrong).await.unwrap_err().0, 403);
    }
    let (code, message) = blog.open("wp.getOptions", &wrong).await.unwrap_err();
    assert_eq!((code, message.contains("minutes")), (429, true), "{message}");
    let page = blog.client.get(blog.server.url("/wp-login.php")).send().await.unwrap().text().await.unwrap();
    let nonce = super::super::support::hidden_field(&page, "nonce");
    let fields = [("nonce", nonce.as_str()), ("log", ADMIN), ("pwd", super::super::support::ADMIN_PASSWORD)];
    let form = super::super::support::form(blog.client.post(blog.server.url("/wp-login.php")), &fields);
    assert_eq!(form.send().await.unwrap().status(), 429, "the form is shut too");
    assert!(blog.call("wp.getOptions", []).await.is_ok(), "an application password is no guess");
}

#[actix_web::test]
async fn without_signing_in_nothing_but_the_open_methods_answers() {
    let blog = Blog::start().await;
    let open = ["system.", "demo.", "pingback.", "mt.supported", "mt.getTrackbackPings"];
    let Value::List(methods) = blog.open("system.listMethods", &[]).await.unwrap() else { panic!("no list") };
    let params = vec![Value::text(""); 6];
    let closed =
        methods.iter().filter_map(Value::as_text).filter(|name| !open.iter().any(|begin| name.starts_with(begin)));
    let mut asked = 0;
    for name in closed {
        let (code, _) = blog.open(&name, &params).await.expect_err(&name);
        assert!(matches!(code, 400 | 403 | 429), "{name}: {code}");
        asked += 1;
    }
    assert_eq!(asked, 70);
}

#[actix_web::test]
async fn bodies_are_bounded() {
    let blog = Blog::start().await;
    let long = vec![b' '; (48 << 20) + 1];
    assert_eq!(blog.send(long).await.unwrap_err().0, 413);
    let deep = "<value><array><data>".repeat(10_000);
    let deep = format!("<methodCall><methodName>demo.sayHello</methodName><params><param>{deep}");
    assert_eq!(blog.send(deep).await.unwrap_err().0, -32700);
}
