use super::*;
use crate::elementary::tests::plain_normal;
use proptest::prelude::*;

const ALL: [Activation; 11] = [
    Activation::Identity,
    Activation::Relu,
    Activation::LeakyRelu { slope: 0.01 },
    Activation::Elu { alpha: 0.7 },
    Activation::Gelu,
    Activation::GeluTanh,
    Activation::Silu,
    Activation::Sigmoid,
    Activation::Tanh,
    Activation::Softplus,
    Activation::Exp,
];

fn plain_density(x: f64) -> f64 {
    (-0.5 * x * x).exp() / (2.0 * std::f64::consts::PI).sqrt()
}

/// Value and slope by the standard library.
fn plain(activation: Activation, x: f64) -> (f64, f64) {
    let share = crate::sigmoid(x);
    match activation {
        Activation::Identity => (x, 1.0),
        Activation::Relu => (x.max(0.0), if x > 0.0 { 1.0 } else { 0.0 }),
        Activation::LeakyRelu { slope } => {
            if x > 0.0 {
                (x, 1.0)
            } else {
                (slope * x, slope)
            }
        }
        Activation::Elu { alpha } => {
            if x > 0.0 {
                (x, 1.0)
            } else {
                (alpha * x.exp_m1(), alpha * x.exp())
            }
        }
        Activation::Gelu => (x * plain_normal(x), plain_normal(x) + x * plain_density(x)),
        Activation::GeluTanh => {
            // (1 + tanh(u)) / 2 is sigmoid(2u)
            let twice = 2.0 * (2.0 / std::f64::consts::PI).sqrt();
            let share = crate::sigmoid(twice * (x + 0.044_715 * x.powi(3)));
            let rest = crate::sigmoid(-twice * (x + 0.044_715 * x.powi(3)));
            (x * share, share + x * share * rest * twice * (1.0 + 3.0 * 0.044_715 * x * x))
        }
        Activation::Silu => (x * share, share * (1.0 + x * crate::sigmoid(-x))),
        Activation::Sigmoid => (share, share * (1.0 - share)),
        Activation::Tanh => (x.tanh(), 1.0 - x.tanh().powi(2)),
        Activation::Softplus => (crate::softplus(x), share),
        Activation::Exp => (x.exp(), x.exp()),
    }
}

/// Values and slopes of `n` numbers of both signs up to `most`: none is off by more than `bound` units of 1 or, where that is
/// larger, of the value.
fn compare<F: Float>(activation: Activation, most: f64, bound: f64) {
    let x: Vec<F> = (0..4001).map(|i| F::of((f64::from(i) / 2000.0 - 1.0) * most)).collect();
    let (mut y, mut slopes) = (vec![F::zero(); x.len()], vec![F::one(); x.len()]);
    activation.forward(&x, &mut y);
    activation.backward_in_place(&x, &y, &mut slopes);
    for ((x, y), slope) in x.iter().zip(&y).zip(&slopes) {
        let (value, exact) = plain(activation, x.to_f64());
        let unit = F::EPSILON.to_f64() * bound;
        assert!((y.to_f64() - value).abs() <= unit * value.abs().max(1.0), "{activation:?} of {x}: {y} {value}");
        assert!(
            (slope.to_f64() - exact).abs() <= unit * exact.abs().max(1.0),
            "slope {activation:?} of {x}: {slope} {exact}"
        );
    }
}

#[test]
fn values_and_slopes_are_those_of_the_standard_library() {
    for activation in ALL {
        for most in [0.01, 1.0, 6.0, 20.0] {
            compare::<f32>(activation, most, 8.0);
            compare::<f64>(activation, most, 8.0);
        }
    }
}

#[test]
fn small_values_keep_their_digits() {
    // relative errors, of f32 against exact numbers: x e^x, ... far left, where values are tiny
    let x: Vec<f32> = (0..400).map(|i| -1.0 - 0.03 * i as f32).collect();
    for activation in [Activation::Silu, Activation::Sigmoid, Activation::Softplus, Activation::Exp] {
        let mut y = vec![0.0; x.len()];
        activation.forward(&x, &mut y);
        for (x, y) in x.iter().zip(y) {
            let exact = plain(activation, f64::from(*x)).0;
            assert!(((f64::from(y) - exact) / exact).abs() <= 5.0 * f64::from(f32::EPSILON), "{activation:?} {x} {y}");
        }
    }
    let mut y = vec![0.0; x.len()];
    Activation::Gelu.forward(&x, &mut y);
    for (x, y) in x.iter().zip(y).filter(|(x, _)| **x > -4.0) {
        let x = f64::from(*x);
        let exact = plain(Activation::Gelu, x).0;
        let bound = (9.0 + 2.0 * x * x) * f64::from(f32::EPSILON);
        assert!(((f64::from(y) - exact) / exact).abs() <= bound, "{x} {y} {exact}");
    }
}

