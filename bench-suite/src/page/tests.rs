use super::{
    page,
    sample::{flats, line, results},
};
use crate::results::{Confusion, Line, Map};

/// The tags of a page or drawing, checked to be closed in the order they were opened.
fn balanced(html: &str) {
    const VOID: [&str; 4] = ["meta", "br", "!DOCTYPE", "!--"];
    let body = html.replace(include_str!("style.css"), "").replace(include_str!("script.js"), "");
    let mut open: Vec<String> = Vec::new();
    for piece in body.split('<').skip(1) {
        let tag = piece.split('>').next().unwrap();
        let name: String = tag.trim_start_matches('/').split([' ', '\n', '/']).next().unwrap().into();
        if VOID.iter().any(|void| name.starts_with(void)) || tag.ends_with('/') {
            continue;
        }
        match tag.starts_with('/') {
            false => open.push(name),
            true => assert_eq!(open.pop().as_deref(), Some(name.as_str()), "closes what was not open: <{tag}>"),
        }
    }
    assert!(open.is_empty(), "left open: {open:?}");
}

#[test]
fn a_page_is_well_formed_and_has_its_parts() {
    let made = page(&flats());
    balanced(&made);
    for part in ["id=\"summary\"", "id=\"classification\"", "id=\"failures\"", "id=\"words\"", "id=\"again\""] {
        assert_eq!(made.matches(part).count(), 1, "{part}");
    }
    // the score with its spread, against time, a curve, and one matrix
    assert_eq!(made.matches("<svg ").count(), 4);
    assert!(made.contains("is ahead on") || made.contains("differ by less than the spread"), "a summary in words");
    assert!(made.contains("0.8670 ± 0.0300") && made.contains("1.50 ms") && made.contains("2.50 s"));
}

#[test]
fn nothing_is_loaded_and_nothing_from_data_is_markup() {
    let made = page(&flats());
    // what is drawn is clipped by shapes of the page itself
    let links = made.replace("http://www.w3.org/2000/svg", "").replace("url(#", "");
    assert!(
        !links.contains("http://")
            && !links.contains("https://")
            && !links.contains("url(")
            && !links.contains("src=\"")
    );
    assert_eq!(made.matches("<script>").count(), 1, "the page's own");
    assert!(!made.contains("<i>classes") && !made.contains("<b>to let"));
    assert!(made.contains("&lt;i&gt;classes") && made.contains("a &quot;fast&quot; one"));
}

#[test]
fn peers_have_a_table_of_their_own_beside_ours() {
    assert!(!page(&flats()).contains("Other libraries beside ours"));
    let ours = line("mlp-classifier", "accuracy", 0.9, 0.0);
    let (fit_seconds, predict_seconds) = (ours.fit_seconds * 2.5, ours.predict_seconds * 20.0);
    let torch = Line { peer: Some("torch".into()), fit_seconds, predict_seconds, ..ours.clone() };
    let alone = Line { algorithm: "ridge".into(), ..torch.clone() };
    let made = page(&results(vec![ours, torch, alone]));
    balanced(&made);
    let (_, table) = made.split_once("Other libraries beside ours").unwrap();
    let (table, _) = table.split_once("</table>").unwrap();
    for cell in ["mlp-classifier (torch)", ">2.50<", ">20<", "not compared: no single right answer"] {
        assert!(table.contains(cell), "{cell}: {table}");
    }
    assert!(!table.contains("ridge"), "without ours there is nothing to divide by");
}

#[test]
fn a_matrix_shows_its_counts() {
    let made = page(&flats());
    let drawing = made.split("<svg ").find(|part| part.contains("which class knn-classifier took")).unwrap();
    for count in ["25", "5", "3", "27"] {
        assert!(drawing.contains(&format!(">{count}</text>")), "{count}: {drawing}");
    }
}

#[test]
fn a_map_shows_its_rows_in_the_colours_of_their_classes() {
    let points = (0..60).map(|i| (i as f32, (i * i % 17) as f32)).collect();
    let classes: Vec<usize> = (0..60).map(|i| i % 10).collect();
    let names: Vec<String> = (0..10).map(|class| format!("digit <{class}>")).collect();
    let map = Some(Map { points, classes, names });
    let made = page(&results(vec![Line { map, ..line("tsne", "trustworthiness", 0.9, 0.0) }]));
    balanced(&made);
    let drawing = made.split("<svg ").find(|part| part.contains("the rows in two columns by tsne")).unwrap();
    for class in 0..10 {
        let colour = format!("hsl({} 65% 50%)", class * 36);
        assert!(drawing.contains(&colour), "{colour}");
        assert!(made.contains(&format!("digit &lt;{class}&gt;")));
    }
}

#[test]
fn a_baseline_alone_and_no_results_at_all_make_a_page() {
    balanced(&page(&results(Vec::new())));
    let alone = page(&results(vec![Line { baseline: true, ..line("majority-class", "accuracy", 0.5, 0.1) }]));
    balanced(&alone);
    assert!(alone.contains("the baseline alone so far"));
    let undefined = Line { metrics: serde_json::from_str("{\"r2\":null}").unwrap(), ..line("ridge", "r2", 0.0, 0.0) };
    balanced(&page(&results(vec![undefined])));
}

#[test]
fn what_was_interrupted_says_so() {
    let mut results = flats();
    assert!(!page(&results).contains("Interrupted"));
    results.finished = false;
    assert!(page(&results).contains("Interrupted before the end") && page(&results).contains(", interrupted"));
}

#[test]
fn many_classes_and_long_names_stay_small() {
    let classes: Vec<String> = (0..26).map(|class| format!("a class with a long name, {class}")).collect();
    let counts = (0..26).map(|row| (0..26).map(|column| usize::from(row == column) * 1234).collect()).collect();
    let confusion = Some(Confusion { classes, counts });
    let lines = (0..10).map(|at| Line {
        confusion: confusion.clone(),
        ..line(&format!("an-algorithm-{at}"), "accuracy", 0.5 + f64::from(at) / 100.0, 0.01)
    });
    let made = page(&results(lines.collect()));
    balanced(&made);
    assert!(made.len() < 3_000_000, "{} bytes", made.len());
}
