// What the editor's comparison of versions is made of, without a browser.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { attributes, html, join, label, split } from '../../admin/src/diff/blocks.js';
import { changes, chosen, merge, preset } from '../../admin/src/diff/merge.js';
import { compare, compareSource } from '../../admin/src/diff/words.js';

const block = (text, name = 'paragraph') => `<!-- wp:${name} -->\n<p>${text}</p>\n<!-- /wp:${name} -->`;
const content = (...texts) => texts.map((text) => block(text)).join('\n\n');
const pieces = (...names) => names.map((text) => ({ name: null, text, gap: '' }));
const texts = (list) => list.map(({ text }) => text);

/** A generator with a seed: the same cases every time. */
function random(seed) {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

test('content is split at its top-level blocks, and is whole again', () => {
  const nested = '<!-- wp:columns {"a":"<b> \\u002d\\u002d"} -->\n<div><!-- wp:column --><div><!-- wp:spacer /--></div><!-- /wp:column --></div>\n<!-- /wp:columns -->';
  const whole = `Before.\n\n\nAn old paragraph\nof two lines.\n\n${nested}\n\n<!-- wp:latest-posts {"postsToShow":3} /-->${block('Last')}\n`;
  const found = split(whole);
  assert.deepEqual(found.map(({ name }) => name), [null, null, 'core/columns', 'core/latest-posts', 'core/paragraph']);
  assert.equal(found.map(({ text, gap }) => text + gap).join(''), whole);
  assert.deepEqual(attributes(found[3].text), { postsToShow: 3 });
  assert.equal(html(block('x')), '<p>x</p>');
  assert.equal(label('core/latest-posts'), 'Latest posts');
  for (const odd of ['', '\n', '<!-- wp:paragraph -->\n<p>never closed', '<!-- /wp:paragraph -->', '<!-- wp:a {broken -->x<!-- /wp:a -->', '<!--more-->', 'a\n\n\n\nb']) {
    assert.equal(split(odd).map(({ text, gap }) => text + gap).join('').trim(), odd.trim(), JSON.stringify(odd));
  }
});

test('what one side changed is chosen, what both changed is not', () => {
  const base = split(content('one', 'two', 'three', 'four'));
  const mine = split(content('one', 'two by me', 'three', 'four', 'five'));
  const theirs = split(content('zero', 'one', 'two by them', 'three'));
  const units = merge(base, mine, theirs);
  assert.deepEqual(units.map(({ kind }) => kind), ['theirs', 'same', 'both', 'same', 'theirs', 'mine']);
  assert.deepEqual(units.map(preset), ['theirs', 'mine', null, 'mine', 'theirs', 'mine']);
  const merged = join(units.flatMap((unit) => chosen(unit, preset(unit) ?? 'both')));
  assert.equal(merged, content('zero', 'one', 'two by me', 'two by them', 'three', 'five'));
});

test('neighbours are changed apart, and the same change is no conflict', () => {
  const kinds = (base, mine, theirs) => merge(pieces(...base), pieces(...mine), pieces(...theirs)).map(({ kind }) => kind);
  assert.deepEqual(kinds(['a', 'b'], ['A', 'b'], ['a', 'B']), ['mine', 'theirs']);
  assert.deepEqual(kinds(['a', 'b'], ['x', 'b'], ['x', 'b']), ['agreed', 'same']);
  assert.deepEqual(kinds(['a'], ['a', 'n'], ['a', 'm']), ['same', 'both']);
  assert.deepEqual(kinds(['a', 'b', 'c'], ['a', 'c'], ['a', 'B', 'c']), ['same', 'both', 'same']);
  assert.deepEqual(kinds([], ['x'], []), ['mine']);
  assert.deepEqual(merge(null, pieces('a', 'b'), pieces('a', 'c')).map(({ kind }) => kind), ['same', 'both']);
});

test('either side can always be had whole, and comparing loses nothing', () => {
  for (let seed = 1; seed <= 3000; seed += 1) {
    const next = random(seed);
    const list = () => Array.from({ length: next(7) }, () => 'abcdef'[next(6)]);
    const vary = (from) => from.flatMap((text) => [[text], [], [text, 'abcdef'[next(6)]], ['ABCDEF'[next(6)]], [text], [text]][next(6)]);
    const base = list();
    const [mine, theirs] = [vary(base), vary(base)];
    for (const of of [pieces(...base), null]) {
      const units = merge(of, pieces(...mine), pieces(...theirs));
      assert.deepEqual(texts(units.flatMap((unit) => chosen(unit, 'mine'))), mine, `seed ${seed}`);
      assert.deepEqual(texts(units.flatMap((unit) => chosen(unit, 'theirs'))), theirs, `seed ${seed}`);
      if (of) assert.deepEqual(texts(units.flatMap((unit) => chosen(unit, 'base'))), base, `seed ${seed}`);
      // Whoever changed nothing gets the other's version by itself.
      if (of && String(mine) === String(base)) assert.deepEqual(texts(units.flatMap((unit) => chosen(unit, preset(unit)))), theirs);
    }
    const found = changes(pieces(...mine), pieces(...theirs));
    assert.deepEqual(texts(found.map(({ before }) => before).filter(Boolean)), mine, `seed ${seed}`);
    assert.deepEqual(texts(found.map(({ after }) => after).filter(Boolean)), theirs, `seed ${seed}`);
  }
});

test('a changed block is found beside one that is new', () => {
  const before = split(content('The boats came in before six.', 'It was cold.'));
  const after = split(content('Something new altogether here.', 'The boats came in before five.', 'It was cold.'));
  assert.deepEqual(changes(before, after).map(({ kind }) => kind), ['added', 'changed', 'same']);
});

test('words are marked within tags, never across them', () => {
  const [left, right] = compare('<p>The <b>old</b> boat came &amp; went.</p>', '<p>The <b>new</b> boat came &amp; stayed.</p>');
  assert.equal(left, '<p>The <b><del>old</del></b> boat came &amp; <del>went.</del></p>');
  assert.equal(right, '<p>The <b><ins>new</ins></b> boat came &amp; <ins>stayed.</ins></p>');
  assert.deepEqual(compareSource('a<b', 'a<c'), ['a&lt;<del>b</del>', 'a&lt;<ins>c</ins>']);
});
