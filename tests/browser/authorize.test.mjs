// A program is connected in a real Chromium: the question, the way back with the password, the policy that lets it pass.

import AxeBuilder from '@axe-core/playwright';
import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { Server, launch, openPage, setUp } from './server.mjs';

const NAME = 'The Harbour Gazette’s own exceptionally long-named publishing companion for telephones and Donaudampfschifffahrt';

let server;
let browser;
let page;
let program;
let visits;

const address = (query) => `${server.base}/wp-admin/authorize-application.php?${new URLSearchParams(query)}`;

before(async () => {
  server = await Server.start();
  browser = await launch();
  page = await openPage(browser, server, { viewport: { width: 1280, height: 900 } });
  await setUp(page, server, 'The Harbour Gazette');
  visits = [];
  // The program on the user's own machine that asks.
  program = createServer((request, response) => {
    visits.push(request);
    response.setHeader('Content-Type', 'text/html').end('<title>Connected</title><link rel="icon" href="data:,">');
  });
  await new Promise((resolve) => program.listen(0, '127.0.0.1', resolve));
});

after(async () => {
  await browser?.close();
  program?.close();
  await server?.stop();
});

test('who approves comes to the program with a password that works', async () => {
  const back = `http://127.0.0.1:${program.address().port}`;
  await page.goto(address({ app_name: 'Quay', success_url: `${back}/yes`, reject_url: `${back}/no` }));
  await page.getByRole('heading', { name: 'Connect Quay?' }).waitFor();
  await page.getByLabel('Name of the application password').fill('Quay on my laptop');
  await page.getByRole('button', { name: 'Approve' }).click();
  await page.waitForURL(`${back}/yes?**`);
  assert.equal(await page.title(), 'Connected');
  const given = new URL(page.url()).searchParams;
  assert.equal(given.get('site_url'), server.base);
  const secret = Buffer.from(`${given.get('user_login')}:${given.get('password')}`).toString('base64');
  const me = await fetch(`${server.base}/wp-json/wp/v2/users/me`, { headers: { Authorization: `Basic ${secret}` } });
  assert.equal((await me.json()).name, 'ann');
  assert.equal(visits.at(-1).headers.referer, undefined, 'the program is not told the page’s address');

  await page.goto(address({ app_name: 'Quay', success_url: `${back}/yes`, reject_url: `${back}/no` }));
  await page.getByRole('button', { name: 'Reject' }).click();
  await page.waitForURL(`${back}/no`);
});

test('without an address the password is shown, to be selected whole', async () => {
  await page.goto(address({ app_name: 'By hand' }));
  await page.keyboard.press('Tab');
  await page.getByLabel('Name of the application password').press('Enter');
  const shown = page.getByLabel('Password', { exact: true });
  await shown.waitFor();
  await shown.click();
  const selected = await page.evaluate(() => getSelection().toString().trim());
  assert.match(selected, /^(\w{4} ){5}\w{4}$/);
});

test('the pages are accessible and fit, in the light, in the dark and on a phone', async () => {
  const long = { app_name: NAME, success_url: 'https://a-rather-long-name-of-a-host.publishing-companion.example/', reject_url: 'companion://no' };
  const looks = { light: [1280, 900, 'light'], dark: [1280, 900, 'dark'], phone: [360, 740, 'light'], 'phone-dark': [360, 740, 'dark'] };
  for (const [look, [width, height, colorScheme]] of Object.entries(looks)) {
    await page.setViewportSize({ width, height });
    await page.emulateMedia({ colorScheme });
    for (const [name, query] of Object.entries({ short: { app_name: 'Quay' }, long, bad: { app_name: 'Quay', success_url: 'http://quay.example/' } })) {
      await page.goto(address(query));
      const found = await new AxeBuilder({ page }).analyze();
      assert.deepEqual(found.violations.map(({ id, nodes }) => [id, nodes.map(({ html }) => html)]), [], `${name}, ${look}`);
      assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), `${name} fits, ${look}`);
      if (process.env.SCREENS) {
        mkdirSync(process.env.SCREENS, { recursive: true });
        await page.screenshot({ path: join(process.env.SCREENS, `authorize-${name}-${look}.png`), fullPage: true });
      }
    }
    await page.goto(address({ app_name: `Shown ${look}` }));
    await page.getByRole('button', { name: 'Approve' }).click();
    await page.getByLabel('Password', { exact: true }).waitFor();
    const found = await new AxeBuilder({ page }).analyze();
    assert.deepEqual(found.violations.map(({ id }) => id), [], `shown, ${look}`);
    if (process.env.SCREENS) await page.screenshot({ path: join(process.env.SCREENS, `authorized-${look}.png`) });
  }
  const expected = (problem) => problem.includes('authorize-application.php') || problem.startsWith(`other host: http://127.0.0.1:${program.address().port}`);
  assert.deepEqual(page.problems.filter((problem) => !expected(problem)), []);
});
