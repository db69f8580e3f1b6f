//! Flats to let: numbers and words, with gaps if wanted.

use super::{Draw, Generate, Part, data, limits};
use crate::{Data, Features, Target, Task};
use cairn_preprocess::{Column, Table};
use cairn_traits::{DVector, Hyperparameters, Result};
use serde::{Deserialize, Serialize};

/// Districts, and what a square metre costs there, in euro a month.
const DISTRICTS: [(&str, f64); 6] =
    [("centre", 15.5), ("harbour", 13.0), ("hillside", 14.0), ("north", 9.5), ("old town", 14.5), ("station", 10.5)];

/// What is asked of the flats of [`MakeRents`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum RentTarget {
    /// The rent in euro. `would_rent` is left out: it would tell.
    #[default]
    Rent,
    /// Whether somebody would take the flat. The rent is kept, as a feature: without the price nobody can say.
    WouldRent,
}

/// A list of flats to let, for the whole way from a table with words and gaps to a model.
///
/// | column | what it is |
/// |---|---|
/// | `size_m2` | whole square metres, 18 to 180, half of the flats below 62 |
/// | `rooms` | 1 to 7, more in larger flats |
/// | `floor` | 0 to 5 |
/// | `district` | centre, harbour, hillside, north, old town or station |
/// | `rent_eur` | euro a month, whole: the target, or a feature |
/// | `would_rent` | yes or no: the target, or left out |
///
/// ```text
/// usual rent   180 + rate(district) · size + 35 rooms + 15 floor        rate: 15.5, 13, 14, 9.5, 14.5, 10.5 (as above)
/// rent         usual rent · exp(noise · N(0, 1))                        landlords differ
/// worth        min(260 + 11 size + 60 rooms, 1600)                      to one tenant, who does not care where, and has 1600
/// would rent   rent ≤ worth · exp(½ noise · N(0, 1))                    the price against the worth
/// ```
///
/// The rent is nearly a straight line within a district, with another slope in each: one-hot columns alone miss that, their
/// products with the size do not, nor do trees. The answer hangs on a difference of columns and a limit. `missing` blanks a
/// share of the feature cells at random, never the target.
///
/// # Determinism
/// More rows leave the first ones as they are; the target asked for, `noise` and `missing` draw no other flats.
///
/// # Examples
/// ```
/// use cairn_datasets::{Generate, generators::RentTarget, make_rents};
/// let (x, rent) = make_rents(200).seed(1).generate()?.xy_numbers()?;
/// assert_eq!((x.shape(), rent.len()), ((200, 9), 200)); // 3 numbers, 6 districts
///
/// // to practise: words to encode, a tenth of the cells to fill
/// let answers = make_rents(200).target(RentTarget::WouldRent).missing(0.1).generate()?;
/// assert_eq!(answers.feature_names(), ["size_m2", "rooms", "floor", "district", "rent_eur"]);
/// # Ok::<(), cairn_datasets::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct MakeRents {
    n_samples: usize,
    target: RentTarget,
    noise: f64,
    missing: f64,
    seed: u64,
}

/// [`MakeRents`] with so many flats: the rent is asked, landlords differ by a tenth, no cell is missing.
pub fn make_rents(n_samples: usize) -> MakeRents {
    MakeRents { n_samples, target: RentTarget::Rent, noise: 0.1, missing: 0.0, seed: 0 }
}

impl Default for MakeRents {
    /// 100 flats.
    fn default() -> Self {
        make_rents(100)
    }
}

/// One flat.
struct Flat {
    size: f64,
    rooms: f64,
    floor: f64,
    district: usize,
    rent: f64,
    would_rent: bool,
}

impl MakeRents {
    /// Flats, at least 1.
    #[must_use]
    pub fn n_samples(mut self, n_samples: usize) -> Self {
        self.n_samples = n_samples;
        self
    }

    /// The rent, or whether somebody would take the flat; [`RentTarget::Rent`] by default.
    #[must_use]
    pub fn target(mut self, target: RentTarget) -> Self {
        self.target = target;
        self
    }

