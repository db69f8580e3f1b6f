//! Running, saving, predicting, comparing.

use super::{Folder, flats, told};
use flate2::{Compression, write::GzEncoder};
use serde_json::Value;
use std::io::Write;

fn json(text: &str) -> Value {
    serde_json::from_str(text).unwrap()
}

#[test]
fn a_saved_model_answers_as_the_run_did() {
    for (algorithm, target, precision) in [
        ("knn-classifier", "rent_it", "f64"),
        ("knn-classifier", "rent_it", "f32"),
        ("ridge", "rent", "f64"),
        ("linear-regression", "rent", "f32"),
        ("knn-regressor", "rent", "f64"),
        ("majority-class", "district", "f64"),
        ("mean-target", "rent", "f32"),
    ] {
        let folder = Folder::new();
        let table = if target == "district" { flats().replace(",NA,", ",west,") } else { flats() };
        let lines: Vec<&str> = table.lines().collect();
        folder
            .write("train.csv", lines[..41].join("\n"))
            .write("test.csv", [&lines[..1], &lines[41..]].concat().join("\n"));
        let run =
            format!("run {algorithm} --train train.csv --test test.csv --target {target} --precision {precision}");
        told(&folder.run(&format!("{run} --standardize --predictions ran.csv --save model.json")));
        told(&folder.run("predict model.json --data test.csv --predictions predicted.csv"));
        assert_eq!(folder.read("ran.csv"), folder.read("predicted.csv"), "{algorithm}");
        assert_eq!(folder.read("ran.csv").lines().count(), 21);
        // without --predictions they go to standard output
        assert_eq!(told(&folder.run("predict model.json --data test.csv")), folder.read("ran.csv"));
    }
}

#[test]
fn columns_may_come_in_another_order_with_others_between_and_without_the_target() {
    let folder = Folder::new();
    folder.write("train.csv", flats());
    told(&folder.run("run knn-classifier --train train.csv --target rent_it --save model.json --predictions a.csv"));
    let mut shuffled = String::from("note,district,rent,size\n");
    let mut reader = flats().lines().skip(1).map(str::to_owned).collect::<Vec<_>>();
    reader.retain(|line| !line.contains('"'));
    for line in &reader {
        let cells: Vec<&str> = line.split(',').collect();
        shuffled += &format!("x,{},{},{}\n", cells[2], cells[1], cells[0]);
    }
    folder.write("new.csv", shuffled);
    let found = told(&folder.run("predict model.json --data new.csv"));
    let all = folder.read("a.csv");
    let table = flats();
    let plain = table
        .lines()
        .zip(all.lines())
        .filter(|(row, _)| !row.contains('"'))
        .map(|(_, answer)| answer.to_owned() + "\n");
    assert_eq!(found, plain.collect::<String>());
}

