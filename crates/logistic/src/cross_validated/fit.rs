//! 1. Folds with the classes in equal shares.
//! 2. For each fold, in parallel: a path of fits to the rest, strongest penalty first; scores of the fold.
//! 3. The best mean score; a fit to all rows.

use super::{
    model::{LogisticCvModel, PenaltyChoice},
    params::{LogisticCv, Scoring},
};
use crate::{fit::unwatched, input::Input, model::LogisticModel};
use cairn_numeric::blocks;
use cairn_traits::{
    Classes as _, DMatrix, Fit, FitWeighted, Hyperparameters, Predict, Probabilistic, Result, TakeRows, check,
};

/// The fold of each row: rows of each class are dealt so that every fold has its share, in the order they stand.
fn folds(positions: &[usize], n_classes: usize, n_folds: usize) -> Vec<usize> {
    // how many of each class a fold gets: deal the sorted labels out like cards
    let mut counts = vec![0; n_classes];
    positions.iter().for_each(|&class| counts[class] += 1);
    let mut sizes = vec![vec![0; n_folds]; n_classes];
    // in the order the classes appear, so that names do not matter
    let mut appeared: Vec<usize> = Vec::with_capacity(n_classes);
    for class in positions {
        if !appeared.contains(class) {
            appeared.push(*class);
        }
    }
    let mut card = 0;
    for class in appeared {
        for _ in 0..counts[class] {
            sizes[class][card % n_folds] += 1;
            card += 1;
        }
    }
    let mut fold = vec![0; n_classes];
    let place = |&class: &usize| {
        while fold[class] + 1 < n_folds && sizes[class][fold[class]] == 0 {
            fold[class] += 1;
        }
        sizes[class][fold[class]] -= 1;
        fold[class]
    };
    positions.iter().map(place).collect()
}

impl LogisticCv {
    fn fit_rows<X: Input>(&self, x: &X, y: &[usize], weights: Option<&[f64]>) -> Result<LogisticCvModel<X::Scalar>> {
        self.validate()?;
        x.check_training()?;
        let classes = check::labels(y, x.n_rows(), 2)?;
        weights.map_or(Ok(()), |weights| check::weights(weights, x.n_rows()))?;
        check::at_least("x", self.n_folds, x.n_rows())?;
        let positions: Vec<usize> = y.iter().filter_map(|label| classes.binary_search(label).ok()).collect();
        let folds = folds(&positions, classes.len(), self.n_folds);
        let mut l2s = self.l2s.clone();
        l2s.sort_by(|a, b| b.total_cmp(a));
        let scored = blocks::map(self.n_folds, 1, |fold| self.path(x, y, weights, &l2s, &folds, fold.start));
        let columns: Vec<Vec<f64>> = scored.into_iter().collect::<Result<_>>()?;
        let scores = DMatrix::from_fn(l2s.len(), self.n_folds, |penalty, fold| columns[fold][penalty]);
        let mut best = 0;
        for penalty in 1..l2s.len() {
            if scores.row(penalty).mean() > scores.row(best).mean() {
                best = penalty;
            }
        }
        let l2 = l2s[best];
        let model = self.estimator.clone().l2(l2).fit_rows(x, y, weights, None, &mut unwatched)?;
        Ok(LogisticCvModel { model, choice: PenaltyChoice { l2, l2s, scores } })
    }

    /// The scores of one fold by the models of the others.
    fn path<X: Input>(
        &self,
        x: &X,
        y: &[usize],
        weights: Option<&[f64]>,
        l2s: &[f64],
        folds: &[usize],
        fold: usize,
    ) -> Result<Vec<f64>> {
        let (held, rest): (Vec<usize>, Vec<usize>) = (0..y.len()).partition(|&row| folds[row] == fold);
        let (x_rest, x_held) = (x.take_rows(&rest)?, x.take_rows(&held)?);
        let (y_rest, y_held) = (y.take_rows(&rest)?, y.take_rows(&held)?);
        let of = |rows: &[usize]| weights.map(|weights| weights.take_rows(rows)).transpose();
        let (w_rest, w_held) = (of(&rest)?, of(&held)?);
        let mut last: Option<LogisticModel<X::Scalar>> = None;
        let mut scores = Vec::with_capacity(l2s.len());
        for &l2 in l2s {
            let estimator = self.estimator.clone().l2(l2);
            let model = estimator.fit_rows(&x_rest, &y_rest, w_rest.as_deref(), last.as_ref(), &mut unwatched)?;
            scores.push(self.score(&model, &x_held, &y_held, w_held.as_deref())?);
            last = Some(model);
        }
        Ok(scores)
    }

