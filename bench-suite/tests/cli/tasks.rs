//! Tasks beside classification and regression, each by its baseline; and Ctrl-C.

use super::{Folder, flats, refused, told};
use serde_json::Value;
use std::{
    process::{Command, Stdio},
    thread,
    time::{Duration, Instant},
};

fn json(text: &str) -> Value {
    serde_json::from_str(text).unwrap()
}

/// Two groups far from each other, and which is which.
fn groups() -> String {
    let mut text = String::from("a,b,group\n");
    for i in 0..40 {
        let (far, group) = if i % 2 == 0 { (0, "near") } else { (100, "far") };
        text += &format!("{},{},{group}\n", far + (i * 7) % 5, far + (i * 3) % 4);
    }
    text
}

#[test]
fn groups_are_found_and_compared_with_those_known() {
    let folder = Folder::new();
    folder.write("groups.csv", groups());
    let run = "run random-centroids --train groups.csv --target group --set n_clusters=2 --json";
    // whichever two rows are drawn: either one of each group, and all is found, or two of one
    let scores: Vec<f64> = (0..8)
        .map(|seed| json(&told(&folder.run(&format!("{run} --seed {seed}"))))["metrics"]["ari"].as_f64().unwrap())
        .collect();
    assert!(scores.contains(&1.0) && scores.iter().all(|ari| *ari <= 1.0), "{scores:?}");
    let alone = "run random-centroids --train groups.csv --drop group --set n_clusters=2";
    let text = told(&folder.run(&format!("{alone} --save model.json --predictions out.csv")));
    assert!(text.contains("silhouette") && text.contains("inertia") && !text.contains("ari"), "{text}");
    assert_eq!(folder.read("out.csv").lines().count(), 41);
    assert_eq!(told(&folder.run("predict model.json --data groups.csv")), folder.read("out.csv"));
    let line = refused(&folder.run(&format!("{alone} --set n_clusters=41")), "more clusters than rows");
    assert!(line.contains("groups.csv: x: expected at least 41 rows, found 40"), "{line}");
}

#[test]
fn as_many_columns_as_before_bring_all_back() {
    let folder = Folder::new();
    folder.write("groups.csv", groups());
    let run = "run random-projection --train groups.csv --drop group --holdout 0.25 --json --predictions out.csv";
    let found = json(&told(&folder.run(run)));
    // two directions at right angles in the plane are the whole plane
    let close = |value: &Value, expected: f64| (value.as_f64().unwrap() - expected).abs() < 1e-9;
    let metrics = &found["metrics"];
    assert!(close(&metrics["reconstruction_rmse"], 0.0) && close(&metrics["explained_variance_ratio"], 1.0));
    assert!(folder.read("out.csv").starts_with("component_1,component_2\n"));
    let one = json(&told(&folder.run(&format!("{run} --set n_components=1"))));
    assert!(one["metrics"]["reconstruction_rmse"].as_f64().unwrap() > 0.1, "{one}");
    let line = refused(&folder.run(&format!("{run} --set n_components=3")), "more than there are");
    assert!(line.contains("n_components: expected at most as many as there are columns"), "{line}");
}

#[test]
fn new_rows_are_as_many_and_as_wide_as_those_shown() {
    let folder = Folder::new();
    folder.write("groups.csv", groups());
    let run = "run independent-normals --train groups.csv --drop group --holdout 0.25 --json";
    let found = json(&told(&folder.run(&format!("{run} --predictions out.csv"))));
    for name in ["coverage", "density", "precision", "recall"] {
        assert!(found["metrics"][name].as_f64().is_some_and(|score| score >= 0.0), "{name}: {found}");
    }
    let rows = folder.read("out.csv");
    assert!(rows.starts_with("column_1,column_2\n") && rows.lines().count() == 11, "{rows}");
    told(&folder.run(&format!("{run} --predictions again.csv")));
    assert_eq!(rows, folder.read("again.csv"), "the same seed draws the same rows");
}

