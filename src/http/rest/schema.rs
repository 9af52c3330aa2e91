//! The vocabulary in which resources are described: JSON Schema as WordPress's API speaks it.
//!
//! A [`Schema`] describes a request parameter or a response field. From the same value the API validates what comes
//! in (`validate`), filters what goes out by context (`shape`) and documents both (`describe`).

use std::borrow::Cow;

use serde_json::Value;

pub type Name = Cow<'static, str>;
/// Parameters of an endpoint, or fields of an item, in the order they are shown.
pub type Fields = Vec<(Name, Schema)>;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    String,
    Integer,
    Number,
    Boolean,
    Array,
    Object,
    Null,
}

impl Kind {
    pub fn name(self) -> &'static str {
        match self {
            Self::String => "string",
            Self::Integer => "integer",
            Self::Number => "number",
            Self::Boolean => "boolean",
            Self::Array => "array",
            Self::Object => "object",
            Self::Null => "null",
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    DateTime,
    Uri,
    Email,
    Ip,
    Uuid,
}

impl Format {
    pub fn name(self) -> &'static str {
        match self {
            Self::DateTime => "date-time",
            Self::Uri => "uri",
            Self::Email => "email",
            Self::Ip => "ip",
            Self::Uuid => "uuid",
        }
    }
}

/// For whom an answer is: decides which fields it has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Context {
    View,
    Embed,
    Edit,
}

impl Context {
    pub fn from_name(name: &str) -> Option<Self> {
        match name {
            "view" => Some(Self::View),
            "embed" => Some(Self::Embed),
            "edit" => Some(Self::Edit),
            _ => None,
        }
    }

    pub fn name(self) -> &'static str {
        match self {
            Self::View => "view",
            Self::Embed => "embed",
            Self::Edit => "edit",
        }
    }
}

/// The contexts a field is part of.
pub type Contexts = &'static [Context];
pub const ALL: Contexts = &[Context::View, Context::Edit, Context::Embed];
pub const VIEW_EDIT: Contexts = &[Context::View, Context::Edit];
pub const EDIT: Contexts = &[Context::Edit];
/// Accepted, never shown: passwords.
pub const NEVER: Contexts = &[];

/// What a text must have somewhere in it, as WordPress writes it and as it is checked.
#[derive(Debug)]
pub struct Pattern {
    pub text: &'static str,
    pub found_in: fn(&str) -> bool,
}

/// A letter, digit, `_` or `-`.
pub static NAMELIKE: Pattern =
    Pattern { text: r"[a-zA-Z0-9_\-]+", found_in: |text| text.chars().any(|letter| word(letter) || letter == '-') };
/// The same in WordPress's other words.
pub static WORDLIKE: Pattern = Pattern { text: r"[\w\-]+", found_in: NAMELIKE.found_in };
/// Anything but spaces.
pub static VISIBLE: Pattern =
    Pattern { text: r".*\S.*", found_in: |text| text.chars().any(|letter| !letter.is_whitespace()) };

fn word(letter: char) -> bool {
    letter.is_ascii_alphanumeric() || letter == '_'
}

/// One parameter or field. Built with the constructors and modifiers below.
#[derive(Clone, Debug, Default)]
pub struct Schema {
    /// Empty: anything.
    pub kinds: Vec<Kind>,
    pub description: Cow<'static, str>,
    pub title: Option<&'static str>,
    pub format: Option<Format>,
    pub choices: Vec<Name>,
    pub minimum: Option<i64>,
    pub maximum: Option<i64>,
    pub items: Option<Box<Schema>>,
    pub properties: Option<Fields>,
    /// Only `properties` are allowed.
    pub closed: bool,
    /// What members beside `properties` must be; a schema without kinds says that they may be anything.
    pub others: Option<Box<Schema>>,
    /// `minimum` and `maximum` themselves are too small and too large.
    pub exclusive: bool,
    pub items_min: Option<usize>,
    pub length_min: Option<usize>,
    pub pattern: Option<&'static Pattern>,
    /// Items a list has at most.
    pub items_max: Option<usize>,
    pub one_of: Vec<Schema>,
    pub default: Option<Value>,
    pub required: bool,
    pub readonly: bool,
    /// `None` for parameters.
    pub contexts: Option<Contexts>,
    /// Checked before the other parameters; its faults hide theirs.
    pub first: bool,
    /// `choices` are shown, but the resource checks them.
    pub lenient: bool,
    /// Answers may be null, though WordPress's description does not say so.
    pub null_when_absent: bool,
    /// WordPress describes the one type as a list of one.
    pub listed: bool,
    /// WordPress describes the choices as an object, each under its own name.
    pub keyed: bool,
    /// Members WordPress names as required in a list, not at each.
    pub required_names: &'static [&'static str],
}

impl Schema {
    pub fn of(kinds: &[Kind], description: impl Into<Cow<'static, str>>) -> Self {
        Self { kinds: kinds.to_vec(), description: description.into(), ..Self::default() }
    }

