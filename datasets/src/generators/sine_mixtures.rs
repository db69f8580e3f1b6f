use super::{Draw, Generate, Part, balanced_labels, data, limits};
use crate::{Data, Features, Target, Task};
use cairn_traits::{DMatrix, Hyperparameters, Result, check};
use serde::{Deserialize, Serialize};
use std::f64::consts::TAU;

/// The slowest and the fastest sine, in turns a step: 50 steps a turn, and 5.
const FREQUENCIES: (f64, f64) = (0.02, 0.2);

/// What is asked of the series of [`MakeSineMixtures`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum SineTarget {
    /// Which mixture a series is: classification.
    #[default]
    Class,
    /// What comes next: forecasting.
    Next,
}

/// Series that are sums of sines: which mixture is it, or what comes next?
///
/// ```text
/// x(t) = Σⱼ aⱼ sin(2π fⱼ t + φⱼ) + noise · N(0, 1)        t = 0, 1, ..., length − 1
/// f    n_components frequencies for each class: 0.02 to 0.2 turns a step is cut into as many bands as there are
///      frequencies in all, and each band has one, somewhere in its middle half; classes share no band
/// a    uniform on [½, 1½) for each series;   φ uniform on [0, 2π) for each series
/// ```
///
/// Phases differ from series to series, so no single time tells the class: the network has to hear the tune. With
/// [`SineTarget::Next`] the same series are to be continued, which is possible exactly but for the noise: n sines obey a
/// linear rule of 2n steps back. Sequences are times x 1.
///
/// # Determinism
/// More rows, or longer ones, leave the first ones and the frequencies as they are, up to the noise of longer ones.
///
/// # Examples
/// ```
/// use cairn_datasets::{Generate, Task, generators::SineTarget, make_sine_mixtures};
/// let mixtures = make_sine_mixtures(60).n_classes(3).n_components(2);
/// assert_eq!((mixtures.generate()?.task, mixtures.frequencies()?.shape()), (Task::Classification, (3, 2)));
/// // one long series to forecast
/// let series = make_sine_mixtures(1).n_classes(1).length(500).noise(0.1).target(SineTarget::Next).generate()?;
/// assert_eq!((series.task, series.n_rows()), (Task::Forecasting, 1));
/// # Ok::<(), cairn_datasets::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct MakeSineMixtures {
    n_samples: usize,
    length: usize,
    n_classes: usize,
    n_components: usize,
    noise: f64,
    target: SineTarget,
    seed: u64,
}

/// [`MakeSineMixtures`] with so many series: 3 classes of 2 sines, 100 steps, without noise.
pub fn make_sine_mixtures(n_samples: usize) -> MakeSineMixtures {
    MakeSineMixtures {
        n_samples,
        length: 100,
        n_classes: 3,
        n_components: 2,
        noise: 0.0,
        target: SineTarget::Class,
        seed: 0,
    }
}

impl Default for MakeSineMixtures {
    /// 100 series.
    fn default() -> Self {
        make_sine_mixtures(100)
    }
}

impl MakeSineMixtures {
    /// Series of all classes together, at least 1.
    #[must_use]
    pub fn n_samples(mut self, n_samples: usize) -> Self {
        self.n_samples = n_samples;
        self
    }

    /// Steps of each series, at least 1; 100 by default.
    #[must_use]
    pub fn length(mut self, length: usize) -> Self {
        self.length = length;
        self
    }

    /// Mixtures, 1 to `n_samples`; 3 by default.
    #[must_use]
    pub fn n_classes(mut self, n_classes: usize) -> Self {
        self.n_classes = n_classes;
        self
    }

    /// Sines in each mixture, at least 1; 2 by default.
    #[must_use]
    pub fn n_components(mut self, n_components: usize) -> Self {
        self.n_components = n_components;
        self
    }

    /// Standard deviation of what is added to each step; 0 by default.
    #[must_use]
    pub fn noise(mut self, noise: f64) -> Self {
        self.noise = noise;
        self
    }

    /// Which mixture, or what comes next; [`SineTarget::Class`] by default.
    #[must_use]
    pub fn target(mut self, target: SineTarget) -> Self {
        self.target = target;
        self
    }

    /// Another seed, other frequencies and series.
    #[must_use]
    pub fn seed(mut self, seed: u64) -> Self {
        self.seed = seed;
        self
    }

