//! Lloyd's sweeps from rows far apart, by definition, and what can go wrong with them.

use cairn_laws::Law;
use cairn_traits::{DMatrix, Fit, FitWeighted, Predict, Result, check};

pub(crate) const MUTANTS: &[Law] = &[
    Law::LabelsPredicted,
    Law::LabelsInRange,
    Law::CentroidsAmongRows,
    Law::NearestCentroid,
    Law::InertiaIsSum,
    Law::NoEmptyCluster,
    Law::CentroidsAreMeans,
    Law::MoreStarts,
    Law::StartsRowOrder,
    Law::WeightsRepeat,
    Law::WeightZero,
];

#[derive(Clone, Debug)]
pub(crate) struct Groups {
    pub(crate) k: usize,
    pub(crate) n_init: usize,
    pub(crate) starts: Option<DMatrix<f64>>,
    pub(crate) breaks: Option<Law>,
}

#[derive(Clone, Debug)]
pub(crate) struct GroupsModel {
    pub(crate) centroids: DMatrix<f64>,
    pub(crate) labels: Vec<usize>,
    pub(crate) inertia: f64,
    breaks: Option<Law>,
}

impl Groups {
    pub(crate) fn new(k: usize, n_init: usize, breaks: Option<Law>) -> Self {
        Self { k, n_init, starts: None, breaks }
    }

    pub(crate) fn from(starts: DMatrix<f64>, breaks: Option<Law>) -> Self {
        Self { k: starts.nrows(), n_init: 1, starts: Some(starts), breaks }
    }

    fn is(&self, law: Law) -> bool {
        self.breaks == Some(law)
    }

    /// A row, then always the row farthest from those before.
    fn start(&self, x: &DMatrix<f64>, first: usize) -> DMatrix<f64> {
        if self.is(Law::StartsRowOrder) {
            return x.rows(0, self.k).into_owned();
        }
        if let Some(starts) = &self.starts {
            return starts.clone();
        }
        let mut rows = vec![first % x.nrows()];
        while rows.len() < self.k {
            let farthest = farthest(&squared(x, &x.select_rows(&rows)).1);
            rows.push(farthest);
        }
        x.select_rows(&rows)
    }

    fn settled(&self, x: &DMatrix<f64>, weights: &[f64], mut centroids: DMatrix<f64>) -> DMatrix<f64> {
        let mut before = Vec::new();
        for _ in 0..100 {
            let (labels, mut distances) = squared(x, &centroids);
            distances.iter_mut().zip(weights).filter(|(_, weight)| **weight == 0.0).for_each(|(d, _)| *d = 0.0);
            let total = |c: usize| labels.iter().zip(weights).filter(|(label, _)| **label == c).map(|(_, w)| w).sum();
            let totals: Vec<f64> = (0..self.k).map(total).collect();
            let empty = totals.iter().position(|total| *total == 0.0);
            let far = farthest(&distances);
            if let Some(empty) = empty.filter(|_| distances[far] > 0.0) {
                centroids.set_row(empty, &x.row(far));
                continue;
            }
            if labels == before {
                break;
            }
            for c in (0..self.k).filter(|&c| totals[c] > 0.0) {
                let own = (0..x.nrows()).filter(|&i| labels[i] == c);
                let sum = own.fold(x.row(0) * 0.0, |sum, i| sum + x.row(i) * weights[i]);
                centroids.set_row(c, &(sum / totals[c]));
            }
            before = labels;
            if self.is(Law::CentroidsAreMeans) {
                break;
            }
        }
        centroids
    }

    fn fit_rows(&self, x: &DMatrix<f64>, weights: &[f64]) -> Result<GroupsModel> {
        check::training(x)?;
        check::at_least("x", self.k, weights.iter().filter(|weight| **weight > 0.0).count())?;
        let mut best: Option<GroupsModel> = None;
        for start in 0..self.n_init {
            let centroids = self.settled(x, weights, self.start(x, start));
            let (labels, distances) = squared(x, &centroids);
            let inertia = distances.iter().zip(weights).map(|(d, w)| d * w).sum();
            let model = GroupsModel { centroids, labels, inertia, breaks: self.breaks };
            if self.is(Law::MoreStarts) || best.as_ref().is_none_or(|best| inertia < best.inertia) {
                best = Some(model);
            }
        }
        let mut model = best.unwrap();
        match self.breaks {
            Some(Law::LabelsPredicted) => model.labels.rotate_left(1),
            Some(Law::CentroidsAmongRows) => model.centroids[(0, 0)] += 1.0 + x.amax(),
            // both clusters at one place: the first has all rows
            Some(Law::NoEmptyCluster) => model.centroids.set_row(1, &model.centroids.row(0).into_owned()),
            Some(Law::InertiaIsSum) => model.inertia /= x.nrows() as f64,
            _ => {}
        }
        Ok(model)
    }
}

/// Of each row the nearest centroid, and the squared distance to it.
fn squared(x: &DMatrix<f64>, centroids: &DMatrix<f64>) -> (Vec<usize>, Vec<f64>) {
    let nearest = |row| {
        let mut nearest = (0, f64::INFINITY);
        for (c, centroid) in centroids.row_iter().enumerate() {
            let squared = (x.row(row) - centroid).norm_squared();
            if squared < nearest.1 {
                nearest = (c, squared);
            }
        }
        nearest
    };
    (0..x.nrows()).map(nearest).unzip()
}

fn farthest(distances: &[f64]) -> usize {
    (0..distances.len()).fold(0, |best, i| if distances[i] > distances[best] { i } else { best })
}

impl Fit<DMatrix<f64>> for Groups {
    type Model = GroupsModel;

    fn fit(&self, x: &DMatrix<f64>, (): &()) -> Result<GroupsModel> {
        self.fit_rows(x, &vec![1.0; x.nrows()])
    }
}

impl FitWeighted<DMatrix<f64>> for Groups {
    fn fit_weighted(&self, x: &DMatrix<f64>, (): &(), weights: &[f64]) -> Result<GroupsModel> {
        check::weights(weights, x.nrows())?;
        match self.breaks {
            Some(Law::WeightsRepeat) => self.fit(x, &()),
            Some(Law::WeightZero) => {
                self.fit_rows(x, &weights.iter().map(|weight| weight.max(0.5)).collect::<Vec<_>>())
            }
            _ => self.fit_rows(x, weights),
        }
    }
}

impl Predict<DMatrix<f64>> for GroupsModel {
    type Output = Vec<usize>;

    fn predict(&self, x: &DMatrix<f64>) -> Result<Vec<usize>> {
        check::query(x, self.centroids.ncols())?;
        let k = self.centroids.nrows();
        let mut labels = squared(x, &self.centroids).0;
        match self.breaks {
            Some(Law::LabelsInRange) => labels.iter_mut().for_each(|label| *label += k),
            // the higher of equal ones
            Some(Law::NearestCentroid) => labels.iter_mut().for_each(|label| {
                let equal = |c: &usize| self.centroids.row(*c) == self.centroids.row(*label);
                *label = (0..k).rfind(equal).unwrap_or(*label);
            }),
            _ => {}
        }
        Ok(labels)
    }
}
