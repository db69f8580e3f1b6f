//! The sets themselves. Each file is named by one function, so that a program carries only what it calls.

use crate::{Dataset, Task};

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
        target: "species",
        description: "sepals and petals of three species of iris, in cm; ordered by class, shuffle before splitting",
        licence: "CC BY 4.0",
        source: "E. Anderson, R. A. Fisher (1936); UCI Machine Learning Repository, doi 10.24432/C56C76",
        n_rows: 150,
        n_features: 4,
        csv_gz: include_bytes!("../data/iris.csv.gz"),
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
        target: "species",
        description: "measurements of three species of penguins, with words and missing cells; \
                      ordered by class, shuffle before splitting",
        licence: "CC0 1.0",
        source: "K. B. Gorman, T. D. Williams, W. R. Fraser (2014); \
                 A. M. Horst, A. P. Hill, K. B. Gorman (2020), palmerpenguins",
        n_rows: 344,
        n_features: 7,
        csv_gz: include_bytes!("../data/penguins.csv.gz"),
    }
}

/// Eleven laboratory values of 1599 Portuguese red wines, and the tasters' mark, `quality`.
///
/// A hard regression: marks are 3 to 8 in whole numbers, noisy, and 82 % of them are 5 or 6. They are an order, not
/// names, so the task is regression: answering 4 for 8 is a worse mistake than 7 for 8, which classes would not know.
/// [`Dataset::xy_classes`] takes them as classes all the same. The standard deviation of one column is 0.0019, of
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
        target: "quality",
        description: "laboratory values of red wines and the tasters' mark, 3 to 8; 240 rows are copies of others",
        licence: "CC BY 4.0",
        source: "P. Cortez, A. Cerdeira, F. Almeida, T. Matos, J. Reis (2009); \
                 UCI Machine Learning Repository, doi 10.24432/C56S3T",
        n_rows: 1599,
        n_features: 11,
        csv_gz: include_bytes!("../data/wine_quality_red.csv.gz"),
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
        target: "price",
        description: "houses sold around Sacramento in May 2008, with many cities and postcodes; \
                      five runs of ascending prices, shuffle before splitting",
        licence: "MIT",
        source: "SpatialKey sample file, as cleaned for the R package modeldata (tidymodels, 2019)",
        n_rows: 932,
        n_features: 8,
        csv_gz: include_bytes!("../data/sacramento_houses.csv.gz"),
    }
}

/// 1797 handwritten digits of 8 x 8 pixels: `pixel_0_0` to `pixel_7_7` (row, column; 0 white to 16 black), `digit`.
///
/// Images that are small enough for everything: neighbours, components, clusters, networks. All ten classes have 174 to
/// 183 rows, in no order. Three pixels are 0 in every row, so their standard deviation is 0. Thirteen people wrote them
/// and the file does not say who wrote which: a score on a shuffled split is one for known hands.
///
/// # Examples
/// ```
/// let (x, _) = cairn_datasets::digits8x8().xy_classes()?;
/// // the first is a zero: its third row has ink on both sides and none in the middle
/// let third: Vec<f64> = x.row(0).columns(16, 8).iter().copied().collect();
/// assert_eq!(third, [0.0, 3.0, 15.0, 2.0, 0.0, 11.0, 8.0, 0.0]);
/// # Ok::<(), cairn_datasets::Error>(())
/// ```
///
/// # References
/// - Alpaydin and Kaynak (1998), "Optical Recognition of Handwritten Digits", UCI Machine Learning Repository.
pub fn digits8x8() -> Dataset {
    Dataset {
        name: "digits8x8",
        task: Task::Classification,
        target: "digit",
        description: "handwritten digits of 8 x 8 pixels, 0 to 16; the writers are not named, \
                      so that a split cannot keep one apart",
        licence: "CC BY 4.0",
        source: "E. Alpaydin, C. Kaynak (1998); UCI Machine Learning Repository, doi 10.24432/C50P49",
        n_rows: 1797,
        n_features: 64,
        csv_gz: include_bytes!("../data/digits8x8.csv.gz"),
    }
}

/// All sets, from the first to begin with to the largest.
pub fn all() -> Vec<Dataset> {
    vec![iris(), penguins(), wine_quality_red(), sacramento_houses(), digits8x8()]
}

/// The set of this name, if there is one.
///
/// # Examples
/// ```
/// assert_eq!(cairn_datasets::by_name("penguins").map(|set| set.n_rows), Some(344));
/// assert!(cairn_datasets::by_name("puffins").is_none());
/// ```
pub fn by_name(name: &str) -> Option<Dataset> {
    all().into_iter().find(|set| set.name == name)
}

#[cfg(test)]
mod tests {
    use super::*;
    use cairn_preprocess::{Column, Kind, Rows, Table};

    /// How often the label of a row is not that of the row before, plus one.
    fn runs(table: &Table, target: &str) -> usize {
        let labels = table.labels(target).unwrap();
        1 + labels.windows(2).filter(|pair| pair[0] != pair[1]).count()
    }

