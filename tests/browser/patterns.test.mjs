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

test('patterns of the site are found from the editor, changed in one place, and put away', async () => {
  const { page } = writer;
  await writer.begin('With a pattern of the site');
  const pattern = await writer.api('/wp/v2/blocks', { method: 'POST', data: { title: 'Contact', status: 'publish', content: '<!-- wp:paragraph -->\n<p>Call the desk.</p>\n<!-- /wp:paragraph -->' } });
  await writer.api('/wp/v2/posts', { method: 'POST', data: { title: 'Shows it', slug: 'shows-it', status: 'publish', content: `<!-- wp:block {"ref":${pattern.id}} /-->` } });
  const { link } = (await writer.api('/wp/v2/posts?slug=shows-it'))[0];
  await page.getByRole('region', { name: 'Editor top bar' }).getByRole('button', { name: 'Options' }).click();
  await page.getByRole('menuitem', { name: 'Manage patterns' }).click();
  const row = page.getByRole('row', { name: /Contact/ });
  await row.getByRole('link', { name: 'Contact' }).click();
  await writer.canvas.getByText('Call the desk.').click();
  await page.keyboard.press('End');
  await page.keyboard.type(' At any hour.');
  const saved = page.waitForResponse((answer) => answer.url().includes(`/wp/v2/blocks/${pattern.id}`) && answer.request().method() === 'POST' && answer.ok());
  await page.getByRole('button', { name: 'Save', exact: true }).click();
  await saved;
  assert.match((await writer.reads(link)).html, /<p>Call the desk\. At any hour\.<\/p>/);

  await page.goto(`${writer.base}/wp-admin/edit.php?post_type=wp_block`);
  await row.getByRole('button', { name: 'Actions' }).click();
  assert.equal(await page.getByRole('menuitem', { name: 'View' }).count(), 0, 'readers have no page of it');
  await page.getByRole('menuitem', { name: 'Move to trash' }).click();
  await page.getByText('“Contact” moved to the trash.').first().waitFor();
  assert.doesNotMatch((await writer.reads(link)).html, /Call the desk/);
  await page.getByRole('button', { name: 'Undo' }).click();
  await row.waitFor();
  assert.match((await writer.reads(link)).html, /Call the desk/);
});

test('nothing went wrong on the way, and nothing was asked of other hosts', () => {
  assert.deepEqual(writer.page.problems, []);
});
