//! Minimisation: walking downhill in many dimensions.
//!
//! Nearly everything that learns here minimises a function of its parameters: the loss on the training rows and a penalty.
//! At each point the gradient says which way is up. The methods differ in what they make of it.
//!
//! | what is known | the method | for |
//! |---|---|---|
//! | value and gradient, exact | [`Lbfgs::minimize`] | smooth functions: logistic regression, any `&mut closure` |
//! | the same, and roughly the Hessian | [`Lbfgs::minimize_preconditioned`] | the same where columns are alike or on different scales |
//! | the same, and a penalty `Σ l1 ⎢x⎢` | [`Lbfgs::minimize_l1`] | sparse solutions |
//! | products with the Hessian too | [`NewtonCg`] | scales that differ, many digits |
//! | Newton's step itself, solved by the objective | [`Newton`] | a few hundred numbers |
//! | the gradient on a few rows, noisy | [`Sgd`], [`Adam`], [`AdamW`], [`RmsProp`], [`Adagrad`] | networks, streams |
//! | the loss of single rows under `x·w + b` | [`LinearSgd`] | linear models of rows that keep coming |
//!
//! The first four decide themselves how far to go (a line search) and when to end; they own nothing but their buffers and
//! tell how it went ([`Minimum`]). Those for networks are a step each: the caller gives gradients and the length
//! ([`LearningRate`]), and keeps their [`State`]. The last walks from row to row.
//!
//! What goes with steps: [`clip_norm`] and [`clip_value`] before them, [`Plateau`] for a loss that no longer falls,
//! [`WeightAverage`] after them.
//!
//! Everything is a flat slice: a matrix of weights, a network with all its layers, one number.
//!
//! # Promises
//! - What comes out is finite: where a function leaves the finite numbers a search steps back, and the last good point is
//!   what is left.
//! - The same bits each time, on any number of threads.
//!
//! # Examples
//! The mean is the number with the least sum of squared distances:
//! ```
//! use cairn_optim::{Lbfgs, unwatched};
//! let seen = [1.0, 2.0, 6.0];
//! let mut squares = |at: &[f64], gradient: &mut [f64]| {
//!     gradient[0] = seen.iter().map(|x| 2.0 * (at[0] - x)).sum();
//!     seen.iter().map(|x| (at[0] - x) * (at[0] - x)).sum()
//! };
//! let mut at = [0.0];
//! let minimum = Lbfgs::new().tol(1e-9).minimize(&mut squares, &mut at, &mut unwatched)?;
//! assert!((at[0] - 3.0).abs() < 1e-8);
//! assert!((minimum.convergence.objective - 14.0).abs() < 1e-12); // 4 + 1 + 9
//! # Ok::<(), cairn_optim::Error>(())
//! ```
//! The same by two hundred steps of Adam:
//! ```
//! use cairn_optim::{Adam, FirstOrder, LearningRate, Schedule};
//! let (adam, rate) = (Adam::new(), LearningRate::new(0.5).schedule(Schedule::Cosine { steps: 200, floor: 0.0 }));
//! let mut state = adam.start(1);
//! let mut at = [0.0_f32];
//! for t in 0..200 {
//!     let gradient = [2.0 * (at[0] - 3.0)];
//!     adam.step(&mut state, rate.at(t), &mut at, &gradient)?;
//! }
//! assert!((at[0] - 3.0).abs() < 0.01);
//! # Ok::<(), cairn_optim::Error>(())
//! ```
//!
//! # References
//! Nocedal and Wright (2006), Numerical Optimization. Bottou, Curtis and Nocedal (2018), Optimization methods for
//! large-scale machine learning, SIAM Review 60.
#![forbid(unsafe_code)]

mod adagrad;
mod adam;
mod clip;
mod first_order;
mod lbfgs;
mod line_search;
mod linear_epochs;
mod linear_sgd;
mod linear_task;
mod linear_walk;
mod memory;
mod newton;
mod newton_cg;
mod objective;
mod optimizer;
mod orthant;
mod plateau;
mod rms_prop;
mod row_slices;
mod schedule;
mod sgd;
mod stretches;
mod vectors;
mod weight_average;

pub use adagrad::Adagrad;
pub use adam::{Adam, AdamW};
pub use cairn_traits::{Convergence, Error, Hyperparameters, Progress, Result, Stop};
pub use clip::{clip_norm, clip_value};
pub use first_order::{FirstOrder, State};
pub use lbfgs::Lbfgs;
pub use linear_sgd::{LinearSgd, StepLength};
pub use linear_task::LinearTask;
pub use linear_walk::LinearWalk;
pub use newton::{Newton, NewtonObjective, Slopes};
pub use newton_cg::{Differences, NewtonCg};
pub use objective::{HessianProduct, Minimum, Objective, Observer, Preconditioner, unwatched};
pub use optimizer::Optimizer;
pub use plateau::{Plateau, PlateauState};
pub use rms_prop::RmsProp;
pub use row_slices::RowSlices;
pub use schedule::{LearningRate, Schedule};
pub use sgd::Sgd;
pub use weight_average::{AveragedWeights, WeightAverage};
