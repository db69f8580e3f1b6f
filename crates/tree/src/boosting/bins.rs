//! Values as bins: at most 255 a feature, so that one byte holds a value.

use crate::columns::between;
use cairn_numeric::{stream, vectorised};
use cairn_traits::{DMatrix, Error, Float, Result};
use rand::{rngs::ChaCha8Rng, seq::SliceRandom};
use rayon::prelude::*;
use serde::{Deserialize, Serialize};

/// The bin of a missing value, and of a category that training did not see.
pub(crate) const MISSING: u8 = 0;
/// As many bins as a byte tells apart, one of them for what is missing.
pub(crate) const BINS: usize = 256;
/// Features whose bins stand together: four bytes a row.
pub(crate) const LANES: usize = 4;
/// Edges are sought among so many rows at most.
const ENOUGH: usize = 50_000;
/// Rows for one task.
const ROWS: usize = 4096;

/// How one feature's values become bins 1, 2, ...
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(bound = "", rename_all = "kebab-case")]
pub(crate) enum FeatureBins<F: Float> {
    /// Between each two bins stands an edge; a value equal to it belongs below.
    Numbers(Vec<F>),
    /// One bin for each category, ascending.
    Categories(Vec<u64>),
}

impl<F: Float> FeatureBins<F> {
    /// Bins besides that of missing values.
    pub(crate) fn n_bins(&self) -> usize {
        match self {
            Self::Numbers(edges) => edges.len() + 1,
            Self::Categories(categories) => categories.len(),
        }
    }

    /// The bins of `values`, each put where `put` says.
    pub(crate) fn bins(&self, values: &[F], mut put: impl FnMut(usize, u8)) {
        match self {
            Self::Numbers(edges) => Search::new(edges).bins(values, put),
            Self::Categories(categories) => {
                for (at, &value) in values.iter().enumerate() {
                    let place = category(value).and_then(|category| categories.binary_search(&category).ok());
                    put(at, place.map_or(MISSING, |place| 1 + place as u8));
                }
            }
        }
    }

    /// The greatest value of bin `bin`.
    pub(crate) fn edge(&self, bin: u8) -> Option<F> {
        match self {
            Self::Numbers(edges) => edges.get(usize::from(bin).checked_sub(1)?).copied(),
            Self::Categories(_) => None,
        }
    }

    pub(crate) fn check(&self) -> Result<()> {
        let sound = match self {
            Self::Numbers(edges) => {
                edges.len() < BINS - 1 && edges.iter().all(|e| e.is_finite()) && edges.is_sorted_by(|a, b| a < b)
            }
            Self::Categories(categories) => categories.len() < BINS && categories.is_sorted_by(|a, b| a < b),
        };
        if sound { Ok(()) } else { Err(Error::Format("bins: expected at most 255, ascending".into())) }
    }
}

/// Edges laid out for a search without branches, so that many searches go on at once: behind the last one there is
/// infinity up to the next power of two.
struct Search<F> {
    edges: [F; BINS],
    /// Half of that power of two; 0 without edges.
    half: usize,
}

impl<F: Float> Search<F> {
    fn new(edges: &[F]) -> Self {
        let mut padded = [F::of(f64::INFINITY); BINS];
        padded.iter_mut().zip(edges).for_each(|(place, &edge)| *place = edge);
        Self { edges: padded, half: (edges.len() + 1).next_power_of_two() / 2 }
    }

    /// Each value's bin: 1 more than there are edges below it.
    fn bins(&self, values: &[F], mut put: impl FnMut(usize, u8)) {
        for (block, values) in values.chunks(ABREAST).enumerate() {
            let mut some = [F::zero(); ABREAST];
            some.iter_mut().zip(values).for_each(|(place, &value)| *place = value);
            let below = count_below(&self.edges, self.half, &some);
            for (at, (&below, value)) in below.iter().zip(values).enumerate() {
                put(block * ABREAST + at, if value.is_finite() { 1 + below as u8 } else { MISSING });
            }
        }
    }
}

/// Values searched side by side.
const ABREAST: usize = 32;

