//! Files: CSV tables, IDX images, series and plain text, packed or not.

use crate::{
    failure::{Failure, Result},
    words::Texts,
};
use cairn_datasets::{Data, Idx, read_ts};
use cairn_preprocess::{Column, Schema, Table, TakeRows};
use cairn_traits::DMatrix;
use flate2::read::MultiGzDecoder;
use std::{fs, io::ErrorKind, io::Read, path::Path};

/// The columns to learn from.
#[derive(Clone, Debug)]
pub(crate) enum Features {
    /// Numbers and words, with gaps.
    Table(Table),
    /// The same, some of its columns being texts.
    Documents(Table, Texts),
    /// Images, one a row: numbers from 0 to 1.
    Pixels(DMatrix<f64>),
    /// Each time x columns; lengths may differ.
    Sequences(Vec<DMatrix<f64>>),
    Text(Vec<String>),
}

impl Features {
    pub(crate) fn n_rows(&self) -> usize {
        match self {
            Self::Table(table) | Self::Documents(table, _) => cairn_traits::Rows::n_rows(table),
            Self::Pixels(pixels) => pixels.nrows(),
            Self::Sequences(sequences) => sequences.len(),
            Self::Text(texts) => texts.len(),
        }
    }

    /// Columns before their preparation; those of one step, of sequences; none, of text.
    pub(crate) fn n_features(&self) -> usize {
        match self {
            Self::Table(table) | Self::Documents(table, _) => table.n_columns(),
            Self::Pixels(pixels) => pixels.ncols(),
            Self::Sequences(sequences) => sequences.first().map_or(0, DMatrix::ncols),
            Self::Text(_) => 0,
        }
    }

    /// All numbers that are there.
    pub(crate) fn numbers(&self) -> Box<dyn Iterator<Item = f64> + '_> {
        match self {
            Self::Table(table) | Self::Documents(table, _) => Box::new(table.columns().iter().flat_map(|column| {
                let cells = match column {
                    Column::Numbers(cells) => cells.as_slice(),
                    Column::Words(_) => &[],
                };
                cells.iter().flatten().copied()
            })),
            Self::Pixels(pixels) => Box::new(pixels.iter().copied()),
            Self::Sequences(sequences) => Box::new(sequences.iter().flat_map(|sequence| sequence.iter().copied())),
            Self::Text(_) => Box::new(std::iter::empty()),
        }
    }

    /// The form, as messages say it.
    pub(crate) fn described(&self) -> &'static str {
        match self {
            Self::Table(_) | Self::Documents(..) => "CSV",
            Self::Pixels(_) => "images",
            Self::Sequences(_) => "series",
            Self::Text(_) => "text",
        }
    }

    pub(crate) fn take_rows(&self, rows: &[usize]) -> Result<Self> {
        Ok(match self {
            Self::Table(table) => Self::Table(table.take_rows(rows)?),
            Self::Documents(table, texts) => Self::Documents(table.take_rows(rows)?, texts.clone()),
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
    /// Series, and what belongs to them.
    Series(Box<Data>),
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
    let (bytes, source) = (bytes(path)?, name(path));
    if ends_in(path, ".txt") {
        return lines(bytes, &source).map(Content::Text);
    }
    if ends_in(path, ".ts") {
        return Ok(Content::Series(Box::new(read_ts(&text(bytes, &source)?, &source)?)));
    }
    if is_idx(&bytes) {
        return images(&bytes, &source).map(Content::Images);
    }
    Ok(Content::Table(Table::from_csv(bytes.as_slice(), &source)?))
}

/// Whether this is the end of the file's name, packed or not.
fn ends_in(path: &Path, end: &str) -> bool {
    let file = path.file_name().and_then(|file| file.to_str()).unwrap_or_default();
    file.strip_suffix(".gz").unwrap_or(file).ends_with(end)
}

fn text(bytes: Vec<u8>, source: &str) -> Result<String> {
    String::from_utf8(bytes).map_err(|e| Failure::new(format!("{source}: expected UTF-8: {e}")))
}

fn lines(bytes: Vec<u8>, source: &str) -> Result<Vec<String>> {
    Ok(text(bytes, source)?.split_inclusive('\n').map(str::to_owned).collect())
}

/// Plain text, line by line.
pub(crate) fn read_text(path: &Path) -> Result<Vec<String>> {
    lines(bytes(path)?, &name(path))
}

/// Series, where those of training were series.
pub(crate) fn read_series(path: &Path) -> Result<Data> {
    let source = name(path);
    Ok(read_ts(&text(bytes(path)?, &source)?, &source)?)
}

/// A table in the columns of another.
pub(crate) fn read_like(path: &Path, schema: &Schema) -> Result<Table> {
    let (bytes, source) = (bytes(path)?, name(path));
    let other =
        [(is_idx(&bytes), "IDX images"), (ends_in(path, ".ts"), "series"), (ends_in(path, ".txt"), "plain text")];
    if let Some((_, found)) = other.iter().find(|(is, _)| *is) {
        return Err(Failure::new(format!("{source}: expected CSV as in training, found {found}")));
    }
    Ok(Table::from_csv_like(bytes.as_slice(), &source, schema)?)
}

/// Images, where those of training were images.
pub(crate) fn read_images(path: &Path) -> Result<DMatrix<f64>> {
    images(&bytes(path)?, &name(path))
}

/// The labels of images, as words.
pub(crate) fn read_labels(path: &Path) -> Result<Vec<String>> {
    let (bytes, source) = (bytes(path)?, name(path));
    Ok(Idx::read(&bytes, &source)?.labels()?.iter().map(u8::to_string).collect())
}

fn is_idx(bytes: &[u8]) -> bool {
    bytes.starts_with(&[0, 0])
}

fn images(bytes: &[u8], source: &str) -> Result<DMatrix<f64>> {
    Ok(Idx::read(bytes, source)?.images()?.matrix())
}
