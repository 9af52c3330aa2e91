//! `themes/broadsheet`, compiled in. A test holds these lists against the directory.

pub(super) const NAME: &str = "broadsheet";

pub(super) const TEMPLATES: &[(&str, &str)] = &[
    ("404.html", include_str!("../../../themes/broadsheet/templates/404.html")),
    ("archive.html", include_str!("../../../themes/broadsheet/templates/archive.html")),
    ("attachment.html", include_str!("../../../themes/broadsheet/templates/attachment.html")),
    ("author.html", include_str!("../../../themes/broadsheet/templates/author.html")),
    ("base.html", include_str!("../../../themes/broadsheet/templates/base.html")),
    ("category.html", include_str!("../../../themes/broadsheet/templates/category.html")),
    ("date.html", include_str!("../../../themes/broadsheet/templates/date.html")),
    ("embed.html", include_str!("../../../themes/broadsheet/templates/embed.html")),
    ("home.html", include_str!("../../../themes/broadsheet/templates/home.html")),
    ("index.html", include_str!("../../../themes/broadsheet/templates/index.html")),
    ("page.html", include_str!("../../../themes/broadsheet/templates/page.html")),
    ("parts/comments.html", include_str!("../../../themes/broadsheet/templates/parts/comments.html")),
    ("parts/components.html", include_str!("../../../themes/broadsheet/templates/parts/components.html")),
    ("parts/footer.html", include_str!("../../../themes/broadsheet/templates/parts/footer.html")),
    ("parts/head.html", include_str!("../../../themes/broadsheet/templates/parts/head.html")),
    ("parts/header.html", include_str!("../../../themes/broadsheet/templates/parts/header.html")),
    ("parts/password.html", include_str!("../../../themes/broadsheet/templates/parts/password.html")),
    ("search.html", include_str!("../../../themes/broadsheet/templates/search.html")),
    ("single.html", include_str!("../../../themes/broadsheet/templates/single.html")),
    ("singular.html", include_str!("../../../themes/broadsheet/templates/singular.html")),
    ("tag.html", include_str!("../../../themes/broadsheet/templates/tag.html")),
    ("taxonomy.html", include_str!("../../../themes/broadsheet/templates/taxonomy.html")),
];

pub(super) const ASSETS: &[(&str, &[u8])] = &[
    ("embed.css", include_bytes!("../../../themes/broadsheet/assets/embed.css")),
    ("embed.js", include_bytes!("../../../themes/broadsheet/assets/embed.js")),
    ("style.css", include_bytes!("../../../themes/broadsheet/assets/style.css")),
];
