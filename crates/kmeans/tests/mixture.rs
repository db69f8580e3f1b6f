//! Laws of mixtures of normal distributions.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test fails by panicking")]

use cairn_kmeans::{
    Classes, CovarianceType, Covariances, DMatrix, Error, FitObserved, FitWeighted, GaussianMixture,
    GaussianMixtureModel, MixtureInit, Persist, Predict, Probabilistic, Sample, ScoreSamples, Stop, rows,
};
use proptest::prelude::{ProptestConfig, prop_assert, proptest};
use std::ops::ControlFlow;

const TYPES: [CovarianceType; 4] =
    [CovarianceType::Full, CovarianceType::Tied, CovarianceType::Diag, CovarianceType::Spherical];

/// Three heaps of other shapes.
fn heaps(n: usize, p: usize, seed: u64) -> DMatrix<f64> {
    let noise = |i: usize, j: usize| {
        let unit = |a: f64| (a * 43758.5453).fract();
        let s = (0..4).map(|t| unit(((i * 131 + j * 17 + t * 7 + 1) as f64 + seed as f64 * 0.37).sin())).sum::<f64>();
        s * 0.8
    };
    DMatrix::from_fn(n, p, |i, j| {
        let heap = i % 3;
        5.0 * heap as f64 * (1.0 + (j % 2) as f64) + noise(i, j) * (1.0 + heap as f64) + 0.5 * noise(i, 0)
    })
}

fn tight(k: usize) -> GaussianMixture {
    GaussianMixture::new(k).tol(0.0).max_iter(30)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, failure_persistence: None, ..ProptestConfig::default() })]
    #[test]
    fn the_likelihood_never_falls_and_shares_sum_to_1(
        (n, p, k) in (20_usize..400, 1_usize..6, 1_usize..5),
        seed in 0_u64..1000,
        kind in proptest::sample::select(TYPES.to_vec()),
    ) {
        let x = heaps(n, p, seed);
        let mut losses = Vec::new();
        // what is added to the variances is not part of the likelihood, which may fall by as much
        let model = tight(k).covariance_type(kind).reg_covar(1e-9).fit_observed(&x, &(), &mut |progress, _| {
            losses.push(progress.loss);
            ControlFlow::Continue(())
        }).unwrap();
        prop_assert!(losses.windows(2).all(|pair| pair[1] <= pair[0] + 1e-6), "{losses:?}");
        let shares = model.predict_proba(&x).unwrap();
        prop_assert!(shares.row_iter().all(|row| (row.sum() - 1.0).abs() < 1e-14));
        prop_assert!((model.weights().iter().sum::<f64>() - 1.0).abs() < 1e-14);
        prop_assert!(model.labels() == model.predict(&x).unwrap());
        let mean = model.score_samples(&x).unwrap().mean();
        prop_assert!((mean - model.mean_log_likelihood(&x).unwrap()).abs() < 1e-12 * (1.0 + mean.abs()));
    }
}

#[test]
fn one_component_is_mean_and_covariance() {
    let x = heaps(700, 3, 1);
    let mean = x.row_mean();
    let centred = DMatrix::from_fn(700, 3, |i, j| x[(i, j)] - mean[j]);
    let covariance = centred.transpose() * &centred / 700.0;
    for kind in TYPES {
        let model = GaussianMixture::new(1).covariance_type(kind).reg_covar(0.0).fit(&x).unwrap();
        assert!((model.means() - DMatrix::from_rows(std::slice::from_ref(&mean))).amax() < 1e-12);
        let found = model.covariances().of(0, 3).unwrap();
        let expected = match kind {
            CovarianceType::Diag => DMatrix::from_diagonal(&covariance.diagonal()),
            CovarianceType::Spherical => DMatrix::from_diagonal_element(3, 3, covariance.trace() / 3.0),
            _ => covariance.clone(),
        };
        assert!((found - expected).amax() < 1e-11, "{kind:?}");
    }
}

