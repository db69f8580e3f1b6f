//! Learning, from many batches or from all rows at once.

mod data;
mod epoch;
mod evaluate;
mod fit;
mod history;
mod ledger;
mod params;
mod state;
mod whole;

pub use data::Data;
pub use fit::Watcher;
pub use history::{Epoch, History};
pub use params::Trainer;
pub use state::TrainerState;

use rand::{RngExt, rngs::ChaCha8Rng};

/// Every order is as likely as any other (Fisher and Yates; Durstenfeld's form).
pub(crate) fn shuffle(rows: &mut [usize], rng: &mut ChaCha8Rng) {
    for i in (1..rows.len()).rev() {
        rows.swap(i, rng.random_range(0..=i));
    }
}
