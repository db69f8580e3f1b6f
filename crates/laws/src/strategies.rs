//! Data as it comes, drawn: plain, and awkward in one way at a time.
//!
//! Rows are drawn one by one with everything that belongs to them, so that shrinking takes whole rows away; numbers are
//! small multiples of 1/8, so that what is left can be read.

use cairn_traits::{DMatrix, DVector};
use proptest::{collection::vec, prelude::*, sample::select};
use std::{fmt, ops::RangeInclusive};

/// The shape of a design matrix, and what is awkward about it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Design {
    /// Multiples of 1/8 from -8 to 8; equal rows and equal distances happen.
    Plain,
    /// Five decimals from -10 to 10, and no two distances between rows alike.
    Generic,
    /// The last of several columns is the sum of the others.
    Collinear,
    /// The last column is 5 throughout.
    Constant,
    /// Every second row is the one before again, with a target or label of its own.
    DuplicateRows,
    /// Fewer rows than columns.
    Wide,
    /// One row.
    OneRow,
    /// Columns of sizes from 1e-8 to 1e8.
    Scales,
    /// Plain, and 1e6 away from 0: squares lose half their digits.
    Offset,
}

impl Design {
    /// Everything there is.
    pub const ALL: &'static [Self] = &[
        Self::Plain,
        Self::Generic,
        Self::Collinear,
        Self::Constant,
        Self::DuplicateRows,
        Self::Wide,
        Self::OneRow,
        Self::Scales,
        Self::Offset,
    ];

    /// Without columns of very different size: there a tolerance relative to the largest is not fair to the smallest,
    /// and sums of squares square the ratio.
    pub const ONE_SCALE: &'static [Self] = &[
        Self::Plain,
        Self::Generic,
        Self::Collinear,
        Self::Constant,
        Self::DuplicateRows,
        Self::Wide,
        Self::OneRow,
        Self::Offset,
    ];

    /// From drawn integers of up to a million, a row of x each.
    fn matrix(self, drawn: &[Drawn], n_features: usize) -> DMatrix<f64> {
        const SCALES: [f64; MOST_COLUMNS] = [1e-8, 1e8, 1.0, 1e4, 1e-4];
        let plain = |i: usize, j: usize| f64::from(drawn[i].x[j] / 15_625) / 8.0;
        let (n, p) = (drawn.len(), n_features);
        DMatrix::from_fn(n, p, |i, j| match self {
            Self::Generic => f64::from(drawn[i].x[j]) / 1e5,
            Self::Collinear if j + 1 == p && p > 1 => (0..j).map(|j| plain(i, j)).sum(),
            Self::Constant if j + 1 == p => 5.0,
            Self::DuplicateRows => plain(i - i % 2, j),
            Self::Scales => plain(i, j) * SCALES[j],
            Self::Offset => plain(i, j) + 1e6,
            _ => plain(i, j),
        })
    }

    fn n_rows(self, drawn: usize, n_features: usize) -> usize {
        match self {
            Self::Wide => drawn.min(n_features.saturating_sub(1)).max(1),
            Self::OneRow => 1,
            _ => drawn,
        }
    }
}

const MOST_COLUMNS: usize = 5;
const MOST_OUTPUTS: usize = 3;

/// A row with all that belongs to it.
#[derive(Clone, Debug)]
struct Drawn {
    x: [i32; MOST_COLUMNS],
    y: [i32; MOST_OUTPUTS],
    label: usize,
    weight: u32,
    key: u8,
    left_out: bool,
}

/// What laws do with the rows of a case, drawn with it; each shrinks to the trivial, which is not shown.
#[derive(Clone, PartialEq, Eq)]
pub struct Draws {
    /// An integer weight a row, zeros among them, but not all.
    pub weights: Vec<u32>,
    /// A permutation of the rows.
    pub order: Vec<usize>,
    /// Some of the rows, ascending, at least one.
    pub subset: Vec<usize>,
}

impl Draws {
    fn new(drawn: &[Drawn]) -> Self {
        let n = drawn.len();
        let mut weights: Vec<u32> = drawn.iter().map(|row| row.weight).collect();
        if weights.iter().all(|&weight| weight == 0) {
            weights[0] = 1;
        }
        let mut order: Vec<usize> = (0..n).collect();
        order.sort_by_key(|&row| drawn[row].key);
        let mut subset: Vec<usize> = (0..n).filter(|&row| !drawn[row].left_out).collect();
        if subset.is_empty() {
            subset.push(0);
        }
        Self { weights, order, subset }
    }

