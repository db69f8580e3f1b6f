//! Columns as ranks: sorted once, shared by every node and every tree.

use cairn_numeric::vectorised;
use cairn_traits::{DMatrix, Error, Float, Result, check};
use rayon::prelude::*;

/// The rank of a missing value.
pub(crate) const MISSING: u32 = u32::MAX;

/// One feature: its distinct values ascending, and the rank of each row's value among them.
pub(crate) struct Column<F> {
    pub(crate) values: Vec<F>,
    pub(crate) ranks: Vec<u32>,
}

/// What `fit` asks of `x`: a row, a column, no infinity. NaN is a missing value.
pub(crate) fn training<F: Float>(x: &DMatrix<F>) -> Result<()> {
    check::at_least("x", 1, x.nrows())?;
    if x.ncols() == 0 {
        return Err(Error::Shape { what: "x", unit: "columns", expected: 1, found: 0 });
    }
    finite_or_missing(x)
}

/// Whether no number of `x` is infinite.
pub(crate) fn finite_or_missing<F: Float>(x: &DMatrix<F>) -> Result<()> {
    for (column, values) in x.column_iter().enumerate() {
        if !any_infinite(values.as_slice()) {
            continue;
        }
        if let Some(row) = values.iter().position(|v| !v.is_finite() && !v.to_f64().is_nan()) {
            return Err(Error::NonFinite { what: "x", row, column });
        }
    }
    Ok(())
}

vectorised! {
    fn any_infinite['a; F: Float](values: &'a [F]) -> bool {
        let infinity = F::of(f64::INFINITY);
        let mut any = false;
        for &value in values {
            any |= (value == infinity) | (value == -infinity);
        }
        any
    }
}

/// All columns of `x`, ranked in parallel.
pub(crate) fn ranked<F: Float>(x: &DMatrix<F>) -> Result<Vec<Column<F>>> {
    training(x)?;
    let limit = MISSING as usize;
    if x.nrows() >= limit {
        return Err(Error::Shape { what: "x", unit: "rows at most", expected: limit - 1, found: x.nrows() });
    }
    let columns: Vec<Vec<F>> = x.column_iter().map(|column| column.iter().copied().collect()).collect();
    Ok(columns.par_iter().map(|column| rank(column)).collect())
}

fn rank<F: Float>(column: &[F]) -> Column<F> {
    let mut present: Vec<(F, u32)> = Vec::with_capacity(column.len());
    present.extend((0_u32..).zip(column).filter(|(_, v)| v.is_finite()).map(|(row, &v)| (v, row)));
    present.sort_unstable_by(|a, b| a.0.order(&b.0).then(a.1.cmp(&b.1)));
    let (mut values, mut ranks): (Vec<F>, _) = (Vec::new(), vec![MISSING; column.len()]);
    let mut rank = 0_u32;
    for &(value, row) in &present {
        match values.last() {
            // 0 and -0 are one value
            Some(&last) if last == value => {}
            Some(_) => {
                rank += 1;
                values.push(value);
            }
            None => values.push(value),
        }
        if let Some(place) = ranks.get_mut(row as usize) {
            *place = rank;
        }
    }
    Column { values, ranks }
}

/// A number t with a ≤ t < b: the middle, where there is one between them.
pub(crate) fn between<F: Float>(a: F, b: F) -> F {
    let half = F::of(0.5);
    let middle = a * half + b * half;
    if middle >= a && middle < b { middle } else { a }
}

#[cfg(test)]
mod tests {
    use super::*;
    use cairn_traits::rows;

    #[test]
    fn equal_values_share_a_rank_and_nan_has_none() {
        let columns = ranked(&rows(&[[3.0], [f64::NAN], [-0.0], [0.0], [3.0]])).unwrap();
        assert_eq!(columns[0].ranks, [1, MISSING, 0, 0, 1]);
        assert_eq!(columns[0].values, [0.0, 3.0]);
    }

    #[test]
    fn infinities_are_refused() {
        let found = ranked(&rows(&[[0.0, 1.0], [0.0, f64::INFINITY]])).err();
        assert_eq!(found, Some(Error::NonFinite { what: "x", row: 1, column: 1 }));
    }

    #[test]
    fn the_middle_of_neighbours_stays_below_the_upper() {
        assert_eq!(between(1.0, 2.0), 1.5);
        let next = 1.0_f64.next_up();
        assert_eq!(between(1.0, next), 1.0);
        assert_eq!(between(f64::MAX * 0.5, f64::MAX), f64::MAX * 0.75);
        assert_eq!(between(f64::from_bits(1), f64::from_bits(2)), f64::from_bits(1));
    }
}
