//! What every map must satisfy, on drawn rows.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test fails by panicking")]

use cairn_tsne::{
    Affinities, CsrMatrix, DMatrix, Embedding, Error, FitObserved, Hyperparameters, Method, Persist, Placement, Start,
    Stop, Transform, Tsne,
};
use proptest::prelude::{ProptestConfig, prop_assert, prop_assert_eq, proptest};
use std::ops::ControlFlow;

fn noise(i: usize, j: usize, seed: f64) -> f64 {
    (((i * 31 + j * 7) as f64 * 12.9898 + seed * 78.233).sin() * 43758.5453).fract()
}

/// Rows in three heaps.
fn heaps(n: usize, p: usize, seed: f64) -> DMatrix<f64> {
    DMatrix::from_fn(n, p, |i, j| 2.0 * ((i % 3) * (j % 2 + 1)) as f64 + noise(i, j, seed))
}

fn dense(p: &Affinities) -> DMatrix<f64> {
    DMatrix::from(&p.to_matrix().unwrap())
}

/// KL(P‖Q) by its definition.
fn divergence(p: &DMatrix<f64>, y: &DMatrix<f64>, degrees: f64) -> f64 {
    let n = y.nrows();
    let w = DMatrix::from_fn(n, n, |i, j| {
        let squared = (y.row(i) - y.row(j)).norm_squared();
        if i == j { 0.0 } else { (1.0 + squared / degrees).powf(-degrees) }
    });
    let z = w.sum();
    p.iter().zip(w.iter()).filter(|(p, _)| **p > 0.0).map(|(p, w)| p * (p * z / w).ln()).sum()
}

/// The gradient that the first step follows, read off that step: without momentum, with a gain of 1.2, and a step so short
/// that it changes nothing.
fn gradient(params: &Tsne, x: &DMatrix<f64>, p: &Affinities, y: &DMatrix<f64>) -> DMatrix<f64> {
    let rate = 1e-3;
    let one = params.clone().start(Start::Given(y.clone())).learning_rate(rate).early_exaggeration_iter(0).n_iter(1);
    let moved = one.tol(0.0).max_step_norm(f64::INFINITY).fit_affinities(x, p).unwrap();
    let mut gradient = (y - moved.embedding()) * (4.0 / (1.2 * rate));
    // the map is moved back about 0, which the gradient knows nothing of
    for mut column in gradient.column_iter_mut() {
        let mean = column.mean();
        column.add_scalar_mut(-mean);
    }
    gradient
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, failure_persistence: None, ..ProptestConfig::default() })]
    #[test]
    fn affinities_are_symmetric_and_sum_to_one(n in 5_usize..90, p in 1_usize..6, seed in 0.0..9.0_f64, share in 1.0..30.0_f64) {
        let affinities = dense(&Affinities::new(&heaps(n, p, seed), share).unwrap());
        prop_assert_eq!(&affinities, &affinities.transpose());
        prop_assert!((affinities.sum() - 1.0).abs() < 1e-13, "{}", affinities.sum());
        prop_assert!(affinities.iter().all(|v| *v >= 0.0) && affinities.diagonal().iter().all(|v| *v == 0.0));
    }

    #[test]
    fn turning_and_moving_the_rows_leaves_the_affinities(n in 20_usize..60, seed in 0.0..9.0_f64, angle in 0.0..6.0_f64) {
        let x = heaps(n, 3, seed);
        let (sin, cos) = angle.sin_cos();
        let turn = DMatrix::from_row_slice(3, 3, &[cos, -sin, 0.0, sin, cos, 0.0, 0.0, 0.0, 1.0]);
        let turned = (&x * turn).add_scalar(0.5 * angle);
        let difference = dense(&Affinities::new(&x, 6.0).unwrap()) - dense(&Affinities::new(&turned, 6.0).unwrap());
        // distances keep their order, and all but the last digits; the search for the width ends within 1e-11
        prop_assert!(difference.amax() < 1e-10, "{}", difference.amax());
    }

    #[test]
    fn the_gradient_is_the_slope_of_the_divergence(seed in 0.0..9.0_f64, degrees in 0.5..3.0_f64, d in 1_usize..4) {
        let n = 14;
        let (x, y) = (heaps(n, 3, seed), DMatrix::from_fn(n, d, |i, j| 3.0 * noise(i, j, seed + 1.0)));
        let affinities = Affinities::new(&x, 3.0).unwrap();
        let params = Tsne::new().n_components(d).perplexity(3.0).method(Method::Exact).degrees_of_freedom(degrees);
        let p = dense(&affinities);
        let step = 1e-5;
        let mut slope = DMatrix::from_fn(n, d, |i, j| {
            let at = |by: f64| {
                let mut moved = y.clone();
                moved[(i, j)] += by;
                divergence(&p, &moved, degrees)
            };
            (at(step) - at(-step)) / (2.0 * step)
        });
        // moving all points alike changes nothing: the slopes sum to 0, and so does the gradient
        for column in slope.column_iter() {
            prop_assert!(column.sum().abs() < 1e-8);
        }
        slope -= gradient(&params, &x, &affinities, &y);
        // central differences are right to the square of the step and to rounding over the step
        prop_assert!(slope.amax() < 1e-8, "{}", slope.amax());
    }
}

