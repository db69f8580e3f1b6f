//! Silhouettes: whether samples lie nearer to their own cluster than to the next.

use crate::contingency::distinct;
use crate::input;
use crate::points::{Block, Points, sample};
use cairn_numeric::vectorised;
use cairn_traits::{DMatrix, Error, Float, Result, check};
use std::ops::Range;

/// How much nearer each sample is to its own cluster than to the nearest other one: from -1 to 1.
///
/// ```text
/// s = (b - a) / max(a, b)     a: mean distance to the others of its cluster; b: the least mean distance to another one
/// ```
///
/// Near 1 it is deep inside its cluster, at 0 on the border, below 0 nearer to another cluster. A sample alone in its
/// cluster scores 0, and so does one at distance 0 of its own and the next cluster. Distances are Euclidean, in double
/// precision.
///
/// # Shapes
/// `x` n x p, `labels` n; an answer a row.
///
/// # Errors
/// [`Error::TooFewSamples`], [`Error::Shape`], [`Error::NonFinite`]; [`Error::Classes`] for one cluster alone;
/// [`Error::TooFewSamples`] if every sample is alone.
///
/// # Complexity
/// n² p, by blocked matrix products; no n x n matrix is held. Pairs so near each other that the product formula would
/// lose digits are measured by its definition.
///
/// # Determinism
/// The same bits on any number of threads.
///
/// # Examples
/// ```
/// let x = cairn_traits::rows(&[[0.0], [1.0], [10.0]]);
/// // first row: a = 1, b = 10; the last one is alone
/// let samples = cairn_metrics::silhouette_samples(&x, &[0, 0, 1])?;
/// assert!((samples[0] - 0.9).abs() < 1e-15 && samples[2] == 0.0);
/// # Ok::<(), cairn_traits::Error>(())
/// ```
///
/// # References
/// P. Rousseeuw (1987).
pub fn silhouette_samples<F: Float>(x: &DMatrix<F>, labels: &[usize]) -> Result<Vec<f64>> {
    let clusters = Clusters::new(x, labels)?;
    silhouettes(x, &clusters, &(0..x.nrows()).collect::<Vec<_>>())
}

/// The mean of [`silhouette_samples`]: how compact and apart the clusters are, from -1 to 1.
///
/// It needs no known classes. It favours round clusters of like size: where clusters are chains or of very different
/// density, a low score says little.
///
/// # Errors
/// Those of [`silhouette_samples`].
///
/// # Complexity
/// n² p; [`silhouette_score_sampled`] is for very many rows.
///
/// # Examples
/// ```
/// let x = cairn_traits::rows(&[[0.0], [1.0], [10.0], [11.0]]);
/// // outer rows: (10.5 - 1) / 10.5, inner ones (9.5 - 1) / 9.5
/// let score = cairn_metrics::silhouette_score(&x, &[0, 0, 1, 1])?;
/// assert!((score - (9.5 / 10.5 + 8.5 / 9.5) / 2.0).abs() < 1e-15);
/// # Ok::<(), cairn_traits::Error>(())
/// ```
///
/// # References
/// P. Rousseeuw (1987).
pub fn silhouette_score<F: Float>(x: &DMatrix<F>, labels: &[usize]) -> Result<f64> {
    Ok(mean(&silhouette_samples(x, labels)?))
}

