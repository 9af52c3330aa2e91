//! IPTC-IIM, the captions and credits of picture agencies, in a JPEG's Photoshop segment.
//!
//! <https://www.iptc.org/std/IIM/4.1/specification/IIMV4.1.pdf>,
//! <https://www.adobe.com/devnet-apps/photoshop/fileformatashtml/> (image resource blocks)

use super::image_meta::words;
use crate::content::ImageMeta;

/// The image resource that holds IPTC.
const IPTC_RESOURCE: u16 = 0x0404;
/// Datasets read of one file.
const DATASETS_MAX: usize = 500;

/// Puts what `segment`, the Photoshop segment after its name, says into `meta`.
pub(super) fn read(segment: &[u8], meta: &mut ImageMeta) {
    let Some(records) = resource(segment, IPTC_RESOURCE) else { return };
    let mut said = ImageMeta::default();
    let (mut byline, mut date, mut time) = (String::new(), String::new(), String::new());
    for (number, value) in datasets(records).take(DATASETS_MAX) {
        match number {
            25 => said.keywords.push(words(value)),
            // WordPress takes the headline before the title of the object
            105 => said.title = words(value),
            5 if said.title.is_empty() => said.title = words(value),
            120 => said.caption = words(value),
            110 => said.credit = words(value),
            80 if byline.is_empty() => byline = words(value),
            116 => said.copyright = words(value),
            55 => date = words(value),
            60 => time = words(value),
            _ => {}
        }
    }
    if said.credit.is_empty() {
        said.credit = byline;
    }
    let pairs = [
        (&mut meta.title, said.title),
        (&mut meta.caption, said.caption),
        (&mut meta.credit, said.credit),
        (&mut meta.copyright, said.copyright),
    ];
    for (known, said) in pairs.into_iter().filter(|(_, said)| !said.is_empty()) {
        *known = said;
    }
    said.keywords.retain(|keyword| !keyword.is_empty());
    meta.keywords = said.keywords;
    meta.created_timestamp = created(&date, &time).or(meta.created_timestamp);
}

/// `20240131` and `142530+0100`, the offset left out as WordPress does.
fn created(date: &str, time: &str) -> Option<i64> {
    let number = |text: &str, from: usize, to: usize| text.get(from..to)?.parse::<i16>().ok();
    let small = |text: &str, from: usize, to: usize| number(text, from, to).and_then(|part| i8::try_from(part).ok());
    let day = jiff::civil::Date::new(number(date, 0, 4)?, small(date, 4, 6)?, small(date, 6, 8)?).ok()?;
    let time = jiff::civil::Time::new(small(time, 0, 2)?, small(time, 2, 4)?, small(time, 4, 6)?, 0).ok()?;
    Some(day.to_datetime(time).to_zoned(jiff::tz::TimeZone::UTC).ok()?.timestamp().as_second())
}

/// The data of one image resource: `8BIM`, number, padded name, length, padded data.
fn resource(mut rest: &[u8], wanted: u16) -> Option<&[u8]> {
    loop {
        rest = rest.strip_prefix(b"8BIM")?;
        let number = u16::from_be_bytes(*rest.first_chunk()?);
        let name_bytes = usize::from(*rest.get(2)?) + 1;
        rest = rest.get(2 + name_bytes.next_multiple_of(2)..)?;
        let bytes = usize::try_from(u32::from_be_bytes(*rest.first_chunk()?)).ok()?;
        rest = rest.get(4..)?;
        if number == wanted {
            return rest.get(..bytes);
        }
        rest = rest.get(bytes.checked_next_multiple_of(2)?..)?;
    }
}

/// Number and value of the datasets of record 2, the application record.
fn datasets(mut rest: &[u8]) -> impl Iterator<Item = (u8, &[u8])> {
    std::iter::from_fn(move || {
        loop {
            let [0x1c, record, number, high, low] = *rest.first_chunk::<5>()? else { return None };
            let bytes = u16::from_be_bytes([high, low]);
            // The highest bit announces a longer length: nothing of interest here is that long.
            if bytes & 0x8000 != 0 {
                return None;
            }
            let value = rest.get(5..5 + usize::from(bytes))?;
            rest = rest.get(5 + usize::from(bytes)..)?;
            if record == 2 {
                return Some((number, value));
            }
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn dataset(number: u8, value: &[u8]) -> Vec<u8> {
        let mut bytes = vec![0x1c, 2, number, 0, u8::try_from(value.len()).unwrap_or(0)];
        bytes.extend_from_slice(value);
        bytes
    }

    fn segment(records: &[u8]) -> Vec<u8> {
        let mut bytes = b"8BIM\x04\x25\0\0\0\0\0\x03odd\0".to_vec();
        bytes.extend_from_slice(b"8BIM\x04\x04\0\0");
        bytes.extend_from_slice(&u32::try_from(records.len()).unwrap_or(0).to_be_bytes());
        bytes.extend_from_slice(records);
        bytes
    }

    #[test]
    fn captions_credits_and_dates_are_read() {
        let mut records = b"\x1c\x01\x5a\0\x03\x1b%G".to_vec();
        for (number, value) in [
            (5, b"IMG_1".as_slice()),
            (105, "Hochwasser in Köln".as_bytes()),
            (120, b"The Rhine, caf\xe9"),
            (80, b"Ann Lee"),
            (116, b"Agency"),
            (25, b"flood"),
            (25, b"rhine"),
            (55, b"20240131"),
            (60, b"142530+0100"),
        ] {
            records.extend(dataset(number, value));
        }
        let mut meta = ImageMeta { credit: "Camera".to_owned(), ..ImageMeta::default() };
        read(&segment(&records), &mut meta);
        assert_eq!((meta.title.as_str(), meta.caption.as_str()), ("Hochwasser in Köln", "The Rhine, café"));
        assert_eq!((meta.credit.as_str(), meta.copyright.as_str()), ("Ann Lee", "Agency"));
        assert_eq!(
            (meta.keywords, meta.created_timestamp),
            (vec!["flood".into(), "rhine".into()], Some(1_706_711_130))
        );
    }

    #[test]
    fn what_is_cut_off_is_read_as_far_as_it_goes() {
        let whole = segment(&[dataset(105, b"Title"), dataset(120, b"Caption")].concat());
        for end in 0..whole.len() {
            let mut meta = ImageMeta::default();
            read(&whole[..end], &mut meta);
            assert_eq!(meta, ImageMeta::default(), "the resource is not whole");
        }
    }
}
