//! What counting must satisfy on any rows.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use cairn_bayes::{
    Accumulate, BernoulliNb, CategoricalNb, CategorySums, ComplementNb, CountSums, CsrMatrix, DMatrix, Family, Fit,
    FitFrom, FitWeighted, GaussianNb, GaussianSums, Merge, MixedNb, MixedSums, MultinomialNb, Predict, PresenceSums,
    Priors, Probabilistic,
};
use proptest::prelude::*;

const FAMILIES: [Family; 3] = [Family::Gaussian, Family::Multinomial, Family::Categorical];

/// Small counts, which are categories as well, and labels of two classes at least.
fn data() -> impl Strategy<Value = (DMatrix<f64>, Vec<usize>)> {
    (4..30_usize).prop_flat_map(|n| {
        (prop::collection::vec(0..5_u32, n * 3), prop::collection::vec(0..3_usize, n)).prop_map(
            move |(cells, mut y)| {
                let mut x = DMatrix::from_iterator(n, 3, cells.into_iter().map(f64::from));
                (y[0], y[1]) = (0, 2);
                // a column that varies, so that there is something to smooth variances by
                (x[(0, 0)], x[(1, 0)]) = (0.0, 4.0);
                (x, y)
            },
        )
    })
}

fn mixed() -> MixedNb {
    MixedNb::new(&FAMILIES).var_smoothing(0.1)
}

fn gaussian() -> GaussianNb {
    GaussianNb::new().var_smoothing(0.1)
}

/// The same of each member: `of` gets estimator, empty sums and a name.
macro_rules! each {
    ($of:ident) => {
        $of!(gaussian(), GaussianSums::new());
        $of!(MultinomialNb::new(), CountSums::new());
        $of!(ComplementNb::new(), CountSums::new());
        $of!(BernoulliNb::new(), PresenceSums::new(Some(0.0)));
        $of!(CategoricalNb::new(), CategorySums::new());
        $of!(mixed(), MixedSums::new(&FAMILIES));
    };
}

fn close(a: &DMatrix<f64>, b: &DMatrix<f64>) -> bool {
    (a - b).amax() <= 1e-10 * (1.0 + a.amax())
}

