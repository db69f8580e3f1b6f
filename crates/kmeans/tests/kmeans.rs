//! Laws of k-means.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test fails by panicking")]

use cairn_kmeans::{
    Accumulate, Algorithm, DMatrix, Error, Fit, FitFrom, FitObserved, Init, KMeans, KMeansModel, KMeansSweep, Merge,
    Persist, Predict, Stop, Transform, rows,
};
use proptest::prelude::{ProptestConfig, Strategy, prop_assert, prop_assert_eq, proptest};
use std::ops::ControlFlow;

fn drawn(n: usize, p: usize, seed: usize) -> DMatrix<f64> {
    DMatrix::from_fn(n, p, |i, j| {
        let heap = 4.0 * ((i * 7 + seed) % 5) as f64 * if j % 2 == 0 { 1.0 } else { -0.5 };
        heap + (((i * i + 3 * j + seed) as f64) * 0.7 + (i * (j + 2)) as f64 * 1.3).sin()
    })
}

fn data() -> impl Strategy<Value = (DMatrix<f64>, usize)> {
    let shapes = (4_usize..120, 1_usize..6, 0_usize..50);
    (shapes, 1_usize..6, proptest::bool::ANY).prop_map(|((n, p, seed), k, coarse)| {
        let x = drawn(n, p, seed);
        // coarse: many copies
        (if coarse { x.map(f64::round) } else { x }, k.min(n))
    })
}

fn start(x: &DMatrix<f64>, k: usize) -> Init {
    Init::Given(x.rows(0, k).into_owned())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn labels_counts_and_inertia_are_those_of_the_centroids((x, k) in data()) {
        let model = KMeans::new(k).n_init(2).fit(&x).unwrap();
        prop_assert_eq!(&model.predict(&x).unwrap(), model.labels());
        let distances = model.transform(&x).unwrap();
        let mut counts = vec![0.0; k];
        let mut inertia = 0.0;
        for (i, &label) in model.labels().iter().enumerate() {
            counts[label] += 1.0;
            let least = distances.row(i).min();
            prop_assert!(distances[(i, label)] <= least * (1.0 + 1e-12));
            inertia += distances[(i, label)].powi(2);
        }
        prop_assert_eq!(&counts, model.counts());
        // distances of about 1 from numbers of about 10
        prop_assert!((inertia - model.inertia()).abs() <= 1e-12 * (1.0 + inertia));
    }

    #[test]
    fn the_inertia_never_rises_and_centroids_end_as_means((x, k) in data()) {
        let mut seen = Vec::new();
        let estimator = KMeans::new(k).init(start(&x, k)).tol(0.0);
        let model = estimator
            .fit_observed(&x, &(), &mut |progress, centroids: &DMatrix<f64>| {
                assert_eq!(centroids.shape(), (k, x.ncols()));
                seen.push(progress.loss);
                ControlFlow::Continue(())
            })
            .unwrap();
        let slack = 1e-12 * x.norm_squared();
        prop_assert!(seen.windows(2).all(|pair| pair[1] <= pair[0] + slack), "{:?}", seen);
        prop_assert!(model.inertia() <= seen[seen.len() - 1] + slack);
        prop_assert_eq!(model.convergence().stop, Stop::Converged);
        for c in 0..k {
            let members: Vec<usize> = (0..x.nrows()).filter(|&i| model.labels()[i] == c).collect();
            if !members.is_empty() {
                let mean = x.select_rows(&members).row_mean();
                prop_assert!((mean - model.centroids().row(c)).amax() < 1e-11);
            }
        }
    }

    #[test]
    fn bounds_change_no_label_after_any_sweep((x, k) in data(), sweeps in 1_usize..12, offset in 0_usize..3) {
        let x = x.add_scalar([0.0, 1e5, -1e9][offset]);
        let weights: Vec<f64> = (0..x.nrows()).map(|i| if i < k { 1.0 } else { 0.3 * (i % 4) as f64 }).collect();
        let estimator = KMeans::new(k).init(start(&x, k)).max_iter(sweeps);
        let fit = |algorithm| estimator.clone().algorithm(algorithm).fit_weighted(&x, &weights).unwrap();
        let lloyd = fit(Algorithm::Lloyd);
        for bounded in [fit(Algorithm::Hamerly), fit(Algorithm::Elkan)] {
            prop_assert_eq!(lloyd.convergence().n_iter, bounded.convergence().n_iter);
            prop_assert!((lloyd.centroids() - bounded.centroids()).amax() <= 1e-12 * x.amax());
            prop_assert!((lloyd.inertia() - bounded.inertia()).abs() <= 1e-9 * (1.0 + lloyd.inertia()));
        }
    }

    #[test]
    fn moving_and_stretching_rows_moves_and_stretches_centroids((x, k) in data()) {
        let fit = |x: &DMatrix<f64>| KMeans::new(k).init(start(x, k)).fit(x).unwrap();
        // powers of two and whole numbers: nothing is rounded another way
        let (plain, moved) = (fit(&x.map(|v| (v * 64.0).round())), fit(&x.map(|v| 4.0 * (v * 64.0).round() + 1024.0)));
        prop_assert_eq!(plain.labels(), moved.labels());
        prop_assert!((plain.centroids().map(|v| 4.0 * v + 1024.0) - moved.centroids()).amax() < 1e-9);
        prop_assert!((16.0 * plain.inertia() - moved.inertia()).abs() <= 1e-9 * (1.0 + moved.inertia()));
    }

    #[test]
    fn weights_are_repetitions_and_0_is_absence((x, k) in data()) {
        let weights: Vec<f64> = (0..x.nrows()).map(|i| if i < k { 1.0 } else { (i % 3) as f64 }).collect();
        let repeated: Vec<usize> = (0..x.nrows()).flat_map(|i| vec![i; weights[i] as usize]).collect();
        let estimator = KMeans::new(k).init(start(&x, k)).max_iter(3);
        let weighted = estimator.fit_weighted(&x, &weights).unwrap();
        let plain = estimator.fit(&x.select_rows(&repeated)).unwrap();
        // an empty cluster takes a row with all its weight, of copies only one: then the two part
        if plain.counts().iter().all(|count| *count > 0.0) && x.iter().any(|v| v.fract() != 0.0) {
            prop_assert!((weighted.centroids() - plain.centroids()).amax() < 1e-10);
            prop_assert!((weighted.inertia() - plain.inertia()).abs() <= 1e-10 * (1.0 + plain.inertia()));
        }
    }

    #[test]
    fn sweeps_in_parts_are_a_sweep((x, k) in data(), cut in 1_usize..100) {
        let cut = cut.min(x.nrows() - 1);
        let centroids = x.rows(0, k).into_owned();
        let sweep = |x: &DMatrix<f64>| {
            let mut sweep = KMeansSweep::new(&centroids).unwrap();
            sweep.accumulate(x, &(), None).unwrap();
            sweep
        };
        let mut parts = sweep(&x.rows(0, cut).into_owned());
        parts.merge(&sweep(&x.rows(cut, x.nrows() - cut).into_owned())).unwrap();
        let whole = sweep(&x);
        prop_assert_eq!(parts.counts(), whole.counts());
        prop_assert!((parts.centroids() - whole.centroids()).amax() < 1e-11);
        let stepped = KMeans::new(k).fit_from(&whole).unwrap();
        let one = KMeans::new(k).init(Init::Given(centroids)).max_iter(1).fit(&x).unwrap();
        if whole.counts().iter().all(|count| *count > 0.0) {
            prop_assert!((stepped.centroids() - one.centroids()).amax() < 1e-11);
        }
    }
}