#[test]
fn folds_answer_each_row_once_in_the_order_of_the_file() {
    let folder = Folder::new();
    folder.write("a.csv", flats());
    let run = "run ridge --train a.csv --target rent --folds 4 --json --predictions out.csv --seed 3";
    let found = json(&told(&folder.run(run)));
    assert_eq!(folder.read("out.csv").lines().count(), 61);
    assert_eq!(found["metrics"]["r2"]["folds"].as_array().unwrap().len(), 4);
    assert!(found["metrics"]["r2"]["mean"].as_f64().unwrap() > 0.7, "rent is linear in size, where size is known");
    assert_eq!((&found["n_samples"], &found["n_features"]), (&60.into(), &3.into()));
    assert_eq!((&found["seed"], &found["precision"], &found["convergence"]), (&3.into(), &"f64".into(), &Value::Null));
    assert_eq!(found["params"], json(r#"{"l2": 1.0, "fit_intercept": true}"#));
    for time in ["fit_seconds", "predict_seconds"] {
        assert!(found[time].as_f64().is_some_and(|seconds| seconds > 0.0), "{time}");
    }
    let again = folder.read("out.csv");
    told(&folder.run(run));
    assert_eq!(folder.read("out.csv"), again, "the same seed is the same split");
    // answers stand beside their rows: they follow the rents
    let pairs = flats()
        .lines()
        .skip(1)
        .zip(again.lines().skip(1))
        .filter(|(row, answer)| {
            let rent: f64 = row.split(',').nth(1).unwrap().parse().unwrap();
            (rent - answer.parse::<f64>().unwrap()).abs() < 300.0
        })
        .count();
    assert!(pairs >= 50, "{pairs}");
}

#[test]
fn holdout_and_threads_and_json_fit_together() {
    let folder = Folder::new();
    folder.write("a.csv", flats());
    let run =
        "run knn-classifier --train a.csv --target rent_it --drop district --set n_neighbors=3 --holdout 0.25 --json";
    let one = json(&told(&folder.run(&format!("{run} --threads 1"))));
    let many = json(&told(&folder.run(&format!("{run} --threads 7"))));
    assert_eq!(one["metrics"], many["metrics"]);
    assert_eq!((&one["threads"], &many["threads"]), (&1.into(), &7.into()));
    assert_eq!((&one["n_features"], &one["evaluated_on"]), (&2.into(), &"holdout".into()));
    let text = told(&folder.run(&run.replace(" --json", "")));
    assert!(text.contains("rows held back") && text.contains("accuracy"), "{text}");
    let training = told(&folder.run("run knn-classifier --train a.csv --target rent_it"));
    assert!(training.contains("the training rows themselves"), "{training}");
}

#[test]
fn packed_files_are_read_as_they_are() {
    let folder = Folder::new();
    let mut packed = GzEncoder::new(Vec::new(), Compression::default());
    packed.write_all(flats().as_bytes()).unwrap();
    folder.write("a.csv", flats()).write("b.csv.gz", packed.finish().unwrap());
    let run = |file: &str| told(&folder.run(&format!("run ridge --train {file} --target rent --folds 3 --json")));
    assert_eq!(json(&run("a.csv"))["metrics"], json(&run("b.csv.gz"))["metrics"]);
}

#[test]
fn images_are_read_with_their_labels() {
    let folder = Folder::new();
    // 20 images of 2 x 2: class 7 is bright on the left, class 3 on the right
    let (mut images, mut labels) =
        (vec![0, 0, 8, 3, 0, 0, 0, 20, 0, 0, 0, 2, 0, 0, 0, 2], vec![0, 0, 8, 1, 0, 0, 0, 20]);
    for i in 0..20_u8 {
        images.extend(if i % 2 == 0 { [200 + i, 0, 220, i] } else { [i, 210, 0, 230 + i] });
        labels.push(if i % 2 == 0 { 7 } else { 3 });
    }
    folder.write("images", &images).write("labels", &labels);
    let run = "run knn-classifier --train images --labels labels --test images --test-labels labels";
    let found = json(&told(&folder.run(&format!("{run} --json --predictions out.csv --save model.json"))));
    assert_eq!((&found["metrics"]["accuracy"], &found["n_features"]), (&1.0.into(), &4.into()));
    assert!(folder.read("out.csv").starts_with("prediction,probability\n7,1\n3,1\n"));
    assert_eq!(told(&folder.run("predict model.json --data images")), folder.read("out.csv"));
}

/// How many algorithms predict numbers.
fn regressors(folder: &Folder) -> usize {
    let list = json(&told(&folder.run("list --json")));
    list["algorithms"].as_array().unwrap().iter().filter(|algorithm| algorithm["task"] == "regression").count()
}

#[test]
fn compare_writes_its_results_and_marks_the_best() {
    let folder = Folder::new();
    folder.write("a.csv", flats());
    let text = told(&folder.run("compare --quick --csv a.csv --target rent --output out"));
    assert!(text.contains("| a.csv") && text.contains("mean-target") && text.contains("best"), "{text}");
    let results = json(&folder.read("out/results.json"));
    let all = regressors(&folder);
    assert_eq!(results["results"].as_array().unwrap().len(), all, "every regressor, the baseline among them");
    assert_eq!((&results["folds"], &results["rows_at_most"]), (&3.into(), &500.into()));
    assert_eq!(folder.read("out/results.csv").lines().count(), all + 1);
    let printed = json(&told(&folder.run("compare --csv a.csv --target rent_it --format json --output out")));
    assert_eq!(printed["results"][0]["task"], "classification", "words are classes");
    let csv = told(
        &folder.run("compare --csv a.csv --target rent --task classification --format csv --output out --folds 2"),
    );
    assert!(csv.starts_with("algorithm,dataset,task,"), "{csv}");
}

#[test]
fn an_algorithm_that_cannot_learn_does_not_keep_the_others_from_being_compared() {
    let folder = Folder::new();
    // 6 rows in 2 folds leave 3 to learn from, and 5 neighbours are asked for
    folder.write("few.csv", "a,t\n1,2\n2,4\n3,7\n4,8\n5,9\n6,12\n");
    let text = told(&folder.run("compare --csv few.csv --target t --folds 2 --output out"));
    assert!(text.contains("| ridge"), "{text}");
    assert!(text.contains("Not compared: knn-regressor: few.csv: x: expected at least 5 rows, found 3"), "{text}");
    let results = json(&folder.read("out/results.json"));
    assert_eq!(results["results"].as_array().unwrap().len(), regressors(&folder) - 1);
    assert_eq!(results["failures"].as_array().unwrap().len(), 1);
}

#[test]
fn the_shared_data_sets_are_compared_by_default() {
    let folder = Folder::new();
    let text = told(&folder.run("--quick"));
    for shown in
        ["Classification", "Regression", "Clustering", "Reduction", "Generation", "Sequence", "mnist10k", "adult"]
    {
        assert!(text.contains(shown), "{text}");
    }
    assert!(!text.contains("Not compared"), "{text}");
    let results = json(&folder.read("target/bench-suite/results.json"));
    let accuracy = |algorithm: &str| {
        let all = results["results"].as_array().unwrap().iter();
        let own = all.clone().find(|line| line["dataset"] == "penguins" && line["algorithm"] == algorithm).unwrap();
        own["metrics"]["accuracy"]["mean"].as_f64().unwrap()
    };
    assert!(accuracy("knn-classifier") > 0.95 && accuracy("majority-class") < 0.5);
}

#[test]
fn the_list_names_algorithms_and_data_sets() {
    let folder = Folder::new();
    let list = json(&told(&folder.run("list --json")));
    let knn = list["algorithms"].as_array().unwrap().iter().find(|a| a["name"] == "knn-classifier").unwrap();
    let expected = r#"{"n_neighbors": 5, "weights": "uniform", "algorithm": "auto", "metric": "euclidean"}"#;
    assert_eq!(knn["hyperparameters"], json(expected));
    assert_eq!(list["datasets"].as_array().unwrap().len(), cairn_datasets::all().len());
    let text = told(&folder.run("list"));
    assert!(text.contains("n_neighbors=5 weights=uniform") && text.contains("CC BY 4.0"), "{text}");
}
