//! placeholder
use crate::{failure::Result, results::Results};

pub(crate) fn page(_: &Results) -> Result<String> {
    Ok(String::new())
}
