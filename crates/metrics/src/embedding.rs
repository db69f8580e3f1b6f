//! Scores of an embedding: whether neighbours stay neighbours.

use crate::input;
use crate::points::{Block, Points, sample};
use cairn_numeric::vectorised;
use cairn_traits::{DMatrix, Float, Result, check};

/// Whether rows that are neighbours in the embedding were neighbours before: 1 if no stranger came near, about ½ for a
/// random arrangement.
///
/// ```text
/// 1 - 2 / (n k (2n - 3k - 1)) Σᵢ Σⱼ max(0, r(i, j) - k)     j over the k neighbours of i in the embedding
/// ```
///
/// where r(i, j) is the rank of j among the other rows by their distance to i in `x`: 1 for the nearest. Equal
/// distances rank by row, in both spaces. (scikit-learn leaves the order of ties to its sort.)
///
/// # Shapes
/// `x` n x p, `embedded` n x q; `n_neighbors` below n / 2.
///
/// # Errors
/// [`cairn_traits::Error::TooFewSamples`], [`cairn_traits::Error::Shape`], [`cairn_traits::Error::NonFinite`];
/// [`cairn_traits::Error::Parameter`] for no neighbours; [`cairn_traits::Error::TooFewSamples`] for n / 2 or more.
///
/// # Complexity
/// n² p, by blocked matrix products, and n² k comparisons; neither distances nor ranks of all pairs are held.
///
/// # Determinism
/// Ranks are those of the distances' definition, and are added in whole numbers: the same bits on any number of
/// threads.
///
/// # Examples
/// ```
/// use cairn_traits::rows;
/// let x = rows(&[[0.0], [1.0], [2.0], [3.0], [4.0]]);
/// assert_eq!(cairn_metrics::trustworthiness(&x, &x, 1)?, 1.0);
/// // row 4 is put beside row 0: each ranks 4 for the other, instead of 1; the others have kept their neighbours
/// let folded = rows(&[[0.0], [1.0], [2.0], [3.0], [-0.5]]);
/// assert_eq!(cairn_metrics::trustworthiness(&x, &folded, 1)?, 1.0 - 2.0 / (5.0 * 6.0) * 6.0);
/// # Ok::<(), cairn_traits::Error>(())
/// ```
///
/// # References
/// J. Venna and S. Kaski (2001).
pub fn trustworthiness<F: Float>(x: &DMatrix<F>, embedded: &DMatrix<F>, n_neighbors: usize) -> Result<f64> {
    trustworthiness_sampled(x, embedded, n_neighbors, usize::MAX, 0)
}

/// [`trustworthiness`] of `at_most` rows drawn by `seed`, each ranked among **all** rows: an unbiased estimate, and the
/// score itself if there are no more rows than that.
///
/// # Errors
/// Those of [`trustworthiness`], and [`cairn_traits::Error::Parameter`] for an `at_most` of 0.
///
/// # Complexity
/// `at_most` n p.
///
/// # Examples
/// ```
/// let x = cairn_traits::rows(&[[0.0], [1.0], [2.0], [3.0], [4.0]]);
/// assert_eq!(cairn_metrics::trustworthiness_sampled(&x, &x, 2, 3, 0)?, 1.0);
/// # Ok::<(), cairn_traits::Error>(())
/// ```
pub fn trustworthiness_sampled<F: Float>(
    x: &DMatrix<F>,
    embedded: &DMatrix<F>,
    n_neighbors: usize,
    at_most: usize,
    seed: u64,
) -> Result<f64> {
    input::rows_of_numbers("x", x)?;
    input::rows_of_numbers("embedded", embedded)?;
    check::rows("embedded", x.nrows(), embedded.nrows())?;
    neighbors_below_half(n_neighbors, x.nrows())?;
    kept(x, embedded, n_neighbors, &sample(x.nrows(), at_most, seed)?)
}

