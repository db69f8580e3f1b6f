//! Plain loops, with the widest vectors the processor has.

/// Defines a function whose loops are compiled several times, for the widths of vectors there are, and run with the
/// widest that this machine has.
///
/// A closure given to `pulp::Arch::dispatch` is compiled by itself as soon as it is large, and then without the vectors;
/// the body of a function defined here is always part of the dispatched code. What it calls should be `#[inline(always)]`.
///
/// Lifetimes are written out, in square brackets; then type parameters with one bound each.
///
/// # Examples
/// ```
/// use cairn_numeric::vectorised;
/// use cairn_traits::Float;
/// vectorised! {
///     /// `y ← y + a x`.
///     fn add_scaled['a; F: Float](y: &'a mut [F], a: F, x: &'a [F]) -> () {
///         for (y, x) in y.iter_mut().zip(x) {
///             *y += a * *x;
///         }
///     }
/// }
/// let mut y = [1.0, 2.0];
/// add_scaled(&mut y, 10.0, &[1.0, 1.0]);
/// assert_eq!(y, [11.0, 12.0]);
/// ```
#[macro_export]
macro_rules! vectorised {
    (
        $(#[$meta:meta])*
        $vis:vis fn $name:ident[$($life:lifetime),* $(; $($param:ident: $bound:ident),+)?](
            $($arg:ident: $kind:ty),* $(,)?
        ) -> $out:ty $body:block
    ) => {
        $(#[$meta])*
        $vis fn $name<$($life,)* $($($param: $bound),+)?>($($arg: $kind),*) -> $out {
            struct Work<$($life,)* $($($param: $bound),+)?> {
                $($arg: $kind,)*
            }
            impl<$($life,)* $($($param: $bound),+)?> $crate::pulp::WithSimd for Work<$($life,)* $($($param),+)?> {
                type Output = $out;

                #[inline(always)]
                fn with_simd<S: $crate::pulp::Simd>(self, _: S) -> $out {
                    let Self { $($arg),* } = self;
                    $body
                }
            }
            $crate::pulp::Arch::new().dispatch(Work { $($arg),* })
        }
    };
}