#[test]
fn exact_forces_sum_to_zero() {
    // the mean of the map after a step is 0 by its own accord where the start's was, up to rounding: forces are mutual
    let (x, n) = (heaps(60, 4, 0.3), 60);
    let mut y = DMatrix::from_fn(n, 2, |i, j| 5.0 * noise(i, j, 2.0));
    for mut column in y.column_iter_mut() {
        let mean = column.mean();
        column.add_scalar_mut(-mean);
    }
    let affinities = Affinities::new(&x, 9.0).unwrap();
    let all = Tsne::new().perplexity(9.0).method(Method::Exact).tol(0.0).max_step_norm(f64::INFINITY);
    let one = all.start(Start::Given(y.clone())).learning_rate(1.0).early_exaggeration_iter(0).n_iter(1);
    let moved = one.fit_affinities(&x, &affinities).unwrap();
    // before it is brought about 0 the mean differs from 0 by the sum of the forces: the moved map is y minus the forces
    let forces = &y - moved.embedding();
    let p = dense(&affinities);
    let by_definition = |i: usize, c: usize| -> f64 {
        let squared = |i: usize, j: usize| (y.row(i) - y.row(j)).norm_squared();
        let z: f64 = (0..n)
            .flat_map(|i| (0..n).map(move |j| (i, j)))
            .filter(|(i, j)| i != j)
            .map(|(i, j)| 1.0 / (1.0 + squared(i, j)))
            .sum();
        (0..n)
            .filter(|j| *j != i)
            .map(|j| {
                let w = 1.0 / (1.0 + squared(i, j));
                1.2 * (p[(i, j)] - w / z) * w * (y[(i, c)] - y[(j, c)])
            })
            .sum()
    };
    for (i, c) in [(0, 0), (17, 1), (59, 0)] {
        assert!((forces[(i, c)] - by_definition(i, c)).abs() < 1e-13);
    }
}

#[test]
fn a_small_theta_and_a_fine_grid_are_the_exact_gradient() {
    let (x, n) = (heaps(400, 4, 0.7), 400);
    let y = DMatrix::from_fn(n, 2, |i, j| 12.0 * noise(i, j, 2.0));
    let affinities = Affinities::new(&x, 15.0).unwrap();
    let by = |params: Tsne| gradient(&params, &x, &affinities, &y);
    let exact = by(Tsne::new().method(Method::Exact));
    let error = |found: DMatrix<f64>| (found - &exact).norm() / exact.norm();
    // the gradient is read off a step of 1e-3, in numbers near 12
    assert!(error(by(Tsne::new().method(Method::BarnesHut).theta(0.0))) < 1e-9);
    assert!(error(by(Tsne::new().method(Method::BarnesHut))) < 0.02);
    assert!(error(by(Tsne::new().method(Method::Fft))) < 0.02);
    assert!(error(by(Tsne::new().method(Method::Fft).spacing(0.0625))) < 1e-6);
}

fn brief(n_components: usize, method: Method) -> Tsne {
    Tsne::new()
        .n_components(n_components)
        .method(method)
        .perplexity(8.0)
        .early_exaggeration_iter(30)
        .n_iter(40)
        .record_every(10)
}

#[test]
fn the_same_bits_on_any_threads_by_every_method() {
    let x = heaps(700, 5, 0.2);
    for (d, method) in
        [(1, Method::Fft), (2, Method::Exact), (2, Method::BarnesHut), (2, Method::Fft), (3, Method::BarnesHut)]
    {
        let params = brief(d, method).early_exaggeration_iter(10).n_iter(10);
        let run = |threads| {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
            pool.install(|| {
                let map = params.fit(&x).unwrap();
                let placed = map.place(&x.rows(0, 40).into_owned(), &Placement::new().n_iter(20)).unwrap();
                (map, placed)
            })
        };
        let one = run(1);
        assert!(one == run(2) && one == run(7), "{method:?}");
    }
}

