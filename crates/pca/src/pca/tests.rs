//! What holds of every solver.

use super::{model::PcaModel, params::Pca};
use crate::{components::Components, solver::Solver};
use cairn_numeric::{Moments, gram, matmul};
use cairn_traits::{
    Accumulate, DMatrix, DVector, Error, FitFrom, FitWeighted, Float, InverseTransform, Persist, ScoreSamples,
    TakeRows, Transform, rows,
};

const EXACT: [Solver; 2] = [Solver::Full, Solver::Covariance];
const ALL: [Solver; 4] = [Solver::Full, Solver::Covariance, Solver::Randomized, Solver::BlockKrylov];

/// Rows whose columns vary by sizes 1, 1/2, 1/3, ... and go together.
fn cloud<F: Float>(n: usize, p: usize) -> DMatrix<F> {
    let wave = |i: usize, j: usize| ((i * i * 7 + 13 * i + 1) as f64 * (j as f64 + 0.61).sqrt()).sin();
    DMatrix::from_fn(n, p, |i, j| F::of(wave(i, j) / (j + 1) as f64 + 0.3 * wave(i, 0) + j as f64))
}

fn distance<F: Float>(a: &DMatrix<F>, b: &DMatrix<F>) -> f64 {
    (a - b).amax().to_f64()
}

#[test]
fn four_points_by_hand() {
    // about (2, 1): (−2, −1), (−1, 1), (1, −1), (2, 1): scatter [[10, 2], [2, 4]], eigenvalues 7 ± √13
    let x = rows(&[[0.0, 0.0], [1.0, 2.0], [3.0, 0.0], [4.0, 2.0]]);
    let (large, small) = ((7.0 + 13.0_f64.sqrt()) / 3.0, (7.0 - 13.0_f64.sqrt()) / 3.0);
    for solver in ALL {
        let model = Pca::new(1).solver(solver).fit(&x).unwrap();
        let near = |found: f64, exact: f64| assert!((found - exact).abs() < 32.0 * f64::EPSILON * 7.0, "{solver:?}");
        assert_eq!(model.mean().as_slice(), [2.0, 1.0]);
        near(model.explained_variance()[0], large);
        near(model.explained_variance_ratio()[0], large * 3.0 / 14.0);
        near(model.noise_variance(), small);
        near(model.total_variance(), 14.0 / 3.0);
        near(model.singular_values()[0], (large * 3.0).sqrt());
        // (2, λ − 10) with λ = 7 + √13, to length 1
        let direction = DVector::from_vec(vec![2.0, 13.0_f64.sqrt() - 3.0]).normalize();
        near(model.components()[0], direction[0]);
        near(model.components()[1], direction[1]);
    }
}

#[test]
fn components_are_orthonormal_and_variances_fall() {
    for (n, p) in [(40, 6), (7, 12), (5, 5), (2, 1), (2, 3)] {
        for solver in EXACT {
            let x = cloud::<f64>(n, p);
            let model = Pca::default().solver(solver).fit(&x).unwrap();
            let k = n.min(p);
            assert_eq!(model.n_components(), k);
            let vvt = matmul(model.components(), model.components().transpose().as_view()).unwrap();
            assert!(distance(&vvt, &DMatrix::identity(k, k)) < 16.0 * p as f64 * f64::EPSILON, "{n} {p} {solver:?}");
            assert!(model.explained_variance().as_slice().windows(2).all(|pair| pair[0] >= pair[1]));
            // the trace of the covariance
            let moments = Moments::of_dense(&[x.as_view()], None).unwrap();
            let trace = moments.scatter().trace() / (n as f64 - 1.0);
            assert!((model.explained_variance().sum() - trace).abs() < 16.0 * p as f64 * f64::EPSILON * trace);
            assert!((model.explained_variance_ratio().sum() - 1.0).abs() < 16.0 * p as f64 * f64::EPSILON);
            assert!(distance(&model.reconstruct(&x).unwrap(), &x) < 64.0 * p as f64 * f64::EPSILON * x.amax());
        }
    }
}

