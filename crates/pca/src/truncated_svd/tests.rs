use super::{TruncatedSvd, TruncatedSvdModel};
use crate::{Pca, Solver};
use cairn_traits::{CsrMatrix, DMatrix, Error, InverseTransform, Persist, Transform, rows};

const ALL: [Solver; 5] = [Solver::Auto, Solver::Full, Solver::Covariance, Solver::Randomized, Solver::BlockKrylov];

/// Two thirds zeros.
fn counts(n: usize, p: usize) -> DMatrix<f64> {
    DMatrix::from_fn(n, p, |i, j| if (i * i + j * 7 + i * j) % 3 == 0 { ((i * 5 + j * j) % 9) as f64 } else { 0.0 })
}

#[test]
fn dense_and_sparse_rows_have_the_same_directions_by_every_solver() {
    let x = counts(50, 9);
    let sparse = CsrMatrix::from(&x);
    let exact = cairn_decomp::thin_svd(&x).unwrap();
    for solver in ALL {
        let svd = TruncatedSvd::new(3).solver(solver).n_iter(30);
        for model in [svd.fit(&x).unwrap(), svd.fit(&sparse).unwrap()] {
            let scale = exact.singular_values[0];
            // X'X squares the singular values: an error of eps s₁² is one of eps s₁² / s
            let tolerance = 64.0 * f64::EPSILON * scale * scale / exact.singular_values[2];
            assert!((model.singular_values() - exact.singular_values.rows(0, 3)).amax() < tolerance, "{solver:?}");
            assert!((model.components().transpose() - exact.v.columns(0, 3)).amax() < 1e-10, "{solver:?}");
            let (z, zs) = (model.transform(&x).unwrap(), model.transform(&sparse).unwrap());
            assert!((&z - &zs).amax() < 64.0 * f64::EPSILON * scale);
            // what is left is what the other singular values have
            let left = (model.inverse_transform(&z).unwrap() - &x).norm_squared();
            let dropped = exact.singular_values.rows(3, 6).norm_squared();
            assert!((left - dropped).abs() < 64.0 * f64::EPSILON * scale * scale, "{solver:?}");
        }
    }
}

#[test]
fn variances_are_those_of_the_coordinates() {
    let x = counts(40, 6);
    for model in [TruncatedSvd::new(6).fit(&x).unwrap(), TruncatedSvd::new(6).fit(&CsrMatrix::from(&x)).unwrap()] {
        // all directions together have all the variance
        assert!((model.explained_variance_ratio().sum() - 1.0).abs() < 64.0 * f64::EPSILON);
        let total = Pca::default().fit(&x).unwrap().total_variance();
        assert!((model.total_variance() - total).abs() < 64.0 * f64::EPSILON * total);
    }
}

#[test]
fn centred_rows_have_the_principal_components() {
    let mut x = counts(30, 4);
    for mut column in x.column_iter_mut() {
        let mean = column.mean();
        column.add_scalar_mut(-mean);
    }
    let (svd, pca) = (TruncatedSvd::new(2).fit(&x).unwrap(), Pca::new(2).fit(&x).unwrap());
    assert!((svd.components() - pca.components()).amax() < 1e-12); // eps over the gaps
    assert!((svd.explained_variance() - pca.explained_variance()).amax() < 1e-12);
}

#[test]
fn bad_input_is_refused() {
    let x = counts(5, 3);
    assert!(matches!(TruncatedSvd::new(0).fit(&x), Err(Error::Parameter { name: "n_components", .. })));
    assert!(matches!(TruncatedSvd::new(4).fit(&x), Err(Error::Parameter { name: "n_components", .. })));
    assert!(TruncatedSvd::new(1).fit(&CsrMatrix::<f64>::zeros(0, 3)).is_err());
    assert!(TruncatedSvd::new(1).fit(&rows(&[[1.0, f64::NAN]])).is_err());
    let model = TruncatedSvd::new(1).fit(&x).unwrap();
    assert!(model.transform(&counts(5, 4)).is_err());
    assert!(model.transform(&CsrMatrix::from(&counts(5, 4))).is_err());
    assert!(model.inverse_transform(&x).is_err());
    for solver in ALL {
        let zero = TruncatedSvd::new(2).solver(solver).fit(&CsrMatrix::<f64>::zeros(4, 3)).unwrap();
        assert_eq!(zero.explained_variance_ratio().as_slice(), [0.0, 0.0]);
    }
}

#[test]
fn a_file_that_does_not_fit_together_is_refused() {
    let model = TruncatedSvd::new(1).fit(&rows(&[[3.0, 0.0], [4.0, 0.0]])).unwrap();
    let text = model.to_json().unwrap();
    assert_eq!(TruncatedSvdModel::<f64>::from_json(&text).unwrap(), model);
    for (from, to) in [("\"singular_values\":[", "\"singular_values\":[-"), ("\"shape\":[1,2]", "\"shape\":[2,1]")] {
        assert!(text.contains(from));
        assert!(TruncatedSvdModel::<f64>::from_json(&text.replace(from, to)).is_err(), "{to}");
    }
}
