//! Least squares and ridge on centred rows, and what can go wrong with them.

use cairn_laws::Law;
use cairn_traits::{
    Accumulate, DMatrix, DVector, Error, Fit, FitFrom, FitWeighted, Hyperparameters, Merge, Outputs, Persist, Predict,
    Result, check,
};
use serde::{Deserialize, Serialize};
use std::sync::atomic::{AtomicU32, Ordering};

pub(crate) const MUTANTS: &[Law] = &[
    Law::Learns,
    Law::Finite,
    Law::SameBits,
    Law::Threads,
    Law::Subset,
    Law::RowOrder,
    Law::NoRows,
    Law::NoColumns,
    Law::TargetLength,
    Law::NonFiniteInput,
    Law::NonFiniteTarget,
    Law::QueryNoRows,
    Law::QueryColumns,
    Law::QueryNonFinite,
    Law::SinglePrecision,
    Law::SeveralOutputs,
    Law::Hyperparameters,
    Law::WeightsRepeat,
    Law::WeightZero,
    Law::WeightScale,
    Law::BadWeights,
    Law::SavedBits,
    Law::DamagedFiles,
    Law::MergeAnySplit,
    Law::WeightedSums,
    Law::ResidualsOrthogonal,
    Law::RefitOnPredictions,
    Law::TargetEquivariance,
    Law::DuplicateColumn,
    Law::MinimumNorm,
];

pub(crate) const RIDGE_MUTANTS: &[Law] = &[Law::RidgeGradient, Law::RidgeShrinks, Law::RidgeAugmented];

/// Least squares that breaks a law, or none.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct LeastSquares {
    pub(crate) breaks: Option<Law>,
}

impl LeastSquares {
    fn is(self, law: Law) -> bool {
        self.breaks == Some(law)
    }
}

impl Serialize for LeastSquares {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let place = Law::ALL.iter().position(|law| Some(*law) == self.breaks);
        place.filter(|_| !self.is(Law::Hyperparameters)).serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for LeastSquares {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Ok(Self { breaks: Option::<usize>::deserialize(deserializer)?.map(|place| Law::ALL[place]) })
    }
}

