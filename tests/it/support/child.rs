//! Parts of a test that must run in processes of their own: this binary again, with the same test picked, which finds
//! that it is the child.

use std::process::{Command, Output, Stdio};

/// What the parent tells the child, for instance a directory.
const INPUT: &str = "IT_CHILD_INPUT";

/// A command that runs the test `name` (`objects::s3::ceph`) as a child that is given `input`.
pub fn command(name: &str, input: &str) -> Command {
    let mut command = Command::new(std::env::current_exe().unwrap());
    command.args(["--exact", name, "--nocapture"]).env(INPUT, input);
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::inherit());
    command
}

/// The parent's input; `None` in the parent itself. A test that has children asks this first.
pub fn input() -> Option<String> {
    #[expect(clippy::disallowed_methods, reason = "no setting of the program")]
    std::env::var(INPUT).ok()
}

/// The child found its test and passed it.
pub fn passed(child: &Output) -> bool {
    child.status.success() && String::from_utf8_lossy(&child.stdout).contains("test result: ok. 1 passed")
}
