// An editor's way through the block editor in a real Chromium, and what readers get of it. There are three servers, and
// each request goes to the next of them.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Fleet, PASSWORD, launch, openPage, setUp } from './server.mjs';

const TITLE = 'A morning at the harbour';
// A green square of 8 × 8 pixels.
const PICTURE = Buffer.from('iVBORw0KGgoAAAANSUhEUgAAAAgAAAAICAIAAABLbSncAAAAEUlEQVR42mPQqLDBihiGlgQAeQM3Aa5x6b0AAAAASUVORK5CYII=', 'base64');

let server;
let browser;
let page;
let requests;

before(async () => {
  server = await Fleet.start();
  browser = await launch();
  page = await openPage(browser, server, { viewport: { width: 1280, height: 900 } });
  page.setDefaultTimeout(30_000);
  page.on('request', (request) => requests?.push(`${request.method()} ${request.url()}`));
  await setUp(page, server);
  await page.context().clearCookies();
});

after(async () => {
  await browser?.close();
  await server?.stop();
});

const canvas = () => page.frameLocator('iframe[name="editor-canvas"]');
const title = () => canvas().getByRole('textbox', { name: 'Add title' });

/** Waits for the editor to take text. */
async function editable() {
  await title().waitFor();
}

/** Content as the editor would save it, and blocks it holds to be damaged. */
const edited = () => page.evaluate(() => {
  const all = (blocks) => blocks.flatMap((block) => [block, ...all(block.innerBlocks)]);
  const blocks = all(window.wp.data.select('core/block-editor').getBlocks());
  return {
    content: window.wp.data.select('core/editor').getEditedPostContent(),
    names: blocks.map(({ name }) => name),
    invalid: blocks.filter(({ isValid }) => !isValid).map(({ name }) => name),
    id: window.wp.data.select('core/editor').getCurrentPostId(),
  };
});

async function published() {
  const saved = page.waitForResponse((answer) => /\/wp\/v2\/posts\/\d+/.test(answer.url()) && answer.request().method() === 'POST' && answer.ok());
  await page.getByRole('button', { name: 'Publish', exact: true }).click();
  await page.getByRole('region', { name: 'Editor publish' }).getByRole('button', { name: 'Publish', exact: true }).click();
  return (await saved).json();
}

test('an editor signs in and finds the way to a new post', async () => {
  await page.goto(`${server.base}/wp-admin/post-new.php`);
  await page.getByLabel('Username or email address').fill('ann');
  await page.getByLabel('Password').fill(PASSWORD);
  await page.locator('form button[type=submit]').click();
  await page.waitForURL(/\/wp-admin\/post-new\.php$/);
  await page.goto(`${server.base}/wp-admin/`);
  await page.waitForLoadState('networkidle');
  page.problems.length = 0;
  requests = [];
  await page.getByRole('link', { name: 'Add new' }).click();
  await editable();
  assert.ok(page.url().includes('/wp-admin/post-new.php'));
  const asked = requests.filter((request) => request.includes('/wp-json/'));
  assert.ok(asked.length <= 8, `the page brings the first answers along: ${asked.join('\n')}`);
});

test('text, a heading, a list and a picture are written and published', async () => {
  await title().fill(TITLE);
  await title().press('Enter');
  await page.keyboard.type('The boats came in before six.');
  await page.keyboard.press('Enter');
  await page.keyboard.type('## What they brought');
  await page.keyboard.press('Enter');
  await page.keyboard.type('- herring');
  await page.keyboard.press('Enter');
  await page.keyboard.type('cod');
  await page.keyboard.press('Enter');
  await page.keyboard.press('Enter');
  await page.keyboard.type('/image');
  await page.getByRole('option', { name: 'Image', exact: true }).click();
  const chooser = page.waitForEvent('filechooser');
  await canvas().getByRole('button', { name: 'Upload' }).click();
  await (await chooser).setFiles({ name: 'harbour.png', mimeType: 'image/png', buffer: PICTURE });
  await canvas().locator('.wp-block-image img[src*="/wp-content/uploads/"]').waitFor();

  await page.getByRole('tab', { name: 'Post', exact: true }).click();
  await page.getByRole('button', { name: 'Categories' }).click();
  await page.getByRole('button', { name: 'Add New Category' }).click();
  await page.getByRole('textbox', { name: 'New Category Name' }).fill('Harbour');
  await page.locator('form.editor-post-taxonomies__hierarchical-terms-add, form').getByRole('button', { name: 'Add New Category' }).last().click();
  await page.getByRole('checkbox', { name: 'Harbour' }).waitFor();
  await page.getByRole('checkbox', { name: 'Harbour' }).check();

  const { content, names } = await edited();
  assert.deepEqual(names, ['core/paragraph', 'core/heading', 'core/list', 'core/list-item', 'core/list-item', 'core/image']);
  assert.match(content, /<h2 class="wp-block-heading">What they brought<\/h2>/, 'the hooks that add classes are in the bundle');
  assert.match(content, /<ul class="wp-block-list">/);
  const post = await published();
  assert.equal(post.status, 'publish');
  await page.waitForURL(/\/wp-admin\/post\.php\?post=\d+&action=edit/);
});

test('readers see it', async () => {
  const { id } = await edited();
  const api = await server.seen(`${server.base}/wp-json/wp/v2/posts/${id}`, (text) => text.includes(TITLE));
  const html = await server.seen(JSON.parse(api).link, (text) => text.includes(`${TITLE}</h1>`));
  assert.match(html, /<p[^>]*>The boats came in before six\.<\/p>/);
  assert.match(html, /<h2 class="wp-block-heading">What they brought<\/h2>/);
  assert.match(html, /<li>herring<\/li>\s*<li>cod<\/li>/);
  assert.match(html, /href="[^"]*\/category\/harbour\/"/);
  const picture = html.match(/<img[^>]* src="([^"]*\/wp-content\/uploads\/[^"]*harbour[^"]*)"/);
  assert.ok(picture, 'the picture is shown');
  const file = await fetch(picture[1]);
  assert.equal(file.headers.get('content-type'), 'image/png');
});

