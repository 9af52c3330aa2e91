// The versions of a post: found from the editor, compared, restored; by keyboard, on a phone, in the dark, and many.

import AxeBuilder from '@axe-core/playwright';
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { PASSWORD, Server, launch, openPage, signIn } from './server.mjs';
import { PICTURE, paragraphs } from './writing.mjs';

let server;
let browser;
let page;
let request;

before(async () => {
  server = await Server.prepared();
  server.runWith(PASSWORD, 'setup', '--url', server.base, '--title', 'The Harbour Post', '--admin-user', 'ann', '--admin-email', 'ann@example.org', '--admin-password-stdin');
  await server.listen();
  browser = await launch();
  page = await openPage(browser, server, { viewport: { width: 1280, height: 900 } });
  page.setDefaultTimeout(Number(process.env.T ?? 60_000));
  ({ request } = page.context());
  await signIn(page, server);
  page.problems.length = 0;
});

after(async () => {
  await browser?.close();
  await server?.stop();
});

/** Saves versions of a post, the first of which makes it; returns its id. */
async function versions(...saves) {
  const nonce = await (await request.get(`${server.base}/wp-admin/admin-ajax.php?action=rest-nonce`)).text();
  let id = '';
  for (const data of saves) {
    const answer = await request.post(`${server.base}/wp-json/wp/v2/posts/${id}`.replace(/\/$/, ''), { headers: { 'X-WP-Nonce': nonce }, data });
    assert.ok(answer.ok(), await answer.text());
    ({ id } = await answer.json());
  }
  return id;
}

