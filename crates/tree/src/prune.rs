//! Minimal cost-complexity pruning: the weakest branch goes first.

use crate::tree::Tree;
use cairn_traits::Float;

/// The nested trees from the whole one to its root, by what a leaf must be worth.
#[derive(Clone, Debug, PartialEq)]
pub struct PruningPath {
    /// From which `ccp_alpha` on each of them is the best, ascending; the first is 0.
    pub ccp_alphas: Vec<f64>,
    /// The sum over the leaves of each of impurity times share of the weight.
    pub impurities: Vec<f64>,
}

struct Pruning<'a, F: Float> {
    tree: &'a Tree<F>,
    parents: Vec<usize>,
    /// Impurity times share of the weight: of the node, and of the leaves below it.
    own: Vec<f64>,
    below: Vec<f64>,
    leaves: Vec<usize>,
    inner: Vec<bool>,
}

impl<'a, F: Float> Pruning<'a, F> {
    fn new(tree: &'a Tree<F>) -> Self {
        let n = tree.nodes.len();
        let total = tree.nodes.first().map_or(1.0, |root| root.weight);
        let own: Vec<f64> = tree.nodes.iter().map(|node| node.impurity * node.weight / total).collect();
        let (mut below, mut leaves, mut parents) = (own.clone(), vec![1; n], vec![0; n]);
        // children stand after their parents
        for (node, place) in tree.nodes.iter().enumerate().rev() {
            if let Some(question) = &place.question {
                below[node] = below[question.left] + below[question.right];
                leaves[node] = leaves[question.left] + leaves[question.right];
                parents[question.left] = node;
                parents[question.right] = node;
            }
        }
        let inner = tree.nodes.iter().map(|node| node.question.is_some()).collect();
        Self { tree, parents, own, below, leaves, inner }
    }

    /// The branch that gains least for each leaf it adds; the lower node of several.
    fn weakest(&self) -> Option<(usize, f64)> {
        let inner = (0..self.own.len()).filter(|&node| self.inner[node]);
        let worth = inner.map(|node| (node, (self.own[node] - self.below[node]) / (self.leaves[node] - 1) as f64));
        worth.reduce(|kept, new| if new.1 < kept.1 { new } else { kept })
    }

    fn prune(&mut self, node: usize) {
        let mut stack = vec![node];
        while let Some(at) = stack.pop() {
            if self.inner[at] {
                self.inner[at] = false;
                stack.extend(self.tree.nodes[at].question.iter().flat_map(|q| [q.left, q.right]));
            }
        }
        let (gained, lost) = (self.own[node] - self.below[node], self.leaves[node] - 1);
        let mut at = node;
        loop {
            self.below[at] += gained;
            self.leaves[at] -= lost;
            if at == 0 {
                return;
            }
            at = self.parents[at];
        }
    }
}

/// The path of `tree`.
pub(crate) fn pruning_path<F: Float>(tree: &Tree<F>) -> PruningPath {
    let mut pruning = Pruning::new(tree);
    let mut path = PruningPath { ccp_alphas: vec![0.0], impurities: vec![pruning.below[0]] };
    while let Some((node, worth)) = pruning.weakest() {
        pruning.prune(node);
        let last = path.ccp_alphas.len() - 1;
        // equal worths are one step
        if worth <= path.ccp_alphas[last] + 1e-12 * pruning.own[0] {
            path.impurities[last] = pruning.below[0];
        } else {
            path.ccp_alphas.push(worth);
            path.impurities.push(pruning.below[0]);
        }
    }
    path
}

/// The smallest tree that is best for `alpha`.
pub(crate) fn pruned<F: Float>(tree: Tree<F>, alpha: f64) -> Tree<F> {
    if alpha <= 0.0 {
        return tree;
    }
    let mut pruning = Pruning::new(&tree);
    while let Some((node, _)) = pruning.weakest().filter(|&(_, worth)| worth <= alpha) {
        pruning.prune(node);
    }
    let mut kept = Tree { n_features: tree.n_features, width: tree.width, nodes: Vec::new(), values: Vec::new() };
    let inner = pruning.inner;
    let mut places = vec![usize::MAX; tree.nodes.len()];
    let mut reached = vec![false; tree.nodes.len()];
    reached[0] = true;
    for (node, place) in tree.nodes.iter().enumerate().filter(|&(node, _)| inner[node]) {
        if let Some(question) = &place.question {
            reached[question.left] = reached[node];
            reached[question.right] = reached[node];
        }
    }
    for (node, place) in tree.nodes.iter().enumerate().filter(|&(node, _)| reached[node]) {
        places[node] = kept.nodes.len();
        kept.nodes.push(place.clone());
        kept.values.extend_from_slice(tree.value(node));
        if let (false, Some(last)) = (inner[node], kept.nodes.last_mut()) {
            last.question = None;
        }
    }
    for question in kept.nodes.iter_mut().filter_map(|node| node.question.as_mut()) {
        question.left = places[question.left];
        question.right = places[question.right];
    }
    kept
}
