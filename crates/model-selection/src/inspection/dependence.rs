//! Set a column to one value after the other, and see what the model answers.

use cairn_traits::{DMatrix, DVector, Error, Float, Result, check};
use rayon::prelude::*;

/// What a model answers as one column goes through a grid, all others as they are.
#[derive(Clone, Debug, PartialEq)]
pub struct PartialDependence<F: Float> {
    /// The values that the column was set to.
    pub grid: Vec<F>,
    /// The answer to each row (rows) with each value (columns): individual conditional expectations.
    pub individual: DMatrix<F>,
}

impl<F: Float> PartialDependence<F> {
    /// The mean over the rows, a number for each value of the grid.
    pub fn mean(&self) -> Vec<F> {
        self.individual.column_iter().map(|answers| answers.mean()).collect()
    }
}

/// What a model answers as one column goes through a grid, for each row and on average.
///
/// The average is the effect of the column as far as the others do not go with it: of columns that depend on each other it
/// asks about rows that cannot be (a flat of 20 m² with six rooms). Where the single rows' lines are not parallel, the
/// column works together with others.
///
/// `answers` is any function of rows to numbers: `|x| model.predict(x)` of a regression, a column of `predict_proba` of a
/// classification.
///
/// # Examples
/// ```
/// use cairn_linear::{DMatrix, DVector, Fit, LinearRegression, Predict};
/// use cairn_model_selection::{feature_grid, partial_dependence};
/// let x = DMatrix::from_fn(100, 2, |i, j| ((i * (7 + 4 * j)) % 101) as f64);
/// let y = DVector::from_fn(100, |i, _| 3.0 * x[(i, 0)] + x[(i, 1)]);
/// let model = LinearRegression::new().fit(&x, &y)?;
/// let found = partial_dependence(|x| model.predict(x), &x, 0, &feature_grid(&x, 0, 11)?)?;
/// // of a linear model it is a line, as steep as the coefficient
/// let (grid, mean) = (&found.grid, found.mean());
/// assert!(((mean[10] - mean[0]) / (grid[10] - grid[0]) - 3.0).abs() < 1e-9);
/// # Ok::<(), cairn_traits::Error>(())
/// ```
///
/// # Errors
/// [`Error::TooFewSamples`] for no rows or an empty grid, [`Error::Parameter`] for a column that `x` has not,
/// [`Error::Shape`] if there is not an answer a row; those of `answers`.
///
/// # Complexity
/// A prediction of all rows for each value, in parallel, each with a copy of `x`.
///
/// # References
/// Friedman (2001), Greedy function approximation, section 8.2. Goldstein et al. (2015), Peeking inside the black box.
pub fn partial_dependence<F: Float>(
    answers: impl Fn(&DMatrix<F>) -> Result<DVector<F>> + Sync,
    x: &DMatrix<F>,
    feature: usize,
    grid: &[F],
) -> Result<PartialDependence<F>> {
    let points: Vec<Vec<(usize, F)>> = grid.iter().map(|&value| vec![(feature, value)]).collect();
    let columns = set_to(&answers, x, &points)?;
    Ok(PartialDependence { grid: grid.to_vec(), individual: DMatrix::from_columns(&columns) })
}

/// The mean answer as two columns go through their grids together: as many rows as `first` has values, as many columns as
/// `second` has.
///
/// # Errors
/// Those of [`partial_dependence`].
///
/// # Complexity
/// A prediction of all rows for each pair of values.
pub fn partial_dependence_of_two<F: Float>(
    answers: impl Fn(&DMatrix<F>) -> Result<DVector<F>> + Sync,
    x: &DMatrix<F>,
    features: [usize; 2],
    [first, second]: [&[F]; 2],
) -> Result<DMatrix<F>> {
    let pair = |a: F, b: F| vec![(features[0], a), (features[1], b)];
    let points: Vec<Vec<(usize, F)>> = second.iter().flat_map(|&b| first.iter().map(move |&a| pair(a, b))).collect();
    let means = set_to(&answers, x, &points)?.into_iter().map(|answers| answers.mean());
    Ok(DMatrix::from_iterator(first.len(), second.len(), means))
}

/// The answers to all rows, with some columns set, for each point of a grid.
fn set_to<F: Float>(
    answers: &(impl Fn(&DMatrix<F>) -> Result<DVector<F>> + Sync),
    x: &DMatrix<F>,
    points: &[Vec<(usize, F)>],
) -> Result<Vec<DVector<F>>> {
    check::at_least("x", 1, x.nrows())?;
    check::at_least("grid", 1, points.len())?;
    for &(feature, _) in points.iter().flatten() {
        inside(feature, x.ncols())?;
    }
    let of = |point: &Vec<(usize, F)>| {
        let mut moved = x.clone();
        for &(feature, value) in point {
            moved.column_mut(feature).fill(value);
        }
        let found = answers(&moved)?;
        check::rows("answers", x.nrows(), found.len())?;
        Ok(found)
    };
    let found: Vec<Result<DVector<F>>> = points.par_iter().map(of).collect();
    found.into_iter().collect()
}

