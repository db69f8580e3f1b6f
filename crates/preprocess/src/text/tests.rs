//! What holds for all vectorisers, and numbers of scikit-learn.

use crate::{
    Analyzer, CountVectorizer, CountVectorizerModel, DMatrix, Error, HashingVectorizer, Norm, Persist, TakeRows,
    TfidfVectorizer, Transform, rows,
};

/// Enough texts for several blocks, in several scripts.
fn texts() -> Vec<String> {
    let words = ["the", "Cat", "sät", "на", "дереве", "eats", "fish", "naïve", "ΣΟΦΟΣ", "42nd"];
    (0..60).map(|i| (0..=i % 9).map(|j| words[(i * 7 + j * j) % 10]).collect::<Vec<_>>().join(" ")).collect()
}

#[test]
fn rows_of_some_texts_are_some_rows() {
    let (texts, some) = (texts(), [41, 3, 3, 17]);
    let few = texts.take_rows(&some).unwrap();
    let model = TfidfVectorizer::new().ngrams(1, 2).fit(&texts).unwrap();
    let all = model.transform(&texts[..]).unwrap();
    assert_eq!(model.transform(&few[..]).unwrap(), all.take_rows(&some).unwrap());
    let hashing = HashingVectorizer::new();
    let all = hashing.transform(&texts[..]).unwrap();
    assert_eq!(hashing.transform(&few[..]).unwrap(), all.take_rows(&some).unwrap());
}

#[test]
fn neither_the_order_of_the_texts_nor_the_threads_change_the_model() {
    let texts = texts();
    let reversed: Vec<&String> = texts.iter().rev().collect();
    let vectorizer = TfidfVectorizer::new().analyzer(Analyzer::CharWb).ngrams(1, 3).min_df(2).max_features(50);
    let fit = |threads| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        pool.install(|| vectorizer.fit_transform(&texts)).unwrap()
    };
    let (model, x) = fit(1);
    assert_eq!(model.n_features(), 50);
    assert_eq!(vectorizer.fit(&reversed).unwrap(), model);
    assert_eq!(fit(7), (model.clone(), x.clone()));
    assert_eq!(model.transform(&texts[..]).unwrap(), x);
}

#[test]
fn hashing_is_counting_in_other_columns() {
    let texts = texts();
    let hashing = HashingVectorizer::new().alternate_sign(false).norm(Norm::None).n_features(64);
    let (model, counts) = CountVectorizer::new().fit_transform(&texts).unwrap();
    let places: Vec<usize> = model.vocabulary().map(|term| hashing.column(term).unwrap().0).collect();
    let mut expected = DMatrix::zeros(texts.len(), 64);
    for (row, column, count) in counts.triplet_iter() {
        expected[(row, places[column])] += count;
    }
    assert_eq!(DMatrix::from(&hashing.transform(&texts[..]).unwrap()), expected);
}

#[test]
fn rows_have_the_length_asked_for() {
    let texts = texts();
    for (norm, power) in [(Norm::L1, 1), (Norm::L2, 2)] {
        let (_, x) = TfidfVectorizer::new().norm(norm).sublinear_tf(true).fit_transform(&texts).unwrap();
        for row in x.row_iter() {
            let sum: f64 = row.values().iter().map(|value| value.powi(power)).sum();
            // a sum of at most 9 terms of about 1/9
            assert!((sum - 1.0).abs() <= 16.0 * f64::EPSILON);
        }
    }
}

#[test]
fn the_numbers_are_scikit_learns() {
    // scikit-learn 1.9.1, HashingVectorizer(n_features=8, norm=None) on "to be or not to be"
    let hashing = HashingVectorizer::new().n_features(8).norm(Norm::None);
    let x = hashing.transform(&["to be or not to be"][..]).unwrap();
    assert_eq!(DMatrix::from(&x), rows(&[[0.0, 0.0, 0.0, 2.0, 1.0, 0.0, -2.0, 1.0]]));
    // idf of terms in 1, 2 and 3 of 3 texts: ln(4/2) + 1, ln(4/3) + 1, ln(4/4) + 1
    let model = TfidfVectorizer::new().fit(&["aa bb cc", "bb cc", "cc"]).unwrap();
    assert_eq!(model.idf().as_slice(), [2.0_f64.ln() + 1.0, (4.0_f64 / 3.0).ln() + 1.0, 1.0]);
    // without smoothing ln(3/1) + 1, ln(3/2) + 1, ln(3/3) + 1
    let model = TfidfVectorizer::new().smooth_idf(false).fit(&["aa bb cc", "bb cc", "cc"]).unwrap();
    assert_eq!(model.idf().as_slice(), [3.0_f64.ln() + 1.0, 1.5_f64.ln() + 1.0, 1.0]);
}

#[test]
fn rare_and_common_terms_are_left_out() {
    let texts = ["aa bb cc cc cc", "bb cc", "cc dd dd", "cc"];
    let terms = |vectorizer: CountVectorizer| {
        vectorizer.fit(&texts).map(|model| model.vocabulary().map(str::to_owned).collect::<Vec<_>>())
    };
    assert_eq!(terms(CountVectorizer::new().min_df(2)).unwrap(), ["bb", "cc"]);
    assert_eq!(terms(CountVectorizer::new().max_df(0.5)).unwrap(), ["aa", "bb", "dd"]);
    // cc is there 6 times, bb and dd twice each
    assert_eq!(terms(CountVectorizer::new().max_features(2)).unwrap(), ["bb", "cc"]);
    let error = terms(CountVectorizer::new().min_df(3).max_df(0.5)).unwrap_err();
    assert_eq!(error.to_string(), "max_df: expected at least as many documents as min_df, found 2");
    let empty = Error::Shape { what: "vocabulary", unit: "terms", expected: 1, found: 0 };
    assert_eq!(CountVectorizer::new().fit(&["a b", "!"]), Err(empty));
    assert!(matches!(CountVectorizer::new().fit::<&str>(&[]), Err(Error::TooFewSamples { .. })));
    assert!(terms(CountVectorizer::new().max_df(1.5)).is_err());
}

#[test]
fn a_saved_vectoriser_answers_the_same_and_a_bad_file_is_refused() {
    let texts = texts();
    let (model, x) = CountVectorizer::new().precision::<f32>().fit_transform(&texts).unwrap();
    let text = model.to_json().unwrap();
    let again = CountVectorizerModel::<f32>::from_json(&text).unwrap();
    assert_eq!(again.transform(&texts[..]).unwrap(), x);
    for (from, to) in [("\"42nd\",\"cat\"", "\"cat\",\"42nd\""), ("\"42nd\",\"cat\"", "\"cat\",\"cat\"")] {
        assert!(text.contains(from), "{text}");
        assert!(CountVectorizerModel::<f32>::from_json(&text.replacen(from, to, 1)).is_err(), "{to}");
    }
}
