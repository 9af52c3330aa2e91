//! Who may see a page of the desk, or send one of its forms: in the handler's type, as [`Guard`] is for the API.
//!
//! [`Guard`]: crate::http::guard::Guard

use actix_web::{
    Error, FromRequest, HttpRequest, HttpResponse, dev::Payload, error::InternalError, http::StatusCode, web::Data,
};
use futures_util::future::{FutureExt, LocalBoxFuture};
use tera::Context;

use super::{desk::PROFILE, login::LOGOUT, page, shown::Visit};
use crate::http::{error::HttpError, front::Front, guard::SignedIn, nonce, rest::Tables};

/// What a page asks of its visitor. A value of it is what it was permitted for: a post, a type of posts.
pub trait Ask: Sized + 'static {
    /// The part of the request that says what is asked for.
    type Said: FromRequest;

    /// # Errors
    /// The answer for who may not, as [`refused`] makes it.
    fn permit(visit: &Visit, request: &HttpRequest, said: Self::Said) -> impl Future<Output = Result<Self, Error>>;

    /// The answer while nobody is signed in.
    fn signed_out(_: &Front, request: &HttpRequest, _: &Self::Said) -> Error {
        refused(page::to_sign_in(request))
    }
}

/// A visitor who is signed in by the session cookie, and may what `A` asks. The cookie alone does not prove that they
/// meant it: who changes something also asks for a nonce.
#[derive(Debug)]
pub struct Desk<A> {
    pub visit: Visit,
    pub asked: A,
}

impl<A: Ask> FromRequest for Desk<A> {
    type Error = Error;
    type Future = LocalBoxFuture<'static, Result<Self, Error>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let said = A::Said::from_request(request, payload);
        let request = request.clone();
        async move {
            let said = said.await.map_err(Into::into)?;
            let front = data::<Front>(&request)?;
            let tables = data::<Tables>(&request)?;
            let Some(visit) = Visit::open(front.clone(), &tables, &request) else {
                return Err(A::signed_out(&front, &request, &said));
            };
            let asked = A::permit(&visit, &request, said).await?;
            Ok(Self { visit, asked })
        }
        .boxed_local()
    }
}

/// Any account.
impl Ask for SignedIn {
    type Said = ();

    async fn permit(_: &Visit, _: &HttpRequest, (): ()) -> Result<Self, Error> {
        Ok(Self)
    }
}

fn data<T: 'static>(request: &HttpRequest) -> Result<Data<T>, HttpError> {
    let found = request.app_data::<Data<T>>().cloned();
    found.ok_or_else(|| HttpError::internal(&format_args!("no {} in the request", std::any::type_name::<T>())))
}

/// Ends a request before its handler, with this answer.
pub fn refused(response: HttpResponse) -> Error {
    InternalError::from_response("refused", response).into()
}

/// A page for who may not see another, with the way to their profile and out.
pub fn not_for_you(visit: &Visit, text: &str) -> Error {
    let mut context = Context::new();
    context.insert("heading", "Nothing to do here yet");
    context.insert("text", text);
    match message(visit, StatusCode::FORBIDDEN, context, (PROFILE, "Your profile")) {
        Ok(response) => refused(response),
        Err(error) => error.into(),
    }
}

/// A page that says something, and lets the visitor sign out.
///
/// # Errors
/// When the template fails.
pub fn message(
    visit: &Visit,
    status: StatusCode,
    mut context: Context,
    (back_url, back_text): (&str, &str),
) -> Result<HttpResponse, HttpError> {
    context.insert("action", "/wp-login.php?action=logout");
    context.insert("button", "Sign out");
    context.insert("nonce", &nonce::create(&visit.front.app, LOGOUT, &visit.user));
    context.insert("back_url", back_url);
    context.insert("back_text", back_text);
    page::page(&visit.front, status, "message.html", context)
}
