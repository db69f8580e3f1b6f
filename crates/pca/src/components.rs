//! How many components are kept.

use cairn_traits::{Error, Result};
use serde::{Deserialize, Serialize};

/// How many components a [`crate::Pca`] keeps.
///
/// In files and on a command line it is what it looks like: `50`, `0.95`, `"all"` or `"mle"`.
///
/// ```
/// use cairn_pca::{Components, Pca};
/// assert_eq!(Pca::new(2), Pca::new(Components::Count(2)));
/// assert_eq!(Pca::new(0.95), Pca::new(Components::Variance(0.95)));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(from = "Written", into = "Written")]
pub enum Components {
    /// As many as there can be: the smaller of rows and columns.
    All,
    /// This many.
    Count(usize),
    /// The fewest that explain more than this share of the variance, above 0 and below 1.
    Variance(f64),
    /// As many as are the most probable dimension of the data: Minka's approximation to the evidence of probabilistic
    /// principal components. It needs at least as many rows as columns.
    Mle,
}

/// As a number or a word.
#[derive(Clone, Copy, Serialize, Deserialize)]
#[serde(untagged)]
enum Written {
    Count(usize),
    Variance(f64),
    Word(Word),
}

#[derive(Clone, Copy, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Word {
    All,
    Mle,
}

impl From<Written> for Components {
    fn from(written: Written) -> Self {
        match written {
            Written::Count(count) => Self::Count(count),
            Written::Variance(share) => Self::Variance(share),
            Written::Word(Word::All) => Self::All,
            Written::Word(Word::Mle) => Self::Mle,
        }
    }
}

impl From<Components> for Written {
    fn from(components: Components) -> Self {
        match components {
            Components::Count(count) => Self::Count(count),
            Components::Variance(share) => Self::Variance(share),
            Components::All => Self::Word(Word::All),
            Components::Mle => Self::Word(Word::Mle),
        }
    }
}

impl From<usize> for Components {
    fn from(count: usize) -> Self {
        Self::Count(count)
    }
}

impl From<f64> for Components {
    fn from(share: f64) -> Self {
        Self::Variance(share)
    }
}

impl Components {
    /// Whether the number is in its range, whatever the data.
    pub(crate) fn validate(self) -> Result<()> {
        let refused = |requirement, found| Err(Error::Parameter { name: "n_components", requirement, found });
        match self {
            Self::Count(0) => refused("at least 1", 0.0),
            Self::Variance(share) if !(share > 0.0 && share < 1.0) => {
                refused("a whole number of at least 1, or a share of variance above 0 and below 1", share)
            }
            _ => Ok(()),
        }
    }

    /// Whether data of this shape has so many components.
    pub(crate) fn fit_shape(self, n_samples: usize, n_features: usize) -> Result<()> {
        match self {
            Self::Count(count) => within("n_components", count, n_samples, n_features),
            Self::Mle if n_samples < n_features => {
                Err(Error::TooFewSamples { what: "x", needed: n_features, found: n_samples })
            }
            _ => Ok(()),
        }
    }
}

/// Whether there are `count` components in n x p numbers.
pub(crate) fn within(name: &'static str, count: usize, n_samples: usize, n_features: usize) -> Result<()> {
    if count <= n_samples.min(n_features) {
        return Ok(());
    }
    let requirement = "at most as many as there are rows, and as there are columns";
    Err(Error::Parameter { name, requirement, found: count as f64 })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_typed_is_what_is_kept_in_files() {
        let written = [
            ("50", Components::Count(50)),
            ("0.95", Components::Variance(0.95)),
            ("\"all\"", Components::All),
            ("\"mle\"", Components::Mle),
        ];
        for (text, components) in written {
            assert_eq!(serde_json::to_string(&components).unwrap(), text);
            assert_eq!(serde_json::from_str::<Components>(text).unwrap(), components);
        }
        assert!(serde_json::from_str::<Components>("\"most\"").is_err());
    }

    #[test]
    fn numbers_out_of_range_are_refused() {
        for components in [0.0, 1.0, -0.5, 3.5, f64::NAN] {
            assert!(Components::Variance(components).validate().is_err(), "{components}");
        }
        assert!(Components::Count(0).validate().is_err());
        assert!(Components::Count(4).fit_shape(3, 9).is_err());
        assert_eq!(Components::Count(3).fit_shape(3, 9), Ok(()));
        assert!(Components::Mle.fit_shape(3, 9).is_err());
    }
}
