// Every common block, put into a post by hand in a real Chromium; what readers then get over HTTP.

import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { after, before, test } from 'node:test';
import { PICTURE, WAV, Writer, uploaded } from './writing.mjs';

let writer;
before(async () => { writer = await Writer.start(); });
after(() => writer?.stop());

/** Publishes what was written, opens it again, and gives the reader's page. */
async function published() {
  const post = await writer.publish();
  const { status, html } = await writer.reads(post.link);
  assert.equal(status, 200);
  await writer.open(post.id);
  const { invalid } = await writer.state();
  assert.deepEqual(invalid, [], 'opened again, no block is damaged');
  return html.slice(html.indexOf('entry-content'));
}

const type = (text) => writer.page.keyboard.type(text);
const press = (key) => writer.page.keyboard.press(key);

test('text: paragraph, heading, list, quote, code, preformatted, pullquote, verse, details, table, footnote', async () => {
  await writer.begin('Blocks of text');
  await writer.title.press('Enter');
  await type('A plain paragraph.');
  await writer.insert('Heading');
  await type('A heading');
  await writer.insert('List');
  await type('first');
  await press('Enter');
  await press('Tab');
  await type('below the first');
  await writer.insert('Quote');
  await type('Well said.');
  await writer.insert('Code');
  await type('let x = 1 < 2;');
  await writer.insert('Preformatted');
  await type('kept   as is');
  await writer.insert('Pullquote');
  await type('Pulled out.');
  await writer.canvas.getByRole('textbox', { name: 'Pullquote citation text' }).click();
  await type('Somebody');
  await writer.insert('Verse');
  await type('A rose is');
  await press('Enter');
  await type('a rose');
  await writer.insert('Details');
  await type('More about it');
  await writer.block('core/details').locator('summary').click({ position: { x: 4, y: 10 } });
  await writer.block('core/details').locator('p[data-type]').click();
  await type('It is hidden at first.');
  await writer.insert('Table');
  await writer.block('core/table').getByRole('button', { name: 'Create Table' }).click();
  const cells = writer.block('core/table').getByRole('textbox');
  await cells.nth(0).click();
  await type('north');
  await cells.nth(3).click();
  await type('south');
  await writer.paragraph();
  await type('Not without a note');
  await (await writer.tools()).getByRole('button', { name: 'More', exact: true }).click();
  await writer.page.getByRole('menuitem', { name: 'Footnote' }).click();
  await type('The note itself.');

  const html = await published();
  assert.match(html, /<p[^>]*>A plain paragraph\.<\/p>/);
  assert.match(html, /<h2 class="wp-block-heading">A heading<\/h2>/);
  assert.match(html, /<ul class="wp-block-list">\s*<li>first\s*<ul class="wp-block-list">\s*<li>below the first<\/li>/);
  assert.match(html, /<blockquote class="[^"]*wp-block-quote[^"]*">\s*<p>Well said\.<\/p>/);
  assert.match(html, /<pre class="wp-block-code"><code>let x = 1 &lt; 2;<\/code><\/pre>/);
  assert.match(html, /<pre class="wp-block-preformatted">kept   as is<\/pre>/);
  assert.match(html, /<figure class="wp-block-pullquote"><blockquote><p>Pulled out\.<\/p><cite>Somebody<\/cite>/);
  assert.match(html, /<pre class="wp-block-verse">A rose is\s*(<br>)?\s*a rose<\/pre>/);
  assert.match(html, /<details class="[^"]*wp-block-details[^"]*"><summary>More about it<\/summary>\s*<p>It is hidden at first\.<\/p>/);
  assert.match(html, /<figure class="wp-block-table"><table[^>]*><tbody><tr><td>north<\/td><td><\/td><\/tr><tr><td><\/td><td>south<\/td>/);
  assert.match(html, /<ol class="wp-block-footnotes">\s*<li id="[^"]+">The note itself\./);
  assert.match(html, /<sup data-fn="[^"]+" class="fn"><a [^>]*href="#/);
});

