//! Trees to read: as indented text, and as a Graphviz graph.

use crate::tree::{Question, Tree};
use cairn_traits::Float;
use std::fmt::Write;

pub(crate) fn name(names: &[&str], feature: usize) -> String {
    names.get(feature).map_or_else(|| format!("x{feature}"), |name| (*name).to_owned())
}

/// What the left and the right child are for.
fn answers<F: Float>(question: &Question<F>, name: &str) -> (String, String) {
    let threshold = question.threshold;
    match &question.categories {
        None => (format!("{name} ≤ {threshold}"), format!("{name} > {threshold}")),
        Some(sets) => {
            let of = |side: &[F]| side.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ");
            (format!("{name} in {{{}}}", of(&sets.left)), format!("{name} in {{{}}}", of(&sets.right)))
        }
    }
}

impl<F: Float> Tree<F> {
    /// The tree as indented text; features without a name are called x0, x1 ...
    pub fn to_text(&self, feature_names: &[&str]) -> String {
        let mut text = String::new();
        let mut stack = vec![(0, 0, String::new())];
        while let Some((node, depth, answer)) = stack.pop() {
            let indent = "  ".repeat(depth);
            if node > 0 {
                let _ = writeln!(text, "{}{answer}", "  ".repeat(depth - 1));
            }
            match self.nodes.get(node).and_then(|node| node.question.as_ref()) {
                None => {
                    let _ = writeln!(text, "{indent}→ {:?}", self.value(node));
                }
                Some(question) => {
                    let (left, right) = answers(question, &name(feature_names, question.feature));
                    let (yes, no) = if question.missing_left { (" or missing", "") } else { ("", " or missing") };
                    stack.push((question.right, depth + 1, format!("{right}{no}")));
                    stack.push((question.left, depth + 1, format!("{left}{yes}")));
                }
            }
        }
        text
    }

    /// The tree in the language of Graphviz (`dot -Tsvg`).
    pub fn to_dot(&self, feature_names: &[&str]) -> String {
        let mut text = String::from("digraph tree {\n  node [shape=box];\n");
        for (index, node) in self.nodes.iter().enumerate() {
            let first = node.question.as_ref().map_or_else(String::new, |question| {
                let feature = name(feature_names, question.feature).replace('\\', "\\\\").replace('"', "\\\"");
                format!("{}\\n", answers(question, &feature).0)
            });
            let (samples, impurity, value) = (node.n_samples, node.impurity, self.value(index));
            let _ = writeln!(text, "  {index} [label=\"{first}impurity {impurity:.4}\\nrows {samples}\\n{value:?}\"];");
            if let Some(question) = &node.question {
                let _ = writeln!(text, "  {index} -> {} [label=\"yes\"];", question.left);
                let _ = writeln!(text, "  {index} -> {} [label=\"no\"];", question.right);
            }
        }
        text.push_str("}\n");
        text
    }
}
