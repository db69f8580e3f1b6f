//! The penalty, the step of one coordinate, and how far from the optimum one can be at most.

use super::columns::Residual;

/// `l1 |w|₁ + l2/2 |w|²`, and whether coefficients must be at least 0.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Penalty {
    pub(crate) l1: f64,
    pub(crate) l2: f64,
    pub(crate) positive: bool,
}

impl Penalty {
    /// The best value of one coefficient, whose column has this `square`, where `pull` is that of the residuals when it
    /// is 0: 0 unless the pull is stronger than `l1`.
    #[inline(always)]
    pub(crate) fn shrunk(self, pull: f64, square: f64) -> f64 {
        let beyond = (pull.abs() - self.l1).max(0.0);
        if pull < 0.0 && self.positive { 0.0 } else { beyond.copysign(pull) / (square + self.l2) }
    }

    /// How strongly a coefficient is pulled away from its value, its own penalty taken off.
    #[inline(always)]
    pub(crate) fn force(self, pull: f64, coefficient: f64) -> f64 {
        let force = pull - self.l2 * coefficient;
        if self.positive { force.max(0.0) } else { force.abs() }
    }

    /// An upper bound of how much the objective is above its minimum, and the largest force.
    ///
    /// ```text
    /// primal   ½ Σ v r² + l1 |w|₁ + l2/2 |w|²
    /// dual     s R·Y − s²/2 |R|²,   R = (√v r, −√l2 w),  Y = (√v ỹ, 0),  s = min(1, l1 / max force)
    /// ```
    ///
    /// Without `l1` there is no such s; the bound is then that of ridge, and without any penalty it is no bound but what
    /// one step of each coordinate could gain.
    pub(crate) fn gap(self, residual: Residual, terms: impl Iterator<Item = Term>) -> Gap {
        let (mut sum, mut squares, mut strongest, mut gains) = (0.0_f64, 0.0_f64, 0.0_f64, 0.0_f64);
        for Term { coefficient: w, pull, square } in terms {
            sum += w.abs();
            squares += w * w;
            let force = self.force(pull, w);
            strongest = strongest.max(force);
            if self.l1 == 0.0 {
                // without l2 the gain of one step; with it the dual's own penalty
                let against = if self.positive && w == 0.0 { pull.max(0.0) } else { pull };
                gains += 0.5 * if self.l2 > 0.0 { against * against / self.l2 } else { against * against / square };
            }
        }
        let objective = 0.5 * residual.square + self.l1 * sum + 0.5 * self.l2 * squares;
        let gap = if self.l1 > 0.0 {
            let s = if strongest > self.l1 { self.l1 / strongest } else { 1.0 };
            let all = residual.square + self.l2 * squares;
            objective + 0.5 * s * s * all - s * residual.along
        } else if self.l2 > 0.0 {
            residual.square + 0.5 * self.l2 * squares - residual.along + gains
        } else {
            gains
        };
        Gap { gap: gap.max(0.0), objective, strongest }
    }
}

/// One coefficient as the gap sees it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Term {
    pub(crate) coefficient: f64,
    /// `Σ v x̃ⱼ r`.
    pub(crate) pull: f64,
    pub(crate) square: f64,
}

/// What [`Penalty::gap`] finds.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Gap {
    pub(crate) gap: f64,
    pub(crate) objective: f64,
    pub(crate) strongest: f64,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_weak_pull_leaves_exactly_zero() {
        let lasso = Penalty { l1: 2.0, l2: 0.0, positive: false };
        assert_eq!(lasso.shrunk(2.0, 4.0), 0.0);
        assert_eq!(lasso.shrunk(-6.0, 4.0), -1.0); // (6 − 2) / 4
        assert_eq!(Penalty { l2: 4.0, ..lasso }.shrunk(10.0, 4.0), 1.0); // (10 − 2) / (4 + 4)
        assert_eq!(Penalty { positive: true, ..lasso }.shrunk(-6.0, 4.0), 0.0);
    }

    #[test]
    fn at_the_optimum_the_gap_is_zero() {
        // one column, Σ v x² = 4, Σ v x y = 10, Σ v y² = 30: w = (10 − 2) / 4 = 2, Σ v r² = 30 − 2·20 + 16 = 6
        let lasso = Penalty { l1: 2.0, l2: 0.0, positive: false };
        let residual = Residual { square: 6.0, along: 30.0 - 2.0 * 10.0 };
        let found = lasso.gap(residual, [Term { coefficient: 2.0, pull: 10.0 - 8.0, square: 4.0 }].into_iter());
        // primal 3 + 4 = 7; dual 10 − 3 = 7
        assert_eq!((found.objective, found.gap), (7.0, 0.0));
        // at 0 it is an upper bound: primal 15, s = 2/10, dual 6 − 0.6 = 5.4
        let at_zero = Residual { square: 30.0, along: 30.0 };
        let found = lasso.gap(at_zero, [Term { coefficient: 0.0, pull: 10.0, square: 4.0 }].into_iter());
        assert!((found.gap - (15.0 - 5.4)).abs() < 1e-14 && found.gap >= 15.0 - 7.0);
    }

    #[test]
    fn ridge_has_a_gap_too() {
        // the same column: w = 10 / (4 + 1) = 2, pull 10 − 8 = 2 = l2 w
        let ridge = Penalty { l1: 0.0, l2: 1.0, positive: false };
        let residual = Residual { square: 6.0, along: 10.0 };
        let found = ridge.gap(residual, [Term { coefficient: 2.0, pull: 2.0, square: 4.0 }].into_iter());
        assert_eq!(found.gap, 0.0); // 6 + 2 − 10 + 4/2
    }
}
