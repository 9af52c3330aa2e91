//! Images edited in place, and what their files say of themselves.

use std::io::Cursor;

use exif::{Field, In, Rational, Tag, Value as Said, experimental::Writer};
use image::{GenericImageView, Rgb, RgbImage};
use jpeg_encoder::{ColorType, Encoder};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use super::{Answer, Api};

/// Red on the left, blue on the right.
fn halves(width: u32, height: u32) -> RgbImage {
    RgbImage::from_fn(width, height, |x, _| if x < width / 2 { Rgb([220, 20, 20]) } else { Rgb([20, 20, 220]) })
}

fn png(image: &RgbImage) -> Vec<u8> {
    let mut bytes = Cursor::new(Vec::new());
    image.write_to(&mut bytes, image::ImageFormat::Png).unwrap();
    bytes.into_inner()
}

async fn upload(api: &Api, name: &str, bytes: Vec<u8>) -> Value {
    let disposition = format!("attachment; filename=\"{name}\"");
    let sent = api.request(Method::POST, "media").header("Content-Disposition", disposition).body(bytes);
    let made = Api::send(sent).await;
    assert_eq!(made.status, StatusCode::CREATED, "{}", made.body);
    made.body
}

async fn edit(api: &Api, original: &Value, fields: Value) -> Answer {
    let mut fields = fields;
    fields["src"] = original["source_url"].clone();
    api.post(&format!("media/{}/edit", original["id"]), fields).await
}

async fn shown(api: &Api, item: &Value) -> image::DynamicImage {
    let bytes = api.client.get(item["source_url"].as_str().unwrap()).send().await.unwrap().bytes().await.unwrap();
    image::load_from_memory(&bytes).unwrap()
}

#[actix_web::test]
async fn a_turned_and_cut_image_is_a_new_attachment() {
    let api = Api::start().await;
    let original = upload(&api, "lake.png", png(&halves(400, 200))).await;
    let path = format!("media/{}", original["id"]);
    api.post(&path, json!({ "title": "The lake", "caption": "At dawn", "alt_text": "A lake", "description": "Long" }))
        .await;
    let modifiers = json!([
        { "type": "rotate", "args": { "angle": 90 } },
        { "type": "crop", "args": { "left": 0, "top": 0, "width": 100, "height": 25.0 } },
    ]);
    let made = edit(&api, &original, json!({ "modifiers": modifiers })).await;
    assert_eq!(made.status, StatusCode::CREATED, "{}", made.body);
    let item = &made.body;
    assert_eq!(made.header("location"), api.url(&format!("media/{}", item["id"])));
    assert_ne!(item["id"], original["id"]);
    let file = item["media_details"]["file"].as_str().unwrap();
    assert!(file.ends_with("/lake-edited.png"), "{file}");
    assert_eq!((&item["media_details"]["width"], &item["media_details"]["height"]), (&json!(200), &json!(100)));
    let texts = [&item["title"]["raw"], &item["caption"]["raw"], &item["alt_text"], &item["description"]["raw"]];
    assert_eq!(texts, ["The lake", "At dawn", "A lake", "Long"]);
    let picture = shown(&api, item).await;
    assert_eq!((picture.dimensions(), picture.get_pixel(100, 50).0), ((200, 100), [220, 20, 20, 255]));
    assert_eq!(shown(&api, &original).await.dimensions(), (400, 200), "the original stays as it is");

    // Edited again, from a size and by the words of older clients.
    let again = json!({ "src": item["media_details"]["sizes"]["thumbnail"]["source_url"], "rotation": 180 });
    let again = api.post(&format!("media/{}/edit", item["id"]), again).await;
    let file = again.body["media_details"]["file"].as_str().unwrap();
    assert!(file.ends_with("/lake-edited-1.png") || file.ends_with("/lake-edited-2.png"), "{file}");
    assert_eq!(again.body["media_details"]["width"], 200);
}

#[actix_web::test]
async fn edits_that_make_no_sense_are_refused_and_leave_nothing() {
    let api = Api::start().await;
    let original = upload(&api, "lake.png", png(&halves(40, 20))).await;
    let crop = |left: i32, width: i32| json!([{ "type": "crop", "args": { "left": left, "top": 0, "width": width, "height": 50 } }]);
    for (fields, code) in [
        (json!({}), "rest_image_not_edited"),
        (json!({ "modifiers": [] }), "rest_invalid_param"),
        (json!({ "modifiers": [{ "type": "blur", "args": {} }] }), "rest_invalid_param"),
        (json!({ "modifiers": [{ "type": "rotate", "args": {} }] }), "rest_invalid_param"),
        (json!({ "modifiers": crop(100, 10) }), "rest_image_crop_failed"),
        (json!({ "modifiers": crop(0, 0) }), "rest_image_crop_failed"),
        (json!({ "rotation": 360 }), "rest_invalid_param"),
    ] {
        let refused = edit(&api, &original, fields.clone()).await;
        assert_eq!((refused.status, &refused.body["code"]), (StatusCode::BAD_REQUEST, &json!(code)), "{fields}");
    }
    let path = format!("media/{}/edit", original["id"]);
    let other = json!({ "src": "https://elsewhere.example/other.png", "rotation": 90 });
    assert_eq!(api.post(&path, other).await.body["code"], "rest_unknown_attachment");
    let text = upload(&api, "notes.txt", b"notes".to_vec()).await;
    let not_an_image = edit(&api, &text, json!({ "rotation": 90 })).await;
    assert_eq!(
        (not_an_image.status, &not_an_image.body["code"]),
        (StatusCode::NOT_FOUND, &json!("rest_unknown_attachment"))
    );
    let stranger = api.client.post(api.url(&path)).json(&json!({ "src": original["source_url"], "rotation": 90 }));
    let stranger = Api::send(stranger).await;
    assert_eq!((stranger.status, &stranger.body["code"]), (StatusCode::UNAUTHORIZED, &json!("rest_cannot_edit_image")));
    assert_eq!(api.get("media?_fields=id").await.body.as_array().unwrap().len(), 2);
}

