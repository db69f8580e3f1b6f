//! A model file is untrusted: what was edited is refused, or is another model, and never a panic.

use super::{Folder, flats, refused, told};

fn saved(algorithm: &str, target: &str) -> (Folder, String) {
    let folder = Folder::new();
    folder.write("flats.csv", flats());
    told(&folder.run(&format!("run {algorithm} --train flats.csv --target {target} --standardize --save model.json")));
    let text = folder.read("model.json");
    (folder, text)
}

#[test]
fn parts_that_do_not_fit_together_are_refused() {
    let (folder, text) = saved("knn-classifier", "rent_it");
    for (from, to, says) in [
        // the names swapped would be the opposite of every answer
        ("\"classes\":[\"no\",\"yes\"]", "\"classes\":[\"yes\",\"no\"]", "expected classes in order"),
        ("\"classes\":[\"no\",\"yes\"]", "\"classes\":[\"no\",\"no\"]", "distinct names"),
        ("\"name\":\"size\"", "\"name\":\"width\"", "expected the same columns in schema and preparation"),
        ("\"kind\":\"numbers\"", "\"kind\":\"words\"", "expected the same columns in schema and preparation"),
        ("\"target\":\"rent_it\"", "\"target\":\"rented\"", "expected a column 'rented'"),
        ("\"target\":\"rent_it\"", "\"target\":null", "expected the column that is predicted, found none"),
        ("\"algorithm\":\"knn-classifier\"", "\"algorithm\":\"majority-class\"", "expected majority-class version 1"),
    ] {
        assert!(text.contains(from), "{from}: {text}");
        folder.write("edited.json", text.replacen(from, to, 1));
        let line = refused(&folder.run("predict edited.json --data flats.csv"), to);
        assert!(line.contains("edited.json: ") && line.contains(says), "{to}: {line}");
    }
}

#[test]
fn baselines_are_checked_as_other_models_are() {
    let (folder, text) = saved("majority-class", "rent_it");
    for (from, to) in [("\"shares\":[", "\"shares\":[-"), ("\"classes\":[0,1]", "\"classes\":[1,0]")] {
        assert!(text.contains(from), "{from}: {text}");
        folder.write("edited.json", text.replacen(from, to, 1));
        let line = refused(&folder.run("predict edited.json --data flats.csv"), to);
        assert!(line.contains("edited.json: "), "{to}: {line}");
    }
}

/// Not every change can be seen: another number is another model.
#[test]
fn any_number_or_mark_changed_is_an_answer_or_a_refusal() {
    for (algorithm, target) in [("knn-classifier", "rent_it"), ("ridge", "rent"), ("mean-target", "rent")] {
        let (folder, text) = saved(algorithm, target);
        let places: Vec<(usize, char)> = text.char_indices().filter(|(_, c)| "0123456789[]\"".contains(*c)).collect();
        for (at, found) in places.iter().step_by((places.len() / 40).max(1)) {
            let other = match found {
                '0'..='4' => "9",
                '5'..='9' => "1e400",
                '[' => "[[",
                ']' => ",7]",
                _ => "",
            };
            let mut edited = text.clone();
            edited.replace_range(*at..*at + 1, other);
            folder.write("edited.json", edited);
            let output = folder.run("predict edited.json --data flats.csv --predictions out.csv");
            if !output.status.success() {
                refused(&output, &format!("byte {at} of {algorithm}"));
            }
        }
    }
}