    /// The weights as fitting takes them.
    pub fn weights(&self) -> Vec<f64> {
        self.weights.iter().map(|&weight| f64::from(weight)).collect()
    }
}

impl fmt::Debug for Draws {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.weights.iter().any(|&weight| weight != 1) {
            write!(f, "\nweights = {:?}", self.weights)?;
        }
        if !self.order.is_sorted() {
            write!(f, "\norder = {:?}", self.order)?;
        }
        if self.subset.len() < self.order.len() {
            write!(f, "\nsubset = {:?}", self.subset)?;
        }
        Ok(())
    }
}

/// Rows and numbers that belong to them.
#[derive(Clone, PartialEq)]
pub struct Regression {
    /// n_samples x n_features.
    pub x: DMatrix<f64>,
    /// One output.
    pub y: DVector<f64>,
    /// Three outputs, `y` the first of them.
    pub outputs: DMatrix<f64>,
    /// Weights, an order, a subset.
    pub draws: Draws,
}

/// Rows and labels, of two classes at least, with gaps between their numbers.
#[derive(Clone, PartialEq)]
pub struct Classification {
    /// n_samples x n_features.
    pub x: DMatrix<f64>,
    /// A label a row.
    pub y: Vec<usize>,
    /// Weights, an order, a subset.
    pub draws: Draws,
}

/// Rows and nothing that belongs to them.
#[derive(Clone, PartialEq)]
pub struct Unlabelled {
    /// n_samples x n_features.
    pub x: DMatrix<f64>,
    /// Weights, an order, a subset.
    pub draws: Draws,
}

/// Shows the first rows of a long case, all of a short one.
fn show(f: &mut fmt::Formatter<'_>, x: &DMatrix<f64>, y: Option<&dyn fmt::Debug>, draws: &Draws) -> fmt::Result {
    if x.nrows() > 100 {
        return write!(f, "{} x {} numbers, too many to show", x.nrows(), x.ncols());
    }
    let rows: Vec<Vec<f64>> = x.row_iter().map(|row| row.iter().copied().collect()).collect();
    write!(f, "x = {rows:?}")?;
    y.map_or(Ok(()), |y| write!(f, "\ny = {y:?}"))?;
    write!(f, "{draws:?}")
}

impl fmt::Debug for Regression {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        show(f, &self.x, Some(&self.y.as_slice()), &self.draws)
    }
}

impl fmt::Debug for Classification {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        show(f, &self.x, Some(&self.y), &self.draws)
    }
}

impl fmt::Debug for Unlabelled {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        show(f, &self.x, None, &self.draws)
    }
}

fn drawn(n_rows: RangeInclusive<usize>) -> impl Strategy<Value = Vec<Drawn>> {
    let number = || -1_000_000..=1_000_000;
    let weight = prop_oneof![2 => Just(1_u32), 1 => Just(0), 2 => 2..=4_u32];
    let row = ([number(), number(), number(), number(), number()], [number(), number(), number()], 0..4_usize);
    let row = (row, (weight, any::<u8>(), any::<bool>()));
    vec(row.prop_map(|((x, y, label), (weight, key, left_out))| Drawn { x, y, label, weight, key, left_out }), n_rows)
}

/// Rows, their design matrix and the design.
fn designed(
    designs: &[Design],
    n_rows: RangeInclusive<usize>,
) -> impl Strategy<Value = (Vec<Drawn>, DMatrix<f64>)> + use<> {
    (select(designs.to_vec()), 1..=MOST_COLUMNS, drawn(n_rows))
        .prop_map(|(design, p, mut drawn)| {
            drawn.truncate(design.n_rows(drawn.len(), p));
            let x = design.matrix(&drawn, p);
            (design, drawn, x)
        })
        .prop_filter("two distances are alike", |(design, _, x)| *design != Design::Generic || distances_differ(x))
        .prop_map(|(_, drawn, x)| (drawn, x))
}

/// Whether no two pairs of rows are equally far apart: then no answer depends on how ties are broken.
fn distances_differ(x: &DMatrix<f64>) -> bool {
    let pairs = (0..x.nrows()).flat_map(|i| (0..i).map(move |j| (i, j)));
    let mut distances: Vec<f64> = pairs.map(|(i, j)| (x.row(i) - x.row(j)).norm()).collect();
    distances.push(0.0);
    distances.sort_by(f64::total_cmp);
    distances.windows(2).all(|two| two[1] - two[0] > 1e-9 * two[1])
}

/// Design matrices of these kinds, with so many rows (before [`Design::Wide`] and [`Design::OneRow`] take some away).
pub fn designs(designs: &[Design], n_rows: RangeInclusive<usize>) -> impl Strategy<Value = DMatrix<f64>> + use<> {
    designed(designs, n_rows).prop_map(|(_, x)| x)
}

