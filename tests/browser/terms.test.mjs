// Categories and tags at the desk: added, renamed, moved, deleted; and what readers then find.

import AxeBuilder from '@axe-core/playwright';
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { PASSWORD, Server, launch, openPage, setUp, signIn } from './server.mjs';

let server;
let browser;
let page;
let post;

/** Asks the API as the page's user. */
const api = (method, path, body) => page.evaluate(async ([method, path, body]) => {
  const nonce = await (await fetch('/wp-admin/admin-ajax.php?action=rest-nonce')).text();
  const answer = await fetch(`/wp-json${path}`, { method, headers: { 'X-WP-Nonce': nonce, 'Content-Type': 'application/json' }, body: body && JSON.stringify(body) });
  if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
  return answer.json();
}, [method, path, body]);

const settled = async (where) => {
  await where.locator('h1').first().waitFor();
  await where.locator('.bp-bone').first().waitFor({ state: 'detached' });
  await where.locator('.is-busy').waitFor({ state: 'detached' });
};
const open = async (taxonomy) => {
  await page.goto(`${server.base}/wp-admin/edit-tags.php?taxonomy=${taxonomy}`);
  await settled(page);
};
const row = (text) => page.locator('tbody tr').filter({ hasText: text });
const told = (text) => page.locator('.bp-notices').getByText(text).waitFor();
const status = async (path) => (await fetch(`${server.base}${path}`)).status;
const act = async (text, name) => {
  await row(text).getByRole('button', { name: 'Actions' }).click();
  await page.getByRole('menuitem', { name, exact: true }).click();
};

before(async () => {
  server = await Server.start();
  browser = await launch();
  page = await openPage(browser, server, { viewport: { width: 1280, height: 900 } });
  page.setDefaultTimeout(Number(process.env.T ?? 30_000));
  await setUp(page, server, 'The Harbour Gazette');
  const { id } = await api('POST', '/wp/v2/tags', { name: 'Herrings & cod' });
  post = await api('POST', '/wp/v2/posts', { title: 'High water at six', status: 'publish', tags: [id], content: '<p>Bring boots.</p>' });
});
after(async () => {
  await browser?.close();
  await server?.stop();
});

test('a category is added below another, and a name in use is refused with nothing lost', async () => {
  await open('category');
  for (const [name, parent] of [['Harbour', null], ['Quays', 'Harbour']]) {
    await page.getByRole('button', { name: 'Add new' }).click();
    const dialog = page.getByRole('dialog', { name: 'New category' });
    await dialog.getByLabel('Name').fill(name);
    if (parent) await dialog.getByLabel('Parent').selectOption({ label: parent });
    await dialog.getByRole('button', { name: 'Add category' }).click();
    await told(`“${name}” was added.`);
    await row(name).first().waitFor();
  }
  await row('Quays').getByText('below Harbour').waitFor();
  await page.getByRole('button', { name: 'Add new' }).click();
  const dialog = page.getByRole('dialog', { name: 'New category' });
  await dialog.getByLabel('Name').fill('Harbour');
  await dialog.getByRole('button', { name: 'Add category' }).click();
  await dialog.getByText(/already/).first().waitFor();
  assert.equal(await dialog.getByLabel('Name').inputValue(), 'Harbour');
  await page.keyboard.press('Escape');
  page.problems = page.problems.filter((problem) => !/400/.test(problem));
});

test('a tag is renamed, for posts and readers alike; its number leads to its posts', async () => {
  await open('category');
  await page.getByRole('navigation', { name: 'Taxonomies' }).getByRole('link', { name: 'Tags' }).click();
  await row('Herrings & cod').waitFor();
  await act('Herrings & cod', 'Edit');
  const dialog = page.getByRole('dialog', { name: 'Edit tag' });
  assert.equal(await dialog.getByLabel('Name').inputValue(), 'Herrings & cod', 'as people write it');
  await dialog.getByLabel('Name').fill('Herring');
  await dialog.getByLabel('Slug').fill('herring');
  await dialog.getByRole('button', { name: 'Save' }).click();
  await told('“Herring” was changed.');
  assert.match(await (await fetch(post.link)).text(), /<a href="[^"]*\/tag\/herring\/" rel="tag">Herring<\/a>/);
  assert.equal(await status('/tag/herring/'), 200);
  await row('Herring').getByRole('link', { name: '1' }).click();
  await page.locator('h1', { hasText: 'Posts' }).waitFor();
  await row('High water').waitFor();
});

