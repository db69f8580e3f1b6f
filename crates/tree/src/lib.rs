//! Decision trees, forests and gradient boosting: answers found by asking one question after the other.
//!
//! Is the flat larger than 40 m²? If so: is the rent below 900? Each question sends a row left or right, and at the end
//! stands a leaf with the answer that most of the training rows there had. Learning a tree is choosing the questions:
//! at each node the one after which both sides are least mixed. One tree is easy to read and unsteady: a few other
//! rows, and the questions change. A forest averages many trees, each grown on other draws, and is much steadier.
//!
//! ```text
//! question    xⱼ ≤ t                    yes goes left; t is the middle of two neighbouring values
//! I(node)     how mixed it is           Gini Σ p (1 − p), entropy −Σ p ln p; variance, Poisson deviance
//! gain        W I(node) − Wₗ I(left) − Wᵣ I(right)          W the weight of the rows
//! answer      shares of the classes, or means of the targets, in the leaf
//! forest      the mean of the answers of its trees
//! ```
//!
//! # The steps
//! 1. Each column is sorted once, and its values are replaced by their ranks.
//! 2. From the root on, each node takes the question of greatest gain over the features and the thresholds between its
//!    values; ties go to the lower feature, then the lower threshold. A question without gain is asked too, if it is the
//!    best: the one after it may have some.
//! 3. A node is a leaf if its rows have one answer, nothing can be asked, or a limit is met (`max_depth`,
//!    `min_samples_leaf`, ...). With `max_leaf_nodes` the node of greatest gain splits next.
//! 4. With `ccp_alpha` branches that gain too little for their leaves are cut off again.
//!
//! Boosting goes another way: instead of the mean of large trees the sum of many small ones, each grown on the slopes of
//! the loss at what the trees before it answer, so that it corrects them. This wins most comparisons on tables.
//!
//! ```text
//! boosting    f₀ the best constant, fₜ = fₜ₋₁ + learning_rate · tree of round t
//! leaf        −G / (H + l2), G and H the sums of slopes and curvatures of the loss in it: a Newton step
//! gain        Gₗ² / (Hₗ + l2) + Gᵣ² / (Hᵣ + l2) − G² / (H + l2)
//! ```
//!
//! Values are put into at most 255 bins first, a byte each; a leaf's questions are judged by the sums of its rows in each
//! bin, and of two siblings only the smaller one is summed up. These sums are of whole numbers (slopes as multiples of a
//! power of two, 44 binary digits or more), and so exact in any order.
//!
//! A random forest draws the rows of each tree with replacement and the features of each node without; extremely
//! randomised trees draw one threshold a feature.
//!
//! An isolation forest asks at random, without answers to learn: rows that are soon alone are outliers.
//!
//! # The knobs
//! - `max_depth`, `min_samples_leaf`, `ccp_alpha`: a whole tree knows its training rows by heart; smaller ones
//!   generalise. [`DecisionTreeClassifierModel::pruning_path`] lists what `ccp_alpha` can do.
//! - `n_estimators`: of a forest, more trees never harm, only cost. Of boosting, too many learn the noise:
//!   `early_stopping` finds the number on held-back rows.
//! - `learning_rate`, `max_leaf_nodes`, `l2`, `subsample` of boosting: half the rate needs twice the rounds, and
//!   generalises a little better.
//! - `max_features`: fewer make the trees of a forest differ more.
//!
//! # Missing values
//! NaN is a value here, unlike elsewhere in this library: each question sends missing values to the side where they fit
//! better, and may be whether a value is missing. Where training saw none they go to the heavier side. Infinities are
//! refused.
//!
//! # Complexity
//! A tree of n rows, p features and depth d costs O(n p d log n), or O(n p d) where a column has few distinct values.
//! An answer costs d comparisons a tree. A round of boosting costs O(n p) sums at the root, and less than O(n p) for each
//! level below; it holds a byte for each value and 40 for each row, no copy of `x`.
//!
//! # Trade-offs
//! The scale of a feature is of no matter, nor any strictly increasing map of it; outliers, mixed units and useless
//! columns do little harm. But answers are steps, never lines, and never beyond the targets seen.
//!
//! # Determinism
//! The same seed gives the same bits on any number of threads; tree t of a forest draws from stream t of the seed, tree t
//! of boosting from stream t + 1.
//!
//! # Examples
//! ```
//! use cairn_tree::{DecisionTreeClassifier, Fit, Named, Predict, rows};
//! // size in m2, rent in euro: would I rent it?
//! let flats = rows(&[[30.0, 900.0], [45.0, 800.0], [60.0, 950.0], [35.0, 1200.0]]);
//! let model = Named(DecisionTreeClassifier::new()).fit(&flats, &["no", "yes", "yes", "no"])?;
//! assert_eq!(model.predict(&rows(&[[50.0, 850.0]]))?, ["yes"]);
//! # Ok::<(), cairn_tree::Error>(())
//! ```
//!
//! # References
//! Breiman, Friedman, Olshen and Stone (1984), Classification and Regression Trees; chapter 3 for pruning. Breiman (2001),
//! Random forests, Machine Learning 45. Geurts, Ernst and Wehenkel (2006), Extremely randomized trees, Machine Learning
//! 63. Friedman (2001), Greedy function approximation: a gradient boosting machine, Annals of Statistics 29. Chen and
//! Guestrin (2016), XGBoost: the regularised gain. Ke et al. (2017), LightGBM: bins, the best leaf first, siblings by
//! subtraction. Fisher (1958), On grouping for maximum homogeneity: sets of categories. Hastie, Tibshirani and Friedman (2009), The Elements of Statistical Learning, sections 9.2, 10 and 15.
#![forbid(unsafe_code)]

mod absolute;
mod adaboost;
mod answers;
mod boosting;
mod categories;
mod columns;
mod decision_tree;
mod export;
mod forest;
mod forests;
mod gini;
mod grow;
mod isolation;
mod limits;
mod prune;
mod split;
mod sweep;
mod targets;
#[cfg(test)]
mod tests;
mod tree;
mod walk;

pub use adaboost::{AdaBoostClassifier, AdaBoostClassifierModel};
pub use answers::{ClassWeights, ClassificationCriterion, RegressionCriterion};
pub use boosting::{
    BoostedTrees, BoostingLoss, GradientBoostingClassifier, GradientBoostingClassifierModel, GradientBoostingRegressor,
    GradientBoostingRegressorModel,
};
pub use cairn_traits::{
    Classes, Convergence, Converges, DMatrix, DVector, Decision, Error, Fit, FitObserved, FitWeighted, Float,
    Hyperparameters, Named, NamedModel, Outputs, Persist, Predict, Probabilistic, Progress, Result, ScoreSamples, Stop,
    rows,
};
pub use decision_tree::{
    DecisionTreeClassifier, DecisionTreeClassifierModel, DecisionTreeRegressor, DecisionTreeRegressorModel,
};
pub use forests::{
    ExtraTreesClassifier, ExtraTreesRegressor, ForestClassifierModel, ForestRegressorModel, RandomForestClassifier,
    RandomForestRegressor,
};
pub use isolation::{IsolationForest, IsolationForestModel};
pub use limits::{MaxFeatures, Monotone, Splitter};
pub use prune::PruningPath;
pub use tree::{Categories, Question, Tree, TreeNode};
