//! The push of all points on each, by way of a grid.
//!
//! 1. Every point is spread onto the nodes about it by a smooth weight ([`spline`]).
//! 2. The potential at every node, `φ(u) = Σ w(u − v) c(v)`, is a convolution: a product of Fourier transforms
//!    ([`convolution`]).
//! 3. At every point the potential is gathered from the same nodes by the same weights. Its sum is Z; its slope, which the
//!    smooth weights have, is the push: `∂w/∂yᵢ = −2 (yᵢ − yⱼ) w / s`, so that `Σⱼ w (yᵢ − yⱼ) / s = −½ ∇φ(yᵢ)`.

mod convolution;
mod grid;
mod spline;

pub(crate) use grid::{Field, Grid};
