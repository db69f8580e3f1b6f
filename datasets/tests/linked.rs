//! A program carries the sets it names and no other: this one names iris.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

use std::{fs, path::Path};

/// A stretch from the middle of a packed file, which is in no other file.
fn stretch(packed: &[u8]) -> &[u8] {
    let middle = packed.len() / 2;
    &packed[middle..middle + 48]
}

#[test]
fn a_program_that_names_iris_carries_iris_alone() {
    // so that the file is used
    assert_eq!(cairn_datasets::iris().table().unwrap().n_columns(), 5);
    let program = fs::read(std::env::current_exe().unwrap()).unwrap();
    let (mut carried, mut dropped) = (Vec::new(), 0);
    for folder in ["data", "large/data", "share-alike/data"] {
        // the packages beside this one are not there where it was downloaded alone
        let Ok(files) = fs::read_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join(folder)) else { continue };
        for file in files {
            let path = file.unwrap().path();
            let packed = fs::read(&path).unwrap();
            let needle = stretch(&packed);
            match program.windows(needle.len()).any(|window| window == needle) {
                true => carried.push(path.file_name().unwrap().to_str().unwrap().to_owned()),
                false => dropped += 1,
            }
        }
    }
    assert_eq!(carried, ["iris.csv.gz"]);
    // 15 files here, 8 in the packages beside
    assert!(dropped == 14 || dropped == 22, "{dropped}");
}
