//! HAProxy, as operators put it before servers and stores.

use std::{
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
};

/// Ended when dropped.
pub struct Haproxy(Child);

impl Drop for Haproxy {
    fn drop(&mut self) {
        drop(self.0.kill());
        drop(self.0.wait());
    }
}

impl Haproxy {
    /// Runs it with the common timeouts and these `sections`, its files in `folder`. `None`: it is not installed, which
    /// is said on stderr; with `CI` set that fails the test instead.
    pub fn start(folder: &Path, sections: &str) -> Option<Self> {
        let program = ["/usr/sbin/haproxy", "/usr/local/sbin/haproxy"].iter().map(PathBuf::from);
        let Some(program) = program.into_iter().find(|path| path.exists()) else {
            #[expect(clippy::disallowed_methods, reason = "CI is no setting of the program")]
            let must = std::env::var_os("CI").is_some();
            assert!(!must, "HAProxy is not installed");
            eprintln!("SKIPPED, HAProxy is not installed");
            return None;
        };
        let common = "global\n  maxconn 4000\ndefaults\n  mode http\n  timeout connect 1s\n  timeout client 60s\n  \
                      timeout server 60s\n";
        let path = folder.join("haproxy.cfg");
        std::fs::write(&path, format!("{common}{sections}")).unwrap();
        let quiet = || {
            Stdio::from(std::fs::File::options().create(true).append(true).open(folder.join("haproxy.log")).unwrap())
        };
        let child = Command::new(program).arg("-db").arg("-f").arg(path).stdout(quiet()).stderr(quiet()).spawn();
        Some(Self(child.unwrap()))
    }
}
