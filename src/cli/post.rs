//! `bucketpress post`

mod args;
mod list;

use std::process::ExitCode;

pub use self::args::Post;
use self::args::{Action, Fields, Listing};
use super::{Failure, Global, output, user};
use crate::{
    app::App,
    content::{
        Actor, ContentFormat, Edit, PostId, PostStatus, PostType, RevisionId, Taxonomy, TermId,
        edit::{DateChange, SavePost, SaveTerm},
    },
    publish::{self, Outcome, PublishError},
};

/// Largest post read from a file or standard input.
const CONTENT_BYTES_MAX: u64 = 16 << 20;

pub fn run(global: &Global, command: Post) -> Result<ExitCode, Failure> {
    match command.action {
        Action::Create { file, page, publish, fields } => {
            let content = Content::read(&file)?;
            global.with_app(|app| async move {
                let post_type = if page { PostType::Page } else { PostType::Post };
                let mut save = SavePost { post_type: Some(post_type), ..SavePost::default() };
                content.put(&mut save, fields.markdown);
                if publish {
                    save.status = Some(PostStatus::Publish);
                }
                save_post(&app, save, &fields).await
            })?;
        }
        Action::Update { id, file, base, fields } => {
            let content = file.as_deref().map(Content::read).transpose()?;
            global.with_app(|app| async move {
                let base = base.as_deref().map(revision).transpose()?;
                let mut save = SavePost { id: Some(PostId(id)), base, ..SavePost::default() };
                if let Some(content) = content {
                    content.put(&mut save, fields.markdown);
                }
                save_post(&app, save, &fields).await
            })?;
        }
        Action::Publish { id, base, user, json } => global.with_app(|app| async move {
            let base = base.as_deref().map(revision).transpose()?;
            let fields = Fields { json, user, ..Fields::default() };
            let status = Some(PostStatus::Publish);
            let save = SavePost { id: Some(PostId(id)), base, status, ..SavePost::default() };
            save_post(&app, save, &fields).await
        })?,
        Action::List(listing) => global.with_app(|app| async move { list::list(&app, &listing) })?,
        Action::Show { id, json } => global.with_app(|app| async move { list::show(&app, PostId(id), json).await })?,
    }
    Ok(ExitCode::SUCCESS)
}

/// A post's text as it was given.
struct Content {
    text: String,
    /// From the file's name; standard input says nothing.
    format: Option<ContentFormat>,
}

impl Content {
    /// Reads FILE, or standard input for `-`.
    fn read(file: &str) -> Result<Self, Failure> {
        if file == "-" {
            return Ok(Self { text: output::read_stdin(CONTENT_BYTES_MAX)?, format: None });
        }
        let named = |error: std::io::Error| Failure::other(anyhow::anyhow!("{file}: {error}"));
        let size = std::fs::metadata(file).map_err(named)?.len();
        if size > CONTENT_BYTES_MAX {
            return Err(Failure::other(anyhow::anyhow!("{file}: {size} bytes are more than {CONTENT_BYTES_MAX}")));
        }
        let text = std::fs::read_to_string(file).map_err(named)?;
        let lower = file.to_ascii_lowercase();
        let markdown = lower.ends_with(".md") || lower.ends_with(".markdown");
        Ok(Self { text, format: Some(if markdown { ContentFormat::Markdown } else { ContentFormat::Html }) })
    }

    fn put(self, save: &mut SavePost, markdown: bool) {
        save.content = Some(self.text);
        save.format = if markdown { Some(ContentFormat::Markdown) } else { self.format };
    }
}

async fn save_post(app: &App, mut save: SavePost, fields: &Fields) -> Result<(), Failure> {
    let actor = actor(app, fields)?;
    fill(app, &mut save, fields, &actor).await?;
    let (id, base) = (save.id, save.base);
    let saved = publish::apply(app, &actor, Edit::SavePost(Box::new(save)), None).await;
    let commit = match (saved, id, base) {
        (Err(PublishError::Conflict { current }), Some(id), Some(base)) => {
            return Err(changed_meanwhile(app, id, base, current));
        }
        (saved, ..) => saved?,
    };
    if let Outcome::Post { id, .. } = commit.outcome {
        list::confirm(app, id, fields.json)?;
    }
    Ok(())
}

