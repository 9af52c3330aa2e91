// A newcomer's way through the program in a real Chromium: set-up, sign-in, the list of posts, and what a reader sees.

import AxeBuilder from '@axe-core/playwright';
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { PASSWORD, Server, launch, openPage } from './server.mjs';

let server;
let browser;

before(async () => {
  server = await Server.start();
  browser = await launch();
});

after(async () => {
  await browser?.close();
  await server?.stop();
});

async function accessible(page, what) {
  const { violations } = await new AxeBuilder({ page }).analyze();
  assert.deepEqual(violations.map(({ id, nodes }) => `${id}: ${nodes[0].html}`), [], what);
}

/** No sideways scrolling on a narrow phone. */
async function fits(page, what) {
  const overflow = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
  assert.ok(overflow <= 0, `${what} is ${overflow} px too wide`);
}

test('the first visitor sets the site up and signs in', async () => {
  const page = await openPage(browser, server);
  await page.goto(`${server.base}/`);
  assert.match(page.url(), /\/wp-admin\/install\.php$/, 'an empty site leads to its set-up');
  await accessible(page, 'set-up');
  await page.getByLabel('Title').fill('The Browser Times');
  await page.getByLabel('Username').fill('ann');
  await page.getByLabel('Email address').fill('ann@example.org');
  await page.getByLabel('Password').fill(PASSWORD);
  await page.locator('form button[type=submit], form input[type=submit]').first().click();
  await page.waitForLoadState();
  await page.goto(`${server.base}/wp-login.php`);
  if (await page.getByLabel('Username or email address').count()) {
    await accessible(page, 'sign-in');
    await page.getByLabel('Username or email address').fill('ann');
    await page.getByLabel('Password').fill('wrong');
    await page.locator('form button[type=submit]').first().click();
    assert.ok(await page.getByRole('alert').first().isVisible(), 'a wrong password is told');
    page.problems.length = 0;
    await page.getByLabel('Password').fill(PASSWORD);
    await page.locator('form button[type=submit]').first().click();
    await page.waitForURL(/\/wp-admin\//);
  }
  await page.goto(`${server.base}/wp-admin/`);
  await page.getByRole('link', { name: 'Your site is ready' }).waitFor();
  await accessible(page, 'list of posts');
  assert.deepEqual(page.problems, []);
  const cookies = await page.context().cookies();
  const session = cookies.filter((cookie) => cookie.httpOnly);
  assert.ok(session.length > 0 && session.every((cookie) => cookie.sameSite !== 'None'), 'the session is out of scripts\' reach');
  await page.context().close();
});

test('set-up is over once it is done', async () => {
  const answer = await fetch(`${server.base}/wp-admin/install.php`, { redirect: 'manual' });
  assert.notEqual(answer.status, 200);
});

test('a post from the terminal is on the front page', async () => {
  writeFileSync(join(server.folder, 'story.md'), '## A heading\n\nSome *text* with `code`.\n\n| a | b |\n|---|---|\n| 1 | 2 |\n');
  server.run('post', 'create', 'story.md', '--title', 'A story from the terminal', '--category', 'News', '--publish');
  const page = await openPage(browser, server);
  const link = page.getByRole('link', { name: 'A story from the terminal' }).first();
  // Another process has committed it: this server follows the log about once a second.
  const deadline = Date.now() + 20_000;
  do {
    assert.ok(Date.now() < deadline, 'the story never appeared');
    await page.goto(`${server.base}/`);
  } while (await link.count() === 0);
  await link.click();
  await page.waitForLoadState();
  assert.equal(await page.locator('h1').innerText(), 'A story from the terminal');
  assert.equal(await page.locator('article table td').first().innerText(), '1');
  await accessible(page, 'post');
  assert.deepEqual(page.problems, []);
  await page.context().close();
});

test('what is wider than a phone breaks or shrinks', async () => {
  const form = '<fieldset><legend>A form</legend><p>Choose <input type="file"></p><table><tr><td>one</td></tr></table></fieldset>';
  writeFileSync(join(server.folder, 'long.html'), `<p>Short.</p>${form}`);
  const title = 'Taumatawhakatangihangakoauauotamateaturipukakapikimaungahoronukupokaiwhenuakitanatahu';
  server.run('post', 'create', 'long.html', '--title', title, '--category', 'News', '--publish');
  const page = await openPage(browser, server, { viewport: { width: 320, height: 640 } });
  const deadline = Date.now() + 20_000;
  do {
    assert.ok(Date.now() < deadline, 'the post never appeared');
    await page.goto(`${server.base}/category/news/`);
  } while (await page.getByRole('link', { name: title }).count() === 0);
  await page.getByRole('link', { name: title }).first().click();
  await page.waitForLoadState();
  assert.equal(await page.locator('.entry-content fieldset input').count(), 1);
  await fits(page, 'a post with a form');
  await page.context().close();
});

// The category lists the long word too.
const READER_PAGES = ['/', '/about/', '/category/news/', '/?s=story', '/no-such-page/', '/author/ann/'];

for (const [name, options] of Object.entries({
  light: { colorScheme: 'light', viewport: { width: 1280, height: 900 } },
  dark: { colorScheme: 'dark', viewport: { width: 1280, height: 900 } },
  phone: { colorScheme: 'light', viewport: { width: 320, height: 640 } },
})) {
  test(`reader pages are accessible and fit: ${name}`, async () => {
    const page = await openPage(browser, server, options);
    for (const path of READER_PAGES) {
      await page.goto(server.base + path);
      await accessible(page, `${path} ${name}`);
      await fits(page, `${path} ${name}`);
    }
    const [red, green, blue] = await page.evaluate(() => getComputedStyle(document.body).backgroundColor.match(/[\d.]+/g).map(Number));
    assert.equal(red + green + blue < 200, name === 'dark', 'the page follows the reader\'s colour scheme');
    assert.deepEqual(page.problems.filter((problem) => !problem.includes('404')), []);
    await page.context().close();
  });
}

test('pages read without script', async () => {
  const page = await openPage(browser, server, { javaScriptEnabled: false });
  await page.goto(`${server.base}/`);
  assert.ok(await page.getByRole('link', { name: 'A story from the terminal' }).first().isVisible());
  await page.context().close();
});
