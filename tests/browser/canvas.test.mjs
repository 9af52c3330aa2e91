// Writing looks like reading: each block in the canvas beside the same block on the published page, picture by picture.
// With CANVAS_PAIRS=folder the pairs are kept there, for looking at.

import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import pixelmatch from 'pixelmatch';
import { PNG } from 'pngjs';
import { blocks } from './canvas-blocks.mjs';
import { PICTURE, WAV, Writer } from './writing.mjs';

const KEEP = process.env.CANVAS_PAIRS;
/** Pixels a block may be wider or higher in one than in the other. */
const SIZE = 3;
/** Part of what is drawn that may differ: text lies a fraction of a pixel elsewhere. */
const PIXELS = 0.04;
/** What the editor offers and nobody can compare, with the reason. */
const NOT_COMPARED = {
  'core/more': 'a mark for the writer: readers get an anchor that nothing shows',
  'core/nextpage': 'a mark for the writer: what follows is on another page',
  'core/query-pagination': 'the canvas shows an imagined row of pages, as in WordPress; readers those there are',
  'core/query-pagination-next': 'within it',
  'core/query-pagination-numbers': 'within it',
  'core/query-pagination-previous': 'within it',
  'core/query-total': 'the canvas shows an imagined number, as in WordPress',
  'core/shortcode': 'the canvas shows the source, as in WordPress; only the server knows what it stands for',
};
/** Providers of embeds: the canvas asks no other host, and readers get their players. */
const PROVIDERS = /^core\/embed\//;

let writer;
let names;
let link;

// Another site, whose feed is shown.
const feed = createServer((_, answer) => answer.writeHead(200, { 'Content-Type': 'application/rss+xml' }).end(`<?xml version="1.0"?><rss version="2.0"><channel><title>Tides</title>
<item><title>High water at six</title><link>http://example.org/1</link><description>Bring boots.</description><pubDate>Mon, 06 Jan 2025 06:00:00 +0000</pubDate></item>
<item><title>Low water at noon</title><link>http://example.org/2</link><description>Bring a spade.</description><pubDate>Sun, 05 Jan 2025 12:00:00 +0000</pubDate></item></channel></rss>`));

/** A second of a green film, made by the browser itself. */
const film = (page) => page.evaluate(async () => {
  const canvas = Object.assign(document.createElement('canvas'), { width: 320, height: 180 });
  const pen = canvas.getContext('2d');
  const recorder = new MediaRecorder(canvas.captureStream(10), { mimeType: 'video/webm' });
  const parts = [];
  recorder.ondataavailable = ({ data }) => parts.push(data);
  const ended = new Promise((resolve) => { recorder.onstop = resolve; });
  recorder.start();
  for (let frame = 0; frame < 8; frame += 1) {
    pen.fillStyle = '#28783c';
    pen.fillRect(0, 0, 320, 180);
    await new Promise((resolve) => { requestAnimationFrame(resolve); });
  }
  recorder.requestData();
  recorder.stop();
  await ended;
  return [...new Uint8Array(await new Blob(parts).arrayBuffer())];
});

/** What the blocks refer to. */
async function site() {
  const upload = (name, type, bytes) => writer.page.evaluate(async ({ name, type, bytes }) => {
    const body = new FormData();
    body.append('file', new File([new Uint8Array(bytes)], name, { type }));
    const { id, source_url: url } = await window.wp.apiFetch({ path: '/wp/v2/media', method: 'POST', body });
    return { id, url };
  }, { name, type, bytes: [...bytes] });
  const make = (path, data) => writer.api(`/wp/v2/${path}`, { method: 'POST', data });
  const picture = await upload('green.png', 'image/png', PICTURE);
  const video = await upload('boats.webm', 'video/webm', await film(writer.page));
  const audio = await upload('silence.wav', 'audio/wav', WAV);
  const tag = await make('tags', { name: 'Herring' });
  // Those before and after the post that is compared.
  const [{ link: post }] = await Promise.all(['2025-01-02', '2025-01-04'].map((day) => make('posts', { title: `Of ${day}`, status: 'publish', date: `${day}T12:00:00`, excerpt: 'Short.', content: '<!-- wp:paragraph -->\n<p>Short.</p>\n<!-- /wp:paragraph -->' })));
  const navigation = await make('navigation', { title: 'Menu', status: 'publish', content: '<!-- wp:home-link {"label":"Home"} /-->\n\n<!-- wp:navigation-link {"label":"Boats","url":"/boats","kind":"custom"} /-->\n\n<!-- wp:navigation-submenu {"label":"Tides","url":"/tides","kind":"custom"} -->\n<!-- wp:navigation-link {"label":"High","url":"/high","kind":"custom"} /-->\n<!-- /wp:navigation-submenu -->' });
  const pattern = await make('blocks', { title: 'Contact', status: 'publish', content: '<!-- wp:paragraph -->\n<p>Call the desk.</p>\n<!-- /wp:paragraph -->' });
  await make('settings', { site_logo: picture.id, description: 'News of the quay' });
  await writer.api('/wp/v2/users/me', { method: 'POST', data: { description: 'Writes of boats.' } });
  return { picture, video, audio, tag: tag.id, navigation: navigation.id, pattern: pattern.id, post, feed: `http://127.0.0.1:${feed.address().port}/feed` };
}