#[test]
fn what_is_left_is_the_variance_of_the_components_left_out() {
    let x = cloud::<f64>(50, 6);
    let all = Pca::default().fit(&x).unwrap();
    for solver in ALL {
        for k in 1..6 {
            let model = Pca::new(k).solver(solver).n_iter(20).fit(&x).unwrap();
            let left = (model.reconstruct(&x).unwrap() - &x).norm_squared() / 49.0;
            let dropped = all.explained_variance().rows(k, 6 - k).sum();
            let tolerance = 64.0 * 6.0 * f64::EPSILON * all.total_variance();
            assert!((left - dropped).abs() < tolerance, "{solver:?} {k}: {left} {dropped}");
            assert!((model.noise_variance() * (6 - k) as f64 - dropped).abs() < tolerance);
        }
    }
}

#[test]
fn coordinates_are_uncorrelated_and_whitened_ones_have_variance_one() {
    let x = cloud::<f64>(60, 5);
    for solver in ALL {
        let model = Pca::new(4).whiten(true).solver(solver).fit(&x).unwrap();
        let z = model.transform(&x).unwrap();
        let covariance = gram(z.as_view()) / 59.0;
        // rounding of the coordinates, divided by the smallest variance
        let worst = model.total_variance() / model.explained_variance()[3];
        assert!(distance(&covariance, &DMatrix::identity(4, 4)) < 64.0 * f64::EPSILON * worst, "{solver:?}");
        let plain = Pca::new(4).solver(solver).fit(&x).unwrap();
        let back = model.inverse_transform(&z).unwrap();
        assert!(distance(&back, &plain.reconstruct(&x).unwrap()) < 64.0 * f64::EPSILON * x.amax());
    }
}

#[test]
fn a_shift_moves_the_mean_and_nothing_else() {
    let x = cloud::<f64>(40, 4);
    let shifted = x.map(|v| v + 1e6);
    for solver in ALL {
        let (here, there) =
            (Pca::new(2).solver(solver).fit(&x).unwrap(), Pca::new(2).solver(solver).fit(&shifted).unwrap());
        // the shifted numbers are rounded at 1e6 eps; gaps between the variances are not below a tenth
        let tolerance = 64.0 * 1e6 * f64::EPSILON;
        assert!(distance(here.components(), there.components()) < tolerance, "{solver:?}");
        assert!((here.explained_variance() - there.explained_variance()).amax() < tolerance);
        assert!(distance(&here.transform(&x).unwrap(), &there.transform(&shifted).unwrap()) < tolerance);
    }
}

#[test]
fn a_rotation_turns_the_components() {
    let x = cloud::<f64>(40, 3);
    let (sin, cos) = 0.7_f64.sin_cos();
    let rotation = rows(&[[cos, -sin, 0.0], [sin, cos, 0.0], [0.0, 0.0, 1.0]]);
    let turned = &x * &rotation;
    for solver in ALL {
        let (a, b) = (Pca::new(2).solver(solver).fit(&x).unwrap(), Pca::new(2).solver(solver).fit(&turned).unwrap());
        assert!((a.explained_variance() - b.explained_variance()).amax() < 64.0 * f64::EPSILON * 4.0);
        let expected = a.components() * &rotation;
        for (found, expected) in b.components().row_iter().zip(expected.row_iter()) {
            assert!((found.dot(&expected).abs() - 1.0).abs() < 1e-12, "{solver:?}"); // up to the sign
        }
    }
}

#[test]
fn any_split_merges_to_the_model_of_the_whole() {
    let x = cloud::<f64>(91, 5);
    let mut sums = Moments::default();
    for part in [60..91, 0..1, 1..60] {
        sums.accumulate(&x.take_rows(&part.collect::<Vec<_>>()).unwrap(), &(), None).unwrap();
    }
    let (merged, whole) = (Pca::new(3).fit_from(&sums).unwrap(), Pca::new(3).fit(&x).unwrap());
    assert!(distance(merged.components(), whole.components()) < 1e-12); // eps over the gaps
    assert!((merged.explained_variance() - whole.explained_variance()).amax() < 64.0 * f64::EPSILON);
    assert_eq!(merged.weight(), 91.0);
}

