//! Boosting: round by round a tree down the slope of the loss.

use super::bins::{Binned, LANES, Plan, binned, draw, learn};
use super::grow::{Ground, Leaf, Workspace, grow};
use super::loss::{Loss, Round, Rows, Slopes};
use super::params::Boosting;
use super::split::{Feature, Terms};
use super::trees::{BoostedTree, BoostedTrees, most_features};
use cairn_numeric::{blocks, stream};
use cairn_traits::{Convergence, DMatrix, Error, Float, Progress, Result, Stop, check};
use rand::{rngs::ChaCha8Rng, seq::SliceRandom};
use rayon::prelude::*;
use std::ops::ControlFlow;

/// Streams of trees begin behind that of the held-back rows.
const TREES: u64 = 1;
/// A leaf's curvature is at least this much of a row's mean weight.
const MIN_CURVATURE: f64 = 1e-3;
/// So many outputs have their trees grown side by side.
const WIDE: usize = 16;
/// Rows for one task, where predictions are brought up to date.
const ROWS: usize = 8192;

/// What watches the rounds.
pub(crate) type Observer<'a, F> = &'a mut dyn FnMut(&Progress, &BoostedTrees<F>) -> ControlFlow<()>;

/// What is boosted on.
pub(crate) struct Task<'a, F: Float> {
    pub(crate) x: &'a DMatrix<F>,
    /// Targets, or classes 0, 1, ...
    pub(crate) y: Vec<f64>,
    pub(crate) weights: Vec<f64>,
    pub(crate) loss: Loss,
    pub(crate) n_outputs: usize,
    /// Whether held-back rows are drawn class by class.
    pub(crate) classes: bool,
}

/// Some of the rows, as bins, with their raw predictions by output.
struct Part {
    binned: Binned,
    rows: Rows,
    raw: Vec<Vec<f64>>,
}

struct Boost<'a> {
    settings: &'a Boosting,
    loss: Loss,
    features: Vec<Feature>,
    training: Part,
    held: Option<Part>,
    min_curvature: f64,
    n_outputs: usize,
}

/// Room for one tree at a time.
#[derive(Default)]
struct Space {
    slopes: Slopes,
    growth: Workspace,
}

/// The model, and how the fit went.
pub(crate) fn boost<F: Float>(
    settings: &Boosting,
    task: &Task<'_, F>,
    mut observer: Option<Observer<'_, F>>,
) -> Result<(BoostedTrees<F>, Convergence)> {
    most_features(task.x.ncols())?;
    settings.fits(task.x.ncols())?;
    let (mut boost, mut model) = prepared(settings, task)?;
    let steps = settings.n_estimators;
    let (mut stop, mut n_iter, mut lowest) = (Stop::MaxIter, 0, (f64::INFINITY, 0));
    let mut spaces = Vec::new();
    for step in 1..=steps {
        let Some(trees) = boost.round(step, &mut spaces) else {
            if step == 1 {
                return Err(Error::Diverged { step });
            }
            stop = Stop::Diverged;
            break;
        };
        let grown = trees.iter().any(|tree| tree.nodes.len() > 1);
        model.trees.extend(trees);
        n_iter = step;
        let held = boost.held.as_ref().map(|part| boost.mean_loss(part));
        if let Some(loss) = held.filter(|&loss| loss < lowest.0 - settings.tol || lowest.1 == 0) {
            lowest = (loss, step);
        }
        if let Some(observer) = observer.as_mut() {
            let mut progress = Progress::new(step, steps, boost.mean_loss(&boost.training));
            progress.validation_loss = held;
            if observer(&progress, &model).is_break() {
                stop = Stop::Interrupted;
                break;
            }
        }
        if !grown && !boost.draws() {
            stop = Stop::Converged;
            break;
        }
        if held.is_some() && step >= lowest.1 + settings.n_iter_no_change {
            stop = Stop::EarlyStopped;
            break;
        }
    }
    let objective = boost.mean_loss(&boost.training);
    if boost.held.is_some() && stop != Stop::Interrupted {
        model.trees.truncate(lowest.1 * task.n_outputs);
    }
    Ok((model, Convergence { n_iter, objective, stop }))
}

