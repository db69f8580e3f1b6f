//! Bad files and bad flags: exit status 2 and one line that names what is to blame.

use super::{Folder, flats, refused, told};
use flate2::{Compression, write::GzEncoder};
use std::io::Write;

#[test]
fn a_bad_file_is_named_with_row_and_column() {
    let mut packed = GzEncoder::new(Vec::new(), Compression::default());
    packed.write_all(flats().as_bytes()).unwrap();
    let packed = packed.finish().unwrap();
    let cases: Vec<(&str, Vec<u8>, &[&str])> = vec![
        ("empty.csv", vec![], &["empty.csv"]),
        ("header.csv", b"a,b,t\n".to_vec(), &["header.csv"]),
        ("binary.csv", vec![0x7f, 0x45, 0x4c, 0x46, 2, 0, 255, 254, b'\n', 0], &["binary.csv"]),
        ("latin.csv", b"a,t\ncaf\xe9,1\n".to_vec(), &["latin.csv"]),
        ("ragged.csv", b"a,b,t\n1,2,x\n1,2\n3,4,y\n".to_vec(), &["ragged.csv", "row 2"]),
        ("twice.csv", b"a,a,t\n1,2,x\n3,4,y\n".to_vec(), &["twice.csv", "'a'"]),
        ("gap.csv", b"a,b,t\n1,,x\n2,NA,y\n".to_vec(), &["gap.csv", "'b'"]),
        ("infinite.csv", b"a,t\n1,x\ninf,y\n".to_vec(), &["infinite.csv", "row 2", "'a'"]),
        ("huge.csv", b"a,t\n1e999,x\n1,y\n".to_vec(), &["huge.csv", "row 1", "'a'"]),
        ("quote.csv", b"a,t\n1,x\n\"2,y\n3,x\n".to_vec(), &["quote.csv", "row 2"]),
        ("cut.csv.gz", packed[..packed.len() / 2].to_vec(), &["cut.csv.gz"]),
        ("one_row.csv", b"a,t\n1,x\n".to_vec(), &["one_row.csv"]),
        ("one_class.csv", b"a,t\n1,x\n2,x\n3,x\n4,x\n5,x\n6,x\n".to_vec(), &["one_class.csv", "class"]),
        ("no_target.csv", b"a,b\n1,x\n2,y\n".to_vec(), &["no_target.csv", "'t'", "'a', 'b'"]),
        ("no_label.csv", b"a,t\n1,x\n2,\n3,y\n".to_vec(), &["no_label.csv", "row 2", "'t'"]),
        ("alone.csv", b"t\nx\ny\n".to_vec(), &["alone.csv", "column"]),
        ("few.csv", b"a,t\n1,x\n2,y\n3,x\n".to_vec(), &["few.csv", "5", "3"]),
        ("images", vec![0, 0, 8, 3, 0, 0, 0, 9, 0, 0, 0, 2, 0, 0, 0, 2, 1], &["images"]),
        ("series.ts", b"@data\n".to_vec(), &["series.ts"]),
        ("plain.txt", b"to be or not to be\n".to_vec(), &["plain.txt"]),
    ];
    let folder = Folder::new();
    for (name, content, says) in cases {
        folder.write(name, content);
        let line = refused(&folder.run(&format!("run knn-classifier --train {name} --target t")), name);
        assert!(says.iter().all(|part| line.contains(part)), "{name}: {line}");
    }
    std::fs::create_dir(folder.path("folder.csv")).unwrap();
    for (name, says) in [("folder.csv", "directory"), ("missing.csv", "no such file"), ("iris", "shared set")] {
        let line = refused(&folder.run(&format!("run knn-classifier --train {name} --target t")), name);
        assert!(line.contains(name) && line.contains(says), "{line}");
    }
    // the same eyes look at a file of compare
    let line = refused(&folder.run("compare --csv ragged.csv --target t --output out"), "compare");
    assert!(line.contains("ragged.csv") && line.contains("row 2"), "{line}");
}

#[test]
fn a_bad_test_file_is_named_too() {
    let folder = Folder::new();
    folder.write("train.csv", flats());
    for (name, content, says) in [
        ("words.csv", "size,rent,district,rent_it\nbig,900,north,yes\n", "'size'"),
        ("short.csv", "size,rent,rent_it\n30,900,yes\n", "'district'"),
        ("empty.csv", "", "empty"),
        ("unlabelled.csv", "size,rent,district\n30,900,north\n", "'rent_it'"),
    ] {
        folder.write(name, content);
        let run = format!("run knn-classifier --train train.csv --test {name} --target rent_it");
        let line = refused(&folder.run(&run), name);
        assert!(line.contains(name) && line.contains(says), "{name}: {line}");
    }
    // a class that training has not seen is no mistake: it is just never right
    folder.write("new_class.csv", "size,rent,district,rent_it\n30,900,north,perhaps\n40,800,south,yes\n");
    told(&folder.run("run knn-classifier --train train.csv --test new_class.csv --target rent_it --json"));
}

