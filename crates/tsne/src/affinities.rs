//! How much each row is a neighbour of each other, in the data.

use crate::perplexity::affinities_of_row;
use cairn_neighbors::{Algorithm, Index, Metric, Neighbors};
use cairn_numeric::blocks;
use cairn_traits::{CsrMatrix, DMatrix, Error, Float, Result, check};

/// Rows that one task works on.
const ROW_BLOCK: usize = 256;

/// P: how much of all neighbourhood there is between each pair of rows, symmetric, summing to 1, 0 for most pairs.
///
/// ```text
/// p(j|i) ∝ exp(−βᵢ |xᵢ − xⱼ|²)   over the 3 · perplexity nearest rows of i; βᵢ such that the entropy is ln perplexity
/// pᵢⱼ    = (p(j|i) + p(i|j)) / 2n
/// ```
/// [`crate::Tsne::fit`] makes them itself. By themselves they are for neighbours found elsewhere, approximately or by
/// another metric ([`Affinities::from_neighbors`]), for graphs ([`Affinities::from_matrix`]), and to fit several maps
/// of the same rows ([`crate::Tsne::fit_affinities`]).
///
/// # Examples
/// ```
/// use cairn_tsne::{Affinities, rows};
/// let p = Affinities::new(&rows(&[[0.0], [1.0], [2.5]]), 1.0)?;
/// // every row looks to the nearest alone: p(1|0) = 1, p(0|1) = 1, p(1|2) = 1
/// let p = p.to_matrix()?;
/// let value = |i, j| p.get_entry(i, j).map_or(0.0, |entry| entry.into_value());
/// assert!((value(0, 1) - 2.0 / 6.0_f64).abs() < 1e-9 && (value(1, 2) - 1.0 / 6.0).abs() < 1e-9);
/// # Ok::<(), cairn_tsne::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Affinities {
    offsets: Vec<usize>,
    columns: Vec<u32>,
    values: Vec<f64>,
    perplexity: f64,
    /// Σ p ln p.
    negative_entropy: f64,
}

/// How many neighbours the affinities of `n` rows ask for, and the perplexity that so many can have.
pub(crate) fn neighborhood(perplexity: f64, n: usize) -> (usize, f64) {
    let others = n.saturating_sub(1);
    let most = (others as f64 / 3.0).max(1.0);
    let perplexity = perplexity.min(most);
    (((3.0 * perplexity) as usize).min(others), perplexity)
}

impl Affinities {
    /// Of the rows of `x`, by their exact Euclidean neighbours.
    ///
    /// # Errors
    /// [`Error::TooFewSamples`] of fewer than two rows; x without columns or not finite; [`Error::Parameter`] for a
    /// perplexity below 1; [`Error::Domain`] if a distance overflows.
    pub fn new<F: Float>(x: &DMatrix<F>, perplexity: f64) -> Result<Self> {
        check::training(x)?;
        Self::of_index(&Index::new(x, Algorithm::Auto, Metric::Euclidean)?, x, perplexity)
    }

    /// Of the rows `x` that are in `index`.
    pub(crate) fn of_index<F: Float>(index: &Index<F>, x: &DMatrix<F>, perplexity: f64) -> Result<Self> {
        check::at_least("x", 2, x.nrows())?;
        let (k, perplexity) = neighborhood(perplexity, x.nrows());
        let (indices, distances) = without_self(&index.k_nearest(x, k + 1)?);
        Self::from_neighbors(&indices, &distances, k, perplexity)
    }

    /// Of neighbours that were found elsewhere: `k` for each row, `indices` and `distances` row after row, in any order.
    ///
    /// A perplexity above k / 3 is lowered to that, at least to 1.
    ///
    /// # Errors
    /// [`Error::Parameter`] for a `k` of 0 or a perplexity below 1; [`Error::Shape`] if the lists are not k long for each of
    /// the rows, two at least; [`Error::Domain`] for a neighbour that is no other row or is named twice, or a distance that
    /// is negative or not finite.
    pub fn from_neighbors<F: Float>(indices: &[usize], distances: &[F], k: usize, perplexity: f64) -> Result<Self> {
        check::parameter_at_least("n_neighbors", 1.0, k as f64, "at least 1")?;
        check::parameter_at_least("perplexity", 1.0, perplexity, "a finite number of at least 1")?;
        check::size("distances", "neighbours", indices.len(), distances.len())?;
        let n = indices.len() / k;
        check::size("indices", "neighbours", n * k, indices.len())?;
        check::at_least("indices", 2, n)?;
        let perplexity = perplexity.min((k as f64 / 3.0).max(1.0));
        let rows = |rows: std::ops::Range<usize>| -> Result<Vec<(u32, f64)>> {
            let mut found = Vec::with_capacity(rows.len() * k);
            for row in rows {
                let of_row = row * k..(row + 1) * k;
                found.extend(conditional(row, n, &indices[of_row.clone()], &distances[of_row], perplexity)?);
            }
            Ok(found)
        };
        let mut conditional = Vec::with_capacity(n * k);
        for block in blocks::map(n, ROW_BLOCK, rows) {
            conditional.extend(block?);
        }
        Ok(symmetric(&conditional, n, k, perplexity))
    }

