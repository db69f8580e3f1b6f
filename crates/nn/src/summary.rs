//! A network as a table.

use crate::architecture::Architecture;
use std::fmt;

/// The layers of a network, a line each; `Display` prints it.
///
/// ```
/// use cairn_nn::{Activation, Architecture, Network};
/// let network = Network::<f32>::new(Architecture::new(4).dense(8).activation(Activation::Relu).dense(3), 0)?;
/// let table = network.summary().to_string();
/// let lines: Vec<&str> = table.lines().collect();
/// assert_eq!(lines[0], "layer  kind   inputs  outputs  parameters");
/// assert_eq!(lines[1], "    1  dense       4        8          40");
/// assert!(lines[4].ends_with("all          67"));
/// # Ok::<(), cairn_nn::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Summary {
    rows: Vec<Row>,
}

/// A line of a [`Summary`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// What the layer is called.
    pub name: String,
    /// Numbers of a sample that come in.
    pub inputs: usize,
    /// Numbers of a sample that go out.
    pub outputs: usize,
    /// Learned numbers.
    pub params: usize,
}

impl Summary {
    pub(crate) fn new(architecture: &Architecture) -> Self {
        let row = |layer: &crate::AnyLayer| {
            let sizes = layer.sizes();
            Row { name: layer.name(), inputs: sizes.inputs, outputs: sizes.outputs, params: sizes.params }
        };
        Self { rows: architecture.layers().iter().map(row).collect() }
    }

    /// The lines, from the first layer.
    pub fn rows(&self) -> &[Row] {
        &self.rows
    }

    /// All learned numbers.
    pub fn params(&self) -> usize {
        self.rows.iter().map(|row| row.params).sum()
    }
}

impl fmt::Display for Summary {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let width = self.rows.iter().map(|row| row.name.chars().count()).max().unwrap_or(0).max("kind".len());
        writeln!(f, "layer  {:<width$}  inputs  outputs  parameters", "kind")?;
        for (i, row) in self.rows.iter().enumerate() {
            let Row { name, inputs, outputs, params } = row;
            writeln!(f, "{:>5}  {name:<width$}  {inputs:>6}  {outputs:>7}  {params:>10}", i + 1)?;
        }
        writeln!(f, "{:>5}  {:<width$}  {:>6}  {:>7}  {:>10}", "", "", "", "all", self.params())
    }
}
