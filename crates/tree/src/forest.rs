//! Many trees, each on its own draw, grown side by side.

use crate::columns::Column;
use crate::grow::{Ground, grow};
use crate::limits::Limits;
use crate::prune::pruned;
use crate::targets::{Answers, Targets};
use crate::tree::{Tree, add, in_blocks, leaves, query, shares};
use crate::walk::Walk;
use cairn_numeric::stream;
use cairn_traits::{DMatrix, Error, Float, Result, check};
use rand::{RngExt, rngs::ChaCha8Rng};
use rayon::prelude::*;
use serde::{Deserialize, Serialize};

/// The trees of a forest; their answers are averaged.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(bound = "")]
pub(crate) struct Forest<F: Float> {
    pub(crate) trees: Vec<Tree<F>>,
    /// Accuracy or R² on the rows that a tree was not grown on.
    pub(crate) oob_score: Option<f64>,
}

/// What a forest is told beside the limits of its trees.
#[derive(Clone, Copy)]
pub(crate) struct Draws {
    pub(crate) n_estimators: usize,
    pub(crate) bootstrap: bool,
    pub(crate) oob_score: bool,
}

impl Draws {
    pub(crate) fn validate(self) -> Result<()> {
        if self.n_estimators == 0 {
            return Err(Error::Parameter { name: "n_estimators", requirement: "a number of at least 1", found: 0.0 });
        }
        if self.oob_score && !self.bootstrap {
            let requirement = "bootstrap: without it no row is out of the bag";
            return Err(Error::Parameter { name: "oob_score", requirement, found: 1.0 });
        }
        Ok(())
    }
}

/// The weights of one tree: how often each row is drawn, times its own.
fn drawn(weights: &[f64], rng: &mut ChaCha8Rng) -> Vec<f64> {
    let rows: Vec<usize> = weights.iter().enumerate().filter(|(_, w)| **w > 0.0).map(|(row, _)| row).collect();
    let mut counts = vec![0.0; weights.len()];
    for _ in 0..rows.len() {
        counts[rows[rng.random_range(0..rows.len())]] += 1.0;
    }
    counts.iter().zip(weights).map(|(count, weight)| count * weight).collect()
}

/// Tree `index` of a forest, and the weights it was grown with.
pub(crate) fn tree<F: Float>(
    columns: &[Column<F>],
    targets: &Targets,
    weights: &[f64],
    limits: &Limits,
    (index, bootstrap, parallel): (usize, bool, bool),
) -> (Tree<F>, Vec<f64>) {
    let mut rng = stream(limits.seed, index as u64);
    let weights = if bootstrap { drawn(weights, &mut rng) } else { weights.to_vec() };
    let ground = Ground { columns, targets, weights: &weights, limits, parallel };
    (pruned(grow(&ground, rng), limits.ccp_alpha), weights)
}

/// Grows all trees; `x` is asked again for the score out of the bag.
pub(crate) fn forest<F: Float>(
    x: &DMatrix<F>,
    columns: &[Column<F>],
    targets: &Targets,
    weights: &[f64],
    limits: &Limits,
    draws: Draws,
) -> Forest<F> {
    let grown: Vec<(Tree<F>, Vec<bool>)> = (0..draws.n_estimators)
        .into_par_iter()
        .map(|index| {
            let (tree, drawn) = tree(columns, targets, weights, limits, (index, draws.bootstrap, false));
            (tree, if draws.oob_score { drawn.iter().map(|&w| w > 0.0).collect() } else { Vec::new() })
        })
        .collect();
    let (trees, bags): (Vec<_>, Vec<_>) = grown.into_iter().unzip();
    let mut forest = Forest { trees, oob_score: None };
    if draws.oob_score {
        forest.oob_score = oob_score(&forest, &bags, x, targets, weights);
    }
    forest
}

/// The mean answer, of the trees that never met it, to each row that has one.
fn oob_score<F: Float>(
    forest: &Forest<F>,
    bags: &[Vec<bool>],
    x: &DMatrix<F>,
    targets: &Targets,
    weights: &[f64],
) -> Option<f64> {
    let answers: Vec<Option<Vec<f64>>> = (0..x.nrows())
        .into_par_iter()
        .map(|row| {
            let values: Vec<F> = x.row(row).iter().copied().collect();
            let out = forest.trees.iter().zip(bags).filter(|(_, bag)| bag.get(row) == Some(&false));
            let (sums, n) = out.fold((vec![0.0; targets.width()], 0), |(mut sums, n), (tree, _)| {
                add(&mut sums, tree.value(tree.leaf(&values)));
                (sums, n + 1)
            });
            let counts = n > 0 && weights.get(row).is_some_and(|&w| w > 0.0);
            counts.then(|| sums.into_iter().map(|sum| sum / f64::from(n)).collect())
        })
        .collect();
    let answered: Vec<(usize, &[f64])> =
        answers.iter().enumerate().filter_map(|(row, answer)| answer.as_deref().map(|answer| (row, answer))).collect();
    if answered.is_empty() { None } else { score(targets, weights, &answered) }
}