proptest! {
    #[test]
    fn duplicates_are_weights((x, y) in data(), copies in prop::collection::vec(0..4_usize, 30)) {
        let copies: Vec<usize> = (0..y.len()).map(|row| if row < 2 { 1 } else { copies[row] }).collect();
        let rows: Vec<usize> = (0..y.len()).flat_map(|row| vec![row; copies[row]]).collect();
        let (repeated, labels): (_, Vec<usize>) = (x.select_rows(&rows), rows.iter().map(|&row| y[row]).collect());
        let weights: Vec<f64> = copies.iter().map(|&n| n as f64).collect();
        let asked = x.select_rows(&rows);
        macro_rules! same {
            ($estimator:expr, $sums:expr) => {
                let weighted = $estimator.fit_weighted(&x, &y[..], &weights).unwrap();
                let plain = $estimator.fit(&repeated, &labels[..]).unwrap();
                let (a, b) = (weighted.joint_log_likelihood(&asked), plain.joint_log_likelihood(&asked));
                prop_assert!(close(&a.unwrap(), &b.unwrap()));
            };
        }
        each!(same);
    }

    #[test]
    fn batches_and_their_order_do_not_matter((x, y) in data(), first in 1..29_usize, weighted in any::<bool>()) {
        let n = y.len();
        let first = 1 + first % (n - 1);
        let weights: Vec<f64> = (0..n).map(|row| if weighted { 0.5 + row as f64 } else { 1.0 }).collect();
        let part = |from: usize, to: usize| (x.rows(from, to - from).into_owned(), &y[from..to], &weights[from..to]);
        macro_rules! same {
            ($estimator:expr, $sums:expr) => {
                let whole = $estimator.fit_weighted(&x, &y[..], &weights).unwrap();
                let (mut a, mut b) = ($sums, $sums);
                let ((x1, y1, w1), (x2, y2, w2)) = (part(0, first), part(first, n));
                a.accumulate(&x1, y1, Some(w1)).unwrap();
                b.accumulate(&x2, y2, Some(w2)).unwrap();
                let (mut ab, mut ba) = (a.clone(), b.clone());
                ab.merge(&b).unwrap();
                ba.merge(&a).unwrap();
                // and one after the other into the same sums
                a.accumulate(&x2, y2, Some(w2)).unwrap();
                let expected = whole.joint_log_likelihood(&x).unwrap();
                for sums in [&ab, &ba, &a] {
                    let model = $estimator.fit_from(sums).unwrap();
                    prop_assert!(close(&model.joint_log_likelihood(&x).unwrap(), &expected));
                }
            };
        }
        each!(same);
    }

    #[test]
    fn the_order_of_columns_does_not_matter((x, y) in data()) {
        let turned = x.select_columns(&[2, 0, 1]);
        macro_rules! same {
            ($estimator:expr, $other:expr) => {
                let model = $estimator.fit(&x, &y[..]).unwrap();
                let other = $other.fit(&turned, &y[..]).unwrap();
                let (a, b) = (model.joint_log_likelihood(&x).unwrap(), other.joint_log_likelihood(&turned).unwrap());
                prop_assert!(close(&a, &b));
            };
        }
        same!(gaussian(), gaussian());
        same!(MultinomialNb::new(), MultinomialNb::new());
        same!(ComplementNb::new(), ComplementNb::new());
        same!(BernoulliNb::new(), BernoulliNb::new());
        same!(CategoricalNb::new(), CategoricalNb::new());
        let families = [FAMILIES[2], FAMILIES[0], FAMILIES[1]];
        same!(mixed(), MixedNb::new(&families).var_smoothing(0.1));
    }

    #[test]
    fn sparse_rows_say_what_dense_ones_say((x, y) in data()) {
        let sparse = CsrMatrix::from(&x);
        macro_rules! same {
            ($estimator:expr) => {
                let (dense, model) = ($estimator.fit(&x, &y[..]).unwrap(), $estimator.fit(&sparse, &y[..]).unwrap());
                prop_assert_eq!(&dense, &model);
                let (a, b) = (dense.joint_log_likelihood(&x).unwrap(), model.joint_log_likelihood(&sparse).unwrap());
                prop_assert!(close(&a, &b));
            };
        }
        same!(MultinomialNb::new());
        same!(ComplementNb::new());
        same!(BernoulliNb::new());
    }

    #[test]
    fn another_prior_shifts_the_log_odds((x, y) in data(), p in 0.05..0.9_f64) {
        // class 1 may be missing
        let two: Vec<usize> = y.iter().map(|&label| label / 2).collect();
        let priors = Priors::Given(vec![p, 1.0 - p]);
        let odds = |joint: DMatrix<f64>| joint.column(0) - joint.column(1);
        macro_rules! shifted {
            ($estimator:expr) => {
                let even = $estimator.priors(Priors::Uniform).fit(&x, &two[..]).unwrap();
                let given = $estimator.priors(priors.clone()).fit(&x, &two[..]).unwrap();
                let (a, b) = (even.joint_log_likelihood(&x).unwrap(), given.joint_log_likelihood(&x).unwrap());
                let shift = odds(b) - odds(a);
                prop_assert!(shift.iter().all(|step| (step - (p / (1.0 - p)).ln()).abs() < 1e-9));
            };
        }
        shifted!(gaussian());
        shifted!(MultinomialNb::new());
        shifted!(BernoulliNb::new());
        shifted!(CategoricalNb::new());
        shifted!(mixed());
    }

    #[test]
    fn boundless_smoothing_flattens((x, y) in data()) {
        macro_rules! flat {
            ($estimator:expr) => {
                let proba: DMatrix<f64> = $estimator.alpha(1e12).fit(&x, &y[..]).unwrap().predict_proba(&x).unwrap();
                // what is left is the prior, the same for every row
                prop_assert!(proba.row_iter().all(|row| (row - proba.row(0)).amax() < 1e-6));
            };
        }
        flat!(MultinomialNb::new());
        flat!(ComplementNb::new());
        flat!(BernoulliNb::new());
        flat!(CategoricalNb::new());
    }

    #[test]
    fn labels_are_the_argmax_of_probabilities((x, y) in data()) {
        macro_rules! agree {
            ($estimator:expr, $sums:expr) => {
                let model = $estimator.fit(&x, &y[..]).unwrap();
                let proba: DMatrix<f64> = model.predict_proba(&x).unwrap();
                let classes = cairn_bayes::Classes::classes(&model);
                for (row, label) in proba.row_iter().zip(model.predict(&x).unwrap()) {
                    let first = row.iter().position(|&p| p == row.max()).unwrap();
                    prop_assert_eq!(classes[first], label);
                    prop_assert!((row.sum() - 1.0).abs() < 1e-12);
                }
            };
        }
        each!(agree);
    }
}
