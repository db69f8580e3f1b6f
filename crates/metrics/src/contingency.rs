//! The table of known classes against found clusters.

use crate::input;
use cairn_traits::{DMatrix, Result};
use serde::{Serialize, Serializer};

/// How many samples each class and each cluster share: rows are classes, columns clusters.
///
/// Unlike a [`ConfusionMatrix`](crate::ConfusionMatrix) the two sides have labels of their own: cluster 3 has nothing
/// to do with class 3. As JSON: `{"classes": [...], "clusters": [...], "counts": [[...], ...]}`, a list a class.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ContingencyMatrix {
    classes: Vec<usize>,
    clusters: Vec<usize>,
    #[serde(serialize_with = "rows_of_counts")]
    counts: DMatrix<usize>,
}

/// Writes a table of counts as a list of rows.
pub(crate) fn rows_of_counts<S: Serializer>(counts: &DMatrix<usize>, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_seq(counts.row_iter().map(|row| row.iter().copied().collect::<Vec<_>>()))
}

/// Counts how many samples each class and each cluster share.
///
/// # Shapes
/// As many rows as there are distinct labels in `y_true`, as many columns as in `y_pred`.
///
/// # Errors
/// [`cairn_traits::Error::TooFewSamples`], [`cairn_traits::Error::Shape`].
///
/// # Complexity
/// n log n time; the table is dense.
///
/// # Examples
/// ```
/// let table = cairn_metrics::contingency_matrix(&[0, 0, 1, 1], &[7, 7, 7, 2])?;
/// assert_eq!((table.classes(), table.clusters()), (&[0, 1][..], &[2, 7][..]));
/// assert_eq!(table.counts(), &cairn_traits::DMatrix::from_row_slice(2, 2, &[0, 2, 1, 1]));
/// # Ok::<(), cairn_traits::Error>(())
/// ```
pub fn contingency_matrix(y_true: &[usize], y_pred: &[usize]) -> Result<ContingencyMatrix> {
    let shared = Shared::new(y_true, y_pred)?;
    let mut counts = DMatrix::zeros(shared.classes.len(), shared.clusters.len());
    shared.cells.iter().for_each(|cell| counts[(cell.class, cell.cluster)] = cell.count);
    let (classes, _) = distinct(y_true);
    let (clusters, _) = distinct(y_pred);
    Ok(ContingencyMatrix { classes, clusters, counts })
}

impl ContingencyMatrix {
    /// The labels of the rows, ascending.
    pub fn classes(&self) -> &[usize] {
        &self.classes
    }

    /// The labels of the columns, ascending.
    pub fn clusters(&self) -> &[usize] {
        &self.clusters
    }

    /// The counts.
    pub fn counts(&self) -> &DMatrix<usize> {
        &self.counts
    }
}

/// The table without its zeros, so that very many small clusters cost no more than the samples do.
#[derive(Debug)]
pub(crate) struct Shared {
    /// Samples.
    pub(crate) n: usize,
    /// The size of each class.
    pub(crate) classes: Vec<usize>,
    /// The size of each cluster.
    pub(crate) clusters: Vec<usize>,
    pub(crate) cells: Vec<Cell>,
}

/// Samples that a class and a cluster share; at least one.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Cell {
    pub(crate) class: usize,
    pub(crate) cluster: usize,
    pub(crate) count: usize,
}

impl Shared {
    pub(crate) fn new(y_true: &[usize], y_pred: &[usize]) -> Result<Self> {
        input::lengths(y_true.len(), y_pred.len())?;
        let ((classes, of_class), (clusters, of_cluster)) = (distinct(y_true), distinct(y_pred));
        let mut pairs: Vec<(usize, usize)> = of_class.into_iter().zip(of_cluster).collect();
        pairs.sort_unstable();
        let mut shared = Self {
            n: pairs.len(),
            classes: vec![0; classes.len()],
            clusters: vec![0; clusters.len()],
            cells: Vec::new(),
        };
        for same in pairs.chunk_by(|a, b| a == b) {
            let ((class, cluster), count) = (same[0], same.len());
            shared.classes[class] += count;
            shared.clusters[cluster] += count;
            shared.cells.push(Cell { class, cluster, count });
        }
        Ok(shared)
    }

    /// Whether classes and clusters are the same groups of samples, whatever their names.
    pub(crate) fn is_same_partition(&self) -> bool {
        self.cells.len() == self.classes.len() && self.cells.len() == self.clusters.len()
    }
}

/// The distinct labels, ascending, and the place of each sample's label among them.
pub(crate) fn distinct(labels: &[usize]) -> (Vec<usize>, Vec<usize>) {
    let mut names = labels.to_vec();
    names.sort_unstable();
    names.dedup();
    // every label is in the list it was made from: the place where it would be inserted is its own
    let places = labels.iter().map(|label| names.partition_point(|name| name < label)).collect();
    (names, places)
}

#[cfg(test)]
mod tests {
    use super::*;
    use cairn_traits::Error;

    #[test]
    fn zeros_are_not_kept_and_sizes_add_up() {
        let shared = Shared::new(&[5, 5, 9, 9, 9], &[0, 1, 1, 1, 1]).unwrap();
        assert_eq!((shared.classes.as_slice(), shared.clusters.as_slice()), (&[2, 3][..], &[1, 4][..]));
        assert_eq!(shared.cells.iter().map(|cell| cell.count).collect::<Vec<_>>(), [1, 1, 3]);
        assert!(!shared.is_same_partition());
        assert!(Shared::new(&[5, 9, 5], &[2, 1, 2]).unwrap().is_same_partition());
    }

    #[test]
    fn the_table_is_written_row_by_row() {
        let table = contingency_matrix(&[0, 0, 1], &[4, 6, 6]).unwrap();
        let text = serde_json::to_string(&table).unwrap();
        assert_eq!(text, r#"{"classes":[0,1],"clusters":[4,6],"counts":[[1,1],[0,1]]}"#);
    }

    #[test]
    fn lengths_must_agree_and_not_be_zero() {
        assert!(matches!(contingency_matrix(&[], &[]), Err(Error::TooFewSamples { .. })));
        assert!(matches!(contingency_matrix(&[1], &[1, 2]), Err(Error::Shape { what: "y_pred", .. })));
    }
}
