use super::*;

fn ulps(found: f64, expected: f64) -> f64 {
    if found == expected {
        return 0.0;
    }
    let unit = f64::from_bits(expected.abs().to_bits() + 1) - expected.abs();
    (found - expected).abs() / unit
}

/// Of a single number, against the exact one.
fn single_ulps(found: f32, expected: f64) -> f64 {
    let near = expected.abs() as f32;
    let unit = f64::from(f32::from_bits(near.to_bits() + 1)) - f64::from(near);
    (f64::from(found) - expected).abs() / unit
}

/// Numbers of both signs, of every size between 2⁻³⁰ and `most`, and evenly up to `most`.
fn numbers(most: f64) -> impl Iterator<Item = f64> {
    let sizes = (0..3_000).map(move |i| most * (-f64::from(i) * 0.0101 * 1.000_3).exp());
    let evenly = (0..40_000).map(move |i| f64::from(i) * most / 40_000.0);
    sizes.chain(evenly).flat_map(|x| [x, -x])
}

/// The most units in the last place by which the `f64` version and the `f32` version are off.
fn worst(
    most: (f64, f64),
    double: impl Fn(f64) -> f64,
    single: impl Fn(f32) -> f32,
    plain: impl Fn(f64) -> f64,
) -> (f64, f64) {
    let of_double = numbers(most.0).map(|x| ulps(double(x), plain(x))).fold(0.0, f64::max);
    let of_single = numbers(most.1).map(|x| x as f32).map(|x| single_ulps(single(x), plain(f64::from(x))));
    (of_double, of_single.fold(0.0, f64::max))
}

fn within(found: (f64, f64), bound: f64) {
    assert!(found.0 <= bound && found.1 <= bound, "{found:?} against {bound}");
}

#[test]
fn exponentials_are_within_their_bounds() {
    within(worst((708.0, 87.0), exp, exp, f64::exp), 2.0);
    within(worst((30.0, 30.0), exp, exp, f64::exp), 2.0);
    within(worst((708.0, 87.0), exp_m1, exp_m1, f64::exp_m1), 3.0);
    within(worst((3.0, 3.0), exp_m1, exp_m1, f64::exp_m1), 3.0);
}

#[test]
fn logarithms_are_within_their_bound() {
    let unit = |x: f64| x.abs();
    within(worst((1.0, 1.0), |x| ln_1p_unit(unit(x)), |x| ln_1p_unit(x.abs()), |x| unit(x).ln_1p()), 3.0);
    assert_eq!((ln_1p_unit(0.0), ln_1p_unit(0.0_f32)), (0.0, 0.0));
}

#[test]
fn curves_are_within_their_bounds() {
    for most in [(40.0, 20.0), (2.0, 2.0)] {
        within(worst(most, tanh, tanh, f64::tanh), 4.0);
    }
    // the plain version takes no exponential above 1 either
    let plain = crate::sigmoid::<f64>;
    for most in [(700.0, 87.0), (5.0, 5.0)] {
        within(worst(most, sigmoid, sigmoid, plain), 4.0);
        within(worst(most, softplus, softplus, crate::softplus::<f64>), 4.0);
    }
}

/// Φ by the sum of positive terms about 0, beyond 3 by the tail's continued fraction. It loses digits left of 0.
pub(crate) fn plain_normal(x: f64) -> f64 {
    let density = (-0.5 * x * x).exp() / (2.0 * std::f64::consts::PI).sqrt();
    let z = x.abs();
    if z < 3.0 {
        let (mut term, mut sum, mut odd) = (x, x, 1.0);
        while term.abs() > 1e-20 * sum.abs() {
            odd += 2.0;
            term *= x * x / odd;
            sum += term;
        }
        return 0.5 + density * sum;
    }
    let fraction = (1..200).rev().fold(z, |below, k| z + f64::from(k) / below);
    let tail = density / fraction;
    if x > 0.0 { 1.0 - tail } else { tail }
}

