//! Laws of what groups rows: labels, centroids, inertia.

use crate::{
    Broken, Case, Law, Laws, Learner, Unlabelled, Verdict,
    answer::{Answer, answered, close, learned, same_bits},
    checks,
    groups::{ANY_ROWS, ENOUGH_ROWS, SINGLE_TOLERANCE, place},
    strategies::Design,
};
use cairn_traits::{DMatrix, Fit, FitWeighted, Predict, Probabilistic};
use proptest::prelude::*;
use std::collections::BTreeSet;

/// Rows and how many of them are starts.
fn started(designs: &[Design]) -> impl Strategy<Value = (Unlabelled, usize)> + use<> {
    (Unlabelled::cases(designs, 1..=30), 1..=4_usize).prop_map(|(case, k)| {
        let k = k.min(case.x.nrows());
        (case, k)
    })
}

/// The first rows.
fn starts(x: &DMatrix<f64>, k: usize) -> DMatrix<f64> {
    x.rows(0, k).into_owned()
}

type Fitted<E> = <E as Fit<DMatrix<f64>>>::Model;

impl<'a, E> Laws<'a, E, Unlabelled>
where
    E: Fit<DMatrix<f64>, Model: Predict<DMatrix<f64>, Output = Vec<usize>>> + Sync,
{
    /// The laws of any estimator, for what groups rows: its answers are the clusters' numbers.
    pub fn clusterer(estimator: &'a E) -> Self {
        Laws::of(estimator).any_estimator()
    }

    /// Asks [`Law::LabelsPredicted`] and [`Law::LabelsInRange`]. `labels` are those of the training rows, `n_clusters` is
    /// how many clusters the model has.
    pub fn labels(
        self,
        labels: impl Fn(&Fitted<E>) -> Vec<usize> + 'a,
        n_clusters: impl Fn(&Fitted<E>) -> usize + 'a,
    ) -> Self {
        let all = || Unlabelled::cases(Design::ALL, ANY_ROWS);
        self.ask(Law::LabelsPredicted, all(), move |e, c, _| {
            let Some(model) = learned(e.fit(&c.x, &()))? else { return Ok(()) };
            same_bits(&labels(&model).numbers(), &answered(&model, &c.x)?)
        })
        .ask(Law::LabelsInRange, all(), move |e, c, _| {
            let Some(model) = learned(e.fit(&c.x, &()))? else { return Ok(()) };
            let (k, answers) = (n_clusters(&model), answered(&model, &c.x)?);
            match answers.iter().find(|label| **label >= k as f64) {
                None => Ok(()),
                Some(label) => Err(Broken::new(format!("labels below {k}"), label)),
            }
        })
    }

    /// Asks the laws of centroids, n_clusters x n_features: [`Law::CentroidsAmongRows`], [`Law::NearestCentroid`] and
    /// [`Law::NoEmptyCluster`].
    pub fn centroids(self, centroids: impl Fn(&Fitted<E>) -> DMatrix<f64> + Copy + 'a) -> Self {
        let all = || Unlabelled::cases(Design::ALL, ANY_ROWS);
        self.ask(Law::CentroidsAmongRows, all(), move |e, c, tolerance| {
            let model = learned(e.fit(&c.x, &()))?;
            model.map_or(Ok(()), |model| centroids_are_among_the_rows(&centroids(&model), &c.x, tolerance))
        })
        .ask(Law::NearestCentroid, all(), move |e, c, tolerance| {
            let Some(model) = learned(e.fit(&c.x, &()))? else { return Ok(()) };
            labels_are_of_the_nearest(&answered(&model, &c.x)?, &centroids(&model), &c.x, tolerance)
        })
        .ask(Law::NoEmptyCluster, all(), move |e, c, _| {
            let Some(model) = learned(e.fit(&c.x, &()))? else { return Ok(()) };
            let rows = distinct(&c.x);
            let k = centroids(&model).nrows();
            let labels = answered(&model, &c.x)?;
            let seen: BTreeSet<u64> = labels.iter().map(|label| label.to_bits()).collect();
            if rows < k || seen.len() == k { Ok(()) } else { Err(Broken::new(format!("{k} labels"), seen.len())) }
        })
    }

    /// Asks [`Law::InertiaIsSum`].
    pub fn inertia(
        self,
        centroids: impl Fn(&Fitted<E>) -> DMatrix<f64> + 'a,
        inertia: impl Fn(&Fitted<E>) -> f64 + 'a,
    ) -> Self {
        self.ask(Law::InertiaIsSum, Unlabelled::cases(Design::ALL, ANY_ROWS), move |e, c, tolerance| {
            let Some(model) = learned(e.fit(&c.x, &()))? else { return Ok(()) };
            let (labels, centroids) = (answered(&model, &c.x)?, centroids(&model));
            let own = |i: usize| centroids.row((labels[i] as usize).min(centroids.nrows() - 1));
            let sum: f64 = (0..c.x.nrows()).map(|i| (c.x.row(i) - own(i)).norm_squared()).sum();
            // coordinates are rounded at the size of the largest, and so are distances of 0
            let rounding = c.x.len() as f64 * (8.0 * f64::EPSILON * c.x.amax()).powi(2);
            close(&vec![sum].numbers(), &vec![inertia(&model)].numbers(), tolerance, rounding / tolerance)
        })
    }

    /// Asks [`Law::CentroidsAreMeans`]: of what goes on until no label changes.
    pub fn settles(self, centroids: impl Fn(&Fitted<E>) -> DMatrix<f64> + 'a) -> Self {
        self.ask(Law::CentroidsAreMeans, Unlabelled::cases(Design::ALL, ANY_ROWS), move |e, c, tolerance| {
            let Some(model) = learned(e.fit(&c.x, &()))? else { return Ok(()) };
            centroids_are_means(&answered(&model, &c.x)?, &centroids(&model), &c.x, tolerance)
        })
    }

    /// Asks [`Law::MoreStarts`]. `with` is the estimator that tries so many starts, those of fewer among them.
    pub fn more_starts(self, with: impl Fn(usize) -> E + 'a, inertia: impl Fn(&Fitted<E>) -> f64 + 'a) -> Self {
        self.ask(Law::MoreStarts, Unlabelled::cases(Design::ALL, ANY_ROWS), move |_, c, _| {
            let least = |n: usize| Ok(learned(with(n).fit(&c.x, &()))?.map(|model| inertia(&model)));
            let (one, two, four): (Option<f64>, Option<f64>, Option<f64>) = (least(1)?, least(2)?, least(4)?);
            let pairs = one.zip(two).into_iter().chain(two.zip(four));
            for (fewer, more) in pairs {
                let larger = more > fewer;
                if larger {
                    return Err(Broken::new(format!("at most {fewer:?}"), format!("{more:?}")));
                }
            }
            Ok(())
        })
    }

    /// Asks [`Law::StartsRowOrder`]. `from` is the estimator that begins with these centroids, n_clusters x n_features.
    pub fn given_starts(self, from: impl Fn(DMatrix<f64>) -> E + 'a) -> Self {
        self.ask(Law::StartsRowOrder, started(&[Design::Generic]), move |_, (c, k), tolerance| {
            checks::training_order_does_not_matter(&from(starts(&c.x, *k)), &c.x, &(), &c.draws.order, tolerance)
        })
    }

    /// Asks the laws of weights, of fits from the same starts: where rows are drawn, a repetition is drawn as well. The
    /// rows are all different: where several are equal, one alone may be moved to a cluster that has none.
    pub fn given_starts_weighted(self, from: impl Fn(DMatrix<f64>) -> E + Copy + 'a) -> Self
    where
        E: FitWeighted<DMatrix<f64>>,
    {
        let cases = || started(&[Design::Generic]);
        let plain = Unlabelled::cases(&[Design::Generic], ENOUGH_ROWS);
        self.ask(Law::WeightsRepeat, cases(), move |_, (c, k), tolerance| {
            checks::weights_are_repetitions(&from(starts(&c.x, *k)), &c.x, &(), &c.draws.weights, tolerance)
        })
        .ask(Law::WeightZero, cases(), move |_, (c, k), tolerance| {
            checks::weight_zero_is_absence(&from(starts(&c.x, *k)), &c.x, &(), &c.draws.subset, tolerance)
        })
        .ask(Law::WeightScale, cases(), move |_, (c, k), tolerance| {
            checks::scaled_weights_change_nothing(&from(starts(&c.x, *k)), &c.x, &(), &c.draws.weights(), tolerance)
        })
        .ask(Law::BadWeights, plain, |e, c, _| checks::bad_weights_are_refused(e, &c.x, &(), place(c).0))
    }

    /// Asks the laws of clusters that share rows: [`Law::ProbabilitiesSum`], [`Law::PredictIsArgmax`] and
    /// [`Law::LogProbabilities`].
    pub fn soft(self) -> Self
    where
        Fitted<E>: Probabilistic<DMatrix<f64>>,
    {
        let all = || Unlabelled::cases(Design::ALL, ANY_ROWS);
        self.ask(Law::ProbabilitiesSum, all(), |e, c, _| {
            learned(e.fit(&c.x, &()))?.map_or(Ok(()), |model| checks::probabilities_sum_to_one(&model, &c.x))
        })
        .ask(Law::PredictIsArgmax, all(), |e, c, _| {
            let model = learned(e.fit(&c.x, &()))?;
            model.map_or(Ok(()), |model| checks::predictions_are_the_most_probable_class(&model, &c.x))
        })
        .ask(Law::LogProbabilities, all(), |e, c, tolerance| {
            let model = learned(e.fit(&c.x, &()))?;
            model.map_or(Ok(()), |model| checks::log_probabilities_are_logarithms(&model, &c.x, tolerance))
        })
    }
}

impl<E> Laws<'_, E, Unlabelled>
where
    E: Learner<f64, ()>,
{
    /// Asks [`Law::SinglePrecision`], on data in general position.
    pub fn single_precision(self) -> Self
    where
        E: Learner<f32, ()>,
    {
        self.ask(Law::SinglePrecision, Unlabelled::cases(&[Design::Generic], ENOUGH_ROWS), |e, c, _| {
            checks::precisions_agree(e, &c.x, (&(), &()), SINGLE_TOLERANCE)
        })
    }
}

fn distinct(x: &DMatrix<f64>) -> usize {
    let rows: BTreeSet<Vec<u64>> = x.row_iter().map(|row| row.iter().map(|v| (v + 0.0).to_bits()).collect()).collect();
    rows.len()
}

/// [`Law::CentroidsAmongRows`]: to `tolerance`, relative to the largest number of a column.
///
/// # Errors
/// How it is broken.
pub fn centroids_are_among_the_rows(centroids: &DMatrix<f64>, x: &DMatrix<f64>, tolerance: f64) -> Verdict {
    for (j, column) in x.column_iter().enumerate() {
        let slack = tolerance * column.amax();
        let (least, most) = (column.min() - slack, column.max() + slack);
        if let Some(outside) = centroids.column(j).iter().find(|v| !(least..=most).contains(*v)) {
            return Err(Broken::new(format!("{least:?} to {most:?} in column {j}"), format!("{outside:?}")));
        }
    }
    Ok(())
}

/// [`Law::NearestCentroid`]: a distance is nearest if none is shorter by more than `tolerance` of it, and of centroids that
/// are equal in every bit the first is right.
///
/// # Errors
/// How it is broken.
pub fn labels_are_of_the_nearest(
    labels: &DMatrix<f64>,
    centroids: &DMatrix<f64>,
    x: &DMatrix<f64>,
    tolerance: f64,
) -> Verdict {
    for (i, row) in x.row_iter().enumerate() {
        let distances: Vec<f64> = centroids.row_iter().map(|centroid| (row - centroid).norm()).collect();
        let own = labels[i] as usize;
        // rounding of numbers this far from 0
        let slack = 1e-12 * row.amax();
        for (c, &distance) in distances.iter().enumerate() {
            let nearer = distances.get(own).is_none_or(|own| distance < own * (1.0 - tolerance) - slack);
            if nearer || (c < own && centroids.row(c) == centroids.row(own)) {
                return Err(Broken::new(format!("label {c} at row {i}"), own));
            }
        }
    }
    Ok(())
}

/// [`Law::CentroidsAreMeans`]: to `tolerance`, relative to the largest number; clusters without rows have none.
///
/// # Errors
/// How it is broken.
pub fn centroids_are_means(
    labels: &DMatrix<f64>,
    centroids: &DMatrix<f64>,
    x: &DMatrix<f64>,
    tolerance: f64,
) -> Verdict {
    for (c, centroid) in centroids.row_iter().enumerate() {
        let rows: Vec<usize> = (0..x.nrows()).filter(|&i| labels[i] as usize == c).collect();
        if !rows.is_empty() {
            let mean = x.select_rows(&rows).row_mean();
            let found = DMatrix::from_row_slice(1, x.ncols(), &centroid.iter().copied().collect::<Vec<_>>());
            close(&DMatrix::from_row_slice(1, x.ncols(), mean.as_slice()), &found, tolerance, x.amax())?;
        }
    }
    Ok(())
}