/// Whether rows that were neighbours before are neighbours in the embedding: 1 if none was torn away.
///
/// It is [`trustworthiness`] with the roles exchanged; the two are read together. An embedding that folds things over
/// is not trustworthy, one that tears them apart is not continuous.
///
/// # Errors
/// Those of [`trustworthiness`].
///
/// # Examples
/// ```
/// use cairn_traits::rows;
/// // a ring cut open: its first and last row were neighbours
/// let ring = rows(&[[1.0, 0.0], [0.5, 1.0], [-0.5, 1.0], [-1.0, 0.0], [-0.5, -1.0], [0.5, -1.0]]);
/// let line = rows(&[[0.0], [1.0], [2.0], [3.0], [4.0], [5.0]]);
/// let (trust, continuity) =
///     (cairn_metrics::trustworthiness(&ring, &line, 2)?, cairn_metrics::continuity(&ring, &line, 2)?);
/// assert!(trust > continuity);
/// # Ok::<(), cairn_traits::Error>(())
/// ```
///
/// # References
/// J. Venna and S. Kaski (2001).
pub fn continuity<F: Float>(x: &DMatrix<F>, embedded: &DMatrix<F>, n_neighbors: usize) -> Result<f64> {
    continuity_sampled(x, embedded, n_neighbors, usize::MAX, 0)
}

/// [`continuity`] of `at_most` rows drawn by `seed`, each ranked among **all** rows.
///
/// # Errors
/// Those of [`trustworthiness_sampled`].
///
/// # Complexity
/// `at_most` n p.
///
/// # Examples
/// ```
/// let x = cairn_traits::rows(&[[0.0], [1.0], [2.0], [3.0], [4.0]]);
/// assert_eq!(cairn_metrics::continuity_sampled(&x, &x, 2, 3, 0)?, 1.0);
/// # Ok::<(), cairn_traits::Error>(())
/// ```
pub fn continuity_sampled<F: Float>(
    x: &DMatrix<F>,
    embedded: &DMatrix<F>,
    n_neighbors: usize,
    at_most: usize,
    seed: u64,
) -> Result<f64> {
    input::rows_of_numbers("x", x)?;
    input::rows_of_numbers("embedded", embedded)?;
    check::rows("embedded", x.nrows(), embedded.nrows())?;
    neighbors_below_half(n_neighbors, x.nrows())?;
    kept(embedded, x, n_neighbors, &sample(x.nrows(), at_most, seed)?)
}

/// The mean share of each row's `n_neighbors` nearest rows that have its label: 1 if the classes lie apart.
///
/// # Errors
/// [`cairn_traits::Error::TooFewSamples`], [`cairn_traits::Error::Shape`], [`cairn_traits::Error::NonFinite`];
/// [`cairn_traits::Error::Parameter`] for no neighbours; [`cairn_traits::Error::TooFewSamples`] if there are not as
/// many other rows.
///
/// # Complexity
/// n² p, by blocked matrix products.
///
/// # Examples
/// ```
/// let embedded = cairn_traits::rows(&[[0.0], [1.0], [3.0], [4.0]]);
/// assert_eq!(cairn_metrics::neighborhood_hit(&embedded, &[0, 0, 1, 1], 1)?, 1.0);
/// // with two neighbours the second is always of the other class
/// assert_eq!(cairn_metrics::neighborhood_hit(&embedded, &[0, 0, 1, 1], 2)?, 0.5);
/// # Ok::<(), cairn_traits::Error>(())
/// ```
///
/// # References
/// F. Paulovich et al. (2008).
pub fn neighborhood_hit<F: Float>(embedded: &DMatrix<F>, labels: &[usize], n_neighbors: usize) -> Result<f64> {
    input::rows_of_numbers("embedded", embedded)?;
    check::rows("labels", embedded.nrows(), labels.len())?;
    input::neighbors(n_neighbors)?;
    check::at_least("embedded", n_neighbors + 1, embedded.nrows())?;
    let rows: Vec<usize> = (0..labels.len()).collect();
    let nearest = Points::new(embedded, &rows).nearest_others(&rows, n_neighbors)?;
    let same = |(row, near): (usize, &Vec<usize>)| near.iter().filter(|&&other| labels[other] == labels[row]).count();
    let hits: usize = nearest.iter().enumerate().map(same).sum();
    Ok(hits as f64 / (n_neighbors * labels.len()) as f64)
}

/// Whether ranks up to `k` leave as many beyond, so that the worst score is 0.
fn neighbors_below_half(k: usize, n: usize) -> Result<()> {
    input::neighbors(k)?;
    check::at_least("x", k.saturating_mul(2).saturating_add(1), n)
}

