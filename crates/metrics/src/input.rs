//! What every score asks of its input.

use cairn_traits::{DMatrix, Error, Float, Result, check};

/// Whether there are rows, and as many predicted as true.
pub(crate) fn lengths(y_true: usize, y_pred: usize) -> Result<()> {
    check::at_least("y_true", 1, y_true)?;
    check::rows("y_pred", y_true, y_pred)
}

/// Whether every number is finite.
pub(crate) fn finite<F: Float>(what: &'static str, values: &[F]) -> Result<()> {
    match values.iter().position(|v| !v.is_finite()) {
        None => Ok(()),
        Some(row) => Err(Error::NonFinite { what, row, column: 0 }),
    }
}

/// Whether there is a row and a column, and every number is finite.
pub(crate) fn rows_of_numbers<F: Float>(what: &'static str, x: &DMatrix<F>) -> Result<()> {
    check::at_least(what, 1, x.nrows())?;
    if x.ncols() == 0 {
        return Err(Error::Shape { what, unit: "columns", expected: 1, found: 0 });
    }
    check::finite(what, x.as_view())
}

/// Whether there are neighbours to look at.
pub(crate) fn neighbors(k: usize) -> Result<()> {
    if k > 0 { Ok(()) } else { Err(Error::Parameter { name: "n_neighbors", requirement: "at least 1", found: 0.0 }) }
}

/// Whether there are samples, a finite score for each.
pub(crate) fn scored<F: Float>(what: &'static str, y_true: &[bool], scores: &[F]) -> Result<()> {
    check::at_least("y_true", 1, y_true.len())?;
    check::rows(what, y_true.len(), scores.len())?;
    finite(what, scores)
}

/// Whether a row of scores belongs to each label and a column to each class, the classes distinct and ascending.
pub(crate) fn scores_of_classes<F: Float>(y_true: &[usize], scores: &DMatrix<F>, classes: &[usize]) -> Result<()> {
    check::at_least("y_true", 1, y_true.len())?;
    check::rows("proba", y_true.len(), scores.nrows())?;
    check::columns("proba", classes.len(), scores.ncols())?;
    if let Some(at) = classes.windows(2).position(|two| two[0] >= two[1]) {
        let requirement = "distinct labels in ascending order";
        return Err(Error::Domain { what: "classes", requirement, found: classes[at + 1] as f64, row: Some(at + 1) });
    }
    check::finite("proba", scores.as_view())
}

/// [`scores_of_classes`], and whether the rows are probabilities: none below 0, sums of 1.
///
/// Sums may be off by 10⁻³: single precision and numbers read from rounded text pass, scores that only look like
/// probabilities do not.
pub(crate) fn probabilities<F: Float>(y_true: &[usize], proba: &DMatrix<F>, classes: &[usize]) -> Result<()> {
    scores_of_classes(y_true, proba, classes)?;
    for (i, row) in proba.row_iter().enumerate() {
        let domain = |requirement, found| Err(Error::Domain { what: "proba", requirement, found, row: Some(i) });
        if let Some(negative) = row.iter().find(|&&p| p < F::zero()) {
            return domain("numbers of at least 0", negative.to_f64());
        }
        let sum: f64 = row.iter().map(|p| p.to_f64()).sum();
        if (sum - 1.0).abs() > 1e-3 {
            return domain("rows that sum to 1", sum);
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use cairn_traits::rows;

    #[test]
    fn what_is_not_a_table_of_probabilities_is_refused() {
        let y = [0, 1];
        let good = rows(&[[0.25, 0.75], [1.0, 0.0]]);
        assert_eq!(probabilities(&y, &good, &[0, 1]), Ok(()));
        assert!(matches!(probabilities(&y, &good, &[0, 1, 2]), Err(Error::Shape { unit: "columns", .. })));
        assert!(matches!(probabilities(&[0], &good, &[0, 1]), Err(Error::Shape { unit: "rows", .. })));
        let refused = |bad: [[f64; 2]; 2]| probabilities(&y, &rows(&bad), &[0, 1]).unwrap_err();
        assert!(matches!(refused([[0.5, 0.5], [1.5, -0.5]]), Error::Domain { found: -0.5, row: Some(1), .. }));
        assert!(matches!(refused([[0.5, 0.25], [0.5, 0.5]]), Error::Domain { found: 0.75, row: Some(0), .. }));
        assert!(matches!(refused([[0.5, 0.5], [f64::NAN, 0.5]]), Error::NonFinite { row: 1, column: 0, .. }));
        assert!(matches!(probabilities(&y, &good, &[1, 0]), Err(Error::Domain { what: "classes", .. })));
        let none = DMatrix::<f64>::zeros(0, 2);
        assert!(matches!(probabilities(&[], &none, &[0, 1]), Err(Error::TooFewSamples { .. })));
    }
}
