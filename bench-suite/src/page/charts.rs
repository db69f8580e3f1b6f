//! The charts of the page, as SVG: kuva draws, and nothing outside this file knows of it.
//!
//! Colours are CSS variables of the page (`--ink`, `--line`, `--grid`, `--series-0` ...), so one chart serves light and
//! dark. A chart has a `viewBox` and no width of its own: it is as wide as its place.

use crate::results::{Confusion, Curve, Map};
use kuva::{
    plot::{ColorMap, ForestPlot, Heatmap, LinePlot, ScatterPlot},
    render::{layout::Layout, layout::TickFormat, plots::Plot, theme::Theme},
    render_to_svg,
};
use std::sync::Arc;

/// Colours there are for series; further ones begin again.
const SERIES: usize = 8;

/// Small enough that letters can be read on a phone; on a wide screen charts grow by [`GROWTH`].
const WIDTH: f64 = 400.0;

const HEIGHT: f64 = 260.0;

/// How much larger than drawn a chart may be shown.
const GROWTH: f64 = 1.4;

/// An algorithm on a data set, as all charts show it.
pub(super) struct Series<'a> {
    pub(super) name: String,
    pub(super) mean: f64,
    /// 0 where there was a single split.
    pub(super) std: f64,
    pub(super) fit_seconds: f64,
    pub(super) curves: &'a [Curve],
    /// Its place among those that are no baseline, which have a colour each.
    pub(super) place: Option<usize>,
}

impl Series<'_> {
    /// The same in every chart of a data set.
    pub(super) fn colour(&self) -> String {
        self.place.map_or_else(|| "var(--faint)".into(), |place| format!("var(--series-{})", place % SERIES))
    }
}

/// Scores with their spread, a line each.
pub(super) fn accuracy_with_spread(score: &str, series: &[Series<'_>]) -> String {
    let row = |plot: ForestPlot, one: &Series<'_>| {
        plot.with_colored_row(&one.name, one.mean, one.mean - one.std, one.mean + one.std, one.colour())
    };
    let plot = series.iter().fold(ForestPlot::new().with_show_null_line(false), row);
    let (low, high) = with_room(series.iter().flat_map(|one| [one.mean - one.std, one.mean + one.std]));
    let plots = vec![Plot::from(plot.with_marker_size(4.0).with_whisker_width(2.0))];
    let layout = layout(&plots, 64.0 + 26.0 * series.len() as f64)
        .with_x_axis_min(low)
        .with_x_axis_max(high)
        .with_ticks(5)
        .with_x_label(score);
    let told = series.iter().map(|one| format!("{} {:.4}", one.name, one.mean)).collect::<Vec<_>>().join(", ");
    svg(plots, layout, GROWTH, &format!("{score} by algorithm: {told}"))
}

/// What a score costs: seconds on a logarithmic axis against the score.
pub(super) fn score_against_time(score: &str, series: &[Series<'_>]) -> String {
    let plot = |one: &Series<'_>| {
        // a call too short for the clock is no point on a logarithmic axis
        let point = ScatterPlot::new().with_data([(one.fit_seconds.max(1e-9), one.mean)]);
        Plot::from(point.with_color(one.colour()).with_size(5.0))
    };
    let plots: Vec<Plot> = series.iter().map(plot).collect();
    let (low, high) = with_room(series.iter().map(|one| one.mean));
    let layout = layout(&plots, HEIGHT)
        .with_log_x()
        .with_x_label("time to fit")
        .with_y_label(score)
        .with_y_axis_min(low)
        .with_y_axis_max(high)
        .with_x_tick_format(TickFormat::Custom(Arc::new(decade)));
    let told = series.iter().map(|one| format!("{} {:.4} in {}", one.name, one.mean, time(one.fit_seconds)));
    svg(plots, layout, GROWTH, &format!("{score} against time to fit: {}", told.collect::<Vec<_>>().join(", ")))
}

