//! Tables with a number to predict.

use super::{Content, Form, Task, file};
use crate::Dataset;

/// Eleven laboratory values of 1599 Portuguese red wines, and the tasters' mark, `quality`.
///
/// A hard regression: marks are 3 to 8 in whole numbers, noisy, and 82 % of them are 5 or 6. They are an order, not
/// names, so the task is regression: answering 4 for 8 is a worse mistake than 7 for 8, which classes would not know.
/// [`Dataset::xy_classes`](crate::Dataset::xy_classes) takes them as classes all the same. The standard deviation of one column is 0.0019, of
/// another 33; 240 rows are **copies** of earlier ones. Column names have underscores where the original has blanks:
/// `fixed_acidity`.
///
/// # Examples
/// ```
/// let (x, y) = cairn_datasets::wine_quality_red().xy_numbers()?;
/// assert_eq!((x.shape(), y.min(), y.max()), ((1599, 11), 3.0, 8.0));
/// # Ok::<(), cairn_datasets::Error>(())
/// ```
///
/// # References
/// - Cortez, Cerdeira, Almeida, Matos and Reis (2009), "Modeling wine preferences by data mining from physicochemical
///   properties", Decision Support Systems 47(4).
pub fn wine_quality_red() -> Dataset {
    Dataset {
        name: "wine_quality_red",
        task: Task::Regression,
        form: Form::Matrix,
        target: "quality",
        description: "laboratory values of red wines and the tasters' mark, 3 to 8; 240 rows are copies of others",
        licence: "CC BY 4.0",
        source: "P. Cortez, A. Cerdeira, F. Almeida, T. Matos, J. Reis (2009); \
                 UCI Machine Learning Repository, doi 10.24432/C56S3T",
        n_rows: 1599,
        n_features: 11,
        n_train: None,
        content: Content::Csv { aside: &[] },
        files: &[file!("wine_quality_red.csv.gz")],
    }
}

/// 932 houses sold around Sacramento, California, on five days of May 2008: place, rooms, area, type, `price` in US
/// dollars.
///
/// Regression with categories: 37 cities and 68 postcodes (`zip`, words such as `z95838`), many with one house, and
/// both saying nearly the same. **Ordered by price within each day**: shuffle before splitting. Areas (`sqft`) are in
/// square feet, 10.76 to the square metre.
///
/// # Examples
/// ```
/// let table = cairn_datasets::sacramento_houses().table()?;
/// assert_eq!((&table.labels("zip")?[0][..], table.numbers("price")?.mean().round()), ("z95838", 246662.0));
/// # Ok::<(), cairn_datasets::Error>(())
/// ```
///
/// # References
/// - The R package modeldata, `Sacramento`.
pub fn sacramento_houses() -> Dataset {
    Dataset {
        name: "sacramento_houses",
        task: Task::Regression,
        form: Form::Table,
        target: "price",
        description: "houses sold around Sacramento in May 2008, with many cities and postcodes; \
                      five runs of ascending prices, shuffle before splitting",
        licence: "MIT",
        source: "SpatialKey sample file, as cleaned for the R package modeldata (tidymodels, 2019)",
        n_rows: 932,
        n_features: 8,
        n_train: None,
        content: Content::Csv { aside: &[] },
        files: &[file!("sacramento_houses.csv.gz")],
    }
}

/// 442 people with diabetes: age, sex (1 or 2), body mass index, blood pressure, six blood values, and a measure of the
/// disease a year later, `progression` (25 to 346).
///
/// The set of least angle regression and the lasso: small, noisy (a line explains about half of the variance), and the blood
/// values depend on each other (`s1` and `s2` correlate by 0.90), so that their coefficients change sign with the penalty.
/// **Raw units**: the widespread version has columns of mean 0 and length 1 instead, and its coefficients are others.
/// `sex` is a category written as a number.
///
/// **Its licence is unclear**: the authors published the numbers with their paper and no terms; scikit-learn and others have
/// passed them on for years. Whoever ships a program has to know this; [`sacramento_houses`] and [`wine_quality_red`] come
/// with terms.
///
/// [`sacramento_houses`]: crate::sacramento_houses
/// [`wine_quality_red`]: crate::wine_quality_red
///
/// # Examples
/// ```
/// let (x, y) = cairn_datasets::diabetes().xy_numbers()?;
/// assert_eq!((x.shape(), y.min(), y.max()), ((442, 10), 25.0, 346.0));
/// assert_eq!((x[(0, 0)], x[(0, 2)], y[0]), (59.0, 32.1, 151.0));
/// # Ok::<(), cairn_datasets::Error>(())
/// ```
///
/// # References
/// - Efron, Hastie, Johnstone and Tibshirani (2004), "Least angle regression", Annals of Statistics 32(2).
pub fn diabetes() -> Dataset {
    Dataset {
        name: "diabetes",
        task: Task::Regression,
        form: Form::Matrix,
        target: "progression",
        description: "442 people with diabetes, and a measure of how far the disease went within a year; small, \
                      noisy, with blood values that depend on each other",
        licence: "unclear: none stated",
        source: "B. Efron, T. Hastie, I. Johnstone, R. Tibshirani (2004); as shipped in scikit-learn 1.9.1",
        n_rows: 442,
        n_features: 10,
        n_train: None,
        content: Content::Csv { aside: &[] },
        files: &[file!("diabetes.csv.gz")],
    }
}
