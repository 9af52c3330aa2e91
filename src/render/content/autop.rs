//! Paragraphs out of blank lines: WordPress's `wpautop`, pair for pair, in passes of linear time. Long because there
//! are that many passes, and their order is the whole of it.

use super::scan::{
    Ahead, begins_with_block, is_block_followed_by, is_space, rewrite, skip_space, slice, tags, tail, trim_end,
};

/// Stands for a newline inside a tag until the end.
const TAG_NEWLINE: &str = " <!-- wpnl --> ";
/// Stands for a newline inside scripts and styles while lines are broken.
const KEPT_NEWLINE: &str = "<WPPreserveNewline />";

/// Puts paragraphs around text separated by blank lines; with `breaks`, single newlines become `<br />`.
pub fn autop(text: &str, breaks: bool) -> String {
    if text.bytes().all(|byte| is_space(byte) || byte == 0) {
        return String::new();
    }
    let mut text = format!("{text}\n");
    let mut pres = Vec::new();
    if text.contains("<pre") {
        text = set_pres_aside(&text, &mut pres);
    }
    text = double_breaks(&text);
    text = space_blocks(&text);
    text = text.replace("\r\n", "\n").replace('\r', "\n");
    text = hide_tag_newlines(&text);
    text = tighten(text);
    text = paragraphs(&text);
    text = without_empty_paragraphs(&text);
    text = close_in_containers(&text);
    text = blocks_alone(&text);
    text = list_items(&text);
    text = blockquotes(&text);
    text = before_blocks(&text);
    text = after_blocks(&text, "</p>");
    if breaks {
        text = line_breaks(&text);
    }
    text = after_blocks(&text, "<br />");
    text = breaks_before_closers(&text);
    text = last_newline(text);
    text = restore_pres(&text, &pres);
    if text.contains("<!-- wpnl -->") {
        text = text.replace(TAG_NEWLINE, "\n").replace("<!-- wpnl -->", "\n");
    }
    text
}

/// `<pre>` elements are kept as they are; a stand-in marks their place.
fn set_pres_aside(text: &str, pres: &mut Vec<String>) -> String {
    let mut out = String::with_capacity(text.len());
    let mut pieces = text.split("</pre>").peekable();
    while let Some(piece) = pieces.next() {
        let last = pieces.peek().is_none();
        match piece.find("<pre") {
            Some(at) if !last => {
                out.push_str(slice(piece, 0, at));
                out.push_str(&format!("<pre wp-pre-tag-{}></pre>", pres.len()));
                pres.push(format!("{}</pre>", tail(piece, at)));
            }
            _ => out.push_str(piece),
        }
    }
    out
}

fn restore_pres(text: &str, pres: &[String]) -> String {
    if pres.is_empty() {
        return text.to_owned();
    }
    rewrite(text, '<', |at, out| {
        let rest = tail(text, at).strip_prefix("<pre wp-pre-tag-")?;
        let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
        let number: usize = slice(rest, 0, digits).parse().ok()?;
        tail(rest, digits).strip_prefix("></pre>")?;
        out.push_str(pres.get(number)?);
        Some(at + "<pre wp-pre-tag-".len() + digits + "></pre>".len())
    })
}

/// `<br>`, `<br/>`, `<br />` at `at`: its end.
fn line_break(text: &str, at: usize) -> Option<usize> {
    tail(text, at).strip_prefix("<br")?;
    let after = skip_space(text, at + 3);
    let slash = after + usize::from(tail(text, after).starts_with('/'));
    tail(text, slash).starts_with('>').then_some(slash + 1)
}

/// Two line breaks make a paragraph.
fn double_breaks(text: &str) -> String {
    rewrite(text, '<', |at, out| {
        let first = line_break(text, at)?;
        let second = line_break(text, skip_space(text, first))?;
        out.push_str("\n\n");
        Some(second)
    })
}

