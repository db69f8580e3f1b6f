//! Texts as counts of terms whose columns nobody keeps.

use super::{
    analysis::{Analysis, Analyzer, Cutter, Scratch},
    count::{self, Rows, Weigh},
    murmur::murmur3,
    setters::analysis_setters,
    tfidf_vectorizer::Norm,
};
use cairn_numeric::blocks;
use cairn_traits::{CsrMatrix, Error, Fit, Float, Hyperparameters, Persist, Result, Transform, check};
use serde::{Deserialize, Serialize};
use std::marker::PhantomData;

/// Turns texts into counts of terms without a vocabulary: a hash of the term says its column.
///
/// Nothing is learned, so texts may come one by one for ever and no list of terms grows. The price: different terms may
/// fall into one column, and a column does not say which term it is. With 2²⁰ columns and 50,000 terms, one term in twenty
/// shares its column with another. So that such terms cancel on average instead of adding up, half of the terms count
/// negatively ([`HashingVectorizer::alternate_sign`]).
///
/// ```text
/// h = MurmurHash3, 32 bits, x86, seed 0, of the term's UTF-8, as a signed number
/// column = |h| mod n_features      sign = −1 if h < 0, else 1
/// ```
/// This is a promise: the columns stay the same from version to version, and are those of scikit-learn.
///
/// # Shapes
/// n texts (`[String]`, `[&str]`) to an n x n_features [`CsrMatrix`].
///
/// # Examples
/// ```
/// use cairn_preprocess::{HashingVectorizer, Norm, Transform};
/// let hashing = HashingVectorizer::new().n_features(16).norm(Norm::None);
/// let x = hashing.transform(&["to be or not to be"][..])?;
/// // "be" counts negatively
/// let row: Vec<_> = x.triplet_iter().map(|(_, column, count)| (column, *count)).collect();
/// assert_eq!(row, [(4, 1.0), (7, 1.0), (11, 2.0), (14, -2.0)]);
/// # Ok::<(), cairn_preprocess::Error>(())
/// ```
///
/// # References
/// Weinberger, Dasgupta, Langford, Smola and Attenberg (2009), "Feature hashing for large scale multitask learning", ICML.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields, bound = "")]
pub struct HashingVectorizer<F: Float = f64> {
    analysis: Analysis,
    n_features: usize,
    binary: bool,
    alternate_sign: bool,
    norm: Norm,
    #[serde(skip)]
    precision: PhantomData<F>,
}

impl<F: Float> Default for HashingVectorizer<F> {
    fn default() -> Self {
        Self {
            analysis: Analysis::default(),
            n_features: 1 << 20,
            binary: false,
            alternate_sign: true,
            norm: Norm::L2,
            precision: PhantomData,
        }
    }
}

impl HashingVectorizer {
    /// Words, each alone, in small letters; 2²⁰ columns, rows of length 1; matrices in double precision.
    pub fn new() -> Self {
        Self::default()
    }
}

impl<F: Float> HashingVectorizer<F> {
    analysis_setters!(analysis);

    /// How many columns there are, up to 2³¹ − 1. 2²⁰ by default.
    #[must_use]
    pub fn n_features(mut self, n_features: usize) -> Self {
        self.n_features = n_features;
        self
    }

    /// Whether a column that any term of the text falls into is 1, whatever the counts and signs. Off by default.
    #[must_use]
    pub fn binary(mut self, binary: bool) -> Self {
        self.binary = binary;
        self
    }

    /// Whether half of the terms count negatively. On by default; off for what takes counts alone (naive Bayes).
    #[must_use]
    pub fn alternate_sign(mut self, alternate_sign: bool) -> Self {
        self.alternate_sign = alternate_sign;
        self
    }

    /// What each row is divided by. [`Norm::L2`] by default.
    #[must_use]
    pub fn norm(mut self, norm: Norm) -> Self {
        self.norm = norm;
        self
    }

