//! Other people's libraries beside ours: those that are not there, those that misbehave, and those of this build.

use super::{Folder, flats, refused, told};
use serde_json::Value;

const COMPARE: &str = "compare --csv flats.csv --target rent --algorithms ridge --folds 3 --output out --format json";

fn folder() -> Folder {
    let folder = Folder::new();
    folder.write("flats.csv", flats());
    folder
}

fn json(folder: &Folder, peers: &str) -> Value {
    serde_json::from_str(&told(&folder.run(&format!("{COMPARE} {peers}")))).unwrap()
}

/// What was not compared, of a run that has our own line and no other.
fn failure(results: &Value) -> String {
    let lines = results["results"].as_array().unwrap();
    assert!(lines.len() == 1 && lines[0].get("peer").is_none(), "{results}");
    let failures = results["failures"].as_array().unwrap();
    assert_eq!(failures.len(), 1, "{results}");
    failures[0].as_str().unwrap().to_owned()
}

#[test]
fn a_peer_that_is_not_there_is_told_and_the_rest_is_compared() {
    let folder = folder();
    for peer in ["sklearn", "sklearnex", "torch"] {
        let line = failure(&json(&folder, &format!("--peers {peer} --python nowhere/python")));
        assert!(line.starts_with(&format!("{peer}: not installed: nowhere/python: ")), "{line}");
    }
    let text = told(&folder.run("compare --csv flats.csv --target rent --peers sklearn --python nowhere/python"));
    assert!(text.contains("Not compared: sklearn: not installed"), "{text}");
}

#[test]
fn peers_that_nobody_knows_are_refused_with_those_there_are() {
    let folder = folder();
    let line = refused(&folder.run(&format!("{COMPARE} --peers sklearn,skleam")), "a typing error");
    assert!(
        line.contains("--peers: expected some of linfa, smartcore, sklearn, sklearnex, torch, found 'skleam'"),
        "{line}"
    );
    let line = refused(&folder.run(&format!("{COMPARE} --python python3")), "a Python for nothing");
    assert!(line.contains("--peers"), "{line}");
}

#[test]
#[cfg(not(feature = "peers"))]
fn rust_peers_name_the_feature_that_brings_them() {
    let folder = folder();
    for peer in ["linfa", "smartcore"] {
        let line = failure(&json(&folder, &format!("--peers {peer}")));
        assert_eq!(line, format!("{peer}: not installed: build with --features peers"));
    }
}

#[test]
#[cfg(feature = "peers")]
fn rust_peers_give_our_answers() {
    let folder = folder();
    // no words: a column for each word has no mean of 0, which the peers' ridge takes for granted
    let numbers: String = flats().lines().filter(|line| !line.starts_with(',')).map(numeric).collect();
    folder.write("numbers.csv", format!("size,extra,rent\n{numbers}"));
    let compare = "compare --csv numbers.csv --target rent --folds 3 --output out --format json";
    let results = told(&folder.run(&format!("{compare} --peers smartcore,linfa")));
    let results: Value = serde_json::from_str(&results).unwrap();
    let lines = results["results"].as_array().unwrap();
    let of = |peer: &str| lines.iter().filter(|line| line["peer"] == peer).collect::<Vec<_>>();
    assert_eq!((of("linfa").len(), of("smartcore").len()), (2, 3), "{results}");
    for line in of("linfa").into_iter().chain(of("smartcore")) {
        assert_eq!(line["agreement"]["agrees"], true, "{line}");
        let ours = lines.iter().find(|ours| ours["algorithm"] == line["algorithm"]).unwrap();
        assert!(ours.get("peer").is_none() && ours["params"] == line["params"], "ours stands first");
    }
    assert_eq!(results["peers"].as_array().unwrap().len(), 2);
    let text = told(&folder.run("compare --csv numbers.csv --target rent --folds 3 --output out --peers linfa"));
    assert!(text.contains("ridge (linfa)") && text.contains("above 1, ours is faster"), "{text}");
    assert_eq!(text.matches("| the same |").count(), 2, "{text}");
}

