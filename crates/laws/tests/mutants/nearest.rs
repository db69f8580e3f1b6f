//! The nearest rows by definition, and what can go wrong with them.

use cairn_laws::Law;
use cairn_traits::{Classes, DMatrix, DVector, Fit, Outputs, Predict, Probabilistic, Result, check};

pub(crate) const REGRESSOR_MUTANTS: &[Law] =
    &[Law::NearestIsSelf, Law::AllNeighbors, Law::Isometry, Law::FarPoint, Law::Hull];

pub(crate) const CLASSIFIER_MUTANTS: &[Law] = &[
    Law::OneClass,
    Law::PredictsClasses,
    Law::LabelRenaming,
    Law::ClassesSorted,
    Law::ProbabilitiesSum,
    Law::PredictIsArgmax,
    Law::LogProbabilities,
    Law::NearestIsSelf,
    Law::AllNeighbors,
];

#[derive(Clone, Copy, Debug)]
pub(crate) struct Nearest {
    pub(crate) k: usize,
    pub(crate) breaks: Option<Law>,
}

/// Rows and what belongs to them.
pub(crate) struct Rows<Y> {
    x: DMatrix<f64>,
    y: Y,
    classes: Vec<usize>,
    nearest: Nearest,
}

impl<Y> Rows<Y> {
    fn is(&self, law: Law) -> bool {
        self.nearest.breaks == Some(law)
    }

    /// Those near each query, nearest first.
    fn near(&self, queries: &DMatrix<f64>) -> Result<Vec<Vec<usize>>> {
        check::query(queries, self.x.ncols())?;
        let origin = if self.is(Law::Isometry) { self.x.row(0).amax() } else { 0.0 };
        let near = queries.row_iter().map(|query| {
            let distance = |row| (self.x.row(row) - query).norm() * (1.0 + origin * self.x[(row, 0)].abs());
            let distances: Vec<f64> = (0..self.x.nrows()).map(distance).collect();
            let mut rows: Vec<usize> = (0..self.x.nrows()).collect();
            rows.sort_by(|&a, &b| distances[a].total_cmp(&distances[b]));
            let skipped = usize::from(self.is(Law::NearestIsSelf) && rows.len() > self.nearest.k);
            rows.into_iter().skip(skipped).take(self.nearest.k).collect()
        });
        Ok(near.collect())
    }
}

impl Nearest {
    fn rows<Y>(self, x: &DMatrix<f64>, y: Y) -> Result<Rows<Y>> {
        check::at_least("x", self.k, x.nrows())?;
        Ok(Rows { x: x.clone(), y, classes: Vec::new(), nearest: self })
    }
}

impl Fit<DMatrix<f64>, DVector<f64>> for Nearest {
    type Model = Rows<DVector<f64>>;

    fn fit(&self, x: &DMatrix<f64>, y: &DVector<f64>) -> Result<Self::Model> {
        check::training(x)?;
        check::targets(y.as_columns(), x.nrows())?;
        self.rows(x, y.clone())
    }
}

impl Predict<DMatrix<f64>> for Rows<DVector<f64>> {
    type Output = DVector<f64>;

    fn predict(&self, x: &DMatrix<f64>) -> Result<DVector<f64>> {
        let far = self.x.row_iter().map(|row| row.norm()).fold(0.0, f64::max);
        let means = self.near(x)?.into_iter().map(|rows| {
            let n = rows.len() as f64;
            let mean = rows.iter().map(|&row| self.y[row]).sum::<f64>() / n;
            match self.nearest.breaks {
                Some(Law::AllNeighbors) => (mean + self.y[rows[0]]) / 2.0,
                Some(Law::FarPoint) => mean + far,
                Some(Law::Hull) => 1.1 * mean,
                _ => mean,
            }
        });
        Ok(DVector::from_vec(means.collect()))
    }
}

impl Fit<DMatrix<f64>, [usize]> for Nearest {
    type Model = Rows<Vec<usize>>;

    fn fit(&self, x: &DMatrix<f64>, y: &[usize]) -> Result<Self::Model> {
        check::training(x)?;
        let mut classes = check::labels(y, x.nrows(), if self.breaks == Some(Law::OneClass) { 1 } else { 2 })?;
        if self.breaks == Some(Law::ClassesSorted) {
            classes.reverse();
        }
        Ok(Rows { classes, ..self.rows(x, y.to_vec())? })
    }
}

impl Classes for Rows<Vec<usize>> {
    fn classes(&self) -> &[usize] {
        &self.classes
    }
}

impl Probabilistic<DMatrix<f64>> for Rows<Vec<usize>> {
    type Scalar = f64;

    fn predict_proba(&self, x: &DMatrix<f64>) -> Result<DMatrix<f64>> {
        let near = self.near(x)?;
        let total = self.nearest.k as f64 + if self.is(Law::ProbabilitiesSum) { 1e-9 } else { 0.0 };
        Ok(DMatrix::from_fn(x.nrows(), self.classes.len(), |row, class| {
            let votes = near[row].iter().filter(|&&neighbor| self.y[neighbor] == self.classes[class]).count();
            votes as f64 / total
        }))
    }

    fn predict_log_proba(&self, x: &DMatrix<f64>) -> Result<DMatrix<f64>> {
        let more = if self.is(Law::LogProbabilities) { 1e-3 } else { 0.0 };
        Ok(self.predict_proba(x)?.map(|p| (p + more).ln()))
    }
}

impl Predict<DMatrix<f64>> for Rows<Vec<usize>> {
    type Output = Vec<usize>;

    fn predict(&self, x: &DMatrix<f64>) -> Result<Vec<usize>> {
        let probabilities = self.predict_proba(x)?;
        let answers = probabilities.row_iter().map(|p| {
            let best = (0..p.len()).fold(0, |best, class| {
                let better = if self.is(Law::PredictIsArgmax) { p[class] >= p[best] } else { p[class] > p[best] };
                if better { class } else { best }
            });
            let label = self.classes[best];
            match self.nearest.breaks {
                Some(Law::PredictsClasses) => best,
                Some(Law::LabelRenaming) if label % 2 == 1 => self.classes[0],
                Some(Law::AllNeighbors) => self.y[0],
                _ => label,
            }
        });
        Ok(answers.collect())
    }
}
