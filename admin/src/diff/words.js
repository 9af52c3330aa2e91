// SPDX-License-Identifier: GPL-2.0-or-later
// Marks in two versions of a piece of HTML the words the other does not have.

import { diffArrays } from 'diff';

const TOKENS = /<[^>]*>|&[#\w]+;|\s+|[^\s<&]+|[<&]/g;
/** Beyond this many changes two texts have nothing to do with each other, and marks would only confuse. */
const CHANGES_MAX = 1500;

const isTag = (token) => token.length > 1 && token.startsWith('<');
const isPicture = (token) => /^<(img|video|audio|hr)\b/i.test(token);

/** `tokens` with runs of text within `mark`; tags stay where they are, so that the HTML stays whole. */
function marked(tokens, mark) {
  let out = '';
  let run = '';
  const flush = () => {
    if (run.trim()) out += `<${mark}>${run}</${mark}>`;
    else out += run;
    run = '';
  };
  for (const token of tokens) {
    if (isTag(token) && !isPicture(token)) {
      flush();
      out += token;
    } else {
      run += token;
    }
  }
  flush();
  return out;
}

/** `[before, after]` as HTML, with `<del>` and `<ins>`. */
export function compare(before, after) {
  const parts = diffArrays(before.match(TOKENS) ?? [], after.match(TOKENS) ?? [], { maxEditLength: CHANGES_MAX });
  if (!parts) return [before, after];
  const total = parts.reduce((sum, { value }) => sum + value.length, 0);
  const common = parts.reduce((sum, part) => sum + (part.added || part.removed ? 0 : part.value.filter((token) => /\w/.test(token) && !isTag(token)).length), 0);
  if (total > 12 && common < 2) return [before, after];
  let left = '';
  let right = '';
  for (const part of parts) {
    if (part.removed) left += marked(part.value, 'del');
    else if (part.added) right += marked(part.value, 'ins');
    else {
      left += part.value.join('');
      right += part.value.join('');
    }
  }
  return [left, right];
}

const escape = (text) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');

/** The same for source text. */
export function compareSource(before, after) {
  const tokens = (text) => text.match(/[\p{L}\p{N}_]+|\s+|[^\p{L}\p{N}_\s]/gu) ?? [];
  const parts = diffArrays(tokens(before), tokens(after), { maxEditLength: CHANGES_MAX });
  if (!parts) return [escape(before), escape(after)];
  let left = '';
  let right = '';
  for (const part of parts) {
    const text = escape(part.value.join(''));
    if (part.removed) left += `<del>${text}</del>`;
    else if (part.added) right += `<ins>${text}</ins>`;
    else {
      left += text;
      right += text;
    }
  }
  return [left, right];
}
