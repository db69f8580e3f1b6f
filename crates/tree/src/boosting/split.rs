//! The best question about one feature's bins.

use super::bins::{BINS, MISSING};
use super::histogram::{Pair, Scale, add, less};
use crate::limits::Monotone;
use cairn_numeric::vectorised;
use serde::{Deserialize, Serialize};

/// Which bins go left.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Rule {
    /// Those up to `last`; missing values where `missing_left` says.
    UpTo { last: u8, missing_left: bool },
    /// Those of a set.
    Among([u64; 4]),
}

impl Rule {
    /// The one rule, of fitting and answering.
    #[inline(always)]
    pub(crate) fn goes_left(&self, bin: u8) -> bool {
        match self {
            // without missing ones on the left, 0 wraps around to the largest
            Self::UpTo { last, missing_left: true } => bin <= *last,
            Self::UpTo { last, missing_left: false } => bin.wrapping_sub(1) < *last,
            Self::Among(set) => set[usize::from(bin >> 6)] >> (bin & 63) & 1 == 1,
        }
    }

    /// All bins that go left.
    pub(crate) fn set(&self) -> [u64; 4] {
        let mut set = [0_u64; 4];
        for bin in (0..=u8::MAX).filter(|&bin| self.goes_left(bin)) {
            set[usize::from(bin >> 6)] |= 1 << (bin & 63);
        }
        set
    }
}

/// What a leaf may answer, so that monotone features stay monotone.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Bounds {
    pub(crate) least: f64,
    pub(crate) most: f64,
}

impl Bounds {
    pub(crate) const NONE: Self = Self { least: f64::NEG_INFINITY, most: f64::INFINITY };
}

/// What questions are judged by, the same for a whole tree.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Terms {
    pub(crate) scale: Scale,
    pub(crate) l1: f64,
    pub(crate) l2: f64,
    pub(crate) min_samples_leaf: usize,
    pub(crate) min_curvature: f64,
}

/// Sums of slopes and curvatures.
#[derive(Clone, Copy, Debug)]
struct Side {
    slope: f64,
    curvature: f64,
}

impl Terms {
    fn side(&self, sum: Pair) -> Side {
        Side { slope: self.scale.slope(sum), curvature: self.scale.curvature(sum) }
    }

    #[inline(always)]
    fn shrunk(&self, slope: f64) -> f64 {
        if self.l1 > 0.0 { slope.signum() * (slope.abs() - self.l1).max(0.0) } else { slope }
    }

    /// The step that lowers the loss of these rows most: −G / (H + l2), within the bounds.
    pub(crate) fn value(&self, sum: Pair, bounds: Bounds) -> f64 {
        let side = self.side(sum);
        let curvature = side.curvature + self.l2;
        if curvature > 0.0 { (-self.shrunk(side.slope) / curvature).clamp(bounds.least, bounds.most) } else { 0.0 }
    }

    /// Twice what the best step takes from the loss: G² / (H + l2).
    #[inline(always)]
    fn score(&self, side: Side) -> f64 {
        let slope = self.shrunk(side.slope);
        slope * slope / (side.curvature + self.l2)
    }

    /// Twice what a given step takes.
    fn score_of(&self, side: Side, value: f64) -> f64 {
        -value * (2.0 * self.shrunk(side.slope) + (side.curvature + self.l2) * value)
    }

    fn enough(&self, sum: Pair) -> bool {
        self.scale.count(sum) >= self.min_samples_leaf && self.scale.curvature(sum) >= self.min_curvature
    }
}

/// A leaf, as its questions are sought.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Whole {
    pub(crate) sum: Pair,
    pub(crate) bounds: Bounds,
}

/// A feature, as questions are sought about it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Feature {
    pub(crate) index: usize,
    /// Besides that of missing values.
    pub(crate) n_bins: usize,
    pub(crate) categorical: bool,
    pub(crate) monotone: Option<Monotone>,
}

/// A question, and what it is worth.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Candidate {
    pub(crate) feature: usize,
    pub(crate) rule: Rule,
    pub(crate) worth: Worth,
    pub(crate) left: Pair,
}

/// Twice what a question takes from the loss, and how much of that may be rounding.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Worth {
    pub(crate) gain: f64,
    slack: f64,
}