    /// The weighted mean over the rows; a class the model has never seen counts as very unlikely.
    fn score<X: Input>(
        &self,
        model: &LogisticModel<X::Scalar>,
        x: &X,
        y: &[usize],
        weights: Option<&[f64]>,
    ) -> Result<f64> {
        use cairn_traits::Float as _;
        const UNSEEN: f64 = 1e-15;
        let of_row: Vec<f64> = match self.scoring {
            Scoring::Accuracy => {
                model.predict(x)?.iter().zip(y).map(|(found, own)| if found == own { 1.0 } else { 0.0 }).collect()
            }
            Scoring::LogLikelihood => {
                let logs = model.predict_log_proba(x)?;
                let own = |(row, label): (usize, &usize)| {
                    model.classes().binary_search(label).map_or(UNSEEN.ln(), |class| logs[(row, class)].to_f64())
                };
                y.iter().enumerate().map(own).collect()
            }
        };
        let total = weights.map_or(of_row.len() as f64, |weights| weights.iter().sum());
        let sum: f64 = match weights {
            None => of_row.iter().sum(),
            Some(weights) => of_row.iter().zip(weights).map(|(score, w)| score * w).sum(),
        };
        // a fold of rows without weight says nothing
        Ok(if total > 0.0 { sum / total } else { 0.0 })
    }
}

impl<X: Input> Fit<X, [usize]> for LogisticCv {
    type Model = LogisticCvModel<X::Scalar>;

    fn fit(&self, x: &X, y: &[usize]) -> Result<Self::Model> {
        self.fit_rows(x, y, None)
    }
}

impl<X: Input> FitWeighted<X, [usize]> for LogisticCv {
    fn fit_weighted(&self, x: &X, y: &[usize], weights: &[f64]) -> Result<Self::Model> {
        self.fit_rows(x, y, Some(weights))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{CsrMatrix, Error, LogisticRegression};

    fn data() -> (DMatrix<f64>, Vec<usize>) {
        let x = DMatrix::from_fn(90, 4, |i, j| ((i * i) as f64 * 0.37 + (j + 1) as f64 * i as f64 * 1.13).sin());
        let y = (0..90).map(|i| usize::from(x[(i, 0)] - x[(i, 3)] + ((i * 5) as f64).cos() > 0.2) * 4).collect();
        (x, y)
    }

    #[test]
    fn every_fold_has_its_share_of_each_class() {
        // five of class 0, four of class 1, over three folds: 0 gets 2, 2, 1; 1 goes on with 1, 1, 2
        let folds = folds(&[0, 0, 1, 0, 1, 1, 0, 0, 1], 2, 3);
        assert_eq!(folds, [0, 0, 0, 1, 1, 2, 1, 2, 2]);
    }

    #[test]
    fn the_choice_is_that_of_fits_from_scratch() {
        let (x, y) = data();
        let cv = LogisticCv::new().l2s(vec![0.1, 30.0, 2.0]).n_folds(3).estimator(LogisticRegression::new().tol(1e-9));
        let model = cv.fit(&x, &y).unwrap();
        assert_eq!(model.choice().l2s, [30.0, 2.0, 0.1]);
        let positions: Vec<usize> = y.iter().map(|y| y / 4).collect();
        let folds = folds(&positions, 2, 3);
        for (penalty, &l2) in model.choice().l2s.iter().enumerate() {
            for fold in 0..3 {
                let (held, rest): (Vec<usize>, Vec<usize>) = (0..90).partition(|&row| folds[row] == fold);
                let labels: Vec<usize> = rest.iter().map(|&row| y[row]).collect();
                let fitted = LogisticRegression::new().tol(1e-9).l2(l2).fit(&x.select_rows(&rest), &labels).unwrap();
                let logs = fitted.predict_log_proba(&x.select_rows(&held)).unwrap();
                let own: f64 = held.iter().enumerate().map(|(i, &row)| logs[(i, y[row] / 4)]).sum();
                let expected = own / held.len() as f64;
                assert!((model.choice().scores[(penalty, fold)] - expected).abs() < 1e-7, "{l2} {fold}");
            }
        }
        let best = (0..3).max_by(|&a, &b| {
            let mean = |penalty: usize| model.choice().scores.row(penalty).mean();
            mean(a).total_cmp(&mean(b))
        });
        assert_eq!(model.choice().l2, model.choice().l2s[best.unwrap()]);
        let sparse = cv.fit(&CsrMatrix::from(&x), &y).unwrap();
        assert_eq!(sparse.choice().l2, model.choice().l2);
    }

    #[test]
    fn accuracy_is_a_share_and_what_cannot_be_folded_is_refused() {
        let (x, y) = data();
        let cv = LogisticCv::new().l2s(vec![1.0]).scoring(Scoring::Accuracy);
        assert!(cv.fit(&x, &y).unwrap().choice().scores.iter().all(|s| (0.5..=1.0).contains(s)));
        assert_eq!(cv.fit(&x, &y).unwrap(), cv.fit_weighted(&x, &y, &[1.0; 90]).unwrap());
        let few = cv.clone().n_folds(91).fit(&x, &y).err();
        assert_eq!(few, Some(Error::TooFewSamples { what: "x", needed: 91, found: 90 }));
        assert!(matches!(cv.clone().n_folds(1).fit(&x, &y), Err(Error::Parameter { name: "n_folds", .. })));
        assert!(matches!(cv.clone().l2s(vec![]).fit(&x, &y), Err(Error::Parameter { name: "l2s", .. })));
        assert!(matches!(cv.l2s(vec![-1.0]).fit(&x, &y), Err(Error::Parameter { name: "l2s", .. })));
    }
}
