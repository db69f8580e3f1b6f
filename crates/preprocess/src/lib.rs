//! From a CSV file to a matrix: what "clean your data" means, step by step.
//!
//! # Problem
//! Models compute with a matrix of numbers: a row a sample, a column a feature, no gaps. Files are not like that. A flat
//! listing says `Bern` where a number should be, leaves the size empty, and gives rents in hundreds beside numbers of rooms
//! below ten.
//!
//! # Steps
//! ```text
//! CSV text ──Table──▶ typed columns ──impute──▶ no gaps ──one-hot──▶ all numbers ──standardise──▶ comparable columns
//! ```
//! 1. **Read** ([`Table`]). Each column is numeric or words. Whatever is wrong with the file is said with row and column:
//!    a typing error that turns a numeric column into words is cheap to find here and dear to find later.
//! 2. **Impute** ([`SimpleImputer`]). Most models cannot take a gap. It is filled with a typical value of its column: the
//!    median of its numbers, the most frequent of its words.
//! 3. **Encode** ([`OneHotEncoder`]). `city` becomes the columns `city=Bern` and `city=Genf`, with 1 in the one that is
//!    true. Numbering the cities would invent an order. Class names, which are answers and not features, are numbered:
//!    [`LabelEncoder`].
//! 4. **Standardise** ([`StandardScaler`]). z = (x − μ) / σ gives every column mean 0 and standard deviation 1. Distances,
//!    penalties and gradient steps need it; trees do not.
//!
//! [`TableEncoder`] is steps 2 to 4 in one model, which can be saved next to the classifier that needs it.
//!
//! Texts go another way: [`CountVectorizer`], [`TfidfVectorizer`] and [`HashingVectorizer`] turn them into sparse matrices,
//! a column for each word or run of characters.
//!
//! # The rule
//! Every step **learns** something: a median, a list of words, a mean. It learns from the training rows, and is then applied
//! to all rows unchanged. A mean taken over the test rows too has told the model about them (leakage), and the score on
//! them is better than the truth. So `fit` sees the training rows, `transform` sees both.
//!
//! A [`Pipeline`] keeps the rule by itself: steps and model are one estimator, fitted on the same rows, and searched and
//! saved together.
//!
//! # Cost
//! Reading is two passes over the text, which is held in memory. Fitting is O(n log n) a column at most.
//!
//! # Trade-offs
//! A filled cell pretends to be typical. One-hot columns are many where words are many: a column of 10 000 postcodes wants
//! another idea. Standardising uses mean and deviation, which one wild value can move: look at the data first.
//!
//! # Examples
//! ```
//! use cairn_preprocess::{LabelEncoder, Table, TableEncoder, Transform, rows};
//!
//! let file = "size,rooms,city,rented\n30,1,Bern,no\n45,2,Genf,yes\n?,2,Bern,yes\n60,3,,no\n";
//! let table = Table::from_csv(file.as_bytes(), "flats.csv")?;
//!
//! // the answers, as numbers
//! let names = LabelEncoder::new().fit(&table.labels("rented")?)?;
//! let y = names.encode(&table.labels("rented")?)?;
//! assert_eq!((names.classes(), &y[..]), (&["no".to_owned(), "yes".to_owned()][..], &[0, 1, 1, 0][..]));
//!
//! // the features: the third size is filled with the median of 30, 45, 60, the fourth city with the most frequent
//! let features = table.drop_columns(&["rented"])?;
//! let encoder = TableEncoder::new().fit(&features)?;
//! assert_eq!(encoder.feature_names(), ["size", "rooms", "city=Bern", "city=Genf"]);
//! let x = encoder.transform(&features)?;
//! assert_eq!(x, rows(&[
//!     [30.0, 1.0, 1.0, 0.0],
//!     [45.0, 2.0, 0.0, 1.0],
//!     [45.0, 2.0, 1.0, 0.0],
//!     [60.0, 3.0, 1.0, 0.0],
//! ]));
//!
//! // a new flat, from a file with its columns in another order and without the answer
//! let new = Table::from_csv_like("city,rooms,size\nGenf,4,90".as_bytes(), "new.csv", &encoder.schema())?;
//! assert_eq!(encoder.transform(&new)?, rows(&[[90.0, 4.0, 0.0, 1.0]]));
//! # Ok::<(), cairn_preprocess::Error>(())
//! ```
//!
//! # References
//! - Wickham (2014), "Tidy Data", Journal of Statistical Software 59(10): a row a sample, a column a variable.
//! - Little and Rubin (2019), *Statistical Analysis with Missing Data*, 3rd edition: what filling in does to conclusions.
//! - Hastie, Tibshirani and Friedman (2009), *The Elements of Statistical Learning*, 2nd edition, section 7.10.2: what
//!   happens when a step before the model has seen the test rows.
#![forbid(unsafe_code)]

mod label_encoder;
mod one_hot;
mod pipeline;
mod simple_imputer;
mod standard_scaler;
mod table;
mod table_encoder;
mod text;

pub use cairn_traits::{
    Classes, CsrMatrix, DMatrix, DVector, Error, Fit, FitWeighted, Hyperparameters, InverseTransform, Persist, Predict,
    Probabilistic, Result, Rows, TakeRows, Transform, rows,
};
pub use label_encoder::{LabelEncoder, LabelEncoderModel};
pub use one_hot::{Drop, OneHotEncoder, OneHotEncoderModel, Unknown};
pub use pipeline::{Pipeline, PipelineModel};
pub use simple_imputer::{Fill, SimpleImputer, SimpleImputerModel, Strategy, TableImputerModel};
pub use standard_scaler::{StandardScaler, StandardScalerModel};
pub use table::{Column, Field, Kind, Schema, Table};
pub use table_encoder::{TableEncoder, TableEncoderModel};
pub use text::{
    Analyzer, CountVectorizer, CountVectorizerModel, DocumentFrequency, HashingVectorizer, Norm, TfidfVectorizer,
    TfidfVectorizerModel,
};
