//! What an edit is, in a few words for `bucketpress log`. Never content, names or addresses.

use crate::content::Edit;

pub(super) fn of(edit: &Edit) -> String {
    let on = |what: &str, id: Option<u64>| match id {
        Some(id) => format!("{what} {id}"),
        None => format!("{what} new"),
    };
    match edit {
        Edit::Setup(_) => "site.setup".to_owned(),
        Edit::SavePost(save) => on("post.save", save.id.map(|id| id.0)),
        Edit::TrashPost { id, .. } => format!("post.trash {id}"),
        Edit::UntrashPost { id } => format!("post.untrash {id}"),
        Edit::DeletePost { id } => format!("post.delete {id}"),
        Edit::SaveTerm(save) => on("term.save", save.id.map(|id| id.0)),
        Edit::DeleteTerm { id } => format!("term.delete {id}"),
        Edit::SaveUser(save) => on("user.save", save.id.map(|id| id.0)),
        Edit::DeleteUser { id, .. } => format!("user.delete {id}"),
        Edit::SaveComment(save) => on("comment.save", save.id.map(|id| id.0)),
        Edit::DeleteComment { id } => format!("comment.delete {id}"),
        Edit::SetOptions(options) => {
            let names: Vec<&str> = options.iter().take(5).map(|(name, _)| name.as_str()).collect();
            let more = if options.len() > names.len() { " …" } else { "" };
            format!("options.set {}{more}", names.join(" ")).chars().take(200).collect()
        }
        Edit::SaveAppPassword(password) => format!("app_password.save {}", password.user),
        Edit::RevokeAppPasswords { user, .. } => format!("app_password.revoke {user}"),
        Edit::NoteAppPasswordUse(uses) => format!("app_password.used {}", uses.len()),
        Edit::ReserveIds { count, .. } => format!("ids.reserve {count}"),
        Edit::Import(batch) => format!("import {} posts", batch.posts.len() + batch.amended.len()),
    }
}
