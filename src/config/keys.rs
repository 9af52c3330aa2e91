//! The table of every key: name, default, meaning, and how it is read and shown.

use std::ops::RangeInclusive;

use super::{
    Config, LogFormat, MailTls, Network, PeerAddress, Secret, StoreLocation,
    size::{parse_bytes, parse_duration, show_bytes, show_duration},
};

/// One configuration key.
#[derive(Debug)]
pub struct Key {
    /// `table.name` in the TOML file; `BUCKETPRESS_TABLE_NAME` in the environment.
    pub name: &'static str,
    /// In the form it is written.
    pub default: &'static str,
    /// What it means, with its unit.
    pub help: &'static str,
    pub secret: bool,
    pub(super) set: fn(&mut Config, &str) -> Result<(), String>,
    pub(super) show: fn(&Config) -> String,
}

impl Key {
    /// The value in force as text; a secret that is set shows as `…`.
    pub fn shown(&self, config: &Config) -> String {
        let value = (self.show)(config);
        if self.secret && !value.is_empty() { "…".to_owned() } else { value }
    }

    /// `BUCKETPRESS_SERVER_LISTEN` for `server.listen`. The store and the site key have the short names
    /// `BUCKETPRESS_STORE` and `BUCKETPRESS_SITE_KEY`.
    pub fn env_name(&self) -> String {
        match self.name {
            "store.location" => "BUCKETPRESS_STORE".to_owned(),
            "store.site_key" => "BUCKETPRESS_SITE_KEY".to_owned(),
            name => format!("BUCKETPRESS_{}", name.replace('.', "_").to_uppercase()),
        }
    }
}

macro_rules! key {
    ($name:literal, $default:literal, $help:literal, $set:expr, $show:expr) => {
        Key { name: $name, default: $default, help: $help, secret: false, set: $set, show: $show }
    };
}