    /// How much landlords differ, from 0 to 1: the standard deviation of the logarithm of a rent; 0.1 by default.
    #[must_use]
    pub fn noise(mut self, noise: f64) -> Self {
        self.noise = noise;
        self
    }

    /// The share of feature cells that are blank, from 0 to below 1; 0 by default.
    #[must_use]
    pub fn missing(mut self, missing: f64) -> Self {
        self.missing = missing;
        self
    }

    /// Another seed, other flats.
    #[must_use]
    pub fn seed(mut self, seed: u64) -> Self {
        self.seed = seed;
        self
    }

    /// What such a flat usually costs, in euro a month: the rent without noise, before it is rounded. `None` for a
    /// district that is not in the list.
    ///
    /// ```
    /// use cairn_datasets::generators::MakeRents;
    /// // 180 + 9.5 · 60 + 35 · 2 + 15 · 1
    /// assert_eq!(MakeRents::usual_rent(60.0, 2.0, 1.0, "north"), Some(835.0));
    /// assert_eq!(MakeRents::usual_rent(60.0, 2.0, 1.0, "moon"), None);
    /// ```
    pub fn usual_rent(size_m2: f64, rooms: f64, floor: f64, district: &str) -> Option<f64> {
        let (_, rate) = DISTRICTS.iter().find(|(name, _)| *name == district)?;
        Some(usual(*rate, size_m2, rooms, floor))
    }

    fn flats(&self) -> Vec<Flat> {
        let (mut rows, mut noise) = (Draw::new(self.seed, Part::Rows), Draw::new(self.seed, Part::Noise));
        let mut flat = || {
            let size = (62.0 * (0.42 * rows.normal()).exp()).round().clamp(18.0, 180.0);
            let rooms = (size / 25.0 + 0.4 * rows.normal()).round().clamp(1.0, 7.0);
            let (floor, district) = (rows.below(6) as f64, rows.below(DISTRICTS.len()));
            let usual = usual(DISTRICTS[district].1, size, rooms, floor);
            let rent = (usual * (self.noise * noise.normal()).exp()).round();
            let worth = (260.0 + 11.0 * size + 60.0 * rooms).min(1600.0);
            let would_rent = rent <= worth * (0.5 * self.noise * noise.normal()).exp();
            Flat { size, rooms, floor, district, rent, would_rent }
        };
        (0..self.n_samples).map(|_| flat()).collect()
    }
}

fn usual(rate: f64, size: f64, rooms: f64, floor: f64) -> f64 {
    180.0 + rate * size + 35.0 * rooms + 15.0 * floor
}

impl Hyperparameters for MakeRents {
    fn validate(&self) -> Result<()> {
        limits::size(self.n_samples, 6)?;
        limits::share("noise", self.noise)?;
        limits::holds((0.0..1.0).contains(&self.missing), "missing", "a number from 0 to below 1", self.missing)
    }
}

impl Generate for MakeRents {
    const NAME: &'static str = "make-rents";
    const DESCRIPTION: &'static str =
        "flats to let, with a word among the numbers: the rent, or whether to take the flat";