fn score(targets: &Targets, weights: &[f64], answered: &[(usize, &[f64])]) -> Option<f64> {
    let total: f64 = answered.iter().map(|&(row, _)| weights[row]).sum();
    match &targets.answers {
        Answers::Labels { class, .. } => {
            let right = answered.iter().filter(|(row, answer)| argmax(*answer) == class[*row] as usize);
            Some(right.map(|&(row, _)| weights[row]).sum::<f64>() / total)
        }
        Answers::Values { n_outputs, .. } => {
            let r2 = (0..*n_outputs).map(|output| {
                let y = |row: usize| targets.numbers(row)[output];
                let mean = answered.iter().map(|&(row, _)| weights[row] * y(row)).sum::<f64>() / total;
                let spread: f64 = answered.iter().map(|&(row, _)| weights[row] * (y(row) - mean).powi(2)).sum();
                let missed: f64 = answered.iter().map(|&(row, a)| weights[row] * (y(row) - a[output]).powi(2)).sum();
                (spread > 0.0).then(|| 1.0 - missed / spread)
            });
            r2.sum::<Option<f64>>().map(|sum| sum / *n_outputs as f64)
        }
    }
}

/// The largest; ties go to the first.
pub(crate) fn argmax<T: PartialOrd>(numbers: impl IntoIterator<Item = T>) -> usize {
    let best = numbers.into_iter().enumerate().reduce(|best, new| if new.1 > best.1 { new } else { best });
    best.map_or(0, |(index, _)| index)
}

impl<F: Float> Forest<F> {
    pub(crate) fn n_features(&self) -> usize {
        self.trees.first().map_or(0, |tree| tree.n_features)
    }

    pub(crate) fn width(&self) -> usize {
        self.trees.first().map_or(0, |tree| tree.width)
    }

    /// The mean of the trees' answers: n_samples x width.
    pub(crate) fn means(&self, x: &DMatrix<F>) -> Result<DMatrix<F>> {
        let blocks = self.mean_answers(x, |means| means)?;
        let mut all = DMatrix::zeros(x.nrows(), self.width());
        all.as_mut_slice().par_chunks_exact_mut(x.nrows()).enumerate().for_each(|(place, column)| {
            let means = blocks.iter().flat_map(|block| block.iter().skip(place).step_by(self.width()));
            column.iter_mut().zip(means).for_each(|(out, mean)| *out = F::of(*mean));
        });
        Ok(all)
    }

    /// The index of the largest number of each row's mean answer, in the precision of [`Self::means`].
    pub(crate) fn winners(&self, x: &DMatrix<F>) -> Result<Vec<usize>> {
        let rounded = |means: &[f64]| argmax(means.iter().map(|&mean| F::of(mean)));
        Ok(self.mean_answers(x, |means| means.chunks_exact(self.width()).map(rounded).collect::<Vec<_>>())?.concat())
    }

    /// What `of` makes of each block's mean answers, row by row.
    pub(crate) fn mean_answers<T: Send>(&self, x: &DMatrix<F>, of: impl Fn(Vec<f64>) -> T + Sync) -> Result<Vec<T>> {
        query(x, self.n_features())?;
        let (n, width) = (self.trees.len() as f64, self.width());
        let walks = self.walks(x.nrows());
        Ok(in_blocks(x, |rows| {
            // tree by tree, so that one at a time is in cache
            let mut sums = vec![0.0; rows.values.len() / self.n_features() * width];
            for (tree, walk) in self.trees.iter().zip(&walks) {
                match walk {
                    Some(walk) => walk.add(tree, rows, &mut sums),
                    None => {
                        let rows = rows.values.chunks_exact(tree.n_features);
                        let alone = |(sums, row)| add(sums, tree.value(tree.leaf(row)));
                        sums.chunks_exact_mut(width).zip(rows).for_each(alone);
                    }
                }
            }
            sums.iter_mut().for_each(|sum| *sum /= n);
            of(sums)
        }))
    }

    fn walks(&self, n_rows: usize) -> Vec<Option<Walk<F>>> {
        self.trees.par_iter().map(|tree| Walk::worthwhile(tree, n_rows)).collect()
    }

    pub(crate) fn apply(&self, x: &DMatrix<F>) -> Result<Vec<Vec<usize>>> {
        query(x, self.n_features())?;
        let walks = self.walks(x.nrows());
        let blocks = in_blocks(x, |rows| {
            let mut ends = vec![0; rows.values.len() / self.n_features()];
            let mut paths = vec![Vec::with_capacity(self.trees.len()); ends.len()];
            for (tree, walk) in self.trees.iter().zip(&walks) {
                leaves(tree, walk.as_ref(), rows, &mut ends);
                paths.iter_mut().zip(&ends).for_each(|(path, &node)| path.push(node as usize));
            }
            paths
        });
        Ok(blocks.into_iter().flatten().collect())
    }

    pub(crate) fn feature_importances(&self) -> Vec<f64> {
        let mut sums = vec![0.0; self.n_features()];
        for tree in &self.trees {
            add(&mut sums, &tree.feature_importances());
        }
        shares(sums)
    }

    pub(crate) fn check(&self) -> Result<()> {
        check::at_least("trees", 1, self.trees.len())?;
        for tree in &self.trees {
            tree.check()?;
            check::size("trees", "features", self.n_features(), tree.n_features)?;
            check::size("trees", "numbers in an answer", self.width(), tree.width)?;
        }
        Ok(())
    }
}
