//! Known minima, laws, and what goes wrong.
#![allow(clippy::unwrap_used, reason = "a test panics where it fails")]

use cairn_decomp::{Cholesky, symmetric_eigen};
use cairn_optim::{Differences, Error, HessianProduct, Lbfgs, NewtonCg, Objective, Stop, unwatched};
use cairn_traits::DMatrix;
use std::ops::ControlFlow;

/// `½ x'Ax − b'x`.
#[derive(Clone)]
struct Quadratic {
    a: DMatrix<f64>,
    b: DMatrix<f64>,
}

impl Quadratic {
    /// Eigenvalues from 1 to `condition`, in no special directions.
    fn new(n: usize, condition: f64) -> Self {
        let basis = rotation(n, 0.37);
        let values =
            DMatrix::from_fn(n, n, |i, j| if i == j { condition.powf(i as f64 / (n - 1) as f64) } else { 0.0 });
        Self { a: &basis * values * basis.transpose(), b: DMatrix::from_fn(n, 1, |i, _| (i as f64).sin()) }
    }

    fn solution(&self) -> DMatrix<f64> {
        Cholesky::new(&self.a).unwrap().solve(&self.b).unwrap()
    }
}

fn rotation(n: usize, phase: f64) -> DMatrix<f64> {
    let wave = DMatrix::from_fn(n, n, |i, j| ((i * j + i + j) as f64 * phase).sin());
    symmetric_eigen(&(&wave + wave.transpose())).unwrap().eigenvectors
}

impl Objective for Quadratic {
    fn value_gradient(&mut self, at: &[f64], gradient: &mut [f64]) -> f64 {
        let x = DMatrix::from_column_slice(at.len(), 1, at);
        let ax = &self.a * &x;
        gradient.copy_from_slice((&ax - &self.b).as_slice());
        0.5 * x.dot(&ax) - x.dot(&self.b)
    }
}

impl HessianProduct for Quadratic {
    fn hessian_product(&mut self, _: &[f64], v: &[f64], out: &mut [f64]) {
        out.copy_from_slice((&self.a * DMatrix::from_column_slice(v.len(), 1, v)).as_slice());
    }
}

fn rosenbrock(x: &[f64], gradient: &mut [f64]) -> f64 {
    gradient.fill(0.0);
    let mut value = 0.0;
    for i in 0..x.len() - 1 {
        let (a, b) = (1.0 - x[i], x[i + 1] - x[i] * x[i]);
        value += a * a + 100.0 * b * b;
        gradient[i] += -2.0 * a - 400.0 * x[i] * b;
        gradient[i + 1] += 200.0 * b;
    }
    value
}

fn furthest(found: &[f64], expected: &[f64]) -> f64 {
    found.iter().zip(expected).map(|(f, e)| (f - e).abs()).fold(0.0, f64::max)
}

#[test]
fn quadratics_are_solved_as_their_equations_are() {
    for condition in [1.0, 1e2, 1e4] {
        let mut bowl = Quadratic::new(12, condition);
        let expected = bowl.solution();
        let mut at = vec![0.0; 12];
        let minimum = Lbfgs::new().tol(1e-10).minimize(&mut bowl, &mut at, &mut unwatched).unwrap();
        assert_eq!(minimum.convergence.stop, Stop::Converged);
        // a gradient of 1e-10 over the least eigenvalue, 1, in any of 12 directions
        assert!(furthest(&at, expected.as_slice()) < 1e-9, "{condition} {minimum:?}");
        let mut at = vec![0.0; 12];
        let minimum = NewtonCg::new().tol(1e-10).minimize(&mut bowl, &mut at, &mut unwatched).unwrap();
        assert!(furthest(&at, expected.as_slice()) < 1e-9, "{condition} {minimum:?}");
    }
}

#[test]
fn valleys_are_followed_to_their_end() {
    for n in [2, 10, 100] {
        let mut at: Vec<f64> = (0..n).map(|i| if i % 2 == 0 { -1.2 } else { 1.0 }).collect();
        let minimum = Lbfgs::new().tol(1e-9).minimize(&mut rosenbrock, &mut at, &mut unwatched).unwrap();
        assert_eq!(minimum.convergence.stop, Stop::Converged);
        // another minimum, near (−1, 1, 1, ...), exists from four dimensions on: flat either way
        assert!(minimum.gradient <= 1e-9 * minimum.convergence.objective.max(1.0), "{n} {minimum:?}");
        let mut at: Vec<f64> = vec![0.5; n];
        let minimum = NewtonCg::new().tol(1e-9).minimize(&mut Differences(rosenbrock), &mut at, &mut unwatched);
        assert_eq!(minimum.unwrap().convergence.stop, Stop::Converged);
        assert!(furthest(&at, &vec![1.0; n]) < 1e-6, "{n} {at:?}");
    }
}

#[test]
fn the_objective_never_rises() {
    let mut last = f64::INFINITY;
    let mut at = vec![-1.2, 1.0, -0.5, 2.0];
    let mut watch = |progress: &cairn_optim::Progress, _: &[f64]| {
        assert!(progress.loss <= last, "{} > {last}", progress.loss);
        last = progress.loss;
        ControlFlow::Continue(())
    };
    Lbfgs::new().tol(1e-6).minimize(&mut rosenbrock, &mut at, &mut watch).unwrap();
    assert!(last < 1e-10);
}

