//! What hyperparameters must be: the checks that generators share.

use cairn_traits::{Error, Result};

/// Numbers in one data set, at most: 2 GB of them.
const MOST_CELLS: usize = 1 << 28;

/// Whether so many rows and columns can be made.
pub(super) fn size(n_samples: usize, n_columns: usize) -> Result<()> {
    count("n_samples", 1, n_samples)?;
    let requirement = "at most 2^28 numbers in all rows together";
    match n_samples.checked_mul(n_columns) {
        Some(cells) if cells <= MOST_CELLS => Ok(()),
        _ => Err(Error::Parameter { name: "n_samples", requirement, found: n_samples as f64 }),
    }
}

/// Whether a count is at least 1 (`least` = 1) or at least 2.
pub(super) fn count(name: &'static str, least: usize, found: usize) -> Result<()> {
    let requirement = if least == 1 { "at least 1" } else { "at least 2" };
    holds(found >= least, name, requirement, found as f64)
}

/// Whether a number is finite and at least 0.
pub(super) fn not_negative(name: &'static str, found: f64) -> Result<()> {
    holds(found.is_finite() && found >= 0.0, name, "a number of at least 0", found)
}

/// Whether a number is finite and above 0.
pub(super) fn positive(name: &'static str, found: f64) -> Result<()> {
    holds(found.is_finite() && found > 0.0, name, "a positive number", found)
}

/// Whether a number is finite.
pub(super) fn finite(name: &'static str, found: f64) -> Result<()> {
    holds(found.is_finite(), name, "a finite number", found)
}

/// Whether a number is from 0 to 1.
pub(super) fn share(name: &'static str, found: f64) -> Result<()> {
    holds((0.0..=1.0).contains(&found), name, "a number from 0 to 1", found)
}

/// An error unless `good`.
pub(super) fn holds(good: bool, name: &'static str, requirement: &'static str, found: f64) -> Result<()> {
    if good { Ok(()) } else { Err(Error::Parameter { name, requirement, found }) }
}

/// Whether there is a group, and a row for each.
pub(super) fn groups(name: &'static str, found: usize, n_samples: usize) -> Result<()> {
    holds((1..=n_samples).contains(&found), name, "at least 1 and at most n_samples", found as f64)
}

/// Whether the columns that matter are some, and no more than there are.
pub(super) fn informative(n_informative: usize, n_features: usize) -> Result<()> {
    let requirement = "at least 1 and at most n_features";
    holds((1..=n_features).contains(&n_informative), "n_informative", requirement, n_informative as f64)
}
