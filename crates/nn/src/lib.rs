//! Neural networks as the maths they are: forward pass, cost, backward pass, update.
//!
//! "Is this a 3?" A network is a long formula with many numbers in it that nobody has chosen yet. Learning is to choose
//! them: try the formula on pictures whose answer is known, measure how wrong it is, ask the chain rule which way each
//! number makes it worse, and move all of them a little the other way.
//!
//! ```text
//! forward    y₀ = x,   yᵢ = fᵢ(yᵢ₋₁; pᵢ)                    layer after layer
//! cost       c = loss(y, t)                                   one number: how wrong
//! backward   dy = ∂c/∂y,   dyᵢ₋₁ = (∂fᵢ/∂yᵢ₋₁)' dyᵢ,   dpᵢ = (∂fᵢ/∂pᵢ)' dyᵢ        from the last layer to the first
//! update     p ← p − rate dp                                  or an optimiser's step
//! ```
//!
//! # What is what
//! | | |
//! |---|---|
//! | [`Architecture`] | which layers, in which order: plain sizes, written in a line |
//! | [`Network`] | the same with its numbers: all parameters in one flat slice |
//! | [`Workspace`] | the memory of passes, made once |
//! | [`Loss`], [`Expected`] | what answers cost, beside what was expected |
//! | [`Trainer`] | batches, epochs, optimiser, schedule, early stopping; [`TrainerState`] lets it go on |
//! | [`Layer`] | what a layer is: implement it, and [`check_gradient`] says whether the derivatives are right |
//!
//! | layer | formula | parameters |
//! |---|---|---|
//! | [`Dense`] | `W x + b` | W, b |
//! | [`Activate`] | relu, tanh, gelu ...: [`Activation`] | |
//! | [`BatchNorm`] | `γ (x − m)/√(v + ε) + β` over the batch | γ, β; running m, v |
//! | [`LayerNorm`] | the same over the numbers of a sample | γ, β |
//! | [`Dropout`] | numbers left out while learning | |
//! | [`Add`] | plus what stood at an earlier place: a residual | |
//!
//! # Shapes
//! Columns are samples: the numbers of one sample stand side by side in a slice, sample after sample. (The estimators on
//! top of this crate take rows, as everybody does, and turn them once.)
//!
//! # Determinism
//! A batch is cut into blocks of samples by a rule of shapes, never of threads; their gradients are added in order. What
//! is drawn comes from streams numbered by seed, step, layer and block. The same seed gives the same bits on any number of
//! threads.
//!
//! # Complexity
//! A dense layer costs 2 multiplications and additions for each weight and sample forward, 4 backward. A step allocates
//! nothing of its own once a [`Workspace`] is there.
//!
//! # Trade-offs
//! Layers are functions over slices, not a graph that records itself: every derivative is written by hand, and readable;
//! what is not a list of layers, with residuals, is several networks put together by slopes of inputs
//! ([`Workspace::write_input_gradient`]). Two networks trained against each other are that.
//!
//! # Examples
//! A circle in a square, by the [`Trainer`]:
//! ```
//! use cairn_nn::{Activation, Architecture, Data, Loss, Network, Targets, Trainer};
//! use std::ops::ControlFlow;
//! // points of a grid; inside the circle or not
//! let x: Vec<f32> = (0..400).flat_map(|i| [(i % 20) as f32 / 10.0 - 0.95, (i / 20) as f32 / 10.0 - 0.95]).collect();
//! let classes: Vec<usize> = x.chunks(2).map(|p| usize::from(p[0] * p[0] + p[1] * p[1] < 0.5)).collect();
//! let rows: Vec<usize> = (0..400).collect();
//! let data = Data { x: &x, targets: Targets::Classes(&classes), weights: None, rows: &rows, held: &[] };
//!
//! let mut network = Network::new(Architecture::new(2).dense(16).activation(Activation::Tanh).dense(2), 0)?;
//! let trainer = Trainer::new().learning_rate(0.02).batch_size(40).epochs(60);
//! let mut state = trainer.start(&network);
//! let mut watch = |progress: &cairn_nn::Progress, _: &Network<f32>| {
//!     println!("epoch {}: {:.3}", progress.step, progress.loss);
//!     ControlFlow::Continue(())
//! };
//! let history = trainer.fit(&mut network, &mut state, &Loss::SOFTMAX, &data, &mut watch)?;
//! assert!(history.convergence().objective < 0.1);
//!
//! let scores = network.infer(&[0.0, 0.0, 0.9, 0.9])?; // the middle, and a corner
//! assert!(scores[1] > scores[0] && scores[2] > scores[3]);
//! # Ok::<(), cairn_nn::Error>(())
//! ```
//! The same loop by hand, to see that nothing is hidden: load, cost and gradient, step.
//! ```
//! use cairn_nn::{Architecture, Expected, FirstOrder, Loss, Network, Sgd, Targets};
//! let mut network = Network::<f64>::new(Architecture::new(1).dense(1), 0)?;
//! let (x, t) = ([0.0, 1.0, 2.0], [1.0, 3.0, 5.0]); // t = 2 x + 1
//! let (mut room, sgd) = (network.workspace(3), Sgd::new());
//! let mut state = sgd.start(2);
//! for step in 0..500 {
//!     room.load_slice(&x)?;
//!     let expected = Expected::new(Targets::Numbers(&t), 3);
//!     network.cost_and_gradient(&mut room, (0, step), &Loss::Mse, &expected)?;
//!     sgd.step(&mut state, 0.1, network.params_mut(), room.gradient())?;
//! }
//! assert!((network.params()[0] - 2.0).abs() < 1e-6 && (network.params()[1] - 1.0).abs() < 1e-6);
//! # Ok::<(), cairn_nn::Error>(())
//! ```
//!
//! # References
//! Rumelhart, Hinton and Williams (1986), Learning representations by back-propagating errors. Goodfellow, Bengio and
//! Courville (2016), Deep Learning, chapters 6 and 8. LeCun, Bottou, Orr and Müller (1998), Efficient BackProp.
#![forbid(unsafe_code)]

mod answering;
mod architecture;
mod contract;
mod gradient_check;
mod init;
mod layers;
mod losses;
mod network;
mod passes;
mod summary;
mod trainer;
mod workspace;

pub use architecture::Architecture;
pub use cairn_numeric::{Activation, Parallelism};
pub use cairn_optim::{
    Adagrad, Adam, AdamW, FirstOrder, LearningRate, Optimizer, Plateau, RmsProp, Schedule, Sgd, WeightAverage,
};
pub use cairn_traits::{Convergence, Error, Float, Hyperparameters, Progress, Result, Stop};
pub use contract::{Layer, Mode, Pass, Seen, Sizes};
pub use gradient_check::{GradientCheck, check_gradient};
pub use init::Init;
pub use layers::{Activate, Add, AnyLayer, BatchNorm, Dense, Dropout, LayerNorm};
pub use losses::{Expected, Loss, Targets};
pub use network::Network;
pub use summary::{Row, Summary};
pub use trainer::{Data, Epoch, History, Trainer, TrainerState, Watcher};
pub use workspace::Workspace;