#[cfg(feature = "peers")]
fn numeric(line: &str) -> String {
    let Some((size, rest)) = line.split_once(',').filter(|(size, _)| size.parse::<u32>().is_ok()) else {
        return String::new();
    };
    let (rent, _) = rest.split_once(',').unwrap();
    format!("{size},{},{rent}\n", size.parse::<u32>().unwrap().pow(2) % 83)
}

/// Programs that stand where a Python is expected.
#[cfg(unix)]
mod pretended {
    use super::{COMPARE, failure, folder, json};
    use crate::{Folder, told};
    use serde_json::Value;
    use std::os::unix::fs::PermissionsExt;

    const GREETING: &str = r#"echo '{"version": "7.0", "algorithms": ["ridge", "kmeans"]}'"#;

    /// Fits in no time, and answers zeros, as many as rows were asked for.
    const ZEROS: &str = r#"case "$line" in
    *'"do":"fit"'*) echo '{"seconds": 0.5}' ;;
    *'"do":"answer"'*)
        rows=$(echo "$line" | sed 's/.*"rows":\([0-9]*\).*/\1/')
        head -c $((rows * 8)) /dev/zero > predicted
        echo "{\"seconds\": 0.25, \"files\": {\"predicted\": {\"path\": \"predicted\", \"rows\": $rows, \"columns\": 1}}}" ;;
    *) echo '{}' ;;
    esac"#;

    /// Writes down each line that comes, and does something about it.
    fn listening(does: &str) -> String {
        format!("while read -r line; do\n    echo \"$line\" >> requests\n    {does}\ndone")
    }

    fn with(script: &str) -> Folder {
        let folder = folder();
        folder.write("python", format!("#!/bin/sh\n{script}\n"));
        std::fs::set_permissions(folder.path("python"), std::fs::Permissions::from_mode(0o755)).unwrap();
        folder
    }

    #[test]
    fn a_worker_is_asked_to_fit_and_to_answer() {
        let folder = with(&format!("{GREETING}; {}", listening(ZEROS)));
        let results = json(&folder, "--peers sklearn --python ./python");
        let lines = results["results"].as_array().unwrap();
        assert_eq!(lines.len(), 2, "{results}");
        let (ours, theirs) = (&lines[0], &lines[1]);
        assert_eq!((&theirs["algorithm"], &theirs["peer"]), (&"ridge".into(), &"sklearn".into()));
        assert_eq!((&theirs["fit_seconds"], &theirs["predict_seconds"]), (&0.5.into(), &0.25.into()));
        assert_eq!((&theirs["params"], ours.get("peer")), (&ours["params"], None));
        // zeros beside rents: all differ, by as much as the greatest of ours
        assert_eq!(theirs["agreement"], serde_json::json!({ "agrees": false, "difference": 1.0, "share": 1.0 }));
        assert_eq!(results["peers"], serde_json::json!([{ "name": "sklearn", "version": "7.0" }]));
        // three folds, each with a fit, an answer and a farewell
        let requests = folder.read("requests");
        assert_eq!(requests.lines().count(), 9, "{requests}");
        assert!(requests.contains(r#""params":{"l2":1.0,"fit_intercept":true}"#), "{requests}");
        let text = told(&folder.run(&COMPARE.replace("--format json", "--peers sklearn --python ./python")));
        assert!(text.contains("NOT the same: 100.0 % of rows differ"), "{text}");
    }

    /// A worker that has networks, and says what it was started with.
    fn with_networks(does: &str) -> Folder {
        with(&format!(
            r#"echo "$2" > library
ls "$(dirname "$1")" > scripts
echo '{{"version": "7.0", "algorithms": ["mlp-classifier", "mlp-regressor"]}}'
{}"#,
            listening(does)
        ))
    }

    #[test]
    fn networks_are_asked_for_with_our_hyperparameters_in_our_precision() {
        let folder = with_networks(ZEROS);
        let compare = COMPARE.replace("ridge", "ridge,mlp-regressor");
        let results = told(&folder.run(&format!("{compare} --seed 3 --peers torch --python ./python")));
        let results: Value = serde_json::from_str(&results).unwrap();
        let lines = results["results"].as_array().unwrap();
        let names: Vec<(&str, Option<&str>)> = lines
            .iter()
            .map(|line| (line["algorithm"].as_str().unwrap(), line.get("peer").and_then(Value::as_str)))
            .collect();
        // it has no ridge, and so no line of it
        assert_eq!(names, [("ridge", None), ("mlp-regressor", None), ("mlp-regressor", Some("torch"))], "{results}");
        let (ours, theirs) = (&lines[1], &lines[2]);
        for same in ["params", "precision", "seed", "threads", "n_samples", "evaluated_on"] {
            assert_eq!(theirs[same], ours[same], "{same}");
        }
        assert_eq!((&theirs["precision"], &theirs["params"]["seed"]), (&"f32".into(), &3.into()));
        assert_eq!((&theirs["fit_seconds"], &theirs["predict_seconds"]), (&0.5.into(), &0.25.into()));
        // other streams of random numbers: another network, whose answers may differ
        assert!(theirs.get("agreement").is_none(), "{theirs}");
        assert_eq!(folder.read("library"), "torch\n");
        assert_eq!(
            folder.read("scripts").lines().filter(|name| name.ends_with(".py")).collect::<Vec<_>>(),
            ["protocol.py", "sklearn_worker.py", "torch_worker.py", "worker.py"]
        );
        let requests = folder.read("requests");
        let fit: Value = serde_json::from_str(requests.lines().next().unwrap()).unwrap();
        assert_eq!((&fit["params"], &fit["precision"]), (&ours["params"], &"f32".into()), "{requests}");
        // one hold-out: a fit, an answer and a farewell
        assert_eq!(requests.lines().count(), 3, "{requests}");
    }

    #[test]
    fn work_that_cannot_be_made_equal_is_refused_in_a_line_of_its_own() {
        let folder = with_networks(r#"echo '{"error": "refused: no counterpart of plateau {}"}'"#);
        let peers = "--peers torch --python ./python";
        let compare = COMPARE.replace("ridge", "mlp-regressor");
        let results = told(&folder.run(&format!("{compare} {peers}")));
        let line = failure(&serde_json::from_str(&results).unwrap());
        assert_eq!(line, "mlp-regressor (torch): flats.csv: refused: no counterpart of plateau {}");
        let text = told(&folder.run(&compare.replace("--format json", peers)));
        assert!(text.contains("Not compared: mlp-regressor (torch): flats.csv: refused: no counterpart"), "{text}");
    }

    #[test]
    fn what_a_worker_does_wrong_is_one_line() {
        let fit = "ridge (sklearn): flats.csv: ";
        for (script, says) in [
            (
                "echo 'no module named sklearn' >&2; exit 3",
                "the worker ended (exit status: 3): no module named sklearn",
            ),
            (r#"echo '{"error": "ModuleNotFoundError: sklearn"}'"#, "sklearn: not installed: ./python: ModuleNotFound"),
            ("echo 'Python 2.7'", "expected a line of JSON, found 'Python 2.7'"),
            (&format!("{GREETING}; read line; exit 4"), &format!("{fit}the worker ended (exit status: 4)")),
            (&format!("{GREETING}; read line; kill -9 $$"), &format!("{fit}the worker ended (signal: 9")),
            (&format!("{GREETING}; read line; echo '{{'"), &format!("{fit}expected a line of JSON, found '{{'")),
            (&format!("{GREETING}; read line; echo '[]'"), &format!("{fit}expected a line of JSON, found '[]'")),
            (
                &format!(r#"{GREETING}; read line; echo '{{"error": "ValueError: no"}}'; read line"#),
                &format!("{fit}ValueError: no"),
            ),
            (
                &format!("{GREETING}; while read -r line; do echo '{{}}'; done"),
                &format!("{fit}the worker's answer: seconds missing"),
            ),
            (
                &format!(r#"{GREETING}; while read -r line; do echo '{{"seconds": 1}}'; done"#),
                &format!("{fit}the worker's answer: predicted missing"),
            ),
        ] {
            let line = failure(&json(&with(script), "--peers sklearn --python ./python"));
            assert!(line.contains(says), "{script}: {line}");
        }
    }
}
