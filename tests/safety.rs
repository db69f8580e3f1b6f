//! Where `unsafe` may stand, and that every crate keeps the workspace's lints.

use std::{
    fs,
    path::{Path, PathBuf},
};

/// The files with `unsafe`, all of them in `numeric`.
const UNSAFE: &[&str] = &["crates/numeric/src/matmul.rs"];

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap()
}

/// The folders of the workspace's packages.
fn packages() -> Vec<PathBuf> {
    let crates = fs::read_dir(root().join("crates")).unwrap().map(|entry| entry.unwrap().path());
    let mut folders: Vec<PathBuf> = crates.filter(|path| path.join("Cargo.toml").exists()).collect();
    folders.extend(["datasets", "bench-suite", "tests"].map(|name| root().join(name)));
    folders
}

fn rust_files(folder: &Path, files: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            rust_files(&path, files);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            files.push(path);
        }
    }
}

#[test]
fn every_crate_but_numeric_forbids_unsafe_code() {
    let mut seen = 0;
    for package in packages() {
        for root in ["src/lib.rs", "src/main.rs", "lib.rs"].map(|name| package.join(name)) {
            let Ok(text) = fs::read_to_string(&root) else { continue };
            seen += 1;
            let forbids = text.lines().any(|line| line == "#![forbid(unsafe_code)]");
            assert_eq!(forbids, !package.ends_with("numeric"), "{}", root.display());
        }
    }
    assert!(seen >= 11, "{seen} roots");
}

#[test]
fn unsafe_stands_in_named_files_and_gives_its_reason() {
    let (mut files, mut blocks) = (Vec::new(), 0);
    packages().iter().for_each(|package| rust_files(package, &mut files));
    for file in files {
        let relative = file.strip_prefix(root()).unwrap().to_str().unwrap().replace('\\', "/");
        let text = fs::read_to_string(&file).unwrap();
        let lines: Vec<&str> = text.lines().collect();
        for (at, line) in lines.iter().enumerate() {
            let code = line.trim_start();
            // built of two parts, so that this file does not find itself
            let opens = code.contains(concat!("unsafe", " {")) || code.starts_with(concat!("unsafe", " impl"));
            if !opens || code.starts_with("//") {
                continue;
            }
            blocks += 1;
            assert!(UNSAFE.contains(&relative.as_str()), "{relative}:{}", at + 1);
            let reason = lines[..at].iter().rev().take_while(|line| line.trim_start().starts_with("//"));
            assert!(reason.into_iter().any(|line| line.contains("SAFETY:")), "{relative}:{}: no reason", at + 1);
        }
    }
    assert!(blocks > 0, "the product itself has one");
}

#[test]
fn every_crate_keeps_the_lints_of_the_workspace() {
    for package in packages() {
        let manifest = fs::read_to_string(package.join("Cargo.toml")).unwrap();
        assert!(manifest.contains("[lints]\nworkspace = true"), "{}", package.display());
        for field in ["version", "edition", "rust-version"] {
            assert!(manifest.contains(&format!("{field}.workspace = true")), "{}: {field}", package.display());
        }
    }
}