/// One less what the `k` neighbours `near` of each row rank beyond `k` in `before`, as a share of the most possible.
fn kept<F: Float>(before: &DMatrix<F>, near: &DMatrix<F>, k: usize, rows: &[usize]) -> Result<f64> {
    let all: Vec<usize> = (0..before.nrows()).collect();
    let neighbours = Points::new(near, &all).nearest_others(rows, k)?;
    let points = Points::new(before, &all);
    // each row takes its neighbours along into its block
    let mut of_row = vec![Vec::new(); before.nrows()];
    rows.iter().zip(neighbours).for_each(|(&row, near)| of_row[row] = near);
    let excess = Points::blocks_of(rows, |queries| excess_ranks(&points, queries, &of_row, k))?;
    let (n, m) = (before.nrows() as f64, rows.len() as f64);
    let (k, sum) = (k as f64, excess.iter().sum::<u64>() as f64);
    Ok(1.0 - 2.0 / (m * k * (2.0 * n - 3.0 * k - 1.0)) * sum)
}

/// For each query, the sum over its neighbours of how far their rank exceeds `k`.
fn excess_ranks(points: &Points, queries: &[usize], neighbours: &[Vec<usize>], k: usize) -> Result<Vec<u64>> {
    let goals: Vec<Vec<Goal>> = queries
        .iter()
        .map(|&query| neighbours[query].iter().map(|&at| Goal { at, squared: points.squared(query, at) }).collect())
        .collect();
    // the number of nearer rows, for each neighbour of each query
    let mut nearer: Vec<Vec<u64>> = goals.iter().map(|goals| vec![0; goals.len()]).collect();
    points.sweep(queries, 0..points.len(), |position, block| {
        count_nearer(points, &block, &goals[position], &mut nearer[position]);
    })?;
    let excess = |nearer: Vec<u64>| nearer.into_iter().map(|count| (count + 1).saturating_sub(k as u64)).sum();
    Ok(nearer.into_iter().map(excess).collect())
}

/// A row whose rank is wanted, and its squared distance to the query.
struct Goal {
    at: usize,
    squared: f64,
}

vectorised! {
    /// Adds the number of points of the block that are nearer to the query than each goal.
    fn count_nearer['a](points: &'a Points, block: &'a Block<'a>, goals: &'a [Goal], nearer: &'a mut [u64]) -> () {
        let own_place = block.query.checked_sub(block.first).filter(|&at| at < block.norms.len());
        for (goal, nearer) in goals.iter().zip(nearer) {
            let (surely, maybe) = (goal.squared - block.slack - block.own, goal.squared + block.slack - block.own);
            let (mut sure, mut possible) = (0_u64, 0_u64);
            for (norm, product) in block.norms.iter().zip(block.products) {
                let squared = norm + product;
                sure += u64::from(squared < surely);
                possible += u64::from(squared <= maybe);
            }
            if let Some(at) = own_place {
                // the query is no neighbour of itself
                let squared = block.norms[at] + block.products[at];
                sure -= u64::from(squared < surely);
                possible -= u64::from(squared <= maybe);
            }
            *nearer += sure;
            // a goal is always within the slack of itself; anything else there is measured
            let here = u64::from((block.first..block.first + block.norms.len()).contains(&goal.at));
            if possible > sure + here {
                *nearer += nearer_within_slack(points, block, goal, (surely, maybe));
            }
        }
    }
}

/// The points that the formula cannot tell from the goal, and that are nearer by the definition.
#[cold]
fn nearer_within_slack(points: &Points, block: &Block<'_>, goal: &Goal, (surely, maybe): (f64, f64)) -> u64 {
    let is_nearer = |(i, (norm, product)): (usize, (&f64, &f64))| {
        let (at, squared) = (block.first + i, norm + product);
        if at == block.query || at == goal.at || squared < surely || squared > maybe {
            return false;
        }
        let exact = points.squared(block.query, at);
        exact < goal.squared || (exact == goal.squared && at < goal.at)
    };
    block.norms.iter().zip(block.products).enumerate().filter(|&pair| is_nearer(pair)).count() as u64
}

#[cfg(test)]
mod tests {
    use super::*;
    use cairn_numeric::squared_distance;
    use cairn_traits::Error;
    use proptest::prelude::{ProptestConfig, prop_assert_eq, proptest};

    /// The definition: all distances sorted, ties by row.
    fn plain(x: &DMatrix<f64>, embedded: &DMatrix<f64>, k: usize) -> f64 {
        let n = x.nrows();
        let order = |x: &DMatrix<f64>, i: usize| {
            let x = x.transpose();
            let distance = |j: usize| squared_distance(x.column(i).as_slice(), x.column(j).as_slice());
            let mut others: Vec<usize> = (0..n).filter(|&j| j != i).collect();
            others.sort_by(|&a, &b| distance(a).total_cmp(&distance(b)).then(a.cmp(&b)));
            others
        };
        let mut sum = 0;
        for i in 0..n {
            let before = order(x, i);
            for j in order(embedded, i).into_iter().take(k) {
                let rank = 1 + before.iter().position(|&other| other == j).unwrap();
                sum += rank.saturating_sub(k);
            }
        }
        let (n, k) = (n as f64, k as f64);
        1.0 - 2.0 / (n * k * (2.0 * n - 3.0 * k - 1.0)) * sum as f64
    }

