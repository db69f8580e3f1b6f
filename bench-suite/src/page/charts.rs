//! The charts of the page, as SVG: kuva draws, and nothing outside this file knows of it.
//!
//! Colours are CSS variables of the page (`--ink`, `--line`, `--grid`, `--series-0` ...), so one chart serves light and
//! dark. A chart has a `viewBox` and no width of its own: it is as wide as its place.

use crate::results::{Confusion, Curve};
use kuva::{
    plot::{ColorMap, ForestPlot, Heatmap, LegendPosition, LinePlot, ScatterPlot},
    render::{layout::Layout, layout::TickFormat, plots::Plot, theme::Theme},
    render_to_svg,
};
use std::sync::Arc;

/// Colours there are for series; further ones begin again.
const SERIES: usize = 8;

const WIDTH: f64 = 560.0;

/// A score and how far it spread, by name.
pub(super) struct Bar {
    pub(super) name: String,
    pub(super) mean: f64,
    /// 0 where there was a single split.
    pub(super) std: f64,
    pub(super) baseline: bool,
}

/// The colour of a series, the same in every chart of a data set.
fn colour(at: usize) -> String {
    format!("var(--series-{})", at % SERIES)
}

/// Scores with their spread, a line each.
pub(super) fn accuracy_with_spread(score: &str, bars: &[Bar]) -> String {
    let row = |plot: ForestPlot, (at, bar): (usize, &Bar)| {
        let colour = if bar.baseline { "var(--faint)".to_owned() } else { colour(at) };
        plot.with_colored_row(&bar.name, bar.mean, bar.mean - bar.std, bar.mean + bar.std, colour)
    };
    // the first row is drawn at the bottom
    let plot = bars.iter().enumerate().rev().fold(ForestPlot::new().with_show_null_line(false), row);
    let ends = bars.iter().flat_map(|bar| [bar.mean - bar.std, bar.mean + bar.std]);
    let (low, high) = ends.fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), end| (low.min(end), high.max(end)));
    let room = ((high - low) * 0.08).max(high.abs().max(low.abs()) * 1e-3).max(1e-9);
    let plots = vec![Plot::from(plot.with_marker_size(4.0).with_whisker_width(2.0))];
    let layout = layout(&plots, 70.0 + 26.0 * bars.len() as f64)
        .with_x_axis_min(low - room)
        .with_x_axis_max(high + room)
        .with_x_label(score);
    let told = bars.iter().map(|bar| format!("{} {:.4}", bar.name, bar.mean)).collect::<Vec<_>>().join(", ");
    svg(plots, layout, &format!("{score} by algorithm: {told}"))
}

/// What a score costs: seconds on a logarithmic axis against the score.
pub(super) fn score_against_time(score: &str, points: &[(String, f64, f64)]) -> String {
    let plot = |(at, (name, seconds, score)): (usize, &(String, f64, f64))| {
        let point = ScatterPlot::new().with_data([(*seconds, *score)]).with_color(colour(at)).with_size(5.0);
        Plot::from(point.with_legend(name))
    };
    let plots: Vec<Plot> = points.iter().enumerate().map(plot).collect();
    let layout = layout(&plots, 300.0)
        .with_log_x()
        .with_x_label("time to fit")
        .with_y_label(score)
        .with_x_tick_format(TickFormat::Custom(Arc::new(time)))
        .with_legend_position(LegendPosition::OutsideBottomColumns);
    let told = points.iter().map(|(name, seconds, score)| format!("{name} {score:.4} in {}", time(*seconds)));
    svg(plots, layout, &format!("{score} against time to fit: {}", told.collect::<Vec<_>>().join(", ")))
}

/// Which class was taken for which: rows are true classes, columns answers; the darker, the more.
pub(super) fn confusion(name: &str, confusion: &Confusion) -> String {
    let counts = confusion.counts.iter().map(|row| row.iter().map(|&count| count as f64));
    let shade = |share: f64| format!("color-mix(in srgb, var(--series-0) {:.0}%, var(--paper))", share * 75.0);
    let names: Vec<String> = confusion.classes.iter().map(|class| shortened(class)).collect();
    let plot = Heatmap::new().with_data(counts).with_labels(names.clone(), names).with_values().with_cell_size(0.96);
    let plots = vec![Plot::from(plot.with_color_map(ColorMap::Custom(Arc::new(shade))))];
    let side = (90.0 + 46.0 * confusion.classes.len() as f64).clamp(240.0, 620.0);
    let layout = layout(&plots, side)
        .with_width(side + 90.0)
        .with_show_grid(false)
        .with_x_label("answered")
        .with_y_label("true");
    // counts are whole numbers, which kuva writes with two decimals
    svg(plots, layout, &format!("which class {name} took for which")).replace(".00</text>", "</text>")
}

/// How a score grows with what is given to learn from.
pub(super) fn learning_curves(curves: &[(String, &Curve)]) -> String {
    let plot = |(at, (name, curve)): (usize, &(String, &Curve))| {
        let line = LinePlot::new().with_data(curve.points.clone()).with_color(colour(at)).with_stroke_width(2.0);
        Plot::from(line.with_legend(name))
    };
    let plots: Vec<Plot> = curves.iter().enumerate().map(plot).collect();
    let (of, score) = curves.first().map_or(("", ""), |(_, curve)| (curve.of.as_str(), curve.score.as_str()));
    let layout = layout(&plots, 300.0)
        .with_x_label(of)
        .with_y_label(score)
        .with_legend_position(LegendPosition::OutsideBottomColumns);
    let names = curves.iter().map(|(name, _)| name.as_str()).collect::<Vec<_>>().join(", ");
    svg(plots, layout, &format!("{score} against {of}: {names}"))
}

/// A time in the unit people read it in.
fn time(seconds: f64) -> String {
    match seconds {
        s if s >= 1.0 => format!("{s} s"),
        s if s >= 1e-3 => format!("{} ms", (s * 1e6).round() / 1e3),
        s => format!("{} µs", (s * 1e9).round() / 1e3),
    }
}

/// Long names are cut: the table beside has them whole.
fn shortened(name: &str) -> String {
    if name.chars().count() <= 12 { name.to_owned() } else { name.chars().take(11).chain(['…']).collect() }
}

fn theme() -> Theme {
    let line = || "var(--line)".to_owned();
    Theme {
        background: "none".into(),
        axis_color: line(),
        grid_color: "var(--grid)".into(),
        tick_color: line(),
        text_color: "var(--ink)".into(),
        legend_bg: "none".into(),
        legend_border: "none".into(),
        font_family: Some("inherit".into()),
        show_grid: true,
        ..Theme::minimal()
    }
}

fn layout(plots: &[Plot], height: f64) -> Layout {
    Layout::auto_from_plots(plots).with_width(WIDTH).with_height(height).with_theme(theme())
}

/// The drawing, of the width of its place, and what it shows in words.
fn svg(plots: Vec<Plot>, layout: Layout, told: &str) -> String {
    let drawn = render_to_svg(plots, layout);
    let size = |name: &str| {
        let from = drawn.find(&format!("{name}=\""))? + name.len() + 2;
        drawn.get(from..)?.split('"').next()?.parse::<f64>().ok()
    };
    let (width, height) = (size("width").unwrap_or(WIDTH), size("height").unwrap_or(WIDTH));
    let inside = drawn.split_once('>').map_or("", |(_, inside)| inside);
    format!(
        "<svg role=\"img\" aria-label=\"{}\" viewBox=\"0 0 {width} {height}\" style=\"max-width:{width}px\" \
         fill=\"var(--ink)\">{inside}",
        super::html::escaped(told)
    )
}
