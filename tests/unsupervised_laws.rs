//! The laws, asked of every transformer and clusterer. Exceptions stand here with their reasons.

use cairn_kmeans::{
    Algorithm, Bisect, BisectingKMeans, CovarianceType, GaussianMixture, Init, KMeans, KMeansModel, MiniBatchKMeans,
    MixtureInit,
};
use cairn_laws::{ByTransform, Law, Laws};
use cairn_pca::{Components, IncrementalPca, Moments, Pca, PcaModel, Solver, TruncatedSvd};
use cairn_preprocess::{Pipeline, SimpleImputer, StandardScaler, Strategy};
use cairn_traits::DMatrix;

#[test]
fn standard_scaler() {
    Laws::transformer(&ByTransform(StandardScaler::new()))
        .weighted()
        .persistent()
        .hyperparameters()
        .affine()
        .invertible()
        .single_precision()
        .scale_invariant()
        .assert();
    Laws::transformer(&ByTransform(StandardScaler::new().with_std(false)))
        .invertible()
        .translation_invariant()
        .assert();
}

#[test]
fn simple_imputer() {
    const NAN_IS_A_VALUE: &str = "NaN is what it fills";
    for strategy in [Strategy::Mean, Strategy::Median, Strategy::MostFrequent] {
        Laws::transformer(&ByTransform(SimpleImputer::new(strategy)))
            .persistent()
            .hyperparameters()
            .affine()
            .except(Law::NonFiniteInput, NAN_IS_A_VALUE)
            .except(Law::QueryNonFinite, NAN_IS_A_VALUE)
            .assert();
    }
}

/// A column each.
fn components(model: &PcaModel<f64>) -> DMatrix<f64> {
    model.components().transpose()
}

#[test]
fn pca() {
    Laws::transformer(&ByTransform(Pca::new(Components::All)))
        .persistent()
        .hyperparameters()
        .affine()
        .orthonormal(components)
        .projection()
        .single_precision()
        .translation_invariant()
        .assert();
    Laws::transformer(&ByTransform(Pca::new(1).solver(Solver::Covariance)))
        .weighted()
        .accumulates(Moments::default())
        .except(Law::WeightScale, "the weighted mean of equal rows is rounded, where all else is 0")
        .assert();
    for solver in [Solver::Full, Solver::Covariance, Solver::BlockKrylov] {
        Laws::transformer(&ByTransform(Pca::new(1).solver(solver)))
            .persistent()
            .hyperparameters()
            .affine()
            .orthonormal(components)
            .projection()
            .translation_invariant()
            .assert();
    }
    Laws::transformer(&ByTransform(Pca::new(0.9).whiten(true))).persistent().hyperparameters().projection().assert();
    let scaled = Pipeline::new(StandardScaler::new(), Pca::new(1));
    Laws::transformer(&ByTransform(scaled)).persistent().hyperparameters().affine().projection().assert();
}

#[test]
fn incremental_pca() {
    Laws::transformer(&ByTransform(IncrementalPca::new(1).batch_size(Some(64))))
        .persistent()
        .hyperparameters()
        .affine()
        .orthonormal(components)
        .projection()
        .single_precision()
        .translation_invariant()
        .assert();
}

#[test]
fn truncated_svd() {
    for solver in [Solver::Full, Solver::BlockKrylov] {
        Laws::transformer(&ByTransform(TruncatedSvd::new(1).solver(solver)))
            .persistent()
            .hyperparameters()
            .affine()
            .orthonormal(|model| model.components().transpose())
            .projection()
            .single_precision()
            .assert();
    }
}

const DRAWN: &str = "rows are drawn by where they stand";

fn centroids(model: &KMeansModel<f64>) -> DMatrix<f64> {
    model.centroids().clone()
}

#[test]
fn kmeans() {
    for algorithm in [Algorithm::Lloyd, Algorithm::Hamerly, Algorithm::Elkan] {
        let kmeans = move |k: usize| KMeans::new(k).algorithm(algorithm).tol(0.0);
        let from = move |starts: DMatrix<f64>| kmeans(starts.nrows()).init(Init::Given(starts));
        Laws::clusterer(&kmeans(3))
            .persistent()
            .hyperparameters()
            .labels(|model| model.labels().to_vec(), |model| model.n_clusters())
            .centroids(centroids)
            .inertia(centroids, |model| model.inertia())
            .settles(centroids)
            .more_starts(move |n| kmeans(3).n_init(n), |model| model.inertia())
            .given_starts(from)
            .given_starts_weighted(from)
            .scale_invariant()
            .single_precision()
            .except(Law::RowOrder, DRAWN)
            .except(Law::RowOrderTies, DRAWN)
            .assert();
    }
}

#[test]
fn distances_to_centroids() {
    Laws::transformer(&ByTransform(KMeans::new(3)))
        .persistent()
        .hyperparameters()
        .translation_invariant()
        .except(Law::RowOrder, DRAWN)
        .except(Law::RowOrderTies, DRAWN)
        .assert();
}

#[test]
fn mini_batch_kmeans() {
    Laws::clusterer(&MiniBatchKMeans::new(3).batch_size(8))
        .persistent()
        .hyperparameters()
        .labels(|model| model.labels().to_vec(), |model| model.n_clusters())
        .centroids(centroids)
        .inertia(centroids, |model| model.inertia())
        .scale_invariant()
        .except(Law::NoEmptyCluster, "no batch has to bring rows to every centroid")
        .except(Law::RowOrder, DRAWN)
        .except(Law::RowOrderTies, DRAWN)
        .assert();
}

#[test]
fn bisecting_kmeans() {
    for bisect in [Bisect::LargestInertia, Bisect::MostRows] {
        Laws::clusterer(&BisectingKMeans::new(3).bisect(bisect))
            .persistent()
            .hyperparameters()
            .labels(|model| model.labels().to_vec(), |model| model.n_clusters())
            .centroids(|model| model.centroids().clone())
            .inertia(|model| model.centroids().clone(), |model| model.inertia())
            .scale_invariant()
            .single_precision()
            .except(Law::NearestCentroid, "a row goes down the cuts, each to the nearer side")
            .except(Law::RowOrder, DRAWN)
            .except(Law::RowOrderTies, DRAWN)
            .assert();
    }
}

#[test]
fn gaussian_mixtures() {
    for kind in [CovarianceType::Full, CovarianceType::Tied, CovarianceType::Diag, CovarianceType::Spherical] {
        let mixture = move |k: usize| GaussianMixture::new(k).covariance_type(kind).reg_covar(1e-3);
        let from = move |starts: DMatrix<f64>| mixture(starts.nrows()).init(MixtureInit::Means(starts));
        Laws::clusterer(&mixture(2))
            .persistent()
            .hyperparameters()
            .labels(|model| model.labels().to_vec(), |model| model.n_components())
            .centroids(|model| model.means())
            .given_starts(from)
            .given_starts_weighted(from)
            .soft()
            .translation_invariant()
            .except(Law::NearestCentroid, "components have shapes and shares besides their means")
            .except(Law::NoEmptyCluster, "a component may have a share of rows and not the most of any")
            .except(Law::RowOrder, DRAWN)
            .except(Law::RowOrderTies, DRAWN)
            .assert();
    }
}
