//! A search that is itself an estimator.

use super::{Search, search_by};
use crate::Splitter;
use cairn_traits::{
    Classes, DMatrix, DVector, Decision, Fit, Predict, Probabilistic, Result, Rows, ScoreSamples, TakeRows, Transform,
};

/// How a [`SearchCv`] judges a model by rows it has not seen; higher is better.
///
/// Every `Fn(&Y, &Output) -> Result<f64>` is one, so every function of `cairn-metrics` fits in a closure; a function of the
/// model is one within [`ByModel`].
pub trait Score<X: ?Sized, Y: ?Sized, M> {
    /// The score of `model` on these rows.
    ///
    /// # Errors
    /// Those of predicting and scoring.
    fn score(&self, model: &M, x: &X, y: &Y) -> Result<f64>;
}

impl<X: ?Sized, Y: ?Sized, M: Predict<X>, S: Fn(&Y, &M::Output) -> Result<f64>> Score<X, Y, M> for S {
    fn score(&self, model: &M, x: &X, y: &Y) -> Result<f64> {
        self(y, &model.predict(x)?)
    }
}

/// A score that is given the model: `Fn(&Model, &X, &Y) -> Result<f64>`, for log-loss, AUC, and all but predictions.
#[derive(Clone, Copy, Debug)]
pub struct ByModel<S>(pub S);

impl<X: ?Sized, Y: ?Sized, M, S: Fn(&M, &X, &Y) -> Result<f64>> Score<X, Y, M> for ByModel<S> {
    fn score(&self, model: &M, x: &X, y: &Y) -> Result<f64> {
        self.0(model, x, y)
    }
}

/// Fits by searching: scores the candidates on splits of the rows it is given, and fits the best on all of them.
///
/// The choice of hyperparameters is part of learning, so it must not see the rows that the final score is taken on. As an
/// estimator it can be cross-validated like any other, and that is **nested cross-validation**: within each outer split,
/// the search makes inner splits of the outer training rows alone. The score is of the whole procedure, choice included.
///
/// The types of a closure's arguments have to be written out here, as `X` and `Y` are known only in `fit`.
///
/// # Examples
/// ```
/// use cairn_knn::KnnClassifier;
/// use cairn_metrics::accuracy;
/// use cairn_model_selection::{Fit, Grid, Scores, SearchCv, StratifiedKFold, cross_validate};
/// use cairn_preprocess::{Pipeline, StandardScaler};
///
/// let (x, y) = cairn_datasets::iris().xy_classes()?;
/// let scaled = Pipeline::new(StandardScaler::new(), KnnClassifier::default());
/// let candidates = Grid::new().vary("model.n_neighbors", [1, 5, 15]).candidates(&scaled)?;
/// let inner = StratifiedKFold::new(3).shuffle(1);
/// let tuned = SearchCv::new(candidates, inner, |y: &[usize], p: &Vec<usize>| accuracy(y, p));
///
/// // as a model: searched and fitted on all rows
/// let model = tuned.fit(&x, &y[..])?;
/// assert!([1, 5, 15].contains(&model.model().model().n_neighbors()));
///
/// // how good is a model tuned like this? An outer loop, whose test rows no search has seen
/// let outer = StratifiedKFold::new(5).shuffle(0).split(&y)?;
/// let honest = Scores::new(cross_validate(&tuned, &x, &y[..], &outer, |y, p| accuracy(y, p))?)?;
/// assert!(honest.mean() > 0.9);
/// # Ok::<(), cairn_traits::Error>(())
/// ```
///
/// # Complexity
/// (inner splits x candidates + 1) fits.
///
/// # References
/// Varma and Simon (2006), "Bias in error estimation when using cross-validation for model selection", BMC Bioinformatics
/// 7. Cawley and Talbot (2010), "On over-fitting in model selection", JMLR 11.
#[derive(Clone, Debug)]
pub struct SearchCv<E, R, S> {
    candidates: Vec<E>,
    splitter: R,
    score: S,
}

impl<E, R, S> SearchCv<E, R, S> {
    /// Searches `candidates` on the splits that `splitter` makes of the rows, by `score`; higher is better.
    pub fn new(candidates: Vec<E>, splitter: R, score: S) -> Self {
        Self { candidates, splitter, score }
    }
}

impl<E, R, S, X, Y> Fit<X, Y> for SearchCv<E, R, S>
where
    E: Fit<X, Y> + Clone + Sync,
    R: Splitter<Y>,
    S: Score<X, Y, E::Model> + Sync,
    X: Rows + Sync + ?Sized,
    Y: TakeRows + Sync + ?Sized,
{
    type Model = SearchCvModel<E, E::Model>;

    fn fit(&self, x: &X, y: &Y) -> Result<Self::Model> {
        let splits = self.splitter.splits(x.n_rows(), y)?;
        let score = &self.score;
        let search =
            search_by(&self.candidates, x, y, &splits, |model: &E::Model, x: &X, y: &Y| score.score(model, x, y))?;
        let model = search.refit(x, y)?;
        Ok(SearchCvModel { search, model })
    }
}