/// Blank lines before block openers and after block closers.
fn space_blocks(text: &str) -> String {
    let opened = rewrite(text, '<', |at, out| {
        let opens = is_block_followed_by(tail(text, at + 1), |end| is_space(end) || matches!(end, b'/' | b'>'));
        opens.then(|| {
            out.push_str("\n\n<");
            at + 1
        })
    });
    let closed = rewrite(&opened, '<', |at, out| {
        let name = tail(&opened, at).strip_prefix("</")?;
        if !is_block_followed_by(name, |end| end == b'>') {
            return None;
        }
        let end = at + slice(&opened, at, opened.len()).find('>')? + 1;
        out.push_str(slice(&opened, at, end));
        out.push_str("\n\n");
        Some(end)
    });
    rewrite(&closed, '<', |at, out| {
        tail(&closed, at).strip_prefix("<hr")?;
        let after = skip_space(&closed, at + 3);
        let slash = after + usize::from(tail(&closed, after).starts_with('/'));
        let end = tail(&closed, slash).starts_with('>').then_some(slash + 1)?;
        out.push_str(slice(&closed, at, end));
        out.push_str("\n\n");
        Some(end)
    })
}

fn hide_tag_newlines(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut from = 0;
    for (start, end) in tags(text) {
        out.push_str(slice(text, from, start));
        let tag = slice(text, start, end);
        if tag.contains('\n') {
            out.push_str(&tag.replace('\n', TAG_NEWLINE));
        } else {
            out.push_str(tag);
        }
        from = end;
    }
    out.push_str(tail(text, from));
    out
}

/// White space beside options, parameters, sources and captions would become paragraphs: out with it.
fn tighten(mut text: String) -> String {
    if text.contains("<option") {
        text = around(&text, &["<option"], &[], Side::Before);
        text = around(&text, &["</option>"], &[], Side::After);
    }
    if text.contains("</object>") {
        text = around(&text, &[], &["<object"], Side::After);
        text = around(&text, &["</object>"], &[], Side::Before);
        text = around(&text, &[], &["<param", "</param", "<embed", "</embed"], Side::Both);
    }
    if text.contains("<source") || text.contains("<track") {
        text = after_players(&text);
        text = around(&text, &["</audio>", "</video>", "</audio]", "</video]"], &[], Side::Before);
        text = before_bracketed_players(&text);
        text = around(&text, &[], &["<source", "<track"], Side::Both);
    }
    if text.contains("<figcaption") {
        text = around(&text, &[], &["<figcaption"], Side::Before);
        text = around(&text, &["</figcaption>"], &[], Side::After);
    }
    text
}

#[derive(Clone, Copy, PartialEq)]
enum Side {
    Before,
    After,
    Both,
}

/// Drops white space beside any of `exact`, or beside a tag that begins with any of `openers`.
fn around(text: &str, exact: &[&str], openers: &[&str], side: Side) -> String {
    let mut gt = Ahead::new(text, ">");
    rewrite(text, '<', |at, out| {
        let rest = tail(text, at);
        let end = match exact.iter().find(|word| rest.starts_with(**word)) {
            Some(word) => at + word.len(),
            None => {
                let opener = openers.iter().find(|word| rest.starts_with(**word))?;
                gt.from(at + opener.len())? + 1
            }
        };
        if side != Side::After {
            trim_end(out);
        }
        out.push_str(slice(text, at, end));
        Some(if side == Side::Before { end } else { skip_space(text, end) })
    })
}

/// `<audio …>` and `[audio …]` alike.
fn after_players(text: &str) -> String {
    let tagged = after_player(text, '<');
    after_player(&tagged, '[')
}

fn after_player(text: &str, first: char) -> String {
    let mut gt = Ahead::new(text, ">");
    let mut bracket = Ahead::new(text, "]");
    rewrite(text, first, |at, out| {
        let rest = tail(text, at + 1);
        if !rest.starts_with("audio") && !rest.starts_with("video") {
            return None;
        }
        let name_end = at + 6;
        let end = [gt.from(name_end), bracket.from(name_end)].into_iter().flatten().min()? + 1;
        out.push_str(slice(text, at, end));
        Some(skip_space(text, end))
    })
}

