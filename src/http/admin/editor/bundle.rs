//! The built editor, embedded in the program as `admin/build.mjs` left it: compressed, each name with a hash.

use std::io::Read as _;

use actix_web::web::Bytes;

use crate::cache::Encoding;

/// File name in `admin/dist`, and its bytes.
type Files = &'static [(&'static str, &'static [u8])];

/// Empty when the front end was not built before the program.
const FILES: Files = include!(concat!(env!("OUT_DIR"), "/editor_files.rs"));

/// Addresses of the parts the editor's page names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Parts {
    pub script: &'static str,
    pub style: &'static str,
    /// Style sheet of the canvas.
    pub content: &'static str,
    pub licenses: &'static str,
    /// Script and style sheet of the editor of Markdown.
    pub markdown: (&'static str, &'static str),
}

/// Addresses of the parts the page of revisions names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RevisionsParts {
    pub script: &'static str,
    pub style: &'static str,
    /// Style sheet of the canvas.
    pub content: &'static str,
    pub licenses: &'static str,
}

/// As [`parts`], of the page of revisions.
pub fn revisions_parts() -> Option<RevisionsParts> {
    let Parts { content, licenses, .. } = parts()?;
    let script = find(FILES, "revisions.", ".js")?;
    Some(RevisionsParts { script, style: find(FILES, "revisions.", ".css")?, content, licenses })
}

/// Addresses of the parts the desk's pages name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DeskParts {
    pub script: &'static str,
    pub style: &'static str,
    pub licenses: &'static str,
    /// The editor's script, which is likely to be next.
    pub editor: &'static str,
}

/// File names of the parts; `None` when the front end is not in this program.
pub fn parts() -> Option<Parts> {
    parts_of(FILES)
}

fn parts_of(files: Files) -> Option<Parts> {
    Some(Parts {
        script: find(files, "editor.", ".js")?,
        style: find(files, "editor.", ".css")?,
        content: find(files, "content.", ".css")?,
        licenses: find(files, "editor-licenses.", ".txt")?,
        markdown: (find(files, "markdown.", ".js")?, find(files, "markdown.", ".css")?),
    })
}

/// As [`parts`], of the desk.
pub fn desk_parts() -> Option<DeskParts> {
    let Parts { script: editor, licenses, .. } = parts()?;
    Some(DeskParts { script: find(FILES, "desk.", ".js")?, style: find(FILES, "desk.", ".css")?, licenses, editor })
}

fn find(files: Files, stem: &str, ending: &str) -> Option<&'static str> {
    let packed = format!("{ending}.gz");
    let name = files.iter().map(|(name, _)| *name).find(|name| name.starts_with(stem) && name.ends_with(&packed));
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
        let parts = parts_of(files).unwrap();
        assert_eq!((parts.script, parts.style), ("editor.4.js", "editor.3.css"));
        assert_eq!((parts.content, parts.licenses), ("content.1.css", "editor-licenses.2.txt"));
        assert_eq!(parts.markdown, ("markdown.6.js", "markdown.5.css"));
        assert_eq!(parts_of(&files[1..]), None, "a part is missing");
        assert_eq!(parts_of(&[]), None, "not built");
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
