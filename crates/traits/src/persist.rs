//! Model files: a kind and a version around the learned numbers, and matrices that cannot lie about their shape.

use crate::{Error, Result};
use serde::{Deserialize, Serialize, de::DeserializeOwned};

/// A model that can be saved and loaded.
///
/// The file is JSON, `{"kind": ..., "version": ..., "model": ...}`; loading refuses any other kind or version and runs
/// [`Persist::check`], because a model file is untrusted input. Every bit of every number survives.
pub trait Persist: Serialize + DeserializeOwned {
    /// The model's name in its file.
    const KIND: &'static str;
    /// The version of its fields; raised when they change.
    const VERSION: u32;

    /// What the learned numbers must satisfy before they may be used: sizes that agree, indices in range.
    ///
    /// # Errors
    /// The first thing that is wrong.
    fn check(&self) -> Result<()>;

    /// The file's text.
    ///
    /// # Errors
    /// [`Error::Format`] if a number is not finite: JSON has no such numbers, and no good model does.
    fn to_json(&self) -> Result<String> {
        self.check()?;
        let file = File { kind: Self::KIND.to_owned(), version: Self::VERSION, model: self };
        serde_json::to_string(&file).map_err(|e| Error::Format(format!("model: {e}")))
    }

    /// The model in a file's text.
    ///
    /// # Errors
    /// [`Error::Format`] for text of another form, kind or version, and what [`Persist::check`] finds.
    fn from_json(text: &str) -> Result<Self> {
        let unreadable = |e: serde_json::Error| Error::Format(format!("model: {e}"));
        let head: Head = serde_json::from_str(text).map_err(unreadable)?;
        if head.kind != Self::KIND || head.version != Self::VERSION {
            let (kind, version) = (Self::KIND, Self::VERSION);
            return Err(Error::Format(format!(
                "model: expected {kind} version {version}, found {} version {}",
                head.kind, head.version
            )));
        }
        let file: File<Self> = serde_json::from_str(text).map_err(unreadable)?;
        file.model.check()?;
        Ok(file.model)
    }
}

#[derive(Serialize, Deserialize)]
struct File<M> {
    kind: String,
    version: u32,
    model: M,
}

#[derive(Deserialize)]
struct Head {
    kind: String,
    version: u32,
}

/// `#[serde(with = "cairn_traits::matrix")]` for a field of type `DMatrix<F>`.
///
/// nalgebra's own form takes a shape that does not match its data, and the next read is out of bounds; this one compares
/// the two. The form is `{"shape": [rows, columns], "column_major": [...]}`.
pub mod matrix {
    use crate::Float;
    use nalgebra::DMatrix;
    use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _};

    #[derive(Serialize)]
    struct Out<'a, F: Float> {
        shape: [usize; 2],
        #[serde(bound = "", serialize_with = "super::finite_numbers")]
        column_major: &'a [F],
    }

    #[derive(Deserialize)]
    #[serde(bound = "", deny_unknown_fields)]
    struct In<F: Float> {
        shape: [usize; 2],
        column_major: Vec<F>,
    }

    /// Writes shape and numbers.
    ///
    /// # Errors
    /// A number that is not finite.
    pub fn serialize<F: Float, S: Serializer>(m: &DMatrix<F>, serializer: S) -> Result<S::Ok, S::Error> {
        Out { shape: [m.nrows(), m.ncols()], column_major: m.as_slice() }.serialize(serializer)
    }

    /// Reads shape and numbers.
    ///
    /// # Errors
    /// A shape that does not match the count of numbers, or a number that is not finite.
    pub fn deserialize<'de, F: Float, D: Deserializer<'de>>(deserializer: D) -> Result<DMatrix<F>, D::Error> {
        let In { shape: [rows, columns], column_major } = In::<F>::deserialize(deserializer)?;
        let found = column_major.len();
        if rows.checked_mul(columns) != Some(found) {
            return Err(D::Error::custom(format!("expected {rows} x {columns} numbers, found {found}")));
        }
        super::all_finite(&column_major).map_err(D::Error::custom)?;
        Ok(DMatrix::from_vec(rows, columns, column_major))
    }
}