#[test]
fn one_cluster_is_the_mean_and_as_many_as_rows_cost_nothing() {
    let x = drawn(40, 3, 1);
    let one = KMeans::new(1).fit(&x).unwrap();
    assert!((one.centroids().row(0) - x.row_mean()).amax() < 1e-13);
    let all = KMeans::new(40).fit(&x).unwrap();
    assert_eq!(all.inertia(), 0.0);
    assert_eq!(all.counts(), [1.0; 40]);
}

#[test]
fn copies_leave_clusters_empty_and_everything_finite() {
    let x = rows(&[[1.0, 2.0], [1.0, 2.0], [1.0, 2.0], [5.0, 5.0]]);
    for init in [Init::PlusPlus, Init::Random, Init::Given(rows(&[[1.0, 2.0], [1.0, 2.0], [1.0, 2.0]]))] {
        let model = KMeans::new(3).init(init).fit(&x).unwrap();
        assert_eq!(model.inertia(), 0.0, "{model:?}");
        assert_eq!(model.counts().iter().sum::<f64>(), 4.0);
        assert!(model.centroids().iter().all(|v: &f64| f64::is_finite(*v)));
    }
}

#[test]
fn an_empty_cluster_takes_the_farthest_row() {
    // nobody is nearest to 100; 9 is farthest from its centroid 1
    let x = rows(&[[0.0], [1.0], [2.0], [9.0]]);
    let given = Init::Given(rows(&[[1.0], [100.0]]));
    let model = KMeans::new(2).init(given).max_iter(1).fit(&x).unwrap();
    assert_eq!(model.centroids(), &rows(&[[1.0], [9.0]]));
    assert_eq!((model.labels(), model.inertia()), (&[0, 0, 0, 1][..], 2.0));
}