before(async () => {
  await new Promise((resolve) => { feed.listen(0, '127.0.0.1', resolve); });
  // This machine may be asked for feeds.
  writer = await Writer.start({ env: { BUCKETPRESS_SERVER_FETCH_NETWORKS: '127.0.0.0/8' } });
  await writer.begin('x');
  const there = await site();
  const all = blocks(there);
  names = all.map(([name]) => name);
  const made = await writer.api('/wp/v2/posts', { method: 'POST', data: {
    title: 'All blocks', status: 'publish', date: '2025-01-03T12:00:00', excerpt: 'Every block there is.', featured_media: there.picture.id, tags: [there.tag],
    meta: { footnotes: JSON.stringify([{ id: 'n1', content: 'The note itself.' }]) },
    content: all.map(([, content]) => content).join('\n\n'),
  } });
  link = made.link;
  await writer.open(made.id);
  await writer.canvas.locator('[data-type="core/calendar"] table').waitFor();
  await writer.canvas.locator('[data-type="core/archives"] li').first().waitFor();
  await writer.canvas.locator('[data-type="core/latest-comments"]').getByText('No comments').waitFor();
  await writer.canvas.locator('[data-type="core/latest-posts"] time').first().waitFor();
  await writer.canvas.locator('[data-type="core/categories"] li').first().waitFor();
  await writer.canvas.locator('[data-type="core/rss"]').getByText('Low water at noon').waitFor();
  await writer.canvas.locator('[data-type="core/navigation"]').getByText('Boats').waitFor();
  await writer.canvas.locator('[data-type="core/query"]').getByText('Of 2025-01-04').first().waitFor();
  await writer.canvas.locator('[data-type="core/query"]').getByText('Nothing yet.').first().waitFor();
  await writer.block('core/embed').scrollIntoViewIfNeeded();
  await writer.canvas.locator('[data-type="core/embed"]').frameLocator('iframe').getByText('Of 2025-01-02').waitFor();
  await writer.canvas.locator('[data-type="core/page-list"]').getByText('About').waitFor();
  // The writer looks at what the source gives.
  await writer.block('core/html').click();
  await (await writer.tools()).getByRole('button', { name: 'Preview', exact: true }).click();
  await writer.block('core/html').frameLocator('iframe').getByText('hand').waitFor();
  await writer.canvas.locator('.components-spinner').first().waitFor({ state: 'detached' });
  await writer.page.evaluate(() => window.wp.data.dispatch('core/block-editor').clearSelectedBlock());
  if (KEEP) mkdirSync(KEEP, { recursive: true });
});
after(async () => {
  await writer?.stop();
  feed.close();
});

test('every block the editor offers is among them', async () => {
  const { offered, here } = await writer.page.evaluate(() => {
    const { blocks, data } = window.wp;
    const editor = data.select('core/block-editor');
    const all = (list) => list.flatMap((block) => [block, ...all(editor.getBlocks(block.clientId))]);
    const here = all(editor.getBlocks());
    const variation = ({ name, attributes }) => data.select('core/blocks').getActiveBlockVariation(name, attributes);
    const usual = (name) => blocks.getBlockVariations(name, 'inserter')?.find(({ isDefault }) => isDefault);
    return {
      offered: [
        ...blocks.getBlockTypes().filter(({ supports }) => supports.inserter !== false).map(({ name }) => name),
        // Patterns of the site are offered by number.
        ...editor.getInserterItems().map(({ id }) => id.replace(/^core\/block\/\d+$/, 'core/block')),
      ],
      here: [...here.map(({ name }) => name), ...here.map((block) => `${block.name}/${(variation(block) ?? usual(block.name))?.name}`)],
    };
  });
  const missing = [...new Set(offered)].filter((id) => !here.includes(id) && !PROVIDERS.test(id));
  assert.deepEqual(missing.sort(), Object.keys(NOT_COMPARED).sort());
});

