//! Data made to order.

use super::{Folder, refused, told};
use serde_json::Value;

#[test]
fn rows_are_written_and_can_be_learned_from() {
    let folder = Folder::new();
    let said = told(&folder.run("generate make-moons --set n_samples=120 --set noise=0.1 --seed 7 --out moons.csv"));
    assert_eq!(said, "make-moons: 120 rows of 2 columns and class, for classification, in moons.csv\n");
    let csv = folder.read("moons.csv");
    assert_eq!((csv.lines().count(), csv.lines().next()), (121, Some("x,y,class")));
    let learned = told(&folder.run("run knn-classifier --train moons.csv --target class --folds 4 --json"));
    let learned: Value = serde_json::from_str(&learned).unwrap();
    assert!(learned["metrics"]["accuracy"]["mean"].as_f64().unwrap() > 0.95, "{learned}");
    // the same without a file; another seed, other rows
    assert_eq!(told(&folder.run("generate make-moons --set n_samples=120 --set noise=0.1 --seed 7")), csv);
    assert_ne!(told(&folder.run("generate make-moons --set n_samples=120 --set noise=0.1 --seed 8")), csv);
    // a file that is there is written over, as by the other commands
    told(&folder.run("generate make-moons --set n_samples=3 --out moons.csv"));
    assert_eq!(folder.read("moons.csv").lines().count(), 4);
}

#[test]
fn words_gaps_and_lists_go_the_whole_way() {
    let folder = Folder::new();
    let rents = "generate make-rents --set n_samples=200 --set missing=0.1 --set target=would-rent --out rents.csv";
    assert!(told(&folder.run(rents)).contains("would_rent, for classification"));
    let csv = folder.read("rents.csv");
    assert_eq!(csv.lines().next(), Some("size_m2,rooms,floor,district,rent_eur,would_rent"));
    told(&folder.run("run knn-classifier --train rents.csv --target would_rent --json"));
    let uneven = told(&folder.run("generate make-classification --set weights=0.9,0.1 --set flip_y=0"));
    assert_eq!(uneven.lines().filter(|line| line.ends_with(",1")).count(), 10);
    let low = told(&folder.run("generate make-low-rank --set n_features=4 --set profile=exact --set effective_rank=2"));
    assert_eq!(low.lines().next(), Some("x0,x1,x2,x3"));
}

#[test]
fn sequences_are_written_in_long_form() {
    let folder = Folder::new();
    let adding =
        told(&folder.run("generate make-adding-problem --set n_samples=3 --set min_length=2 --set max_length=2"));
    let lines: Vec<Vec<&str>> = adding.lines().map(|line| line.split(',').collect()).collect();
    assert_eq!((lines.len(), lines[0][0], lines[0][1], lines[0][4]), (7, "series", "time", "sum"));
    for (at, pair) in lines[1..].chunks(2).enumerate() {
        // both times of a sequence of two are marked: their sum stands on both lines
        let number = |line: usize, column: usize| pair[line][column].parse::<f64>().unwrap();
        assert_eq!((pair[0][0], pair[0][1], pair[1][1]), (&at.to_string()[..], "0", "1"));
        assert_eq!((number(0, 3), number(1, 3)), (1.0, 1.0));
        assert_eq!((number(0, 2) + number(1, 2), number(0, 4)), (number(0, 4), number(1, 4)));
    }
    let next = "generate make-sine-mixtures --set n_samples=1 --set n_classes=1 --set length=5 --set target=next";
    let series = told(&folder.run(next));
    assert_eq!(series.lines().map(|line| line.split(',').count()).collect::<Vec<_>>(), [3; 6]);
}

#[test]
fn every_generator_is_listed_and_made() {
    let folder = Folder::new();
    let list: Value = serde_json::from_str(&told(&folder.run("list --json"))).unwrap();
    let generators = list["generators"].as_array().unwrap();
    assert_eq!(generators.len(), 15);
    let text = told(&folder.run("list"));
    for generator in generators {
        let name = generator["name"].as_str().unwrap();
        assert!(text.contains(name) && generator["settings"]["n_samples"] == 100, "{name}");
        let said = told(&folder.run(&format!("generate {name} --out {name}.csv")));
        assert!(
            said.starts_with(&format!("{name}: 100 ")) && folder.read(&format!("{name}.csv")).len() > 1000,
            "{said}"
        );
    }
}

#[test]
fn what_cannot_be_made_is_told_in_one_line() {
    let folder = Folder::new();
    for (arguments, says) in [
        ("generate", "<NAME>"),
        ("generate moons", "make-moons, make-circles"),
        ("generate make-moons --set n_sample=3", "n_samples, noise, seed"),
        ("generate make-moons --set noise", "NAME=VALUE"),
        ("generate make-moons --set noise=much", "noise=much"),
        ("generate make-moons --set noise=-1", "noise: expected a number of at least 0, found -1"),
        ("generate make-moons --set n_samples=0", "n_samples: expected at least 1, found 0"),
        ("generate make-moons --set n_samples=99999999999", "2^28"),
        ("generate make-moons --set noise=1e400", "noise=1e400"),
        ("generate make-blobs --set center_box=1", "center_box=1"),
        ("generate make-classification --set weights=0.9,0.9", "weights: expected shares that sum to 1, found 1.8"),
        ("generate make-classification --set n_informative=1", "2^n_informative"),
        ("generate make-rents --set target=flat", "would-rent"),
        ("generate make-moons --seed -1", "-1"),
        ("generate make-moons --out no/such/folder.csv", "no/such/folder.csv"),
    ] {
        let line = refused(&folder.run(arguments), arguments);
        assert!(line.contains(says), "{arguments}: {line}");
    }
    assert!(!folder.path("folder.csv").exists());
}
