//! placeholder
use cairn_traits::{DMatrix, Error, Result};
fn no<T>() -> Result<T> {
    Err(Error::Format("pending".into()))
}
pub(crate) fn adjusted_rand_index(_: &[usize], _: &[usize]) -> Result<f64> {
    Ok(0.0)
}
pub(crate) fn silhouette_score_sampled(_: &DMatrix<f64>, _: &[usize], _: usize, _: u64) -> Result<f64> {
    no()
}
pub(crate) fn trustworthiness_sampled(_: &DMatrix<f64>, _: &DMatrix<f64>, _: usize, _: usize, _: u64) -> Result<f64> {
    no()
}
pub(crate) fn bits_per_char(l: &[f64]) -> Result<f64> {
    Ok(-l.iter().sum::<f64>() / l.len() as f64 / std::f64::consts::LN_2)
}
pub(crate) fn perplexity(l: &[f64]) -> Result<f64> {
    Ok((-l.iter().sum::<f64>() / l.len() as f64).exp())
}
