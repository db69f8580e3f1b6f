use super::{cases, matrix, off};
use cairn_metrics::kl_divergence;
use cairn_tsne::{Affinities, DMatrix, Method, Start, Transform, Tsne};
use serde::Deserialize;

#[derive(Deserialize)]
struct File {
    x: Vec<Vec<f64>>,
    perplexity: f64,
    affinities: Vec<Vec<f64>>,
    /// A map, and its divergence and gradient.
    y: Vec<Vec<f64>>,
    divergence: f64,
    gradient: Vec<Vec<f64>>,
    start: Vec<Vec<f64>>,
    maps: Vec<Map>,
    new: Vec<Vec<f64>>,
    /// Where the new rows are placed among these.
    placed: Vec<Vec<f64>>,
    among: Vec<Vec<f64>>,
}

#[derive(Deserialize)]
struct Map {
    degrees_of_freedom: f64,
    exaggeration: f64,
    early: usize,
    late: usize,
    map: Vec<Vec<f64>>,
    divergence: f64,
}

fn file() -> File {
    cases::<File>("tsne.json").remove(0)
}

fn exact(file: &File) -> Tsne {
    Tsne::new().perplexity(file.perplexity).method(Method::Exact).tol(0.0)
}

#[test]
fn affinities_are_those_of_open_tsne() {
    let file = file();
    let found = DMatrix::from(&Affinities::new(&matrix(&file.x), file.perplexity).unwrap().to_matrix().unwrap());
    // its search for the width ends where the entropy is right to 1e-8
    assert!(off(&found, &matrix(&file.affinities)) < 1e-7);
}

#[test]
fn the_gradient_is_that_of_scikit_learn() {
    let file = file();
    let (x, y, rate) = (matrix(&file.x), matrix(&file.y), 1e-3);
    // read off one step: of a gain of 1.2, and a rate that counts a quarter of the gradient
    let one = exact(&file).start(Start::Given(y.clone())).early_exaggeration_iter(0).learning_rate(rate);
    let affinities = Affinities::new(&x, file.perplexity).unwrap().to_matrix().unwrap();
    assert!((kl_divergence(&affinities, &y, 1.0).unwrap() / file.divergence - 1.0).abs() < 1e-7);
    let begun = one.clone().n_iter(0).fit(&x).unwrap();
    assert_eq!(begun.embedding(), &y);
    // affinities differ by the end of the search for the width
    assert!((begun.kl_divergence() / file.divergence - 1.0).abs() < 1e-7, "{}", begun.kl_divergence());
    let mut found =
        (&y - one.max_step_norm(f64::INFINITY).n_iter(1).fit(&x).unwrap().embedding()) * (4.0 / (1.2 * rate));
    for mut column in found.column_iter_mut() {
        // the map was moved back about 0
        let mean = column.mean();
        column.add_scalar_mut(-mean);
    }
    assert!(off(&found, &matrix(&file.gradient)) < 1e-6);
}

#[test]
fn steps_are_those_of_open_tsne() {
    let file = file();
    let x = matrix(&file.x);
    for case in &file.maps {
        let tsne = exact(&file).start(Start::Given(matrix(&file.start)));
        let tsne = tsne.degrees_of_freedom(case.degrees_of_freedom).exaggeration(case.exaggeration);
        let map = tsne.early_exaggeration_iter(case.early).n_iter(case.late).fit(&x).unwrap();
        if case.early + case.late <= 20 {
            // affinities that differ by 1e-8, after steps that pull apart what differs
            assert!(off(map.embedding(), &matrix(&case.map)) < 1e-6, "{}", case.early + case.late);
            assert!((map.kl_divergence() / case.divergence - 1.0).abs() < 1e-6);
        } else {
            // by then rounding has led elsewhere: into a valley as deep, or nearly
            assert!(map.kl_divergence() < 1.1 * case.divergence, "{} {}", map.kl_divergence(), case.divergence);
        }
    }
}

#[test]
fn new_rows_are_placed_where_open_tsne_places_them() {
    let file = file();
    let fixed = exact(&file).start(Start::Given(matrix(&file.among))).early_exaggeration_iter(0).n_iter(0);
    let placed = fixed.fit(&matrix(&file.x)).unwrap().transform(&matrix(&file.new)).unwrap();
    assert!(off(&placed, &matrix(&file.placed)) < 1e-6, "{placed} {}", matrix(&file.placed));
}
