// A telephone's width and a keyboard, where two versions are compared and where Markdown is written.

import AxeBuilder from '@axe-core/playwright';
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { PASSWORD, Server, launch, openPage, signIn } from './server.mjs';
import { paragraphs } from './writing.mjs';

let server;
let browser;
let page;

before(async () => {
  server = await Server.prepared();
  server.runWith(PASSWORD, 'setup', '--url', server.base, '--title', 'The Harbour Post', '--admin-user', 'ann', '--admin-email', 'ann@example.org', '--admin-password-stdin');
  server.runWith(PASSWORD, 'user', 'create', 'ed', 'ed@example.org', '--role', 'editor', '--password-stdin');
  await server.listen();
  browser = await launch();
  page = await openPage(browser, server, { viewport: { width: 360, height: 740 } });
  page.setDefaultTimeout(Number(process.env.T ?? 60_000));
  page.on('dialog', (dialog) => dialog.accept());
  await signIn(page, server);
});

after(async () => {
  await browser?.close();
  await server?.stop();
});

/** Nothing for axe to find, in the light and in the dark, and nothing beyond the edge. */
async function checkedPage(what) {
  for (const colorScheme of ['dark', 'light']) {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    const { violations } = await new AxeBuilder({ page }).exclude('iframe').analyze();
    assert.deepEqual(violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html, any }) => `${html.slice(0, 200)} ${any[0]?.message ?? ''}`).join(' | ')}`), [], `${what}, ${colorScheme}`);
  }
  if (process.env.SHOTS) await page.screenshot({ path: `${process.env.SHOTS}/narrow-${what.replaceAll(' ', '-')}.png` });
  const wide = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
  assert.ok(wide <= 0, `${what} is ${wide} px too wide`);
}

/** What has the focus: its name, and whether it is seen to have it. */
const focused = () => page.evaluate(() => {
  const node = document.activeElement;
  const label = node.labels?.[0]?.innerText ?? node.getAttribute('aria-label') ?? document.getElementById(node.getAttribute('aria-labelledby'))?.innerText;
  const box = (node.matches('input[type=radio]') ? node.closest('label') ?? node : node).getBoundingClientRect();
  const [x, y] = [Math.min(Math.max(box.left + box.width / 2, 0), innerWidth - 1), Math.min(Math.max(box.top + Math.min(box.height / 2, 20), 0), innerHeight - 1)];
  const there = document.elementFromPoint(x, y);
  const seen = node.matches('iframe') || (!!there && (node.contains(there) || there.contains(node) || node.closest('label')?.contains(there)));
  return { name: (label || node.innerText || node.tagName).trim().split('\n')[0], tag: node.tagName, dialog: !!node.closest('[role=dialog]'), seen: !!seen };
});

/** Presses Tab until it leads to `name`, or round; what it led by. Whatever has the focus is in sight. */
async function tabTo(name, { within = () => true, max = 60 } = {}) {
  const way = [];
  for (let at = 0; at < max; at += 1) {
    await page.keyboard.press('Tab');
    const stop = await focused();
    way.push(stop.name);
    assert.ok(stop.seen, `${stop.name} (${stop.tag}) has the focus and is not seen: ${way.join(', ')}`);
    assert.ok(within(stop), `${stop.name} is outside: ${way.join(', ')}`);
    if (typeof name === 'string' ? stop.name === name : name.test(stop.name)) return way;
  }
  assert.fail(`Tab does not lead to ${name}: ${way.join(', ')}`);
}

test('two versions are merged on a telephone, by keyboard alone', async () => {
  const made = JSON.parse(server.runWith(paragraphs('The boats came in before six.', 'They brought herring.', 'It was cold.'), 'post', 'create', '-', '--title', 'A title of the length that a newspaper gives to its longest reports', '--publish', '--json'));
  await page.goto(`${server.base}/wp-admin/post.php?post=${made.id}&action=edit`);
  const canvas = page.frameLocator('iframe[name="editor-canvas"]');
  await canvas.getByText('They brought herring.').click();
  await page.keyboard.press('End');
  await page.keyboard.type(' Ann counted it.');
  server.runWith(paragraphs('The boats came in before five.', 'They brought herring. Ed weighed it.', 'It was cold.'), 'post', 'update', String(made.id), '-', '--user', 'ed');
  await page.keyboard.press('Control+s');
  const dialog = page.getByRole('dialog', { name: /Two versions of/ });
  await dialog.getByText('1 still to choose').waitFor();
  await checkedPage('merge dialog');
  const inside = { within: (stop) => stop.dialog };
  // All the way round, and never out.
  const first = await tabTo(/./, inside);
  const round = [...first, ...await tabTo(first[0], inside)];
  for (const name of ['Keep mine', 'Take theirs', 'Save merged version', 'Go there']) {
    assert.ok(round.includes(name), `${name} is reached: ${round.join(', ')}`);
  }
  await tabTo('Go there', inside);
  await page.keyboard.press('Enter');
  await page.keyboard.press('Space');
  await dialog.getByText('Everything is chosen').waitFor();
  await tabTo('Save merged version', inside);
  await page.keyboard.press('Enter');
  await dialog.waitFor({ state: 'detached' });
  await page.getByText('Post updated.').first().waitFor();
  const now = JSON.parse(server.run('post', 'show', String(made.id), '--json'));
  assert.equal(now.content, paragraphs('The boats came in before five.', 'They brought herring. Ann counted it.', 'It was cold.'));
  await page.goto('about:blank');
});

test('Markdown is written, looked at and published on a telephone, by keyboard alone', async () => {
  await page.goto(`${server.base}/wp-admin/post-new.php?format=markdown`);
  const source = page.getByRole('textbox', { name: 'Text', exact: true });
  await source.waitFor();
  await checkedPage('Markdown, empty');
  await page.locator('body').focus();
  await tabTo(/title/i);
  await page.keyboard.type('Tides of the week');
  await tabTo('Text');
  await page.keyboard.type('## High water\n\nMonday **06:12**.');
  await checkedPage('Markdown, written');
  // Tab leads out of the text again.
  const way = await tabTo(/./);
  assert.notEqual(way[0], 'Text');
  await page.locator('body').press('Control+s');
  await page.waitForFunction(() => /saved/i.test(document.querySelector('.md-state')?.textContent ?? ''));
  assert.deepEqual(page.problems.filter((problem) => !problem.includes('409')), []);
});