/// L-BFGS sees inner products alone: in turned coordinates it goes the same way.
#[test]
fn turning_the_space_turns_the_path() {
    let n = 6;
    let turn = rotation(n, 0.71);
    let path = |turn: &DMatrix<f64>| {
        let mut points = Vec::new();
        let start = DMatrix::from_fn(n, 1, |i, _| 0.3 * (i as f64).cos());
        let mut at = (turn.transpose() * start).as_slice().to_vec();
        let mut turned = |at: &[f64], gradient: &mut [f64]| {
            let x = turn * DMatrix::from_column_slice(n, 1, at);
            let mut g = vec![0.0; n];
            let value = rosenbrock(x.as_slice(), &mut g);
            gradient.copy_from_slice((turn.transpose() * DMatrix::from_vec(n, 1, g)).as_slice());
            value
        };
        let mut watch = |_: &cairn_optim::Progress, at: &[f64]| {
            points.push((turn * DMatrix::from_column_slice(n, 1, at)).as_slice().to_vec());
            ControlFlow::Continue(())
        };
        Lbfgs::new().max_iter(12).minimize(&mut turned, &mut at, &mut watch).unwrap();
        points
    };
    let (straight, turned) = (path(&DMatrix::identity(n, n)), path(&turn));
    assert_eq!(straight.len(), 12);
    for (a, b) in straight.iter().zip(&turned) {
        // 1e-16 of rounding, times ten a step for the bends of the valley
        assert!(furthest(a, b) < 1e-6, "{a:?} {b:?}");
    }
}

#[test]
fn an_observer_can_end_it() {
    let mut at = vec![-1.2, 1.0];
    let minimum = Lbfgs::new()
        .minimize(&mut rosenbrock, &mut at, &mut |progress, _| match progress.step {
            3 => ControlFlow::Break(()),
            _ => ControlFlow::Continue(()),
        })
        .unwrap();
    assert_eq!((minimum.convergence.stop, minimum.convergence.n_iter), (Stop::Interrupted, 3));
    let mut at = vec![-1.2, 1.0];
    let minimum = Lbfgs::new().max_iter(2).minimize(&mut rosenbrock, &mut at, &mut unwatched).unwrap();
    assert_eq!((minimum.convergence.stop, minimum.convergence.n_iter), (Stop::MaxIter, 2));
}

#[test]
fn what_is_not_finite_at_the_start_is_an_error_and_later_a_wall() {
    let mut nothing = |_: &[f64], gradient: &mut [f64]| {
        gradient.fill(f64::NAN);
        f64::NAN
    };
    assert_eq!(Lbfgs::new().minimize(&mut nothing, &mut [1.0], &mut unwatched), Err(Error::Diverged { step: 1 }));
    assert_eq!(
        NewtonCg::new().minimize(&mut Differences(nothing), &mut [1.0], &mut unwatched),
        Err(Error::Diverged { step: 1 })
    );
    // −√x + x has no value below 0; minimum at 1/4
    let mut wall = |at: &[f64], gradient: &mut [f64]| {
        gradient[0] = 1.0 - 0.5 / at[0].sqrt();
        at[0] - at[0].sqrt()
    };
    let mut at = [30.0];
    Lbfgs::new().tol(1e-9).minimize(&mut wall, &mut at, &mut unwatched).unwrap();
    assert!((at[0] - 0.25).abs() < 1e-8, "{at:?}");
}

#[test]
fn downhill_without_end_stays_finite() {
    let mut slope = |at: &[f64], gradient: &mut [f64]| {
        gradient[0] = -(-at[0]).exp();
        (-at[0]).exp()
    };
    let mut at = [0.0];
    let minimum = Lbfgs::new().tol(0.0).minimize(&mut slope, &mut at, &mut unwatched).unwrap();
    assert!(at[0].is_finite() && at[0] > 30.0, "{at:?}");
    assert!(minimum.convergence.objective < 1e-13);
}

#[test]
fn a_tolerance_of_nothing_ends_at_rounding() {
    let mut bowl = Quadratic::new(12, 1e4);
    let expected = bowl.solution();
    let mut at = vec![0.0; 12];
    let minimum = Lbfgs::new().tol(0.0).minimize(&mut bowl, &mut at, &mut unwatched).unwrap();
    assert_eq!(minimum.convergence.stop, Stop::Converged);
    assert!(furthest(&at, expected.as_slice()) < 1e-8, "{minimum:?}");
    assert!(minimum.evaluations < 600, "{minimum:?}");
}

#[test]
fn hyperparameters_out_of_range_are_refused() {
    let mut at = [1.0, 1.0];
    let lbfgs = Lbfgs::new().memory(0).minimize(&mut rosenbrock, &mut at, &mut unwatched);
    assert!(matches!(lbfgs, Err(Error::Parameter { name: "memory", .. })));
    let newton = NewtonCg::new().tol(-1.0).minimize(&mut Differences(rosenbrock), &mut at, &mut unwatched);
    assert!(matches!(newton, Err(Error::Parameter { name: "tol", .. })));
}
