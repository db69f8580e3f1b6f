//! The knobs that all estimators of this crate share.

/// The setters of an estimator with the fields `weights`, `algorithm` and `metric`.
macro_rules! vote_setters {
    () => {
        /// How much each neighbour counts.
        #[must_use]
        pub fn weights(mut self, weights: $crate::Weights) -> Self {
            self.weights = weights;
            self
        }

        $crate::search::search_setters!();
    };
}
pub(crate) use vote_setters;

/// The setters of an estimator with the fields `algorithm` and `metric`.
macro_rules! search_setters {
    () => {
        /// How neighbours are searched: no way changes the answer.
        #[must_use]
        pub fn algorithm(mut self, algorithm: $crate::Algorithm) -> Self {
            self.algorithm = algorithm;
            self
        }

        /// How far apart two rows are.
        #[must_use]
        pub fn metric(mut self, metric: $crate::Metric) -> Self {
            self.metric = metric;
            self
        }
    };
}
pub(crate) use search_setters;
