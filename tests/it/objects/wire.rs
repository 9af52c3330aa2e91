//! How often a request is sent, and what its answers mean: against a server that answers as it is told.

use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};

use bucketpress::store::s3::{S3Credentials, S3Objects, S3Options};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
};

use super::*;

/// What the server does with one request.
#[derive(Clone, Copy, Debug)]
enum Answer {
    /// A status with a small XML error, or with nothing.
    Status(u16, &'static str),
    /// 200 with this body.
    Body(&'static str),
    /// 200 that promises this body, and breaks off in the middle.
    Cut(&'static str),
    /// Closes without a word.
    Reset,
    /// Never answers.
    Silence,
}

/// Answers the n-th request with the n-th answer, all later ones with the last. Returns what counts the requests.
async fn server(answers: &'static [Answer]) -> (S3Objects, Arc<AtomicUsize>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let endpoint = format!("http://{}", listener.local_addr().unwrap());
    let requests = Arc::new(AtomicUsize::new(0));
    let counted = requests.clone();
    tokio::spawn(async move {
        loop {
            let (stream, _) = listener.accept().await.unwrap();
            tokio::spawn(serve(stream, counted.clone(), answers));
        }
    });
    let credentials = S3Credentials { access_key: "a".to_owned(), secret_key: "b".to_owned() };
    let options = S3Options {
        path_style: true,
        endpoint: Some(endpoint),
        region: Some("us-east-1".to_owned()),
        credentials: Some(credentials),
        ..S3Options::default()
    };
    (S3Objects::connect("bucket", "", options).await, requests)
}

/// One request, one answer, then the connection ends.
async fn serve(mut stream: TcpStream, requests: Arc<AtomicUsize>, answers: &[Answer]) {
    let mut request = Vec::new();
    let length = loop {
        let mut buffer = [0; 4096];
        let read = stream.read(&mut buffer).await.unwrap_or(0);
        if read == 0 {
            return;
        }
        request.extend_from_slice(&buffer[..read]);
        let text = String::from_utf8_lossy(&request).to_lowercase();
        if let Some((head, _)) = text.split_once("\r\n\r\n") {
            let length = head.lines().find_map(|line| line.strip_prefix("content-length:"));
            break head.len() + 4 + length.map_or(0, |length| length.trim().parse::<usize>().unwrap());
        }
    };
    while request.len() < length {
        let mut buffer = [0; 4096];
        let read = stream.read(&mut buffer).await.unwrap_or(0);
        assert_ne!(read, 0, "the request is whole");
        request.extend_from_slice(&buffer[..read]);
    }
    let at = requests.fetch_add(1, SeqCst);
    let answer = match answers[at.min(answers.len() - 1)] {
        Answer::Status(status, code) => {
            let body = if code.is_empty() { String::new() } else { format!("<Error><Code>{code}</Code></Error>") };
            let length = body.len();
            format!("HTTP/1.1 {status} X\r\ncontent-length: {length}\r\nconnection: close\r\n\r\n{body}")
        }
        Answer::Body(body) => {
            let length = body.len();
            format!("HTTP/1.1 200 OK\r\ncontent-length: {length}\r\netag: \"e\"\r\nconnection: close\r\n\r\n{body}")
        }
        Answer::Cut(body) => {
            let (half, length) = (&body[..body.len() / 2], body.len());
            format!("HTTP/1.1 200 OK\r\ncontent-length: {length}\r\nconnection: close\r\n\r\n{half}")
        }
        Answer::Reset => return,
        Answer::Silence => std::future::pending().await,
    };
    stream.write_all(answer.as_bytes()).await.ok();
    stream.shutdown().await.ok();
}

async fn create(answers: &'static [Answer]) -> (Result<(), ObjectError>, usize) {
    let (objects, requests) = server(answers).await;
    let answer = objects.create("log/1", Bytes::from_static(b"entry"), &attributes()).await;
    (answer, requests.load(SeqCst))
}

/// A second attempt could be refused because of the first, and be taken for somebody else's entry.
#[tokio::test(start_paused = true)]
async fn a_create_is_sent_once_whatever_happens() {
    use Answer::{Reset, Silence, Status};
    let undecided: [&'static [Answer]; 9] = [
        &[Status(500, "InternalError"), Status(200, "")],
        &[Status(503, "SlowDown"), Status(200, "")],
        &[Status(503, ""), Status(200, "")],
        &[Status(429, ""), Status(200, "")],
        &[Status(409, "ConditionalRequestConflict"), Status(200, "")],
        &[Status(400, "RequestTimeout"), Status(200, "")],
        &[Status(504, ""), Status(412, "PreconditionFailed")],
        &[Reset, Status(200, "")],
        &[Silence, Status(200, "")],
    ];
    for answers in undecided {
        let (answer, requests) = create(answers).await;
        assert!(matches!(answer, Err(ObjectError::Unknown { .. })), "{:?}: {answer:?}", answers[0]);
        assert_eq!(requests, 1, "{:?}", answers[0]);
    }
    let (answer, requests) = create(&[Status(412, "PreconditionFailed"), Status(200, "")]).await;
    assert!(matches!(answer, Err(ObjectError::AlreadyExists { .. })), "{answer:?}");
    assert_eq!(requests, 1);
    let (answer, requests) = create(&[Status(403, "RequestTimeTooSkewed"), Status(200, "")]).await;
    assert!(matches!(answer, Err(ObjectError::Denied { .. })), "{answer:?}");
    assert_eq!(requests, 1);
    let (answer, requests) = create(&[Status(200, "")]).await;
    answer.unwrap();
    assert_eq!(requests, 1);
}

#[tokio::test(start_paused = true)]
async fn other_requests_are_repeated_three_times_at_most() {
    use Answer::{Body, Reset, Silence, Status};
    let recovering: [&'static [Answer]; 4] = [
        &[Status(500, "InternalError"), Status(503, "SlowDown"), Body("whole")],
        &[Status(503, ""), Status(429, ""), Body("whole")],
        &[Reset, Body("whole")],
        &[Silence, Reset, Body("whole")],
    ];
    for answers in recovering {
        let (objects, requests) = server(answers).await;
        assert_eq!(body(&objects, "a").await, "whole", "{answers:?}");
        assert_eq!(requests.load(SeqCst), answers.len(), "{answers:?}");
        let (objects, requests) = server(answers).await;
        objects.put("a", Bytes::from_static(b"x"), &attributes()).await.unwrap();
        assert_eq!(requests.load(SeqCst), answers.len(), "{answers:?}");
    }
    for answers in [&[Status(500, "InternalError")], &[Reset], &[Silence]] {
        let (objects, requests) = server(answers).await;
        let answer = objects.get("a", None).await;
        assert!(matches!(answer, Err(ObjectError::Unavailable { .. })), "{answers:?}: {answer:?}");
        assert_eq!(requests.load(SeqCst), 3, "{answers:?}");
    }
    let (objects, requests) = server(&[Status(404, "NoSuchKey"), Body("late")]).await;
    assert!(objects.get("a", None).await.unwrap_err().is_not_found());
    assert_eq!(requests.load(SeqCst), 1, "an answer is an answer");
}

/// The SDK's retries end with the head of an answer; ours go on to the last byte.
#[tokio::test(start_paused = true)]
async fn a_body_that_breaks_off_is_read_again() {
    use Answer::{Body, Cut};
    let (objects, requests) = server(&[Cut("12345678"), Cut("12345678"), Body("12345678")]).await;
    assert_eq!(body(&objects, "a").await, "12345678");
    assert_eq!(requests.load(SeqCst), 3);
    let (objects, requests) = server(&[Cut("12345678")]).await;
    let answer = objects.get("a", None).await;
    assert!(matches!(answer, Err(ObjectError::Unavailable { .. })), "{answer:?}");
    assert_eq!(requests.load(SeqCst), 3);
    let (objects, _) = server(&[Cut("12345678")]).await;
    let chunks: Vec<_> = objects.get_stream("a", None).await.unwrap().body.collect().await;
    assert!(chunks.last().unwrap().is_err(), "a cut stream does not end as if it were whole: {chunks:?}");
}
