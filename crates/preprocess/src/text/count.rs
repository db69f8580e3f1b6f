//! Counting terms: which there are, in how many documents, how often in each.

use super::{
    analysis::{Cutter, Scratch},
    terms::{Key, Terms},
    vocabulary::Vocabulary,
};
use cairn_numeric::blocks;
use cairn_traits::{CsrMatrix, Error, Float, Result};
use std::ops::Range;

/// About so many blocks: enough for the cores there are, few enough that their lists of terms are merged quickly.
const PIECES: usize = 16;

/// Documents in a block, by the number of documents alone.
pub(super) fn block_size(n_documents: usize) -> usize {
    blocks::size_for(n_documents, PIECES, 1)
}

/// How often a term was seen so far.
#[derive(Clone, Copy, Debug, Default)]
struct Seen {
    /// The last document it was in, from 1.
    document: u32,
    /// Where its count stands among those of that document.
    at: u32,
    /// In how many documents.
    documents: u32,
    /// How often in all of them.
    total: u64,
}

/// The counts of the documents of a block: pairs of a term's number and a count, document by document.
#[derive(Debug)]
pub(super) struct Counts {
    offsets: Vec<usize>,
    entries: Vec<(u32, u32)>,
}

/// A block's own terms, how often each was seen, and, if they are wanted, the counts of each document.
struct Block {
    terms: Terms,
    seen: Vec<Seen>,
    counts: Counts,
}

/// Adds one to the count of term `number` in document `document`, from 1, whose counts begin at `start`.
#[inline]
fn add(seen: &mut Seen, number: u32, document: u32, start: usize, entries: &mut Vec<(u32, u32)>) {
    if seen.document == document {
        entries[start + seen.at as usize].1 += 1;
    } else {
        (seen.document, seen.at) = (document, (entries.len() - start) as u32);
        entries.push((number, 1));
    }
}

/// All terms of a block's documents.
fn block<S: AsRef<str>>(documents: &[S], cutter: &Cutter<'_>, keep: bool) -> Block {
    let (mut terms, mut seen, mut scratch) = (Terms::default(), Vec::<Seen>::new(), Scratch::default());
    let mut counts = Counts { offsets: vec![0], entries: Vec::new() };
    for (document, text) in (1..).zip(documents) {
        let start = counts.entries.len();
        cutter.terms(text.as_ref(), &mut scratch, |term| {
            let number = terms.intern(Key::new(term));
            if number as usize == seen.len() {
                seen.push(Seen::default());
            }
            add(&mut seen[number as usize], number, document, start, &mut counts.entries);
        });
        for &(number, count) in &counts.entries[start..] {
            seen[number as usize].documents += 1;
            seen[number as usize].total += u64::from(count);
        }
        if keep {
            counts.offsets.push(counts.entries.len());
        } else {
            counts.entries.clear();
        }
    }
    Block { terms, seen, counts }
}

/// All terms of some documents, numbered block by block, and what was counted of them.
#[derive(Debug)]
pub(super) struct Counted {
    pub(super) terms: Terms,
    /// In how many documents each term is.
    pub(super) documents: Vec<u32>,
    /// How often each term is there in all.
    pub(super) totals: Vec<u64>,
    /// The counts of each block, in the block's own numbers, and the number of each among all.
    blocks: Vec<(Counts, Vec<u32>)>,
}

/// Reads all documents once. The counts of the documents are kept if `keep`.
pub(super) fn count<S: AsRef<str> + Sync>(documents: &[S], cutter: &Cutter<'_>, keep: bool) -> Counted {
    let size = block_size(documents.len());
    let found = blocks::map(documents.len(), size, |rows| block(&documents[rows], cutter, keep));
    let (mut terms, mut n_documents, mut totals) = (Terms::default(), Vec::new(), Vec::new());
    let mut merged = Vec::with_capacity(found.len());
    for Block { terms: own, seen, counts } in found {
        let mut numbers = Vec::with_capacity(own.len());
        for (own_number, seen) in seen.iter().enumerate() {
            let number = terms.intern(own.key(own_number));
            if number as usize == totals.len() {
                n_documents.push(0);
                totals.push(0);
            }
            n_documents[number as usize] += seen.documents;
            totals[number as usize] += seen.total;
            numbers.push(number);
        }
        merged.push((counts, numbers));
    }
    Counted { terms, documents: n_documents, totals, blocks: merged }
}

/// What becomes of a row's counts: given the columns, ascending, and their values.
pub(super) type Weigh<'a> = &'a (dyn Fn(&[usize], &mut [f64]) + Sync);

