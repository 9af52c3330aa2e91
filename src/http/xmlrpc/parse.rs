//! Calls as XML, read in one pass, within limits. What is wrong is told with its line and column.

use base64::{
    Engine,
    alphabet::STANDARD as ALPHABET,
    engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig},
};
use bytes::Bytes;
use quick_xml::{Reader, events::Event};

use super::{
    fault::Fault,
    value::{Moment, Value},
};

/// Lists and structs within each other.
const DEPTH_MAX: usize = 32;
/// Values of one call, lists and structs included.
const VALUES_MAX: usize = 100_000;
const NAME_BYTES_MAX: usize = 1024;

/// Some clients leave out the padding.
const BASE64: GeneralPurpose = GeneralPurpose::new(
    &ALPHABET,
    GeneralPurposeConfig::new()
        .with_decode_padding_mode(DecodePaddingMode::Indifferent)
        .with_decode_allow_trailing_bits(true),
);

#[derive(Clone, Debug, PartialEq)]
pub struct MethodCall {
    pub name: String,
    pub params: Vec<Value>,
}

/// Reads `<methodCall>`, in the encoding it declares.
///
/// # Errors
/// `-32700` with the place for what is not well formed, not XML-RPC, or beyond a limit.
pub fn call(body: &[u8]) -> Result<MethodCall, Fault> {
    let text = decode(body)?;
    let mut parser = Parser { xml: Reader::from_str(&text), text: &text, values: 0 };
    parser.call()
}

/// The text of a body: by its byte order mark or declaration, UTF-8 without either.
fn decode(body: &[u8]) -> Result<String, Fault> {
    let (encoding, mark) = encoding_rs::Encoding::for_bom(body).unwrap_or((declared(body), 0));
    let bytes = body.get(mark..).unwrap_or_default();
    let text = encoding.decode_without_bom_handling_and_without_replacement(bytes);
    let text = text.ok_or_else(|| Fault::malformed(format!("The call is not valid {}.", encoding.name())))?;
    Ok(text.into_owned())
}

/// The encoding of `<?xml … encoding="…"?>`.
fn declared(body: &[u8]) -> &'static encoding_rs::Encoding {
    const DECLARATION_BYTES_MAX: usize = 200;
    let head: Vec<u8> = body.iter().copied().take(DECLARATION_BYTES_MAX).collect();
    let head = String::from_utf8_lossy(&head);
    let declaration = head.trim_start().strip_prefix("<?xml").and_then(|rest| rest.split("?>").next());
    let label = declaration.and_then(|text| text.split_once("encoding")).map(|(_, rest)| {
        let rest = rest.trim_start_matches([' ', '=']);
        rest.trim_start_matches(['"', '\'']).split(['"', '\'']).next().unwrap_or_default()
    });
    let known = label.and_then(|label| encoding_rs::Encoding::for_label(label.as_bytes()));
    known.unwrap_or(encoding_rs::UTF_8)
}

struct Parser<'t> {
    xml: Reader<&'t [u8]>,
    text: &'t str,
    values: usize,
}

/// What elements are made of; comments and the like are passed over.
enum Token {
    Open(String),
    /// `<name/>`
    Empty(String),
    Close,
    Text(String),
    End,
}

