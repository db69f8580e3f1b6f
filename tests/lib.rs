//! The tests of the workspace as a whole: see `tests.rs`.
#![forbid(unsafe_code)]
