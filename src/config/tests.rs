use std::io::Write as _;

use super::*;

fn with(environment: &[(&str, &str)], flags: &[(&'static str, &str)]) -> Result<Config, ConfigError> {
    load(&Layers {
        file: None,
        environment: environment.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect(),
        flags: flags.iter().map(|(name, value)| (*name, (*value).to_owned())).collect(),
    })
}

#[test]
fn every_default_is_valid_and_shows_as_written() {
    let config = with(&[], &[]).unwrap();
    for key in KEYS.iter().filter(|key| key.name != "store.path_style") {
        let shown = (key.show)(&config);
        let again = with(&[], &[(key.name, &shown)]).unwrap();
        assert_eq!(config, again, "{}: {} shows as {shown}", key.name, key.default);
    }
}

#[test]
fn flags_win_over_environment_over_file() {
    let mut file = tempfile::NamedTempFile::new().unwrap();
    file.write_all(b"[server]\nlisten = \"127.0.0.1:1\"\nworkers = 3\nkeep_alive = \"90s\"\n").unwrap();
    let config = load(&Layers {
        file: Some(file.path().to_owned()),
        environment: vec![
            ("BUCKETPRESS_SERVER_LISTEN".to_owned(), "127.0.0.1:2".to_owned()),
            ("BUCKETPRESS_SERVER_WORKERS".to_owned(), "4".to_owned()),
        ],
        flags: vec![("server.listen", "127.0.0.1:3".to_owned())],
    })
    .unwrap();
    assert_eq!(config.server.listen.port(), 3);
    assert_eq!(config.server.workers, 4);
    assert_eq!(config.server.keep_alive, Duration::from_secs(90));
}

#[test]
fn a_wrong_value_names_key_place_and_reason() {
    let error = with(&[("BUCKETPRESS_MEDIA_QUALITY", "101")], &[]).unwrap_err().to_string();
    assert_eq!(
        error,
        "environment variable BUCKETPRESS_MEDIA_QUALITY: media.quality = \"101\": expected a number from 1 to 100"
    );
}

#[test]
fn an_unknown_variable_stops_the_start_with_a_hint() {
    let error = with(&[("BUCKETPRESS_SERVER_LISTN", "x")], &[]).unwrap_err().to_string();
    assert_eq!(error, "environment: unknown key BUCKETPRESS_SERVER_LISTN; did you mean BUCKETPRESS_SERVER_LISTEN?");
}

#[test]
fn where_others_reach_a_server_is_a_host_and_a_port() {
    for good in ["10.0.0.5:8080", "web-1.internal:80", "[2001:db8::1]:8080"] {
        assert_eq!(PeerAddress::parse(good), Ok(PeerAddress::At(good.to_owned())));
    }
    for wrong in
        ["10.0.0.5", "http://10.0.0.5:8080", "10.0.0.5:8080/path", "a@10.0.0.5:8080", "10.0.0.5:x", ":8080", "WEB:80"]
    {
        assert!(PeerAddress::parse(wrong).is_err(), "{wrong}");
    }
}

#[test]
fn a_wrong_site_key_is_not_repeated() {
    let error = with(&[("BUCKETPRESS_SITE_KEY", "hunter2")], &[]).unwrap_err().to_string();
    assert!(!error.contains("hunter2"), "{error}");
    assert!(error.contains("openssl rand -hex 32"), "{error}");
}

#[test]
fn networks_contain_what_they_should() {
    let config = with(&[], &[("server.trusted_proxies", "10.0.0.0/8, ::1, 192.168.1.7")]).unwrap();
    let trusted = |text: &str| config.server.trusted_proxies.iter().any(|net| net.contains(text.parse().unwrap()));
    assert!(trusted("10.255.1.2") && trusted("::1") && trusted("192.168.1.7") && trusted("::ffff:10.1.1.1"));
    assert!(!trusted("11.0.0.1") && !trusted("192.168.1.8") && !trusted("::2"));
    let all = with(&[], &[("server.trusted_proxies", "0.0.0.0/0")]).unwrap();
    assert!(all.server.trusted_proxies[0].contains("8.8.8.8".parse().unwrap()));
}

#[test]
fn store_locations() {
    assert_eq!(
        StoreLocation::parse("s3://b/some/prefix/").unwrap(),
        StoreLocation::Bucket { bucket: "b".to_owned(), prefix: "some/prefix".to_owned() }
    );
    assert!(StoreLocation::parse("s3:///x").is_err());
    assert!(StoreLocation::parse("data").is_err());
}

#[test]
fn the_reference_page_is_up_to_date() {
    let page = include_str!("../../docs/configuration.md");
    assert_eq!(page, reference(), "run: cargo run -- config --reference > docs/configuration.md");
}
