//! Matrices, where NaN is a missing cell.

use super::{SimpleImputer, typical};
use cairn_traits::{DMatrix, DVector, Error, Fit, Float, Hyperparameters, Persist, Result, Transform, check, vector};
use serde::{Deserialize, Serialize};

/// A matrix may have NaN in it, but no infinity.
fn check_matrix<F: Float>(x: &DMatrix<F>) -> Result<()> {
    check::at_least("x", 1, x.nrows())?;
    for (column, values) in x.column_iter().enumerate() {
        if let Some(row) = values.iter().position(|v| v.to_f64().is_infinite()) {
            return Err(Error::NonFinite { what: "x", row, column });
        }
    }
    Ok(())
}

impl<F: Float> Fit<DMatrix<F>> for SimpleImputer {
    type Model = SimpleImputerModel;

    fn fit(&self, x: &DMatrix<F>, (): &()) -> Result<SimpleImputerModel> {
        self.validate()?;
        check_matrix(x)?;
        if x.ncols() == 0 {
            return Err(Error::Shape { what: "x", unit: "columns", expected: 1, found: 0 });
        }
        let fill = x.column_iter().enumerate().map(|(j, column)| {
            let numbers = column.iter().map(|v| v.to_f64()).filter(|v| !v.is_nan()).collect();
            typical(self.strategy, numbers)
                .ok_or_else(|| Error::Format(format!("x: expected at least one number in column {j}, found only NaN")))
        });
        Ok(SimpleImputerModel { fill: DVector::from_vec(fill.collect::<Result<_>>()?) })
    }
}

/// What [`SimpleImputer`] fills into each column of a matrix, in double precision.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SimpleImputerModel {
    #[serde(with = "vector")]
    fill: DVector<f64>,
}

impl SimpleImputerModel {
    /// A model from the value of each column.
    ///
    /// # Errors
    /// [`Error::TooFewSamples`] for none, [`Error::NonFinite`] for NaN or an infinity.
    pub fn from_parts(fill: DVector<f64>) -> Result<Self> {
        let model = Self { fill };
        model.check()?;
        Ok(model)
    }

    /// The value filled into each column.
    pub fn fill(&self) -> &DVector<f64> {
        &self.fill
    }
}

/// # Errors
/// [`Error::TooFewSamples`], [`Error::Shape`]; [`Error::NonFinite`] for an infinity, or for a value to fill in that is
/// beyond the range of `F`.
impl<F: Float> Transform<DMatrix<F>> for SimpleImputerModel {
    type Output = DMatrix<F>;

    fn transform(&self, x: &DMatrix<F>) -> Result<DMatrix<F>> {
        check_matrix(x)?;
        check::columns("x", self.fill.len(), x.ncols())?;
        let mut filled = x.clone();
        for (mut column, &fill) in filled.column_iter_mut().zip(&self.fill) {
            column.iter_mut().filter(|v| v.to_f64().is_nan()).for_each(|v| *v = F::of(fill));
        }
        check::finite("filled x", filled.as_view())?;
        Ok(filled)
    }
}

impl Persist for SimpleImputerModel {
    const KIND: &'static str = "simple-imputer";
    const VERSION: u32 = 1;

    fn check(&self) -> Result<()> {
        check::at_least("fill", 1, self.fill.len())?;
        check::finite("fill", self.fill.as_view())
    }
}

#[cfg(test)]
mod tests {
    use super::super::Strategy;
    use super::*;
    use cairn_traits::rows;

    const NAN: f64 = f64::NAN;

    #[test]
    fn the_numbers_are_scikit_learns() {
        let x = rows(&[
            [1.0, NAN, 7.0],
            [2.0, 4.0, NAN],
            [NAN, 4.0, 7.0],
            [9.0, 1.0, 3.0],
            [2.0, 1.0, NAN],
            [9.0, NAN, 4.0],
        ]);
        // scikit-learn 1.9.1, SimpleImputer(strategy=...).fit: statistics_
        for (strategy, expected) in [
            (Strategy::Mean, [4.6, 2.5, 5.25]),
            (Strategy::Median, [2.0, 2.5, 5.5]),
            (Strategy::MostFrequent, [2.0, 1.0, 7.0]),
            (Strategy::Constant(-1.0), [-1.0, -1.0, -1.0]),
        ] {
            let model = SimpleImputer::new(strategy).fit(&x).unwrap();
            let close =
                |(found, expected): (&f64, f64)| (found - expected).abs() <= 2.0 * f64::EPSILON * expected.abs();
            assert!(model.fill.iter().zip(expected).all(close), "{strategy:?}: {}", model.fill);
            let filled = model.transform(&x).unwrap();
            assert_eq!((filled[(0, 0)], filled[(2, 0)]), (1.0, model.fill[0]));
        }
    }

    #[test]
    fn infinities_and_columns_without_numbers_are_refused() {
        let imputer = SimpleImputer::new(Strategy::Mean);
        let infinite = rows(&[[1.0, NAN], [2.0, f64::INFINITY]]);
        assert_eq!(imputer.fit(&infinite), Err(Error::NonFinite { what: "x", row: 1, column: 1 }));
        let error = imputer.fit(&rows(&[[1.0, NAN], [2.0, NAN]])).unwrap_err();
        assert_eq!(error.to_string(), "x: expected at least one number in column 1, found only NaN");
        assert!(imputer.fit(&DMatrix::<f64>::zeros(0, 2)).is_err());
        assert!(imputer.fit(&DMatrix::<f64>::zeros(2, 0)).is_err());
        let model = imputer.fit(&rows(&[[1.0, 2.0]])).unwrap();
        assert_eq!(model.transform(&rows(&[[NAN, NAN]])).unwrap(), rows(&[[1.0, 2.0]]));
        assert!(matches!(model.transform(&rows(&[[1.0]])), Err(Error::Shape { .. })));
        assert!(matches!(model.transform(&rows(&[[1.0, f64::NEG_INFINITY]])), Err(Error::NonFinite { .. })));
    }

    #[test]
    fn a_value_beyond_single_precision_is_not_filled_in_as_an_infinity() {
        let model = SimpleImputer::new(Strategy::Constant(1e300)).fit(&rows(&[[1.0_f32]])).unwrap();
        let error = Err(Error::NonFinite { what: "filled x", row: 0, column: 0 });
        assert_eq!(model.transform(&rows(&[[f32::NAN]])), error);
        assert_eq!(SimpleImputerModel::from_json(&model.to_json().unwrap()), Ok(model));
    }
}
