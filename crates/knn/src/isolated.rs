use cairn_traits::{Error, Float, Result};
use serde::{Deserialize, Serialize};

/// What is answered for a row with no training row within the radius.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Isolated {
    /// An error that names the row: nothing is known of it.
    #[default]
    Refuse,
    /// All training rows answer, alike: the shares of the classes, or the mean of the targets.
    AllRows,
}

impl Isolated {
    /// # Errors
    /// [`Error::Domain`] naming the row, where it is to be refused.
    pub(crate) fn check<F: Float>(self, row: usize, radius: F) -> Result<()> {
        match self {
            Self::AllRows => Ok(()),
            Self::Refuse => {
                let requirement = "a training row within the radius";
                Err(Error::Domain { what: "x", requirement, found: radius.to_f64(), row: Some(row) })
            }
        }
    }
}
