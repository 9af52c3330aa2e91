//! Audio and video: what their files say of themselves.

use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use super::Api;

const SONG: &[u8] = include_bytes!("../media/recordings/vbr.mp3");
const CLIP: &[u8] = include_bytes!("../media/recordings/clip.mp4");

async fn upload(api: &Api, name: &str, query: &str, bytes: Vec<u8>) -> Value {
    let disposition = format!("attachment; filename=\"{name}\"");
    let sent =
        api.request(Method::POST, &format!("media{query}")).header("Content-Disposition", disposition).body(bytes);
    let made = Api::send(sent).await;
    assert_eq!(made.status, StatusCode::CREATED, "{}", made.body);
    made.body
}

#[actix_web::test]
async fn a_song_has_play_time_tags_and_a_description() {
    let api = Api::start().await;
    let song = upload(&api, "track-03.mp3", "", SONG.to_vec()).await;
    assert_eq!(song["title"]["raw"], "St. Louis Blues");
    let description = "“St. Louis Blues” from Early Days by Original Band. Released 1921. Track 3 of 12. Genre: Jazz.";
    assert_eq!(song["description"]["raw"], description);
    let details = &song["media_details"];
    let expected = json!({
        "dataformat": "mp3", "channels": 2, "sample_rate": 44100, "channelmode": "joint stereo", "bitrate_mode": "vbr",
        "codec": "LAME", "encoder": "LAME3.100", "encoder_options": "-V6", "lossless": false, "fileformat": "mp3",
        "filesize": SONG.len(), "mime_type": "audio/mpeg", "length": 2, "length_formatted": "0:02",
        "title": "St. Louis Blues", "artist": "Original Band", "album": "Early Days", "year": "1921",
        "track_number": "3/12", "genre": "Jazz", "sizes": {},
    });
    for (name, value) in expected.as_object().unwrap() {
        assert_eq!(details[name], *value, "{name} of {details}");
    }
    assert!(details["bitrate"].as_u64().unwrap() > 8000, "{details}");
    assert!((0.0..1.0).contains(&details["compression_ratio"].as_f64().unwrap()), "{details}");

    let named = upload(&api, "b.mp3", "?title=Mine&description=My+own", SONG.to_vec()).await;
    assert_eq!((&named["title"]["raw"], &named["description"]["raw"]), (&json!("Mine"), &json!("My own")));
}

/// The header of a film that a camera wrote is behind its pictures.
#[actix_web::test]
async fn a_long_film_is_read_where_its_header_is() {
    let api = Api::start().await;
    let at = memchr::memmem::find(CLIP, b"moov").unwrap() - 4;
    let mut film = CLIP[..at].to_vec();
    let padding = 20_u32 << 20;
    film.extend((padding + 8).to_be_bytes());
    film.extend(b"free");
    film.resize(film.len() + padding as usize, 0);
    film.extend(&CLIP[at..]);
    let size = film.len();
    for (name, bytes, size) in [("short.mp4", CLIP.to_vec(), CLIP.len()), ("long.mp4", film, size)] {
        let item = upload(&api, name, "", bytes).await;
        let details = &item["media_details"];
        let expected = json!({
            "width": 160, "height": 90, "length": 2, "length_formatted": "0:02", "fileformat": "mp4", "lossless": false,
            "dataformat": "quicktime", "mime_type": "video/mp4", "created_timestamp": 1_269_120_551, "filesize": size,
            "sizes": {}, "title": "A clip",
        });
        for (key, value) in expected.as_object().unwrap() {
            assert_eq!(details[key], *value, "{key} of {name}: {details}");
        }
        let audio = &details["audio"];
        assert_eq!((&audio["channels"], &audio["channelmode"]), (&json!(1), &json!("mono")), "{details}");
        assert_eq!((&audio["codec"], &audio["dataformat"]), (&json!("ISO/IEC 14496-3 AAC"), &json!("mp4")));
        assert_eq!(item["title"]["raw"], "A clip");
    }
}

#[actix_web::test]
async fn what_cannot_be_read_is_a_file_all_the_same() {
    let api = Api::start().await;
    for (name, mime) in [("noise.mp3", "audio/mpeg"), ("noise.mp4", "video/mp4"), ("noise.webm", "video/webm")] {
        let item = upload(&api, name, "", b"nothing a player would play".to_vec()).await;
        let expected = json!({ "filesize": 27, "mime_type": mime, "sizes": {} });
        assert_eq!(item["media_details"], expected);
        assert_eq!(item["title"]["raw"], "noise");
    }
}
