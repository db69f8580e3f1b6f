//! Every combination of the values named.

use super::named::{distinct, set};
use cairn_traits::{Error, Hyperparameters, Result};
use serde::Serialize;
use serde_json::Value;

/// The most candidates of one grid: each is a struct in memory, and each takes k fits.
const MOST: usize = 1 << 20;

/// Values for hyperparameters by name, all of which are tried with all.
///
/// Names are those of the setters, `model.l2` for a part of a pipeline; choices are written as they serialise.
///
/// # Examples
/// ```
/// use cairn_knn::{KnnClassifier, Weights};
/// use cairn_model_selection::Grid;
///
/// let grid = Grid::new().vary("n_neighbors", [1, 5]).vary("weights", ["uniform", "distance"]);
/// let candidates = grid.candidates(&KnnClassifier::default())?;
/// assert_eq!(candidates.len(), 4);
/// // the last name varies fastest
/// assert_eq!(candidates[1], KnnClassifier::new(1).weights(Weights::Distance));
/// assert_eq!(candidates[2], KnnClassifier::new(5).weights(Weights::Uniform));
///
/// let typing_error = Grid::new().vary("neighbors", [1]).candidates(&KnnClassifier::default());
/// assert_eq!(
///     typing_error.unwrap_err().to_string(),
///     "hyperparameters: expected one of n_neighbors, weights, algorithm, metric, found 'neighbors'"
/// );
/// # Ok::<(), cairn_traits::Error>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Grid {
    axes: Vec<(String, Vec<Result<Value>>)>,
}

impl Grid {
    /// Nothing varies: one candidate, as it is.
    pub fn new() -> Self {
        Self::default()
    }

    /// Tries these values of the hyperparameter `name`.
    #[must_use]
    pub fn vary<V: Serialize>(mut self, name: &str, values: impl IntoIterator<Item = V>) -> Self {
        let values = values.into_iter();
        let as_json = |value: V| serde_json::to_value(value).map_err(|e| Error::Format(format!("{name}: {e}")));
        self.axes.push((name.to_owned(), values.map(as_json).collect()));
        self
    }

    /// How many candidates there will be; at most `usize::MAX`.
    pub fn n_candidates(&self) -> usize {
        self.axes.iter().fold(1, |product: usize, (_, values)| product.saturating_mul(values.len()))
    }

    /// Copies of `base` with every combination of the values, the last name varying fastest.
    ///
    /// Whether values are in range is found when they are fitted.
    ///
    /// # Errors
    /// [`Error::Format`] for a name that `base` has not (with those it has), a value of another type, a name without values
    /// or with two lists of them; [`Error::Parameter`] for more than 2²⁰ candidates.
    pub fn candidates<E: Hyperparameters>(&self, base: &E) -> Result<Vec<E>> {
        distinct(&self.axes.iter().map(|(name, _)| name.as_str()).collect::<Vec<_>>())?;
        let mut axes: Vec<(&str, Vec<&Value>)> = Vec::with_capacity(self.axes.len());
        for (name, values) in &self.axes {
            let values: Vec<&Value> =
                values.iter().map(|value| value.as_ref().map_err(Error::clone)).collect::<Result<_>>()?;
            if values.is_empty() {
                return Err(Error::Format(format!("{name}: expected a value at least, found none")));
            }
            axes.push((name, values));
        }
        let n = self.n_candidates();
        if n > MOST {
            let requirement = "at most 1048576 candidates";
            return Err(Error::Parameter { name: "grid", requirement, found: n as f64 });
        }
        let candidate = |mut index: usize| {
            // the digits of the index, from the last place
            let mut chosen = Vec::with_capacity(axes.len());
            for (name, values) in axes.iter().rev() {
                chosen.push((*name, values[index % values.len()]));
                index /= values.len();
            }
            chosen.reverse();
            set(base, &chosen)
        };
        (0..n).map(candidate).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use cairn_linear::Ridge;

    #[test]
    fn nothing_to_vary_is_the_base_alone() {
        assert_eq!(Grid::new().candidates(&Ridge::new(3.0)), Ok(vec![Ridge::new(3.0)]));
    }

    #[test]
    fn grids_that_make_no_candidates_are_refused() {
        let says = |grid: Grid| grid.candidates(&Ridge::default()).unwrap_err().to_string();
        assert_eq!(says(Grid::new().vary::<f64>("l2", [])), "l2: expected a value at least, found none");
        assert!(says(Grid::new().vary("l2", [1.0]).vary("l2", [2.0])).contains("expected 'l2' once"));
        let many = Grid::new().vary("l2", 0..2000).vary("fit_intercept", (0..2000).map(|i| i % 2 == 0));
        assert_eq!(says(many), "grid: expected at most 1048576 candidates, found 4000000");
        // JSON has no NaN, and a number is wanted
        assert!(says(Grid::new().vary("l2", [f64::NAN])).starts_with("l2 = null: invalid type: null"));
    }
}
