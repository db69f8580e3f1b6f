//! Columns about their means.

use crate::vectorised;

/// The column's mean; it is taken off, and each row scaled by the square root of its weight.
pub(crate) fn centre(column: &mut [f64], weights: Option<&[f64]>, weight: f64) -> f64 {
    match weights {
        None => about_mean(column, weight),
        Some(weights) => {
            let mean = column.iter().zip(weights).map(|(v, w)| v * w).sum::<f64>() / weight;
            column.iter_mut().zip(weights).for_each(|(v, w)| *v = (*v - mean) * w.sqrt());
            mean
        }
    }
}

vectorised! {
    fn about_mean['a](column: &'a mut [f64], weight: f64) -> f64 {
        let mean = sum(column) / weight;
        for v in column.iter_mut() {
            *v -= mean;
        }
        mean
    }
}

/// Term `i` into partial sum `i mod 16`: additions that do not wait for each other.
#[inline(always)]
fn sum(values: &[f64]) -> f64 {
    const LANES: usize = 16;
    let (blocks, rest) = values.as_chunks::<LANES>();
    let mut sums = [0.0; LANES];
    for block in blocks {
        for lane in 0..LANES {
            sums[lane] += block[lane];
        }
    }
    sums.iter().sum::<f64>() + rest.iter().sum::<f64>()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_column_is_brought_about_its_mean() {
        let mut column: Vec<f64> = (0..37).map(f64::from).collect();
        assert_eq!(centre(&mut column, None, 37.0), 18.0);
        assert_eq!((column[0], column[36]), (-18.0, 18.0));
        // weights 1 and 3 of 0 and 4: mean 3, then each times the root of its weight
        let mut column = [0.0, 4.0];
        assert_eq!(centre(&mut column, Some(&[1.0, 3.0]), 4.0), 3.0);
        assert_eq!(column, [-3.0, 3.0_f64.sqrt()]);
    }
}
