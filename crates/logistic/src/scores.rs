//! What a linear classifier learns: a margin `x·w + b` for each class, one where there are two.

use crate::input::Input;
use cairn_numeric::argmax;
use cairn_traits::{DMatrix, DVector, Error, Float, Outputs, Result, check, matrix, vector};
use serde::{Deserialize, Serialize};

/// Classes, and the coefficients and intercepts of their margins.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(bound = "")]
pub(crate) struct Scores<F: Float> {
    classes: Vec<usize>,
    /// n_features x n_scores.
    #[serde(with = "matrix")]
    coefficients: DMatrix<F>,
    #[serde(with = "vector")]
    intercepts: DVector<F>,
}

/// How many margins tell so many classes apart.
pub(crate) fn n_scores(n_classes: usize) -> usize {
    if n_classes == 2 { 1 } else { n_classes }
}

/// Answers from margins: `one` of −z and z where there is one, else `many` of each row.
pub(crate) fn each_row<F: Float>(margins: &DMatrix<F>, one: fn(F) -> F, many: impl Fn(&mut [F])) -> DMatrix<F> {
    if margins.ncols() == 1 {
        return DMatrix::from_fn(margins.nrows(), 2, |row, class| {
            one(if class == 0 { -margins[row] } else { margins[row] })
        });
    }
    let mut by_row = margins.transpose();
    by_row.column_iter_mut().for_each(|mut row| many(row.as_mut_slice()));
    by_row.transpose()
}

impl<F: Float> Scores<F> {
    pub(crate) fn new(classes: Vec<usize>, coefficients: DMatrix<F>, intercepts: DVector<F>) -> Result<Self> {
        let scores = Self { classes, coefficients, intercepts };
        scores.check()?;
        Ok(scores)
    }

    /// From numbers in double precision: coefficients score by score, then the intercepts (none: all 0).
    pub(crate) fn of_flat(classes: Vec<usize>, n_features: usize, flat: &[f64]) -> Result<Self> {
        let k = n_scores(classes.len());
        let (coefficients, intercepts) = flat.split_at(flat.len().min(n_features * k));
        let coefficients = DMatrix::from_iterator(n_features, k, coefficients.iter().map(|&w| F::of(w)));
        let intercepts = DVector::from_fn(k, |score, _| intercepts.get(score).map_or(F::zero(), |&b| F::of(b)));
        Self::new(classes, coefficients, intercepts)
    }

    /// Coefficients score by score, then the intercepts.
    pub(crate) fn flat(&self) -> Vec<f64> {
        self.coefficients.iter().chain(&self.intercepts).map(|v| v.to_f64()).collect()
    }

    pub(crate) fn classes(&self) -> &[usize] {
        &self.classes
    }

    pub(crate) fn coefficients(&self) -> &DMatrix<F> {
        &self.coefficients
    }

    pub(crate) fn intercepts(&self) -> &DVector<F> {
        &self.intercepts
    }

    pub(crate) fn n_features(&self) -> usize {
        self.coefficients.nrows()
    }

    /// n_samples x n_scores; computed in double precision.
    pub(crate) fn margins<X: Input<Scalar = F>>(&self, x: &X) -> Result<DMatrix<F>> {
        x.check_query(self.n_features())?;
        let margins = x.margins(&self.flat(), self.intercepts.len());
        Ok(margins.map(F::of))
    }

    /// The class of the largest margin of each row, the lower one on ties; with one margin the higher class above 0.
    pub(crate) fn decide(&self, margins: &DMatrix<F>) -> Vec<usize> {
        match self.classes[..] {
            [lower, upper] => margins.iter().map(|&m| if m > F::zero() { upper } else { lower }).collect(),
            _ => self.most(margins),
        }
    }

    /// The class of the largest of each row, a column a class; the lower one on ties.
    pub(crate) fn most(&self, by_class: &DMatrix<F>) -> Vec<usize> {
        let class_of = |position: usize| self.classes.get(position).copied();
        let by_row = by_class.transpose();
        // a row holds a number for each class, so there is always a largest
        by_row.column_iter().filter_map(|row| argmax(row.as_slice())).filter_map(class_of).collect()
    }

    /// For files and parts given by hand.
    pub(crate) fn check(&self) -> Result<()> {
        if self.classes.len() < 2 {
            return Err(Error::Classes { needed: 2, found: self.classes.len() });
        }
        if !self.classes.is_sorted_by(|a, b| a < b) {
            return Err(Error::Format("model: expected ascending classes".into()));
        }
        let (n_features, found) = self.coefficients.shape();
        if n_features == 0 {
            return Err(Error::Shape { what: "coefficients", unit: "rows", expected: 1, found: 0 });
        }
        check::columns("coefficients", n_scores(self.classes.len()), found)?;
        check::rows("intercepts", found, self.intercepts.len())?;
        check::finite("coefficients", self.coefficients.as_view())?;
        check::finite("intercepts", self.intercepts.as_columns())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use cairn_traits::{CsrMatrix, rows};

    #[test]
    fn margins_by_hand_and_ties_to_the_lower_class() {
        // scores x − 1, 0, 1 − x of classes 2, 5, 9
        let scores = Scores::<f64>::of_flat(vec![2, 5, 9], 1, &[1.0, 0.0, -1.0, -1.0, 0.0, 1.0]).unwrap();
        let x = rows(&[[3.0], [1.0], [-1.0]]);
        let margins = scores.margins(&x).unwrap();
        assert_eq!(margins, rows(&[[2.0, 0.0, -2.0], [0.0, 0.0, 0.0], [-2.0, 0.0, 2.0]]));
        assert_eq!(scores.decide(&margins), [2, 2, 9]);
        assert_eq!(scores.margins(&CsrMatrix::from(&x)).unwrap(), margins);
        let two = Scores::<f32>::of_flat(vec![0, 1], 1, &[2.0]).unwrap();
        assert_eq!(two.decide(&rows(&[[0.0], [1.0]])), [0, 1]);
        assert_eq!(two.flat(), [2.0, 0.0]);
    }

    #[test]
    fn parts_must_fit() {
        let new = |classes: &[usize], w: DMatrix<f64>, b: usize| {
            Scores::new(classes.to_vec(), w, DVector::zeros(b)).map(|_| ())
        };
        assert_eq!(new(&[1, 2], DMatrix::zeros(3, 1), 1), Ok(()));
        assert_eq!(new(&[1], DMatrix::zeros(3, 1), 1), Err(Error::Classes { needed: 2, found: 1 }));
        assert!(matches!(new(&[2, 1], DMatrix::zeros(3, 1), 1), Err(Error::Format(_))));
        assert!(matches!(new(&[1, 2], DMatrix::zeros(3, 2), 2), Err(Error::Shape { unit: "columns", .. })));
        assert!(matches!(new(&[1, 2], DMatrix::zeros(3, 1), 2), Err(Error::Shape { what: "intercepts", .. })));
        assert!(matches!(new(&[1, 2], DMatrix::from_element(3, 1, f64::NAN), 1), Err(Error::NonFinite { .. })));
    }
}
