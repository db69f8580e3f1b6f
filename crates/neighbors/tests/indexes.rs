//! Every index answers what the definition answers, to the last bit.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test fails by panicking")]

use cairn_neighbors::{Algorithm, BruteForce, Index, Metric};
use cairn_traits::{DMatrix, Error, Float, rows};
use proptest::prelude::{ProptestConfig, proptest};
use proptest::sample::select;

const ALGORITHMS: [Algorithm; 4] = [Algorithm::Auto, Algorithm::BruteForce, Algorithm::KdTree, Algorithm::BallTree];

const METRICS: [Metric; 7] = [
    Metric::Euclidean,
    Metric::Manhattan,
    Metric::Chebyshev,
    Metric::Minkowski(1.5),
    Metric::Minkowski(4.0),
    Metric::Cosine,
    Metric::Hamming,
];

/// Rows on a grid, so that many are equal and many distances tie; every fifth column constant.
fn points<F: Float>(n: usize, p: usize, (scale, offset, grid): (f64, f64, f64)) -> DMatrix<F> {
    DMatrix::from_fn(n, p, |i, j| {
        let noise = ((i as f64 * 12.9898 + j as f64 * 78.233).sin() * 43758.5453).fract();
        let value = if j % 5 == 4 { 1.0 } else { (noise * grid).round() / grid };
        F::of(value * scale + offset)
    })
}

/// Distances of one query to all points by the definition, nearest first.
fn plain<F: Float>(x: &DMatrix<F>, query: &[F], metric: Metric) -> Vec<(F, usize)> {
    let by_row = x.transpose();
    let measured = by_row.column_iter().map(|point| metric.distance(point.as_slice(), query));
    let mut all: Vec<(F, usize)> = measured.enumerate().map(|(i, d)| (d, i)).collect();
    all.sort_by(|a, b| a.0.order(&b.0).then(a.1.cmp(&b.1)));
    all
}

/// A last step, such as a root, can make of two distances one: then the order is that before it. So distances are compared
/// in order, and rows by their own distance.
fn same<F: Float>(found: (&[usize], &[F]), expected: &[(F, usize)], all: &[(F, usize)]) {
    let (indices, distances) = found;
    let wanted: Vec<F> = expected.iter().map(|(d, _)| *d).collect();
    assert_eq!(distances, wanted);
    let mut seen = indices.to_vec();
    seen.sort_unstable();
    seen.dedup();
    assert_eq!(seen.len(), indices.len(), "no row twice");
    for (index, distance) in indices.iter().zip(distances) {
        assert!(all.iter().any(|(d, i)| i == index && d == distance), "row {index} is not at {distance:e}");
    }
}

