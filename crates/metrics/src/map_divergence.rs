//! What a map lacks of the neighbourhoods it was made for.

use crate::input;
use cairn_numeric::{blocks, squared_distance};
use cairn_traits::{CsrMatrix, DMatrix, Error, Float, Result, check};

/// Rows that one task looks from.
const ROW_BLOCK: usize = 64;

/// KL(P‖Q) in nats: how far the neighbourhoods Q of a map are from the affinities P it was to show; 0 if they are the same.
///
/// ```text
/// Σ pᵢⱼ ln(pᵢⱼ / qᵢⱼ),   qᵢⱼ = wᵢⱼ / Σ w,   wᵢⱼ = (1 + |yᵢ − yⱼ|²/ν)^−ν        ν: degrees_of_freedom, 1 in t-SNE
/// ```
/// It is what t-SNE makes small. Of maps of the same rows by the same P the lower is the better; of different P the numbers
/// cannot be compared. Affinities are scaled to sum to 1.
///
/// # Shapes
/// `affinities` n x n, 0 on the diagonal, most others 0; `embedded` n x q.
///
/// # Errors
/// [`Error::TooFewSamples`] of fewer than two rows, [`Error::Shape`], [`Error::NonFinite`]; [`Error::Domain`] for affinities
/// that are negative, stand on the diagonal or are all 0; [`Error::Parameter`] for degrees of freedom that are not above 0.
///
/// # Complexity
/// n² q: all pairs of points, exactly, in parallel.
///
/// # Examples
/// ```
/// use cairn_traits::{CsrMatrix, rows};
/// // two pairs
/// let p = CsrMatrix::from(&rows(&[
///     [0.0, 1.0, 0.0, 0.0],
///     [1.0, 0.0, 0.0, 0.0],
///     [0.0, 0.0, 0.0, 1.0],
///     [0.0, 0.0, 1.0, 0.0],
/// ]));
/// // far from each other they are all there is: four times 1/4
/// let apart = rows(&[[0.0], [0.0], [1e9], [1e9]]);
/// assert!(cairn_metrics::kl_divergence(&p, &apart, 1.0)? < 1e-15);
/// // all in one place the twelve pairs are alike: ln(1/4 · 12)
/// let together = rows(&[[0.0], [0.0], [0.0], [0.0]]);
/// assert!((cairn_metrics::kl_divergence(&p, &together, 1.0)? - 3.0_f64.ln()).abs() < 1e-15);
/// # Ok::<(), cairn_traits::Error>(())
/// ```
///
/// # References
/// L. van der Maaten and G. Hinton (2008), Visualizing data using t-SNE, JMLR 9.
pub fn kl_divergence<F: Float>(
    affinities: &CsrMatrix<f64>,
    embedded: &DMatrix<F>,
    degrees_of_freedom: f64,
) -> Result<f64> {
    input::rows_of_numbers("embedded", embedded)?;
    let n = embedded.nrows();
    check::at_least("embedded", 2, n)?;
    check::rows("affinities", n, affinities.nrows())?;
    check::columns("affinities", n, affinities.ncols())?;
    check::sparse_training(affinities)?;
    if !(degrees_of_freedom > 0.0 && degrees_of_freedom.is_finite()) {
        let requirement = "a finite number above 0";
        return Err(Error::Parameter { name: "degrees_of_freedom", requirement, found: degrees_of_freedom });
    }
    let refused = |requirement, found, row| Error::Domain { what: "affinities", requirement, found, row };
    if let Some((row, _, &p)) = affinities.triplet_iter().find(|(i, j, p)| **p < 0.0 || (i == j && **p != 0.0)) {
        return Err(refused("numbers of at least 0, and 0 on the diagonal", p, Some(row)));
    }
    let total: f64 = affinities.values().iter().sum();
    if !(total > 0.0 && total.is_finite()) {
        return Err(refused("a positive, finite sum", total, None));
    }
    let points = embedded.map(Float::to_f64).transpose();
    let squared = |i: usize, j: usize| squared_distance(points.column(i).as_slice(), points.column(j).as_slice());
    let log_similarity = |i, j| -degrees_of_freedom * (squared(i, j) / degrees_of_freedom).ln_1p();
    let of_rows = |rows: std::ops::Range<usize>| {
        let similarities = |i: usize| (0..n).filter(|&j| j != i).map(|j| log_similarity(i, j).exp()).sum::<f64>();
        rows.map(similarities).sum()
    };
    let z = blocks::fold(n, ROW_BLOCK, of_rows, |a: f64, b| a + b).unwrap_or_default();
    let pairs = affinities.triplet_iter().filter(|(_, _, p)| **p > 0.0);
    let terms = pairs.map(|(i, j, p)| p / total * ((p / total).ln() - log_similarity(i, j)));
    // never below 0 but by rounding
    Ok((terms.sum::<f64>() + z.ln()).max(0.0))
}

#[cfg(test)]
mod tests {
    use super::*;
    use cairn_traits::rows;

    fn chain() -> CsrMatrix<f64> {
        CsrMatrix::from(&rows(&[[0.0, 3.0, 0.0], [3.0, 0.0, 1.0], [0.0, 1.0, 0.0]]))
    }

    #[test]
    fn three_points_by_hand() {
        // at 0, 1 and 3: w = 1/2, 1/10 and 1/5, Z = 1.6; p = 3/8, 1/8 each way
        let found = kl_divergence(&chain(), &rows(&[[0.0], [1.0], [3.0]]), 1.0).unwrap();
        let q = [0.5 / 1.6, 0.2 / 1.6];
        let expected = 2.0 * (0.375 * (0.375_f64 / q[0]).ln() + 0.125 * (0.125_f64 / q[1]).ln());
        assert!((found - expected).abs() < 1e-15, "{found} {expected}");
        // ν = 2: s = 1.5, 5.5 and 3
        let found = kl_divergence(&chain(), &rows(&[[0.0_f32], [1.0], [3.0]]), 2.0).unwrap();
        let w = [1.5_f64, 5.5, 3.0].map(|s| s.powi(-2));
        let z = 2.0 * w.iter().sum::<f64>();
        let expected = 2.0 * (0.375 * (0.375 * z / w[0]).ln() + 0.125 * (0.125 * z / w[2]).ln());
        assert!((found - expected).abs() < 1e-14, "{found} {expected}");
    }

    #[test]
    fn bad_input_is_refused() {
        let y = rows(&[[0.0], [1.0], [3.0]]);
        assert!(matches!(kl_divergence(&chain(), &y.rows(0, 2).into_owned(), 1.0), Err(Error::Shape { .. })));
        assert!(matches!(kl_divergence(&chain(), &y, 0.0), Err(Error::Parameter { .. })));
        let negative = CsrMatrix::from(&rows(&[[0.0, -1.0], [1.0, 0.0]]));
        assert!(matches!(
            kl_divergence(&negative, &rows(&[[0.0], [1.0]]), 1.0),
            Err(Error::Domain { row: Some(0), .. })
        ));
        let own = CsrMatrix::from(&rows(&[[0.0, 1.0], [1.0, 2.0]]));
        assert!(matches!(kl_divergence(&own, &rows(&[[0.0], [1.0]]), 1.0), Err(Error::Domain { row: Some(1), .. })));
        assert!(matches!(kl_divergence(&CsrMatrix::zeros(3, 3), &y, 1.0), Err(Error::Domain { row: None, .. })));
    }
}
