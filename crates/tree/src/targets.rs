//! What a node is judged by: sums over its rows.

use crate::boosting::quantile;
use std::ops::Range;

/// How the sums of a node become its quality.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Formula {
    /// Σ s² / W: Gini of class weights, squared error of sums of targets.
    Squares,
    /// Σ s ln(s / W): entropy of class weights, Poisson deviance of sums of targets.
    Logs,
    /// Σ w |y − median|, which no sums tell: see [`crate::absolute`].
    Medians,
}

/// What belongs to the rows.
pub(crate) enum Answers {
    /// A class each: the sums are the weights of the classes.
    Labels { class: Vec<u32>, n_classes: usize },
    /// Numbers, row by row: the sums are weighted sums of them.
    Values { values: Vec<f64>, n_outputs: usize },
}

/// Answers, and how a set of them is judged.
pub(crate) struct Targets {
    pub(crate) answers: Answers,
    pub(crate) formula: Formula,
}

/// What a node knows of its rows.
#[derive(Clone, Debug)]
pub(crate) struct Summary {
    /// Class weights, or weighted sums of targets less the shift.
    pub(crate) sums: Vec<f64>,
    /// Subtracted from each target, so that a large common offset costs no digits.
    pub(crate) shift: Vec<f64>,
    pub(crate) weight: f64,
    pub(crate) count: usize,
    pub(crate) impurity: f64,
    /// The answer: class shares, or means.
    pub(crate) value: Vec<f64>,
    pub(crate) pure: bool,
}

fn x_ln(x: f64, ratio: f64) -> f64 {
    if x > 0.0 { x * ratio.ln() } else { 0.0 }
}

impl Targets {
    pub(crate) fn width(&self) -> usize {
        match self.answers {
            Answers::Labels { n_classes, .. } => n_classes,
            Answers::Values { n_outputs, .. } => n_outputs,
        }
    }

    /// Which number of an answer monotone constraints are about: the share of the second class, or the only output.
    pub(crate) fn ordered_output(&self) -> usize {
        usize::from(matches!(self.answers, Answers::Labels { .. }))
    }

    /// Whether there is one such number, that sums tell.
    pub(crate) fn can_be_ordered(&self) -> bool {
        self.formula != Formula::Medians && self.width() == self.ordered_output() + 1
    }

    /// Over how many outputs an impurity is averaged.
    fn n_outputs(&self) -> f64 {
        match self.answers {
            Answers::Labels { .. } => 1.0,
            Answers::Values { n_outputs, .. } => n_outputs as f64,
        }
    }

    pub(crate) fn numbers(&self, row: usize) -> &[f64] {
        match &self.answers {
            Answers::Labels { .. } => &[],
            Answers::Values { values, n_outputs } => {
                values.get(Range { start: row * n_outputs, end: (row + 1) * n_outputs }).unwrap_or(&[])
            }
        }
    }

    /// Adds one row.
    #[inline(always)]
    pub(crate) fn add(&self, row: usize, weight: f64, shift: &[f64], sums: &mut [f64]) {
        match &self.answers {
            Answers::Labels { class, .. } => {
                if let Some(sum) = class.get(row).and_then(|&class| sums.get_mut(class as usize)) {
                    *sum += weight;
                }
            }
            Answers::Values { .. } => {
                for ((sum, &number), &shift) in sums.iter_mut().zip(self.numbers(row)).zip(shift) {
                    *sum += weight * (number - shift);
                }
            }
        }
    }

    /// How much the split takes from (weight x impurity), summed over the outputs.
    #[inline]
    pub(crate) fn gain(&self, node: &Summary, left: &[f64], left_weight: f64) -> f64 {
        let (total, right_weight) = (node.weight, node.weight - left_weight);
        let pairs = node.sums.iter().zip(left);
        match self.formula {
            Formula::Squares => {
                // Σ l²/Wl + r²/Wr − s²/W, written so that nothing large cancels
                let share = left_weight / total;
                let squares: f64 = pairs.map(|(&s, &l)| (l - share * s) * (l - share * s)).sum();
                squares * (total / (left_weight * right_weight))
            }
            Formula::Logs => pairs
                .map(|(&s, &l)| {
                    let r = (s - l).max(0.0);
                    x_ln(l, l / left_weight * (total / s)) + x_ln(r, r / right_weight * (total / s))
                })
                .sum(),
            Formula::Medians => 0.0,
        }
    }

    /// Whether targets under this split may be answered: a Poisson mean must be positive.
    #[inline]
    pub(crate) fn allows(&self, node: &Summary, left: &[f64]) -> bool {
        match (&self.answers, self.formula) {
            (Answers::Values { .. }, Formula::Logs) => node.sums.iter().zip(left).all(|(&s, &l)| l > 0.0 && s > l),
            _ => true,
        }
    }

