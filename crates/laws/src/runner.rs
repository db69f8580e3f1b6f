//! Asking laws: draw cases, check, shrink.

use crate::{Broken, Case, Counterexample, Law, Outcome, Report, Verdict};
use proptest::{
    strategy::Strategy,
    test_runner::{Config, RngAlgorithm, TestCaseError, TestError, TestRng, TestRunner},
};
use std::{
    any::Any,
    fmt,
    marker::PhantomData,
    panic::{AssertUnwindSafe, catch_unwind},
};

/// The laws to ask of one estimator.
///
/// Begin with [`Laws::regressor`], [`Laws::classifier`], [`Laws::clusterer`] or [`Laws::transformer`]; add what the estimator can do besides ([`Laws::weighted`],
/// [`Laws::persistent`] ...), declare exceptions, and end with [`Laws::check`] or [`Laws::assert`].
///
/// An estimator may refuse a case with [`cairn_traits::Error::TooFewSamples`], `Classes`, `Singular`, `Diverged` or
/// `Domain`; the case then tells nothing ([`Law::Learns`] sees to it that not all are refused). A panic inside the
/// estimator breaks the law that was asked.
///
/// # Determinism
/// The same seed draws the same cases. The default is fixed.
#[must_use = "laws are asked by `check` or `assert`"]
pub struct Laws<'a, E, C> {
    pub(crate) estimator: &'a E,
    trials: Vec<Trial<'a>>,
    exceptions: Vec<(Law, &'static str)>,
    settings: Settings,
    case: PhantomData<fn() -> C>,
}

#[derive(Clone, Copy, Debug)]
struct Settings {
    cases: u32,
    seed: u64,
    tolerance: f64,
    inputs: fn(f64) -> f64,
}

struct Trial<'a> {
    law: Law,
    run: Box<Run<'a>>,
}

type Run<'a> = dyn Fn(&Settings) -> Option<Counterexample> + 'a;

impl<E, C> fmt::Debug for Laws<'_, E, C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let laws: Vec<Law> = self.trials.iter().map(|trial| trial.law).collect();
        f.debug_struct("Laws").field("laws", &laws).field("settings", &self.settings).finish_non_exhaustive()
    }
}

/// How far numbers that are computed on two ways may lie apart, relative to the largest. Data 1e6 away from 0 in steps
/// of 1/8 holds a step to 1e-9; thirty rows leave some direction of theirs a hundred times thinner than the others.
const TOLERANCE: f64 = 1e-7;

impl<'a, E, C> Laws<'a, E, C> {
    pub(crate) fn of(estimator: &'a E) -> Self {
        // proptest's own variable for longer runs
        let cases = std::env::var("PROPTEST_CASES").ok().and_then(|cases| cases.parse().ok());
        let settings = Settings { cases: cases.unwrap_or(64), seed: 0, tolerance: TOLERANCE, inputs: |value| value };
        Self { estimator, trials: Vec::new(), exceptions: Vec::new(), settings, case: PhantomData }
    }

    /// How many cases are drawn for each law: 64, or what the variable `PROPTEST_CASES` says. Costly laws draw fewer.
    pub fn cases(mut self, cases: u32) -> Self {
        self.settings.cases = cases.max(1);
        self
    }

    /// Other cases for another seed.
    pub fn seed(mut self, seed: u64) -> Self {
        self.settings.seed = seed;
        self
    }

    /// How far answers that should agree may differ, relative to the largest: 1e-7 by default.
    pub fn tolerance(mut self, tolerance: f64) -> Self {
        self.settings.tolerance = tolerance;
        self
    }

    /// Inputs as the estimator wants them: each number of x goes through `map` first. Counts: `|v| v.abs().floor()`.
    pub fn inputs(mut self, map: fn(f64) -> f64) -> Self {
        self.settings.inputs = map;
        self
    }

    /// Declares that `law` does not hold, and why that is right. It is asked all the same: if it is kept, the exception
    /// is stale, which [`Laws::assert`] does not let pass.
    pub fn except(mut self, law: Law, reason: &'static str) -> Self {
        self.exceptions.push((law, reason));
        self
    }

