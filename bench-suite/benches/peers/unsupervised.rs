use super::{as_array, as_dense, near, ours, theirs};
use crate::uniform;
use cairn_kmeans::{Converges, CovarianceType, GaussianMixture, Init, KMeans, MixtureInit};
use cairn_knn::DMatrix;
use cairn_pca::Pca;
use criterion::Criterion;
use linfa::{DatasetBase, traits::Fit as _};
use linfa_clustering::{GaussianMixtureModel, KMeans as LinfaKMeans, KMeansInit};
use smartcore::cluster::kmeans as smart_kmeans;
use smartcore::decomposition::pca as smart_pca;

pub(crate) fn benches(c: &mut Criterion) {
    kmeans(c);
    mixture(c);
    pca(c);
}

/// Heaps around as many centres.
fn heaps(n: usize, p: usize, k: usize) -> DMatrix<f64> {
    let centres = uniform::<f64>(k, p, 1) * 6.0;
    let mut x = uniform::<f64>(n, p, 0);
    x.row_iter_mut().enumerate().for_each(|(i, mut row)| row += centres.row(i % k));
    x
}

fn inertia(x: &DMatrix<f64>, centroids: &DMatrix<f64>) -> f64 {
    let (x, centroids) = (x.transpose(), centroids.transpose());
    let nearest = |row: &[f64]| {
        let to = |c: usize| cairn_numeric::squared_distance(row, centroids.column(c).as_slice());
        (0..centroids.ncols()).map(to).fold(f64::INFINITY, f64::min)
    };
    x.column_iter().map(|row| nearest(row.as_slice())).sum()
}

/// Ten sweeps from the same rows; smartcore draws its own, as ours then do.
fn kmeans(c: &mut Criterion) {
    let mut group = c.benchmark_group("kmeans");
    group.sample_size(10);
    for (n, p, k) in [(10_000, 8, 10), (20_000, 32, 64)] {
        let x = heaps(n, p, k);
        let start = x.rows(0, k).into_owned();
        let kmeans = KMeans::new(k).tol(0.0).max_iter(10);
        let given = kmeans.clone().init(Init::Given(start.clone()));
        let data = DatasetBase::from(as_array(&x));
        let linfa = || {
            let params = LinfaKMeans::params(k).n_runs(1).tolerance(1e-12).max_n_iterations(10);
            params.init_method(KMeansInit::Precomputed(as_array(&start))).fit(&data).unwrap()
        };
        let found = linfa();
        let found = DMatrix::from_fn(k, p, |i, j| found.centroids()[[i, j]]);
        near("linfa", 5e-3, &[inertia(&x, given.fit(&x).unwrap().centroids())], &[inertia(&x, &found)]);
        let id = format!("fit/10-sweeps-given/n={n},p={p},k={k}");
        ours(&mut group, &id, || given.fit(&x).unwrap());
        theirs(&mut group, &id, "linfa", linfa);

        let dense = as_dense(&x);
        let smart = || {
            let parameters = smart_kmeans::KMeansParameters::default().with_k(k).with_max_iter(10);
            smart_kmeans::KMeans::<f64, i32, _, Vec<i32>>::fit(&dense, parameters).unwrap()
        };
        let id = format!("fit/10-sweeps-drawn/n={n},p={p},k={k}");
        ours(&mut group, &id, || kmeans.fit(&x).unwrap());
        theirs(&mut group, &id, "smartcore", smart);
    }
    group.finish();
}

/// Steps until the likelihood stands still, each from its own k-means; what is compared is where they end.
fn mixture(c: &mut Criterion) {
    let mut group = c.benchmark_group("mixture");
    group.sample_size(10);
    let (n, p, k) = (5_000, 8, 4);
    let x = heaps(n, p, k);
    let mixture = GaussianMixture::new(k).covariance_type(CovarianceType::Full).init(MixtureInit::KMeans);
    let data = DatasetBase::from(as_array(&x));
    let linfa = || GaussianMixtureModel::params(k).n_runs(1).tolerance(1e-3).fit(&data).unwrap();
    let sorted = |means: &[f64]| {
        let mut means = means.to_vec();
        means.sort_by(f64::total_cmp);
        means
    };
    let model = mixture.fit(&x).unwrap();
    let first: Vec<f64> = linfa().means().column(0).to_vec();
    near("linfa", 1e-2, &sorted(model.means().column(0).as_slice()), &sorted(&first));
    assert!(model.convergence().n_iter > 0);
    let id = format!("fit/n={n},p={p},k={k}");
    ours(&mut group, &id, || mixture.fit(&x).unwrap());
    theirs(&mut group, &id, "linfa", linfa);
    group.finish();
}

fn pca(c: &mut Criterion) {
    let mut group = c.benchmark_group("pca");
    group.sample_size(10);
    for (n, p, k) in [(2_000, 64, 10), (4_000, 256, 20)] {
        let mut x = uniform::<f64>(n, p, 0);
        for (j, mut column) in x.column_iter_mut().enumerate() {
            column *= 1.0 / (1.0 + j as f64).sqrt();
        }
        let x = x * uniform::<f64>(p, p, 1);
        let pca = Pca::new(k);
        let model = pca.fit(&x).unwrap();
        let data = DatasetBase::from(as_array(&x));
        let linfa = || linfa_reduction::Pca::params(k).fit(&data).unwrap();
        // what it calls explained variance is divided by the number of components
        let theirs_of: Vec<f64> = linfa().singular_values().iter().map(|s| s * s / (n - 1) as f64).collect();
        near("linfa", 1e-3, model.explained_variance().as_slice(), &theirs_of);
        let dense = as_dense(&x);
        let smart = || smart_pca::PCA::fit(&dense, smart_pca::PCAParameters::default().with_n_components(k)).unwrap();
        let id = format!("fit/n={n},p={p},k={k}");
        ours(&mut group, &id, || pca.fit(&x).unwrap());
        theirs(&mut group, &id, "linfa", linfa);
        theirs(&mut group, &id, "smartcore", smart);
    }
    group.finish();
}
