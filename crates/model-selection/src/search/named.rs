//! Hyperparameters set by name, on any estimator.

use cairn_traits::{Error, Hyperparameters, Result};
use serde_json::Value;

/// A copy of `base` with these values in these fields; `model.l2` is the field `l2` of the field `model`.
///
/// Ranges are not looked at here: a value out of range is found when the candidate is fitted, and kept beside the others.
///
/// # Errors
/// [`Error::Format`] for a name that is not there, with those that are, and for a value of another type.
pub(super) fn set<E: Hyperparameters>(base: &E, values: &[(&str, &Value)]) -> Result<E> {
    let unset = serde_json::to_value(base).map_err(|e| Error::Format(format!("hyperparameters: {e}")))?;
    let mut fields = unset.clone();
    for (name, value) in values {
        *field(&mut fields, name)? = (*value).clone();
    }
    serde_json::from_value(fields).map_err(|error| {
        // the value that does not fit by itself is the one to blame
        let alone = |(name, value): &&(&str, &Value)| {
            let mut fields = unset.clone();
            let is_there = field(&mut fields, name).map(|field| *field = (*value).clone()).is_ok();
            is_there && serde_json::from_value::<E>(fields).is_err()
        };
        Error::Format(match values.iter().find(alone) {
            Some((name, value)) => format!("{name} = {value}: {error}"),
            None => format!("hyperparameters: {error}"),
        })
    })
}

/// The field of this name, parts of which are separated by dots.
fn field<'a>(fields: &'a mut Value, name: &str) -> Result<&'a mut Value> {
    let mut here = fields;
    let mut path = String::new();
    for part in name.split('.') {
        let known: Vec<String> =
            here.as_object().into_iter().flat_map(|fields| fields.keys()).map(|key| format!("{path}{key}")).collect();
        let Some(next) = here.get_mut(part) else {
            let found = format!("found '{name}'");
            return Err(Error::Format(match known.is_empty() {
                false => format!("hyperparameters: expected one of {}, {found}", known.join(", ")),
                true if path.is_empty() => format!("hyperparameters: expected none, {found}"),
                true => format!("hyperparameters: expected nothing within '{}', {found}", path.trim_end_matches('.')),
            }));
        };
        here = next;
        path = format!("{path}{part}.");
    }
    Ok(here)
}

/// Whether no name is set twice, by itself or as a part of another.
pub(super) fn distinct(names: &[&str]) -> Result<()> {
    for (at, name) in names.iter().enumerate() {
        let meets = |other: &str| other.strip_prefix(name).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'));
        if let Some((_, other)) = names.iter().enumerate().find(|(place, other)| *place != at && meets(other)) {
            return Err(Error::Format(format!("hyperparameters: expected '{name}' once, found '{other}' beside it")));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use cairn_knn::{KnnClassifier, Weights};
    use cairn_linear::Ridge;
    use cairn_preprocess::{Pipeline, StandardScaler};
    use serde_json::json;

    fn says<E: Hyperparameters>(base: &E, name: &str, value: &Value) -> String {
        set(base, &[(name, value)]).unwrap_err().to_string()
    }

    #[test]
    fn values_reach_fields_parts_and_choices() {
        let knn = KnnClassifier::new(5);
        let (k, weights) = (json!(9), json!("distance"));
        let values = [("n_neighbors", &k), ("weights", &weights)];
        let expected = KnnClassifier::new(9).weights(Weights::Distance);
        assert_eq!(set(&knn, &values), Ok(expected.clone()));
        let pipeline = Pipeline::new(StandardScaler::new(), knn);
        let (off, whole) = (json!(false), serde_json::to_value(&expected).unwrap());
        let values = [("transformer.with_mean", &off), ("model", &whole)];
        let expected = Pipeline::new(StandardScaler::new().with_mean(false), expected);
        assert_eq!(set(&pipeline, &values), Ok(expected));
    }

    #[test]
    fn names_that_are_not_there_list_those_that_are() {
        let one = json!(1);
        let ridge = Ridge::default();
        assert_eq!(says(&ridge, "alpha", &one), "hyperparameters: expected one of l2, fit_intercept, found 'alpha'");
        assert_eq!(says(&ridge, "l2.x", &one), "hyperparameters: expected nothing within 'l2', found 'l2.x'");
        let pipeline = Pipeline::new(StandardScaler::new(), ridge);
        assert_eq!(
            says(&pipeline, "model.alpha", &one),
            "hyperparameters: expected one of model.l2, model.fit_intercept, found 'model.alpha'"
        );
        assert_eq!(says(&pipeline, "l2", &one), "hyperparameters: expected one of transformer, model, found 'l2'");
    }

    #[test]
    fn a_value_of_another_type_is_named() {
        let (l2, intercept) = (json!(1.0), json!("yes"));
        let error = set(&Ridge::default(), &[("l2", &l2), ("fit_intercept", &intercept)]).unwrap_err();
        let expected = "fit_intercept = \"yes\": invalid type: string \"yes\", expected a boolean";
        assert_eq!(error.to_string(), expected);
        assert!(says(&KnnClassifier::new(1), "n_neighbors", &json!(1.5)).starts_with("n_neighbors = 1.5: "));
        assert!(says(&KnnClassifier::new(1), "weights", &json!("far")).contains("uniform"));
    }

    #[test]
    fn a_name_within_another_is_refused() {
        assert_eq!(distinct(&["model.l2", "model.l1", "mode"]), Ok(()));
        assert!(distinct(&["l2", "l2"]).is_err());
        let error = distinct(&["model.l2", "model"]).unwrap_err().to_string();
        assert_eq!(error, "hyperparameters: expected 'model' once, found 'model.l2' beside it");
    }
}
