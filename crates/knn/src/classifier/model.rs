use crate::{voters::Voters, weights::validate};
use cairn_neighbors::Neighbors;
use cairn_traits::{Classes, DMatrix, Float, Persist, Predict, Probabilistic, Result, check};
use serde::{Deserialize, Serialize};

/// What [`crate::KnnClassifier`] fits: the training rows and their classes.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(bound = "")]
pub struct KnnClassifierModel<F: Float> {
    pub(crate) voters: Voters<F>,
    pub(crate) n_neighbors: usize,
}

impl<F: Float> KnnClassifierModel<F> {
    /// How many rows vote.
    pub fn n_neighbors(&self) -> usize {
        self.n_neighbors
    }

    /// The training rows that vote on each row of `x`, nearest first, and their distances.
    ///
    /// # Errors
    /// Those of [`Predict::predict`].
    pub fn neighbors(&self, x: &DMatrix<F>) -> Result<Neighbors<F>> {
        self.voters.index.k_nearest(x, self.n_neighbors)
    }
}

impl<F: Float> Classes for KnnClassifierModel<F> {
    fn classes(&self) -> &[usize] {
        &self.voters.classes
    }
}

impl<F: Float> Predict<DMatrix<F>> for KnnClassifierModel<F> {
    type Output = Vec<usize>;

    fn predict(&self, x: &DMatrix<F>) -> Result<Vec<usize>> {
        Ok(self.voters.winners(&self.predict_proba(x)?))
    }
}

impl<F: Float> Probabilistic<DMatrix<F>> for KnnClassifierModel<F> {
    type Scalar = F;

    /// The share of each class in the (weighted) vote: n_samples x n_classes.
    fn predict_proba(&self, x: &DMatrix<F>) -> Result<DMatrix<F>> {
        Ok(self.voters.shares(self.neighbors(x)?.iter()))
    }
}

impl<F: Float> Persist for KnnClassifierModel<F> {
    const KIND: &'static str = "knn-classifier";
    const VERSION: u32 = 2;

    fn check(&self) -> Result<()> {
        validate(self.n_neighbors)?;
        check::at_least("points", self.n_neighbors, self.voters.index.n_points())?;
        self.voters.check()
    }
}

#[cfg(test)]
mod tests {
    use crate::{Classes, Error, Fit, KnnClassifier, Named, Persist, Predict, Probabilistic, Weights, rows};

    #[test]
    fn ties_of_votes_go_to_the_lower_class() {
        let x = rows(&[[1.0], [-1.0]]);
        let model = KnnClassifier::new(2).fit(&x, &[7, 3]).unwrap();
        assert_eq!(model.predict(&rows(&[[0.9]])).unwrap(), [3]);
        assert_eq!(model.predict_proba(&rows(&[[0.9]])).unwrap(), rows(&[[0.5, 0.5]]));
        assert_eq!(model.classes(), [3, 7]);
    }

    #[test]
    fn near_neighbours_count_more_by_distance() {
        let x = rows(&[[0.0], [3.0], [4.0]]);
        let by_distance = KnnClassifier::new(3).weights(Weights::Distance).fit(&x, &[0, 1, 1]).unwrap();
        // distances 1, 2, 3: weights 1, 1/2, 1/3, so 1 against 5/6
        let p = by_distance.predict_proba(&rows(&[[1.0]])).unwrap();
        assert!((p[(0, 0)] - 6.0_f64 / 11.0).abs() < 1e-15);
        assert_eq!(by_distance.predict(&rows(&[[1.0]])).unwrap(), [0]);
        assert_eq!(KnnClassifier::new(3).fit(&x, &[0, 1, 1]).unwrap().predict(&rows(&[[1.0]])).unwrap(), [1]);
    }

    #[test]
    fn what_cannot_be_learned_from_is_refused() {
        let x = rows(&[[0.0], [1.0]]);
        assert_eq!(
            KnnClassifier::new(3).fit(&x, &[0, 1]).err(),
            Some(Error::TooFewSamples { what: "x", needed: 3, found: 2 })
        );
        assert_eq!(KnnClassifier::new(1).fit(&x, &[4, 4]).err(), Some(Error::Classes { needed: 2, found: 1 }));
        assert!(matches!(KnnClassifier::new(0).fit(&x, &[0, 1]), Err(Error::Parameter { name: "n_neighbors", .. })));
        assert!(matches!(KnnClassifier::new(1).fit(&x, &[0]), Err(Error::Shape { what: "y", .. })));
    }

    #[test]
    fn a_file_with_wrong_numbers_is_refused() {
        let model = KnnClassifier::new(1).fit(&rows(&[[0.0], [1.0]]), &[0, 1]).unwrap();
        let file = model.to_json().unwrap();
        for (from, to) in [
            ("\"positions\":[0,1]", "\"positions\":[0,2]"),
            ("\"positions\":[0,1]", "\"positions\":[0]"),
            ("\"classes\":[0,1]", "\"classes\":[1,0]"),
            ("\"n_neighbors\":1", "\"n_neighbors\":3"),
            ("\"n_neighbors\":1", "\"n_neighbors\":0"),
            ("\"shape\":[2,1]", "\"shape\":[0,0]"),
        ] {
            assert!(file.contains(from), "{file}");
            assert!(super::KnnClassifierModel::<f64>::from_json(&file.replace(from, to)).is_err(), "{to}");
        }
        assert_eq!(super::KnnClassifierModel::from_json(&file).unwrap(), model);
    }

    #[test]
    fn words_are_classes_too_and_survive_the_file() {
        let x = rows(&[[0.0_f32], [1.0]]);
        let model = Named(KnnClassifier::new(1)).fit(&x, &["dog", "cat"]).unwrap();
        let again: crate::NamedModel<super::KnnClassifierModel<f32>> =
            Persist::from_json(&model.to_json().unwrap()).unwrap();
        assert_eq!(again.predict(&x).unwrap(), ["dog", "cat"]);
        let fewer = model.to_json().unwrap().replace("[\"cat\",\"dog\"]", "[\"cat\"]");
        assert!(crate::NamedModel::<super::KnnClassifierModel<f32>>::from_json(&fewer).is_err());
    }
}
