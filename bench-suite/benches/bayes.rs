use crate::uniform;
use cairn_bayes::{
    BernoulliNb, CategoricalNb, ComplementNb, CsrMatrix, DMatrix, Fit, GaussianNb, MixedNb, MultinomialNb, Predict,
};
use criterion::Criterion;

pub(crate) fn benches(c: &mut Criterion) {
    let mut group = c.benchmark_group("bayes");
    group.sample_size(20);
    let x = uniform::<f64>(50_000, 20, 0);
    let y: Vec<usize> = x.row_iter().map(|row| usize::from(row[0] > 0.0) + usize::from(row[1] > 0.2)).collect();
    let counts: DMatrix<f64> = x.map(|v| (v * 6.0).abs().floor());
    let words = CsrMatrix::from(&counts.map(|v| if v > 1.0 { v } else { 0.0 }));
    macro_rules! fit_and_predict {
        ($name:literal, $estimator:expr, $x:expr) => {
            let estimator = $estimator;
            group.bench_function(concat!("fit/", $name, "/n=50000,p=20"), |bench| {
                bench.iter(|| estimator.fit($x, &y[..]).unwrap());
            });
            let model = estimator.fit($x, &y[..]).unwrap();
            group.bench_function(concat!("predict/", $name, "/n=50000,p=20"), |bench| {
                bench.iter(|| model.predict($x).unwrap());
            });
        };
    }
    fit_and_predict!("gaussian", GaussianNb::new(), &x);
    fit_and_predict!("multinomial", MultinomialNb::new(), &counts);
    fit_and_predict!("multinomial-sparse", MultinomialNb::new(), &words);
    fit_and_predict!("bernoulli-sparse", BernoulliNb::new(), &words);
    fit_and_predict!("complement-sparse", ComplementNb::new(), &words);
    fit_and_predict!("categorical", CategoricalNb::new(), &counts);
    fit_and_predict!("mixed", MixedNb::new(&[]), &x);
    group.finish();
}
