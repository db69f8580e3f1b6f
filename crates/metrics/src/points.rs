//! Distances of many pairs of rows, a block at a time: no table of all pairs is ever held.

use cairn_neighbors::BruteForce;
use cairn_numeric::{Parallelism, blocks, matmul_into, squared_distance, stream, tr, vectorised};
use cairn_traits::{DMatrix, Error, Float, Result};
use rand::RngExt;
use std::ops::Range;

/// Points a block: its products with a block of queries stay in the second-level cache.
const POINT_BLOCK: usize = 256;

/// Queries a block, at most; fewer where there are few.
const QUERY_BLOCK: usize = 128;

/// How many blocks of queries there are at least, where each has some.
const PIECES: usize = 8;

/// Rows in double precision, scaled by a power of two so that the largest number is near 1.
///
/// The scores that use them do not depend on the scale, and so squares neither overflow nor vanish.
#[derive(Debug)]
pub(crate) struct Points {
    /// p x n, scaled: distances are defined by these.
    raw: DMatrix<f64>,
    /// About their mean, so that products round less: they are multiplied.
    centred: DMatrix<f64>,
    squared_norms: Vec<f64>,
}

/// One query against one block of points.
#[derive(Debug)]
pub(crate) struct Block<'a> {
    /// The query's place among the points.
    pub(crate) query: usize,
    /// The place of the block's first point.
    pub(crate) first: usize,
    /// `|x|²` of each point, about the mean.
    pub(crate) norms: &'a [f64],
    /// `-2 q·x` of each point.
    pub(crate) products: &'a [f64],
    /// `|q|²`: with the two above it is the squared distance, up to rounding.
    pub(crate) own: f64,
    /// How far that sum may be from the squared distance as defined.
    pub(crate) slack: f64,
}

vectorised! {
    /// The largest size of a number.
    fn largest['a; F: Float](x: &'a [F]) -> f64 {
        const LANES: usize = 32;
        let larger = |top: F, v: F| if v > top { v } else { top };
        let mut tops = [F::zero(); LANES];
        let (whole, rest) = x.as_chunks::<LANES>();
        for chunk in whole {
            for lane in 0..LANES {
                tops[lane] = larger(tops[lane], chunk[lane].abs());
            }
        }
        tops.into_iter().chain(rest.iter().map(|v| v.abs())).fold(F::zero(), larger).to_f64()
    }
}

/// The power of two that brings the largest number to between 1 and 2 (or near, at the ends of the range).
pub(crate) fn scale<F: Float>(x: &DMatrix<F>) -> f64 {
    let largest = largest(x.as_slice());
    let exponent = (largest.to_bits() >> 52) as i32 - 1023;
    2.0_f64.powi(-exponent.clamp(-1000, 1000))
}

impl Points {
    /// The rows of `x`, in the given order.
    pub(crate) fn new<F: Float>(x: &DMatrix<F>, order: &[usize]) -> Self {
        let scale = scale(x);
        let mut raw = DMatrix::zeros(x.ncols(), order.len());
        // a block of rows at a time, so that what is written column by column stays in the cache
        for (rows, block) in order.chunks(POINT_BLOCK).zip(blocks::ranges(order.len(), POINT_BLOCK)) {
            let mut block = raw.columns_range_mut(block);
            for (j, column) in x.column_iter().enumerate() {
                rows.iter().enumerate().for_each(|(i, &row)| block[(j, i)] = column[row].to_f64() * scale);
            }
        }
        let mean = raw.column_mean();
        let mut centred = raw.clone();
        centred.column_iter_mut().for_each(|mut point| point -= &mean);
        let squared_norms = centred.column_iter().map(|point| point.norm_squared()).collect();
        Self { raw, centred, squared_norms }
    }

    pub(crate) fn len(&self) -> usize {
        self.raw.ncols()
    }

    /// The squared distance, by its definition.
    #[inline(always)]
    pub(crate) fn squared(&self, a: usize, b: usize) -> f64 {
        let p = self.raw.nrows();
        let points = self.raw.as_slice();
        squared_distance(&points[a * p..(a + 1) * p], &points[b * p..(b + 1) * p])
    }

