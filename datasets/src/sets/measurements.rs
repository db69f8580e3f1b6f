//! Tables of measurements and words, of classes.

use super::{Content, Form, Task, file};
use crate::Dataset;

/// Sepals and petals of 150 irises of three species (Anderson, Fisher): four lengths in cm, `species`.
///
/// The set of textbooks: small enough to draw. *setosa* stands apart, *versicolor* and *virginica* overlap. **Ordered
/// by class**: shuffle before splitting. The numbers are those of Fisher's paper, which differ in two rows from the
/// file in the UCI repository.
///
/// # Examples
/// ```
/// let table = cairn_datasets::iris().table()?;
/// assert_eq!((table.numbers("petal_width_cm")?[149], &table.labels("species")?[149][..]), (1.8, "virginica"));
/// # Ok::<(), cairn_datasets::Error>(())
/// ```
///
/// # References
/// - Fisher (1936), "The use of multiple measurements in taxonomic problems", Annals of Eugenics 7(2).
pub fn iris() -> Dataset {
    Dataset {
        name: "iris",
        task: Task::Classification,
        form: Form::Matrix,
        target: "species",
        description: "sepals and petals of three species of iris, in cm; ordered by class, shuffle before splitting",
        licence: "CC BY 4.0",
        source: "E. Anderson, R. A. Fisher (1936); UCI Machine Learning Repository, doi 10.24432/C56C76",
        n_rows: 150,
        n_features: 4,
        n_train: None,
        content: Content::Csv { aside: &[] },
        files: &[file!("iris.csv.gz")],
    }
}

/// 344 penguins of three species near Palmer Station, Antarctica: bill, flipper, mass, island, sex, year, `species`.
///
/// For cleaning: words beside numbers, 19 missing cells in 11 rows (11 `sex`, 2 of each measurement). **Ordered by
/// class**: shuffle before splitting. Gentoo live on one island alone, which makes `island` half an answer.
///
/// # Examples
/// ```
/// let table = cairn_datasets::penguins().table()?;
/// assert_eq!(table.columns().iter().map(|column| column.n_missing()).sum::<usize>(), 19);
/// # Ok::<(), cairn_datasets::Error>(())
/// ```
///
/// # References
/// - Gorman, Williams and Fraser (2014), PLoS ONE 9(3) e90081.
/// - Horst, Hill and Gorman (2020), palmerpenguins.
pub fn penguins() -> Dataset {
    Dataset {
        name: "penguins",
        task: Task::Classification,
        form: Form::Table,
        target: "species",
        description: "measurements of three species of penguins, with words and missing cells; \
                      ordered by class, shuffle before splitting",
        licence: "CC0 1.0",
        source: "K. B. Gorman, T. D. Williams, W. R. Fraser (2014); \
                 A. M. Horst, A. P. Hill, K. B. Gorman (2020), palmerpenguins",
        n_rows: 344,
        n_features: 7,
        n_train: None,
        content: Content::Csv { aside: &[] },
        files: &[file!("penguins.csv.gz")],
    }
}

/// Cell nuclei of 569 breast tumours: thirty numbers from a picture of a fine needle's sample, `diagnosis`.
///
/// Two classes that many methods tell apart with 95 % and more: for the first logistic regression, and for what a missed
/// malignant tumour costs beside a false alarm. Malignant are 212, benign 357, in no order. Each of ten measurements comes as
/// mean, standard error and mean of the three largest, and radius, perimeter and area are nearly one number (the correlation
/// of the first two is 0.998): coefficients are not to be read one by one. The largest standard deviation is 200,000 times the
/// smallest: standardise.
///
/// Class 0 is `benign` here, as the alphabet has it; the file of scikit-learn, whose first line gives counts and class names
/// instead of a header, has `malignant` for 0.
///
/// # Examples
/// ```
/// let data = cairn_datasets::breast_cancer().load()?;
/// let (x, y) = data.xy_classes()?;
/// assert_eq!((x.shape(), data.class_names()[y[0]].as_str()), ((569, 30), "malignant"));
/// assert_eq!(y.iter().filter(|&&label| label == 1).count(), 212);
/// # Ok::<(), cairn_datasets::Error>(())
/// ```
///
/// # References
/// - Street, Wolberg and Mangasarian (1993), "Nuclear feature extraction for breast tumor diagnosis".
pub fn breast_cancer() -> Dataset {
    Dataset {
        name: "breast_cancer",
        task: Task::Classification,
        form: Form::Matrix,
        target: "diagnosis",
        description: "cell nuclei of breast tumours, measured in pictures: malignant or benign; columns nearly \
                      copies of each other",
        licence: "CC BY 4.0",
        source: "W. H. Wolberg, W. N. Street, O. L. Mangasarian (1993); UCI Machine Learning Repository, doi \
                      10.24432/C5DW2B",
        n_rows: 569,
        n_features: 30,
        n_train: None,
        content: Content::Csv { aside: &[] },
        files: &[file!("breast_cancer.csv.gz")],
    }
}

