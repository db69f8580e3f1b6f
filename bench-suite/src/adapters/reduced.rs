//! Models that describe rows by fewer columns, as the program asks them.

use super::{FitScores, Reduced};
use crate::score::Scores;
use cairn_pca::{PcaModel, TruncatedSvdModel};
use cairn_traits::{DMatrix, DVector, Float, InverseTransform, Result, Transform};
use cairn_tsne::Embedding;

macro_rules! reduced {
    ($($model:ident),*) => {$(
        impl<F: Float> Reduced<F> for $model<F> {
            fn embed(&self, x: &DMatrix<F>) -> Result<DMatrix<F>> {
                self.transform(x)
            }

            fn restore(&self, embedded: &DMatrix<F>) -> Result<Option<DMatrix<F>>> {
                self.inverse_transform(embedded).map(Some)
            }
        }

        impl<F: Float> FitScores for $model<F> {
            fn fit_scores(&self) -> Scores {
                explained(&self.explained_variance_ratio())
            }
        }
    )*};
}

reduced!(PcaModel, TruncatedSvdModel);

/// A map: new rows find places in it, and nothing comes back from it.
impl<F: Float> Reduced<F> for Embedding<F> {
    fn embed(&self, x: &DMatrix<F>) -> Result<DMatrix<F>> {
        self.transform(x)
    }

    fn restore(&self, _: &DMatrix<F>) -> Result<Option<DMatrix<F>>> {
        Ok(None)
    }

    fn own_rows(&self) -> Option<&DMatrix<F>> {
        Some(self.embedding())
    }
}

impl<F: Float> FitScores for Embedding<F> {
    fn fit_scores(&self) -> Scores {
        vec![("kl_divergence", Some(self.kl_divergence()))]
    }
}

/// The share of the variance that all components explain together.
fn explained<F: Float>(ratios: &DVector<F>) -> Scores {
    vec![("explained_variance_ratio", Some(ratios.iter().map(|ratio| ratio.to_f64()).sum()))]
}
