//! What the API can do: the one list from routes to resources.

use std::sync::Arc;

use super::{
    app_passwords, autosaves, batch, block_renderer, block_types,
    call::{Answer, Call},
    comments, describe, desk, global_styles, markdown, media, menus, oembed, openapi, patterns, plugins,
    posts::{self, kind::PostKind},
    revisions, search, settings, site_health, statuses, taxonomies, templates,
    terms::{self, TermKind},
    themes, types, url_details, users, widgets,
};
use crate::http::error::HttpError;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verb {
    List,
    Get,
    Create,
    Update,
    Delete,
}

/// Names a handler. Cheap to clone.
#[derive(Clone, Debug)]
pub enum Action {
    Index,
    /// The whole table as an OpenAPI document.
    OpenApi,
    Namespace(&'static str),
    Posts(Verb, Arc<PostKind>),
    Upload(Arc<PostKind>),
    /// A turned or cut image becomes a new attachment.
    EditImage(Arc<PostKind>),
    /// What an interrupted upload left to do.
    PostProcess(Arc<PostKind>),
    Revisions(Verb, Arc<PostKind>),
    Autosaves(Verb, Arc<PostKind>),
    Terms(Verb, Arc<TermKind>),
    Users(Verb),
    /// The caller's own account.
    Me(Verb),
    AppPasswords(Verb),
    /// Revokes all of a user's passwords.
    RevokeAppPasswords,
    IntrospectAppPassword,
    Comments(Verb),
    Types(Verb),
    Taxonomies(Verb),
    Statuses(Verb),
    Settings(Verb),
    Search,
    /// Several requests in one.
    Batch,
    RenderBlock,
    RenderMarkdown,
    MenuItems(Verb, Arc<PostKind>),
    MenuLocations(Verb),
    Themes(Verb),
    Templates(Verb, Arc<PostKind>),
    TemplateLookup(Arc<PostKind>),
    /// A theme's own styles (`Get`) and its variations (`List`).
    ThemeStyles(Verb),
    GlobalStyles(Verb, Arc<PostKind>),
    BlockTypes(Verb),
    Patterns(patterns::List),
    Plugins(Verb),
    Widgets(Verb, widgets::Part),
    SiteHealth,
    ExportTemplates,
    UrlDetails,
    /// Embedding posts of this site elsewhere.
    Oembed,
    /// Embedding what is elsewhere here.
    OembedProxy,
    /// Rows of a list of the desk.
    DeskList(Arc<PostKind>),
    DeskCounts(Arc<PostKind>),
    DeskComments,
    DeskCommentCounts,
}

/// What an action answers, in items of its route.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shape {
    Item,
    List,
    /// Items by name.
    Map,
    /// Something else, or sometimes something else.
    Other,
}

impl Action {
    /// For documentation.
    pub fn shape(&self) -> Shape {
        match self {
            Self::Types(Verb::List) | Self::Taxonomies(Verb::List) | Self::Statuses(Verb::List) => Shape::Map,
            Self::MenuLocations(Verb::List) => Shape::Map,
            Self::Posts(verb, _)
            | Self::Revisions(verb, _)
            | Self::Autosaves(verb, _)
            | Self::Terms(verb, _)
            | Self::Users(verb)
            | Self::AppPasswords(verb)
            | Self::Comments(verb)
            | Self::MenuItems(verb, _)
            | Self::Templates(verb, _)
            | Self::Themes(verb)
            | Self::BlockTypes(verb) => match verb {
                Verb::List => Shape::List,
                Verb::Get | Verb::Create | Verb::Update => Shape::Item,
                Verb::Delete => Shape::Other,
            },
            Self::Search => Shape::List,
            Self::Me(Verb::Get | Verb::Update)
            | Self::Upload(_)
            | Self::EditImage(_)
            | Self::PostProcess(_)
            | Self::Settings(_)
            | Self::Types(Verb::Get)
            | Self::Taxonomies(Verb::Get)
            | Self::Statuses(Verb::Get) => Shape::Item,
            _ => Shape::Other,
        }
    }

    /// True where wrong credentials are answered as no credentials are.
    pub fn is_own_account(&self) -> bool {
        matches!(self, Self::Me(_))
    }

