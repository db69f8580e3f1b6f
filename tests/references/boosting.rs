use super::cases;
use cairn_tree::{
    BoostingLoss, DMatrix, DVector, FitWeighted, GradientBoostingClassifier, GradientBoostingRegressor, Predict,
    Probabilistic,
};
use serde::Deserialize;

type Cells = Vec<Vec<Option<f64>>>;

#[derive(Deserialize)]
struct File {
    x: Cells,
    weights: Vec<f64>,
    queries: Cells,
    fits: Vec<Fitted>,
}

#[derive(Deserialize)]
struct Fitted {
    loss: String,
    y: Vec<f64>,
    learning_rate: f64,
    max_leaf_nodes: usize,
    min_samples_leaf: usize,
    l2: f64,
    max_depth: Option<usize>,
    weighted: bool,
    /// Answers, or the probabilities of the classes.
    answers: Vec<Vec<f64>>,
}

fn with_gaps(cells: &Cells) -> DMatrix<f64> {
    DMatrix::from_fn(cells.len(), cells[0].len(), |i, j| cells[i][j].unwrap_or(f64::NAN))
}

macro_rules! set {
    ($estimator:expr, $case:ident) => {{
        let estimator = $estimator.n_estimators(15).learning_rate($case.learning_rate);
        let estimator = estimator.max_leaf_nodes($case.max_leaf_nodes).min_samples_leaf($case.min_samples_leaf);
        let estimator = estimator.l2($case.l2);
        if let Some(depth) = $case.max_depth { estimator.max_depth(depth) } else { estimator }
    }};
}

#[test]
fn boosted_trees_answer_as_scikit_learns() {
    let file = cases::<File>("boosting.json").remove(0);
    let (x, queries) = (with_gaps(&file.x), with_gaps(&file.queries));
    for case in &file.fits {
        let weights = if case.weighted { file.weights.clone() } else { vec![1.0; x.nrows()] };
        let found: DMatrix<f64> = if case.loss == "log-loss" {
            let labels: Vec<usize> = case.y.iter().map(|&y| y as usize).collect();
            let boosting = set!(GradientBoostingClassifier::new(), case);
            boosting.fit_weighted(&x, &labels[..], &weights).unwrap().predict_proba(&queries).unwrap()
        } else {
            let loss: BoostingLoss = serde_json::from_value(case.loss.as_str().into()).unwrap();
            let boosting = set!(GradientBoostingRegressor::new().loss(loss).quantile(0.7), case);
            let model = boosting.fit_weighted(&x, &DVector::from_vec(case.y.clone()), &weights).unwrap();
            DMatrix::from_column_slice(queries.nrows(), 1, model.predict(&queries).unwrap().as_slice())
        };
        let expected = DMatrix::from_fn(queries.nrows(), found.ncols(), |i, j| case.answers[i][j]);
        let off = (&found - &expected).amax() / expected.amax();
        // its slopes have 24 binary digits
        assert!(off < 1e-5, "{} {}: {off}", case.loss, if case.weighted { "weighted" } else { "" });
    }
}
