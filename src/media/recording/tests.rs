//! Real files of real encoders, and what is left of them when bytes are changed.

use std::io::Cursor;

use proptest::prelude::*;

use super::*;

const FILES: [(&str, &[u8]); 8] = [
    ("vbr.mp3", include_bytes!("../../../tests/it/media/recordings/vbr.mp3")),
    ("tone.ogg", include_bytes!("../../../tests/it/media/recordings/tone.ogg")),
    ("tone.flac", include_bytes!("../../../tests/it/media/recordings/tone.flac")),
    ("tone.m4a", include_bytes!("../../../tests/it/media/recordings/tone.m4a")),
    ("tone.wav", include_bytes!("../../../tests/it/media/recordings/tone.wav")),
    ("clip.mp4", include_bytes!("../../../tests/it/media/recordings/clip.mp4")),
    ("clip.mov", include_bytes!("../../../tests/it/media/recordings/clip.mov")),
    ("clip.webm", include_bytes!("../../../tests/it/media/recordings/clip.webm")),
];

fn of(name: &str) -> Recording {
    let (_, bytes) = FILES.iter().find(|(known, _)| *known == name).unwrap();
    read(&mut Cursor::new(*bytes), name.starts_with("clip")).unwrap()
}

#[test]
fn an_mp3_by_lame() {
    let recording = of("vbr.mp3");
    let sound = recording.sound.clone().unwrap();
    assert_eq!((recording.format.as_str(), recording.mime_type.as_str()), ("mp3", "audio/mpeg"));
    assert_eq!((sound.channels, sound.sample_rate, sound.lossless), (Some(2), Some(44_100), false));
    assert_eq!((sound.codec.as_str(), sound.encoder.as_str()), ("LAME", "LAME3.100"));
    assert_eq!((sound.bitrate_mode.as_str(), sound.encoder_options.as_str()), ("vbr", "-V6"));
    assert_eq!(sound.channel_mode, "joint stereo");
    assert!((1950..2100).contains(&recording.length_ms.unwrap()), "{:?}", recording.length_ms);
    let tags = ["title", "artist", "album", "year", "track_number", "genre"].map(|name| recording.tag(name).unwrap());
    assert_eq!(tags, ["St. Louis Blues", "Original Band", "Early Days", "1921", "3/12", "Jazz"]);
}

#[test]
fn other_audio() {
    let expected = [
        ("tone.ogg", "ogg", "vorbis", 44_100, false),
        ("tone.flac", "flac", "flac", 8000, true),
        ("tone.m4a", "mp4", "mp4", 44_100, false),
        ("tone.wav", "wav", "wav", 8000, true),
    ];
    for (name, format, data_format, sample_rate, lossless) in expected {
        let recording = of(name);
        let sound = recording.sound.clone().unwrap();
        assert_eq!((recording.format.as_str(), sound.data_format.as_str()), (format, data_format), "{name}");
        assert_eq!((sound.sample_rate, sound.lossless), (Some(sample_rate), lossless), "{name}");
        assert_eq!((sound.channels, sound.channel_mode.as_str()), (Some(1), "mono"), "{name}");
        assert!((950..1100).contains(&recording.length_ms.unwrap()), "{name}: {:?}", recording.length_ms);
        assert_eq!(recording.tag("title"), (name != "tone.wav").then_some("Tone"), "{name}");
    }
}

#[test]
fn films() {
    let expected = [
        ("clip.mp4", "mp4", "video/mp4", "mp4", "ISO/IEC 14496-3 AAC"),
        ("clip.mov", "quicktime", "video/quicktime", "mp4", "ISO/IEC 14496-3 AAC"),
        ("clip.webm", "webm", "video/webm", "opus", "OPUS"),
    ];
    for (name, format, mime_type, sound_format, codec) in expected {
        let recording = of(name);
        let (picture, sound) = (recording.picture.clone().unwrap(), recording.sound.clone().unwrap());
        assert_eq!((recording.format.as_str(), recording.mime_type.as_str()), (format, mime_type));
        assert_eq!((picture.width, picture.height), (160, 90), "{name}");
        assert_eq!((sound.data_format.as_str(), sound.codec.as_str()), (sound_format, codec), "{name}");
        assert_eq!(sound.channels, Some(1), "{name}");
        assert!((1950..2100).contains(&recording.length_ms.unwrap()), "{name}: {:?}", recording.length_ms);
    }
    assert_eq!(of("clip.mp4").created_timestamp, Some(1_269_120_551));
    assert_eq!(of("clip.mp4").tag("title"), Some("A clip"));
}

#[test]
fn files_cut_anywhere_end_well() {
    for (name, bytes) in FILES {
        for end in (0..bytes.len()).step_by(37) {
            let _ = read(&mut Cursor::new(&bytes[..end]), name.starts_with("clip"));
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1500))]
    #[test]
    fn damaged_files_end_well(
        file in 0..FILES.len(),
        changes in proptest::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..12),
        is_head in any::<bool>(),
        is_video in any::<bool>(),
    ) {
        let (_, bytes) = FILES[file];
        let mut bytes = bytes.to_vec();
        // the headers of most are in the first kilobyte
        let end = if is_head { 1000.min(bytes.len()) } else { bytes.len() };
        for (at, byte) in changes {
            bytes[at.index(end)] = byte;
        }
        let _ = read(&mut io::BufReader::new(Window::held(bytes.into())), is_video);
    }
}