fn before_bracketed_players(text: &str) -> String {
    rewrite(text, '[', |at, out| {
        let rest = tail(text, at);
        let closers = ["[/audio]", "[/video]", "[/audio>", "[/video>"];
        let closer = closers.iter().find(|closer| rest.starts_with(**closer))?;
        trim_end(out);
        out.push_str(closer);
        Some(at + closer.len())
    })
}

/// Splits at blank lines and wraps each piece.
fn paragraphs(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + text.len() / 8);
    let mut wrap = |piece: &str| {
        if !piece.is_empty() {
            out.push_str("<p>");
            out.push_str(piece.trim_matches('\n'));
            out.push_str("</p>\n");
        }
    };
    let mut from = 0;
    let mut at = 0;
    while let Some(found) = tail(text, at).find('\n') {
        let first = at + found;
        let run_end = skip_space(text, first);
        let last = first + slice(text, first, run_end).rfind('\n').unwrap_or(0);
        if last > first {
            wrap(slice(text, from, first));
            from = last + 1;
        }
        at = run_end;
    }
    wrap(tail(text, from));
    out
}

fn without_empty_paragraphs(text: &str) -> String {
    rewrite(text, '<', |at, _| {
        tail(text, at).strip_prefix("<p>")?;
        let after = skip_space(text, at + 3);
        tail(text, after).starts_with("</p>").then_some(after + 4)
    })
}

/// `<p>text</div>` closes its paragraph first.
fn close_in_containers(text: &str) -> String {
    rewrite(text, '<', |at, out| {
        let inner = tail(text, at).strip_prefix("<p>")?;
        let length = inner.find('<')?;
        let closers = ["</div>", "</address>", "</form>"];
        let closer = closers.iter().find(|closer| tail(inner, length).starts_with(**closer))?;
        if length == 0 {
            return None;
        }
        out.push_str("<p>");
        out.push_str(slice(inner, 0, length));
        out.push_str("</p>");
        out.push_str(closer);
        Some(at + 3 + length + closer.len())
    })
}

/// A tag at `at` whose name begins like a block element's: the position after its `>`.
fn block_tag(text: &str, at: usize, gt: &mut Ahead<'_>) -> Option<usize> {
    let rest = tail(text, at).strip_prefix('<')?;
    let name = rest.strip_prefix('/').unwrap_or(rest);
    if !begins_with_block(name) {
        return None;
    }
    gt.from(at + 1).map(|end| end + 1)
}

/// `<p> <div> </p>` → `<div>`
fn blocks_alone(text: &str) -> String {
    let mut gt = Ahead::new(text, ">");
    rewrite(text, '<', |at, out| {
        tail(text, at).strip_prefix("<p>")?;
        let start = skip_space(text, at + 3);
        let end = block_tag(text, start, &mut gt)?;
        let after = skip_space(text, end);
        tail(text, after).strip_prefix("</p>")?;
        out.push_str(slice(text, start, end));
        Some(after + 4)
    })
}

/// `<p><li>one</p>` → `<li>one`, on one line.
fn list_items(text: &str) -> String {
    let mut closer = Ahead::new(text, "</p>");
    let mut newline = Ahead::new(text, "\n");
    rewrite(text, '<', |at, out| {
        tail(text, at).strip_prefix("<p><li")?;
        let inner = at + 3;
        let end = closer.from(inner + 4)?;
        if newline.from(inner).is_some_and(|line_end| line_end < end) {
            return None;
        }
        out.push_str(slice(text, inner, end));
        Some(end + 4)
    })
}

fn blockquotes(text: &str) -> String {
    let mut gt = Ahead::new(text, ">");
    let opened = rewrite(text, '<', |at, out| {
        let start = "<p><blockquote";
        let head = tail(text, at).get(..start.len())?;
        if !head.eq_ignore_ascii_case(start) {
            return None;
        }
        let end = gt.from(at + start.len())?;
        out.push_str("<blockquote");
        out.push_str(slice(text, at + start.len(), end));
        out.push_str("><p>");
        Some(end + 1)
    });
    opened.replace("</blockquote></p>", "</p></blockquote>")
}

