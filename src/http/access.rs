//! How a handler gets into the table of URLs: only if its first argument says who may call it.
//!
//! [`get`], [`post`] and [`any`] take no other; `clippy.toml` bans the ways around them.

use std::future::{Ready, ready};

use actix_web::{FromRequest, Handler, HttpRequest, Responder, Route, dev::Payload, web};

use super::{
    admin::permit::{Ask, Desk},
    error::HttpError,
    guard::{Guard, Requirement},
};

/// Says who may call a handler that takes it.
pub trait Access: FromRequest {}

impl<C: Requirement> Access for Guard<C> {}
impl<A: Ask> Access for Desk<A> {}
impl Access for Anyone {}
impl Access for Described {}

/// Everybody may ask: what is public, and what proves by itself that it may (a link by mail, a code of the site's key).
#[derive(Clone, Copy, Debug)]
pub struct Anyone;

/// Who may call is part of each endpoint's or method's description (`rest::action`, `xmlrpc::table`).
#[derive(Clone, Copy, Debug)]
pub struct Described;

impl FromRequest for Anyone {
    type Error = HttpError;
    type Future = Ready<Result<Self, HttpError>>;

    fn from_request(_: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(Ok(Self))
    }
}

impl FromRequest for Described {
    type Error = HttpError;
    type Future = Ready<Result<Self, HttpError>>;

    fn from_request(_: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(Ok(Self))
    }
}

/// Arguments of which the first says who may call.
pub trait NamesAccess {}

impl<A: Access> NamesAccess for (A,) {}
impl<A: Access, B> NamesAccess for (A, B) {}
impl<A: Access, B, C> NamesAccess for (A, B, C) {}
impl<A: Access, B, C, D> NamesAccess for (A, B, C, D) {}
impl<A: Access, B, C, D, E> NamesAccess for (A, B, C, D, E) {}

pub fn get<F, Args>(handler: F) -> Route
where
    F: Handler<Args>,
    F::Output: Responder + 'static,
    Args: FromRequest + NamesAccess + 'static,
{
    to(web::get(), handler)
}

pub fn post<F, Args>(handler: F) -> Route
where
    F: Handler<Args>,
    F::Output: Responder + 'static,
    Args: FromRequest + NamesAccess + 'static,
{
    to(web::post(), handler)
}

/// By any method.
pub fn any<F, Args>(handler: F) -> Route
where
    F: Handler<Args>,
    F::Output: Responder + 'static,
    Args: FromRequest + NamesAccess + 'static,
{
    to(web::route(), handler)
}

#[expect(clippy::disallowed_methods, reason = "the one place: `Args` has been asked")]
fn to<F, Args>(route: Route, handler: F) -> Route
where
    F: Handler<Args>,
    F::Output: Responder + 'static,
    Args: FromRequest + NamesAccess + 'static,
{
    route.to(handler)
}