    /// Of a matrix: a graph's weights, or affinities of another kind. They are scaled to sum to 1.
    ///
    /// # Errors
    /// [`Error::Shape`] if it is not square; [`Error::TooFewSamples`] of fewer than two rows; [`Error::NonFinite`];
    /// [`Error::Domain`] for a weight that is negative or not the same both ways, or if all are 0.
    pub fn from_matrix(weights: &CsrMatrix<f64>) -> Result<Self> {
        check::sparse_training(weights)?;
        let n = weights.nrows();
        check::columns("weights", n, weights.ncols())?;
        check::at_least("weights", 2, n)?;
        let refused = |requirement, found, row| Error::Domain { what: "weights", requirement, found, row };
        for (i, j, &w) in weights.triplet_iter() {
            let other = weights.get_entry(j, i).map_or(0.0, |entry| entry.into_value());
            if w < 0.0 {
                return Err(refused("numbers of at least 0", w, Some(i)));
            }
            if other != w {
                return Err(refused("the same number both ways", w, Some(i)));
            }
        }
        let total: f64 = weights.values().iter().sum();
        if !(total > 0.0 && total.is_finite()) {
            return Err(refused("a positive, finite sum", total, None));
        }
        let values = weights.values().iter().map(|w| w / total).collect();
        let columns = weights.col_indices().iter().map(|&j| j as u32).collect();
        Ok(Self::of_parts(weights.row_offsets().to_vec(), columns, values, f64::NAN))
    }

    fn of_parts(offsets: Vec<usize>, columns: Vec<u32>, values: Vec<f64>, perplexity: f64) -> Self {
        let terms = |at: std::ops::Range<usize>| values[at].iter().filter(|p| **p > 0.0).map(|p| p * p.ln()).sum();
        let negative_entropy = blocks::fold(values.len(), 1 << 14, terms, |a: f64, b| a + b).unwrap_or_default();
        let perplexity =
            if perplexity.is_nan() { (-negative_entropy).exp() / (offsets.len() - 1) as f64 } else { perplexity };
        Self { offsets, columns, values, perplexity, negative_entropy }
    }

    /// How many rows there are.
    pub fn n_samples(&self) -> usize {
        self.offsets.len() - 1
    }

    /// How many neighbours a row has in effect: what was asked for, or what so few neighbours can have. Of a matrix, e to
    /// the mean entropy of a row.
    pub fn perplexity(&self) -> f64 {
        self.perplexity
    }

    /// n x n, symmetric, summing to 1.
    ///
    /// # Errors
    /// None that are known: the parts are those of a sparse matrix.
    pub fn to_matrix(&self) -> Result<CsrMatrix<f64>> {
        let n = self.n_samples();
        let columns = self.columns.iter().map(|&j| j as usize).collect();
        CsrMatrix::try_from_csr_data(n, n, self.offsets.clone(), columns, self.values.clone())
            .map_err(|e| Error::Format(e.to_string()))
    }

    /// The neighbours of a row, ascending, and the affinities to them.
    #[inline(always)]
    pub(crate) fn row(&self, row: usize) -> (&[u32], &[f64]) {
        let of_row = self.offsets[row]..self.offsets[row + 1];
        (&self.columns[of_row.clone()], &self.values[of_row])
    }

    pub(crate) fn negative_entropy(&self) -> f64 {
        self.negative_entropy
    }
}