/// Rows with weight, those held back aside; bins; and a model without trees.
fn prepared<'a, F: Float>(settings: &'a Boosting, task: &Task<'_, F>) -> Result<(Boost<'a>, BoostedTrees<F>)> {
    let used: Vec<usize> = (0..task.y.len()).filter(|&row| task.weights[row] > 0.0).collect();
    let (kept, held) = if settings.early_stopping { held_back(settings, task, used)? } else { (used, Vec::new()) };
    let plan = Plan { max_bins: settings.max_bins, categorical: &settings.categorical_features, seed: settings.seed };
    let bins = learn(task.x, &kept, &plan)?;
    let rows = |rows: &[usize]| Rows {
        y: rows.iter().map(|&row| task.y[row]).collect(),
        weights: rows.iter().map(|&row| task.weights[row]).collect(),
    };
    let training_rows = rows(&kept);
    let baseline = task.loss.baseline(&training_rows, task.n_outputs);
    let part = |indices: &[usize], rows: Rows| {
        let raw = baseline.iter().map(|&start| vec![start; indices.len()]).collect();
        Part { binned: binned(task.x, indices, &bins), rows, raw }
    };
    let mean_weight = training_rows.weights.iter().sum::<f64>() / kept.len() as f64;
    let features = bins.iter().enumerate().map(|(index, bins)| Feature {
        index,
        n_bins: bins.n_bins(),
        categorical: settings.categorical_features.contains(&index),
        monotone: settings.monotone.iter().find(|&&(feature, _)| feature == index).map(|&(_, order)| order),
    });
    let boost = Boost {
        settings,
        loss: task.loss,
        features: features.collect(),
        training: part(&kept, training_rows),
        held: (!held.is_empty()).then(|| part(&held, rows(&held))),
        min_curvature: MIN_CURVATURE * mean_weight,
        n_outputs: task.n_outputs,
    };
    Ok((boost, BoostedTrees { bins, baseline, trees: Vec::new() }))
}

/// Some rows to grow on, the others to end by; of each class the same share.
fn held_back<F: Float>(
    settings: &Boosting,
    task: &Task<'_, F>,
    mut rows: Vec<usize>,
) -> Result<(Vec<usize>, Vec<usize>)> {
    check::at_least("x", 2, rows.len())?;
    let mut rng = stream(settings.seed, 0);
    rows.shuffle(&mut rng);
    if task.classes {
        rows.sort_by(|&a, &b| task.y[a].total_cmp(&task.y[b]));
    }
    let same = |a: &usize, b: &usize| !task.classes || task.y[*a] == task.y[*b];
    let (mut kept, mut held) = (Vec::new(), Vec::new());
    for group in rows.chunk_by(same) {
        let share = (settings.validation_fraction * group.len() as f64).round() as usize;
        let (some, others) = group.split_at(share.min(group.len() - 1));
        held.extend_from_slice(some);
        kept.extend_from_slice(others);
    }
    if held.is_empty() {
        // too few of each class: one row at least
        held.extend(kept.pop());
    }
    kept.sort_unstable();
    held.sort_unstable();
    Ok((kept, held))
}

