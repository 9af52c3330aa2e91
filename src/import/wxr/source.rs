//! The bytes of an export as clean UTF-8: decoded, without characters XML forbids, with line numbers.

use std::{
    collections::VecDeque,
    io::{self, BufRead},
};

use encoding_rs::{DecoderResult, Encoding, UTF_8, UTF_16BE, UTF_16LE};

use super::{FIELD_BYTES_MAX, Position, ReadOptions, WxrError};

/// Decoded bytes held at a time.
const CHUNK_BYTES: usize = 64 << 10;
/// The XML declaration is looked for in this much of the file.
const PROLOG_BYTES: usize = 1024;
/// Line starts remembered since the last event; older ones give way.
const LINES_MAX: usize = 1 << 20;

/// What was mended on the way; each is a warning to the reader of the report.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Repairs {
    /// Characters XML forbids (control characters), left out.
    pub control_characters: u64,
    pub first_control_character: Option<Position>,
    /// Byte sequences invalid in the encoding, replaced by U+FFFD (only with `repair`).
    pub invalid_bytes: u64,
    pub first_invalid_byte: Option<Position>,
    /// `&name;` that XML does not define, and lone `&`; kept as text.
    pub literal_ampersands: u64,
}

pub(super) struct Source<R> {
    inner: R,
    decoder: encoding_rs::Decoder,
    repair: bool,
    /// Set when the decoder was told that the input ended.
    flushed: bool,
    out: Vec<u8>,
    out_at: usize,
    /// Decoded offset of `out[out.len()]`.
    produced: u64,
    raw_read: u64,
    /// Offsets at which lines begin, from `first_line` on.
    line_starts: VecDeque<u64>,
    first_line: u64,
    /// Decoded offset of the event being read: bounds its size.
    event_start: u64,
    /// Why the last read failed, for [`super::tree::Tree`] to report in place of the I/O error.
    failure: Option<(u64, String)>,
    pub(super) repairs: Repairs,
}

impl<R> std::fmt::Debug for Source<R> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Source").field("encoding", &self.decoder.encoding().name()).finish_non_exhaustive()
    }
}

impl<R: BufRead> Source<R> {
    pub(super) fn open(mut inner: R, options: &ReadOptions) -> Result<Self, WxrError> {
        let start = Position { line: 1, column: 1 };
        let head = inner.fill_buf().map_err(|error| WxrError { at: start, message: error.to_string() })?;
        let encoding = match &options.encoding {
            Some(label) => by_label(label),
            None => detect(head.get(..PROLOG_BYTES.min(head.len())).unwrap_or_default()),
        };
        let encoding = encoding.map_err(|message| WxrError { at: start, message })?;
        Ok(Self {
            inner,
            // Removes a byte order mark, and lets it overrule `encoding`.
            decoder: encoding.new_decoder(),
            repair: options.repair,
            flushed: false,
            out: Vec::with_capacity(CHUNK_BYTES),
            out_at: 0,
            produced: 0,
            raw_read: 0,
            line_starts: VecDeque::from([0]),
            first_line: 1,
            event_start: 0,
            failure: None,
            repairs: Repairs::default(),
        })
    }

    pub(super) fn bytes_read(&self) -> u64 {
        self.raw_read
    }

    /// An event begins at `offset`: positions before it are asked for no more, its size counts from here.
    pub(super) fn begin_event(&mut self, offset: u64) {
        self.event_start = offset;
        while self.line_starts.get(1).is_some_and(|next| *next <= offset) {
            self.line_starts.pop_front();
            self.first_line += 1;
        }
    }

    pub(super) fn position(&self, offset: u64) -> Position {
        let index = self.line_starts.partition_point(|start| *start <= offset).saturating_sub(1);
        let line_start = self.line_starts.get(index).copied().unwrap_or(0);
        Position { line: self.first_line + index as u64, column: offset.saturating_sub(line_start) + 1 }
    }

    pub(super) fn take_failure(&mut self) -> Option<(u64, String)> {
        self.failure.take()
    }

    fn fail(&mut self, offset: u64, message: String) -> io::Error {
        self.failure = Some((offset, message));
        io::Error::other("see Source::failure")
    }

    /// Decodes the next chunk into `out`. Leaves it empty at the end of the file.
    fn refill(&mut self) -> io::Result<()> {
        self.out.clear();
        self.out_at = 0;
        while self.out.is_empty() && !self.flushed {
            let input = self.inner.fill_buf()?;
            let last = input.is_empty();
            self.out.resize(CHUNK_BYTES, 0);
            let (result, read, written) = self.decoder.decode_to_utf8_without_replacement(input, &mut self.out, last);
            self.inner.consume(read);
            self.raw_read += read as u64;
            self.out.truncate(written);
            if let DecoderResult::Malformed(..) = result {
                self.malformed()?;
            }
            self.flushed = last && result == DecoderResult::InputEmpty;
            self.clean();
        }
        Ok(())
    }

