//! Types of files: what may be uploaded, under which extensions, and whether the bytes agree.

/// WordPress's own list: extensions (the first is the usual one) and type.
const TYPES: &[(&[&str], &str)] = &[
    (&["jpg", "jpeg", "jpe"], "image/jpeg"),
    (&["gif"], "image/gif"),
    (&["png"], "image/png"),
    (&["bmp"], "image/bmp"),
    (&["tiff", "tif"], "image/tiff"),
    (&["webp"], "image/webp"),
    (&["ico"], "image/x-icon"),
    (&["heic"], "image/heic"),
    (&["asf", "asx"], "video/x-ms-asf"),
    (&["wmv"], "video/x-ms-wmv"),
    (&["wmx"], "video/x-ms-wmx"),
    (&["wm"], "video/x-ms-wm"),
    (&["avi"], "video/avi"),
    (&["divx"], "video/divx"),
    (&["flv"], "video/x-flv"),
    (&["mov", "qt"], "video/quicktime"),
    (&["mpeg", "mpg", "mpe"], "video/mpeg"),
    (&["mp4", "m4v"], "video/mp4"),
    (&["ogv"], "video/ogg"),
    (&["webm"], "video/webm"),
    (&["mkv"], "video/x-matroska"),
    (&["3gp", "3gpp"], "video/3gpp"),
    (&["3g2", "3gp2"], "video/3gpp2"),
    (&["txt", "asc", "c", "cc", "h", "srt"], "text/plain"),
    (&["csv"], "text/csv"),
    (&["tsv"], "text/tab-separated-values"),
    (&["ics"], "text/calendar"),
    (&["rtx"], "text/richtext"),
    (&["css"], "text/css"),
    (&["htm", "html"], "text/html"),
    (&["vtt"], "text/vtt"),
    (&["dfxp"], "application/ttaf+xml"),
    (&["mp3", "m4a", "m4b"], "audio/mpeg"),
    (&["aac"], "audio/aac"),
    (&["ra", "ram"], "audio/x-realaudio"),
    (&["wav"], "audio/wav"),
    (&["ogg", "oga"], "audio/ogg"),
    (&["flac"], "audio/flac"),
    (&["mid", "midi"], "audio/midi"),
    (&["wma"], "audio/x-ms-wma"),
    (&["wax"], "audio/x-ms-wax"),
    (&["mka"], "audio/x-matroska"),
    (&["rtf"], "application/rtf"),
    (&["js"], "application/javascript"),
    (&["pdf"], "application/pdf"),
    (&["swf"], "application/x-shockwave-flash"),
    (&["class"], "application/java"),
    (&["tar"], "application/x-tar"),
    (&["zip"], "application/zip"),
    (&["gz", "gzip"], "application/x-gzip"),
    (&["rar"], "application/rar"),
    (&["7z"], "application/x-7z-compressed"),
    (&["exe"], "application/x-msdownload"),
    (&["psd"], "application/octet-stream"),
    (&["xcf"], "application/octet-stream"),
    (&["doc"], "application/msword"),
    (&["pot", "pps", "ppt"], "application/vnd.ms-powerpoint"),
    (&["wri"], "application/vnd.ms-write"),
    (&["xla", "xls", "xlt", "xlw"], "application/vnd.ms-excel"),
    (&["mdb"], "application/vnd.ms-access"),
    (&["mpp"], "application/vnd.ms-project"),
    (&["docx"], "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
    (&["docm"], "application/vnd.ms-word.document.macroEnabled.12"),
    (&["dotx"], "application/vnd.openxmlformats-officedocument.wordprocessingml.template"),
    (&["dotm"], "application/vnd.ms-word.template.macroEnabled.12"),
    (&["xlsx"], "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    (&["xlsm"], "application/vnd.ms-excel.sheet.macroEnabled.12"),
    (&["xlsb"], "application/vnd.ms-excel.sheet.binary.macroEnabled.12"),
    (&["xltx"], "application/vnd.openxmlformats-officedocument.spreadsheetml.template"),
    (&["xltm"], "application/vnd.ms-excel.template.macroEnabled.12"),
    (&["xlam"], "application/vnd.ms-excel.addin.macroEnabled.12"),
    (&["pptx"], "application/vnd.openxmlformats-officedocument.presentationml.presentation"),
    (&["pptm"], "application/vnd.ms-powerpoint.presentation.macroEnabled.12"),
    (&["ppsx"], "application/vnd.openxmlformats-officedocument.presentationml.slideshow"),
    (&["ppsm"], "application/vnd.ms-powerpoint.slideshow.macroEnabled.12"),
    (&["potx"], "application/vnd.openxmlformats-officedocument.presentationml.template"),
    (&["potm"], "application/vnd.ms-powerpoint.template.macroEnabled.12"),
    (&["ppam"], "application/vnd.ms-powerpoint.addin.macroEnabled.12"),
    (&["sldx"], "application/vnd.openxmlformats-officedocument.presentationml.slide"),
    (&["sldm"], "application/vnd.ms-powerpoint.slide.macroEnabled.12"),
    (&["onetoc", "onetoc2", "onetmp", "onepkg"], "application/onenote"),
    (&["oxps"], "application/oxps"),
    (&["xps"], "application/vnd.ms-xpsdocument"),
    (&["odt"], "application/vnd.oasis.opendocument.text"),
    (&["odp"], "application/vnd.oasis.opendocument.presentation"),
    (&["ods"], "application/vnd.oasis.opendocument.spreadsheet"),
    (&["odg"], "application/vnd.oasis.opendocument.graphics"),
    (&["odc"], "application/vnd.oasis.opendocument.chart"),
    (&["odb"], "application/vnd.oasis.opendocument.database"),
    (&["odf"], "application/vnd.oasis.opendocument.formula"),
    (&["wp", "wpd"], "application/wordperfect"),
    (&["key"], "application/vnd.apple.keynote"),
    (&["numbers"], "application/vnd.apple.numbers"),
    (&["pages"], "application/vnd.apple.pages"),
];

/// Programs: refused to everybody, as WordPress does.
const PROGRAMS: [&str; 2] = ["application/x-shockwave-flash", "application/x-msdownload"];
/// Run in the site's origin when opened: only for those who may publish unfiltered HTML.
const ACTIVE: [&str; 2] = ["text/html", "application/javascript"];

/// A type a file may have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FileType {
    pub mime: &'static str,
    /// The usual extension, without a dot.
    pub extension: &'static str,
}

impl FileType {
    fn from_mime(mime: &str) -> Option<Self> {
        TYPES
            .iter()
            .find(|(_, known)| *known == mime)
            .map(|(extensions, mime)| Self { mime, extension: extensions.first().copied().unwrap_or("bin") })
    }

    pub fn is_image(&self) -> bool {
        self.mime.starts_with("image/")
    }

    /// Whether image sizes are made of it.
    pub fn has_sizes(&self) -> bool {
        has_sizes(self.mime)
    }
}

pub fn has_sizes(mime: &str) -> bool {
    matches!(mime, "image/jpeg" | "image/png" | "image/gif" | "image/webp")
}

/// What a file name's extension claims, of the types anybody may upload.
pub fn of_name(name: &str, unfiltered_html: bool) -> Option<FileType> {
    let (_, extension) = name.rsplit_once('.')?;
    let (extensions, mime) = TYPES.iter().find(|(known, _)| known.iter().any(|e| e.eq_ignore_ascii_case(extension)))?;
    let allowed = !PROGRAMS.contains(mime) && (unfiltered_html || !ACTIVE.contains(mime));
    let extension = extensions.first().copied()?;
    allowed.then_some(FileType { mime, extension })
}

/// Whether `extension` belongs to `file_type`: `jpeg` and `jpg` both to `image/jpeg`.
pub fn has_extension(file_type: FileType, extension: &str) -> bool {
    TYPES
        .iter()
        .filter(|(_, mime)| *mime == file_type.mime)
        .any(|(known, _)| known.iter().any(|e| e.eq_ignore_ascii_case(extension)))
}

/// Whether a name segment is an extension this list knows (`tar` in `a.tar.gz`).
pub(super) fn is_extension(segment: &str) -> bool {
    TYPES.iter().any(|(known, _)| known.iter().any(|e| e.eq_ignore_ascii_case(segment)))
}

/// Decides what a file is from its first bytes and its name.
///
/// Of images the bytes decide (a JPEG named `.png` is a JPEG); other types must at least not be something else
/// in disguise.
///
/// # Errors
/// Why the file is refused, for people.
pub fn sniff(head: &[u8], name: &str, unfiltered_html: bool) -> Result<FileType, String> {
    let Some(claimed) = of_name(name, unfiltered_html) else {
        return Err(format!("files of the type of \u{201c}{name}\u{201d} may not be uploaded"));
    };
    let found = infer::get(head).map(|found| found.mime_type());
    let looks_like = found.map(|mime| match mime {
        "image/vnd.microsoft.icon" => "image/x-icon",
        "image/heif" => "image/heic",
        other => other,
    });
    match looks_like {
        Some(mime) if mime.starts_with("image/") && mime != "image/vnd.adobe.photoshop" => {
            match FileType::from_mime(mime) {
                Some(image) if claimed.is_image() => Ok(image),
                Some(_) => Err(format!("{name} is an image ({mime}), not {}", claimed.mime)),
                None => Err(format!("images of type {mime} may not be uploaded")),
            }
        }
        _ if claimed.is_image() => Err(format!("{name} is not an image, or a damaged one")),
        Some("application/pdf") if claimed.mime != "application/pdf" => Err(format!("{name} is a PDF file")),
        other if claimed.mime == "application/pdf" && other != Some("application/pdf") => {
            Err(format!("{name} is not a PDF file"))
        }
        Some(
            mime @ ("application/x-executable"
            | "application/vnd.microsoft.portable-executable"
            | "application/x-mach-binary"
            | "application/java"
            | "application/wasm"
            | "application/vnd.android.dex"
            | "text/x-shellscript"),
        ) if claimed.mime != mime => Err(format!("{name} is a program ({mime})")),
        Some(mime @ ("text/html" | "text/xml")) if !matches!(claimed.mime, "text/html" | "application/ttaf+xml") => {
            Err(format!("{name} is {mime}, not {}", claimed.mime))
        }
        _ => Ok(claimed),
    }
}