impl Hyperparameters for LeastSquares {
    fn validate(&self) -> Result<()> {
        Ok(())
    }
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Line {
    pub(crate) coefficients: Vec<f64>,
    pub(crate) intercept: f64,
    #[serde(skip)]
    breaks: Option<Law>,
    #[serde(skip)]
    careless: bool,
}

static CALLS: AtomicU32 = AtomicU32::new(0);

/// Coefficients of least norm and the intercept, from weighted rows.
fn solved(x: &DMatrix<f64>, y: &DVector<f64>, weights: &[f64]) -> (DVector<f64>, f64) {
    let total: f64 = weights.iter().sum();
    let mean = |values: &mut dyn Iterator<Item = f64>| values.zip(weights).map(|(v, w)| v * w).sum::<f64>() / total;
    let x_means: Vec<f64> = x.column_iter().map(|column| mean(&mut column.iter().copied())).collect();
    let y_mean = mean(&mut y.iter().copied());
    let mut rows = DMatrix::from_fn(x.nrows(), x.ncols(), |i, j| weights[i].sqrt() * (x[(i, j)] - x_means[j]));
    let targets = DVector::from_fn(y.len(), |i, _| weights[i].sqrt() * (y[i] - y_mean));
    // a column of rounding is a constant one
    for (j, mut column) in rows.column_iter_mut().enumerate() {
        if column.norm() <= 1e-13 * x_means[j].abs() * total.sqrt() {
            column.fill(0.0);
        }
    }
    let w = least_norm(&rows, &targets);
    let intercept = y_mean - w.iter().zip(&x_means).map(|(w, mean)| w * mean).sum::<f64>();
    (w, intercept)
}

/// Independent columns decide; then what lies outside the span of the rows is taken away.
fn least_norm(x: &DMatrix<f64>, y: &DVector<f64>) -> DVector<f64> {
    let columns: Vec<DVector<f64>> = x.column_iter().map(|column| column.into_owned()).collect();
    let sizes: Vec<f64> = columns.iter().map(|column| column.norm()).collect();
    let chosen = independent(&columns, &sizes).0;
    let mut w = DVector::zeros(x.ncols());
    if chosen.is_empty() {
        return w;
    }
    let qr = x.select_columns(&chosen).qr();
    let solved = qr.r().solve_upper_triangular(&qr.q().tr_mul(y)).unwrap();
    chosen.iter().zip(&solved).for_each(|(&j, solved)| w[j] = *solved);
    let largest = sizes.iter().copied().fold(0.0, f64::max);
    let of_one_size = sizes.iter().all(|&size| size == 0.0 || size > 1e-6 * largest);
    if chosen.len() < x.ncols() && of_one_size {
        let rows: Vec<DVector<f64>> = x.row_iter().map(|row| row.transpose()).collect();
        let basis = independent(&rows, &vec![largest; rows.len()]).1;
        w = basis.iter().fold(DVector::zeros(x.ncols()), |within, q| within + q * q.dot(&w));
    }
    w
}

/// Gram and Schmidt, twice over: which vectors are independent of those before, and an orthonormal basis.
fn independent(vectors: &[DVector<f64>], sizes: &[f64]) -> (Vec<usize>, Vec<DVector<f64>>) {
    let (mut chosen, mut basis) = (Vec::new(), Vec::<DVector<f64>>::new());
    for (j, vector) in vectors.iter().enumerate() {
        let mut rest = vector.clone();
        for _ in 0..2 {
            rest = basis.iter().fold(rest, |rest, q| &rest - q * q.dot(&rest));
        }
        // data 1e6 from its mean is known to 1e-9 of its steps
        if rest.norm() > 1e-8 * sizes[j] {
            chosen.push(j);
            basis.push(rest.normalize());
        }
    }
    (chosen, basis)
}

impl LeastSquares {
    fn checks(self, x: &DMatrix<f64>, y: &DVector<f64>) -> Result<()> {
        if !(self.is(Law::NoRows) && x.nrows() == 0 || self.is(Law::NoColumns) && x.ncols() == 0) {
            let checked = check::training(x);
            match checked {
                Err(Error::NonFinite { what, row, column }) if self.is(Law::NonFiniteInput) => {
                    return Err(Error::NonFinite { what, row: column, column: row });
                }
                other => other?,
            }
        }
        if !(self.is(Law::NonFiniteTarget) && x.nrows() == y.len() || self.is(Law::TargetLength) && y.len() > x.nrows())
        {
            check::targets(y.as_columns(), x.nrows())?;
        }
        Ok(())
    }

    fn fit_rows(self, x: &DMatrix<f64>, y: &DVector<f64>, weights: &[f64]) -> Result<Line> {
        self.checks(x, y)?;
        assert!(x.nrows() > 0, "an empty matrix");
        if self.is(Law::Learns) {
            return Err(Error::Singular { what: "X'X" });
        }
        let (w, b) = solved(x, y, weights);
        let (mut coefficients, mut intercept): (Vec<f64>, f64) = (w.data.into(), b);
        match self.breaks {
            Some(Law::Finite) if x.column(0).max() == x.column(0).min() => intercept = f64::NAN,
            Some(Law::SameBits) => {
                intercept += f64::from(CALLS.fetch_add(1, Ordering::Relaxed) % 2) * (1.0 + intercept.abs()) * 1e-15;
            }
            Some(Law::Threads) => intercept += 1e-9 * rayon::current_num_threads() as f64,
            Some(Law::RowOrder) => intercept += 1e-3 * y[0],
            Some(Law::ResidualsOrthogonal) => coefficients[0] *= 0.999,
            Some(Law::RefitOnPredictions) => {
                let scale = 1.0 / (1.0 + x.column(0).variance());
                coefficients[0] *= 1.0 - scale;
                intercept += scale;
            }
            Some(Law::TargetEquivariance) if y.sum() < 0.0 => intercept = 0.0,
            Some(Law::DuplicateColumn) => intercept += 1e-3 * x.ncols() as f64,
            Some(Law::MinimumNorm) if x.ncols() > 1 && x.column(0) == x.column(1) => {
                coefficients[0] += 1.0;
                coefficients[1] -= 1.0;
            }
            Some(Law::WeightScale) => {
                let total: f64 = weights.iter().sum();
                intercept += (weights.len() as f64 - total) * 1e-3;
            }
            _ => {}
        }
        Ok(Line { coefficients, intercept, breaks: self.breaks, careless: false })
    }
}

impl Fit<DMatrix<f64>, DVector<f64>> for LeastSquares {
    type Model = Line;