    fn malformed(&mut self) -> io::Result<()> {
        let offset = self.produced + self.out.len() as u64;
        if !self.repair {
            // Lines of this chunk are not counted yet.
            self.note_lines();
            let name = self.decoder.encoding().name();
            return Err(self.fail(
                offset,
                format!(
                    "bytes that are not valid {name}: name the right encoding with --encoding (windows-1252 is the \
                     usual one), or replace such bytes with --repair"
                ),
            ));
        }
        let before = self.out.len();
        self.out.extend_from_slice("\u{FFFD}".as_bytes());
        self.repairs.invalid_bytes += 1;
        if self.repairs.first_invalid_byte.is_none() {
            let line = self.first_line + self.line_starts.len() as u64 - 1 + count_newlines(&self.out);
            let column = self.out.iter().take(before).rev().take_while(|byte| **byte != b'\n').count() as u64 + 1;
            self.repairs.first_invalid_byte = Some(Position { line, column });
        }
        Ok(())
    }

    /// Leaves out what XML 1.0 forbids and notes where lines begin.
    fn clean(&mut self) {
        if self.out.iter().any(|byte| forbidden_byte(*byte)) {
            let mut line = self.first_line + self.line_starts.len() as u64 - 1;
            let mut column = self.produced - self.line_starts.back().copied().unwrap_or(0) + 1;
            let repairs = &mut self.repairs;
            self.out.retain(|byte| {
                let keep = !forbidden_byte(*byte);
                if !keep {
                    repairs.control_characters += 1;
                    repairs.first_control_character.get_or_insert(Position { line, column });
                } else if *byte == b'\n' {
                    line += 1;
                    column = 1;
                } else {
                    column += 1;
                }
                keep
            });
        }
        self.note_lines();
        self.produced += self.out.len() as u64;
    }

    fn note_lines(&mut self) {
        for (index, byte) in self.out.iter().enumerate() {
            if *byte == b'\n' {
                self.line_starts.push_back(self.produced + index as u64 + 1);
            }
        }
        while self.line_starts.len() > LINES_MAX {
            self.line_starts.pop_front();
            self.first_line += 1;
        }
    }
}

fn count_newlines(bytes: &[u8]) -> u64 {
    bytes.iter().filter(|byte| **byte == b'\n').count() as u64
}

/// C0 controls other than tab, line feed and carriage return. (The other forbidden characters, U+FFFE and
/// U+FFFF, do no harm and stay.)
fn forbidden_byte(byte: u8) -> bool {
    byte < 0x20 && !matches!(byte, b'\t' | b'\n' | b'\r')
}

impl<R: BufRead> io::Read for Source<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let available = self.fill_buf()?;
        let count = available.len().min(buffer.len());
        if let (Some(to), Some(from)) = (buffer.get_mut(..count), available.get(..count)) {
            to.copy_from_slice(from);
        }
        self.consume(count);
        Ok(count)
    }
}

impl<R: BufRead> BufRead for Source<R> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        if self.out_at >= self.out.len() {
            if self.produced.saturating_sub(self.event_start) > FIELD_BYTES_MAX as u64 {
                let message = format!("one value is longer than {} MiB", FIELD_BYTES_MAX >> 20);
                return Err(self.fail(self.event_start, message));
            }
            self.refill()?;
        }
        Ok(self.out.get(self.out_at..).unwrap_or_default())
    }

    fn consume(&mut self, amount: usize) {
        self.out_at = (self.out_at + amount).min(self.out.len());
    }
}

/// By byte order mark, by the pattern of UTF-16, by the XML declaration; UTF-8 otherwise.
fn detect(head: &[u8]) -> Result<&'static Encoding, String> {
    if let Some((encoding, _)) = Encoding::for_bom(head) {
        return Ok(encoding);
    }
    if head.starts_with(&[b'<', 0]) {
        return Ok(UTF_16LE);
    }
    if head.starts_with(&[0, b'<']) {
        return Ok(UTF_16BE);
    }
    match declared(head) {
        // A file that says UTF-16 in ASCII bytes is not UTF-16.
        Some(label) => {
            by_label(&label).map(|encoding| if encoding == UTF_16LE || encoding == UTF_16BE { UTF_8 } else { encoding })
        }
        None => Ok(UTF_8),
    }
}

fn declared(head: &[u8]) -> Option<String> {
    let text = String::from_utf8_lossy(head);
    let (declaration, _) = text.trim_start().strip_prefix("<?xml")?.split_once("?>")?;
    let (_, after) = declaration.split_once("encoding")?;
    let quoted = after.trim_start().strip_prefix('=')?.trim_start();
    let quote = quoted.chars().next().filter(|quote| matches!(quote, '"' | '\''))?;
    Some(quoted.strip_prefix(quote)?.split(quote).next()?.to_owned())
}

fn by_label(label: &str) -> Result<&'static Encoding, String> {
    Encoding::for_label(label.trim().as_bytes())
        .ok_or_else(|| format!("encoding {label:.40?} is not known; name another with --encoding"))
}
