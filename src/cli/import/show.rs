//! Analysis and report as text.

use crate::import::{Analysed, Listed, Report, Skipped};

/// Warnings shown; the rest is counted (`--json` has them all).
const SHOWN: usize = 40;

pub fn analysis(summary: &Analysed, print: fn(&str)) {
    for file in &summary.files {
        print(&format!(
            "{}: WXR {} of “{}” ({}), {} items, {} bytes",
            file.path, file.version, file.title, file.source, file.items, file.bytes
        ));
    }
    print("Items:");
    for (kind, statuses) in &summary.items {
        let statuses: Vec<String> = statuses.iter().map(|(status, count)| format!("{status} {count}")).collect();
        print(&format!("  {kind}: {}", statuses.join(", ")));
    }
    print(&format!(
        "  {} items, {} comments, {} attachments; {} items and {} comments are here already",
        summary.items_total, summary.comments, summary.attachments, summary.items_done, summary.comments_done
    ));
    print("Authors:");
    for author in &summary.authors {
        let becomes = match &author.created_as {
            Some(role) => format!("new user {} ({role}, without password)", author.becomes),
            None => format!("user {}", author.becomes),
        };
        print(&format!("  {:?}, {} items: {becomes}", author.login, author.items));
    }
    print("Terms:");
    for (taxonomy, (all, new)) in &summary.terms {
        print(&format!("  {taxonomy}: {all}, {new} new"));
    }
    if summary.samples_removed > 0 {
        print(&format!("The {} untouched sample entries of set-up make room.", summary.samples_removed));
    }
    let renumbered = [
        (summary.posts_renumbered, "posts"),
        (summary.comments_renumbered, "comments"),
        (summary.terms_renumbered, "terms"),
    ];
    for (count, what) in renumbered.into_iter().filter(|(count, _)| *count > 0) {
        print(&format!("{count} {what} get a new number: theirs is taken here, or they have none"));
    }
    warnings(&summary.warnings, print);
    skipped(&summary.skipped, print);
}

pub fn report(report: &Report, print: fn(&str)) {
    let posts: Vec<String> = report.posts_created.iter().map(|(kind, count)| format!("{count} {kind}")).collect();
    let posts = if posts.is_empty() { "no items".to_owned() } else { posts.join(", ") };
    print(&format!(
        "Created {posts}; {} comments, {} terms, {} users.",
        report.comments_created, report.terms_created, report.users_created
    ));
    if report.items_done_before > 0 {
        print(&format!("{} items were here already.", report.items_done_before));
    }
    if report.media_stored + report.media_shared + report.media_missing > 0 {
        print(&format!(
            "Files: {} stored ({} bytes), {} the same as another, {} missing.",
            report.media_stored, report.media_bytes, report.media_shared, report.media_missing
        ));
    }
    if report.files_added > 0 {
        print(&format!(
            "{} attachments of earlier runs got their files; links in {} posts follow.",
            report.files_added, report.posts_relinked
        ));
    }
    warnings(&report.warnings, print);
    skipped(&report.skipped, print);
    #[expect(clippy::cast_precision_loss, reason = "for display")]
    let seconds = report.duration_ms as f64 / 1000.0;
    print(&format!("Took {seconds:.1} s, {} items/s.", report.items_per_second));
}

fn warnings(warnings: &Listed<String>, print: fn(&str)) {
    if warnings.total() == 0 {
        return;
    }
    print("Warnings:");
    for warning in warnings.list.iter().take(SHOWN) {
        print(&format!("  {warning}"));
    }
    rest(warnings.total(), print);
}

/// Every skipped item that was kept in the list: nothing is left out silently.
fn skipped(skipped: &Listed<Skipped>, print: fn(&str)) {
    if skipped.total() == 0 {
        return;
    }
    print("Skipped:");
    for entry in &skipped.list {
        print(&format!("  {}: {}", entry.item, entry.reason));
    }
    if skipped.more > 0 {
        print(&format!("  … and {} more", skipped.more));
    }
}

fn rest(total: u64, print: fn(&str)) {
    let more = total.saturating_sub(SHOWN as u64);
    if more > 0 {
        print(&format!("  … and {more} more (--json lists them)"));
    }
}
