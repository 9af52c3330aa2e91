// Markdown in a real Chromium: a block of it, posts that are Markdown as a whole, and the way from there to blocks.

import AxeBuilder from '@axe-core/playwright';
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { PICTURE, Writer } from './writing.mjs';

let writer;
let post;
before(async () => { writer = await Writer.start(); });
after(() => writer?.stop());

const type = (text) => writer.page.keyboard.type(text);
const press = (key) => writer.page.keyboard.press(key);
const reads = async () => (await writer.reads(post.link)).html;
const source = () => writer.page.getByRole('textbox', { name: 'Text', exact: true });
const preview = () => writer.page.frameLocator('iframe[title="What readers will see"]');
const panel = () => writer.page.getByRole('complementary', { name: 'Settings' });
/** What the source holds, line by line. */
const written = () => source().locator('.cm-line').allInnerTexts();

async function saved(click) {
  const answer = writer.saving();
  await click();
  post = await (await answer).json();
  return post;
}

const give = (how, name) => source().evaluate((node, { how, name, bytes }) => {
  const data = new DataTransfer();
  data.items.add(new File([new Uint8Array(bytes)], name, { type: 'image/png' }));
  const { left, bottom } = node.getBoundingClientRect();
  const event = how === 'paste'
    ? new ClipboardEvent('paste', { clipboardData: data, bubbles: true, cancelable: true })
    : new DragEvent('drop', { dataTransfer: data, bubbles: true, cancelable: true, clientX: left + 60, clientY: bottom - 4 });
  node.dispatchEvent(event);
}, { how, name, bytes: [...PICTURE] });