fn inside(feature: usize, n_features: usize) -> Result<()> {
    if feature < n_features {
        return Ok(());
    }
    let requirement = "the number of a column of x, from 0";
    Err(Error::Parameter { name: "feature", requirement, found: feature as f64 })
}

/// Values for a column: all of its distinct ones if they are at most `n_values`, else so many at even steps from its
/// 5 % quantile to its 95 % quantile (beyond, the rows are too few to trust). Missing values (NaN) are left out.
///
/// # Errors
/// [`Error::Parameter`] for fewer than 2 values or a column that `x` has not; [`Error::TooFewSamples`] for a column of
/// which nothing is known.
pub fn feature_grid<F: Float>(x: &DMatrix<F>, feature: usize, n_values: usize) -> Result<Vec<F>> {
    inside(feature, x.ncols())?;
    if n_values < 2 {
        let requirement = "a number of at least 2";
        return Err(Error::Parameter { name: "n_values", requirement, found: n_values as f64 });
    }
    let mut sorted: Vec<F> = x.column(feature).iter().copied().filter(|value| value.is_finite()).collect();
    check::at_least("x", 1, sorted.len())?;
    sorted.sort_unstable_by(F::order);
    let mut distinct = sorted.clone();
    distinct.dedup();
    if distinct.len() <= n_values {
        return Ok(distinct);
    }
    let quantile = |share: f64| {
        let place = share * (sorted.len() - 1) as f64;
        let (low, high) = (sorted[place as usize], sorted[place.ceil() as usize]);
        low + (high - low) * F::of(place.fract())
    };
    let (low, high) = (quantile(0.05), quantile(0.95));
    let step = |at: usize| F::of(at as f64 / (n_values - 1) as f64);
    Ok((0..n_values).map(|at| low + (high - low) * step(at)).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use cairn_traits::rows;

    /// The product of two columns plus the third.
    fn product(x: &DMatrix<f64>) -> Result<DVector<f64>> {
        Ok(x.column(0).component_mul(&x.column(1)) + x.column(2))
    }

    #[test]
    fn answers_follow_the_value_that_is_set() {
        let x = rows(&[[1.0, 2.0, 0.0], [5.0, 4.0, 10.0]]);
        let found = partial_dependence(product, &x, 0, &[0.0, 1.0, 3.0]).unwrap();
        // rows: 2 v and 4 v + 10
        assert_eq!(found.individual, rows(&[[0.0, 2.0, 6.0], [10.0, 14.0, 22.0]]));
        assert_eq!(found.mean(), [5.0, 8.0, 14.0]);
    }

    #[test]
    fn two_columns_go_through_their_grids_together() {
        let x = rows(&[[1.0, 2.0, 0.0], [5.0, 4.0, 10.0]]);
        let found = partial_dependence_of_two(product, &x, [0, 1], [&[1.0, 2.0], &[0.0, 1.0, 10.0]]).unwrap();
        assert_eq!(found, rows(&[[5.0, 6.0, 15.0], [5.0, 7.0, 25.0]]));
    }

    #[test]
    fn grids_are_the_values_themselves_or_even_steps() {
        let x = DMatrix::from_fn(201, 2, |i, j| if j == 0 { i as f64 } else { (i % 3) as f64 });
        assert_eq!(feature_grid(&x, 1, 5).unwrap(), [0.0, 1.0, 2.0]);
        // 5 % of 0..=200 is 10, 95 % is 190
        assert_eq!(feature_grid(&x, 0, 4).unwrap(), [10.0, 70.0, 130.0, 190.0]);
        let gaps = rows(&[[f64::NAN], [2.0], [f64::NAN]]);
        assert_eq!(feature_grid(&gaps, 0, 4).unwrap(), [2.0]);
    }

    #[test]
    fn bad_wishes_are_named() {
        let x = rows(&[[1.0, 2.0, 0.0]]);
        assert!(matches!(partial_dependence(product, &x, 3, &[0.0]), Err(Error::Parameter { name: "feature", .. })));
        assert!(matches!(partial_dependence(product, &x, 0, &[]), Err(Error::TooFewSamples { what: "grid", .. })));
        assert!(matches!(feature_grid(&x, 0, 1), Err(Error::Parameter { name: "n_values", .. })));
        assert!(matches!(feature_grid(&rows(&[[f64::NAN]]), 0, 2), Err(Error::TooFewSamples { .. })));
        let short = |_: &DMatrix<f64>| Ok(DVector::zeros(5));
        assert!(matches!(partial_dependence(short, &x, 0, &[0.0]), Err(Error::Shape { .. })));
    }
}
