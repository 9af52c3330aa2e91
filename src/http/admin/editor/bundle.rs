//! The built editor, embedded in the program as `admin/build.mjs` left it: compressed, each name with a hash.

use std::io::Read as _;

use actix_web::web::Bytes;

use crate::cache::Encoding;

/// File name in `admin/dist`, and its bytes.
type Files = &'static [(&'static str, &'static [u8])];

/// Empty when the front end was not built before the program.
const FILES: Files = include!(concat!(env!("OUT_DIR"), "/editor_files.rs"));

/// Names of the files a page of ours loads.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Parts {
    pub script: &'static str,
    pub style: &'static str,
    pub licenses: &'static str,
}

/// Those of `screen`: `desk`, `editor`, `markdown` or `revisions`. `None` when they are not in this program.
pub fn parts(screen: &str) -> Option<Parts> {
    parts_of(FILES, screen)
}

fn parts_of(files: Files, screen: &str) -> Option<Parts> {
    Some(Parts {
        script: find(files, screen, ".js")?,
        style: find(files, screen, ".css")?,
        licenses: find(files, "editor-licenses", ".txt")?,
    })
}

/// The style sheet of the canvas.
pub fn content() -> Option<&'static str> {
    find(FILES, "content", ".css")
}

/// What the blocks of the editor say of themselves.
pub fn block_types() -> Option<&'static str> {
    find(FILES, "block-types", ".json")
}

fn find(files: Files, stem: &str, ending: &str) -> Option<&'static str> {
    let packed = format!("{ending}.gz");
    let is_it = |name: &&str| name.split_once('.').is_some_and(|(start, _)| start == stem) && name.ends_with(&packed);
    let name = files.iter().map(|(name, _)| *name).find(is_it);
    name.and_then(|name| name.strip_suffix(".gz"))
}

/// A file by its name without `.gz` or `.br`, in `wanted` or in what comes closest to it.
pub fn file(name: &str, wanted: Encoding) -> Option<(Encoding, Bytes)> {
    let packed = |ending: &str| {
        let found = FILES.iter().find(|(known, _)| known.strip_suffix(ending) == Some(name));
        found.map(|(_, bytes)| Bytes::from_static(bytes))
    };
    match wanted {
        Encoding::Brotli => packed(".br").map(|bytes| (Encoding::Brotli, bytes)),
        Encoding::Gzip => packed(".gz").map(|bytes| (Encoding::Gzip, bytes)),
        Encoding::Zstd | Encoding::Identity => {
            let mut plain = Vec::new();
            flate2::read::GzDecoder::new(&*packed(".gz")?).read_to_end(&mut plain).ok()?;
            Some((Encoding::Identity, plain.into()))
        }
    }
}

pub fn content_type(name: &str) -> &'static str {
    match name.rsplit_once('.').map_or("", |(_, ending)| ending) {
        "js" => "text/javascript; charset=utf-8",
        "json" => "application/json",
        "css" => "text/css; charset=utf-8",
        _ => "text/plain; charset=utf-8",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_are_found_by_stem_and_ending() {
        let files: Files = &[
            ("content.1.css.gz", b""),
            ("editor-licenses.2.txt.gz", b""),
            ("editor.3.css.gz", b""),
            ("editor.4.js.br", b""),
            ("editor.4.js.gz", b""),
            ("markdown.5.css.gz", b""),
            ("markdown.6.js.gz", b""),
        ];
        let editor = parts_of(files, "editor").unwrap();
        assert_eq!((editor.script, editor.style), ("editor.4.js", "editor.3.css"));
        assert_eq!(editor.licenses, "editor-licenses.2.txt");
        let markdown = parts_of(files, "markdown").unwrap();
        assert_eq!((markdown.script, markdown.style), ("markdown.6.js", "markdown.5.css"));
        assert_eq!(find(files, "content", ".css"), Some("content.1.css"));
        assert_eq!(parts_of(files, "desk"), None, "no such parts");
        assert_eq!(parts_of(&[], "editor"), None, "not built");
    }

    #[test]
    fn what_is_built_is_whole_in_every_encoding() {
        for (packed, _) in FILES.iter().filter(|(name, _)| name.ends_with(".gz")) {
            let name = packed.strip_suffix(".gz").unwrap();
            let (_, plain) = file(name, Encoding::Identity).unwrap();
            let (encoding, brotli) = file(name, Encoding::Brotli).unwrap();
            assert_eq!(encoding, Encoding::Brotli);
            let mut unpacked = Vec::new();
            brotli::Decompressor::new(&*brotli, 4096).read_to_end(&mut unpacked).unwrap();
            assert_eq!(plain, unpacked, "{name}");
        }
        assert!(file("editor.js", Encoding::Gzip).is_none());
    }
}
