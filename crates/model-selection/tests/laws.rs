//! What splits and scores must satisfy on any rows.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use cairn_knn::{KnnClassifier, KnnRegressor};
use cairn_metrics::{accuracy, r2};
use cairn_model_selection::{
    Distribution, Distributions, Fit, GroupKFold, KFold, LeaveOneOut, Predict, RepeatedKFold, SearchCv, Split,
    StratifiedKFold, TestSize, TimeSeriesSplit, cross_val_predict, cross_validate, cross_validate_by, search,
    stratified_train_test_split, train_test_split,
};
use cairn_preprocess::{Pipeline, StandardScaler, Table};
use cairn_traits::{CsrMatrix, DMatrix, DVector, Rows, TakeRows};
use proptest::prelude::*;

/// Rows and folds that fit together.
fn sizes() -> impl Strategy<Value = (usize, usize, u64)> {
    (2..80_usize).prop_flat_map(|n| (Just(n), 2..=n, any::<u64>()))
}

fn labels() -> impl Strategy<Value = Vec<usize>> {
    // few classes, of unlike sizes
    prop::collection::vec((0..7_usize).prop_map(|label| label * label / 7), 2..80)
}

/// Both parts ascend and together are all the rows.
fn complementary(split: &Split, n: usize) -> bool {
    let mut all = [&split.train[..], &split.test].concat();
    all.sort_unstable();
    split.check(n).is_ok() && split.train.is_sorted() && split.test.is_sorted() && all == (0..n).collect::<Vec<_>>()
}

/// Each row is tested once.
fn partition(splits: &[Split], n: usize) -> bool {
    let mut tested: Vec<usize> = splits.iter().flat_map(|split| split.test.iter().copied()).collect();
    tested.sort_unstable();
    tested == (0..n).collect::<Vec<_>>() && splits.iter().all(|split| complementary(split, n))
}

/// The largest count less the smallest.
fn spread(counts: impl Iterator<Item = usize> + Clone) -> usize {
    counts.clone().max().unwrap() - counts.min().unwrap()
}

