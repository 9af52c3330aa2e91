// The desk in a real Chromium: lists, library, account, lost passwords; and what each looks like, in the light, in the
// dark and on a phone.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Desk, checked } from './desk.mjs';
import { PASSWORD, openPage, signIn } from './server.mjs';
import { PICTURE } from './writing.mjs';

const NEXT_PASSWORD = 'another long passphrase';
const LONG = 'An exceptionally long headline that goes on and on about the harbour, its boats, the people who sail them and Donaudampfschifffahrtsgesellschaftskapitänsmützen';

let desk;
let page;

const listed = (count) => page.waitForFunction((count) => document.querySelectorAll('tbody tr').length === count, count);
const titles = () => page.locator('.bp-title__link').allInnerTexts();

before(async () => {
  desk = await Desk.start();
  ({ page } = desk);
  const categories = [];
  for (const name of ['Harbour', 'Weather', 'Letters']) categories.push((await desk.api('POST', '/wp/v2/categories', { name })).id);
  const requests = Array.from({ length: 24 }, (_, at) => ({
    method: 'POST', path: '/wp/v2/posts',
    body: { title: `Report ${String(at + 1).padStart(2, '0')} from the quay`, content: `<!-- wp:paragraph --><p>Boat ${at + 1} came in.</p><!-- /wp:paragraph -->`, status: 'publish', date: `2026-${String(1 + (at % 9)).padStart(2, '0')}-11T08:00:00`, categories: [categories[at % 3]] },
  }));
  await desk.api('POST', '/batch/v1', { requests });
  await desk.api('POST', '/wp/v2/posts', { title: 'Half a thought', status: 'draft' });
  await desk.api('POST', '/wp/v2/posts', { title: LONG, status: 'pending' });
  await desk.api('POST', '/wp/v2/posts', { title: 'Tomorrow’s tide', status: 'future', date: '2031-01-01T06:00:00' });
  await desk.api('POST', '/wp/v2/pages', { title: 'Where we are', status: 'publish' });
});

after(() => desk?.stop());

test('a list is searched, filtered, sorted and paged, and its address says so', async () => {
  await desk.go('/wp-admin/edit.php');
  assert.equal(await desk.rows().count(), 20);
  assert.match(await desk.tab('All').innerText(), /28/);
  await desk.tab('Drafts').click();
  await desk.row('Half a thought').waitFor();
  await desk.settled();
  assert.match(page.url(), /post_status=draft/);
  assert.equal(await desk.rows().count(), 1);

  await page.getByRole('searchbox', { name: 'Search posts' }).fill('nothing like this');
  await page.getByText('Nothing matches “nothing like this”').waitFor();
  await page.getByRole('link', { name: 'Show all' }).click();
  await desk.row('Half a thought').waitFor();

  await desk.tab('All').click();
  await desk.row('Report').first().waitFor();
  await page.getByRole('searchbox', { name: 'Search posts' }).fill('Report 21');
  await page.waitForURL(/s=Report\+21|s=Report%2021/);
  await desk.row('Report 05').waitFor({ state: 'detached' });
  assert.equal(await desk.rows().count(), 1);
  await page.reload();
  await desk.settled();
  assert.equal(await desk.rows().count(), 1, 'an address opens what it says');
  await page.getByRole('searchbox', { name: 'Search posts' }).fill('');
  await page.waitForURL((url) => !url.searchParams.has('s'));

  await page.getByRole('button', { name: 'Add filter' }).click();
  await page.getByRole('menuitem', { name: 'Categories' }).click();
  await page.getByRole('option', { name: 'Weather' }).click();
  await page.waitForURL(/cat=\d+/);
  await listed(8);
  await page.goBack();
  await page.waitForURL((url) => !url.searchParams.has('cat'));
  await listed(20);

  await page.getByRole('button', { name: 'Title', exact: true }).click();
  await page.getByRole('menuitemradio', { name: 'Sort ascending' }).click();
  await page.waitForURL(/orderby=title&order=asc/);
  await page.keyboard.press('Escape');
  await desk.rows().first().getByText('An exceptionally').waitFor();
  await page.getByRole('button', { name: 'Next page' }).click();
  await page.waitForURL(/paged=2/);
  await listed(8);
});