/// The mean silhouette of `at_most` rows drawn by `seed`, each measured against **all** rows: an unbiased estimate of
/// [`silhouette_score`], and the score itself if there are no more rows than that.
///
/// (scikit-learn's `sample_size` measures the drawn rows against each other only, and can lose small clusters.)
///
/// # Errors
/// Those of [`silhouette_samples`], and [`Error::Parameter`] for an `at_most` of 0.
///
/// # Complexity
/// `at_most` n p.
///
/// # Determinism
/// The same seed, the same bits on any number of threads.
///
/// # Examples
/// ```
/// use cairn_metrics::{silhouette_score, silhouette_score_sampled};
/// let x = cairn_traits::rows(&[[0.0], [1.0], [10.0], [11.0]]);
/// let labels = [0, 0, 1, 1];
/// assert_eq!(silhouette_score_sampled(&x, &labels, 100, 0)?, silhouette_score(&x, &labels)?);
/// assert!((silhouette_score_sampled(&x, &labels, 2, 0)? - 0.9).abs() < 0.01);
/// # Ok::<(), cairn_traits::Error>(())
/// ```
pub fn silhouette_score_sampled<F: Float>(x: &DMatrix<F>, labels: &[usize], at_most: usize, seed: u64) -> Result<f64> {
    let clusters = Clusters::new(x, labels)?;
    let rows = sample(x.nrows(), at_most, seed)?;
    Ok(mean(&silhouettes(x, &clusters, &rows)?))
}

fn mean(values: &[f64]) -> f64 {
    values.iter().sum::<f64>() / values.len() as f64
}

/// Rows by cluster: of 2 clusters at least, and one of them of 2 rows at least.
#[derive(Debug)]
pub(crate) struct Clusters {
    /// The cluster of each row.
    pub(crate) of_row: Vec<usize>,
    /// The rows, cluster after cluster.
    pub(crate) order: Vec<usize>,
    /// Where each cluster lies in `order`.
    pub(crate) ranges: Vec<Range<usize>>,
}

impl Clusters {
    /// # Errors
    /// What [`silhouette_samples`] says.
    pub(crate) fn new<F: Float>(x: &DMatrix<F>, labels: &[usize]) -> Result<Self> {
        input::rows_of_numbers("x", x)?;
        check::rows("labels", x.nrows(), labels.len())?;
        let (names, of_row) = distinct(labels);
        if names.len() < 2 {
            return Err(Error::Classes { needed: 2, found: names.len() });
        }
        check::at_least("x", names.len() + 1, x.nrows())?;
        // each cluster grows from its place to the next one's
        let mut sizes = vec![0; names.len()];
        of_row.iter().for_each(|&cluster| sizes[cluster] += 1);
        let starts = sizes.iter().scan(0, |next, size| Some(std::mem::replace(next, *next + size)));
        let mut ranges: Vec<Range<usize>> = starts.map(|start| start..start).collect();
        let mut order = vec![0; of_row.len()];
        for (row, &cluster) in of_row.iter().enumerate() {
            order[ranges[cluster].end] = row;
            ranges[cluster].end += 1;
        }
        Ok(Self { of_row, order, ranges })
    }
}

fn silhouettes<F: Float>(x: &DMatrix<F>, clusters: &Clusters, rows: &[usize]) -> Result<Vec<f64>> {
    let points = Points::new(x, &clusters.order);
    let mut place = vec![0; clusters.order.len()];
    clusters.order.iter().enumerate().for_each(|(at, &row)| place[row] = at);
    let queries: Vec<usize> = rows.iter().map(|&row| place[row]).collect();
    Points::blocks_of(&queries, |queries| {
        let k = clusters.ranges.len();
        let mut sums = vec![0.0; k * queries.len()];
        points.sweep(queries, 0..points.len(), |position, block| {
            let sums = &mut sums[position * k..(position + 1) * k];
            add_distances(&points, &block, &clusters.ranges, sums);
        })?;
        let own = |query: usize| clusters.of_row[clusters.order[query]];
        Ok(queries.iter().zip(sums.chunks(k)).map(|(&q, sums)| silhouette(sums, &clusters.ranges, own(q))).collect())
    })
}

/// The silhouette of a sample from the sums of its distances to each cluster.
fn silhouette(sums: &[f64], clusters: &[Range<usize>], own: usize) -> f64 {
    let size = clusters[own].len();
    if size == 1 {
        return 0.0;
    }
    let means = sums.iter().zip(clusters).enumerate().filter(|(cluster, _)| *cluster != own);
    let next = means.map(|(_, (sum, members))| sum / members.len() as f64).fold(f64::INFINITY, f64::min);
    let within = sums[own] / (size - 1) as f64;
    let larger = within.max(next);
    if larger == 0.0 { 0.0 } else { (next - within) / larger }
}

