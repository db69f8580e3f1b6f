//! Parallel work whose result does not depend on the number of threads.
//!
//! Work is cut into blocks by a rule of shapes, never of threads; blocks are computed in parallel, collected in order
//! and folded one after another. Floating-point addition is not associative, so this order is the whole secret of
//! "same bits on 1, 2 and 7 threads".

use rayon::prelude::*;
use std::ops::Range;

/// The stretches `0..size`, `size..2 size`, ... of `0..n`; the last may be shorter. A `size` of 0 counts as 1.
///
/// ```
/// let blocks: Vec<_> = cairn_numeric::blocks::ranges(10, 4).collect();
/// assert_eq!(blocks, [0..4, 4..8, 8..10]);
/// ```
pub fn ranges(n: usize, size: usize) -> impl ExactSizeIterator<Item = Range<usize>> {
    let size = size.max(1);
    (0..n.div_ceil(size)).map(move |block| block * size..((block + 1) * size).min(n))
}

/// `of` each block of `0..n`, computed in parallel, in order.
///
/// # Determinism
/// The blocks are those of [`ranges`], whatever the number of threads.
pub fn map<T: Send>(n: usize, size: usize, of: impl Fn(Range<usize>) -> T + Sync + Send) -> Vec<T> {
    let blocks: Vec<Range<usize>> = ranges(n, size).collect();
    if blocks.len() < 2 {
        return blocks.into_iter().map(of).collect();
    }
    blocks.into_par_iter().map(of).collect()
}

/// The blocks' results folded from the left: `combine(combine(first, second), third)` ...; `None` if `n` is 0.
///
/// ```
/// // 1 + 2 + ... + 1000 in blocks of 64
/// let sum = cairn_numeric::blocks::fold(1000, 64, |rows| rows.map(|i| (i + 1) as f64).sum(), |a: f64, b| a + b);
/// assert_eq!(sum, Some(500_500.0));
/// ```
pub fn fold<T: Send>(
    n: usize,
    size: usize,
    of: impl Fn(Range<usize>) -> T + Sync + Send,
    combine: impl FnMut(T, T) -> T,
) -> Option<T> {
    map(n, size, of).into_iter().reduce(combine)
}

/// A size for blocks of rows: about `pieces` of them, each a multiple of `grain` rows.
///
/// A rule of shapes alone: enough pieces to keep every core busy, few enough that folding them costs nothing.
pub fn size_for(n_rows: usize, pieces: usize, grain: usize) -> usize {
    n_rows.div_ceil(pieces.max(1)).next_multiple_of(grain.max(1))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blocks_cover_every_row_once() {
        for (n, size) in [(0, 3), (1, 3), (9, 3), (10, 3), (5, 0)] {
            let rows: Vec<usize> = ranges(n, size).flatten().collect();
            assert_eq!(rows, (0..n).collect::<Vec<_>>());
        }
    }

    #[test]
    fn a_fold_has_the_same_bits_on_any_threads() {
        let term = |i: usize| 1.0 / (i as f64 + 0.1);
        let run = |threads| {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
            pool.install(|| fold(100_000, 1000, |rows| rows.map(term).sum::<f64>(), |a, b| a + b)).unwrap()
        };
        assert_eq!(run(1).to_bits(), run(2).to_bits());
        assert_eq!(run(1).to_bits(), run(7).to_bits());
        assert_ne!(run(1).to_bits(), (0..100_000).map(term).sum::<f64>().to_bits(), "the order matters here");
    }

    #[test]
    fn nothing_folds_to_none() {
        assert_eq!(fold(0, 4, |rows| rows.len(), |a, b| a + b), None);
    }

    #[test]
    fn sizes_are_whole_grains() {
        assert_eq!(size_for(10_000, 16, 256), 768); // 10,000 / 16 = 625, rounded up to 3 x 256
        assert_eq!(size_for(0, 16, 256), 0);
    }
}
