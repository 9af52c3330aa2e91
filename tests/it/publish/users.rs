//! Accounts, roles, application passwords.

use bucketpress::{
    content::{AppPassword, edit::AppPasswordUse},
    publish::password,
};
use jiff::civil::date;

use super::*;

fn user(login: &str) -> SaveUser {
    SaveUser { login: Some(login.to_owned()), email: Some(format!("{login}@example.net")), ..SaveUser::default() }
}

fn save(save: SaveUser) -> Edit {
    Edit::SaveUser(Box::new(save))
}

#[tokio::test]
async fn names_and_addresses_are_unique() {
    let desk = Desk::new().await;
    let admin = desk.actor(&Role::Administrator);
    let Outcome::User { id, .. } = desk.edit(save(user("Jo.Doe"))).await else { panic!() };
    let jo = desk.site().state.user(id).unwrap();
    assert_eq!((jo.slug.as_str(), jo.display_name.as_str(), jo.roles), ("jo-doe", "Jo.Doe", vec![Role::Subscriber]));
    let again = SaveUser { email: Some("else@example.net".to_owned()), ..user("jo.doe") };
    assert_eq!(code(desk.by(&admin, save(again)).await), "existing_user_login");
    let same_address = SaveUser { email: Some("JO.DOE@example.net".to_owned()), ..user("other") };
    assert_eq!(code(desk.by(&admin, save(same_address)).await), "existing_user_email");
    let same_slug = SaveUser { slug: Some("jo-doe".to_owned()), ..user("other") };
    let Outcome::User { id, .. } = desk.edit(save(same_slug)).await else { panic!() };
    assert_eq!(desk.site().state.user(id).unwrap().slug, "jo-doe-2");
    for (wrong, expected) in [
        (user("a<b"), "rest_user_invalid_username"),
        (user(""), "rest_user_invalid_username"),
        (user(&"x".repeat(61)), "rest_user_invalid_username"),
        (SaveUser { email: Some("nobody".to_owned()), ..user("x") }, "rest_user_invalid_email"),
        (SaveUser { roles: Some(vec![Role::from_name("king")]), ..user("x") }, "rest_user_invalid_role"),
        (SaveUser { url: Some("javascript:x".to_owned()), ..user("x") }, "rest_invalid_param"),
        (SaveUser { id: Some(UserId(99)), ..SaveUser::default() }, "rest_user_invalid_id"),
        (SaveUser { id: Some(id), ..user("renamed") }, "rest_user_invalid_argument"),
    ] {
        assert_eq!(code(desk.by(&admin, save(wrong)).await), expected);
    }
}

#[tokio::test]
async fn only_administrators_make_users_and_change_roles() {
    let desk = Desk::new().await;
    let editor = desk.actor(&Role::Editor);
    assert_eq!(code(desk.by(&editor, save(user("x"))).await), "rest_cannot_create_user");
    let other = SaveUser { id: Some(desk.users[&Role::Author]), ..SaveUser::default() };
    assert_eq!(code(desk.by(&editor, save(other)).await), "rest_cannot_edit");
    let own = |change: SaveUser| save(SaveUser { id: Some(desk.users[&Role::Editor]), ..change });
    let promoted = SaveUser { roles: Some(vec![Role::Administrator]), ..SaveUser::default() };
    assert_eq!(code(desk.by(&editor, own(promoted)).await), "rest_cannot_edit_roles");
    let profile = SaveUser {
        description: Some("<em>me</em><p>x</p><script>1</script>".to_owned()),
        end_sessions: true,
        ..SaveUser::default()
    };
    desk.by(&editor, own(profile)).await.unwrap();
    let editor = desk.site().state.user(desk.users[&Role::Editor]).unwrap();
    assert_eq!(editor.session_epoch, 1);
    assert!(!editor.description.contains("script"));
}

