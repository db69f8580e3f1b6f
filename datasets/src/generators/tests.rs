//! What every generator keeps.

use super::*;
use crate::Error;
use serde_json::{Value, json};
use std::collections::BTreeSet;

/// The generator with one field changed, as a command line would change it.
fn with<G: Generate>(generator: &G, field: &str, value: Value) -> G {
    let mut fields = serde_json::to_value(generator).unwrap();
    assert!(fields.get(field).is_some(), "{}: {field}", G::NAME);
    fields[field] = value;
    serde_json::from_value(fields).unwrap()
}

/// A question to every generator.
trait Question {
    fn ask<G: Generate + Default>(&mut self);
}

fn ask_all(question: &mut impl Question) {
    question.ask::<MakeAddingProblem>();
    question.ask::<MakeBlobs>();
    question.ask::<MakeCircles>();
    question.ask::<MakeClassification>();
    question.ask::<MakeFriedman1>();
    question.ask::<MakeGaussianGrid>();
    question.ask::<MakeGaussianRing>();
    question.ask::<MakeLowRank>();
    question.ask::<MakeMoons>();
    question.ask::<MakeRegression>();
    question.ask::<MakeRents>();
    question.ask::<MakeSineMixtures>();
    question.ask::<MakeSparseRegression>();
    question.ask::<MakeSpirals>();
    question.ask::<MakeSwissRoll>();
}

#[test]
fn the_seed_decides_and_the_rows_are_counted() {
    struct Seeded;
    impl Question for Seeded {
        fn ask<G: Generate + Default>(&mut self) {
            let [one, two] = [1, 2].map(|seed| with(&G::default(), "seed", json!(seed)));
            let data = one.generate().unwrap();
            // numbers are compared as such: nothing here is NaN, which would differ from itself
            assert_eq!(data, one.generate().unwrap(), "{}", G::NAME);
            assert_ne!(data.features, two.generate().unwrap().features, "{}", G::NAME);
            assert_eq!((data.n_rows(), &data.name[..]), (100, G::NAME));
            for n in [25, 101] {
                assert_eq!(with(&one, "n_samples", json!(n)).generate().unwrap().n_rows(), n, "{}", G::NAME);
            }
        }
    }
    ask_all(&mut Seeded);
}

#[test]
fn more_rows_leave_the_first_ones_where_the_page_says_so() {
    struct Prefix(Vec<&'static str>);
    impl Question for Prefix {
        fn ask<G: Generate + Default>(&mut self) {
            let [few, many] = [40, 90].map(|n| with(&G::default(), "n_samples", json!(n)).generate().unwrap());
            let kept = match (&few.features, &many.features) {
                (Features::Matrix { values: few, .. }, Features::Matrix { values: many, .. }) => {
                    *few == many.rows(0, 40)
                }
                (Features::Table(few), Features::Table(many)) => {
                    let rows: Vec<usize> = (0..40).collect();
                    *few == cairn_preprocess::TakeRows::take_rows(many, &rows).unwrap()
                }
                (Features::Sequences(few), Features::Sequences(many)) => *few == many[..40],
                _ => false,
            };
            let kept = kept
                && match (&few.target, &many.target) {
                    (Target::Classes { labels: few, .. }, Target::Classes { labels: many, .. }) => *few == many[..40],
                    (Target::Numbers(few), Target::Numbers(many)) => *few == many.rows(0, 40),
                    _ => false,
                };
            if !kept {
                self.0.push(G::NAME);
            }
        }
    }
    let mut changed = Prefix(Vec::new());
    ask_all(&mut changed);
    assert_eq!(changed.0, ["make-classification", "make-low-rank"]);
}

#[test]
fn extreme_hyperparameters_are_refused_and_never_panic() {
    struct Extremes(usize);
    impl Question for Extremes {
        fn ask<G: Generate + Default>(&mut self) {
            let none = with(&G::default(), "n_samples", json!(0)).generate();
            assert!(matches!(none, Err(Error::Parameter { name: "n_samples", .. })), "{}: {none:?}", G::NAME);
            let Value::Object(fields) = serde_json::to_value(G::default()).unwrap() else { panic!("fields") };
            for (name, value) in &fields {
                let extremes: Vec<Value> = match value {
                    Value::Number(number) if number.is_u64() && name != "seed" => {
                        vec![json!(0), json!(u64::MAX), json!(1_u64 << 40)]
                    }
                    Value::Number(number) if number.is_f64() => {
                        vec![json!(-1.0), json!(f64::MAX), json!(-f64::MAX), json!(5e-324)]
                    }
                    Value::Null => vec![json!(0), json!(u64::MAX)],
                    _ => vec![],
                };
                for extreme in extremes {
                    self.0 += 1;
                    let generator = with(&G::default(), name, extreme.clone());
                    // what is in range is made, what is not is refused by name, what overflows is found
                    match generator.generate() {
                        Ok(data) => assert!(data.n_rows() > 0),
                        Err(Error::Parameter { .. } | Error::NonFinite { .. }) => {}
                        Err(other) => panic!("{} {name}={extreme}: {other}", G::NAME),
                    }
                }
            }
        }
    }
    let mut asked = Extremes(0);
    ask_all(&mut asked);
    assert!(asked.0 > 150, "{}", asked.0);
}

#[test]
fn names_are_distinct_and_every_generator_is_in_the_gallery() {
    struct Names(BTreeSet<&'static str>);
    impl Question for Names {
        fn ask<G: Generate + Default>(&mut self) {
            assert!(self.0.insert(G::NAME), "{} twice", G::NAME);
            assert!(!G::DESCRIPTION.is_empty() && !G::DESCRIPTION.contains('\n') && G::DESCRIPTION.len() <= 100);
            let page = include_str!("mod.rs");
            assert!(page.contains(&format!("//! | [`{}`] |", G::NAME.replace('-', "_"))), "{}", G::NAME);
            // what is written is read, and nothing else is
            let written = serde_json::to_string(&G::default()).unwrap();
            assert_eq!(serde_json::from_str::<G>(&written).unwrap(), G::default());
            assert!(serde_json::from_str::<G>(r#"{"n_sample": 3}"#).is_err());
        }
    }
    let mut names = Names(BTreeSet::new());
    ask_all(&mut names);
    assert_eq!(names.0.len(), include_str!("mod.rs").matches("\npub use ").count());
}