// The shortest files of their kinds: a box that says MP4, a page of nothing.
const MP4 = Buffer.concat([Buffer.from([0, 0, 0, 24]), Buffer.from('ftypisom'), Buffer.from([0, 0, 2, 0]), Buffer.from('isomiso2')]);
const PDF = Buffer.from('%PDF-1.1\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj 2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj 3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 99 99]>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n');
const picture = (name) => ({ name, mimeType: 'image/png', buffer: PICTURE });

/** Gives files to whatever has the focus, or lies at `target`, as a paste or a drop would. */
const give = (how, target, files) => target.evaluate((node, { how, files }) => {
  const data = new DataTransfer();
  for (const { name, type, bytes } of files) data.items.add(new File([new Uint8Array(bytes)], name, { type }));
  if (how === 'paste') return node.dispatchEvent(new ClipboardEvent('paste', { clipboardData: data, bubbles: true, cancelable: true }));
  for (const event of ['dragenter', 'dragover', 'drop']) {
    const { x, y, width, height } = node.getBoundingClientRect();
    node.dispatchEvent(new DragEvent(event, { dataTransfer: data, bubbles: true, cancelable: true, clientX: x + width / 2, clientY: y + height * 0.75 }));
  }
}, { how, files: files.map((name) => ({ name, type: 'image/png', bytes: [...PICTURE] })) });

test('media: pictures by file, paste and drop, gallery, file, video, audio, cover, media and text', async () => {
  await writer.begin('Blocks of media');
  await writer.insert('Image');
  await writer.upload(writer.block('core/image').getByRole('button', { name: 'Upload' }), picture('by-file.png'));
  await writer.block('core/image').locator('img[src*="/wp-content/uploads/"]').waitFor();
  await writer.page.getByRole('button', { name: 'Add caption' }).click();
  await type('A green square');

  await writer.paragraph();
  await give('paste', writer.canvas.locator('.is-root-container > p').last(), ['by-paste.png']);
  await writer.canvas.locator('img[src*="by-paste"]').waitFor();

  await writer.paragraph();
  await give('drop', writer.canvas.locator('.is-root-container > p').last(), ['by-drop.png']);
  await writer.canvas.locator('img[src*="by-drop"]').waitFor();

  await writer.insert('Gallery');
  await writer.upload(writer.block('core/gallery').getByRole('button', { name: 'Upload' }), picture('one.png'), picture('two.png'));
  await writer.block('core/gallery').locator('img[src*="/wp-content/uploads/"]').nth(1).waitFor();
  await writer.insert('File');
  await writer.upload(writer.block('core/file').getByRole('button', { name: 'Upload' }), { name: 'timetable.pdf', mimeType: 'application/pdf', buffer: PDF });
  await writer.block('core/file').getByRole('textbox', { name: 'Download button text' }).waitFor();
  await writer.insert('Video');
  await writer.upload(writer.block('core/video').getByRole('button', { name: 'Upload' }), { name: 'boats.mp4', mimeType: 'video/mp4', buffer: MP4 });
  await writer.block('core/video').locator('video[src*="/wp-content/uploads/"]').waitFor();
  await writer.insert('Audio');
  await writer.upload(writer.block('core/audio').getByRole('button', { name: 'Upload' }), { name: 'silence.wav', mimeType: 'audio/wav', buffer: WAV });
  await writer.block('core/audio').locator('audio[src*="/wp-content/uploads/"]').waitFor();
  await writer.insert('Cover');
  await writer.upload(writer.block('core/cover').getByRole('button', { name: 'Upload' }), picture('sea.png'));
  await writer.block('core/cover').locator('img[src*="/wp-content/uploads/"]').waitFor();
  await writer.block('core/cover').locator('p[data-type]').click();
  await type('Over the sea');
  await writer.insert('Media & Text', 'media');
  await writer.upload(writer.block('core/media-text').getByRole('button', { name: 'Upload' }), picture('beside.png'));
  await writer.block('core/media-text').locator('img[src*="/wp-content/uploads/"]').waitFor();
  await writer.block('core/media-text').locator('p[data-type]').click();
  await type('Beside it');

  const html = await published();
  for (const name of ['by-file', 'by-paste', 'by-drop']) {
    assert.match(html, new RegExp(`<figure class="wp-block-image[^"]*"><img[^>]* src="[^"]*${uploaded(name).source}"`), name);
  }
  assert.match(html, /<figcaption class="wp-element-caption">A green square<\/figcaption>/);
  assert.match(html, /<figure class="is-layout-flex wp-block-gallery[^"]*has-nested-images[^"]*">\s*<figure class="wp-block-image[^"]*"><img[^>]*one[^>]*>\s*<\/figure>\s*<figure class="wp-block-image/);
  assert.match(html, /<div class="wp-block-file">.*<a [^>]*href="[^"]*timetable[^"]*\.pdf"[^>]*>timetable<\/a><a [^>]*class="wp-block-file__button wp-element-button" download[^>]*>Download<\/a>/s);
  assert.match(html, /<figure class="wp-block-video"><video controls src="[^"]*boats[^"]*\.mp4"/);
  assert.match(html, /<figure class="wp-block-audio"><audio controls src="[^"]*silence[^"]*\.wav"/);
  assert.match(html, /<div class="wp-block-cover[^"]*"[^>]*><img [^>]*class="wp-block-cover__image-background[^"]*"[^>]*sea.*<div class="is-layout-constrained wp-block-cover__inner-container">\s*<p[^>]*>Over the sea<\/p>/s);
  assert.match(html, /<div class="wp-block-media-text[^"]*".*<img [^>]*beside.*<p[^>]*>Beside it<\/p>/s);
  for (const [name, mime] of [['by-drop', 'image/png'], ['boats', 'video/mp4'], ['silence', 'audio/'], ['timetable', 'application/pdf']]) {
    const file = await fetch(new URL(html.match(new RegExp(`"([^" ]*${uploaded(name).source})"`))[1], writer.base));
    assert.equal(file.status, 200, name);
    assert.ok(file.headers.get('content-type').startsWith(mime), name);
  }
});

