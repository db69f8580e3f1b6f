use super::cases;
use cairn_preprocess::{Analyzer, CountVectorizer, HashingVectorizer, Norm, TfidfVectorizer, Transform};
use cairn_traits::CsrMatrix;
use serde::Deserialize;

#[derive(Deserialize)]
struct File {
    texts: Vec<String>,
    queries: Vec<String>,
    settings: Vec<Case>,
}

#[derive(Deserialize)]
struct Case {
    setting: Setting,
    vocabulary: Vec<String>,
    counts: Rows,
    tfidf: Vec<Weighted>,
    hashed: Rows,
}

/// Columns and values of each row.
type Rows = Vec<Vec<(usize, f64)>>;

#[derive(Debug, Deserialize)]
struct Setting {
    lowercase: Option<bool>,
    ngram_range: Option<(usize, usize)>,
    strip_accents: Option<String>,
    min_df: Option<usize>,
    max_df: Option<f64>,
    max_features: Option<usize>,
    #[serde(default)]
    stop_words: Vec<String>,
    binary: Option<bool>,
    analyzer: Option<Analyzer>,
}

#[derive(Deserialize)]
struct Weighted {
    weight: Weight,
    rows: Rows,
}

#[derive(Debug, Deserialize)]
struct Weight {
    sublinear_tf: Option<bool>,
    smooth_idf: Option<bool>,
    use_idf: Option<bool>,
    /// There, but null, is none.
    #[serde(default, deserialize_with = "there")]
    norm: Option<Option<String>>,
}

fn there<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Option<Option<String>>, D::Error> {
    Option::deserialize(deserializer).map(Some)
}

macro_rules! cut {
    ($vectorizer:expr, $setting:expr) => {{
        let (vectorizer, setting) = ($vectorizer, $setting);
        let (shortest, longest) = setting.ngram_range.unwrap_or((1, 1));
        let vectorizer = vectorizer.analyzer(setting.analyzer.unwrap_or_default()).ngrams(shortest, longest);
        let vectorizer = vectorizer.lowercase(setting.lowercase.unwrap_or(true));
        let vectorizer = vectorizer.strip_accents(setting.strip_accents.is_some());
        vectorizer.stop_words(setting.stop_words.clone()).binary(setting.binary.unwrap_or(false))
    }};
}

macro_rules! limited {
    ($vectorizer:expr, $setting:expr) => {{
        let (vectorizer, setting) = (cut!($vectorizer, $setting), $setting);
        let vectorizer = vectorizer.min_df(setting.min_df.unwrap_or(1)).max_df(setting.max_df.unwrap_or(1.0));
        if let Some(most) = setting.max_features { vectorizer.max_features(most) } else { vectorizer }
    }};
}

fn same(found: &CsrMatrix<f64>, expected: &Rows, what: &str) {
    assert_eq!(found.nrows(), expected.len(), "{what}");
    for (row, expected) in found.row_iter().zip(expected) {
        let columns: Vec<usize> = expected.iter().map(|cell| cell.0).collect();
        assert_eq!(row.col_indices(), columns, "{what}");
        let close = row.values().iter().zip(expected).all(|(a, (_, b))| (a - b).abs() <= 1e-14 * b.abs().max(1.0));
        assert!(close, "{what}: {:?} {expected:?}", row.values());
    }
}

#[test]
fn texts_are_the_matrices_that_scikit_learn_makes() {
    let file = cases::<File>("text.json").remove(0);
    let all: Vec<&String> = file.texts.iter().chain(&file.queries).collect();
    for case in &file.settings {
        let what = format!("{:?}", case.setting);
        let count = limited!(CountVectorizer::new(), &case.setting).fit(&file.texts).unwrap();
        assert_eq!(count.vocabulary().collect::<Vec<_>>(), case.vocabulary, "{what}");
        same(&count.transform(&all[..]).unwrap(), &case.counts, &what);
        for Weighted { weight, rows } in &case.tfidf {
            let norm = match weight.norm.as_ref().map(|norm| norm.as_deref()) {
                Some(None) => Norm::None,
                Some(Some("l1")) => Norm::L1,
                _ => Norm::L2,
            };
            let tfidf = limited!(TfidfVectorizer::new(), &case.setting).norm(norm);
            let tfidf = tfidf.sublinear_tf(weight.sublinear_tf.unwrap_or(false));
            let tfidf = tfidf.smooth_idf(weight.smooth_idf.unwrap_or(true)).use_idf(weight.use_idf.unwrap_or(true));
            let model = tfidf.fit(&file.texts).unwrap();
            same(&model.transform(&all[..]).unwrap(), rows, &format!("{what} {weight:?}"));
        }
        let hashing = cut!(HashingVectorizer::new(), &case.setting).n_features(64);
        same(&hashing.transform(&all[..]).unwrap(), &case.hashed, &format!("{what} hashed"));
    }
}
