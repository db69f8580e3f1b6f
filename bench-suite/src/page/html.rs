//! Pieces of HTML. What comes from data is escaped here and nowhere else.

/// Text as it may stand between tags and in quoted attributes.
pub(super) fn escaped(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '"' => safe.push_str("&quot;"),
            '\'' => safe.push_str("&#39;"),
            c => safe.push(c),
        }
    }
    safe
}

/// A cell of a table: what is shown, and the number it is sorted by, if it is one.
pub(super) struct Cell {
    shown: String,
    number: Option<f64>,
    class: &'static str,
}

impl Cell {
    /// Text from data.
    pub(super) fn text(text: &str) -> Self {
        Self::html(escaped(text))
    }

    /// HTML made by the page.
    pub(super) fn html(html: String) -> Self {
        Self { shown: html, number: None, class: "" }
    }

    /// A number as people read it.
    pub(super) fn number(shown: &str, number: Option<f64>) -> Self {
        Self { shown: escaped(shown), number, class: "" }
    }

    pub(super) fn class(self, class: &'static str) -> Self {
        Self { class, ..self }
    }

    fn render(&self, tag: &str) -> String {
        let sort = self.number.map_or_else(String::new, |number| format!(" data-sort=\"{number}\""));
        let class = match (self.class, self.number) {
            ("", None) => String::new(),
            ("", Some(_)) => " class=\"number\"".into(),
            (class, None) => format!(" class=\"{class}\""),
            (class, Some(_)) => format!(" class=\"number {class}\""),
        };
        format!("<{tag}{class}{sort}>{}</{tag}>", self.shown)
    }
}

/// A table in a box of its own that scrolls where it is too wide; its first column heads the rows.
///
/// Headers are (name, explanation); a click on one sorts by it, if scripts run.
pub(super) fn table(caption: &str, header: &[(String, String)], rows: &[Vec<Cell>]) -> String {
    let head = |(name, told): &(String, String)| {
        let title = if told.is_empty() { String::new() } else { format!(" title=\"{}\"", escaped(told)) };
        format!("<th scope=\"col\"{title}>{}</th>", escaped(name))
    };
    let body = |row: &Vec<Cell>| {
        let cells = row.iter().enumerate().map(|(at, cell)| match at {
            0 => cell.render("th").replacen("<th", "<th scope=\"row\"", 1),
            _ => cell.render("td"),
        });
        format!("<tr>{}</tr>\n", cells.collect::<String>())
    };
    format!(
        "<div class=\"wide\" tabindex=\"0\" role=\"region\" aria-label=\"{caption}\"><table class=\"sortable\">\
         <caption>{caption}</caption><thead><tr>{}</tr></thead>\n<tbody>{}</tbody></table></div>\n",
        header.iter().map(head).collect::<String>(),
        rows.iter().map(body).collect::<String>(),
        caption = escaped(caption),
    )
}

/// A chart and what it shows.
pub(super) fn figure(svg: &str, caption: &str) -> String {
    format!("<figure>{svg}<figcaption>{}</figcaption></figure>\n", escaped(caption))
}

/// Something folded away until it is asked for.
pub(super) fn details(open: bool, id: &str, summary: &str, inside: &str) -> String {
    let (open, id) = (if open { " open" } else { "" }, escaped(id));
    format!("<details id=\"{id}\"{open}><summary>{summary}</summary>\n{inside}</details>\n")
}

/// A name that can be linked to.
pub(super) fn anchor(parts: &[&str]) -> String {
    let plain = |c: char| if c.is_ascii_alphanumeric() { c.to_ascii_lowercase() } else { '-' };
    parts.join("-").chars().map(plain).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_comes_from_data_cannot_become_markup() {
        let bad = "<script>alert('a & \"b\"')</script>";
        let safe = "&lt;script&gt;alert(&#39;a &amp; &quot;b&quot;&#39;)&lt;/script&gt;";
        assert_eq!(escaped(bad), safe);
        let made = table(bad, &[(bad.into(), bad.into())], &[vec![Cell::text(bad), Cell::number(bad, None)]]);
        assert!(!made.contains("<script") && made.matches(safe).count() == 6, "{made}");
        assert_eq!(anchor(&["regression", "a b/ü.csv"]), "regression-a-b---csv");
    }

    #[test]
    fn numbers_are_sorted_by_what_they_are() {
        let made = table("t", &[], &[vec![Cell::text("a"), Cell::number("1.5 ms", Some(0.0015)).class("best")]]);
        assert!(made.contains("<td class=\"number best\" data-sort=\"0.0015\">1.5 ms</td>"), "{made}");
        assert!(made.contains("<th scope=\"row\">a</th>"), "{made}");
    }
}
