//! The laws by name, each in one sentence.

use std::fmt;

macro_rules! laws {
    ($($law:ident => $statement:literal,)*) => {
        /// A law, in one sentence.
        ///
        /// Which of them are asked depends on what an estimator can do: see [`crate::Laws`].
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        #[non_exhaustive]
        pub enum Law {
            $(#[doc = $statement] $law,)*
        }

        impl Law {
            /// All laws, in the order they are asked.
            pub const ALL: &'static [Self] = &[$(Self::$law,)*];

            /// The law as a sentence.
            pub fn statement(self) -> &'static str {
                match self { $(Self::$law => $statement,)* }
            }
        }
    };
}

laws! {
    // every estimator
    Learns => "plain data is learned from, and every row asked gets an answer",
    Finite => "answers are finite numbers, however awkward the data",
    SameBits => "the same data gives the same bits",
    Threads => "1, 2 and 7 threads give the same bits",
    Subset => "rows asked alone get the answers they get among others",
    RowOrder => "the order of training rows does not matter",
    RowOrderTies => "the order of training rows does not matter where rows or distances are equal",
    NoRows => "fitting on no rows is refused as too few samples",
    NoColumns => "fitting on no columns is refused as a wrong shape",
    TargetLength => "targets of another length than the rows are refused as a wrong shape",
    NonFiniteInput => "NaN or infinity in x is refused with its row and column",
    NonFiniteTarget => "NaN or infinity in y is refused with its row",
    QueryNoRows => "predicting no rows is refused as too few samples",
    QueryColumns => "predicting rows of another width is refused as a wrong shape",
    QueryNonFinite => "predicting NaN or infinity is refused with its row and column",
    // what some can do
    SinglePrecision => "single precision agrees with double",
    SeveralOutputs => "each of several outputs is answered as if it were alone",
    Hyperparameters => "hyperparameters are valid and survive JSON",
    WeightsRepeat => "an integer weight is that many repetitions of the row",
    WeightZero => "a weight of 0 is the absence of the row",
    WeightScale => "weights times a number change nothing",
    BadWeights => "weights of another length, negative, not finite or all zero are refused",
    SavedBits => "a model from its file answers with the same bits",
    DamagedFiles => "a damaged file is refused, or its model answers without a panic",
    MergeAnySplit => "sums over any split of the rows, merged in any order, give the model of the whole",
    WeightedSums => "sums of rows with integer weights are those of the rows repeated",
    // classifiers
    OneClass => "labels of one class only are refused",
    PredictsClasses => "predictions are among the labels seen",
    LabelRenaming => "labels renamed in the same order are predicted under their new names",
    ClassesSorted => "classes are the labels seen, distinct and ascending",
    ProbabilitiesSum => "probabilities are at least 0 and sum to 1, a column a class",
    PredictIsArgmax => "the prediction is the most probable class, ties to the lower",
    LogProbabilities => "log probabilities are the logarithms of the probabilities",
    // least squares and ridge
    ResidualsOrthogonal => "residuals are orthogonal to every column and to the constant",
    RefitOnPredictions => "fitting the predictions gives the predictions",
    TargetEquivariance => "a y + b is predicted where y was, times a, plus b",
    DuplicateColumn => "a column given twice changes no prediction",
    MinimumNorm => "coefficients lie in the span of the centred rows, so that none smaller would do",
    RidgeGradient => "the gradient of the penalised sum of squares is 0 at the solution",
    RidgeShrinks => "a larger penalty never gives larger coefficients",
    RidgeAugmented => "ridge is least squares on centred rows with sqrt(l2) I below them",
    // nearest neighbours
    NearestIsSelf => "one neighbour of a training row is the row itself",
    AllNeighbors => "as many neighbours as rows answer with the mean, or the majority",
    Isometry => "shifting and scaling all points changes no answer",
    FarPoint => "one more point, farther than all neighbours, changes no answer",
    Hull => "answers lie between the least and the largest target of the neighbours",
    // transformers
    SameWidth => "a row is transformed to a row, and to the same number of columns among any number of others",
    FitTransform => "fitting and transforming at once is transforming after fitting",
    Affine => "the row midway between two is transformed to the row midway between theirs",
    Translation => "moving all rows by the same amount changes no answer",
    Orthonormal => "components have length 1 and are orthogonal to each other",
    InverseUndoes => "what is transformed comes back",
    RoundTrip => "what came back is transformed to the same again",
    InverseRefuses => "no rows, rows of another width, NaN and infinity are not transformed back but refused",
    // clusterers
    LabelsPredicted => "the labels of the training rows are what is predicted for them",
    LabelsInRange => "labels are below the number of clusters",
    CentroidsAmongRows => "centroids lie between the least and the largest of the rows, in every column",
    NearestCentroid => "each row gets the nearest centroid, the lower of equal ones",
    InertiaIsSum => "inertia is the sum of the squared distances of the rows to their centroids",
    NoEmptyCluster => "where there are as many distinct rows as clusters, no cluster is empty",
    CentroidsAreMeans => "centroids are the means of their rows",
    MoreStarts => "more starts never give a larger inertia",
    StartsRowOrder => "from the same starts the order of training rows does not matter",
}

impl Law {
    /// The law's name: `same-bits`.
    pub fn name(self) -> String {
        let mut name = String::new();
        for letter in format!("{self:?}").chars() {
            if letter.is_uppercase() && !name.is_empty() {
                name.push('-');
            }
            name.extend(letter.to_lowercase());
        }
        name
    }
}

impl fmt::Display for Law {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.name())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_words_with_hyphens() {
        assert_eq!(Law::SameBits.name(), "same-bits");
        assert_eq!(format!("{:<8}|", Law::Hull), "hull    |");
    }

    #[test]
    fn no_two_laws_say_the_same() {
        let mut statements: Vec<_> = Law::ALL.iter().map(|law| law.statement()).collect();
        statements.sort_unstable();
        statements.dedup();
        assert_eq!(statements.len(), Law::ALL.len());
    }
}
