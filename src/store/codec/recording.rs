//! What an audio or video file says of itself, within the row of its attachment.

use serde::{Deserialize, Serialize};

use super::is_false;
use crate::content::recording::{Picture, Recording, Sound};

/// Only members with something in them are stored.
#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct RecordingRow {
    #[serde(skip_serializing_if = "String::is_empty")]
    format: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    mime: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    length_ms: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    created_timestamp: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    picture: Option<PictureRow>,
    #[serde(skip_serializing_if = "Option::is_none")]
    sound: Option<SoundRow>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    tags: Vec<(String, String)>,
}

#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(default)]
struct PictureRow {
    #[serde(skip_serializing_if = "String::is_empty")]
    data_format: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    codec: String,
    width: u32,
    height: u32,
}

#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(default)]
struct SoundRow {
    #[serde(skip_serializing_if = "String::is_empty")]
    data_format: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    codec: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    encoder: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    encoder_options: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    bitrate: Option<u32>,
    #[serde(skip_serializing_if = "String::is_empty")]
    bitrate_mode: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    channel_mode: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    channels: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    sample_rate: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    bits_per_sample: Option<u32>,
    #[serde(skip_serializing_if = "is_false")]
    lossless: bool,
}

impl RecordingRow {
    pub fn of(recording: &Recording) -> Self {
        let Recording { format, mime_type, length_ms, created_timestamp, picture, sound, tags } = recording.clone();
        Self {
            format,
            mime: mime_type,
            length_ms,
            created_timestamp,
            picture: picture.map(PictureRow::of),
            sound: sound.map(SoundRow::of),
            tags,
        }
    }

    pub fn into_recording(self) -> Recording {
        Recording {
            format: self.format,
            mime_type: self.mime,
            length_ms: self.length_ms,
            created_timestamp: self.created_timestamp,
            picture: self.picture.map(PictureRow::into_picture),
            sound: self.sound.map(SoundRow::into_sound),
            tags: self.tags,
        }
    }
}

impl PictureRow {
    fn of(picture: Picture) -> Self {
        let Picture { data_format, codec, width, height } = picture;
        Self { data_format, codec, width, height }
    }

    fn into_picture(self) -> Picture {
        let Self { data_format, codec, width, height } = self;
        Picture { data_format, codec, width, height }
    }
}

impl SoundRow {
    fn of(sound: Sound) -> Self {
        let Sound { data_format, codec, encoder, encoder_options, bitrate, bitrate_mode, .. } = sound;
        let Sound { channel_mode, channels, sample_rate, bits_per_sample, lossless, .. } = sound;
        Self {
            data_format,
            codec,
            encoder,
            encoder_options,
            bitrate,
            bitrate_mode,
            channel_mode,
            channels,
            sample_rate,
            bits_per_sample,
            lossless,
        }
    }

    fn into_sound(self) -> Sound {
        let Self { data_format, codec, encoder, encoder_options, bitrate, bitrate_mode, .. } = self;
        let Self { channel_mode, channels, sample_rate, bits_per_sample, lossless, .. } = self;
        Sound {
            data_format,
            codec,
            encoder,
            encoder_options,
            bitrate,
            bitrate_mode,
            channel_mode,
            channels,
            sample_rate,
            bits_per_sample,
            lossless,
        }
    }
}
