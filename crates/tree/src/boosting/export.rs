//! Boosted trees to read.

use super::bins::FeatureBins;
use super::split::Rule;
use super::trees::{BoostedQuestion, BoostedTrees};
use crate::export::name;
use cairn_traits::Float;
use std::fmt::Write;

impl<F: Float> BoostedTrees<F> {
    /// Tree `tree` as indented text, with what its leaves add to the raw prediction; trees come round by round, those of
    /// a round in the order of classes. Features without a name are called x0, x1 ...; empty if there is no such tree.
    pub fn to_text(&self, tree: usize, feature_names: &[&str]) -> String {
        let mut text = String::new();
        let Some(tree) = self.trees.get(tree) else { return text };
        let mut stack = vec![(0, 0, String::new())];
        while let Some((node, depth, answer)) = stack.pop() {
            if depth > 0 {
                let _ = writeln!(text, "{}{answer}", "  ".repeat(depth - 1));
            }
            let Some(node) = tree.nodes.get(node) else { continue };
            let Some(question) = &node.question else {
                let _ = writeln!(text, "{}→ {:+.6} ({} rows)", "  ".repeat(depth), node.value, node.n_samples);
                continue;
            };
            let (yes, no) = self.answers(question, &name(feature_names, question.feature));
            stack.push((question.right, depth + 1, no));
            stack.push((question.left, depth + 1, yes));
        }
        text
    }

    fn answers(&self, question: &BoostedQuestion, name: &str) -> (String, String) {
        let missing = |left: bool| if left { (" or missing", "") } else { ("", " or missing") };
        match (question.rule, self.bins.get(question.feature)) {
            (Rule::UpTo { last, missing_left }, Some(bins)) => {
                let (yes, no) = missing(missing_left);
                match bins.edge(last) {
                    Some(edge) => (format!("{name} ≤ {edge}{yes}"), format!("{name} > {edge}{no}")),
                    // all values on one side
                    None => (format!("{name} known"), format!("{name} missing")),
                }
            }
            (rule @ Rule::Among(_), Some(FeatureBins::Categories(categories))) => {
                let of = |side: bool| {
                    let here = (1..=u8::MAX).zip(categories).filter(|&(bin, _)| rule.goes_left(bin) == side);
                    here.map(|(_, category)| category.to_string()).collect::<Vec<_>>().join(", ")
                };
                let (yes, no) = missing(rule.goes_left(0));
                (format!("{name} in {{{}}}{yes}", of(true)), format!("{name} in {{{}}}{no}", of(false)))
            }
            _ => (name.to_owned(), name.to_owned()),
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::{DMatrix, DVector, Fit, GradientBoostingRegressor, GradientBoostingRegressorModel};

    fn first_tree(x: &DMatrix<f64>, y: Vec<f64>, boosting: GradientBoostingRegressor) -> String {
        let boosting = boosting.n_estimators(1).learning_rate(0.5).max_leaf_nodes(2).min_samples_leaf(1);
        let model: GradientBoostingRegressorModel<f64> = boosting.fit(x, &DVector::from_vec(y)).unwrap();
        model.trees().to_text(0, &["size"])
    }

    #[test]
    fn thresholds_sets_and_missing_values_are_told() {
        let new = GradientBoostingRegressor::new;
        let x = DMatrix::from_column_slice(4, 1, &[1.0, 2.0, 3.0, 5.0]);
        let text = first_tree(&x, vec![0.0, 0.0, 4.0, 4.0], new());
        assert_eq!(text, "size ≤ 2.5 or missing\n  → -1.000000 (2 rows)\nsize > 2.5\n  → +1.000000 (2 rows)\n");
        let text = first_tree(&x, vec![0.0, 4.0, 0.0, 4.0], new().categorical_features([0]));
        // a larger target has a lower slope, and lower slopes stand left
        assert!(text.starts_with("size in {2, 5} or missing\n  → +1.000000"), "{text}");
        let gaps = DMatrix::from_column_slice(4, 1, &[f64::NAN, 1.0, f64::NAN, 2.0]);
        let text = first_tree(&gaps, vec![0.0, 4.0, 0.0, 4.0], new());
        assert_eq!(text, "size known\n  → +1.000000 (2 rows)\nsize missing\n  → -1.000000 (2 rows)\n");
    }
}
