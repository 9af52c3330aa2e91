// Posts as cards in frames: in the canvas, for readers of this site, and on a page of another that speaks as WordPress's do.

import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { after, before, test } from 'node:test';
import { Writer } from './writing.mjs';

const SECRET = 'aB3dE5gH7j';

let writer;
let shown;
let link;

/** A page of another site that shows `card` and keeps what the frame tells it. */
const host = createServer((request, answer) => {
  const card = new URL(request.url, 'http://localhost').searchParams.get('card');
  answer.writeHead(200, { 'Content-Type': 'text/html' }).end(`<!doctype html><title>Elsewhere</title>
<script>
  window.told = [];
  addEventListener('message', ({ data, source }) => {
    const frame = document.querySelector('iframe');
    if (source !== frame.contentWindow || data.secret !== '${SECRET}') return;
    told.push(data);
    if (data.message === 'height') frame.height = data.value;
  });
</script>
<iframe sandbox="allow-scripts" security="restricted" src="${card}#?secret=${SECRET}" width="600" height="338" frameborder="0" scrolling="no"></iframe>`);
});

before(async () => {
  await new Promise((resolve) => { host.listen(0, '127.0.0.1', resolve); });
  writer = await Writer.start();
  await writer.begin('x');
  shown = await writer.api('/wp/v2/posts', { method: 'POST', data: { title: 'The ferry sails at six', status: 'publish', excerpt: 'Bring boots, and be on the quay by half past five.', content: '<!-- wp:paragraph -->\n<p>Boots.</p>\n<!-- /wp:paragraph -->' } });
});
after(async () => {
  await writer?.stop();
  host.close();
});

test('a writer gives an address of the site and sees the card; so do readers, and one click leads them there', async () => {
  await writer.begin('News of the quay');
  await writer.insert('Embed');
  const embed = writer.block('core/embed');
  await embed.getByPlaceholder('Enter URL to embed here').fill(shown.link);
  await embed.getByRole('button', { name: 'Embed' }).click();
  await embed.frameLocator('iframe.wp-embedded-content').getByText('Bring boots').waitFor();
  ({ link } = await writer.publish());

  const reader = await writer.browser.newPage({ viewport: { width: 1000, height: 900 } });
  const problems = [];
  reader.on('console', (message) => { if (message.type() === 'error') problems.push(message.text()); });
  await reader.goto(link);
  const card = reader.frameLocator('iframe.wp-embedded-content');
  await card.getByRole('heading', { name: 'The ferry sails at six' }).waitFor();
  const styled = await card.locator('.embed-card').evaluate((one) => getComputedStyle(one).display);
  assert.equal(styled, 'flex', 'with its styles');
  await card.getByRole('link', { name: 'The ferry sails at six' }).click();
  await reader.waitForURL(shown.link);
  assert.deepEqual(problems, []);
  await reader.close();
});

test('pages of WordPress sites are told how high a card is and where a click leads', async () => {
  const page = await writer.browser.newPage({ viewport: { width: 1000, height: 900 } });
  const problems = [];
  page.on('console', (message) => { if (message.type() === 'error') problems.push(message.text()); });
  await page.goto(`http://127.0.0.1:${host.address().port}/?card=${encodeURIComponent(`${shown.link}embed/`)}`);
  await page.waitForFunction(() => window.told.some(({ message }) => message === 'height'));
  const high = async () => {
    const { height } = await page.locator('iframe').boundingBox();
    const card = await page.frameLocator('iframe').locator('.embed-card').boundingBox();
    return { frame: Math.round(height), card: Math.ceil(card.height) };
  };
  const wide = await high();
  assert.equal(wide.frame, wide.card, 'neither cut nor empty below');
  assert.ok(wide.frame > 80 && wide.frame < 338, `${wide.frame}`);
  // Narrower is higher.
  const before = await page.evaluate(() => window.told.length);
  await page.locator('iframe').evaluate((frame) => { frame.width = 220; });
  await page.waitForFunction((before) => window.told.length > before, before);
  const narrow = await high();
  assert.ok(narrow.frame > wide.frame && narrow.frame === narrow.card, JSON.stringify([wide, narrow]));
  // Asked again, it says so again.
  const told = await page.evaluate(() => window.told.length);
  await page.evaluate((secret) => document.querySelector('iframe').contentWindow.postMessage({ message: 'ready', secret }, '*'), SECRET);
  await page.waitForFunction((told) => window.told.length > told, told);
  await page.frameLocator('iframe').getByRole('link', { name: 'The ferry sails at six' }).click();
  await page.waitForFunction(() => window.told.some(({ message }) => message === 'link'));
  const clicked = await page.evaluate(() => window.told.find(({ message }) => message === 'link').value);
  assert.equal(clicked, shown.link);
  assert.deepEqual(problems, [], 'the frame does not try itself what it may not');
  await page.close();
});

test('a card that is gone says so in its frame', async () => {
  await writer.api(`/wp/v2/posts/${shown.id}`, { method: 'DELETE' });
  const page = await writer.browser.newPage();
  await page.goto(`http://127.0.0.1:${host.address().port}/?card=${encodeURIComponent(`${shown.link}embed/`)}`);
  await page.frameLocator('iframe').getByRole('heading', { name: 'This is no longer here' }).waitFor();
  await page.goto(link);
  await page.getByRole('link', { name: shown.link }).waitFor();
  assert.equal(await page.locator('iframe').count(), 0);
  await page.close();
});