#[test]
fn every_method_comes_to_a_map_as_good() {
    let x = heaps(300, 5, 0.2);
    let at =
        |method| Tsne::new().perplexity(12.0).method(method).n_iter(150).early_exaggeration_iter(100).fit(&x).unwrap();
    let exact = at(Method::Exact).kl_divergence();
    for method in [Method::BarnesHut, Method::Fft] {
        let found = at(method).kl_divergence();
        // other errors lead into other valleys, of which none of these is much deeper
        assert!((found / exact - 1.0).abs() < 0.1, "{method:?}: {found} {exact}");
    }
}

#[test]
fn the_divergence_is_its_definition_and_falls() {
    let x = heaps(200, 4, 0.4);
    let affinities = Affinities::new(&x, 8.0).unwrap();
    for degrees in [1.0, 0.6] {
        let map = brief(2, Method::Exact).degrees_of_freedom(degrees).n_iter(100).fit(&x).unwrap();
        let expected = divergence(&dense(&affinities), map.embedding(), degrees);
        assert!((map.kl_divergence() - expected).abs() < 1e-10, "{} {expected}", map.kl_divergence());
        let late: Vec<f64> = map.history().iter().filter(|r| r.n_iter >= 40).map(|r| r.kl_divergence).collect();
        assert!(late.len() == 10 && late.windows(2).all(|pair| pair[1] <= pair[0]), "{late:?}");
        assert!(map.embedding().column_iter().all(|column| column.mean().abs() < 1e-12));
    }
}

