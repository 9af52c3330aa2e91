//! A site in memory to import into, and exports to import.

use std::{fmt::Write as _, path::PathBuf, sync::Arc};

use bucketpress::{
    app::App,
    clock::Clock,
    content::{Actor, Edit, edit::Setup},
    id::Ids,
    import::{self, Analysis, ImportError, Report, Request, Silent},
    index::Site,
    publish,
    store::{Objects, memory::MemoryObjects, seal::SiteKey},
};

use crate::support::config;

pub async fn app() -> Arc<App> {
    app_on(Arc::new(MemoryObjects::new())).await
}

pub async fn app_on(objects: Arc<dyn Objects>) -> Arc<App> {
    let key = SiteKey::from_bytes([7; 32]);
    let app = App::from_parts(config(), objects, key, Clock::System, Ids::System).await.unwrap();
    if state(&app).is_new() {
        let setup = Setup {
            url: "https://new.example".to_owned(),
            title: "New".to_owned(),
            admin_login: "admin".to_owned(),
            admin_email: "admin@new.example".to_owned(),
            admin_password_sealed: None,
            time_zone: "UTC".to_owned(),
        };
        apply(&app, Edit::Setup(Box::new(setup))).await;
    }
    app
}

pub async fn apply(app: &App, edit: Edit) {
    publish::apply(app, &Actor::System("test"), edit, None).await.unwrap();
}

pub fn state(app: &App) -> Site {
    app.log.current().state.clone()
}

pub fn request(files: &[PathBuf]) -> Request {
    Request { files: files.to_vec(), ..Request::default() }
}

pub async fn analyse(app: &Arc<App>, request: &Request) -> Result<Analysis, ImportError> {
    import::analyse(app, request, &Silent).await
}

pub async fn import(app: &Arc<App>, request: &Request) -> Result<Report, ImportError> {
    let analysis = analyse(app, request).await?;
    import::run(app, request, analysis, &Silent).await
}

/// An export in a file that goes with the folder.
pub struct Export {
    _folder: tempfile::TempDir,
    pub path: PathBuf,
}

impl Export {
    pub fn of(body: &str) -> Self {
        Self::from("http://old.example", body)
    }

    pub fn from(home: &str, body: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("export.xml");
        std::fs::write(&path, wxr(home, body)).unwrap();
        Self { _folder: folder, path }
    }

    pub fn request(&self) -> Request {
        request(std::slice::from_ref(&self.path))
    }
}

pub fn wxr(home: &str, body: &str) -> String {
    format!(
        r#"<?xml version="1.0" encoding="UTF-8" ?>
<rss version="2.0" xmlns:excerpt="http://wordpress.org/export/1.2/excerpt/"
 xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:dc="http://purl.org/dc/elements/1.1/"
 xmlns:wp="http://wordpress.org/export/1.2/"><channel><title>Old</title><link>{home}</link>
<wp:wxr_version>1.2</wp:wxr_version><wp:base_site_url>{home}</wp:base_site_url>
<wp:base_blog_url>{home}</wp:base_blog_url>
{body}
</channel></rss>
"#
    )
}

/// One item of an export; what is not set is as WordPress writes it for a published post.
#[derive(Clone, Debug)]
pub struct Item {
    pub id: u64,
    pub kind: &'static str,
    pub status: &'static str,
    pub title: String,
    pub slug: String,
    pub content: String,
    pub password: &'static str,
    pub parent: u64,
    pub date: &'static str,
    pub extra: String,
}

impl Item {
    pub fn post(id: u64) -> Self {
        Self {
            id,
            kind: "post",
            status: "publish",
            title: format!("Title {id}"),
            slug: format!("title-{id}"),
            content: format!("Content {id}"),
            password: "",
            parent: 0,
            date: "2012-06-01 10:00:00",
            extra: String::new(),
        }
    }

    pub fn of(id: u64, kind: &'static str, status: &'static str) -> Self {
        Self { kind, status, ..Self::post(id) }
    }

    pub fn meta(mut self, key: &str, value: &str) -> Self {
        write!(
            self.extra,
            "<wp:postmeta><wp:meta_key>{key}</wp:meta_key><wp:meta_value><![CDATA[{value}]]></wp:meta_value></wp:postmeta>"
        )
        .unwrap();
        self
    }

    pub fn comment(mut self, id: u64, parent: u64, approved: &str) -> Self {
        write!(
            self.extra,
            "<wp:comment><wp:comment_id>{id}</wp:comment_id><wp:comment_author>C</wp:comment_author>\
             <wp:comment_date>2012-06-02 10:00:00</wp:comment_date><wp:comment_content>Comment {id}</wp:comment_content>\
             <wp:comment_approved>{approved}</wp:comment_approved><wp:comment_parent>{parent}</wp:comment_parent></wp:comment>"
        )
        .unwrap();
        self
    }

    pub fn xml(&self) -> String {
        let Self { id, kind, status, title, slug, content, password, parent, date, extra } = self;
        format!(
            "<item><title>{title}</title><dc:creator>ann</dc:creator><guid>http://old.example/?p={id}</guid>\
             <content:encoded><![CDATA[{content}]]></content:encoded><excerpt:encoded></excerpt:encoded>\
             <wp:post_id>{id}</wp:post_id><wp:post_date>{date}</wp:post_date><wp:post_date_gmt>{date}</wp:post_date_gmt>\
             <wp:comment_status>open</wp:comment_status><wp:ping_status>open</wp:ping_status>\
             <wp:post_name>{slug}</wp:post_name><wp:status>{status}</wp:status><wp:post_parent>{parent}</wp:post_parent>\
             <wp:menu_order>0</wp:menu_order><wp:post_type>{kind}</wp:post_type>\
             <wp:post_password>{password}</wp:post_password><wp:is_sticky>0</wp:is_sticky>{extra}</item>\n"
        )
    }
}

pub fn items(items: &[Item]) -> String {
    items.iter().map(Item::xml).collect()
}
