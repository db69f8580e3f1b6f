use crate::{
    contract::{Layer, Mode, Pass, Seen, Sizes},
    layers::kernels,
};
use cairn_numeric::stream;
use cairn_traits::{Error, Float, Result, check};
use rand::RngExt;
use serde::{Deserialize, Serialize};

/// Leaves out each number with the probability `rate` while learning, so that no unit relies on another.
///
/// ```text
/// forward    learning: y = x / (1 − rate) where kept, 0 elsewhere;   answering: y = x
/// backward   dx += dy / (1 − rate) where kept
/// ```
///
/// Dividing by `1 − rate` keeps the expected value, so that answering needs no change.
///
/// # Determinism
/// What is left out is drawn from the stream of seed, step, layer and block.
///
/// # References
/// Srivastava, Hinton, Krizhevsky, Sutskever and Salakhutdinov (2014), Dropout, JMLR 15.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Dropout {
    /// Numbers of a sample.
    pub size: usize,
    /// The share that is left out, at least 0 and below 1; to 16 binary digits.
    pub rate: f64,
}

impl<F: Float> Layer<F> for Dropout {
    fn sizes(&self) -> Sizes {
        Sizes { inputs: self.size, outputs: self.size, cache: self.size, ..Sizes::default() }
    }

    fn validate(&self) -> Result<()> {
        check::parameter_at_least("size", 1.0, self.size as f64, "at least 1")?;
        let (requirement, found) = ("a number of at least 0 and below 1", self.rate);
        if (0.0..1.0).contains(&found) { Ok(()) } else { Err(Error::Parameter { name: "dropout", requirement, found }) }
    }

    fn forward(&self, p: Pass<'_, F>, x: &[F], y: &mut [F], cache: Option<&mut [F]>, _: &mut [F]) {
        y.copy_from_slice(x);
        // the factors are drawn where the backward pass will look for them
        let Some(cache) = cache else { return };
        if p.mode == Mode::Infer || self.rate == 0.0 {
            cache.fill(F::one());
            return;
        }
        let mut rng = stream(p.seed.0, p.seed.1);
        // of 2¹⁶ numbers the lowest say "out"; a draw is two of them
        let out = ((self.rate * 65_536.0).round() as u32).min(65_535);
        let kept = F::of(1.0 / (1.0 - f64::from(out) / 65_536.0));
        for pair in cache.chunks_mut(2) {
            let drawn = rng.random::<u32>();
            for (factor, number) in pair.iter_mut().zip([drawn & 0xFFFF, drawn >> 16]) {
                *factor = if number < out { F::zero() } else { kept };
            }
        }
        kernels::multiply(y, cache);
    }

    fn backward(&self, _: Pass<'_, F>, seen: Seen<'_, F>, dy: &[F], dx: Option<&mut [F]>, _: &mut [F], _: &mut [F]) {
        if let Some(dx) = dx {
            kernels::add_products(dx, dy, seen.cache);
        }
    }
}
