//! Answers of several models, put into the order of the rows.

use cairn_traits::{DMatrix, DVector, Error, Float, Result, check};

/// Predictions that can be put together from parts: lists, vectors, matrices.
///
/// Implement it for an output of your own to have it from [`crate::cross_val_predict`].
pub trait Gather: Sized {
    /// How many rows are answered.
    fn n_answers(&self) -> usize;

    /// The answers at these places, each a part and a row of it, in this order.
    ///
    /// # Errors
    /// [`Error::Shape`] if the parts have different numbers of columns; [`Error::Domain`] for a place that is not there.
    fn gather(parts: &[Self], places: &[(usize, usize)]) -> Result<Self>;
}

fn missing(row: usize) -> Error {
    Error::Domain { what: "places", requirement: "rows of the parts", found: row as f64, row: None }
}

impl<T: Clone> Gather for Vec<T> {
    fn n_answers(&self) -> usize {
        self.len()
    }

    fn gather(parts: &[Self], places: &[(usize, usize)]) -> Result<Self> {
        let answer = |&(part, row): &(usize, usize)| {
            let part = parts.get(part).ok_or_else(|| missing(part))?;
            part.get(row).cloned().ok_or_else(|| missing(row))
        };
        places.iter().map(answer).collect()
    }
}

impl<F: Float> Gather for DVector<F> {
    fn n_answers(&self) -> usize {
        self.len()
    }

    fn gather(parts: &[Self], places: &[(usize, usize)]) -> Result<Self> {
        let answer = |&(part, row): &(usize, usize)| {
            let part = parts.get(part).ok_or_else(|| missing(part))?;
            part.get(row).copied().ok_or_else(|| missing(row))
        };
        Ok(DVector::from_vec(places.iter().map(answer).collect::<Result<_>>()?))
    }
}

impl<F: Float> Gather for DMatrix<F> {
    fn n_answers(&self) -> usize {
        self.nrows()
    }

    fn gather(parts: &[Self], places: &[(usize, usize)]) -> Result<Self> {
        let n_columns = parts.first().map_or(0, DMatrix::ncols);
        parts.iter().try_for_each(|part| check::columns("predictions", n_columns, part.ncols()))?;
        let mut gathered = DMatrix::zeros(places.len(), n_columns);
        for (&(part, row), mut into) in places.iter().zip(gathered.row_iter_mut()) {
            let part = parts.get(part).ok_or_else(|| missing(part))?;
            if row >= part.nrows() {
                return Err(missing(row));
            }
            into.copy_from(&part.row(row));
        }
        Ok(gathered)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use cairn_traits::rows;

    #[test]
    fn answers_come_in_the_order_of_their_places() {
        let places = [(1, 0), (0, 1), (0, 0)];
        assert_eq!(Gather::gather(&[vec!["a", "b"], vec!["c"]], &places), Ok(vec!["c", "b", "a"]));
        let vectors = [DVector::from_vec(vec![1.0, 2.0]), DVector::from_vec(vec![3.0])];
        assert_eq!(Gather::gather(&vectors, &places), Ok(DVector::from_vec(vec![3.0, 2.0, 1.0])));
        let matrices = [rows(&[[1.0, 0.0], [2.0, 0.0]]), rows(&[[3.0, 9.0]])];
        assert_eq!(Gather::gather(&matrices, &places), Ok(rows(&[[3.0, 9.0], [2.0, 0.0], [1.0, 0.0]])));
    }

    #[test]
    fn places_that_are_not_there_and_other_columns_are_refused() {
        let parts = [rows(&[[1.0, 0.0]]), rows(&[[3.0, 9.0]])];
        for place in [(0, 1), (2, 0)] {
            assert!(matches!(DMatrix::gather(&parts, &[place]), Err(Error::Domain { .. })));
            assert!(matches!(Vec::gather(&[vec![1], vec![2]], &[place]), Err(Error::Domain { .. })));
            let vectors = [DVector::from_vec(vec![1.0]), DVector::from_vec(vec![2.0])];
            assert!(matches!(DVector::gather(&vectors, &[place]), Err(Error::Domain { .. })));
        }
        let wide = [rows(&[[1.0]]).resize(1, 2, 0.0), rows(&[[1.0]])];
        let shape = Error::Shape { what: "predictions", unit: "columns", expected: 2, found: 1 };
        assert_eq!(DMatrix::gather(&wide, &[(0, 0)]), Err(shape));
    }
}
