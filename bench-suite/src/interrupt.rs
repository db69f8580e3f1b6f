//! Ctrl-C: the first ends the comparison after the fold under way, with what is finished; the second ends it at once.

use crate::failure::{Failure, Result};
use std::sync::atomic::{AtomicBool, Ordering};

static ASKED: AtomicBool = AtomicBool::new(false);

/// The exit status of programs that Ctrl-C ended.
pub(crate) const STATUS: u8 = 130;

/// From now on, notes Ctrl-C.
pub(crate) fn watch() -> Result<()> {
    let noted = || {
        if ASKED.swap(true, Ordering::Relaxed) {
            std::process::exit(i32::from(STATUS));
        }
    };
    ctrlc::set_handler(noted).map_err(|e| Failure::new(format!("Ctrl-C: {e}")))
}

/// Whether it came.
pub(crate) fn asked() -> bool {
    ASKED.load(Ordering::Relaxed)
}

/// An error if it came.
pub(crate) fn check() -> Result<()> {
    if asked() { Err(Failure::new("interrupted")) } else { Ok(()) }
}