    /// The `k` points of `among` nearest to each query, the query itself not counted; ties go to the lower place.
    pub(crate) fn nearest_others(&self, queries: &[usize], k: usize) -> Result<Vec<Vec<usize>>> {
        let index = BruteForce::new(&self.raw.transpose())?;
        let nearest = index.k_nearest(&self.raw.select_columns(queries).transpose(), k + 1)?;
        let others = |(&query, (found, _)): (&usize, (&[usize], &[f64]))| {
            // among very many copies of itself the query may not be found: then the last one is too many
            found.iter().copied().filter(|&point| point != query).take(k).collect()
        };
        Ok(queries.iter().zip(nearest.iter()).map(others).collect())
    }

    /// The squared distance of each query to its nearest point of `among`.
    pub(crate) fn nearest_squared(&self, queries: Range<usize>, among: Range<usize>) -> Result<Vec<f64>> {
        let rows = |range: &Range<usize>| self.raw.columns_range(range.clone()).transpose();
        let nearest = BruteForce::new(&rows(&among))?.k_nearest(&rows(&queries), 1)?;
        let first = |(query, (found, _)): (usize, (&[usize], &[f64]))| {
            found.first().map(|point| self.squared(query, among.start + point))
        };
        Ok(queries.zip(nearest.iter()).filter_map(first).collect())
    }

    /// The squared distance of each point of a range to its `k`-th nearest other point of the range.
    pub(crate) fn kth_squared(&self, range: Range<usize>, k: usize) -> Result<Vec<f64>> {
        let rows = self.raw.columns_range(range.clone()).transpose();
        let nearest = BruteForce::new(&rows)?.k_nearest(&rows, k + 1)?;
        // the point itself is among the k + 1 nearest, or k + 1 copies of it are: the last is at the distance wanted
        let last = |(at, (found, _)): (usize, (&[usize], &[f64]))| {
            found.last().map(|point| self.squared(at, range.start + point))
        };
        Ok(range.clone().zip(nearest.iter()).filter_map(last).collect())
    }

    /// `of` each block of queries, in parallel, in order.
    pub(crate) fn blocks_of<T: Send>(
        queries: &[usize],
        of: impl Fn(&[usize]) -> Result<Vec<T>> + Sync + Send,
    ) -> Result<Vec<T>> {
        let size = blocks::size_for(queries.len(), PIECES, 8).min(QUERY_BLOCK);
        let answers = blocks::map(queries.len(), size, |block| of(queries.get(block).unwrap_or_default()));
        let answers: Result<Vec<Vec<T>>> = answers.into_iter().collect();
        Ok(answers?.into_iter().flatten().collect())
    }

