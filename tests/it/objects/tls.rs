//! The store over TLS: HAProxy with a certificate of our own authority before a real gateway.

use std::{
    path::{Path, PathBuf},
    process::{Command, Stdio},
    time::{Duration, Instant},
};

use bucketpress::store::s3::{Authorities, S3Credentials, S3Objects, S3Options};

use super::*;
use crate::support::{
    ceph::{Gateway, gateway},
    haproxy::Haproxy,
};

/// A gateway behind TLS; its files and its proxy go when this is dropped.
struct Tls {
    gateway: &'static Gateway,
    folder: tempfile::TempDir,
    endpoint: String,
    _proxy: Haproxy,
}

fn openssl(folder: &Path, arguments: &str) {
    let mut command = Command::new("openssl");
    command.args(arguments.split(' ')).current_dir(folder).stdin(Stdio::null());
    let output = command.output().unwrap();
    assert!(output.status.success(), "openssl {arguments}: {}", String::from_utf8_lossy(&output.stderr));
}

/// An authority (`ca.pem`) and a certificate from it for 127.0.0.1 with its key (`server.pem`).
fn certificates(folder: &Path) {
    let key = "-newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2";
    openssl(folder, &format!("req -x509 {key} -subj /CN=Our-Authority -keyout ca.key -out ca.pem"));
    openssl(folder, &format!("req -new {key} -subj /CN=store -keyout server.key -out server.csr"));
    std::fs::write(folder.join("names"), "subjectAltName=IP:127.0.0.1,DNS:localhost\n").unwrap();
    let signed = "x509 -req -in server.csr -CA ca.pem -CAkey ca.key -CAcreateserial -days 2 -extfile names";
    openssl(folder, &format!("{signed} -out server.crt"));
    let both = ["server.crt", "server.key"].map(|name| std::fs::read_to_string(folder.join(name)).unwrap());
    std::fs::write(folder.join("server.pem"), both.concat()).unwrap();
}

impl Tls {
    async fn start() -> Option<Self> {
        let gateway = gateway()?;
        let folder = tempfile::tempdir().unwrap();
        certificates(folder.path());
        let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let (certificate, store) = (folder.path().join("server.pem"), gateway.endpoint.trim_start_matches("http://"));
        let sections = format!(
            "frontend tls\n  bind 127.0.0.1:{port} ssl crt {}\n  default_backend gateway\nbackend gateway\n  \
             server gateway {store}\n",
            certificate.display()
        );
        let proxy = Haproxy::start(folder.path(), &sections)?;
        let deadline = Instant::now() + Duration::from_secs(30);
        while std::net::TcpStream::connect(("127.0.0.1", port)).is_err() {
            let log = std::fs::read_to_string(folder.path().join("haproxy.log")).unwrap();
            assert!(Instant::now() < deadline, "HAProxy does not listen: {log}");
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        Some(Self { gateway, folder, endpoint: format!("https://127.0.0.1:{port}"), _proxy: proxy })
    }

    fn ca_file(&self) -> PathBuf {
        self.folder.path().join("ca.pem")
    }

    async fn objects(&self, bucket: &str, authorities: Option<Authorities>) -> S3Objects {
        let (access_key, secret_key) = (self.gateway.access_key.clone(), self.gateway.secret_key.clone());
        let options = S3Options {
            path_style: true,
            endpoint: Some(self.endpoint.clone()),
            region: Some(self.gateway.region.clone()),
            credentials: Some(S3Credentials { access_key, secret_key }),
            authorities,
        };
        S3Objects::connect(bucket, "over tls", options).await
    }

    /// The program on a bucket behind TLS.
    fn program(&self, bucket: &str, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_bucketpress"));
        command.args(arguments).args(["--store", &format!("s3://{bucket}/site")]).current_dir(self.folder.path());
        command.envs(self.gateway.env()).env("AWS_ENDPOINT_URL", &self.endpoint);
        command.env("BUCKETPRESS_SITE_KEY", "5a".repeat(32)).env_remove("AWS_CA_BUNDLE").env_remove("SSL_CERT_FILE");
        command
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn everything_works_over_tls() {
    let Some(tls) = Tls::start().await else { return };
    let pem = std::fs::read(tls.ca_file()).unwrap();
    let bucket = tls.gateway.fresh_bucket().await;
    let objects = tls.objects(&bucket, Some(Authorities::parse(&pem).unwrap())).await;
    rustls::crypto::ring::default_provider().install_default().ok();
    let authority = reqwest::Certificate::from_pem(&pem).unwrap();
    let browser = reqwest::Client::builder().tls_certs_merge([authority]).build().unwrap();
    conformance::all_with(Arc::new(objects), browser).await;
}

/// Neither an absent object nor a refused one: nobody is at the other end whom this machine believes.
#[tokio::test]
async fn a_strangers_certificate_is_not_believed_and_named() {
    let Some(tls) = Tls::start().await else { return };
    let objects = tls.objects("bucket", None).await;
    for answer in [objects.get("a", None).await.map(drop), objects.list("", None, 1).await.map(drop)] {
        let named = matches!(&answer, Err(ObjectError::Unavailable { reason, .. }) if reason.contains("store.ca_file"));
        assert!(named, "{answer:?}");
    }
    let answer = objects.create("a", Bytes::new(), &attributes()).await;
    assert!(matches!(answer, Err(ObjectError::Unknown { .. })), "{answer:?}");
}

/// What operators set: our setting, the AWS tools' variable, or OpenSSL's.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_program_is_told_whom_to_believe() {
    let Some(tls) = Tls::start().await else { return };
    let bucket = tls.gateway.fresh_bucket().await;
    let setup = ["setup", "--url", "https://example.org", "--title", "TLS", "--admin-user", "ann"];
    let setup = [&setup[..], &["--admin-email", "ann@example.org"]].concat();
    let ran = |command: &mut Command| {
        let output = command.output().unwrap();
        (output.status.code(), String::from_utf8_lossy(&output.stderr).into_owned())
    };
    let (code, said) = ran(&mut tls.program(&bucket, &setup));
    assert_ne!(code, Some(0));
    assert!(said.contains("store.ca_file"), "{said}");
    let (code, said) = ran(tls.program(&bucket, &setup).env("BUCKETPRESS_STORE_CA_FILE", tls.ca_file()));
    assert_eq!(code, Some(0), "{said}");
    for variable in ["AWS_CA_BUNDLE", "SSL_CERT_FILE"] {
        let (code, said) = ran(tls.program(&bucket, &["check"]).env(variable, tls.ca_file()));
        assert_eq!(code, Some(0), "{variable}: {said}");
    }
    for (file, named) in [("server.key", "no certificate"), ("nowhere.pem", "No such file")] {
        let (code, said) = ran(tls.program(&bucket, &["check"]).env("BUCKETPRESS_STORE_CA_FILE", file));
        assert_eq!(code, Some(2), "{said}");
        assert!(said.contains("store.ca_file") && said.contains(file) && said.contains(named), "{said}");
    }
}