/// Regression problems on designs of these kinds.
pub fn regressions(designs: &[Design], n_rows: RangeInclusive<usize>) -> impl Strategy<Value = Regression> + use<> {
    designed(designs, n_rows).prop_map(|(drawn, x)| {
        let outputs = DMatrix::from_fn(drawn.len(), MOST_OUTPUTS, |i, j| f64::from(drawn[i].y[j] / 15_625) / 8.0);
        Regression { x, y: outputs.column(0).into_owned(), outputs, draws: Draws::new(&drawn) }
    })
}

/// Rows alone, of designs of these kinds.
pub fn unlabelled(designs: &[Design], n_rows: RangeInclusive<usize>) -> impl Strategy<Value = Unlabelled> + use<> {
    designed(designs, n_rows).prop_map(|(drawn, x)| Unlabelled { x, draws: Draws::new(&drawn) })
}

/// Classification problems on designs of these kinds: two to four classes, each of them seen.
pub fn classifications(
    designs: &[Design],
    n_rows: RangeInclusive<usize>,
) -> impl Strategy<Value = Classification> + use<> {
    const LABELS: [usize; 4] = [2, 3, 7, 11];
    let n_rows = *n_rows.start().max(&2)..=*n_rows.end();
    designed(designs, n_rows).prop_filter_map("one class only", |(drawn, x)| {
        let y: Vec<usize> = drawn.iter().map(|row| LABELS[row.label]).collect();
        let several = y.iter().any(|&label| label != y[0]);
        several.then(|| Classification { x, draws: Draws::new(&drawn), y })
    })
}

/// Enough rows that parallel code is parallel, the target a sum of columns and noise.
pub(crate) fn large() -> impl Strategy<Value = Regression> {
    (500..=3000_usize, 2..=8_usize, any::<u32>()).prop_map(|(n, p, seed)| {
        let mut state = u64::from(seed);
        let mut uniform = || {
            // splitmix64: Steele, Lea and Flood (2014)
            state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
            let mut z = state;
            z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
            z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
            ((z ^ (z >> 31)) >> 11) as f64 / (1_u64 << 53) as f64 - 0.5
        };
        let x = DMatrix::from_fn(n, p, |_, _| uniform());
        let outputs = DMatrix::from_fn(n, MOST_OUTPUTS, |i, j| x.row(i).sum() + x[(i, j % p)] + uniform() / 8.0);
        let draws = Draws { weights: vec![1; n], order: (0..n).collect(), subset: (0..n).collect() };
        Regression { x, y: outputs.column(0).into_owned(), outputs, draws }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_case_is_shown_as_it_is_written_in_code() {
        let case = Classification {
            x: cairn_traits::rows(&[[1.0, 0.125], [2.0, -3.0]]),
            y: vec![2, 7],
            draws: Draws { weights: vec![1, 0], order: vec![0, 1], subset: vec![0, 1] },
        };
        assert_eq!(format!("{case:?}"), "x = [[1.0, 0.125], [2.0, -3.0]]\ny = [2, 7]\nweights = [1, 0]");
    }

    #[test]
    fn general_position_has_neither_equal_rows_nor_equal_distances() {
        assert!(distances_differ(&cairn_traits::rows(&[[0.0], [1.0], [3.0]])));
        assert!(!distances_differ(&cairn_traits::rows(&[[0.0], [1.0], [2.0]])));
        assert!(!distances_differ(&cairn_traits::rows(&[[0.0], [0.0]])));
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(64) })]
        #[test]
        fn every_case_holds_together(case in classifications(Design::ALL, 1..=30)) {
            let n = case.x.nrows();
            prop_assert!(n >= 2 && case.y.len() == n && case.draws.weights.iter().any(|&w| w > 0));
            let mut order = case.draws.order.clone();
            order.sort_unstable();
            prop_assert_eq!(order, (0..n).collect::<Vec<_>>());
            prop_assert!(!case.draws.subset.is_empty() && case.draws.subset.iter().all(|&row| row < n));
        }

        #[test]
        fn collinear_columns_add_up_exactly(x in designs(&[Design::Collinear], 2..=30)) {
            let p = x.ncols();
            prop_assert!(p == 1 || x.columns(0, p - 1).column_sum() == x.column(p - 1));
        }

        #[test]
        fn wide_data_has_fewer_rows_than_columns(x in designs(&[Design::Wide], 1..=30)) {
            prop_assert!(x.nrows() < x.ncols().max(2));
        }
    }
}
