//! Neighbours without any target.

use crate::{radius::check_radius, search::search_setters, weights::validate};
use cairn_neighbors::{Algorithm, Index, Metric, Neighbors, RadiusNeighbors};
use cairn_traits::{CsrMatrix, DMatrix, Error, Fit, Float, Hyperparameters, Persist, Result, check};
use serde::{Deserialize, Serialize};

/// The search for neighbours by itself: what is near, and how near.
///
/// # Examples
/// ```
/// use cairn_knn::{Fit, Metric, NearestNeighbors, rows};
/// let x = rows(&[[0.0, 0.0], [3.0, 4.0], [0.0, 1.0]]);
/// let model = NearestNeighbors::new(2).metric(Metric::Manhattan).fit(&x, &())?;
/// let found = model.neighbors(&rows(&[[0.0, 0.0]]))?;
/// assert_eq!((found.indices(0), found.distances(0)), (&[0, 2][..], &[0.0, 1.0][..]));
/// // as a graph: row 0 of the query is joined to rows 0 and 2
/// let graph = model.graph(&rows(&[[0.0, 0.0]]))?;
/// assert_eq!((graph.nrows(), graph.ncols(), graph.col_indices()), (1, 3, &[0, 2][..]));
/// # Ok::<(), cairn_knn::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct NearestNeighbors {
    n_neighbors: usize,
    radius: f64,
    algorithm: Algorithm,
    metric: Metric,
}

impl NearestNeighbors {
    /// `n_neighbors` of each row; a radius of 1 where all within it are asked for.
    pub fn new(n_neighbors: usize) -> Self {
        Self { n_neighbors, radius: 1.0, algorithm: Algorithm::Auto, metric: Metric::Euclidean }
    }

    /// How many neighbours: at least 1, at most the rows.
    #[must_use]
    pub fn n_neighbors(mut self, n_neighbors: usize) -> Self {
        self.n_neighbors = n_neighbors;
        self
    }

    /// How far those of [`NearestNeighborsModel::radius_neighbors`] may be: a finite number of at least 0.
    #[must_use]
    pub fn radius(mut self, radius: f64) -> Self {
        self.radius = radius;
        self
    }

    search_setters!();
}

impl Default for NearestNeighbors {
    /// Five neighbours, as in scikit-learn.
    fn default() -> Self {
        Self::new(5)
    }
}

impl Hyperparameters for NearestNeighbors {
    fn validate(&self) -> Result<()> {
        self.metric.validate()?;
        check_radius(self.radius)?;
        validate(self.n_neighbors)
    }
}

impl<F: Float> Fit<DMatrix<F>> for NearestNeighbors {
    type Model = NearestNeighborsModel<F>;

    fn fit(&self, x: &DMatrix<F>, (): &()) -> Result<Self::Model> {
        self.validate()?;
        let index = Index::new(x, self.algorithm, self.metric)?;
        check::at_least("x", self.n_neighbors, x.nrows())?;
        Ok(NearestNeighborsModel { index, n_neighbors: self.n_neighbors, radius: F::of(self.radius) })
    }
}

/// What [`NearestNeighbors`] fits: the rows, ready to be searched.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(bound = "")]
pub struct NearestNeighborsModel<F: Float> {
    index: Index<F>,
    n_neighbors: usize,
    radius: F,
}

impl<F: Float> NearestNeighborsModel<F> {
    /// The `n_neighbors` rows nearest to each row of `x`, nearest first; a row that is one of them finds itself too.
    ///
    /// # Errors
    /// Those of [`Index::k_nearest`].
    pub fn neighbors(&self, x: &DMatrix<F>) -> Result<Neighbors<F>> {
        self.index.k_nearest(x, self.n_neighbors)
    }

    /// All rows within the radius of each row of `x`, nearest first.
    ///
    /// # Errors
    /// Those of [`Index::within`].
    pub fn radius_neighbors(&self, x: &DMatrix<F>) -> Result<RadiusNeighbors<F>> {
        self.index.within(x, self.radius)
    }

    /// [`Self::neighbors`] as a sparse matrix of distances, n_queries x n_points.
    ///
    /// # Errors
    /// Those of [`Index::k_nearest`].
    pub fn graph(&self, x: &DMatrix<F>) -> Result<CsrMatrix<F>> {
        graph(self.neighbors(x)?.iter(), self.index.n_points())
    }

    /// [`Self::radius_neighbors`] as a sparse matrix of distances, n_queries x n_points.
    ///
    /// # Errors
    /// Those of [`Index::within`].
    pub fn radius_graph(&self, x: &DMatrix<F>) -> Result<CsrMatrix<F>> {
        graph(self.radius_neighbors(x)?.iter(), self.index.n_points())
    }
}

/// Distances, 0 too, in the order of columns.
fn graph<'a, F: Float>(
    neighbors: impl ExactSizeIterator<Item = (&'a [usize], &'a [F])>,
    n_points: usize,
) -> Result<CsrMatrix<F>> {
    let n_queries = neighbors.len();
    let (mut offsets, mut columns, mut values) = (vec![0], Vec::new(), Vec::new());
    for (indices, distances) in neighbors {
        let mut entries: Vec<(usize, F)> = indices.iter().copied().zip(distances.iter().copied()).collect();
        entries.sort_unstable_by_key(|(column, _)| *column);
        columns.extend(entries.iter().map(|(column, _)| *column));
        values.extend(entries.iter().map(|(_, distance)| *distance));
        offsets.push(columns.len());
    }
    // neighbours are different rows, below n_points: it always fits
    CsrMatrix::try_from_csr_data(n_queries, n_points, offsets, columns, values)
        .map_err(|error| Error::Format(error.to_string()))
}

impl<F: Float> Persist for NearestNeighborsModel<F> {
    const KIND: &'static str = "nearest-neighbors";
    const VERSION: u32 = 1;

    fn check(&self) -> Result<()> {
        validate(self.n_neighbors)?;
        check_radius(self.radius.to_f64())?;
        check::at_least("points", self.n_neighbors, self.index.n_points())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rows;

    #[test]
    fn graphs_hold_the_distances() {
        let x = rows(&[[0.0], [1.0], [3.0]]);
        let model = NearestNeighbors::new(2).radius(2.0).fit(&x, &()).unwrap();
        let graph = model.graph(&rows(&[[2.5]])).unwrap();
        assert_eq!((graph.col_indices(), graph.values()), (&[1, 2][..], &[1.5, 0.5][..]));
        let within = model.radius_graph(&rows(&[[1.0], [9.0]])).unwrap();
        assert_eq!((within.row_offsets(), within.col_indices()), (&[0, 3, 3][..], &[0, 1, 2][..]));
        assert_eq!(within.values(), [1.0, 0.0, 2.0]);
        assert_eq!(NearestNeighborsModel::from_json(&model.to_json().unwrap()).unwrap(), model);
    }

    #[test]
    fn more_neighbours_than_rows_are_refused() {
        let found = NearestNeighbors::new(4).fit(&rows(&[[0.0], [1.0], [3.0]]), &());
        assert_eq!(found.err(), Some(Error::TooFewSamples { what: "x", needed: 4, found: 3 }));
    }
}