/** Nothing for axe to find, in the light and in the dark. */
async function checkedPage(what) {
  for (const colorScheme of ['dark', 'light']) {
    await writer.page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    const { violations } = await new AxeBuilder({ page: writer.page }).exclude('iframe').analyze();
    assert.deepEqual(violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html, any }) => `${html.slice(0, 200)} ${any[0]?.message ?? ''}`).join(' | ')}`), [], `${what}, ${colorScheme}`);
  }
}

test('a block of Markdown is rendered while it is written, and stored so that Jetpack reads it', async () => {
  await writer.begin('A block of it');
  await writer.insert('Markdown');
  await writer.block('jetpack/markdown').getByRole('textbox', { name: 'Markdown' }).click();
  await type('## Tides\n\nHigh at *six* <b>o\'clock</b>.');
  await writer.block('jetpack/markdown').getByRole('heading', { name: 'Tides' }).waitFor();
  await writer.block('jetpack/markdown').getByText('High at six <b>').waitFor();
  post = await writer.publish();
  const stored = (await writer.api(`/wp/v2/posts/${post.id}?context=edit`)).content.raw;
  assert.equal(stored, '<!-- wp:jetpack/markdown {"source":"## Tides\\n\\nHigh at *six* \\u003cb\\u003eo\'clock\\u003c/b\\u003e."} -->\n'
    + '<div class="wp-block-jetpack-markdown"><h2>Tides</h2>\n<p>High at <em>six</em> &lt;b&gt;o\'clock&lt;/b&gt;.</p></div>\n<!-- /wp:jetpack/markdown -->');
  assert.match(await reads(), /<div class="wp-block-jetpack-markdown"><h2>Tides<\/h2>\s*<p>High at <em>six<\/em> &lt;b&gt;/);
  await writer.open(post.id);
  assert.deepEqual((await writer.state()).invalid, []);
});

test('a post of Markdown begins from the editor\'s menu, with what readers will see beside it', async () => {
  await writer.page.getByRole('region', { name: 'Editor top bar' }).getByRole('button', { name: 'Options' }).click();
  const link = writer.page.getByRole('menuitem', { name: 'New post in Markdown' });
  await writer.page.goto(new URL(await link.getAttribute('href'), `${writer.base}/wp-admin/`).href);
  await writer.page.getByRole('textbox', { name: 'Add title' }).fill('Tides of the week');
  await press('Enter');
  await type('## Monday\n\nHigh at *six*.');
  await preview().getByRole('heading', { name: 'Monday' }).waitFor();
  await preview().locator('em', { hasText: 'six' }).waitFor();
  assert.equal(await preview().locator('h1').innerText(), 'Tides of the week');
  const serif = await preview().locator('.entry-content p').evaluate((node) => getComputedStyle(node).fontFamily);
  assert.match(serif, /serif/, 'in the theme\'s own styles');
  await checkedPage('editor');
});

test('keys and tools mark text up', async () => {
  await source().click();
  await press('Control+End');
  await type('\n\nlow');
  await press('Shift+Home');
  await press('Control+b');
  assert.equal((await written()).at(-1), '**low**');
  await press('Control+b');
  assert.equal((await written()).at(-1), 'low', 'twice is not at all');
  await writer.page.getByRole('button', { name: 'List', exact: true }).click();
  assert.equal((await written()).at(-1), '- low');
  await press('End');
  await press('Enter');
  await type('lower');
  assert.deepEqual((await written()).slice(-2), ['- low', '- lower'], 'a list goes on');
  await press('Enter');
  await press('Enter');
});

test('pictures are pasted and dropped', async () => {
  for (const [how, name] of [['paste', 'pasted-one.png'], ['drop', 'dropped-one.png']]) {
    await source().click();
    await press('Control+End');
    await give(how, name);
    await preview().locator(`img[src*="${name.replace('.png', '')}"]`).waitFor();
  }
  assert.ok(!(await written()).join('\n').includes('Uploading'));
});

test('it is given categories, tags, address and excerpt, and is published', async () => {
  const settings = panel();
  await settings.getByRole('textbox', { name: 'New categories' }).fill('Harbour');
  await settings.getByRole('button', { name: 'Add', exact: true }).click();
  await settings.getByRole('checkbox', { name: 'Harbour' }).waitFor();
  await settings.getByRole('combobox', { name: 'Tags' }).fill('tides');
  await press('Enter');
  await settings.getByText('tides', { exact: true }).first().waitFor();
  await settings.getByRole('textbox', { name: 'Slug' }).fill('this-week');
  await settings.getByRole('textbox', { name: 'Excerpt' }).fill('When to sail.');
  await settings.getByRole('button', { name: 'Set featured image' }).click();
  const library = writer.page.getByRole('dialog');
  await library.getByRole('option', { name: /pasted/ }).click();
  await library.getByRole('button', { name: 'Use this' }).click();
  await settings.locator('img[src*="pasted-one"]').waitFor();
  await saved(() => writer.page.getByRole('button', { name: 'Publish', exact: true }).click());
  assert.deepEqual([post.status, post.content_format], ['publish', 'markdown']);
  await writer.page.waitForURL(/post\.php\?post=\d+&action=edit$/);
  const html = await reads();
  assert.match(html, /<h2 id="monday">Monday<\/h2>/);
  assert.match(html, /<ul>\s*<li>low<\/li>\s*<li>lower<\/li>/);
  assert.match(html, /<img [^>]*src="[^"]*pasted-one[^"]*\.png"/);
  assert.match(html, /<img [^>]*src="[^"]*dropped-one[^"]*\.png"/);
  assert.match(html, /href="[^"]*\/category\/harbour\/"/);
  assert.match(html, /href="[^"]*\/tag\/tides\/"/);
  assert.match(html, /When to sail\./);
  assert.match(post.link, /\/this-week\/$/);
});

test('opened again it is Markdown still, and is saved by keyboard', async () => {
  await writer.page.goto(`${writer.base}/wp-admin/post.php?post=${post.id}&action=edit`);
  await source().click();
  await press('Control+End');
  await type('\n\nAnd *more*.');
  await saved(() => press('Control+s'));
  assert.match(await reads(), /<p>And <em>more<\/em>\.<\/p>/);
});

test('it is scheduled, and taken off the schedule', async () => {
  await writer.page.goto(`${writer.base}/wp-admin/post-new.php?format=markdown`);
  await writer.page.getByRole('textbox', { name: 'Add title' }).fill('Later');
  await panel().getByLabel('Publish', { exact: true }).fill('2031-05-06T07:08');
  await saved(() => writer.page.getByRole('button', { name: 'Schedule', exact: true }).click());
  assert.deepEqual([post.status, post.date], ['future', '2031-05-06T07:08:00']);
  assert.equal((await writer.reads(post.link)).status, 404);
  await panel().getByRole('button', { name: 'Take off the schedule' }).click();
  await saved(() => writer.page.getByRole('button', { name: 'Save', exact: true }).click());
  assert.equal(post.status, 'draft');
});

test('what somebody else saved meanwhile is not overwritten unasked', async () => {
  await source().click();
  await type('mine');
  const api = `${writer.base}/wp-json/wp/v2/posts/${post.id}`;
  const nonce = await writer.page.evaluate(() => JSON.parse(document.getElementById('boot').textContent).nonce);
  const theirs = (content) => writer.page.request.post(api, { headers: { 'X-WP-Nonce': nonce }, data: { content } });
  await theirs('theirs');
  await press('Control+s');
  const dialog = writer.page.getByRole('dialog', { name: 'Two versions of “Later”' });
  await dialog.getByText('theirs', { exact: true }).waitFor();
  await saved(() => dialog.getByRole('button', { name: 'Keep mine' }).click());
  assert.equal(post.content.raw, 'mine');
  // Paragraph by paragraph: what only one side has changed is chosen already.
  await source().click();
  await press('Control+End');
  await type('\n\nAnd my second.');
  await theirs('Theirs first.\n\nmine');
  await press('Control+s');
  await dialog.getByText('Everything is chosen').waitFor();
  await checkedPage('merge dialog');
  await saved(() => dialog.getByRole('button', { name: 'Save merged version' }).click());
  assert.equal(post.content.raw, 'Theirs first.\n\nmine\n\nAnd my second.');
  await dialog.waitFor({ state: 'detached' });
  writer.page.problems.length = 0;
});

test('what was written and not saved comes back, from the server or the browser', async () => {
  const kept = writer.page.waitForResponse((answer) => answer.url().includes('/autosaves') && answer.ok());
  await source().click();
  await press('Control+End');
  await type(' and unsaved');
  await kept;
  const again = await writer.page.context().newPage();
  await again.goto(writer.page.url());
  await again.getByText(/You wrote something here until .* and did not save it/).first().waitFor();
  await again.getByRole('button', { name: 'Compare' }).click();
  const dialog = again.getByRole('dialog', { name: 'What you had not saved' });
  await dialog.getByText('Everything is chosen').waitFor();
  await dialog.getByRole('button', { name: 'Put into the editor' }).click();
  await again.getByRole('textbox', { name: 'Text', exact: true }).getByText('And my second. and unsaved').waitFor();
  await again.close({ runBeforeUnload: false });
});

test('converted, it is a post of blocks; the Markdown stays a revision', async () => {
  await writer.page.getByRole('textbox', { name: 'Add title' }).fill('Now in blocks');
  await source().click();
  await press('Control+a');
  await type('## Head\n\nText with *stress*.\n\n- one\ntwo');
  await press('Enter');
  await press('Enter');
  await type('```\nlet x = 1;\n```');
  await writer.page.getByRole('button', { name: 'More', exact: true }).click();
  await writer.page.getByRole('menuitem', { name: 'Convert to blocks…' }).click();
  await writer.page.getByRole('dialog').getByRole('button', { name: 'Convert' }).click();
  await writer.title.waitFor();
  await writer.canvas.getByText('Text with stress.').waitFor();
  const { names, invalid, content } = await writer.state();
  assert.deepEqual(names, ['core/heading', 'core/paragraph', 'core/list', 'core/list-item', 'core/list-item', 'core/code']);
  assert.deepEqual(invalid, []);
  assert.match(content, /<pre class="wp-block-code"><code>let x = 1;<\/code><\/pre>/);
  post = await writer.publish();
  assert.equal(post.content_format, 'html');
  assert.match(await reads(), /<h2 class="wp-block-heading">Head<\/h2>/);
  const revisions = await writer.api(`/wp/v2/posts/${post.id}/revisions?context=edit`);
  assert.match(revisions[1].content.raw, /^## Head\n\nText with \*stress\*/);
  await writer.open(post.id);
});

test('on a phone it fits', async () => {
  const context = await writer.browser.newContext({ storageState: await writer.page.context().storageState(), viewport: { width: 360, height: 740 }, isMobile: true, hasTouch: true });
  const phone = await context.newPage();
  await phone.goto(`${writer.base}/wp-admin/post-new.php?format=markdown`);
  await phone.getByRole('textbox', { name: 'Add title' }).fill('From the quay');
  assert.equal(await phone.evaluate(() => innerWidth), 360, 'nothing makes the page wider');
  for (const name of ['Save draft', 'Publish', 'Settings', 'More']) {
    const { x, width } = await phone.getByRole('button', { name, exact: true }).boundingBox();
    assert.ok(x + width <= 360, `${name} is in sight`);
  }
  await phone.getByRole('button', { name: 'Preview', exact: true }).tap();
  await phone.frameLocator('iframe').getByRole('heading', { name: 'From the quay' }).waitFor();
  await context.close();
});

test('nothing went wrong on the way, and nothing was asked of other hosts', () => {
  assert.deepEqual(writer.page.problems, []);
});
