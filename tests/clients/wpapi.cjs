// Publishes a post with a picture through the stock `wpapi` client and reads it back.
//
// Environment: BASE (https://host), LOGIN, SECRET (an application password). Prints one line of JSON; fails loudly.
"use strict";

const assert = require("node:assert/strict");
const zlib = require("node:zlib");
const WPAPI = require("wpapi");

/** A grey PNG of this many pixels. */
function picture(width, height) {
  const table = Array.from({ length: 256 }, (_, n) => {
    for (let bit = 0; bit < 8; bit += 1) n = n & 1 ? 0xedb88320 ^ (n >>> 1) : n >>> 1;
    return n >>> 0;
  });
  const crc = (bytes) => {
    let sum = 0xffffffff;
    for (const byte of bytes) sum = table[(sum ^ byte) & 0xff] ^ (sum >>> 8);
    return (sum ^ 0xffffffff) >>> 0;
  };
  const chunk = (type, data) => {
    const body = Buffer.concat([Buffer.from(type), data]);
    const out = Buffer.alloc(body.length + 8);
    out.writeUInt32BE(data.length, 0);
    body.copy(out, 4);
    out.writeUInt32BE(crc(body), body.length + 4);
    return out;
  };
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([8, 0, 0, 0, 0], 8);
  const rows = Buffer.alloc((width + 1) * height, 0x80);
  for (let y = 0; y < height; y += 1) rows[y * (width + 1)] = 0;
  const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
  return Buffer.concat([
    signature,
    chunk("IHDR", header),
    chunk("IDAT", zlib.deflateSync(rows)),
    chunk("IEND", Buffer.alloc(0)),
  ]);
}

async function main() {
  const { BASE, LOGIN, SECRET } = process.env;
  const endpoint = `${BASE}/wp-json`;
  const wp = new WPAPI({ endpoint, username: LOGIN, password: SECRET, auth: true });
  const reader = new WPAPI({ endpoint });

  const me = await wp.users().me();
  const image = await wp.media().file(picture(640, 480), "grey sky.png").create({ title: "Grey sky", alt_text: "Sky" });
  assert.equal(image.media_details.width, 640);
  assert.equal(image.alt_text, "Sky");
  const bytes = await fetch(image.source_url);
  assert.equal(bytes.status, 200);
  assert.equal(bytes.headers.get("content-type"), "image/png");
  assert.deepEqual(Buffer.from(await bytes.arrayBuffer()), picture(640, 480));

  const category = await wp.categories().create({ name: "Weather" });
  const draft = await wp.posts().create({
    title: "Sky over the town",
    content: `<p>Look up.</p><img class="wp-image-${image.id}" src="${image.source_url}">`,
    categories: [category.id],
    featured_media: image.id,
    status: "draft",
  });
  await assert.rejects(reader.posts().id(draft.id).get(), (error) => error.data.status === 401);
  const post = await wp.posts().id(draft.id).update({ status: "publish" });
  assert.equal(post.status, "publish");

  const read = await reader.posts().id(post.id).embed().get();
  assert.equal(read.title.rendered, "Sky over the town");
  assert.ok(read.content.rendered.includes(image.source_url.replace(/^https?:\/\/[^/]+/, "").replace(".png", "")));
  assert.equal(read._embedded["wp:featuredmedia"][0].id, image.id);
  assert.equal(read._embedded["wp:term"][0][0].name, "Weather");
  const listed = await reader.posts().categories(category.id).perPage(5).get();
  assert.deepEqual(listed.map((item) => item.id), [post.id]);
  assert.equal(Number(listed._paging.total), 1);
  const page = await (await fetch(read.link)).text();
  assert.ok(page.includes("Sky over the town"), "the reader's page shows the title");

  await assert.rejects(wp.posts().id(999999).get(), (error) => error.code === "rest_post_invalid_id");
  const trashed = await wp.posts().id(post.id).delete();
  assert.equal(trashed.status, "trash");
  console.log(JSON.stringify({ user: me.id, media: image.id, post: post.id }));
}

main().catch((error) => {
  console.error(error instanceof Error ? error : JSON.stringify(error));
  process.exit(1);
});