test('terms are deleted, one or many; their posts stay', async () => {
  for (const name of ['One', 'Two']) await api('POST', '/wp/v2/tags', { name });
  await open('post_tag');
  for (const name of ['One', 'Two']) await row(name).getByRole('checkbox').check();
  await page.locator('.dataviews-footer, .dataviews-bulk-actions-footer__container').getByRole('button', { name: 'Delete' }).first().click();
  await page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click();
  await told('2 tags were deleted.');
  await act('Herring', 'Delete');
  await page.getByRole('dialog').getByText('The posts stay.').waitFor();
  await page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click();
  await page.getByText('No tags yet').waitFor();
  assert.equal(await status('/tag/herring/'), 404);
  assert.equal((await fetch(post.link)).status, 200);
  // The category of posts without one stays, and why is said.
  await open('category');
  await act('Uncategorized', 'Delete');
  await page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click();
  await page.locator('.bp-notices .is-error').waitFor();
  await row('Uncategorized').waitFor();
});

test('a search narrows the list', async () => {
  await open('category');
  await page.getByRole('searchbox', { name: 'Search categories' }).fill('quay');
  await page.waitForURL(/s=quay/);
  await row('Harbour').filter({ hasNotText: 'Quays' }).waitFor({ state: 'detached' });
  assert.equal(await page.locator('tbody tr').count(), 1);
});

test('authors do not change them', async () => {
  server.runWith(PASSWORD, 'user', 'create', 'otto', 'otto@example.org', '--role', 'author', '--password-stdin');
  const author = await openPage(browser, server);
  await signIn(author, server, 'otto');
  await settled(author);
  assert.equal(await author.getByRole('link', { name: 'Categories & tags' }).count(), 0);
  assert.equal((await author.goto(`${server.base}/wp-admin/edit-tags.php`)).status(), 403);
  await author.context().close();
  assert.equal((await page.goto(`${server.base}/wp-admin/edit-tags.php?taxonomy=nav_menu`)).status(), 400);
  page.problems = page.problems.filter((problem) => !/400/.test(problem));
});

test('wide, narrow and dark: nothing is wider than the window, and axe finds nothing', async () => {
  await open('category');
  await api('POST', '/wp/v2/categories', { name: `Donaudampfschifffahrt${'sgesellschaft'.repeat(8)}`, description: 'What goes up and down the river. '.repeat(20) });
  for (const [width, colorScheme] of [[1280, 'light'], [1280, 'dark'], [360, 'light'], [360, 'dark']]) {
    await page.setViewportSize({ width, height: 800 });
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    await open('category');
    for (const dialog of [false, true]) {
      if (dialog) await page.getByRole('button', { name: 'Add new' }).click();
      const wide = await page.evaluate(() => document.documentElement.scrollWidth);
      assert.ok(wide <= width, `${wide} at ${width}`);
      const { violations } = await new AxeBuilder({ page }).analyze();
      assert.deepEqual(violations.map(({ id, nodes }) => `${id}: ${nodes[0].html.slice(0, 200)}`), [], `${width} ${colorScheme}`);
      if (process.env.SHOTS) await page.screenshot({ path: `${process.env.SHOTS}/terms-${width}-${colorScheme}${dialog ? '-d' : ''}.png` });
    }
  }
});

test('nothing went wrong on the way, and nothing was asked of other hosts', () => {
  assert.deepEqual(page.problems, []);
});
