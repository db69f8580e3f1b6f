//! Class names to numbers and back.

use crate::table::{number, one_line};
use cairn_traits::{Error, Fit, Hyperparameters, InverseTransform, Persist, Result, Transform, check};
use serde::{Deserialize, Serialize};

/// Numbers class names 0, 1, 2, ... and turns the numbers back into names.
///
/// The order is by value if every name is a number (`2` before `10`; `1` and `1.0` are two names, the one that is first
/// in the alphabet before the other), else alphabetical. It depends on which names there are, not on the order they come
/// in.
///
/// For the labels alone, not for features: as a feature, class 2 would count as twice class 1. Features are for
/// [`crate::OneHotEncoder`].
///
/// # Examples
/// ```
/// use cairn_preprocess::LabelEncoder;
/// let model = LabelEncoder::new().fit(&["yes", "no", "yes"])?;
/// assert_eq!(model.classes(), ["no", "yes"]);
/// assert_eq!(model.encode(&["yes", "no"])?, [1, 0]);
/// assert_eq!(model.decode(&[1, 1])?, ["yes", "yes"]);
/// # Ok::<(), cairn_preprocess::Error>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LabelEncoder {}

impl LabelEncoder {
    /// There is nothing to choose.
    pub fn new() -> Self {
        Self {}
    }

    /// Learns which names there are.
    ///
    /// # Errors
    /// [`Error::TooFewSamples`] if there are none.
    pub fn fit<S: AsRef<str>>(&self, words: &[S]) -> Result<LabelEncoderModel> {
        Fit::fit(self, words, &())
    }
}

impl Hyperparameters for LabelEncoder {
    fn validate(&self) -> Result<()> {
        Ok(())
    }
}

impl<S: AsRef<str>> Fit<[S]> for LabelEncoder {
    type Model = LabelEncoderModel;

    fn fit(&self, words: &[S], (): &()) -> Result<LabelEncoderModel> {
        check::at_least("labels", 1, words.len())?;
        let mut classes: Vec<&str> = words.iter().map(AsRef::as_ref).collect();
        classes.sort_unstable();
        classes.dedup();
        Ok(LabelEncoderModel { classes: ordered(classes.into_iter().map(str::to_owned).collect()) })
    }
}

/// By value if all are numbers, equal values alphabetically; else alphabetically.
fn ordered(mut classes: Vec<String>) -> Vec<String> {
    classes.sort_unstable();
    let values: Option<Vec<f64>> = classes.iter().map(|class| number(class).filter(|v| v.is_finite())).collect();
    match values {
        None => classes,
        Some(values) => {
            let mut pairs: Vec<(f64, String)> = values.into_iter().zip(classes).collect();
            // adding 0 makes -0 equal to 0; the sort is stable, so the alphabet decides between equal values
            pairs.sort_by(|(a, _), (b, _)| (a + 0.0).total_cmp(&(b + 0.0)));
            pairs.into_iter().map(|(_, class)| class).collect()
        }
    }
}

/// The names [`LabelEncoder`] found; the position of a name is its number.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LabelEncoderModel {
    classes: Vec<String>,
}

impl LabelEncoderModel {
    /// The names in order.
    pub fn classes(&self) -> &[String] {
        &self.classes
    }

    /// The number of each name.
    ///
    /// # Errors
    /// [`Error::UnknownClass`] for a name that was not there in fitting.
    ///
    /// # Complexity
    /// O(n log k) comparisons for n names of k classes.
    pub fn encode<S: AsRef<str>>(&self, words: &[S]) -> Result<Vec<usize>> {
        self.transform(words)
    }

    /// The name of each number.
    ///
    /// # Errors
    /// [`Error::UnknownClass`] for a number that is not below the count of classes.
    pub fn decode(&self, labels: &[usize]) -> Result<Vec<String>> {
        self.inverse_transform(labels)
    }
}

