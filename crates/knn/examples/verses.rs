//! A small search engine: the verses nearest to a question, by the angle between their TF-IDF weights.
//!
//! ```sh
//! cargo run --release -p cairn-knn --example verses -- "king of the sea"
//! ```
//! A term that few verses have weighs much, one that all have weighs little; rows have length 1, so that long verses are not
//! nearer than short ones. What is nearest by the cosine then shares the rarest terms with the question. Words match as they
//! are written: who asks for `kings` does not find `king`.
//!
//! All verses stand dense in memory, n_verses x n_terms in single precision: 0.1 GB here. That is what an exact search costs
//! without an inverted index.

use cairn_datasets::{Features, bible_eng_spa};
use cairn_knn::{DMatrix, Fit, Metric, NearestNeighbors};
use cairn_preprocess::{TfidfVectorizer, Transform};
use cairn_traits::{Error, Result};

/// How many verses are told.
const BEST: usize = 5;

fn main() -> Result<()> {
    let asked: Vec<String> = std::env::args().skip(1).collect();
    let question = if asked.is_empty() { "king of the sea".to_owned() } else { asked.join(" ") };
    let names = bible_eng_spa().table()?.labels("verse")?;
    let Features::Text(verses) = bible_eng_spa().load()?.features else {
        return Err(Error::Format("verses: expected texts".into()));
    };

    let vectorizer = TfidfVectorizer::new().sublinear_tf(true).precision::<f32>();
    let (terms, weights) = vectorizer.fit_transform(&verses)?;
    let query = DMatrix::from(&terms.transform(&[question.as_str()][..])?);
    if query.iter().all(|weight| *weight == 0.0) {
        println!("no verse has any of these words: {question}");
        return Ok(());
    }
    let index = NearestNeighbors::new(BEST).metric(Metric::Cosine).fit(&DMatrix::from(&weights), &())?;
    let found = index.neighbors(&query)?;

    println!("{} verses, {} terms; nearest to: {question}", verses.len(), terms.n_features());
    for (row, distance) in found.indices(0).iter().zip(found.distances(0)) {
        // a cosine distance of 1 is a right angle: nothing in common
        if *distance < 1.0 {
            println!("{:.2}  {:<18} {}", 1.0 - distance, names[*row], verses[*row]);
        }
    }
    Ok(())
}