/// What [`SearchCv`] fits: the best candidate's model of all rows, and how it was chosen.
#[derive(Clone, Debug, PartialEq)]
pub struct SearchCvModel<E, M> {
    search: Search<E>,
    model: M,
}

impl<E, M> SearchCvModel<E, M> {
    /// All candidates with their scores.
    pub fn search(&self) -> &Search<E> {
        &self.search
    }

    /// The best candidate, fitted on all rows: the part to save.
    pub fn model(&self) -> &M {
        &self.model
    }

    /// The same, without the rest.
    pub fn into_model(self) -> M {
        self.model
    }
}

impl<X: ?Sized, E, M: Predict<X>> Predict<X> for SearchCvModel<E, M> {
    type Output = M::Output;

    fn predict(&self, x: &X) -> Result<M::Output> {
        self.model.predict(x)
    }
}

impl<E, M: Classes> Classes for SearchCvModel<E, M> {
    fn classes(&self) -> &[usize] {
        self.model.classes()
    }
}

impl<X: ?Sized, E, M: Probabilistic<X>> Probabilistic<X> for SearchCvModel<E, M> {
    type Scalar = M::Scalar;

    fn predict_proba(&self, x: &X) -> Result<DMatrix<M::Scalar>> {
        self.model.predict_proba(x)
    }

    fn predict_log_proba(&self, x: &X) -> Result<DMatrix<M::Scalar>> {
        self.model.predict_log_proba(x)
    }
}

impl<X: ?Sized, E, M: Decision<X>> Decision<X> for SearchCvModel<E, M> {
    type Scalar = M::Scalar;

    fn decision_function(&self, x: &X) -> Result<DMatrix<M::Scalar>> {
        self.model.decision_function(x)
    }
}

impl<X: ?Sized, E, M: ScoreSamples<X>> ScoreSamples<X> for SearchCvModel<E, M> {
    type Scalar = M::Scalar;

    fn score_samples(&self, x: &X) -> Result<DVector<M::Scalar>> {
        self.model.score_samples(x)
    }
}

impl<X: ?Sized, E, M: Transform<X>> Transform<X> for SearchCvModel<E, M> {
    type Output = M::Output;

    fn transform(&self, x: &X) -> Result<M::Output> {
        self.model.transform(x)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{KFold, StratifiedKFold, search};
    use cairn_knn::{KnnClassifier, rows};
    use cairn_metrics::{accuracy, log_loss};

    #[test]
    fn it_answers_as_the_best_candidate_fitted_on_all_rows() {
        let (x, y) = cairn_datasets::iris().xy_classes().unwrap();
        let candidates: Vec<KnnClassifier> = [100, 7, 1].map(KnnClassifier::new).to_vec();
        let inner = StratifiedKFold::new(4).shuffle(5);
        let tuned = SearchCv::new(candidates.clone(), inner.clone(), |y: &[usize], p: &Vec<usize>| accuracy(y, p));
        let model = tuned.fit(&x, &y[..]).unwrap();
        let splits = inner.split(&y).unwrap();
        assert_eq!(model.search(), &search(&candidates, &x, &y[..], &splits, |y, p| accuracy(y, p)).unwrap());
        let best = model.search().best().fit(&x, &y[..]).unwrap();
        assert_eq!(model.predict_proba(&x), best.predict_proba(&x));
        assert_eq!(model.predict_log_proba(&x), best.predict_log_proba(&x));
        assert_eq!((model.predict(&x), model.classes()), (best.predict(&x), best.classes()));
        assert_eq!(model.into_model(), best);
    }

    #[test]
    fn a_score_may_be_given_the_model() {
        let (x, y) = cairn_datasets::iris().xy_classes().unwrap();
        type Model = cairn_knn::KnnClassifierModel<f64>;
        let score =
            |model: &Model, x: &DMatrix<f64>, y: &[usize]| Ok(-log_loss(y, &model.predict_proba(x)?, model.classes())?);
        let candidates = vec![KnnClassifier::new(1), KnnClassifier::new(15)];
        let tuned = SearchCv::new(candidates, StratifiedKFold::new(3), ByModel(score));
        // one neighbour is certain even where it errs
        assert_eq!(tuned.fit(&x, &y[..]).unwrap().search().best_index(), 1);
    }

    #[test]
    fn what_the_splitter_refuses_is_refused() {
        let score = |y: &[usize], p: &Vec<usize>| accuracy(y, p);
        let tuned = SearchCv::new(vec![KnnClassifier::new(1)], KFold::new(3), score);
        let x = rows(&[[0.0], [1.0]]);
        let needed = cairn_traits::Error::TooFewSamples { what: "x", needed: 3, found: 2 };
        assert_eq!(tuned.fit(&x, &[0, 1][..]).unwrap_err(), needed);
    }
}
