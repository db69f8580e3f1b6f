//! Naive Bayes: the fit, or the labels of the same rows; and the log-probabilities of the first rows.

use crate::{Answer, Request, timed};
use cairn_bayes::{CsrMatrix, DMatrix, Fit, Float, GaussianNb, MultinomialNb, Probabilistic, Result};
use cairn_preprocess::{Analyzer, CountVectorizer};
use cairn_traits::{Rows, TakeRows};
use serde_json::json;

/// Rows whose log-probabilities are told.
const TOLD: usize = 200;

/// Labels in `y`; rows in `x`, or its numbers there, with columns and offsets in `rest`.
pub(crate) fn answer<F: Float>(request: &Request, x: &DMatrix<F>, y: &DMatrix<F>, rest: &[DMatrix<F>]) -> Answer {
    let positions = |of: &DMatrix<F>| of.iter().map(|v| v.to_f64() as usize).collect::<Vec<usize>>();
    let labels = positions(y);
    let [columns, offsets] = rest else { return times(request, &GaussianNb::new(), x, &labels) };
    let values = x.as_slice().to_vec();
    let rows = labels.len();
    let x = CsrMatrix::try_from_csr_data(rows, request.n_columns, positions(offsets), positions(columns), values)
        .map_err(|e| e.to_string())?;
    times(request, &MultinomialNb::new(), &x, &labels)
}

/// Counts of the words, or runs of characters, of the lines of a file.
pub(crate) fn vectorizer(request: &Request) -> Answer {
    let [file] = request.files.as_slice() else { return Err("expected one file".into()) };
    let text = std::fs::read_to_string(file)?;
    let lines: Vec<&str> = text.lines().collect();
    let cut = CountVectorizer::new().ngrams(1, request.longest);
    let cut = if request.longest > 1 { cut.analyzer(Analyzer::Char) } else { cut };
    let mut found = cut.fit_transform(&lines)?;
    let seconds = timed(request.repeats, || {
        found = cut.fit_transform(&lines)?;
        Ok(())
    })?;
    let (model, counts) = found;
    let sum: f64 = counts.values().iter().enumerate().map(|(at, count)| count * (at % 7) as f64).sum();
    Ok(json!({ "seconds": seconds, "check": [model.n_features(), counts.nnz(), sum] }))
}

fn times<X, E, M>(request: &Request, estimator: &E, x: &X, y: &[usize]) -> Answer
where
    X: Rows + TakeRows<Owned = X>,
    E: Fit<X, [usize], Model = M>,
    M: Probabilistic<X>,
{
    let mut model = estimator.fit(x, y)?;
    let seconds = if request.predict {
        timed(request.repeats, || model.predict(x).map(drop))?
    } else {
        timed(request.repeats, || -> Result<()> {
            model = estimator.fit(x, y)?;
            Ok(())
        })?
    };
    let first = x.take_rows(&(0..TOLD).collect::<Vec<usize>>())?;
    let told: Vec<f64> = model.predict_log_proba(&first)?.transpose().iter().map(|v| v.to_f64()).collect();
    Ok(json!({ "seconds": seconds, "check": told }))
}
