//! One rendered answer and its compressed forms.

use std::{
    io::Write,
    sync::atomic::{AtomicU64, Ordering},
};

use bytes::Bytes;
use jiff::Timestamp;
use tokio::sync::OnceCell;

use super::Tag;

/// Bodies shorter than this gain nothing from compression.
const COMPRESS_BYTES_MIN: usize = 860;
const GZIP_LEVEL: u32 = 6;
const BROTLI_LEVEL: i32 = 6;
const BROTLI_WINDOW: i32 = 22;
const ZSTD_LEVEL: i32 = 9;

/// What a render yields; [`Page::new`] makes it servable.
#[derive(Clone, Debug)]
pub struct Rendered {
    pub status: u16,
    pub content_type: String,
    pub body: Bytes,
    /// What the page shows; a commit that changes one of these makes it stale.
    pub tags: Vec<Tag>,
    /// State the render began with.
    pub seq: u64,
    pub rendered_at: Timestamp,
    /// A scheduled post appears then: the page is stale from that moment on.
    pub fresh_until: Option<Timestamp>,
    /// A reader with a post password may see something else here.
    pub varies_by_password: bool,
    /// Made to be shown in frames of other sites.
    pub framed: bool,
    /// Beside those that every page has.
    pub headers: Vec<(&'static str, String)>,
}

/// One rendered answer. Compressed forms are made on first use and kept.
#[derive(Debug)]
pub struct Page {
    pub status: u16,
    pub content_type: Bytes,
    /// What the page shows; a commit that changes one of these makes it stale.
    pub tags: Vec<Tag>,
    /// State the render began with.
    pub seq: u64,
    pub rendered_at: Timestamp,
    pub fresh_until: Option<Timestamp>,
    pub varies_by_password: bool,
    /// Made to be shown in frames of other sites.
    pub framed: bool,
    pub headers: Vec<(&'static str, String)>,
    plain: Form,
    gzip: OnceCell<Option<Form>>,
    brotli: OnceCell<Option<Form>>,
    zstd: OnceCell<Option<Form>>,
    /// Newest log entry against which the tags were found unchanged.
    validated: AtomicU64,
}

/// The bytes of one encoding.
#[derive(Clone, Debug)]
pub struct Form {
    pub encoding: Encoding,
    pub body: Bytes,
    /// Strong, quoted, ASCII; differs per encoding.
    pub etag: Bytes,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Encoding {
    Identity,
    Gzip,
    Brotli,
    Zstd,
}

impl Encoding {
    /// The token of `Accept-Encoding` and `Content-Encoding`.
    pub fn token(self) -> &'static str {
        match self {
            Self::Identity => "identity",
            Self::Gzip => "gzip",
            Self::Brotli => "br",
            Self::Zstd => "zstd",
        }
    }

    fn etag_suffix(self) -> &'static str {
        match self {
            Self::Identity => "",
            Self::Gzip => "-gz",
            Self::Brotli => "-br",
            Self::Zstd => "-zs",
        }
    }
}

impl Page {
    pub fn new(rendered: Rendered) -> Self {
        let Rendered {
            status,
            content_type,
            body,
            tags,
            seq,
            rendered_at,
            fresh_until,
            varies_by_password,
            framed,
            headers,
        } = rendered;
        Self {
            status,
            content_type: content_type.into(),
            tags,
            seq,
            rendered_at,
            fresh_until,
            varies_by_password,
            framed,
            headers,
            plain: Form { encoding: Encoding::Identity, etag: etag(&body, Encoding::Identity), body },
            gzip: OnceCell::new(),
            brotli: OnceCell::new(),
            zstd: OnceCell::new(),
            validated: AtomicU64::new(seq),
        }
    }

    pub fn body(&self) -> &Bytes {
        &self.plain.body
    }

    /// This page in `encoding`: at once when it was asked for before, else compressed on a blocking thread by
    /// the first who asks. Identity where compression does not pay.
    pub async fn form(&self, encoding: Encoding) -> &Form {
        let cell = match encoding {
            Encoding::Identity => return &self.plain,
            Encoding::Gzip => &self.gzip,
            Encoding::Brotli => &self.brotli,
            Encoding::Zstd => &self.zstd,
        };
        if self.plain.body.len() < COMPRESS_BYTES_MIN || !is_compressible(&self.content_type) {
            return &self.plain;
        }
        let form = cell.get_or_init(|| async {
            let plain = self.plain.body.clone();
            let compressed = tokio::task::spawn_blocking(move || compress(&plain, encoding)).await.ok().flatten()?;
            let smaller = compressed.len() < self.plain.body.len();
            smaller.then(|| Form { encoding, etag: etag(&self.plain.body, encoding), body: compressed.into() })
        });
        form.await.as_ref().unwrap_or(&self.plain)
    }

