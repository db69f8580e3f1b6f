//! Tails of Student's t and Fisher's F, from the incomplete beta function, so that small tails keep their digits.

use cairn_traits::{Error, Result};
use statrs::{
    distribution::{ContinuousCDF, StudentsT},
    function::beta::checked_beta_reg,
};

/// `P(|T| > |t|)` for `freedom` degrees of freedom.
pub(super) fn t_both_tails(t: f64, freedom: usize) -> Result<f64> {
    let nu = freedom as f64;
    if t.is_infinite() { Ok(0.0) } else { beta(nu / 2.0, 0.5, nu / (nu + t * t)) }
}

/// `P(F > f)` for `over` and `under` degrees of freedom.
pub(super) fn f_upper_tail(f: f64, over: usize, under: usize) -> Result<f64> {
    let (d1, d2) = (over as f64, under as f64);
    if over == 0 || f == 0.0 {
        return Ok(1.0);
    }
    if f.is_infinite() { Ok(0.0) } else { beta(d2 / 2.0, d1 / 2.0, d2 / (d2 + d1 * f)) }
}

/// The t below which a share of the distribution lies: that of statrs, then Newton's steps on the tail.
pub(super) fn t_quantile(share: f64, freedom: usize) -> Result<f64> {
    let t = StudentsT::new(0.0, 1.0, freedom as f64).map_err(|_| undefined(freedom as f64))?;
    let mut at = t.inverse_cdf(share);
    for _ in 0..3 {
        let off = 0.5 * t_both_tails(at, freedom)? - (1.0 - share);
        let density = statrs::distribution::Continuous::pdf(&t, at);
        let next = at + off / density;
        if !next.is_finite() || next <= 0.0 {
            break;
        }
        at = next;
    }
    Ok(at)
}

fn beta(a: f64, b: f64, x: f64) -> Result<f64> {
    checked_beta_reg(a, b, x.clamp(0.0, 1.0)).map_err(|_| undefined(x))
}

fn undefined(found: f64) -> Error {
    Error::Domain { what: "x", requirement: "degrees of freedom above 0", found, row: None }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_and_two_degrees_of_freedom_have_formulas() {
        for t in [0.1, 1.0, 12.7, 1e4_f64] {
            // Cauchy: 1 − 2 atan(t)/π = 2 atan(1/t)/π
            let cauchy = 2.0 / std::f64::consts::PI * (1.0 / t).atan();
            assert!((t_both_tails(t, 1).unwrap() / cauchy - 1.0).abs() < 1e-12);
            // 1 − t / sqrt(t² + 2), without the cancellation: 2 / (s (s + t)) for s = sqrt(t² + 2)
            let s = (t * t + 2.0).sqrt();
            assert!((t_both_tails(t, 2).unwrap() * s * (s + t) / 2.0 - 1.0).abs() < 1e-12);
            // F of one direction is the square of t
            assert!((f_upper_tail(t * t, 1, 7).unwrap() / t_both_tails(t, 7).unwrap() - 1.0).abs() < 1e-12);
        }
        // tan(0.45 π)
        let quantile = t_quantile(0.95, 1).unwrap();
        assert!((quantile / (0.45 * std::f64::consts::PI).tan() - 1.0).abs() < 1e-12, "{quantile}");
    }
}
