//! t-SNE: a whole fit, or the descent alone from given neighbours.

use crate::{Answer, Request, timed};
use cairn_traits::Float;
use cairn_tsne::{Affinities, DMatrix, Method, Start, Tsne};
use serde_json::json;

/// `x`, the start, and for a descent alone the neighbours of each row and their distances, k x n each.
///
/// `estimator`: a method, `bhtsne` or `bhtsne-fft`; `alpha`: the perplexity; `max_iter`: steps after 250 with exaggeration;
/// `predict`: of all this the affinities alone; `l1`: the learning rate of both phases, and `tol`: the spacing of the grid, if above 0.
pub(crate) fn answer<F: Float>(request: &Request, x: &DMatrix<F>, start: &DMatrix<F>, rest: &[DMatrix<F>]) -> Answer {
    let start = start.map(|v| v.to_f64());
    #[cfg(feature = "bhtsne")]
    if request.estimator.starts_with("bhtsne") {
        return rival::answer(request, x, &start, rest);
    }
    if request.predict {
        let mut n_samples = 0;
        let seconds = timed(request.repeats, || {
            n_samples = Affinities::new(x, request.alpha)?.n_samples();
            Ok(())
        })?;
        return Ok(json!({ "seconds": seconds, "check": n_samples }));
    }
    let method = match request.estimator.as_str() {
        "exact" => Method::Exact,
        "barnes_hut" => Method::BarnesHut,
        "fft" => Method::Fft,
        _ => Method::Auto,
    };
    let tsne = Tsne::new().perplexity(request.alpha).n_iter(request.max_iter).method(method).tol(0.0);
    let tsne = tsne.n_components(start.ncols()).start(Start::Given(start));
    let tsne = if request.l1 > 0.0 { tsne.learning_rate(request.l1) } else { tsne };
    let tsne = if request.tol > 0.0 { tsne.spacing(request.tol) } else { tsne };
    let known = match rest {
        [indices, distances] => {
            let indices: Vec<usize> = indices.iter().map(|v| v.to_f64() as usize).collect();
            Some(Affinities::from_neighbors(&indices, distances.as_slice(), distances.nrows(), request.alpha)?)
        }
        _ => None,
    };
    let mut map = None;
    let seconds = timed(request.repeats, || {
        map = Some(match &known {
            Some(known) => tsne.fit_affinities(x, known)?,
            None => tsne.fit(x)?,
        });
        Ok(())
    })?;
    let map = map.ok_or("expected a repeat")?;
    let rows: Vec<f64> = map.embedding().transpose().iter().map(|v| v.to_f64()).collect();
    Ok(json!({ "seconds": seconds, "check": { "divergence": map.kl_divergence(), "map": rows } }))
}

/// The crate bhtsne, in single precision, as it is faster.
#[cfg(feature = "bhtsne")]
mod rival {
    use crate::{Answer, Request, timed};
    use bhtsne::{Neighbor, tSNE};
    use cairn_traits::Float;
    use cairn_tsne::DMatrix;
    use serde_json::json;

    pub(crate) fn answer<F: Float>(
        request: &Request,
        x: &DMatrix<F>,
        start: &DMatrix<f64>,
        rest: &[DMatrix<F>],
    ) -> Answer {
        let by_row: Vec<f32> = x.transpose().iter().map(|v| v.to_f64() as f32).collect();
        let samples: Vec<&[f32]> = by_row.chunks(x.ncols()).collect();
        let start: Vec<f32> = start.transpose().iter().map(|v| *v as f32).collect();
        let n = x.nrows() as f32;
        let apart = |a: &&[f32], b: &&[f32]| a.iter().zip(*b).map(|(a, b)| (a - b) * (a - b)).sum::<f32>().sqrt();
        let neighbors: Option<Vec<Vec<Neighbor<f32>>>> = match rest {
            [indices, distances] => {
                let one = |(index, distance): (&F, &F)| Neighbor {
                    index: index.to_f64() as usize,
                    distance: distance.to_f64() as f32,
                };
                let rows = indices.column_iter().zip(distances.column_iter());
                Some(rows.map(|(i, d)| i.iter().zip(d.iter()).map(one).collect()).collect())
            }
            _ => None,
        };
        let mut found = None;
        let seconds = timed(request.repeats, || {
            let mut tsne = tSNE::<f32, &[f32], 2>::new(&samples);
            // its learning rate is one for both phases
            let rate = if request.l1 > 0.0 { request.l1 as f32 } else { n / 12.0 };
            tsne.perplexity(request.alpha as f32)
                .learning_rate(rate)
                .epochs(250 + request.max_iter)
                .stop_lying_epoch(250)
                .momentum(0.8)
                .final_momentum(0.8)
                .initial_embedding(start.clone());
            match (&neighbors, request.estimator.as_str()) {
                (Some(known), "bhtsne") => tsne.barnes_hut_with_neighbors(0.5, known),
                (Some(known), _) => tsne.fit_sne_with_neighbors(known),
                (None, "bhtsne") => tsne.barnes_hut(0.5, apart),
                (None, _) => tsne.fit_sne(apart),
            };
            found = Some((tsne.kl_divergence(), tsne.embedding()));
            Ok(())
        })?;
        let (divergence, map) = found.ok_or("expected a repeat")?;
        Ok(json!({ "seconds": seconds, "check": { "divergence": divergence, "map": map } }))
    }
}
