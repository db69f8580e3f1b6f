//! Neural networks as the maths they are.
#![forbid(unsafe_code)]

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
pub use cairn_numeric::Parallelism;
pub use cairn_optim::{Adam, AdamW, LearningRate, Optimizer, RmsProp, Schedule, Sgd};
pub use cairn_traits::{Convergence, Error, Float, Hyperparameters, Progress, Result, Stop};
pub use contract::{Layer, Mode, Pass, Seen, Sizes};
pub use gradient_check::{GradientCheck, check_gradient};
pub use init::Init;
pub use layers::{Activate, Activation, Add, AnyLayer, BatchNorm, Dense, Dropout, LayerNorm};
pub use losses::{Expected, Loss, Targets};
pub use network::Network;
pub use summary::{Row, Summary};
pub use trainer::{Data, Epoch, History, Trainer, TrainerState, Watcher};
pub use workspace::Workspace;