/// Distances added side by side: the `i`-th of a stretch goes to sum `i mod 16`.
const LANES: usize = 16;
/// Below this share of the norms, the formula's rounding is measured against too small a distance.
const NEAR: f64 = 1.0 / 256.0;

vectorised! {
    /// Adds the distances of a query to the points of a block, each to the sum of the point's cluster.
    fn add_distances['a](
        points: &'a Points,
        block: &'a Block<'a>,
        clusters: &'a [Range<usize>],
        sums: &'a mut [f64],
    ) -> () {
        let end = block.first + block.norms.len();
        let start = clusters.partition_point(|members| members.end <= block.first);
        for (members, sum) in clusters[start..].iter().zip(&mut sums[start..]) {
            if members.start >= end {
                break;
            }
            *sum += sum_of_distances(points, block, members.start.max(block.first)..members.end.min(end));
        }
    }
}

/// The sum of the distances of a query to a stretch of a block.
#[inline(always)]
fn sum_of_distances(points: &Points, block: &Block<'_>, stretch: Range<usize>) -> f64 {
    let within = stretch.start - block.first..stretch.end - block.first;
    let (norms, products) = (&block.norms[within.clone()], &block.products[within]);
    let mut sums = [0.0; LANES];
    let ((norms, last_norms), (products, last_products)) = (norms.as_chunks(), products.as_chunks());
    for (group, (norms, products)) in norms.iter().zip(products).enumerate() {
        add_group(points, block, stretch.start + group * LANES, (norms, products), &mut sums);
    }
    let first = stretch.end - last_norms.len();
    for (lane, (norm, product)) in last_norms.iter().zip(last_products).enumerate() {
        let size = block.own + norm;
        let squared = size + product;
        let near = squared <= NEAR * size;
        sums[lane] += if near { points.squared(block.query, first + lane) } else { squared }.sqrt();
    }
    sums.iter().sum()
}

/// Adds the distances of a query to the sixteen points from `first` on.
#[inline(always)]
fn add_group(
    points: &Points,
    block: &Block<'_>,
    first: usize,
    (norms, products): (&[f64; LANES], &[f64; LANES]),
    sums: &mut [f64; LANES],
) {
    let (mut squared, mut n_near) = ([0.0; LANES], 0_u64);
    for lane in 0..LANES {
        let size = block.own + norms[lane];
        squared[lane] = size + products[lane];
        n_near += u64::from(squared[lane] <= NEAR * size);
    }
    if n_near > 0 {
        measure_near(points, block, first, norms, &mut squared);
    }
    for lane in 0..LANES {
        sums[lane] += squared[lane].sqrt();
    }
}