#[test]
fn a_fit_is_watched_stopped_and_gone_on_with_as_if_it_had_not_stopped() {
    let x = heaps(250, 4, 0.4);
    for method in [Method::Exact, Method::BarnesHut, Method::Fft] {
        let params = brief(2, method);
        let whole = params.fit(&x).unwrap();
        let mut seen = Vec::new();
        let watched = params.fit_observed(&x, &(), &mut |progress, map| {
            seen.push((progress.step, progress.loss, map.clone()));
            ControlFlow::Continue(())
        });
        assert_eq!(watched.unwrap(), whole);
        assert_eq!((seen.len(), seen[69].0, seen[69].1), (70, 70, whole.kl_divergence()));
        assert_eq!(&seen[69].2, whole.embedding());
        for stop in [1, 25, 55] {
            let part = params.fit_observed(&x, &(), &mut |progress, _| {
                if progress.step == stop { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
            });
            let part: Embedding<f64> = part.unwrap();
            assert_eq!((part.convergence().stop, part.convergence().n_iter), (Stop::Interrupted, stop));
            assert_eq!(part.embedding(), &seen[stop - 1].2);
            let part = Embedding::from_json(&part.to_json().unwrap()).unwrap();
            assert_eq!(params.resume(&part, &x, 70 - stop).unwrap(), whole);
            assert_eq!(params.resume(&whole, &x, 0).unwrap(), whole);
        }
    }
}

#[test]
fn rows_are_placed_one_by_one_beside_their_like() {
    let x = heaps(600, 5, 0.4);
    for (d, method) in [(2, Method::Exact), (2, Method::Fft), (3, Method::BarnesHut), (1, Method::Fft)] {
        let map = brief(d, method).n_iter(150).fit(&x).unwrap();
        let new = heaps(60, 5, 5.5);
        let all = map.transform(&new).unwrap();
        for row in [0, 7, 59] {
            assert_eq!(map.transform(&new.rows(row, 1).into_owned()).unwrap(), all.rows(row, 1).into_owned());
        }
        let kind = |i: usize| {
            let away = |j: &usize| (all.row(i) - map.embedding().row(*j)).norm();
            (0..600).min_by(|a, b| away(a).total_cmp(&away(b))).unwrap() % 3
        };
        assert_eq!((0..60).filter(|i| kind(*i) == i % 3).count(), 60, "{method:?}");
    }
}

#[test]
fn a_model_survives_its_file_and_what_is_no_model_is_refused() {
    let map = brief(2, Method::Exact).fit(&heaps(40, 3, 0.1).map(|v| v as f32)).unwrap();
    let file = map.to_json().unwrap();
    assert_eq!(Embedding::<f32>::from_json(&file).unwrap(), map);
    for (from, to) in [
        ("\"shape\":[40,2]", "\"shape\":[2,40]"),
        ("\"perplexity\":8.0", "\"perplexity\":-8.0"),
        ("\"spacing\":0.5", "\"spacing\":0.0"),
    ] {
        assert!(file.contains(from), "{from}");
        assert!(Embedding::<f32>::from_json(&file.replacen(from, to, 1)).is_err(), "{to}");
    }
    let params = brief(2, Method::Fft).learning_rate(20.0);
    assert_eq!(serde_json_round(&params), params);
    params.validate().unwrap();
}

fn serde_json_round(params: &Tsne) -> Tsne {
    serde_json::from_str(&serde_json::to_string(params).unwrap()).unwrap()
}

#[test]
fn equal_rows_few_rows_and_constant_rows_have_finite_maps() {
    let finite = |map: Embedding<f64>| {
        assert!(map.embedding().iter().all(|v| v.is_finite()) && map.kl_divergence().is_finite());
        map
    };
    for (d, method) in [(2, Method::Exact), (2, Method::BarnesHut), (2, Method::Fft), (3, Method::BarnesHut)] {
        let params = brief(d, method);
        finite(params.fit(&DMatrix::from_element(50, 3, 2.5)).unwrap());
        // ten rows, thirty times each: more equal rows than neighbours are asked for
        let repeated = DMatrix::from_fn(300, 3, |i, j| noise(i % 10, j, 0.3));
        let map = finite(params.fit(&repeated).unwrap());
        finite(params.fit(&heaps(2, 3, 0.1)).unwrap());
        finite(params.fit(&heaps(3, 3, 0.1)).unwrap());
        assert_eq!(finite(params.fit(&heaps(13, 3, 0.1)).unwrap()).perplexity(), 4.0, "(13 − 1) / 3");
        let placed = map.transform(&repeated.rows(0, 5).into_owned()).unwrap();
        assert!(placed.iter().all(|v| v.is_finite()));
    }
    // equal rows ask for no more neighbours than others
    let many = Affinities::new(&DMatrix::from_element(900, 2, 1.0), 5.0).unwrap();
    assert!(many.to_matrix().unwrap().nnz() <= 2 * 15 * 900);
}

#[test]
fn bad_input_is_refused() {
    let x = heaps(30, 3, 0.1);
    let fit = |x: &DMatrix<f64>| Tsne::new().fit(x).map(|_| ());
    assert_eq!(fit(&x.rows(0, 1).into_owned()), Err(Error::TooFewSamples { what: "x", needed: 2, found: 1 }));
    assert!(matches!(fit(&DMatrix::zeros(5, 0)), Err(Error::Shape { what: "x", unit: "columns", .. })));
    let mut bad = x.clone();
    bad[(3, 1)] = f64::NAN;
    assert_eq!(fit(&bad), Err(Error::NonFinite { what: "x", row: 3, column: 1 }));
    assert!(matches!(fit(&(&x * 1e200)), Err(Error::Domain { what: "distances", .. })));
    let given = Tsne::new().start(Start::Given(DMatrix::zeros(30, 3))).fit(&x);
    assert!(matches!(given, Err(Error::Shape { what: "start", unit: "columns", expected: 2, found: 3 })));
    for (params, name) in [
        (Tsne::new().n_components(0), "n_components"),
        (Tsne::new().n_components(4), "n_components"),
        (Tsne::new().n_components(3).method(Method::Fft), "n_components"),
        (Tsne::new().perplexity(0.5), "perplexity"),
        (Tsne::new().learning_rate(0.0), "learning_rate"),
        (Tsne::new().initial_momentum(1.0), "initial_momentum"),
        (Tsne::new().theta(-0.1), "theta"),
        (Tsne::new().spacing(3.0), "spacing"),
        (Tsne::new().record_every(0), "record_every"),
        (Tsne::new().degrees_of_freedom(f64::NAN), "degrees_of_freedom"),
    ] {
        let refused = params.fit(&x);
        assert!(matches!(&refused, Err(Error::Parameter { name: found, .. }) if *found == name), "{name}: {refused:?}");
    }
    let map = brief(2, Method::Exact).fit(&x).unwrap();
    assert!(matches!(map.transform(&DMatrix::zeros(2, 4)), Err(Error::Shape { expected: 3, found: 4, .. })));
    assert!(map.place(&x, &Placement::new().perplexity(0.0)).is_err());
    assert!(
        brief(3, Method::Exact).resume(&map, &x, 5).is_err()
            && brief(2, Method::Exact).resume(&map, &heaps(29, 3, 0.1), 5).is_err()
    );
}

#[test]
fn a_map_that_flies_apart_is_the_last_good_one() {
    let x = heaps(30, 3, 0.1);
    for method in [Method::Exact, Method::BarnesHut, Method::Fft] {
        let far = brief(2, method).learning_rate(1e308).max_step_norm(f64::INFINITY).fit(&x).unwrap();
        assert_eq!(far.convergence().stop, Stop::Diverged);
        assert!(far.embedding().iter().all(|v| v.is_finite()) && far.kl_divergence().is_finite());
    }
}

#[test]
fn a_flat_gradient_ends_the_second_phase() {
    let params = brief(2, Method::Exact).n_iter(400).tol(0.05);
    let map = params.fit(&heaps(40, 3, 0.1)).unwrap();
    assert_eq!(map.convergence().stop, Stop::Converged);
    let last = map.history().last().unwrap();
    assert!(last.gradient_norm <= 0.05 && (30..430).contains(&last.n_iter) && last.n_iter == map.convergence().n_iter);
}

#[test]
fn points_that_exaggeration_drew_together_come_apart_again() {
    // rows without any structure: exaggerated, the pull leaves nothing but one point
    let wave = |i: usize, j: usize| (i as f64 * 12.9898 + j as f64 * 78.233 + 1.0).sin();
    let x = DMatrix::from_fn(80, 60, |i, j| (wave(i, j) * 43758.5453).rem_euclid(1.0));
    let drawn = Tsne::new().perplexity(10.0).n_iter(0).fit(&x).unwrap();
    let map = Tsne::new().perplexity(10.0).fit(&x).unwrap();
    assert!(drawn.embedding().amax() < 1e-3, "{}", drawn.embedding().amax());
    assert_eq!((map.convergence().n_iter, map.convergence().stop), (750, Stop::MaxIter));
    assert!(map.embedding().amax() > 1.0 && map.kl_divergence() < 0.7 * drawn.kl_divergence());
}

#[test]
fn neighbours_from_elsewhere_are_checked() {
    let by = |indices: &[usize], distances: &[f64]| {
        Affinities::from_neighbors(indices, distances, 2, 1.0).map(|p| p.n_samples())
    };
    assert_eq!(by(&[1, 2, 0, 2, 1, 0], &[1.0, 2.0, 1.0, 1.0, 1.0, 2.0]), Ok(3));
    assert!(matches!(by(&[1, 2, 0, 2, 1], &[1.0; 5]), Err(Error::Shape { .. })));
    assert!(matches!(by(&[1, 2, 1, 2, 1, 0], &[1.0; 6]), Err(Error::Domain { what: "indices", row: Some(1), .. })));
    assert!(matches!(by(&[1, 3, 0, 2, 1, 0], &[1.0; 6]), Err(Error::Domain { what: "indices", row: Some(0), .. })));
    assert!(matches!(by(&[1, 2, 0, 2, 1, 1], &[1.0; 6]), Err(Error::Domain { what: "indices", row: Some(2), .. })));
    assert!(matches!(by(&[1, 2, 0, 2, 1, 0], &[-1.0; 6]), Err(Error::Domain { what: "distances", .. })));
}

#[test]
fn a_graph_is_mapped_by_its_weights() {
    // a ring of twenty
    let mut ring = DMatrix::zeros(20, 20);
    (0..20).for_each(|i| {
        ring[(i, (i + 1) % 20)] = 3.0;
        ring[((i + 1) % 20, i)] = 3.0;
    });
    let affinities = Affinities::from_matrix(&CsrMatrix::from(&ring)).unwrap();
    // two neighbours each, alike
    assert!((affinities.perplexity() - 2.0).abs() < 1e-12);
    let x = DMatrix::from_fn(20, 2, |i, j| (i as f64 * 0.314 + j as f64).sin());
    let map = brief(2, Method::Exact).fit_affinities(&x, &affinities).unwrap();
    let apart = |i: usize, j: usize| (map.embedding().row(i) - map.embedding().row(j % 20)).norm();
    assert!((0..20).all(|i| apart(i, i + 1) < apart(i, i + 10)));
    ring[(0, 5)] = 1.0;
    assert!(matches!(Affinities::from_matrix(&CsrMatrix::from(&ring)), Err(Error::Domain { what: "weights", .. })));
}
