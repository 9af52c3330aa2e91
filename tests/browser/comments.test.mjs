// What readers wrote, at the desk: approved, answered, changed, put away and brought back; and what readers then see.

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
const open = async (query = '') => {
  await page.goto(`${server.base}/wp-admin/edit-comments.php${query}`);
  await settled(page);
};
const row = (text) => page.locator('tbody tr').filter({ hasText: text });
const tab = (name) => page.getByRole('navigation', { name: 'Status' }).getByRole('link', { name });
const act = async (text, name) => {
  await row(text).getByRole('button', { name: 'Actions' }).click();
  await page.getByRole('menuitem', { name, exact: true }).click();
};
const told = (text) => page.locator('.bp-notices').getByText(text).waitFor();
const undo = () => page.locator('.bp-notices').getByRole('button', { name: 'Undo' }).last().click();
const read = async () => (await fetch(post.link)).text();

let readers = 0;

/** A reader's comment through the form below the post, each from another place. */
async function write(author, comment) {
  const form = new URLSearchParams({ comment_post_ID: post.id, author, email: `${author.toLowerCase()}@example.org`, url: 'https://boats.example/', comment });
  const answer = await fetch(`${server.base}/wp-comments-post.php`, { method: 'POST', body: form, redirect: 'manual', headers: { Origin: server.base, 'X-Forwarded-For': `192.0.2.${readers += 1}` } });
  assert.equal(answer.status, 303, await answer.text());
}

before(async () => {
  server = await Server.start();
  browser = await launch();
  page = await openPage(browser, server, { viewport: { width: 1280, height: 900 } });
  page.setDefaultTimeout(Number(process.env.T ?? 30_000));
  await setUp(page, server, 'The Harbour Gazette');
  post = await api('POST', '/wp/v2/posts', { title: 'High water at six', status: 'publish', content: '<p>Bring boots.</p>' });
  await write('Rita', 'Which quay is that? <script>alert(1)</script>');
  await write('Ben', 'Buy cheap oars here.');
  await write('Ida', 'I was there at five.');
});
after(async () => {
  await browser?.close();
  await server?.stop();
});

test('comments that wait are counted, approved and answered; readers see both', async () => {
  await open();
  assert.equal(await page.locator('tbody tr').count(), 3);
  await page.getByRole('link', { name: 'Comments 3 pending' }).waitFor();
  await row('Rita').getByText('Pending').waitFor();
  assert.doesNotMatch(await read(), /Which quay/);
  await act('Rita', 'Approve');
  await told('The comment by Rita was approved.');
  await page.getByRole('link', { name: 'Comments 2 pending' }).waitFor();
  assert.match(await read(), /Which quay is that\?/);

  await act('Ida', 'Reply');
  const dialog = page.getByRole('dialog', { name: 'Reply' });
  await dialog.getByText('I was there at five.').waitFor();
  assert.ok(await dialog.getByRole('button', { name: 'Approve and reply' }).isDisabled() || await dialog.getByRole('button', { name: 'Approve and reply' }).getAttribute('aria-disabled') === 'true');
  await dialog.getByLabel('Your reply').fill('So were we.');
  await dialog.getByRole('button', { name: 'Approve and reply' }).click();
  await told('The comment by Ida was approved, and your reply published.');
  await row('So were we.').getByText('to Ida').waitFor();
  const html = await read();
  assert.ok(html.indexOf('I was there at five.') < html.indexOf('So were we.') && html.includes('So were we.'));
});

test('spam and trash, one or many, with a way back', async () => {
  await open();
  await act('Ben', 'Mark as spam');
  await told('The comment by Ben was marked as spam.');
  await row('Ben').waitFor({ state: 'detached' });
  await undo();
  await row('Ben').getByText('Pending').waitFor();

  await row('Ben').getByRole('checkbox').check();
  await row('Which quay').getByRole('checkbox').check();
  await page.locator('.dataviews-footer, .dataviews-bulk-actions-footer__container').getByRole('button', { name: 'Move to trash' }).first().click();
  await told('2 comments were moved to the trash.');
  assert.doesNotMatch(await read(), /Which quay/);
  await undo();
  await row('Which quay').waitFor();
  await row('Ben').getByText('Pending').waitFor();
  assert.match(await read(), /Which quay/);

  await act('Ben', 'Mark as spam');
  await row('Ben').waitFor({ state: 'detached' });
  await tab('Spam').click();
  await row('Ben').waitFor();
  assert.match(page.url(), /comment_status=spam/);
  await act('Ben', 'Delete permanently');
  await page.getByRole('dialog').getByRole('button', { name: 'Delete permanently' }).click();
  await told('The comment by Ben was deleted for good.');
  await page.getByText('No spam').waitFor();
});

