//! Parts of a test that must run in processes of their own: this binary again, with one ignored test picked.

use std::process::{Command, Stdio};

/// What the parent tells the child, for instance a directory.
const INPUT: &str = "IT_CHILD_INPUT";

/// A command that runs the ignored test `name` (`objects::embedded::child_creates`) with `input`.
pub fn command(name: &str, input: &str) -> Command {
    let mut command = Command::new(std::env::current_exe().unwrap());
    command.args(["--exact", name, "--ignored", "--nocapture"]).env(INPUT, input);
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::inherit());
    command
}

/// The parent's input; `None` when somebody runs the ignored tests without a parent.
pub fn input() -> Option<String> {
    #[expect(clippy::disallowed_methods, reason = "no setting of the program")]
    std::env::var(INPUT).ok()
}