    /// The frequencies of each mixture, in turns a step: n_classes x n_components.
    ///
    /// # Errors
    /// Hyperparameters out of range.
    pub fn frequencies(&self) -> Result<DMatrix<f64>> {
        self.validate()?;
        let mut draw = Draw::new(self.seed, Part::Setup);
        let n_bands = self.n_classes * self.n_components;
        let mut bands: Vec<usize> = (0..n_bands).collect();
        draw.shuffle(&mut bands);
        let width = (FREQUENCIES.1 - FREQUENCIES.0) / n_bands as f64;
        let frequencies = bands.iter().map(|&band| FREQUENCIES.0 + width * (band as f64 + draw.between(0.25, 0.75)));
        Ok(DMatrix::from_row_iterator(self.n_classes, self.n_components, frequencies))
    }
}

impl Hyperparameters for MakeSineMixtures {
    fn validate(&self) -> Result<()> {
        limits::count("length", 1, self.length)?;
        limits::size(self.n_samples, self.length)?;
        limits::groups("n_classes", self.n_classes, self.n_samples)?;
        let requirement = "at least 1 and at most 1000";
        limits::holds((1..=1000).contains(&self.n_components), "n_components", requirement, self.n_components as f64)?;
        limits::not_negative("noise", self.noise)
    }
}

impl Generate for MakeSineMixtures {
    const NAME: &'static str = "make-sine-mixtures";
    const DESCRIPTION: &'static str = "series that are sums of sines: which mixture is it, or what comes next?";

    fn generate(&self) -> Result<Data> {
        let frequencies = self.frequencies()?;
        let labels = balanced_labels(self.seed, self.n_samples, self.n_classes);
        let (mut rows, mut noise) = (Draw::new(self.seed, Part::Rows), Draw::new(self.seed, Part::Noise));
        let mut sequences = Vec::with_capacity(self.n_samples);
        for &label in &labels {
            let mut series = DMatrix::zeros(self.length, 1);
            for frequency in frequencies.row(label).iter() {
                let (amplitude, phase) = (rows.between(0.5, 1.5), rows.between(0.0, TAU));
                for (time, value) in series.iter_mut().enumerate() {
                    *value += amplitude * (TAU * frequency * time as f64 + phase).sin();
                }
            }
            series.iter_mut().for_each(|value| *value += self.noise * noise.normal());
            check::finite("x", series.as_view())?;
            sequences.push(series);
        }
        let (features, names) = (Features::Sequences(sequences), (0..self.n_classes).map(|class| class.to_string()));
        Ok(match self.target {
            SineTarget::Class => {
                let target = Target::Classes { labels, names: names.collect() };
                data::<Self>(Task::Classification, features, target, "class")
            }
            SineTarget::Next => data::<Self>(Task::Forecasting, features, Target::Series, ""),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn series(generator: &MakeSineMixtures) -> Vec<DMatrix<f64>> {
        match generator.generate().unwrap().features {
            Features::Sequences(sequences) => sequences,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn a_sine_obeys_its_rule_of_two_steps() {
        let generator = make_sine_mixtures(6).n_classes(2).n_components(1).length(40).seed(2);
        let (frequencies, Target::Classes { labels, .. }) =
            (generator.frequencies().unwrap(), generator.generate().unwrap().target)
        else {
            panic!("classes")
        };
        for (series, &class) in series(&generator).iter().zip(&labels) {
            // sin(a + w) + sin(a - w) = 2 cos(w) sin(a)
            let twice_cosine = 2.0 * (TAU * frequencies[(class, 0)]).cos();
            for time in 1..39 {
                let off = series[time + 1] + series[time - 1] - twice_cosine * series[time];
                // arguments up to 2π · 0.2 · 40 = 50 are rounded to 4e-15 or so
                assert!(off.abs() < 1e-13, "{off}");
            }
            // amplitude from its two components: at least a quarter of a turn is seen
            assert!(series.amax() < 1.5 && series.amax() > 0.4);
        }
    }

    #[test]
    fn no_two_frequencies_are_near_each_other() {
        let frequencies = make_sine_mixtures(10).n_classes(5).n_components(4).seed(7).frequencies().unwrap();
        let mut sorted: Vec<f64> = frequencies.iter().copied().collect();
        sorted.sort_by(f64::total_cmp);
        // 20 bands 0.009 wide, each used in its middle half: half a band apart at least
        assert!(sorted.windows(2).all(|pair| pair[1] - pair[0] > 0.0044));
        assert!(sorted[0] > 0.02 && sorted[19] < 0.2);
    }

    #[test]
    fn longer_series_begin_as_shorter_ones() {
        let (short, long) = (make_sine_mixtures(4).length(10), make_sine_mixtures(4).length(30));
        for (short, long) in series(&short).iter().zip(series(&long)) {
            assert_eq!(*short, long.rows(0, 10));
        }
        let next = make_sine_mixtures(4).length(10).target(SineTarget::Next);
        assert_eq!(series(&next), series(&short));
        assert_eq!(next.generate().unwrap().target, Target::Series);
    }
}
