//! Files: what is saved comes back, what is damaged does not pass for sound.

use crate::{
    Answer, Broken, Learner, Verdict,
    answer::{answered, learned, refused, same_bits, unexpected},
};
use cairn_traits::{DMatrix, Fit, Hyperparameters, Persist, Predict};
use serde_json::{Value, json};
use std::panic::{AssertUnwindSafe, catch_unwind};

/// [`crate::Law::SavedBits`].
///
/// # Errors
/// How it is broken.
pub fn saved_models_answer_the_same_bits<Y, E>(e: &E, x: &DMatrix<f64>, y: &Y) -> Verdict
where
    Y: ?Sized,
    E: Learner<f64, Y>,
    <E as Fit<DMatrix<f64>, Y>>::Model: Persist,
{
    let Some(model) = learned(e.fit(x, y))? else { return Ok(()) };
    let again = Persist::from_json(&model.to_json().map_err(unexpected("a file"))?);
    let again: <E as Fit<DMatrix<f64>, Y>>::Model = again.map_err(unexpected("the model in its own file"))?;
    same_bits(&answered(&model, x)?, &answered(&again, x)?)
}

/// [`crate::Law::DamagedFiles`]: cut short at every byte, of another kind or version; and with each list shortened,
/// lengthened or reversed, each number replaced, each text changed, in turn.
///
/// # Errors
/// How it is broken.
///
/// # Complexity
/// The square of the file's size: give it small models.
pub fn damaged_files_are_refused<M>(model: &M, x: &DMatrix<f64>) -> Verdict
where
    M: Persist + Predict<DMatrix<f64>, Output: Answer>,
{
    let text = model.to_json().map_err(unexpected("a file"))?;
    for end in (0..text.len()).filter(|&end| text.is_char_boundary(end)) {
        refused(M::from_json(&text[..end]), &format!("an error for a file cut at byte {end}"), |_| true)?;
    }
    let mut file: Value = serde_json::from_str(&text).map_err(|error| Broken::new("JSON", error))?;
    for (field, other) in [("kind", json!("another kind")), ("version", json!(M::VERSION + 1))] {
        let kept = std::mem::replace(&mut file[field], other);
        refused(M::from_json(&file.to_string()), &format!("an error for another {field}"), |_| true)?;
        file[field] = kept;
    }
    for path in paths(&file["model"]) {
        let pointer = format!("/model{path}");
        let Some(sound) = file.pointer(&pointer).cloned() else { continue };
        for damage in damages(&sound) {
            let damaged = damage.to_string();
            file.pointer_mut(&pointer).into_iter().for_each(|place| *place = damage.clone());
            without_panic::<M>(&file.to_string(), x)
                .map_err(|panic| Broken::new(format!("no panic with {damaged} at {pointer} ({sound})"), panic))?;
        }
        file.pointer_mut(&pointer).into_iter().for_each(|place| *place = sound.clone());
    }
    Ok(())
}

/// [`crate::Law::Hyperparameters`].
///
/// # Errors
/// How it is broken.
pub fn hyperparameters_survive<E: Hyperparameters>(e: &E) -> Verdict {
    e.validate().map_err(unexpected("hyperparameters in their ranges"))?;
    let text = serde_json::to_string(e).map_err(|error| Broken::new("JSON", error))?;
    let again: E = serde_json::from_str(&text).map_err(|error| Broken::new(&text, error))?;
    if again == *e { Ok(()) } else { Err(Broken::new(format!("{e:?}"), format!("{again:?}"))) }
}

/// Loads and asks; an error is fine.
fn without_panic<M>(text: &str, x: &DMatrix<f64>) -> Result<(), &'static str>
where
    M: Persist + Predict<DMatrix<f64>>,
{
    let Ok(loaded) = catch_unwind(|| M::from_json(text)) else { return Err("a panic in loading") };
    let Ok(model) = loaded else { return Ok(()) };
    catch_unwind(AssertUnwindSafe(|| drop(model.predict(x)))).map_err(|_| "a panic in predicting")
}

/// JSON pointers to everything within.
fn paths(value: &Value) -> Vec<String> {
    let children: Vec<(String, &Value)> = match value {
        Value::Array(items) => items.iter().enumerate().map(|(i, item)| (i.to_string(), item)).collect(),
        Value::Object(fields) => {
            fields.iter().map(|(name, field)| (name.replace('~', "~0").replace('/', "~1"), field)).collect()
        }
        _ => Vec::new(),
    };
    let mut all = Vec::new();
    for (name, child) in children {
        all.push(format!("/{name}"));
        all.extend(paths(child).into_iter().map(|path| format!("/{name}{path}")));
    }
    all
}

fn damages(sound: &Value) -> Vec<Value> {
    match sound {
        Value::Array(items) => {
            let shorter = items.split_last().map(|(_, rest)| json!(rest));
            let longer = items.last().map(|last| Value::Array([items.as_slice(), std::slice::from_ref(last)].concat()));
            let reversed = Value::Array(items.iter().rev().cloned().collect());
            shorter.into_iter().chain(longer).chain([reversed, json!([])]).collect()
        }
        // sizes, indices and floating-point numbers alike: none, one off, too large
        Value::Number(number) => {
            let more = number.as_u64().map(|n| json!(n.saturating_add(1)));
            [json!(0), json!(-1), json!(1_000_003), json!(-1e300), json!(null)].into_iter().chain(more).collect()
        }
        Value::String(_) => vec![json!(""), json!("another")],
        Value::Object(_) => vec![json!({}), json!(null)],
        Value::Bool(value) => vec![json!(!value), json!(null)],
        Value::Null => vec![json!(1)],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_place_in_a_file_has_a_path() {
        let value = json!({"a": [1, {"b/c": 2}], "d": null});
        let all = paths(&value);
        assert_eq!(all, ["/a", "/a/0", "/a/1", "/a/1/b~1c", "/d"]);
        assert!(all.iter().all(|path| value.pointer(path).is_some()));
    }
}