    /// The scale below which differences of gains are rounding.
    pub(crate) fn scale(&self, node: &Summary) -> f64 {
        1e-12 * node.weight * node.impurity * self.n_outputs()
    }

    /// What there is to know of `rows`.
    pub(crate) fn summary(&self, rows: &[u32], weights: &[f64]) -> Summary {
        let weight_of = |row: u32| weights.get(row as usize).copied().unwrap_or(0.0);
        match self.answers {
            Answers::Labels { n_classes, .. } => {
                let mut sums = vec![0.0; n_classes];
                for &row in rows {
                    self.add(row as usize, weight_of(row), &[], &mut sums);
                }
                let weight = sums.iter().sum();
                let value: Vec<f64> = sums.iter().map(|s| s / weight).collect();
                let impurity = match self.formula {
                    Formula::Squares => value.iter().map(|p| p * (1.0 - p)).sum(),
                    Formula::Logs | Formula::Medians => value.iter().map(|&p| -x_ln(p, p)).sum(),
                };
                let pure = sums.iter().filter(|&&s| s > 0.0).count() < 2;
                Summary { sums, shift: Vec::new(), weight, count: rows.len(), impurity, value, pure }
            }
            Answers::Values { n_outputs, .. } => self.summary_of_numbers(rows, weight_of, n_outputs),
        }
    }

    fn summary_of_numbers(&self, rows: &[u32], weight_of: impl Fn(u32) -> f64, n_outputs: usize) -> Summary {
        let weight: f64 = rows.iter().map(|&row| weight_of(row)).sum();
        let first = rows.first().map_or(&[] as &[f64], |&row| self.numbers(row as usize));
        let (mut least, mut most, mut sums) = (first.to_vec(), first.to_vec(), vec![0.0; n_outputs]);
        for &row in rows {
            for (output, &number) in self.numbers(row as usize).iter().enumerate() {
                least[output] = least[output].min(number);
                most[output] = most[output].max(number);
                sums[output] += weight_of(row) * (number - first[output]);
            }
        }
        let value: Vec<f64> = (0..n_outputs)
            .map(|output| match self.formula {
                Formula::Medians => {
                    let number = |&row: &u32| (self.numbers(row as usize)[output], weight_of(row));
                    quantile(&mut rows.iter().map(number).collect::<Vec<_>>(), 0.5)
                }
                // rounding must not carry a mean out of the numbers' hull
                _ => (first[output] + sums[output] / weight).clamp(least[output], most[output]),
            })
            .collect();
        let shift = if self.formula == Formula::Logs { vec![0.0; n_outputs] } else { value.clone() };
        let (mut exact, mut spread) = (vec![0.0; n_outputs], 0.0);
        for &row in rows {
            self.add(row as usize, weight_of(row), &shift, &mut exact);
            for (&number, &mean) in self.numbers(row as usize).iter().zip(&value) {
                spread += weight_of(row)
                    * match self.formula {
                        Formula::Squares => (number - mean) * (number - mean),
                        Formula::Logs => x_ln(number, number / mean),
                        Formula::Medians => (number - mean).abs(),
                    };
            }
        }
        let impurity = (spread / (weight * n_outputs as f64)).max(0.0);
        let pure = least == most;
        Summary { sums: exact, shift, weight, count: rows.len(), impurity, value, pure }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn labels(formula: Formula) -> Targets {
        Targets { answers: Answers::Labels { class: vec![0, 0, 1, 1], n_classes: 2 }, formula }
    }

    #[test]
    fn gain_is_what_the_impurities_lose() {
        for (formula, mixed) in
            [(Formula::Squares, 4.0 / 9.0), (Formula::Logs, 3.0_f64.ln() - 2.0 / 3.0 * 2.0_f64.ln())]
        {
            let targets = labels(formula);
            let node = targets.summary(&[0, 1, 2, 3], &[1.0; 4]);
            // left {0}: pure; right {0, 1, 1}: gini 4/9, entropy ln 3 - 2/3 ln 2
            let expected = 4.0 * node.impurity - 3.0 * mixed;
            assert!((targets.gain(&node, &[1.0, 0.0], 1.0) - expected).abs() < 1e-15);
        }
    }

    #[test]
    fn numbers_far_from_zero_keep_their_variance() {
        let answers = Answers::Values { values: vec![1e9, 1e9 + 1.0], n_outputs: 1 };
        let targets = Targets { answers, formula: Formula::Squares };
        let node = targets.summary(&[0, 1], &[1.0, 1.0]);
        assert_eq!(node.impurity, 0.25);
        // left {-1/2}: 2 * 1/4 of the squares, all of them
        assert_eq!(targets.gain(&node, &[-0.5], 1.0), 0.5);
    }
}
