//! Creates the users an import needs.

use std::collections::BTreeMap;

use super::{
    ImportError, Report, Request, batch,
    build::{UserChoice, choose_users},
    commit::ROWS_MAX,
    dates::Zone,
    survey::Survey,
};
use crate::{
    app::App,
    content::{User, edit::ImportBatch},
    publish::PublishError,
};

/// How often the choice is made anew when others register meanwhile.
const TRIES: u32 = 5;

/// Creates who is not here yet and gives the choice as it came to be: somebody else may have taken a number or
/// a login since the analysis.
pub(super) async fn create(
    app: &App,
    request: &Request,
    survey: &Survey,
    mut users: BTreeMap<String, UserChoice>,
    report: &mut Report,
) -> Result<BTreeMap<String, UserChoice>, ImportError> {
    for tried in 1.. {
        match create_all(app, &users, report).await {
            Ok(()) => break,
            Err(PublishError::IdTaken | PublishError::Exists { .. }) if tried < TRIES => {
                let snapshot = app.log.current();
                let site = &snapshot.state;
                let registered = Zone::of(site.settings()).now(app.clock.now()).1;
                users = choose_users(survey, site, &request.authors, registered)?;
            }
            Err(error) => return Err(ImportError::Publish { what: "users".to_owned(), error }),
        }
    }
    Ok(users)
}

async fn create_all(app: &App, users: &BTreeMap<String, UserChoice>, report: &mut Report) -> Result<(), PublishError> {
    let created: Vec<User> = users
        .values()
        .filter_map(|choice| match choice {
            UserChoice::Create(user) => Some((**user).clone()),
            UserChoice::Existing(_) => None,
        })
        .collect();
    for users in created.chunks(ROWS_MAX) {
        batch::commit(app, ImportBatch { users: users.to_vec(), ..ImportBatch::default() }).await?;
        report.users_created += users.len() as u64;
    }
    Ok(())
}
