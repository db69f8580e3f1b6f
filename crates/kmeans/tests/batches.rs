//! k-means by batches, and two clusters at a time.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test fails by panicking")]

use cairn_kmeans::{
    Bisect, BisectingKMeans, BisectingKMeansModel, DMatrix, Error, FitObserved, FitWeighted, Init, KMeans,
    MiniBatchKMeans, PartialFit, Persist, Predict, Stop, rows,
};
use std::ops::ControlFlow;

fn heaps(n: usize, k: usize) -> DMatrix<f64> {
    let noise = |i: usize, j: usize| ((i * i) as f64 * 0.37 + (j + 1) as f64 * i as f64 * 1.13).sin();
    DMatrix::from_fn(n, 3, |i, j| 6.0 * ((i % k) as f64 * (1.0 + j as f64)).cos() + noise(i, j))
}

fn on_threads<T: Send>(threads: usize, work: impl Fn() -> T + Sync + Send) -> T {
    rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap().install(work)
}

#[test]
fn a_batch_of_all_rows_is_a_sweep() {
    let x = heaps(500, 4);
    let init = Init::Given(x.rows(0, 4).into_owned());
    let sweep = KMeans::new(4).init(init.clone()).max_iter(1).fit(&x).unwrap();
    let batch = MiniBatchKMeans::new(4).init(init).start(&x, &()).unwrap();
    assert!((sweep.centroids() - batch.centroids()).amax() < 1e-13);
    assert_eq!(batch.counts().iter().sum::<f64>(), 500.0);
}

#[test]
fn centroids_are_the_means_of_all_rows_they_got() {
    let init = Init::Given(rows(&[[0.0], [10.0]]));
    let kmeans = MiniBatchKMeans::new(2).init(init).reassignment_ratio(0.0);
    let mut model = kmeans.start(&rows(&[[1.0], [3.0]]), &()).unwrap(); // both to the first: 2
    assert_eq!((model.centroids()[(0, 0)], model.counts()), (2.0, &[2.0, 0.0][..]));
    kmeans.partial_fit(&mut model, &rows(&[[5.0], [9.0]]), &()).unwrap(); // (1 + 3 + 5) / 3, and 9
    assert_eq!((model.centroids().as_slice(), model.counts()), (&[3.0, 9.0][..], &[3.0, 1.0][..]));
    assert_eq!((model.convergence().n_iter, model.labels()), (2, &[0, 1][..]));
    let before = model.clone();
    assert!(kmeans.partial_fit(&mut model, &rows(&[[1.0, 2.0]]), &()).is_err());
    assert!(MiniBatchKMeans::new(3).partial_fit(&mut model, &rows(&[[1.0]]), &()).is_err());
    assert_eq!(model, before);
}