/// Row after row, each without itself: where equal rows have crowded it out, without the last.
fn without_self<F: Float>(found: &Neighbors<F>) -> (Vec<usize>, Vec<F>) {
    let k = found.k() - 1;
    let (mut indices, mut distances) = (Vec::with_capacity(k * found.n_queries()), Vec::new());
    for (row, (near, far)) in found.iter().enumerate() {
        let own = near.iter().position(|&other| other == row).unwrap_or(k);
        let others = (0..=k).filter(|&at| at != own);
        indices.extend(others.clone().map(|at| near[at]));
        distances.extend(others.map(|at| far[at]));
    }
    (indices, distances)
}

/// p(j|i) of a row, by ascending j.
fn conditional<F: Float>(
    row: usize,
    n: usize,
    indices: &[usize],
    distances: &[F],
    perplexity: f64,
) -> Result<Vec<(u32, f64)>> {
    let refused = |what, requirement, found| Error::Domain { what, requirement, found, row: Some(row) };
    if let Some(j) = indices.iter().find(|j| **j >= n || **j == row) {
        return Err(refused("indices", "numbers of other rows", *j as f64));
    }
    let squared: Vec<f64> = distances.iter().map(|d| d.to_f64() * d.to_f64()).collect();
    if let Some(d) = distances.iter().zip(&squared).find(|(d, s)| **d < F::zero() || !s.is_finite()) {
        return Err(refused("distances", "finite squares of numbers of at least 0", d.0.to_f64()));
    }
    let mut values = vec![0.0; squared.len()];
    affinities_of_row(&squared, perplexity.ln(), &mut values);
    let mut found: Vec<(u32, f64)> = indices.iter().map(|&j| j as u32).zip(values).collect();
    found.sort_unstable_by_key(|(j, _)| *j);
    match found.windows(2).find(|pair| pair[0].0 == pair[1].0) {
        None => Ok(found),
        Some(pair) => Err(refused("indices", "each neighbour once", f64::from(pair[0].0))),
    }
}

/// `(C + C') / 2n` of `k` sorted entries a row.
fn symmetric(conditional: &[(u32, f64)], n: usize, k: usize, perplexity: f64) -> Affinities {
    // C' by a counting sort: walking the rows in order leaves its rows sorted too
    let mut starts = vec![0_usize; n + 1];
    conditional.iter().for_each(|(j, _)| starts[*j as usize + 1] += 1);
    (0..n).for_each(|j| starts[j + 1] += starts[j]);
    let (mut next, mut transposed) = (starts.clone(), vec![(0_u32, 0.0); conditional.len()]);
    for (i, row) in conditional.chunks_exact(k).enumerate() {
        for &(j, p) in row {
            transposed[next[j as usize]] = (i as u32, p);
            next[j as usize] += 1;
        }
    }
    let scale = 0.5 / n as f64;
    let merged = blocks::map(n, ROW_BLOCK, |rows| {
        let (mut lengths, mut columns, mut values) = (Vec::with_capacity(rows.len()), Vec::new(), Vec::new());
        for row in rows {
            let before = columns.len();
            merge(&conditional[row * k..(row + 1) * k], &transposed[starts[row]..starts[row + 1]], |j, p| {
                columns.push(j);
                values.push(p * scale);
            });
            lengths.push(columns.len() - before);
        }
        (lengths, columns, values)
    });
    let (mut offsets, mut columns, mut values) = (vec![0], Vec::new(), Vec::new());
    for (lengths, block_columns, block_values) in merged {
        lengths.iter().for_each(|length| offsets.push(offsets[offsets.len() - 1] + length));
        columns.extend(block_columns);
        values.extend(block_values);
    }
    Affinities::of_parts(offsets, columns, values, perplexity)
}

/// The sums of two sorted rows, in order.
fn merge(a: &[(u32, f64)], b: &[(u32, f64)], mut put: impl FnMut(u32, f64)) {
    let (mut a, mut b) = (a.iter().peekable(), b.iter().peekable());
    loop {
        match (a.peek().copied(), b.peek().copied()) {
            (Some(&(i, p)), Some(&(j, q))) => {
                put(
                    i.min(j),
                    if i == j {
                        p + q
                    } else if i < j {
                        p
                    } else {
                        q
                    },
                );
                if i <= j {
                    a.next();
                }
                if j <= i {
                    b.next();
                }
            }
            (Some(&(i, p)), None) | (None, Some(&(i, p))) => {
                put(i, p);
                a.next();
                b.next();
            }
            (None, None) => return,
        }
    }
}
