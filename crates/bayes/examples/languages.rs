//! Which language is it? Runs of one to three characters, counted, and naive Bayes.
//!
//! ```sh
//! cargo run --release -p cairn-bayes --example languages
//! ```
//! Paragraphs of the declaration of human rights in 38 languages; each is told by a model that has not seen it, in five
//! folds. It is one text 38 times, so these scores say little of chats; what they do say is which languages are close.

use cairn_bayes::{Fit, MultinomialNb, Predict};
use cairn_datasets::{Features, Target, udhr_langid};
use cairn_model_selection::StratifiedKFold;
use cairn_preprocess::{Analyzer, CountVectorizer, Transform};
use cairn_traits::{Error, Result};
use std::collections::BTreeMap;

fn main() -> Result<()> {
    let data = udhr_langid().load()?;
    let (Features::Text(texts), Target::Classes { labels, names }) = (&data.features, &data.target) else {
        return Err(Error::Format("languages: expected texts and classes".into()));
    };
    let mut told = vec![0; texts.len()];
    for split in StratifiedKFold::new(5).shuffle(0).split(labels)? {
        let take = |rows: &[usize]| rows.iter().map(|&row| texts[row].as_str()).collect::<Vec<_>>();
        let (vocabulary, counts) =
            CountVectorizer::new().analyzer(Analyzer::Char).ngrams(1, 3).fit_transform(&take(&split.train))?;
        let y: Vec<usize> = split.train.iter().map(|&row| labels[row]).collect();
        let model = MultinomialNb::new().alpha(0.1).fit(&counts, &y[..])?;
        let answers = model.predict(&vocabulary.transform(&take(&split.test)[..])?)?;
        split.test.iter().zip(answers).for_each(|(&row, answer)| told[row] = answer);
    }

    let mut right = 0;
    for (class, name) in names.iter().enumerate() {
        let rows: Vec<usize> = (0..labels.len()).filter(|&row| labels[row] == class).collect();
        let mut wrong: BTreeMap<&str, usize> = BTreeMap::new();
        rows.iter()
            .filter(|&&row| told[row] != class)
            .for_each(|&row| *wrong.entry(&names[told[row]]).or_default() += 1);
        let n_right = rows.len() - wrong.values().sum::<usize>();
        right += n_right;
        let taken: Vec<String> = wrong.iter().map(|(name, n)| format!("{n} for {name}")).collect();
        let taken = if taken.is_empty() { String::new() } else { format!("  (taken {})", taken.join(", ")) };
        println!("{name}  {:.3}{taken}", n_right as f64 / rows.len() as f64);
    }
    println!("all  {:.4}", right as f64 / labels.len() as f64);
    Ok(())
}
