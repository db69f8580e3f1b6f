//! From a CSV file to a matrix.
#![forbid(unsafe_code)]

mod table;

pub use cairn_traits::{DMatrix, DVector, Error, Result, Rows, TakeRows, rows};
pub use table::{Column, Field, Kind, Schema, Table};
