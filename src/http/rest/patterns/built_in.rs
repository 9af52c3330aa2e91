//! Patterns that come with the server: beginnings an editor fills in.

/// Name, title, what it is for, categories, blocks.
pub const PATTERNS: [(&str, &str, &str, &[&str], &str); 6] = [
    ("bucketpress/opening", "Article opening", "A sentence in large type, then the text.", &["text"], OPENING),
    ("bucketpress/facts", "At a glance", "The facts of a story as a list.", &["text"], FACTS),
    ("bucketpress/pull-quote", "Pull quote", "A sentence of the text, seen from afar.", &["text", "featured"], QUOTE),
    ("bucketpress/two-views", "Two views", "Two texts side by side.", &["columns"], TWO_VIEWS),
    ("bucketpress/invitation", "Invitation", "What readers may do next.", &["buttons", "footer"], INVITATION),
    ("bucketpress/latest", "Latest stories", "The newest posts with their dates.", &["query"], LATEST),
];

const OPENING: &str = r#"<!-- wp:paragraph {"fontSize":"large"} -->
<p class="has-large-font-size">One sentence that says why this matters today.</p>
<!-- /wp:paragraph -->

<!-- wp:paragraph -->
<p>Where the story begins.</p>
<!-- /wp:paragraph -->"#;

const FACTS: &str = r#"<!-- wp:group {"style":{"border":{"width":"1px"}},"borderColor":"cyan-bluish-gray","layout":{"type":"constrained"}} -->
<div class="wp-block-group has-border-color has-cyan-bluish-gray-border-color" style="border-width:1px"><!-- wp:heading {"fontSize":"medium"} -->
<h2 class="wp-block-heading has-medium-font-size">At a glance</h2>
<!-- /wp:heading -->

<!-- wp:list -->
<ul class="wp-block-list"><!-- wp:list-item -->
<li>What happened</li>
<!-- /wp:list-item -->

<!-- wp:list-item -->
<li>Whom it concerns</li>
<!-- /wp:list-item -->

<!-- wp:list-item -->
<li>What comes next</li>
<!-- /wp:list-item --></ul>
<!-- /wp:list --></div>
<!-- /wp:group -->"#;

const QUOTE: &str = r#"<!-- wp:pullquote -->
<figure class="wp-block-pullquote"><blockquote><p>What somebody said that says it all.</p><cite>Who said it</cite></blockquote></figure>
<!-- /wp:pullquote -->"#;

const TWO_VIEWS: &str = r#"<!-- wp:columns -->
<div class="wp-block-columns"><!-- wp:column -->
<div class="wp-block-column"><!-- wp:heading {"fontSize":"medium"} -->
<h2 class="wp-block-heading has-medium-font-size">For</h2>
<!-- /wp:heading -->

<!-- wp:paragraph -->
<p>One side of the matter.</p>
<!-- /wp:paragraph --></div>
<!-- /wp:column -->

<!-- wp:column -->
<div class="wp-block-column"><!-- wp:heading {"fontSize":"medium"} -->
<h2 class="wp-block-heading has-medium-font-size">Against</h2>
<!-- /wp:heading -->

<!-- wp:paragraph -->
<p>The other side.</p>
<!-- /wp:paragraph --></div>
<!-- /wp:column --></div>
<!-- /wp:columns -->"#;

const INVITATION: &str = r#"<!-- wp:group {"layout":{"type":"constrained"}} -->
<div class="wp-block-group"><!-- wp:heading {"textAlign":"center"} -->
<h2 class="wp-block-heading has-text-align-center">Read on</h2>
<!-- /wp:heading -->

<!-- wp:paragraph {"align":"center"} -->
<p class="has-text-align-center">What readers get, in one sentence.</p>
<!-- /wp:paragraph -->

<!-- wp:buttons {"layout":{"type":"flex","justifyContent":"center"}} -->
<div class="wp-block-buttons"><!-- wp:button -->
<div class="wp-block-button"><a class="wp-block-button__link wp-element-button">Subscribe</a></div>
<!-- /wp:button --></div>
<!-- /wp:buttons --></div>
<!-- /wp:group -->"#;

const LATEST: &str = r#"<!-- wp:latest-posts {"postsToShow":3,"displayPostDate":true} /-->"#;
