//! All neighbours within a radius: dense places ask many, sparse ones few.

use crate::{averages::Averages, isolated::Isolated, search::vote_setters, voters::Voters, weights::Weights};
use cairn_neighbors::{Algorithm, Index, Metric, RadiusNeighbors};
use cairn_traits::{
    Classes, DMatrix, DVector, Fit, Float, Hyperparameters, Outputs, Persist, Predict, Probabilistic, Result, check,
};
use serde::{Deserialize, Serialize};

/// The knobs of both estimators, and what follows from them.
macro_rules! radius_estimator {
    ($(#[$docs:meta])* $name:ident) => {
        $(#[$docs])*
        #[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
        pub struct $name {
            radius: f64,
            weights: Weights,
            isolated: Isolated,
            algorithm: Algorithm,
            metric: Metric,
        }

        impl $name {
            /// The training rows at most `radius` away answer, all alike.
            pub fn new(radius: f64) -> Self {
                Self {
                    radius,
                    weights: Weights::Uniform,
                    isolated: Isolated::Refuse,
                    algorithm: Algorithm::Auto,
                    metric: Metric::Euclidean,
                }
            }

            /// How far away an answering row may be: a finite number of at least 0.
            #[must_use]
            pub fn radius(mut self, radius: f64) -> Self {
                self.radius = radius;
                self
            }

            /// What is answered where no row is near enough.
            #[must_use]
            pub fn isolated(mut self, isolated: Isolated) -> Self {
                self.isolated = isolated;
                self
            }

            vote_setters!();
        }

        impl Default for $name {
            /// A radius of 1, as in scikit-learn.
            fn default() -> Self {
                Self::new(1.0)
            }
        }

        impl Hyperparameters for $name {
            fn validate(&self) -> Result<()> {
                self.metric.validate()?;
                check_radius(self.radius)
            }
        }
    };
}

radius_estimator! {
    /// Classification by the vote of all training rows within a radius.
    ///
    /// # Examples
    /// ```
    /// use cairn_knn::{Fit, Isolated, Predict, RadiusClassifier, rows};
    /// let x = rows(&[[0.0], [1.0], [1.5], [9.0]]);
    /// let near = RadiusClassifier::new(2.0).fit(&x, &[0, 1, 1, 0])?;
    /// assert_eq!(near.predict(&rows(&[[0.5]]))?, [1]); // two votes against one
    /// assert!(near.predict(&rows(&[[5.0]])).is_err()); // nobody is near
    /// # Ok::<(), cairn_knn::Error>(())
    /// ```
    RadiusClassifier
}

radius_estimator! {
    /// Regression by the mean of all training rows within a radius.
    ///
    /// # Examples
    /// ```
    /// use cairn_knn::{DVector, Fit, Isolated, Predict, RadiusRegressor, rows};
    /// let x = rows(&[[0.0], [1.0], [9.0]]);
    /// let y = DVector::from_vec(vec![10.0, 20.0, 90.0]);
    /// let model = RadiusRegressor::new(2.0).isolated(Isolated::AllRows).fit(&x, &y)?;
    /// assert_eq!(model.predict(&rows(&[[0.5], [5.0]]))?.as_slice(), [15.0, 40.0]); // (10 + 20) / 2; all: 120 / 3
    /// # Ok::<(), cairn_knn::Error>(())
    /// ```
    RadiusRegressor
}

pub(crate) fn check_radius(radius: f64) -> Result<()> {
    check::parameter_at_least("radius", 0.0, radius, "a finite number of at least 0")
}

/// What [`RadiusClassifier`] fits: the training rows and their classes.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(bound = "")]
pub struct RadiusClassifierModel<F: Float> {
    voters: Voters<F>,
    radius: F,
    isolated: Isolated,
}

impl<F: Float> RadiusClassifierModel<F> {
    /// The training rows that vote on each row of `x`, nearest first, and their distances.
    ///
    /// # Errors
    /// Those of [`Predict::predict`], but that a row may have none.
    pub fn neighbors(&self, x: &DMatrix<F>) -> Result<RadiusNeighbors<F>> {
        self.voters.index.within(x, self.radius)
    }
}

impl<F: Float> Fit<DMatrix<F>, [usize]> for RadiusClassifier {
    type Model = RadiusClassifierModel<F>;

    fn fit(&self, x: &DMatrix<F>, y: &[usize]) -> Result<Self::Model> {
        self.validate()?;
        let voters = Voters::new(Index::new(x, self.algorithm, self.metric)?, y, self.weights)?;
        Ok(RadiusClassifierModel { voters, radius: F::of(self.radius), isolated: self.isolated })
    }
}

impl<F: Float> Classes for RadiusClassifierModel<F> {
    fn classes(&self) -> &[usize] {
        &self.voters.classes
    }
}

impl<F: Float> Predict<DMatrix<F>> for RadiusClassifierModel<F> {
    type Output = Vec<usize>;

    /// # Errors
    /// Those of every classifier; [`crate::Error::Domain`] for a row with no training row near, if such rows are refused.
    fn predict(&self, x: &DMatrix<F>) -> Result<Vec<usize>> {
        Ok(self.voters.winners(&self.predict_proba(x)?))
    }
}

impl<F: Float> Probabilistic<DMatrix<F>> for RadiusClassifierModel<F> {
    type Scalar = F;

    /// The share of each class in the (weighted) vote: n_samples x n_classes.
    fn predict_proba(&self, x: &DMatrix<F>) -> Result<DMatrix<F>> {
        let neighbors = self.neighbors(x)?;
        let mut shares = self.voters.shares(neighbors.iter());
        for (row, _) in neighbors.iter().enumerate().filter(|(_, (indices, _))| indices.is_empty()) {
            self.isolated.check(row, self.radius)?;
            shares.row_mut(row).copy_from_slice(&self.voters.all_shares());
        }
        Ok(shares)
    }
}

impl<F: Float> Persist for RadiusClassifierModel<F> {
    const KIND: &'static str = "radius-classifier";
    const VERSION: u32 = 1;

    fn check(&self) -> Result<()> {
        check_radius(self.radius.to_f64())?;
        self.voters.check()
    }
}

/// What [`RadiusRegressor`] fits: the training rows and their targets, one output or several.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(bound = "")]
pub struct RadiusRegressorModel<F: Float, Y: Outputs<F> = DVector<F>> {
    averages: Averages<F, Y>,
    radius: F,
    isolated: Isolated,
}

impl<F: Float, Y: Outputs<F>> RadiusRegressorModel<F, Y> {
    /// The training rows that are averaged for each row of `x`, nearest first, and their distances.
    ///
    /// # Errors
    /// Those of [`Predict::predict`], but that a row may have none.
    pub fn neighbors(&self, x: &DMatrix<F>) -> Result<RadiusNeighbors<F>> {
        self.averages.index.within(x, self.radius)
    }
}

impl<F: Float, Y: Outputs<F>> Fit<DMatrix<F>, Y> for RadiusRegressor {
    type Model = RadiusRegressorModel<F, Y>;

    fn fit(&self, x: &DMatrix<F>, y: &Y) -> Result<Self::Model> {
        self.validate()?;
        let averages = Averages::new(Index::new(x, self.algorithm, self.metric)?, y, self.weights)?;
        Ok(RadiusRegressorModel { averages, radius: F::of(self.radius), isolated: self.isolated })
    }
}

impl<F: Float, Y: Outputs<F>> Predict<DMatrix<F>> for RadiusRegressorModel<F, Y> {
    type Output = Y;

    /// # Errors
    /// Those of every regressor; [`crate::Error::Domain`] for a row with no training row near, if such rows are refused.
    fn predict(&self, x: &DMatrix<F>) -> Result<Y> {
        let neighbors = self.neighbors(x)?;
        let mut means = self.averages.means(neighbors.iter());
        for (row, _) in neighbors.iter().enumerate().filter(|(_, (indices, _))| indices.is_empty()) {
            self.isolated.check(row, self.radius)?;
            means.row_mut(row).copy_from_slice(self.averages.all_means().as_slice());
        }
        Ok(Y::from_columns(means))
    }
}

impl<F: Float, Y: Outputs<F>> Persist for RadiusRegressorModel<F, Y> {
    const KIND: &'static str = "radius-regressor";
    const VERSION: u32 = 1;

    fn check(&self) -> Result<()> {
        check_radius(self.radius.to_f64())?;
        self.averages.check()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Error, rows};

    #[test]
    fn rows_on_the_edge_answer_and_rows_beyond_do_not() {
        let x = rows(&[[0.0], [2.0], [4.5]]);
        let model = RadiusRegressor::new(2.0).fit(&x, &DVector::from_vec(vec![1.0, 3.0, 50.0])).unwrap();
        assert_eq!(model.predict(&rows(&[[0.0]])).unwrap()[0], 2.0); // (1 + 3) / 2
        let by_distance = RadiusRegressor::new(2.5).weights(Weights::Distance);
        let model = by_distance.fit(&x, &DVector::from_vec(vec![1.0, 3.0, 50.0])).unwrap();
        // distances 1 and 1.5 to 2 and 4.5: weights 3 and 2; row 0 is 3 away
        assert!((model.predict(&rows(&[[3.0]])).unwrap()[0] - 21.8_f64).abs() < 1e-14); // (3·3 + 2·50) / 5
    }

    #[test]
    fn where_nobody_is_near_it_is_said_or_all_answer() {
        let x = rows(&[[0.0], [1.0], [2.0]]);
        let far = rows(&[[0.0], [9.0]]);
        let refusing = RadiusClassifier::new(0.5);
        let found = refusing.fit(&x, &[4, 7, 7]).unwrap().predict(&far);
        assert!(matches!(found, Err(Error::Domain { what: "x", row: Some(1), .. })), "{found:?}");
        let model = refusing.isolated(Isolated::AllRows).fit(&x, &[4, 7, 7]).unwrap();
        assert_eq!(model.predict(&far).unwrap(), [4, 7]);
        let p = model.predict_proba(&far).unwrap();
        assert!((p[(1, 1)] - 2.0_f64 / 3.0).abs() < 1e-15);
        assert_eq!(model.neighbors(&far).unwrap().indices(1), [0_usize; 0]);
        let y = DVector::from_vec(vec![1.0, 2.0, 6.0]);
        assert!(RadiusRegressor::new(0.5).fit(&x, &y).unwrap().predict(&far).is_err());
        let model = RadiusRegressor::new(0.5).isolated(Isolated::AllRows).fit(&x, &y).unwrap();
        assert_eq!(model.predict(&far).unwrap().as_slice(), [1.0, 3.0]);
    }

    #[test]
    fn models_survive_the_file_and_bad_numbers_do_not() {
        let x = rows(&[[0.0, 1.0], [1.0, 5.0], [2.0, 3.0]]);
        let model = RadiusClassifier::new(1.5).metric(Metric::Manhattan).fit(&x, &[1, 0, 1]).unwrap();
        let file = model.to_json().unwrap();
        assert_eq!(RadiusClassifierModel::from_json(&file).unwrap(), model);
        assert!(RadiusClassifierModel::<f64>::from_json(&file.replace("\"radius\":1.5", "\"radius\":-1.5")).is_err());
        let model = RadiusRegressor::new(1.5).fit(&x, &rows(&[[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]])).unwrap();
        assert_eq!(RadiusRegressorModel::from_json(&model.to_json().unwrap()).unwrap(), model);
        let refused = RadiusClassifier::new(f64::NAN).fit(&x, &[1, 0, 1]);
        assert!(matches!(refused, Err(Error::Parameter { name: "radius", .. })));
    }
}
