//! Classes that are words.

use crate::{Classes, Error, Fit, Float, Persist, Predict, Probabilistic, Result, check};
use nalgebra::DMatrix;
use serde::{Deserialize, Serialize};

/// A classifier whose classes are words: it fits on `&["no", "yes"]` and predicts words.
///
/// Words are numbered in alphabetical order for the estimator within.
///
/// ```
/// # use cairn_traits::{Fit, Predict, Result};
/// # use nalgebra::DMatrix;
/// # struct Majority;
/// # struct Always(usize);
/// # impl Fit<DMatrix<f64>, [usize]> for Majority {
/// #     type Model = Always;
/// #     fn fit(&self, _: &DMatrix<f64>, y: &[usize]) -> Result<Always> {
/// #         Ok(Always(usize::from(y.iter().sum::<usize>() * 2 > y.len())))
/// #     }
/// # }
/// # impl Predict<DMatrix<f64>> for Always {
/// #     type Output = Vec<usize>;
/// #     fn predict(&self, x: &DMatrix<f64>) -> Result<Vec<usize>> { Ok(vec![self.0; x.nrows()]) }
/// # }
/// use cairn_traits::{Named, rows};
/// let x = rows(&[[1.0], [2.0], [3.0]]);
/// let model = Named(Majority).fit(&x, &["yes", "no", "yes"])?; // Majority: any classifier
/// assert_eq!(model.names(), ["no", "yes"]);
/// assert_eq!(model.predict(&x)?, ["yes", "yes", "yes"]);
/// # Ok::<(), cairn_traits::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Named<E>(pub E);

/// What [`Named`] fits: a model and the words of its classes.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct NamedModel<M> {
    names: Vec<String>,
    model: M,
}

impl<M> NamedModel<M> {
    /// The words, alphabetical; their positions are the inner model's labels.
    pub fn names(&self) -> &[String] {
        &self.names
    }

    /// The model that predicts positions in [`Self::names`].
    pub fn inner(&self) -> &M {
        &self.model
    }
}

impl<X: ?Sized, S: AsRef<str>, E: Fit<X, [usize]>> Fit<X, [S]> for Named<E> {
    type Model = NamedModel<E::Model>;

    fn fit(&self, x: &X, y: &[S]) -> Result<Self::Model> {
        let mut names: Vec<String> = y.iter().map(|word| word.as_ref().to_owned()).collect();
        names.sort();
        names.dedup();
        // every word is in the list it was made from, so the search always finds it
        let labels: Vec<usize> =
            y.iter().filter_map(|word| names.binary_search_by(|name| name.as_str().cmp(word.as_ref())).ok()).collect();
        Ok(NamedModel { model: self.0.fit(x, &labels)?, names })
    }
}

impl<X: ?Sized, M: Predict<X, Output = Vec<usize>>> Predict<X> for NamedModel<M> {
    type Output = Vec<String>;

    fn predict(&self, x: &X) -> Result<Vec<String>> {
        let word = |label: usize| {
            let name = self.names.get(label).cloned();
            name.ok_or_else(|| Error::UnknownClass { what: "names", found: label.to_string() })
        };
        self.model.predict(x)?.into_iter().map(word).collect()
    }
}

impl<M> NamedModel<M> {
    /// n_samples x n_classes, columns in the order of [`Self::names`].
    ///
    /// # Errors
    /// Those of [`Predict::predict`].
    pub fn predict_proba<X: ?Sized, F: Float>(&self, x: &X) -> Result<DMatrix<F>>
    where
        M: Probabilistic<X, Scalar = F>,
    {
        self.model.predict_proba(x)
    }
}

impl<M: Persist + Classes> Persist for NamedModel<M> {
    const KIND: &'static str = M::KIND;
    const VERSION: u32 = M::VERSION;

    fn check(&self) -> Result<()> {
        self.model.check()?;
        check::size("names", "classes", self.model.classes().len(), self.names.len())
    }
}
