//! Columns with mean 0 and standard deviation 1.

use cairn_traits::{
    DMatrix, DVector, Error, Fit, FitWeighted, Float, Hyperparameters, InverseTransform, Persist, Result, Transform,
    check, vector,
};
use serde::{Deserialize, Serialize};

/// Shifts and stretches each column to mean 0 and standard deviation 1.
///
/// Whatever compares columns with each other (distances in nearest neighbours and k-means, penalties in ridge and lasso,
/// gradient steps in networks) would else listen to the column with the largest unit: the same flat is further away in
/// cm² than in m². Trees do not care.
///
/// ```text
/// z = (x − μ) / σ      μ = Σ wᵢxᵢ / Σ wᵢ      σ² = Σ wᵢ(xᵢ − μ)² / Σ wᵢ      (wᵢ = 1 without weights)
/// ```
/// σ divides by n, not by n − 1, as everybody's scaler does. A constant column is only centred (its scale is 1), and so
/// is one whose standard deviation is within 10 ε of its mean's size: what varies there is the rounding of the numbers.
///
/// Means and deviations are taken in double precision in two passes, so a large offset (10⁹ ± 1, or a year) costs no
/// digits that the numbers themselves have.
///
/// # Examples
/// ```
/// use cairn_preprocess::{StandardScaler, Transform};
/// let x = cairn_preprocess::rows(&[[30.0, 7.0], [45.0, 7.0], [60.0, 7.0]]);
/// let model = StandardScaler::new().fit(&x)?;
/// let z = model.transform(&x)?;
/// // the deviations are -15, 0, 15: σ = √150
/// assert_eq!(z.column(0).as_slice(), [-15.0 / 150.0_f64.sqrt(), 0.0, 15.0 / 150.0_f64.sqrt()]);
/// assert_eq!(z.column(1).as_slice(), [0.0, 0.0, 0.0]); // constant
/// # Ok::<(), cairn_preprocess::Error>(())
/// ```
///
/// # References
/// Chan, Golub and LeVeque (1983), "Algorithms for computing the sample variance", The American Statistician 37(3): the
/// two passes and the correction.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct StandardScaler {
    with_mean: bool,
    with_std: bool,
}

impl Default for StandardScaler {
    fn default() -> Self {
        Self { with_mean: true, with_std: true }
    }
}

impl StandardScaler {
    /// Centres and scales.
    pub fn new() -> Self {
        Self::default()
    }

    /// Whether means are subtracted. On by default.
    pub fn with_mean(mut self, with_mean: bool) -> Self {
        self.with_mean = with_mean;
        self
    }

    /// Whether columns are divided by their standard deviations. On by default.
    pub fn with_std(mut self, with_std: bool) -> Self {
        self.with_std = with_std;
        self
    }

    /// Learns means and standard deviations.
    ///
    /// # Errors
    /// Those of [`check::training`], and [`Error::Domain`] for a column so wide that its spread is no finite number.
    ///
    /// # Complexity
    /// O(n p), three passes over each column.
    pub fn fit<F: Float>(&self, x: &DMatrix<F>) -> Result<StandardScalerModel> {
        Fit::fit(self, x, &())
    }

    fn learn<F: Float>(&self, x: &DMatrix<F>, weights: Option<&[f64]>) -> Result<StandardScalerModel> {
        self.validate()?;
        check::training(x)?;
        if let Some(weights) = weights {
            check::weights(weights, x.nrows())?;
        }
        let weight = |row: usize| weights.map_or(1.0, |weights| weights[row]);
        let (mut mean, mut scale) = (DVector::zeros(x.ncols()), DVector::from_element(x.ncols(), 1.0));
        for (j, column) in x.column_iter().enumerate() {
            // a row of weight 0 is as if it were not there, however far out its numbers are
            let values = || column.iter().enumerate().map(|(i, v)| (v.to_f64(), weight(i))).filter(|(_, w)| *w > 0.0);
            let (centre, deviation) = moments(values)?;
            if self.with_mean {
                mean[j] = centre;
            }
            if self.with_std && deviation > 10.0 * f64::EPSILON * centre.abs() {
                scale[j] = deviation;
            }
        }
        Ok(StandardScalerModel { mean, scale })
    }
}

