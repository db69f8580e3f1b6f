//! Numbers by hand, and what is refused.

use crate::{
    Accumulate, BernoulliNb, CategoricalNb, CategorySums, Classes, ComplementNb, CountSums, CsrMatrix, DMatrix, Error,
    Family, Fit, FitFrom, FitWeighted, GaussianNb, GaussianSums, Hyperparameters, Merge, MixedNb, MixedSums,
    MultinomialNb, Persist, Predict, PresenceSums, Priors, Probabilistic, Unseen, rows,
};

const Y: [usize; 4] = [4, 4, 9, 9];

#[test]
fn a_normal_is_the_formula() {
    // class 4: 1, 3 (mean 2, variance 1); class 9: 5, 9 (mean 7, variance 4); priors a half each
    let x = rows(&[[1.0], [3.0], [5.0], [9.0]]);
    let model = GaussianNb::new().var_smoothing(0.0).fit(&x, &Y[..]).unwrap();
    assert_eq!((model.means().as_slice(), model.variances().as_slice()), (&[2.0, 7.0][..], &[1.0, 4.0][..]));
    let found = model.joint_log_likelihood(&rows(&[[4.0]])).unwrap();
    // ln ½ − ½ ln 2π − ½ (4 − 2)², and ln ½ − ½ ln 8π − ½ (4 − 7)²/4
    let ln = |x: f64| x.ln();
    let expected =
        [ln(0.5) - 0.5 * ln(std::f64::consts::TAU) - 2.0, ln(0.5) - 0.5 * ln(4.0 * std::f64::consts::TAU) - 1.125];
    assert!(found.iter().zip(expected).all(|(a, b)| (a - b).abs() < 1e-14), "{found}");
    assert_eq!((model.predict(&rows(&[[4.0]])).unwrap(), model.classes()), (vec![9], &[4, 9][..]));
}

#[test]
fn numbers_far_from_zero_keep_their_variance() {
    let x = DMatrix::from_fn(5000, 1, |row, _| 1e9 + (row % 2) as f64 + 10.0 * (row % 3 % 2) as f64);
    let y: Vec<usize> = (0..5000).map(|row| row % 3 % 2).collect();
    let model = GaussianNb::new().fit(&x, &y[..]).unwrap();
    // half of a class at each of two numbers that are 1 apart, nearly
    assert!(model.variances().iter().all(|v| (v - 0.25).abs() < 1e-6), "{}", model.variances());
}

#[test]
fn a_hundred_thousand_words_stay_finite() {
    let p = 100_000;
    let (mut row_starts, mut columns) = (vec![0], Vec::new());
    for row in 0..4 {
        columns.extend((0..p).filter(|column| (column + row) % 2 == 0));
        row_starts.push(columns.len());
    }
    let values = vec![1000.0; columns.len()];
    let x = CsrMatrix::try_from_csr_data(4, p, row_starts, columns, values).unwrap();
    let finite = |m: DMatrix<f64>| m.iter().all(|v| v.is_finite());
    let y = [0, 1, 0, 1];
    let multinomial = MultinomialNb::new().alpha(1e-300).fit(&x, &y[..]).unwrap();
    let bernoulli = BernoulliNb::new().alpha(1e-300).fit(&x, &y[..]).unwrap();
    let complement = ComplementNb::new().alpha(1e-300).fit(&x, &y[..]).unwrap();
    assert_eq!([multinomial.predict(&x), bernoulli.predict(&x), complement.predict(&x)].map(Result::unwrap), [y; 3]);
    assert!(finite(multinomial.predict_log_proba(&x).unwrap()) && finite(multinomial.predict_proba(&x).unwrap()));
    assert!(finite(bernoulli.predict_log_proba(&x).unwrap()) && finite(complement.predict_log_proba(&x).unwrap()));
}