#[test]
fn many_rows_come_to_nearly_the_inertia_of_sweeps() {
    let x = heaps(20_000, 6);
    let sweeps = KMeans::new(6).n_init(5).fit(&x).unwrap();
    let mini = MiniBatchKMeans::new(6).n_init(5);
    let model = mini.fit(&x).unwrap();
    assert!(model.inertia() < 1.05 * sweeps.inertia(), "{} {}", model.inertia(), sweeps.inertia());
    assert_eq!(model.convergence().stop, Stop::Converged);
    assert_eq!(model.predict(&x).unwrap(), model.labels());
    for threads in [1, 2, 7] {
        assert_eq!(on_threads(threads, || mini.fit(&x).unwrap()), model);
    }
    // a centroid that begins too far for any row begins anew
    let far = DMatrix::from_fn(6, 3, |c, j| if c == 5 { 1e3 } else { x[(c, j)] });
    let anew = MiniBatchKMeans::new(6).init(Init::Given(far)).fit(&x).unwrap();
    assert!(anew.counts().iter().all(|count| *count > 0.0));
    let one = mini.clone().max_iter(1).max_no_improvement(None).batch_size(7_000).fit(&x).unwrap();
    assert_eq!((one.convergence().n_iter, one.convergence().stop), (2, Stop::MaxIter));
    let mut steps = 0;
    let stopped = mini.fit_observed(&x, &(), &mut |progress, centroids| {
        steps = progress.step;
        assert_eq!(centroids.shape(), (6, 3));
        if steps == 3 { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    });
    assert!(steps == 3 && stopped.unwrap().convergence().stop == Stop::Interrupted);
}

#[test]
fn rows_of_weight_0_take_no_part() {
    let x = heaps(400, 3);
    let mut far = x.clone();
    far.row_mut(7).fill(1e9);
    let weights: Vec<f64> = (0..400).map(|i| if i == 7 { 0.0 } else { 2.0 }).collect();
    let model = MiniBatchKMeans::new(3).batch_size(100).fit_weighted(&far, &(), &weights).unwrap();
    assert!(model.centroids().amax() < 10.0);
    assert_eq!(model.counts().iter().sum::<f64>(), 798.0);
    let model = BisectingKMeans::new(3).fit_weighted(&far, &(), &weights).unwrap();
    assert!(model.centroids().amax() < 10.0);
    assert_eq!(model.counts().iter().sum::<f64>(), 798.0);
}

#[test]
fn few_clusters_are_cut_from_fewer() {
    let x = heaps(600, 5);
    let fits: Vec<_> = (1..=6).map(|k| BisectingKMeans::new(k).fit(&x).unwrap()).collect();
    for (k, pair) in (1..).zip(fits.windows(2)) {
        let [coarse, fine] = pair else { unreachable!() };
        assert_eq!((coarse.n_clusters(), fine.n_clusters()), (k, k + 1));
        assert!(fine.inertia() < coarse.inertia());
        // every fine cluster lies within one coarse
        let mut within = vec![None; k + 1];
        for (fine, coarse) in fine.labels().iter().zip(coarse.labels()) {
            assert_eq!(*within[*fine].get_or_insert(*coarse), *coarse);
        }
        assert_eq!(fine.predict(&x).unwrap(), fine.labels());
    }
    let model = &fits[5];
    for threads in [1, 2, 7] {
        assert_eq!(&on_threads(threads, || BisectingKMeans::new(6).fit(&x).unwrap()), model);
    }
    let file = model.to_json().unwrap();
    assert_eq!(&BisectingKMeansModel::from_json(&file).unwrap(), model);
    let endless = file.replacen("[1,2]", "[0,2]", 1);
    assert!(endless != file && BisectingKMeansModel::<f64>::from_json(&endless).is_err());
}

#[test]
fn the_rule_says_what_is_cut() {
    // a wide pair far off, and many rows near each other
    let x = rows(&[[0.0], [0.1], [0.2], [0.3], [0.4], [100.0], [130.0]]);
    let by_inertia = BisectingKMeans::new(3).fit(&x).unwrap();
    assert_ne!(by_inertia.labels()[5], by_inertia.labels()[6]);
    let by_rows = BisectingKMeans::new(3).bisect(Bisect::MostRows).fit(&x).unwrap();
    assert_eq!(by_rows.labels()[5], by_rows.labels()[6]);
    // nothing is left to cut of equal rows
    let two = rows(&[[1.0], [1.0], [5.0], [5.0], [5.0]]);
    let model = BisectingKMeans::new(4).fit(&two).unwrap();
    assert_eq!((model.n_clusters(), model.inertia()), (2, 0.0));
}

#[test]
fn bad_input_is_refused() {
    let x = heaps(20, 2);
    let few = Some(Error::TooFewSamples { what: "x", needed: 21, found: 20 });
    assert_eq!(MiniBatchKMeans::new(21).fit(&x).err(), few);
    assert_eq!(BisectingKMeans::new(21).fit(&x).err(), few);
    assert_eq!(MiniBatchKMeans::new(21).start(&x, &()).err(), few);
    assert!(matches!(MiniBatchKMeans::new(2).batch_size(0).fit(&x), Err(Error::Parameter { name: "batch_size", .. })));
    let ratio = MiniBatchKMeans::new(2).reassignment_ratio(f64::NAN).fit(&x);
    assert!(matches!(ratio, Err(Error::Parameter { name: "reassignment_ratio", .. })));
    let given = KMeans::new(2).init(Init::Given(rows(&[[1.0, 1.0, 1.0], [2.0, 2.0, 2.0]])));
    assert!(matches!(BisectingKMeans::new(2).cuts(given).fit(&x), Err(Error::Parameter { name: "init", .. })));
    let wrong = Init::Given(rows(&[[1.0], [2.0]]));
    assert!(matches!(MiniBatchKMeans::new(2).init(wrong).fit(&x), Err(Error::Shape { what: "centroids", .. })));
    assert!(MiniBatchKMeans::new(2).fit(&x.map(|_| f64::NAN)).is_err());
    assert!(BisectingKMeans::new(2).fit(&DMatrix::<f64>::zeros(0, 1)).is_err());
}