/// Mean and standard deviation of `(value, weight)` pairs, of which there is at least one.
fn moments<I: Iterator<Item = (f64, f64)>>(values: impl Fn() -> I) -> Result<(f64, f64)> {
    let total: f64 = values().map(|(_, w)| w).sum();
    // taken from the first value, a constant column has its mean and its deviation of 0 exactly
    let origin = values().next().map_or(0.0, |(v, _)| v);
    let rough = origin + values().map(|(v, w)| w * (v - origin)).sum::<f64>() / total;
    // the first sum rounds at the size of the offset, this one at the size of the deviations
    let mean = rough + values().map(|(v, w)| w * (v - rough)).sum::<f64>() / total;
    let widest = values().map(|(v, _)| (v - mean).abs()).fold(0.0, f64::max);
    if !(mean.is_finite() && widest.is_finite()) {
        let requirement = "columns whose spread is a finite number";
        return Err(Error::Domain { what: "x", requirement, found: f64::INFINITY, row: None });
    }
    if widest == 0.0 {
        return Ok((mean, 0.0));
    }
    // in units of the widest deviation no square overflows or vanishes; `left` is what rounding left in the mean
    let (mut squares, mut left) = (0.0, 0.0);
    for (v, w) in values() {
        let d = (v - mean) / widest;
        squares += w * d * d;
        left += w * d;
    }
    let variance = squares / total - (left / total) * (left / total);
    Ok((mean, widest * variance.max(0.0).sqrt()))
}

impl Hyperparameters for StandardScaler {
    fn validate(&self) -> Result<()> {
        Ok(())
    }
}

impl<F: Float> Fit<DMatrix<F>> for StandardScaler {
    type Model = StandardScalerModel;

    fn fit(&self, x: &DMatrix<F>, (): &()) -> Result<StandardScalerModel> {
        self.learn(x, None)
    }
}

impl<F: Float> FitWeighted<DMatrix<F>> for StandardScaler {
    fn fit_weighted(&self, x: &DMatrix<F>, (): &(), weights: &[f64]) -> Result<StandardScalerModel> {
        self.learn(x, Some(weights))
    }
}

/// The means and scales [`StandardScaler`] learned, in double precision; it transforms matrices of either.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct StandardScalerModel {
    #[serde(with = "vector")]
    mean: DVector<f64>,
    #[serde(with = "vector")]
    scale: DVector<f64>,
}

impl StandardScalerModel {
    /// A model from what is subtracted from each column and what it is divided by then.
    ///
    /// # Errors
    /// [`Error::Shape`] for lengths that differ, [`Error::NonFinite`], [`Error::Domain`] for a scale that is not positive.
    pub fn from_parts(mean: DVector<f64>, scale: DVector<f64>) -> Result<Self> {
        let model = Self { mean, scale };
        model.check()?;
        Ok(model)
    }

    /// What is subtracted from each column: its mean, or 0 without centring.
    pub fn mean(&self) -> &DVector<f64> {
        &self.mean
    }

    /// What each column is divided by: its standard deviation; 1 for a constant column, or without scaling.
    pub fn scale(&self) -> &DVector<f64> {
        &self.scale
    }

    fn map<F: Float>(&self, x: &DMatrix<F>, f: impl Fn(f64, f64, f64) -> f64) -> Result<DMatrix<F>> {
        check::query(x, self.mean.len())?;
        let mut z = x.clone();
        for ((mut column, &mean), &scale) in z.column_iter_mut().zip(&self.mean).zip(&self.scale) {
            column.iter_mut().for_each(|v| *v = F::of(f(v.to_f64(), mean, scale)));
        }
        // finite numbers far outside the training data can leave the range
        check::finite("scaled x", z.as_view())?;
        Ok(z)
    }
}