/// Whoever has the store's keys may do everything, unless they say for whom they act.
fn actor(app: &App, fields: &Fields) -> Result<Actor, Failure> {
    let user = fields.user.as_deref().map(|user| user::find(app, user)).transpose()?;
    Ok(user.map_or(Actor::System("cli"), |user| Actor::User(user.id)))
}

fn revision(text: &str) -> Result<RevisionId, Failure> {
    text.parse().map_err(|_unknown| {
        Failure::usage(anyhow::anyhow!(
            "--base {text}: not a revision; 26 letters and digits, as `bucketpress post show` prints it"
        ))
    })
}

/// Says who was quicker, and how to go on.
fn changed_meanwhile(app: &App, id: PostId, base: RevisionId, current: RevisionId) -> Failure {
    let at = app.log.current();
    let entry = at.state.revisions(id).into_iter().find(|entry| entry.revision == current);
    let by = entry.map_or_else(String::new, |entry| {
        let name = at.state.user(entry.author).map_or_else(|| "somebody".to_owned(), |user| user.login);
        format!(" by {name} at {} UTC", entry.saved_at)
    });
    let error = anyhow::anyhow!(
        "post {id} was changed meanwhile{by}: nothing was saved. It is at revision {current}, the change was made from \
         {base}. See what is there with `bucketpress post show {id}`, work it into yours, and repeat with --base {current}"
    );
    Failure { code: 4, error }
}

async fn fill(app: &App, save: &mut SavePost, fields: &Fields, actor: &Actor) -> Result<(), Failure> {
    save.title.clone_from(&fields.title);
    save.slug.clone_from(&fields.slug);
    save.excerpt.clone_from(&fields.excerpt);
    if let Some(status) = &fields.status {
        save.status = Some(known_status(status)?);
    }
    if let Some(date) = &fields.date {
        let parsed = date.parse().map_err(|error| Failure::usage(anyhow::anyhow!("--date {date}: {error}")))?;
        save.date = Some(DateChange::Local(parsed));
    }
    if let Some(author) = &fields.author {
        save.author = Some(user::find(app, author)?.id);
    }
    for (name, values) in [("category", &fields.category), ("post_tag", &fields.tag)] {
        if values.is_empty() {
            continue;
        }
        let taxonomy = Taxonomy::new(name);
        let mut terms = Vec::with_capacity(values.len());
        for value in values {
            terms.push(term(app, &taxonomy, value, actor).await?);
        }
        save.terms.push((taxonomy, terms));
    }
    Ok(())
}

/// The term of that name or slug, made when there is none.
async fn term(app: &App, taxonomy: &Taxonomy, name: &str, actor: &Actor) -> Result<TermId, Failure> {
    let snapshot = app.log.current();
    let same = |term: &crate::content::Term| term.name.eq_ignore_ascii_case(name) || term.slug == name;
    if let Some(found) = snapshot.state.terms(taxonomy).iter().find(|term| same(term)) {
        return Ok(found.id);
    }
    let fields = SaveTerm { taxonomy: Some(taxonomy.clone()), name: Some(name.to_owned()), ..SaveTerm::default() };
    let commit = publish::apply(app, actor, Edit::SaveTerm(Box::new(fields)), None).await?;
    match commit.outcome {
        Outcome::Term { id, .. } => Ok(id),
        other => Err(Failure::other(anyhow::anyhow!("saving the term {name} gave {other:?}"))),
    }
}

fn known_status(name: &str) -> Result<PostStatus, Failure> {
    match PostStatus::from_name(name) {
        PostStatus::Custom(_) => Err(Failure::usage(anyhow::anyhow!(
            "unknown status {name}; one of publish, future, draft, pending, private"
        ))),
        status => Ok(status),
    }
}
