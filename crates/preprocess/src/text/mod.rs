//! From texts to sparse matrices.

mod analysis;
mod count;
mod count_vectorizer;
mod hashing_vectorizer;
mod murmur;
mod setters;
mod terms;
#[cfg(test)]
mod tests;
mod tfidf_vectorizer;
mod vocabulary;

pub use analysis::Analyzer;
pub use count_vectorizer::{CountVectorizer, CountVectorizerModel, DocumentFrequency};
pub use hashing_vectorizer::HashingVectorizer;
pub use tfidf_vectorizer::{Norm, TfidfVectorizer, TfidfVectorizerModel};
