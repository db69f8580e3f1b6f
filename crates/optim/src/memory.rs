//! The last steps, and the inverse Hessian they show.

use crate::{
    objective::Preconditioner,
    vectors::{add_scaled, dot},
};
use std::collections::VecDeque;

/// A step, the change of the gradient over it, and `1 / s·y`.
#[derive(Debug)]
struct Pair {
    s: Vec<f64>,
    y: Vec<f64>,
    rho: f64,
}

/// Up to `capacity` pairs, the latest last.
#[derive(Debug)]
pub(crate) struct Memory {
    pairs: VecDeque<Pair>,
    capacity: usize,
    n: usize,
    /// What the inverse Hessian is before the pairs, beside the preconditioner: `s·y / y·B⁻¹y` of the latest pair.
    scale: f64,
}

impl Memory {
    pub(crate) fn new(capacity: usize, n: usize) -> Self {
        Self { pairs: VecDeque::new(), capacity: capacity.max(1), n, scale: 1.0 }
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.pairs.is_empty()
    }

    pub(crate) fn clear(&mut self) {
        self.pairs.clear();
        self.scale = 1.0;
    }

    /// Takes in a step. One along which the gradient does not rise shows no bowl and is forgotten.
    pub(crate) fn remember(
        &mut self,
        (from, to): (&[f64], &[f64]),
        (gradient_from, gradient_to): (&[f64], &[f64]),
        preconditioner: Option<&mut Preconditioner<'_>>,
    ) {
        // the oldest pair's memory is used again
        let spare = if self.pairs.len() == self.capacity { self.pairs.pop_front() } else { None };
        let mut pair = spare.unwrap_or_else(|| Pair { s: vec![0.0; self.n], y: vec![0.0; self.n], rho: 0.0 });
        difference(&mut pair.s, to, from);
        difference(&mut pair.y, gradient_to, gradient_from);
        let bowl = dot(&pair.s, &pair.y);
        if bowl > f64::EPSILON * dot(&pair.y, &pair.y).sqrt() * dot(&pair.s, &pair.s).sqrt() {
            pair.rho = 1.0 / bowl;
            let width = match preconditioner {
                None => dot(&pair.y, &pair.y),
                Some(preconditioner) => {
                    let mut y = pair.y.clone();
                    preconditioner(&mut y);
                    dot(&pair.y, &y)
                }
            };
            self.scale = if width > 0.0 { bowl / width } else { 1.0 };
            self.pairs.push_back(pair);
        }
    }

    /// `direction ← −H gradient` by the two-loop recursion; returns its slope. Straight down where what is remembered
    /// leads up.
    pub(crate) fn descend(
        &mut self,
        gradient: &[f64],
        mut preconditioner: Option<&mut Preconditioner<'_>>,
        direction: &mut [f64],
    ) -> f64 {
        direction.iter_mut().zip(gradient).for_each(|(d, g)| *d = -g);
        let mut alphas = Vec::with_capacity(self.pairs.len());
        for Pair { s, y, rho } in self.pairs.iter().rev() {
            let alpha = rho * dot(s, direction);
            add_scaled(direction, -alpha, y);
            alphas.push(alpha);
        }
        if let Some(preconditioner) = preconditioner.as_deref_mut() {
            preconditioner(direction);
        }
        direction.iter_mut().for_each(|d| *d *= self.scale);
        for (Pair { s, y, rho }, alpha) in self.pairs.iter().zip(alphas.iter().rev()) {
            let beta = rho * dot(y, direction);
            add_scaled(direction, alpha - beta, s);
        }
        let slope = dot(gradient, direction);
        if slope < 0.0 && slope.is_finite() {
            return slope;
        }
        self.clear();
        direction.iter_mut().zip(gradient).for_each(|(d, g)| *d = -g);
        if let Some(preconditioner) = preconditioner {
            preconditioner(direction);
        }
        dot(gradient, direction)
    }
}

fn difference(out: &mut [f64], a: &[f64], b: &[f64]) {
    for (out, (a, b)) in out.iter_mut().zip(a.iter().zip(b)) {
        *out = a - b;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_seen_is_inverted_exactly() {
        // the secant condition: H y = s for the latest pair, so −H(−y) = s
        let mut memory = Memory::new(3, 2);
        memory.remember((&[0.0, 0.0], &[1.0, 0.0]), (&[0.0, 0.0], &[4.0, 1.0]), None);
        memory.remember((&[1.0, 0.0], &[1.0, 2.0]), (&[4.0, 1.0], &[5.0, 9.0]), None);
        let mut direction = [0.0; 2];
        memory.descend(&[-1.0, -8.0], None, &mut direction);
        assert!((direction[0] - 0.0).abs() < 1e-15 && (direction[1] - 2.0).abs() < 1e-15, "{direction:?}");
    }

    #[test]
    fn a_step_over_a_ridge_is_forgotten() {
        let mut memory = Memory::new(3, 1);
        memory.remember((&[0.0], &[1.0]), (&[0.0], &[-1.0]), None);
        assert!(memory.is_empty());
        let mut direction = [0.0];
        assert_eq!(memory.descend(&[2.0], None, &mut direction), -4.0);
    }

    #[test]
    fn the_oldest_goes_first() {
        let mut memory = Memory::new(1, 1);
        memory.remember((&[0.0], &[1.0]), (&[0.0], &[2.0]), None);
        memory.remember((&[0.0], &[1.0]), (&[0.0], &[5.0]), None);
        let mut direction = [0.0];
        memory.descend(&[5.0], None, &mut direction);
        assert!((direction[0] + 1.0).abs() < 1e-15);
    }
}