#[test]
fn a_bad_flag_is_named() {
    let folder = Folder::new();
    folder.write("a.csv", flats());
    let run = "run knn-classifier --train a.csv --target rent_it";
    let cases: &[(String, &str)] = &[
        ("run knn --train a.csv --target rent_it".into(), "knn-classifier"),
        ("run knn-classifier --target rent_it".into(), "--train"),
        ("run knn-classifier --train a.csv".into(), "--target"),
        ("run knn-classifier --train a.csv --target rent_it --colour".into(), "--colour"),
        ("run ridge --train a.csv --target district".into(), "district"),
        (format!("{run} --drop sise"), "'sise'"),
        (format!("{run} --drop rent_it"), "--drop"),
        (format!("{run} --drop size,rent,district"), "column"),
        (format!("{run} --set k=3"), "n_neighbors"),
        (format!("{run} --set n_neighbors"), "--set"),
        (format!("{run} --set n_neighbors=0"), "n_neighbors"),
        (format!("{run} --set n_neighbors=many"), "n_neighbors=many"),
        (format!("{run} --set n_neighbors=61"), "61"),
        (format!("{run} --set weights=heavy"), "weights=heavy"),
        (format!("{run} --folds 1"), "--folds"),
        (format!("{run} --folds 61"), "--folds"),
        (format!("{run} --folds two"), "--folds"),
        (format!("{run} --holdout 1.5"), "--holdout"),
        (format!("{run} --holdout nan"), "--holdout"),
        (format!("{run} --holdout 0.5 --folds 3"), "--folds"),
        (format!("{run} --threads 0"), "--threads"),
        (format!("{run} --threads 999999"), "--threads"),
        (format!("{run} --precision f16"), "f16"),
        (format!("{run} --seed -1"), "-1"),
        (format!("{run} --labels a.csv"), "--labels"),
        (format!("{run} --predictions no/such/folder.csv"), "no/such/folder.csv"),
        (format!("{run} --save no/such/model.json"), "no/such/model.json"),
        ("compare --task dancing".into(), "dancing"),
        ("compare --algorithms ridge,rigde".into(), "'rigde'"),
        ("compare --datasets iris,irsi".into(), "'irsi'"),
        ("compare --datasets iris --algorithms ridge".into(), "--algorithms"),
        ("compare --csv a.csv".into(), "--target"),
        ("compare --csv a.csv --target rend".into(), "'rend'"),
        ("compare --folds 1 --output out".into(), "--folds"),
        ("compare --output a.csv/out".into(), "a.csv/out"),
        ("compare --format pdf".into(), "pdf"),
        ("dance".into(), "dance"),
        ("predict model.json".into(), "--data"),
    ];
    for (arguments, says) in cases {
        let line = refused(&folder.run(arguments), arguments);
        assert!(line.contains(says), "{arguments}: {line}");
    }
}

#[test]
fn a_bad_model_file_is_named() {
    let folder = Folder::new();
    folder.write("a.csv", flats());
    told(&folder.run("run knn-classifier --train a.csv --target rent_it --save model.json"));
    told(&folder.run("run ridge --train a.csv --target rent --save ridge.json"));
    let good = folder.read("model.json");
    let edits: &[(&str, &str)] = &[
        ("\"kind\":\"bench-suite\"", "\"kind\":\"cake\""),
        ("\"version\":1,\"algorithm\"", "\"version\":9,\"algorithm\""),
        ("\"algorithm\":\"knn-classifier\"", "\"algorithm\":\"ridge\""),
        ("\"algorithm\":\"knn-classifier\"", "\"algorithm\":\"cake\""),
        ("\"n_neighbors\":5", "\"n_neighbors\":500"),
        ("\"classes\":[0,1]", "\"classes\":[1,0]"),
        ("\"precision\":\"f64\"", "\"precision\":\"f16\""),
        ("[\"no\",\"yes\"]", "[\"no\"]"),
    ];
    for (from, to) in edits {
        assert!(good.contains(from), "{from}: {good}");
        folder.write("bad.json", good.replacen(from, to, 1));
        let line = refused(&folder.run("predict bad.json --data a.csv"), to);
        assert!(line.contains("bad.json") || line.contains("model"), "{to}: {line}");
    }
    for cut in (1..good.len()).step_by(good.len() / 23) {
        folder.write("bad.json", &good[..cut]);
        let line = refused(&folder.run("predict bad.json --data a.csv"), "cut");
        assert!(line.contains("bad.json"), "{line}");
    }
    for (arguments, says) in [
        ("predict missing.json --data a.csv", "missing.json"),
        ("predict a.csv --data a.csv", "a.csv"),
        ("predict model.json --data missing.csv", "missing.csv"),
        ("predict ridge.json --data short.csv", "'district'"),
    ] {
        folder.write("short.csv", "size\n30\n");
        let line = refused(&folder.run(arguments), arguments);
        assert!(line.contains(says), "{arguments}: {line}");
    }
}