test('it opens again undamaged, is changed and updated', async () => {
  await page.goto(page.url());
  await editable();
  await canvas().getByText('The boats came in before six.').click();
  const { invalid, names, id } = await edited();
  assert.deepEqual(invalid, []);
  assert.equal(names.length, 6);
  await page.keyboard.press('End');
  await page.keyboard.type(' It was cold.');
  await page.getByRole('button', { name: 'Save', exact: true }).click();
  await page.getByText('Post updated.').first().waitFor();
  await server.seen(`${server.base}/?p=${id}`, (text) => /before six\. It was cold\./.test(text));
});

test('what is not saved yet is shown to its writer alone', async () => {
  await canvas().getByText('It was cold.').click();
  await page.keyboard.press('End');
  await page.keyboard.type(' And wet.');
  await page.getByRole('button', { name: 'View', exact: true }).click();
  const opened = page.context().waitForEvent('page');
  await page.getByRole('menuitem', { name: 'Preview in new tab' }).click();
  const preview = await opened;
  await preview.getByText('It was cold. And wet.').waitFor();
  const { link } = await page.evaluate(() => window.wp.data.select('core/editor').getCurrentPost());
  assert.ok(!(await (await fetch(link)).text()).includes('And wet.'));
  await preview.close();
  await page.getByRole('button', { name: 'Save', exact: true }).click();
  await page.getByText('Post updated.').first().waitFor();
});

test('a page takes a picture from the library and one that is pasted, and goes to the trash', async () => {
  await page.goto(`${server.base}/wp-admin/edit.php?post_type=page`);
  await page.getByRole('link', { name: 'Add new' }).click();
  await editable();
  await title().fill('Where we are');
  await title().press('Enter');
  await page.keyboard.type('/image');
  await page.getByRole('option', { name: 'Image', exact: true }).click();
  await canvas().getByRole('button', { name: 'Media Library' }).click();
  const library = page.getByRole('dialog');
  await library.getByRole('searchbox', { name: 'Search the library' }).fill('no such thing');
  await library.getByText('Nothing matches.').waitFor();
  await library.getByRole('searchbox', { name: 'Search the library' }).fill('harb');
  await library.getByRole('option', { name: 'harbour' }).click();
  await library.getByRole('button', { name: 'Use this' }).click();
  const pictures = canvas().locator('.wp-block-image img[src*="/wp-content/uploads/"]');
  await pictures.first().waitFor();

  await canvas().getByRole('document', { name: 'Block: Image' }).press('Enter');
  await canvas().getByRole('document', { name: 'Empty block' }).waitFor();
  await page.frame('editor-canvas').evaluate((bytes) => {
    const clipboardData = new DataTransfer();
    clipboardData.items.add(new File([new Uint8Array(bytes)], 'pasted.png', { type: 'image/png' }));
    document.activeElement.dispatchEvent(new ClipboardEvent('paste', { clipboardData, bubbles: true, cancelable: true }));
  }, [...PICTURE]);
  await pictures.nth(1).waitFor();
  const { content, names } = await edited();
  assert.deepEqual(names, ['core/image', 'core/image']);
  assert.match(content, /uploads\/[^"]*harbour[^"]*\.png/);

  await page.getByRole('button', { name: 'Save draft' }).click();
  await page.getByRole('button', { name: 'Saved' }).waitFor();
  await page.getByRole('tab', { name: 'Page', exact: true }).click();
  await page.getByRole('region', { name: 'Editor settings' }).getByRole('button', { name: 'Actions' }).click();
  await page.getByRole('menuitem', { name: 'Move to trash' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Trash', exact: true }).click();
  await page.waitForURL(/\/wp-admin\/edit\.php\?post_type=page/);
  await page.getByText('Page moved to the trash.').first().waitFor();
  await page.getByRole('link', { name: 'About' }).waitFor();
  assert.equal(await page.locator('table').getByText('Where we are').count(), 0, 'it is in the trash');
});

test('on a phone it fits, and text can be written', async () => {
  const context = await browser.newContext({ storageState: await page.context().storageState(), viewport: { width: 360, height: 740 }, isMobile: true, hasTouch: true });
  const phone = await context.newPage();
  await phone.goto(`${server.base}/wp-admin/post-new.php`);
  const frame = phone.frameLocator('iframe[name="editor-canvas"]');
  await frame.getByRole('textbox', { name: 'Add title' }).fill('From the quay');
  assert.ok(await phone.evaluate(() => document.documentElement.scrollWidth <= innerWidth), 'no sideways scrolling');
  await phone.getByRole('button', { name: 'Publish', exact: true }).tap();
  await phone.getByRole('region', { name: 'Editor publish' }).getByRole('button', { name: 'Publish', exact: true }).tap();
  await phone.getByText('is now live').waitFor();
  await context.close();
});

test('nothing went wrong on the way, and nothing was asked of other hosts', async () => {
  assert.deepEqual(page.problems, []);
  for (const { base } of server.servers) {
    const figures = await (await fetch(`${base}/metrics`)).text();
    assert.match(figures, /^bucketpress_http_requests_total\{class="Rest",status="200"\} [1-9]/m, `${base} had a part in it`);
  }
  assert.ok(requests.length > 0);
});
