//! A server that keeps its pages shows, after every edit, what one that keeps none shows.

use std::time::Duration;

use bucketpress::{
    content::{CommentStatus, PostType, edit::DateChange},
    serve::{self, PageRequest, Served},
};
use jiff::civil::DateTime;
use rand::{Rng, RngExt, SeedableRng, rngs::StdRng, seq::IndexedRandom};

use super::*;

/// Edits of one run, and runs.
const EDITS: usize = 60;
const SEEDS: [u64; 2] = [1, 2];

/// Body or redirect of a URL, as a reader gets it.
async fn look(app: &App, url: &str) -> String {
    let (path, query) = url.split_once('?').unwrap_or((url, ""));
    let pair = |pair: &str| pair.split_once('=').map(|(name, value)| (name.to_owned(), value.to_owned()));
    let request = PageRequest {
        path: path.to_owned(),
        query: query.split('&').filter_map(pair).collect(),
        ..PageRequest::default()
    };
    match serve::page(app, &request).await.unwrap() {
        Served::Page(page) => format!("{} {}", page.status, String::from_utf8_lossy(page.body())),
        Served::Redirect { to, permanent } => format!("-> {to} {permanent}"),
    }
}

/// Every address there was so far: those that are gone must be seen to be gone.
#[derive(Default)]
struct Addresses(std::collections::BTreeSet<String>);

impl Addresses {
    fn note(&mut self, site: &Site, posts: &[PostId]) {
        let fixed = [
            "/",
            "/page/2/",
            "/feed/",
            "/comments/feed/",
            "/?s=alpha",
            "/nowhere/",
            "/2024/",
            "/2024/03/",
            "/2024/03/05/",
            "/wp-sitemap.xml",
            "/wp-sitemap-posts-post-1.xml",
            "/robots.txt",
        ];
        self.0.extend(fixed.map(str::to_owned));
        for post in posts.iter().filter_map(|id| site.post(*id)) {
            self.0.insert(site.post_path(&post));
            self.0.insert(format!("{}feed/", site.post_path(&post)).replace("?", "/?"));
        }
        for taxonomy in ["category", "post_tag"] {
            for term in site.terms(&Taxonomy::new(taxonomy)) {
                self.0.insert(site.term_path(&term));
            }
        }
        for user in site.users() {
            self.0.insert(site.author_path(&user));
        }
    }
}

struct Run {
    desk: Desk,
    random: StdRng,
    posts: Vec<PostId>,
    terms: Vec<TermId>,
    comments: Vec<CommentId>,
}

impl Run {
    fn pick<T: Copy>(&mut self, from: &[T]) -> Option<T> {
        from.choose(&mut self.random).copied()
    }

    fn word(&mut self) -> String {
        ["alpha", "beta", "gamma", "delta", "epsilon"].choose(&mut self.random).map(|word| (*word).to_owned()).unwrap()
    }

    fn day(&mut self) -> DateTime {
        let (month, day) = (self.random.random_range(2..5), self.random.random_range(4..8));
        format!("2024-{month:02}-{day:02}T10:00:{:02}", self.random.random_range(0..60)).parse().unwrap()
    }

    /// Fields of a post, each named or not by chance.
    fn fields(&mut self, post_type: &PostType) -> SavePost {
        let mut save = SavePost::default();
        let chance = |random: &mut StdRng| random.random_bool(0.4);
        if chance(&mut self.random) {
            save.title = Some(format!("{} {}", self.word(), self.word()));
        }
        if chance(&mut self.random) {
            save.content = Some(format!("<p>{} {}</p>", self.word(), self.random.next_u32()));
        }
        if chance(&mut self.random) {
            save.slug = Some(self.word());
        }
        if chance(&mut self.random) {
            let all = [PostStatus::Publish, PostStatus::Publish, PostStatus::Draft, PostStatus::Private];
            save.status = all.choose(&mut self.random).cloned();
        }
        if chance(&mut self.random) {
            save.date = Some(DateChange::Local(self.day()));
        }
        if chance(&mut self.random) {
            let users: Vec<UserId> = self.desk.users.values().copied().collect();
            save.author = self.pick(&users);
        }
        if *post_type == PostType::Post {
            if chance(&mut self.random) {
                let terms = self.terms.clone();
                save.terms = vec![(Taxonomy::new("category"), self.pick(&terms).into_iter().collect())];
            }
            save.sticky = chance(&mut self.random).then(|| self.random.random_bool(0.3));
        } else if chance(&mut self.random) {
            let pages: Vec<PostId> =
                self.posts.iter().copied().filter(|id| self.type_of(*id) == Some(PostType::Page)).collect();
            save.parent = Some(self.pick(&pages));
        }
        save
    }

    fn type_of(&self, id: PostId) -> Option<PostType> {
        self.desk.site().state.post(id).map(|post| post.post_type)
    }

    fn new_post(&mut self) -> Edit {
        let post_type = if self.random.random_bool(0.7) { PostType::Post } else { PostType::Page };
        let mut save = SavePost { ..self.fields(&post_type) };
        save.title.get_or_insert_with(|| "alpha".to_owned());
        save.status = Some(PostStatus::Publish);
        save.date.get_or_insert(DateChange::Local(self.day()));
        save.post_type = Some(post_type);
        Edit::SavePost(Box::new(save))
    }