#[test]
fn weights_are_repetitions_and_rows_of_weight_0_take_no_part() {
    let x = heaps(90, 2, 2);
    let weights: Vec<f64> = (0..90).map(|i| (i % 3) as f64).collect();
    let repeated: Vec<usize> = (0..90).flat_map(|i| vec![i; i % 3]).collect();
    let init = MixtureInit::Means(rows(&[[1.0, 1.0], [6.0, 11.0], [11.0, 21.0]]));
    for kind in TYPES {
        let mixture = tight(3).covariance_type(kind).init(init.clone());
        let mut far = x.clone();
        far[(0, 0)] = 1e200; // its weight is 0
        let weighted = mixture.fit_weighted(&far, &(), &weights).unwrap();
        let plain = mixture.fit(&x.select_rows(&repeated)).unwrap();
        assert!((weighted.means() - plain.means()).amax() < 1e-9, "{kind:?}");
        let covariances = weighted.covariances().stacked() - plain.covariances().stacked();
        assert!(covariances.amax() < 1e-9, "{kind:?}");
    }
}

#[test]
fn the_answer_moves_and_turns_with_the_rows() {
    let x = heaps(300, 2, 3);
    let start = rows(&[[1.0, 1.0], [6.0, 11.0], [11.0, 21.0]]);
    let fit = |x: &DMatrix<f64>, start: &DMatrix<f64>| {
        tight(3).reg_covar(0.0).init(MixtureInit::Means(start.clone())).fit(x).unwrap()
    };
    let plain = fit(&x, &start);
    let moved = fit(&x.add_scalar(1000.0), &start.add_scalar(1000.0));
    assert!((moved.means() - plain.means().add_scalar(1000.0)).amax() < 1e-8);
    assert!((moved.covariances().stacked() - plain.covariances().stacked()).amax() < 1e-8);
    let (sin, cos) = 0.7_f64.sin_cos();
    let turn = rows(&[[cos, sin], [-sin, cos]]);
    let turned = fit(&(&x * &turn), &(&start * &turn));
    assert!((turned.means() - plain.means() * &turn).amax() < 1e-9);
    let likelihood = |model: &GaussianMixtureModel<f64>, x| model.mean_log_likelihood(x).unwrap();
    assert!((likelihood(&turned, &(&x * &turn)) - likelihood(&plain, &x)).abs() < 1e-10);
}

#[test]
fn a_given_start_is_a_warm_start() {
    let x = heaps(300, 2, 4);
    let whole = tight(3).max_iter(10).fit(&x).unwrap();
    let half = tight(3).max_iter(4).fit(&x).unwrap();
    let init = MixtureInit::Given {
        weights: half.weights().to_vec(),
        means: half.means(),
        covariances: half.covariances().clone(),
    };
    let again = tight(3).max_iter(6).init(init).fit(&x).unwrap();
    assert!((again.means() - whole.means()).amax() < 1e-12);
}

#[test]
fn single_precision_and_any_threads() {
    let x = heaps(3000, 3, 5);
    let narrow = GaussianMixture::new(3).fit(&x.map(|v| v as f32)).unwrap();
    let wide = GaussianMixture::new(3).fit(&x).unwrap();
    assert!((narrow.means() - wide.means()).amax() < 1e-4);
    let run = |threads| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        pool.install(|| GaussianMixture::new(3).fit(&x).unwrap())
    };
    assert_eq!(run(1), run(2));
    assert_eq!(run(1), run(7));
}

#[test]
fn drawn_rows_are_distributed_as_the_model_says() {
    let weights = vec![0.25, 0.75];
    let covariances = Covariances::new(CovarianceType::Full, rows(&[[1.0, 0.5], [0.5, 2.0], [0.1, 0.0], [0.0, 0.1]]));
    let model =
        GaussianMixtureModel::<f64>::from_parts(weights, &rows(&[[0.0, 0.0], [9.0, -9.0]]), covariances).unwrap();
    let (x, labels) = model.sample(20_000, 3).unwrap();
    let first: Vec<usize> = (0..20_000).filter(|&i| labels[i] == 0).collect();
    // standard errors: 0.003 of the share, 0.03 of the covariances
    assert!((first.len() as f64 / 20_000.0 - 0.25).abs() < 0.015);
    let refit = GaussianMixture::new(1).fit(&x.select_rows(&first)).unwrap();
    assert!((refit.covariances().of(0, 2).unwrap() - rows(&[[1.0, 0.5], [0.5, 2.0]])).amax() < 0.15);
    assert_eq!(model.sample(5, 3).unwrap().0, x.rows(0, 5).into_owned());
    assert!(model.predict(&x).unwrap() == labels);
    // fewest components that explain the rows, by the Bayesian criterion
    let bic = |k: usize| GaussianMixture::new(k).fit(&x).unwrap().bic(&x).unwrap();
    assert!(bic(2) < bic(1) && bic(2) < bic(3));
}