#[test]
fn a_line_that_rises_by_one_is_one_behind_if_it_persists() {
    let folder = Folder::new();
    let steps: String = (0..60).map(|step| format!("{step},{}\n", step % 3)).collect();
    folder.write("line.csv", format!("value,phase\n{steps}"));
    let run = "run persistence --train line.csv --target value --holdout 0.25 --json";
    let found = json(&told(&folder.run(run)));
    assert_eq!((&found["metrics"]["mae"], &found["task"]), (&1.0.into(), &"sequence".into()));
    // 60 steps in windows of 24: 36 numbers follow one
    assert_eq!((&found["n_samples"], &found["n_features"]), (&36.into(), &2.into()));
    let text = told(&folder.run("compare --csv line.csv --target value --task sequence --output out --quick"));
    assert!(text.contains("persistence") && text.contains("linear-regression"), "{text}");
    let results = json(&folder.read("out/results.json"));
    let line = results["results"].as_array().unwrap().iter().find(|line| line["algorithm"] == "linear-regression");
    assert!(line.unwrap()["metrics"]["rmse"]["mean"].as_f64().unwrap() < 1e-6, "a line is learned");
    folder.write("short.csv", "value\n1\n2\n3\n");
    let line = refused(&folder.run("run persistence --train short.csv --target value"), "three steps");
    assert!(line.contains("short.csv: series: expected more than 24 steps, found 3"), "{line}");
    let line = refused(&folder.run("run persistence --train line.csv --target value --save m.json"), "save");
    assert!(line.contains("--save"), "{line}");
}

#[test]
fn text_costs_bits() {
    let folder = Folder::new();
    // a and b as often as each other, new lines left aside: 2 of 5 symbols each, and one never seen
    folder.write("a.txt", "abab\nbaba\n").write("empty.txt", "");
    let found = json(&told(&folder.run("run symbol-frequencies --train a.txt --json --save model.json")));
    // 10 symbols: 4 a, 4 b, 2 ends; 3 different and one unknown: (4 + 1) / 14 each, (2 + 1) / 14
    let bits = -(8.0 * (5.0_f64 / 14.0).log2() + 2.0 * (3.0_f64 / 14.0).log2()) / 10.0;
    assert!((found["metrics"]["bits_per_char"].as_f64().unwrap() - bits).abs() < 1e-12, "{found}");
    let symbols = told(&folder.run("predict model.json --data a.txt"));
    assert!(symbols.starts_with("log_probability\n") && symbols.lines().count() == 11, "{symbols}");
    refused(&folder.run("run symbol-frequencies --train empty.txt"), "nothing to learn from");
}

/// Series that rise and fall, of other lengths each.
fn ups_and_downs(n: usize) -> String {
    let mut text = String::from("@problemName moves\n@dimensions 1\n@classLabel true up down\n@data\n");
    for at in 0..n {
        let steps: Vec<String> =
            (0..5 + at % 3).map(|step| (if at % 2 == 0 { step } else { 20 - step }).to_string()).collect();
        text += &format!("{}:{}\n", steps.join(","), if at % 2 == 0 { "up" } else { "down" });
    }
    text
}

#[test]
fn series_of_any_length_are_told_apart_by_what_sums_them_up() {
    let folder = Folder::new();
    folder.write("moves.ts", ups_and_downs(30)).write("few.ts", ups_and_downs(4));
    let run = "run knn-classifier --train moves.ts --test few.ts --standardize --json --save model.json";
    let found = json(&told(&folder.run(&format!("{run} --predictions out.csv"))));
    assert_eq!((&found["metrics"]["accuracy"], &found["n_features"]), (&1.0.into(), &1.into()));
    assert_eq!(folder.read("out.csv"), "prediction,probability\nup,1\ndown,1\nup,1\ndown,1\n");
    assert_eq!(told(&folder.run("predict model.json --data few.ts")), folder.read("out.csv"));
    folder.write("gap.ts", "@classLabel true up down\n@data\n1,?,3:up\n");
    for (arguments, says) in [
        ("run knn-classifier --train gap.ts", "gap.ts: line 3, dimension 1, step 2: expected a number"),
        ("run ridge --train moves.ts", "moves.ts: target: expected numbers, found classes"),
        ("run symbol-frequencies --train moves.ts", "moves.ts: expected text, found series"),
        ("predict model.json --data gap.ts", "gap.ts: line 3"),
        ("predict model.json --data out.csv", "out.csv: line 1"),
    ] {
        let line = refused(&folder.run(arguments), arguments);
        assert!(line.contains(says), "{arguments}: {line}");
    }
}

