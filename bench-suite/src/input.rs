//! Files: CSV tables and IDX images, packed or not.

use crate::failure::{Failure, Result};
use cairn_preprocess::{Schema, Table, TakeRows};
use cairn_traits::DMatrix;
use flate2::read::MultiGzDecoder;
use std::{fs, io::ErrorKind, io::Read, path::Path};

/// The columns to learn from.
#[derive(Clone, Debug)]
pub(crate) enum Features {
    /// Numbers and words, with gaps.
    Table(Table),
    /// Images, one a row: numbers from 0 to 1.
    Pixels(DMatrix<f64>),
    /// Each time x columns; lengths may differ.
    Sequences(Vec<DMatrix<f64>>),
    Text(Vec<String>),
}

impl Features {
    pub(crate) fn n_rows(&self) -> usize {
        match self {
            Self::Table(table) => cairn_traits::Rows::n_rows(table),
            Self::Pixels(pixels) => pixels.nrows(),
            Self::Sequences(sequences) => sequences.len(),
            Self::Text(texts) => texts.len(),
        }
    }

    /// Columns before their preparation; those of one step, of sequences; none, of text.
    pub(crate) fn n_features(&self) -> usize {
        match self {
            Self::Table(table) => table.n_columns(),
            Self::Pixels(pixels) => pixels.ncols(),
            Self::Sequences(sequences) => sequences.first().map_or(0, DMatrix::ncols),
            Self::Text(_) => 0,
        }
    }

    /// The form, as messages say it.
    pub(crate) fn described(&self) -> &'static str {
        match self {
            Self::Table(_) => "CSV",
            Self::Pixels(_) => "images",
            Self::Sequences(_) => "series",
            Self::Text(_) => "text",
        }
    }

    pub(crate) fn take_rows(&self, rows: &[usize]) -> Result<Self> {
        Ok(match self {
            Self::Table(table) => Self::Table(table.take_rows(rows)?),
            Self::Pixels(pixels) => Self::Pixels(TakeRows::take_rows(pixels, rows)?),
            Self::Sequences(sequences) => Self::Sequences(TakeRows::take_rows(sequences.as_slice(), rows)?),
            Self::Text(texts) => Self::Text(TakeRows::take_rows(texts.as_slice(), rows)?),
        })
    }
}

/// What a file turned out to be.
#[derive(Debug)]
pub(crate) enum Content {
    Table(Table),
    Images(DMatrix<f64>),
    /// Line by line, each with its end.
    Text(Vec<String>),
}

/// A file's name as messages say it.
pub(crate) fn name(path: &Path) -> String {
    path.display().to_string()
}

/// The bytes of a file, unpacked if they are gzip.
fn bytes(path: &Path) -> Result<Vec<u8>> {
    let source = name(path);
    let failed = |e: std::io::Error| {
        let shared = path.to_str().is_some_and(|text| cairn_datasets::by_name(text).is_some());
        Failure::new(match e.kind() {
            ErrorKind::NotFound if shared => {
                format!("{source}: no such file ('compare --datasets {source}' uses the shared set of that name)")
            }
            ErrorKind::NotFound => format!("{source}: no such file"),
            _ if path.is_dir() => format!("{source}: expected a file, found a directory"),
            _ => format!("{source}: cannot read: {e}"),
        })
    };
    let raw = fs::read(path).map_err(failed)?;
    if !raw.starts_with(&[0x1f, 0x8b]) {
        return Ok(raw);
    }
    let mut unpacked = Vec::new();
    MultiGzDecoder::new(raw.as_slice())
        .read_to_end(&mut unpacked)
        .map_err(|e| Failure::new(format!("{source}: cannot unpack: {e}")))?;
    Ok(unpacked)
}

/// A file of rows to learn from.
pub(crate) fn read(path: &Path) -> Result<Content> {
    if is_text(path) {
        return read_text(path).map(Content::Text);
    }
    let (bytes, source) = (rows_of(path)?, name(path));
    if is_idx(&bytes) {
        return idx_images(&bytes, &source).map(Content::Images);
    }
    Ok(Content::Table(Table::from_csv(bytes.as_slice(), &source)?))
}