fn count(rows: &[usize], labels: &[usize], label: usize) -> usize {
    rows.iter().filter(|&&row| labels[row] == label).count()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 256, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn folds_are_a_partition_into_parts_of_one_size((n, k, seed) in sizes()) {
        for splits in [KFold::new(k).split(n).unwrap(), KFold::new(k).shuffle(seed).split(n).unwrap()] {
            prop_assert_eq!(splits.len(), k);
            prop_assert!(partition(&splits, n));
            prop_assert!(spread(splits.iter().map(|split| split.test.len())) <= 1);
        }
        prop_assert!(partition(&LeaveOneOut.split(n).unwrap(), n));
        let repeated = RepeatedKFold::new(k, 3, seed).split(n).unwrap();
        prop_assert!(repeated.len() == 3 * k && repeated.chunks(k).all(|splits| partition(splits, n)));
    }

    #[test]
    fn each_fold_has_each_class_in_proportion(labels in labels(), k in 2..9_usize, seed: u64) {
        let largest = (0..7).map(|label| labels.iter().filter(|l| **l == label).count()).max().unwrap();
        for splitter in [StratifiedKFold::new(k), StratifiedKFold::new(k).shuffle(seed)] {
            let Ok(splits) = splitter.split(&labels) else {
                prop_assert!(k > largest);
                continue;
            };
            prop_assert!(k <= largest && partition(&splits, labels.len()));
            prop_assert!(spread(splits.iter().map(|split| split.test.len())) <= 1);
            for label in 0..7 {
                // floor or ceiling of the k-th part
                prop_assert!(spread(splits.iter().map(|split| count(&split.test, &labels, label))) <= 1);
            }
        }
    }

    #[test]
    fn groups_never_straddle_and_the_fullest_fold_has_one_to_spare(groups in labels(), k in 2..9_usize, seed: u64) {
        let size = |group: usize| groups.iter().filter(|g| **g == group).count();
        let n_groups = (0..7).filter(|&group| size(group) > 0).count();
        for splitter in [GroupKFold::new(k), GroupKFold::new(k).shuffle(seed)] {
            let Ok(splits) = splitter.split(&groups) else {
                prop_assert!(k > n_groups);
                continue;
            };
            prop_assert!(k <= n_groups && partition(&splits, groups.len()));
            for group in 0..7 {
                prop_assert!(splits.iter().filter(|split| count(&split.test, &groups, group) > 0).count() <= 1);
            }
            let largest = (0..7).map(size).max().unwrap();
            prop_assert!(spread(splits.iter().map(|split| split.test.len())) <= largest);
        }
    }

    #[test]
    fn where_the_rows_stand_changes_no_balance(
        (labels, order) in labels().prop_flat_map(|l| { let n = l.len(); (Just(l), Just((0..n).collect::<Vec<_>>()).prop_shuffle()) }),
        k in 2..6_usize,
    ) {
        let moved = labels.take_rows(&order).unwrap();
        let counts = |splits: Vec<Split>, labels: &[usize]| -> Vec<Vec<usize>> {
            splits.iter().map(|split| (0..7).map(|label| count(&split.test, labels, label)).collect()).collect()
        };
        let stratified = |labels: &[usize]| StratifiedKFold::new(k).split(labels).map(|splits| counts(splits, labels));
        let grouped = |labels: &[usize]| GroupKFold::new(k).split(labels).map(|splits| counts(splits, labels));
        prop_assert_eq!(stratified(&labels), stratified(&moved));
        prop_assert_eq!(grouped(&labels), grouped(&moved));
    }

    #[test]
    fn the_past_comes_before_the_future(
        n in 2..80_usize, k in 1..9_usize, gap in 0..5_usize,
        size in prop::option::of(1..9_usize), window in prop::option::of(1..20_usize),
    ) {
        let mut splitter = TimeSeriesSplit::new(k).gap(gap);
        splitter = size.map_or(splitter.clone(), |size| splitter.test_size(size));
        splitter = window.map_or(splitter.clone(), |window| splitter.max_train_size(window));
        let tested = k * size.unwrap_or((n / (k + 1)).max(1));
        let Ok(splits) = splitter.split(n) else {
            prop_assert!(n <= tested + gap);
            return Ok(());
        };
        prop_assert!(n > tested + gap && splits.len() == k);
        let all: Vec<usize> = splits.iter().flat_map(|split| split.test.iter().copied()).collect();
        prop_assert_eq!(all, (n - tested..n).collect::<Vec<_>>());
        for split in &splits {
            prop_assert_eq!(split.check(n), Ok(()));
            prop_assert_eq!(split.test[0] - split.train[split.train.len() - 1], gap + 1);
            prop_assert!(split.train.len() <= window.unwrap_or(n) && split.train.is_sorted());
        }
    }

    #[test]
    fn two_parts_are_all_the_rows_and_classes_are_within_a_row_of_their_share(
        labels in labels(), share in 0.01..0.99_f64, seed: u64,
    ) {
        let n = labels.len();
        let n_test = (share * n as f64).ceil() as usize;
        for size in [TestSize::Share(share), TestSize::Rows(n_test)] {
            let (plain, stratified) = (train_test_split(n, size, seed), stratified_train_test_split(&labels, size, seed));
            prop_assert_eq!(plain.is_ok(), n_test < n);
            prop_assert_eq!(stratified.is_ok(), n_test < n);
            let (Ok(plain), Ok(stratified)) = (plain, stratified) else { continue };
            for split in [plain, stratified.clone()] {
                prop_assert!(complementary(&split, n) && split.test.len() == n_test);
            }
            for label in 0..7 {
                let members = labels.iter().filter(|l| **l == label).count();
                // |count − members · n_test / n| < 1 in whole numbers
                let held = count(&stratified.test, &labels, label) * n;
                prop_assert!(held.abs_diff(members * n_test) < n);
            }
        }
    }

    #[test]
    fn the_order_of_rows_changes_no_score(
        (x, order) in prop::collection::vec(-50..50_i32, 12..40)
            .prop_flat_map(|x| { let n = x.len(); (Just(x), Just((0..n).collect::<Vec<_>>()).prop_shuffle()) }),
        seed: u64,
    ) {
        let n = x.len();
        // no two rows at the same place, so no neighbour is chosen by its number
        let x = DMatrix::from_fn(n, 1, |i, _| f64::from(x[i]) + (i as f64).sqrt() / 7.0);
        let y = x.column(0).map(|v| v * v).into_owned();
        let splits = KFold::new(3).shuffle(seed).split(n).unwrap();
        let mut place = vec![0; n];
        order.iter().enumerate().for_each(|(now, &before)| place[before] = now);
        let at = |rows: &[usize]| -> Vec<usize> { rows.iter().map(|&row| place[row]).collect() };
        let moved: Vec<Split> = splits.iter().map(|s| Split { train: at(&s.train), test: at(&s.test) }).collect();
        let knn = KnnRegressor::new(1);
        let predicted = cross_val_predict(&knn, &x, &y, &splits).unwrap();
        let (x, y) = (x.select_rows(&order), y.select_rows(&order));
        prop_assert_eq!(predicted.select_rows(&order), cross_val_predict(&knn, &x, &y, &moved).unwrap());
    }
}

