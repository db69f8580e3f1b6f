//! What columns a table has, so that a second file can be read as the first was.

use super::message::no_such_column;
use cairn_traits::Result;
use serde::{Deserialize, Serialize};

/// What the cells of a column are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// Measurements and counts.
    Numbers,
    /// Categories, names, text.
    Words,
}

/// One column of a [`Schema`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Field {
    /// The name in the header.
    pub name: String,
    /// Numbers or words.
    pub kind: Kind,
    /// Whether a file may come without it, as a file of rows to predict comes without the target.
    pub optional: bool,
}

/// The columns of a table: names, kinds, order.
///
/// The training file decides it ([`crate::Table::schema`]), and every later file is read by it
/// ([`crate::Table::from_csv_like`]): guessing anew would call a column numeric there that was words here.
///
/// ```
/// use cairn_preprocess::{Kind, Table};
/// let train = Table::from_csv("id,city,rent\n7,Bern,900\n8,Genf,1200".as_bytes(), "train.csv")?;
/// // these ids are names, not measurements; the rent is what is to be predicted
/// let schema = train.schema().with_kind("id", Kind::Words)?.optional(&["rent"])?;
/// let test = Table::from_csv_like("city,id\nBern,9".as_bytes(), "test.csv", &schema)?;
/// assert_eq!(test.names(), ["id", "city"]);
/// # Ok::<(), cairn_preprocess::Error>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Schema {
    pub(crate) fields: Vec<Field>,
}

impl Schema {
    /// The columns in order.
    pub fn fields(&self) -> &[Field] {
        &self.fields
    }

    /// The kind of a column, if there is such a column.
    pub fn kind(&self, name: &str) -> Option<Kind> {
        self.fields.iter().find(|field| field.name == name).map(|field| field.kind)
    }

    /// The same columns, these of which a file may lack.
    ///
    /// # Errors
    /// [`cairn_traits::Error::Format`] for a name that is not there.
    pub fn optional(mut self, names: &[&str]) -> Result<Self> {
        for name in names {
            self.field(name)?.optional = true;
        }
        Ok(self)
    }

    /// The same columns, one of them of another kind: class numbers and postcodes are words.
    ///
    /// # Errors
    /// [`cairn_traits::Error::Format`] for a name that is not there.
    pub fn with_kind(mut self, name: &str, kind: Kind) -> Result<Self> {
        self.field(name)?.kind = kind;
        Ok(self)
    }

    /// The columns without these.
    ///
    /// # Errors
    /// [`cairn_traits::Error::Format`] for a name that is not there.
    pub fn without(mut self, names: &[&str]) -> Result<Self> {
        for name in names {
            self.field(name)?;
        }
        self.fields.retain(|field| !names.contains(&field.name.as_str()));
        Ok(self)
    }

    fn field(&mut self, name: &str) -> Result<&mut Field> {
        match self.fields.iter().position(|field| field.name == name) {
            Some(at) => Ok(&mut self.fields[at]),
            None => {
                let names: Vec<String> = self.fields.iter().map(|field| field.name.clone()).collect();
                Err(no_such_column("schema", name, &names))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_column_that_is_not_there_is_named_with_those_that_are() {
        let field = |name: &str| Field { name: name.into(), kind: Kind::Numbers, optional: false };
        let schema = Schema { fields: vec![field("size"), field("rent")] };
        let message = "schema: expected a column 'rnet', found 'size', 'rent'";
        assert_eq!(schema.clone().optional(&["rnet"]).unwrap_err().to_string(), message);
        assert_eq!(schema.clone().with_kind("rnet", Kind::Words).unwrap_err().to_string(), message);
        assert_eq!(schema.clone().without(&["rnet"]).unwrap_err().to_string(), message);
        assert_eq!(schema.without(&["size"]).unwrap().fields(), [field("rent")]);
    }
}
