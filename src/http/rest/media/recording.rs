//! What audio and video files say of themselves, with WordPress's keys.
//!
//! <https://developer.wordpress.org/reference/functions/wp_read_audio_metadata/>,
//! <https://developer.wordpress.org/reference/functions/wp_read_video_metadata/>

use serde_json::{Map, Value, json};

use crate::content::{
    MediaFile,
    recording::{Recording, Sound},
};

/// `media_details` of what is no image.
pub(super) fn details(file: &MediaFile) -> Value {
    let mut details = Map::new();
    let recording = file.recording.as_deref();
    if let Some(recording) = recording {
        if file.mime_type.starts_with("video/") {
            film(recording, &mut details);
        } else if let Some(said) = &recording.sound {
            sound(said, &mut details);
        }
        put(&mut details, "fileformat", &recording.format);
        if let Some(length_ms) = recording.length_ms {
            let seconds = length_ms.saturating_add(500) / 1000;
            details.insert("length".to_owned(), seconds.into());
            details.insert("length_formatted".to_owned(), formatted(seconds).into());
        }
        if let Some(created) = recording.created_timestamp {
            details.insert("created_timestamp".to_owned(), created.into());
        }
        for (name, text) in &recording.tags {
            put(&mut details, name, text);
        }
    }
    let mime_type = recording.map(|recording| recording.mime_type.as_str()).filter(|mime| !mime.is_empty());
    details.insert("filesize".to_owned(), file.size_bytes.into());
    details.insert("mime_type".to_owned(), mime_type.unwrap_or(&file.mime_type).into());
    details.insert("sizes".to_owned(), json!({}));
    details.into()
}

fn put(details: &mut Map<String, Value>, name: &str, text: &str) {
    if !text.is_empty() {
        details.insert(name.to_owned(), text.into());
    }
}

fn film(recording: &Recording, details: &mut Map<String, Value>) {
    if let Some(picture) = &recording.picture {
        details.insert("lossless".to_owned(), false.into());
        details.insert("width".to_owned(), picture.width.into());
        details.insert("height".to_owned(), picture.height.into());
        put(details, "dataformat", &picture.data_format);
        put(details, "codec", &picture.codec);
    }
    if let Some(said) = &recording.sound {
        let mut audio = Map::new();
        sound(said, &mut audio);
        details.insert("audio".to_owned(), audio.into());
    }
}

fn sound(sound: &Sound, details: &mut Map<String, Value>) {
    put(details, "dataformat", &sound.data_format);
    let numbers = [
        ("channels", sound.channels),
        ("sample_rate", sound.sample_rate),
        ("bitrate", sound.bitrate),
        ("bits_per_sample", sound.bits_per_sample),
    ];
    details.extend(numbers.into_iter().filter_map(|(name, number)| Some((name.to_owned(), number?.into()))));
    put(details, "channelmode", &sound.channel_mode);
    put(details, "bitrate_mode", &sound.bitrate_mode);
    put(details, "codec", &sound.codec);
    put(details, "encoder", &sound.encoder);
    put(details, "encoder_options", &sound.encoder_options);
    details.insert("lossless".to_owned(), sound.lossless.into());
    // of what the samples would take, 16 bits each where the format has no such thing
    let bits = sound.bits_per_sample.unwrap_or(16);
    if let (Some(bitrate), Some(channels), Some(rate)) = (sound.bitrate, sound.channels, sound.sample_rate) {
        let plain = f64::from(channels) * f64::from(rate) * f64::from(bits);
        details.insert("compression_ratio".to_owned(), (f64::from(bitrate) / plain).into());
    }
}

/// `1:02:03`, or `2:03` where there are no hours.
fn formatted(seconds: u64) -> String {
    let (hours, minutes, seconds) = (seconds / 3600, seconds / 60 % 60, seconds % 60);
    if hours > 0 { format!("{hours}:{minutes:02}:{seconds:02}") } else { format!("{minutes}:{seconds:02}") }
}
