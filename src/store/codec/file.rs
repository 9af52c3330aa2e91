//! The file of an attachment, within its row.

use serde::{Deserialize, Serialize};

use super::recording::RecordingRow;
use crate::content::{ImageMeta, MediaFile};

#[derive(Debug, Serialize, Deserialize)]
pub(super) struct FileRow {
    pub(super) sha256: String,
    ext: String,
    mime: String,
    bytes: u64,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    width: Option<u32>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    height: Option<u32>,
    #[serde(default = "upright", skip_serializing_if = "is_upright")]
    orientation: u8,
    pub(super) path: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    image_meta: Option<ImageMetaRow>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    recording: Option<RecordingRow>,
}

fn upright() -> u8 {
    1
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde's skip_serializing_if gives a reference")]
fn is_upright(orientation: &u8) -> bool {
    *orientation == 1
}

/// What the file says of itself; only members with something in them are stored.
#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct ImageMetaRow {
    #[serde(skip_serializing_if = "String::is_empty")]
    aperture: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    credit: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    camera: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    caption: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    created_timestamp: Option<i64>,
    #[serde(skip_serializing_if = "String::is_empty")]
    copyright: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    focal_length: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    iso: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    shutter_speed: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    title: String,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    keywords: Vec<String>,
}

impl FileRow {
    pub(super) fn of(file: &MediaFile) -> Self {
        Self {
            sha256: file.sha256.clone(),
            ext: file.extension.clone(),
            mime: file.mime_type.clone(),
            bytes: file.size_bytes,
            width: file.width,
            height: file.height,
            orientation: file.orientation,
            path: file.upload_path.clone(),
            image_meta: file.image_meta.as_deref().map(ImageMetaRow::of),
            recording: file.recording.as_deref().map(RecordingRow::of),
        }
    }

    pub(super) fn into_file(self) -> MediaFile {
        MediaFile {
            sha256: self.sha256,
            extension: self.ext,
            mime_type: self.mime,
            size_bytes: self.bytes,
            width: self.width,
            height: self.height,
            orientation: self.orientation,
            upload_path: self.path,
            image_meta: self.image_meta.and_then(|row| row.into_meta().unless_empty()),
            recording: self.recording.map(|row| Box::new(row.into_recording())),
        }
    }
}

impl ImageMetaRow {
    pub fn of(meta: &ImageMeta) -> Self {
        let ImageMeta { aperture, credit, camera, caption, created_timestamp, .. } = meta.clone();
        let ImageMeta { copyright, focal_length, iso, shutter_speed, title, keywords, .. } = meta.clone();
        Self {
            aperture,
            credit,
            camera,
            caption,
            created_timestamp,
            copyright,
            focal_length,
            iso,
            shutter_speed,
            title,
            keywords,
        }
    }

    pub fn into_meta(self) -> ImageMeta {
        ImageMeta {
            aperture: self.aperture,
            credit: self.credit,
            camera: self.camera,
            caption: self.caption,
            created_timestamp: self.created_timestamp,
            copyright: self.copyright,
            focal_length: self.focal_length,
            iso: self.iso,
            shutter_speed: self.shutter_speed,
            title: self.title,
            keywords: self.keywords,
        }
    }
}
