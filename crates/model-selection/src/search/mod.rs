//! Which hyperparameters? Try some, keep the best.

mod distributions;
mod grid;
mod named;
mod search_cv;

pub use distributions::{Distribution, Distributions};
pub use grid::Grid;
pub use search_cv::{ByModel, Score, SearchCv, SearchCvModel};

use crate::{
    Split,
    cross_validation::{check_all, score_split},
};
use cairn_traits::{Error, Fit, Predict, Result, Rows, TakeRows, check};
use rayon::prelude::*;

/// The scores of one estimator on several splits.
#[derive(Clone, Debug, PartialEq)]
pub struct Scores {
    folds: Vec<f64>,
}

impl Scores {
    /// A score each split.
    ///
    /// # Errors
    /// [`Error::TooFewSamples`] for none, [`Error::NonFinite`] for NaN or an infinity, which cannot be ranked or averaged.
    pub fn new(folds: Vec<f64>) -> Result<Self> {
        check::at_least("scores", 1, folds.len())?;
        match folds.iter().position(|score| !score.is_finite()) {
            None => Ok(Self { folds }),
            Some(row) => Err(Error::NonFinite { what: "scores", row, column: 0 }),
        }
    }

    /// In the order of the splits.
    pub fn folds(&self) -> &[f64] {
        &self.folds
    }

    /// The mean over the splits.
    pub fn mean(&self) -> f64 {
        self.folds.iter().sum::<f64>() / self.folds.len() as f64
    }

    /// The standard deviation over the splits, divided by their number.
    ///
    /// It says how much the score moves with the rows, and is no standard error: the folds share most of their rows.
    pub fn std(&self) -> f64 {
        let mean = self.mean();
        (self.folds.iter().map(|score| (score - mean).powi(2)).sum::<f64>() / self.folds.len() as f64).sqrt()
    }
}

/// One set of hyperparameters, and how it did.
#[derive(Clone, Debug, PartialEq)]
pub struct Candidate<E> {
    /// The estimator with these hyperparameters.
    pub estimator: E,
    /// Its scores, or why it could not be fitted or scored: the first error in the order of the splits.
    pub scores: Result<Scores>,
}

/// What [`search`] found: all candidates in their order, and which is the best.
#[derive(Clone, Debug, PartialEq)]
pub struct Search<E> {
    candidates: Vec<Candidate<E>>,
    best_index: usize,
    best_scores: Scores,
}

impl<E> Search<E> {
    fn of(candidates: Vec<Candidate<E>>) -> Result<Self> {
        let mut best: Option<(usize, &Scores)> = None;
        for (index, candidate) in candidates.iter().enumerate() {
            if let Ok(scores) = &candidate.scores
                && best.is_none_or(|(_, leader)| scores.mean() > leader.mean())
            {
                best = Some((index, scores));
            }
        }
        if let Some((best_index, scores)) = best {
            let best_scores = scores.clone();
            return Ok(Self { candidates, best_index, best_scores });
        }
        // all failed: the first says why
        let first = candidates.into_iter().find_map(|candidate| candidate.scores.err());
        Err(first.unwrap_or(Error::Parameter { name: "candidates", requirement: "a candidate at least", found: 0.0 }))
    }

    /// All, in the order they were given.
    pub fn candidates(&self) -> &[Candidate<E>] {
        &self.candidates
    }

    /// The number of the candidate with the highest mean score; the first of them, if several are equal.
    pub fn best_index(&self) -> usize {
        self.best_index
    }

    /// The estimator with the highest mean score.
    pub fn best(&self) -> &E {
        &self.candidates[self.best_index].estimator
    }

    /// The scores of the best.
    ///
    /// Their mean is the largest of several that have some luck in them, so it promises too much: see
    /// [`SearchCv`] for an honest number.
    pub fn best_scores(&self) -> &Scores {
        &self.best_scores
    }

    /// The candidates' numbers, best first; ties in the order they were given, those that failed at the end.
    pub fn ranking(&self) -> Vec<usize> {
        let mut order: Vec<usize> = (0..self.candidates.len()).collect();
        let mean = |index: usize| self.candidates[index].scores.as_ref().map_or(f64::NEG_INFINITY, Scores::mean);
        order.sort_by(|&a, &b| mean(b).total_cmp(&mean(a)));
        order
    }

    /// The best, fitted on all rows given.
    ///
    /// # Errors
    /// Those of [`Fit::fit`].
    pub fn refit<X: ?Sized, Y: ?Sized>(&self, x: &X, y: &Y) -> Result<E::Model>
    where
        E: Fit<X, Y>,
    {
        self.best().fit(x, y)
    }
}

