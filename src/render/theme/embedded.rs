//! `themes/broadsheet`, compiled in. A test holds these lists against the directory.

pub(super) const NAME: &str = "broadsheet";

macro_rules! templates {
    ($($name:literal),* $(,)?) => {
        pub(super) const TEMPLATES: &[(&str, &str)] =
            &[$(($name, include_str!(concat!("../../../themes/broadsheet/templates/", $name)))),*];
    };
}

templates!["index.html"];

pub(super) const ASSETS: &[(&str, &[u8])] =
    &[("style.css", include_bytes!("../../../themes/broadsheet/assets/style.css"))];