    #[test]
    fn every_file_is_what_its_facts_say() {
        let all = all();
        assert_eq!(all.len(), 5);
        for set in all {
            let table = set.table().unwrap();
            assert_eq!((table.n_rows(), table.n_columns()), (set.n_rows, set.n_features + 1), "{}", set.name);
            let numeric = table.column(set.target).unwrap().kind() == Kind::Numbers;
            assert!(numeric || set.task == Task::Classification, "{}: a number to predict", set.name);
            assert_eq!(table.column(set.target).unwrap().n_missing(), 0, "{}", set.name);
            assert_eq!(by_name(set.name).unwrap().csv_gz(), set.csv_gz());
            // gzip's magic number, deflate, no flags (no file name), no time: the bytes follow from the content
            assert_eq!(set.csv_gz()[..8], [0x1f, 0x8b, 8, 0, 0, 0, 0, 0], "{}", set.name);
        }
    }

    #[test]
    fn every_set_has_its_licence_and_its_page() {
        let page = include_str!("../LICENSES.md");
        for set in all() {
            assert!(!set.description.is_empty() && !set.source.is_empty());
            let (name, rows, features) = (set.name, set.n_rows, set.n_features);
            let line = format!("| {name} | {rows} | {features} | {} | {}", set.target, set.task);
            let line = page.lines().find(|own| own.starts_with(&line));
            assert!(line.is_some_and(|line| line.ends_with(&format!("| {} |", set.licence))), "{name}");
            let (_, section) = page.split_once(&format!("\n## {name}\n")).unwrap();
            let section = section.split("\n## ").next().unwrap();
            assert!(section.contains(&format!("- Licence: {}", set.licence)) && section.contains("- Traps:"), "{name}");
        }
    }

    #[test]
    fn sets_in_order_of_class_say_so() {
        let mut ordered = Vec::new();
        for set in all().into_iter().filter(|set| set.task == Task::Classification) {
            let table = set.table().unwrap();
            let mut classes = table.labels(set.target).unwrap();
            classes.sort();
            classes.dedup();
            let is_ordered = runs(&table, set.target) == classes.len();
            assert_eq!(set.description.contains("ordered by class"), is_ordered, "{}", set.name);
            ordered.extend(is_ordered.then_some(set.name));
        }
        assert_eq!(ordered, ["iris", "penguins"]);
    }

    #[test]
    fn prices_ascend_on_each_of_five_days() {
        let price = sacramento_houses().table().unwrap().numbers("price").unwrap();
        assert_eq!(1 + price.as_slice().windows(2).filter(|pair| pair[1] < pair[0]).count(), 5);
        // 59222 is the first, 235738 the last row
        assert_eq!((price[0], price[931], price.min(), price.max()), (59222.0, 235738.0, 30000.0, 884790.0));
    }

    #[test]
    fn irises_are_those_of_the_paper() {
        let table = iris().table().unwrap();
        let cell = |name: &str, row: usize| table.numbers(name).unwrap()[row];
        // rows 35 and 38 of the UCI file are 4.9, 3.1, 1.5, 0.1 both
        assert_eq!((cell("petal_width_cm", 34), cell("petal_width_cm", 37)), (0.2, 0.1));
        assert_eq!((cell("sepal_width_cm", 37), cell("petal_length_cm", 37)), (3.6, 1.4));
    }

    #[test]
    fn cells_are_missing_where_the_page_says() {
        let table = penguins().table().unwrap();
        let missing: Vec<usize> = table.columns().iter().map(Column::n_missing).collect();
        // species, island, bill length and depth, flipper, mass, sex, year
        assert_eq!(missing, [0, 0, 2, 2, 2, 2, 11, 0]);
        assert_eq!(table.column("body_mass_g").unwrap().kind(), Kind::Numbers);
        let Column::Numbers(mass) = table.column("body_mass_g").unwrap() else { panic!("masses are numbers") };
        assert_eq!((mass[0], mass[3], mass[343]), (Some(3750.0), None, Some(3775.0)));
        for set in [iris(), wine_quality_red(), sacramento_houses(), digits8x8()] {
            let table = set.table().unwrap();
            assert_eq!(table.columns().iter().map(Column::n_missing).sum::<usize>(), 0, "{}", set.name);
        }
    }

    #[test]
    fn wines_are_copied_as_often_as_the_page_says() {
        let (x, y) = wine_quality_red().xy_numbers().unwrap();
        let bits = |row: usize| x.row(row).iter().chain([&y[row]]).map(|v| v.to_bits()).collect::<Vec<_>>();
        let mut rows: Vec<_> = (0..1599).map(bits).collect();
        rows.sort();
        rows.dedup();
        assert_eq!(1599 - rows.len(), 240);
    }

    #[test]
    fn pixels_are_0_to_16_and_three_are_never_inked() {
        let (x, _) = digits8x8().xy_classes().unwrap();
        assert_eq!((x.min(), x.max()), (0.0, 16.0));
        let blank: Vec<usize> = (0..64).filter(|&pixel| x.column(pixel).max() == 0.0).collect();
        assert_eq!(blank, [0, 32, 39]);
        // the standard deviation of the others is not 0
        assert!(
            (0..64).filter(|pixel| !blank.contains(pixel)).all(|pixel| x.column(pixel).min() < x.column(pixel).max())
        );
    }
}