/// Scores every candidate on every split and finds the one with the highest mean.
///
/// A candidate is an estimator: make them by hand, or by name with [`Grid`] or [`Distributions`]. A higher score is a
/// better one, so turn errors round: `|y, p| Ok(-root_mean_squared_error(y, p)?)`.
///
/// A candidate that fails (five neighbours of three rows) is kept with its error beside the others.
///
/// # Errors
/// No candidates, or what [`crate::cross_validate`] refuses about rows and splits; if every candidate fails, the error of
/// the first.
///
/// # Complexity
/// A fit for each pair of candidate and split, in parallel.
///
/// # Determinism
/// The pairs are collected in order: the same bits on any number of threads.
///
/// # Examples
/// ```
/// use cairn_linear::Ridge;
/// use cairn_metrics::r2;
/// use cairn_model_selection::{Grid, KFold, search};
///
/// let (x, y) = cairn_datasets::wine_quality_red().xy_numbers()?;
/// let splits = KFold::new(5).shuffle(0).split(x.nrows())?;
/// let candidates = Grid::new().vary("l2", [0.01, 1.0, 1e6]).candidates(&Ridge::default())?;
/// let found = search(&candidates, &x, &y, &splits, |y, p| r2(y.as_slice(), p.as_slice()))?;
/// // with so much penalty only the mean is left
/// assert_eq!(found.ranking().last(), Some(&2));
/// let model = found.refit(&x, &y)?;
/// assert_eq!(model.coefficients().nrows(), 11);
/// # Ok::<(), cairn_traits::Error>(())
/// ```
pub fn search<E, X, Y>(
    candidates: &[E],
    x: &X,
    y: &Y,
    splits: &[Split],
    score: impl Fn(&Y, &<E::Model as Predict<X>>::Output) -> Result<f64> + Sync,
) -> Result<Search<E>>
where
    E: Fit<X, Y, Model: Predict<X>> + Clone + Sync,
    X: Rows + Sync + ?Sized,
    Y: TakeRows + Sync + ?Sized,
{
    search_by(candidates, x, y, splits, |model, x, y| score(y, &model.predict(x)?))
}

/// [`search`] where `score` is given the fitted model, and `x` and `y` of the rows held back.
///
/// # Errors
/// Those of [`search`].
pub fn search_by<E, X, Y>(
    candidates: &[E],
    x: &X,
    y: &Y,
    splits: &[Split],
    score: impl Fn(&E::Model, &X, &Y) -> Result<f64> + Sync,
) -> Result<Search<E>>
where
    E: Fit<X, Y> + Clone + Sync,
    X: Rows + Sync + ?Sized,
    Y: TakeRows + Sync + ?Sized,
{
    check_all(x, y, splits)?;
    let pairs: Vec<(&E, &Split)> =
        candidates.iter().flat_map(|candidate| splits.iter().map(move |split| (candidate, split))).collect();
    let scored: Vec<Result<f64>> =
        pairs.into_par_iter().map(|(candidate, split)| score_split(candidate, x, y, split, &score)).collect();
    let judged = candidates.iter().zip(scored.chunks(splits.len())).map(|(estimator, folds)| Candidate {
        estimator: estimator.clone(),
        scores: folds.iter().cloned().collect::<Result<_>>().and_then(Scores::new),
    });
    Search::of(judged.collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::KFold;
    use cairn_knn::KnnClassifier;
    use cairn_metrics::accuracy;
    use cairn_traits::rows;

    fn candidate(folds: &[f64]) -> Candidate<&'static str> {
        Candidate { estimator: "e", scores: Scores::new(folds.to_vec()) }
    }

    #[test]
    fn mean_and_spread_are_those_of_the_folds() {
        // mean 4; deviations -3, 1, 2: √(14 / 3)
        let scores = Scores::new(vec![1.0, 5.0, 6.0]).unwrap();
        assert_eq!((scores.mean(), scores.std()), (4.0, (14.0_f64 / 3.0).sqrt()));
        assert_eq!(Scores::new(vec![1.0, f64::NAN]), Err(Error::NonFinite { what: "scores", row: 1, column: 0 }));
        assert!(Scores::new(vec![]).is_err());
    }

    #[test]
    fn ties_go_to_the_first_and_failures_to_the_end() {
        let found = Search::of(vec![
            candidate(&[f64::NAN]),
            candidate(&[1.0, 2.0]),
            candidate(&[2.0, 3.0]),
            candidate(&[3.0, 2.0]),
            candidate(&[]),
        ])
        .unwrap();
        assert_eq!((found.best_index(), found.best_scores().folds()), (2, &[2.0, 3.0][..]));
        assert_eq!(found.ranking(), [2, 3, 1, 0, 4]);
    }

    #[test]
    fn a_candidate_that_fails_stands_beside_the_others() {
        let x = rows(&[[0.0], [0.1], [5.0], [5.1], [0.2], [5.2]]);
        let y = [0, 0, 1, 1, 0, 1];
        let splits = KFold::new(3).split(6).unwrap();
        let candidates = [KnnClassifier::new(0), KnnClassifier::new(5), KnnClassifier::new(3), KnnClassifier::new(1)];
        // trained on 4 rows: 5 neighbours are too many. Of 2 + 2 rows, 3 neighbours err where 1 is left of the class
        let found = search(&candidates, &x, &y[..], &splits, |y, p| accuracy(y, p)).unwrap();
        let errors: Vec<bool> = found.candidates().iter().map(|candidate| candidate.scores.is_err()).collect();
        assert_eq!(errors, [true, true, false, false]);
        assert_eq!((found.best_index(), found.best_scores().mean()), (3, 1.0));
        let scores = |y: &[usize], p: &Vec<usize>| accuracy(y, p);
        let needed = Error::TooFewSamples { what: "x", needed: 5, found: 4 };
        assert_eq!(search(&candidates[1..2], &x, &y[..], &splits, scores).unwrap_err(), needed);
        let none = search(&candidates[..0], &x, &y[..], &splits, scores).unwrap_err();
        assert_eq!(none.to_string(), "candidates: expected a candidate at least, found 0");
    }
}
