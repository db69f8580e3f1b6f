//! Which laws are asked of what: the first group of everything, further ones of what the estimator can do besides.

use crate::{
    Answer, Case, Classification, Law, Laws, Learner, Regression, answer::learned, checks, strategies::Design,
};
use cairn_traits::{
    Accumulate, Classes, DMatrix, DVector, Fit, FitFrom, FitWeighted, Hyperparameters, Persist, Predict, Probabilistic,
    TakeRows,
};
use proptest::strategy::Just;
use std::ops::RangeInclusive;

pub(crate) const ANY_ROWS: RangeInclusive<usize> = 1..=30;
/// Enough for five neighbours, five coefficients, and each class about thrice.
pub(crate) const ENOUGH_ROWS: RangeInclusive<usize> = 12..=30;
/// How many cases of laws that fit thousands of rows, or try every byte of a file.
const FEW: u32 = 8;
/// Half the digits of single precision, and as many again for data that is not well conditioned.
pub(crate) const SINGLE_TOLERANCE: f64 = 1e-2;

/// A place in x, drawn.
pub(crate) fn place<C: Case>(case: &C) -> (usize, usize) {
    let row = case.draws().order.last().copied().unwrap_or_default();
    (row, (row + case.draws().subset.len()) % case.x().ncols())
}

/// What every estimator is asked.
impl<'a, E, C> Laws<'a, E, C>
where
    C: Case,
    E: Learner<f64, C::Target> + Sync,
{
    pub(crate) fn any_estimator(self) -> Self {
        let all = || C::cases(Design::ALL, ANY_ROWS);
        self.ask(Law::Learns, C::cases(&[Design::Generic], ENOUGH_ROWS), |e, c, _| {
            checks::plain_data_is_learned_from(e, c.x(), c.y())
        })
        .ask(Law::Finite, all(), |e, c, _| checks::answers_are_finite(e, c.x(), c.y()))
        .ask(Law::SameBits, all(), |e, c, _| checks::same_data_same_bits(e, c.x(), c.y()))
        .ask_some(Law::Threads, FEW, C::large(), |e, c, _| checks::any_threads_same_bits(e, c.x(), c.y()))
        .ask(Law::Subset, all(), |e, c, tolerance| {
            checks::subset_is_predicted_alike(e, c.x(), c.y(), &c.draws().subset, tolerance)
        })
        .ask(Law::RowOrder, C::cases(&[Design::Generic], ANY_ROWS), |e, c, tolerance| {
            checks::training_order_does_not_matter(e, c.x(), c.y(), &c.draws().order, tolerance)
        })
        .ask(Law::RowOrderTies, all(), |e, c, tolerance| {
            checks::training_order_does_not_matter(e, c.x(), c.y(), &c.draws().order, tolerance)
        })
        .refusals()
    }

    fn refusals(self) -> Self {
        let plain = || C::cases(&[Design::Generic], ENOUGH_ROWS);
        self.ask(Law::NoRows, plain(), |e, c, _| checks::no_rows_are_refused(e, c.x(), c.y()))
            .ask(Law::NoColumns, plain(), |e, c, _| checks::no_columns_are_refused(e, c.x(), c.y()))
            .ask(Law::NonFiniteInput, plain(), |e, c, _| checks::bad_inputs_are_refused(e, c.x(), c.y(), place(c)))
            .ask(Law::QueryNoRows, plain(), |e, c, _| checks::no_queries_are_refused(e, c.x(), c.y()))
            .ask(Law::QueryColumns, plain(), |e, c, _| checks::other_columns_are_refused(e, c.x(), c.y()))
            .ask(Law::QueryNonFinite, plain(), |e, c, _| checks::bad_queries_are_refused(e, c.x(), c.y(), place(c)))
    }

    /// The same where something belongs to the rows.
    fn any_supervised(self) -> Self {
        let plain = C::cases(&[Design::Generic], ENOUGH_ROWS);
        self.any_estimator()
            .ask(Law::TargetLength, plain, |e, c, _| checks::targets_of_another_length_are_refused(e, c.x(), c.y()))
    }
}

impl<'a, E> Laws<'a, E, Regression>
where
    E: Learner<f64, DVector<f64>> + Sync,
{
    /// The laws of any estimator, for targets that are numbers.
    pub fn regressor(estimator: &'a E) -> Self {
        let plain = Regression::cases(&[Design::Generic], ENOUGH_ROWS);
        Laws::of(estimator)
            .any_supervised()
            .ask(Law::NonFiniteTarget, plain, |e, c, _| checks::bad_targets_are_refused(e, &c.x, &c.y, place(c).0))
    }

    /// Asks [`Law::SinglePrecision`]: to two digits, on data in general position.
    pub fn single_precision(self) -> Self
    where
        E: Learner<f32, DVector<f32>>,
    {
        self.ask(Law::SinglePrecision, Regression::cases(&[Design::Generic], ENOUGH_ROWS), |e, c, _| {
            checks::precisions_agree(e, &c.x, (&c.y, &c.y.map(|value| value as f32)), SINGLE_TOLERANCE)
        })
    }

    /// Asks [`Law::SeveralOutputs`].
    pub fn several_outputs(self) -> Self
    where
        E: Learner<f64, DMatrix<f64>>,
    {
        self.ask(Law::SeveralOutputs, Regression::cases(Design::ALL, ANY_ROWS), |e, c, tolerance| {
            checks::each_output_is_answered_alone(e, &c.x, &c.outputs, tolerance)
        })
    }
}

