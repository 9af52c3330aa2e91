//! Lists of months and the calendar.

use jiff::civil::{Date, date};

use super::Attributes;
use crate::render::{date::month_name, escape};

/// A stretch of time with posts in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Period {
    /// `February 2024`
    pub label: String,
    pub url: String,
    /// Public posts in it.
    pub count: u64,
}

/// `core/archives`: newest first; `number` makes its ids unique on the page.
pub fn archives(attributes: Attributes<'_>, periods: &[Period], number: usize) -> String {
    let counts = attributes.flag("showPostCounts", false);
    let count = |period: &Period| if counts { format!("&nbsp;({})", period.count) } else { String::new() };
    if !attributes.flag("displayAsDropdown", false) {
        let outer = attributes.outer("archives", &["wp-block-archives-list"]);
        if periods.is_empty() {
            return format!("<div{outer}>No archives to show.</div>");
        }
        let items = periods.iter().map(|period| {
            let (url, label) = (escape::url(&period.url), escape::html(&period.label));
            format!("\t<li><a href=\"{url}\">{label}</a>{}</li>\n", count(period))
        });
        return format!("<ul{outer}>{}</ul>", items.collect::<String>());
    }
    let outer = attributes.outer("archives", &["wp-block-archives-dropdown"]);
    let hidden = if attributes.flag("showLabel", true) { "" } else { " screen-reader-text" };
    let choice = match attributes.text("type") {
        "yearly" => "Select Year",
        "daily" => "Select Day",
        _ => "Select Month",
    };
    let options = periods.iter().map(|period| {
        let (url, label) = (escape::url(&period.url), escape::html(&period.label));
        format!("\t<option value=\"{url}\"> {label} {}</option>\n", count(period))
    });
    let id = format!("wp-block-archives-{number}");
    format!(
        "<div{outer}><label for=\"{id}\" class=\"wp-block-archives__label{hidden}\">Archives</label>\n\
         <select id=\"{id}\" name=\"archive-dropdown\" onchange=\"if(this.value)document.location.href=this.value\">\n\
         <option value=\"\">{choice}</option>{}</select></div>",
        options.collect::<String>()
    )
}

/// A month as the calendar shows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Month {
    pub year: i16,
    /// 1–12
    pub month: i8,
    /// 0 is Sunday.
    pub start_of_week: u8,
    /// Days with posts and their addresses, in order.
    pub days: Vec<(i8, String)>,
    /// The nearest months with posts: name and address.
    pub previous: Option<(i8, String)>,
    pub next: Option<(i8, String)>,
}

const WEEKDAYS: [(&str, &str); 7] = [
    ("Sunday", "S"),
    ("Monday", "M"),
    ("Tuesday", "T"),
    ("Wednesday", "W"),
    ("Thursday", "T"),
    ("Friday", "F"),
    ("Saturday", "S"),
];

/// `core/calendar`. It marks no day as today: a page that is kept must not depend on the clock.
pub fn calendar(attributes: Attributes<'_>, month: &Month) -> String {
    let outer = attributes.outer("calendar", &[]);
    let Ok(first) = Date::new(month.year, month.month, 1) else { return String::new() };
    let start = usize::from(month.start_of_week % 7);
    let heads = (0..7)
        .filter_map(|at| WEEKDAYS.get((start + at) % 7))
        .map(|(name, letter)| format!("\t\t<th scope=\"col\" title=\"{name}\">{letter}</th>\n"));
    let heads: String = heads.collect();
    let link = |place: &Option<(i8, String)>, before: &str, after: &str| match place {
        Some((month, url)) => {
            let name: String = month_name(*month).chars().take(3).collect();
            format!("<a href=\"{}\">{before}{name}{after}</a>", escape::url(url))
        }
        None => "&nbsp;".to_owned(),
    };
    format!(
        "<div{outer}><table id=\"wp-calendar\" class=\"wp-calendar-table\">\n\t<caption>{} {}</caption>\n\t<thead>\n\t<tr>\n{heads}\t</tr>\n\t</thead>\n\t<tbody>\n{}\t</tbody>\n\t</table><nav aria-label=\"Previous and next months\" class=\"wp-calendar-nav\">\n\t\t<span class=\"wp-calendar-nav-prev\">{}</span>\n\t\t<span class=\"pad\">&nbsp;</span>\n\t\t<span class=\"wp-calendar-nav-next\">{}</span>\n\t</nav></div>",
        month_name(month.month),
        month.year,
        weeks(month, first, start),
        link(&month.previous, "&laquo; ", ""),
        link(&month.next, "", " &raquo;"),
    )
}

fn weeks(month: &Month, first: Date, start: usize) -> String {
    let before = usize::try_from(first.weekday().to_sunday_zero_offset()).unwrap_or(0);
    let mut at = (before + 7 - start) % 7;
    let mut out = "\t<tr>\n\t\t".to_owned();
    if at > 0 {
        out.push_str(&format!("<td colspan=\"{at}\" class=\"pad\">&nbsp;</td>"));
    }
    for day in 1..=first.days_in_month() {
        if at == 7 {
            out.push_str("\n\t</tr>\n\t<tr>\n\t\t");
            at = 0;
        }
        match month.days.iter().find(|(with_posts, _)| *with_posts == day) {
            Some((_, url)) => {
                let label = format!("Posts published on {} {day}, {}", month_name(month.month), month.year);
                out.push_str(&format!("<td><a href=\"{}\" aria-label=\"{label}\">{day}</a></td>", escape::url(url)));
            }
            None => out.push_str(&format!("<td>{day}</td>")),
        }
        at += 1;
    }
    if at < 7 {
        out.push_str(&format!("\n\t\t<td class=\"pad\" colspan=\"{}\">&nbsp;</td>", 7 - at));
    }
    out.push_str("\n\t</tr>\n");
    out
}

impl Month {
    /// A month without posts, for a site that has none.
    pub fn empty(start_of_week: u8) -> Self {
        let first = date(1970, 1, 1);
        let (year, month) = (first.year(), first.month());
        Self { year, month, start_of_week, days: Vec::new(), previous: None, next: None }
    }
}
