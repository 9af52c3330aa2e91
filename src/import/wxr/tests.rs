use std::io::{BufReader, Read};

use proptest::prelude::*;

use super::*;

const HEAD: &str = r#"<?xml version="1.0" encoding="UTF-8"?>
<rss version="2.0" xmlns:excerpt="http://wordpress.org/export/1.2/excerpt/"
 xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:dc="http://purl.org/dc/elements/1.1/"
 xmlns:wp="http://wordpress.org/export/1.2/">
<channel><title>T &amp; U</title><link>http://old.example</link><wp:wxr_version>1.2</wp:wxr_version>
<wp:base_site_url>http://old.example</wp:base_site_url><wp:base_blog_url>http://old.example/blog</wp:base_blog_url>
"#;
const TAIL: &str = "</channel></rss>\n";

fn read_bytes(bytes: &[u8], options: &ReadOptions) -> Result<(Vec<Entry>, Channel, Repairs), WxrError> {
    let mut reader = WxrReader::new(bytes, options)?;
    let mut entries = Vec::new();
    while let Some(entry) = reader.next_entry()? {
        entries.push(entry);
    }
    Ok((entries, reader.channel().clone(), reader.repairs().clone()))
}

fn read(text: &str) -> Result<Vec<Entry>, WxrError> {
    read_bytes(text.as_bytes(), &ReadOptions::default()).map(|(entries, _, _)| entries)
}

fn only_item(body: &str) -> Item {
    let text = format!("{HEAD}<item>{body}</item>{TAIL}");
    match read(&text).unwrap().remove(0) {
        Entry::Item(item) => *item,
        other => unreachable!("not an item: {other:?}"),
    }
}

#[test]
fn reads_channel_authors_terms_and_items() {
    let text = format!(
        "{HEAD}
        <wp:author><wp:author_id>7</wp:author_id><wp:author_login>ann</wp:author_login></wp:author>
        <wp:category><wp:term_id>3</wp:term_id><wp:category_nicename>news</wp:category_nicename>
          <wp:category_parent/><wp:cat_name><![CDATA[News & such]]></wp:cat_name>
          <wp:termmeta><wp:meta_key>k</wp:meta_key><wp:meta_value><![CDATA[v]]></wp:meta_value></wp:termmeta></wp:category>
        <wp:tag><wp:tag_slug>t</wp:tag_slug><wp:tag_name>T</wp:tag_name></wp:tag>
        <wp:term><wp:term_taxonomy>nav_menu</wp:term_taxonomy><wp:term_slug>m</wp:term_slug></wp:term>
        <item><title>One</title><wp:post_id>5</wp:post_id><wp:post_parent>0</wp:post_parent>
          <category domain=\"tag\" nicename=\"t\">T</category><category>News</category>
          <wp:comment><wp:comment_id>9</wp:comment_id><wp:comment_parent>8</wp:comment_parent>
            <wp:commentmeta><wp:meta_key>a</wp:meta_key><wp:meta_value>b</wp:meta_value></wp:commentmeta></wp:comment>
        </item>{TAIL}"
    );
    let (entries, channel, repairs) = read_bytes(text.as_bytes(), &ReadOptions::default()).unwrap();
    assert_eq!((channel.title.as_str(), channel.blog_url.as_str()), ("T & U", "http://old.example/blog"));
    assert_eq!(repairs, Repairs::default());
    assert_eq!(entries.len(), 5);
    assert!(matches!(&entries[0], Entry::Author(author) if author.id == Some(7) && author.login == "ann"));
    let Entry::Term(term) = &entries[1] else { unreachable!("another entry") };
    assert_eq!((term.taxonomy.as_str(), term.name.as_str()), ("category", "News & such"));
    assert_eq!(term.meta, [Meta { key: "k".into(), value: "v".into() }]);
    assert!(matches!(&entries[2], Entry::Term(term) if term.taxonomy == "post_tag"));
    assert!(matches!(&entries[3], Entry::Term(term) if term.taxonomy == "nav_menu"));
    let Entry::Item(item) = &entries[4] else { unreachable!("another entry") };
    assert_eq!((item.id, item.parent), (Some(5), None));
    assert_eq!(item.terms, [ItemTerm { taxonomy: "post_tag".into(), slug: Some("t".into()), name: "T".into() }]);
    assert_eq!((item.comments[0].parent, item.comments[0].meta.len()), (Some(8), 1));
}

