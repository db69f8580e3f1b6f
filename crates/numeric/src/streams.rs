//! Seeded randomness: one independent stream for each unit of work.

use rand::{SeedableRng, rngs::ChaCha8Rng};

/// The `index`-th independent stream of `seed`: one for each restart, tree, epoch or block, never one for each thread.
///
/// ChaCha with 8 rounds (Bernstein 2008): its streams are separate by construction, its numbers the same on every
/// platform and in every version.
///
/// ```
/// use rand::RngExt;
/// let mut first = cairn_numeric::stream(42, 0);
/// let mut again = cairn_numeric::stream(42, 0);
/// let mut other = cairn_numeric::stream(42, 1);
/// let (a, b, c): (u64, u64, u64) = (first.random(), again.random(), other.random());
/// assert_eq!(a, b);
/// assert_ne!(a, c);
/// ```
pub fn stream(seed: u64, index: u64) -> ChaCha8Rng {
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    rng.set_stream(index);
    rng
}