impl Worth {
    const NONE: Self = Self { gain: 0.0, slack: 0.0 };

    /// Of both sides' scores, less the score of the whole.
    fn of(scores: f64, before: f64) -> Self {
        Self { gain: scores - before, slack: 1e-12 * scores.abs() }
    }

    /// Whether it is better by more than rounding: ties stay with who came first.
    pub(crate) fn beats(self, other: Self) -> bool {
        self.gain > other.gain + self.slack.max(other.slack)
    }
}

/// The first of the best.
pub(crate) fn first_best<T>(found: impl Iterator<Item = T>, worth: impl Fn(&T) -> Worth) -> Option<T> {
    found.reduce(|best, new| if worth(&new).beats(worth(&best)) { new } else { best })
}

/// A place to cut ordered bins: what is left of it, up to the bin `last`.
#[derive(Clone, Copy)]
struct Cut {
    worth: Worth,
    left: Pair,
    last: u8,
}

/// The best question about `feature`; ties go to the lower bin.
pub(crate) fn best(bins: &[Pair; BINS], feature: Feature, whole: Whole, terms: &Terms) -> Option<Candidate> {
    if feature.categorical {
        return among(bins, feature, whole, terms);
    }
    let missing = bins[usize::from(MISSING)];
    let none_missing = terms.scale.count(missing) == 0;
    let plain = feature.monotone.is_none() && whole.bounds == Bounds::NONE && terms.l1 == 0.0;
    let mut best: Option<(Cut, bool)> = None;
    for missing_left in [false, true] {
        if missing_left && none_missing {
            break;
        }
        // with missing values on the right, all others against them is a question too
        let last = if missing_left || none_missing { feature.n_bins.saturating_sub(1) } else { feature.n_bins };
        let start = if missing_left { missing } else { [0, 0] };
        let values = bins.get(1..=last).unwrap_or(&[]);
        let found = if plain {
            scan(values, start, whole.sum, terms)
        } else {
            scan_bounded(values, start, (whole, feature.monotone), terms)
        };
        let sides = [best, found.map(|cut| (cut, missing_left))];
        best = first_best(sides.into_iter().flatten(), |(cut, _)| cut.worth);
    }
    best.map(|(Cut { worth, left, last }, missing_left)| {
        // if nothing was missing, what will be goes to the heavier side
        let heavier_left = 2 * terms.scale.count(left) >= terms.scale.count(whole.sum);
        let missing_left = if none_missing { heavier_left } else { missing_left };
        Candidate { feature: feature.index, rule: Rule::UpTo { last, missing_left }, worth, left }
    })
}

/// The best place to cut `bins`, if it gains anything; `start` is left of all.
fn scan(bins: &[Pair], start: Pair, whole: Pair, terms: &Terms) -> Option<Cut> {
    // two plain arrays: pairs would be put together in memory, and waited for
    let (mut slopes, mut others) = ([0_i64; BINS], [0_i64; BINS]);
    let [mut slope, mut other] = start;
    for ((slopes, others), pair) in slopes.iter_mut().zip(&mut others).zip(bins) {
        slope += pair[0];
        other += pair[1];
        (*slopes, *others) = (slope, other);
    }
    let n = terms.scale.count(whole);
    let count = |other: &i64| terms.scale.count([0, *other]);
    let others = others.get(..bins.len()).unwrap_or(&[]);
    let first = others.partition_point(|other| count(other) < terms.min_samples_leaf);
    let behind = others.partition_point(|other| n - count(other) >= terms.min_samples_leaf);
    let (slopes, others) = (slopes.get(first..behind)?, others.get(first..behind)?);
    let parent = terms.side(whole);
    let mut scores = [0.0; BINS];
    let most = score_cuts(slopes, others, &mut scores, *terms, (parent.slope, parent.curvature));
    let slack = Worth::of(most, 0.0).slack;
    let at = scores.iter().take(slopes.len()).position(|&score| score >= most - slack)?;
    let worth = Worth::of(scores[at], terms.score(parent));
    let left = [*slopes.get(at)?, *others.get(at)?];
    worth.beats(Worth::NONE).then_some(Cut { worth, left, last: (first + at + 1) as u8 })
}

