//! Files of attachments: found or downloaded, then stored, before anything refers to them.

use super::{ImportError, MediaMode, Progress, Report, Request, survey::Survey};
use crate::app::App;

/// Fills in the file of every attachment that can be had; what cannot is in the report.
pub(super) async fn obtain(
    _app: &App,
    request: &Request,
    _survey: &mut Survey,
    _progress: &dyn Progress,
    _report: &mut Report,
) -> Result<(), ImportError> {
    match &request.media {
        MediaMode::Skip => Ok(()),
        MediaMode::Fetch | MediaMode::Directory(_) => Err(ImportError::Media("not available yet".to_owned())),
    }
}
