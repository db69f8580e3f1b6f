//! Where a program is seldom looked at: pipes that close, names of two lines, places that cannot be written.

use super::{Folder, flats, refused, told};
use std::process::{Command, Stdio};

fn folder() -> Folder {
    let folder = Folder::new();
    folder.write("flats.csv", flats());
    folder
}

#[test]
fn a_reader_that_goes_away_ends_the_program_quietly() {
    let folder = folder();
    for arguments in ["list", "--help", "run ridge --train flats.csv --target rent --json"] {
        let mut command = Command::new(env!("CARGO_BIN_EXE_bench-suite"));
        command.args(arguments.split_whitespace()).current_dir(folder.path(""));
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        drop(child.stdout.take());
        let output = child.wait_with_output().unwrap();
        assert_eq!((output.status.code(), output.stderr), (Some(0), Vec::new()), "{arguments}");
    }
}

#[test]
fn help_and_version_are_no_errors() {
    let folder = folder();
    for (arguments, says) in [("--help", "compare"), ("run --help", "--holdout"), ("--version", "bench-suite ")] {
        let output = folder.run(arguments);
        assert!(output.stderr.is_empty() && told(&output).contains(says), "{arguments}");
    }
}

#[test]
fn a_file_name_of_two_lines_is_told_in_one() {
    let folder = folder();
    let mut command = Command::new(env!("CARGO_BIN_EXE_bench-suite"));
    command.args(["run", "ridge", "--target", "rent", "--train", "two\nlines\u{1b}.csv"]).current_dir(folder.path(""));
    let line = refused(&command.output().unwrap(), "two lines");
    assert_eq!(line, "bench-suite: two lines\\u{1b}.csv: no such file\n");
}

#[test]
fn what_cannot_be_written_is_named() {
    let folder = folder();
    std::fs::create_dir(folder.path("folder")).unwrap();
    told(&folder.run("run ridge --train flats.csv --target rent --save model.json"));
    for (arguments, says) in [
        ("run ridge --train flats.csv --target rent --predictions folder", "folder: cannot write"),
        ("run ridge --train flats.csv --target rent --save folder", "folder: cannot write"),
        ("predict model.json --data flats.csv --predictions folder", "folder: cannot write"),
        ("compare --csv flats.csv --target rent --output flats.csv", "--output flats.csv"),
        ("predict folder --data flats.csv", "folder: cannot read"),
        ("predict model.json --data folder", "folder: expected a file, found a directory"),
        ("compare --csv folder --target rent", "folder: expected a file, found a directory"),
    ] {
        let line = refused(&folder.run(arguments), arguments);
        assert!(line.contains(says), "{arguments}: {line}");
    }
}

#[test]
fn flags_that_would_do_nothing_are_refused() {
    let folder = folder();
    let run = "run knn-classifier --train flats.csv --target rent_it";
    for (arguments, says) in [
        (format!("{run} --test flats.csv --test-labels flats.csv"), "--test-labels: flats.csv is a table"),
        (format!("{run} --test-labels flats.csv"), "--test"),
        (format!("{run} --folds 3 --test flats.csv"), "--test"),
        (format!("{run} --set =3"), "--set =3: expected NAME=VALUE"),
        (format!("{run} --set n_neighbors=18446744073709551616"), "--set n_neighbors=18446744073709551616"),
        (format!("{run} --holdout 0.999"), "--holdout: expected rows for both parts"),
        ("run ridge --train flats.csv --target rent --set l2=1e999".into(), "--set l2=1e999"),
        ("run knn-classifier --train nowhere.csv --target t --set k=1".into(), "--set k"),
        ("compare --target rent".into(), "--csv"),
        ("compare --algorithms ridge --task classification".into(), "none of the algorithms is for the task"),
        ("compare --datasets iris --task regression".into(), "no data set is left"),
        ("list --all".into(), "--all"),
    ] {
        let line = refused(&folder.run(&arguments), &arguments);
        assert!(line.contains(says), "{arguments}: {line}");
    }
}

#[test]
fn numbers_out_of_range_are_errors_and_not_infinities() {
    let folder = folder();
    folder.write("far.csv", "a,b\n1,2\n1e300,3\n2,4\n").write("sum.csv", "a,b\n1,1.7e308\n2,1.7e308\n");
    for (arguments, says) in [
        ("run ridge --train far.csv --target a --precision f32", "far.csv: y: expected finite numbers"),
        ("run ridge --train far.csv --target b --precision f32", "far.csv: x: expected finite numbers"),
        ("run mean-target --train far.csv --target a --precision f32", "far.csv: y: expected finite numbers"),
        ("run mean-target --train sum.csv --target b", "sum.csv: y: expected numbers with a finite sum"),
    ] {
        let line = refused(&folder.run(arguments), arguments);
        assert!(line.contains(says), "{arguments}: {line}");
    }
}

#[test]
fn a_comparison_that_cannot_be_made_names_the_algorithm() {
    let folder = folder();
    folder.write("few.csv", "x,y\n1,a\n2,a\n3,b\n4,b\n5,a\n6,b\n");
    let compare = "compare --csv few.csv --target y --folds 2 --algorithms knn-classifier";
    let line = refused(&folder.run(compare), "five neighbours among three rows, and nothing else to compare");
    assert!(line.contains("knn-classifier: few.csv: x: expected at least 5 rows, found 3"), "{line}");
}
