//! The one place that says how work is cut.

use faer::Par;

/// How a factorisation of about this many multiplications is cut.
///
/// A constant number of pieces, never the number of threads there are: which pieces there are decides the bits, which
/// thread computes a piece does not. Below the threshold, which was measured, waking other threads costs more than they
/// save; it stands near eigenvectors of 280 columns, singular vectors of 320 x 320 and QR of 460 x 460.
pub(crate) fn parallelism(multiplications: f64) -> Par {
    const PIECES: usize = 4;
    const WORTH_IT: f64 = 2e8;
    if multiplications < WORTH_IT { Par::Seq } else { Par::rayon(PIECES) }
}
