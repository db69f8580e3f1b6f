//! The values of one feature from the least to the greatest: by a cell for each value where there are few, else sorted.

use crate::columns::MISSING;
use crate::gini;
use crate::split::Scan;
use crate::targets::Answers;
use cairn_traits::Float;

/// Room for the work on a feature, used again for the next one.
#[derive(Default)]
pub(crate) struct Room {
    /// The place of a row in the node in the lower half of a key, its rank in the upper.
    keys: Vec<u64>,
    spare: Vec<u64>,
    /// Sums over the rows of one value, side by side.
    pub(crate) cells: Vec<f64>,
}

/// Asks at each threshold. Returns the first and last rank met.
pub(crate) fn sweep<F: Float>(scan: &mut Scan<'_, '_, F>, room: &mut Room) -> Option<(u32, u32)> {
    let cells = scan.column.values.len() * (scan.node.targets.width() + 2);
    if cells <= 2 * scan.node.rows.len() { by_cells(scan, room) } else { by_sorting(scan, room) }
}

/// Few distinct values: one cell for each, no sorting. A cell is its sums, its weight, its count.
fn by_cells<F: Float>(scan: &mut Scan<'_, '_, F>, room: &mut Room) -> Option<(u32, u32)> {
    let stride = scan.node.targets.width() + 2;
    room.cells.clear();
    room.cells.resize(scan.column.values.len() * stride, 0.0);
    match &scan.node.targets.answers {
        Answers::Labels { .. } => count_classes(scan, stride, &mut room.cells),
        Answers::Values { .. } => add_numbers(scan, stride, &mut room.cells),
    }
    let mut met: Option<(u32, u32)> = None;
    for (rank, cell) in (0_u32..).zip(room.cells.chunks_exact(stride)) {
        let [sums @ .., weight, count] = cell else { continue };
        if *count == 0.0 {
            continue;
        }
        if let Some((_, before)) = met {
            let threshold = scan.middle(before, rank);
            scan.consider(before, threshold);
        }
        scan.join(sums, *weight, *count as usize);
        met = Some((met.map_or(rank, |(first, _)| first), rank));
    }
    met
}

/// The weights of the classes of each value. What a cell weighs is what they add up to.
fn count_classes<F: Float>(scan: &mut Scan<'_, '_, F>, stride: usize, cells: &mut [f64]) {
    let (node, column) = (scan.node, scan.column);
    for ((&row, &class), weight) in node.rows.iter().zip(&node.labels.classes).zip(&node.labels.weights) {
        let rank = column.ranks.get(row as usize).copied().unwrap_or(MISSING);
        let start = rank as usize * stride;
        match cells.get_mut(start..start + stride) {
            Some([sums @ .., _, count]) => {
                if let Some(sum) = sums.get_mut(class as usize) {
                    *sum += weight;
                }
                *count += 1.0;
            }
            _ => scan.add_missing(row),
        }
    }
    for cell in cells.chunks_exact_mut(stride) {
        if let [sums @ .., weight, _] = cell {
            *weight = sums.iter().sum();
        }
    }
}

fn add_numbers<F: Float>(scan: &mut Scan<'_, '_, F>, stride: usize, cells: &mut [f64]) {
    let (node, column) = (scan.node, scan.column);
    for &row in node.rows {
        let rank = column.ranks.get(row as usize).copied().unwrap_or(MISSING);
        let start = rank as usize * stride;
        match cells.get_mut(start..start + stride) {
            Some([sums @ .., total, count]) => {
                let weight = node.weights.get(row as usize).copied().unwrap_or(0.0);
                node.targets.add(row as usize, weight, &node.summary.shift, sums);
                *total += weight;
                *count += 1.0;
            }
            _ => scan.add_missing(row),
        }
    }
}

/// Many distinct values: the node's rows sorted by rank.
fn by_sorting<F: Float>(scan: &mut Scan<'_, '_, F>, room: &mut Room) -> Option<(u32, u32)> {
    room.keys.clear();
    for (place, &row) in (0_u64..).zip(scan.node.rows) {
        match scan.column.ranks.get(row as usize).copied().unwrap_or(MISSING) {
            MISSING => scan.add_missing(row),
            rank => room.keys.push(u64::from(rank) << 32 | place),
        }
    }
    sort(&mut room.keys, &mut room.spare, scan.column.values.len());
    if gini::applies(scan) { gini::scan(scan, &room.keys, &mut room.cells) } else { by_keys(scan, &room.keys) }
}

/// The same of rows that are sorted.
pub(crate) fn by_keys<F: Float>(scan: &mut Scan<'_, '_, F>, keys: &[u64]) -> Option<(u32, u32)> {
    let mut met: Option<(u32, u32)> = None;
    for &key in keys {
        let (rank, place) = ((key >> 32) as u32, key as u32);
        if let Some((_, before)) = met.filter(|&(_, before)| before != rank) {
            let threshold = scan.middle(before, rank);
            scan.consider(before, threshold);
        }
        scan.add(scan.node.rows.get(place as usize).copied().unwrap_or(0));
        met = Some((met.map_or(rank, |(first, _)| first), rank));
    }
    met
}

/// From so many keys on, dealing them out by digits costs less than comparing them.
const DIGITS_WORTH: usize = 256;
/// The most bits of a digit: its counts stay in the nearest cache.
const DIGIT_BITS: u32 = 9;

/// Keys by rank, of places that ascend: so the ranks' digits are enough, from the lowest to the highest.
fn sort(keys: &mut Vec<u64>, spare: &mut Vec<u64>, n_ranks: usize) {
    if keys.len() < DIGITS_WORTH {
        keys.sort_unstable();
        return;
    }
    let bits = usize::BITS - n_ranks.leading_zeros();
    let passes = bits.div_ceil(DIGIT_BITS).max(1);
    let width = bits.div_ceil(passes);
    let digit = |key: u64, pass: u32| (key >> (32 + pass * width)) as usize & ((1 << width) - 1);
    spare.resize(keys.len(), 0);
    for pass in 0..passes {
        let mut places = [0_usize; 1 << DIGIT_BITS];
        for &key in &*keys {
            places[digit(key, pass)] += 1;
        }
        let mut start = 0;
        for place in &mut places {
            start += std::mem::replace(place, start);
        }
        for &key in &*keys {
            let place = &mut places[digit(key, pass)];
            if let Some(free) = spare.get_mut(*place) {
                *free = key;
            }
            *place += 1;
        }
        std::mem::swap(keys, spare);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use cairn_numeric::stream;
    use rand::RngExt;

    #[test]
    fn keys_dealt_out_by_digits_are_sorted() {
        let mut rng = stream(3, 0);
        for (n, n_ranks) in [(255, 1000), (256, 1), (256, 2), (1000, 511), (1000, 512), (5000, 70_000), (300, 1 << 30)]
        {
            let mut keys: Vec<u64> =
                (0..n).map(|row| u64::from(rng.random_range(0..n_ranks as u32)) << 32 | row).collect();
            let mut expected = keys.clone();
            expected.sort_unstable();
            sort(&mut keys, &mut Vec::new(), n_ranks);
            assert_eq!(keys, expected);
        }
    }
}
