//! Whether gradients are what they say: by finite differences.

use crate::{
    losses::{Expected, Loss},
    network::Network,
};
use cairn_traits::Result;

/// What a gradient check found.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct GradientCheck {
    /// The largest difference between a slope and its finite difference, relative to the larger of the two and 1e-3 of
    /// the largest slope.
    pub worst: f64,
    /// How many parameters have no slope at all: dead units, or a layer whose gradient is lost.
    pub silent: usize,
}

/// Compares the gradient of every parameter, and of every input, with the finite difference of four points about it.
///
/// The points are 1e-3 apart (relative to numbers above 1), so a right gradient of a smooth network is found right to
/// about 1e-9; where a relu has its corner among them it is not, so choose inputs that keep away. `blocks`: how many samples a block
/// holds; anything below the batch also checks that blocks are put together rightly.
///
/// # Errors
/// Those of [`Network::cost_and_gradient`].
///
/// # Complexity
/// Four passes for each parameter and input.
///
/// # Examples
/// ```
/// use cairn_nn::{Activation, Architecture, Expected, Loss, Network, Targets, check_gradient};
/// let network = Network::new(Architecture::new(2).dense(3).activation(Activation::Tanh).dense(1), 0)?;
/// let expected = Expected::new(Targets::Numbers(&[1.0, 0.0]), 2);
/// let found = check_gradient(&network, &Loss::Mse, &[0.5, -0.2, 0.1, 0.9], &expected, 2)?;
/// assert!(found.worst < 1e-8 && found.silent == 0);
/// # Ok::<(), cairn_nn::Error>(())
/// ```
pub fn check_gradient(
    network: &Network<f64>,
    loss: &Loss,
    x: &[f64],
    expected: &Expected<'_, f64>,
    blocks: usize,
) -> Result<GradientCheck> {
    let mut network = network.clone();
    let samples = x.len() / network.inputs();
    let mut room = network.workspace_in_blocks(samples, blocks);
    let mut cost = |network: &Network<f64>, x: &[f64]| {
        room.load_slice(x)?;
        let cost = network.cost_and_gradient(&mut room, (7, 0), loss, expected)?;
        let mut dx = vec![0.0; x.len()];
        room.write_input_gradient(&mut dx)?;
        Ok((cost, room.gradient().to_vec(), dx))
    };
    let (_, gradient, dx) = cost(&network, x)?;
    let mut differences = Vec::with_capacity(gradient.len() + dx.len());
    for (i, slope_found) in gradient.iter().enumerate() {
        let was = network.params()[i];
        let slope = slope_at(was, |v| {
            network.params_mut()[i] = v;
            Ok(cost(&network, x)?.0)
        })?;
        network.params_mut()[i] = was;
        differences.push((*slope_found, slope));
    }
    let mut moved = x.to_vec();
    for (i, slope_found) in dx.iter().enumerate() {
        let slope = slope_at(x[i], |v| {
            moved[i] = v;
            Ok(cost(&network, &moved)?.0)
        })?;
        moved[i] = x[i];
        differences.push((*slope_found, slope));
    }
    let largest = differences.iter().fold(0.0_f64, |most, (slope, _)| most.max(slope.abs()));
    let off = |&(slope, difference): &(f64, f64)| {
        (slope - difference).abs() / slope.abs().max(difference.abs()).max(1e-3 * largest).max(f64::MIN_POSITIVE)
    };
    let worst =
        differences.iter().map(off).fold(0.0, |worst, off| if off > worst || off.is_nan() { off } else { worst });
    let silent = differences[..gradient.len()].iter().filter(|(slope, _)| *slope == 0.0).count();
    Ok(GradientCheck { worst, silent })
}

/// The slope of a smooth function from four points about one: off by `h⁴/30` of the fifth derivative.
fn slope_at(at: f64, mut cost: impl FnMut(f64) -> Result<f64>) -> Result<f64> {
    let h = 1e-3 * at.abs().max(1.0);
    let near = cost(at + h)? - cost(at - h)?;
    let far = cost(at + 2.0 * h)? - cost(at - 2.0 * h)?;
    Ok((8.0 * near - far) / (12.0 * h))
}
