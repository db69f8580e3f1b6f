//! Series as rows of a matrix, so that algorithms without a notion of time can be compared on them too.

use crate::failure::{Failure, Result};
use cairn_traits::{DMatrix, DVector};

/// Steps that a forecast sees, where a table is cut into windows: two years of months, a day of hours.
pub(crate) const WINDOW: usize = 24;

/// What sums up a column of a series of any length: mean, standard deviation, least, greatest, first, last.
const SUMS: usize = 6;

/// The length of all, if all are equally long and not empty.
pub(crate) fn same_length(sequences: &[DMatrix<f64>]) -> Option<usize> {
    let first = sequences.first().map(DMatrix::nrows).filter(|&length| length > 0)?;
    sequences.iter().all(|sequence| sequence.nrows() == first).then_some(first)
}

/// How many columns [`as_rows`] makes.
pub(crate) fn n_row_columns(n_columns: usize, n_steps: Option<usize>) -> Result<usize> {
    n_columns.checked_mul(n_steps.unwrap_or(SUMS)).ok_or_else(|| Failure::new("series: expected fewer steps"))
}

/// A row for each series: its steps one after the other, or what sums up each of its columns.
pub(crate) fn as_rows(sequences: &[DMatrix<f64>], n_columns: usize, n_steps: Option<usize>) -> Result<DMatrix<f64>> {
    let mut rows = DMatrix::zeros(sequences.len(), n_row_columns(n_columns, n_steps)?);
    for (at, sequence) in sequences.iter().enumerate() {
        checked(sequence, n_columns, at)?;
        if let Some(n_steps) = n_steps.filter(|&n_steps| n_steps != sequence.nrows()) {
            let found = sequence.nrows();
            return Err(Failure::new(format!("series {at}: expected {n_steps} steps, found {found}")));
        }
        let values: Vec<f64> = match n_steps {
            Some(_) => sequence.row_iter().flat_map(|step| step.iter().copied().collect::<Vec<_>>()).collect(),
            None => sequence.column_iter().flat_map(|column| summed_up(column.as_slice())).collect(),
        };
        rows.row_mut(at).iter_mut().zip(values).for_each(|(cell, value)| *cell = value);
    }
    Ok(rows)
}

/// The steps of all series below each other.
pub(crate) fn stacked(sequences: &[DMatrix<f64>], n_columns: usize) -> Result<DMatrix<f64>> {
    sequences.iter().enumerate().try_for_each(|(at, sequence)| checked(sequence, n_columns, at))?;
    let n_rows = sequences.iter().map(DMatrix::nrows).sum();
    let column =
        |at: usize| sequences.iter().flat_map(move |sequence| sequence.column(at).iter().copied().collect::<Vec<_>>());
    Ok(DMatrix::from_iterator(n_rows, n_columns, (0..n_columns).flat_map(column)))
}

/// What was and what came next: windows of `n_steps` steps, and the number that followed each in column `target`.
pub(crate) fn windows(
    steps: &DMatrix<f64>,
    target: usize,
    n_steps: usize,
) -> Result<(Vec<DMatrix<f64>>, DVector<f64>)> {
    let n =
        steps.nrows().checked_sub(n_steps).filter(|&n| n > 0).ok_or_else(|| {
            Failure::new(format!("series: expected more than {n_steps} steps, found {}", steps.nrows()))
        })?;
    let windows = (0..n).map(|at| steps.rows(at, n_steps).into_owned()).collect();
    Ok((windows, steps.column(target).rows(n_steps, n).into_owned()))
}

fn checked(sequence: &DMatrix<f64>, n_columns: usize, at: usize) -> Result<()> {
    if sequence.nrows() == 0 || sequence.ncols() != n_columns {
        let (steps, found) = (sequence.nrows(), sequence.ncols());
        return Err(Failure::new(format!(
            "series {at}: expected steps of {n_columns} columns, found {steps} of {found}"
        )));
    }
    Ok(())
}

/// Of at least one number.
fn summed_up(column: &[f64]) -> [f64; SUMS] {
    let n = column.len() as f64;
    let mean = column.iter().sum::<f64>() / n;
    let variance = column.iter().map(|value| (value - mean).powi(2)).sum::<f64>() / n;
    let least = column.iter().copied().fold(f64::INFINITY, f64::min);
    let greatest = column.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let end = |value: Option<&f64>| value.copied().unwrap_or(mean);
    [mean, variance.sqrt(), least, greatest, end(column.first()), end(column.last())]
}

#[cfg(test)]
mod tests {
    use super::*;
    use cairn_traits::rows;

    #[test]
    fn series_of_one_length_lie_flat_and_others_are_summed_up() {
        let (a, b) = (rows(&[[1.0, 10.0], [2.0, 20.0]]), rows(&[[3.0, 30.0], [4.0, 40.0]]));
        assert_eq!(same_length(&[a.clone(), b.clone()]), Some(2));
        let flat = as_rows(&[a.clone(), b], 2, Some(2)).unwrap();
        assert_eq!(flat, rows(&[[1.0, 10.0, 2.0, 20.0], [3.0, 30.0, 4.0, 40.0]]));
        let long = rows(&[[1.0, 1.0], [2.0, 1.0], [6.0, 1.0]]);
        assert_eq!(same_length(&[a.clone(), long.clone()]), None);
        // mean 3, deviations −2, −1, 3: variance 14 / 3
        let summed = as_rows(std::slice::from_ref(&long), 2, None).unwrap();
        assert_eq!(summed.as_slice(), [3.0, (14.0_f64 / 3.0).sqrt(), 1.0, 6.0, 1.0, 6.0, 1.0, 0.0, 1.0, 1.0, 1.0, 1.0]);
        let refused = as_rows(&[a, long], 2, Some(2)).unwrap_err().to_string();
        assert_eq!(refused, "series 1: expected 2 steps, found 3");
    }

    #[test]
    fn a_window_is_followed_by_what_came_next() {
        let steps = rows(&[[0.0, 5.0], [1.0, 6.0], [2.0, 7.0], [3.0, 8.0]]);
        let (x, y) = windows(&steps, 1, 2).unwrap();
        assert_eq!((x.len(), x[1].clone(), y.as_slice()), (2, rows(&[[1.0, 6.0], [2.0, 7.0]]), &[7.0, 8.0][..]));
        assert!(windows(&steps, 0, 4).is_err());
        assert_eq!(stacked(&x, 2).unwrap().column(0).as_slice(), [0.0, 1.0, 1.0, 2.0]);
    }
}
