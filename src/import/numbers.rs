//! Makes the choice of numbers hold, whatever live servers do while the import runs.

use super::{
    ImportError,
    assign::{self, AllNeeded, Needed},
    batch,
    commit::{ROWS_MAX, commit},
    survey::Survey,
};
use crate::{
    app::App,
    content::edit::{IdKind, ImportBatch},
};

/// Numbers reserved at a time at least: some of them may be kept for others.
const BLOCK_MIN: u64 = 64;

/// Makes sure of the numbers that are kept, reserves others for what could not keep its own, and makes the
/// choice durable.
pub(super) async fn choose(app: &App, survey: &mut Survey, mut needed: AllNeeded) -> Result<(), ImportError> {
    let promised = assign::to_promise(survey, &app.log.current().state);
    if !promised.is_empty() {
        // Servers go on publishing meanwhile.
        commit(app, ImportBatch { promised, ..ImportBatch::default() }, "the numbers that are kept").await?;
    }
    assign::give_up_taken(survey, &app.log.current().state, &mut needed);
    let terms = reserve(app, IdKind::Term, &needed.terms).await?;
    assign::number_terms(survey, terms);
    let comments = reserve(app, IdKind::Comment, &needed.comments).await?;
    assign::number_comments(survey, comments);
    let posts = reserve(app, IdKind::Post, &needed.posts).await?;
    for rows in assign::number_posts(survey, posts).chunks(ROWS_MAX) {
        let planned = ImportBatch { sources: rows.to_vec(), ..ImportBatch::default() };
        commit(app, planned, "the numbers of posts").await?;
    }
    Ok(())
}

/// Numbers from the counters, without those this import keeps for what had them in the export.
async fn reserve(app: &App, kind: IdKind, needed: &Needed) -> Result<Vec<u64>, ImportError> {
    let wanted = usize::try_from(needed.new).unwrap_or(usize::MAX);
    let mut numbers = Vec::new();
    while numbers.len() < wanted {
        let missing = (wanted - numbers.len()) as u64;
        let block = batch::reserve(app, kind, missing.max(BLOCK_MIN)).await?;
        numbers.extend(block.filter(|number| !needed.taken.contains(number)));
    }
    numbers.truncate(wanted);
    Ok(numbers)
}
