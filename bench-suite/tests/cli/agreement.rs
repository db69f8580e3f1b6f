//! What must be the same said in two ways, and what the words in a file mean.

use super::{Folder, flats, told};
use serde_json::Value;

fn folder() -> Folder {
    let folder = Folder::new();
    folder.write("flats.csv", flats());
    folder
}

fn json(folder: &Folder, arguments: &str) -> Value {
    serde_json::from_str(&told(&folder.run(arguments))).unwrap()
}

#[test]
fn a_comparison_says_what_a_run_on_the_same_folds_says() {
    let folder = folder();
    let compare = "compare --csv flats.csv --target rent_it --folds 3 --seed 5 --algorithms knn-classifier";
    let compared = &json(&folder, &format!("{compare} --output out --format json"))["results"][0];
    let run = "run knn-classifier --train flats.csv --target rent_it --folds 3 --seed 5 --standardize --json";
    let run = json(&folder, run);
    assert_eq!((&compared["metrics"], &compared["params"]), (&run["metrics"], &run["params"]));
    assert_eq!(compared["standardize"], true, "distances need it, and the registry says so");
}

#[test]
fn the_seed_decides_the_folds_and_threads_decide_nothing() {
    let folder = folder();
    let scores = |more: &str| -> Vec<Value> {
        let args = format!("compare --csv flats.csv --target rent --folds 3 --output out --format json {more}");
        let results = json(&folder, &args)["results"].as_array().unwrap().clone();
        assert!(results.len() >= 4, "{results:?}");
        results.iter().map(|one| one["metrics"].clone()).collect()
    };
    let first = scores("--threads 1");
    assert_eq!(first, scores("--threads 3 --seed 0"));
    assert_ne!(first, scores("--seed 1"));
}

#[test]
fn quick_draws_rows_and_keeps_all_classes() {
    let folder = folder();
    let args = "--quick --datasets wine_quality_red,digits8x8 --algorithms majority-class,mean-target --format json";
    let results = json(&folder, args)["results"].as_array().unwrap().clone();
    assert_eq!(results.len(), 2);
    assert!(results.iter().all(|one| one["n_samples"] == 500));
    // ten digits about as often as each other: the commonest is right for little more than a tenth
    let digits = results.iter().find(|one| one["dataset"] == "digits8x8").unwrap();
    let accuracy = digits["metrics"]["accuracy"]["mean"].as_f64().unwrap();
    assert!((0.09..0.13).contains(&accuracy), "{accuracy}");
}

#[test]
fn scores_are_told_beside_the_answers_where_the_target_is_there() {
    let folder = folder();
    told(&folder.run("run knn-classifier --train flats.csv --target rent_it --save model.json --predictions out.csv"));
    let output = folder.run("predict model.json --data flats.csv");
    assert_eq!(told(&output), folder.read("out.csv"));
    assert!(String::from_utf8_lossy(&output.stderr).contains("accuracy"));
    // one gap among the labels leaves nothing to score, and is no mistake
    folder.write("gap.csv", flats().replacen(",yes\n", ",?\n", 1));
    let output = folder.run("predict model.json --data gap.csv");
    assert_eq!((told(&output), output.stderr), (folder.read("out.csv"), Vec::new()));
}

#[test]
fn a_class_that_was_not_in_training_is_scored_as_wrong() {
    let folder = folder();
    folder.write("train.csv", "x,y\n0,a\n1,b\n").write("test.csv", "x,y\n0,a\n1,c\n");
    let run = "run knn-classifier --set n_neighbors=1 --train train.csv --test test.csv --target y --json";
    let metrics = &json(&folder, run)["metrics"];
    assert_eq!(metrics["accuracy"], 0.5);
    // the class that was never seen costs -ln 1e-15, the other nothing
    let log_loss = metrics["log_loss"].as_f64().unwrap();
    assert!((log_loss + 1e-15_f64.ln() / 2.0).abs() < 1e-13, "{log_loss}");
}

#[test]
fn number_classes_are_in_the_order_of_numbers() {
    let folder = folder();
    folder.write("train.csv", "x,y\n0,2\n5,10\n9,1\n").write("test.csv", "x,y\n5,10\n0,2\n9,1\n");
    let run = "run knn-classifier --set n_neighbors=1 --train train.csv --test test.csv --target y";
    told(&folder.run(&format!("{run} --predictions out.csv --save model.json")));
    assert_eq!(folder.read("out.csv"), "prediction,probability\n10,1\n2,1\n1,1\n");
    assert!(folder.read("model.json").contains("[\"1\",\"2\",\"10\"]"));
}

#[test]
fn dropped_columns_are_as_if_they_were_not_there() {
    let folder = folder();
    let narrow: String = flats().lines().map(|line| line.rsplit_once(',').unwrap().0.to_owned() + "\n").collect();
    folder.write("narrow.csv", narrow);
    let metrics = |rest: &str| {
        json(&folder, &format!("run ridge --target rent --folds 3 --json --train {rest}"))["metrics"].clone()
    };
    assert_eq!(metrics("flats.csv --drop rent_it"), metrics("narrow.csv"));
    assert_ne!(metrics("flats.csv"), metrics("narrow.csv"));
}
