//! The sets themselves. Each file is named by one function, so that a program carries only what it calls.

mod images;
mod measurements;
mod numbers;
mod series;
mod texts;

#[cfg(feature = "large")]
pub use images::emoji32_rgb;
#[cfg(feature = "share-alike")]
pub use images::mnist10k;
#[cfg(feature = "large")]
pub use measurements::adult;
#[cfg(feature = "large")]
pub use series::japanese_vowels;
#[cfg(feature = "large")]
pub use texts::{bible_eng_spa, shakespeare};
pub use {
    images::digits8x8,
    measurements::{breast_cancer, iris, penguins, spambase},
    numbers::{diabetes, sacramento_houses, wine_quality_red},
    series::{seattle_weather, sunspots_monthly, sunspots_yearly},
    texts::{names_gender_us1990, names_origin, udhr_eng_fra, udhr_langid},
};

use crate::{Dataset, Form, Task, dataset::Content};

/// A small file of this crate's own.
macro_rules! file {
    ($name:literal) => {
        ($name, || include_bytes!(concat!("../../data/", $name)))
    };
}
use file;

/// All sets, by task and in it from the first to begin with to the largest; those of the features `large` and
/// `share-alike` if these are on.
///
/// It keeps every file in the program.
///
/// # Examples
/// ```
/// let tables = cairn_datasets::all().into_iter().filter(|set| set.table().is_ok()).count();
/// assert!(tables >= 15);
/// ```
pub fn all() -> Vec<Dataset> {
    vec![
        iris(),
        penguins(),
        breast_cancer(),
        digits8x8(),
        spambase(),
        names_gender_us1990(),
        udhr_langid(),
        names_origin(),
        #[cfg(feature = "large")]
        japanese_vowels(),
        #[cfg(feature = "large")]
        emoji32_rgb(),
        #[cfg(feature = "large")]
        adult(),
        #[cfg(feature = "share-alike")]
        mnist10k(),
        diabetes(),
        wine_quality_red(),
        sacramento_houses(),
        sunspots_yearly(),
        sunspots_monthly(),
        seattle_weather(),
        udhr_eng_fra(),
        #[cfg(feature = "large")]
        bible_eng_spa(),
        #[cfg(feature = "large")]
        shakespeare(),
    ]
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
