//! Scores of generated samples beside real ones: whether they look real, and whether all that is real can come.

use crate::input;
use crate::points::{Block, Points};
use cairn_numeric::vectorised;
use cairn_traits::{DMatrix, Float, Result, check};
use serde::Serialize;
use std::ops::Range;

/// How generated samples lie among real ones, by balls around each sample that reach to its k-th neighbour of its kind.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct GenerationScores {
    /// The share of generated samples that lie in the ball of some real one: whether they look real.
    pub precision: f64,
    /// The share of real samples that lie in the ball of some generated one: whether all that is real can come.
    pub recall: f64,
    /// The number of real balls a generated sample lies in, over k, on average: like precision, but one far-off real
    /// sample with a huge ball counts little. About 1 for samples as good as real ones, and it may be above.
    pub density: f64,
    /// The share of real samples whose ball holds some generated one: like recall, but it cannot be raised by
    /// scattering generated samples widely. About 1 - 2⁻ᵏ for samples as good as real ones.
    pub coverage: f64,
}

/// Precision, recall, density and coverage of `generated` rows beside `real` ones.
///
/// ```text
/// B(a): the ball around a with its distance to the k-th nearest other row of its kind; the border belongs to it
/// precision = share of g in some B(r)         recall   = share of r in some B(g)
/// density   = Σ |{r: g in B(r)}| / (k m)      coverage = share of r with some g in B(r)      m generated rows
/// ```
///
/// Distances are Euclidean in the columns given. For images that means little: give the activations of a network
/// instead. All four depend on k, on the numbers of rows and on the columns, so compare models only under the same of
/// each. k = 5 and equally many rows are usual. A good generator is high in both of a pair; one that repeats a few good
/// samples has high precision and density, low recall and coverage.
///
/// # Shapes
/// `real` n x p, `generated` m x p; both of more than `n_neighbors` rows.
///
/// # Errors
/// [`cairn_traits::Error::TooFewSamples`], [`cairn_traits::Error::Shape`], [`cairn_traits::Error::NonFinite`];
/// [`cairn_traits::Error::Parameter`] for no neighbours.
///
/// # Complexity
/// (n² + m² + 3 n m) p, by blocked matrix products; no table of all distances is held. Where the products cannot tell
/// whether a row is in a ball, the distance is measured by its definition.
///
/// # Determinism
/// Rows are counted in whole numbers: the same bits on any number of threads.
///
/// # Examples
/// ```
/// use cairn_traits::rows;
/// let real = rows(&[[0.0], [1.0], [2.0], [9.0]]);
/// // the balls of real rows reach 1, 1, 1 and 7 far; those of generated ones 0.5, 0.5 and 3
/// let scores = cairn_metrics::generation_scores(&real, &rows(&[[0.0], [0.5], [3.5]]), 1)?;
/// assert_eq!((scores.precision, scores.coverage), (1.0, 0.75)); // 2 has none within 1: 0.5 and 3.5 are 1.5 away
/// assert_eq!(scores.density, 5.0 / 3.0); // 0 lies in two balls, 0.5 in two, 3.5 in that of 9
/// assert_eq!(scores.recall, 0.75); // 0 lies in two, 1 in two, 2 in that of 3.5, 9 in none
/// # Ok::<(), cairn_traits::Error>(())
/// ```
///
/// # References
/// T. Kynkäänniemi et al. (2019), precision and recall; M. Naeem et al. (2020), density and coverage.
pub fn generation_scores<F: Float>(
    real: &DMatrix<F>,
    generated: &DMatrix<F>,
    n_neighbors: usize,
) -> Result<GenerationScores> {
    input::rows_of_numbers("real", real)?;
    input::rows_of_numbers("generated", generated)?;
    check::columns("generated", real.ncols(), generated.ncols())?;
    input::neighbors(n_neighbors)?;
    check::at_least("real", n_neighbors.saturating_add(1), real.nrows())?;
    check::at_least("generated", n_neighbors.saturating_add(1), generated.nrows())?;
    let (n, m) = (real.nrows(), generated.nrows());
    let both = DMatrix::from_fn(n + m, real.ncols(), |i, j| if i < n { real[(i, j)] } else { generated[(i - n, j)] });
    let points = Points::new(&both, &(0..n + m).collect::<Vec<_>>());
    let (of_real, of_generated) = (points.kth_squared(0..n, n_neighbors)?, points.kth_squared(n..n + m, n_neighbors)?);

    let holding = balls_holding(&points, n..n + m, 0..n, &of_real)?;
    let found = balls_holding(&points, 0..n, n..n + m, &of_generated)?;
    let nearest = points.nearest_squared(0..n, n..n + m)?;
    let share = |count: usize, of: usize| count as f64 / of as f64;
    Ok(GenerationScores {
        precision: share(holding.iter().filter(|&&balls| balls > 0).count(), m),
        recall: share(found.iter().filter(|&&balls| balls > 0).count(), n),
        density: holding.iter().sum::<u64>() as f64 / (n_neighbors as f64 * m as f64),
        coverage: share(nearest.iter().zip(&of_real).filter(|(squared, radius)| squared <= radius).count(), n),
    })
}

