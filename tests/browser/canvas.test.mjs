// Writing looks like reading: each block in the canvas beside the same block on the published page, picture by picture.
// With CANVAS_PAIRS=folder the pairs are kept there, for looking at.

import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import pixelmatch from 'pixelmatch';
import { PNG } from 'pngjs';
import { PICTURE, Writer } from './writing.mjs';

const KEEP = process.env.CANVAS_PAIRS;
/** Pixels a block may be wider or higher in one than in the other. */
const SIZE = 3;
/** Part of the pixels that may differ: text lies a fraction of a pixel elsewhere. */
const PIXELS = 0.04;
/** Blocks that may differ more. The field of a search shows in the canvas where its placeholder is written. */
const MORE = { search: 0.08 };

const text = 'The boats came in before six, and the harbour was awake long before the first of them had tied up at the quay.';
const blocks = (picture) => [
  ['paragraph', `<!-- wp:paragraph -->\n<p>${text} <a href="/a">A link</a>, <strong>strong</strong>, <em>stressed</em>, <code>code</code>.</p>\n<!-- /wp:paragraph -->`],
  ['paragraph with colours', '<!-- wp:paragraph {"backgroundColor":"light-green-cyan","fontSize":"large"} -->\n<p class="has-light-green-cyan-background-color has-background has-large-font-size">Large, on green</p>\n<!-- /wp:paragraph -->'],
  ['paragraph centred', '<!-- wp:paragraph {"align":"center"} -->\n<p class="has-text-align-center">In the middle</p>\n<!-- /wp:paragraph -->'],
  ['heading', '<!-- wp:heading -->\n<h2 class="wp-block-heading">A heading of the second level</h2>\n<!-- /wp:heading -->'],
  ['heading 3', '<!-- wp:heading {"level":3} -->\n<h3 class="wp-block-heading">One of the third</h3>\n<!-- /wp:heading -->'],
  ['list', '<!-- wp:list -->\n<ul class="wp-block-list"><!-- wp:list-item -->\n<li>Herring<!-- wp:list -->\n<ul class="wp-block-list"><!-- wp:list-item -->\n<li>Salted</li>\n<!-- /wp:list-item --></ul>\n<!-- /wp:list --></li>\n<!-- /wp:list-item -->\n\n<!-- wp:list-item -->\n<li>Cod</li>\n<!-- /wp:list-item --></ul>\n<!-- /wp:list -->'],
  ['numbered list', '<!-- wp:list {"ordered":true} -->\n<ol class="wp-block-list"><!-- wp:list-item -->\n<li>First</li>\n<!-- /wp:list-item -->\n\n<!-- wp:list-item -->\n<li>Second</li>\n<!-- /wp:list-item --></ol>\n<!-- /wp:list -->'],
  ['quote', `<!-- wp:quote -->\n<blockquote class="wp-block-quote"><!-- wp:paragraph -->\n<p>${text}</p>\n<!-- /wp:paragraph --><cite>A fisherman</cite></blockquote>\n<!-- /wp:quote -->`],
  ['code', '<!-- wp:code -->\n<pre class="wp-block-code"><code>let x = 1;\nlet y = 2;</code></pre>\n<!-- /wp:code -->'],
  ['preformatted', '<!-- wp:preformatted -->\n<pre class="wp-block-preformatted">kept   as\nit is</pre>\n<!-- /wp:preformatted -->'],
  ['pullquote', '<!-- wp:pullquote -->\n<figure class="wp-block-pullquote"><blockquote><p>Pulled out of the text.</p><cite>Somebody</cite></blockquote></figure>\n<!-- /wp:pullquote -->'],
  ['verse', '<!-- wp:verse -->\n<pre class="wp-block-verse">A rose is\na rose</pre>\n<!-- /wp:verse -->'],
  ['table', '<!-- wp:table -->\n<figure class="wp-block-table"><table class="has-fixed-layout"><thead><tr><th>Port</th><th>Tide</th></tr></thead><tbody><tr><td>North</td><td>six</td></tr><tr><td>South</td><td>noon</td></tr></tbody></table><figcaption class="wp-element-caption">Of today</figcaption></figure>\n<!-- /wp:table -->'],
  ['table with stripes', '<!-- wp:table {"className":"is-style-stripes"} -->\n<figure class="wp-block-table is-style-stripes"><table class="has-fixed-layout"><tbody><tr><td>North</td><td>six</td></tr><tr><td>South</td><td>noon</td></tr></tbody></table></figure>\n<!-- /wp:table -->'],
  ['image', `<!-- wp:image {"id":${picture.id},"width":"300px","height":"200px","sizeSlug":"full","linkDestination":"none"} -->\n<figure class="wp-block-image size-full is-resized"><img src="${picture.url}" alt="Green" class="wp-image-${picture.id}" style="width:300px;height:200px"/><figcaption class="wp-element-caption">All green</figcaption></figure>\n<!-- /wp:image -->`],
  ['gallery', `<!-- wp:gallery {"linkTo":"none"} -->\n<figure class="wp-block-gallery has-nested-images columns-default is-cropped">${[1, 2].map(() => `<!-- wp:image {"id":${picture.id},"sizeSlug":"full","linkDestination":"none"} -->\n<figure class="wp-block-image size-full"><img src="${picture.url}" alt="" class="wp-image-${picture.id}"/></figure>\n<!-- /wp:image -->`).join('\n\n')}</figure>\n<!-- /wp:gallery -->`],
  ['file', `<!-- wp:file {"id":${picture.id},"href":"${picture.url}"} -->\n<div class="wp-block-file"><a id="f1" href="${picture.url}">timetable</a><a href="${picture.url}" class="wp-block-file__button wp-element-button" download aria-describedby="f1">Download</a></div>\n<!-- /wp:file -->`],
  ['cover', `<!-- wp:cover {"url":"${picture.url}","id":${picture.id},"dimRatio":50,"customOverlayColor":"#28783c","layout":{"type":"constrained"}} -->\n<div class="wp-block-cover"><img class="wp-block-cover__image-background wp-image-${picture.id}" alt="" src="${picture.url}" data-object-fit="cover"/><span aria-hidden="true" class="wp-block-cover__background has-background-dim" style="background-color:#28783c"></span><div class="wp-block-cover__inner-container"><!-- wp:paragraph {"align":"center","fontSize":"large"} -->\n<p class="has-text-align-center has-large-font-size">Over the sea</p>\n<!-- /wp:paragraph --></div></div>\n<!-- /wp:cover -->`],
  ['media and text', `<!-- wp:media-text {"mediaId":${picture.id},"mediaType":"image"} -->\n<div class="wp-block-media-text is-stacked-on-mobile"><figure class="wp-block-media-text__media"><img src="${picture.url}" alt="" class="wp-image-${picture.id} size-full"/></figure><div class="wp-block-media-text__content"><!-- wp:paragraph -->\n<p>Beside it</p>\n<!-- /wp:paragraph --></div></div>\n<!-- /wp:media-text -->`],
  ['columns', `<!-- wp:columns -->\n<div class="wp-block-columns"><!-- wp:column -->\n<div class="wp-block-column"><!-- wp:paragraph -->\n<p>${text}</p>\n<!-- /wp:paragraph --></div>\n<!-- /wp:column -->\n\n<!-- wp:column -->\n<div class="wp-block-column"><!-- wp:paragraph -->\n<p>Right</p>\n<!-- /wp:paragraph --></div>\n<!-- /wp:column --></div>\n<!-- /wp:columns -->`],
  ['group', '<!-- wp:group {"backgroundColor":"cyan-bluish-gray","layout":{"type":"constrained"}} -->\n<div class="wp-block-group has-cyan-bluish-gray-background-color has-background"><!-- wp:paragraph -->\n<p>Together</p>\n<!-- /wp:paragraph -->\n\n<!-- wp:paragraph -->\n<p>and on grey</p>\n<!-- /wp:paragraph --></div>\n<!-- /wp:group -->'],
  ['row', '<!-- wp:group {"layout":{"type":"flex","flexWrap":"nowrap"}} -->\n<div class="wp-block-group"><!-- wp:paragraph -->\n<p>One</p>\n<!-- /wp:paragraph -->\n\n<!-- wp:paragraph -->\n<p>beside the other</p>\n<!-- /wp:paragraph --></div>\n<!-- /wp:group -->'],
  ['buttons', '<!-- wp:buttons -->\n<div class="wp-block-buttons"><!-- wp:button -->\n<div class="wp-block-button"><a class="wp-block-button__link wp-element-button" href="/a">Subscribe</a></div>\n<!-- /wp:button -->\n\n<!-- wp:button {"className":"is-style-outline"} -->\n<div class="wp-block-button is-style-outline"><a class="wp-block-button__link wp-element-button" href="/a">Read on</a></div>\n<!-- /wp:button --></div>\n<!-- /wp:buttons -->'],
  ['separator', '<!-- wp:separator -->\n<hr class="wp-block-separator has-alpha-channel-opacity"/>\n<!-- /wp:separator -->'],
  ['spacer', '<!-- wp:spacer {"height":"40px"} -->\n<div style="height:40px" aria-hidden="true" class="wp-block-spacer"></div>\n<!-- /wp:spacer -->'],
  ['details', '<!-- wp:details -->\n<details class="wp-block-details"><summary>More about it</summary><!-- wp:paragraph -->\n<p>Hidden</p>\n<!-- /wp:paragraph --></details>\n<!-- /wp:details -->'],
  ['markdown', '<!-- wp:jetpack/markdown {"source":"## Tides\\n\\nHigh at *six*."} -->\n<div class="wp-block-jetpack-markdown"><h2>Tides</h2>\n<p>High at <em>six</em>.</p></div>\n<!-- /wp:jetpack/markdown -->'],
  ['archives', '<!-- wp:archives /-->'],
  ['categories', '<!-- wp:categories /-->'],
  ['calendar', '<!-- wp:calendar /-->'],
  ['latest posts', '<!-- wp:latest-posts {"postsToShow":1,"displayPostDate":true} /-->'],
  ['latest comments', '<!-- wp:latest-comments /-->'],
  ['tag cloud', '<!-- wp:tag-cloud /-->'],
  ['search', '<!-- wp:search {"label":"Search","buttonText":"Search"} /-->'],
  ['social icons', '<!-- wp:social-links -->\n<ul class="wp-block-social-links"><!-- wp:social-link {"url":"https://github.com/a","service":"github"} /--></ul>\n<!-- /wp:social-links -->'],
];