pub const KEYS: &[Key] = &[
    key!(
        "store.location",
        "file:./data",
        "Where the site lives: `file:PATH` (a directory), `s3://bucket/prefix`, or `memory:` (gone with the process).",
        |config, text| put(&mut config.store.location, StoreLocation::parse(text)),
        |config| config.store.location.to_string()
    ),
    key!(
        "store.path_style",
        "auto",
        "Address buckets by path (`true`) or by host name (`false`). `auto`: by path when `AWS_ENDPOINT_URL` or \
         `AWS_ENDPOINT_URL_S3` is set.",
        |config, text| put(&mut config.store.path_style, parse_path_style(text)),
        |config| config.store.path_style.to_string()
    ),
    key!(
        "store.allow_single_writer",
        "false",
        "Start although the store ignores conditional writes. Only safe while one server at a time uses the bucket.",
        |config, text| put(&mut config.store.allow_single_writer, parse_bool(text)),
        |config| config.store.allow_single_writer.to_string()
    ),
    key!(
        "store.ca_file",
        "auto",
        "PEM file with certificates of authorities to trust beside the system's when the store is reached over \
         `https`: for a gateway with a certificate of your own. `auto`: the file `AWS_CA_BUNDLE` names, if set.",
        |config, text| {
            config.store.ca_file = match text {
                "auto" => super::load::variable("AWS_CA_BUNDLE").map(Into::into),
                text => (!text.is_empty()).then(|| text.into()),
            };
            Ok(())
        },
        |config| config.store.ca_file.as_ref().map_or_else(String::new, |path| path.display().to_string())
    ),
    Key {
        name: "store.site_key",
        default: "",
        help: "The site's secret: 64 hexadecimal digits, the same on every server (`openssl rand -hex 32`). It signs \
               log entries and sessions and seals passwords. Needed with `s3://`; the embedded store makes its own \
               and keeps it in `site.key` beside the data.",
        secret: true,
        set: |config, text| {
            config.store.site_key = if text.is_empty() { None } else { Some(parse_site_key(text)?) };
            Ok(())
        },
        show: |config| config.store.site_key.as_ref().map_or_else(String::new, |key| key.0.clone()),
    },
    key!(
        "server.listen",
        "127.0.0.1:8080",
        "Address and port to listen on.",
        |config, text| put(&mut config.server.listen, parse(text, "an address and port such as 127.0.0.1:8080")),
        |config| config.server.listen.to_string()
    ),
    key!(
        "server.workers",
        "0",
        "Worker threads; 0 is one per core.",
        |config, text| put(&mut config.server.workers, parse_within(text, 0..=1024)),
        |config| config.server.workers.to_string()
    ),
    key!(
        "server.keep_alive",
        "75s",
        "How long an idle connection is kept open. Longer than the load balancer's (AWS: 60 s).",
        |config, text| put(&mut config.server.keep_alive, parse_duration(text)),
        |config| show_duration(config.server.keep_alive)
    ),
    key!(
        "server.drain",
        "15s",
        "After SIGTERM: how long to go on answering while `/readyz` already fails.",
        |config, text| put(&mut config.server.drain, parse_duration(text)),
        |config| show_duration(config.server.drain)
    ),
    key!(
        "server.trusted_proxies",
        "127.0.0.0/8, ::1",
        "Comma-separated networks whose `X-Forwarded-For`, `-Proto`, `-Host` and `CloudFront-Forwarded-Proto` are believed.",
        |config, text| put(&mut config.server.trusted_proxies, parse_networks(text)),
        |config| show_networks(&config.server.trusted_proxies)
    ),
    key!(
        "server.fetch_networks",
        "",
        "Comma-separated private networks from which embeds and link previews may be fetched, beside the public internet.",
        |config, text| put(&mut config.server.fetch_networks, parse_networks(text)),
        |config| show_networks(&config.server.fetch_networks)
    ),
    key!(
        "server.metrics_public",
        "false",
        "Answer `/metrics` to everybody, not only to loopback and trusted proxies asking directly.",
        |config, text| put(&mut config.server.metrics_public, parse_bool(text)),
        |config| config.server.metrics_public.to_string()
    ),
    key!(
        "server.peer_address",
        "auto",
        "`host:port` at which the other servers of the site reach this one over plain HTTP, to tell it at once what \
         they wrote. `auto`: where it listens, or this machine's own address if it listens on all; empty: nowhere, it \
         looks itself each second.",
        |config, text| put(&mut config.server.peer_address, PeerAddress::parse(text)),
        |config| config.server.peer_address.to_string()
    ),
    key!(
        "server.xmlrpc",
        "true",
        "Answer at `/xmlrpc.php`, for desktop blogging clients and pingbacks.",
        |config, text| put(&mut config.server.xmlrpc, parse_bool(text)),
        |config| config.server.xmlrpc.to_string()
    ),
    key!(
        "server.body_bytes_max",
        "16 MiB",
        "Largest request body other than a media upload.",
        |config, text| put(&mut config.server.body_bytes_max, parse_bytes(text)),
        |config| show_bytes(config.server.body_bytes_max)
    ),
    key!(
        "server.theme_dir",
        "",
        "Directory of a theme of your own; empty: the built-in theme.",
        |config, text| put(&mut config.server.theme_dir, Ok((!text.is_empty()).then(|| text.into()))),
        |config| config.server.theme_dir.as_ref().map_or_else(String::new, |path| path.display().to_string())
    ),
    key!(
        "cache.pages_bytes_max",
        "128 MiB",
        "Memory for rendered pages, compressed forms included.",
        |config, text| put(&mut config.cache.pages_bytes_max, parse_bytes(text)),
        |config| show_bytes(config.cache.pages_bytes_max)
    ),
    key!(
        "cache.revisions_bytes_max",
        "64 MiB",
        "Memory for the content of posts.",
        |config, text| put(&mut config.cache.revisions_bytes_max, parse_bytes(text)),
        |config| show_bytes(config.cache.revisions_bytes_max)
    ),
    key!(
        "cache.cdn_max_age",
        "0s",
        "How long a CDN may keep a public page without asking again (`s-maxage`); 0: it revalidates each time.",
        |config, text| put(&mut config.cache.cdn_max_age, parse_duration(text)),
        |config| show_duration(config.cache.cdn_max_age)
    ),
    key!(
        "media.upload_bytes_max",
        "256 MiB",
        "Largest file to upload or to fetch on import.",
        |config, text| put(&mut config.media.upload_bytes_max, parse_bytes(text)),
        |config| show_bytes(config.media.upload_bytes_max)
    ),
    key!(
        "media.pixels_max",
        "100000000",
        "Largest image to make sizes of, in pixels (width × height).",
        |config, text| put(&mut config.media.pixels_max, parse_within(text, 1..=1_000_000_000)),
        |config| config.media.pixels_max.to_string()
    ),
    key!(
        "media.workers",
        "2",
        "Images decoded and resized at the same time.",
        |config, text| put(&mut config.media.workers, parse_within(text, 1..=64)),
        |config| config.media.workers.to_string()
    ),
    key!(
        "media.quality",
        "82",
        "Quality of JPEG and WebP image sizes, 1–100.",
        |config, text| put(&mut config.media.quality, parse_within(text, 1..=100)),
        |config| config.media.quality.to_string()
    ),
    key!(
        "auth.session",
        "2d",
        "How long a sign-in lasts.",
        |config, text| put(&mut config.auth.session, parse_duration(text)),
        |config| show_duration(config.auth.session)
    ),
    key!(
        "auth.session_remembered",
        "14d",
        "How long a sign-in with “Remember me” lasts.",
        |config, text| put(&mut config.auth.session_remembered, parse_duration(text)),
        |config| show_duration(config.auth.session_remembered)
    ),
    key!(
        "security.content_policy",
        "base-uri 'self'; frame-ancestors 'self'; object-src 'self'",
        "`Content-Security-Policy` of the site's pages; empty: none. The desk and the editor have their own.",
        |config, text| put(&mut config.security.content_policy, parse_header(text)),
        |config| config.security.content_policy.clone()
    ),
    key!(
        "security.permissions_policy",
        "browsing-topics=(), camera=(), geolocation=(), microphone=(), midi=(), usb=()",
        "`Permissions-Policy` of the site's pages; empty: none.",
        |config, text| put(&mut config.security.permissions_policy, parse_header(text)),
        |config| config.security.permissions_policy.clone()
    ),
    key!(
        "security.transport_security",
        "180d",
        "How long browsers that came by TLS shall come by nothing else (`Strict-Transport-Security`); 0: not said.",
        |config, text| put(&mut config.security.transport_security, parse_duration(text)),
        |config| show_duration(config.security.transport_security)
    ),
    key!(
        "mail.host",
        "",
        "SMTP server that takes the site's letters (links for lost passwords); empty: they are printed to the log.",
        |config, text| put(&mut config.mail.host, Ok(text.to_owned())),
        |config| config.mail.host.clone()
    ),
    key!(
        "mail.port",
        "0",
        "Its port; 0: 465, 587 or 25, by `mail.tls`.",
        |config, text| put(&mut config.mail.port, parse_within(text, 0..=65535)),
        |config| config.mail.port.to_string()
    ),
    key!(
        "mail.tls",
        "starttls",
        "`tls` (from the first byte), `starttls` (asked for and required), or `none` (in a private network only).",
        |config, text| put(&mut config.mail.tls, parse_mail_tls(text)),
        |config| match config.mail.tls {
            MailTls::Tls => "tls".to_owned(),
            MailTls::StartTls => "starttls".to_owned(),
            MailTls::None => "none".to_owned(),
        }
    ),
    key!(
        "mail.ca_file",
        "",
        "PEM file with certificates of authorities to trust beside the system's: for a mail server with a certificate of \
         your own.",
        |config, text| put(&mut config.mail.ca_file, Ok((!text.is_empty()).then(|| text.into()))),
        |config| config.mail.ca_file.as_ref().map_or_else(String::new, |path| path.display().to_string())
    ),
    key!(
        "mail.user",
        "",
        "Name to authenticate with; empty: none is asked for.",
        |config, text| put(&mut config.mail.user, Ok(text.to_owned())),
        |config| config.mail.user.clone()
    ),
    Key {
        name: "mail.password",
        default: "",
        help: "Password to authenticate with.",
        secret: true,
        set: |config, text| put(&mut config.mail.password, Ok(Secret(text.to_owned()))),
        show: |config| config.mail.password.0.clone(),
    },
    key!(
        "mail.from",
        "",
        "Sender, as `News <news@example.org>`; empty: `bucketpress@` the host of the site's address.",
        |config, text| put(&mut config.mail.from, Ok(text.to_owned())),
        |config| config.mail.from.clone()
    ),
    key!(
        "log.format",
        "pretty",
        "`pretty` for people, `json` for machines.",
        |config, text| put(&mut config.log.format, parse_log_format(text)),
        |config| match config.log.format {
            LogFormat::Pretty => "pretty".to_owned(),
            LogFormat::Json => "json".to_owned(),
        }
    ),
    key!(
        "log.filter",
        "info",
        "What to log: a level, or targets with levels such as `info,bucketpress::store=debug`.",
        |config, text| put(&mut config.log.filter, Ok(text.to_owned())),
        |config| config.log.filter.clone()
    ),
];

