//! Series: steps that follow each other.

use super::{Content, Form, Task, file};
use crate::Dataset;

/// The weather of Seattle on 1461 days, 2012 to 2015: precipitation, highest and lowest temperature, wind: what is the
/// highest temperature (`temp_max`) tomorrow?
///
/// A series of several columns, of which one is forecast. Days are in order and one is like the next: keep the last part
/// for the test, never shuffle, and compare with "as today".
///
/// The table has two columns more: `date`, which would be a class for each day, and the kind of `weather`, for
/// classification: 641 days of rain, 640 sun, 101 fog, 53 drizzle, 26 snow. There **the first column is half the answer**:
/// 597 days of rain, all of snow and no other day have precipitation; and a shuffled split asks of days whose neighbours
/// are known.
///
/// # Examples
/// ```
/// use cairn_datasets::seattle_weather;
/// let data = seattle_weather().load()?;
/// assert_eq!(data.feature_names(), ["precipitation", "temp_max", "temp_min", "wind"]);
/// assert_eq!(data.matrix()?[(1460, 1)], 5.6); // New Year's Eve of 2015
/// let weather = seattle_weather().table()?.labels("weather")?;
/// assert_eq!(weather.iter().filter(|kind| *kind == "snow").count(), 26);
/// # Ok::<(), cairn_datasets::Error>(())
/// ```
pub fn seattle_weather() -> Dataset {
    Dataset {
        name: "seattle_weather",
        task: Task::Forecasting,
        form: Form::Matrix,
        target: "temp_max",
        description: "the weather of Seattle day by day, 2012 to 2015, in the order of days; its kind as well, and rain \
                      is nearly what the column precipitation says",
        licence: "public domain",
        source: "US National Oceanic and Atmospheric Administration; as in the npm package vega-datasets 3.2.1",
        n_rows: 1461,
        n_features: 4,
        n_train: None,
        content: Content::CsvSeries { aside: &["date", "weather"] },
        files: &[file!("seattle_weather.csv.gz")],
    }
}

/// The mean number of sunspots of each year from 1700 to 2008: one series of 309 steps.
///
/// For autoregression, where it began. A wave of 9 to 14 years, steeper up than down, of unequal heights, never below 0: the
/// next year is easy, ten years ahead are not. Split in time, never by shuffling. The counts are of the scale used before
/// 2015, when the observatories revised all of them.
///
/// # Examples
/// ```
/// let data = cairn_datasets::sunspots_yearly().load()?;
/// let series = data.matrix()?;
/// assert_eq!((series.shape(), series[(0, 0)], series.max()), ((309, 1), 5.0, 190.2)); // the peak is that of 1957
/// # Ok::<(), cairn_datasets::Error>(())
/// ```
///
/// # References
/// - Yule (1927), "On a method of investigating periodicities in disturbed series", Philosophical Transactions A 226.
pub fn sunspots_yearly() -> Dataset {
    Dataset {
        name: "sunspots_yearly",
        task: Task::Forecasting,
        form: Form::Matrix,
        target: "sunspots",
        description: "sunspots year by year, 1700 to 2008: a wave of about eleven years that is no sine",
        licence: "public domain",
        source: "Solar Influences Data Analysis Center; as in the package statsmodels 0.15.0",
        n_rows: 309,
        n_features: 1,
        n_train: None,
        content: Content::CsvSeries { aside: &["year"] },
        files: &[file!("sunspots_yearly.csv.gz")],
    }
}

/// The mean number of sunspots of each month from January 1749 to December 2008: one series of 3120 steps.
///
/// [`sunspots_yearly`](crate::sunspots_yearly) twelve times as long, with noise from month to month over the wave of eleven
/// years (some 130 steps): for recurrent networks, whose memory has to reach further than the last few steps. Split in time.
/// "The same as last month" is a hard rival; compare with it. The noise grows with the level, so a square root before fitting
/// helps.
///
/// # Examples
/// ```
/// let table = cairn_datasets::sunspots_monthly().table()?;
/// let (year, month) = (table.numbers("year")?, table.numbers("month")?);
/// assert_eq!((table.names().len(), year[2505], month[2505], table.numbers("sunspots")?[2505]), (3, 1957.0, 10.0, 253.8));
/// # Ok::<(), cairn_datasets::Error>(())
/// ```
pub fn sunspots_monthly() -> Dataset {
    Dataset {
        name: "sunspots_monthly",
        task: Task::Forecasting,
        form: Form::Matrix,
        target: "sunspots",
        description: "sunspots month by month, 1749 to 2008: the wave of eleven years under noise",
        licence: "public domain",
        source: "Solar Influences Data Analysis Center; as in the package statsmodels 0.15.0",
        n_rows: 3120,
        n_features: 1,
        n_train: None,
        content: Content::CsvSeries { aside: &["year", "month"] },
        files: &[file!("sunspots_monthly.csv.gz")],
    }
}

/// 640 utterances of two vowels by nine men, each 7 to 29 steps of 12 numbers: which `speaker`?
///
/// For recurrent networks and elastic distances: the lengths differ, so it is no matrix before it is padded or summed up.
/// The numbers are coefficients of linear prediction, of degree 12.
///
/// **Split by its authors**: rows 0 to 269 are for training (30 of each speaker), 270 to 639 the test (24 to 88); see
/// [`Dataset::parts`]. Both are **ordered by class**. Published scores are of this split; one of one's own has utterances of
/// one sitting on both sides.
///
/// Needs the feature `large`.
///
/// # Examples
/// ```
/// use cairn_datasets::{Features, japanese_vowels};
/// let set = japanese_vowels();
/// let data = set.load()?;
/// let Some((train, test)) = set.parts() else { unreachable!() };
/// let (train, test) = (data.take_rows(&train.collect::<Vec<_>>())?, data.take_rows(&test.collect::<Vec<_>>())?);
/// assert_eq!((train.n_rows(), test.n_rows()), (270, 370));
/// let Features::Sequences(series) = &train.features else { unreachable!() };
/// assert_eq!((series[0].shape(), series[0][(0, 0)]), ((20, 12), 1.860936));
/// # Ok::<(), cairn_datasets::Error>(())
/// ```
///
/// # References
/// - Kudo, Toyama and Shimbo (1999), "Multidimensional curve classification using passing-through regions", Pattern
///   Recognition Letters 20(11-13).
#[cfg(feature = "large")]
pub fn japanese_vowels() -> Dataset {
    Dataset {
        name: "japanese_vowels",
        task: Task::Classification,
        form: Form::Sequences,
        target: "speaker",
        description: "640 utterances of two vowels by nine men, series of 7 to 29 steps; an official split, each \
                      part ordered by class",
        licence: "CC BY 4.0",
        source: "M. Kudo, J. Toyama, M. Shimbo (1999); UCI Machine Learning Repository, doi 10.24432/C5NS47",
        n_rows: 640,
        n_features: 12,
        n_train: Some(270),
        content: Content::Ts,
        files: &[("japanese_vowels.ts.gz", cairn_datasets_large::japanese_vowels)],
    }
}
