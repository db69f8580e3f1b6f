//! Clusterings, embeddings, and generated samples (these from formulas in NumPy).

use crate::{all_same, compare, integers, matrix, numbers, reference, same};
use cairn_metrics::{
    adjusted_mutual_info, adjusted_rand_index, calinski_harabasz, completeness, contingency_matrix, continuity,
    davies_bouldin, fowlkes_mallows, generation_scores, homogeneity, mutual_info, normalized_mutual_info, rand_index,
    silhouette_samples, silhouette_score, trustworthiness, v_measure,
};
use serde_json::to_value;

#[test]
fn clusters_against_known_classes() {
    for case in reference("clustering.json")["labels"].as_array().unwrap() {
        let (y_true, y_pred) = (integers(&case["y_true"]), integers(&case["y_pred"]));
        compare(&case["scores"], |name| {
            let score = match name {
                "rand_index" => rand_index,
                "adjusted_rand_index" => adjusted_rand_index,
                "fowlkes_mallows" => fowlkes_mallows,
                "mutual_info" => mutual_info,
                "normalized_mutual_info" => normalized_mutual_info,
                "adjusted_mutual_info" => adjusted_mutual_info,
                "homogeneity" => homogeneity,
                "completeness" => completeness,
                "v_measure" => v_measure,
                _ => panic!("{name} is not compared"),
            };
            score(&y_true, &y_pred)
        });
        let table = contingency_matrix(&y_true, &y_pred).unwrap();
        assert_eq!(to_value(&table).unwrap()["counts"], case["contingency"]);
    }
}

#[test]
fn clusters_by_distances() {
    for case in reference("clustering.json")["rows"].as_array().unwrap() {
        let (x, labels) = (matrix(&case["x"]), integers(&case["labels"]));
        compare(&case["scores"], |name| match name {
            "silhouette_score" => silhouette_score(&x, &labels),
            "calinski_harabasz" => calinski_harabasz(&x, &labels),
            "davies_bouldin" => davies_bouldin(&x, &labels),
            _ => panic!("{name} is not compared"),
        });
        all_same("silhouette_samples", &silhouette_samples(&x, &labels).unwrap(), &case["silhouette_samples"]);
    }
}

#[test]
fn neighbours_kept_by_embeddings() {
    for case in reference("clustering.json")["embeddings"].as_array().unwrap() {
        let (x, embedded) = (matrix(&case["x"]), matrix(&case["embedded"]));
        for (i, k) in integers(&case["n_neighbors"]).into_iter().enumerate() {
            let expected = |name: &str| numbers(&case[name])[i];
            same("trustworthiness", trustworthiness(&x, &embedded, k).unwrap(), expected("trustworthiness"));
            same("continuity", continuity(&x, &embedded, k).unwrap(), expected("continuity"));
        }
    }
}

#[test]
fn generated_beside_real() {
    for case in reference("generation.json")["cases"].as_array().unwrap() {
        let (real, generated) = (matrix(&case["real"]), matrix(&case["generated"]));
        for (k, expected) in integers(&case["n_neighbors"]).into_iter().zip(case["scores"].as_array().unwrap()) {
            let found = to_value(generation_scores(&real, &generated, k).unwrap()).unwrap();
            compare(expected, |name| Ok(found[name].as_f64().unwrap()));
        }
    }
}
