//! Images as bytes.

use cairn_preprocess::{DMatrix, Error, Result, TakeRows};

/// Images of one size, a byte a value, one image after the other.
///
/// Within an image the order is row by row, pixel by pixel, channel by channel (height, width, channel).
///
/// # Examples
/// ```
/// use cairn_datasets::Images;
/// // two images of 1 x 2 pixels, grey
/// let images = Images::new(vec![0, 255, 51, 102], 1, 2, 1)?;
/// assert_eq!((images.n_images(), images.shape(), images.image(1)), (2, (1, 2, 1), Some(&[51, 102][..])));
/// assert_eq!(images.matrix()[(1, 0)], 0.2); // 51 / 255
/// # Ok::<(), cairn_datasets::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Images {
    bytes: Vec<u8>,
    height: usize,
    width: usize,
    channels: usize,
}

impl Images {
    /// Images from their bytes.
    ///
    /// # Errors
    /// [`Error::Parameter`] for a size of 0, [`Error::Format`] if the bytes are not a whole number of images.
    pub fn new(bytes: Vec<u8>, height: usize, width: usize, channels: usize) -> Result<Self> {
        for (name, size) in [("height", height), ("width", width), ("channels", channels)] {
            if size == 0 {
                return Err(Error::Parameter { name, requirement: "a number of at least 1", found: 0.0 });
            }
        }
        let image = height.checked_mul(width).and_then(|pixels| pixels.checked_mul(channels));
        if !image.is_some_and(|image| bytes.len().is_multiple_of(image)) {
            let found = bytes.len();
            return Err(Error::Format(format!(
                "images: expected a whole number of {height} x {width} x {channels}, found {found} bytes"
            )));
        }
        Ok(Self { bytes, height, width, channels })
    }

    /// How many images there are.
    pub fn n_images(&self) -> usize {
        self.bytes.len() / self.image_size()
    }

    /// Height, width, channels: 1 of grey, 3 of red, green and blue.
    pub fn shape(&self) -> (usize, usize, usize) {
        (self.height, self.width, self.channels)
    }

    /// Bytes of one image, which are the columns of [`Self::matrix`].
    pub fn image_size(&self) -> usize {
        self.height * self.width * self.channels
    }

    /// All bytes.
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// The bytes of one image, if there are so many.
    pub fn image(&self, at: usize) -> Option<&[u8]> {
        self.bytes.chunks_exact(self.image_size()).nth(at)
    }

    /// One image a row: bytes / 255, so from 0 to 1.
    ///
    /// # Shapes
    /// n_images x (height · width · channels), columns in the order height, width, channel.
    pub fn matrix(&self) -> DMatrix<f64> {
        let values = self.bytes.iter().map(|&byte| f64::from(byte) / 255.0);
        DMatrix::from_row_iterator(self.n_images(), self.image_size(), values)
    }

    /// `pixel_3_5`, row before column; of several channels `pixel_3_5_0`.
    pub(crate) fn names(&self) -> Vec<String> {
        let name = |at: usize| {
            let (pixel, channel) = (at / self.channels, at % self.channels);
            let (i, j) = (pixel / self.width, pixel % self.width);
            if self.channels == 1 { format!("pixel_{i}_{j}") } else { format!("pixel_{i}_{j}_{channel}") }
        };
        (0..self.image_size()).map(name).collect()
    }
}

impl TakeRows for Images {
    fn take_rows(&self, rows: &[usize]) -> Result<Self> {
        // the numbers are checked before a byte is copied
        let rows = (0..self.n_images()).collect::<Vec<_>>().take_rows(rows)?;
        let bytes = rows.iter().filter_map(|&row| self.image(row)).flatten().copied().collect();
        Ok(Self { bytes, ..*self })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn channels_change_fastest_and_rows_slowest() {
        // 1 image of 2 x 2 pixels of 2 channels
        let images = Images::new((0..8).collect(), 2, 2, 2).unwrap();
        let names = images.names();
        assert_eq!(
            (names[0].as_str(), names[1].as_str(), names[2].as_str()),
            ("pixel_0_0_0", "pixel_0_0_1", "pixel_0_1_0")
        );
        assert_eq!((names[4].as_str(), images.matrix()[(0, 4)]), ("pixel_1_0_0", 4.0 / 255.0));
    }

    #[test]
    fn rows_are_taken_in_the_order_asked_for() {
        let images = Images::new(vec![1, 2, 3, 4, 5, 6], 1, 2, 1).unwrap();
        assert_eq!(images.take_rows(&[2, 0, 2]).unwrap().bytes(), [5, 6, 1, 2, 5, 6]);
        assert!(images.take_rows(&[3]).is_err());
        assert_eq!(images.image(3), None);
    }

    #[test]
    fn bytes_that_fill_no_image_are_refused() {
        assert!(matches!(Images::new(vec![0; 5], 1, 2, 1), Err(Error::Format(_))));
        assert!(matches!(Images::new(vec![], 1, 0, 1), Err(Error::Parameter { name: "width", .. })));
        assert!(matches!(Images::new(vec![0; 5], usize::MAX, 2, 1), Err(Error::Format(_))));
        assert_eq!(Images::new(vec![], 2, 2, 1).unwrap().n_images(), 0);
    }
}