/// x and Φ(x), computed with forty digits by mpmath 1.3.
const NORMAL: &[(f64, f64)] = &[
    (-37.0, 5.725_571_222_524_577e-300),
    (-30.0, 4.906_713_927_148_187e-198),
    (-20.0, 2.753_624_118_606_233_7e-89),
    (-12.0, 1.776_482_112_077_679e-33),
    (-8.0, 6.220_960_574_271_784e-16),
    (-5.0, 2.866_515_718_791_939e-7),
    (-4.0, 3.167_124_183_311_992_4e-5),
    (-3.0, 0.001_349_898_031_630_094_6),
    (-2.5, 0.006_209_665_325_776_135),
    (-2.0, 0.022_750_131_948_179_21),
    (-1.5, 0.066_807_201_268_858_07),
    (-1.25, 0.105_649_773_666_855_25),
    (-1.0, 0.158_655_253_931_457_05),
    (-0.75, 0.226_627_352_376_868_2),
    (-0.5, 0.308_537_538_725_986_9),
    (-0.25, 0.401_293_674_317_076_3),
    (-0.125, 0.450_261_775_169_887_1),
    (-0.000_976_562_5, 0.499_610_407_991_219_5),
    (0.000_976_562_5, 0.500_389_592_008_780_5),
    (0.125, 0.549_738_224_830_112_9),
    (0.5, 0.691_462_461_274_013_1),
    (1.0, 0.841_344_746_068_542_9),
    (1.5, 0.933_192_798_731_141_9),
    (2.0, 0.977_249_868_051_820_8),
    (3.0, 0.998_650_101_968_369_9),
    (5.0, 0.999_999_713_348_428_1),
    (8.0, 0.999_999_999_999_999_3),
];

/// Eight units, and left of 0 the rounding of x²/2 more.
fn normal_bound(x: f64) -> f64 {
    if x < 0.0 { 8.0 + x * x } else { 8.0 }
}

#[test]
fn the_normal_share_is_within_its_bound() {
    for &(x, expected) in NORMAL {
        let found = normal(x).0;
        assert!(ulps(found, expected) <= normal_bound(x), "{x} {found} {expected}");
    }
    for x in numbers(12.0) {
        let (found, expected) = (normal(x).0, plain_normal(x));
        assert!((found - expected).abs() <= 5.0 * f64::EPSILON, "{x} {found} {expected}");
    }
    for x in numbers(12.0).map(|x| x as f32) {
        let (found, expected) = (normal(x).0, plain_normal(f64::from(x)));
        assert!(single_ulps(found, expected) <= normal_bound(f64::from(x)), "{x} {found} {expected}");
    }
}

/// What every function is at 0, at both infinities and of numbers beyond all exponents.
fn edges<T: Elementary>() {
    let (inf, huge, nan) = (T::INFINITY, T::constant(1e38), T::constant(f64::NAN));
    let (zero, one, half) = (T::ZERO, T::ONE, T::HALF);
    assert_eq!((exp(zero), exp_m1(zero), tanh(zero), sigmoid(zero)), (one, zero, zero, half));
    for far in [inf, huge] {
        assert_eq!((exp(far), exp(-far)), (inf, zero));
        assert_eq!((exp_m1(far), exp_m1(-far)), (inf, -one));
        assert_eq!((tanh(far), tanh(-far)), (one, -one));
        assert_eq!((sigmoid(far), sigmoid(-far)), (one, zero));
        assert_eq!((softplus(far), softplus(-far)), (far, zero));
        assert_eq!((normal(far), normal(-far)), ((one, zero), (zero, zero)));
    }
    assert_eq!((exp(T::LEAST - one), exp(T::MOST + one)), (zero, inf));
    assert!(exp(T::LEAST) > zero && exp(T::MOST) < inf);
    assert_eq!(exp(T::constant(1e-30)), one);
    let all = [exp(nan), exp_m1(nan), ln_1p_unit(nan), tanh(nan), sigmoid(nan), softplus(nan), normal(nan).0];
    assert!(all.iter().all(|v| v.partial_cmp(v).is_none()), "{all:?}");
}

#[test]
fn edges_are_the_right_ones() {
    edges::<f32>();
    edges::<f64>();
}