#[test]
fn rows_beyond_all_squares_have_probabilities() {
    let x = rows(&[[1.0], [2.0], [5.0], [7.0]]);
    let model = GaussianNb::new().fit(&x, &Y[..]).unwrap();
    for far in [1e200, -1e308, 1e308] {
        let proba: DMatrix<f64> = model.predict_proba(&rows(&[[far]])).unwrap();
        assert!(proba.iter().all(|p| p.is_finite()) && (proba.sum() - 1.0).abs() < 1e-15, "{far}: {proba}");
    }
}

#[test]
fn what_cannot_be_learned_from_is_refused() {
    let (counts, one) = (rows(&[[1.0, 0.0], [2.0, 1.0], [0.0, 1.0], [0.0, 3.0]]), [4; 4]);
    assert_eq!(MultinomialNb::new().fit(&counts, &one[..]).unwrap_err(), Error::Classes { needed: 2, found: 1 });
    let negative = rows(&[[1.0, 0.0], [2.0, -1.0], [0.0, 1.0], [0.0, 3.0]]);
    let sparse = CsrMatrix::from(&negative);
    let says = "x: expected counts or amounts of at least 0, found -1 at row 1";
    assert_eq!(MultinomialNb::new().fit(&negative, &Y[..]).unwrap_err().to_string(), says);
    assert_eq!(ComplementNb::new().fit(&sparse, &Y[..]).unwrap_err().to_string(), says);
    let mixed = MixedNb::new(&[Family::Gaussian, Family::Multinomial]);
    assert_eq!(mixed.fit(&negative, &Y[..]).unwrap_err().to_string(), says);
    let nan = rows(&[[1.0, 0.0], [f64::NAN, 1.0], [0.0, 1.0], [0.0, 3.0]]);
    let place = Error::NonFinite { what: "x", row: 1, column: 0 };
    assert_eq!(GaussianNb::new().fit(&nan, &Y[..]).unwrap_err(), place);
    assert_eq!(BernoulliNb::new().fit(&nan, &Y[..]).unwrap_err(), place);
    assert!(matches!(
        CategoricalNb::new().fit(&counts.map(|v| v / 2.0), &Y[..]),
        Err(Error::Domain { row: Some(_), .. })
    ));
    assert!(matches!(BernoulliNb::new().binarize(None).fit(&counts, &Y[..]), Err(Error::Domain { row: Some(1), .. })));
    let below = BernoulliNb::new().binarize(Some(-1.0)).fit(&CsrMatrix::from(&counts), &Y[..]);
    assert!(matches!(below, Err(Error::Parameter { name: "binarize", .. })));
    let constant = DMatrix::from_element(4, 2, 3.0);
    assert!(matches!(GaussianNb::new().fit(&constant, &Y[..]), Err(Error::Domain { what: "x", .. })));
    let weightless = GaussianNb::new().fit_weighted(&counts, &Y[..], &[0.0; 4]);
    assert!(matches!(weightless, Err(Error::Domain { what: "weights", .. })));
    for alpha in [0.0, -1.0, f64::NAN, f64::INFINITY] {
        assert!(matches!(MultinomialNb::new().alpha(alpha).validate(), Err(Error::Parameter { name: "alpha", .. })));
    }
    let model = MultinomialNb::new().fit(&counts, &Y[..]).unwrap();
    let columns = Error::Shape { what: "x", unit: "columns", expected: 2, found: 3 };
    assert_eq!(model.predict(&DMatrix::<f64>::zeros(1, 3)).unwrap_err(), columns);
    assert_eq!(model.predict(&CsrMatrix::<f32>::zeros(1, 3)).unwrap_err(), columns);
}

#[test]
fn a_constant_column_beside_one_that_varies_says_nothing() {
    let x = rows(&[[1.0, 3.0], [2.0, 3.0], [5.0, 3.0], [7.0, 3.0]]);
    let (with, without) = (GaussianNb::new().fit(&x, &Y[..]).unwrap(), GaussianNb::new());
    let without = without.fit(&x.columns(0, 1).into_owned(), &Y[..]).unwrap();
    let (a, b) = (with.predict_proba(&x).unwrap(), without.predict_proba(&x.columns(0, 1).into_owned()).unwrap());
    assert!((a - b).amax() < 1e-12);
}

