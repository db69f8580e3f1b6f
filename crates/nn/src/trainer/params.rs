use crate::{AnyLayer, Architecture};
use cairn_optim::{LearningRate, Optimizer, Plateau, Schedule, WeightAverage};
use cairn_traits::{Error, Hyperparameters, Result, check};
use serde::{Deserialize, Serialize};

/// How a network learns: batch after batch, epoch after epoch.
///
/// ```text
/// cost      Σ losses of the rows + l2/2 |weights|²
/// a step    the gradient of the mean over a batch of rows;  + l2/n weights;  cut where it is too long;  optimiser
/// an epoch  all rows once, in an order drawn anew
/// ```
///
/// | to have | set |
/// |---|---|
/// | scikit-learn's `alpha` | `l2 = alpha n / batch_size` (n training rows) |
/// | PyTorch's `weight_decay` of all parameters | that of the optimiser |
/// | an end when rows held back stop improving, with the weights that were best | `early_stopping` |
/// | larger batches than memory takes | `accumulate` |
/// | scikit-learn's `solver="lbfgs"` | `optimizer` L-BFGS, `epochs = max_iter`, `l2 = alpha` |
///
/// # All rows at once
/// With [`Optimizer::Lbfgs`] a step is an iteration on the cost of all training rows, divided by their number; it goes
/// through them once or a few times, batch by batch in order, and counts as an epoch. It ends at `epochs`, or
/// ([`Stop::Converged`](cairn_traits::Stop)) where the largest slope is below the `tol` of the optimiser. For some thousand
/// rows and parameters it finds lower costs than steps by batches, and knows when it is done; of a larger table it sees one
/// step where others have taken a hundred. It remembers `2 memory` numbers of double precision for each parameter, and
/// nothing from one fit to the next.
///
/// | | with L-BFGS |
/// |---|---|
/// | `learning_rate`, `schedule`, `warm_up`, `batch_size`, `accumulate`, `shuffle` | have no say: steps are as long as a line search finds, batches as large as memory is to hold |
/// | `l2`, weights, `early_stopping` and what goes with it | as ever |
/// | `clip_norm`, `clip_value`, `plateau`, `average` | refused |
/// | dropout, batch norm | refused: [`Trainer::suits`] |
/// | [`Trainer::once`] | refused |
///
/// # Determinism
/// Epoch e is shuffled by stream e + 1 of `seed`, rows held back are drawn from stream 0; dropout draws from streams of a
/// seed of its own.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Trainer {
    pub(crate) optimizer: Optimizer,
    pub(crate) learning_rate: f64,
    pub(crate) schedule: Schedule,
    pub(crate) warm_up: u64,
    pub(crate) plateau: Option<Plateau>,
    pub(crate) epochs: usize,
    pub(crate) batch_size: usize,
    pub(crate) shuffle: bool,
    pub(crate) accumulate: usize,
    pub(crate) l2: f64,
    pub(crate) clip_norm: Option<f64>,
    pub(crate) clip_value: Option<f64>,
    pub(crate) average: Option<WeightAverage>,
    pub(crate) early_stopping: bool,
    pub(crate) validation_fraction: f64,
    pub(crate) n_iter_no_change: usize,
    pub(crate) tol: f64,
    pub(crate) seed: u64,
}

impl Trainer {
    /// Adam, steps of 1e-3, batches of 128, 20 epochs, no penalty, no early stopping; where that is asked for, a tenth of
    /// the rows held back and 10 epochs of patience, as in scikit-learn.
    pub fn new() -> Self {
        Self {
            optimizer: Optimizer::default(),
            learning_rate: 1e-3,
            schedule: Schedule::Constant,
            warm_up: 0,
            plateau: None,
            epochs: 20,
            batch_size: 128,
            shuffle: true,
            accumulate: 1,
            l2: 0.0,
            clip_norm: None,
            clip_value: None,
            average: None,
            early_stopping: false,
            validation_fraction: 0.1,
            n_iter_no_change: 10,
            tol: 1e-4,
            seed: 0,
        }
    }

    /// The length of each step.
    pub(crate) fn rate(&self) -> LearningRate {
        LearningRate::new(self.learning_rate).schedule(self.schedule).warm_up(self.warm_up)
    }

    /// The seed of first weights: not that of the orders, whose streams they would share.
    pub fn init_seed(&self) -> u64 {
        self.seed.rotate_left(32) ^ 0x5EED
    }

