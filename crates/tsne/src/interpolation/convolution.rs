//! Potentials of charges on a grid: `φ(u) = Σ w(u − v) c(v)` by fast Fourier transforms.

use super::spline;
use cairn_traits::{Error, Result};
use rayon::prelude::*;
use realfft::{ComplexToReal, FftError, RealFftPlanner, RealToComplex};
use rustfft::{Fft, FftPlanner, num_complex::Complex64};
use std::sync::Arc;

/// Rows and columns that one task transforms side by side, so that what lies across is read by whole cache lines.
const SIDE: usize = 8;

/// How many nodes there are, in each direction, and how long the transforms are.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Extent {
    pub(crate) rows: usize,
    pub(crate) columns: usize,
    /// At least twice the nodes: what goes out at one end must not come in at the other.
    pub(crate) row_length: usize,
    pub(crate) column_length: usize,
}

impl Extent {
    pub(crate) fn new(rows: usize, columns: usize) -> Self {
        // Giving back what the spline took rings where the kernel, repeated, has a kink, halfway around: by less than half as
        // much from node to node. On a wide grid the kernel has died away there, and so has the kink.
        let length = |nodes: usize| good_length(2 * nodes + if nodes <= 256 { 48 } else { 8 });
        // a single row has nothing to convolve across
        let row_length = if rows == 1 { 1 } else { length(rows) };
        Self { rows, columns, row_length, column_length: length(columns) }
    }

    fn half_columns(self) -> usize {
        self.column_length / 2 + 1
    }
}

/// The least even length from this on that has no prime factors but 2, 3 and 5, of which transforms are fast.
fn good_length(least: usize) -> usize {
    let smooth = |length: &usize| {
        let mut rest = *length;
        for factor in [2, 3, 5] {
            while rest.is_multiple_of(factor) {
                rest /= factor;
            }
        }
        rest == 1
    };
    (least.next_multiple_of(4)..).step_by(4).find(smooth).unwrap_or(least)
}

/// The transforms of one extent, and the kernel's transform.
pub(crate) struct Convolution {
    pub(crate) extent: Extent,
    pub(crate) spacing: f64,
    to_spectrum: Arc<dyn RealToComplex<f64>>,
    from_spectrum: Arc<dyn ComplexToReal<f64>>,
    down: Arc<dyn Fft<f64>>,
    up: Arc<dyn Fft<f64>>,
    /// Column after column; the kernel is even, so its transform is real.
    kernel: Vec<f64>,
    /// The potential of a point at its own place, on average over places between nodes: near 1.
    pub(crate) own: f64,
}

/// Memory that one convolution leaves to the next.
#[derive(Default)]
pub(crate) struct Work {
    spectrum: Vec<Complex64>,
    columns: Vec<Complex64>,
}

/// Makes plans, and keeps them.
pub(crate) struct Planners {
    real: RealFftPlanner<f64>,
    complex: FftPlanner<f64>,
}

impl Planners {
    pub(crate) fn new() -> Self {
        Self { real: RealFftPlanner::new(), complex: FftPlanner::new() }
    }
}

fn unfit(error: &FftError) -> Error {
    Error::Format(error.to_string())
}

impl Convolution {
    /// With the kernel `(1 + |u|²/ν)^−ν` at nodes `spacing` apart. What the spline takes off a wave, where charges are
    /// spread and where potentials are gathered, is given back here.
    pub(crate) fn new(extent: Extent, spacing: f64, degrees_of_freedom: f64, planners: &mut Planners) -> Result<Self> {
        let mut convolution = Self {
            extent,
            spacing,
            to_spectrum: planners.real.plan_fft_forward(extent.column_length),
            from_spectrum: planners.real.plan_fft_inverse(extent.column_length),
            down: planners.complex.plan_fft_forward(extent.row_length),
            up: planners.complex.plan_fft_inverse(extent.row_length),
            kernel: Vec::new(),
            own: 1.0,
        };
        convolution.kernel = convolution.transformed_kernel(degrees_of_freedom)?;
        convolution.own = convolution.own_potential();
        Ok(convolution)
    }