/// For each query, how many of the balls around `centres` it lies in.
fn balls_holding(
    points: &Points,
    queries: Range<usize>,
    centres: Range<usize>,
    squared_radii: &[f64],
) -> Result<Vec<u64>> {
    let queries: Vec<usize> = queries.collect();
    let first = centres.start;
    Points::blocks_of(&queries, |queries| {
        let mut counts = vec![0; queries.len()];
        points.sweep(queries, centres.clone(), |position, block| {
            let radii = &squared_radii[block.first - first..block.first - first + block.norms.len()];
            counts[position] += count_holding(points, &block, radii);
        })?;
        Ok(counts)
    })
}

vectorised! {
    /// How many balls around the points of the block hold the query.
    fn count_holding['a](points: &'a Points, block: &'a Block<'a>, squared_radii: &'a [f64]) -> u64 {
        let (surely, maybe) = (block.own + block.slack, block.own - block.slack);
        let (mut sure, mut possible) = (0_u64, 0_u64);
        for ((norm, product), radius) in block.norms.iter().zip(block.products).zip(squared_radii) {
            let squared = norm + product;
            sure += u64::from(squared + surely <= *radius);
            possible += u64::from(squared + maybe <= *radius);
        }
        if sure == possible { sure } else { holding_measured(points, block, squared_radii) }
    }
}

/// The same where the formula cannot tell for some ball: those are measured.
#[cold]
fn holding_measured(points: &Points, block: &Block<'_>, squared_radii: &[f64]) -> u64 {
    let (surely, maybe) = (block.own + block.slack, block.own - block.slack);
    let measured = block.norms.iter().zip(block.products).zip(squared_radii).enumerate();
    let holds = |&(i, ((norm, product), radius)): &(usize, ((&f64, &f64), &f64))| {
        let squared = norm + product;
        squared + surely <= *radius
            || (squared + maybe <= *radius && points.squared(block.query, block.first + i) <= *radius)
    };
    measured.filter(holds).count() as u64
}

#[cfg(test)]
mod tests {
    use super::*;
    use cairn_numeric::squared_distance;
    use cairn_traits::{Error, rows};