/// `docs/configuration.md`, from the table above.
pub fn reference() -> String {
    let mut page = String::from(
        "# Configuration\n\nFlags win over the environment, the environment over the file. The file is \
         `bucketpress.toml` in the working directory, or what `--config` or `BUCKETPRESS_CONFIG` names. A wrong or \
         unknown key stops the start and is named; so does an unknown `BUCKETPRESS_` variable. `bucketpress config` \
         prints what is in force, with secrets hidden.\n\nCredentials, region and endpoint of S3 come by the AWS SDK's \
         own chain: `AWS_ACCESS_KEY_ID`, `AWS_SECRET_ACCESS_KEY`, `AWS_PROFILE`, `AWS_REGION`, `AWS_ENDPOINT_URL`, \
         instance and container roles.\n\nSizes are written `64 KiB`, `128 MiB`, `1 GiB`; times `500ms`, `75s`, \
         `10m`, `2d`.\n\n```toml\n[server]\nlisten = \"0.0.0.0:8080\"\nkeep_alive = \"75s\"\n\n[store]\nlocation = \
         \"s3://my-bucket/my-site\"\n```\n",
    );
    let mut table = "";
    for key in KEYS {
        let (this, _) = key.name.split_once('.').unwrap_or((key.name, ""));
        if this != table {
            table = this;
            page.push_str(&format!("\n## {table}\n\n| key | environment | default | meaning |\n|---|---|---|---|\n"));
        }
        let default = if key.default.is_empty() { "none".to_owned() } else { format!("`{}`", key.default) };
        page.push_str(&format!("| `{}` | `{}` | {default} | {} |\n", key.name, key.env_name(), key.help));
    }
    page
}