/// `#[serde(with = "cairn_traits::vector")]` for a field of type `DVector<F>`: a plain list of finite numbers.
pub mod vector {
    use crate::Float;
    use nalgebra::DVector;
    use serde::{Deserialize, Deserializer, Serializer, de::Error as _};

    /// Writes the numbers.
    ///
    /// # Errors
    /// A number that is not finite.
    pub fn serialize<F: Float, S: Serializer>(v: &DVector<F>, serializer: S) -> Result<S::Ok, S::Error> {
        super::finite_numbers(&v.as_slice(), serializer)
    }

    /// Reads the numbers.
    ///
    /// # Errors
    /// A number that is not finite.
    pub fn deserialize<'de, F: Float, D: Deserializer<'de>>(deserializer: D) -> Result<DVector<F>, D::Error> {
        let values = Vec::<F>::deserialize(deserializer)?;
        super::all_finite(&values).map_err(D::Error::custom)?;
        Ok(DVector::from_vec(values))
    }
}

fn finite_numbers<F: crate::Float, S: serde::Serializer>(values: &&[F], serializer: S) -> Result<S::Ok, S::Error> {
    all_finite(values).map_err(serde::ser::Error::custom)?;
    values.serialize(serializer)
}

fn all_finite<F: crate::Float>(values: &[F]) -> Result<(), String> {
    match values.iter().position(|v| !v.is_finite()) {
        None => Ok(()),
        Some(at) => Err(format!("expected finite numbers, found {} at position {at}", values[at])),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use nalgebra::{DMatrix, DVector};

    #[derive(Debug, PartialEq, Serialize, Deserialize)]
    struct Toy {
        #[serde(with = "matrix")]
        weights: DMatrix<f64>,
        #[serde(with = "vector")]
        bias: DVector<f64>,
    }

    impl Persist for Toy {
        const KIND: &'static str = "toy";
        const VERSION: u32 = 2;

        fn check(&self) -> Result<()> {
            crate::check::rows("bias", self.weights.ncols(), self.bias.len())
        }
    }

    fn toy() -> Toy {
        Toy { weights: DMatrix::from_vec(1, 2, vec![0.1, -0.0]), bias: DVector::from_vec(vec![1e-310, 1.0 / 3.0]) }
    }

    #[test]
    fn every_bit_survives_the_file() {
        let again = Toy::from_json(&toy().to_json().unwrap()).unwrap();
        assert_eq!(again, toy());
        assert!(again.weights[1].is_sign_negative(), "-0.0 keeps its sign");
    }

    #[test]
    fn what_is_not_this_model_is_refused() {
        let good = toy().to_json().unwrap();
        for (from, to, says) in [
            ("\"kind\":\"toy\"", "\"kind\":\"other\"", "expected toy version 2, found other version 2"),
            ("\"version\":2", "\"version\":3", "expected toy version 2, found toy version 3"),
            ("\"shape\":[1,2]", "\"shape\":[4294967296,4294967296]", "numbers, found 2"),
            ("\"shape\":[1,2]", "\"shape\":[2,1]", "bias: expected 1 rows, found 2"),
            ("[0.1,", "[1e999,", "number out of range"),
            ("[0.1,", "[null,", "invalid type: null"),
            ("}}", "}", "EOF"),
        ] {
            assert!(good.contains(from), "{from}");
            let message = Toy::from_json(&good.replace(from, to)).unwrap_err().to_string();
            assert!(message.contains(says), "{to}: {message}");
        }
    }

    #[test]
    fn a_number_that_is_not_finite_is_not_saved() {
        let mut bad = toy();
        bad.bias[1] = f64::NAN;
        assert!(matches!(bad.to_json(), Err(Error::Format(message)) if message.contains("found NaN at position 1")));
    }
}
