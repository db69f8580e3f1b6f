//! Long slices in parallel stretches, cut by their length alone.

use cairn_traits::Float;
use rayon::prelude::*;

/// Up to so many numbers a thread alone is faster than two that must be woken.
const LONG: usize = 200_000;
/// The length of stretches; a power of two, and whole vectors of every processor.
const STRETCH: usize = 1 << 16;

/// `step` on all stretches of `parameters`, `gradient` and `averages`, which are of one length.
///
/// Each number is worked on by itself, so the bits are those of one stretch. Nothing is allocated.
pub(crate) fn each<F: Float, const N: usize>(
    parameters: &mut [F],
    gradient: &[F],
    averages: [&mut [F]; N],
    step: &(impl Fn(&mut [F], &[F], [&mut [F]; N]) + Sync),
) {
    if parameters.len() <= LONG {
        aligned(parameters, gradient, averages, step);
    } else {
        halve(parameters, gradient, averages, step);
    }
}

/// `step` on what stands before the first whole cache line of the parameters, then on the rest.
///
/// A step that writes several slices in one loop takes longer where all its vectors lie across lines. Slices that begin
/// alike, as those of large allocations mostly do, are put on lines by this; where they begin differently it is no help
/// (Adam, which is used the most, writes them one by one).
fn aligned<F: Float, const N: usize>(
    parameters: &mut [F],
    gradient: &[F],
    averages: [&mut [F]; N],
    step: &(impl Fn(&mut [F], &[F], [&mut [F]; N]) + Sync),
) {
    const LINE: usize = 64;
    let head = parameters.as_ptr().align_offset(LINE).min(parameters.len());
    let (parameters, more_parameters) = parameters.split_at_mut(head);
    let (gradient, more_gradient) = gradient.split_at(head);
    let (averages, more_averages) = split(averages, head);
    if head > 0 {
        step(parameters, gradient, averages);
    }
    step(more_parameters, more_gradient, more_averages);
}

/// Each slice in two.
fn split<F, const N: usize>(slices: [&mut [F]; N], middle: usize) -> ([&mut [F]; N], [&mut [F]; N]) {
    let mut rights = [const { None }; N];
    let mut slots = rights.iter_mut();
    let lefts = slices.map(|of| {
        let (left, right) = of.split_at_mut(middle);
        if let Some(slot) = slots.next() {
            *slot = Some(right);
        }
        left
    });
    (lefts, rights.map(Option::unwrap_or_default))
}

fn halve<F: Float, const N: usize>(
    parameters: &mut [F],
    gradient: &[F],
    averages: [&mut [F]; N],
    step: &(impl Fn(&mut [F], &[F], [&mut [F]; N]) + Sync),
) {
    let Some(middle) = middle(parameters.len()) else { return aligned(parameters, gradient, averages, step) };
    let (parameters, more_parameters) = parameters.split_at_mut(middle);
    let (gradient, more_gradient) = gradient.split_at(middle);
    let (averages, more_averages) = split(averages, middle);
    rayon::join(
        || halve(parameters, gradient, averages, step),
        || halve(more_parameters, more_gradient, more_averages, step),
    );
}

/// The sum of `of` each stretch, added in pairs, then pairs of pairs: the same bits on any number of threads.
pub(crate) fn sum<F: Float>(x: &[F], of: &(impl Fn(&[F]) -> f64 + Sync)) -> f64 {
    let Some(middle) = middle(x.len()) else { return of(x) };
    let (left, right) = x.split_at(middle);
    let (left, right) = if x.len() <= LONG {
        (sum(left, of), sum(right, of))
    } else {
        rayon::join(|| sum(left, of), || sum(right, of))
    };
    left + right
}

/// `of` each stretch, number by number.
pub(crate) fn change<F: Float>(x: &mut [F], of: &(impl Fn(&mut [F]) + Sync)) {
    if x.len() <= LONG {
        of(x);
    } else {
        x.par_chunks_mut(STRETCH).for_each(of);
    }
}

/// Where a slice is cut: a whole number of stretches, about half; `None` if it is one stretch.
fn middle(n: usize) -> Option<usize> {
    (n > STRETCH).then(|| (n / 2).next_multiple_of(STRETCH))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_number_is_met_once() {
        for n in [0, 1, 3 * STRETCH - 1, 5 * STRETCH + 17, LONG, LONG + 1] {
            let gradient: Vec<f64> = (0..n).map(|i| i as f64).collect();
            let (mut x, mut a, mut b) = (vec![0.0; n], vec![1.0; n], vec![2.0; n]);
            each(&mut x, &gradient, [&mut a, &mut b], &|x, g, [a, b]| {
                assert!(x.len() == g.len() && x.len() == a.len() && x.len() == b.len());
                for (((x, g), a), b) in x.iter_mut().zip(g).zip(a).zip(b) {
                    *x += g;
                    *a += 10.0 * g;
                    *b -= g;
                }
            });
            assert!(x == gradient);
            assert!(a.iter().zip(&gradient).all(|(a, g)| *a == 1.0 + 10.0 * g));
            assert!(b.iter().zip(&gradient).all(|(b, g)| *b == 2.0 - g));
            // Σ i = n(n − 1)/2, whole numbers: exact
            assert_eq!(sum(&gradient, &|x| x.iter().sum()), n as f64 * (n as f64 - 1.0).max(0.0) / 2.0);
        }
    }

    #[test]
    fn cuts_leave_something_on_both_sides() {
        for n in [STRETCH + 1, 2 * STRETCH - 1, 2 * STRETCH, 2 * STRETCH + 1, 1_000_003] {
            assert!(middle(n).is_some_and(|at| at > 0 && at < n && at.is_multiple_of(STRETCH)), "{n}");
        }
        assert_eq!(middle(STRETCH), None);
    }
}