    /// The definition, pair by pair.
    fn plain(real: &DMatrix<f64>, generated: &DMatrix<f64>, k: usize) -> GenerationScores {
        let (r, g) = (real.transpose(), generated.transpose());
        let distance = |a: &DMatrix<f64>, i: usize, b: &DMatrix<f64>, j: usize| {
            squared_distance(a.column(i).as_slice(), b.column(j).as_slice())
        };
        let radius = |x: &DMatrix<f64>, i: usize| {
            let mut all: Vec<f64> = (0..x.ncols()).filter(|&j| j != i).map(|j| distance(x, i, x, j)).collect();
            all.sort_by(f64::total_cmp);
            all[k - 1]
        };
        let (n, m) = (r.ncols(), g.ncols());
        let in_real = |i: usize, j: usize| distance(&r, i, &g, j) <= radius(&r, i);
        let in_generated = |i: usize, j: usize| distance(&r, i, &g, j) <= radius(&g, j);
        let count = |of: usize, holds: &dyn Fn(usize) -> bool| (0..of).filter(|&i| holds(i)).count() as f64 / of as f64;
        let pairs = (0..n).flat_map(|i| (0..m).map(move |j| (i, j)));
        GenerationScores {
            precision: count(m, &|j| (0..n).any(|i| in_real(i, j))),
            recall: count(n, &|i| (0..m).any(|j| in_generated(i, j))),
            density: pairs.filter(|&(i, j)| in_real(i, j)).count() as f64 / (k * m) as f64,
            coverage: count(n, &|i| (0..m).any(|j| in_real(i, j))),
        }
    }

    fn wave(n: usize, p: usize, seed: f64, grid: f64) -> DMatrix<f64> {
        // on a grid, so that rows lie exactly on borders
        DMatrix::from_fn(n, p, |i, j| {
            (((i as f64 * 12.9898 + j as f64 * 78.233 + seed).sin() * 43758.5453).fract() * grid).round() / grid + 0.1
        })
    }

    #[test]
    fn scores_are_those_of_the_definition_borders_and_copies_too() {
        for (grid, k) in [(3.0, 1), (4.0, 3), (1e9, 2)] {
            let (real, generated) = (wave(70, 3, 0.0, grid), wave(45, 3, 50.0, grid));
            assert_eq!(generation_scores(&real, &generated, k), Ok(plain(&real, &generated, k)), "{grid}");
        }
    }

    #[test]
    fn real_samples_themselves_are_perfect() {
        let real = wave(300, 5, 0.0, 1e9);
        let scores = generation_scores(&real, &real, 4).unwrap();
        assert_eq!((scores.precision, scores.recall, scores.coverage), (1.0, 1.0, 1.0));
        // a row lies in its own ball and, on average, in those of 4 others
        assert_eq!(scores.density, 1.25);
    }

    #[test]
    fn a_generator_that_repeats_itself_is_precise_and_covers_little() {
        let real = wave(300, 2, 0.0, 1e9);
        let scores = generation_scores(&real, &DMatrix::from_fn(300, 2, |_, j| real[(7, j)]), 5).unwrap();
        assert_eq!(scores.precision, 1.0);
        assert!(scores.coverage < 0.05 && scores.recall <= 1.0 / 300.0, "{scores:?}");
        let far = generation_scores(&real, &real.add_scalar(1e3), 5).unwrap();
        assert_eq!(far, GenerationScores { precision: 0.0, recall: 0.0, density: 0.0, coverage: 0.0 });
    }

    #[test]
    fn the_same_bits_on_any_threads() {
        let (real, generated) = (wave(900, 4, 0.0, 1e9), wave(700, 4, 9.0, 1e9));
        let run = |threads| {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
            pool.install(|| generation_scores(&real, &generated, 5).unwrap())
        };
        assert_eq!(run(1), run(2));
        assert_eq!(run(1), run(7));
    }

    #[test]
    fn bad_input_is_refused() {
        let (two, three) = (rows(&[[0.0], [1.0]]), rows(&[[0.0], [1.0], [2.0]]));
        assert!(matches!(generation_scores(&two, &three, 2), Err(Error::TooFewSamples { what: "real", .. })));
        assert!(matches!(generation_scores(&three, &two, 2), Err(Error::TooFewSamples { what: "generated", .. })));
        assert!(matches!(generation_scores(&three, &two, 0), Err(Error::Parameter { .. })));
        assert!(matches!(generation_scores(&two, &rows(&[[0.0, 1.0]]), 1), Err(Error::Shape { unit: "columns", .. })));
        assert!(matches!(generation_scores(&two, &rows(&[[f64::NAN]]), 1), Err(Error::NonFinite { .. })));
    }
}
