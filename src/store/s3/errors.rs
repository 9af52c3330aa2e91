//! What the SDK's errors mean here.

use aws_sdk_s3::{
    config::{
        http::HttpResponse,
        retry::{ClassifyRetry, RetryAction},
    },
    error::{DisplayErrorContext, ProvideErrorMetadata, SdkError},
    types,
};

use aws_smithy_runtime_api::client::interceptors::context::InterceptorContext;

use crate::store::objects::{Method, ObjectError};

/// The SDK repeats a 429 only for error codes it knows; R2 and proxies answer without one.
#[derive(Debug)]
pub(super) struct TooManyRequests;

impl ClassifyRetry for TooManyRequests {
    fn classify_retry(&self, context: &InterceptorContext) -> RetryAction {
        match context.response().map(|response| response.status().as_u16()) {
            Some(429) => RetryAction::throttling_error(),
            _ => RetryAction::NoActionIndicated,
        }
    }

    fn name(&self) -> &'static str {
        "TooManyRequests"
    }
}

pub(super) fn of<E>(method: Method, key: &str, error: &SdkError<E, HttpResponse>) -> ObjectError
where
    E: ProvideErrorMetadata + std::error::Error + 'static,
{
    let undecided = |reason: String| ObjectError::undecided(method, key, reason);
    match error {
        SdkError::ServiceError(service) => {
            let code = service.err().code().unwrap_or("");
            let message = service.err().message().unwrap_or("");
            of_status(method, key, service.raw().status().as_u16(), code, message)
        }
        // not sent
        SdkError::ConstructionFailure(_) => {
            ObjectError::Invalid { key: key.to_owned(), reason: DisplayErrorContext(error).to_string() }
        }
        SdkError::DispatchFailure(dispatch) => {
            let reason = dispatch
                .as_connector_error()
                .map_or_else(|| error.to_string(), |error| DisplayErrorContext(error).to_string());
            if is_about_credentials(error) {
                return ObjectError::Denied { key: key.to_owned(), reason };
            }
            if reason.contains("UnknownIssuer") {
                let hint = "the store's certificate is from an authority this machine does not trust: name its \
                            certificate in store.ca_file";
                return undecided(format!("{hint} ({reason})"));
            }
            undecided(reason)
        }
        SdkError::TimeoutError(_) => undecided("no answer in time".to_owned()),
        // an answer that cannot be read, whatever its status, says nothing
        _ => undecided(DisplayErrorContext(error).to_string()),
    }
}

/// Codes: <https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html#ErrorCodeList>
pub(super) fn of_status(method: Method, key: &str, status: u16, code: &str, message: &str) -> ObjectError {
    let mut reason = format!("{code} {message}").trim().to_owned();
    if reason.is_empty() {
        reason = format!("status {status}");
    }
    let owned = key.to_owned();
    match code {
        // 404 as well, but not the answer "no object"
        "NoSuchBucket" => ObjectError::Invalid { key: owned, reason: "the bucket does not exist".to_owned() },
        "NoSuchUpload" => ObjectError::Invalid { key: owned, reason },
        // 400: the connection was idle in the middle of the body
        "RequestTimeout" => ObjectError::undecided(method, key, reason),
        "ExpiredToken" | "InvalidToken" | "TokenRefreshRequired" | "AuthorizationHeaderMalformed" => {
            ObjectError::Denied { key: owned, reason }
        }
        "PermanentRedirect" | "TemporaryRedirect" => {
            ObjectError::Invalid { key: owned, reason: format!("the bucket is in another region: {reason}") }
        }
        _ if status == 403 && matches!(method, Method::Get | Method::GetStream | Method::Head) => {
            let hint = "a missing key is answered so too where ListBucket is not granted";
            ObjectError::Denied { key: owned, reason: format!("{reason} ({hint})") }
        }
        _ => ObjectError::from_status(method, key, status, reason),
    }
}

/// One key of a DeleteObjects that was not deleted.
pub(super) fn of_delete(first: &str, failed: &types::Error) -> ObjectError {
    let key = failed.key().unwrap_or(first).to_owned();
    let code = failed.code().unwrap_or("");
    let reason = format!("{code} {}", failed.message().unwrap_or(""));
    match code {
        "AccessDenied" => ObjectError::Denied { key, reason },
        _ => ObjectError::Unavailable { key, reason },
    }
}

/// The SDK says this only in words: its error type is private to the chain of providers.
fn is_about_credentials(error: &(dyn std::error::Error + 'static)) -> bool {
    std::iter::successors(Some(error), |error| error.source()).any(|error| error.to_string().contains("credential"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn statuses_and_codes_mean_what_the_log_relies_on() {
        use Method::{Create, Get, List, Put};
        let kind = |method, status, code| match of_status(method, "k", status, code, "") {
            ObjectError::NotFound { .. } => "not found",
            ObjectError::AlreadyExists { .. } => "exists",
            ObjectError::Unknown { .. } => "unknown",
            ObjectError::Denied { .. } => "denied",
            ObjectError::Unavailable { .. } => "unavailable",
            ObjectError::Invalid { .. } => "invalid",
        };
        let cases = [
            (Create, 412, "PreconditionFailed", "exists"),
            (Create, 409, "ConditionalRequestConflict", "unknown"),
            (Create, 429, "SlowDown", "unknown"),
            (Create, 500, "InternalError", "unknown"),
            (Create, 503, "SlowDown", "unknown"),
            (Create, 400, "RequestTimeout", "unknown"),
            (Create, 403, "RequestTimeTooSkewed", "denied"),
            (Create, 403, "AccessDenied", "denied"),
            (Create, 400, "ExpiredToken", "denied"),
            (Create, 501, "NotImplemented", "invalid"),
            (Create, 404, "NoSuchBucket", "invalid"),
            (Get, 404, "NoSuchKey", "not found"),
            (Get, 404, "", "not found"),
            (Get, 404, "NoSuchBucket", "invalid"),
            (Get, 403, "", "denied"),
            (Get, 416, "InvalidRange", "invalid"),
            (Get, 503, "", "unavailable"),
            (Put, 412, "", "invalid"),
            (Put, 500, "", "unavailable"),
            (List, 301, "PermanentRedirect", "invalid"),
        ];
        for (method, status, code, expected) in cases {
            assert_eq!(kind(method, status, code), expected, "{method:?} {status} {code}");
        }
    }
}