test('months and authors narrow a list', async () => {
  await desk.go('/wp-admin/edit.php?m=202603');
  assert.equal((await titles()).length, 3);
  const { id } = await desk.api('GET', '/wp/v2/users/me');
  await desk.go(`/wp-admin/edit.php?author=${id}&post_status=publish`);
  assert.ok((await titles()).length > 10);
  await desk.go('/wp-admin/edit.php?author=999');
  await page.getByText('Nothing matches').waitFor();
});

test('a post goes to the trash and comes back as what it was', async () => {
  await desk.go('/wp-admin/edit.php?s=Report+07');
  await desk.row('Report 07').hover();
  await desk.row('Report 07').getByRole('button', { name: 'Actions' }).click();
  await page.getByRole('menuitem', { name: 'Move to trash' }).click();
  await desk.notice('moved to the trash').waitFor();
  await desk.row('Report 07').waitFor({ state: 'detached' });
  const [trashed] = await desk.api('GET', '/wp/v2/posts?status=trash&search=Report+07');
  assert.equal(trashed.status, 'trash');
  await page.getByRole('button', { name: 'Undo' }).click();
  await desk.row('Report 07').waitFor();
  const back = await desk.api('GET', `/wp/v2/posts/${trashed.id}`);
  assert.equal(back.status, 'publish');
  assert.ok(!back.slug.includes('trashed'));
  assert.equal((await fetch(back.link)).status, 200, 'readers see it again');
});