    /// Whether its optimiser can teach these layers: L-BFGS compares costs of different weights, so that the same weights
    /// must cost the same each time. Dropout draws anew, and batch norm's means would be those of the batches that memory
    /// happens to hold.
    ///
    /// # Errors
    /// [`Error::Parameter`], named after the kind of layer.
    pub fn suits(&self, architecture: &Architecture) -> Result<()> {
        if self.optimizer.minimizer().is_none() {
            return Ok(());
        }
        for layer in architecture.layers() {
            if let AnyLayer::Dropout(dropout) = layer
                && dropout.rate > 0.0
            {
                let requirement = "0 with lbfgs, to which the same weights must cost the same each time";
                return Err(Error::Parameter { name: "dropout", requirement, found: dropout.rate });
            }
        }
        let coupling = architecture.layers().iter().filter(|layer| layer.sizes().sums > 0).count();
        if coupling > 0 {
            let requirement = "no such layer with lbfgs, whose cost is not one of batches";
            return Err(Error::Parameter { name: "batch_norm", requirement, found: coupling as f64 });
        }
        Ok(())
    }

    /// With L-BFGS nothing is asked for that only steps by batches have.
    fn validate_whole(&self) -> Result<()> {
        let requirement = "none with lbfgs, which finds the lengths of its steps by the slopes as they are";
        let refused = |name, found| Err(Error::Parameter { name, requirement, found });
        match (self.optimizer.minimizer(), self.clip_norm, self.clip_value, self.plateau, self.average) {
            (None, ..) | (Some(_), None, None, None, None) => Ok(()),
            (_, Some(most), ..) => refused("clip_norm", most),
            (_, _, Some(most), ..) => refused("clip_value", most),
            (_, _, _, Some(_), _) => refused("plateau", f64::NAN),
            (_, _, _, _, Some(_)) => refused("average", f64::NAN),
        }
    }

    /// Rows to learn from, and rows held back if `early_stopping` asks for some: ascending each. Where there are classes,
    /// they are held back in proportion.
    ///
    /// # Errors
    /// [`Error::TooFewSamples`] if no row would be left on one side.
    pub fn hold_back(&self, n: usize, classes: Option<&[usize]>) -> Result<(Vec<usize>, Vec<usize>)> {
        let mut rows: Vec<usize> = (0..n).collect();
        if !self.early_stopping || self.validation_fraction == 0.0 {
            return Ok((rows, Vec::new()));
        }
        let held = (self.validation_fraction * n as f64).round().max(1.0) as usize;
        check::at_least("x", 2, n)?;
        check::at_least("x", held + 1, n)?;
        super::shuffle(&mut rows, &mut cairn_numeric::stream(self.seed, 0));
        if let Some(classes) = classes {
            // stable: the drawn order stays within each class
            rows.sort_by_key(|&row| classes.get(row).copied());
        }
        // of n rows in this order, held ones at even distances
        let is_held = |at: usize| (at + 1) * held / n > at * held / n;
        let (mut train, mut validation) = (Vec::with_capacity(n - held), Vec::with_capacity(held));
        for (at, row) in rows.into_iter().enumerate() {
            if is_held(at) { validation.push(row) } else { train.push(row) }
        }
        train.sort_unstable();
        validation.sort_unstable();
        Ok((train, validation))
    }
}

impl Default for Trainer {
    fn default() -> Self {
        Self::new()
    }
}

impl Hyperparameters for Trainer {
    fn validate(&self) -> Result<()> {
        let count = |name, found: usize| check::parameter_at_least(name, 1.0, found as f64, "at least 1");
        let at_least_0 = |name, found| check::parameter_at_least(name, 0.0, found, "a number of at least 0");
        self.optimizer.validate()?;
        self.validate_whole()?;
        self.rate().validate()?;
        count("epochs", self.epochs)?;
        count("batch_size", self.batch_size)?;
        count("accumulate", self.accumulate)?;
        count("n_iter_no_change", self.n_iter_no_change)?;
        at_least_0("l2", self.l2)?;
        at_least_0("tol", self.tol)?;
        self.plateau.map_or(Ok(()), |plateau| plateau.validate())?;
        self.average.map_or(Ok(()), |average| average.validate())?;
        for (name, most) in [("clip_norm", self.clip_norm), ("clip_value", self.clip_value)] {
            most.map_or(Ok(()), |most| check::parameter_at_least(name, f64::MIN_POSITIVE, most, "a number above 0"))?;
        }
        let (requirement, found) = ("a number of at least 0 and below 1", self.validation_fraction);
        if (0.0..1.0).contains(&found) {
            Ok(())
        } else {
            Err(Error::Parameter { name: "validation_fraction", requirement, found })
        }
    }
}

