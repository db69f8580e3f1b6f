//! The end of the page: what went wrong, what the words mean, how to run it again.

use super::{glossary, groups::distinct, html::escaped};
use crate::{report::seconds, results::Results};

/// What could not be compared, and why.
pub(super) fn failures(results: &Results) -> String {
    if results.failures.is_empty() {
        return String::new();
    }
    let items: String = results.failures.iter().map(|failure| format!("<li>{}</li>\n", escaped(failure))).collect();
    format!("<section id=\"failures\"><h2>Not compared</h2>\n<ul>{items}</ul></section>\n")
}

/// The scores that occur, explained.
pub(super) fn words(results: &Results) -> String {
    let names = distinct(results.results.iter().flat_map(|line| line.metrics.keys().map(String::as_str)));
    let item = |name: &&str| {
        format!("<dt>{}</dt><dd>{}</dd>\n", escaped(&glossary::name(name)), escaped(glossary::score(name).1))
    };
    let items: String = names.iter().map(item).collect();
    let pairs = results.pairs_at_most;
    format!(
        "<section id=\"words\"><h2>What the scores mean</h2>\n<dl>{items}</dl>\n<p class=\"faint\">Silhouette, \
         trustworthiness and the scores of new rows compare pairs of rows: they are of at most {pairs} rows, drawn with \
         the seed.</p></section>\n"
    )
}

/// All it takes to run it again.
pub(super) fn again(results: &Results) -> String {
    let machine = &results.machine;
    let rows = results.rows_at_most.map_or_else(|| "all".into(), |most| format!("at most {most}, drawn with the seed"));
    let state = if results.finished { "" } else { ", interrupted" };
    let mut facts = vec![
        ("command", format!("<code>{}</code>", escaped(&command(&results.command)))),
        ("program", escaped(&results.program)),
        ("seed", results.seed.to_string()),
        ("folds", results.folds.to_string()),
        ("threads", results.threads.to_string()),
        ("rows of a data set", rows),
        ("processor", escaped(&machine.processor)),
        ("cores, memory", format!("{}, {} GiB", machine.cores, machine.memory_gib)),
        ("system", escaped(&machine.system)),
        ("started", escaped(&results.started)),
        ("took", format!("{}{state}", seconds(results.seconds))),
    ];
    facts.extend(results.peers.iter().map(|peer| ("beside it", escaped(&format!("{} {}", peer.name, peer.version)))));
    let items: String = facts.iter().map(|(name, told)| format!("<dt>{name}</dt><dd>{told}</dd>\n")).collect();
    format!(
        "<footer id=\"again\"><h2>How to run it again</h2>\n<dl>{items}</dl>\n<p class=\"faint\">The same command gives the \
         same scores on any number of threads. Times are those of this machine, with whatever else it was doing, and \
         short ones waver: for times to quote, use the benchmarks.</p></footer>\n"
    )
}

/// The command as it can be typed: the program without its folder, quotes where a shell needs them.
fn command(words: &[String]) -> String {
    let plain = |word: &str| !word.is_empty() && word.chars().all(|c| c.is_alphanumeric() || "-_=./,:+".contains(c));
    let quoted = |word: &str| if plain(word) { word.to_owned() } else { format!("'{}'", word.replace('\'', "'\\''")) };
    let program = words.first().and_then(|word| word.rsplit(['/', '\\']).next()).unwrap_or("bench-suite");
    let rest = words.iter().skip(1).map(|word| quoted(word));
    std::iter::once(program.to_owned()).chain(rest).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_command_can_be_typed_again() {
        let words = ["target/release/bench-suite", "compare", "--csv", "my file's.csv"].map(str::to_owned);
        assert_eq!(command(&words), r"bench-suite compare --csv 'my file'\''s.csv'");
    }
}