/** Nothing for axe to find, in the light and in the dark. */
async function checkedPage(what) {
  for (const colorScheme of ['dark', 'light']) {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    const { violations } = await new AxeBuilder({ page }).analyze();
    assert.deepEqual(violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html, any }) => `${html.slice(0, 200)} ${any[0]?.message ?? ''}`).join(' | ')}`), [], `${what}, ${colorScheme}`);
  }
}

const numbers = async (id) => {
  const nonce = await (await request.get(`${server.base}/wp-admin/admin-ajax.php?action=rest-nonce`)).text();
  const list = await (await request.get(`${server.base}/wp-json/wp/v2/posts/${id}/revisions?per_page=100&_fields=id`, { headers: { 'X-WP-Nonce': nonce } })).json();
  return list.map((entry) => entry.id).reverse();
};

const marked = (side, mark) => page.locator(`.rv-unit.is-changed .is-${side} .bp-visual`).first()
  .evaluate((node, name) => [...node.shadowRoot.querySelectorAll(name)].map((one) => one.textContent), mark);
const summary = () => page.locator('.rv-summary').textContent();
const slider = () => page.getByRole('slider', { name: 'Version' });

test('the editor leads to them; two are compared as read and as stored', async () => {
  const id = await versions(
    { title: 'Harbour', content: paragraphs('The boats came in before six.', 'It was cold.', 'Gone soon.'), status: 'draft' },
    { content: paragraphs('The boats came in before five.', 'It was cold.') },
    { title: 'The harbour', status: 'publish', content: paragraphs('The boats came in before five.', 'It was cold.', '<img src=x onerror=alert(1)>New.') },
  );
  await page.goto(`${server.base}/wp-admin/post.php?post=${id}&action=edit`);
  await page.getByRole('link', { name: '3', exact: true }).or(page.locator('.editor-private-post-last-revision__button')).first().click();
  await page.waitForURL(/revision\.php\?revision=\d+/);
  await page.getByRole('heading', { name: /Revisions of The harbour/ }).waitFor();
  page.problems.length = 0;
  assert.match(await summary(), /title, 1 block added, \d settings changed/);
  assert.match(await page.locator('.rv-details').textContent(), /StatusDraft→Published/);
  const added = page.locator('.rv-unit.is-added .bp-visual').first();
  assert.ok(!(await added.evaluate((node) => node.shadowRoot.innerHTML)).includes('onerror'), 'what is shown runs nothing');
  await page.getByRole('button', { name: 'Earlier version' }).click();
  await page.getByText('1 block changed, 1 block removed').waitFor();
  assert.deepEqual([await marked('before', 'del'), await marked('after', 'ins')], [['six.'], ['five.']]);
  await checkedPage('two versions');
  await page.getByRole('radio', { name: 'Source' }).click();
  assert.match(await page.locator('.rv-unit.is-changed .is-before .bp-source').innerHTML(), /&lt;p&gt;The boats came in before <del>six<\/del>/);
  await page.getByLabel('Compare with').selectOption('current');
  await page.getByText(/title, 1 block added/).waitFor();
  assert.match(page.url(), /from=\d+/);
  // The picture the text names does not exist; whenever the browser says so, nothing else went wrong.
  assert.deepEqual(page.problems.filter((problem) => !problem.includes('/wp-admin/x')), []);
});

test('what a version had beside its texts is compared: terms, picture, place, fields of its own', async () => {
  const nonce = await (await request.get(`${server.base}/wp-admin/admin-ajax.php?action=rest-nonce`)).text();
  const post = async (path, options) => (await request.post(`${server.base}/wp-json/wp/v2/${path}`, { ...options, headers: { 'X-WP-Nonce': nonce, ...options.headers } })).json();
  const category = await post('categories', { data: { name: 'Harbour' } });
  const tags = [await post('tags', { data: { name: 'fog' } }), await post('tags', { data: { name: 'ice' } })];
  const picture = await post('media', { data: PICTURE, headers: { 'Content-Type': 'image/png', 'Content-Disposition': 'attachment; filename="quay.png"' } });
  const id = await versions(
    { title: 'Beside', content: paragraphs('One.'), status: 'publish', tags: [tags[0].id] },
    { categories: [category.id], tags: tags.map((tag) => tag.id), featured_media: picture.id, sticky: true, format: 'aside' },
    { sticky: false, password: 'secret' },
  );
  await page.goto(`${server.base}/wp-admin/revision.php?post=${id}`);
  await page.getByText('2 settings changed').waitFor();
  await page.getByRole('button', { name: 'Earlier version' }).click();
  await page.getByText('5 settings changed').waitFor();
  const shown = await page.locator('.rv-details dl > div').allInnerTexts();
  assert.deepEqual(shown.map((text) => text.replaceAll(/\s+/g, ' ')), [
    'Categories Uncategorized → Harbour', 'Tags fog → fog, ice', 'Format Standard → aside', 'Featured image none → quay',
    'On top of the front page No → Yes',
  ]);
  await page.locator('.rv-details img').evaluate((image) => image.decode());
  assert.ok(!(await page.content()).includes('secret'), 'which password it was is nobody\'s business');
  await checkedPage('settings');
});

test('versions in Markdown are compared as they are read', async () => {
  const id = await versions(
    { title: 'Tides', content: 'High at *six*.\n\n- herring\n', content_format: 'markdown', status: 'draft' },
    { content: 'High at *seven*.\n\n- herring\n', content_format: 'markdown' },
  );
  await page.goto(`${server.base}/wp-admin/revision.php?post=${id}`);
  await page.locator('.rv-unit.is-changed').waitFor();
  assert.equal(await summary(), '1 block changed');
  assert.deepEqual([await marked('before', 'em del'), await marked('after', 'em ins')], [['six'], ['seven']]);
  await page.getByRole('radio', { name: 'Source' }).click();
  assert.match(await page.locator('.rv-unit.is-changed .is-after .bp-source').innerHTML(), /High at \*<ins>seven<\/ins>\*/);
});

test('an earlier version is restored as a new one, by keyboard', async () => {
  const id = await versions({ title: 'First', content: paragraphs('One.'), status: 'publish' }, { title: 'Second', content: paragraphs('Two.') });
  await page.goto(`${server.base}/wp-admin/revision.php?post=${id}`);
  await slider().focus();
  await page.keyboard.press('ArrowLeft');
  assert.match(await slider().getAttribute('aria-valuetext'), /Version 1 of 2, ann/);
  await page.getByRole('button', { name: 'Restore this version' }).press('Enter');
  const dialog = page.getByRole('dialog');
  assert.match(await dialog.textContent(), /readers see them at once/);
  await checkedPage('restoring');
  await dialog.getByRole('button', { name: 'Restore' }).press('Enter');
  await page.waitForURL(/post\.php\?post=\d+&action=edit/);
  await page.getByText('The earlier version is restored').first().waitFor();
  assert.ok(!page.url().includes('restored'));
  const shown = JSON.parse(server.run('post', 'show', String(id), '--json'));
  assert.deepEqual([shown.title, shown.content], ['First', paragraphs('One.')]);
  assert.equal((await numbers(id)).length, 3);
  assert.match(await (await fetch(shown.link)).text(), /One\./);
});

test('nothing is restored over what somebody saved meanwhile', async () => {
  const id = await versions({ title: 'Race', content: paragraphs('One.'), status: 'publish' }, { content: paragraphs('Two.') });
  const [first] = await numbers(id);
  await page.goto(`${server.base}/wp-admin/revision.php?revision=${first}`);
  await page.getByRole('button', { name: 'Restore this version' }).click();
  server.runWith(paragraphs('Three.'), 'post', 'update', String(id), '-');
  await page.getByRole('dialog').getByRole('button', { name: 'Restore' }).click();
  await page.getByText(/Nothing was restored/).waitFor();
  await page.getByRole('link', { name: 'Back to its versions' }).click();
  await page.getByText('3 versions').waitFor();
  assert.equal(JSON.parse(server.run('post', 'show', String(id), '--json')).content, paragraphs('Three.'));
});

test('what is not there, or not theirs, is said', async () => {
  const absent = await request.get(`${server.base}/wp-admin/revision.php?revision=999999`);
  assert.equal(absent.status(), 404);
  const id = await versions({ title: 'Mine', content: 'x' });
  const stranger = await fetch(`${server.base}/wp-admin/revision.php?post=${id}`, { redirect: 'manual' });
  assert.equal(stranger.status, 303);
  assert.equal((await fetch(`${server.base}/wp-admin/revision.php?post=${id}&as=json`, { redirect: 'manual' })).status, 401);
  const forged = await request.post(`${server.base}/wp-admin/revision.php`, { form: { post: id, revision: 1, base: 'x', _wpnonce: '0' } });
  assert.equal(forged.status(), 403);
  await page.goto(`${server.base}/wp-admin/revision.php?post=${id}`);
  await page.getByText('There is only one version yet').waitFor();
});

test('five hundred versions open with as few requests and as few rows as five', async () => {
  const many = await versions({ title: 'Long', content: paragraphs('0'), status: 'publish' });
  const nonce = await (await request.get(`${server.base}/wp-admin/admin-ajax.php?action=rest-nonce`)).text();
  for (let batch = 0; batch < 20; batch += 1) {
    const requests = Array.from({ length: 25 }, (_, at) => ({ method: 'POST', path: `/wp/v2/posts/${many}`, body: { content: paragraphs(`Version ${batch * 25 + at + 1}.`) } }));
    const answer = await request.post(`${server.base}/wp-json/batch/v1`, { headers: { 'X-WP-Nonce': nonce }, data: { requests } });
    assert.equal(answer.status(), 207, await answer.text());
  }
  const few = await versions(...Array.from({ length: 5 }, (_, at) => ({ title: 'Short', content: paragraphs(`${at}`) })));
  const cost = async (id) => {
    const asked = [];
    const note = (outgoing) => asked.push(outgoing.url());
    const [newest] = (await numbers(id)).slice(-1);
    page.on('request', note);
    await page.goto(`${server.base}/wp-admin/revision.php?revision=${newest}`);
    await page.locator('.rv-unit.is-changed').first().waitFor();
    await page.waitForLoadState('networkidle');
    page.off('request', note);
    return { asked: asked.length, rows: await page.locator('.rv-item').count() };
  };
  const [small, large] = [await cost(few), await cost(many)];
  assert.equal(large.asked, small.asked, 'the list comes along, and two bodies');
  assert.ok(large.rows < 60, `${large.rows} of 501 rows are in the page`);
  await page.getByText('501 versions').waitFor();
  await slider().focus();
  await page.keyboard.press('Home');
  await page.getByText('Before the first version').waitFor();
  await page.locator('.rv-item.is-to').waitFor();
});

test('it fits a phone, and the dark', async () => {
  const id = await versions({ title: 'A title that goes on for longer than any screen that fits a pocket has room for', content: paragraphs('One, two, three.') }, { content: paragraphs('One, two, four.') });
  await page.emulateMedia({ colorScheme: 'dark' });
  await page.setViewportSize({ width: 360, height: 740 });
  await page.goto(`${server.base}/wp-admin/revision.php?post=${id}`);
  await page.locator('.rv-unit.is-changed').first().waitFor();
  assert.equal(await page.evaluate(() => document.documentElement.scrollWidth), 360, 'nothing sticks out');
  await checkedPage('phone');
  await page.emulateMedia({ colorScheme: 'dark' });
  const light = await page.evaluate(() => getComputedStyle(document.documentElement).backgroundColor);
  assert.equal(light, 'rgb(23, 22, 20)');
});
