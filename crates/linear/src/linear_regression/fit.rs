use super::{
    model::{LeastSquares, LinearRegressionModel},
    params::LinearRegression,
};
use crate::{
    model::LinearModel,
    normal_equations::solve_statistics,
    solution::{Problem, Solution},
    statistics::GramStatistics,
};
use cairn_traits::{DMatrix, Fit, FitFrom, FitWeighted, Float, Hyperparameters, Outputs, Result};

fn model<F: Float, Y: Outputs<F>>(solution: &Solution) -> Result<LinearRegressionModel<F, Y>> {
    LinearModel::new(&solution.coefficients, &solution.intercepts, LeastSquares { rank: solution.rank })
}

impl LinearRegression {
    fn fit_rows<F: Float, Y: Outputs<F>>(
        &self,
        x: &DMatrix<F>,
        y: &Y,
        weights: Option<&[f64]>,
    ) -> Result<LinearRegressionModel<F, Y>> {
        self.validate()?;
        model(&Problem::checked(x, y, weights, 0.0, self.fit_intercept)?.solve()?)
    }
}

impl<F: Float, Y: Outputs<F>> Fit<DMatrix<F>, Y> for LinearRegression {
    type Model = LinearRegressionModel<F, Y>;

    fn fit(&self, x: &DMatrix<F>, y: &Y) -> Result<Self::Model> {
        self.fit_rows(x, y, None)
    }
}

impl<F: Float, Y: Outputs<F>> FitWeighted<DMatrix<F>, Y> for LinearRegression {
    fn fit_weighted(&self, x: &DMatrix<F>, y: &Y, weights: &[f64]) -> Result<Self::Model> {
        self.fit_rows(x, y, Some(weights))
    }
}

impl<F: Float, Y: Outputs<F>> FitFrom<GramStatistics<F, Y>> for LinearRegression {
    type Model = LinearRegressionModel<F, Y>;

    fn fit_from(&self, statistics: &GramStatistics<F, Y>) -> Result<Self::Model> {
        self.validate()?;
        model(&solve_statistics(statistics, 0.0, self.fit_intercept)?)
    }
}