fn at_the_edges<F: Float>() {
    let [inf, nan, huge] = [f64::INFINITY, f64::NAN, 1e38].map(F::of);
    let x = [-inf, -huge, huge, inf];
    for activation in ALL {
        let (mut y, mut slopes) = (x, [F::one(); 4]);
        activation.forward(&x, &mut y);
        activation.backward_in_place(&x, &y, &mut slopes);
        let (values, ends) = match activation {
            Activation::Identity => (x, [1.0, 1.0, 1.0, 1.0]),
            Activation::LeakyRelu { slope } => ([-inf, F::of(slope) * -huge, huge, inf], [slope, slope, 1.0, 1.0]),
            Activation::Elu { alpha } => ([-F::of(alpha), -F::of(alpha), huge, inf], [0.0, 0.0, 1.0, 1.0]),
            Activation::Sigmoid => ([0.0, 0.0, 1.0, 1.0].map(F::of), [0.0; 4]),
            Activation::Tanh => ([-1.0, -1.0, 1.0, 1.0].map(F::of), [0.0; 4]),
            Activation::Exp => ([F::zero(), F::zero(), inf, inf], [0.0, 0.0, f64::INFINITY, f64::INFINITY]),
            _ => ([F::zero(), F::zero(), huge, inf], [0.0, 0.0, 1.0, 1.0]),
        };
        assert_eq!(y, values, "{activation:?}");
        assert_eq!(slopes, ends.map(F::of), "{activation:?}");
        let mut y = [nan, F::one()];
        activation.forward_in_place(&mut y);
        assert!(y[0].partial_cmp(&y[0]).is_none() && y[1].partial_cmp(&y[1]).is_some(), "{activation:?}");
    }
}

#[test]
fn limits_are_the_right_ones_and_nan_stays() {
    at_the_edges::<f32>();
    at_the_edges::<f64>();
}

#[test]
fn what_cannot_be_is_refused() {
    assert!(Activation::LeakyRelu { slope: -0.1 }.validate().is_err());
    assert!(Activation::Elu { alpha: f64::NAN }.validate().is_err());
    assert!(ALL.iter().all(|activation| activation.validate().is_ok()));
}

proptest! {
    /// All the ways in give the same bits, with remainders of every length.
    #[test]
    fn every_way_is_the_same(x in prop::collection::vec(-6.0_f32..6.0, 0..150), width in 1_usize..90, which in 0_usize..11) {
        let activation = ALL[which];
        let mut y = vec![0.0; x.len()];
        activation.forward(&x, &mut y);
        let mut in_place = x.clone();
        activation.forward_in_place(&mut in_place);
        prop_assert_eq!(&in_place, &y);

        let bias: Vec<f32> = (0..width).map(|j| j as f32 / 8.0).collect();
        let mut biased = x.clone();
        activation.forward_biased(&bias, &mut biased);
        let moved: Vec<f32> = x.iter().zip(bias.iter().cycle()).map(|(x, b)| x + b).collect();
        let mut expected = moved.clone();
        activation.forward(&moved, &mut expected);
        prop_assert_eq!(biased, expected);

        let dy: Vec<f32> = (0..x.len()).map(|i| i as f32 - 3.0).collect();
        let mut scaled = dy.clone();
        activation.backward_in_place(&x, &y, &mut scaled);
        let mut dx = vec![0.0; x.len()];
        activation.backward(&x, &y, &dy, &mut dx);
        prop_assert_eq!(&dx, &scaled);
        activation.backward(&x, &y, &dy, &mut dx);
        let twice: Vec<f32> = scaled.iter().map(|v| 2.0 * v).collect();
        prop_assert_eq!(dx, twice);
    }

    #[test]
    fn columns_are_the_plain_softmax(x in prop::collection::vec(-30.0_f64..30.0, 0..200), k in 1_usize..40) {
        let (mut p, mut logs) = (x.clone(), x.clone());
        softmax_columns(k, &mut p);
        log_softmax_columns(k, &mut logs);
        let whole = x.len() / k * k;
        prop_assert_eq!((&p[whole..], &logs[whole..]), (&x[whole..], &x[whole..]));
        let (mut q, mut log_sums) = (vec![0.0; x.len()], vec![0.0; x.len() / k]);
        softmax_and_log_sums(k, &x, &mut q, &mut log_sums);
        prop_assert_eq!(&q[..whole], &p[..whole]);
        for (sample, column) in x.chunks_exact(k).enumerate() {
            let (mut share, mut log) = (column.to_vec(), column.to_vec());
            crate::softmax(&mut share);
            crate::log_softmax(&mut log);
            prop_assert!((log_sums[sample] - crate::log_sum_exp(column)).abs() < 1e-14 * 64.0);
            for j in 0..k {
                prop_assert!((p[sample * k + j] - share[j]).abs() <= 12.0 * f64::EPSILON * share[j]);
                prop_assert!((logs[sample * k + j] - log[j]).abs() <= 4.0 * f64::EPSILON * 64.0);
            }
        }
    }
}

#[test]
fn odd_columns_are_left_alone() {
    let mut x = [1.0_f32, 2.0];
    softmax_columns(0, &mut x[..0]);
    softmax_columns(3, &mut x);
    assert_eq!(x, [1.0, 2.0]);
    let mut x = [f32::NAN, 0.0, 0.0, 0.0];
    softmax_columns(2, &mut x);
    assert!(x[0].is_nan() && x[1].is_nan());
    assert_eq!(x[2..], [0.5, 0.5]);
    let mut one = [f32::NEG_INFINITY, 5.0];
    softmax_columns(2, &mut one);
    assert_eq!(one, [0.0, 1.0]);
}