fn put<T>(place: &mut T, value: Result<T, String>) -> Result<(), String> {
    *place = value?;
    Ok(())
}

fn parse<T: std::str::FromStr>(text: &str, expected: &str) -> Result<T, String> {
    text.parse().ok().ok_or_else(|| format!("expected {expected}"))
}

fn parse_within<T>(text: &str, range: RangeInclusive<T>) -> Result<T, String>
where
    T: std::str::FromStr + PartialOrd + std::fmt::Display,
{
    let expected = format!("a number from {} to {}", range.start(), range.end());
    let number: T = parse(text, &expected)?;
    if !range.contains(&number) {
        return Err(format!("expected {expected}"));
    }
    Ok(number)
}

fn parse_bool(text: &str) -> Result<bool, String> {
    match text {
        "true" | "1" | "yes" | "on" => Ok(true),
        "false" | "0" | "no" | "off" => Ok(false),
        _ => Err("expected true or false".to_owned()),
    }
}

fn parse_path_style(text: &str) -> Result<bool, String> {
    match text {
        "auto" => Ok(super::load::variable("AWS_ENDPOINT_URL")
            .or_else(|| super::load::variable("AWS_ENDPOINT_URL_S3"))
            .is_some()),
        other => parse_bool(other).map_err(|reason| format!("{reason} or auto")),
    }
}

fn parse_mail_tls(text: &str) -> Result<MailTls, String> {
    match text {
        "tls" => Ok(MailTls::Tls),
        "starttls" => Ok(MailTls::StartTls),
        "none" => Ok(MailTls::None),
        _ => Err("expected tls, starttls or none".to_owned()),
    }
}

fn parse_log_format(text: &str) -> Result<LogFormat, String> {
    match text {
        "pretty" => Ok(LogFormat::Pretty),
        "json" => Ok(LogFormat::Json),
        _ => Err("expected pretty or json".to_owned()),
    }
}

/// One line of what a header may hold.
fn parse_header(text: &str) -> Result<String, String> {
    let printable = text.bytes().all(|byte| matches!(byte, b' '..=b'~'));
    if printable { Ok(text.trim().to_owned()) } else { Err("expected one line of printable ASCII".to_owned()) }
}

fn parse_site_key(text: &str) -> Result<Secret, String> {
    let valid = text.len() == 64 && text.bytes().all(|byte| byte.is_ascii_hexdigit());
    if !valid {
        return Err("expected 64 hexadecimal digits; make one with: openssl rand -hex 32".to_owned());
    }
    Ok(Secret(text.to_ascii_lowercase()))
}

fn parse_networks(text: &str) -> Result<Vec<Network>, String> {
    text.split(',').map(str::trim).filter(|part| !part.is_empty()).map(parse_network).collect()
}

fn parse_network(text: &str) -> Result<Network, String> {
    let (address, bits) = text.split_once('/').map_or((text, None), |(address, bits)| (address, Some(bits)));
    let wrong = || format!("“{text}” is not an address or a network such as 10.0.0.0/8");
    let address: std::net::IpAddr = address.parse().ok().ok_or_else(wrong)?;
    let most = if address.is_ipv4() { 32 } else { 128 };
    let prefix_bits = match bits {
        Some(bits) => bits.parse().ok().filter(|bits| *bits <= most).ok_or_else(wrong)?,
        None => most,
    };
    Ok(Network { address, prefix_bits })
}

fn show_networks(networks: &[Network]) -> String {
    let shown: Vec<String> =
        networks.iter().map(|network| format!("{}/{}", network.address, network.prefix_bits)).collect();
    shown.join(", ")
}
