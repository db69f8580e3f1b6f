//! IDX files: the form MNIST is given in.

use crate::Images;
use cairn_preprocess::{Error, Result};

/// An IDX file of bytes: a block of numbers and the sizes of its dimensions.
///
/// The form, as the pages of MNIST describe it: two zero bytes, 8 for unsigned bytes, the count of dimensions, each
/// dimension's size in 4 bytes (highest first), then the bytes, the last dimension fastest. Images have three dimensions
/// (image, row, column), or a fourth for colour; labels have one. Packed files are unpacked first.
///
/// # Examples
/// ```
/// use cairn_datasets::Idx;
/// // 2 images of 1 x 3
/// let file = [0, 0, 8, 3, 0, 0, 0, 2, 0, 0, 0, 1, 0, 0, 0, 3, 10, 20, 30, 40, 50, 60];
/// let idx = Idx::read(&file, "tiny.idx")?;
/// assert_eq!((idx.sizes(), idx.images()?.image(1)), (&[2, 1, 3][..], Some(&[40, 50, 60][..])));
/// let error = Idx::read(&file[..21], "tiny.idx").unwrap_err();
/// assert_eq!(error.to_string(), "tiny.idx: expected 6 bytes behind the head, found 5");
/// # Ok::<(), cairn_datasets::Error>(())
/// ```
///
/// # References
/// - LeCun, Cortes and Burges (1998), "The MNIST database of handwritten digits": the file format.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Idx<'a> {
    source: String,
    sizes: Vec<usize>,
    bytes: &'a [u8],
}

impl<'a> Idx<'a> {
    /// Takes the head off and checks that as many bytes follow as it says; `source` is what messages call the file.
    ///
    /// # Errors
    /// [`Error::Format`] for a head that is not one of bytes or ends early, and for bytes too few or too many. No bytes
    /// whatsoever make it panic or ask for memory.
    pub fn read(file: &'a [u8], source: &str) -> Result<Self> {
        let wrong = |what: String| Err(Error::Format(format!("{source}: {what}")));
        let [0, 0, 8, dimensions, rest @ ..] = file else {
            return wrong("expected an IDX file of bytes, found something else".into());
        };
        let Some((head, bytes)) = rest.split_at_checked(usize::from(*dimensions) * 4) else {
            return wrong(format!("expected {dimensions} sizes, found the end of the file"));
        };
        let (head, _) = head.as_chunks::<4>();
        let sizes: Vec<usize> = head.iter().map(|&size| u32::from_be_bytes(size) as usize).collect();
        let expected = sizes.iter().try_fold(1_usize, |all, &size| all.checked_mul(size));
        if expected != Some(bytes.len()) {
            let expected = expected.map_or_else(|| "more than memory holds".into(), |n| n.to_string());
            let found = bytes.len();
            return wrong(format!("expected {expected} bytes behind the head, found {found}"));
        }
        Ok(Self { source: source.to_owned(), sizes, bytes })
    }

    /// The sizes of the dimensions, the slowest first.
    pub fn sizes(&self) -> &[usize] {
        &self.sizes
    }

    /// The bytes behind the head.
    pub fn bytes(&self) -> &'a [u8] {
        self.bytes
    }

    /// The images of a file of three dimensions (image, row, column) or four (and channel).
    ///
    /// # Errors
    /// [`Error::Format`] for another number of dimensions, and where there are no images or no pixels.
    pub fn images(&self) -> Result<Images> {
        let (height, width, channels) = match *self.sizes.as_slice() {
            [_, height, width] => (height, width, 1),
            [_, height, width, channels] => (height, width, channels),
            _ => return Err(self.dimensions("images")),
        };
        if self.bytes.is_empty() {
            return Err(Error::Format(format!("{}: expected images, found none", self.source)));
        }
        Images::new(self.bytes.to_vec(), height, width, channels)
    }

    /// The labels of a file of one dimension.
    ///
    /// # Errors
    /// [`Error::Format`] for another number of dimensions.
    pub fn labels(&self) -> Result<&'a [u8]> {
        if self.sizes.len() == 1 { Ok(self.bytes) } else { Err(self.dimensions("labels")) }
    }

    fn dimensions(&self, expected: &str) -> Error {
        Error::Format(format!("{}: expected IDX {expected}, found {} dimensions", self.source, self.sizes.len()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn message(file: &[u8]) -> String {
        Idx::read(file, "f").unwrap_err().to_string()
    }

    #[test]
    fn heads_that_are_cut_or_of_another_kind_are_refused() {
        // 13 is for 32-bit numbers
        for file in [&[][..], &[0, 0, 8], &[0, 0, 13, 1, 0, 0, 0, 0], &[1, 0, 8, 1, 0, 0, 0, 0]] {
            assert_eq!(message(file), "f: expected an IDX file of bytes, found something else");
        }
        assert_eq!(message(&[0, 0, 8, 2, 0, 0, 0, 1, 0]), "f: expected 2 sizes, found the end of the file");
    }

    #[test]
    fn sizes_are_what_the_bytes_are() {
        assert_eq!(message(&[0, 0, 8, 1, 0, 0, 0, 2, 7]), "f: expected 2 bytes behind the head, found 1");
        assert_eq!(message(&[0, 0, 8, 1, 0, 0, 0, 1, 7, 7]), "f: expected 1 bytes behind the head, found 2");
        let mut large = vec![0, 0, 8, 3];
        large.extend([255; 12]);
        assert_eq!(message(&large), "f: expected more than memory holds bytes behind the head, found 0");
    }

    #[test]
    fn colour_is_a_fourth_dimension_and_labels_are_the_first_alone() {
        let colour = [0, 0, 8, 4, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 3, 1, 2, 3];
        let idx = Idx::read(&colour, "f").unwrap();
        assert_eq!(idx.images().unwrap().shape(), (1, 1, 3));
        assert_eq!(idx.labels().unwrap_err().to_string(), "f: expected IDX labels, found 4 dimensions");
        let labels = Idx::read(&[0, 0, 8, 1, 0, 0, 0, 2, 7, 9], "f").unwrap();
        assert_eq!(labels.labels().unwrap(), [7, 9]);
        assert_eq!(labels.images().unwrap_err().to_string(), "f: expected IDX images, found 1 dimensions");
        // no images; images without pixels
        for sizes in [[0, 2, 2], [2, 0, 2]] {
            let mut empty = vec![0, 0, 8, 3];
            sizes.iter().for_each(|&size| empty.extend(u32::to_be_bytes(size)));
            assert_eq!(
                Idx::read(&empty, "f").unwrap().images().unwrap_err().to_string(),
                "f: expected images, found none"
            );
        }
    }
}