impl Boost<'_> {
    /// Whether rounds differ by what they draw.
    fn draws(&self) -> bool {
        self.settings.subsample < 1.0 || self.settings.max_features.of(self.features.len()) < self.features.len()
    }

    fn mean_loss(&self, part: &Part) -> f64 {
        // what is large among held-back rows is judged by the training rows
        let round = self.loss.round(&self.training.raw, &self.training.rows);
        self.loss.mean(&part.raw, &part.rows, &round)
    }

    /// One tree an output; `None` if a slope is not finite.
    fn round(&mut self, step: usize, spaces: &mut Vec<Space>) -> Option<Vec<BoostedTree>> {
        let round = self.loss.round(&self.training.raw, &self.training.rows);
        let mut raw = std::mem::take(&mut self.training.raw);
        let n_outputs = raw.len();
        let first = TREES + ((step - 1) * n_outputs) as u64;
        spaces.resize_with(n_outputs.min(WIDE), Space::default);
        let mut trees: Vec<Option<BoostedTree>> = Vec::with_capacity(n_outputs);
        // trees of several outputs grow side by side, each on one thread
        for (wave, raw) in raw.chunks_mut(WIDE).enumerate() {
            let work = raw.par_iter_mut().zip(spaces.par_iter_mut()).enumerate();
            trees.par_extend(work.map(|(at, (raw, space))| {
                let output = wave * WIDE + at;
                self.tree((raw, output), &round, stream(self.settings.seed, first + output as u64), space)
            }));
        }
        self.training.raw = raw;
        let trees: Vec<BoostedTree> = trees.into_iter().collect::<Option<_>>()?;
        if let Some(Part { binned, raw, .. }) = &mut self.held {
            for (tree, raw) in trees.iter().zip(raw) {
                add_to_all(tree, binned, raw);
            }
        }
        Some(trees)
    }

    /// The next tree of an output; its answers are added to `raw`.
    fn tree(
        &self,
        (raw, output): (&mut [f64], usize),
        round: &Round,
        mut rng: ChaCha8Rng,
        space: &mut Space,
    ) -> Option<BoostedTree> {
        let Space { slopes, growth } = space;
        let rows = &self.training.rows;
        let scale = self.loss.pairs((raw, output), rows, round, slopes)?;
        let n = raw.len();
        growth.rows.clear();
        if self.settings.subsample < 1.0 {
            let drawn = ((self.settings.subsample * n as f64) as usize).max(1);
            growth.rows.extend(draw(&mut rng, n, drawn).into_iter().map(|row| row as u32));
            growth.rows.sort_unstable();
        } else {
            growth.rows.extend(0..n as u32);
        }
        let Boosting { l1, l2, min_samples_leaf, max_leaf_nodes, max_depth, .. } = *self.settings;
        let ground = Ground {
            binned: &self.training.binned,
            features: &self.asked(&mut rng),
            terms: Terms { scale, l1, l2, min_samples_leaf, min_curvature: self.min_curvature },
            max_leaf_nodes,
            max_depth: max_depth.unwrap_or(usize::MAX),
            parallel: self.n_outputs == 1 && rows.weights.len() >= ROWS,
        };
        let (mut tree, leaves) = grow(&ground, &slopes.pairs, growth);
        if self.loss.renews() {
            self.renew(&mut tree, &leaves, (raw, &growth.rows), round);
        }
        tree.nodes.iter_mut().for_each(|node| node.value *= self.settings.learning_rate);
        if growth.rows.len() < n {
            add_to_all(&tree, &self.training.binned, raw);
        } else {
            for leaf in &leaves {
                let value = tree.nodes.get(leaf.node).map_or(0.0, |node| node.value);
                for &row in growth.rows.get(leaf.rows.clone()).unwrap_or(&[]) {
                    if let Some(raw) = raw.get_mut(row as usize) {
                        *raw += value;
                    }
                }
            }
        }
        Some(tree)
    }

    /// The features by block, without those that the draw leaves out.
    fn asked(&self, rng: &mut ChaCha8Rng) -> Vec<Vec<Option<Feature>>> {
        let n = self.features.len();
        let wanted = self.settings.max_features.of(n);
        let mut asked = vec![wanted == n; n];
        if wanted < n {
            draw(rng, n, wanted).into_iter().for_each(|feature| asked[feature] = true);
        }
        let block = |(at, features): (usize, &[Feature])| {
            let of = |(lane, &feature): (usize, &Feature)| asked[at * LANES + lane].then_some(feature);
            features.iter().enumerate().map(of).collect()
        };
        self.features.chunks(LANES).enumerate().map(block).collect()
    }

    /// Each leaf's own best constant.
    fn renew(&self, tree: &mut BoostedTree, leaves: &[Leaf], (raw, order): (&[f64], &[u32]), round: &Round) {
        let Rows { y, weights } = &self.training.rows;
        let constants: Vec<f64> = leaves
            .par_iter()
            .map(|leaf| {
                let rows = order.get(leaf.rows.clone()).unwrap_or(&[]).iter().map(|&row| row as usize);
                let mut residuals: Vec<(f64, f64)> = rows.map(|row| (y[row] - raw[row], weights[row])).collect();
                self.loss.constant(&mut residuals, round)
            })
            .collect();
        for (leaf, constant) in leaves.iter().zip(constants) {
            if let Some(node) = tree.nodes.get_mut(leaf.node) {
                node.value = constant;
            }
        }
    }
}

/// Adds a tree's answers to the raw predictions of all rows.
fn add_to_all(tree: &BoostedTree, binned: &Binned, raw: &mut [f64]) {
    raw.par_chunks_mut(ROWS).zip(blocks::ranges(binned.n_rows, ROWS).collect::<Vec<_>>()).for_each(|(raw, rows)| {
        raw.iter_mut().zip(rows).for_each(|(raw, row)| *raw += tree.value(binned, row));
    });
}