#[test]
fn namespaces_count_by_uri_not_by_prefix_version_or_scheme() {
    let text = r#"<rss xmlns:x="https://wordpress.org/export/1.0/" xmlns:e="https://wordpress.org/export/1.0/excerpt/"
        xmlns:wp="http://other.example/">
        <channel><x:wxr_version>1.0</x:wxr_version><item><x:post_id>4</x:post_id><wp:post_id>9</wp:post_id>
        <e:encoded>E</e:encoded></item></channel></rss>"#;
    let entries = read(text).unwrap();
    assert!(matches!(&entries[0], Entry::Item(item) if item.id == Some(4) && item.excerpt == "E"));
    let undeclared =
        "<rss><channel><wp:wxr_version>1.1</wp:wxr_version><item><wp:post_id>4</wp:post_id></item></channel></rss>";
    assert!(matches!(&read(undeclared).unwrap()[0], Entry::Item(item) if item.id == Some(4)));
}

#[test]
fn cdata_keeps_its_text_exactly_and_sheds_indentation_around_it() {
    let item =
        only_item("<content:encoded>\n  <![CDATA[ a ]]]]><![CDATA[> b\n]]>\n </content:encoded><title> x  y</title>");
    assert_eq!(item.content, " a ]]> b\n");
    assert_eq!(item.title, " x  y");
    let item = only_item("<content:encoded><![CDATA[a]]>\n<![CDATA[b]]></content:encoded>");
    assert_eq!(item.content, "a\nb");
}

#[test]
fn references_are_resolved_and_html_ones_kept() {
    let (entries, _, repairs) = read_bytes(
        format!("{HEAD}<item><title>a &lt;b&gt; &#8217;&#x41; &nbsp; R & D?a=1&b=2</title></item>{TAIL}").as_bytes(),
        &ReadOptions::default(),
    )
    .unwrap();
    assert!(matches!(&entries[0], Entry::Item(item) if item.title == "a <b> \u{2019}A &nbsp; R & D?a=1&b=2"));
    assert!(repairs.literal_ampersands >= 2);
}

#[test]
fn control_characters_are_left_out_and_counted() {
    let text = format!("{HEAD}<item>\n<title>a\u{1}b\u{b}c</title></item>{TAIL}");
    let (entries, _, repairs) = read_bytes(text.as_bytes(), &ReadOptions::default()).unwrap();
    assert!(matches!(&entries[0], Entry::Item(item) if item.title == "abc"));
    assert_eq!(repairs.control_characters, 2);
    assert_eq!(repairs.first_control_character, Some(Position { line: 8, column: 9 }));
}

#[test]
fn encodings_by_declaration_mark_and_option() {
    let title = |bytes: &[u8], options: &ReadOptions| match read_bytes(bytes, options).unwrap().0.remove(0) {
        Entry::Item(item) => item.title,
        other => unreachable!("{other:?}"),
    };
    let text = format!("{HEAD}<item><title>Größe</title></item>{TAIL}");
    let latin = text.replace("UTF-8", "ISO-8859-1");
    let latin: Vec<u8> = latin.chars().map(|c| u8::try_from(u32::from(c)).unwrap()).collect();
    assert_eq!(title(&latin, &ReadOptions::default()), "Größe");

    let mut marked = b"\xEF\xBB\xBF".to_vec();
    marked.extend_from_slice(text.as_bytes());
    assert_eq!(title(&marked, &ReadOptions::default()), "Größe");

    let utf16: Vec<u8> = "\u{FEFF}".encode_utf16().chain(text.encode_utf16()).flat_map(u16::to_le_bytes).collect();
    assert_eq!(title(&utf16, &ReadOptions::default()), "Größe");
    let bare: Vec<u8> = text.encode_utf16().flat_map(u16::to_be_bytes).collect();
    assert_eq!(title(&bare, &ReadOptions::default()), "Größe");

    let lying: Vec<u8> = text.chars().map(|c| u8::try_from(u32::from(c)).unwrap()).collect();
    let error = read_bytes(&lying, &ReadOptions::default()).unwrap_err();
    assert_eq!(error.at, Position { line: 7, column: 16 });
    assert!(error.message.contains("--encoding"), "{error}");
    let named = ReadOptions { encoding: Some("windows-1252".into()), repair: false };
    assert_eq!(title(&lying, &named), "Größe");
    let repair = ReadOptions { encoding: None, repair: true };
    let (entries, _, repairs) = read_bytes(&lying, &repair).unwrap();
    assert!(matches!(&entries[0], Entry::Item(item) if item.title == "Gr\u{FFFD}\u{FFFD}e"));
    assert_eq!((repairs.invalid_bytes, repairs.first_invalid_byte), (2, Some(Position { line: 7, column: 16 })));

    let unknown = text.replace("UTF-8", "klingon");
    assert!(read(&unknown).unwrap_err().message.contains("klingon"));
}