    /// Whether the caller may, before anything is done.
    ///
    /// # Errors
    /// WordPress's refusal, or its 404 for what is not there.
    pub fn permit(&self, call: &Call) -> Result<(), HttpError> {
        match self {
            Self::Index | Self::OpenApi | Self::Namespace(_) | Self::Search | Self::Batch | Self::Oembed => Ok(()),
            Self::Posts(verb, kind) => posts::permit::permit(*verb, kind, call),
            Self::Upload(kind) => media::permit(kind, call),
            Self::EditImage(kind) => media::edit::permit(kind, call),
            Self::PostProcess(kind) => posts::permit::permit(Verb::Update, kind, call),
            Self::Revisions(verb, kind) => revisions::permit(*verb, kind, call),
            Self::Autosaves(verb, kind) => autosaves::permit(*verb, kind, call),
            Self::Terms(verb, kind) => terms::permit(*verb, kind, call),
            Self::Users(verb) => users::permit(*verb, call),
            Self::Me(verb) => users::permit_me(*verb, call),
            Self::AppPasswords(verb) => app_passwords::permit(app_passwords::refusal(*verb), call),
            Self::RevokeAppPasswords => app_passwords::permit(app_passwords::REVOKE_REFUSED, call),
            Self::IntrospectAppPassword => app_passwords::permit_introspection(call),
            Self::Comments(verb) => comments::permit(*verb, call),
            Self::Types(verb) => types::permit(*verb, call),
            Self::Taxonomies(verb) => taxonomies::permit(*verb, call),
            Self::Statuses(verb) => statuses::permit(*verb, call),
            Self::Settings(_) => settings::permit(call),
            Self::RenderBlock => block_renderer::permit(call),
            Self::RenderMarkdown => markdown::permit(call),
            Self::MenuItems(verb, kind) => menus::items::permit(*verb, kind, call),
            Self::MenuLocations(_) => menus::locations::permit(call),
            Self::Themes(verb) => themes::permit(*verb, call),
            Self::Templates(verb, _) => templates::permit(*verb, call),
            Self::TemplateLookup(_) => templates::permit(Verb::Get, call),
            Self::ThemeStyles(_) => global_styles::permit_theme(call),
            Self::GlobalStyles(verb, kind) => global_styles::permit(*verb, kind, call),
            Self::BlockTypes(_) => block_types::permit(call),
            Self::Patterns(list) => patterns::permit(*list, call),
            Self::Plugins(verb) => plugins::permit(*verb, call),
            Self::Widgets(..) => widgets::permit(call),
            Self::SiteHealth => site_health::permit(call),
            Self::ExportTemplates => site_health::permit_export(call),
            Self::UrlDetails => url_details::permit(call),
            Self::OembedProxy => oembed::permit(call),
            Self::DeskList(kind) | Self::DeskCounts(kind) => desk::permit(kind, call),
            Self::DeskComments | Self::DeskCommentCounts => comments::permit_desk(call),
        }
    }

    /// Does it. Call only after [`Action::permit`].
    pub async fn run(&self, call: Call) -> Result<Answer, HttpError> {
        match self {
            Self::Index => Ok(describe::index(&call)),
            Self::OpenApi => Ok(openapi::document(&call)),
            Self::Namespace(namespace) => Ok(describe::namespace(&call, namespace)),
            Self::Posts(verb, kind) => posts::run(*verb, kind, call).await,
            Self::Upload(kind) => media::create(kind, call).await,
            Self::EditImage(kind) => media::edit::run(kind, call).await,
            Self::PostProcess(kind) => media::edit::post_process(kind, call).await,
            Self::Revisions(verb, kind) => revisions::run(*verb, kind, call).await,
            Self::Autosaves(verb, kind) => autosaves::run(*verb, kind, call).await,
            Self::Terms(verb, kind) => terms::run(*verb, kind, call).await,
            Self::Users(verb) => users::run(*verb, call).await,
            Self::Me(verb) => users::run_me(*verb, call).await,
            Self::AppPasswords(verb) => app_passwords::run(*verb, call).await,
            Self::RevokeAppPasswords => app_passwords::revoke_all(call).await,
            Self::IntrospectAppPassword => app_passwords::introspect(&call),
            Self::Comments(verb) => comments::run(*verb, call).await,
            Self::Types(verb) => types::run(*verb, &call),
            Self::Taxonomies(verb) => taxonomies::run(*verb, &call),
            Self::Statuses(verb) => statuses::run(*verb, &call),
            Self::Settings(verb) => settings::run(*verb, call).await,
            Self::Search => Ok(search::run(&call).await),
            Self::Batch => batch::run(call).await,
            Self::RenderBlock => block_renderer::run(&call).await,
            Self::RenderMarkdown => markdown::run(&call).await,
            Self::MenuItems(verb, kind) => menus::items::run(*verb, kind, call).await,
            Self::MenuLocations(verb) => menus::locations::run(*verb, &call),
            Self::Themes(verb) => themes::run(*verb, &call),
            Self::Templates(verb, kind) => templates::run(*verb, kind, call).await,
            Self::TemplateLookup(kind) => templates::lookup(kind, &call).await,
            Self::ThemeStyles(verb) => global_styles::run_theme(*verb, &call),
            Self::GlobalStyles(verb, kind) => global_styles::run(*verb, kind, call).await,
            Self::BlockTypes(verb) => block_types::run(*verb, &call),
            Self::Patterns(list) => Ok(patterns::run(*list, &call)),
            Self::Plugins(verb) => plugins::run(*verb),
            Self::Widgets(verb, part) => widgets::run(*verb, *part, &call),
            Self::SiteHealth => site_health::permit(&call).map(|()| Answer::ok(serde_json::Value::Null)),
            Self::ExportTemplates => site_health::export(),
            Self::UrlDetails => url_details::run(&call).await,
            Self::Oembed => oembed::embed(&call),
            Self::OembedProxy => oembed::proxy(&call).await,
            Self::DeskList(kind) => desk::list(kind, call).await,
            Self::DeskCounts(kind) => desk::count(kind, call).await,
            Self::DeskComments => comments::desk_list(call).await,
            Self::DeskCommentCounts => comments::desk_counts(call).await,
        }
    }
}
