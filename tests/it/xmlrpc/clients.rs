//! A stock client: `python-wordpress-xmlrpc` as it is on PyPI.

use std::{path::Path, process::Command};

use super::*;

#[actix_web::test]
async fn python_wordpress_xmlrpc_works_unmodified() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/clients");
    let python = folder.join(".venv/bin/python");
    if !python.exists() {
        #[expect(clippy::disallowed_methods, reason = "CI is no setting of the program")]
        let must = std::env::var_os("CI").is_some();
        assert!(!must, "run tests/services/install first: no {}", python.display());
        eprintln!("SKIPPED, run tests/services/install first: no {}", python.display());
        return;
    }
    let blog = Blog::start().await;
    let mut command = Command::new(python);
    command.arg(folder.join("wordpress_xmlrpc_client.py"));
    command.args([&blog.server.url("/xmlrpc.php"), &blog.login, &blog.secret]);
    let output = tokio::task::spawn_blocking(move || command.output()).await.unwrap().unwrap();
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{said}\n{}", String::from_utf8_lossy(&output.stderr));
    assert!(said.trim_end().ends_with("all well"), "{said}");
    assert!(blog.page("/").await.contains("Written by a stock client"));
}
