use jiff::civil::DateTime;
use proptest::prelude::*;

use super::*;
use crate::http::xmlrpc::write;

fn param(inner: &str) -> Result<Value, Fault> {
    let xml = format!("<methodCall><methodName>m</methodName><params><param>{inner}</param></params></methodCall>");
    call(xml.as_bytes()).map(|mut call| call.params.remove(0))
}

#[test]
fn every_type_is_read() {
    let read = |inner: &str| param(&format!("<value>{inner}</value>")).unwrap();
    assert_eq!(read("plain &amp; text"), Value::text("plain & text"));
    assert_eq!(read(" <string> kept </string> "), Value::text(" kept "));
    assert_eq!(read("<string><![CDATA[<b>]]>&#233;&lt;</string>"), Value::text("<b>é<"));
    assert_eq!(read("<i4>-7</i4>"), Value::Int(-7));
    assert_eq!(read("<int> 12 </int>"), Value::Int(12));
    assert_eq!(read("<boolean>1</boolean>"), Value::Bool(true));
    assert_eq!(read("<double>1.5</double>"), Value::Double(1.5));
    assert_eq!(read("<nil/>"), Value::Nil);
    assert_eq!(read("<base64>aGk\n=</base64>"), Value::Bytes(Bytes::from_static(b"hi")));
    assert_eq!(read("<array><data/></array>"), Value::List(Vec::new()));
    assert_eq!(
        read("<struct><!-- c --><member><name>a</name><value/></member></struct>"),
        Value::members([("a", Value::text(""))])
    );
    assert_eq!(
        read("<dateTime.iso8601>20261126T13:25:11Z</dateTime.iso8601>"),
        Value::Date(Moment { at: DateTime::constant(2026, 11, 26, 13, 25, 11, 0), utc: true })
    );
    assert_eq!(read(""), Value::text(""));
}

#[test]
fn what_is_wrong_is_told_with_its_place() {
    let xml = "<?xml version=\"1.0\"?>\n<methodCall><methodName>m</methodName>\n<params><param><value><int>x1</int></value></param></params></methodCall>";
    let fault = call(xml.as_bytes()).unwrap_err();
    assert_eq!(fault.code, -32700);
    assert!(fault.message.contains("line 3, column") && fault.message.contains("\"x1\" is no int"), "{fault:?}");
    for wrong in [
        "",
        "<",
        "<a",
        "<methodCall>",
        "<methodCall></methodCall>",
        "<methodCall><methodName></methodName></methodCall>",
        "<methodCall><methodName>m</methodName></methodCall><x/>",
        "<methodCall><methodName>m</methodName><params><value/></params></methodCall>",
        "<!DOCTYPE a [<!ENTITY b \"c\">]><methodCall><methodName>&b;</methodName></methodCall>",
        "<methodCall><methodName>m</methodName><params><param><value>a<int>1</int></value></param></params></methodCall>",
        "<methodCall><methodName>m</methodName><params><param><value><foo>1</foo></value></param></params></methodCall>",
    ] {
        assert_eq!(call(wrong.as_bytes()).unwrap_err().code, -32700, "{wrong}");
    }
    assert_eq!(call(b"<methodCall><methodName>\xff</methodName></methodCall>").unwrap_err().code, -32700);
}

#[test]
fn a_call_without_params_and_other_encodings() {
    assert_eq!(call(b"<methodCall><methodName>a.b</methodName></methodCall>").unwrap().name, "a.b");
    let latin = b"<?xml version='1.0' encoding='iso-8859-1'?><methodCall><methodName>m</methodName><params><param><value>\xe9</value></param></params></methodCall>";
    assert_eq!(call(latin).unwrap().params, [Value::text("é")]);
}

#[test]
fn depth_and_number_of_values_are_bounded() {
    let deep = |levels: usize| {
        let (open, close) = ("<value><array><data>".repeat(levels), "</data></array></value>".repeat(levels));
        param(&format!("{open}{close}"))
    };
    assert!(deep(DEPTH_MAX).is_ok());
    assert!(deep(DEPTH_MAX + 5).unwrap_err().message.contains("nested deeper"));
    assert!(deep(50_000).unwrap_err().message.contains("nested deeper"));
    let many = format!("<value><array><data>{}</data></array></value>", "<value>a</value>".repeat(VALUES_MAX));
    assert!(param(&many).unwrap_err().message.contains("at most"));
}

fn value() -> impl Strategy<Value = Value> {
    let text = proptest::collection::vec(any::<char>(), 0..20).prop_map(|letters| {
        let allowed = |letter: &char| *letter >= ' ' && !matches!(letter, '\u{fffe}' | '\u{ffff}') || *letter == '\n';
        letters.into_iter().filter(allowed).collect::<String>()
    });
    let date = (1..9999_i16, 1..=12_i8, 1..=28_i8, 0..24_i8, any::<bool>());
    let leaf = prop_oneof![
        Just(Value::Nil),
        any::<bool>().prop_map(Value::Bool),
        any::<i64>().prop_map(Value::Int),
        (-1e15..1e15_f64).prop_map(Value::Double),
        text.clone().prop_map(Value::Text),
        proptest::collection::vec(any::<u8>(), 0..40).prop_map(|bytes| Value::Bytes(bytes.into())),
        date.prop_map(|(year, month, day, hour, utc)| {
            Value::Date(Moment { at: DateTime::new(year, month, day, hour, 1, 2, 0).unwrap(), utc })
        }),
    ];
    leaf.prop_recursive(4, 40, 6, move |inner| {
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..6).prop_map(Value::List),
            proptest::collection::vec((text.clone(), inner), 0..6).prop_map(Value::Struct),
        ]
    })
}

proptest! {
    #[test]
    fn what_is_written_is_read_back(value in value()) {
        let mut xml = String::new();
        write::value(&mut xml, &value);
        prop_assert_eq!(param(&xml).unwrap(), value);
    }

    #[test]
    fn nothing_makes_it_panic(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
        let _ = call(&bytes);
    }

    #[test]
    fn pieces_of_calls_do_not_make_it_panic(
        pieces in proptest::collection::vec(
            prop_oneof![
                Just("<value>"), Just("</value>"), Just("<struct>"), Just("</struct>"), Just("<member>"), Just("<name>"),
                Just("</name>"), Just("<array>"), Just("<data>"), Just("<int>"), Just("x"), Just("1"), Just("&#0;"), Just("&amp"),
                Just("<![CDATA["), Just("]]>"), Just("<dateTime.iso8601>"), Just("<base64>"), Just("é"), Just("<nil/>"),
            ],
            0..40,
        )
    ) {
        let _ = param(&pieces.concat());
    }
}