    /// The same, with matrices in this precision: `.precision::<f32>()`.
    #[must_use]
    pub fn precision<G: Float>(self) -> HashingVectorizer<G> {
        let Self { analysis, n_features, binary, alternate_sign, norm, precision: PhantomData } = self;
        HashingVectorizer { analysis, n_features, binary, alternate_sign, norm, precision: PhantomData }
    }

    /// The column of a term, written as it is after lower-casing and stripping, and whether it counts negatively.
    ///
    /// # Errors
    /// [`Error::Parameter`] for a setting out of range.
    pub fn column(&self, term: &str) -> Result<(usize, bool)> {
        self.validate()?;
        Ok(self.place(term.as_bytes()))
    }

    fn place(&self, term: &[u8]) -> (usize, bool) {
        let hash = murmur3(term, 0).cast_signed();
        (hash.unsigned_abs() as usize % self.n_features, self.alternate_sign && hash < 0)
    }

    fn weigh(&self, row: &mut [f64]) {
        if self.binary {
            row.fill(1.0);
        }
        self.norm.apply(row);
    }

    /// The rows of a block of texts.
    fn block<S: AsRef<str>>(&self, texts: &[S], cutter: &Cutter<'_>, weigh: Weigh<'_>) -> Rows<F> {
        let (mut rows, mut scratch, mut places, mut numbers) =
            (Rows::new(), Scratch::default(), Vec::new(), Vec::new());
        for text in texts {
            places.clear();
            // column and sign in one number that sorts by column
            cutter.terms(text.as_ref(), &mut scratch, |term| {
                let (column, negative) = self.place(term);
                places.push((column as u32) << 1 | u32::from(negative));
            });
            places.sort_unstable();
            let same = places.chunk_by(|a, b| a >> 1 == b >> 1);
            let sum = |terms: &[u32]| terms.iter().map(|term| if term & 1 == 1 { -1.0 } else { 1.0 }).sum::<f64>();
            let row = same.map(|terms| ((terms[0] >> 1) as usize, sum(terms)));
            rows.push(row, weigh, &mut numbers);
        }
        rows
    }
}

impl<F: Float> Hyperparameters for HashingVectorizer<F> {
    fn validate(&self) -> Result<()> {
        self.analysis.validate()?;
        if (1..=i32::MAX as usize).contains(&self.n_features) {
            return Ok(());
        }
        let (requirement, found) = ("a number from 1 to 2³¹ − 1", self.n_features as f64);
        Err(Error::Parameter { name: "n_features", requirement, found })
    }
}

/// There is nothing to learn: the model is the vectoriser itself.
impl<F: Float, S: AsRef<str> + Sync> Fit<[S]> for HashingVectorizer<F> {
    type Model = Self;

    fn fit(&self, texts: &[S], (): &()) -> Result<Self> {
        self.validate()?;
        check::at_least("x", 1, texts.len())?;
        Ok(self.clone())
    }
}

/// n_texts x n_features. Terms that cancel leave a 0 that is stored.
///
/// # Errors
/// [`Error::Parameter`] for a setting out of range, [`Error::TooFewSamples`] for no text.
impl<F: Float, S: AsRef<str> + Sync> Transform<[S]> for HashingVectorizer<F> {
    type Output = CsrMatrix<F>;

    fn transform(&self, texts: &[S]) -> Result<CsrMatrix<F>> {
        self.validate()?;
        check::at_least("x", 1, texts.len())?;
        let (cutter, weigh) = (Cutter::new(&self.analysis), |_: &[usize], row: &mut [f64]| self.weigh(row));
        let size = count::block_size(texts.len());
        count::assemble(
            blocks::map(texts.len(), size, |part| self.block(&texts[part], &cutter, &weigh)),
            self.n_features,
        )
    }
}

impl<F: Float> Persist for HashingVectorizer<F> {
    const KIND: &'static str = "hashing-vectorizer";
    const VERSION: u32 = 1;

    fn check(&self) -> Result<()> {
        self.validate()
    }
}
