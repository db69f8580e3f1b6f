//! What a comparison shows beside scores: which class was taken for which, and what more rows would bring.

use crate::{
    evaluation::{Data, Job, evaluate},
    failure::Result,
    interrupt,
    registry::{Answer, Target},
    results::{Confusion, Curve, Map},
    splits::{Split, sample},
};

/// More classes than this make a table that nobody reads.
const MOST_CLASSES: usize = 40;

/// Shares of the training rows that a curve of learning is drawn through.
const SHARES: [f64; 5] = [0.0625, 0.125, 0.25, 0.5, 1.0];

/// How often each class was taken for each, over all splits.
pub(crate) fn confusion(data: &Data, splits: &[Split], answers: &[Answer]) -> Option<Confusion> {
    let (Target::Classes(truth), Some(names)) = (&data.target, &data.names) else { return None };
    let classes = names.classes().to_vec();
    if classes.len() > MOST_CLASSES {
        return None;
    }
    let mut counts = vec![vec![0; classes.len()]; classes.len()];
    for (split, answer) in splits.iter().zip(answers) {
        let Answer::Classes { predicted, .. } = answer else { return None };
        for (&row, &guess) in split.test.iter().zip(predicted) {
            *counts.get_mut(*truth.get(row)?)?.get_mut(guess)? += 1;
        }
    }
    Some(Confusion { classes, counts })
}

/// Points of a map that are drawn, at most.
const MOST_POINTS: usize = 1000;

/// The rows of the only split in two columns, and their classes where there are few enough to have a colour each.
pub(crate) fn map(data: &Data, splits: &[Split], answers: &[Answer]) -> Option<Map> {
    let ([split], [Answer::Reduced { embedded, .. }]) = (splits, answers) else { return None };
    if embedded.ncols() < 2 {
        return None;
    }
    let drawn = embedded.nrows().min(MOST_POINTS);
    let points = (0..drawn).map(|i| (embedded[(i, 0)] as f32, embedded[(i, 1)] as f32)).collect();
    let (classes, names) = match (&data.target, &data.names) {
        (Target::Classes(classes), Some(names)) if names.classes().len() <= MOST_CLASSES => {
            let own = split.test.iter().take(drawn).filter_map(|&row| classes.get(row).copied());
            (own.collect(), names.classes().to_vec())
        }
        _ => (vec![0; drawn], Vec::new()),
    };
    Some(Map { points, classes, names })
}

