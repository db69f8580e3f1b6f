//! The push of all points on each, far points in one.
//!
//! 1. Points are sorted along a curve that fills the square (Morton order), so that every cell of every size is a stretch
//!    of them ([`tree`]).
//! 2. Cells become a tree in preorder, each with its points' number and mean, and with the place to go on from when its
//!    points are done with.
//! 3. Eight points that are neighbours on the curve walk the tree together: a cell stands for its points where it is small
//!    beside its distance from each of the eight ([`walk`]).

mod tree;
mod walk;

pub(crate) use tree::Tree;
pub(crate) use walk::{push_on, repel};
