// SPDX-License-Identifier: GPL-2.0-or-later
// Content as the pieces people think of: its top-level blocks, and the paragraphs of what is outside of blocks.

const DELIMITER = /<!--\s+(\/)?wp:([a-z][a-z0-9_-]*(?:\/[a-z][a-z0-9_-]*)?)\s+((?:(?!-->)[^])*?)(\/)?-->/g;

/** Paragraphs of text that is in no block: Markdown, and posts older than blocks. */
function paragraphs(text, into) {
  for (const [whole, body, gap] of text.matchAll(/([^\n]*\S(?:[^\n]|\n(?!\s*\n))*)(\s*)/g)) {
    if (whole) into.push({ name: null, text: body, gap });
  }
}

/** What follows the last piece belongs to it, so that pieces put together are the content again. */
function follow(pieces, text) {
  const gap = text.match(/^\s*/)[0];
  if (gap && pieces.length) pieces.at(-1).gap += gap;
  return text.slice(gap.length);
}

/** `[{name, text, gap}]`: `name` is null outside of blocks, `gap` the white space behind. */
export function split(content) {
  const pieces = [];
  let depth = 0;
  let start = 0;
  let outside = 0;
  let name = null;
  const leave = (end) => {
    pieces.push({ name, text: content.slice(start, end), gap: '' });
    outside = end;
  };
  for (const found of content.matchAll(DELIMITER)) {
    const [whole, closes, given, , isVoid] = found;
    const end = found.index + whole.length;
    if (depth === 0) {
      // A closing delimiter of nothing is text.
      if (closes) continue;
      paragraphs(follow(pieces, content.slice(outside, found.index)), pieces);
      start = found.index;
      name = given.includes('/') ? given : `core/${given}`;
    }
    if (isVoid) {
      if (depth === 0) leave(end);
    } else {
      depth += closes ? -1 : 1;
      if (depth === 0) leave(end);
    }
  }
  // A block that is not closed reaches to the end.
  if (depth > 0) leave(content.length);
  paragraphs(follow(pieces, content.slice(outside)), pieces);
  return pieces;
}

export function join(pieces) {
  return pieces.map(({ text, gap }, at) => text + (at === pieces.length - 1 ? '' : gap || '\n\n')).join('');
}

/** HTML that is not made of blocks, such as that of Markdown, at its outermost elements. */
export function splitHtml(whole) {
  const { body } = new DOMParser().parseFromString(whole, 'text/html');
  const kinds = { UL: 'list', OL: 'list', PRE: 'code', BLOCKQUOTE: 'quote', TABLE: 'table', FIGURE: 'image', HR: 'separator', P: 'paragraph', SECTION: 'section' };
  return [...body.children].map((element) => ({
    name: `html/${/^H[1-6]$/.test(element.tagName) ? 'heading' : kinds[element.tagName] ?? 'text'}`, text: element.outerHTML, gap: '',
  }));
}

/** What a piece shows, without its delimiters. */
export const html = (text) => text.replace(DELIMITER, '').trim();

/** The attributes its delimiter carries. */
export function attributes(text) {
  const [found] = text.matchAll(DELIMITER);
  try {
    return found?.[3].trim() ? JSON.parse(found[3]) : {};
  } catch {
    return {};
  }
}

/** The name of a kind of block for people: `core/latest-posts` → Latest posts. */
export function label(name) {
  if (!name) return 'Text';
  const words = name.replace(/^.*\//, '').replaceAll('-', ' ');
  return words[0].toUpperCase() + words.slice(1);
}
