//! The larger data sets of `cairn-datasets`, as packed files. They are a package of their own so that nobody downloads them
//! who does not ask for them: the feature `large` of `cairn-datasets` does, and has what they are, their traps and their
//! readers.
//!
//! Each file is named by one function, so that a program carries only what it calls.
//!
//! # Licences
//! CC BY 4.0 (`adult`, `emoji32_rgb`, `japanese_vowels`), public domain (`bible_eng_spa`; `shakespeare`, whose markup is
//! MIT): see `LICENSES.md`, which is this package's read-me.
//!
//! ```
//! // gzip begins so
//! assert_eq!(cairn_datasets_large::adult()[..2], [0x1f, 0x8b]);
//! ```
#![forbid(unsafe_code)]

/// `adult`: gzip of CSV.
pub fn adult() -> &'static [u8] {
    include_bytes!("../data/adult.csv.gz")
}

/// `bible_eng_spa`: gzip of TSV without quotes.
pub fn bible_eng_spa() -> &'static [u8] {
    include_bytes!("../data/bible_eng_spa.tsv.gz")
}

/// The images of `emoji32_rgb`: gzip of IDX.
pub fn emoji32_rgb() -> &'static [u8] {
    include_bytes!("../data/emoji32_rgb.idx.gz")
}

/// Names and categories of `emoji32_rgb`: gzip of CSV.
pub fn emoji32_rgb_labels() -> &'static [u8] {
    include_bytes!("../data/emoji32_rgb.csv.gz")
}

/// `japanese_vowels`: gzip of `.ts`, the training part before the test part.
pub fn japanese_vowels() -> &'static [u8] {
    include_bytes!("../data/japanese_vowels.ts.gz")
}

/// `shakespeare`: gzip of plain text.
pub fn shakespeare() -> &'static [u8] {
    include_bytes!("../data/shakespeare.txt.gz")
}