    /// Memory this page takes, compressed forms still to come included, in bytes.
    pub fn weight(&self) -> usize {
        const OVERHEAD: usize = 1024;
        let compressed = if is_compressible(&self.content_type) { self.plain.body.len() * 3 / 4 } else { 0 };
        let headers = self.headers.iter().map(|(name, value)| name.len() + value.len()).sum::<usize>();
        OVERHEAD + self.plain.body.len() + headers + compressed + self.tags.len() * size_of::<Tag>()
    }

    pub(super) fn validated(&self) -> u64 {
        self.validated.load(Ordering::Relaxed)
    }

    pub(super) fn set_validated(&self, seq: u64) {
        self.validated.fetch_max(seq, Ordering::Relaxed);
    }
}

fn etag(body: &[u8], encoding: Encoding) -> Bytes {
    let hash = blake3::hash(body).to_hex();
    let short = hash.get(..24).unwrap_or_default();
    format!("\"{short}{}\"", encoding.etag_suffix()).into()
}

fn is_compressible(content_type: &[u8]) -> bool {
    const PREFIXES: [&[u8]; 5] =
        [b"text/", b"application/json", b"application/xml", b"application/rss", b"application/atom"];
    PREFIXES.iter().any(|prefix| content_type.starts_with(prefix)) || content_type.starts_with(b"image/svg")
}

/// `None` when the codec fails, which leaves the plain form to be sent.
fn compress(plain: &[u8], encoding: Encoding) -> Option<Vec<u8>> {
    match encoding {
        Encoding::Identity => None,
        Encoding::Gzip => {
            let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::new(GZIP_LEVEL));
            encoder.write_all(plain).ok()?;
            encoder.finish().ok()
        }
        Encoding::Brotli => {
            let parameters = brotli::enc::BrotliEncoderParams {
                quality: BROTLI_LEVEL,
                lgwin: BROTLI_WINDOW,
                size_hint: plain.len(),
                ..Default::default()
            };
            let mut compressed = Vec::with_capacity(plain.len() / 4);
            brotli::BrotliCompress(&mut &*plain, &mut compressed, &parameters).ok()?;
            Some(compressed)
        }
        Encoding::Zstd => zstd::bulk::compress(plain, ZSTD_LEVEL).ok(),
    }
}

#[cfg(test)]
mod tests {
    use std::io::Read;

    use super::*;

    fn page(body: &str, content_type: &str) -> Page {
        Page::new(Rendered {
            status: 200,
            content_type: content_type.to_owned(),
            body: Bytes::copy_from_slice(body.as_bytes()),
            tags: vec![Tag::Site],
            seq: 1,
            rendered_at: Timestamp::UNIX_EPOCH,
            fresh_until: None,
            varies_by_password: false,
            framed: false,
            headers: Vec::new(),
        })
    }

    #[tokio::test]
    async fn compressed_forms_decode_to_the_page_and_have_their_own_etags() {
        let text = "All the news that fits. ".repeat(200);
        let page = page(&text, "text/html; charset=UTF-8");
        let mut etags = vec![page.form(Encoding::Identity).await.etag.clone()];

        let gzip = page.form(Encoding::Gzip).await;
        let mut decoded = String::new();
        flate2::read::GzDecoder::new(gzip.body.as_ref()).read_to_string(&mut decoded).unwrap();
        assert_eq!(decoded, text);
        etags.push(gzip.etag.clone());

        let brotli = page.form(Encoding::Brotli).await;
        let mut decoded = Vec::new();
        brotli::BrotliDecompress(&mut brotli.body.as_ref(), &mut decoded).unwrap();
        assert_eq!(decoded, text.as_bytes());
        etags.push(brotli.etag.clone());

        let zstd = page.form(Encoding::Zstd).await;
        assert_eq!(zstd::bulk::decompress(&zstd.body, 1 << 20).unwrap(), text.as_bytes());
        etags.push(zstd.etag.clone());

        let again = page.form(Encoding::Zstd).await;
        assert_eq!(again.body.as_ptr(), zstd.body.as_ptr(), "kept, not made twice");
        etags.sort();
        etags.dedup();
        assert_eq!(etags.len(), 4);
    }

    #[tokio::test]
    async fn small_and_compressed_bodies_stay_as_they_are() {
        assert_eq!(page("short", "text/html").form(Encoding::Gzip).await.encoding, Encoding::Identity);
        let picture = page(&"x".repeat(5000), "image/png");
        assert_eq!(picture.form(Encoding::Brotli).await.encoding, Encoding::Identity);
    }
}
