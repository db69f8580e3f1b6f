//! The similarity of two points of the map by their squared distance.

/// A kernel `w = s^−ν`, `s = 1 + d²/ν`.
pub(crate) trait Kernel: Copy + Send + Sync {
    /// `w`, and what the vector between the points is multiplied by in the push: `w / s`.
    fn pair(self, squared: f64) -> (f64, f64);
}

/// ν = 1: Student's distribution with one degree of freedom, t-SNE itself.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Cauchy;

impl Kernel for Cauchy {
    #[inline(always)]
    fn pair(self, squared: f64) -> (f64, f64) {
        let w = 1.0 / (1.0 + squared);
        (w, w * w)
    }
}

/// Any ν.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Student {
    pub(crate) degrees_of_freedom: f64,
}

impl Kernel for Student {
    #[inline(always)]
    fn pair(self, squared: f64) -> (f64, f64) {
        let s = 1.0 + squared / self.degrees_of_freedom;
        let w = s.powf(-self.degrees_of_freedom);
        (w, w / s)
    }
}

/// Runs `$body` with `$kernel` the kernel of so many degrees of freedom.
macro_rules! with_kernel {
    ($degrees:expr, $kernel:ident => $body:expr) => {
        if $degrees == 1.0 {
            let $kernel = $crate::kernel::Cauchy;
            $body
        } else {
            let $kernel = $crate::kernel::Student { degrees_of_freedom: $degrees };
            $body
        }
    };
}
pub(crate) use with_kernel;
