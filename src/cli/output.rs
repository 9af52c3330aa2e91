//! What commands print: results on standard output, problems on standard error.

use std::io::{self, Write as _};

use serde::Serialize;

use super::Failure;

/// Prints a line of the command's result. A closed pipe ends output, not the command's work.
pub fn line(text: &str) {
    drop(writeln!(io::stdout().lock(), "{text}"));
}

/// Prints one JSON value on one line.
pub fn json(value: &impl Serialize) -> Result<(), Failure> {
    let text = serde_json::to_string(value).map_err(Failure::other)?;
    line(&text);
    Ok(())
}

pub fn note(text: &str) {
    drop(writeln!(io::stderr().lock(), "{text}"));
}

pub fn error(failure: &Failure) {
    let mut message = format!("bucketpress: {}", failure.error);
    for cause in failure.error.chain().skip(1) {
        let cause = cause.to_string();
        if !message.contains(&cause) {
            message.push_str(": ");
            message.push_str(&cause);
        }
    }
    note(&message);
}

/// Rows in aligned columns.
pub fn table(header: &[&str], rows: &[Vec<String>]) {
    let mut widths: Vec<usize> = header.iter().map(|title| title.chars().count()).collect();
    for row in rows {
        for (width, cell) in widths.iter_mut().zip(row) {
            *width = (*width).max(cell.chars().count());
        }
    }
    let show = |cells: &[String]| {
        let padded: Vec<String> = cells.iter().zip(&widths).map(|(cell, width)| format!("{cell:width$}")).collect();
        line(padded.join("  ").trim_end());
    };
    show(&header.iter().map(|title| (*title).to_owned()).collect::<Vec<_>>());
    for row in rows {
        show(row);
    }
}

/// Standard input as text, at most `limit` bytes.
pub fn read_stdin(limit: u64) -> Result<String, Failure> {
    use io::Read as _;
    let mut text = String::new();
    let read = io::stdin().lock().take(limit + 1).read_to_string(&mut text).map_err(Failure::other)?;
    if read as u64 > limit {
        return Err(Failure::other(anyhow::anyhow!("standard input is larger than {limit} bytes")));
    }
    Ok(text)
}
