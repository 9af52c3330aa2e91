// What readers wrote, at the desk: approved, answered, changed, put away and brought back; and what readers then see.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Desk, checked } from './desk.mjs';
import { PASSWORD, openPage, signIn } from './server.mjs';

let desk;
let page;
let post;

const read = async () => (await fetch(post.link)).text();

let readers = 0;

/** A reader's comment through the form below the post, each from another place. */
async function write(author, comment) {
  const form = new URLSearchParams({ comment_post_ID: post.id, author, email: `${author.toLowerCase()}@example.org`, url: 'https://boats.example/', comment });
  const answer = await fetch(`${desk.server.base}/wp-comments-post.php`, { method: 'POST', body: form, redirect: 'manual', headers: { Origin: desk.server.base, 'X-Forwarded-For': `192.0.2.${readers += 1}` } });
  assert.equal(answer.status, 303, await answer.text());
}

before(async () => {
  desk = await Desk.start();
  ({ page } = desk);
  post = await desk.api('POST', '/wp/v2/posts', { title: 'High water at six', status: 'publish', content: '<p>Bring boots.</p>' });
  await write('Rita', 'Which quay is that? <script>alert(1)</script>');
  await write('Ben', 'Buy cheap oars here.');
  await write('Ida', 'I was there at five.');
});
after(() => desk?.stop());

const open = (query = '') => desk.go(`/wp-admin/edit-comments.php${query}`);
const told = (text) => desk.notice(text).waitFor();

test('comments that wait are counted, approved and answered; readers see both', async () => {
  await open();
  assert.equal(await desk.rows().count(), 3);
  await page.getByRole('link', { name: 'Comments 3 pending' }).waitFor();
  await desk.row('Rita').getByText('Pending').waitFor();
  assert.doesNotMatch(await read(), /Which quay/);
  await desk.act('Rita', 'Approve');
  await told('The comment by Rita was approved.');
  await page.getByRole('link', { name: 'Comments 2 pending' }).waitFor();
  assert.match(await read(), /Which quay is that\?/);

  await desk.act('Ida', 'Reply');
  const dialog = page.getByRole('dialog', { name: 'Reply' });
  await dialog.getByText('I was there at five.').waitFor();
  assert.ok(await dialog.getByRole('button', { name: 'Approve and reply' }).isDisabled() || await dialog.getByRole('button', { name: 'Approve and reply' }).getAttribute('aria-disabled') === 'true');
  await dialog.getByLabel('Your reply').fill('So were we.');
  await dialog.getByRole('button', { name: 'Approve and reply' }).click();
  await told('The comment by Ida was approved, and your reply published.');
  await desk.row('So were we.').getByText('to Ida').waitFor();
  const html = await read();
  assert.ok(html.indexOf('I was there at five.') < html.indexOf('So were we.') && html.includes('So were we.'));
});

test('spam and trash, one or many, with a way back', async () => {
  await open();
  await desk.act('Ben', 'Mark as spam');
  await told('The comment by Ben was marked as spam.');
  await desk.row('Ben').waitFor({ state: 'detached' });
  await desk.undo();
  await desk.row('Ben').getByText('Pending').waitFor();

  await desk.row('Ben').getByRole('checkbox').check();
  await desk.row('Which quay').getByRole('checkbox').check();
  await desk.actOnChosen('Move to trash');
  await told('2 comments were moved to the trash.');
  assert.doesNotMatch(await read(), /Which quay/);
  await desk.undo();
  await desk.row('Which quay').waitFor();
  await desk.row('Ben').getByText('Pending').waitFor();
  assert.match(await read(), /Which quay/);

  await desk.act('Ben', 'Mark as spam');
  await desk.row('Ben').waitFor({ state: 'detached' });
  await desk.tab('Spam').click();
  await desk.row('Ben').waitFor();
  assert.match(page.url(), /comment_status=spam/);
  await desk.act('Ben', 'Delete permanently');
  await page.getByRole('dialog').getByRole('button', { name: 'Delete permanently' }).click();
  await told('The comment by Ben was deleted for good.');
  await page.getByText('No spam').waitFor();
});

test('a comment is changed', async () => {
  await open('?s=quay');
  assert.equal(await desk.rows().count(), 1, 'the search narrows the list');
  await desk.act('Rita', 'Edit');
  const dialog = page.getByRole('dialog', { name: 'Edit comment' });
  await dialog.getByLabel('Comment').fill('Which quay is that, please?');
  await dialog.getByLabel('Name').fill('Rita R.');
  await dialog.getByRole('button', { name: 'Save' }).click();
  await told('The comment was changed.');
  assert.match(await read(), /Which quay is that, please\?/);
});

test('a post leads to its comments, and back', async () => {
  await desk.go('/wp-admin/edit.php');
  await desk.row('High water').locator('.bp-comments').click();
  await page.getByText('Those on High water at six only.').waitFor();
  assert.match(page.url(), new RegExp(`edit-comments\\.php\\?p=${post.id}`));
  await desk.row('I was there').getByRole('link', { name: 'High water at six' }).click();
  await page.waitForURL(/post\.php\?post=/);
});

test('authors see those on their own posts; readers see none', async () => {
  desk.server.runWith(PASSWORD, 'user', 'create', 'otto', 'otto@example.org', '--role', 'author', '--password-stdin');
  desk.server.runWith(PASSWORD, 'user', 'create', 'sue', 'sue@example.org', '--role', 'subscriber', '--password-stdin');
  const author = await openPage(desk.browser, desk.server);
  await signIn(author, desk.server, 'otto');
  await author.goto(`${desk.server.base}/wp-admin/edit-comments.php`);
  await author.getByText('No comments yet').waitFor();
  const sue = await openPage(desk.browser, desk.server);
  await signIn(sue, desk.server, 'sue');
  const answer = await sue.goto(`${desk.server.base}/wp-admin/edit-comments.php`);
  assert.equal(answer.status(), 403);
  await author.context().close();
  await sue.context().close();
});

test('wide, narrow and dark: nothing is wider than the window, and axe finds nothing', async () => {
  await write('Lou', `A very long word: ${'Donaudampfschifffahrt'.repeat(12)}. ${'And on it goes. '.repeat(80)}`);
  await desk.everyWay(async (way) => {
    await open();
    await checked(page, `comments ${way}`);
  });
});

test('by keyboard: to the search field, and through the actions of a comment', async () => {
  await open();
  await page.keyboard.press('/');
  assert.equal(await page.evaluate(() => document.activeElement.getAttribute('placeholder') ?? document.activeElement.type), 'Search comments');
  await desk.row('Lou').getByRole('button', { name: 'Actions' }).focus();
  await page.keyboard.press('Enter');
  await page.getByRole('menuitem', { name: 'Approve', exact: true }).waitFor();
  await page.keyboard.press('Enter');
  await told('The comment by Lou was approved.');
});

test('nothing went wrong on the way, and nothing was asked of other hosts', () => {
  assert.deepEqual(page.problems, []);
});
