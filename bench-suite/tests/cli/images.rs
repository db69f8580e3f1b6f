//! IDX images and labels that are not what they should be.

use super::{Folder, flats, refused, told};

/// Two zeros, 8 for bytes, the count of dimensions, their sizes, the values.
fn idx(sizes: &[u32], values: &[u8]) -> Vec<u8> {
    let mut bytes = vec![0, 0, 8, sizes.len() as u8];
    bytes.extend(sizes.iter().flat_map(|size| size.to_be_bytes()));
    bytes.extend(values);
    bytes
}

/// Six images of 2 x 2: three dark ones of class 3, three bright ones of class 11.
fn images() -> Folder {
    let folder = Folder::new();
    let pixels: Vec<u8> = (0..24).map(|at| if at < 12 { at } else { 230 + at }).collect();
    folder.write("images", idx(&[6, 2, 2], &pixels)).write("labels", idx(&[6], &[3, 3, 3, 11, 11, 11]));
    folder.write("test", idx(&[2, 2, 2], &[250, 250, 250, 250, 1, 2, 3, 4])).write("two", idx(&[2], &[11, 11]));
    folder.write("flats.csv", flats());
    folder
}

const RUN: &str = "run knn-classifier --set n_neighbors=3 --train";

#[test]
fn standardised_images_are_answered_as_they_were_trained() {
    let folder = images();
    let run = format!("{RUN} images --labels labels --standardize --test test --test-labels two");
    told(&folder.run(&format!("{run} --save model.json --predictions out.csv")));
    assert_eq!(folder.read("out.csv"), "prediction,probability\n11,1\n3,1\n");
    assert_eq!(told(&folder.run("predict model.json --data test")), folder.read("out.csv"));
    let line = refused(&folder.run("predict model.json --data flats.csv"), "a table");
    assert!(line.contains("flats.csv: expected an IDX file"), "{line}");
}

#[test]
fn bad_images_and_labels_are_named() {
    let folder = images();
    folder.write("cut", idx(&[6, 2, 2], &[0; 23])).write("head", [0, 0, 8, 3, 0, 0]);
    folder.write("none", idx(&[0, 2, 2], &[])).write("vast", idx(&[u32::MAX; 3], &[1]));
    folder
        .write("floats", [0, 0, 13, 3, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 5])
        .write("small", idx(&[2, 1, 1], &[1, 2]));
    let trained = "images --labels labels";
    for (rest, says) in [
        ("cut --labels labels", "cut: expected 24 bytes behind the head, found 23"),
        ("head --labels labels", "head: expected 3 sizes, found the end of the file"),
        ("none --labels labels", "none: expected images, found none"),
        ("vast --labels labels", "vast: expected more than memory holds bytes"),
        ("floats --labels labels", "floats: expected an IDX file of bytes"),
        ("labels --labels labels", "labels: expected IDX images, found 1 dimensions"),
        ("images", "--labels: expected the labels of the images in images"),
        ("images --labels nowhere", "nowhere: no such file"),
        ("images --labels images", "images: expected IDX labels, found 3 dimensions"),
        ("images --labels two", "expected 6 labels, one a row, found 2"),
        ("images --labels flats.csv", "flats.csv: expected an IDX file"),
        (&format!("{trained} --target rent"), "--target"),
        (&format!("{trained} --test test"), "--test-labels: expected the labels of the images in test"),
        (&format!("{trained} --test flats.csv --test-labels two"), "flats.csv: expected an IDX file"),
        (&format!("{trained} --test small --test-labels two"), "small: expected images of 4 pixels, found 1"),
    ] {
        let line = refused(&folder.run(&format!("{RUN} {rest}")), rest);
        assert!(line.contains(says), "{rest}: {line}");
    }
    let line = refused(&folder.run("run ridge --train images --labels labels"), "numbers of images");
    assert!(line.contains("for classification"), "{line}");
}
