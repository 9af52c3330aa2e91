// The crop tool of the image block, by hand in a real Chromium; what readers then see of the picture, pixel by pixel.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { PNG } from 'pngjs';
import { Writer, uploaded } from './writing.mjs';

/** 400 × 200 pixels: the left half red, the right half blue, a green band along the upper edge. */
const HALVES = (() => {
  const png = new PNG({ width: 400, height: 200 });
  for (let y = 0; y < 200; y += 1) {
    for (let x = 0; x < 400; x += 1) png.data.set(y < 20 ? [0, 160, 0, 255] : x < 200 ? [200, 0, 0, 255] : [0, 0, 200, 255], (y * 400 + x) * 4);
  }
  return PNG.sync.write(png);
})();
const COLOURS = { green: [0, 160, 0], red: [200, 0, 0], blue: [0, 0, 200] };

let writer;
before(async () => { writer = await Writer.start(); });
after(() => writer?.stop());

/** The picture as a camera that was held upright writes it: its pixels lie on their side, and EXIF says so. */
async function onItsSide(mimeType) {
  const lying = Buffer.from(await writer.page.evaluate(async ({ halves, mimeType }) => {
    const upright = await createImageBitmap(new Blob([new Uint8Array(halves)]));
    const canvas = Object.assign(document.createElement('canvas'), { width: upright.height, height: upright.width });
    const pen = canvas.getContext('2d');
    pen.translate(0, upright.width);
    pen.rotate(-Math.PI / 2);
    pen.drawImage(upright, 0, 0);
    const blob = await new Promise((resolve) => { canvas.toBlob(resolve, mimeType, 1); });
    return [...new Uint8Array(await blob.arrayBuffer())];
  }, { halves: [...HALVES], mimeType }));
  // One field: the orientation, 6, to be turned a quarter clockwise.
  const exif = Buffer.from('4d4d002a00000008' + '0001' + '011200030000000100060000' + '00000000', 'hex');
  const chunk = (name, data) => Buffer.concat([Buffer.from(name), Buffer.from(Uint32Array.of(data.length).buffer), data, Buffer.alloc(data.length % 2)]);
  if (mimeType === 'image/webp') {
    assert.equal(lying.toString('latin1', 12, 16), 'VP8X', 'the form that has room for EXIF');
    lying[20] |= 8;
    const body = Buffer.concat([lying.subarray(8), chunk('EXIF', exif)]);
    return Buffer.concat([Buffer.from('RIFF'), Buffer.from(Uint32Array.of(body.length).buffer), body]);
  }
  const segment = Buffer.concat([Buffer.from('Exif\0\0'), exif]);
  return Buffer.concat([lying.subarray(0, 2), Buffer.from([0xff, 0xe1, 0, segment.length + 2]), segment, lying.subarray(2)]);
}

