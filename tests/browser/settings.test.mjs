// What there is to a post beside its blocks: terms, address, excerpt, picture, date, password, preview, source, trash;
// and what the editor keeps to itself: few requests, no other host, a strict policy, preferences of its user.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { PASSWORD, openPage, signIn } from './server.mjs';
import { PICTURE, Writer } from './writing.mjs';

let writer;
let post;
before(async () => { writer = await Writer.start(); });
after(() => writer?.stop());

const press = (key) => writer.page.keyboard.press(key);
const reads = async () => (await writer.reads(post.link)).html;
const row = (name) => writer.settings.getByRole('button', { name });

test('the editor opens on few requests, none of another host, under a strict policy', async () => {
  const asked = [];
  writer.page.on('request', (request) => asked.push(request.url()));
  const policy = writer.page.waitForResponse((answer) => answer.url().includes('/wp-admin/post-new.php'));
  await writer.begin('A quiet harbour');
  const api = asked.filter((url) => url.includes('/wp-json/'));
  assert.ok(api.length <= 8, api.join('\n'));
  assert.deepEqual(asked.filter((url) => url.startsWith('http') && !url.startsWith(writer.base)), []);
  const directives = (await policy).headers()['content-security-policy'];
  assert.match(directives, /default-src 'none'/);
  assert.match(directives, /script-src 'self' 'sha256-/);
  assert.doesNotMatch(directives.match(/script-src[^;]*/)[0], /unsafe|\*/);
  await writer.api('/wp/v2/users', { method: 'POST', data: { username: 'bea', email: 'bea@example.org', password: PASSWORD, roles: ['author'] } });
});

test('the way back shows the site\'s icon', async () => {
  const back = writer.page.locator('.edit-post-fullscreen-mode-close');
  assert.equal(await back.locator('img').count(), 0, 'without one, our own mark');
  assert.equal(await back.locator('svg path[d^="M12.158,12.786"]').count(), 0, 'never another project\'s logo');
  await writer.api('/wp/v2/settings', { method: 'POST', data: { site_icon: await icon() } });
  await writer.begin('A quiet harbour');
  assert.match(await back.locator('img').getAttribute('src'), /icon/);
});

const icon = () => writer.page.evaluate(async (bytes) => {
  const body = new FormData();
  body.append('file', new File([new Uint8Array(bytes)], 'icon.png', { type: 'image/png' }));
  return (await window.wp.apiFetch({ path: '/wp/v2/media', method: 'POST', body })).id;
}, [...PICTURE]);

test('categories and tags, new ones too', async () => {
  await writer.title.press('Enter');
  await writer.page.keyboard.type('Some text.');
  await writer.tab('Post');
  await row('Categories').click();
  await row('Add New Category').click();
  await writer.settings.getByRole('textbox', { name: 'New Category Name' }).fill('Harbour');
  await row('Add New Category').last().click();
  await writer.settings.getByRole('checkbox', { name: 'Harbour' }).waitFor();
  await writer.settings.getByRole('button', { name: 'Tags', exact: true }).click();
  await writer.settings.getByRole('combobox', { name: 'Add New Tag' }).fill('boats');
  await press('Enter');
  await writer.settings.getByText('boats').first().waitFor();
});

test('slug, excerpt, featured image, author, sticky', async () => {
  await row(/Change link/).click();
  await writer.page.getByRole('textbox', { name: 'Slug' }).fill('my-own-slug');
  await press('Escape');
  await row(/Add an excerpt/).click();
  await writer.page.getByRole('textbox', { name: 'Write an excerpt (optional)' }).fill('In short.');
  await press('Tab');
  await press('Escape');
  await row('Set featured image').click();
  const library = writer.page.getByRole('dialog');
  await writer.upload(library.getByRole('button', { name: 'Upload' }), { name: 'front.png', mimeType: 'image/png', buffer: PICTURE });
  await library.getByRole('option', { name: 'front' }).waitFor();
  await library.getByRole('button', { name: 'Use this' }).click();
  await writer.settings.locator('img[src*="front"]').waitFor();
  await row(/Change author/).click();
  await writer.page.getByRole('combobox', { name: 'Author' }).selectOption({ label: 'bea' });
  await press('Escape');
  await row(/Change status/).click();
  await writer.page.getByRole('checkbox', { name: /Sticky/ }).check();
  await press('Escape');
});

test('scheduled, it is not there yet; taken off the schedule, it is a draft; published, readers see all of it', async () => {
  await row(/Change date/).click();
  await writer.page.getByRole('spinbutton', { name: 'Year' }).fill('2031');
  await press('Tab');
  await press('Escape');
  const saved = writer.saving();
  await writer.page.getByRole('button', { name: /^Schedule/ }).click();
  const panel = writer.page.getByRole('region', { name: 'Editor publish' });
  await panel.getByRole('button', { name: 'Schedule', exact: true }).click();
  post = await (await saved).json();
  await panel.getByRole('button', { name: 'Close panel' }).click();
  assert.equal(post.status, 'future');
  assert.equal((await writer.reads(post.link)).status, 404);

  await writer.tab('Post');
  await row(/Change date/).click();
  await writer.page.getByRole('button', { name: 'Now', exact: true }).click();
  await press('Escape');
  await row(/Change status/).click();
  await writer.page.getByRole('radio', { name: /Draft/ }).check();
  await press('Escape');
  const unscheduled = writer.saving();
  await writer.page.getByRole('button', { name: 'Save draft', exact: true }).or(writer.page.getByRole('button', { name: 'Save', exact: true })).first().click();
  post = await (await unscheduled).json();
  assert.equal(post.status, 'draft');
  assert.equal((await writer.reads(post.link)).status, 404);

  post = await writer.publish();
  assert.match(post.link, /\/my-own-slug\/$/);
  const html = await reads();
  assert.match(html, /<p[^>]*>Some text\.<\/p>/);
  assert.match(html, /href="[^"]*\/category\/harbour\/"/);
  assert.match(html, /href="[^"]*\/tag\/boats\/"/);
  assert.match(html, /<img[^>]* src="[^"]*front[^"]*\.png"/);
  assert.match(html, /In short\./);
  assert.match(html, /By <a href="[^"]*\/author\/bea\/"/);
  await fetch(`${writer.base}/`);
  const other = await writer.api('/wp/v2/posts', { method: 'POST', data: { title: 'Newer', status: 'publish', content: 'x' } });
  const front = (await writer.reads(`${writer.base}/`)).html;
  assert.ok(front.indexOf('A quiet harbour') < front.indexOf('Newer'), 'sticky posts come first');
  await writer.api(`/wp/v2/posts/${other.id}?force=true`, { method: 'DELETE' });
});

test('a preview shows what is not saved yet, to its writer alone', async () => {
  await writer.canvas.getByText('Some text.').click();
  await press('End');
  await writer.page.keyboard.type(' And more.');
  await writer.page.getByRole('button', { name: 'View', exact: true }).click();
  const opened = writer.page.context().waitForEvent('page');
  await writer.page.getByRole('menuitem', { name: 'Preview in new tab' }).click();
  const preview = await opened;
  await preview.getByText('Some text. And more.').waitFor();
  assert.ok(!(await reads()).includes('And more.'));
  await preview.close();
  post = await writer.update();
  assert.match(await reads(), /Some text\. And more\./);
});

test('a password keeps the text from readers who do not know it', async () => {
  await writer.tab('Post');
  await row(/Change status/).click();
  await writer.page.getByRole('checkbox', { name: /Sticky/ }).uncheck();
  await writer.page.getByRole('checkbox', { name: /Password protected/ }).check();
  await writer.page.getByRole('textbox', { name: /Password/ }).last().fill('open sesame');
  await press('Tab');
  await press('Escape');
  post = await writer.update();
  assert.equal(post.password, 'open sesame');
  const html = await reads();
  assert.ok(!html.includes('Some text.') && html.includes('type="password"'));
  await row(/Change status/).click();
  await writer.page.getByRole('checkbox', { name: /Password protected/ }).uncheck();
  await press('Escape');
  post = await writer.update();
  assert.match(await reads(), /Some text\./);
});

test('its source can be written', async () => {
  await writer.page.getByRole('region', { name: 'Editor top bar' }).getByRole('button', { name: 'Options' }).click();
  await writer.page.getByRole('menuitemradio', { name: /Code editor/ }).click();
  const code = writer.page.getByRole('textbox', { name: 'Type text or HTML' });
  await code.fill(`${await code.inputValue()}\n\n<!-- wp:paragraph -->\n<p>Typed as code.</p>\n<!-- /wp:paragraph -->`);
  await writer.page.getByRole('button', { name: 'Exit code editor' }).click();
  await writer.canvas.getByText('Typed as code.').waitFor();
  post = await writer.update();
  assert.match(await reads(), /<p>Typed as code\.<\/p>/);
  assert.deepEqual((await writer.state()).names, ['core/paragraph', 'core/paragraph']);
});

test('preferences are those of their user, on whatever machine', async () => {
  const chosen = writer.page.waitForResponse((answer) => answer.url().includes('/users/me') && answer.request().postData()?.includes('"fixedToolbar":true') && answer.ok());
  await writer.page.getByRole('region', { name: 'Editor top bar' }).getByRole('button', { name: 'Options' }).click();
  await writer.page.getByRole('menuitemcheckbox', { name: /Top toolbar/ }).click();
  await press('Escape');
  await chosen;
  const elsewhere = await signedIn('ann');
  assert.equal(await toolbar(elsewhere), true);
  const other = await signedIn('bea');
  assert.notEqual(await toolbar(other), true);
});

const toolbar = async (page) => {
  await page.goto(`${writer.base}/wp-admin/post-new.php`);
  await page.frameLocator('iframe[name="editor-canvas"]').getByRole('textbox', { name: 'Add title' }).waitFor();
  const chosen = await page.evaluate(() => window.wp.data.select('core/preferences').get('core', 'fixedToolbar'));
  await page.context().close();
  return chosen;
};

async function signedIn(name) {
  const page = await openPage(writer.browser, writer.server, { viewport: { width: 1280, height: 900 } });
  await signIn(page, writer.server, name);
  return page;
}

test('trashed, it is gone', async () => {
  await writer.tab('Post');
  await writer.settings.getByRole('button', { name: 'Move to trash' }).click();
  await writer.page.getByRole('dialog').getByRole('button', { name: /trash/i }).click();
  await writer.page.waitForURL(/\/wp-admin\/(edit\.php)?\?.*trashed=1/);
  assert.equal((await writer.reads(post.link)).status, 404);
});

test('nothing went wrong on the way, and nothing was asked of other hosts', () => {
  assert.deepEqual(writer.page.problems, []);
});
