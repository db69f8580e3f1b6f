//! Texts as counts of terms.

use super::{
    analysis::{Analysis, Analyzer, Cutter},
    count::{self, Counted, Weigh},
    setters::{analysis_setters, vocabulary_setters},
    vocabulary::{Vocabulary, sort},
};
use cairn_traits::{CsrMatrix, Error, Fit, Float, Hyperparameters, Persist, Result, Transform, check};
use serde::{Deserialize, Serialize};
use std::marker::PhantomData;

/// In how many documents a term is: a number of them or a share.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum DocumentFrequency {
    /// So many documents.
    Count(usize),
    /// A share of all documents, from 0 to 1.
    Share(f64),
}

impl From<usize> for DocumentFrequency {
    fn from(count: usize) -> Self {
        Self::Count(count)
    }
}

impl From<f64> for DocumentFrequency {
    fn from(share: f64) -> Self {
        Self::Share(share)
    }
}

impl DocumentFrequency {
    fn validate(self, name: &'static str) -> Result<()> {
        match self {
            Self::Share(share) if !(0.0..=1.0).contains(&share) => Err(Error::Parameter {
                name,
                requirement: "a number of documents, or a share from 0.0 to 1.0",
                found: share,
            }),
            _ => Ok(()),
        }
    }

    /// The number of documents, which need not be whole.
    fn of(self, n_documents: usize) -> f64 {
        match self {
            Self::Count(count) => count as f64,
            Self::Share(share) => share * n_documents as f64,
        }
    }
}

/// Turns texts into counts: a column for each term of the training texts, in it how often the term stands in the text.
///
/// A term is a word by default, or a run of words or characters: [`CountVectorizer::analyzer`],
/// [`CountVectorizer::ngrams`]. Terms that were not there in fitting are left out.
///
/// Which words there are is Unicode's affair: a word is a run of at least two letters or digits of any script, underscores
/// and marks on letters. `don't` is `don`, and scripts without spaces (Chinese, Thai) have words as long as sentences: take
/// characters there. scikit-learn's rule is the same but for the marks, where it cuts words of Hindi, Arabic with vowel
/// signs, or letters with combining accents into pieces.
///
/// # Shapes
/// n texts (`[String]`, `[&str]`) to an n x n_terms [`CsrMatrix`], columns in ascending order of the terms, by code points.
///
/// # Determinism
/// The same vocabulary, and the same order of it, on any number of threads and in any order of the texts.
///
/// # Examples
/// ```
/// use cairn_preprocess::{CountVectorizer, DMatrix, Transform};
/// let texts = ["the cat sat", "The cat, the hat"];
/// let model = CountVectorizer::new().fit(&texts)?;
/// assert_eq!(model.vocabulary().collect::<Vec<_>>(), ["cat", "hat", "sat", "the"]);
/// let x = model.transform(&["the hat and the dog"][..])?;
/// assert_eq!(DMatrix::from(&x), cairn_preprocess::rows(&[[0.0, 1.0, 0.0, 2.0]]));
/// # Ok::<(), cairn_preprocess::Error>(())
/// ```
///
/// # References
/// Manning, Raghavan and Schütze (2008), *Introduction to Information Retrieval*, sections 2.2 and 6.2.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields, bound = "")]
pub struct CountVectorizer<F: Float = f64> {
    pub(super) analysis: Analysis,
    pub(super) min_df: DocumentFrequency,
    pub(super) max_df: DocumentFrequency,
    pub(super) max_features: Option<usize>,
    binary: bool,
    #[serde(skip)]
    precision: PhantomData<F>,
}

impl<F: Float> Default for CountVectorizer<F> {
    fn default() -> Self {
        Self {
            analysis: Analysis::default(),
            min_df: DocumentFrequency::Count(1),
            max_df: DocumentFrequency::Share(1.0),
            max_features: None,
            binary: false,
            precision: PhantomData,
        }
    }
}

impl CountVectorizer {
    /// Words, each alone, in small letters; matrices in double precision.
    pub fn new() -> Self {
        Self::default()
    }
}

impl<F: Float> CountVectorizer<F> {
    analysis_setters!(analysis);
    vocabulary_setters!();

    /// Whether a term that is there counts 1, however often it is. Off by default.
    #[must_use]
    pub fn binary(mut self, binary: bool) -> Self {
        self.binary = binary;
        self
    }

    /// The same, with matrices in this precision: `.precision::<f32>()`.
    #[must_use]
    pub fn precision<G: Float>(self) -> CountVectorizer<G> {
        let Self { analysis, min_df, max_df, max_features, binary, precision: PhantomData } = self;
        CountVectorizer { analysis, min_df, max_df, max_features, binary, precision: PhantomData }
    }

    /// Learns the vocabulary.
    ///
    /// # Errors
    /// [`Error::Parameter`] for a setting out of range, or a `max_df` that is fewer documents than `min_df`;
    /// [`Error::TooFewSamples`] for no text; [`Error::Shape`] if no term is left.
    ///
    /// # Complexity
    /// Linear in the length of the texts, and O(v log v) for v terms.
    pub fn fit<S: AsRef<str> + Sync>(&self, texts: &[S]) -> Result<CountVectorizerModel<F>> {
        Fit::fit(self, texts, &())
    }

