//! Texts as weights of terms.

use super::{
    analysis::Analyzer,
    count_vectorizer::{CountVectorizer, CountVectorizerModel, DocumentFrequency, Learned},
    setters::{analysis_setters, vocabulary_setters},
};
use cairn_traits::{CsrMatrix, DVector, Error, Fit, Float, Hyperparameters, Persist, Result, Transform, check, vector};
use serde::{Deserialize, Serialize};

/// What each row is divided by.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Norm {
    /// The sum of the numbers' sizes: rows of shares.
    L1,
    /// The root of the sum of squares: rows of length 1, whose products are cosines.
    #[default]
    L2,
    /// Nothing.
    None,
}

impl Norm {
    /// Divides a row by its norm; a row of zeros stays.
    pub(super) fn apply(self, row: &mut [f64]) {
        let norm = match self {
            Self::L1 => row.iter().map(|value| value.abs()).sum::<f64>(),
            Self::L2 => row.iter().map(|value| value * value).sum::<f64>().sqrt(),
            Self::None => return,
        };
        if norm > 0.0 {
            row.iter_mut().for_each(|value| *value /= norm);
        }
    }
}

/// Turns texts into weights of terms: much for a term that is often in this text and in few others.
///
/// Counts make `the` the most important word of every English text. The inverse document frequency weighs a term down by
/// the share of the documents that have it, and dividing by the norm makes long and short texts alike.
///
/// ```text
/// weight = tf · idf / norm      tf = count, or 1 + ln(count)      idf = ln((1 + n) / (1 + df)) + 1
/// ```
/// n is the number of documents in fitting, df how many of them have the term. The ones under the logarithm are as if one
/// more document had every term ([`TfidfVectorizer::smooth_idf`]); the one behind it keeps terms that all documents have.
///
/// Terms are those of [`CountVectorizer`], which has the rule for words, and so are the columns.
///
/// # Shapes
/// n texts (`[String]`, `[&str]`) to an n x n_terms [`CsrMatrix`].
///
/// # Examples
/// Which text is a question about? With rows of length 1 the product of two is their cosine.
/// ```
/// use cairn_preprocess::{DMatrix, TfidfVectorizer, Transform};
/// let texts = ["the cat sat on the mat", "the dog sat", "the birds of the air"];
/// let (model, x) = TfidfVectorizer::new().fit_transform(&texts)?;
/// let query = model.transform(&["where did the cat sit?"][..])?;
/// let cosines = DMatrix::from(&x) * DMatrix::from(&query).transpose();
/// assert_eq!(cosines.as_slice().iter().map(|c| (c * 100.0).round()).collect::<Vec<_>>(), [66.0, 22.0, 29.0]);
/// # Ok::<(), cairn_preprocess::Error>(())
/// ```
///
/// # References
/// - Spärck Jones (1972), "A statistical interpretation of term specificity and its application in retrieval", Journal of
///   Documentation 28(1): the inverse document frequency.
/// - Salton and Buckley (1988), "Term-weighting approaches in automatic text retrieval", Information Processing and
///   Management 24(5): the variants.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields, bound = "")]
pub struct TfidfVectorizer<F: Float = f64> {
    counts: CountVectorizer<F>,
    use_idf: bool,
    smooth_idf: bool,
    sublinear_tf: bool,
    norm: Norm,
}

impl<F: Float> Default for TfidfVectorizer<F> {
    fn default() -> Self {
        let counts = CountVectorizer::default();
        Self { counts, use_idf: true, smooth_idf: true, sublinear_tf: false, norm: Norm::L2 }
    }
}

impl TfidfVectorizer {
    /// Words, each alone, in small letters; smoothed, rows of length 1; matrices in double precision.
    pub fn new() -> Self {
        Self::default()
    }
}

impl<F: Float> TfidfVectorizer<F> {
    analysis_setters!(counts.analysis);
    vocabulary_setters!(counts.);

    /// Whether a term that is there counts 1, however often it is. Off by default.
    #[must_use]
    pub fn binary(mut self, binary: bool) -> Self {
        self.counts = self.counts.binary(binary);
        self
    }

    /// Whether terms are weighed by their inverse document frequency. On by default.
    #[must_use]
    pub fn use_idf(mut self, use_idf: bool) -> Self {
        self.use_idf = use_idf;
        self
    }

    /// Whether one more document is counted that has every term: idf = ln((1 + n) / (1 + df)) + 1, else ln(n / df) + 1.
    /// On by default.
    #[must_use]
    pub fn smooth_idf(mut self, smooth_idf: bool) -> Self {
        self.smooth_idf = smooth_idf;
        self
    }

    /// Whether a count is taken as 1 + ln(count): ten times as often is not ten times as important. Off by default.
    #[must_use]
    pub fn sublinear_tf(mut self, sublinear_tf: bool) -> Self {
        self.sublinear_tf = sublinear_tf;
        self
    }

    /// What each row is divided by. [`Norm::L2`] by default.
    #[must_use]
    pub fn norm(mut self, norm: Norm) -> Self {
        self.norm = norm;
        self
    }

