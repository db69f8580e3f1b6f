//! The data set of `cairn-datasets` that is to be shared alike, as packed files: `mnist10k`, CC BY-SA 3.0.
//!
//! It is a package of its own so that nobody gets it, or its licence, who does not ask for it: the feature `share-alike` of
//! `cairn-datasets` does, and has what it is, its traps and its readers. `LICENSES.md`, which is this package's read-me, has
//! authors and terms.
//!
//! ```
//! // gzip begins so
//! assert_eq!(cairn_datasets_share_alike::mnist10k_labels()[..2], [0x1f, 0x8b]);
//! ```
#![forbid(unsafe_code)]

/// The images of `mnist10k`: gzip of IDX.
pub fn mnist10k_images() -> &'static [u8] {
    include_bytes!("../data/mnist10k_images.idx.gz")
}

/// The digits of `mnist10k`: gzip of IDX.
pub fn mnist10k_labels() -> &'static [u8] {
    include_bytes!("../data/mnist10k_labels.idx.gz")
}
