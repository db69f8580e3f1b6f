use super::cases;
use cairn_tree::{
    ClassWeights, ClassificationCriterion, DMatrix, DecisionTreeClassifier, DecisionTreeRegressor, FitWeighted,
    Predict, Probabilistic, PruningPath, RegressionCriterion, Tree,
};
use serde::Deserialize;

type Cells = Vec<Vec<Option<f64>>>;

#[derive(Deserialize)]
struct File {
    x: Cells,
    gaps: Cells,
    queries: Cells,
    holes: Cells,
    weights: Vec<f64>,
    fits: Vec<Fitted>,
}

#[derive(Deserialize)]
struct Fitted {
    criterion: String,
    y: Vec<Vec<f64>>,
    limits: Limits,
    missing: bool,
    weighted: bool,
    balanced: bool,
    answers: Vec<Vec<f64>>,
    leaves: usize,
    depth: usize,
    importances: Vec<f64>,
    alphas: Vec<f64>,
    impurities: Vec<f64>,
}

#[derive(Clone, Copy, Debug, Deserialize)]
struct Limits {
    max_depth: Option<usize>,
    min_samples_split: Option<usize>,
    min_samples_leaf: Option<usize>,
    max_leaf_nodes: Option<usize>,
    min_impurity_decrease: Option<f64>,
    min_weight_fraction_leaf: Option<f64>,
    ccp_alpha: Option<f64>,
}

fn with_gaps(cells: &Cells) -> DMatrix<f64> {
    DMatrix::from_fn(cells.len(), cells[0].len(), |i, j| cells[i][j].unwrap_or(f64::NAN))
}

macro_rules! limited {
    ($tree:expr, $limits:expr) => {{
        let (tree, limits) = ($tree, $limits);
        let tree =
            tree.min_samples_split(limits.min_samples_split.unwrap_or(2)).ccp_alpha(limits.ccp_alpha.unwrap_or(0.0));
        let tree = tree.min_samples_leaf(limits.min_samples_leaf.unwrap_or(1));
        let tree = tree.min_impurity_decrease(limits.min_impurity_decrease.unwrap_or(0.0));
        let tree = tree.min_weight_fraction_leaf(limits.min_weight_fraction_leaf.unwrap_or(0.0));
        let tree = if let Some(depth) = limits.max_depth { tree.max_depth(depth) } else { tree };
        if let Some(leaves) = limits.max_leaf_nodes { tree.max_leaf_nodes(leaves) } else { tree }
    }};
}

fn close(found: &[f64], expected: &[f64], what: &str) {
    assert_eq!(found.len(), expected.len(), "{what}: {found:?} {expected:?}");
    // sums of 150 numbers of about 1
    assert!(found.iter().zip(expected).all(|(a, b)| (a - b).abs() < 1e-12), "{what}: {found:?} {expected:?}");
}

fn same(case: &Fitted, tree: &Tree<f64>, path: &PruningPath, answers: &DMatrix<f64>, what: &str) {
    assert_eq!((tree.n_leaves(), tree.depth()), (case.leaves, case.depth), "{what}");
    close(&tree.feature_importances(), &case.importances, what);
    let expected: Vec<f64> = case.answers.iter().flatten().copied().collect();
    close(answers.transpose().as_slice(), &expected, what);
    close(&path.ccp_alphas, &case.alphas, what);
    close(&path.impurities, &case.impurities, what);
}

#[test]
fn trees_are_those_of_scikit_learn() {
    let file = cases::<File>("tree.json").remove(0);
    for case in &file.fits {
        let (x, queries) = if case.missing { (&file.gaps, &file.holes) } else { (&file.x, &file.queries) };
        let (x, queries) = (with_gaps(x), with_gaps(queries));
        let weights = if case.weighted { file.weights.clone() } else { vec![1.0; x.nrows()] };
        let what = format!("{} {:?} {} {}", case.criterion, case.limits, case.missing, case.weighted);
        let criterion = serde_json::Value::from(case.criterion.as_str());
        if let Ok(criterion) = serde_json::from_value::<ClassificationCriterion>(criterion.clone()) {
            let labels: Vec<usize> = case.y.iter().map(|y| y[0] as usize).collect();
            let balance = if case.balanced { ClassWeights::Balanced } else { ClassWeights::Uniform };
            let whole = DecisionTreeClassifier::new().criterion(criterion).class_weights(balance).min_samples_leaf(5);
            let model = limited!(whole.clone(), case.limits).fit_weighted(&x, &labels[..], &weights).unwrap();
            let path = whole.fit_weighted(&x, &labels[..], &weights).unwrap().pruning_path();
            same(case, model.tree(), &path, &model.predict_proba(&queries).unwrap(), &what);
        } else {
            let criterion: RegressionCriterion = serde_json::from_value(criterion).unwrap();
            let y = DMatrix::from_fn(x.nrows(), case.y[0].len(), |i, j| case.y[i][j]);
            let whole = DecisionTreeRegressor::new().criterion(criterion).min_samples_leaf(5);
            let model = limited!(whole.clone(), case.limits).fit_weighted(&x, &y, &weights).unwrap();
            let path = whole.fit_weighted(&x, &y, &weights).unwrap().pruning_path();
            same(case, model.tree(), &path, &model.predict(&queries).unwrap(), &what);
        }
    }
}