/// The score that decides, on the test rows of a split, after learning from more and more of its training rows.
///
/// A share of the rows that is too small to learn from has no point.
pub(crate) fn learning_curve(job: &Job<'_>, data: &Data, split: &Split) -> Result<Vec<Curve>> {
    let target = data.take_rows(&split.train)?.target;
    let (mut score, mut points) = ("", Vec::with_capacity(SHARES.len()));
    for share in SHARES {
        let n = (share * split.train.len() as f64).ceil() as usize;
        // drawn so that classes stay in proportion
        let drawn = sample(&target, split.train.len(), n, job.settings.seed)?;
        let rows = drawn.into_iter().filter_map(|at| split.train.get(at).copied()).collect();
        let part = [Split { train: rows, test: split.test.clone() }];
        let Ok(outcome) = evaluate(job, data, &part, interrupt::check) else { continue };
        if let Some((name, mean)) = outcome.spreads.first().and_then(|spread| Some((spread.name, spread.mean()?))) {
            score = name;
            points.push((n as f64, mean));
        }
    }
    let curve = Curve { of: "training rows".into(), score: score.into(), points };
    Ok(if curve.points.len() > 1 { vec![curve] } else { Vec::new() })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        cli::Precision,
        evaluation::Truth,
        input::Features,
        registry::{Settings, named},
        splits::k_folds,
    };
    use cairn_traits::{DMatrix, DVector};

    fn settings() -> Settings {
        Settings { sets: Vec::new(), seed: 0, precision: Precision::F64 }
    }

    /// Three classes in a row of numbers, 20 each.
    fn data() -> Data {
        let x = DMatrix::from_fn(60, 1, |row, _| row as f64);
        let words = (0..60).map(|row| ["low", "middle", "up"][row / 20].to_owned()).collect();
        Data::new("line".into(), Features::Pixels(x), &Truth::Words(words)).unwrap()
    }

    #[test]
    fn every_row_is_counted_once_in_the_row_of_its_class() {
        let (data, settings) = (data(), settings());
        let splits = k_folds(&data.target, 60, 5, 1).unwrap();
        let entry = named("knn-classifier").unwrap();
        let job = Job { entry: &entry, settings: &settings, standardize: false };
        let outcome = evaluate(&job, &data, &splits, || Ok(())).unwrap();
        let confusion = confusion(&data, &splits, &outcome.answers).unwrap();
        assert_eq!(confusion.classes, ["low", "middle", "up"]);
        assert!(confusion.counts.iter().all(|row| row.iter().sum::<usize>() == 20), "{confusion:?}");
        let right: usize = (0..3).map(|class| confusion.counts[class][class]).sum();
        let accuracy = outcome.spreads[0].mean().unwrap();
        assert!((right as f64 / 60.0 - accuracy).abs() < 1e-12, "folds are equally long: {right}, {accuracy}");
    }

    #[test]
    fn a_map_is_of_all_rows_and_knows_their_classes() {
        let (data, settings) = (data(), settings());
        let all = [Split { train: (0..60).collect(), test: (0..60).collect() }];
        let entry = named("tsne").unwrap();
        let job = Job { entry: &entry, settings: &settings, standardize: false };
        let outcome = evaluate(&job, &data, &all, || Ok(())).unwrap();
        let map = map(&data, &all, &outcome.answers).unwrap();
        assert_eq!((map.points.len(), map.classes[0], map.classes[59]), (60, 0, 2));
        assert_eq!(map.names, ["low", "middle", "up"]);
        let names: Vec<&str> = outcome.spreads.iter().map(|spread| spread.name).collect();
        assert_eq!(names, ["trustworthiness", "neighborhood_hit", "kl_divergence"]);
        // a line in order: whoever is beside a row is of its class, but at the two borders
        assert!(outcome.spreads[1].mean().unwrap() > 0.8);
    }

    #[test]
    fn more_rows_of_a_parabola_make_neighbours_better() {
        let x = DMatrix::from_fn(200, 1, |row, _| row as f64 / 100.0 - 1.0);
        let y = Truth::Numbers(DVector::from_iterator(200, x.iter().map(|x| x * x)));
        let data = Data::new("parabola".into(), Features::Pixels(x), &y).unwrap();
        let (settings, entry) = (settings(), named("knn-regressor").unwrap());
        let job = Job { entry: &entry, settings: &settings, standardize: false };
        let split = &k_folds(&data.target, 200, 5, 0).unwrap()[0];
        let curves = learning_curve(&job, &data, split).unwrap();
        let points = &curves[0].points;
        assert_eq!((curves[0].score.as_str(), curves[0].of.as_str()), ("r2", "training rows"));
        // shares of 160: 10, 20, 40, 80, 160
        assert_eq!(points.iter().map(|(n, _)| *n as usize).collect::<Vec<_>>(), [10, 20, 40, 80, 160]);
        assert!(points[4].1 > 0.99 && points[0].1 < points[4].1, "{points:?}");
        // the last point is the fold itself
        let fold = evaluate(&job, &data, std::slice::from_ref(split), || Ok(())).unwrap();
        assert_eq!(fold.spreads[0].mean(), Some(points[4].1));
    }

    #[test]
    fn shares_too_small_to_learn_from_have_no_point() {
        let (data, settings, entry) = (data(), settings(), named("knn-classifier").unwrap());
        let job = Job { entry: &entry, settings: &settings, standardize: false };
        // 30 rows to learn from: shares of 2 and 4 are fewer than five neighbours
        let split = &k_folds(&data.target, 60, 2, 0).unwrap()[0];
        let points = learning_curve(&job, &data, split).unwrap().remove(0).points;
        assert_eq!(points.first().map(|(n, _)| *n as usize), Some(8), "{points:?}");
    }
}