    /// Asks these laws and no others: to look into one that is broken.
    pub fn only(mut self, laws: &[Law]) -> Self {
        self.trials.retain(|trial| laws.contains(&trial.law));
        self.exceptions.retain(|(law, _)| laws.contains(law));
        self
    }

    /// Adds a law: how its cases are drawn, and what is checked of each, with the tolerance.
    pub(crate) fn ask<S>(self, law: Law, cases: S, check: impl Fn(&'a E, &S::Value, f64) -> Verdict + 'a) -> Self
    where
        S: Strategy + 'a,
        S::Value: MapInputs,
    {
        self.ask_some(law, u32::MAX, cases, check)
    }

    /// [`Laws::ask`] of at most so many cases, because each costs much.
    pub(crate) fn ask_some<S>(
        mut self,
        law: Law,
        most: u32,
        cases: S,
        check: impl Fn(&'a E, &S::Value, f64) -> Verdict + 'a,
    ) -> Self
    where
        S: Strategy + 'a,
        S::Value: MapInputs,
    {
        let estimator = self.estimator;
        let run = move |settings: &Settings| {
            let settings = Settings { cases: settings.cases.min(most), ..*settings };
            smallest(&settings, law, &cases, |case| check(estimator, case, settings.tolerance))
        };
        self.trials.push(Trial { law, run: Box::new(run) });
        self
    }

    /// Asks all laws.
    pub fn check(&self) -> Report {
        let mut findings: Vec<(Law, Outcome)> =
            self.trials.iter().map(|trial| (trial.law, self.outcome(trial))).collect();
        for &(law, reason) in &self.exceptions {
            if self.trials.iter().all(|trial| trial.law != law) {
                findings.push((law, Outcome::Stale { reason }));
            }
        }
        findings.sort_by_key(|(law, _)| *law);
        Report { findings }
    }

    fn outcome(&self, trial: &Trial<'_>) -> Outcome {
        let reason = self.exceptions.iter().find(|(law, _)| *law == trial.law).map(|(_, reason)| *reason);
        match ((trial.run)(&self.settings), reason) {
            (None, None) => Outcome::Kept,
            (None, Some(reason)) => Outcome::Stale { reason },
            (Some(counterexample), None) => Outcome::Broken(counterexample),
            (Some(counterexample), Some(reason)) => Outcome::Excepted { reason, counterexample },
        }
    }

    /// Asks all laws, for tests.
    ///
    /// # Panics
    /// With the report, if a law is broken or an exception stale.
    #[track_caller]
    pub fn assert(&self) {
        let report = self.check();
        assert!(report.is_good(), "not every law is kept\n{report}");
    }
}

/// Values whose inputs can be mapped: cases, alone or with parameters of a law.
pub(crate) trait MapInputs: fmt::Debug + Clone {
    fn map_inputs(self, map: fn(f64) -> f64) -> Self;
}

impl<C: Case> MapInputs for C {
    fn map_inputs(self, map: fn(f64) -> f64) -> Self {
        Case::map_inputs(self, map)
    }
}

impl<C: Case> MapInputs for (C, f64) {
    fn map_inputs(self, map: fn(f64) -> f64) -> Self {
        (Case::map_inputs(self.0, map), self.1)
    }
}

impl<C: Case> MapInputs for (C, usize) {
    fn map_inputs(self, map: fn(f64) -> f64) -> Self {
        (Case::map_inputs(self.0, map), self.1)
    }
}

impl MapInputs for () {
    fn map_inputs(self, _map: fn(f64) -> f64) -> Self {}
}

/// The smallest case that breaks the law, if any does.
fn smallest<S>(settings: &Settings, law: Law, cases: &S, check: impl Fn(&S::Value) -> Verdict) -> Option<Counterexample>
where
    S: Strategy,
    S::Value: MapInputs,
{
    let config = Config {
        cases: settings.cases,
        failure_persistence: None,
        max_shrink_iters: 4096,
        max_global_rejects: settings.cases.saturating_mul(100),
        ..Config::default()
    };
    let mut seed = [0; 32];
    seed[..8].copy_from_slice(&settings.seed.to_le_bytes());
    let mut runner = TestRunner::new_with_rng(config, TestRng::from_seed(RngAlgorithm::ChaCha, &seed));
    let check = |case: S::Value| -> Verdict {
        let case = case.map_inputs(settings.inputs);
        catch_unwind(AssertUnwindSafe(|| check(&case)))
            .unwrap_or_else(|panic| Err(Broken::new("an answer or an error", format!("a panic: {}", message(&*panic)))))
    };
    match runner.run(cases, |case| check(case).map_err(|broken| TestCaseError::fail(broken.to_string()))) {
        Ok(()) => None,
        Err(TestError::Fail(_, case)) => {
            let broken = check(case.clone()).err();
            let broken = broken.unwrap_or_else(|| Broken::new("the same outcome twice", "another on this case"));
            Some(Counterexample { case: format!("{:?}", case.map_inputs(settings.inputs)), broken })
        }
        Err(TestError::Abort(reason)) => {
            Some(Counterexample { case: String::new(), broken: Broken::new(format!("cases for {law}"), reason) })
        }
    }
}

fn message(panic: &(dyn Any + Send)) -> &str {
    let text = panic.downcast_ref::<&str>().copied();
    text.or_else(|| panic.downcast_ref::<String>().map(String::as_str)).unwrap_or("without a message")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Regression, strategies::Design};
    use cairn_traits::DMatrix;
    use std::cell::RefCell;

    fn laws() -> Laws<'static, (), Regression> {
        Laws::of(&())
    }

