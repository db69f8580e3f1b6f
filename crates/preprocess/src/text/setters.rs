//! Settings that the vectorisers share.

macro_rules! analysis_setters {
    ($($field:ident).+) => {
        /// What a text is cut into. [`Analyzer::Word`] by default.
        #[must_use]
        pub fn analyzer(mut self, analyzer: Analyzer) -> Self {
            self.$($field).+.analyzer = analyzer;
            self
        }

        /// Terms are runs of `shortest` to `longest` words, or characters. 1 and 1 by default: single ones.
        #[must_use]
        pub fn ngrams(mut self, shortest: usize, longest: usize) -> Self {
            self.$($field).+.ngrams = (shortest, longest);
            self
        }

        /// Whether `The` and `the` are one term: every letter becomes a small one, by Unicode. On by default.
        #[must_use]
        pub fn lowercase(mut self, lowercase: bool) -> Self {
            self.$($field).+.lowercase = lowercase;
            self
        }

        /// Whether `é` and `e` are one term: characters are taken apart (Unicode's form NFKD, which makes `ﬁ` of two
        /// letters and `²` a 2) and marks left out. Off by default.
        #[must_use]
        pub fn strip_accents(mut self, strip_accents: bool) -> Self {
            self.$($field).+.strip_accents = strip_accents;
            self
        }

        /// Words that are left out, as they are after lower-casing and stripping. N-grams are over what is left. None by
        /// default, and no list is built in: which words say nothing depends on the texts, and a largest
        /// share of documents finds most of them.
        #[must_use]
        pub fn stop_words<W: Into<String>>(mut self, words: impl IntoIterator<Item = W>) -> Self {
            self.$($field).+.stop_words = words.into_iter().map(Into::into).collect();
            self
        }
    };
}

macro_rules! vocabulary_setters {
    ($($field:ident .)*) => {
        /// Terms that are in fewer documents get no column: a number of them (`2`), or a share (`0.01`). 1 document by
        /// default.
        #[must_use]
        pub fn min_df(mut self, min_df: impl Into<DocumentFrequency>) -> Self {
            self.$($field.)*min_df = min_df.into();
            self
        }

        /// Terms that are in more documents get no column: a number of them (`100`), or a share (`0.5`). All documents
        /// (`1.0`) by default.
        #[must_use]
        pub fn max_df(mut self, max_df: impl Into<DocumentFrequency>) -> Self {
            self.$($field.)*max_df = max_df.into();
            self
        }

        /// At most so many columns: the terms that are there most often, of those that are there equally often the first
        /// by the alphabet. No limit by default.
        #[must_use]
        pub fn max_features(mut self, max_features: impl Into<Option<usize>>) -> Self {
            self.$($field.)*max_features = max_features.into();
            self
        }
    };
}

pub(super) use {analysis_setters, vocabulary_setters};