test('design: columns, group, row, buttons, separator, spacer, more, page break', async () => {
  await writer.begin('Blocks of design');
  await writer.insert('Columns');
  await writer.block('core/columns').getByRole('button', { name: 'Two columns; equal split' }).click();
  for (const [at, text] of ['Left', 'Right'].entries()) {
    const column = writer.canvas.locator('[data-type="core/column"]').nth(at);
    if (at > 0) await column.click({ position: { x: 3, y: 3 } });
    await column.getByRole('button', { name: 'Add block' }).click();
    await writer.page.getByRole('option', { name: 'Paragraph', exact: true }).click();
    await type(text);
  }
  await writer.insert('Group');
  await writer.block('core/group').getByRole('button', { name: /^Group/ }).click();
  await writer.block('core/group').getByRole('button', { name: 'Add block' }).click();
  await writer.page.getByRole('option', { name: 'Paragraph', exact: true }).click();
  await type('Together');
  await writer.insert('Buttons');
  await writer.canvas.getByRole('textbox', { name: 'Button text' }).click();
  await type('Subscribe');
  await writer.insert('Separator');
  await writer.insert('Spacer');
  await writer.insert('More');
  await writer.paragraph();
  await type('After the fold');
  await writer.insert('Page Break', 'page break');
  await writer.paragraph();
  await type('The second page');

  const html = await published();
  assert.match(html, /<div class="[^"]*wp-block-columns[^"]*">\s*<div class="[^"]*wp-block-column[^"]*">\s*<p>Left<\/p>\s*<\/div>\s*<div class="[^"]*wp-block-column[^"]*">\s*<p>Right<\/p>/);
  assert.match(html, /<div class="is-layout-flex wp-block-columns/);
  assert.match(html, /<div class="[^"]*wp-block-group[^"]*">\s*<p>Together<\/p>/);
  assert.match(html, /<div class="[^"]*wp-block-buttons[^"]*">\s*<div class="wp-block-button"><a class="wp-block-button__link wp-element-button">Subscribe<\/a><\/div>/);
  assert.match(html, /<hr class="wp-block-separator has-alpha-channel-opacity" ?\/?>/);
  assert.match(html, /<div style="height:100px" aria-hidden="true" class="wp-block-spacer"><\/div>/);
  assert.match(html, /<span id="more-\d+"><\/span>/);
  assert.match(html, /After the fold/);
  assert.ok(!html.includes('The second page'), 'it is on the next page');
  const { link } = await writer.state();
  assert.match((await writer.reads(`${link.replace(/\/$/, '')}/2/`)).html, /<p>The second page<\/p>/);
  const front = (await writer.reads(`${writer.base}/feed/`)).html;
  assert.ok(!front.includes('After the fold') || front.includes('more'), 'lists stop at the fold');
});

// Another site, at an address this server's settings do not let it ask.
const feed = createServer((_, answer) => {
  feed.asked = true;
  answer.end('<rss><channel><item><title>From within</title></item></channel></rss>');
});
before(() => new Promise((resolve) => { feed.listen(0, '127.0.0.1', resolve); }));
after(() => feed.close());

test('widgets: html, shortcode, lists of the site, search, pages, feed, log-in, social icons', async () => {
  await writer.begin('Blocks of widgets');
  await writer.insert('Custom HTML', 'html');
  await writer.block('core/html').getByRole('textbox').click();
  await type('<p class="mine">By hand</p>');
  await writer.insert('Shortcode');
  await writer.block('core/shortcode').getByRole('textbox').click();
  await type('[caption width="300"]<img src="/a.png" alt=""> Under it[/caption]');
  const shown = [
    ['Latest Posts', 'core/latest-posts', 'Blocks of design'],
    ['Archives', 'core/archives', String(new Date().getFullYear())],
    ['Categories List', 'core/categories', 'Uncategorized'],
    ['Terms List', 'core/categories', 'No tags'],
    ['Calendar', 'core/calendar', 'M'],
    ['Tag Cloud', 'core/tag-cloud', 'There are no tags'],
    ['Latest Comments', 'core/latest-comments', 'No comments'],
    ['Page List', 'core/page-list', 'About'],
  ];
  for (const [title, name, text] of shown) {
    await writer.insert(title);
    await writer.block(name).getByText(text).first().waitFor();
  }
  await writer.insert('Search');
  await writer.insert('Login/out', 'login');
  await writer.insert('RSS');
  await writer.block('core/rss').getByPlaceholder('Enter URL here').fill(`http://127.0.0.1:${feed.address().port}/feed`);
  await writer.block('core/rss').getByRole('button', { name: 'Apply' }).click();
  await writer.block('core/rss').getByText('This feed cannot be shown.').waitFor();
  assert.ok(!feed.asked, 'a private address is not asked');
  await writer.insert('Social Icons', 'social');
  await writer.block('core/social-links').getByRole('button', { name: 'Add block' }).click();
  await writer.page.getByRole('searchbox').last().fill('github');
  await writer.page.getByRole('option', { name: 'GitHub' }).click();
  await writer.block('core/social-link').click();
  await writer.page.getByPlaceholder('Enter social link').fill('https://github.com/example');
  await press('Enter');

  const html = await published();
  assert.match(html, /<p class="mine">By hand<\/p>/);
  assert.match(html, /<(figure|div) [^>]*class="wp-caption[^"]*"[^>]*>.*Under it/s);
  assert.match(html, /<ul class="wp-block-latest-posts__list wp-block-latest-posts[^"]*"><li><a [^>]*>Blocks of /);
  assert.match(html, /<ul class="wp-block-archives-list wp-block-archives"/);
  assert.match(html, /<ul class="wp-block-categories-list wp-block-categories[^"]*">\s*<li class="cat-item/);
  assert.match(html, /<div class="wp-block-calendar"><table/);
  assert.match(html, /<p class="wp-block-tag-cloud">/);
  assert.match(html, /wp-block-latest-comments/);
  assert.match(html, /<form role="search" method="get" action="[^"]*"[^>]*wp-block-search/);
  assert.match(html, /<ul class="wp-block-page-list">/);
  assert.match(html, /<p class="wp-block-rss">This feed cannot be shown\.<\/p>/);
  assert.ok(!html.includes('From within') && !feed.asked);
  assert.match(html, /<div class="[^"]*wp-block-loginout"><a href="[^"]*\/wp-login\.php/);
  assert.match(html, /<ul class="[^"]*wp-block-social-links[^"]*">\s*<li class="wp-social-link wp-social-link-github[^"]*"><a href="https:\/\/github\.com\/example"/);
});

test('a synced pattern is the same wherever it is put; a post of the site is embedded', async () => {
  await writer.begin('Patterns');
  await writer.title.press('Enter');
  await type('Call the desk');
  await writer.makePattern('Contact');
  await writer.insert('Contact');
  await writer.insert('Embed');
  const embed = writer.block('core/embed');
  await embed.getByPlaceholder('Enter URL to embed here').fill((await writer.api('/wp/v2/posts?search=text&per_page=1'))[0].link);
  await embed.getByRole('button', { name: 'Embed' }).click();
  await embed.frameLocator('iframe').getByRole('heading', { name: 'Blocks of text' }).waitFor();
  const { content } = await writer.state();
  const ref = content.match(/<!-- wp:block {"ref":(\d+)} \/-->/)[1];
  const html = await published();
  assert.equal(html.split('<p>Call the desk</p>').length - 1, 2);
  assert.match(html, /<figure class="wp-block-embed[^"]*"><div class="wp-block-embed__wrapper">\s*<iframe class="wp-embedded-content"[^>]* src="[^"]*\/blocks-of-text\/embed\/"/);

  await writer.api(`/wp/v2/blocks/${ref}`, { method: 'PUT', data: { content: '<!-- wp:paragraph -->\n<p>Write to the desk</p>\n<!-- /wp:paragraph -->' } });
  const { link } = await writer.state();
  assert.equal((await writer.reads(link)).html.split('<p>Write to the desk</p>').length - 1, 2, 'changed once, changed everywhere');
});

test('a loop of posts, and blocks that show the post they stand in', async () => {
  await writer.begin('Blocks of themes');
  await writer.insert('Query Loop', 'query');
  await writer.block('core/query').getByRole('button', { name: 'Start blank' }).click();
  await writer.block('core/query').getByRole('button', { name: 'Title & Date' }).click();
  await writer.block('core/query').getByText('Blocks of text').first().waitFor();
  await writer.insert('Author Name');
  await writer.insert('Title', 'title');

  const html = await published();
  assert.match(html, /<ul class="[^"]*wp-block-post-template[^"]*">\s*<li class="wp-block-post [^"]*">\s*<h2 class="wp-block-post-title">Blocks of themes<\/h2>.*<h2 class="wp-block-post-title">Patterns<\/h2>/s);
  assert.match(html, /wp-block-post-author-name">ann</);
  assert.match(html, /<h2 class="wp-block-post-title">Blocks of themes<\/h2>/);
});

test('what would need templates of blocks is known, not offered', async () => {
  const offered = await writer.page.evaluate(() => window.wp.blocks.getBlockTypes()
    .filter(({ name, supports, parent }) => supports.inserter !== false && !parent && window.wp.data.select('core/block-editor').canInsertBlockType(name))
    .map(({ name }) => name));
  for (const name of ['core/avatar', 'core/comments', 'core/query-title', 'core/term-description', 'core/post-comments-form', 'core/template-part']) {
    assert.ok(!offered.includes(name), name);
    assert.ok(await writer.page.evaluate((name) => Boolean(window.wp.blocks.getBlockType(name)), name), `${name} in old content stays whole`);
  }
  assert.ok(offered.includes('jetpack/markdown') && offered.includes('core/rss'));
});

test('nothing went wrong on the way, and nothing was asked of other hosts', () => {
  assert.deepEqual(writer.page.problems, []);
});
