//! How the components are found.

use crate::components::Components;
use cairn_traits::{Error, Result};
use serde::{Deserialize, Serialize};

/// How the components are found. All give the same answer, within what is said here.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Solver {
    /// By shape: [`Self::Covariance`] for at most 2,000 columns and at least twice as many rows; for other matrices of
    /// more than 500 rows and columns, of which less than a tenth as many components are wanted, [`Self::BlockKrylov`];
    /// else [`Self::Full`].
    #[default]
    Auto,
    /// The singular value decomposition of the rows: 6 n p min(n, p). All digits, small variances included.
    Full,
    /// The eigenvectors of X'X: n p² / 2, then 9 p³, or less where few components are wanted. Variances below 10⁻¹⁶ of
    /// the largest drown in rounding (10⁻⁷ for single precision of more than 320 columns).
    Covariance,
    /// Random directions, multiplied by X'X again and again: 4 n p (k + 10) a time. The leading components are found
    /// well; how well depends on how far the variances left out lie below.
    Randomized,
    /// The same products as [`Self::Randomized`], all of which are kept and searched together: more exact for the same
    /// number of them, and more memory.
    BlockKrylov,
}

impl Solver {
    /// The solver for n x p numbers, of which so many components are wanted: never [`Self::Auto`].
    pub(crate) fn choose(self, n: usize, p: usize, components: Components) -> Self {
        const MOST_COLUMNS: usize = 2000;
        const SMALL: usize = 500;
        let least = n.min(p);
        match (self, components) {
            (Self::Auto, _) if p <= MOST_COLUMNS && n >= 2 * p => Self::Covariance,
            (Self::Auto, Components::Count(k)) if least > SMALL && k < least / 10 => Self::BlockKrylov,
            (Self::Auto, _) => Self::Full,
            (chosen, _) => chosen,
        }
    }

    /// The randomized solvers have to know how many directions to draw.
    pub(crate) fn check_components(self, components: Components) -> Result<()> {
        match (self, components) {
            (Self::Randomized | Self::BlockKrylov, Components::Variance(found)) => Err(refused(found)),
            (Self::Randomized | Self::BlockKrylov, Components::Mle) => Err(refused(0.0)),
            _ => Ok(()),
        }
    }
}

fn refused(found: f64) -> Error {
    Error::Parameter { name: "n_components", requirement: "a whole number with a randomized solver", found }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_shape_decides() {
        let auto = |n, p, k| Solver::Auto.choose(n, p, Components::Count(k));
        assert_eq!(auto(10_000, 784, 50), Solver::Covariance);
        assert_eq!(auto(10_000, 6000, 50), Solver::BlockKrylov);
        assert_eq!(auto(10_000, 6000, 5000), Solver::Full);
        assert_eq!(auto(30, 40, 2), Solver::Full);
        assert_eq!(Solver::Auto.choose(10_000, 6000, Components::Variance(0.5)), Solver::Full);
        assert_eq!(Solver::Full.choose(10_000, 784, Components::Count(50)), Solver::Full);
    }
}