/// `<p> <div>` → `<div>`
fn before_blocks(text: &str) -> String {
    let mut gt = Ahead::new(text, ">");
    rewrite(text, '<', |at, out| {
        tail(text, at).strip_prefix("<p>")?;
        let start = skip_space(text, at + 3);
        let end = block_tag(text, start, &mut gt)?;
        out.push_str(slice(text, start, end));
        Some(end)
    })
}

/// `<div> </p>` → `<div>`, with `unwanted` = `</p>`.
fn after_blocks(text: &str, unwanted: &str) -> String {
    let mut gt = Ahead::new(text, ">");
    // Many `<` may share one `>`: what follows it is looked at once.
    let mut known: (usize, Option<usize>) = (usize::MAX, None);
    rewrite(text, '<', |at, out| {
        let end = block_tag(text, at, &mut gt)?;
        if known.0 != end {
            let after = skip_space(text, end);
            known = (end, tail(text, after).starts_with(unwanted).then_some(after + unwanted.len()));
        }
        let after = known.1?;
        out.push_str(slice(text, at, end));
        Some(after)
    })
}

/// Newlines become `<br />`, but not inside scripts, styles and drawings.
fn line_breaks(text: &str) -> String {
    let kept = keep_newlines(text);
    let uniform = kept.replace("<br>", "<br />").replace("<br/>", "<br />");
    let mut out = String::with_capacity(uniform.len() + uniform.len() / 16);
    let mut from = 0;
    let mut at = 0;
    while let Some(found) = tail(&uniform, at).find(|c: char| u8::try_from(c).is_ok_and(is_space)) {
        let run = at + found;
        let run_end = skip_space(&uniform, run);
        at = run_end;
        // A break that stands right before the white space is not doubled.
        let start = if slice(&uniform, 0, run).ends_with("<br />") { run + 1 } else { run };
        if let Some(last) = slice(&uniform, start, run_end).rfind('\n') {
            out.push_str(slice(&uniform, from, start));
            out.push_str("<br />\n");
            from = start + last + 1;
        }
    }
    out.push_str(tail(&uniform, from));
    out.replace(KEPT_NEWLINE, "\n")
}

fn keep_newlines(text: &str) -> String {
    let names = [("<script", "</script>"), ("<style", "</style>"), ("<svg", "</svg>"), ("<math", "</math>")];
    let mut ends = names.map(|(_, closer)| Ahead::new(text, closer));
    rewrite(text, '<', |at, out| {
        let rest = tail(text, at);
        let which = names.iter().position(|(opener, _)| rest.starts_with(opener))?;
        let (opener, closer) = names.get(which)?;
        let end = ends.get_mut(which)?.from(at + opener.len())? + closer.len();
        out.push_str(&slice(text, at, end).replace('\n', KEPT_NEWLINE));
        Some(end)
    })
}

fn breaks_before_closers(text: &str) -> String {
    const NAMES: [&str; 10] = ["p", "li", "div", "dl", "dd", "dt", "th", "pre", "td", "ul"];
    let mut gt = Ahead::new(text, ">");
    rewrite(text, '<', |at, out| {
        tail(text, at).strip_prefix("<br />")?;
        let start = skip_space(text, at + 6);
        let rest = tail(text, start).strip_prefix('<')?;
        let name = rest.strip_prefix('/').unwrap_or(rest);
        if !NAMES.iter().chain(["ol"].iter()).any(|known| name.starts_with(known)) {
            return None;
        }
        let end = gt.from(start + 1)? + 1;
        out.push_str(slice(text, at + 6, end));
        Some(end)
    })
}

fn last_newline(text: String) -> String {
    for end in ["\n</p>\n", "\n</p>"] {
        if let Some(front) = text.strip_suffix(end) {
            return format!("{front}{}", tail(end, 1));
        }
    }
    text
}