#[test]
fn unseen_categories_are_refused_or_say_nothing() {
    let x = rows(&[[0.0, 1.0], [0.0, 0.0], [1.0, 1.0], [1.0, 0.0]]);
    let asked = rows(&[[1.0, 7.0]]);
    let refused = CategoricalNb::new().fit(&x, &Y[..]).unwrap();
    assert_eq!(refused.predict(&asked).unwrap_err(), Error::UnknownClass { what: "x", found: "7".into() });
    let ignored = CategoricalNb::new().unseen(Unseen::Ignored).fit(&x, &Y[..]).unwrap();
    let alone = CategoricalNb::new().fit(&x.columns(0, 1).into_owned(), &Y[..]).unwrap();
    let (a, b) = (ignored.predict_proba(&asked).unwrap(), alone.predict_proba(&rows(&[[1.0]])).unwrap());
    assert!((a - b).amax() < 1e-15);
    // what is no category is none that was seen
    for odd in [0.5, -1.0, 1e300] {
        let proba = ignored.predict_proba(&rows(&[[1.0, odd]])).unwrap();
        assert!((proba - alone.predict_proba(&rows(&[[1.0]])).unwrap()).amax() < 1e-15);
    }
    assert!(matches!(refused.predict(&rows(&[[1.0, 0.5]])), Err(Error::Domain { .. })));
    let known = CategoricalNb::new().min_categories(8).fit(&x, &Y[..]).unwrap();
    assert_eq!(known.predict(&asked).unwrap(), [9]);
}

#[test]
fn sums_of_other_columns_are_refused_and_nothing_is_lost() {
    let x = rows(&[[1.0, 0.0], [2.0, 1.0], [0.0, 1.0], [0.0, 3.0]]);
    let narrow = x.columns(0, 1).into_owned();
    macro_rules! refused {
        ($sums:expr) => {{
            let mut sums = $sums;
            sums.accumulate(&x, &Y[..], None).unwrap();
            let before = sums.clone();
            assert!(sums.accumulate(&narrow, &Y[..], None).is_err());
            assert!(sums.accumulate(&x, &Y[..3], None).is_err());
            assert_eq!(sums, before);
        }};
    }
    refused!(GaussianSums::new());
    refused!(CountSums::new());
    refused!(CategorySums::new());
    refused!(PresenceSums::new(Some(0.0)));
    refused!(MixedSums::new(&[Family::Gaussian, Family::Multinomial]));
    assert!(PresenceSums::new(Some(1.0)).merge(&PresenceSums::new(None)).is_err());
    assert!(GaussianNb::new().fit_from(&GaussianSums::new()).is_err(), "no rows, no classes");
}

#[test]
fn families_are_told_by_the_numbers() {
    let x = rows(&[[0.5, 0.0, 2.0], [1.0, 1.0, 0.0], [2.5, 1.0, 1.0], [2.0, 0.0, 1.0]]);
    let model = MixedNb::default().fit(&x, &Y[..]).unwrap();
    assert_eq!(model.families(), [Family::Gaussian, Family::Categorical, Family::Gaussian]);
}

#[test]
fn files_that_lie_are_refused() {
    let x = rows(&[[1.0, 0.0], [2.0, 1.0], [0.0, 1.0], [0.0, 3.0]]);
    let text = GaussianNb::new().fit(&x, &Y[..]).unwrap().to_json().unwrap();
    for (from, to) in [("[4,9]", "[9,4]"), ("[4,9]", "[4,9,11]"), ("\"shape\":[2,2]", "\"shape\":[1,4]")] {
        assert_ne!(text.replacen(from, to, 1), text);
        assert!(crate::GaussianNbModel::from_json(&text.replacen(from, to, 1)).is_err());
    }
    let model = MixedNb::default().priors(Priors::Uniform).fit(&x, &Y[..]).unwrap();
    let text = model.to_json().unwrap();
    assert_eq!(crate::MixedNbModel::from_json(&text).unwrap(), model);
    assert!(crate::MixedNbModel::from_json(&text.replacen("\"gaussian\"", "\"categorical\"", 1)).is_err());
}