fn check<F: Float>(x: &DMatrix<F>, queries: &DMatrix<F>, k: usize, metric: Metric) {
    let first = Index::new(x, Algorithm::BruteForce, metric).unwrap();
    let nearest = first.k_nearest(queries, k).unwrap();
    let lists: Vec<_> =
        (0..queries.nrows()).map(|q| plain(x, queries.rows(q, 1).transpose().as_slice(), metric)).collect();
    // a radius that is a distance: the row at it belongs to the answer
    let radius = lists[0][k - 1].0;
    let within = first.within(queries, radius).unwrap();
    for (q, all) in lists.iter().enumerate() {
        same((nearest.indices(q), nearest.distances(q)), &all[..k], all);
        let inside = all.iter().take_while(|(d, _)| *d <= radius).count();
        same((within.indices(q), within.distances(q)), &all[..inside], all);
    }
    for algorithm in ALGORITHMS {
        let index = Index::new(x, algorithm, metric).unwrap();
        assert_eq!(index.k_nearest(queries, k).unwrap(), nearest, "{algorithm:?} {metric:?}");
        assert_eq!(index.within(queries, radius).unwrap(), within, "{algorithm:?} {metric:?}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 80, failure_persistence: None, ..ProptestConfig::default() })]
    #[test]
    fn every_index_gives_the_answer_of_the_definition(
        (n, p, m) in (1_usize..300, 1_usize..20, 1_usize..12),
        k in 1_usize..12,
        metric in select(METRICS.to_vec()),
        scale in select(vec![1e-160, 1e-20, 1e-3, 1.0, 1e6, 1e75]),
        offset in select(vec![0.0, 1.0, 1e4, -1e9]),
        grid in select(vec![1.0, 3.0, 1e3, 1e12]),
    ) {
        let k = k.min(n);
        let shape = (scale, offset, grid);
        let (x, more) = (points::<f64>(n, p, shape), points::<f64>(n + m, p, shape));
        // some that are points, and some that are not
        check(&x, &more.rows(n - n.min(m / 2), m).into_owned(), k, metric);
        if (1e-7..1e7).contains(&scale) {
            check(&x.map(|v| v as f32), &more.rows(n, m).map(|v| v as f32), k, metric);
        }
    }
}

#[test]
fn ties_go_to_the_lower_row_and_equal_points_are_at_distance_0() {
    let x = rows(&[[2.0, 1.0], [0.0, 1.0], [2.0, 1.0], [1.0, 1.0], [2.0, 1.0]]);
    for algorithm in ALGORITHMS {
        for metric in METRICS {
            let nearest = Index::new(&x, algorithm, metric).unwrap().k_nearest(&rows(&[[2.0, 1.0]]), 3).unwrap();
            assert_eq!((nearest.indices(0), nearest.distances(0)), (&[0, 2, 4][..], &[0.0; 3][..]), "{metric:?}");
        }
    }
}

#[test]
fn trees_of_very_many_equal_points_are_not_deep() {
    let x = DMatrix::<f64>::from_element(20_000, 2, 3.0);
    for algorithm in [Algorithm::KdTree, Algorithm::BallTree] {
        let index = Index::new(&x, algorithm, Metric::Euclidean).unwrap();
        assert_eq!(index.k_nearest(&rows(&[[1.0, 3.0]]), 3).unwrap().indices(0), [0, 1, 2]);
        assert_eq!(index.within(&rows(&[[3.0, 3.0]]), 0.0).unwrap().indices(0).len(), 20_000);
    }
}

#[test]
fn the_same_bits_on_any_threads() {
    let x = points::<f64>(20_000, 3, (1.0, 0.0, 1e9));
    let run = |threads, algorithm| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        pool.install(|| {
            let index = Index::new(&x, algorithm, Metric::Manhattan).unwrap();
            (index.k_nearest(&x, 4).unwrap(), index.within(&x, 0.02).unwrap(), index)
        })
    };
    for algorithm in [Algorithm::KdTree, Algorithm::BallTree] {
        let one = run(1, algorithm);
        assert_eq!(one, run(2, algorithm));
        assert_eq!(one, run(7, algorithm));
    }
}

#[test]
fn what_is_far_or_without_direction() {
    let x = rows(&[[0.0, 0.0], [1.0, 0.0], [-3.0, 0.0], [0.0, 0.0]]);
    for algorithm in ALGORITHMS {
        let index = Index::new(&x, algorithm, Metric::Cosine).unwrap();
        let nearest = index.k_nearest(&rows(&[[0.0, 0.0], [2.0, 0.0]]), 4).unwrap();
        assert_eq!((nearest.indices(0), nearest.distances(0)), (&[0, 3, 1, 2][..], &[0.0, 0.0, 1.0, 1.0][..]));
        assert_eq!((nearest.indices(1), nearest.distances(1)), (&[1, 0, 3, 2][..], &[0.0, 1.0, 1.0, 2.0][..]));
        assert_eq!(index.n_features(), 2);
        let far = Index::new(&x, algorithm, Metric::Euclidean).unwrap().within(&rows(&[[50.0, 0.0]]), 1.0).unwrap();
        assert!(far.n_queries() == 1 && far.indices(0).is_empty() && far.indices(1).is_empty());
    }
}

#[test]
fn an_index_survives_the_file() {
    let x = points::<f64>(100, 4, (1.0, 5.0, 1e12));
    for algorithm in ALGORITHMS {
        for metric in METRICS {
            let index = Index::new(&x, algorithm, metric).unwrap();
            let again: Index<f64> = serde_json::from_str(&serde_json::to_string(&index).unwrap()).unwrap();
            assert_eq!(again, index);
        }
    }
    let file = serde_json::to_string(&Index::new(&x, Algorithm::Auto, Metric::Minkowski(3.0)).unwrap()).unwrap();
    assert!(serde_json::from_str::<Index<f64>>(&file.replace("\"minkowski\":3.0", "\"minkowski\":0.3")).is_err());
}

#[test]
fn bad_questions_are_refused() {
    let x = rows(&[[1.0, 2.0], [3.0, 4.0]]);
    assert!(matches!(
        Index::new(&x, Algorithm::Auto, Metric::Minkowski(0.5)),
        Err(Error::Parameter { name: "metric", .. })
    ));
    assert!(Index::new(&DMatrix::<f64>::zeros(0, 2), Algorithm::KdTree, Metric::Euclidean).is_err());
    assert!(Index::new(&rows(&[[f64::NAN]]), Algorithm::BallTree, Metric::Euclidean).is_err());
    for algorithm in ALGORITHMS {
        let index = Index::new(&x, algorithm, Metric::Euclidean).unwrap();
        let query = rows(&[[0.0, 0.0]]);
        assert!(matches!(index.k_nearest(&query, 0), Err(Error::Parameter { name: "n_neighbors", .. })));
        assert_eq!(index.k_nearest(&query, 3), Err(Error::TooFewSamples { what: "x", needed: 3, found: 2 }));
        assert!(matches!(index.k_nearest(&rows(&[[0.0]]), 1), Err(Error::Shape { what: "x", .. })));
        for radius in [-1.0, f64::NAN, f64::INFINITY] {
            assert!(matches!(index.within(&query, radius), Err(Error::Parameter { name: "radius", .. })));
        }
    }
    assert!(BruteForce::new(&x).unwrap().within(&rows(&[[0.0, 0.0]]), -1.0).is_err());
}
