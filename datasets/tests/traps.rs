//! Each trap that a set's page warns of, found in the data; and the page of licences.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

use cairn_datasets::{
    Dataset, Features, Table, Target, Task, adult, all, bible_eng_spa, breast_cancer, diabetes, digits8x8, emoji32_rgb,
    iris, japanese_vowels, mnist10k, names_gender_us1990, names_origin, penguins, sacramento_houses, seattle_weather,
    shakespeare, spambase, sunspots_monthly, udhr_eng_fra, udhr_langid, wine_quality_red,
};
use cairn_preprocess::{Column, Kind};
use std::collections::{BTreeMap, BTreeSet};

/// Every row as text, target included.
fn lines(set: &Dataset) -> Vec<String> {
    set.load().unwrap().to_csv().unwrap().lines().skip(1).map(str::to_owned).collect()
}

fn copies<T: Ord>(rows: Vec<T>) -> usize {
    let n = rows.len();
    n - rows.into_iter().collect::<BTreeSet<T>>().len()
}

fn labels(set: &Dataset) -> (Vec<usize>, Vec<String>) {
    let Target::Classes { labels, names } = set.load().unwrap().target else { panic!("{} has classes", set.name) };
    (labels, names)
}

fn runs(labels: &[usize]) -> usize {
    1 + labels.windows(2).filter(|pair| pair[0] != pair[1]).count()
}

fn correlation(table: &Table, a: &str, b: &str) -> f64 {
    let [a, b] = [a, b].map(|name| table.numbers(name).unwrap()).map(|column| column.add_scalar(-column.mean()));
    a.dot(&b) / (a.norm() * b.norm())
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
        let (_, section) = page.split_once(&format!("\n## {name}\n")).unwrap_or_else(|| panic!("{name}"));
        let section = section.split("\n## ").next().unwrap();
        for point in [format!("- Licence: {}", set.licence), "- Changed:".into(), "- Traps:".into()] {
            assert!(section.contains(&point), "{name}: {point}");
        }
    }
}

#[test]
fn the_share_alike_licence_and_the_unclear_ones_are_said() {
    let with = |part: &str| -> Vec<&str> {
        all().into_iter().filter(|set| set.licence.contains(part)).map(|set| set.name).collect()
    };
    assert_eq!(with("BY-SA"), ["mnist10k"]);
    assert!(mnist10k().description.contains("SHARE-ALIKE"));
    assert_eq!(with("unclear"), ["diabetes"]);
    assert_eq!(with("none stated for the texts"), ["udhr_langid", "udhr_eng_fra"]);
}

#[test]
fn sets_in_order_of_class_say_so() {
    let mut ordered = Vec::new();
    for set in all().into_iter().filter(|set| set.task == Task::Classification) {
        let (labels, names) = labels(&set);
        let parts = set.parts().map_or(1, |_| 2);
        let is_ordered = runs(&labels) == parts * names.len();
        assert_eq!(set.description.contains("ordered by class"), is_ordered, "{}", set.name);
        ordered.extend(is_ordered.then_some(set.name));
    }
    let expected =
        ["iris", "penguins", "spambase", "names_gender_us1990", "udhr_langid", "names_origin", "japanese_vowels"];
    assert_eq!(ordered, expected);
}

