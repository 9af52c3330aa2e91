// Categories and tags at the desk: added, renamed, moved, deleted; and what readers then find.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Desk, checked } from './desk.mjs';
import { PASSWORD, openPage, signIn } from './server.mjs';

let desk;
let page;
let post;

const open = (taxonomy) => desk.go(`/wp-admin/edit-tags.php?taxonomy=${taxonomy}`);
const told = (text) => desk.notice(text).waitFor();
const status = async (path) => (await fetch(`${desk.server.base}${path}`)).status;

before(async () => {
  desk = await Desk.start();
  ({ page } = desk);
  const { id } = await desk.api('POST', '/wp/v2/tags', { name: 'Herrings & cod' });
  post = await desk.api('POST', '/wp/v2/posts', { title: 'High water at six', status: 'publish', tags: [id], content: '<p>Bring boots.</p>' });
});
after(() => desk?.stop());

test('a category is added below another, and a name in use is refused with nothing lost', async () => {
  await open('category');
  for (const [name, parent] of [['Harbour', null], ['Quays', 'Harbour']]) {
    await page.getByRole('button', { name: 'Add new' }).click();
    const dialog = page.getByRole('dialog', { name: 'New category' });
    await dialog.getByLabel('Name').fill(name);
    if (parent) await dialog.getByLabel('Parent').selectOption({ label: parent });
    await dialog.getByRole('button', { name: 'Add category' }).click();
    await told(`“${name}” was added.`);
    await desk.row(name).first().waitFor();
  }
  await desk.row('Quays').getByText('below Harbour').waitFor();
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
  await desk.row('Herrings & cod').waitFor();
  await desk.act('Herrings & cod', 'Edit');
  const dialog = page.getByRole('dialog', { name: 'Edit tag' });
  assert.equal(await dialog.getByLabel('Name').inputValue(), 'Herrings & cod', 'as people write it');
  await dialog.getByLabel('Name').fill('Herring');
  await dialog.getByLabel('Slug').fill('herring');
  await dialog.getByRole('button', { name: 'Save' }).click();
  await told('“Herring” was changed.');
  assert.match(await (await fetch(post.link)).text(), /<a href="[^"]*\/tag\/herring\/" rel="tag">Herring<\/a>/);
  assert.equal(await status('/tag/herring/'), 200);
  await desk.row('Herring').getByRole('link', { name: '1' }).click();
  await page.locator('h1', { hasText: 'Posts' }).waitFor();
  await desk.row('High water').waitFor();
});

test('terms are deleted, one or many; their posts stay', async () => {
  for (const name of ['One', 'Two']) await desk.api('POST', '/wp/v2/tags', { name });
  await open('post_tag');
  for (const name of ['One', 'Two']) await desk.row(name).getByRole('checkbox').check();
  await desk.actOnChosen('Delete');
  await page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click();
  await told('2 tags were deleted.');
  await desk.act('Herring', 'Delete');
  await page.getByRole('dialog').getByText('The posts stay.').waitFor();
  await page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click();
  await page.getByText('No tags yet').waitFor();
  assert.equal(await status('/tag/herring/'), 404);
  assert.equal((await fetch(post.link)).status, 200);
  // The category of posts without one stays, and why is said.
  await open('category');
  await desk.act('Uncategorized', 'Delete');
  await page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click();
  await page.locator('.bp-notices .is-error').waitFor();
  await desk.row('Uncategorized').waitFor();
});

test('a search narrows the list', async () => {
  await open('category');
  await page.getByRole('searchbox', { name: 'Search categories' }).fill('quay');
  await page.waitForURL(/s=quay/);
  await desk.row('Harbour').filter({ hasNotText: 'Quays' }).waitFor({ state: 'detached' });
  assert.equal(await desk.rows().count(), 1);
});

test('authors do not change them', async () => {
  desk.server.runWith(PASSWORD, 'user', 'create', 'otto', 'otto@example.org', '--role', 'author', '--password-stdin');
  const author = await openPage(desk.browser, desk.server);
  await signIn(author, desk.server, 'otto');
  await desk.settled(author);
  assert.equal(await author.getByRole('link', { name: 'Categories & tags' }).count(), 0);
  assert.equal((await author.goto(`${desk.server.base}/wp-admin/edit-tags.php`)).status(), 403);
  await author.context().close();
  assert.equal((await page.goto(`${desk.server.base}/wp-admin/edit-tags.php?taxonomy=nav_menu`)).status(), 400);
  page.problems = page.problems.filter((problem) => !/400/.test(problem));
});

test('wide, narrow and dark: nothing is wider than the window, and axe finds nothing', async () => {
  await open('category');
  await desk.api('POST', '/wp/v2/categories', { name: `Donaudampfschifffahrt${'sgesellschaft'.repeat(8)}`, description: 'What goes up and down the river. '.repeat(20) });
  await desk.everyWay(async (way) => {
    await open('category');
    await checked(page, `categories ${way}`);
    await page.getByRole('button', { name: 'Add new' }).click();
    await page.getByRole('dialog').waitFor();
    await checked(page, `new-category ${way}`);
  });
});

test('nothing went wrong on the way, and nothing was asked of other hosts', () => {
  assert.deepEqual(page.problems, []);
});