fn is_text(path: &Path) -> bool {
    let file = path.file_name().and_then(|file| file.to_str()).unwrap_or_default();
    file.ends_with(".txt") || file.ends_with(".txt.gz")
}

/// Plain text, line by line.
pub(crate) fn read_text(path: &Path) -> Result<Vec<String>> {
    let text =
        String::from_utf8(bytes(path)?).map_err(|e| Failure::new(format!("{}: expected UTF-8: {e}", name(path))))?;
    Ok(text.split_inclusive('\n').map(str::to_owned).collect())
}

/// A table in the columns of another.
pub(crate) fn read_like(path: &Path, schema: &Schema) -> Result<Table> {
    let (bytes, source) = (rows_of(path)?, name(path));
    if is_idx(&bytes) {
        return Err(Failure::new(format!("{source}: expected CSV as in training, found IDX images")));
    }
    Ok(Table::from_csv_like(bytes.as_slice(), &source, schema)?)
}

/// Images, where those of training were images.
pub(crate) fn read_images(path: &Path) -> Result<DMatrix<f64>> {
    let (bytes, source) = (rows_of(path)?, name(path));
    idx_images(&bytes, &source)
}

/// The labels of images, as words.
pub(crate) fn read_labels(path: &Path) -> Result<Vec<String>> {
    let (bytes, source) = (bytes(path)?, name(path));
    let (sizes, values) = idx(&bytes, &source)?;
    if sizes.len() != 1 {
        return Err(Failure::new(format!("{source}: expected IDX labels, found {} dimensions", sizes.len())));
    }
    Ok(values.iter().map(u8::to_string).collect())
}

fn rows_of(path: &Path) -> Result<Vec<u8>> {
    let extension = path.extension().and_then(|extension| extension.to_str()).unwrap_or_default();
    if matches!(extension, "ts" | "txt") && path.is_file() {
        let found = if extension == "ts" { "a file of series" } else { "plain text" };
        return Err(Failure::new(format!("{}: expected CSV or IDX images, found {found}", name(path))));
    }
    bytes(path)
}

fn is_idx(bytes: &[u8]) -> bool {
    bytes.starts_with(&[0, 0])
}

/// Sizes of the dimensions, and the bytes they count.
///
/// The form: two zero bytes, 8 for unsigned bytes, the count of dimensions, each dimension's size in 4 bytes, the values.
fn idx<'a>(bytes: &'a [u8], source: &str) -> Result<(Vec<usize>, &'a [u8])> {
    let [0, 0, 8, dimensions, rest @ ..] = bytes else {
        return Err(Failure::new(format!("{source}: expected an IDX file of bytes, found something else")));
    };
    let (head, values) = rest
        .split_at_checked(usize::from(*dimensions) * 4)
        .ok_or_else(|| Failure::new(format!("{source}: expected {dimensions} sizes, found the end of the file")))?;
    let (sizes, _) = head.as_chunks::<4>();
    let sizes: Vec<usize> = sizes.iter().map(|&size| u32::from_be_bytes(size) as usize).collect();
    let expected = sizes.iter().try_fold(1_usize, |all, &size| all.checked_mul(size));
    if expected != Some(values.len()) {
        let expected = expected.map_or_else(|| "more than memory holds".into(), |n| n.to_string());
        let found = values.len();
        return Err(Failure::new(format!("{source}: expected {expected} bytes behind the head, found {found}")));
    }
    Ok((sizes, values))
}

fn idx_images(bytes: &[u8], source: &str) -> Result<DMatrix<f64>> {
    let (sizes, values) = idx(bytes, source)?;
    let [n, rows, columns] = sizes.as_slice() else {
        return Err(Failure::new(format!("{source}: expected IDX images, found {} dimensions", sizes.len())));
    };
    if values.is_empty() {
        return Err(Failure::new(format!("{source}: expected images, found none")));
    }
    Ok(DMatrix::from_row_iterator(*n, rows * columns, values.iter().map(|&value| f64::from(value) / 255.0)))
}
