use crate::{averages::Averages, weights::validate};
use cairn_neighbors::Neighbors;
use cairn_traits::{DMatrix, DVector, Float, Outputs, Persist, Predict, Result, check};
use serde::{Deserialize, Serialize};

/// What [`crate::KnnRegressor`] fits: the training rows and their targets, one output or several.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(bound = "")]
pub struct KnnRegressorModel<F: Float, Y: Outputs<F> = DVector<F>> {
    pub(crate) averages: Averages<F, Y>,
    pub(crate) n_neighbors: usize,
}

impl<F: Float, Y: Outputs<F>> KnnRegressorModel<F, Y> {
    /// How many rows are averaged.
    pub fn n_neighbors(&self) -> usize {
        self.n_neighbors
    }

    /// The training rows that are averaged for each row of `x`, nearest first, and their distances.
    ///
    /// # Errors
    /// Those of [`Predict::predict`].
    pub fn neighbors(&self, x: &DMatrix<F>) -> Result<Neighbors<F>> {
        self.averages.index.k_nearest(x, self.n_neighbors)
    }
}

impl<F: Float, Y: Outputs<F>> Predict<DMatrix<F>> for KnnRegressorModel<F, Y> {
    type Output = Y;

    fn predict(&self, x: &DMatrix<F>) -> Result<Y> {
        Ok(Y::from_columns(self.averages.means(self.neighbors(x)?.iter())))
    }
}

impl<F: Float, Y: Outputs<F>> Persist for KnnRegressorModel<F, Y> {
    const KIND: &'static str = "knn-regressor";
    const VERSION: u32 = 2;

    fn check(&self) -> Result<()> {
        validate(self.n_neighbors)?;
        check::at_least("points", self.n_neighbors, self.averages.index.n_points())?;
        self.averages.check()
    }
}

#[cfg(test)]
mod tests {
    use crate::{DVector, Error, Fit, KnnRegressor, Persist, Predict, Weights, rows};

    #[test]
    fn the_answer_is_the_mean_of_the_neighbours() {
        let x = rows(&[[0.0], [1.0], [5.0]]);
        let model = KnnRegressor::new(2).fit(&x, &DVector::from_vec(vec![2.0, 4.0, 100.0])).unwrap();
        assert_eq!(model.predict(&rows(&[[0.4], [6.0]])).unwrap(), DVector::from_vec(vec![3.0, 52.0]));
    }

    #[test]
    fn by_distance_a_training_row_answers_for_itself() {
        let x = rows(&[[0.0_f32], [1.0], [5.0]]);
        let y = DVector::from_vec(vec![2.0, 4.0, 100.0]);
        let model = KnnRegressor::new(3).weights(Weights::Distance).fit(&x, &y).unwrap();
        assert_eq!(model.predict(&x).unwrap(), y);
    }

    #[test]
    fn several_outputs_are_several_columns() {
        let x = rows(&[[0.0], [1.0], [5.0]]);
        let y = rows(&[[2.0, 20.0], [4.0, 40.0], [100.0, 0.0]]);
        let model = KnnRegressor::new(2).fit(&x, &y).unwrap();
        assert_eq!(model.predict(&rows(&[[0.0]])).unwrap(), rows(&[[3.0, 30.0]]));
        assert_eq!(super::KnnRegressorModel::from_json(&model.to_json().unwrap()).unwrap(), model);
    }

    #[test]
    fn targets_of_another_length_are_refused() {
        let found = KnnRegressor::new(1).fit(&rows(&[[0.0], [1.0]]), &DVector::from_vec(vec![1.0]));
        assert_eq!(found.err(), Some(Error::Shape { what: "y", unit: "rows", expected: 2, found: 1 }));
    }
}
