// The patterns that come with the server, each put into a post from the inserter; what the editor, and readers, get of it.
// With PATTERN_PICTURES=folder the readers' pages are kept there, wide and narrow, light and dark, for looking at.

import AxeBuilder from '@axe-core/playwright';
import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { Writer } from './writing.mjs';

const KEEP = process.env.PATTERN_PICTURES;
/** Title, and what readers see of it. */
const PATTERNS = {
  'Article opening': ['One sentence that says why this matters today.', 'Where the story begins.'],
  'At a glance': ['At a glance', 'What happened', 'Whom it concerns', 'What comes next'],
  'Pull quote': ['What somebody said that says it all.', 'Who said it'],
  'Two views': ['For', 'One side of the matter.', 'Against', 'The other side.'],
  Invitation: ['Read on', 'What readers get, in one sentence.', 'Subscribe'],
  // This one and those before.
  'Latest stories': ['With a pattern: Invitation', 'With a pattern: Two views'],
};
const LOOKS = [1280, 360].flatMap((width) => ['light', 'dark'].map((colorScheme) => ({ viewport: { width, height: 900 }, colorScheme })));

let writer;
before(async () => {
  writer = await Writer.start();
  if (KEEP) mkdirSync(KEEP, { recursive: true });
});
after(() => writer?.stop());

const library = () => writer.page.getByRole('region', { name: 'Block Library' });

/** All patterns of the inserter; what holds one of them is inserted by a click on it. */
async function offered() {
  await writer.page.getByRole('button', { name: 'Block Inserter', exact: true }).click();
  await library().getByRole('tab', { name: 'Patterns' }).click();
  await library().getByRole('tab', { name: 'All', exact: true }).click();
  return writer.page.getByRole('listbox', { name: 'All', exact: true }).getByRole('option');
}

test('the inserter offers each of them, and no other', async () => {
  await writer.begin('x');
  const options = await offered();
  await options.first().waitFor();
  assert.deepEqual((await options.evaluateAll((all) => all.map((one) => one.getAttribute('aria-label') ?? one.textContent.trim()))).sort(), Object.keys(PATTERNS).sort());
});

for (const [title, texts] of Object.entries(PATTERNS)) {
  test(`${title}: inserted, saved, opened again, and read`, async () => {
    await writer.begin(`With a pattern: ${title}`);
    const options = await offered();
    await options.and(writer.page.getByRole('option', { name: title, exact: true })).click();
    await writer.page.getByText(`Block pattern "${title}" inserted.`).first().waitFor();
    await writer.page.getByRole('button', { name: 'Block Inserter', exact: true }).click();
    const inserted = await writer.state();
    assert.ok(inserted.names.length > 0);
    assert.deepEqual(inserted.invalid, []);
    const post = await writer.publish();
    await writer.open(post.id);
    const opened = await writer.state();
    assert.deepEqual(opened.invalid, []);
    assert.equal(opened.content, post.content.raw, 'opened again, it says the same');
    assert.deepEqual(opened.names, inserted.names);
    assert.equal(await writer.canvas.locator('.block-editor-warning').count(), 0);

    for (const look of LOOKS) {
      const context = await writer.browser.newContext(look);
      const reader = await context.newPage();
      await reader.goto(post.link);
      const content = reader.locator('.entry-content');
      for (const text of texts) assert.ok(await content.getByText(text, { exact: true }).first().isVisible(), text);
      assert.ok(await reader.evaluate(() => document.documentElement.scrollWidth <= innerWidth), 'no sideways scrolling');
      if (KEEP) await content.screenshot({ path: join(KEEP, `${title.replaceAll(' ', '-')}-${look.viewport.width}-${look.colorScheme}.png`) });
      const { violations } = await new AxeBuilder({ page: reader }).include('.entry-content').analyze();
      assert.deepEqual(violations.map(({ id, nodes }) => `${id}: ${nodes[0].html}`), []);
      await context.close();
    }
  });
}

test('nothing went wrong on the way, and nothing was asked of other hosts', () => {
  assert.deepEqual(writer.page.problems, []);
});
