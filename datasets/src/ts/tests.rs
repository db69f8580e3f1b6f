use super::*;

fn message(text: &str) -> String {
    read_ts(text, "f.ts").unwrap_err().to_string()
}

fn with_head(head: &str, rows: &str) -> String {
    format!("# a comment\n\n{head}\n@data\n{rows}\n")
}

#[test]
fn lengths_may_differ_between_series_and_not_between_dimensions() {
    let data = read_ts(&with_head("@CLASSLABEL TRUE b a", "1,2:3,4:b\n\n5:6:a"), "f.ts").unwrap();
    let Features::Sequences(all) = &data.features else { panic!("series") };
    assert_eq!(all[0], DMatrix::from_row_slice(2, 2, &[1.0, 3.0, 2.0, 4.0]));
    assert_eq!(all[1], DMatrix::from_row_slice(1, 2, &[5.0, 6.0]));
    assert_eq!(data.target, Target::Classes { labels: vec![1, 0], names: vec!["a".into(), "b".into()] });
    // the comment, an empty line, the head and @data are lines 1 to 4
    let uneven = with_head("@classLabel true a", "1,2:3,4:a\n1,2:3:a");
    assert_eq!(message(&uneven), "f.ts: line 6, dimension 2: expected 2 steps as in the first, found 1");
}

#[test]
fn a_class_without_rows_keeps_its_place() {
    let data = read_ts(&with_head("@classLabel true 2 10 1", "1:10\n2:1"), "f.ts").unwrap();
    // 1, 2, 10 by value
    assert_eq!(data.target, Target::Classes { labels: vec![2, 0], names: vec!["1".into(), "2".into(), "10".into()] });
}

#[test]
fn numbers_to_predict_and_nothing_to_predict() {
    let data = read_ts(&with_head("@targetLabel true", "1,2:0.5\n3:-4"), "f.ts").unwrap();
    assert_eq!((data.task, data.target), (Task::Regression, Target::Numbers(DVector::from_vec(vec![0.5, -4.0]))));
    let data = read_ts(&with_head("@univariate true", "1,2\n3"), "f.ts").unwrap();
    assert_eq!((data.name.as_str(), data.target), ("f.ts", Target::None));
    let no_number = with_head("@targetLabel true", "1,2:x");
    assert_eq!(message(&no_number), "f.ts: line 5: expected a finite number behind the last ':', found 'x'");
}

#[test]
fn what_the_head_says_is_held_against_the_series() {
    let cases = [
        ("@dimensions 2", "1,2", "line 5: expected 2 dimensions, found 1"),
        ("@univariate true", "1:2", "line 5: expected 1 dimensions, found 2"),
        ("@univariate false", "1:2\n1", "line 6: expected 2 dimensions, found 1"),
        ("@equalLength true", "1,2\n1", "line 6: expected 2 steps, found 1"),
        ("@seriesLength 3", "1,2", "line 5: expected 3 steps, found 2"),
        ("@classLabel true a", "1,2:b", "line 5: expected a class of the head, 'a', found 'b'"),
        ("@classLabel true", "1,2:", "line 5: expected a class behind the last ':', found nothing"),
        ("@classLabel true", "1,2", "line 5: expected ':' and a label behind the series, found none"),
    ];
    for (head, rows, expected) in cases {
        assert_eq!(message(&with_head(head, rows)), format!("f.ts: {expected}"));
    }
}

#[test]
fn cells_are_finite_numbers() {
    let at = "f.ts: line 5, dimension 2, step 2";
    for missing in ["?", "NaN", "-nan"] {
        let text = with_head("@missing true", &format!("1,2:3,{missing}"));
        assert_eq!(message(&text), format!("{at}: expected a number, found a missing value (fill the gaps first)"));
    }
    for wrong in ["", "x", "inf", "1e999"] {
        let text = with_head("@missing false", &format!("1,2:3,{wrong}"));
        assert_eq!(message(&text), format!("{at}: expected a finite number, found '{wrong}'"));
    }
}

#[test]
fn heads_that_are_not_understood_are_refused() {
    let cases = [
        ("@colour red", "expected a known line of the head, found '@colour'"),
        ("@timeStamps true", "expected series of numbers, found time stamps (@timeStamps true)"),
        ("@missing perhaps", "expected true or false, found 'perhaps'"),
        ("@dimensions 0", "expected a number of at least 1, found '0'"),
        ("@classLabel true a b a", "expected distinct classes, found 'a' twice"),
        ("1,2,3", "expected a line of the head such as '@data', found '1,2,3'"),
    ];
    for (head, expected) in cases {
        assert_eq!(message(&with_head(head, "1,2")), format!("f.ts: line 3: {expected}"));
    }
    let twice = with_head("@dimension 1\n@dimensions 1", "1");
    assert_eq!(message(&twice), "f.ts: line 4: expected each line of the head once, found 'dimensions' again");
    let both = with_head("@classLabel true\n@targetLabel true", "1:2");
    assert_eq!(message(&both), "f.ts: line 4: expected classes or numbers behind the series, found both announced");
}

#[test]
fn files_without_series_are_refused() {
    assert_eq!(message(""), "f.ts: expected '@data' and series, found the end of the file");
    assert_eq!(message("@missing false\n"), "f.ts: expected '@data' and series, found the end of the file");
    assert_eq!(message("@data\n# none\n"), "f.ts: expected series behind @data, found none");
}

#[test]
fn messages_stay_on_one_line_and_short() {
    let text = with_head("@missing false", &format!("1,{}\u{7}", "x".repeat(100)));
    let expected =
        format!("f.ts: line 5, dimension 1, step 2: expected a finite number, found '{}...'", "x".repeat(40));
    assert_eq!(message(&text), expected);
}