    /// Shows each query each block of `points`, on this thread: the position of the query in `queries`, and the block.
    pub(crate) fn sweep(
        &self,
        queries: &[usize],
        points: Range<usize>,
        mut each: impl FnMut(usize, Block<'_>),
    ) -> Result<()> {
        let gathered = self.centred.select_columns(queries);
        let mut products = DMatrix::zeros(POINT_BLOCK.min(points.len()), queries.len());
        for block in blocks::ranges(points.len(), POINT_BLOCK) {
            let (first, end) = (points.start + block.start, points.start + block.end);
            let candidates = tr(self.centred.columns_range(first..end));
            let out = products.rows_range_mut(..block.len());
            matmul_into(-2.0, candidates, &gathered, 0.0, out, Parallelism::Sequential)?;
            let norms = &self.squared_norms[first..end];
            let largest = norms.iter().copied().fold(0.0, f64::max);
            for (position, (&query, column)) in queries.iter().zip(products.column_iter()).enumerate() {
                let own = self.squared_norms[query];
                let products = &column.as_slice()[..block.len()];
                let slack = self.slack(own + largest);
                each(position, Block { query, first, norms, products, own, slack });
            }
        }
        Ok(())
    }

    /// How far `|q|² + |x|² - 2 q·x` as computed may be from the squared distance as defined, for norms of this sum.
    ///
    /// With unit roundoff u, each of the two norms, the product and the defined sum of p terms is off by at most
    /// (p + 4) u times its size, and all sizes are at most 2 (|q|² + |x|²). Numbers are at most 2, so centring moves
    /// each by at most 4 u, and each difference of two by 8 u: 16 p u (|q - x| + p u) in the squared distance, at most.
    fn slack(&self, norms: f64) -> f64 {
        let p = self.raw.nrows() as f64;
        4.0 * (p + 8.0) * f64::EPSILON * norms
            + 16.0 * p * f64::EPSILON * (norms.sqrt() + p * f64::EPSILON)
            + f64::from(f32::MIN_POSITIVE)
    }
}

/// At most `at_most` of the numbers below `n`, drawn without replacement, ascending.
///
/// # Errors
/// [`Error::Parameter`] for an `at_most` of 0.
pub(crate) fn sample(n: usize, at_most: usize, seed: u64) -> Result<Vec<usize>> {
    if at_most == 0 {
        return Err(Error::Parameter { name: "at_most", requirement: "at least 1", found: 0.0 });
    }
    let mut rows: Vec<usize> = (0..n).collect();
    if at_most < n {
        let mut rng = stream(seed, 0);
        for i in 0..at_most {
            rows.swap(i, rng.random_range(i as u64..n as u64) as usize);
        }
        rows.truncate(at_most);
        rows.sort_unstable();
    }
    Ok(rows)
}

#[cfg(test)]
mod tests {
    use super::*;
    use cairn_traits::rows;

    #[test]
    fn the_sum_of_norms_and_product_is_within_the_slack() {
        let x =
            DMatrix::from_fn(700, 5, |i, j| 1e3 + ((i * 7 + j * 13) as f64 * 0.731).sin() * 10.0_f64.powi(j as i32));
        let order: Vec<usize> = (0..700).collect();
        let points = Points::new(&x, &order);
        let mut seen = 0;
        let queries = [3, 650];
        points
            .sweep(&queries, 0..700, |position, block| {
                assert_eq!(block.query, queries[position]);
                for (i, (norm, product)) in block.norms.iter().zip(block.products).enumerate() {
                    let exact = points.squared(block.query, block.first + i);
                    assert!((block.own + norm + product - exact).abs() <= block.slack);
                    seen += 1;
                }
            })
            .unwrap();
        assert_eq!(seen, 2 * 700);
    }

    #[test]
    fn numbers_at_the_ends_of_the_range_have_squares() {
        for size in [1e-320, 1e-300, 1e300, f64::MAX] {
            let points = Points::new(&rows(&[[size], [-size], [0.0]]), &[0, 1, 2]);
            let (whole, half) = (points.squared(0, 1), points.squared(0, 2));
            assert!(half > 0.0 && whole.is_finite(), "{size}: {half} {whole}");
            assert_eq!(whole, 4.0 * half);
        }
    }

    #[test]
    fn the_nearest_others_leave_the_query_out_even_among_copies() {
        let points = Points::new(&rows(&[[0.0], [0.0], [0.0], [0.0], [5.0]]), &[0, 1, 2, 3, 4]);
        let nearest = points.nearest_others(&[0, 3, 4], 2).unwrap();
        assert_eq!(nearest, [[1, 2], [0, 1], [0, 1]]);
        assert_eq!(points.nearest_squared(4..5, 0..4).unwrap(), [points.squared(4, 0)]);
    }

    #[test]
    fn a_sample_has_no_row_twice_and_its_seed_decides() {
        let drawn = sample(1000, 100, 1).unwrap();
        assert_eq!(drawn.len(), 100);
        assert!(drawn.windows(2).all(|two| two[0] < two[1]));
        assert_eq!(drawn, sample(1000, 100, 1).unwrap());
        assert_ne!(drawn, sample(1000, 100, 2).unwrap());
        assert_eq!(sample(3, 5, 0), Ok(vec![0, 1, 2]));
        assert!(matches!(sample(3, 0, 0), Err(Error::Parameter { name: "at_most", .. })));
    }
}