/// Some rows of a sparse matrix.
pub(super) struct Rows<F> {
    ends: Vec<usize>,
    columns: Vec<usize>,
    values: Vec<F>,
}

impl<F: Float> Rows<F> {
    pub(super) fn new() -> Self {
        Self { ends: Vec::new(), columns: Vec::new(), values: Vec::new() }
    }

    /// Appends a row of columns, ascending, and values.
    pub(super) fn push(&mut self, row: impl Iterator<Item = (usize, f64)>, weigh: Weigh<'_>, scratch: &mut Vec<f64>) {
        let start = self.columns.len();
        scratch.clear();
        for (column, value) in row {
            self.columns.push(column);
            scratch.push(value);
        }
        weigh(&self.columns[start..], scratch);
        self.values.extend(scratch.iter().map(|value| F::of(*value)));
        self.ends.push(self.columns.len());
    }

    /// Appends a row of counts, which are in any order.
    fn push_counts(&mut self, pairs: &mut [u64], weigh: Weigh<'_>, scratch: &mut Vec<f64>) {
        pairs.sort_unstable();
        self.push(pairs.iter().map(|pair| ((pair >> 32) as usize, f64::from(*pair as u32))), weigh, scratch);
    }
}

impl Counted {
    /// The counts of all documents that were kept, in the columns that `columns` gives for the terms' numbers.
    pub(super) fn rows<F: Float>(
        &self,
        columns: &[Option<u32>],
        n_columns: usize,
        weigh: Weigh<'_>,
    ) -> Result<CsrMatrix<F>> {
        let parts = blocks::map(self.blocks.len(), 1, |part| {
            let (mut rows, mut pairs, mut scratch) = (Rows::new(), Vec::new(), Vec::new());
            for (counts, numbers) in &self.blocks[part] {
                for row in counts.offsets.windows(2) {
                    pairs.clear();
                    pairs.extend(counts.entries[row[0]..row[1]].iter().filter_map(|&(own, count)| {
                        columns[numbers[own as usize] as usize].map(|column| pair(column, count))
                    }));
                    rows.push_counts(&mut pairs, weigh, &mut scratch);
                }
            }
            rows
        });
        assemble(parts, n_columns)
    }
}

/// Column and count in one number that sorts by column.
fn pair(column: u32, count: u32) -> u64 {
    u64::from(column) << 32 | u64::from(count)
}

/// The counts of documents in the columns of a vocabulary; terms that are not in it are left out.
pub(super) fn rows<F: Float, S: AsRef<str> + Sync>(
    documents: &[S],
    cutter: &Cutter<'_>,
    vocabulary: &Vocabulary,
    weigh: Weigh<'_>,
) -> Result<CsrMatrix<F>> {
    let parts = blocks::map(documents.len(), block_size(documents.len()), |part: Range<usize>| {
        let mut seen = vec![Seen::default(); vocabulary.len()];
        let (mut rows, mut scratch) = (Rows::new(), Scratch::default());
        let (mut entries, mut pairs, mut numbers) = (Vec::new(), Vec::new(), Vec::new());
        for (document, text) in (1..).zip(&documents[part]) {
            entries.clear();
            cutter.terms(text.as_ref(), &mut scratch, |term| {
                if let Some(column) = vocabulary.find(term) {
                    add(&mut seen[column as usize], column, document, 0, &mut entries);
                }
            });
            pairs.clear();
            pairs.extend(entries.iter().map(|&(column, count)| pair(column, count)));
            rows.push_counts(&mut pairs, weigh, &mut numbers);
        }
        rows
    });
    assemble(parts, vocabulary.len())
}

/// The rows of all blocks as one matrix.
pub(super) fn assemble<F: Float>(parts: Vec<Rows<F>>, n_columns: usize) -> Result<CsrMatrix<F>> {
    let n_values = parts.iter().map(|part| part.values.len()).sum();
    let n_rows = parts.iter().map(|part| part.ends.len()).sum();
    let (mut offsets, mut columns, mut values) =
        (Vec::with_capacity(n_rows + 1), Vec::with_capacity(n_values), Vec::with_capacity(n_values));
    offsets.push(0);
    for part in parts {
        let start = values.len();
        offsets.extend(part.ends.iter().map(|end| start + end));
        columns.extend(part.columns);
        values.extend(part.values);
    }
    CsrMatrix::try_from_csr_data(n_rows, n_columns, offsets, columns, values).map_err(|e| Error::Format(e.to_string()))
}
