use crate::uniform;
use cairn_tree::{
    AdaBoostClassifier, DMatrix, DecisionTreeClassifier, ExtraTreesClassifier, Fit, GradientBoostingClassifier,
    IsolationForest, Predict, RandomForestClassifier, ScoreSamples,
};
use criterion::Criterion;

/// Three classes of rows by a product and a sum of columns.
fn classes(x: &DMatrix<f64>) -> Vec<usize> {
    x.row_iter().map(|r| usize::from(r[0] * r[1] > 0.02) + usize::from(r[2] + r[3] > 0.1)).collect()
}

pub(crate) fn benches(c: &mut Criterion) {
    let mut group = c.benchmark_group("tree");
    group.sample_size(10);
    let (x, asked) = (uniform::<f64>(20_000, 16, 0), uniform::<f64>(20_000, 16, 1));
    let y = classes(&x);
    macro_rules! fit_and_predict {
        ($name:literal, $estimator:expr) => {
            let estimator = $estimator;
            group.bench_function(concat!("fit/", $name, "/n=20000,p=16"), |bench| {
                bench.iter(|| estimator.fit(&x, &y[..]).unwrap());
            });
            let model = estimator.fit(&x, &y[..]).unwrap();
            group.bench_function(concat!("predict/", $name, "/n=20000,p=16"), |bench| {
                bench.iter(|| model.predict(&asked).unwrap());
            });
        };
    }
    fit_and_predict!("decision-tree", DecisionTreeClassifier::new());
    fit_and_predict!("random-forest-20", RandomForestClassifier::new(20));
    fit_and_predict!("extra-trees-20", ExtraTreesClassifier::new(20));
    fit_and_predict!("gradient-boosting-20", GradientBoostingClassifier::new().n_estimators(20));
    fit_and_predict!("adaboost-20", AdaBoostClassifier::new(20));
    let forest = IsolationForest::new(100);
    group.bench_function("fit/isolation-forest-100/n=20000,p=16", |bench| bench.iter(|| forest.fit(&x, &()).unwrap()));
    let model = forest.fit(&x, &()).unwrap();
    group.bench_function("score/isolation-forest-100/n=20000,p=16", |bench| {
        bench.iter(|| model.score_samples(&asked).unwrap());
    });
    group.finish();
}