#[test]
fn components_that_lose_their_rows_stay_and_far_rows_are_everybodys() {
    let x = heaps(60, 2, 6);
    let init = MixtureInit::Given {
        weights: vec![0.5, 0.5],
        means: rows(&[[5.0, 10.0], [1e6, 1e6]]),
        covariances: Covariances::new(CovarianceType::Spherical, rows(&[[40.0], [1.0]])),
    };
    let model = tight(2).covariance_type(CovarianceType::Spherical).init(init).fit(&x).unwrap();
    assert_eq!((model.means()[(1, 0)], model.weights()[1]), (1e6, 0.0));
    let shares = model.predict_proba(&rows(&[[1e300, 0.0], [0.0, 0.0]])).unwrap();
    assert_eq!((shares[(0, 0)], shares[(1, 0)]), (0.5, 1.0));
    assert_eq!(model.score_samples(&rows(&[[1e300, 0.0]])).unwrap()[0], f64::NEG_INFINITY);
}

#[test]
fn ends_are_told_and_models_survive_the_file() {
    let x = heaps(200, 2, 7);
    let model = GaussianMixture::new(3).n_init(3).fit(&x).unwrap();
    assert_eq!(model.classes(), [0, 1, 2]);
    assert_eq!(GaussianMixtureModel::from_json(&model.to_json().unwrap()).unwrap(), model);
    for kind in TYPES {
        let stopped = GaussianMixture::new(2).covariance_type(kind).fit_observed(&x, &(), &mut |_, means| {
            assert_eq!(means.shape(), (2, 2));
            ControlFlow::Break(())
        });
        assert_eq!(cairn_kmeans::Converges::convergence(&stopped.unwrap()).stop, Stop::Interrupted);
    }
}

#[test]
fn bad_input_is_refused() {
    let x = heaps(50, 2, 8);
    let collinear = DMatrix::from_fn(50, 2, |i, j| (i * (j + 1)) as f64);
    let found = GaussianMixture::new(1).reg_covar(0.0).fit(&collinear);
    assert!(matches!(found, Err(Error::Singular { .. })), "{found:?}");
    assert!(GaussianMixture::new(1).fit(&collinear).is_ok());
    let found = GaussianMixture::new(51).fit(&x);
    assert_eq!(found.err(), Some(Error::TooFewSamples { what: "x", needed: 51, found: 50 }));
    assert!(matches!(GaussianMixture::new(0).fit(&x), Err(Error::Parameter { name: "n_components", .. })));
    assert!(matches!(GaussianMixture::new(1).reg_covar(-1.0).fit(&x), Err(Error::Parameter { .. })));
    assert!(matches!(GaussianMixture::new(1).fit(&rows(&[[f64::NAN]])), Err(Error::NonFinite { .. })));
    let means = MixtureInit::Means(rows(&[[1.0, 2.0, 3.0]]));
    assert!(matches!(GaussianMixture::new(1).init(means).fit(&x), Err(Error::Shape { what: "means", .. })));
    let given = MixtureInit::Given {
        weights: vec![1.0],
        means: rows(&[[1.0, 2.0]]),
        covariances: Covariances::new(CovarianceType::Diag, rows(&[[1.0]])),
    };
    let mixture = GaussianMixture::new(1).init(given);
    assert!(matches!(mixture.fit(&x), Err(Error::Format(_))), "another type");
    assert!(matches!(mixture.covariance_type(CovarianceType::Diag).fit(&x), Err(Error::Shape { .. })));
    let model = GaussianMixture::new(2).fit(&x).unwrap();
    assert!(matches!(model.predict(&rows(&[[1.0]])), Err(Error::Shape { .. })));
    assert!(GaussianMixture::new(2).fit(&DMatrix::<f64>::zeros(0, 2)).is_err());
}