/// Which class was taken for which: rows are true classes, columns answers; the darker, the more.
pub(super) fn confusion(name: &str, confusion: &Confusion) -> String {
    // the first row is drawn at the bottom
    let counts = confusion.counts.iter().rev().map(|row| row.iter().map(|&count| count as f64));
    let shade = |share: f64| format!("color-mix(in srgb, var(--series-0) {:.0}%, var(--card))", share * 75.0);
    let names: Vec<String> = confusion.classes.iter().map(|class| shortened(class)).collect();
    let plot = Heatmap::new().with_data(counts).with_values().with_cell_size(0.96);
    let plots = vec![Plot::from(plot.with_color_map(ColorMap::Custom(Arc::new(shade))))];
    let side = (110.0 + 40.0 * names.len() as f64).clamp(200.0, 640.0);
    let mut layout = layout(&plots, side)
        .with_width(side + 60.0)
        .with_show_grid(false)
        .with_x_categories(names.clone())
        .with_y_categories(names.into_iter().rev().collect())
        .with_x_label("answered")
        .with_y_label("true");
    layout.show_colorbar = false;
    if confusion.classes.len() > 6 {
        layout = layout.with_x_tick_rotate(-45.0);
    }
    // counts are whole numbers, which kuva writes with two decimals
    svg(plots, layout, 1.0, &format!("which class {name} took for which")).replace(".00</text>", "</text>")
}

/// The colour of a class among so many: that of a series while there are as many of them, else a hue of its own.
pub(super) fn of_class(class: usize, n_classes: usize) -> String {
    match n_classes <= SERIES {
        true => format!("var(--series-{class})"),
        false => format!("hsl({} 65% 50%)", class * 360 / n_classes),
    }
}

/// Rows as points, in the colour of their class.
pub(super) fn map(name: &str, map: &Map) -> String {
    let n_classes = map.names.len().max(1);
    let of = |class: usize| {
        let own = map.points.iter().zip(&map.classes).filter(|(_, of)| **of == class);
        let points: Vec<(f64, f64)> = own.map(|((x, y), _)| (f64::from(*x), f64::from(*y))).collect();
        let plot = ScatterPlot::new().with_data(points).with_color(of_class(class, n_classes));
        Plot::from(plot.with_size(2.0))
    };
    let plots: Vec<Plot> = (0..n_classes).map(of).collect();
    let layout = layout(&plots, WIDTH);
    svg(plots, layout, GROWTH, &format!("the rows in two columns by {name}, {} points", map.points.len()))
}

/// How a score grows with what is given to learn from; `None` where nothing has a curve.
pub(super) fn learning_curves(score: &str, series: &[Series<'_>]) -> Option<String> {
    let curves = || series.iter().flat_map(|one| one.curves.iter().map(move |curve| (one, curve)));
    let (_, first) = curves().next()?;
    let line = |(one, curve): (&Series<'_>, &Curve)| {
        let line = LinePlot::new().with_data(curve.points.clone()).with_color(one.colour()).with_stroke_width(2.0);
        let points = ScatterPlot::new().with_data(curve.points.clone()).with_color(one.colour()).with_size(3.0);
        [Plot::from(line), Plot::from(points)]
    };
    let plots: Vec<Plot> = curves().flat_map(line).collect();
    let layout = layout(&plots, HEIGHT).with_x_label(&first.of).with_y_label(score);
    let names = curves().map(|(one, _)| one.name.as_str()).collect::<Vec<_>>().join(", ");
    Some(svg(plots, layout, GROWTH, &format!("{score} against {}: {names}", first.of)))
}

/// From the least to the greatest, with some room at both ends.
fn with_room(ends: impl Iterator<Item = f64>) -> (f64, f64) {
    let (low, high) = ends.fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), end| (low.min(end), high.max(end)));
    let room = ((high - low) * 0.08).max(high.abs().max(low.abs()) * 1e-3).max(1e-9);
    (low - room, high + room)
}

/// A power of ten as a time; what lies between has a line and no words, as there is no room for them.
fn decade(seconds: f64) -> String {
    let power = seconds.log10();
    if (power - power.round()).abs() < 1e-6 { time(seconds) } else { String::new() }
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

/// The drawing, of the width of its place but at most so much larger than drawn, and what it shows in words.
fn svg(plots: Vec<Plot>, layout: Layout, growth: f64, told: &str) -> String {
    let drawn = render_to_svg(plots, layout);
    let size = |name: &str| {
        let from = drawn.find(&format!("{name}=\""))? + name.len() + 2;
        drawn.get(from..)?.split('"').next()?.parse::<f64>().ok()
    };
    let (width, height) = (size("width").unwrap_or(WIDTH), size("height").unwrap_or(WIDTH));
    let inside = drawn.split_once('>').map_or("", |(_, inside)| inside);
    format!(
        "<svg role=\"img\" aria-label=\"{}\" viewBox=\"0 0 {width} {height}\" style=\"max-width:{most}px\" \
         fill=\"var(--ink)\">{inside}",
        super::html::escaped(told),
        most = (width * growth).round(),
    )
}