/** Pictures of the elements, each alone and at whole pixels: letters are drawn otherwise between them. */
async function pictures(elements) {
  const taken = [];
  for (let at = 0; at < await elements.count(); at += 1) {
    await elements.evaluateAll((all, at) => {
      all.forEach((one, place) => one.style.setProperty('display', place === at ? '' : 'none', 'important'));
      const holder = all[at].parentElement;
      Object.assign(holder.style, { position: 'relative', top: '0', left: '0' });
      const { top, left } = all[at].getBoundingClientRect();
      Object.assign(holder.style, { top: `${Math.ceil(top) - top}px`, left: `${Math.ceil(left) - left}px` });
    }, at);
    const shown = await elements.nth(at).evaluate((one) => one.getClientRects().length > 0 && one.offsetHeight > 0);
    taken.push(shown ? PNG.sync.read(await elements.nth(at).screenshot({ animations: 'disabled', caret: 'hide' })) : new PNG({ width: 1, height: 1 }));
  }
  return taken;
}

const onWhite = ({ width, height, data }, wide, high) => {
  const png = new PNG({ width: wide, height: high });
  png.data.fill(255);
  for (let y = 0; y < Math.min(height, high); y += 1) data.copy(png.data, y * wide * 4, y * width * 4, (y * width + Math.min(width, wide)) * 4);
  return png;
};

/** Pixels that are not as the ground in one of two pictures of the same size. */
function drawn(...pictures) {
  let count = 0;
  for (let at = 0; at < pictures[0].data.length; at += 4) {
    if (pictures.some(({ data }) => Math.min(data[at], data[at + 1], data[at + 2]) < 235)) count += 1;
  }
  return count;
}

test('each block looks in the canvas as readers see it', async () => {
  // Room for all, so that nothing is cut off by the frame or hidden below tools.
  await writer.page.setViewportSize({ width: 1280, height: 6000 });
  await writer.page.mouse.move(1200, 5900);
  const canvas = await pictures(writer.canvas.locator('.is-root-container > [data-block]'));
  // As wide as the canvas is: sizes of the theme go by the width of the window.
  const width = await writer.page.locator('iframe[name="editor-canvas"]').evaluate((frame) => frame.clientWidth);
  const reader = await writer.browser.newPage({ viewport: { width, height: 6000 } });
  await reader.goto(link);
  await reader.locator('.wp-block-embed').scrollIntoViewIfNeeded();
  await reader.frameLocator('.wp-block-embed iframe').getByText('Of 2025-01-02').waitFor();
  const tags = await reader.locator('.entry-content > *').evaluateAll((all) => all.map((one) => `${one.localName}.${one.className}`));
  const published = await pictures(reader.locator('.entry-content > *'));
  await reader.close();
  assert.equal(canvas.length, names.length, 'a block is one element in the canvas');
  assert.equal(published.length, names.length, `a block is one element for readers: ${tags.join(' ')}`);
  const differing = [];
  names.forEach((name, at) => {
    const [a, b] = [canvas[at], published[at]];
    const [wide, high] = [Math.max(a.width, b.width), Math.max(a.height, b.height)];
    const [left, right, diff] = [onWhite(a, wide, high), onWhite(b, wide, high), new PNG({ width: wide, height: high })];
    if (wide === 1) differing.push(`${name}: nothing is seen of it`);
    const count = pixelmatch(left.data, right.data, diff.data, wide, high, { threshold: 0.2 });
    const part = count / Math.max(1, drawn(left, right));
    if (KEEP) {
      const pair = new PNG({ width: wide * 2 + 20, height: high });
      pair.data.fill(200);
      for (const [png, x] of [[left, 0], [right, wide + 20]]) PNG.bitblt(png, pair, 0, 0, wide, high, x, 0);
      writeFileSync(join(KEEP, `${String(at).padStart(2, '0')}-${name.replaceAll(' ', '-')}.png`), PNG.sync.write(pair));
    }
    if (Math.abs(a.width - b.width) > SIZE || Math.abs(a.height - b.height) > SIZE || part > PIXELS) {
      differing.push(`${name}: ${a.width}×${a.height} in the canvas, ${b.width}×${b.height} for readers, ${(part * 100).toFixed(1)} % of what is drawn`);
    }
  });
  assert.deepEqual(differing, []);
});
