//! `.ts` files: series with labels, in the form of the UCR and UEA archives.

mod head;
#[cfg(test)]
mod tests;

use crate::{Data, Features, Target, Task, data::finite};
use cairn_preprocess::{DMatrix, DVector, Error, LabelEncoder, Result};
use head::{Answer, Head};

/// Reads a file of series in the form of the UCR and UEA archives (`.ts`).
///
/// The form: lines that begin with `#` are comments; then a head of lines `@name value`, ended by `@data`; then a series a
/// line. Dimensions are separated by `:`, the steps of one by `,`, and behind the last `:` stands the class or number, if
/// the head announces one. Series may differ in length, the dimensions of one may not. Of the head it takes `@problemName`,
/// `@timeStamps` (false alone), `@missing`, `@univariate`, `@dimensions`, `@equalLength`, `@seriesLength`, `@classLabel`
/// (with the classes there are) or `@targetLabel` (numbers to predict), and `@data`; capitals do not matter, and what is
/// said is held against the series.
///
/// The classes are those of the head, ordered as everywhere here (by value if all are numbers, else alphabetically), so a
/// test file has the same labels as its training file even if one class is missing. `source` is what messages call the
/// file.
///
/// # Shapes
/// Each series time x dimensions.
///
/// # Errors
/// [`Error::Format`], one line that names the source and the line (from 1), and the dimension and step (from 1) where it
/// is about a number: an unknown or repeated line of the head, time stamps, a series before `@data`, no `@data`, no
/// series; a missing value (`?`), a cell that is no finite number; dimensions of different lengths, or not as many as the
/// head says; lengths that the head denies; a class the head does not list.
///
/// # Examples
/// ```
/// use cairn_datasets::{Features, read_ts};
/// let text = "@problemName steps\n@dimensions 2\n@classLabel true up down\n@data\n1,2,3:0,0,1:up\n5,4:1,1:down\n";
/// let data = read_ts(text, "steps.ts")?;
/// let Features::Sequences(series) = &data.features else { unreachable!() };
/// assert_eq!((series[0].shape(), series[1].shape(), series[0][(2, 1)]), ((3, 2), (2, 2), 1.0));
/// assert_eq!(data.class_names(), ["down", "up"]);
///
/// let error = read_ts("@classLabel false\n@data\n1,?,3\n", "gap.ts").unwrap_err();
/// assert_eq!(
///     error.to_string(),
///     "gap.ts: line 3, dimension 1, step 2: expected a number, found a missing value (fill the gaps first)"
/// );
/// # Ok::<(), cairn_datasets::Error>(())
/// ```
///
/// # References
/// - Bagnall et al. (2018), "The UEA multivariate time series classification archive", arXiv:1811.00075.
pub fn read_ts(text: &str, source: &str) -> Result<Data> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let mut lines = text.lines().zip(1..).map(|(line, number)| (line.trim(), number));
    let mut lines = lines.by_ref().filter(|(line, _)| !line.is_empty() && !line.starts_with('#'));
    let head = Head::read(&mut lines, source)?;
    let (mut all, mut answers): (Vec<DMatrix<f64>>, Vec<&str>) = (Vec::new(), Vec::new());
    for (line, number) in lines {
        let (series, answer) = row(&head, line)
            .map_err(|Wrong { at, what }| Error::Format(format!("{source}: line {number}{at}: {what}")))?;
        let before = all.last().map(DMatrix::shape);
        head.agrees(series.shape(), before)
            .map_err(|what| Error::Format(format!("{source}: line {number}: {what}")))?;
        all.push(series);
        answers.extend(answer);
    }
    if all.is_empty() {
        return Err(Error::Format(format!("{source}: expected series behind @data, found none")));
    }
    let (task, target, target_name) = match &head.answer {
        Answer::None => (Task::Clustering, Target::None, ""),
        Answer::Numbers => {
            let numbers = DVector::from_iterator(answers.len(), answers.iter().filter_map(|answer| finite(answer)));
            (Task::Regression, Target::Numbers(numbers), "target")
        }
        Answer::Classes(names) => {
            let known = if names.is_empty() { &answers } else { names };
            let model = LabelEncoder::new().fit(known)?;
            let (labels, names) = (model.encode(&answers)?, model.classes().to_vec());
            (Task::Classification, Target::Classes { labels, names }, "class")
        }
    };
    let mut data = Data::new(head.name.unwrap_or(source), task, Features::Sequences(all), target)?;
    data.target_name = target_name.to_owned();
    Ok(data)
}

/// What is wrong, and where in the line.
struct Wrong {
    at: String,
    what: String,
}

/// A series, and what is written behind it.
fn row<'a>(head: &Head<'a>, line: &'a str) -> Result<(DMatrix<f64>, Option<&'a str>), Wrong> {
    let whole = |what: String| Wrong { at: String::new(), what };
    let (series, answer) = match head.answer {
        Answer::None => (line, None),
        _ => {
            let (series, answer) = line
                .rsplit_once(':')
                .ok_or_else(|| whole("expected ':' and a label behind the series, found none".into()))?;
            let answer = answer.trim();
            head.answer.check(answer).map_err(whole)?;
            (series, Some(answer))
        }
    };
    let (mut values, mut steps) = (Vec::new(), None);
    let mut n_dimensions = 0;
    for dimension in series.split(':') {
        n_dimensions += 1;
        let before = values.len();
        for (cell, step) in dimension.split(',').zip(1..) {
            let at = || format!(", dimension {n_dimensions}, step {step}");
            values.push(value(cell.trim()).map_err(|what| Wrong { at: at(), what })?);
        }
        let found = values.len() - before;
        let expected = *steps.get_or_insert(found);
        if found != expected {
            let at = format!(", dimension {n_dimensions}");
            return Err(Wrong { at, what: format!("expected {expected} steps as in the first, found {found}") });
        }
    }
    // a dimension after the other is column after column
    Ok((DMatrix::from_vec(steps.unwrap_or(0), n_dimensions, values), answer))
}

fn value(cell: &str) -> Result<f64, String> {
    let unsigned = cell.strip_prefix(['-', '+']).unwrap_or(cell);
    if cell == "?" || unsigned.eq_ignore_ascii_case("nan") {
        return Err("expected a number, found a missing value (fill the gaps first)".into());
    }
    finite(cell).ok_or_else(|| format!("expected a finite number, found {}", quoted(cell)))
}

/// `'word'`, on one line, cut after 40 characters.
fn quoted(word: &str) -> String {
    let cut = if word.chars().nth(40).is_some() { "..." } else { "" };
    let shown: String = word.chars().take(40).collect();
    format!("'{}{cut}'", shown.escape_debug())
}
