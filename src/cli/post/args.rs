//! The arguments of `bucketpress post`.

use clap::{Args, Subcommand};

#[derive(Debug, Args)]
pub struct Post {
    #[command(subcommand)]
    pub action: Action,
}

#[derive(Debug, Subcommand)]
pub enum Action {
    /// Create a post from a file or standard input (Markdown by the name's ending, else blocks or HTML)
    #[command(after_help = "Examples:
  bucketpress post create story.md --title 'A story' --category News --publish
  bucketpress post create contributed.html --title 'A letter' --user kim --status pending
  echo '<p>Hello</p>' | bucketpress post create - --title Hello")]
    Create {
        /// File to read; - is standard input
        file: String,
        /// A page instead of a post
        #[arg(long)]
        page: bool,
        /// Publish at once
        #[arg(long, conflicts_with = "status")]
        publish: bool,
        #[command(flatten)]
        fields: Fields,
    },
    /// Change a post; only what is given changes
    #[command(after_help = "Examples:
  bucketpress post show 12 --json          its content, and the revision it is at
  bucketpress post update 12 story.md --base 01KB2V6T8Q0000000000000000

Without --base the change goes over whatever was saved meanwhile, which stays in the list of revisions.
With it, and when somebody else has saved since, nothing is changed and the command ends with 4.")]
    Update {
        /// The post's number
        id: u64,
        /// New content: a file, or - for standard input
        file: Option<String>,
        /// The revision the change was made from (`post show` prints it)
        #[arg(long, value_name = "REVISION")]
        base: Option<String>,
        #[command(flatten)]
        fields: Fields,
    },
    /// Publish a post
    #[command(after_help = "Example:\n  bucketpress post publish 12")]
    Publish {
        /// The post's number
        id: u64,
        /// Only if the post is still at this revision
        #[arg(long, value_name = "REVISION")]
        base: Option<String>,
        /// Act as this account, which must be allowed to publish it
        #[arg(long)]
        user: Option<String>,
        /// Print the result as JSON
        #[arg(long)]
        json: bool,
    },
    /// List posts, newest first
    #[command(after_help = "Examples:
  bucketpress post list --status draft
  bucketpress post list --type page --search contact --json")]
    List(Listing),
    /// Show a post with its content
    #[command(after_help = "Examples:
  bucketpress post show 12
  bucketpress post show 12 --json          with the revision it is at, for --base")]
    Show {
        /// The post's number
        id: u64,
        /// Print it as one JSON object
        #[arg(long)]
        json: bool,
    },
}

#[derive(Debug, Default, Args)]
pub struct Fields {
    /// Its title
    #[arg(long)]
    pub title: Option<String>,
    /// Its name in addresses; made of the title where none is given
    #[arg(long)]
    pub slug: Option<String>,
    /// What lists and feeds show of it
    #[arg(long)]
    pub excerpt: Option<String>,
    /// publish, future, draft, pending or private
    #[arg(long)]
    pub status: Option<String>,
    /// Site-local, e.g. 2026-12-24T18:00; in the future: published then
    #[arg(long)]
    pub date: Option<String>,
    /// Login or e-mail address
    #[arg(long)]
    pub author: Option<String>,
    /// Name or slug; made if there is none; may be given several times
    #[arg(long)]
    pub category: Vec<String>,
    /// Name or slug; made if there is none; may be given several times
    #[arg(long)]
    pub tag: Vec<String>,
    /// Act as this account (login, e-mail address or number): what it may not do is refused, and HTML is cleaned as for
    /// its role; without it the operator acts, who may do everything
    #[arg(long)]
    pub user: Option<String>,
    /// The content is Markdown, whatever the file's name
    #[arg(long)]
    pub markdown: bool,
    /// Print the result as JSON
    #[arg(long)]
    pub json: bool,
}

#[derive(Debug, Args)]
pub struct Listing {
    /// post, page, attachment or a custom type
    #[arg(long = "type", default_value = "post")]
    pub post_type: String,
    /// Only this status; otherwise every status but trash and auto-drafts
    #[arg(long)]
    pub status: Option<String>,
    /// Only posts with these words in title, excerpt or slug
    #[arg(long)]
    pub search: Option<String>,
    /// Posts to list at most
    #[arg(long, default_value_t = 20, value_parser = clap::value_parser!(u16).range(1..=10000))]
    pub limit: u16,
    /// Posts to leave out first
    #[arg(long, default_value_t = 0)]
    pub offset: usize,
    /// One JSON object a line
    #[arg(long)]
    pub json: bool,
}
