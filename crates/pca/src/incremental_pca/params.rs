use cairn_traits::{Error, Hyperparameters, Result};
use serde::{Deserialize, Serialize};

/// Principal components from batches of rows, of which only one is in memory at a time.
///
/// The model keeps the leading directions with their lengths; a batch is put below them and the singular values of the
/// small stack are taken. What is left out of one batch is lost to the next, so the components are near those of
/// [`crate::Pca`], and exact where all components are kept or the rows lie in so few directions. Where p x p numbers
/// fit into memory, [`crate::Moments`] with [`cairn_traits::FitFrom`] are exact always.
///
/// # Examples
/// ```
/// use cairn_pca::{IncrementalPca, PartialFit, rows};
/// let pca = IncrementalPca::new(1);
/// let mut model = pca.start(&rows(&[[1.0, 1.0], [4.0, 5.0]]), &())?;
/// pca.partial_fit(&mut model, &rows(&[[7.0, 9.0]]), &())?;
/// // all points lie along (3, 4), at −5, 0 and 5 about their mean: 50 over n − 1 = 2
/// assert!((model.components()[(0, 1)] - 0.8_f64).abs() < 1e-14);
/// assert!((model.explained_variance()[0] - 25.0).abs() < 1e-12);
/// # Ok::<(), cairn_pca::Error>(())
/// ```
///
/// # References
/// Ross, Lim, Lin and Yang (2008), Incremental learning for robust visual tracking, International Journal of Computer
/// Vision 77.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct IncrementalPca {
    pub(crate) n_components: usize,
    pub(crate) whiten: bool,
    pub(crate) batch_size: Option<usize>,
}

impl IncrementalPca {
    /// With so many components.
    pub fn new(n_components: usize) -> Self {
        Self { n_components, whiten: false, batch_size: None }
    }

    /// How many components are kept.
    #[must_use]
    pub fn n_components(mut self, n_components: usize) -> Self {
        self.n_components = n_components;
        self
    }

    /// Whether coordinates are divided by their standard deviations. Off by default.
    #[must_use]
    pub fn whiten(mut self, whiten: bool) -> Self {
        self.whiten = whiten;
        self
    }

    /// How many rows `fit` takes at a time; without a number, five times the number of columns.
    #[must_use]
    pub fn batch_size(mut self, batch_size: Option<usize>) -> Self {
        self.batch_size = batch_size;
        self
    }
}

impl Default for IncrementalPca {
    /// Two components.
    fn default() -> Self {
        Self::new(2)
    }
}

impl Hyperparameters for IncrementalPca {
    fn validate(&self) -> Result<()> {
        for (name, value) in [("n_components", Some(self.n_components)), ("batch_size", self.batch_size)] {
            if value == Some(0) {
                return Err(Error::Parameter { name, requirement: "at least 1", found: 0.0 });
            }
        }
        Ok(())
    }
}