/** A new post with the picture in it, and the picture's attachment. */
async function pictured(title, name, mimeType = 'image/png') {
  await writer.begin(title);
  await writer.insert('Image');
  const buffer = mimeType === 'image/png' ? HALVES : await onItsSide(mimeType);
  await writer.upload(writer.block('core/image').getByRole('button', { name: 'Upload' }), { name, mimeType, buffer });
  await writer.block('core/image').locator('img[src*="/wp-content/uploads/"]').waitFor();
  const id = Number((await writer.state()).content.match(/<!-- wp:image {"id":(\d+)/)[1]);
  return writer.api(`/wp/v2/media/${id}?context=edit`);
}

const button = (name) => writer.page.getByRole('toolbar', { name: 'Block tools' }).getByRole('button', { name, exact: true });

async function cropping() {
  // What resizes the picture lies over it.
  await writer.block('core/image').click({ position: { x: 60, y: 60 } });
  await writer.tools();
  await button('Crop').click();
  await writer.canvas.locator('.reactEasyCrop_CropArea').waitFor();
}

/** Applies; gives what was asked of the server and the attachment it made. */
async function applied() {
  const answer = writer.page.waitForResponse((answer) => /\/wp\/v2\/media\/\d+\/edit/.test(answer.url()));
  await button('Apply').click();
  const made = await answer;
  assert.ok(made.ok(), await made.text());
  const attachment = await made.json();
  await writer.block('core/image').locator(`img[src="${attachment.source_url}"]`).waitFor();
  return { attachment, asked: made.request().postDataJSON() };
}

/** The picture a reader of the post gets: its address on the page, and its pixels. */
async function read(link, name) {
  const { status, html } = await writer.reads(link);
  assert.equal(status, 200);
  const [, src] = html.slice(html.indexOf('entry-content')).match(new RegExp(`<img[^>]* src="([^"]*${uploaded(name).source})"`));
  return { src, html, ...await pixels(src) };
}

/** As the browser shows it: turned as EXIF says. */
async function pixels(address) {
  const { width, height, data } = await writer.page.evaluate(async (address) => {
    const answer = await fetch(address, { credentials: 'omit' });
    if (!answer.ok) throw new Error(`${answer.status} of ${address}`);
    const bitmap = await createImageBitmap(await answer.blob());
    const canvas = Object.assign(document.createElement('canvas'), { width: bitmap.width, height: bitmap.height });
    const pen = canvas.getContext('2d');
    pen.drawImage(bitmap, 0, 0);
    return { width: bitmap.width, height: bitmap.height, data: [...pen.getImageData(0, 0, bitmap.width, bitmap.height).data] };
  }, new URL(address, writer.base).href);
  const at = (x, y) => {
    const [px, py] = [Math.floor(x * (width - 1)), Math.floor(y * (height - 1))];
    const start = (py * width + px) * 4;
    const seen = data.slice(start, start + 3);
    const [name] = Object.entries(COLOURS).find(([, colour]) => colour.every((value, place) => Math.abs(value - seen[place]) < 20)) ?? [seen.join(' ')];
    return name;
  };
  return { width, height, at };
}

async function untouched(original, size = [400, 200], colours = ['red', 'blue', 'green']) {
  const now = await writer.api(`/wp/v2/media/${original.id}?context=edit`);
  for (const name of ['revision', 'modified_gmt', 'source_url', 'media_details', 'title', 'alt_text', 'post']) assert.deepEqual(now[name], original[name], name);
  const { width, height, at } = await pixels(original.source_url);
  assert.deepEqual([width, height, at(0.1, 0.55), at(0.9, 0.45), at(0.5, 0.02)], [...size, ...colours]);
}

async function reopened(id) {
  await writer.open(id);
  await writer.canvas.locator('img[src*="/wp-content/uploads/"]').first().waitFor();
  assert.deepEqual((await writer.state()).invalid, []);
}

test('a square cut out of the middle, by aspect ratio', async () => {
  const original = await pictured('Cut square', 'square.png');
  await cropping();
  await button('Aspect Ratio').click();
  await writer.page.getByRole('menuitemradio', { name: /^Square/ }).click();
  await writer.page.keyboard.press('Escape');
  const { attachment, asked } = await applied();
  assert.equal(asked.modifiers.length, 1);
  assert.equal(asked.modifiers[0].type, 'crop');
  assert.notEqual(attachment.id, original.id);
  const post = await writer.publish();
  const { src, html, width, height, at } = await read(post.link, 'square');
  assert.equal(src, attachment.source_url);
  assert.match(html, new RegExp(`wp-image-${attachment.id}"`));
  assert.deepEqual([width, height], [200, 200]);
  assert.deepEqual([at(0.1, 0.5), at(0.9, 0.5), at(0.5, 0)], ['red', 'blue', 'green']);
  await untouched(original);
  await reopened(post.id);
});

test('nearer, and moved to one side', async () => {
  const original = await pictured('Cut near', 'near.png');
  await cropping();
  await button('Zoom').click();
  await writer.page.getByRole('slider', { name: 'Zoom' }).fill('200');
  await writer.page.keyboard.press('Escape');
  // Drawn to the right: what lies on the left is kept.
  const area = writer.canvas.locator('[data-testid="container"]');
  const { x, y, width: wide, height: high } = await area.boundingBox();
  await writer.page.mouse.move(x + wide / 2, y + high / 2);
  await writer.page.mouse.down();
  await writer.page.mouse.move(x + wide * 1.2, y + high / 2, { steps: 8 });
  await writer.page.mouse.move(x + wide * 1.6, y + high / 2, { steps: 8 });
  await writer.page.mouse.up();
  const { attachment, asked } = await applied();
  const { left, width: part } = asked.modifiers[0].args;
  assert.deepEqual([Math.round(left), Math.round(part)], [0, 50]);
  const post = await writer.publish();
  const { src, width, height, at } = await read(post.link, 'near');
  assert.equal(src, attachment.source_url);
  assert.deepEqual([width, height], [200, 100]);
  assert.deepEqual([at(0.05, 0.5), at(0.95, 0.5)], ['red', 'red'], 'the blue half is gone');
  await untouched(original);
  await reopened(post.id);
});

test('turned, then turned and cut again', async () => {
  const original = await pictured('Turned', 'turned.png');
  await cropping();
  await button('Rotate').click();
  const { attachment: turned, asked } = await applied();
  assert.deepEqual(asked.modifiers, [{ type: 'rotate', args: { angle: 90 } }]);
  assert.deepEqual([turned.media_details.width, turned.media_details.height], [200, 400]);
  const post = await writer.publish();
  let seen = await read(post.link, 'turned');
  assert.equal(seen.src, turned.source_url);
  assert.deepEqual([seen.width, seen.height], [200, 400]);
  assert.deepEqual([seen.at(0.5, 0.1), seen.at(0.5, 0.9), seen.at(1, 0.5)], ['red', 'blue', 'green'], 'a quarter clockwise');
  await untouched(original);

  // What was edited can be edited again.
  await cropping();
  await button('Rotate').click();
  await button('Aspect Ratio').click();
  await writer.page.getByRole('menuitemradio', { name: /^Square/ }).click();
  await writer.page.keyboard.press('Escape');
  const { attachment: again, asked: both } = await applied();
  assert.deepEqual(both.modifiers.map(({ type }) => type), ['rotate', 'crop']);
  await writer.update();
  seen = await read(post.link, 'turned');
  assert.equal(seen.src, again.source_url);
  assert.deepEqual([seen.width, seen.height], [200, 200]);
  assert.deepEqual([seen.at(0.1, 0.5), seen.at(0.9, 0.5), seen.at(0.5, 1)], ['blue', 'red', 'green'], 'upside down by now');
  await untouched(original);
  await reopened(post.id);
});

// Browsers turn a JPEG as its EXIF says and leave a WebP as it lies; so does the server.
const SEEN = {
  'image/jpeg': { size: [400, 200], colours: ['red', 'blue', 'green'], cut: [[0.1, 0.5, 'red'], [0.9, 0.5, 'blue'], [0.5, 0.02, 'green']], turned: [[0.5, 0.1, 'red'], [0.5, 0.9, 'blue'], [0.98, 0.5, 'green']] },
  'image/webp': { size: [200, 400], colours: ['green', 'blue', 'blue'], cut: [[0.5, 0.1, 'blue'], [0.5, 0.9, 'red'], [0.02, 0.5, 'green']], turned: [[0.9, 0.5, 'blue'], [0.1, 0.5, 'red'], [0.5, 0.02, 'green']] },
};
for (const [mimeType, { size, colours, cut, turned }] of Object.entries(SEEN)) {
  const [, kind] = mimeType.split('/');
  test(`a ${kind} that lies on its side is cut and turned as it is seen`, async () => {
    const original = await pictured(`On its side, ${kind}`, `side.${kind}`, mimeType);
    assert.equal(original.mime_type, mimeType);
    assert.deepEqual([original.media_details.width, original.media_details.height], size, 'as it is seen');
    await untouched(original, size, colours);
    await cropping();
    await button('Aspect Ratio').click();
    await writer.page.getByRole('menuitemradio', { name: /^Square/ }).click();
    await writer.page.keyboard.press('Escape');
    const { attachment: square } = await applied();
    assert.equal(square.mime_type, mimeType);
    const post = await writer.publish();
    let seen = await read(post.link, 'side');
    assert.equal(seen.src, square.source_url);
    assert.deepEqual([seen.width, seen.height], [200, 200]);
    for (const [x, y, colour] of cut) assert.equal(seen.at(x, y), colour, `cut, ${x} ${y}`);

    await cropping();
    await button('Rotate').click();
    await applied();
    await writer.update();
    seen = await read(post.link, 'side');
    for (const [x, y, colour] of turned) assert.equal(seen.at(x, y), colour, `a quarter clockwise, once, ${x} ${y}`);
    await untouched(original, size, colours);
    await reopened(post.id);
  });
}

test('left without applying, nothing is made', async () => {
  const original = await pictured('Not cut', 'not-cut.png');
  const before = (await writer.api('/wp/v2/media?per_page=100')).length;
  await cropping();
  await button('Rotate').click();
  await button('Cancel').click();
  await writer.block('core/image').locator(`img[src="${original.source_url}"]`).waitFor();
  assert.equal((await writer.api('/wp/v2/media?per_page=100')).length, before);
  const post = await writer.publish();
  const { width, height } = await read(post.link, 'not-cut');
  assert.deepEqual([width, height], [400, 200]);
});

test('nothing went wrong on the way, and nothing was asked of other hosts', () => {
  assert.deepEqual(writer.page.problems, []);
});