#[test]
fn heaps_are_found_whatever_the_seed() {
    let x = drawn(300, 4, 3);
    for seed in 0..5 {
        let model = KMeans::new(5).n_init(4).seed(seed).fit(&x).unwrap();
        assert!((0..300).all(|i| model.labels()[i] == model.labels()[(i + 5) % 300]));
    }
}

#[test]
fn the_same_bits_on_any_threads() {
    let x = drawn(5000, 7, 2);
    let run = |threads| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        pool.install(|| KMeans::new(9).n_init(2).fit(&x).unwrap())
    };
    let one = run(1);
    assert_eq!(one, run(2));
    assert_eq!(one, run(7));
    assert_eq!(one, KMeansModel::from_json(&one.to_json().unwrap()).unwrap());
}

#[test]
fn single_precision_finds_the_same_groups() {
    let x = drawn(200, 3, 4);
    let model: KMeansModel<f32> = KMeans::new(5).init(start(&x, 5)).fit(&x.map(|v| v as f32)).unwrap();
    let double = KMeans::new(5).init(start(&x, 5)).fit(&x).unwrap();
    assert_eq!(model.labels(), double.labels());
    assert!((model.centroids().map(f64::from) - double.centroids()).amax() < 1e-5);
}

#[test]
fn an_observer_may_end_it() {
    let x = drawn(100, 2, 0);
    let estimator = KMeans::new(4).n_init(3);
    let model = estimator.fit_observed(&x, &(), &mut |_, _: &DMatrix<f64>| ControlFlow::Break(())).unwrap();
    assert_eq!((model.convergence().n_iter, model.convergence().stop), (1, Stop::Interrupted));
}

#[test]
fn bad_input_is_told() {
    let x = drawn(10, 2, 0);
    let found = |estimator: KMeans, x: &DMatrix<f64>| Fit::fit(&estimator, x, &()).map(|_| ());
    assert_eq!(found(KMeans::new(11), &x), Err(Error::TooFewSamples { what: "x", needed: 11, found: 10 }));
    assert!(matches!(found(KMeans::new(0), &x), Err(Error::Parameter { name: "n_clusters", .. })));
    assert!(matches!(found(KMeans::new(2).tol(-1.0), &x), Err(Error::Parameter { name: "tol", .. })));
    assert!(matches!(found(KMeans::new(2).n_init(0), &x), Err(Error::Parameter { name: "n_init", .. })));
    let given = |centroids| found(KMeans::new(2).init(Init::Given(centroids)), &x);
    assert!(matches!(given(DMatrix::zeros(3, 2)), Err(Error::Shape { what: "centroids", unit: "rows", .. })));
    assert!(matches!(given(DMatrix::zeros(2, 3)), Err(Error::Shape { what: "centroids", unit: "columns", .. })));
    assert!(matches!(given(DMatrix::from_element(2, 2, f64::NAN)), Err(Error::NonFinite { what: "centroids", .. })));
    let mut holed = x.clone();
    holed[(3, 1)] = f64::NAN;
    assert!(matches!(found(KMeans::new(2), &holed), Err(Error::NonFinite { what: "x", row: 3, column: 1 })));
    assert!(matches!(found(KMeans::new(2), &DMatrix::zeros(0, 2)), Err(Error::TooFewSamples { .. })));
    assert!(matches!(found(KMeans::new(2), &DMatrix::zeros(5, 0)), Err(Error::Shape { unit: "columns", .. })));
    let weighted = |weights: &[f64]| KMeans::new(2).fit_weighted(&x, weights).map(|_| ());
    assert!(matches!(weighted(&[0.0; 10]), Err(Error::Domain { what: "weights", .. })));
    let one = [1.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0];
    assert!(matches!(weighted(&one), Err(Error::TooFewSamples { needed: 2, found: 1, .. })));
    let model = KMeans::new(2).fit(&x).unwrap();
    assert!(matches!(model.predict(&DMatrix::zeros(2, 3)), Err(Error::Shape { .. })));
    assert!(matches!(model.transform(&holed), Err(Error::NonFinite { .. })));
    let mut sweep = KMeansSweep::new(model.centroids()).unwrap();
    let before = sweep.clone();
    assert!(matches!(sweep.merge(&KMeansSweep::new(&x).unwrap()), Err(Error::Shape { .. })));
    assert!(matches!(sweep.accumulate(&holed, &(), None), Err(Error::NonFinite { .. })));
    assert_eq!(sweep, before);
}