vectorised! {
    /// How many edges are below each value, by halves.
    fn count_below['a; F: Float](edges: &'a [F; BINS], half: usize, values: &'a [F; ABREAST]) -> [u32; ABREAST] {
        let mut below = [0_u32; ABREAST];
        let mut step = half as u32;
        while step > 0 {
            for (below, &value) in below.iter_mut().zip(values) {
                let edge = edges[(*below + step - 1) as usize % BINS];
                *below += if edge < value { step } else { 0 };
            }
            step /= 2;
        }
        below
    }
}

/// A whole number of at least 0 that a float can hold exactly, as a category.
fn category<F: Float>(value: F) -> Option<u64> {
    let number = value.to_f64();
    ((0.0..9e15).contains(&number) && number.fract() == 0.0).then_some(number as u64)
}

/// The rows of `x` in `rows` as bins.
pub(crate) struct Binned {
    /// Four features a block: a row's bins of them.
    pub(crate) blocks: Vec<Vec<[u8; LANES]>>,
    pub(crate) n_rows: usize,
}

/// What is to become of the columns.
pub(crate) struct Plan<'a> {
    pub(crate) max_bins: usize,
    pub(crate) categorical: &'a [usize],
    pub(crate) seed: u64,
}

/// `n_drawn` of 0..n, without replacement.
pub(crate) fn draw(rng: &mut ChaCha8Rng, n: usize, n_drawn: usize) -> Vec<usize> {
    let mut all: Vec<usize> = (0..n).collect();
    all.partial_shuffle(rng, n_drawn).0.to_vec()
}

/// The bins of each feature, from the `rows` of `x`.
///
/// # Errors
/// [`Error::Domain`] for a category that is not a whole number of at least 0.
pub(crate) fn learn<F: Float>(x: &DMatrix<F>, rows: &[usize], plan: &Plan<'_>) -> Result<Vec<FeatureBins<F>>> {
    let drawn: Vec<usize>;
    let seen = if rows.len() > ENOUGH {
        let mut rng = stream(plan.seed, u64::MAX);
        drawn = draw(&mut rng, rows.len(), ENOUGH).into_iter().filter_map(|at| rows.get(at).copied()).collect();
        &drawn
    } else {
        rows
    };
    let of = |feature: usize| {
        let column = x.column(feature);
        if plan.categorical.contains(&feature) {
            return categories(rows.iter().map(|&row| (row, column[row])), plan.max_bins);
        }
        let mut values: Vec<F> = seen.iter().map(|&row| column[row]).filter(|v| v.is_finite()).collect();
        values.sort_unstable_by(F::order);
        Ok(FeatureBins::Numbers(edges(&values, plan.max_bins)))
    };
    let features: Vec<Result<FeatureBins<F>>> = (0..x.ncols()).into_par_iter().map(of).collect();
    features.into_iter().collect()
}

/// Edges between ascending `values`: each distinct value a bin of its own if there are few, else bins of about equal
/// counts, where a value that fills its share alone has a bin alone.
fn edges<F: Float>(values: &[F], max_bins: usize) -> Vec<F> {
    let mut edges = Vec::new();
    let steps = || values.iter().zip(values.iter().skip(1)).enumerate().filter(|(_, (a, b))| a < b);
    if steps().count() < max_bins {
        edges.extend(steps().map(|(_, (&a, &b))| between(a, b)));
        return edges;
    }
    let mut start = 0;
    for (last, (&a, &b)) in steps() {
        let (open, left) = (max_bins - edges.len(), values.len() - start);
        if open == 1 {
            break;
        }
        // full: what is left makes at most as many bins of this size as are open
        if (last + 1 - start) * open >= left {
            edges.push(between(a, b));
            start = last + 1;
        }
    }
    edges
}

/// The most frequent categories, ties to the lower one.
fn categories<F: Float>(values: impl Iterator<Item = (usize, F)>, max_bins: usize) -> Result<FeatureBins<F>> {
    let mut all = Vec::new();
    for (row, value) in values.filter(|(_, v)| v.is_finite()) {
        let requirement = "categories as whole numbers of at least 0";
        let (found, row) = (value.to_f64(), Some(row));
        all.push(category(value).ok_or(Error::Domain { what: "x", requirement, found, row })?);
    }
    all.sort_unstable();
    let mut counted: Vec<(usize, u64)> = all.chunk_by(|a, b| a == b).map(|run| (run.len(), run[0])).collect();
    counted.sort_by(|a, b| b.0.cmp(&a.0).then(a.1.cmp(&b.1)));
    counted.truncate(max_bins);
    let mut kept: Vec<u64> = counted.into_iter().map(|(_, category)| category).collect();
    kept.sort_unstable();
    Ok(FeatureBins::Categories(kept))
}