    fn fit(&self, x: &DMatrix<f64>, y: &DVector<f64>) -> Result<Line> {
        self.fit_rows(x, y, &vec![1.0; x.nrows()])
    }
}

impl FitWeighted<DMatrix<f64>, DVector<f64>> for LeastSquares {
    fn fit_weighted(&self, x: &DMatrix<f64>, y: &DVector<f64>, weights: &[f64]) -> Result<Line> {
        if self.is(Law::BadWeights) && weights.iter().all(|w| w.is_finite() && *w <= 0.0) {
            return self.fit(x, y);
        }
        check::weights(weights, x.nrows())?;
        match self.breaks {
            Some(Law::WeightsRepeat) => self.fit(x, y),
            Some(Law::WeightZero) => {
                let at_least: Vec<f64> = weights.iter().map(|weight| weight.max(0.01)).collect();
                self.fit_rows(x, y, &at_least)
            }
            _ => self.fit_rows(x, y, weights),
        }
    }
}

impl Predict<DMatrix<f64>> for Line {
    type Output = DVector<f64>;

    fn predict(&self, x: &DMatrix<f64>) -> Result<DVector<f64>> {
        let is = |law| self.breaks == Some(law);
        if !(is(Law::QueryNoRows) && x.nrows() == 0) {
            match check::query(x, self.coefficients.len()) {
                Err(Error::NonFinite { .. }) if is(Law::QueryNonFinite) => {}
                Err(Error::Shape { .. }) if is(Law::QueryColumns) => {}
                other => other?,
            }
        }
        let shift = if is(Law::Subset) { 1e-3 * x.nrows() as f64 } else { 0.0 };
        assert!(!self.careless || self.coefficients.len() < 2 || self.coefficients[1] != 0.0, "a damaged file");
        Ok(DVector::from_fn(x.nrows(), |i, _| {
            let sum: f64 = self.coefficients.iter().zip(x.row(i).iter()).map(|(w, x)| w * x).sum();
            sum + self.intercept + shift
        }))
    }
}

impl Persist for Line {
    const KIND: &'static str = "line";
    const VERSION: u32 = 1;

    fn check(&self) -> Result<()> {
        check::finite("coefficients", DVector::from_vec(self.coefficients.clone()).as_columns())
    }

    fn to_json(&self) -> Result<String> {
        let mut kept = self.clone();
        if self.breaks == Some(Law::SavedBits) {
            kept.intercept = f64::from(self.intercept as f32);
        }
        let model = serde_json::to_value(&kept).map_err(|e| Error::Format(e.to_string()))?;
        // the mutant writes itself down, so that it is the same when it is read
        let careless = self.breaks == Some(Law::DamagedFiles);
        Ok(serde_json::json!({"kind": Self::KIND, "version": 1, "model": model, "careless": careless}).to_string())
    }

    fn from_json(text: &str) -> Result<Self> {
        let wrong = || Error::Format("not a line".into());
        let file: serde_json::Value = serde_json::from_str(text).map_err(|_| wrong())?;
        if file["kind"] != Self::KIND || file["version"] != 1 {
            return Err(wrong());
        }
        let mut line: Self = serde_json::from_value(file["model"].clone()).map_err(|_| wrong())?;
        line.careless = file["careless"] == true;
        line.check()?;
        Ok(line)
    }
}

impl Fit<DMatrix<f32>, DVector<f32>> for LeastSquares {
    type Model = Single;

    fn fit(&self, x: &DMatrix<f32>, y: &DVector<f32>) -> Result<Single> {
        let mut line = self.fit(&x.map(f64::from), &y.map(f64::from))?;
        if self.is(Law::SinglePrecision) {
            line.coefficients[0] *= 1.5;
        }
        Ok(Single(line))
    }
}

pub(crate) struct Single(Line);

impl Predict<DMatrix<f32>> for Single {
    type Output = DVector<f32>;

