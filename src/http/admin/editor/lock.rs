//! Who has the post that is opened: WordPress's settings `postLock` and `postLockUtils`.

use serde_json::{Value, json};

use crate::{
    app::editing,
    content::{Post, PostId},
    http::{
        admin::{ajax, shown::Visit},
        nonce,
    },
};

/// What the nonce is made for that takes a post over.
pub fn take_over_action(post: PostId) -> String {
    format!("lock-post_{post}")
}

/// Says that `user` opens `post`, unless somebody else has it, and what the editor must know of that.
///
/// A store that does not answer keeps nobody from writing: then nobody has the post.
pub async fn settings(visit: &Visit, post: &Post) -> Value {
    let Visit { app, user, .. } = visit;
    let lock = match editing::open(app, post.id, user.user.id, false).await {
        Ok(editing::Hold::Own(own)) => json!({ "isLocked": false, "user": null, "activePostLock": own.lock() }),
        Ok(editing::Hold::By(other)) => {
            let name = ajax::name(visit.inside.site(), &other);
            json!({ "isLocked": true, "user": { "name": name }, "activePostLock": null })
        }
        Err(error) => {
            tracing::warn!(post = %post.id, %error, "not known who is writing");
            json!({ "isLocked": false, "user": null, "activePostLock": null })
        }
    };
    json!({
        "postLock": lock,
        "postLockUtils": {
            "nonce": nonce::create(app, &take_over_action(post.id), user),
            "unlockNonce": nonce::create(app, ajax::CLOSE_ACTION, user),
            "ajaxUrl": "/wp-admin/admin-ajax.php",
        },
    })
}
