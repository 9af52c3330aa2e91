//! A stored file as the value of an `imported` row.

use serde_json::{Value, json};

use crate::{
    content::MediaFile,
    store::codec::{file::ImageMetaRow, recording::RecordingRow},
};

pub(super) fn encode(file: &MediaFile) -> String {
    json!({
        "sha256": file.sha256, "extension": file.extension, "mime_type": file.mime_type, "size": file.size_bytes,
        "width": file.width, "height": file.height, "orientation": file.orientation, "path": file.upload_path,
        "image_meta": file.image_meta.as_deref().map(ImageMetaRow::of),
        "recording": file.recording.as_deref().map(RecordingRow::of),
    })
    .to_string()
}

/// `None` for what is no such row.
pub(super) fn decode(row: &str) -> Option<MediaFile> {
    let value: Value = serde_json::from_str(row).ok()?;
    let text = |name: &str| Some(value.get(name)?.as_str()?.to_owned());
    let pixels = |name: &str| value.get(name)?.as_u64()?.try_into().ok();
    let image_meta = value.get("image_meta").and_then(|meta| serde_json::from_value::<ImageMetaRow>(meta.clone()).ok());
    let image_meta = image_meta.and_then(|meta| meta.into_meta().unless_empty());
    let recording =
        value.get("recording").and_then(|row| serde_json::from_value::<Option<RecordingRow>>(row.clone()).ok());
    Some(MediaFile {
        sha256: text("sha256")?,
        extension: text("extension")?,
        mime_type: text("mime_type")?,
        size_bytes: value.get("size")?.as_u64()?,
        width: pixels("width"),
        height: pixels("height"),
        orientation: value.get("orientation")?.as_u64()?.try_into().ok()?,
        upload_path: text("path")?,
        image_meta,
        recording: recording.flatten().map(|row| Box::new(row.into_recording())),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::content::{ImageMeta, Recording};

    #[test]
    fn rows_read_back() {
        let file = MediaFile {
            sha256: "ab".into(),
            extension: "jpg".into(),
            mime_type: "image/jpeg".into(),
            size_bytes: 5,
            width: Some(3),
            height: None,
            orientation: 6,
            upload_path: "2012/06/ä.jpg".into(),
            image_meta: ImageMeta { title: "Ä".into(), ..ImageMeta::default() }.unless_empty(),
            recording: Some(Box::new(Recording { length_ms: Some(2000), ..Recording::default() })),
        };
        assert_eq!(decode(&encode(&file)), Some(file));
        assert_eq!(decode("12"), None);
        assert_eq!(decode("nonsense"), None);
    }
}