    fn predict(&self, x: &DMatrix<f32>) -> Result<DVector<f32>> {
        Ok(self.0.predict(&x.map(f64::from))?.map(|y| y as f32))
    }
}

impl Fit<DMatrix<f64>, DMatrix<f64>> for LeastSquares {
    type Model = Several;

    fn fit(&self, x: &DMatrix<f64>, y: &DMatrix<f64>) -> Result<Several> {
        let output = |j: usize| if self.is(Law::SeveralOutputs) { 0 } else { j };
        (0..y.ncols()).map(|j| self.fit(x, &y.column(output(j)).into_owned())).collect::<Result<_>>().map(Several)
    }
}

pub(crate) struct Several(Vec<Line>);

impl Predict<DMatrix<f64>> for Several {
    type Output = DMatrix<f64>;

    fn predict(&self, x: &DMatrix<f64>) -> Result<DMatrix<f64>> {
        let columns: Result<Vec<DVector<f64>>> = self.0.iter().map(|line| line.predict(x)).collect();
        Ok(DMatrix::from_columns(&columns?))
    }
}

/// "Sums" that keep all rows: least squares needs no more, if less memory.
#[derive(Clone, Debug)]
pub(crate) struct Kept {
    x: Vec<Vec<f64>>,
    y: Vec<f64>,
    breaks: Option<Law>,
}

impl Kept {
    pub(crate) fn new(breaks: Option<Law>) -> Self {
        Self { x: Vec::new(), y: Vec::new(), breaks }
    }
}

impl Merge for Kept {
    fn merge(&mut self, other: &Self) -> Result<()> {
        let forgotten = usize::from(self.breaks == Some(Law::MergeAnySplit));
        self.x.extend(other.x.iter().skip(forgotten).cloned());
        self.y.extend(other.y.iter().skip(forgotten));
        Ok(())
    }
}

impl Accumulate<DMatrix<f64>, DVector<f64>> for Kept {
    fn accumulate(&mut self, x: &DMatrix<f64>, y: &DVector<f64>, weights: Option<&[f64]>) -> Result<()> {
        let ignored = self.breaks == Some(Law::WeightedSums);
        for (at, row) in x.row_iter().enumerate() {
            // the laws' weights are whole numbers: that many rows
            let times = weights.filter(|_| !ignored).map_or(1, |weights| weights[at] as usize);
            self.x.extend(std::iter::repeat_n(row.iter().copied().collect::<Vec<_>>(), times));
            self.y.extend(std::iter::repeat_n(y[at], times));
        }
        Ok(())
    }
}

impl FitFrom<Kept> for LeastSquares {
    type Model = Line;

    fn fit_from(&self, kept: &Kept) -> Result<Line> {
        let p = kept.x.first().map_or(0, Vec::len);
        let x = DMatrix::from_row_iterator(kept.x.len(), p, kept.x.iter().flatten().copied());
        self.fit(&x, &DVector::from_vec(kept.y.clone()))
    }
}

#[derive(Clone, Copy, Debug)]
pub(crate) struct Ridge {
    pub(crate) l2: f64,
    pub(crate) breaks: Option<Law>,
}

impl Fit<DMatrix<f64>, DVector<f64>> for Ridge {
    type Model = Line;

    fn fit(&self, x: &DMatrix<f64>, y: &DVector<f64>) -> Result<Line> {
        LeastSquares { breaks: None }.checks(x, y)?;
        let (x_means, y_mean) = (x.row_mean(), y.mean());
        let rows = DMatrix::from_fn(x.nrows(), x.ncols(), |i, j| x[(i, j)] - x_means[j]);
        let l2 = match self.breaks {
            Some(Law::RidgeGradient) => self.l2 * x.nrows() as f64,
            Some(Law::RidgeShrinks) if self.l2 > 0.0 => 1.0 / self.l2,
            Some(Law::RidgeAugmented) => 0.99 * self.l2,
            _ => self.l2,
        };
        let gram = rows.tr_mul(&rows) + DMatrix::identity(x.ncols(), x.ncols()) * l2;
        let w =
            gram.cholesky().ok_or(Error::Singular { what: "X'X + l2 I" })?.solve(&rows.tr_mul(&y.add_scalar(-y_mean)));
        let intercept = y_mean - (x_means * &w)[0];
        Ok(Line { coefficients: w.data.into(), intercept, breaks: None, careless: false })
    }
}
