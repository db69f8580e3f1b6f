use super::{cases, matrix, off};
use cairn_pca::{Components, IncrementalPca, Pca, PcaModel, Solver, TruncatedSvd};
use cairn_traits::{CsrMatrix, DMatrix, DVector, InverseTransform, ScoreSamples, Transform};
use serde::Deserialize;

#[derive(Deserialize)]
struct Case {
    name: String,
    kind: String,
    x: Vec<Vec<f64>>,
    n_components: Components,
    #[serde(default)]
    solver: Solver,
    #[serde(default)]
    whiten: bool,
    batch_size: Option<usize>,
    components: Vec<Vec<f64>>,
    explained_variance: Vec<f64>,
    explained_variance_ratio: Vec<f64>,
    singular_values: Vec<f64>,
    transformed: Vec<Vec<f64>>,
    restored: Vec<Vec<f64>>,
    noise_variance: Option<f64>,
    scores: Option<Vec<f64>>,
}

impl Case {
    fn count(&self) -> usize {
        self.components.len()
    }

    /// What an error of ε in the largest singular value is in a component: over the gaps, which are above a thousandth
    /// of it; an offset of 1e5 in numbers of size 10 costs four digits more.
    fn tolerance(&self) -> f64 {
        let scale = matrix(&self.x).amax() / self.singular_values[0];
        64.0 * f64::EPSILON * 1e3 * scale.max(1.0)
    }

    fn agrees(&self, what: &str, found: &DMatrix<f64>, expected: &DMatrix<f64>) {
        let off = off(found, expected);
        assert!(off < self.tolerance(), "{}: {what} is off by {off:e}", self.name);
    }

    fn lists_agree(&self, what: &str, found: &DVector<f64>, expected: &[f64]) {
        self.agrees(what, &DMatrix::from_column_slice(found.len(), 1, found.as_slice()), &column(expected));
    }

    fn check_pca(&self, model: &PcaModel<f64>) {
        let x = matrix(&self.x);
        self.agrees("components", model.components(), &matrix(&self.components));
        self.lists_agree("variance", model.explained_variance(), &self.explained_variance);
        self.lists_agree("ratio", &model.explained_variance_ratio(), &self.explained_variance_ratio);
        self.lists_agree("singular values", &model.singular_values(), &self.singular_values);
        let z = model.transform(&x).unwrap();
        self.agrees("transformed", &z, &matrix(&self.transformed));
        self.agrees("restored", &model.inverse_transform(&z).unwrap(), &matrix(&self.restored));
        if let (Some(noise), Some(scores)) = (self.noise_variance, &self.scores) {
            assert!((model.noise_variance() - noise).abs() <= self.tolerance() * self.explained_variance[0]);
            self.lists_agree("scores", &model.score_samples(&x).unwrap(), scores);
        }
    }
}

fn column(numbers: &[f64]) -> DMatrix<f64> {
    DMatrix::from_column_slice(numbers.len(), 1, numbers)
}

fn of_kind(kind: &str) -> impl Iterator<Item = Case> {
    cases::<Case>("pca.json").into_iter().filter(move |case| case.kind == kind)
}

#[test]
fn principal_components_are_those_of_scikit_learn() {
    let mut seen = 0;
    for case in of_kind("pca") {
        let pca = Pca::new(case.n_components).solver(case.solver).whiten(case.whiten);
        case.check_pca(&pca.fit(&matrix(&case.x)).unwrap());
        case.check_pca(&pca.solver(Solver::Auto).fit(&matrix(&case.x)).unwrap());
        seen += 1;
    }
    assert_eq!(seen, 10);
}

#[test]
fn random_directions_find_the_components_of_scikit_learn() {
    for case in of_kind("pca") {
        for solver in [Solver::Randomized, Solver::BlockKrylov] {
            let pca = Pca::new(case.count()).solver(solver).whiten(case.whiten);
            case.check_pca(&pca.fit(&matrix(&case.x)).unwrap());
        }
    }
}

#[test]
fn batches_give_the_components_of_scikit_learn() {
    let mut seen = 0;
    for case in of_kind("incremental") {
        let model = IncrementalPca::new(case.count()).batch_size(case.batch_size).fit(&matrix(&case.x)).unwrap();
        case.check_pca(&model);
        seen += 1;
    }
    assert_eq!(seen, 2);
}

#[test]
fn singular_vectors_of_rows_as_they_are_are_those_of_scikit_learn() {
    let mut seen = 0;
    for case in of_kind("truncated") {
        let (x, svd) = (matrix(&case.x), TruncatedSvd::new(case.count()));
        let n = x.nrows() as f64;
        for model in [svd.fit(&x).unwrap(), svd.fit(&CsrMatrix::from(&x)).unwrap()] {
            case.agrees("components", model.components(), &matrix(&case.components));
            case.lists_agree("singular values", model.singular_values(), &case.singular_values);
            // theirs divides by n
            let variance = model.explained_variance() * ((n - 1.0) / n);
            case.lists_agree("variance", &variance, &case.explained_variance);
            case.lists_agree("ratio", &model.explained_variance_ratio(), &case.explained_variance_ratio);
            let z = model.transform(&x).unwrap();
            case.agrees("transformed", &z, &matrix(&case.transformed));
            case.agrees("restored", &model.inverse_transform(&z).unwrap(), &matrix(&case.restored));
        }
        seen += 1;
    }
    assert_eq!(seen, 2);
}