#[test]
fn unsupervised_tasks_need_no_target_of_ones_own_table() {
    let folder = Folder::new();
    folder.write("flats.csv", flats());
    for (task, algorithm) in
        [("clustering", "random-centroids"), ("reduction", "random-projection"), ("generation", "independent-normals")]
    {
        let text = told(&folder.run(&format!("compare --csv flats.csv --task {task} --output out")));
        assert!(text.contains(algorithm), "{text}");
    }
    let line = refused(&folder.run("compare --csv flats.csv"), "no target");
    assert!(line.contains("--target: expected a column, one of size, rent, district, rent_it"), "{line}");
}

#[test]
fn a_map_is_of_the_rows_it_was_fitted_on_and_has_places_for_others() {
    let folder = Folder::new();
    folder.write("groups.csv", groups());
    let run = "run tsne --train groups.csv --drop group --set perplexity=5 --set n_iter=100";
    let line = json(&told(&folder.run(&format!("{run} --json --save map.json --predictions map.csv"))));
    assert_eq!((line["evaluated_on"].as_str(), line["predict_seconds"].as_f64()), (Some("train"), Some(0.0)));
    let score = |name: &str| line["metrics"][name].as_f64().unwrap();
    assert!(score("trustworthiness") > 0.9 && score("kl_divergence") < 1.0, "{line}");
    assert_eq!(line["convergence"]["n_iter"], 350);
    assert_eq!(folder.read("map.csv").lines().count(), 41);
    assert_eq!(told(&folder.run("predict map.json --data groups.csv")).lines().count(), 41);
    // on data with classes the page shows maps of all rows
    let compared = told(
        &folder.run("compare --csv groups.csv --target group --task reduction --algorithms tsne,pca --output out"),
    );
    assert!(compared.contains("tsne"), "{compared}");
    let page = folder.read("out/report.html");
    assert!(page.contains("the rows in two columns by tsne, 40 points"), "the map");
    assert!(page.contains("the rows in two columns by pca, 10 points"), "a quarter held back");
    let line = refused(&folder.run("run tsne --train groups.csv --drop group --set perplexity=0"), "no neighbours");
    assert!(line.contains("perplexity: expected a finite number of at least 1, found 0"), "{line}");
}

/// Waits for what takes a moment, and fails if it takes a minute.
fn soon<T>(mut look: impl FnMut() -> Option<T>) -> T {
    let start = Instant::now();
    loop {
        if let Some(found) = look() {
            return found;
        }
        assert!(start.elapsed() < Duration::from_secs(60), "nothing came");
        thread::sleep(Duration::from_millis(5));
    }
}

#[test]
#[cfg(unix)]
fn ctrl_c_leaves_what_is_finished() {
    let folder = Folder::new();
    // rows enough that a fold of neighbours takes a while, and folds enough that there is no end
    let rows: String = (0..12_000).map(|i| format!("{},{},{}\n", i % 997, i % 89, i % 2)).collect();
    folder.write("long.csv", format!("a,b,t\n{rows}"));
    let mut command = Command::new(env!("CARGO_BIN_EXE_bench-suite"));
    let arguments = "compare --csv long.csv --target t --task classification --folds 3000 --output out";
    command.args(arguments.split_whitespace()).current_dir(folder.path("")).stdout(Stdio::piped());
    let child = command.stderr(Stdio::piped()).spawn().unwrap();
    soon(|| {
        let results = std::fs::read_to_string(folder.path("out/results.json")).ok()?;
        (json(&results)["results"].as_array()?.len() == 1).then_some(())
    });
    let kill = Command::new("kill").args(["-INT", &child.id().to_string()]).status().unwrap();
    assert!(kill.success());
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(130), "{}", String::from_utf8_lossy(&output.stderr));
    let text = String::from_utf8(output.stdout).unwrap();
    assert!(text.contains("Interrupted") && text.contains("majority-class"), "{text}");
    let results = json(&folder.read("out/results.json"));
    assert_eq!((results["results"].as_array().unwrap().len(), &results["finished"]), (1, &false.into()));
    assert!(folder.path("out/report.html").exists());
}
