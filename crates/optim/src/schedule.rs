//! How long steps are, and how they shrink.

use cairn_traits::{Error, Hyperparameters, Result, check};
use serde::{Deserialize, Serialize};

/// How the length of steps changes with their number t = 0, 1, 2, ..., as a factor of the first.
///
/// ```
/// use cairn_optim::Schedule;
/// assert_eq!(Schedule::Step { every: 10, factor: 0.5 }.factor(25), 0.25); // halved twice
/// assert_eq!(Schedule::Cosine { steps: 100, floor: 0.0 }.factor(100), 0.0);
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Schedule {
    /// 1.
    #[default]
    Constant,
    /// `1 / (t + 1)^power`.
    InverseScaling {
        /// At least 0; 1/2 is the classic for convex functions.
        power: f64,
    },
    /// `1 / (1 + decay t)`.
    InverseTime {
        /// At least 0.
        decay: f64,
    },
    /// `factor^⌊t / every⌋`.
    Step {
        /// Steps from one change to the next, at least 1.
        every: u64,
        /// Above 0.
        factor: f64,
    },
    /// `factor^t`: a step each time.
    Exponential {
        /// Above 0.
        factor: f64,
    },
    /// `floor + (1 − floor) (1 + cos(π t / steps)) / 2` up to `steps`, then `floor`.
    Cosine {
        /// Steps down to the floor, at least 1.
        steps: u64,
        /// Between 0 and 1.
        floor: f64,
    },
}

impl Schedule {
    /// The factor at step `t`, from 0.
    pub fn factor(&self, t: u64) -> f64 {
        let time = t as f64;
        match *self {
            Self::Constant => 1.0,
            Self::InverseScaling { power } => inverse_power(time + 1.0, power),
            Self::InverseTime { decay } => 1.0 / (1.0 + decay * time),
            Self::Step { every, factor } => factor.powf((t / every.max(1)) as f64),
            Self::Exponential { factor } => factor.powf(time),
            Self::Cosine { steps, floor } if t >= steps => floor,
            Self::Cosine { steps, floor } => {
                floor + (1.0 - floor) * 0.5 * (1.0 + (std::f64::consts::PI * time / steps as f64).cos())
            }
        }
    }
}

/// `time^−power`; the powers people use are roots, which take a third of the time: it is asked for at each step.
fn inverse_power(time: f64, power: f64) -> f64 {
    match power {
        0.25 => 1.0 / time.sqrt().sqrt(),
        0.5 => 1.0 / time.sqrt(),
        1.0 => 1.0 / time,
        power => time.powf(-power),
    }
}

impl Hyperparameters for Schedule {
    fn validate(&self) -> Result<()> {
        const POSITIVE: &str = "a number above 0";
        const NOT_NEGATIVE: &str = "a number of at least 0";
        match *self {
            Self::Constant => Ok(()),
            Self::InverseScaling { power } => check::parameter_at_least("power", 0.0, power, NOT_NEGATIVE),
            Self::InverseTime { decay } => check::parameter_at_least("decay", 0.0, decay, NOT_NEGATIVE),
            Self::Step { every, factor } => {
                check::parameter_at_least("every", 1.0, every as f64, "a number of at least 1")?;
                check::parameter_at_least("factor", f64::MIN_POSITIVE, factor, POSITIVE)
            }
            Self::Exponential { factor } => check::parameter_at_least("factor", f64::MIN_POSITIVE, factor, POSITIVE),
            Self::Cosine { steps, floor } => {
                check::parameter_at_least("steps", 1.0, steps as f64, "a number of at least 1")?;
                let requirement = "a number between 0 and 1";
                if (0.0..=1.0).contains(&floor) {
                    return Ok(());
                }
                Err(Error::Parameter { name: "floor", requirement, found: floor })
            }
        }
    }
}