    /// Learns the vocabulary and counts in one pass over the texts: what [`CountVectorizer::fit`] and
    /// [`Transform::transform`] of the same texts give, in about half the time.
    ///
    /// # Errors
    /// Those of [`CountVectorizer::fit`].
    ///
    /// # Examples
    /// ```
    /// use cairn_preprocess::{CountVectorizer, Transform};
    /// let texts = ["to be", "or not to be"];
    /// let (model, counts) = CountVectorizer::new().fit_transform(&texts)?;
    /// assert_eq!(counts, model.transform(&texts[..])?);
    /// # Ok::<(), cairn_preprocess::Error>(())
    /// ```
    pub fn fit_transform<S: AsRef<str> + Sync>(&self, texts: &[S]) -> Result<(CountVectorizerModel<F>, CsrMatrix<F>)> {
        let (model, learned) = self.learn(texts, true)?;
        let counts = learned.counted.rows(&learned.columns, model.n_features(), &|_, counts| model.weigh(counts))?;
        Ok((model, counts))
    }

    pub(super) fn learn<S: AsRef<str> + Sync>(
        &self,
        texts: &[S],
        keep: bool,
    ) -> Result<(CountVectorizerModel<F>, Learned)> {
        self.validate()?;
        check::at_least("x", 1, texts.len())?;
        let (least, most) = (self.min_df.of(texts.len()), self.max_df.of(texts.len()));
        if most < least {
            let requirement = "at least as many documents as min_df";
            return Err(Error::Parameter { name: "max_df", requirement, found: most });
        }
        let counted = count::count(texts, &Cutter::new(&self.analysis), keep);
        let within = |number: &u32| (least..=most).contains(&f64::from(counted.documents[*number as usize]));
        let mut chosen: Vec<u32> = (0..counted.terms.len() as u32).filter(within).collect();
        if let Some(most) = self.max_features.filter(|most| *most < chosen.len()) {
            let frequency = |number: u32| match self.binary {
                true => u64::from(counted.documents[number as usize]),
                false => counted.totals[number as usize],
            };
            sort(&counted.terms, &mut chosen);
            // stable, so that equal ones stay in the order of the alphabet
            chosen.sort_by_key(|number| std::cmp::Reverse(frequency(*number)));
            chosen.truncate(most);
        }
        let (vocabulary, columns) = Vocabulary::of(&counted.terms, chosen);
        let (analysis, binary) = (self.analysis.clone(), self.binary);
        let model = CountVectorizerModel { analysis, binary, vocabulary, precision: PhantomData };
        model.check()?;
        Ok((model, Learned { counted, columns }))
    }
}

/// What a fit has counted, and the column of each term.
pub(super) struct Learned {
    pub(super) counted: Counted,
    pub(super) columns: Vec<Option<u32>>,
}

impl<F: Float> Hyperparameters for CountVectorizer<F> {
    fn validate(&self) -> Result<()> {
        self.analysis.validate()?;
        self.min_df.validate("min_df")?;
        self.max_df.validate("max_df")?;
        match self.max_features {
            Some(0) => {
                Err(Error::Parameter { name: "max_features", requirement: "a number of at least 1", found: 0.0 })
            }
            _ => Ok(()),
        }
    }
}

impl<F: Float, S: AsRef<str> + Sync> Fit<[S]> for CountVectorizer<F> {
    type Model = CountVectorizerModel<F>;

    fn fit(&self, texts: &[S], (): &()) -> Result<CountVectorizerModel<F>> {
        self.learn(texts, false).map(|(model, _)| model)
    }
}

/// The vocabulary that [`CountVectorizer`] learned.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, bound = "")]
pub struct CountVectorizerModel<F: Float = f64> {
    analysis: Analysis,
    binary: bool,
    vocabulary: Vocabulary,
    #[serde(skip)]
    precision: PhantomData<F>,
}

impl<F: Float> CountVectorizerModel<F> {
    /// The terms, ascending: the first is that of column 0.
    pub fn vocabulary(&self) -> impl ExactSizeIterator<Item = &str> {
        self.vocabulary.terms()
    }

    /// The column of a term, written as it is after lower-casing and stripping.
    pub fn column(&self, term: &str) -> Option<usize> {
        self.vocabulary.find(term.as_bytes()).map(|column| column as usize)
    }

    /// How many columns there are.
    pub fn n_features(&self) -> usize {
        self.vocabulary.len()
    }

    pub(super) fn weigh(&self, counts: &mut [f64]) {
        if self.binary {
            counts.fill(1.0);
        }
    }

    pub(super) fn weighed<S: AsRef<str> + Sync>(&self, texts: &[S], weigh: Weigh<'_>) -> Result<CsrMatrix<F>> {
        check::at_least("x", 1, texts.len())?;
        count::rows(texts, &Cutter::new(&self.analysis), &self.vocabulary, weigh)
    }
}

/// n_texts x n_terms counts.
///
/// # Errors
/// [`Error::TooFewSamples`] for no text.
impl<F: Float, S: AsRef<str> + Sync> Transform<[S]> for CountVectorizerModel<F> {
    type Output = CsrMatrix<F>;

    fn transform(&self, texts: &[S]) -> Result<CsrMatrix<F>> {
        self.weighed(texts, &|_, counts| self.weigh(counts))
    }
}

impl<F: Float> Persist for CountVectorizerModel<F> {
    const KIND: &'static str = "count-vectorizer";
    const VERSION: u32 = 1;

    fn check(&self) -> Result<()> {
        self.analysis.validate()?;
        self.vocabulary.check()
    }
}
