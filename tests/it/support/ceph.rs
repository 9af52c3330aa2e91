//! A real Ceph RADOS Gateway for this process's tests, started once by `tests/services/ceph-rgw`.

use std::{
    collections::HashMap,
    io::{BufRead, BufReader},
    net::TcpListener,
    os::unix::process::CommandExt,
    process::{Child, Command, Stdio},
    sync::{
        OnceLock,
        atomic::{AtomicU32, Ordering::Relaxed},
    },
};

use aws_sdk_s3::{
    Client,
    config::{BehaviorVersion, Credentials, Region},
    types::{BucketVersioningStatus, VersioningConfiguration},
};
use bucketpress::store::s3::{S3Credentials, S3Objects, S3Options};

const STARTS_MAX: usize = 3;

#[derive(Debug)]
pub struct Gateway {
    pub endpoint: String,
    pub access_key: String,
    pub secret_key: String,
    pub region: String,
    /// The folder of the cluster, with its logs.
    pub directory: String,
    buckets: AtomicU32,
    /// Ends the cluster when its stdin is closed, which the kernel does when this process ends.
    _holder: Child,
}

/// The gateway, started at the first call. `None`: Ceph is not here and cannot be installed, which is said on
/// stderr; with `CI` set that fails the test instead.
pub fn gateway() -> Option<&'static Gateway> {
    static GATEWAY: OnceLock<Result<Gateway, String>> = OnceLock::new();
    match GATEWAY.get_or_init(start) {
        Ok(gateway) => Some(gateway),
        Err(error) => {
            #[expect(clippy::disallowed_methods, reason = "CI is no setting of the program")]
            let must = std::env::var_os("CI").is_some();
            assert!(!must, "no Ceph gateway: {error}");
            eprintln!("SKIPPED, no Ceph gateway: {error}");
            None
        }
    }
}

fn start() -> Result<Gateway, String> {
    let mut error = String::new();
    for _ in 0..STARTS_MAX {
        match start_on_free_ports() {
            Ok(gateway) => return Ok(gateway),
            Err(failed) => error = failed,
        }
        // another process may have taken a port in between
        if !error.contains("something else answers") {
            break;
        }
    }
    Err(error)
}

fn start_on_free_ports() -> Result<Gateway, String> {
    let listeners = [(); 2].map(|()| TcpListener::bind("127.0.0.1:0").unwrap());
    let ports = listeners.each_ref().map(|listener| listener.local_addr().unwrap().port());
    drop(listeners);
    let log = tempfile::NamedTempFile::new().unwrap();
    let mut holder = Command::new(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/services/ceph-rgw"))
        .arg("hold")
        .env("RGW_PORT", ports[0].to_string())
        .env("MON_PORT", ports[1].to_string())
        .env_remove("CEPH_DIR")
        // not reached by a Ctrl-C that ends the tests: it has to end the cluster then
        .process_group(0)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(log.reopen().unwrap())
        .spawn()
        .map_err(|error| error.to_string())?;
    let lines = BufReader::new(holder.stdout.take().unwrap()).lines();
    let variables: HashMap<String, String> = lines
        .map_while(Result::ok)
        .filter_map(|line| line.strip_prefix("export ")?.split_once('=').map(|(k, v)| (k.to_owned(), v.to_owned())))
        .collect();
    let get = |name: &str| {
        let value = variables.get(name).cloned();
        value.ok_or_else(|| std::fs::read_to_string(log.path()).unwrap_or_default())
    };
    Ok(Gateway {
        endpoint: get("AWS_ENDPOINT_URL")?,
        access_key: get("AWS_ACCESS_KEY_ID")?,
        secret_key: get("AWS_SECRET_ACCESS_KEY")?,
        region: get("AWS_REGION")?,
        directory: get("CEPH_DIR")?,
        buckets: AtomicU32::new(0),
        _holder: holder,
    })
}

impl Gateway {
    /// An administrator's client: path style, no retries.
    pub fn client(&self) -> Client {
        let config = aws_sdk_s3::Config::builder()
            .behavior_version(BehaviorVersion::latest())
            .http_client(aws_smithy_http_client::Builder::new().build_http())
            .endpoint_url(&self.endpoint)
            .region(Region::new(self.region.clone()))
            .credentials_provider(Credentials::new(&self.access_key, &self.secret_key, None, None, "test"))
            .force_path_style(true)
            .build();
        Client::from_conf(config)
    }

    /// The name of a new, empty, unversioned bucket.
    pub async fn fresh_bucket(&self) -> String {
        let bucket = format!("t-{}-{}", std::process::id(), self.buckets.fetch_add(1, Relaxed));
        self.client().create_bucket().bucket(&bucket).send().await.unwrap();
        bucket
    }

    /// The same with versioning on.
    pub async fn versioned_bucket(&self) -> String {
        let bucket = self.fresh_bucket().await;
        self.set_versioning(&bucket, BucketVersioningStatus::Enabled).await;
        bucket
    }

    pub async fn set_versioning(&self, bucket: &str, status: BucketVersioningStatus) {
        let versioning = VersioningConfiguration::builder().status(status).build();
        let request = self.client().put_bucket_versioning().bucket(bucket).versioning_configuration(versioning);
        request.send().await.unwrap();
    }

    pub async fn objects(&self, bucket: &str, prefix: &str) -> S3Objects {
        let credentials = S3Credentials { access_key: self.access_key.clone(), secret_key: self.secret_key.clone() };
        let options = S3Options {
            path_style: true,
            endpoint: Some(self.endpoint.clone()),
            region: Some(self.region.clone()),
            credentials: Some(credentials),
            ..S3Options::default()
        };
        S3Objects::connect(bucket, prefix, options).await
    }

    /// What a child process needs in its environment to use the gateway.
    pub fn env(&self) -> [(&'static str, String); 5] {
        [
            ("AWS_ENDPOINT_URL", self.endpoint.clone()),
            ("AWS_ACCESS_KEY_ID", self.access_key.clone()),
            ("AWS_SECRET_ACCESS_KEY", self.secret_key.clone()),
            ("AWS_REGION", self.region.clone()),
            ("AWS_EC2_METADATA_DISABLED", "true".to_owned()),
        ]
    }
}