    fn generate(&self) -> Result<Data> {
        self.validate()?;
        let flats = self.flats();
        // row by row, whatever the target, so that the same cells are blank
        let mut spoiled = Draw::new(self.seed, Part::Spoiled);
        let there: Vec<[bool; 5]> =
            flats.iter().map(|_| std::array::from_fn(|_| spoiled.uniform() >= self.missing)).collect();
        let numbers = |column: usize, cell: fn(&Flat) -> f64| {
            let cells = flats.iter().zip(&there).map(|(flat, there)| there[column].then(|| cell(flat)));
            Column::Numbers(cells.collect())
        };
        let word = |(flat, there): (&Flat, &[bool; 5])| there[3].then(|| DISTRICTS[flat.district].0.to_owned());
        let mut columns = vec![
            ("size_m2".to_owned(), numbers(0, |flat| flat.size)),
            ("rooms".to_owned(), numbers(1, |flat| flat.rooms)),
            ("floor".to_owned(), numbers(2, |flat| flat.floor)),
            ("district".to_owned(), Column::Words(flats.iter().zip(&there).map(word).collect())),
        ];
        let (task, target, name) = match self.target {
            RentTarget::Rent => {
                let rents = DVector::from_iterator(flats.len(), flats.iter().map(|flat| flat.rent));
                (Task::Regression, Target::Numbers(rents), "rent_eur")
            }
            RentTarget::WouldRent => {
                columns.push(("rent_eur".to_owned(), numbers(4, |flat| flat.rent)));
                let labels = flats.iter().map(|flat| usize::from(flat.would_rent)).collect();
                let names = vec!["no".to_owned(), "yes".to_owned()];
                (Task::Classification, Target::Classes { labels, names }, "would_rent")
            }
        };
        Ok(data::<Self>(task, Features::Table(Table::new(columns)?), target, name))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table(generator: &MakeRents) -> Table {
        let Features::Table(table) = generator.generate().unwrap().features else { panic!("a table") };
        table
    }

    #[test]
    fn without_noise_the_rent_is_the_usual_one_and_rises_with_the_size() {
        let generator = make_rents(300).noise(0.0).seed(2);
        let table = table(&generator);
        let column = |name: &str| table.numbers(name).unwrap();
        let (size, rooms, floor) = (column("size_m2"), column("rooms"), column("floor"));
        let district = table.labels("district").unwrap();
        let (_, rent) = generator.generate().unwrap().xy_numbers().unwrap();
        for row in 0..300 {
            let usual = |size: f64| MakeRents::usual_rent(size, rooms[row], floor[row], &district[row]).unwrap();
            assert_eq!(rent[row], usual(size[row]).round());
            assert!(usual(size[row] + 1.0) >= usual(size[row]) + 9.5);
        }
        assert!(size.min() >= 18.0 && size.max() <= 180.0 && rooms.min() >= 1.0 && floor.max() == 5.0);
    }

    #[test]
    fn the_answer_weighs_the_price_against_the_worth() {
        let generator = make_rents(2000).noise(0.0).target(RentTarget::WouldRent).seed(3);
        let table = table(&generator);
        let column = |name: &str| table.numbers(name).unwrap();
        let (size, rooms, rent) = (column("size_m2"), column("rooms"), column("rent_eur"));
        let (_, would_rent) = generator.generate().unwrap().xy_classes().unwrap();
        for row in 0..2000 {
            let worth = (260.0 + 11.0 * size[row] + 60.0 * rooms[row]).min(1600.0);
            assert_eq!(would_rent[row] == 1, rent[row] <= worth);
        }
        let share = would_rent.iter().sum::<usize>() as f64 / 2000.0;
        assert!((0.3..0.7).contains(&share), "{share}");
    }

    #[test]
    fn a_share_of_the_cells_is_blank_and_the_rest_stays() {
        let (whole, blanked) = (table(&make_rents(4000)), table(&make_rents(4000).missing(0.25)));
        let n_missing: usize = blanked.columns().iter().map(Column::n_missing).sum();
        // 16,000 cells, deviation sqrt(16000 · 3/16) = 55
        assert!(n_missing.abs_diff(4000) < 4 * 55, "{n_missing}");
        for (whole, blanked) in whole.columns().iter().zip(blanked.columns()) {
            assert!(blanked.n_missing() > 800);
            match (whole, blanked) {
                (Column::Numbers(a), Column::Numbers(b)) => {
                    assert!(a.iter().zip(b).all(|(a, b)| b.is_none() || a == b))
                }
                (Column::Words(a), Column::Words(b)) => assert!(a.iter().zip(b).all(|(a, b)| b.is_none() || a == b)),
                _ => panic!("columns of one kind"),
            }
        }
        assert!(make_rents(10).missing(1.0).generate().is_err() && make_rents(10).noise(1.5).generate().is_err());
    }

    #[test]
    fn both_questions_are_asked_of_the_same_flats() {
        let (rents, answers) = (make_rents(50).seed(9), make_rents(50).seed(9).target(RentTarget::WouldRent));
        let (_, rent) = rents.generate().unwrap().xy_numbers().unwrap();
        let table = table(&answers);
        assert_eq!(table.numbers("rent_eur").unwrap(), rent);
        assert_eq!(table.drop_columns(&["rent_eur"]).unwrap(), self::table(&rents));
    }
}
