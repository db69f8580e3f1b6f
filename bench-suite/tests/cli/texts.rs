//! Columns of texts.

use super::{Folder, refused, told};
use serde_json::Value;

/// Short reviews with stars: what is liked has other words than what is not.
fn reviews() -> String {
    let (good, bad) = (["lovely", "tasty", "friendly"], ["cold", "slow", "dirty"]);
    let mut text = String::from("review,stars,again\n");
    for i in 0..60 {
        let (words, stars, again) = if i % 2 == 0 { (good, 5, "yes") } else { (bad, 2, "no") };
        let review = format!("\"the soup, {} and {}\"", words[i % 3], words[(i / 3) % 3]);
        let review = if i == 7 { "NA".into() } else { review };
        text += &format!("{review},{stars},{again}\n");
    }
    text
}

#[test]
fn words_of_a_column_tell_the_classes_and_a_saved_model_knows_them() {
    let folder = Folder::new();
    folder
        .write("train.csv", reviews())
        .write("new.csv", "review,stars\nlovely and tasty soup,5\na dirty slow place,2\n");
    for algorithm in ["multinomial-nb", "bernoulli-nb", "complement-nb", "logistic-regression", "knn-classifier"] {
        let run = format!("run {algorithm} --train train.csv --target again --text review --drop stars");
        let line: Value = serde_json::from_str(&told(&folder.run(&format!("{run} --folds 3 --json")))).unwrap();
        let accuracy = line["metrics"]["accuracy"]["mean"].as_f64().unwrap();
        assert!(accuracy > 0.95, "{algorithm}: {accuracy}");
        told(&folder.run(&format!("{run} --save model.json --predictions ran.csv")));
        let answers = told(&folder.run("predict model.json --data new.csv"));
        let classes: Vec<&str> = answers.lines().skip(1).filter_map(|line| line.split(',').next()).collect();
        assert_eq!(classes, ["yes", "no"], "{algorithm}: {answers}");
        told(&folder.run("predict model.json --data train.csv --predictions again.csv"));
        assert_eq!(folder.read("ran.csv"), folder.read("again.csv"), "{algorithm}");
    }
}

#[test]
fn characters_and_the_other_columns_are_taken_too() {
    let folder = Folder::new();
    folder.write("train.csv", reviews());
    let run = "run multinomial-nb --train train.csv --target again --text review --analyzer char-wb --ngrams 2-3";
    let line: Value = serde_json::from_str(&told(&folder.run(&format!("{run} --holdout 0.3 --json")))).unwrap();
    assert_eq!(line["metrics"]["accuracy"], 1.0);
    let groups = told(
        &folder.run("run kmeans --train train.csv --text review --drop again --set n_clusters=2 --max-features 8"),
    );
    assert!(groups.contains("silhouette"), "{groups}");
    let table = told(&folder.run(
        "compare --csv train.csv --target again --text review --algorithms majority-class,complement-nb,ridge --quick --output out",
    ));
    assert!(table.contains("complement-nb"), "{table}");
}

#[test]
fn texts_that_are_none_are_refused() {
    let folder = Folder::new();
    folder.write("train.csv", reviews()).write("lines.txt", "a\nb\n");
    for (flags, says) in [
        ("--train train.csv --target again --text stars", "--text: column 'stars': expected words, found numbers"),
        (
            "--train train.csv --target again --text review,review",
            "--text: column 'review': expected once, found twice",
        ),
        ("--train train.csv --target again --text speech", "'speech'"),
        ("--train train.csv --target again --text review --max-features 0", "max_features"),
        ("--train lines.txt --target again --text review", "--text: lines.txt is no table"),
    ] {
        let line = refused(&folder.run(&format!("run multinomial-nb {flags}")), flags);
        assert!(line.contains(says), "{flags}: {line}");
    }
    // flags that clap itself refuses say it in more lines
    for flags in ["--analyzer char", "--text review --ngrams 3-1", "--text review --analyzer letters"] {
        let output = folder.run(&format!("run multinomial-nb --train train.csv --target again {flags}"));
        assert_eq!(output.status.code(), Some(2), "{flags}");
    }
}
