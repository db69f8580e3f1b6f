//! The four shapes that components may have, and the square roots of their inverses.

use cairn_decomp::Cholesky;
use cairn_traits::{DMatrix, Error, Result, check, matrix};
use serde::{Deserialize, Serialize};

/// What shapes the components of a mixture may have.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CovarianceType {
    /// Each any ellipsoid: p (p + 1) / 2 numbers a component.
    #[default]
    Full,
    /// All the same ellipsoid.
    Tied,
    /// Each an ellipsoid along the axes: p numbers a component.
    Diag,
    /// Each a ball: one number a component.
    Spherical,
}

impl CovarianceType {
    /// How many numbers describe the covariances of k components of p columns.
    pub(super) fn n_parameters(self, k: usize, p: usize) -> usize {
        match self {
            Self::Full => k * p * (p + 1) / 2,
            Self::Tied => p * (p + 1) / 2,
            Self::Diag => k * p,
            Self::Spherical => k,
        }
    }

    fn shape(self, k: usize, p: usize) -> (usize, usize) {
        match self {
            Self::Full => (k * p, p),
            Self::Tied => (p, p),
            Self::Diag => (k, p),
            Self::Spherical => (k, 1),
        }
    }

    /// Whether columns vary together.
    pub(super) fn is_dense(self) -> bool {
        matches!(self, Self::Full | Self::Tied)
    }
}

/// The covariances of all components, as few numbers as their type takes.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Covariances {
    kind: CovarianceType,
    /// Full: k p x p, one matrix below the other; tied: p x p; diagonal: k x p; spherical: k x 1.
    #[serde(with = "matrix")]
    stacked: DMatrix<f64>,
}

impl Covariances {
    /// From the numbers: full k p x p (one matrix below the other), tied p x p, diagonal k x p, spherical k x 1.
    pub fn new(kind: CovarianceType, stacked: DMatrix<f64>) -> Self {
        Self { kind, stacked }
    }

    /// What shapes they have.
    pub fn covariance_type(&self) -> CovarianceType {
        self.kind
    }

    /// The numbers, as [`Covariances::new`] takes them.
    pub fn stacked(&self) -> &DMatrix<f64> {
        &self.stacked
    }

    /// The covariance of one component, p x p; none if there is no such component.
    pub fn of(&self, component: usize, p: usize) -> Option<DMatrix<f64>> {
        let rows = self.stacked.nrows();
        match self.kind {
            CovarianceType::Tied => Some(self.stacked.clone()),
            CovarianceType::Full if (component + 1) * p <= rows => {
                Some(self.stacked.rows(component * p, p).into_owned())
            }
            CovarianceType::Diag if component < rows => {
                Some(DMatrix::from_diagonal(&self.stacked.row(component).transpose()))
            }
            CovarianceType::Spherical if component < rows => {
                Some(DMatrix::from_diagonal_element(p, p, self.stacked[(component, 0)]))
            }
            _ => None,
        }
    }

    /// Whether they are those of k components of p columns, of this type.
    pub(super) fn check(&self, kind: CovarianceType, k: usize, p: usize) -> Result<()> {
        if self.kind != kind {
            return Err(Error::Format(format!("covariances: expected {kind:?}, found {:?}", self.kind)));
        }
        let (rows, columns) = kind.shape(k, p);
        check::rows("covariances", rows, self.stacked.nrows())?;
        check::columns("covariances", columns, self.stacked.ncols())?;
        check::finite("covariances", self.stacked.as_view())
    }

    /// The roots of the inverses, component by component.
    pub(super) fn whiteners(&self, k: usize, p: usize) -> Result<Vec<Whitener>> {
        let singular = Error::Singular { what: "covariance of a component: a larger reg_covar makes it so" };
        let scales = |variances: Vec<f64>| {
            if variances.iter().all(|v| *v > 0.0) {
                Ok(Whitener::Scales(variances.iter().map(|v| 1.0 / v.sqrt()).collect()))
            } else {
                Err(singular.clone())
            }
        };
        let triangle = |covariance: &DMatrix<f64>| {
            let l = Cholesky::new(covariance).map_err(|_| singular.clone())?;
            // what the other columns leave of a variance must be more than its rounding
            let rounding = 4.0 * p as f64 * f64::EPSILON;
            if (0..p).any(|j| l.l()[(j, j)].powi(2) <= rounding * covariance[(j, j)]) {
                return Err(singular.clone());
            }
            let inverse = l.l().solve_lower_triangular(&DMatrix::identity(p, p)).ok_or(singular.clone())?;
            check::finite("covariance", inverse.as_view()).map_err(|_| singular.clone())?;
            Ok(Whitener::Triangle(inverse.transpose()))
        };
        match self.kind {
            CovarianceType::Tied => Ok(vec![triangle(&self.stacked)?; k]),
            CovarianceType::Full => (0..k).map(|c| triangle(&self.stacked.rows(c * p, p).into_owned())).collect(),
            CovarianceType::Diag => (0..k).map(|c| scales(self.stacked.row(c).iter().copied().collect())).collect(),
            CovarianceType::Spherical => (0..k).map(|c| scales(vec![self.stacked[(c, 0)]; p])).collect(),
        }
    }
}

/// W with `|W d|² = d' Σ⁻¹ d`.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Whitener {
    /// The inverse of the Cholesky factor, transposed: column j holds what of d₀ ... dⱼ makes up the j-th number.
    Triangle(DMatrix<f64>),
    Scales(Vec<f64>),
}

impl Whitener {
    /// `ln |det W|`, which is `−½ ln det Σ`.
    pub(super) fn log_determinant(&self) -> f64 {
        match self {
            Self::Triangle(inverse) => inverse.diagonal().iter().map(|v| v.ln()).sum(),
            Self::Scales(scales) => scales.iter().map(|v| v.ln()).sum(),
        }
    }
}