#[test]
fn rows_are_copied_as_often_as_the_page_says() {
    let cases = [(iris(), 1), (wine_quality_red(), 240), (spambase(), 391), (adult(), 47), (sacramento_houses(), 2)];
    for (set, expected) in cases.into_iter().chain([breast_cancer(), diabetes(), udhr_langid()].map(|set| (set, 0))) {
        assert_eq!(copies(lines(&set)), expected, "{}", set.name);
    }
    for (set, expected) in [(emoji32_rgb(), 33), (mnist10k(), 0)] {
        let Features::Images(images) = set.load().unwrap().features else { panic!("images") };
        assert_eq!(copies(images.bytes().chunks(images.image_size()).collect()), expected, "{}", set.name);
    }
    let Features::Text(english) = bible_eng_spa().load().unwrap().features else { panic!("texts") };
    assert_eq!(english.iter().filter(|line| *line == "Yahweh spoke to Moses, saying,").count(), 70);
    assert_eq!(copies(english), 209);
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
fn cells_are_missing_in_two_sets_alone() {
    let table = penguins().table().unwrap();
    let missing: Vec<usize> = table.columns().iter().map(Column::n_missing).collect();
    // species, island, bill length and depth, flipper, mass, sex, year
    assert_eq!(missing, [0, 0, 2, 2, 2, 2, 11, 0]);
    assert_eq!(table.column("body_mass_g").unwrap().kind(), Kind::Numbers);
    // the gender of a last name, mostly: 14,169 of last names and 207 of first ones
    assert_eq!(names_origin().table().unwrap().column("gender").unwrap().n_missing(), 14_376);
    let gaps = |set: &Dataset| {
        let table = set.table().ok()?;
        (table.columns().iter().any(|column| column.n_missing() > 0)).then_some(set.name)
    };
    assert_eq!(all().iter().filter_map(gaps).collect::<Vec<_>>(), ["penguins", "names_origin"]);
}

#[test]
fn pixels_that_are_never_inked_are_as_many_as_the_page_says() {
    let (x, _) = digits8x8().xy_classes().unwrap();
    assert_eq!((x.min(), x.max()), (0.0, 16.0));
    let blank: Vec<usize> = (0..64).filter(|&pixel| x.column(pixel).max() == 0.0).collect();
    assert_eq!(blank, [0, 32, 39]);
    let Features::Images(images) = mnist10k().load().unwrap().features else { panic!("images") };
    let mut most = vec![0; 784];
    for image in images.bytes().chunks(784) {
        most.iter_mut().zip(image).for_each(|(most, &byte)| *most = byte.max(*most));
    }
    assert_eq!(most.iter().filter(|&&byte| byte == 0).count(), 111);
}

#[test]
fn columns_that_say_the_same_do() {
    let cancer = breast_cancer().table().unwrap();
    assert_eq!((correlation(&cancer, "mean_radius", "mean_perimeter") * 1000.0).round(), 998.0);
    let diabetes = diabetes().table().unwrap();
    assert_eq!((correlation(&diabetes, "s1", "s2") * 100.0).round(), 90.0);
    let people = adult().table().unwrap();
    let (words, numbers) = (people.labels("education").unwrap(), people.labels("education_num").unwrap());
    let pairs: BTreeSet<(String, String)> = words.into_iter().zip(numbers).collect();
    // a number for each word and a word for each number
    assert_eq!(pairs.len(), 16);
    assert_eq!(pairs.iter().map(|(_, number)| number).collect::<BTreeSet<_>>().len(), 16);
}

#[test]
fn the_sex_of_the_diabetics_is_a_category_in_numbers_and_units_are_raw() {
    let table = diabetes().table().unwrap();
    let sexes: BTreeSet<String> = table.labels("sex").unwrap().into_iter().collect();
    assert_eq!(sexes.into_iter().collect::<Vec<_>>(), ["1", "2"]);
    let age = table.numbers("age").unwrap();
    assert_eq!((age.min(), age.max()), (19.0, 79.0));
    // written as 1.510000000000000000e+02 in the original
    assert_eq!(table.labels("progression").unwrap()[0], "151");
}

#[test]
fn malignant_tumours_are_class_1_although_the_original_has_them_as_0() {
    let (labels, names) = labels(&breast_cancer());
    assert_eq!((names.as_slice(), labels[0]), (&["benign".to_owned(), "malignant".to_owned()][..], 1));
}

#[test]
fn people_were_folded_back_from_one_hot_columns() {
    let table = adult().table().unwrap();
    let distinct = |name: &str| table.labels(name).unwrap().into_iter().collect::<BTreeSet<_>>().len();
    let words =
        ["workclass", "education", "marital_status", "occupation", "relationship", "race", "sex", "native_country"];
    assert_eq!(words.map(distinct), [7, 16, 7, 14, 6, 5, 2, 41]);
    // 6 numbers, and the 98 columns the words were
    assert_eq!(adult().xy_classes().unwrap().0.shape(), (45_222, 104));
}

#[test]
fn names_of_both_genders_and_names_that_look_like_gaps_are_kept() {
    let table = names_gender_us1990().table().unwrap();
    let names = table.labels("name").unwrap();
    assert_eq!(copies(names.clone()), 331);
    assert_eq!(names.iter().filter(|name| matches!(name.as_str(), "na" | "nan")).count(), 2);
    // both are gaps on the way back from CSV: that is the trap
    let csv = names_gender_us1990().load().unwrap().to_csv().unwrap();
    assert_eq!(Table::from_csv(csv.as_bytes(), "names").unwrap().column("text").unwrap().n_missing(), 2);
}

#[test]
fn names_have_several_origins_and_origins_unequal_counts() {
    let table = names_origin().table().unwrap();
    let mut origins: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    for (name, origin) in table.labels("name").unwrap().into_iter().zip(table.labels("origin").unwrap()) {
        *counts.entry(origin.clone()).or_default() += 1;
        origins.entry(name).or_default().insert(origin);
    }
    assert_eq!(origins.values().filter(|origins| origins.len() > 1).count(), 2355);
    assert_eq!(origins["Daniel"].len(), 19);
    assert_eq!((counts["Polish"], counts["Vietnamese"]), (4043, 55));
    assert_eq!((counts.values().max(), counts.values().min()), (Some(&4043), Some(&55)));
}

#[test]
fn one_category_of_emoji_is_tiny() {
    let (labels, names) = labels(&emoji32_rgb());
    let count = |class: usize| labels.iter().filter(|&&label| label == class).count();
    let tiny: Vec<&str> =
        names.iter().enumerate().filter(|(class, _)| count(*class) < 80).map(|(_, name)| &**name).collect();
    assert_eq!(tiny, ["Component"]);
}

#[test]
fn rain_falls_on_rainy_days() {
    let table = seattle_weather().table().unwrap();
    let (rain, weather) = (table.numbers("precipitation").unwrap(), table.labels("weather").unwrap());
    let wet = |kind: &str| (0..1461).filter(|&day| rain[day] > 0.0 && weather[day] == kind).count();
    assert_eq!(["rain", "snow", "sun", "fog", "drizzle"].map(wet), [597, 26, 0, 0, 0]);
    let dates = table.labels("date").unwrap();
    assert!(dates.windows(2).all(|pair| pair[0] < pair[1]));
}

#[test]
fn series_are_in_order_of_time() {
    let table = sunspots_monthly().table().unwrap();
    let (year, month) = (table.numbers("year").unwrap(), table.numbers("month").unwrap());
    // 3120 months from January 1749
    let expected = |step: usize| (1749.0 + (step / 12) as f64, 1.0 + (step % 12) as f64);
    assert!((0..3120).all(|step| (year[step], month[step]) == expected(step)));
}

#[test]
fn vowels_have_the_split_of_their_authors_and_unequal_lengths() {
    let set = japanese_vowels();
    let (train, test) = set.parts().unwrap();
    let (labels, _) = labels(&set);
    let count = |rows: std::ops::Range<usize>| {
        (0..9).map(|s| labels[rows.clone()].iter().filter(|&&l| l == s).count()).collect::<Vec<_>>()
    };
    assert_eq!(count(train), [30; 9]);
    assert_eq!(count(test), [31, 35, 88, 44, 29, 24, 40, 50, 29]);
    let error = set.load().unwrap().matrix().unwrap_err().to_string();
    assert_eq!(
        error,
        "japanese_vowels: expected series of one length to make rows of, found 26 x 12 at row 1 after 20 x 12"
    );
}

#[test]
fn texts_are_as_the_pages_describe_them() {
    let Features::Text(paragraphs) = udhr_langid().load().unwrap().features else { panic!("texts") };
    let lengths = || paragraphs.iter().map(|text| text.chars().count());
    assert_eq!((lengths().min(), lengths().max()), (Some(20), Some(722)));
    let Features::Text(lines) = udhr_eng_fra().load().unwrap().features else { panic!("texts") };
    assert_eq!(lines.iter().filter(|line| line.starts_with("Article ")).count(), 30);
    let table = bible_eng_spa().table().unwrap();
    let verses = table.labels("verse").unwrap();
    assert_eq!(verses.iter().position(|verse| verse.starts_with("Matthew")), Some(3598));
    let words = |name: &str| table.labels(name).unwrap().iter().map(|text| text.split_whitespace().count()).max();
    assert_eq!((words("english"), words("spanish")), (Some(14), Some(14)));
    let Features::Text(lines) = shakespeare().load().unwrap().features else { panic!("texts") };
    assert_eq!(lines.iter().filter(|line| line.starts_with("# ")).count(), 7);
    assert_eq!(lines.iter().flat_map(|line| line.chars()).collect::<BTreeSet<_>>().len(), 70);
    assert!(lines.iter().all(|line| line.ends_with('\n')));
}

#[test]
fn what_is_no_table_says_what_it_is() {
    let message = |set: Dataset| set.table().unwrap_err().to_string();
    assert_eq!(message(mnist10k()), "mnist10k: expected a table, found images (load() gives them as they are)");
    assert_eq!(
        message(japanese_vowels()),
        "japanese_vowels: expected a table, found series (load() gives them as they are)"
    );
    assert_eq!(
        message(shakespeare()),
        "shakespeare: expected a table, found plain text (load() gives them as they are)"
    );
}