    fn next_edit(&mut self) -> Edit {
        let (posts, terms, comments) = (self.posts.clone(), self.terms.clone(), self.comments.clone());
        let post = self.pick(&posts);
        let term = self.pick(&terms);
        let comment = self.pick(&comments);
        match (self.random.random_range(0..21), post, term) {
            (0..8, Some(id), _) => {
                let post_type = self.type_of(id).unwrap_or(PostType::Post);
                Edit::SavePost(Box::new(SavePost { id: Some(id), ..self.fields(&post_type) }))
            }
            (8, Some(id), _) => Edit::TrashPost { id, base: None },
            (9, Some(id), _) => Edit::DeletePost { id },
            (10, _, _) => Edit::SaveTerm(Box::new(SaveTerm { parent: Some(term), ..category(&self.word()) })),
            (11, _, Some(id)) => {
                let slug = Some(format!("{}-{}", self.word(), self.random.random_range(0..9)));
                Edit::SaveTerm(Box::new(SaveTerm {
                    id: Some(id),
                    slug,
                    name: Some(self.word()),
                    ..SaveTerm::default()
                }))
            }
            (12, _, Some(id)) => Edit::DeleteTerm { id },
            (13, _, _) => {
                let id = self.desk.users[&Role::Author];
                let slug = self.random.random_bool(0.5).then(|| self.word());
                let name = Some(format!("{} {}", self.word(), self.random.next_u32()));
                Edit::SaveUser(Box::new(SaveUser { id: Some(id), slug, display_name: name, ..SaveUser::default() }))
            }
            (14 | 15, Some(post), _) => {
                let content = Some(format!("comment {}", self.random.next_u32()));
                Edit::SaveComment(Box::new(SaveComment { post: Some(post), content, ..SaveComment::default() }))
            }
            (16, ..) if comment.is_some() => {
                let all = [CommentStatus::Approved, CommentStatus::Hold, CommentStatus::Spam];
                let status = all.choose(&mut self.random).cloned();
                Edit::SaveComment(Box::new(SaveComment { id: comment, status, ..SaveComment::default() }))
            }
            (17, ..) => {
                let structures = ["/%postname%/", "/%year%/%monthnum%/%day%/%postname%/", "/%category%/%postname%/"];
                let structure = *structures.choose(&mut self.random).unwrap();
                Edit::SetOptions(vec![("permalink_structure".to_owned(), structure.into())])
            }
            (18, ..) => Edit::SetOptions(vec![("posts_per_page".to_owned(), self.random.random_range(2..6).into())]),
            (19, Some(id), _) if self.type_of(id) == Some(PostType::Page) => Edit::SetOptions(vec![
                ("show_on_front".to_owned(), if self.random.random_bool(0.7) { "page" } else { "posts" }.into()),
                ("page_for_posts".to_owned(), id.0.into()),
            ]),
            _ => self.new_post(),
        }
    }

    /// Does the next edit; rules may refuse it.
    async fn step(&mut self) -> Edit {
        let edit = self.next_edit();
        match self.desk.by(&SYSTEM, edit.clone()).await.map(|commit| commit.outcome) {
            Ok(Outcome::Post { id, created: true, .. }) => self.posts.push(id),
            Ok(Outcome::Term { id, created: true }) => self.terms.push(id),
            Ok(Outcome::Comment { id, created: true }) => self.comments.push(id),
            Ok(_) => {}
            Err(PublishError::Busy(reason)) => panic!("{reason}"),
            Err(_) => {}
        }
        edit
    }
}

#[tokio::test]
async fn kept_pages_show_what_fresh_ones_show() {
    for seed in SEEDS {
        let objects: Arc<dyn Objects> = Arc::new(MemoryObjects::new());
        let desk = Desk::on(objects.clone()).await;
        let mut nothing_kept = config();
        nothing_kept.cache.pages_bytes_max = 0;
        let key = SiteKey::from_bytes(KEY);
        let bare = App::from_parts(nothing_kept, objects, key, Clock::System, Ids::System).await.unwrap();
        let posts = vec![PostId(1), PostId(2)];
        let random = StdRng::seed_from_u64(seed);
        let mut run = Run { desk, random, posts, terms: Vec::new(), comments: Vec::new() };
        let mut addresses = Addresses::default();
        let (mut wrong, mut seen) = (Vec::new(), std::collections::BTreeSet::new());
        for step in 0..EDITS {
            let edit = run.step().await;
            bare.log.fresh(Duration::ZERO).await.unwrap();
            addresses.note(&run.desk.site().state, &run.posts);
            for url in &addresses.0 {
                let (kept, fresh) = (look(&run.desk.app, url).await, look(&bare, url).await);
                if kept != fresh && wrong.len() < 10 && seen.insert(url.clone()) {
                    let differs = kept.lines().zip(fresh.lines()).find(|(kept, fresh)| kept != fresh);
                    wrong.push(format!("seed {seed}, step {step}, {url} after {edit:?}: kept, fresh: {differs:#?}"));
                }
            }
        }
        assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
        let counts = run.desk.app.pages.counts();
        assert!(counts.hits > counts.renders, "pages were kept at all: {counts:?}");
    }
}