/// All `rows` of `x` as bins, in the order of `rows`.
pub(crate) fn binned<F: Float>(x: &DMatrix<F>, rows: &[usize], features: &[FeatureBins<F>]) -> Binned {
    let columns: Vec<&[F]> = x.as_slice().chunks_exact(x.nrows().max(1)).collect();
    let of = |(first, group): (usize, &[FeatureBins<F>])| {
        let mut bins = vec![[MISSING; LANES]; rows.len()];
        bins.par_chunks_mut(ROWS).zip(rows.par_chunks(ROWS)).for_each(|(bins, rows)| {
            let mut values = vec![F::zero(); rows.len()];
            for (lane, feature) in group.iter().enumerate() {
                let column = columns.get(first * LANES + lane).copied().unwrap_or(&[]);
                for (value, &row) in values.iter_mut().zip(rows) {
                    *value = column.get(row).copied().unwrap_or_default();
                }
                feature.bins(&values, |row, bin| bins[row][lane] = bin);
            }
        });
        bins
    };
    let groups: Vec<(usize, &[FeatureBins<F>])> = features.chunks(LANES).enumerate().collect();
    Binned { blocks: groups.into_par_iter().map(of).collect(), n_rows: rows.len() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use cairn_traits::rows;

    #[test]
    fn few_values_have_a_bin_each_and_many_share_them_evenly() {
        assert_eq!(edges(&[1.0, 1.0, 2.0, 4.0], 255), [1.5, 3.0]);
        let values: Vec<f64> = (0..1000).map(f64::from).collect();
        // 4 bins of 250
        assert_eq!(edges(&values, 4), [249.5, 499.5, 749.5]);
    }

    #[test]
    fn a_frequent_value_leaves_the_other_bins_to_the_rest() {
        let mut values = vec![0.0; 900];
        values.extend((1..=99).map(f64::from));
        // 0 alone, then 99 values in 3 bins of 33
        assert_eq!(edges(&values, 4), [0.5, 33.5, 66.5]);
    }

    #[test]
    fn a_value_on_an_edge_belongs_below_and_nan_is_missing() {
        let of = |bins: &FeatureBins<f64>, value| {
            let mut found = MISSING;
            bins.bins(&[value], |_, bin| found = bin);
            found
        };
        let bins = FeatureBins::Numbers(vec![1.5, 3.0]);
        assert_eq!([1.5, 1.6, 3.0, 9.0, f64::NAN].map(|v| of(&bins, v)), [1, 2, 2, 3, MISSING]);
        let bins = FeatureBins::Categories(vec![2, 7]);
        assert_eq!([2.0, 7.0, 3.0, 2.5, -1.0].map(|v| of(&bins, v)), [1, 2, MISSING, MISSING, MISSING]);
    }

    #[test]
    fn the_search_counts_the_edges_below() {
        for n in [0, 1, 2, 3, 7, 8, 100, 127, 128, 254] {
            let edges: Vec<f64> = (0..n).map(f64::from).collect();
            let search = Search::new(&edges);
            let values: Vec<f64> = (-1..520).map(|i| f64::from(i) / 2.0).chain([1e300, f64::MIN]).collect();
            search.bins(&values, |at, bin| {
                let plain = 1 + edges.partition_point(|&edge| edge < values[at]);
                assert_eq!(usize::from(bin), plain, "{n} edges, {}", values[at]);
            });
        }
    }

    #[test]
    fn rare_categories_beyond_the_bins_count_as_missing() {
        let x = rows(&[[5.0], [5.0], [1.0], [9.0], [9.0]]);
        let plan = Plan { max_bins: 2, categorical: &[0], seed: 0 };
        let bins = learn(&x, &[0, 1, 2, 3, 4], &plan).unwrap();
        assert_eq!(bins, [FeatureBins::Categories(vec![5, 9])]);
        assert_eq!(binned(&x, &[2, 3], &bins).blocks, [[[0, 0, 0, 0], [2, 0, 0, 0]]]);
    }
}
