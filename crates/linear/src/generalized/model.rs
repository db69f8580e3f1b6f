use crate::model::{Kind, LinearModel};
use cairn_traits::{Convergence, Converges, DVector, Float};
use serde::{Deserialize, Serialize};

macro_rules! kinds {
    ($kind:ident, $model:ident, $estimator:literal, $name:literal, { $($(#[$doc:meta])* $field:ident: $type:ty),* }) => {
        #[doc = concat!("What [`crate::", $estimator, "`] fits: it predicts `e^(x·w + b)`, at most the largest number.")]
        pub type $model<F> = LinearModel<F, DVector<F>, $kind>;

        #[doc = concat!("What [`crate::", $estimator, "`] tells beside its coefficients.")]
        #[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
        pub struct $kind {
            $($(#[$doc])* pub $field: $type,)*
            /// How the descent ended.
            pub convergence: Convergence,
        }

        impl Kind for $kind {
            const NAME: &'static str = $name;
            const VERSION: u32 = 1;
            const RESPONDS: bool = true;

            fn respond(&self, predictor: f64) -> f64 {
                predictor.exp()
            }
        }

        impl Converges for $kind {
            fn convergence(&self) -> Convergence {
                self.convergence
            }
        }

        impl<F: Float> $model<F> {
            /// How the descent ended; the objective is half the mean deviance and the penalty.
            pub fn convergence(&self) -> Convergence {
                self.kind().convergence
            }
        }
    };
}

kinds!(PoissonFit, PoissonModel, "PoissonRegressor", "poisson-regressor", {});
kinds!(GammaFit, GammaModel, "GammaRegressor", "gamma-regressor", {});
kinds!(TweedieFit, TweedieModel, "TweedieRegressor", "tweedie-regressor", {
    /// Of the mean, in the variance.
    power: f64
});