let writer;
let names;
let link;

before(async () => {
  writer = await Writer.start();
  await writer.begin('x');
  const picture = await writer.page.evaluate(async (bytes) => {
    const body = new FormData();
    body.append('file', new File([new Uint8Array(bytes)], 'green.png', { type: 'image/png' }));
    const { id, source_url: url } = await window.wp.apiFetch({ path: '/wp/v2/media', method: 'POST', body });
    return { id, url };
  }, [...PICTURE]);
  const all = blocks(picture);
  names = all.map(([name]) => name);
  const made = await writer.api('/wp/v2/posts', { method: 'POST', data: { title: 'All blocks', status: 'publish', content: all.map(([, content]) => content).join('\n\n') } });
  link = made.link;
  await writer.open(made.id);
  await writer.canvas.locator('[data-type="core/calendar"] table').waitFor();
  await writer.canvas.locator('[data-type="core/archives"] li').first().waitFor();
  await writer.canvas.locator('[data-type="core/latest-comments"]').getByText('No comments').waitFor();
  await writer.canvas.locator('[data-type="core/latest-posts"] time').first().waitFor();
  await writer.canvas.locator('[data-type="core/categories"] li').first().waitFor();
  if (KEEP) mkdirSync(KEEP, { recursive: true });
});
after(() => writer?.stop());

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
    taken.push(PNG.sync.read(await elements.nth(at).screenshot({ animations: 'disabled', caret: 'hide' })));
  }
  return taken;
}