    pub fn string(description: impl Into<Cow<'static, str>>) -> Self {
        Self::of(&[Kind::String], description)
    }

    pub fn integer(description: impl Into<Cow<'static, str>>) -> Self {
        Self::of(&[Kind::Integer], description)
    }

    pub fn number(description: impl Into<Cow<'static, str>>) -> Self {
        Self::of(&[Kind::Number], description)
    }

    pub fn boolean(description: impl Into<Cow<'static, str>>) -> Self {
        Self::of(&[Kind::Boolean], description)
    }

    pub fn list(of: Schema, description: impl Into<Cow<'static, str>>) -> Self {
        Self { items: Some(Box::new(of)), ..Self::of(&[Kind::Array], description) }
    }

    pub fn integers(description: impl Into<Cow<'static, str>>) -> Self {
        Self::list(Self::of(&[Kind::Integer], ""), description)
    }

    pub fn strings(description: impl Into<Cow<'static, str>>) -> Self {
        Self::list(Self::of(&[Kind::String], ""), description)
    }

    pub fn object(properties: Fields, description: impl Into<Cow<'static, str>>) -> Self {
        Self { properties: Some(properties), ..Self::of(&[Kind::Object], description) }
    }

    /// An object of any members.
    pub fn map(description: impl Into<Cow<'static, str>>) -> Self {
        Self::of(&[Kind::Object], description)
    }

    /// A date and time, ISO 8601.
    pub fn date(description: impl Into<Cow<'static, str>>) -> Self {
        Self { format: Some(Format::DateTime), ..Self::string(description) }
    }

    pub fn uri(description: impl Into<Cow<'static, str>>) -> Self {
        Self { format: Some(Format::Uri), ..Self::string(description) }
    }

    #[must_use]
    pub fn format(mut self, format: Format) -> Self {
        self.format = Some(format);
        self
    }

    #[must_use]
    pub fn or(mut self, kind: Kind) -> Self {
        self.kinds.push(kind);
        self
    }

    #[must_use]
    pub fn choices<N: Into<Name>>(mut self, choices: impl IntoIterator<Item = N>) -> Self {
        self.choices = choices.into_iter().map(Into::into).collect();
        self
    }

    #[must_use]
    pub fn between(mut self, minimum: i64, maximum: i64) -> Self {
        self.minimum = Some(minimum);
        self.maximum = Some(maximum);
        self
    }

    #[must_use]
    pub fn at_least(mut self, minimum: i64) -> Self {
        self.minimum = Some(minimum);
        self
    }

    #[must_use]
    pub fn at_most_items(mut self, items_max: usize) -> Self {
        self.items_max = Some(items_max);
        self
    }

    #[must_use]
    pub fn long_at_least(mut self, length_min: usize) -> Self {
        self.length_min = Some(length_min);
        self
    }

    #[must_use]
    pub fn like(mut self, pattern: &'static Pattern) -> Self {
        self.pattern = Some(pattern);
        self
    }

    #[must_use]
    pub fn at_least_items(mut self, items_min: usize) -> Self {
        self.items_min = Some(items_min);
        self
    }

    /// The bounds themselves are out of bounds.
    #[must_use]
    pub fn exclusive(mut self) -> Self {
        self.exclusive = true;
        self
    }

    /// Members beside the described ones are of this kind.
    #[must_use]
    pub fn others(mut self, others: Self) -> Self {
        self.others = Some(Box::new(others));
        self
    }

    #[must_use]
    pub fn default_to(mut self, value: impl Into<Value>) -> Self {
        self.default = Some(value.into());
        self
    }

    #[must_use]
    pub fn required(mut self) -> Self {
        self.required = true;
        self
    }

    #[must_use]
    pub fn readonly(mut self) -> Self {
        self.readonly = true;
        self
    }

    #[must_use]
    pub fn first(mut self) -> Self {
        self.first = true;
        self
    }

    #[must_use]
    pub fn null_when_absent(mut self) -> Self {
        self.null_when_absent = true;
        self
    }

    #[must_use]
    pub fn listed(mut self) -> Self {
        self.listed = true;
        self
    }

    #[must_use]
    pub fn keyed(mut self) -> Self {
        self.keyed = true;
        self
    }

    #[must_use]
    pub fn requires(mut self, names: &'static [&'static str]) -> Self {
        self.required_names = names;
        self
    }

    #[must_use]
    pub fn lenient(mut self) -> Self {
        self.lenient = true;
        self
    }

    /// The contexts the field is part of.
    #[must_use]
    pub fn within(mut self, contexts: Contexts) -> Self {
        self.contexts = Some(contexts);
        self
    }

    pub fn shown_in(&self, context: Context) -> bool {
        self.contexts.is_none_or(|contexts| contexts.contains(&context))
    }
}
