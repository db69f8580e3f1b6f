//! Both halves of a pass over sparse rows: nothing is made dense but sums by column.

use cairn_traits::{CsrMatrix, Float};
use std::ops::Range;

/// A stretch's sums cost a pass over all columns, so a stretch has a few times as many entries.
const ENTRIES_PER_COLUMN: usize = 4;

/// The most stretches.
const PIECES: usize = 16;

/// Rows between whose margins and residuals nothing is lost from the cache.
const BLOCK_ENTRIES: usize = 16 * 1024;

pub(crate) fn pieces<F: Float>(x: &CsrMatrix<F>, n_scores: usize) -> usize {
    let columns = (x.ncols() * n_scores).max(1);
    (x.nnz() / (ENTRIES_PER_COLUMN * columns)).clamp(2, PIECES)
}

pub(crate) fn block_rows<F: Float>(x: &CsrMatrix<F>) -> usize {
    let entries_per_row = x.nnz() / x.nrows().max(1) + 1;
    (BLOCK_ENTRIES / entries_per_row).clamp(16, 4096)
}

/// The entries of these columns, which ascend.
pub(crate) fn take_columns<F: Float>(x: &CsrMatrix<F>, columns: &[usize]) -> CsrMatrix<F> {
    let mut place = vec![None; x.ncols()];
    columns.iter().enumerate().for_each(|(new, &old)| place[old] = Some(new));
    let (mut offsets, mut indices, mut values) = (vec![0], Vec::new(), Vec::new());
    for row in x.row_iter() {
        for (&j, &value) in row.col_indices().iter().zip(row.values()) {
            if let Some(new) = place[j] {
                indices.push(new);
                values.push(value);
            }
        }
        offsets.push(indices.len());
    }
    // ascending columns of a valid matrix make a valid matrix
    CsrMatrix::try_from_csr_data(x.nrows(), columns.len(), offsets, indices, values)
        .unwrap_or_else(|_| CsrMatrix::zeros(x.nrows(), columns.len()))
}

/// See [`crate::input::Passes::pass`].
pub(crate) fn pass<F: Float>(
    x: &CsrMatrix<F>,
    rows: Range<usize>,
    coefficients: &[f64],
    margins: &mut [f64],
    between: &mut dyn FnMut(&mut [f64]),
    pulls: &mut [f64],
) {
    let (n, p) = (rows.len(), x.ncols());
    for (w, margins) in coefficients.chunks(p.max(1)).zip(margins.chunks_mut(n.max(1))) {
        for (margin, row) in margins.iter_mut().zip(rows.clone()) {
            let entries = x.row(row);
            let terms = entries.col_indices().iter().zip(entries.values());
            *margin += terms.map(|(&j, x)| x.to_f64() * w[j]).sum::<f64>();
        }
    }
    between(margins);
    for (pulls, residuals) in pulls.chunks_mut(p.max(1)).zip(margins.chunks(n.max(1))) {
        for (&residual, row) in residuals.iter().zip(rows.clone()) {
            let entries = x.row(row);
            for (&j, x) in entries.col_indices().iter().zip(entries.values()) {
                pulls[j] += x.to_f64() * residual;
            }
        }
    }
}
