//! Methods, described once: what each is called, takes and needs, and what answers it.

use futures_util::future::BoxFuture;

use super::{
    blogger, call::Call, categories, comments, fault::Fault, media, movable_type, options, pages, pingback, posts,
    revisions, system, taxonomies, terms, types, users, value::Value, weblog,
};
use crate::content::Capability;

#[derive(Clone, Copy, Debug)]
pub struct Method {
    pub name: &'static str,
    pub params: &'static [Param],
    pub needs: Needs,
    pub run: Run,
}

pub type Run = for<'a> fn(&'a mut Call) -> BoxFuture<'a, Answer>;
pub type Answer = Result<Value, Fault>;

/// Who may call a method at all; what they may do with an item is decided at the item.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Needs {
    Nothing,
    /// Any account.
    SignIn,
    Can(Capability),
    /// The same; refused with another fault than 401, as in WordPress.
    CanOr(Capability, i64),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Param {
    pub name: &'static str,
    pub kind: Kind,
    pub required: bool,
}

/// What a parameter must be. Numbers come as texts too, texts as numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Sent for the sake of other servers: the blog's number, an application's key.
    Ignored,
    Login,
    Password,
    Id,
    Number,
    Text,
    Flag,
    List,
    Struct,
    /// An id or an address.
    Any,
}

pub const BLOG: Param = Param { name: "blog_id", kind: Kind::Ignored, required: true };
pub const APP_KEY: Param = Param { name: "app_key", kind: Kind::Ignored, required: true };
pub const LOGIN: Param = Param { name: "username", kind: Kind::Login, required: true };
pub const PASSWORD: Param = Param { name: "password", kind: Kind::Password, required: true };

pub const fn param(name: &'static str, kind: Kind) -> Param {
    Param { name, kind, required: true }
}

pub const fn optional(name: &'static str, kind: Kind) -> Param {
    Param { name, kind, required: false }
}

pub const fn method(name: &'static str, needs: Needs, params: &'static [Param], run: Run) -> Method {
    Method { name, params, needs, run }
}

/// In the order WordPress lists them.
const GROUPS: &[&[Method]] = &[
    posts::METHODS,
    terms::METHODS,
    taxonomies::METHODS,
    users::METHODS,
    pages::METHODS,
    categories::METHODS,
    media::METHODS,
    comments::METHODS,
    types::METHODS,
    options::METHODS,
    revisions::METHODS,
    blogger::METHODS,
    weblog::METHODS,
    movable_type::METHODS,
    pingback::METHODS,
    system::METHODS,
];

/// `system.multicall` aside, which makes calls itself.
pub fn all() -> impl Iterator<Item = &'static Method> {
    GROUPS.iter().copied().flatten()
}

pub fn find(name: &str) -> Option<&'static Method> {
    all().find(|method| method.name == name)
}

impl Method {
    pub fn place(&self, kind: Kind) -> Option<usize> {
        self.params.iter().position(|param| param.kind == kind)
    }

    /// # Errors
    /// 400 for a parameter that is missing or is not what it must be, naming it.
    pub fn check(&self, args: &[Value]) -> Result<(), Fault> {
        for (at, param) in self.params.iter().enumerate() {
            match args.get(at) {
                Some(value) if !param.required && matches!(value, Value::Nil) => {}
                Some(value) => {
                    if let Err(expected) = param.kind.check(value) {
                        return Err(Fault::arguments(format!("{}: {} must be {expected}.", self.name, param.name)));
                    }
                }
                None if param.required => {
                    return Err(Fault::arguments(format!("{}: the parameter {} is missing.", self.name, param.name)));
                }
                None => {}
            }
        }
        Ok(())
    }
}

impl Kind {
    fn check(self, value: &Value) -> Result<(), &'static str> {
        let (fits, expected) = match self {
            Self::Ignored | Self::Any | Self::Flag => (true, "anything"),
            Self::Login | Self::Password | Self::Text => (value.as_text().is_some(), "a text"),
            Self::Id | Self::Number => (value.as_number().is_some() || *value == Value::text(""), "a number"),
            // an empty list of names and values is a list to the language of many clients
            Self::Struct => (matches!(value, Value::Struct(_)) || value.is_empty(), "a struct"),
            Self::List => (matches!(value, Value::List(_) | Value::Struct(_)) || value.is_empty(), "a list"),
        };
        if fits { Ok(()) } else { Err(expected) }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_method_has_one_name_and_says_who_signs_in() {
        let names: BTreeSet<&str> = all().map(|method| method.name).collect();
        assert_eq!(names.len(), all().count());
        for method in all() {
            let signs_in = method.place(Kind::Login).is_some() && method.place(Kind::Password).is_some();
            assert_eq!(signs_in, method.needs != Needs::Nothing, "{}", method.name);
            let optional = method.params.iter().skip_while(|param| param.required);
            assert!(optional.clone().all(|param| !param.required), "{}: required after optional", method.name);
        }
    }

    #[test]
    fn parameters_are_checked_by_name() {
        let method = find("wp.getPost").unwrap();
        let blog = Value::Int(1);
        let fault = method.check(&[blog.clone(), Value::text("a")]).unwrap_err();
        assert_eq!((fault.code, fault.message.contains("password")), (400, true), "{fault:?}");
        let args = [blog, Value::text("a"), Value::text("b"), Value::text("x")];
        assert!(method.check(&args).unwrap_err().message.contains("post_id"));
    }
}