    fn x_below(least: f64) -> impl Fn(&(), &Regression, f64) -> Verdict {
        move |(), case, _| {
            let max = case.x.max();
            if max < least { Ok(()) } else { Err(Broken::new(format!("numbers below {least}"), max)) }
        }
    }

    fn cases() -> impl Strategy<Value = Regression> {
        Regression::cases(Design::ALL, 1..=30)
    }

    #[test]
    fn a_counterexample_is_as_small_as_it_can_be() {
        let report = laws().ask(Law::Hull, cases(), x_below(3.0)).check();
        let (_, found) = report.broken().next().unwrap();
        assert_eq!(found.case, "x = [[3.0]]\ny = [0.0]");
        assert_eq!(found.broken, Broken::new("numbers below 3", "3"));
    }

    #[test]
    fn a_panic_breaks_the_law() {
        let report = laws().ask(Law::Hull, cases(), |(), case, _| panic!("{} rows", case.x.nrows())).check();
        assert_eq!(report.broken().next().unwrap().1.broken.found, "a panic: 1 rows");
    }

    #[test]
    fn exceptions_are_declared_used_and_not_stale() {
        let excepted = laws().ask(Law::Hull, cases(), x_below(3.0)).except(Law::Hull, "too large").check();
        assert!(excepted.is_good() && matches!(excepted.findings()[0].1, Outcome::Excepted { .. }));
        let kept = laws().ask(Law::Hull, cases(), x_below(1e99)).except(Law::Hull, "too large").check();
        assert!(!kept.is_good());
        let not_asked = laws().except(Law::Hull, "too large").check();
        assert_eq!(not_asked.outcome(Law::Hull), Some(&Outcome::Stale { reason: "too large" }));
    }

    #[test]
    fn the_same_seed_draws_the_same_cases_and_another_seed_others() {
        let sum = |seed| {
            let seen = RefCell::new(Vec::new());
            let keep = |x: &DMatrix<f64>| seen.borrow_mut().push(x.clone());
            let laws = laws().seed(seed).cases(5).ask(Law::Hull, cases(), move |(), case, _| {
                keep(&case.x);
                Ok(())
            });
            assert!(laws.check().is_good());
            drop(laws);
            seen.into_inner()
        };
        assert_eq!(sum(1), sum(1));
        assert_ne!(sum(1), sum(2));
    }

    #[test]
    fn inputs_are_mapped_before_they_are_checked_and_shown() {
        let report = laws().inputs(|v| v.abs() + 3.0).ask(Law::Hull, cases(), x_below(3.0)).check();
        assert_eq!(report.broken().next().unwrap().1.case, "x = [[3.0]]\ny = [0.0]");
    }
}