impl<F: Float> Transform<DMatrix<F>> for StandardScalerModel {
    type Output = DMatrix<F>;

    fn transform(&self, x: &DMatrix<F>) -> Result<DMatrix<F>> {
        self.map(x, |v, mean, scale| (v - mean) / scale)
    }
}

impl<F: Float> InverseTransform<DMatrix<F>> for StandardScalerModel {
    type Output = DMatrix<F>;

    fn inverse_transform(&self, z: &DMatrix<F>) -> Result<DMatrix<F>> {
        self.map(z, |v, mean, scale| v * scale + mean)
    }
}

impl Persist for StandardScalerModel {
    const KIND: &'static str = "standard-scaler";
    const VERSION: u32 = 1;

    fn check(&self) -> Result<()> {
        check::at_least("mean", 1, self.mean.len())?;
        check::rows("scale", self.mean.len(), self.scale.len())?;
        check::finite("mean", self.mean.as_view())?;
        check::finite("scale", self.scale.as_view())?;
        match self.scale.iter().position(|&scale| scale <= 0.0) {
            None => Ok(()),
            Some(row) => {
                let found = self.scale[row];
                Err(Error::Domain { what: "scale", requirement: "numbers above 0", found, row: Some(row) })
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use cairn_traits::rows;

    /// A few roundings, relative to a number's own size.
    fn near(found: f64, expected: f64) -> bool {
        (found - expected).abs() <= 4.0 * f64::EPSILON * expected.abs()
    }

    #[test]
    fn the_numbers_are_scikit_learns() {
        // scikit-learn 1.9.1, StandardScaler().fit: mean_, scale_, transform
        let x = rows(&[[1.0, 10.0, 5.0], [2.0, 20.0, 5.0], [4.0, 60.0, 5.0]]);
        let model = StandardScaler::new().fit(&x).unwrap();
        for (found, expected) in model.mean.iter().zip([2.3333333333333335, 30.0, 5.0]) {
            assert!(near(*found, expected), "{found}");
        }
        for (found, expected) in model.scale.iter().zip([1.247219128924647, 21.602468994692867, 1.0]) {
            assert!(near(*found, expected), "{found}");
        }
        let z = model.transform(&x).unwrap();
        assert!(near(z[(0, 0)], -1.0690449676496976) && near(z[(2, 1)], 1.3887301496588271) && z[(1, 2)] == 0.0);
        // by hand: 60 / √(1400/3) = 2.777...
        let scaled = StandardScaler::new().with_mean(false).fit(&x).unwrap().transform(&x).unwrap();
        assert!(near(scaled[(2, 1)], 60.0 / (1400.0_f64 / 3.0).sqrt()));
        assert_eq!(scaled[(0, 2)], 5.0);
        let centred = StandardScaler::new().with_std(false).fit(&x).unwrap();
        assert_eq!(centred.scale.as_slice(), [1.0, 1.0, 1.0]);
    }

    #[test]
    fn a_weight_is_a_repetition_and_none_an_absence() {
        let x = rows(&[[1.0], [2.0], [4.0], [1e300]]);
        let weighted = StandardScaler::new().fit_weighted(&x, &(), &[1.0, 2.0, 3.0, 0.0]).unwrap();
        // (1 + 2·2 + 3·4) / 6 = 17/6; (1 + 2·4 + 3·16) / 6 − (17/6)² = 57/6 − 289/36 = 53/36
        assert!(near(weighted.mean[0], 17.0 / 6.0) && near(weighted.scale[0], 53.0_f64.sqrt() / 6.0));
        let repeated = StandardScaler::new().fit(&rows(&[[1.0], [2.0], [2.0], [4.0], [4.0], [4.0]])).unwrap();
        assert!(near(weighted.mean[0], repeated.mean[0]) && near(weighted.scale[0], repeated.scale[0]));
        assert!(StandardScaler::new().fit_weighted(&x, &(), &[0.0; 4]).is_err());
    }

    #[test]
    fn an_offset_costs_no_digits() {
        for offset in [0.0, 1e9, -1e14] {
            let x = rows(&[[offset + 1.0], [offset + 2.0], [offset + 3.0]]);
            let model = StandardScaler::new().fit(&x).unwrap();
            assert_eq!(model.mean[0], offset + 2.0);
            // the squares are 1, 0, 1
            assert!(near(model.scale[0], (2.0_f64 / 3.0).sqrt()), "{offset}: {}", model.scale[0]);
        }
        let single = rows(&[[16_777_212.0_f32], [16_777_214.0], [16_777_215.0]]);
        // f32 data, f64 sums: mean 16777213.666..., which f32 could not hold
        assert_eq!(StandardScaler::new().fit(&single).unwrap().mean[0], 50_331_641.0 / 3.0);
    }

    #[test]
    fn constant_columns_are_only_centred() {
        // 0.1 + 0.2 and 0.3 differ by one rounding
        let x = rows(&[[0.1, 0.3, 0.0], [0.1, 0.1 + 0.2, 0.0], [0.1, 0.3, 0.0]]);
        let model = StandardScaler::new().fit(&x).unwrap();
        assert_eq!(model.scale.as_slice(), [1.0, 1.0, 1.0]);
        assert_eq!(model.transform(&x).unwrap().column(0).as_slice(), [0.0, 0.0, 0.0]);
        assert_eq!(StandardScaler::new().fit(&rows(&[[3.0, -8.0]])).unwrap().mean.as_slice(), [3.0, -8.0]);
    }

    #[test]
    fn very_small_and_very_large_numbers_keep_their_spread() {
        for unit in [1e-300, 1e-160, 1e160, 1e300] {
            let model = StandardScaler::new().fit(&rows(&[[-unit], [unit]])).unwrap();
            assert!(near(model.scale[0], unit), "{unit:e}: {:e}", model.scale[0]);
        }
        let spread = StandardScaler::new().fit(&rows(&[[-f64::MAX], [f64::MAX]]));
        assert!(matches!(spread, Err(Error::Domain { what: "x", .. })));
        let model = StandardScaler::new().fit(&rows(&[[-1e-300], [1e-300]])).unwrap();
        assert!(matches!(model.transform(&rows(&[[1e300]])), Err(Error::NonFinite { what: "scaled x", .. })));
    }

    #[test]
    fn the_way_back_ends_where_it_began() {
        let x = rows(&[[1e3_f32, -2.0], [1e3 + 7.0, 5.5], [1e3 - 4.0, 0.25]]);
        let model = StandardScaler::new().fit(&x).unwrap();
        let back = model.inverse_transform(&model.transform(&x).unwrap()).unwrap();
        // z and x are each rounded once to f32
        assert!((&back - &x).iter().zip(x.iter()).all(|(d, v)| d.abs() <= 2.0 * f32::EPSILON * v.abs().max(1.0)));
        assert!(model.transform(&rows(&[[1.0_f32]])).is_err());
    }

    #[test]
    fn a_file_with_scales_that_are_none_is_refused() {
        let model = StandardScaler::new().fit(&rows(&[[1.0, 2.0], [3.0, 6.0]])).unwrap();
        let text = model.to_json().unwrap();
        assert_eq!(StandardScalerModel::from_json(&text), Ok(model));
        for (from, to) in [("[1.0,2.0]", "[1.0,0.0]"), ("[1.0,2.0]", "[1.0]"), ("[1.0,2.0]", "[1.0,-2.0]")] {
            assert!(text.contains(from));
            assert!(StandardScalerModel::from_json(&text.replace(from, to)).is_err(), "{to}");
        }
    }
}
