//! Laws over every estimator, outside references, and the rules of the workspace, in one binary.

mod references;
