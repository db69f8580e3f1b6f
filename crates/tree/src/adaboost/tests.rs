use super::*;
use cairn_traits::rows;

fn data() -> (DMatrix<f64>, Vec<usize>) {
    let x = DMatrix::from_fn(300, 3, |i, j| ((i * (31 + 2 * j) + i * i) % [97, 89, 83][j]) as f64 / 50.0);
    let y = x.row_iter().map(|r| usize::from(r[0] * r[1] > 0.8) + usize::from(r[2] > 1.0)).collect();
    (x, y)
}

#[test]
fn the_first_round_is_the_stump_by_hand() {
    let x = rows(&[[1.0], [2.0], [3.0], [4.0]]);
    // gini: x ≤ 1 leaves {0} and {1, 0, 1}: 4 (1/2) − 3 (4/9) = 2/3 of weight 4; so does x ≤ 3; x ≤ 2 gains 0
    let model = AdaBoostClassifier::new(1).fit(&x, &[0, 1, 0, 1]).unwrap();
    assert_eq!(model.trees()[0].nodes()[0].question.as_ref().map(|q| q.threshold), Some(1.5));
    assert_eq!(model.tree_errors(), [0.25]); // the row 3
    assert_eq!(model.tree_weights(), [3.0_f64.ln()]);
    assert_eq!(model.predict(&x).unwrap(), [0, 1, 1, 1]);
}

#[test]
fn wrong_rows_count_more_in_the_next_round() {
    let x = rows(&[[1.0], [2.0], [3.0], [4.0]]);
    let mut seen = Vec::new();
    let model: AdaBoostClassifierModel<f64> = AdaBoostClassifier::new(3)
        .fit_observed(&x, &[0, 1, 0, 1], &mut |_, weights| {
            seen.push(weights.to_vec());
            ControlFlow::Break(())
        })
        .unwrap();
    // 1/4 each, the wrong one times 3: 1, 1, 3, 1 over 6
    assert!(seen[0].iter().zip([1.0 / 6.0, 1.0 / 6.0, 0.5, 1.0 / 6.0]).all(|(a, b)| (a - b).abs() < 1e-15));
    assert_eq!((model.trees().len(), model.convergence().stop), (1, Stop::Interrupted));
}

#[test]
fn the_training_error_stays_below_its_bound() {
    let (x, y) = data();
    let y: Vec<usize> = y.iter().map(|&label| label.min(1)).collect();
    let model = AdaBoostClassifier::new(60).fit(&x, &y[..]).unwrap();
    let mut bound = 1.0;
    for (labels, error) in model.staged_predict(&x).unwrap().iter().zip(model.tree_errors()) {
        bound *= 2.0 * (error * (1.0 - error)).sqrt();
        let wrong = labels.iter().zip(&y).filter(|(a, b)| a != b).count() as f64 / 300.0;
        assert!(wrong <= bound + 1e-12, "{wrong} {bound}");
    }
    assert!(bound < 0.3, "{bound}");
}

#[test]
fn a_tree_without_error_is_the_last() {
    let x = rows(&[[1.0], [2.0], [3.0], [4.0]]);
    let model = AdaBoostClassifier::new(50).fit(&x, &[0, 0, 1, 1]).unwrap();
    assert_eq!((model.tree_weights(), model.tree_errors()), (&[1.0][..], &[0.0][..]));
    assert_eq!(model.convergence().stop, Stop::Converged);
}

#[test]
fn what_no_question_tells_is_answered_by_the_most() {
    let x = DMatrix::from_element(4, 1, 1.0);
    let model = AdaBoostClassifier::new(5).fit(&x, &[0, 0, 1, 1]).unwrap();
    assert_eq!((model.trees().len(), model.convergence().stop), (1, Stop::Converged));
    assert_eq!(model.predict(&x).unwrap(), [0; 4]);
}

#[test]
fn probabilities_have_the_order_of_the_votes() {
    let (x, y) = data();
    let model = AdaBoostClassifier::new(30).max_depth(2).fit(&x, &y[..]).unwrap();
    let (shares, votes) = (model.predict_proba(&x).unwrap(), model.decision_function(&x).unwrap());
    for row in 0..300 {
        assert_eq!(shares.row(row).transpose().imax(), votes.row(row).transpose().imax());
        assert!((shares.row(row).sum() - 1.0).abs() < 1e-12);
    }
    assert!((model.feature_importances().iter().sum::<f64>() - 1.0).abs() < 1e-12);
    assert_eq!(model.staged_predict(&x).unwrap().last(), Some(&model.predict(&x).unwrap()));
    let text = model.to_json().unwrap();
    assert_eq!(AdaBoostClassifierModel::<f64>::from_json(&text).unwrap(), model);
}

#[test]
fn hyperparameters_out_of_range_are_named() {
    let (x, y) = data();
    for (boost, expected) in [
        (AdaBoostClassifier::new(0), "n_estimators"),
        (AdaBoostClassifier::new(1).learning_rate(0.0), "learning_rate"),
        (AdaBoostClassifier::new(1).max_depth(0), "max_depth"),
    ] {
        assert!(matches!(boost.fit(&x, &y[..]).err(), Some(Error::Parameter { name, .. }) if name == expected));
    }
}