/// The length of each step: a first one, a schedule, and a warm-up before it.
///
/// ```text
/// t < warm_up:   initial (t + 1) / (warm_up + 1)
/// after:         initial schedule(t − warm_up)
/// ```
///
/// A warm-up keeps the first steps short, while the averages of an optimiser are still about nothing.
///
/// ```
/// use cairn_optim::LearningRate;
/// let rate = LearningRate::new(0.1).warm_up(3);
/// assert_eq!(rate.at(0), 0.025); // 0.1 · 1/4, 2/4, 3/4, then 0.1
/// assert_eq!(rate.at(3), 0.1);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct LearningRate {
    initial: f64,
    schedule: Schedule,
    warm_up: u64,
}

impl LearningRate {
    /// Always `initial`.
    pub fn new(initial: f64) -> Self {
        Self { initial, schedule: Schedule::Constant, warm_up: 0 }
    }

    /// How it shrinks.
    #[must_use]
    pub fn schedule(mut self, schedule: Schedule) -> Self {
        self.schedule = schedule;
        self
    }

    /// How many steps it takes to grow to the first.
    #[must_use]
    pub fn warm_up(mut self, warm_up: u64) -> Self {
        self.warm_up = warm_up;
        self
    }

    /// The length of step `t`, from 0.
    pub fn at(&self, t: u64) -> f64 {
        if t < self.warm_up {
            return self.initial * (t + 1) as f64 / (self.warm_up + 1) as f64;
        }
        self.initial * self.schedule.factor(t - self.warm_up)
    }
}

impl Hyperparameters for LearningRate {
    fn validate(&self) -> Result<()> {
        check::parameter_at_least("learning_rate", f64::MIN_POSITIVE, self.initial, "a number above 0")?;
        self.schedule.validate()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn factors_by_hand() {
        assert_eq!(Schedule::Constant.factor(7), 1.0);
        assert_eq!(Schedule::InverseScaling { power: 0.5 }.factor(3), 0.5); // 1/√4
        assert_eq!(Schedule::InverseScaling { power: 0.25 }.factor(15), 0.5); // 16^(−1/4)
        assert_eq!(Schedule::InverseScaling { power: 1.0 }.factor(3), 0.25);
        assert!((Schedule::InverseScaling { power: 1.5 }.factor(3) - 0.125).abs() < 1e-16); // 4^(−3/2)
        assert_eq!(Schedule::InverseTime { decay: 0.5 }.factor(2), 0.5); // 1/(1 + 1)
        assert_eq!(Schedule::Exponential { factor: 0.5 }.factor(3), 0.125);
        let cosine = Schedule::Cosine { steps: 4, floor: 0.2 };
        assert_eq!(cosine.factor(0), 1.0);
        assert!((cosine.factor(2) - 0.6).abs() < 1e-15); // 0.2 + 0.8/2
        assert_eq!(cosine.factor(9), 0.2);
    }

    #[test]
    fn the_schedule_begins_after_the_warm_up() {
        let rate = LearningRate::new(1.0).schedule(Schedule::Step { every: 2, factor: 0.1 }).warm_up(1);
        let lengths: Vec<f64> = (0..4).map(|t| rate.at(t)).collect();
        assert_eq!(lengths, [0.5, 1.0, 1.0, 0.1]);
    }

    #[test]
    fn what_cannot_be_is_refused() {
        assert!(matches!(LearningRate::new(0.0).validate(), Err(Error::Parameter { name: "learning_rate", .. })));
        for bad in [
            Schedule::InverseScaling { power: -1.0 },
            Schedule::InverseTime { decay: f64::NAN },
            Schedule::Step { every: 0, factor: 0.5 },
            Schedule::Step { every: 1, factor: 0.0 },
            Schedule::Exponential { factor: f64::INFINITY },
            Schedule::Cosine { steps: 10, floor: 1.5 },
        ] {
            assert!(LearningRate::new(1.0).schedule(bad).validate().is_err(), "{bad:?}");
        }
    }
}