vectorised! {
    /// Both sides' scores of each cut, -1 where one is too light; and the largest. `slopes` and `others` are the halves
    /// of the pairs left of the cuts.
    fn score_cuts['a](
        slopes: &'a [i64],
        others: &'a [i64],
        scores: &'a mut [f64; BINS],
        terms: Terms,
        whole: (f64, f64),
    ) -> f64 {
        let (slope, curvature) = whole;
        for ((score, &left), &other) in scores.iter_mut().zip(slopes).zip(others) {
            let (l, lh) = (terms.scale.slope([left, 0]), terms.scale.curvature([0, other]));
            let (r, rh) = (slope - l, curvature - lh);
            let (a, b) = (lh + terms.l2, rh + terms.l2);
            // l² / a + r² / b with one division
            let both = (l * l * b + r * r * a) / (a * b);
            let heavy = (lh >= terms.min_curvature) & (rh >= terms.min_curvature) & (a * b > 0.0);
            *score = if heavy { both } else { -1.0 };
        }
        let mut most = [-1.0_f64; 8];
        for scores in scores.get(..slopes.len()).unwrap_or(&[]).chunks(8) {
            most.iter_mut().zip(scores).for_each(|(most, &score)| *most = if score > *most { score } else { *most });
        }
        most.into_iter().fold(-1.0, f64::max)
    }
}

/// [`scan`] where steps are shrunk, bounded or in order.
fn scan_bounded(
    bins: &[Pair],
    start: Pair,
    (whole, monotone): (Whole, Option<Monotone>),
    terms: &Terms,
) -> Option<Cut> {
    let before = terms.score_of(terms.side(whole.sum), terms.value(whole.sum, whole.bounds));
    let mut left = start;
    let mut best: Option<Cut> = None;
    for (last, pair) in (1_u8..).zip(bins) {
        add(&mut left, pair);
        let right = less(whole.sum, left);
        if !(terms.enough(left) && terms.enough(right)) {
            continue;
        }
        let (l, r) = (terms.value(left, whole.bounds), terms.value(right, whole.bounds));
        let ordered = monotone.is_none_or(|order| order.holds(l, r));
        let scores = terms.score_of(terms.side(left), l) + terms.score_of(terms.side(right), r);
        let worth = Worth::of(scores, before);
        if ordered && worth.beats(best.map_or(Worth::NONE, |best| best.worth)) {
            best = Some(Cut { worth, left, last });
        }
    }
    best
}

/// Added to the curvature of a category before its mean is taken, in units of the mean curvature of a row: a rare
/// category's mean is unsure.
const SMOOTH: f64 = 10.0;

