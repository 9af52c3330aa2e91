//! Every record survives a round trip, and so do fields of later versions.

use jiff::civil::DateTime;
use proptest::{collection::vec, option, prelude::*};
use serde_json::Value;

use super::*;
use crate::content::{
    AppPassword, Comment, CommentId, CommentStatus, ContentFormat, EndedSession, ImageMeta, MediaFile, MetaEntry, Post,
    PostId, PostStatus, PostType, Revision, RevisionEntry, RevisionId, Role, SavedSettings, Taxonomy, Term, TermId,
    User, UserId,
    recording::{Picture, Recording, Sound},
};

fn text() -> impl Strategy<Value = String> {
    prop_oneof![Just(String::new()), "[a-z0-9-]{1,12}", any::<String>()]
}

fn moment() -> impl Strategy<Value = DateTime> {
    (1i16..=9999, 1i8..=12, 1i8..=28, 0i8..=23, 0i8..=59, 0i8..=59, prop_oneof![9 => Just(0), 1 => 0..1_000_000_000])
        .prop_map(|(y, m, d, h, min, s, ns)| DateTime::new(y, m, d, h, min, s, ns).unwrap())
}

fn meta() -> impl Strategy<Value = Vec<MetaEntry>> {
    vec((text(), text()).prop_map(|(key, value)| MetaEntry { key, value }), 0..3)
}

fn status() -> impl Strategy<Value = PostStatus> {
    prop_oneof![
        Just("publish"),
        Just("future"),
        Just("draft"),
        Just("private"),
        Just("inherit"),
        Just("trash"),
        Just("wc-\"done\"")
    ]
    .prop_map(PostStatus::from_name)
}

fn post_type() -> impl Strategy<Value = PostType> {
    prop_oneof![Just("post"), Just("page"), Just("attachment"), Just("nav_menu_item"), Just("book")]
        .prop_map(PostType::from_name)
}

fn ids() -> impl Strategy<Value = Vec<TermId>> {
    vec(any::<u64>().prop_map(TermId), 0..4)
}

/// Empty for an empty text.
fn image_meta(text: &str) -> ImageMeta {
    let keywords = if text.is_empty() { Vec::new() } else { vec![text.to_owned(); 2] };
    let created_timestamp = (!text.is_empty()).then_some(-5);
    ImageMeta { title: text.to_owned(), credit: text.to_owned(), keywords, created_timestamp, ..ImageMeta::default() }
}

/// None for an empty text.
fn recording(text: &str, number: Option<u32>) -> Option<Box<Recording>> {
    let sound = Sound { codec: text.to_owned(), channels: number, lossless: number.is_some(), ..Sound::default() };
    let picture = number.map(|number| Picture { width: number, height: 1, ..Picture::default() });
    let tags = vec![("title".to_owned(), text.to_owned())];
    let recording =
        Recording { length_ms: number.map(u64::from), sound: Some(sound), picture, tags, ..Recording::default() };
    (!text.is_empty()).then(|| Box::new(recording))
}

fn file() -> impl Strategy<Value = MediaFile> {
    (text(), text(), any::<u64>(), option::of(any::<u32>()), option::of(any::<u32>()), 1u8..=8).prop_map(
        |(path, mime_type, size_bytes, width, height, orientation)| MediaFile {
            sha256: "00".repeat(32),
            extension: "jpg".to_owned(),
            mime_type,
            size_bytes,
            width,
            height,
            orientation,
            image_meta: image_meta(&path).unless_empty(),
            recording: recording(&path, width),
            upload_path: path,
        },
    )
}