    fn wave(n: usize, p: usize, seed: f64, grid: f64, offset: f64) -> DMatrix<f64> {
        // on a grid, so that many distances tie
        DMatrix::from_fn(n, p, |i, j| {
            let noise = ((i as f64 * 12.9898 + j as f64 * 78.233 + seed).sin() * 43758.5453).fract();
            (noise * grid).round() / grid + offset
        })
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 40, failure_persistence: None, ..ProptestConfig::default() })]
        #[test]
        fn the_score_is_the_plain_definition_to_the_last_bit_ties_and_all(
            (n, p, k) in (9_usize..90, 1_usize..9, 1_usize..4),
            seed in 0.0..100.0_f64,
            grid in proptest::sample::select(vec![2.0, 8.0, 1e3, 1e9]),
            offset in proptest::sample::select(vec![0.0, 0.1, 1e5]),
        ) {
            let (x, embedded) = (wave(n, p, seed, grid, offset), wave(n, 2, seed + 1.0, grid, 0.0));
            prop_assert_eq!(trustworthiness(&x, &embedded, k), Ok(plain(&x, &embedded, k)));
            prop_assert_eq!(continuity(&x, &embedded, k), Ok(plain(&embedded, &x, k)));
            prop_assert_eq!(trustworthiness(&x, &x, k), Ok(1.0));
        }
    }

    #[test]
    fn the_same_bits_on_any_threads_and_over_several_blocks() {
        let (x, other) = (wave(1100, 6, 0.3, 1e9, 0.0), wave(1100, 2, 0.7, 1e9, 0.0));
        // 617 has no divisor in common with 1100, so that every row is put in the place of another
        let embedded = other.select_rows(&(0..1100).map(|i| i * 617 % 1100).collect::<Vec<_>>());
        let run = |threads| {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
            pool.install(|| trustworthiness(&x, &embedded, 5).unwrap())
        };
        assert_eq!(run(1), run(2));
        assert_eq!(run(1), run(7));
        assert_eq!(run(1), plain(&x, &embedded, 5));
        assert!((run(1) - 0.5).abs() < 0.05, "unrelated rows");
    }

    #[test]
    fn a_sample_comes_near_the_whole() {
        let x = wave(600, 4, 0.3, 1e9, 0.0);
        let embedded = x.columns(0, 2).into_owned();
        let (whole, part) =
            (trustworthiness(&x, &embedded, 5).unwrap(), trustworthiness_sampled(&x, &embedded, 5, 200, 3).unwrap());
        // a mean of 200 numbers between 0 and 1, most near the mean
        assert!((whole - part).abs() < 0.03 && whole != part, "{whole} {part}");
        assert_eq!(continuity_sampled(&x, &embedded, 5, 600, 3), continuity(&x, &embedded, 5));
    }

    #[test]
    fn bad_input_is_refused() {
        let x = wave(10, 2, 0.0, 8.0, 0.0);
        for score in [trustworthiness, continuity] {
            assert!(matches!(score(&x, &x, 0), Err(Error::Parameter { name: "n_neighbors", .. })));
            assert_eq!(score(&x, &x, 5), Err(Error::TooFewSamples { what: "x", needed: 11, found: 10 }));
            assert!(matches!(score(&x, &x.rows(0, 9).into_owned(), 2), Err(Error::Shape { what: "embedded", .. })));
            let mut bad = x.clone();
            bad[(3, 1)] = f64::INFINITY;
            assert!(matches!(score(&x, &bad, 2), Err(Error::NonFinite { what: "embedded", row: 3, column: 1 })));
            assert!(matches!(score(&bad, &x, 2), Err(Error::NonFinite { what: "x", .. })));
        }
        assert!(matches!(neighborhood_hit(&x, &[0; 10], 10), Err(Error::TooFewSamples { needed: 11, .. })));
        assert!(matches!(neighborhood_hit(&x, &[0; 9], 1), Err(Error::Shape { what: "labels", .. })));
        assert!(matches!(neighborhood_hit(&x, &[0; 10], 0), Err(Error::Parameter { .. })));
    }
}