#[test]
fn malformed_files_name_line_and_column() {
    let at = |text: &str| {
        let error = read(text).unwrap_err();
        (error.at.line, error.at.column, error.message)
    };
    let (line, column, message) = at(&format!("{HEAD}<item>\n  <title>x</titel></item>{TAIL}"));
    assert_eq!((line, column), (8, 11), "{message}");
    let (line, _, message) = at(&format!("{HEAD}<item>\n\n<content:encoded><![CDATA[never ends"));
    assert_eq!(line, 9, "{message}");
    assert!(message.contains("never ends"), "{message}");
    let (line, _, message) = at(&format!("{HEAD}<item><title>x</title>\n"));
    assert_eq!(line, 8, "{message}");
    assert!(message.contains("cut off"), "{message}");
    assert!(at(HEAD).2.contains("before </rss>"));
    assert!(at("").2.contains("before </rss>"));
    assert!(at("<html><body/></html>").2.contains("not <rss>"));
    assert!(at("<rss><channel><item/></channel></rss>").2.contains("wxr_version"));
    assert!(
        at(&HEAD.replace("<wp:wxr_version>1.2", "<wp:wxr_version>9.9").replace("\n</rss>", "").add_item())
            .2
            .contains("9.9")
    );
}

trait AddItem {
    fn add_item(&self) -> String;
}

impl AddItem for String {
    fn add_item(&self) -> String {
        format!("{self}<item/>{TAIL}")
    }
}

#[test]
fn entity_definitions_are_refused_before_anything_is_read() {
    let bomb = HEAD.replace("<rss", "<!DOCTYPE rss [<!ENTITY a \"aaaa\"><!ENTITY b \"&a;&a;&a;&a;\">]>\n<rss");
    let error = read(&format!("{bomb}<item><title>&b;</title></item>{TAIL}")).unwrap_err();
    assert_eq!(error.at, Position { line: 2, column: 1 });
    assert!(error.message.contains("entities"), "{error}");
    let harmless = HEAD.replace("<rss", "<!DOCTYPE rss>\n<rss");
    assert!(read(&format!("{harmless}<item/>{TAIL}")).is_ok());
}

#[test]
fn deep_nesting_and_long_values_are_refused() {
    let deep = "<wp:comment>".repeat(50);
    assert!(read(&format!("{HEAD}<item>{deep}")).unwrap_err().message.contains("nested deeper"));

    let head = HEAD.as_bytes();
    let endless = head.chain(&b"<item>\n<content:encoded><![CDATA["[..]).chain(std::io::repeat(b'x'));
    let mut reader = WxrReader::new(BufReader::new(endless), &ReadOptions::default()).unwrap();
    let error = reader.next_entry().unwrap_err();
    assert_eq!(error.at.line, 8);
    assert!(error.message.contains("24 MiB"), "{error}");
    assert!(reader.next_entry().unwrap().is_none(), "finished after an error");
}

#[test]
fn unknown_elements_are_left_out_with_all_they_hold() {
    let item = only_item("<wfw:x xmlns:wfw='urn:x'><title>no</title></wfw:x><title>yes</title><wp:nonsense/>");
    assert_eq!(item.title, "yes");
}

proptest! {
    #[test]
    fn arbitrary_bytes_never_panic(bytes in proptest::collection::vec(any::<u8>(), 0..2000)) {
        let _ = read_bytes(&bytes, &ReadOptions::default());
        let _ = read_bytes(&bytes, &ReadOptions { encoding: None, repair: true });
    }

    #[test]
    fn mutated_exports_never_panic(
        cuts in proptest::collection::vec((0usize..900, any::<u8>()), 0..12),
        end in 0usize..1200,
    ) {
        let text = format!("{HEAD}<item><title>a &amp; b</title><content:encoded><![CDATA[x]]></content:encoded>\
            <category domain=\"post_tag\" nicename=\"n\">N</category><wp:comment><wp:comment_id>1</wp:comment_id>\
            </wp:comment></item>{TAIL}");
        let mut bytes = text.into_bytes();
        for (at, byte) in cuts {
            if let Some(slot) = bytes.get_mut(at) { *slot = byte; }
        }
        bytes.truncate(end.max(1));
        let _ = read_bytes(&bytes, &ReadOptions::default());
        let _ = read_bytes(&bytes, &ReadOptions { encoding: None, repair: true });
    }
}