#[test]
fn a_weight_is_a_repetition() {
    let x = cloud::<f64>(20, 3);
    let weights: Vec<f64> = (0..20).map(|i| (i % 3) as f64).collect();
    let repeated: Vec<usize> = (0..20).flat_map(|i| vec![i; i % 3]).collect();
    let weighted = Pca::new(2).fit_weighted(&x, &(), &weights).unwrap();
    let plain = Pca::new(2).fit(&x.take_rows(&repeated).unwrap()).unwrap();
    assert!(distance(weighted.components(), plain.components()) < 1e-12);
    assert!((weighted.explained_variance() - plain.explained_variance()).amax() < 64.0 * f64::EPSILON);
    let light = Pca::new(1).fit_weighted(&x, &(), &[0.01; 20]);
    assert!(matches!(light, Err(Error::Domain { what: "weights", .. })));
}

#[test]
fn a_share_of_variance_is_met_by_the_fewest() {
    // scatters 8, 2 and 0.5 along the axes: shares 0.762, 0.952, 1
    let x = rows(&[
        [2.0, 0.0, 0.0],
        [-2.0, 0.0, 0.0],
        [0.0, 1.0, 0.0],
        [0.0, -1.0, 0.0],
        [0.0, 0.0, 0.5],
        [0.0, 0.0, -0.5],
    ]);
    for solver in EXACT {
        let kept = |share: f64| Pca::new(share).solver(solver).fit(&x).unwrap().n_components();
        assert_eq!((kept(0.5), kept(0.76), kept(0.77), kept(0.95), kept(0.96), kept(0.999)), (1, 1, 2, 2, 3, 3));
    }
    let constant = Pca::new(0.5).fit(&DMatrix::from_element(4, 2, 3.0)).unwrap();
    assert_eq!((constant.n_components(), constant.explained_variance_ratio().sum()), (2, 0.0));
}

#[test]
fn the_density_is_that_of_the_gaussian() {
    // all components: −½ (p ln 2π + ln|C| + d'C⁻¹d) with C = [[10, 2], [2, 4]] / 3: |C| = 36/9 = 4,
    // C⁻¹ = 3/36 [[4, −2], [−2, 10]]; for d = (−2, −1): (16 − 8 + 10) / 12 = 1.5
    let x = rows(&[[0.0, 0.0], [1.0, 2.0], [3.0, 0.0], [4.0, 2.0]]);
    let exact = -0.5 * (2.0 * (2.0 * std::f64::consts::PI).ln() + 4.0_f64.ln() + 1.5);
    let found = Pca::default().fit(&x).unwrap().score_samples(&x).unwrap()[0];
    assert!((found - exact).abs() < 32.0 * f64::EPSILON * 4.0, "{found} {exact}");
    // of two columns, one component and the noise are the same covariance
    let one = Pca::new(1).fit(&x).unwrap();
    assert!((one.score_samples(&x).unwrap()[0] - exact).abs() < 32.0 * f64::EPSILON * 4.0);
    assert!(distance(&one.covariance().unwrap(), &(rows(&[[10.0, 2.0], [2.0, 4.0]]) / 3.0)) < 1e-14);
    let flat = Pca::new(1).fit(&rows(&[[1.0, 1.0], [2.0, 1.0], [3.0, 1.0]])).unwrap();
    let found = flat.score_samples(&rows(&[[1.0, 1.0]]));
    assert_eq!(found, Err(Error::Singular { what: "covariance" }));
}

#[test]
fn single_precision_agrees_to_its_digits() {
    let (wide, narrow) = (cloud::<f64>(40, 5), cloud::<f32>(40, 5));
    for solver in ALL {
        let (a, b) = (Pca::new(2).solver(solver).fit(&wide).unwrap(), Pca::new(2).solver(solver).fit(&narrow).unwrap());
        let b: &DMatrix<f64> = &b.components().map(f64::from);
        assert!(distance(a.components(), b) < 256.0 * f64::from(f32::EPSILON), "{solver:?}"); // eps over the gaps
    }
}

#[test]
fn whitening_leaves_out_what_does_not_vary() {
    let x = rows(&[[1.0, 5.0], [2.0, 5.0], [6.0, 5.0]]);
    for solver in EXACT {
        let model = Pca::new(2).whiten(true).solver(solver).fit(&x).unwrap();
        let z = model.transform(&x).unwrap();
        assert_eq!(z.column(1).as_slice(), [0.0, 0.0, 0.0]);
        assert!(distance(&model.inverse_transform(&z).unwrap(), &x) < 1e-14);
    }
}