impl Parser<'_> {
    fn call(&mut self) -> Result<MethodCall, Fault> {
        self.open("methodCall")?;
        self.open("methodName")?;
        let name = self.text()?.trim().to_owned();
        if name.is_empty() || name.len() > NAME_BYTES_MAX {
            return Err(self.fault("the method has no name"));
        }
        let mut params = Vec::new();
        match self.element()? {
            Token::Open(element) if element == "params" => {
                self.params(&mut params)?;
                self.close("methodCall")?;
            }
            Token::Empty(element) if element == "params" => self.close("methodCall")?,
            Token::Close => {}
            _ => return Err(self.fault("only <params> may follow <methodName>")),
        }
        match self.element()? {
            Token::End => Ok(MethodCall { name, params }),
            _ => Err(self.fault("something follows the call")),
        }
    }

    fn params(&mut self, params: &mut Vec<Value>) -> Result<(), Fault> {
        loop {
            match self.element()? {
                Token::Open(element) if element == "param" => {
                    params.push(self.expect_value(0)?);
                    self.close("param")?;
                }
                Token::Close => return Ok(()),
                _ => return Err(self.fault("<params> consists of <param> elements")),
            }
        }
    }

    fn expect_value(&mut self, depth: usize) -> Result<Value, Fault> {
        match self.element()? {
            Token::Open(element) if element == "value" => self.value(depth),
            Token::Empty(element) if element == "value" => Ok(Value::Text(String::new())),
            _ => Err(self.fault("a <value> is missing")),
        }
    }

    /// After `<value>`, to its end.
    fn value(&mut self, depth: usize) -> Result<Value, Fault> {
        self.values += 1;
        if self.values > VALUES_MAX {
            return Err(self.fault(&format!("a call has at most {VALUES_MAX} values")));
        }
        if depth > DEPTH_MAX {
            return Err(self.fault(&format!("values are nested deeper than {DEPTH_MAX}")));
        }
        let mut text = String::new();
        loop {
            match self.token()? {
                Token::Text(piece) => text.push_str(&piece),
                // without a type it is a text
                Token::Close => return Ok(Value::Text(text)),
                Token::Open(_) | Token::Empty(_) if !text.trim().is_empty() => {
                    return Err(self.fault("a <value> holds either text or one element"));
                }
                Token::Empty(element) => {
                    let value = self.of_nothing(&element)?;
                    self.close("value")?;
                    return Ok(value);
                }
                Token::Open(element) => {
                    let value = self.typed(&element, depth)?;
                    self.close("value")?;
                    return Ok(value);
                }
                Token::End => return Err(self.fault("the call is cut off")),
            }
        }
    }

    fn of_nothing(&self, element: &str) -> Result<Value, Fault> {
        match element {
            "nil" | "ex:nil" => Ok(Value::Nil),
            "string" => Ok(Value::Text(String::new())),
            "base64" => Ok(Value::Bytes(Bytes::new())),
            "struct" => Ok(Value::Struct(Vec::new())),
            "array" => Ok(Value::List(Vec::new())),
            other => Err(self.fault(&format!("<{other:.40}/> is no value"))),
        }
    }

    fn typed(&mut self, element: &str, depth: usize) -> Result<Value, Fault> {
        match element {
            "struct" => return self.members(depth),
            "array" => return self.items(depth),
            _ => {}
        }
        let text = self.text()?;
        if element == "string" {
            return Ok(Value::Text(text));
        }
        let trimmed = text.trim();
        let value = match element {
            "int" | "i4" | "i8" | "ex:i8" => trimmed.parse().ok().map(Value::Int),
            "boolean" => match trimmed {
                "1" | "true" => Some(Value::Bool(true)),
                "0" | "false" => Some(Value::Bool(false)),
                _ => None,
            },
            "double" => trimmed.parse().ok().filter(|number: &f64| number.is_finite()).map(Value::Double),
            "dateTime.iso8601" => Moment::parse(trimmed).map(Value::Date),
            "base64" => {
                let packed: Vec<u8> = trimmed.bytes().filter(|byte| !byte.is_ascii_whitespace()).collect();
                BASE64.decode(packed).ok().map(|bytes| Value::Bytes(bytes.into()))
            }
            "nil" | "ex:nil" if trimmed.is_empty() => Some(Value::Nil),
            other => return Err(self.fault(&format!("<{other:.40}> is no type of XML-RPC"))),
        };
        value.ok_or_else(|| {
            let shown: String = trimmed_start(element, &text);
            self.fault(&format!("{shown:?} is no {element}"))
        })
    }

    fn members(&mut self, depth: usize) -> Result<Value, Fault> {
        let mut members = Vec::new();
        loop {
            match self.element()? {
                Token::Open(element) if element == "member" => {
                    self.open("name")?;
                    let name = self.text()?;
                    if name.len() > NAME_BYTES_MAX {
                        return Err(self.fault(&format!("a name has at most {NAME_BYTES_MAX} bytes")));
                    }
                    members.push((name, self.expect_value(depth + 1)?));
                    self.close("member")?;
                }
                Token::Close => return Ok(Value::Struct(members)),
                _ => return Err(self.fault("a <struct> consists of <member> elements")),
            }
        }
    }

    fn items(&mut self, depth: usize) -> Result<Value, Fault> {
        let mut items = Vec::new();
        match self.element()? {
            Token::Open(element) if element == "data" => {}
            Token::Empty(element) if element == "data" => {
                self.close("array")?;
                return Ok(Value::List(items));
            }
            _ => return Err(self.fault("an <array> holds one <data>")),
        }
        loop {
            match self.element()? {
                Token::Open(element) if element == "value" => items.push(self.value(depth + 1)?),
                Token::Empty(element) if element == "value" => items.push(Value::Text(String::new())),
                Token::Close => break,
                _ => return Err(self.fault("<data> consists of <value> elements")),
            }
        }
        self.close("array")?;
        Ok(Value::List(items))
    }

    /// The text of the element just opened, to its end.
    fn text(&mut self) -> Result<String, Fault> {
        let mut text = String::new();
        loop {
            match self.token()? {
                Token::Text(piece) => text.push_str(&piece),
                Token::Close => return Ok(text),
                Token::Open(element) | Token::Empty(element) => {
                    return Err(self.fault(&format!("<{element:.40}> stands where only text may")));
                }
                Token::End => return Err(self.fault("the call is cut off")),
            }
        }
    }

    fn open(&mut self, name: &str) -> Result<(), Fault> {
        match self.element()? {
            Token::Open(element) if element == name => Ok(()),
            _ => Err(self.fault(&format!("<{name}> is missing"))),
        }
    }

    fn close(&mut self, name: &str) -> Result<(), Fault> {
        match self.element()? {
            Token::Close => Ok(()),
            _ => Err(self.fault(&format!("</{name}> is missing"))),
        }
    }

    /// The next token that is not white space between elements.
    fn element(&mut self) -> Result<Token, Fault> {
        loop {
            match self.token()? {
                Token::Text(text) if text.trim().is_empty() => {}
                token => return Ok(token),
            }
        }
    }

    fn token(&mut self) -> Result<Token, Fault> {
        loop {
            let event = match self.xml.read_event() {
                Ok(event) => event,
                Err(error) => {
                    let at = self.xml.error_position();
                    return Err(self.fault_at(at, &error.to_string()));
                }
            };
            return Ok(match event {
                Event::Start(start) => Token::Open(start.name().as_ref().to_owned()),
                Event::Empty(start) => Token::Empty(start.name().as_ref().to_owned()),
                Event::End(_) => Token::Close,
                Event::Text(text) => Token::Text(text.xml10_content().into_owned()),
                Event::CData(text) => Token::Text(text.xml10_content().into_owned()),
                Event::GeneralRef(reference) => Token::Text(self.character(&reference)?),
                Event::DocType(_) => return Err(self.fault("document type declarations are refused")),
                Event::Comment(_) | Event::Decl(_) | Event::PI(_) => continue,
                Event::Eof => Token::End,
            });
        }
    }

    fn character(&self, name: &str) -> Result<String, Fault> {
        let character = match name.strip_prefix('#') {
            Some(number) => {
                let code = match number.strip_prefix(['x', 'X']) {
                    Some(hex) => u32::from_str_radix(hex, 16).ok(),
                    None => number.parse().ok(),
                };
                code.and_then(char::from_u32).filter(|letter| *letter != '\0')
            }
            None => match name {
                "amp" => Some('&'),
                "lt" => Some('<'),
                "gt" => Some('>'),
                "quot" => Some('"'),
                "apos" => Some('\''),
                _ => None,
            },
        };
        character.map(String::from).ok_or_else(|| self.fault(&format!("&{name:.40}; stands for nothing")))
    }

    fn fault(&self, reason: &str) -> Fault {
        self.fault_at(self.xml.buffer_position(), reason)
    }

    fn fault_at(&self, offset: u64, reason: &str) -> Fault {
        let offset = usize::try_from(offset).unwrap_or(usize::MAX).min(self.text.len());
        let before: Vec<u8> = self.text.bytes().take(offset).collect();
        let line = before.iter().filter(|byte| **byte == b'\n').count() + 1;
        let column = before.iter().rev().take_while(|byte| **byte != b'\n').count() + 1;
        Fault::malformed(format!("The call cannot be read at line {line}, column {column}: {reason}."))
    }
}

/// As much of a text that does not fit its type as helps to find it.
fn trimmed_start(element: &str, text: &str) -> String {
    if element == "base64" { "this".to_owned() } else { text.trim().chars().take(40).collect() }
}

#[cfg(test)]
mod tests;
