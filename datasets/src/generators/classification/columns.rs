//! How many rows each cluster has, where it is, and what its columns hold.

use super::MakeClassification;
use crate::generators::draw::{Draw, Part};
use cairn_traits::DMatrix;
use std::collections::BTreeSet;

impl MakeClassification {
    /// The share of every class; those given, and the last if it was left out.
    fn shares(&self) -> Vec<f64> {
        let mut shares = self.weights.clone();
        if shares.is_empty() {
            return vec![1.0 / self.n_classes as f64; self.n_classes];
        }
        if shares.len() + 1 == self.n_classes {
            shares.push((1.0 - shares.iter().sum::<f64>()).max(0.0));
        }
        shares
    }

    /// How many rows each cluster has: classes by their shares, clusters of one class the same (0 or 1 apart).
    pub(super) fn cluster_sizes(&self) -> Vec<usize> {
        let mut sizes = vec![0; self.n_clusters()];
        let (mut total, mut before) = (0.0, 0);
        let n = self.n_samples;
        for (class, share) in self.shares().iter().enumerate() {
            total += share;
            // rounded sums, so that the counts add up to n
            let last = class + 1 == self.n_classes;
            let upto = if last { n } else { ((total * n as f64).round() as usize).clamp(before, n) };
            for at in 0..upto - before {
                sizes[class + self.n_classes * (at % self.n_clusters_per_class)] += 1;
            }
            before = upto;
        }
        sizes
    }

    /// As many different corners of the cube as there are clusters: −1 or 1 in each column.
    fn corners(&self, draw: &mut Draw) -> Vec<Vec<f64>> {
        let (n_clusters, sides) = (self.n_clusters(), self.n_informative);
        let all = 1_usize.checked_shl(u32::try_from(sides).unwrap_or(u32::MAX)).filter(|all| *all / 4 < n_clusters);
        if let Some(all) = all {
            let mut codes: Vec<usize> = (0..all).collect();
            draw.shuffle(&mut codes);
            let corner = |code: usize| (0..sides).map(|side| if code >> side & 1 == 0 { -1.0 } else { 1.0 }).collect();
            return codes.into_iter().take(n_clusters).map(corner).collect();
        }
        // at most a quarter of all corners is wanted: three in four that are drawn are new
        let (mut seen, mut corners) = (BTreeSet::new(), Vec::with_capacity(n_clusters));
        while corners.len() < n_clusters {
            let corner: Vec<f64> = (0..sides).map(|_| draw.sign()).collect();
            if seen.insert(corner.iter().map(|&side| side > 0.0).collect::<Vec<bool>>()) {
                corners.push(corner);
            }
        }
        corners
    }

    /// Informative, redundant, repeated and noise columns of all rows, cluster by cluster.
    pub(super) fn columns(&self, sizes: &[usize]) -> DMatrix<f64> {
        let (mut setup, mut rows) = (Draw::new(self.seed, Part::Setup), Draw::new(self.seed, Part::Rows));
        let (d, redundant) = (self.n_informative, self.n_redundant);
        let corners = self.corners(&mut setup);
        let mixed: Vec<f64> = (0..d * redundant).map(|_| setup.between(-1.0, 1.0)).collect();
        let copied: Vec<usize> = (0..self.n_repeated).map(|_| setup.below(d + redundant)).collect();
        let mut x = DMatrix::zeros(self.n_samples, self.n_features);
        let mut row = 0;
        for (corner, &size) in corners.iter().zip(sizes) {
            let shape: Vec<f64> = (0..d * d).map(|_| setup.between(-1.0, 1.0)).collect();
            for _ in 0..size {
                let z: Vec<f64> = (0..d).map(|_| rows.normal()).collect();
                for (j, side) in corner.iter().enumerate() {
                    let spread: f64 = z.iter().enumerate().map(|(i, z)| z * shape[i * d + j]).sum();
                    x[(row, j)] = self.class_sep * side + spread;
                }
                for j in 0..redundant {
                    x[(row, d + j)] = (0..d).map(|i| x[(row, i)] * mixed[i * redundant + j]).sum();
                }
                for (j, &from) in copied.iter().enumerate() {
                    x[(row, d + redundant + j)] = x[(row, from)];
                }
                for j in d + redundant + self.n_repeated..self.n_features {
                    x[(row, j)] = rows.normal();
                }
                row += 1;
            }
        }
        x
    }

    pub(super) fn names(&self) -> Vec<String> {
        let noise = self.n_features - self.n_informative - self.n_redundant - self.n_repeated;
        let kinds = [self.n_informative, self.n_redundant, self.n_repeated, noise];
        let names = ["informative", "redundant", "repeated", "noise"];
        names.iter().zip(kinds).flat_map(|(name, n)| (0..n).map(move |at| format!("{name}_{at}"))).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::make_classification;

    #[test]
    fn corners_are_all_different_however_many_there_are() {
        for (sides, clusters) in [(3, 8), (3, 1), (5, 20), (40, 30), (80, 500)] {
            let generator = make_classification(1000).n_features(90).n_informative(sides).n_classes(clusters);
            let corners = generator.n_clusters_per_class(1).corners(&mut Draw::new(4, Part::Setup));
            let different: BTreeSet<String> = corners.iter().map(|corner| format!("{corner:?}")).collect();
            assert_eq!((corners.len(), different.len()), (clusters, clusters));
            assert!(corners.iter().all(|corner| corner.len() == sides && corner.iter().all(|v| v.abs() == 1.0)));
        }
    }
}
