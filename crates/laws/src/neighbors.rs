//! Laws of nearest neighbours, for any metric that is translation invariant and scales.

use crate::{
    Answer, Broken, Case, Classification, Law, Laws, Learner, Regression, Verdict,
    answer::{answered, close, learned, same_bits, unexpected},
    checks,
    strategies::Design,
};
use cairn_traits::{DMatrix, DVector, TakeRows};
use proptest::prelude::*;
use std::{borrow::Borrow, collections::BTreeMap};

/// Data in general position and how many neighbours to ask.
fn neighborhoods<C: Case>() -> impl Strategy<Value = (C, usize)> {
    (C::cases(&[Design::Generic], 2..=30), 1..=7_usize)
}

impl<'a, E> Laws<'a, E, Regression>
where
    E: Learner<f64, DVector<f64>>,
{
    /// Asks the laws of a mean over the nearest, all alike. `nearest` is the estimator that asks so many.
    pub fn nearest_neighbors(self, nearest: impl Fn(usize) -> E + Copy + 'a) -> Self {
        self.any_neighbors(nearest)
            .ask(Law::AllNeighbors, Regression::cases(&[Design::Generic], 2..=30), move |_, c, tolerance| {
                let means = vec![c.y.mean(); c.x.nrows()].numbers();
                fitted(&nearest(c.x.nrows()), &c.x, &c.y, &c.x)?
                    .map_or(Ok(()), |found| close(&means, &found, tolerance, c.y.amax()))
            })
            .ask(Law::Hull, neighborhoods::<Regression>(), move |_, (c, k), _| within_the_hull(&nearest(*k), c, *k))
    }
}

impl<'a, E> Laws<'a, E, Classification>
where
    E: Learner<f64, [usize]>,
{
    /// Asks the laws of a vote of the nearest, all alike. `nearest` is the estimator that asks so many.
    pub fn nearest_neighbors(self, nearest: impl Fn(usize) -> E + Copy + 'a) -> Self {
        let cases = Classification::cases(&[Design::Generic], 2..=30);
        self.any_neighbors(nearest).ask(Law::AllNeighbors, cases, move |_, c, _| {
            let mut votes: BTreeMap<usize, usize> = BTreeMap::new();
            c.y.iter().for_each(|&label| *votes.entry(label).or_default() += 1);
            // ascending labels: the first of the most
            let most = votes.values().copied().max().unwrap_or_default();
            let majority = votes.iter().find(|(_, count)| **count == most).map_or(0, |(label, _)| *label);
            let expected = vec![majority; c.x.nrows()].numbers();
            fitted(&nearest(c.x.nrows()), &c.x, &c.y, &c.x)?.map_or(Ok(()), |found| same_bits(&expected, &found))
        })
    }
}

impl<'a, E, C> Laws<'a, E, C>
where
    C: Case,
    E: Learner<f64, C::Target>,
{
    fn any_neighbors(self, nearest: impl Fn(usize) -> E + Copy + 'a) -> Self {
        self.ask(Law::NearestIsSelf, C::cases(&[Design::Generic], 2..=30), move |_, c, tolerance| {
            fitted(&nearest(1), c.x(), c.y(), c.x())?
                .map_or(Ok(()), |found| close(&c.targets(), &found, tolerance, 0.0))
        })
        .ask(Law::Isometry, neighborhoods::<C>(), move |_, (c, k), tolerance| {
            checks::shifted_and_scaled_alike(&nearest(*k), c.x(), c.y(), tolerance)
        })
        .ask(Law::FarPoint, neighborhoods::<C>(), move |_, (c, k), tolerance| {
            let n = c.x().nrows();
            if *k > n {
                return Ok(());
            }
            // all rows lie within 10 of 0, unless inputs are mapped
            let far = 1e3 * (1.0 + c.x().amax());
            let rows: Vec<usize> = (0..n).chain([0]).collect();
            let y = c.y().take_rows(&rows).map_err(unexpected("rows that are there"))?;
            let x = DMatrix::from_fn(n + 1, c.x().ncols(), |i, j| if i < n { c.x()[(i, j)] } else { far });
            let e = nearest(*k);
            let (without, with) = (fitted(&e, c.x(), c.y(), c.x())?, fitted(&e, &x, y.borrow(), c.x())?);
            without.zip(with).map_or(Ok(()), |(without, with)| close(&without, &with, tolerance, 0.0))
        })
    }
}

fn fitted<Y: ?Sized, E: Learner<f64, Y>>(
    e: &E,
    x: &DMatrix<f64>,
    y: &Y,
    queries: &DMatrix<f64>,
) -> Result<Option<DMatrix<f64>>, Broken> {
    learned(e.fit(x, y))?.map(|model| answered(&model, queries)).transpose()
}

/// The neighbours by definition: Euclidean distances, sorted.
fn within_the_hull<E: Learner<f64, DVector<f64>>>(e: &E, case: &Regression, k: usize) -> Verdict {
    let Regression { x, y, .. } = case;
    let Some(answers) = fitted(e, x, y, x)? else { return Ok(()) };
    for (row, &answer) in answers.iter().enumerate() {
        let mut by_distance: Vec<usize> = (0..x.nrows()).collect();
        by_distance.sort_by(|&a, &b| (x.row(a) - x.row(row)).norm().total_cmp(&(x.row(b) - x.row(row)).norm()));
        let targets = || by_distance.iter().take(k).map(|&neighbor| y[neighbor]);
        let (least, most) = (targets().fold(f64::INFINITY, f64::min), targets().fold(f64::NEG_INFINITY, f64::max));
        // a mean of k numbers rounds k times
        let rounding = 4.0 * k as f64 * f64::EPSILON * y.amax();
        if answer < least - rounding || answer > most + rounding {
            return Err(Broken::new(format!("{least} to {most} at row {row}"), answer));
        }
    }
    Ok(())
}
