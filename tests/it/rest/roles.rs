//! Who may do what: each role × each endpoint × each method × one's own or others' item, and exactly how it is refused.
//!
//! The rows are made from the API's own description of its routes: a route nobody has said anything about fails here.
//! What is expected stands in two tables, a line for each request and a cell for each role: `roles/wordpress.tsv` is how
//! WordPress 6.1 answered the very same requests (status, and code where it refuses), `roles/ours.tsv` what is answered
//! otherwise here, and why. With `ROLES_WRITE=FILE` set, all answers are written there as a table.

mod cases;
mod items;

use std::collections::BTreeMap;

use serde_json::Value;

pub use self::items::ROLES;
use self::{
    cases::{Case, cases},
    items::Items,
};
use crate::support::Server;

const WORDPRESS: &str = include_str!("roles/wordpress.tsv");
const OURS: &str = include_str!("roles/ours.tsv");

/// A request's line: a cell for each role.
type Row = [String; ROLES.len()];

pub fn lines(text: &str) -> impl Iterator<Item = &str> {
    text.lines().filter(|line| !line.is_empty() && !line.starts_with('#'))
}

/// Rows by name: a cell for each role (`=`: as the one before), and a reason where there is one.
pub fn table(text: &str) -> BTreeMap<&str, (Vec<&str>, &str)> {
    let rows = lines(text).map(|line| {
        let mut cells: Vec<&str> = line.split('\t').collect();
        let (name, rest) = (cells.remove(0), cells.split_off(ROLES.len()));
        for at in 1..cells.len() {
            if cells[at] == "=" {
                cells[at] = cells[at - 1];
            }
        }
        (name, (cells, rest.first().copied().unwrap_or_default()))
    });
    rows.collect()
}

/// `200`, or `403 rest_forbidden`.
fn cell(status: u16, body: &Value) -> String {
    match (status, body["code"].as_str()) {
        (400.., Some(code)) => format!("{status} {code}"),
        _ => status.to_string(),
    }
}

async fn ask(items: &mut Items<'_>, case: &Case) -> Row {
    let mut row = Row::default();
    for (at, role) in ROLES.into_iter().enumerate() {
        let Some((path, body)) = items.resolve(role, case).await else {
            row[at] = "-".to_owned();
            continue;
        };
        let (status, body) = items.send(role, case, &path, body).await;
        if case.method != "GET" && status < 300 {
            items.changed(role, case).await;
        }
        row[at] = cell(status, &body);
    }
    row
}

/// Lines with equal cells need no look at each.
fn shown(name: &str, row: &[impl AsRef<str>]) -> String {
    let cells: Vec<&str> = row.iter().map(AsRef::as_ref).collect();
    format!("{name}\t{}", cells.join("\t"))
}

#[actix_web::test]
async fn each_role_may_do_what_it_may_in_wordpress_and_no_more() {
    let server = Server::start().await;
    let mut items = Items::new(&server).await;
    let index = items.index().await;
    let (theirs, ours) = (table(WORDPRESS), table(OURS));
    let mut wrong = Vec::new();
    let mut asked: BTreeMap<String, Row> = BTreeMap::new();
    for case in cases(&index) {
        let row = ask(&mut items, &case).await;
        asked.insert(case.name(), row);
    }
    for (name, row) in &asked {
        let (at_home, in_wordpress) = (ours.get(name.as_str()), theirs.get(name.as_str()));
        let Some((expected, reason)) = at_home.or(in_wordpress) else {
            wrong.push(format!("nobody says who may do this:\n  {}", shown(name, row)));
            continue;
        };
        if at_home.is_some() && reason.is_empty() {
            wrong.push(format!("no reason is given for {name}"));
        }
        if at_home.is_some() && in_wordpress.is_some_and(|(cells, _)| cells == expected) {
            wrong.push(format!("as in WordPress, so not to be listed as ours: {name}"));
        }
        if expected != row {
            wrong.push(format!("{}\n  is answered\n{}", shown(name, expected), shown(name, row)));
        }
    }
    for name in theirs.keys().chain(ours.keys()).filter(|name| !asked.contains_key(**name)) {
        wrong.push(format!("no such request is made any more: {name}"));
    }
    if let Some(path) = std::env::var_os("ROLES_WRITE") {
        let lines: Vec<String> = asked.iter().map(|(name, row)| shown(name, row)).collect();
        std::fs::write(path, lines.join("\n")).unwrap();
    }
    assert!(asked.len() > 300, "only {} requests", asked.len());
    assert!(wrong.is_empty(), "{} of {}:\n{}", wrong.len(), asked.len(), wrong.join("\n"));
}
