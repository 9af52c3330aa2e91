//! Pages, media, caching, freshness and probes over HTTP.

mod blocks;
mod budget;
mod caching;
mod closed;
mod dates;
mod embeds;
mod feeds;
mod fresh;
mod headers;
mod media;
mod names;
mod outage;
mod pages;
mod peers;
mod probes;

use bucketpress::{
    content::{Edit, PostId, PostStatus, PostType, edit::SavePost},
    publish::Outcome,
};

use crate::support::Server;

/// A published post.
pub fn post(title: &str, content: &str) -> SavePost {
    SavePost {
        title: Some(title.to_owned()),
        content: Some(content.to_owned()),
        status: Some(PostStatus::Publish),
        ..SavePost::default()
    }
}

pub fn page(title: &str, content: &str) -> SavePost {
    SavePost { post_type: Some(PostType::Page), ..post(title, content) }
}

/// Commits `save` and returns the post's id.
pub async fn save(server: &Server, save: SavePost) -> PostId {
    match server.apply(Edit::SavePost(Box::new(save))).await {
        Outcome::Post { id, .. } => id,
        other => panic!("not a post: {other:?}"),
    }
}

/// Path of the post's permalink.
pub fn path(server: &Server, id: PostId) -> String {
    let snapshot = server.app.log.current();
    snapshot.state.post_path(&snapshot.state.post(id).unwrap())
}