/// 4601 e-mails of 1998: 48 words and 6 characters in per cent of the text, 3 lengths of runs of capitals, `type`.
///
/// For naive Bayes, trees and what a false alarm costs. **Ordered by class**: all 1813 `spam` before all 2788 `nonspam`;
/// shuffle before splitting. 391 rows are **copies** of earlier ones. The ham is one office's own: of the 780 letters with the
/// word `george` 8 are spam, so a model that knows the recipient's name is good here and useless elsewhere. 77 % of the cells
/// are 0, and standard deviations go from 0.08 to 606.
///
/// # Examples
/// ```
/// let table = cairn_datasets::spambase().table()?;
/// let (george, kind) = (table.numbers("george")?, table.labels("type")?);
/// let spam = (0..4601).filter(|&row| george[row] > 0.0 && kind[row] == "spam").count();
/// assert_eq!((george.iter().filter(|&&percent| percent > 0.0).count(), spam), (780, 8));
/// # Ok::<(), cairn_datasets::Error>(())
/// ```
///
/// # References
/// - Hastie, Tibshirani and Friedman (2009), *The Elements of Statistical Learning*, section 9.1.2.
pub fn spambase() -> Dataset {
    Dataset {
        name: "spambase",
        task: Task::Classification,
        form: Form::Matrix,
        target: "type",
        description: "how often words and characters stand in 4601 e-mails, spam or not; ordered by class, shuffle \
                      before splitting; 391 rows are copies of others",
        licence: "CC BY 4.0",
        source: "M. Hopkins, E. Reeber, G. Forman, J. Suermondt (1999); UCI Machine Learning Repository, doi \
                      10.24432/C53G6X",
        n_rows: 4601,
        n_features: 57,
        n_train: None,
        content: Content::Csv { aside: &[] },
        files: &[file!("spambase.csv.gz")],
    }
}

/// 45,222 people of the US census of 1994: age, work, schooling, family, origin, and whether they earn more than 50,000
/// dollars, `salary`.
///
/// Many rows, six numbers beside eight columns of words: for trees, boosting and encoders. `education` says in words what
/// `education_num` says in a number. `fnlwgt` is how many people the row stands for, no property of the person. Always
/// answering `<=50K` is right for 75 %. The file it is from was one-hot encoded and is folded back here, rows with missing
/// values are left out, and the order is not that of UCI, so its official test part cannot be told; 47 rows are copies. Race,
/// sex and origin are among the columns: what a model learns from them is what was, not what should be.
///
/// Needs the feature `large`.
///
/// # Examples
/// ```
/// let data = cairn_datasets::adult().load()?;
/// assert_eq!((data.n_rows(), data.feature_names().len(), data.class_names()), (45222, 14, &["<=50K".into(), ">50K".into()][..]));
/// let (x, y) = data.take_rows(&[0, 1, 2])?.xy_classes()?;
/// assert_eq!((x.nrows(), x[(0, 0)], y), (3, 37.0, vec![0, 0, 0]));
/// # Ok::<(), cairn_datasets::Error>(())
/// ```
///
/// # References
/// - Kohavi (1996), "Scaling up the accuracy of naive-Bayes classifiers: a decision-tree hybrid", KDD.
/// - Ding, Hardt, Miller and Schmidt (2021), "Retiring Adult", NeurIPS: what is wrong with it as a benchmark of fairness.
#[cfg(feature = "large")]
pub fn adult() -> Dataset {
    Dataset {
        name: "adult",
        task: Task::Classification,
        form: Form::Table,
        target: "salary",
        description: "45,222 people of the US census of 1994, earning more than 50,000 dollars or not; words and \
                      numbers, one column twice under two names, 25 % positive",
        licence: "CC BY 4.0",
        source: "B. Becker, R. Kohavi (1996); UCI Machine Learning Repository, doi 10.24432/C5XW20",
        n_rows: 45222,
        n_features: 14,
        n_train: None,
        content: Content::Csv { aside: &[] },
        files: &[("adult.csv.gz", cairn_datasets_large::adult)],
    }
}
