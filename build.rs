//! Lists the built editor (`admin/dist`, see `make`) for embedding. Without it the server is built all the same.

use std::{error::Error, fmt::Write as _, fs, path::Path};

fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo::rerun-if-changed=admin/dist");
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("admin/dist");
    let mut names = Vec::new();
    for entry in fs::read_dir(&folder).into_iter().flatten() {
        let name = entry?.file_name().into_string().unwrap_or_default();
        if name.ends_with(".br") || name.ends_with(".gz") {
            names.push(name);
        }
    }
    names.sort();
    let mut list = "&[\n".to_owned();
    for name in &names {
        writeln!(list, "    ({name:?}, include_bytes!({:?})),", folder.join(name))?;
    }
    list.push(']');
    #[expect(clippy::disallowed_methods, reason = "how Cargo tells a build script where to write")]
    let out = std::env::var("OUT_DIR")?;
    fs::write(Path::new(&out).join("editor_files.rs"), list)?;
    Ok(())
}
