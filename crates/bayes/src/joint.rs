//! From joint log-likelihoods to answers: labels and probabilities come out of the same numbers.

use cairn_numeric::{argmax, blocks, log_softmax, softmax};
use cairn_traits::{DMatrix, Float, Result, Rows};
use std::ops::Range;

/// A model that says `ln P(class) + ln P(row | class)`, up to what is the same for all classes.
pub(crate) trait Joint<X: ?Sized> {
    /// The precision of the rows.
    type Scalar: Float;

    /// Distinct and ascending.
    fn labels(&self) -> &[usize];

    /// Whether these rows can be answered.
    fn check_query(&self, x: &X) -> Result<()>;

    /// Writes the numbers of a block of rows, class by class, as many as there are rows in it.
    fn joint_block(&self, x: &X, rows: Range<usize>, out: &mut [f64]);
}

/// Rows of a block: their numbers stay in the nearest cache while one column after the other is added to them.
const BLOCK: usize = 512;

/// What `of` makes of the numbers of each row, in order; it may change them.
fn answers<X: Rows + Sync + ?Sized, M: Joint<X> + Sync, T: Send>(
    model: &M,
    x: &X,
    of: impl Fn(&mut [f64], &mut Vec<T>) + Sync,
) -> Result<Vec<T>> {
    model.check_query(x)?;
    let n_classes = model.labels().len();
    let found = blocks::map(x.n_rows(), BLOCK, |rows| {
        let n = rows.len();
        let mut joint = vec![0.0; n * n_classes];
        model.joint_block(x, rows, &mut joint);
        let (mut row, mut all) = (vec![0.0; n_classes], Vec::with_capacity(n));
        for at in 0..n {
            for (own, joint) in row.iter_mut().zip(joint.iter().skip(at).step_by(n)) {
                // a row may be so far from all classes that squares overflow: then nothing tells them apart
                *own = joint.clamp(f64::MIN, f64::MAX);
            }
            of(&mut row, &mut all);
        }
        all
    });
    Ok(found.into_iter().flatten().collect())
}

/// The numbers themselves, n_samples x n_classes.
pub(crate) fn joint<X: Rows + Sync + ?Sized, M: Joint<X> + Sync>(model: &M, x: &X) -> Result<DMatrix<f64>> {
    by_rows(model, x, |_| (), |value| value)
}

fn by_rows<X: Rows + Sync + ?Sized, M: Joint<X> + Sync, F: Float>(
    model: &M,
    x: &X,
    change: impl Fn(&mut [f64]) + Sync,
    cast: impl Fn(f64) -> F + Sync,
) -> Result<DMatrix<F>> {
    let all = answers(model, x, |row, all| {
        change(row);
        all.extend(row.iter().map(|&value| cast(value)));
    })?;
    Ok(DMatrix::from_row_iterator(x.n_rows(), model.labels().len(), all))
}

pub(crate) fn proba<X: Rows + Sync + ?Sized, M: Joint<X> + Sync>(model: &M, x: &X) -> Result<DMatrix<M::Scalar>> {
    by_rows(model, x, softmax, M::Scalar::of)
}

pub(crate) fn log_proba<X: Rows + Sync + ?Sized, M: Joint<X> + Sync>(model: &M, x: &X) -> Result<DMatrix<M::Scalar>> {
    by_rows(model, x, log_softmax, M::Scalar::of)
}

/// Logarithms nearer than this may become the same probability, even in single precision.
const NEAR: f64 = 1e-3;

/// The most probable class, ties to the lower one: the argmax of what [`proba`] gives.
pub(crate) fn predict<X: Rows + Sync + ?Sized, M: Joint<X> + Sync>(model: &M, x: &X) -> Result<Vec<usize>> {
    let labels = model.labels();
    let most = |row: &mut [f64], all: &mut Vec<usize>| {
        let best = argmax(row).unwrap_or_default();
        let top = row.get(best).copied().unwrap_or_default();
        let place = if row.iter().filter(|&&value| value > top - NEAR).count() == 1 {
            best
        } else {
            softmax(row);
            let probabilities: Vec<M::Scalar> = row.iter().map(|&p| M::Scalar::of(p)).collect();
            argmax(&probabilities).unwrap_or_default()
        };
        all.push(labels.get(place).copied().unwrap_or_default());
    };
    answers(model, x, most)
}

/// Answers of a model to rows of this form, in either precision.
macro_rules! answering {
    ($model:ident, $rows:ident) => {
        impl<F: cairn_traits::Float> cairn_traits::Predict<$rows<F>> for $model {
            type Output = Vec<usize>;

            /// The most probable class of each row, the lower one where probabilities are the same number.
            fn predict(&self, x: &$rows<F>) -> cairn_traits::Result<Vec<usize>> {
                $crate::joint::predict(self, x)
            }
        }

        impl<F: cairn_traits::Float> cairn_traits::Probabilistic<$rows<F>> for $model {
            type Scalar = F;

            fn predict_proba(&self, x: &$rows<F>) -> cairn_traits::Result<cairn_traits::DMatrix<F>> {
                $crate::joint::proba(self, x)
            }

            fn predict_log_proba(&self, x: &$rows<F>) -> cairn_traits::Result<cairn_traits::DMatrix<F>> {
                $crate::joint::log_proba(self, x)
            }
        }
    };
}
pub(crate) use answering;