    /// `Σₖₗ a(k) a(l) w̃(k, l)`: how likely two nodes of a point are k rows and l columns apart, and the potential between
    /// them. The potential at a few nodes is summed from its transform.
    fn own_potential(&self) -> f64 {
        let Extent { row_length, column_length, .. } = self.extent;
        let wave = |frequency: usize, at: usize, length: usize| {
            (std::f64::consts::TAU * ((frequency * at) % length) as f64 / length as f64).cos()
        };
        let apart = |at: usize| spline::OVERLAPS[at] * if at == 0 { 1.0 } else { 2.0 };
        let rows: Vec<f64> = (0..row_length)
            .map(|r| match row_length {
                1 => 1.0,
                _ => (0..spline::ORDER).map(|k| apart(k) * wave(r, k, row_length)).sum(),
            })
            .collect();
        let columns = self.kernel.chunks_exact(row_length).enumerate().map(|(c, column)| {
            let along: f64 = (0..spline::ORDER).map(|l| apart(l) * wave(c, l, column_length)).sum();
            // half of the transform stands for all of it, but for the constant and the shortest wave
            let twice = if c == 0 || 2 * c == column_length { 1.0 } else { 2.0 };
            twice * along * column.iter().zip(&rows).map(|(k, r)| k * r).sum::<f64>()
        });
        columns.sum()
    }

    fn transformed_kernel(&self, degrees_of_freedom: f64) -> Result<Vec<f64>> {
        let Extent { row_length, column_length, .. } = self.extent;
        let half = self.extent.half_columns();
        let away = |at: usize, length: usize| at.min(length - at) as f64 * self.spacing;
        let similarity = |squared: f64| {
            if degrees_of_freedom == 1.0 {
                1.0 / (1.0 + squared)
            } else {
                (1.0 + squared / degrees_of_freedom).powf(-degrees_of_freedom)
            }
        };
        let mut rows = vec![0.0; row_length * column_length];
        rows.par_chunks_mut(column_length).enumerate().for_each(|(r, row)| {
            let down = away(r, row_length);
            for (c, value) in row.iter_mut().enumerate() {
                let along = away(c, column_length);
                *value = similarity(down * down + along * along);
            }
        });
        let mut spectrum = Vec::new();
        self.spectrum_of_rows(&mut rows, &mut spectrum)?;
        let scale = 1.0 / (row_length * column_length) as f64;
        let losses: Vec<f64> = (0..row_length).map(|r| spline::transfer(r, row_length).powi(2)).collect();
        let mut kernel = vec![0.0; half * row_length];
        kernel.par_chunks_mut(row_length).enumerate().for_each(|(c, column)| {
            let mut wave: Vec<Complex64> = (0..row_length).map(|r| spectrum[r * half + c]).collect();
            self.down.process(&mut wave);
            let loss = spline::transfer(c, column_length).powi(2);
            for (r, out) in column.iter_mut().enumerate() {
                let across = if row_length == 1 { 1.0 } else { losses[r] };
                *out = wave[r].re * scale / (loss * across);
            }
        });
        Ok(kernel)
    }

    /// The transform of each row; the rows are overwritten.
    fn spectrum_of_rows(&self, rows: &mut [f64], spectrum: &mut Vec<Complex64>) -> Result<()> {
        let (length, half) = (self.extent.column_length, self.extent.half_columns());
        spectrum.resize(rows.len() / length * half, Complex64::default());
        let tasks = rows.par_chunks_mut(SIDE * length).zip(spectrum.par_chunks_mut(SIDE * half));
        tasks
            .try_for_each(|(rows, spectra)| {
                let mut scratch = self.to_spectrum.make_scratch_vec();
                for (row, spectrum) in rows.chunks_exact_mut(length).zip(spectra.chunks_exact_mut(half)) {
                    self.to_spectrum.process_with_scratch(row, spectrum, &mut scratch)?;
                }
                Ok(())
            })
            .map_err(|e| unfit(&e))
    }