/// The setters of an estimator that learns by a [`Trainer`] and holds it as `trainer`, and of the trainer itself.
#[doc(hidden)]
#[macro_export]
macro_rules! trainer_setters {
    () => {
        $crate::trainer_setters! { @list @own }
    };
    ($of:ident) => {
        $crate::trainer_setters! { @list @within $of }
    };
    (@own $($(#[$doc:meta])* $name:ident: $kind:ty;)*) => {
        $(
            $(#[$doc])*
            #[must_use]
            pub fn $name(mut self, $name: $kind) -> Self {
                self.$name = $name;
                self
            }
        )*
    };
    (@within $of:ident $($(#[$doc:meta])* $name:ident: $kind:ty;)*) => {
        $(
            $(#[$doc])*
            #[must_use]
            pub fn $name(mut self, $name: $kind) -> Self {
                self.$of = self.$of.$name($name);
                self
            }
        )*
    };
    (@list $($then:tt)*) => {
        $crate::trainer_setters! {
            $($then)*
            /// How a gradient becomes a step: SGD, Adam and others, with their own numbers; or L-BFGS, on all rows at once.
            optimizer: $crate::Optimizer;
            /// How long the first steps are, above 0. Too large diverges, too small takes for ever; tenths and tens are
            /// worth a try.
            learning_rate: f64;
            /// How the length of steps changes with their number. A step is a batch, not an epoch.
            schedule: $crate::Schedule;
            /// How many steps it takes to grow to `learning_rate`.
            warm_up: u64;
            /// Shorter steps whenever the loss that is watched no longer falls: that of the rows held back, if some are.
            plateau: Option<$crate::Plateau>;
            /// How often all rows are gone through, at least 1; iterations of L-BFGS at most.
            epochs: usize;
            /// Rows a step, at least 1: small is noisy and slow, large is smooth and may need longer steps.
            batch_size: usize;
            /// Whether each epoch draws an order of the rows.
            shuffle: bool;
            /// Batches whose gradients are averaged to one step, at least 1: large batches in little memory.
            accumulate: usize;
            /// How dear large weights are, at least 0: `l2/2 |w|²` beside the sum of the losses. Biases are free.
            l2: f64;
            /// The longest gradient; a longer one is shortened to it. None: as long as it is.
            clip_norm: Option<f64>;
            /// The largest slope by one weight, above 0; larger ones are cut to it. None: as they are.
            clip_value: Option<f64>;
            /// Whether the weights kept are an average over the steps, and which: from the first step on the same one.
            /// Running statistics of batch norm are those of the weights that walk.
            average: Option<$crate::WeightAverage>;
            /// Whether it ends when the loss on rows held back has stopped falling; the best weights are restored.
            early_stopping: bool;
            /// The share of the rows held back for `early_stopping`, at least 0 and below 1; with 0 the loss of the
            /// training rows is watched.
            validation_fraction: f64;
            /// Epochs without a new lowest loss before `early_stopping` ends it, at least 1.
            n_iter_no_change: usize;
            /// By how much a loss must be lower to be a new lowest, at least 0.
            tol: f64;
            /// Of first weights, orders, dropout and the rows held back.
            seed: u64;
        }
    };
}

impl Trainer {
    trainer_setters!();
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_are_held_back_once_and_in_proportion() {
        let classes: Vec<usize> = (0..100).map(|row| usize::from(row % 5 == 0)).collect(); // 80 and 20
        let trainer = Trainer::new().early_stopping(true).validation_fraction(0.25);
        let (train, held) = trainer.hold_back(100, Some(&classes)).unwrap();
        let mut all = [train.clone(), held.clone()].concat();
        all.sort_unstable();
        assert_eq!(all, (0..100).collect::<Vec<_>>());
        assert_eq!((held.len(), held.iter().filter(|&&row| classes[row] == 1).count()), (25, 5));
        assert_eq!(trainer.hold_back(100, Some(&classes)).unwrap().1, held);
        assert_ne!(trainer.seed(1).hold_back(100, Some(&classes)).unwrap().1, held);
    }

    #[test]
    fn a_row_must_stay_on_each_side() {
        let trainer = Trainer::new().early_stopping(true).validation_fraction(0.9);
        assert!(matches!(trainer.hold_back(1, None), Err(Error::TooFewSamples { .. })));
        assert!(matches!(trainer.hold_back(3, None), Err(Error::TooFewSamples { needed: 4, .. })));
        assert_eq!(trainer.early_stopping(false).hold_back(1, None).unwrap(), (vec![0], vec![]));
    }

    #[test]
    fn what_cannot_be_is_refused() {
        for bad in [
            Trainer::new().learning_rate(0.0),
            Trainer::new().epochs(0),
            Trainer::new().batch_size(0),
            Trainer::new().accumulate(0),
            Trainer::new().l2(-1.0),
            Trainer::new().l2(f64::NAN),
            Trainer::new().clip_norm(Some(0.0)),
            Trainer::new().validation_fraction(1.0),
            Trainer::new().n_iter_no_change(0),
            Trainer::new().tol(f64::INFINITY),
        ] {
            assert!(matches!(bad.validate(), Err(Error::Parameter { .. })), "{bad:?}");
        }
        assert_eq!(Trainer::new().validate(), Ok(()));
    }
}