/// `of`, on so many threads.
fn on_threads<T: Send>(threads: usize, of: impl Fn() -> T + Send + Sync) -> T {
    rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap().install(of)
}

#[test]
fn any_number_of_threads_finds_the_same_bits() {
    let (x, y) = cairn_datasets::iris().xy_classes().unwrap();
    let target = DVector::from_iterator(y.len(), x.column(0).iter().map(|v| v.sin()));
    let all = || {
        let splits = StratifiedKFold::new(4).shuffle(3).split(&y).unwrap();
        let base = Pipeline::new(StandardScaler::new(), KnnRegressor::new(1));
        let spread = Distribution::Integers { low: 1, high: 30 };
        let candidates = Distributions::new().vary("model.n_neighbors", spread).candidates(&base, 9, 5).unwrap();
        let found = search(&candidates, &x, &target, &splits, |y, p| r2(y.as_slice(), p.as_slice())).unwrap();
        let tuned = SearchCv::new(candidates, KFold::new(3).shuffle(2), |y: &DVector<f64>, p: &DVector<f64>| {
            r2(y.as_slice(), p.as_slice())
        });
        let nested = cross_val_predict(&tuned, &x, &target, &splits).unwrap();
        let model = tuned.fit(&x, &target).unwrap();
        let scores = cross_validate(&KnnClassifier::new(5), &x, &y[..], &splits, |y, p| accuracy(y, p)).unwrap();
        (found, nested, model.predict(&x).unwrap(), scores)
    };
    let expected = on_threads(1, all);
    assert_eq!(on_threads(2, all), expected);
    assert_eq!(on_threads(7, all), expected);
}

/// Learns how many rows it saw, of whatever kind.
struct Counter;

impl<X: Rows + ?Sized> Fit<X> for Counter {
    type Model = usize;
    fn fit(&self, x: &X, (): &()) -> cairn_model_selection::Result<usize> {
        Ok(x.n_rows())
    }
}

#[test]
fn sparse_rows_and_sequences_are_held_back_like_dense_ones() {
    fn counts<X: Rows + Sync + ?Sized>(x: &X) -> Vec<(usize, usize)> {
        let splits = KFold::new(3).split(7).unwrap();
        cross_validate_by(&Counter, x, &(), &splits, |trained, held, ()| Ok((*trained, held.n_rows()))).unwrap()
    }
    // 7 = 3 + 2 + 2
    let expected = [(4, 3), (5, 2), (5, 2)];
    let dense = DMatrix::from_fn(7, 2, |i, j| (i * j) as f64);
    assert_eq!(counts(&CsrMatrix::from(&dense)), expected);
    assert_eq!(counts(&dense), expected);
    let sequences: Vec<DMatrix<f64>> = (0..7).map(|steps| DMatrix::zeros(steps, 2)).collect();
    assert_eq!(counts(&sequences[..]), expected);
    let table = Table::from_csv("a\n1\n2\n3\n4\n5\n6\n7\n".as_bytes(), "f.csv").unwrap();
    assert_eq!(counts(&table), expected);
}
