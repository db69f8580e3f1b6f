//! The multilayer perceptron: weighted sums and bends, layer upon layer, until anything can be drawn.
//!
//! "Will I rent it?" A line through size and rent is one weighted sum. But what if small flats are fine when they are
//! cheap, large ones when they are central, and nothing else? Several weighted sums, each bent, are features the machine
//! has found by itself; weighted sums of those can say such things.
//!
//! ```text
//! forward    h₁ = f(W₁ x + b₁),   h₂ = f(W₂ h₁ + b₂),   ...,   z = W h + b
//! cost       −ln softmax(z)_y   for a class y,        (z − y)²   for a number y
//! backward   dz = softmax(z) − 1_y,   or 2 (z − y);      then from the last layer to the first:
//!            dW = dz h',   db = dz,   dh = W' dz,   dz of the layer before = dh f'(z)
//! update     W ← W − rate dW                              or a step with a memory: Adam
//! ```
//!
//! # The steps
//! 1. **Start** with small random weights ([`Init`]).
//! 2. **Forward**: a batch of rows goes through the layers; the answers cost something.
//! 3. **Backward**: the chain rule, layer by layer, tells each weight which way the cost goes up.
//! 4. **Update**: each weight moves a little the other way ([`Optimizer`]).
//! 5. The next batch; an **epoch** is all rows once. Until the epochs are done, or the rows held back say enough.
//!
//! # The knobs
//! | | turn it up | turn it down |
//! |---|---|---|
//! | `learning_rate` | faster, until it leaps about or diverges | steadier, until it crawls |
//! | `hidden`: how many layers, how wide | bends more, learns by heart more | smoother, may be too simple |
//! | `epochs` | fits the training rows better | stops before it learns them by heart |
//! | `batch_size` | smooth steps, few of them | noisy steps, many of them |
//! | `activation` | relu is fast and good; tanh and silu are smooth | identity makes it linear |
//! | `l2`, `dropout`, `label_smoothing` | more caution: for few rows | more trust in the rows |
//! | `schedule`, `warm_up`, `clip_norm` | see `cairn_nn` | |
//! | `batch_norm` | deep networks learn faster | |
//! | `early_stopping` | no more epochs than help | |
//!
//! `optimizer` is Adam, or another that steps by batches; or L-BFGS, which takes all rows at once. For tables of up to some
//! thousand rows that is worth a try: it needs no `learning_rate`, comes lower, and says when it is done. Its `epochs` are
//! iterations, 200 and more; `batch_size`, `learning_rate`, `schedule`, `warm_up`, `accumulate` and `shuffle` have no say;
//! `dropout`, `batch_norm`, `clip_norm`, `clip_value`, `plateau`, `average` and
//! [`PartialFit`] are refused with it. ([`cairn_nn::Trainer`] says more.)
//!
//! # Clean your data
//! Columns of mean 0 and deviation 1 (`StandardScaler` of `cairn-preprocess`), or pixels between 0 and 1: weights begin at
//! a size made for such. Targets are scaled here.
//!
//! # Complexity
//! Six multiplications for each weight, row and epoch; memory for two numbers for each unit and row of a batch.
//!
//! # Trade-offs
//! Bends to anything and predicts fast. But it asks for many rows, for scaled columns and for a few tries at the knobs; on
//! tables of a few columns forests and boosting are often better and always quicker to tune. Its weights tell people
//! nothing.
//!
//! # Determinism
//! The same seed gives the same bits on any number of threads.
//!
//! # Examples
//! ```
//! use cairn_mlp::{Activation, Fit, MlpClassifier, Named, Predict, rows};
//! // x and y of a point: is it in the ring around the middle?
//! let points: Vec<[f64; 2]> = (0..200).map(|i| { let a = i as f64 * 2.4; let r = 0.02 * i as f64 % 2.0; [r * a.cos(), r * a.sin()] }).collect();
//! let answers: Vec<&str> = points.iter().map(|p| if p[0].hypot(p[1]) < 1.0 { "inside" } else { "outside" }).collect();
//! let mlp = MlpClassifier::new().hidden(&[32]).activation(Activation::Tanh).learning_rate(0.02).batch_size(20).epochs(60);
//! let model = Named(mlp).fit(&rows(&points.try_into().unwrap_or([[0.0; 2]; 200])), &answers)?;
//! assert_eq!(model.predict(&rows(&[[0.1, 0.2], [1.5, -0.8]]))?, ["inside", "outside"]);
//! println!("{}", model.inner().summary()); // layer, kind, inputs, outputs, parameters
//! # Ok::<(), cairn_mlp::Error>(())
//! ```
//!
//! The same curve of a ring by L-BFGS, with a knob less:
//! ```
//! use cairn_mlp::{Activation, Converges, DMatrix, Fit, MlpClassifier, Optimizer, Stop};
//! let x = DMatrix::from_fn(200, 2, |i, j| { let (a, r) = (i as f64 * 2.4, 0.02 * i as f64 % 2.0); r * if j == 0 { a.cos() } else { a.sin() } });
//! let y: Vec<usize> = x.row_iter().map(|p| usize::from(p.norm() < 1.0)).collect();
//! let mlp = MlpClassifier::new().hidden(&[8]).activation(Activation::Tanh).l2(0.01);
//! let model = mlp.optimizer(Optimizer::lbfgs()).epochs(1000).fit(&x, &y[..])?;
//! assert_eq!(model.convergence().stop, Stop::Converged);
//! assert!(model.convergence().objective < 0.05);
//! # Ok::<(), cairn_mlp::Error>(())
//! ```
//!
//! # References
//! Rumelhart, Hinton and Williams (1986), Learning representations by back-propagating errors, Nature 323. Goodfellow,
//! Bengio and Courville (2016), Deep Learning, chapters 6 to 8.
#![forbid(unsafe_code)]

mod classifier {
    mod fit;
    mod model;
    mod params;
    pub use model::MlpClassifierModel;
    pub use params::MlpClassifier;
}
mod door;
mod hidden;
mod regressor {
    mod fit;
    mod model;
    mod params;
    mod scale;
    pub use model::MlpRegressorModel;
    pub use params::{MlpRegressor, RegressionLoss};
}

pub use cairn_nn::{
    Activation, Adagrad, Adam, AdamW, Epoch, History, Init, Network, Optimizer, Plateau, RmsProp, Schedule, Sgd,
    Summary, WeightAverage,
};
pub use cairn_traits::{
    ClassWeights, Classes, Convergence, Converges, DMatrix, DVector, Error, Fit, FitObserved, FitWeighted, Float,
    Hyperparameters, Named, NamedModel, PartialFit, Persist, Predict, Probabilistic, Progress, Result, Stop, rows,
};
pub use classifier::{MlpClassifier, MlpClassifierModel};
pub use regressor::{MlpRegressor, MlpRegressorModel, RegressionLoss};
