// SPDX-License-Identifier: GPL-2.0-or-later
// Three-way comparison of lists of blocks.

import { diffArrays } from 'diff';

const same = (left, right) => left.text === right.text;
const equal = (left, right) => left.length === right.length && left.every((piece, at) => same(piece, right[at]));

/** Runs where `from` and `to` differ: `{from: [start, end], to: [start, end]}`. */
export function hunks(from, to) {
  const found = [];
  let open = null;
  let before = 0;
  let after = 0;
  for (const part of diffArrays(from, to, { comparator: same })) {
    const { length } = part.value;
    if (!part.added && !part.removed) {
      open = null;
      before += length;
      after += length;
      continue;
    }
    if (!open) {
      open = { from: [before, before], to: [after, after] };
      found.push(open);
    }
    if (part.removed) before += length;
    else after += length;
    open.from[1] = before;
    open.to[1] = after;
  }
  return found;
}

function kindOf(base, mine, theirs) {
  const changedByMe = !equal(base, mine);
  const changedByThem = !equal(base, theirs);
  if (changedByMe && changedByThem) return equal(mine, theirs) ? 'agreed' : 'both';
  if (changedByMe) return 'mine';
  return changedByThem ? 'theirs' : 'same';
}

/** A run as units: block by block where all sides have as many. */
function units(base, mine, theirs) {
  const { length } = base;
  const each = length > 0 && mine.length === length && theirs.length === length;
  const runs = each ? base.map((_, at) => [[base[at]], [mine[at]], [theirs[at]]]) : [[base, mine, theirs]];
  return runs.map(([of, ours, other]) => ({ kind: kindOf(of, ours, other), base: of, mine: ours, theirs: other }));
}

/** Without a common base all that differs is for people to judge. */
function twoWay(mine, theirs) {
  const found = [];
  let at = 0;
  const upTo = (end) => mine.slice(at, end).forEach((piece) => found.push({ kind: 'same', base: [piece], mine: [piece], theirs: [piece] }));
  for (const { from, to } of hunks(mine, theirs)) {
    upTo(from[0]);
    found.push({ kind: 'both', base: [], mine: mine.slice(...from), theirs: theirs.slice(...to) });
    [, at] = from;
  }
  upTo(mine.length);
  return found;
}

/**
 * Units in order, `{kind, base, mine, theirs}` with lists of pieces each. Kinds: `same`, changed by one side (`mine`,
 * `theirs`), by both alike (`agreed`) or by both and differently (`both`). `base` null: it is not known.
 */
export function merge(base, mine, theirs) {
  if (!base) return twoWay(mine, theirs);
  const sides = [{ list: mine, hunks: hunks(base, mine), next: 0, at: 0 }, { list: theirs, hunks: hunks(base, theirs), next: 0, at: 0 }];
  const peek = (side) => side.hunks[side.next];
  const found = [];
  let at = 0;
  const stable = (end) => {
    for (; at < end; at += 1) {
      const [ours, other] = sides.map((side) => side.list[side.at++]);
      found.push({ kind: 'same', base: [base[at]], mine: [ours], theirs: [other] });
    }
  };
  for (;;) {
    const waiting = sides.map(peek).filter(Boolean);
    if (!waiting.length) break;
    const start = Math.min(...waiting.map(({ from }) => from[0]));
    stable(start);
    let end = start;
    const grown = [0, 0];
    const touches = ({ from }) => from[0] < end || (from[0] === start && (end === start || from[1] === from[0]));
    for (let grew = true; grew;) {
      grew = false;
      sides.forEach((side, index) => {
        const hunk = peek(side);
        if (!hunk || !touches(hunk)) return;
        side.next += 1;
        grown[index] += hunk.to[1] - hunk.to[0] - (hunk.from[1] - hunk.from[0]);
        end = Math.max(end, hunk.from[1]);
        grew = true;
      });
    }
    const runs = sides.map((side, index) => {
      const run = side.list.slice(side.at, side.at + (end - start) + grown[index]);
      side.at += run.length;
      return run;
    });
    found.push(...units(base.slice(start, end), ...runs));
    at = end;
  }
  stable(base.length);
  return found;
}

/** What a unit says when one side is chosen: `mine`, `theirs`, `both` (mine first), or `base`. */
export const chosen = (unit, side) => (side === 'both' ? [...unit.mine, ...unit.theirs] : unit[side]);

/** The side a unit takes when nobody chooses; null where people must. */
export const preset = ({ kind }) => ({ same: 'mine', agreed: 'mine', mine: 'mine', theirs: 'theirs' })[kind] ?? null;

/** Runs longer than this are compared one by one in order. */
const PAIRED_MAX = 40;

const words = (piece) => new Set(piece.text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? []);

/** How much two pieces have in common, 0 to 1. */
function likeness(left, right) {
  const shared = [...left].filter((word) => right.has(word)).length;
  return left.size + right.size ? (2 * shared) / (left.size + right.size) : 1;
}

/** Which pieces of two runs are versions of each other: pairs of indices, in order. */
function pairs(before, after) {
  if (before.length > PAIRED_MAX || after.length > PAIRED_MAX) {
    return before.slice(0, after.length).map((_, at) => [at, at]);
  }
  const [left, right] = [before.map(words), after.map(words)];
  const best = Array.from({ length: before.length + 1 }, () => new Array(after.length + 1).fill(0));
  const like = (i, j) => {
    const value = likeness(left[i], right[j]);
    return value > 0.35 || (before.length === 1 && after.length === 1) ? Math.max(value, 0.01) : 0;
  };
  for (let i = before.length - 1; i >= 0; i -= 1) {
    for (let j = after.length - 1; j >= 0; j -= 1) {
      best[i][j] = Math.max(best[i + 1][j], best[i][j + 1], like(i, j) ? like(i, j) + best[i + 1][j + 1] : 0);
    }
  }
  const found = [];
  for (let i = 0, j = 0; i < before.length && j < after.length;) {
    if (best[i][j] === best[i + 1][j]) i += 1;
    else if (best[i][j] === best[i][j + 1]) j += 1;
    else found.push([i++, j++]);
  }
  return found;
}

/** What became of `before`: `{kind, before, after}` in order; kinds `same`, `changed`, `removed`, `added`. */
export function changes(before, after) {
  const found = [];
  let at = 0;
  const add = (kind, left, right) => found.push({ kind, before: left, after: right });
  for (const { from, to } of hunks(before, after)) {
    before.slice(at, from[0]).forEach((piece) => add('same', piece, piece));
    const [left, right] = [before.slice(...from), after.slice(...to)];
    let [i, j] = [0, 0];
    for (const [x, y] of [...pairs(left, right), [left.length, right.length]]) {
      while (i < x) add('removed', left[i++], null);
      while (j < y) add('added', null, right[j++]);
      if (x < left.length && y < right.length) add('changed', left[i++], right[j++]);
    }
    [, at] = from;
  }
  before.slice(at).forEach((piece) => add('same', piece, piece));
  return found;
}
