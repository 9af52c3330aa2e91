//! Images: what is known of an attachment, and the `<img>` made of it.

use serde::Serialize;

use super::escape;

/// Widest candidate in a `srcset`, in pixels, as in WordPress.
const SRCSET_WIDTH_MAX: u32 = 2048;

/// An attachment as content and templates need it; `serve` fills it from the state.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Picture {
    pub id: u64,
    /// Address of the original.
    pub url: String,
    pub mime_type: String,
    /// Pixels of the original; 0 when unknown or not an image.
    pub width: u32,
    pub height: u32,
    /// Alternative text, plain.
    pub alt: String,
    /// Plain.
    pub title: String,
    /// Raw caption (the attachment's excerpt); may hold inline markup.
    pub caption_html: String,
    /// The attachment's own page.
    pub page_url: String,
    /// The resized forms there are, under WordPress's names, smallest first.
    pub sizes: Vec<PictureSize>,
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PictureSize {
    /// `thumbnail`, `medium`, `medium_large`, `large`, `1536x1536`, `2048x2048`.
    pub name: String,
    pub url: String,
    pub width: u32,
    pub height: u32,
}

/// An `<img>` as templates write it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Image {
    pub id: u64,
    pub src: String,
    /// Empty when there is one size only.
    pub srcset: String,
    /// The default for the place it was made for; templates may say better.
    pub sizes: String,
    /// 0 when unknown: then leave the attribute out.
    pub width: u32,
    pub height: u32,
    pub alt: String,
    /// Finished inline HTML, may be empty.
    pub caption_html: String,
}

impl Picture {
    pub fn is_image(&self) -> bool {
        self.mime_type.starts_with("image/")
    }

    /// The named size, or the original where there is none of that name.
    pub fn size(&self, name: &str) -> PictureSize {
        match self.sizes.iter().find(|size| size.name == name) {
            Some(size) => size.clone(),
            None => {
                PictureSize { name: "full".to_owned(), url: self.url.clone(), width: self.width, height: self.height }
            }
        }
    }

    /// For templates, in a named size with its `srcset`.
    pub fn image(&self, size: &str) -> Image {
        let chosen = self.size(size);
        Image {
            id: self.id,
            srcset: self.srcset(chosen.width, chosen.height),
            sizes: sizes(chosen.width),
            src: chosen.url,
            width: chosen.width,
            height: chosen.height,
            alt: self.alt.clone(),
            caption_html: self.caption_html.clone(),
        }
    }

    /// Candidates of the same shape as `width` × `height`; empty when there are fewer than two.
    pub fn srcset(&self, width: u32, height: u32) -> String {
        let original =
            PictureSize { name: "full".to_owned(), url: self.url.clone(), width: self.width, height: self.height };
        let mut listed: Vec<&PictureSize> = Vec::new();
        for size in self.sizes.iter().chain([&original]) {
            let wanted = size.width > 0
                && size.width <= SRCSET_WIDTH_MAX.max(width)
                && same_shape((width, height), (size.width, size.height))
                && !listed.iter().any(|known| known.width == size.width);
            if wanted {
                listed.push(size);
            }
        }
        if listed.len() < 2 {
            return String::new();
        }
        listed.sort_by_key(|size| size.width);
        let candidates: Vec<String> =
            listed.iter().map(|size| format!("{} {}w", escape::url(&size.url), size.width)).collect();
        candidates.join(", ")
    }
}

/// WordPress's default `sizes`.
pub fn sizes(width: u32) -> String {
    if width == 0 { String::new() } else { format!("(max-width: {width}px) 100vw, {width}px") }
}

/// One is a scaled form of the other, give or take a pixel of rounding.
fn same_shape(a: (u32, u32), b: (u32, u32)) -> bool {
    let (small, large) = if a.0 <= b.0 { (a, b) } else { (b, a) };
    if small.0 == 0 || large.0 == 0 || small.1 == 0 || large.1 == 0 {
        return false;
    }
    let scaled = u64::from(large.1) * u64::from(small.0);
    let height = (scaled + u64::from(large.0) / 2) / u64::from(large.0);
    height.abs_diff(u64::from(small.1)) <= 1
}