prop_compose! {
    fn a_post()(
        id in any::<u64>(),
        (post_type, status, slug, title, excerpt) in (post_type(), status(), text(), text(), text()),
        (date, date_gmt, modified, modified_gmt) in (moment(), option::of(moment()), option::of(moment()), moment()),
        (parent, menu_order, password) in (option::of(any::<u64>()), any::<i64>(), option::of(text())),
        (comments_open, pings_open, sticky, same_gmt) in any::<(bool, bool, bool, bool)>(),
        (terms, thumbnail, template, mime_type, guid) in (ids(), option::of(any::<u64>()), text(), text(), text()),
        (old_slugs, trashed_from, revision) in (vec(text(), 0..3), option::of((status(), text())), any::<u128>()),
        (meta, file) in (meta(), option::of(file())),
    ) -> Post {
        Post {
            id: PostId(id), post_type, status, slug, title, excerpt, author: UserId(id / 3), date, date_gmt,
            modified: modified.unwrap_or(date),
            modified_gmt: if same_gmt { date_gmt.unwrap_or(modified_gmt) } else { modified_gmt },
            parent: parent.map(PostId), menu_order, password, comments_open, pings_open, sticky, terms,
            thumbnail: thumbnail.map(PostId), template, mime_type, guid, old_slugs, trashed_from,
            revision: RevisionId(revision), meta, file,
        }
    }
}

prop_compose! {
    fn a_user()(
        id in any::<u64>(),
        (login, slug, email, display_name, first_name) in (text(), text(), text(), text(), text()),
        (last_name, nickname, description, url, locale) in (text(), text(), text(), text(), text()),
        registered in moment(),
        roles in vec(prop_oneof![Just("administrator"), Just("subscriber"), Just("shop")].prop_map(Role::from_name), 0..3),
        (password_sealed, session_epoch, meta) in (option::of(text()), any::<u64>(), meta()),
        ended in vec((text(), any::<i64>()), 0..3),
    ) -> User {
        User {
            id: UserId(id), login, slug, email, display_name, first_name, last_name, nickname, description, url,
            locale, registered, roles, password_sealed, session_epoch, meta,
            ended_sessions: ended.into_iter().map(|(token, expires)| EndedSession { token, expires }).collect(),
        }
    }
}

prop_compose! {
    fn a_comment()(
        (id, post, parent, user) in (any::<u64>(), any::<u64>(), option::of(any::<u64>()), option::of(any::<u64>())),
        (author_name, author_email, author_url, author_ip, agent) in (text(), text(), text(), text(), text()),
        (date, date_gmt, content, karma, kind) in (moment(), moment(), text(), any::<i64>(), text()),
        status in prop_oneof![Just("1"), Just("0"), Just("spam"), Just("trash"), Just("post-trashed"), Just("odd")],
        meta in meta(),
    ) -> Comment {
        Comment {
            id: CommentId(id), post: PostId(post), parent: parent.map(CommentId), user: user.map(UserId), author_name,
            author_email, author_url, author_ip, agent, date, date_gmt, content,
            status: CommentStatus::from_stored(status), kind, karma, meta,
        }
    }
}

fn settings() -> impl Strategy<Value = SavedSettings> {
    let numbers = (option::of(any::<u64>()), option::of(any::<u64>()), any::<i64>());
    (numbers, any::<[bool; 4]>(), text()).prop_map(
        |((parent, thumbnail, menu_order), [protected, comments_open, pings_open, sticky], template)| SavedSettings {
            parent: parent.map(PostId),
            menu_order,
            protected,
            comments_open,
            pings_open,
            sticky,
            thumbnail: thumbnail.map(PostId),
            template,
        },
    )
}

prop_compose! {
    fn a_revision()(
        (id, post, previous, saved_by) in (any::<u128>(), any::<u64>(), option::of(any::<u128>()), any::<u64>()),
        (saved_at, post_type, status, slug, title) in (moment(), post_type(), status(), text(), text()),
        (content, excerpt, markdown, author, date) in (text(), text(), any::<bool>(), any::<u64>(), moment()),
        (terms, meta, settings) in (ids(), meta(), option::of(settings())),
    ) -> Revision {
        Revision {
            id: RevisionId(id), post: PostId(post), previous: previous.map(RevisionId), saved_by: UserId(saved_by),
            saved_at, post_type, status, slug, title, content, excerpt,
            format: if markdown { ContentFormat::Markdown } else { ContentFormat::Html },
            author: UserId(author), date, terms, meta, settings,
        }
    }
}

