//! Probes of load balancers and supervisors.

use actix_web::{HttpResponse, web::Data};

use super::{access::Anyone, front::Front};

/// The process answers.
pub async fn healthz(_: Anyone) -> HttpResponse {
    HttpResponse::Ok().content_type("text/plain; charset=utf-8").body("ok\n")
}

/// Give me traffic: the site is loaded (it is before we listen) and I am not leaving. Stays green while the store
/// is unwell, since a bad hour of the bucket must not empty the fleet.
pub async fn readyz(_: Anyone, front: Data<Front>) -> HttpResponse {
    let (mut response, text) = match front.is_draining() {
        false => (HttpResponse::Ok(), format!("ready at {}\n", front.app.log.current().seq)),
        true => (HttpResponse::ServiceUnavailable(), "draining\n".to_owned()),
    };
    response.content_type("text/plain; charset=utf-8").body(text)
}