impl<'a, E> Laws<'a, E, Classification>
where
    E: Learner<f64, [usize]> + Fit<DMatrix<f64>, [usize], Model: Predict<DMatrix<f64>, Output = Vec<usize>>> + Sync,
{
    /// The laws of any estimator, for targets that are labels.
    pub fn classifier(estimator: &'a E) -> Self {
        let all = || Classification::cases(Design::ALL, ANY_ROWS);
        let plain = Classification::cases(&[Design::Generic], ENOUGH_ROWS);
        Laws::of(estimator)
            .any_supervised()
            .ask(Law::OneClass, plain, |e, c, _| checks::one_class_is_refused(e, &c.x, c.y[0]))
            .ask(Law::PredictsClasses, all(), |e, c, _| checks::predictions_are_among_the_labels(e, &c.x, &c.y))
            .ask(Law::LabelRenaming, all(), |e, c, _| checks::renamed_labels_are_predicted_renamed(e, &c.x, &c.y))
    }

    /// Asks [`Law::SinglePrecision`], on data in general position.
    pub fn single_precision(self) -> Self
    where
        E: Learner<f32, [usize]>,
    {
        self.ask(Law::SinglePrecision, Classification::cases(&[Design::Generic], ENOUGH_ROWS), |e, c, _| {
            checks::precisions_agree(e, &c.x, (c.y.as_slice(), c.y.as_slice()), SINGLE_TOLERANCE)
        })
    }

    /// Asks the laws of models that know their classes and say how sure they are.
    pub fn probabilistic(self) -> Self
    where
        E: Fit<DMatrix<f64>, [usize], Model: Probabilistic<DMatrix<f64>> + Classes>,
    {
        let all = || Classification::cases(Design::ALL, ANY_ROWS);
        self.ask(Law::ClassesSorted, all(), |e, c, _| checks::classes_are_the_labels_seen(e, &c.x, &c.y))
            .ask(Law::ProbabilitiesSum, all(), |e, c, _| {
                learned(e.fit(&c.x, &c.y))?.map_or(Ok(()), |model| checks::probabilities_sum_to_one(&model, &c.x))
            })
            .ask(Law::PredictIsArgmax, all(), |e, c, _| {
                let model = learned(e.fit(&c.x, &c.y))?;
                model.map_or(Ok(()), |model| checks::predictions_are_the_most_probable_class(&model, &c.x))
            })
            .ask(Law::LogProbabilities, all(), |e, c, tolerance| {
                let model = learned(e.fit(&c.x, &c.y))?;
                model.map_or(Ok(()), |model| checks::log_probabilities_are_logarithms(&model, &c.x, tolerance))
            })
    }
}

/// What some estimators can do, whatever belongs to the rows.
impl<'a, E, C> Laws<'a, E, C>
where
    C: Case,
    E: Learner<f64, C::Target>,
{
    /// Asks the laws of weights. Classifiers are asked on data in general position only, where no vote is tied.
    pub fn weighted(self) -> Self
    where
        E: FitWeighted<DMatrix<f64>, C::Target>,
    {
        let plain = || C::cases(&[Design::Generic], ENOUGH_ROWS);
        let cases = || C::cases(C::WEIGHABLE, ANY_ROWS);
        self.ask(Law::WeightsRepeat, cases(), |e, c, tolerance| {
            checks::weights_are_repetitions(e, c.x(), c.y(), &c.draws().weights, tolerance)
        })
        .ask(Law::WeightZero, cases(), |e, c, tolerance| {
            checks::weight_zero_is_absence(e, c.x(), c.y(), &c.draws().subset, tolerance)
        })
        .ask(Law::WeightScale, cases(), |e, c, tolerance| {
            checks::scaled_weights_change_nothing(e, c.x(), c.y(), &c.draws().weights(), tolerance)
        })
        .ask(Law::BadWeights, plain(), |e, c, _| checks::bad_weights_are_refused(e, c.x(), c.y(), place(c).0))
    }

    /// Asks the laws of files.
    pub fn persistent(self) -> Self
    where
        <E as Fit<DMatrix<f64>, C::Target>>::Model: Persist,
    {
        let small = C::cases(&[Design::Generic], 6..=9);
        self.ask(Law::SavedBits, C::cases(Design::ALL, ANY_ROWS), |e, c, _| {
            checks::saved_models_answer_the_same_bits(e, c.x(), c.y())
        })
        .ask_some(Law::DamagedFiles, FEW, small, |e, c, _| {
            let model = learned(e.fit(c.x(), c.y()))?;
            model.map_or(Ok(()), |model| checks::damaged_files_are_refused(&model, c.x()))
        })
    }

    /// Asks [`Law::MergeAnySplit`] and [`Law::WeightedSums`] of sums that begin as `empty`.
    pub fn accumulates<S>(self, empty: S) -> Self
    where
        S: Accumulate<DMatrix<f64>, C::Target> + Clone + 'a,
        E: FitFrom<S, Model: Predict<DMatrix<f64>, Output: Answer>>,
        C::Target: TakeRows,
    {
        let same = empty.clone();
        self.ask(Law::MergeAnySplit, C::cases(Design::ONE_SCALE, ANY_ROWS), move |e, c, tolerance| {
            let draws = c.draws();
            let cuts = [draws.subset.len() / 2, draws.subset.len()];
            checks::merged_sums_are_the_whole(e, &empty, (c.x(), c.y()), &draws.order, cuts, tolerance)
        })
        .ask(Law::WeightedSums, C::cases(Design::ONE_SCALE, ANY_ROWS), move |e, c, tolerance| {
            checks::weighted_sums_are_repetitions(e, &same, (c.x(), c.y()), &c.draws().weights, tolerance)
        })
    }

    /// Asks [`Law::Hyperparameters`]: of the defaults, if the estimator under test has them.
    pub fn hyperparameters(self) -> Self
    where
        E: Hyperparameters,
    {
        self.ask_some(Law::Hyperparameters, 1, Just(()), |e, (), _| checks::hyperparameters_survive(e))
    }
}
