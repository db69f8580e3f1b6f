//! Other people's libraries beside ours: one more `Algorithm` each, with our hyperparameters, on the same matrices.
//!
//! - `linfa`, `smartcore`: Rust, in this program if it was built with the feature `peers`.
//! - `sklearn`, `sklearnex`, `torch`: scikit-learn, its oneDAL build, and PyTorch on the processor, each in a Python
//!   process of its own.
//!
//! A peer that lacks an algorithm has no row. One that is not there is a line among what was not compared.

mod agreement;
#[cfg(feature = "peers")]
mod library;
#[cfg(feature = "peers")]
mod linfa;
mod python;
#[cfg(feature = "peers")]
mod smartcore;
mod worker;

use crate::{
    failure::{Failure, Result},
    registry::Entry,
    results::Peer,
};
pub(crate) use agreement::agreement;
use std::path::Path;

/// The libraries, as they are typed.
const NAMES: [&str; 5] = ["linfa", "smartcore", "sklearn", "sklearnex", "torch"];

/// Those asked for.
#[derive(Default)]
pub(crate) struct Peers {
    pub(crate) entries: Vec<Entry>,
    /// What is there, and its version.
    pub(crate) found: Vec<Peer>,
    /// What is not there, and why.
    pub(crate) missing: Vec<Failure>,
}

/// The counterparts of our own entries in the libraries of these names.
pub(crate) fn entries(names: &[String], python: &Path, own: &[Entry]) -> Result<Peers> {
    if let Some(unknown) = names.iter().find(|name| !NAMES.contains(&name.as_str())) {
        return Err(Failure::new(format!("--peers: expected some of {}, found '{unknown}'", NAMES.join(", "))));
    }
    let mut peers = Peers::default();
    for name in NAMES.into_iter().filter(|name| names.iter().any(|asked| asked == name)) {
        let found = match name {
            "sklearn" | "sklearnex" | "torch" => python::entries(name, python, own),
            _ => in_this_program(name, own),
        };
        match found {
            Ok((version, entries)) => {
                peers.found.push(Peer { name: name.into(), version });
                peers.entries.extend(entries);
            }
            Err(failure) => peers.missing.push(failure.at(&format!("{name}: not installed"))),
        }
    }
    Ok(peers)
}

/// A version, and the counterparts of ours.
type Found = (String, Vec<Entry>);

#[cfg(feature = "peers")]
fn in_this_program(name: &'static str, own: &[Entry]) -> Result<Found> {
    let fits = if name == "linfa" { linfa::FITS } else { smartcore::FITS };
    Ok(library::entries(name, fits, own))
}

#[cfg(not(feature = "peers"))]
fn in_this_program(_: &'static str, _: &[Entry]) -> Result<Found> {
    Err(Failure::new("build with --features peers"))
}

/// Threads that a library, or we, may use.
pub(crate) fn threads(peer: Option<&str>) -> usize {
    match peer {
        // what we ask of them they do on one
        Some("linfa" | "smartcore") => 1,
        _ => rayon::current_num_threads(),
    }
}

/// Each of ours, then its counterparts.
pub(crate) fn beside(own: Vec<Entry>, mut peers: Vec<Entry>) -> Vec<Entry> {
    let mut entries = Vec::with_capacity(own.len() + peers.len());
    for entry in own {
        let (counterparts, rest): (Vec<Entry>, Vec<Entry>) =
            peers.into_iter().partition(|peer| peer.name == entry.name);
        peers = rest;
        entries.push(entry);
        entries.extend(counterparts);
    }
    entries
}

/// What a peer's model says to `save` and `load`.
fn not_saved() -> Failure {
    Failure::new("a peer's model is not saved")
}