    /// The same, with matrices in this precision: `.precision::<f32>()`. Weights are computed in double precision.
    #[must_use]
    pub fn precision<G: Float>(self) -> TfidfVectorizer<G> {
        let Self { counts, use_idf, smooth_idf, sublinear_tf, norm } = self;
        TfidfVectorizer { counts: counts.precision(), use_idf, smooth_idf, sublinear_tf, norm }
    }

    /// Learns the vocabulary and in how many documents each term is.
    ///
    /// # Errors
    /// Those of [`CountVectorizer::fit`].
    ///
    /// # Complexity
    /// That of [`CountVectorizer::fit`].
    pub fn fit<S: AsRef<str> + Sync>(&self, texts: &[S]) -> Result<TfidfVectorizerModel<F>> {
        Fit::fit(self, texts, &())
    }

    /// Learns and weighs in one pass over the texts: what [`TfidfVectorizer::fit`] and [`Transform::transform`] of the
    /// same texts give, in about half the time.
    ///
    /// # Errors
    /// Those of [`CountVectorizer::fit`].
    pub fn fit_transform<S: AsRef<str> + Sync>(&self, texts: &[S]) -> Result<(TfidfVectorizerModel<F>, CsrMatrix<F>)> {
        let (model, learned) = self.learn(texts, true)?;
        let weigh = |columns: &[usize], row: &mut [f64]| model.weigh(columns, row);
        let weights = learned.counted.rows(&learned.columns, model.n_features(), &weigh)?;
        Ok((model, weights))
    }

    fn learn<S: AsRef<str> + Sync>(&self, texts: &[S], keep: bool) -> Result<(TfidfVectorizerModel<F>, Learned)> {
        let (counts, learned) = self.counts.learn(texts, keep)?;
        let (n, more) = (texts.len() as f64, if self.smooth_idf { 1.0 } else { 0.0 });
        let mut idf = DVector::from_element(counts.n_features(), 1.0);
        let with_columns = learned.columns.iter().zip(&learned.counted.documents);
        for (column, documents) in with_columns.filter(|_| self.use_idf) {
            if let Some(column) = *column {
                idf[column as usize] = ((n + more) / (f64::from(*documents) + more)).ln() + 1.0;
            }
        }
        Ok((TfidfVectorizerModel { counts, idf, sublinear_tf: self.sublinear_tf, norm: self.norm }, learned))
    }
}

impl<F: Float> Hyperparameters for TfidfVectorizer<F> {
    fn validate(&self) -> Result<()> {
        self.counts.validate()
    }
}

impl<F: Float, S: AsRef<str> + Sync> Fit<[S]> for TfidfVectorizer<F> {
    type Model = TfidfVectorizerModel<F>;

    fn fit(&self, texts: &[S], (): &()) -> Result<TfidfVectorizerModel<F>> {
        self.learn(texts, false).map(|(model, _)| model)
    }
}

/// The vocabulary and the inverse document frequencies that [`TfidfVectorizer`] learned.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, bound = "")]
pub struct TfidfVectorizerModel<F: Float = f64> {
    counts: CountVectorizerModel<F>,
    #[serde(with = "vector")]
    idf: DVector<f64>,
    sublinear_tf: bool,
    norm: Norm,
}

impl<F: Float> TfidfVectorizerModel<F> {
    /// The terms, ascending: the first is that of column 0.
    pub fn vocabulary(&self) -> impl ExactSizeIterator<Item = &str> {
        self.counts.vocabulary()
    }

    /// The column of a term, written as it is after lower-casing and stripping.
    pub fn column(&self, term: &str) -> Option<usize> {
        self.counts.column(term)
    }

    /// How many columns there are.
    pub fn n_features(&self) -> usize {
        self.counts.n_features()
    }

    /// The inverse document frequency of each column; 1 for all without [`TfidfVectorizer::use_idf`].
    pub fn idf(&self) -> &DVector<f64> {
        &self.idf
    }

    fn weigh(&self, columns: &[usize], row: &mut [f64]) {
        self.counts.weigh(row);
        for (value, &column) in row.iter_mut().zip(columns) {
            // most counts are 1, whose logarithm is 0
            let tf = if self.sublinear_tf && *value > 1.0 { 1.0 + value.ln() } else { *value };
            *value = tf * self.idf[column];
        }
        self.norm.apply(row);
    }
}

/// n_texts x n_terms weights. A text without a known term is a row of zeros.
///
/// # Errors
/// [`Error::TooFewSamples`] for no text.
impl<F: Float, S: AsRef<str> + Sync> Transform<[S]> for TfidfVectorizerModel<F> {
    type Output = CsrMatrix<F>;

    fn transform(&self, texts: &[S]) -> Result<CsrMatrix<F>> {
        self.counts.weighed(texts, &|columns, row| self.weigh(columns, row))
    }
}

impl<F: Float> Persist for TfidfVectorizerModel<F> {
    const KIND: &'static str = "tfidf-vectorizer";
    const VERSION: u32 = 1;

    fn check(&self) -> Result<()> {
        self.counts.check()?;
        check::size("idf", "numbers", self.counts.n_features(), self.idf.len())?;
        match self.idf.iter().position(|idf| *idf < 1.0) {
            None => Ok(()),
            Some(at) => {
                let requirement = "numbers of at least 1";
                Err(Error::Domain { what: "idf", requirement, found: self.idf[at], row: Some(at) })
            }
        }
    }
}