const onWhite = ({ width, height, data }, wide, high) => {
  const png = new PNG({ width: wide, height: high });
  png.data.fill(255);
  for (let y = 0; y < Math.min(height, high); y += 1) data.copy(png.data, y * wide * 4, y * width * 4, (y * width + Math.min(width, wide)) * 4);
  return png;
};

test('each block looks in the canvas as readers see it', async () => {
  // Room for all, so that nothing is cut off by the frame or hidden below tools.
  await writer.page.setViewportSize({ width: 1280, height: 6000 });
  await writer.page.mouse.move(1200, 5900);
  const canvas = await pictures(writer.canvas.locator('.is-root-container > [data-block]'));
  // As wide as the canvas is: sizes of the theme go by the width of the window.
  const width = await writer.page.locator('iframe[name="editor-canvas"]').evaluate((frame) => frame.clientWidth);
  const reader = await writer.browser.newPage({ viewport: { width, height: 6000 } });
  await reader.goto(link);
  const published = await pictures(reader.locator('.entry-content > *'));
  await reader.close();
  assert.deepEqual([canvas.length, published.length], [names.length, names.length]);
  const differing = [];
  names.forEach((name, at) => {
    const [a, b] = [canvas[at], published[at]];
    const [wide, high] = [Math.max(a.width, b.width), Math.max(a.height, b.height)];
    const [left, right, diff] = [onWhite(a, wide, high), onWhite(b, wide, high), new PNG({ width: wide, height: high })];
    const count = pixelmatch(left.data, right.data, diff.data, wide, high, { threshold: 0.2 });
    const part = count / (wide * high);
    if (KEEP) {
      const pair = new PNG({ width: wide * 2 + 20, height: high });
      pair.data.fill(200);
      for (const [png, x] of [[left, 0], [right, wide + 20]]) PNG.bitblt(png, pair, 0, 0, wide, high, x, 0);
      writeFileSync(join(KEEP, `${String(at).padStart(2, '0')}-${name.replaceAll(' ', '-')}.png`), PNG.sync.write(pair));
    }
    if (Math.abs(a.width - b.width) > SIZE || Math.abs(a.height - b.height) > SIZE || part > (MORE[name] ?? PIXELS)) {
      differing.push(`${name}: ${a.width}×${a.height} in the canvas, ${b.width}×${b.height} for readers, ${(part * 100).toFixed(1)} % of the pixels`);
    }
  });
  assert.deepEqual(differing, []);
});