test('several posts are changed at once, trashed, restored and deleted', async () => {
  await desk.go('/wp-admin/edit.php?s=Report+1');
  for (const name of ['Report 11', 'Report 12']) await desk.row(name).getByRole('checkbox').check();
  await page.getByRole('button', { name: 'Bulk edit' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('combobox', { name: 'Status' }).selectOption('pending');
  await dialog.getByRole('checkbox', { name: 'Letters' }).check();
  await dialog.getByRole('combobox', { name: 'Add tags' }).fill('quay life');
  await page.keyboard.press('Enter');
  await dialog.getByRole('button', { name: 'Change 2' }).click();
  await desk.notice('2 changed.').waitFor();
  const changed = await desk.api('GET', '/wp/v2/posts?status=pending&search=Report&context=edit');
  assert.deepEqual(changed.map(({ title }) => title.raw).sort(), ['Report 11 from the quay', 'Report 12 from the quay']);
  assert.ok(changed.every(({ tags, categories }) => tags.length === 1 && categories.length >= 1));
  assert.ok(changed.some(({ categories }) => categories.length === 2), 'categories are added to those there are');

  await desk.settled();
  for (const name of ['Report 11', 'Report 12']) await desk.row(name).getByRole('checkbox').check();
  await page.getByRole('button', { name: 'Move to trash' }).click();
  await desk.notice('2 posts moved to the trash').waitFor();
  await page.getByRole('navigation', { name: 'Status' }).getByRole('link', { name: 'Trash' }).click();
  await page.waitForURL(/post_status=trash/);
  await desk.row('Report 11').waitFor();
  await desk.row('Report 11').hover();
  await desk.row('Report 11').getByRole('button', { name: 'Restore' }).click();
  await desk.notice('restored as a draft').waitFor();
  await desk.row('Report 11').waitFor({ state: 'detached' });
  await desk.row('Report 12').getByRole('checkbox').check();
  await page.getByRole('button', { name: 'Delete permanently' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Delete permanently' }).click();
  await desk.notice('deleted for good').waitFor();
  await page.getByText('The trash is empty').waitFor();
});

test('a post is looked at without leaving the list, and kept on top', async () => {
  await desk.go('/wp-admin/edit.php?s=Report+03');
  await desk.row('Report 03').hover();
  await desk.row('Report 03').getByRole('button', { name: 'Quick look' }).click();
  const frame = page.frameLocator('.bp-look__page');
  await frame.getByText('Boat 3 came in.').waitFor();
  await page.getByRole('dialog').getByRole('button', { name: 'Close' }).last().click();
  await desk.row('Report 03').getByRole('button', { name: 'Actions' }).click();
  await page.getByRole('menuitem', { name: 'Keep on top' }).click();
  await desk.row('Report 03').getByText('Sticky').waitFor();
  await desk.row('Report 03').getByRole('link', { name: 'Report 03 from the quay' }).click();
  await page.frameLocator('iframe[name="editor-canvas"]').getByRole('textbox', { name: 'Add title' }).waitFor();
  await page.getByRole('link', { name: /View Posts|Open Navigation|Back/ }).first().click();
  await page.waitForURL(/edit\.php/);
  await desk.settled();
});

test('files are uploaded side by side, described, found and deleted', async () => {
  await desk.go('/wp-admin/upload.php');
  await page.getByText('No files yet').waitFor();
  const chooser = page.waitForEvent('filechooser');
  await page.getByRole('button', { name: 'Upload', exact: true }).click();
  const files = ['one', 'two', 'three', 'four'].map((name) => ({ name: `${name}.png`, mimeType: 'image/png', buffer: PICTURE }));
  await (await chooser).setFiles([...files, { name: 'program.sh', mimeType: 'text/x-sh', buffer: Buffer.from('#!/bin/sh') }]);
  const uploads = page.getByRole('region', { name: 'Uploads' });
  await uploads.getByText('4 uploaded, 1 failed').waitFor();
  const refused = uploads.getByRole('listitem').filter({ hasText: 'program.sh' });
  assert.ok((await refused.innerText()).length > 'program.sh'.length + 15, 'it says why');
  page.problems.splice(0);
  await refused.getByRole('button', { name: 'Try again' }).click();
  await uploads.getByText('4 uploaded, 1 failed').waitFor();
  await refused.getByRole('button', { name: 'Dismiss program.sh' }).click();
  await uploads.getByRole('button', { name: 'Close uploads' }).click();
  page.problems.splice(0);

  await page.evaluate((bytes) => {
    const dataTransfer = new DataTransfer();
    dataTransfer.items.add(new File([new Uint8Array(bytes)], 'dropped.png', { type: 'image/png' }));
    window.dispatchEvent(new DragEvent('dragenter', { dataTransfer, bubbles: true }));
    window.dispatchEvent(new DragEvent('drop', { dataTransfer, bubbles: true, cancelable: true }));
  }, [...PICTURE]);
  await page.getByRole('button', { name: 'dropped', exact: true }).click();
  const details = page.getByRole('dialog');
  await details.getByLabel('Alternative text').fill('A green square');
  await details.getByLabel('Caption').fill('Green as the sea');
  await details.getByRole('button', { name: 'Save' }).click();
  await desk.notice('Saved.').waitFor();
  const [file] = await desk.api('GET', '/wp/v2/media?search=dropped&context=edit');
  assert.deepEqual([file.alt_text, file.caption.raw], ['A green square', 'Green as the sea']);
  assert.equal(await details.getByLabel('File URL').inputValue(), file.source_url);
  await details.getByRole('button', { name: 'Next file' }).click();
  await page.waitForURL((url) => url.searchParams.get('item') !== String(file.id));
  await page.keyboard.press('Escape');
  await details.waitFor({ state: 'detached' });

  await page.getByRole('searchbox', { name: 'Search media' }).fill('three');
  await page.getByRole('button', { name: 'two', exact: true }).waitFor({ state: 'detached' });
  await page.getByRole('button', { name: 'three', exact: true }).click();
  await details.getByRole('button', { name: 'Delete permanently' }).click();
  await page.getByRole('dialog', { name: 'Delete this file?' }).getByRole('button', { name: 'Delete permanently' }).click();
  await desk.notice('deleted').waitFor();
  await page.getByText('Nothing matches').waitFor();
  assert.equal((await desk.api('GET', '/wp/v2/media')).length, 4);
  await desk.go('/wp-admin/upload.php?mode=list&type=image');
  assert.equal(await desk.rows().count(), 4);
});

test('a profile is changed, and the colours with it', async () => {
  await desk.go('/wp-admin/profile.php');
  await page.getByLabel('First name').fill('Ann');
  await page.getByLabel('Last name').fill('Seaworthy');
  await page.getByLabel('Display name').fill('Ann Seaworthy');
  await page.getByLabel('Biography').fill('Writes of boats.');
  await page.getByRole('button', { name: 'Save profile' }).click();
  await desk.notice('Your profile is saved.').waitFor();
  const me = await desk.api('GET', '/wp/v2/users/me?context=edit');
  assert.deepEqual([me.name, me.description], ['Ann Seaworthy', 'Writes of boats.']);
  await page.getByLabel('Email address').fill('not an address');
  await page.getByRole('button', { name: 'Save profile' }).click();
  assert.equal((await desk.api('GET', '/wp/v2/users/me?context=edit')).email, 'ann@example.org');

  const kept = page.waitForResponse((answer) => answer.url().includes('/users/me') && answer.request().method() === 'POST');
  await page.getByRole('radio', { name: 'Dark' }).click();
  await kept;
  await page.getByLabel('Email address').fill('ann@example.org');
  await desk.go('/wp-admin/edit.php');
  const dark = await page.evaluate(() => getComputedStyle(document.body).backgroundColor.match(/\d+/g).map(Number).reduce((a, b) => a + b) < 200);
  assert.ok(dark, 'it is dark at once and stays so');
  await desk.go('/wp-admin/profile.php');
  const again = page.waitForResponse((answer) => answer.url().includes('/users/me') && answer.request().method() === 'POST');
  await page.getByRole('radio', { name: 'As the device' }).click();
  await again;
});

test('an application password is made, works, and is revoked', async () => {
  await desk.go('/wp-admin/profile.php');
  await page.getByLabel('What it is for').fill('Phone');
  await page.getByRole('button', { name: 'Create', exact: true }).click();
  const secret = await page.getByRole('dialog').locator('code').innerText();
  await page.getByRole('dialog').getByRole('button', { name: 'I have copied it' }).click();
  const me = () => fetch(`${desk.server.base}/wp-json/wp/v2/users/me?context=edit`, { headers: { Authorization: `Basic ${Buffer.from(`ann:${secret}`).toString('base64')}` } });
  assert.equal((await me()).status, 200);
  await page.getByRole('button', { name: 'Revoke Phone' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Revoke' }).click();
  await desk.notice('“Phone” is revoked.').waitFor();
  assert.equal((await me()).status, 401);
});

test('signing out everywhere else leaves this browser in', async () => {
  const elsewhere = await openPage(desk.browser, desk.server);
  await signIn(elsewhere, desk.server);
  await desk.go('/wp-admin/profile.php');
  await page.getByRole('button', { name: 'Sign out everywhere else' }).click();
  await desk.notice('Everywhere else you are signed out.').waitFor();
  await elsewhere.goto(`${desk.server.base}/wp-admin/profile.php`);
  assert.match(elsewhere.url(), /wp-login\.php/);
  await page.getByLabel('Current password').fill(PASSWORD);
  await page.getByLabel('New password', { exact: true }).fill(NEXT_PASSWORD);
  await page.getByLabel('New password, again').fill(NEXT_PASSWORD);
  await page.getByRole('button', { name: 'Change password' }).click();
  await desk.notice('Your password is changed.').waitFor();
  await desk.go('/wp-admin/edit.php');
  await signIn(elsewhere, desk.server, 'ann', NEXT_PASSWORD);
  await elsewhere.context().close();
});

test('a lost password is set anew by the link that is in the log', async () => {
  const lost = await openPage(desk.browser, desk.server);
  await lost.goto(`${desk.server.base}/wp-login.php`);
  await lost.getByRole('link', { name: 'Lost your password?' }).click();
  await lost.getByLabel('Username or email address').fill('ann');
  await lost.getByRole('button', { name: 'Send the link' }).click();
  await lost.getByText('Look into your mail').waitFor();
  const [link] = desk.server.log.match(/http\S+action=rp\S+/);
  await lost.goto(link);
  await lost.getByLabel('New password').fill(PASSWORD);
  await lost.getByRole('button', { name: 'Set the password' }).click();
  await lost.getByText('Your password is set.').waitFor();
  await signIn(lost, desk.server);
  await lost.goto(link);
  await lost.getByText('no longer good').waitFor();
  await lost.context().close();
  await signIn(page, desk.server);
});

test('keys lead through: skip link, navigation, search', async () => {
  await desk.go('/wp-admin/edit.php');
  await page.keyboard.press('Tab');
  assert.equal(await page.evaluate(() => document.activeElement.textContent), 'Skip to content');
  await page.keyboard.press('Enter');
  assert.equal(await page.evaluate(() => document.activeElement.id), 'main');
  await page.keyboard.press('/');
  assert.equal(await page.evaluate(() => document.activeElement.type), 'search');
  await page.getByRole('navigation', { name: 'Desk' }).getByRole('link', { name: 'Pages' }).click();
  await desk.row('Where we are').waitFor();
  assert.equal(await page.evaluate(() => document.activeElement.tagName), 'H1', 'a new screen begins at its title');
});

const SCREENS = {
  posts: '/wp-admin/edit.php',
  'posts-empty': '/wp-admin/edit.php?s=nothing+like+this',
  trash: '/wp-admin/edit.php?post_status=trash',
  pages: '/wp-admin/edit.php?post_type=page',
  media: '/wp-admin/upload.php',
  'media-list': '/wp-admin/upload.php?mode=list',
  profile: '/wp-admin/profile.php',
};
const OUTSIDE = { 'sign-in': '/wp-login.php', 'lost-password': '/wp-login.php?action=lostpassword' };

for (const [name, options] of Object.entries({
  light: { colorScheme: 'light', viewport: { width: 1280, height: 900 } },
  dark: { colorScheme: 'dark', viewport: { width: 1280, height: 900 } },
  phone: { colorScheme: 'light', viewport: { width: 360, height: 740 }, isMobile: true, hasTouch: true },
})) {
  test(`every screen is accessible and fits: ${name}`, async () => {
    const stranger = await openPage(desk.browser, desk.server, options);
    for (const [what, path] of Object.entries(OUTSIDE)) {
      await stranger.goto(`${desk.server.base}${path}`);
      await checked(stranger, `${what} ${name}`);
    }
    await stranger.context().close();
    const own = await openPage(desk.browser, desk.server, { ...options, storageState: await page.context().storageState(), reducedMotion: 'reduce' });
    for (const [what, path] of Object.entries(SCREENS)) {
      await own.goto(`${desk.server.base}${path}`);
      await desk.settled(own);
      await checked(own, `${what} ${name}`);
    }
    await own.goto(`${desk.server.base}/wp-admin/upload.php`);
    await desk.settled(own);
    await own.getByRole('button', { name: 'dropped', exact: true }).click();
    await own.getByRole('dialog').waitFor();
    await checked(own, `media-details ${name}`);
    await own.goto(`${desk.server.base}/wp-admin/edit.php`);
    await desk.settled(own);
    await own.locator('tbody').getByRole('checkbox').first().check();
    await own.getByRole('button', { name: 'Bulk edit' }).click();
    await own.getByRole('dialog').waitFor();
    await checked(own, `bulk-edit ${name}`);
    await own.goto(`${desk.server.base}/wp-admin/edit.php`);
    await desk.settled(own);
    await own.getByRole('button', { name: 'Other ways to begin' }).click();
    await own.getByRole('menuitem', { name: 'New in Markdown' }).waitFor();
    await checked(own, `add-new ${name}`);
    await own.keyboard.press('Escape');
    await own.locator('tbody tr').nth(4).getByRole('button', { name: 'Actions' }).click();
    await own.getByRole('menuitem', { name: 'Quick look' }).click();
    await own.frameLocator('.bp-look__page').getByText(/Boat \d+ came in/).waitFor();
    await checked(own, `quick-look ${name}`);
    if (name === 'phone') {
      await own.goto(`${desk.server.base}/wp-admin/edit.php`);
      await desk.settled(own);
      await own.getByRole('button', { name: 'Open menu' }).tap();
      await checked(own, `menu ${name}`);
      await own.getByRole('link', { name: 'Media' }).tap();
      await own.waitForURL(/upload\.php/);
    }
    assert.deepEqual(own.problems, []);
    await own.context().close();
  });
}

test('nothing went wrong on the way, and nothing was asked of other hosts', () => {
  assert.deepEqual(page.problems, []);
});