#[actix_web::test]
async fn an_upload_that_broke_off_has_nothing_left_to_make() {
    let api = Api::start().await;
    let original = upload(&api, "lake.png", png(&halves(400, 200))).await;
    let path = format!("media/{}/post-process", original["id"]);
    let done = api.post(&path, json!({ "action": "create-image-subsizes" })).await;
    assert_eq!((done.status, &done.body["id"]), (StatusCode::OK, &original["id"]));
    assert_eq!(done.body["media_details"]["sizes"]["medium"]["width"], 300);
    assert_eq!(api.post(&path, json!({ "action": "polish" })).await.status, StatusCode::BAD_REQUEST);
    let missing = api.post("media/9999/post-process", json!({ "action": "create-image-subsizes" })).await;
    assert_eq!(missing.status, StatusCode::NOT_FOUND);
}

/// A photograph as cameras and agencies write them: EXIF, and IPTC where `iptc` says something.
fn photograph(iptc: &[(u8, &str)]) -> Vec<u8> {
    let ascii = |text: &str| Said::Ascii(vec![text.as_bytes().to_vec()]);
    let ratio = |num: u32, denom: u32| Said::Rational(vec![Rational { num, denom }]);
    let fields = [
        (Tag::ImageDescription, ascii("IMG 4711")),
        (Tag::Artist, ascii("Ann Lee")),
        (Tag::Copyright, ascii("2024 Gazette")),
        (Tag::Model, ascii("X100")),
        (Tag::Orientation, Said::Short(vec![6])),
        (Tag::FNumber, ratio(28, 10)),
        (Tag::ExposureTime, ratio(1, 60)),
        (Tag::FocalLength, ratio(230, 10)),
        (Tag::PhotographicSensitivity, Said::Short(vec![400])),
        (Tag::DateTimeDigitized, ascii("2024:01:31 14:25:30")),
    ]
    .map(|(tag, value)| Field { tag, ifd_num: In::PRIMARY, value });
    let mut writer = Writer::new();
    fields.iter().for_each(|field| writer.push_field(field));
    let mut block = Cursor::new(Vec::new());
    writer.write(&mut block, false).unwrap();
    let exif = [b"Exif\0\0".to_vec(), block.into_inner()].concat();
    let mut file = Vec::new();
    let mut encoder = Encoder::new(&mut file, 90);
    encoder.add_app_segment(1, exif).unwrap();
    let records: Vec<u8> = iptc
        .iter()
        .flat_map(|(number, text)| [&[0x1c, 2, *number, 0, text.len() as u8], text.as_bytes()].concat())
        .collect();
    let photoshop =
        [b"Photoshop 3.0\08BIM\x04\x04\0\0".as_slice(), &(records.len() as u32).to_be_bytes(), &records].concat();
    if !iptc.is_empty() {
        encoder.add_app_segment(13, photoshop).unwrap();
    }
    encoder.encode(halves(60, 40).as_raw(), 60, 40, ColorType::Rgb).unwrap();
    file
}

#[actix_web::test]
async fn what_the_camera_and_the_agency_wrote_is_kept() {
    let api = Api::start().await;
    let photo = upload(&api, "dsc_4711.jpg", photograph(&[])).await;
    let expected = json!({
        "aperture": "2.8", "credit": "Ann Lee", "camera": "X100", "caption": "", "created_timestamp": "1706711130",
        "copyright": "2024 Gazette", "focal_length": "23", "iso": "400", "shutter_speed": "0.016666666666667",
        "title": "IMG 4711", "orientation": "6", "keywords": [],
    });
    assert_eq!(photo["media_details"]["image_meta"], expected);
    assert_eq!(photo["media_details"]["width"], 40, "shown upright");
    assert_eq!((&photo["title"]["raw"], &photo["caption"]["raw"]), (&json!("IMG 4711"), &json!("")));

    let iptc =
        [(105, "High water"), (120, "The river on Wednesday."), (110, "Gazette/Lee"), (25, "flood"), (25, "river")];
    let agency = upload(&api, "wire.jpg", photograph(&iptc)).await;
    assert_eq!(
        (&agency["title"]["raw"], &agency["caption"]["raw"]),
        (&json!("High water"), &json!("The river on Wednesday."))
    );
    let meta = &agency["media_details"]["image_meta"];
    assert_eq!((&meta["credit"], &meta["keywords"]), (&json!("Gazette/Lee"), &json!(["flood", "river"])));

    // An edited image loses its description, the attachment does not.
    let edited = edit(&api, &agency, json!({ "rotation": 90 })).await;
    assert_eq!(edited.body["media_details"]["image_meta"]["credit"], "Gazette/Lee", "{}", edited.body);
    assert_eq!(edited.body["media_details"]["image_meta"]["orientation"], "1");
    assert_eq!(edited.body["media_details"]["width"], 60);
}

#[actix_web::test]
async fn damaged_descriptions_do_not_keep_an_image_out() {
    let api = Api::start().await;
    let whole = photograph(&[(105, "High water")]);
    // The EXIF block starts right after the first markers: its lengths and offsets become nonsense.
    let start = whole.windows(6).position(|bytes| bytes == b"Exif\0\0").unwrap() + 6;
    for at in [start, start + 4, start + 9, start + 14, start + 30] {
        let mut damaged = whole.clone();
        damaged[at] ^= 0xff;
        let made = upload(&api, "odd.jpg", damaged).await;
        assert_eq!(made["title"]["raw"], "High water");
    }
}
