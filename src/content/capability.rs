//! WordPress's capabilities and what each role may do.

/// A primitive capability under WordPress's name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Capability {
    Read,
    EditPosts,
}