    /// Potentials instead of charges: `nodes` has [`Extent::rows`] rows of [`Extent::column_length`] numbers each, of which
    /// the first [`Extent::columns`] count and the others are 0.
    ///
    /// # Complexity
    /// 3/2 of a transform there and as much back, as the rows that are 0 are left out.
    pub(crate) fn convolve(&self, nodes: &mut [f64], work: &mut Work) -> Result<()> {
        let Extent { rows, row_length, column_length, .. } = self.extent;
        let half = self.extent.half_columns();
        let Work { spectrum, columns } = work;
        self.spectrum_of_rows(nodes, spectrum)?;
        columns.resize(half * rows, Complex64::default());
        columns.par_chunks_mut(SIDE * rows).enumerate().for_each(|(block, columns)| {
            let (first, width) = (block * SIDE, columns.len() / rows);
            let mut waves = vec![Complex64::default(); width * row_length];
            for (r, spectrum) in spectrum.chunks_exact(half).enumerate() {
                for (c, value) in spectrum[first..first + width].iter().enumerate() {
                    waves[c * row_length + r] = *value;
                }
            }
            self.down.process(&mut waves);
            let kernel = &self.kernel[first * row_length..];
            waves.iter_mut().zip(kernel).for_each(|(wave, kernel)| *wave *= *kernel);
            self.up.process(&mut waves);
            for (column, wave) in columns.chunks_exact_mut(rows).zip(waves.chunks_exact(row_length)) {
                column.copy_from_slice(&wave[..rows]);
            }
        });
        let back = nodes.par_chunks_mut(SIDE * column_length).enumerate();
        back.try_for_each(|(block, nodes)| {
            let (first, width) = (block * SIDE, nodes.len() / column_length);
            let mut spectra = vec![Complex64::default(); width * half];
            for (c, column) in columns.chunks_exact(rows).enumerate() {
                for (r, value) in column[first..first + width].iter().enumerate() {
                    spectra[r * half + c] = *value;
                }
            }
            let mut scratch = self.from_spectrum.make_scratch_vec();
            for (row, spectrum) in nodes.chunks_exact_mut(column_length).zip(spectra.chunks_exact_mut(half)) {
                // of real numbers they are 0, but for rounding
                spectrum[0].im = 0.0;
                spectrum[half - 1].im = 0.0;
                self.from_spectrum.process_with_scratch(spectrum, row, &mut scratch)?;
            }
            Ok(())
        })
        .map_err(|e| unfit(&e))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_are_products_of_small_primes() {
        assert_eq!([7, 12, 13, 101, 1001].map(good_length), [8, 12, 16, 108, 1024]);
    }

    #[test]
    fn what_the_spline_takes_is_given_back() {
        // a charge at a node, spread over its five neighbours in both directions and gathered in the same way, is the kernel
        let extent = Extent::new(24, 30);
        let mut planners = Planners::new();
        let convolution = Convolution::new(extent, 0.25, 1.0, &mut planners).unwrap();
        let weights = [1.0, 26.0, 66.0, 26.0, 1.0].map(|v| v / 120.0);
        let mut nodes = vec![0.0; extent.rows * extent.column_length];
        let five = |r: usize, c: usize| (0..5).flat_map(move |i| (0..5).map(move |j| (r + i, c + j, i, j)));
        for (r, c, i, j) in five(3, 4) {
            nodes[r * extent.column_length + c] = weights[i] * weights[j];
        }
        convolution.convolve(&mut nodes, &mut Work::default()).unwrap();
        for (row, column) in [(3, 4), (3, 5), (9, 20), (19, 24)] {
            let found: f64 = five(row, column)
                .map(|(r, c, i, j)| weights[i] * weights[j] * nodes[r * extent.column_length + c])
                .sum();
            let (down, along) = (0.25 * (row as f64 - 3.0), 0.25 * (column as f64 - 4.0));
            let expected = 1.0 / (1.0 + down * down + along * along);
            assert!((found - expected).abs() < 1e-12, "{found} {expected}");
        }
    }
}
