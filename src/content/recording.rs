//! What an audio or video file is, and says of itself.

/// A recording in the terms of WordPress's `media_details`. Empty or `None` where the file does not say.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Recording {
    /// Of the container: `mp3`, `mp4`, `quicktime`, `ogg`, `flac`, `wav`, `matroska`, `webm`.
    pub format: String,
    /// Follows from the container, so it may be another than the attachment's.
    pub mime_type: String,
    /// Play time.
    pub length_ms: Option<u64>,
    /// When it was made, in seconds since 1970.
    pub created_timestamp: Option<i64>,
    pub picture: Option<Picture>,
    pub sound: Option<Sound>,
    /// What people wrote into it, by WordPress's names: `title`, `artist`, `album`, `year`, … Each once.
    pub tags: Vec<(String, String)>,
}

/// The first video track.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Picture {
    pub data_format: String,
    pub codec: String,
    /// In pixels, as shown.
    pub width: u32,
    pub height: u32,
}

/// The first audio track.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Sound {
    pub data_format: String,
    pub codec: String,
    pub encoder: String,
    pub encoder_options: String,
    /// In bits per second.
    pub bitrate: Option<u32>,
    /// `cbr`, `abr` or `vbr`.
    pub bitrate_mode: String,
    /// `mono`, `stereo`, `joint stereo`, `dual channel`.
    pub channel_mode: String,
    pub channels: Option<u32>,
    /// In hertz.
    pub sample_rate: Option<u32>,
    pub bits_per_sample: Option<u32>,
    pub lossless: bool,
}

impl Recording {
    pub fn tag(&self, name: &str) -> Option<&str> {
        self.tags.iter().find(|(known, _)| known == name).map(|(_, text)| text.as_str())
    }
}