#[tokio::test]
async fn the_last_administrator_remains() {
    let desk = Desk::new().await;
    let admin = desk.users[&Role::Administrator];
    let demoted = || save(SaveUser { id: Some(admin), roles: Some(vec![Role::Editor]), ..SaveUser::default() });
    assert_eq!(code(desk.by(&SYSTEM, demoted()).await), "rest_user_invalid_role");
    assert_eq!(code(desk.by(&SYSTEM, Edit::DeleteUser { id: admin, reassign: None }).await), "rest_user_invalid_role");
    let heir = SaveUser { roles: Some(vec![Role::Administrator]), ..user("heir") };
    desk.edit(save(heir)).await;
    desk.edit(demoted()).await;
}

#[tokio::test]
async fn what_a_deleted_user_wrote_goes_to_another_or_to_the_trash() {
    let desk = Desk::new().await;
    let author = desk.users[&Role::Author];
    let editor = desk.users[&Role::Editor];
    let first = desk.save(&Role::Author, published("first")).await.unwrap().id;
    let admin = desk.actor(&Role::Administrator);
    let delete = |id, reassign| Edit::DeleteUser { id, reassign };
    assert_eq!(code(desk.by(&desk.actor(&Role::Editor), delete(author, None)).await), "rest_user_cannot_delete");
    assert_eq!(code(desk.by(&admin, delete(author, Some(author))).await), "rest_user_invalid_reassign");
    assert_eq!(code(desk.by(&admin, delete(author, Some(UserId(99)))).await), "rest_user_invalid_reassign");
    desk.by(&admin, delete(author, Some(editor))).await.unwrap();
    assert!(desk.site().state.user(author).is_none());
    assert_eq!((desk.post(first).author, desk.post(first).status), (editor, PostStatus::Publish));
    desk.by(&admin, delete(editor, None)).await.unwrap();
    assert_eq!(desk.post(first).status, PostStatus::Trash);
    assert!(desk.site().state.user(desk.post(first).author).is_some());
}

#[tokio::test]
async fn application_passwords_are_made_used_and_revoked() {
    let desk = Desk::new().await;
    let author = desk.users[&Role::Author];
    let secret = password::generate_app_password(&desk.app.ids);
    let made = |name: &str, uuid: &str| AppPassword {
        user: author,
        uuid: uuid.to_owned(),
        app_id: String::new(),
        name: name.to_owned(),
        hash_sealed: password::hash_app_password(&desk.app.key, &desk.app.ids, &secret).unwrap(),
        created: date(2026, 1, 1).at(0, 0, 0, 0),
        last_used: None,
        last_ip: None,
    };
    let edit = |password| Edit::SaveAppPassword(Box::new(password));
    let actor = desk.actor(&Role::Author);
    desk.by(&actor, edit(made("phone", "u1"))).await.unwrap();
    let twin = desk.by(&actor, edit(made("phone", "u2"))).await;
    assert_eq!(code(twin), "application_password_duplicate_name");
    let stranger = desk.by(&desk.actor(&Role::Editor), edit(made("x", "u3"))).await;
    assert_eq!(code(stranger), "rest_cannot_create_application_passwords");
    let used = |uuid: &str, hour| AppPasswordUse {
        user: author,
        uuid: uuid.to_owned(),
        at: date(2026, 1, 2).at(hour, 0, 0, 0),
        ip: "192.0.2.7".to_owned(),
    };
    desk.edit(Edit::NoteAppPasswordUse(vec![used("u1", 5), used("gone", 5), used("u1", 6)])).await;
    let stored = desk.site().state.app_passwords(author).remove(0);
    assert_eq!(stored.last_used, Some(date(2026, 1, 2).at(6, 0, 0, 0)));
    assert!(password::verify_app_password(&desk.app.key, &stored.hash_sealed, &secret).unwrap());
    let revoke = |uuid: Option<&str>| Edit::RevokeAppPasswords { user: author, uuid: uuid.map(str::to_owned) };
    assert_eq!(code(desk.by(&actor, revoke(Some("gone"))).await), "rest_application_password_not_found");
    desk.by(&actor, revoke(Some("u1"))).await.unwrap();
    assert!(desk.site().state.app_passwords(author).is_empty());
    desk.by(&actor, revoke(None)).await.unwrap();
}