fn a_term() -> impl Strategy<Value = Term> {
    (any::<u64>(), text(), text(), text(), text(), option::of(any::<u64>()), meta()).prop_map(
        |(id, taxonomy, slug, name, description, parent, meta)| Term {
            id: TermId(id),
            taxonomy: Taxonomy::new(&taxonomy),
            slug,
            name,
            description,
            parent: parent.map(TermId),
            meta,
        },
    )
}

fn an_app_password() -> impl Strategy<Value = AppPassword> {
    (any::<u64>(), text(), text(), text(), text(), moment(), option::of(moment()), option::of(text())).prop_map(
        |(user, uuid, app_id, name, hash_sealed, created, last_used, last_ip)| AppPassword {
            user: UserId(user),
            uuid,
            app_id,
            name,
            hash_sealed,
            created,
            last_used,
            last_ip,
        },
    )
}

fn a_revision_entry() -> impl Strategy<Value = RevisionEntry> {
    (any::<u64>(), any::<u128>(), any::<u64>(), moment()).prop_map(|(number, revision, author, saved_at)| {
        RevisionEntry { number: PostId(number), revision: RevisionId(revision), author: UserId(author), saved_at }
    })
}

/// The row with two members no version knows yet.
fn from_the_future(row: &[u8]) -> Vec<u8> {
    let mut row = row.to_vec();
    assert_eq!(row.pop(), Some(b'}'));
    row.extend(br#","zz \"later\"":{"a":[1.50,"\u00e9"]},"zy":null}"#);
    row
}

fn keeps_future_fields(row: &[u8], old: &[u8]) {
    let fields: serde_json::Map<String, Value> = serde_json::from_slice(row).unwrap();
    assert_eq!(fields.get("zy"), Some(&Value::Null));
    let text = std::str::from_utf8(row).unwrap();
    assert_eq!(text.matches(r#""zz \"later\"":{"a":[1.50,"\u00e9"]}"#).count(), 1, "{text}");
    let names: std::collections::BTreeSet<_> = fields.keys().collect();
    let old: serde_json::Map<String, Value> = serde_json::from_slice(old).unwrap();
    assert!(fields.len() == names.len() && fields.len() <= old.len() + 32);
}

proptest! {
    #[test]
    fn posts(post in a_post(), other in a_post()) {
        let row = post::encode(&post, None);
        prop_assert_eq!(&post::decode(&row).unwrap(), &post);
        let old = from_the_future(&post::encode(&other, None));
        let over = post::encode(&post, Some(&old));
        keeps_future_fields(&over, &old);
        prop_assert_eq!(&post::decode(&over).unwrap(), &post);
    }

    #[test]
    fn terms(term in a_term(), other in a_term()) {
        let old = from_the_future(&term::encode(&other, None));
        let over = term::encode(&term, Some(&old));
        keeps_future_fields(&over, &old);
        prop_assert_eq!(term::decode(&over).unwrap(), term);
    }

    #[test]
    fn users(user in a_user(), other in a_user()) {
        let old = from_the_future(&user::encode(&other, None));
        let over = user::encode(&user, Some(&old));
        keeps_future_fields(&over, &old);
        prop_assert_eq!(user::decode(&over).unwrap(), user);
    }

    #[test]
    fn app_passwords(password in an_app_password(), other in an_app_password()) {
        let old = from_the_future(&app_password::encode(&other, None));
        let over = app_password::encode(&password, Some(&old));
        keeps_future_fields(&over, &old);
        prop_assert_eq!(app_password::decode(&over).unwrap(), password);
    }

    #[test]
    fn comments(comment in a_comment(), other in a_comment()) {
        let old = from_the_future(&comment::encode(&other, None));
        let over = comment::encode(&comment, Some(&old));
        keeps_future_fields(&over, &old);
        prop_assert_eq!(comment::decode(&over).unwrap(), comment);
    }

    #[test]
    fn revision_lists(list in vec(a_revision_entry(), 0..4)) {
        let old = from_the_future(&revisions::encode(&[], None));
        let over = revisions::encode(&list, Some(&old));
        keeps_future_fields(&over, &old);
        prop_assert_eq!(revisions::decode(&over).unwrap(), list);
    }

    #[test]
    fn revision_objects(revision in a_revision()) {
        let plain = revision::encode(&revision, |_| None, |_| None);
        prop_assert_eq!(&revision::decode(&plain).unwrap(), &revision);
        let term = Term {
            id: TermId(1), taxonomy: Taxonomy::new("category"), slug: String::new(), name: "News".to_owned(),
            description: String::new(), parent: None, meta: Vec::new(),
        };
        let named = revision::encode(&revision, |_| Some("Ann".to_owned()), |_| Some(term.clone()));
        prop_assert_eq!(&revision::decode(&named).unwrap(), &revision);
    }

    #[test]
    fn small_records(next in any::<u64>(), became in text()) {
        prop_assert_eq!(counter::decode(&counter::encode(next, None)).unwrap(), next);
        prop_assert_eq!(imported::decode(&imported::encode(&became, None)).unwrap(), became);
    }

    #[test]
    fn revision_ids(id in any::<u128>()) {
        let text = RevisionId(id).to_string();
        prop_assert_eq!(text.len(), 26);
        prop_assert_eq!(text.parse::<RevisionId>().unwrap(), RevisionId(id));
    }

    #[test]
    fn nothing_makes_decoding_panic(bytes in vec(any::<u8>(), 0..64)) {
        let _ = (post::decode(&bytes), term::decode(&bytes), user::decode(&bytes), comment::decode(&bytes));
        let _ = (revision::decode(&bytes), revisions::decode(&bytes), counter::decode(&bytes), super::option::decode(&bytes));
    }
}

/// A field missing from `FIELDS` would be written twice once it is in the old row.
#[test]
fn a_full_row_over_itself_repeats_nothing() {
    let row = br#"{"id":7,"type":"page","status":"trash","slug":"s","title":"t","excerpt":"e","author":1,"date":"2026-11-20T10:00:00","date_gmt":"2026-11-20T09:00:00","modified":"2026-11-20T10:00:01","modified_gmt":"2026-11-20T09:00:01","parent":3,"menu_order":-1,"password":"p","comments_closed":true,"pings_closed":true,"sticky":true,"terms":[2],"thumbnail":4,"template":"wide","mime_type":"m","guid":"g","old_slugs":["o"],"trashed_from":["draft","was"],"revision":"01KAGZTQ4B8V5T7H4C6MDQ0E2N","meta":[["k","v"]],"file":{"sha256":"ab","ext":"png","mime":"image/png","bytes":1,"width":2,"height":3,"orientation":6,"path":"2026/11/a.png"}}"#;
    let post = post::decode(row).unwrap();
    let again = post::encode(&post, Some(row));
    assert_eq!(std::str::from_utf8(&again).unwrap(), std::str::from_utf8(row).unwrap());
}

#[test]
fn defaults_take_no_room() {
    let row = br#"{"id":7,"slug":"s","title":"t","author":1,"date":"2026-11-20T10:00:00","date_gmt":"2026-11-20T10:00:00","revision":"01KAGZTQ4B8V5T7H4C6MDQ0E2N"}"#;
    let post = post::decode(row).unwrap();
    assert_eq!(post.status, PostStatus::Publish);
    assert_eq!(post.modified_gmt, post.date);
    assert!(post.comments_open && post.pings_open);
    assert_eq!(*post::encode(&post, None), *row);
}

#[test]
fn errors_name_what_is_wrong() {
    let error = post::decode(br#"{"id":7,"date":"yesterday","revision":"x"}"#).unwrap_err().to_string();
    assert!(error.contains("corrupt post row") && error.contains("yesterday"), "{error}");
    assert!("8ZZZZZZZZZZZZZZZZZZZZZZZZZ".parse::<RevisionId>().is_err());
    assert!("01KAGZ".parse::<RevisionId>().is_err());
    let newer = br#"{"v":2,"post":1,"revision":"01KAGZTQ4B8V5T7H4C6MDQ0E2N","saved_at":"2026-11-20T10:00:00","saved_by":{"id":1},"type":"post","status":"draft","slug":"","date":"2026-11-20T10:00:00","author":{"id":1},"title":"","excerpt":"","format":"html","content":""}"#;
    assert!(revision::decode(newer).unwrap_err().to_string().contains("version 2"));
}