test('a comment is changed', async () => {
  await open('?s=quay');
  await settled(page);
  assert.equal(await page.locator('tbody tr').count(), 1, 'the search narrows the list');
  await act('Rita', 'Edit');
  const dialog = page.getByRole('dialog', { name: 'Edit comment' });
  await dialog.getByLabel('Comment').fill('Which quay is that, please?');
  await dialog.getByLabel('Name').fill('Rita R.');
  await dialog.getByRole('button', { name: 'Save' }).click();
  await told('The comment was changed.');
  assert.match(await read(), /Which quay is that, please\?/);
});

test('a post leads to its comments, and back', async () => {
  await page.goto(`${server.base}/wp-admin/edit.php`);
  await settled(page);
  await row('High water').locator('.bp-comments').click();
  await page.getByText('Those on High water at six only.').waitFor();
  assert.match(page.url(), new RegExp(`edit-comments\\.php\\?p=${post.id}`));
  await row('I was there').getByRole('link', { name: 'High water at six' }).click();
  await page.waitForURL(/post\.php\?post=/);
});

test('authors see those on their own posts; readers see none', async () => {
  server.runWith(PASSWORD, 'user', 'create', 'otto', 'otto@example.org', '--role', 'author', '--password-stdin');
  server.runWith(PASSWORD, 'user', 'create', 'sue', 'sue@example.org', '--role', 'subscriber', '--password-stdin');
  const author = await openPage(browser, server);
  await signIn(author, server, 'otto');
  await author.goto(`${server.base}/wp-admin/edit-comments.php`);
  await author.getByText('No comments yet').waitFor();
  const sue = await openPage(browser, server);
  await signIn(sue, server, 'sue');
  const answer = await sue.goto(`${server.base}/wp-admin/edit-comments.php`);
  assert.equal(answer.status(), 403);
  await author.context().close();
  await sue.context().close();
});

test('wide, narrow and dark: nothing is wider than the window, and axe finds nothing', async () => {
  await write('Lou', `A very long word: ${'Donaudampfschifffahrt'.repeat(12)}. ${'And on it goes. '.repeat(80)}`);
  for (const [width, colorScheme] of [[1280, 'light'], [1280, 'dark'], [360, 'light'], [360, 'dark']]) {
    await page.setViewportSize({ width, height: 800 });
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    await open();
    const wide = await page.evaluate(() => document.documentElement.scrollWidth);
    assert.ok(wide <= width, `${wide} at ${width}`);
    const { violations } = await new AxeBuilder({ page }).analyze();
    assert.deepEqual(violations.map(({ id, nodes }) => `${id}: ${nodes[0].html.slice(0, 200)}`), [], `${width} ${colorScheme}`);
    if (process.env.SHOTS) await page.screenshot({ path: `${process.env.SHOTS}/comments-${width}-${colorScheme}.png` });
  }
});

test('by keyboard: to the search field, and through the actions of a comment', async () => {
  await page.setViewportSize({ width: 1280, height: 900 });
  await open();
  await page.keyboard.press('/');
  assert.equal(await page.evaluate(() => document.activeElement.getAttribute('placeholder') ?? document.activeElement.type), 'Search comments');
  await row('Lou').getByRole('button', { name: 'Actions' }).focus();
  await page.keyboard.press('Enter');
  await page.getByRole('menuitem', { name: 'Approve', exact: true }).waitFor();
  await page.keyboard.press('Enter');
  await told('The comment by Lou was approved.');
});

test('nothing went wrong on the way, and nothing was asked of other hosts', () => {
  assert.deepEqual(page.problems, []);
});