impl<S: AsRef<str>> Transform<[S]> for LabelEncoderModel {
    type Output = Vec<usize>;

    fn transform(&self, words: &[S]) -> Result<Vec<usize>> {
        let mut index: Vec<(&str, usize)> = self.classes.iter().map(String::as_str).zip(0..).collect();
        index.sort_unstable();
        let label = |word: &str| match index.binary_search_by(|(class, _)| (*class).cmp(word)) {
            Ok(at) => Ok(index[at].1),
            Err(_) => Err(unknown(word)),
        };
        words.iter().map(|word| label(word.as_ref())).collect()
    }
}

impl InverseTransform<[usize]> for LabelEncoderModel {
    type Output = Vec<String>;

    fn inverse_transform(&self, labels: &[usize]) -> Result<Vec<String>> {
        let name = |&label: &usize| self.classes.get(label).cloned().ok_or_else(|| unknown(&label.to_string()));
        labels.iter().map(name).collect()
    }
}

fn unknown(found: &str) -> Error {
    Error::UnknownClass { what: "labels", found: one_line(found) }
}

impl Persist for LabelEncoderModel {
    const KIND: &'static str = "label-encoder";
    const VERSION: u32 = 1;

    fn check(&self) -> Result<()> {
        check::at_least("classes", 1, self.classes.len())?;
        let mut distinct = self.classes.clone();
        distinct.sort_unstable();
        distinct.dedup();
        check::size("classes", "distinct names", self.classes.len(), distinct.len())?;
        if ordered(distinct) == self.classes {
            Ok(())
        } else {
            Err(Error::Format("model: expected classes in order".to_owned()))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_ordered_by_value_and_words_by_the_alphabet() {
        let classes = |words: &[&str]| LabelEncoder::new().fit(words).unwrap().classes;
        assert_eq!(classes(&["10", "2", "-1", "2"]), ["-1", "2", "10"]);
        assert_eq!(classes(&["10", "2", "x"]), ["10", "2", "x"]);
        // "inf" is a word here, so nothing is ordered by value
        assert_eq!(classes(&["10", "2", "inf"]), ["10", "2", "inf"]);
    }

    #[test]
    fn spellings_of_one_number_are_different_names_in_an_order_of_their_own() {
        let model = LabelEncoder::new().fit(&["2", "1.0", "-0", "1", "0"]).unwrap();
        assert_eq!(model.classes(), ["-0", "0", "1", "1.0", "2"]);
        assert_eq!(model, LabelEncoder::new().fit(&["0", "1", "1.0", "2", "-0"]).unwrap());
        assert_eq!(model.encode(&["1.0", "1", "0"]).unwrap(), [3, 2, 1]);
    }

    #[test]
    fn a_name_or_number_that_was_not_there_is_an_error() {
        let model = LabelEncoder::new().fit(&["no", "yes"]).unwrap();
        let unknown = |found: &str| Error::UnknownClass { what: "labels", found: found.to_owned() };
        assert_eq!(model.encode(&["yes", "maybe"]), Err(unknown("maybe")));
        assert_eq!(model.decode(&[1, 2]), Err(unknown("2")));
        let none: [&str; 0] = [];
        assert!(matches!(LabelEncoder::new().fit(&none), Err(Error::TooFewSamples { .. })));
    }

    #[test]
    fn a_file_with_names_twice_or_out_of_order_is_refused() {
        let model = LabelEncoder::new().fit(&["no", "yes"]).unwrap();
        let text = model.to_json().unwrap();
        assert_eq!(LabelEncoderModel::from_json(&text), Ok(model));
        for (from, to) in [("[\"no\",\"yes\"]", "[\"yes\",\"no\"]"), ("no", "yes"), ("[\"no\",\"yes\"]", "[]")] {
            assert!(LabelEncoderModel::from_json(&text.replace(from, to)).is_err(), "{to}");
        }
    }
}