/// Puts the distances by their definition where the formula is too coarse.
#[cold]
fn measure_near(points: &Points, block: &Block<'_>, first: usize, norms: &[f64; LANES], squared: &mut [f64; LANES]) {
    for (lane, (squared, norm)) in squared.iter_mut().zip(norms).enumerate() {
        if *squared <= NEAR * (block.own + norm) {
            *squared = points.squared(block.query, first + lane);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use cairn_numeric::squared_distance;
    use cairn_traits::rows;

    /// Two thick rings of rows and one far, tight group; `offset` moves all.
    fn groups(n: usize, offset: f64) -> (DMatrix<f64>, Vec<usize>) {
        let labels: Vec<usize> = (0..n).map(|i| [4, 9, 1][i % 3]).collect();
        let x = DMatrix::from_fn(n, 7, |i, j| {
            let noise = ((i * 131 + j * 17) as f64 * 12.9898).sin();
            offset + [noise, 3.0 + 2.0 * noise, 40.0 + 1e-3 * noise][i % 3]
        });
        (x, labels)
    }

    /// The definition, pair by pair.
    fn plain(x: &DMatrix<f64>, labels: &[usize]) -> Vec<f64> {
        let x = x.transpose();
        let distance = |i: usize, j: usize| squared_distance(x.column(i).as_slice(), x.column(j).as_slice()).sqrt();
        let names = distinct(labels).0;
        let mean_to = |i: usize, name: usize| {
            let members: Vec<usize> = (0..labels.len()).filter(|&j| labels[j] == name && j != i).collect();
            members.iter().map(|&j| distance(i, j)).sum::<f64>() / members.len() as f64
        };
        let of = |i: usize| {
            let others = names.iter().filter(|name| **name != labels[i]).map(|&name| mean_to(i, name));
            let (a, b) = (mean_to(i, labels[i]), others.fold(f64::INFINITY, f64::min));
            if a.is_nan() { 0.0 } else { (b - a) / a.max(b) }
        };
        (0..labels.len()).map(of).collect()
    }

    #[test]
    fn samples_are_those_of_the_definition_near_and_far_from_the_origin() {
        for offset in [0.0, 1e6] {
            let (x, labels) = groups(601, offset);
            let (found, expected) = (silhouette_samples(&x, &labels).unwrap(), plain(&x, &labels));
            for (found, expected) in found.iter().zip(&expected) {
                // distances at 1/256 of the norms are right to some 256 p ε, about 4e-13
                assert!((found - expected).abs() <= 1e-12, "{offset}: {found} for {expected}");
            }
        }
    }

    #[test]
    fn the_scale_of_the_numbers_does_not_matter() {
        let (x, labels) = groups(90, 0.0);
        let found = silhouette_score(&x, &labels);
        assert_eq!(silhouette_score(&(&x * 2.0_f64.powi(900)), &labels), found);
        assert_eq!(silhouette_score(&(&x * 2.0_f64.powi(-900)), &labels), found);
        // single precision moves rows by 1e-7 of distances that are 1 or more between clusters
        let single = silhouette_score(&x.map(|v| v as f32), &labels).unwrap();
        assert!((single - found.unwrap()).abs() < 1e-5);
    }

    #[test]
    fn singletons_and_copies_score_zero() {
        let x = rows(&[[1.0, 1.0], [1.0, 1.0], [1.0, 1.0], [1.0, 1.0], [2.0, 1.0]]);
        // rows 0 to 3 lie on each other: a = b = 0; row 4 is alone
        assert_eq!(silhouette_samples(&x, &[0, 0, 1, 1, 2]), Ok(vec![0.0; 5]));
    }

    #[test]
    fn the_same_bits_on_any_threads() {
        let (x, labels) = groups(1500, 3.0);
        let run = |threads| {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
            pool.install(|| silhouette_samples(&x, &labels).unwrap())
        };
        assert_eq!(run(1), run(2));
        assert_eq!(run(1), run(7));
    }

    #[test]
    fn a_sample_of_rows_is_measured_against_all_rows() {
        let (x, labels) = groups(300, 0.0);
        let (samples, rows) = (silhouette_samples(&x, &labels).unwrap(), sample(300, 50, 7).unwrap());
        let expected = rows.iter().map(|&row| samples[row]).sum::<f64>() / 50.0;
        let found = silhouette_score_sampled(&x, &labels, 50, 7).unwrap();
        // the kernel of a product depends on its shape
        assert!((found - expected).abs() <= 1e-13, "{found} for {expected}");
    }

    #[test]
    fn clusters_there_must_be() {
        let x = rows(&[[0.0], [1.0], [2.0]]);
        assert_eq!(silhouette_score(&x, &[0, 0, 0]), Err(Error::Classes { needed: 2, found: 1 }));
        assert_eq!(silhouette_score(&x, &[0, 1, 2]), Err(Error::TooFewSamples { what: "x", needed: 4, found: 3 }));
        assert!(matches!(silhouette_score(&x, &[0, 1]), Err(Error::Shape { what: "labels", .. })));
        assert!(matches!(
            silhouette_score(&rows(&[[f64::NAN], [0.0], [1.0]]), &[0, 1, 1]),
            Err(Error::NonFinite { .. })
        ));
        assert!(matches!(silhouette_score(&DMatrix::<f64>::zeros(0, 2), &[]), Err(Error::TooFewSamples { .. })));
    }
}