#[test]
fn bad_input_is_refused() {
    let x = cloud::<f64>(5, 3);
    assert!(matches!(Pca::new(4).fit(&x), Err(Error::Parameter { name: "n_components", .. })));
    assert!(matches!(Pca::new(0).fit(&x), Err(Error::Parameter { name: "n_components", .. })));
    assert!(matches!(Pca::new(1.5).fit(&x), Err(Error::Parameter { name: "n_components", .. })));
    let random = Pca::new(0.5).solver(Solver::Randomized);
    assert!(matches!(random.fit(&x), Err(Error::Parameter { name: "n_components", .. })));
    let one = Pca::new(1).fit(&rows(&[[1.0, 2.0]]));
    assert_eq!(one, Err(Error::TooFewSamples { what: "x", needed: 2, found: 1 }));
    let wide = Pca::new(Components::Mle).fit(&cloud::<f64>(3, 5));
    assert_eq!(wide, Err(Error::TooFewSamples { what: "x", needed: 5, found: 3 }));
    for solver in ALL {
        let huge = rows(&[[1e200, 0.0], [-1e200, 1.0], [0.0, 0.0]]);
        let found = Pca::new(1).solver(solver).fit(&huge);
        assert!(matches!(found, Err(Error::Domain { what: "x", .. })), "{solver:?} {found:?}");
    }
    let model = Pca::new(1).fit(&x).unwrap();
    assert!(matches!(model.transform(&cloud::<f64>(5, 2)), Err(Error::Shape { .. })));
    assert!(matches!(model.inverse_transform(&cloud::<f64>(5, 2)), Err(Error::Shape { what: "z", .. })));
}

#[test]
fn a_file_that_does_not_fit_together_is_refused() {
    let model = Pca::new(1).fit(&rows(&[[1.0, 0.0], [3.0, 0.0]])).unwrap();
    let text = model.to_json().unwrap();
    assert_eq!(PcaModel::<f64>::from_json(&text).unwrap(), model);
    for (from, to) in [
        ("\"mean\":[2.0,0.0]", "\"mean\":[2.0]"),
        ("\"weight\":2.0", "\"weight\":1.0"),
        ("\"explained_variance\":[", "\"explained_variance\":[-"),
    ] {
        assert!(text.contains(from), "{text}");
        assert!(PcaModel::<f64>::from_json(&text.replace(from, to)).is_err(), "{to}");
    }
}

#[test]
fn the_same_bits_on_any_threads() {
    fn run<F: Float>(x: &DMatrix<F>, solver: Solver, threads: usize) -> (PcaModel<F>, DMatrix<F>) {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        pool.install(|| {
            let model = Pca::new(5).solver(solver).fit(x).unwrap();
            let z = model.transform(x).unwrap();
            (model, z)
        })
    }
    for solver in ALL {
        let x = cloud::<f64>(3000, 30);
        let one = run(&x, solver, 1);
        assert!(one == run(&x, solver, 2) && one == run(&x, solver, 7), "{solver:?}");
    }
    let (double, single) = (cloud::<f64>(700, 330), cloud::<f32>(700, 330));
    assert!(run(&double, Solver::Covariance, 1) == run(&double, Solver::Covariance, 7));
    assert!(run(&single, Solver::Covariance, 1) == run(&single, Solver::Covariance, 7));
}

#[test]
fn few_components_of_many_columns_are_those_of_all() {
    let x = cloud::<f64>(700, 330);
    let (few, all) = (Pca::new(5).fit(&x).unwrap(), Pca::default().solver(Solver::Full).fit(&x).unwrap());
    // p eps of the variance, over gaps of a hundredth of it
    let tolerance = 64.0 * 330.0 * f64::EPSILON * 100.0;
    assert!(distance(few.components(), &all.components().rows(0, 5).into_owned()) < tolerance);
    assert!((few.explained_variance() - all.explained_variance().rows(0, 5)).amax() < tolerance);
    assert!((few.total_variance() - all.total_variance()).abs() < tolerance * all.total_variance());
}