/// The best set of categories: sorted by their mean step, some of the lowest against the others (Fisher 1958).
fn among(bins: &[Pair; BINS], feature: Feature, whole: Whole, terms: &Terms) -> Option<Candidate> {
    let parent = terms.side(whole.sum);
    let smooth = SMOOTH * parent.curvature / terms.scale.count(whole.sum).max(1) as f64;
    let mean = |bin: usize| {
        let side = terms.side(bins[bin]);
        side.slope / (side.curvature + smooth)
    };
    let mut order: Vec<(f64, usize)> =
        (0..=feature.n_bins).filter(|&bin| terms.scale.count(bins[bin]) > 0).map(|bin| (mean(bin), bin)).collect();
    order.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
    order.pop()?;
    let pairs: Vec<Pair> = order.iter().map(|&(_, bin)| bins[bin]).collect();
    let Cut { worth, left, last } = scan_bounded(&pairs, [0, 0], (whole, None), terms)?;
    let mut set = [0_u64; 4];
    for &(_, bin) in order.iter().take(usize::from(last)) {
        set[bin >> 6] |= 1 << (bin & 63);
    }
    if terms.scale.count(bins[usize::from(MISSING)]) == 0 && 2 * terms.scale.count(left) >= terms.scale.count(whole.sum)
    {
        set[0] |= 1 << MISSING;
    }
    Some(Candidate { feature: feature.index, rule: Rule::Among(set), worth, left })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn terms(n: usize) -> Terms {
        let scale = Scale::new(n, 10.0, 1.0);
        Terms { scale, l1: 0.0, l2: 0.0, min_samples_leaf: 1, min_curvature: 0.0 }
    }

    fn histogram(terms: &Terms, rows: &[(usize, f64)]) -> ([Pair; BINS], Whole) {
        let mut bins = [[0, 0]; BINS];
        let mut sum = [0, 0];
        for &(bin, slope) in rows {
            let pair = terms.scale.pair(slope, 1.0);
            add(&mut bins[bin], &pair);
            add(&mut sum, &pair);
        }
        (bins, Whole { sum, bounds: Bounds::NONE })
    }

    fn feature(n_bins: usize) -> Feature {
        Feature { index: 3, n_bins, categorical: false, monotone: None }
    }

    #[test]
    fn the_gain_is_what_two_means_take_more_than_one() {
        let terms = terms(4);
        let (bins, whole) = histogram(&terms, &[(1, 1.0), (1, 3.0), (2, -1.0), (3, -3.0)]);
        let found = best(&bins, feature(3), whole, &terms).unwrap();
        // {1, 3 | -1, -3}: 16/2 + 16/2 - 0 = 16
        assert_eq!((found.worth.gain, found.feature), (16.0, 3));
        assert_eq!(found.rule, Rule::UpTo { last: 1, missing_left: true });
        assert_eq!(terms.value(found.left, Bounds::NONE), -2.0);
    }

    #[test]
    fn missing_values_go_where_they_fit() {
        let terms = terms(5);
        for (slope, left) in [(2.0, true), (-2.0, false)] {
            let (bins, whole) = histogram(&terms, &[(0, slope), (1, 2.0), (1, 2.0), (2, -2.0), (2, -2.0)]);
            let found = best(&bins, feature(2), whole, &terms).unwrap();
            assert_eq!(found.rule, Rule::UpTo { last: 1, missing_left: left });
        }
        // only whether it is missing tells
        let (bins, whole) = histogram(&terms, &[(0, 4.0), (0, 4.0), (1, -1.0), (2, -1.0)]);
        let found = best(&bins, feature(2), whole, &terms).unwrap();
        assert_eq!(found.rule, Rule::UpTo { last: 2, missing_left: false });
        assert!(!found.rule.goes_left(MISSING) && found.rule.goes_left(2));
    }

    #[test]
    fn equal_slopes_have_nothing_to_gain() {
        for l1 in [0.0, 1e-9] {
            let terms = Terms { l1, ..terms(3) };
            let (bins, whole) = histogram(&terms, &[(1, 0.1), (2, 0.1), (3, 0.1)]);
            assert!(best(&bins, feature(3), whole, &terms).is_none());
        }
    }

    #[test]
    fn categories_are_parted_by_their_means() {
        let terms = terms(4);
        let (bins, whole) = histogram(&terms, &[(1, 1.0), (2, -1.0), (3, 1.0), (4, -1.0)]);
        let found = best(&bins, Feature { categorical: true, ..feature(4) }, whole, &terms).unwrap();
        // half of the rows are there, so what is missing or new goes there too
        assert_eq!(found.rule.set(), [0b10101, 0, 0, 0]);
        assert_eq!(found.worth.gain, 4.0);
    }

    #[test]
    fn an_order_forbids_the_questions_against_it() {
        let terms = terms(4);
        // steps are -slope: decreasing
        let (bins, whole) = histogram(&terms, &[(1, -1.0), (1, -1.0), (2, 1.0), (2, 1.0)]);
        let asked = |monotone| best(&bins, Feature { monotone, ..feature(2) }, whole, &terms).map(|found| found.worth);
        assert_eq!(asked(Some(Monotone::Increasing)), None);
        assert_eq!(asked(Some(Monotone::Decreasing)), asked(None));
    }

    #[test]
    fn bounds_and_both_penalties_make_steps_smaller() {
        let mut terms = terms(2);
        let (_, whole) = histogram(&terms, &[(1, -3.0), (1, -3.0)]);
        assert_eq!(terms.value(whole.sum, Bounds::NONE), 3.0);
        assert_eq!(terms.value(whole.sum, Bounds { least: -1.0, most: 1.0 }), 1.0);
        (terms.l1, terms.l2) = (2.0, 2.0);
        // (6 - 2) / (2 + 2)
        assert_eq!(terms.value(whole.sum, Bounds::NONE), 1.0);
    }
}
