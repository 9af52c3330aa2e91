// Two people, one post: locks, stale saves, merging, and what was written and not saved, in real browsers against
// two servers on one store.

import AxeBuilder from '@axe-core/playwright';
import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { PASSWORD, Server, launch, launchKept, openPage, signIn } from './server.mjs';
import { paragraphs } from './writing.mjs';

const THREE = paragraphs('The boats came in before six.', 'They brought herring.', 'It was cold.');

let one;
let two;
let browser;
/** `{page, server}` of each; Ann at the first server, Ed at the second. */
let ann;
let ed;

before(async () => {
  one = await Server.prepared();
  one.runWith(PASSWORD, 'setup', '--url', one.base, '--title', 'The Harbour Post', '--admin-user', 'ann', '--admin-email', 'ann@example.org', '--admin-password-stdin');
  one.runWith(PASSWORD, 'user', 'create', 'ed', 'ed@example.org', '--role', 'editor', '--password-stdin');
  await one.listen();
  two = await one.another();
  browser = await launch();
  ann = { page: await openPage(browser, one, { viewport: { width: 1280, height: 900 } }), server: one };
  ed = { page: await openPage(browser, two, { viewport: { width: 1280, height: 900 } }), server: two };
  for (const { page } of [ann, ed]) {
    page.setDefaultTimeout(Number(process.env.T ?? 60_000));
    // Whether to leave with unsaved changes.
    page.on('dialog', (dialog) => dialog.accept());
  }
  await signIn(ann.page, one, 'ann');
  await signIn(ed.page, two, 'ed');
});

after(async () => {
  await browser?.close();
  await two?.kill();
  await one?.stop();
});

/** Makes a post as Ann, through the API. */
async function make(fields) {
  const { request } = ann.page.context();
  const nonce = await (await request.get(`${one.base}/wp-admin/admin-ajax.php?action=rest-nonce`)).text();
  const data = { status: 'publish', content: THREE, ...fields };
  const post = await (await request.post(`${one.base}/wp-json/wp/v2/posts`, { headers: { 'X-WP-Nonce': nonce }, data })).json();
  assert.ok(post.id, JSON.stringify(post));
  return post.id;
}

const canvas = (page) => page.frameLocator('iframe[name="editor-canvas"]');

async function open({ page, server }, id) {
  await page.goto(`${server.base}/wp-admin/post.php?post=${id}&action=edit`);
  await canvas(page).getByRole('textbox', { name: 'Add title' }).waitFor();
}

const connect = (page) => page.evaluate(() => window.wp.heartbeat.connectNow());

/** Writes behind the text of a paragraph. */
async function write(page, after_, text) {
  await canvas(page).getByText(after_).click();
  await page.keyboard.press('End');
  await page.keyboard.type(text);
}

const edited = (page) => page.evaluate(() => window.wp.data.select('core/editor').getEditedPostContent());
const save = (page) => page.getByRole('button', { name: 'Save', exact: true }).click();
const stored = async (id) => one.run('post', 'show', String(id), '--json').trim();
const contentOf = async (id) => JSON.parse(await stored(id)).content;
/** What a reader who is not signed in gets. */
async function reads(id) {
  const answer = await fetch(`${one.base}/?p=${id}`);
  return { status: answer.status, html: await answer.text() };
}

/** Nothing for axe to find, in the light and in the dark. The canvas is the theme's. */
async function checkedPage(page, what) {
  for (const colorScheme of ['dark', 'light']) {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    const { violations } = await new AxeBuilder({ page }).exclude('iframe').analyze();
    assert.deepEqual(violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html, any }) => `${html.slice(0, 200)} ${any[0]?.message ?? ''}`).join(' | ')}`), [], `${what}, ${colorScheme}`);
  }
}

const leave = ({ page }) => page.goto('about:blank');

/** A page that is left says so behind its own back: the post is free once the server has heard it. */
async function isFree(id) {
  const deadline = Date.now() + 60_000;
  while (existsSync(join(one.folder, 'data/editing', `${id}.json`))) {
    assert.ok(Date.now() < deadline, `post ${id} is still being written in`);
    await pause(20);
  }
}

test('who opens a post somebody is writing in is told, takes over, and the other is told', async () => {
  const id = await make({ title: 'Shared' });
  await open(ann, id);
  await write(ann.page, 'herring.', ' And cod.');
  await ed.page.goto(`${two.base}/wp-admin/post.php?post=${id}&action=edit`);
  const locked = ed.page.getByRole('dialog', { name: 'This post is already being edited' });
  await locked.getByText('ann', { exact: true }).waitFor();
  await locked.getByRole('link', { name: 'Take over' }).click();
  await ed.page.waitForURL(/post\.php\?post=\d+&action=edit$/);
  await canvas(ed.page).getByText('They brought herring.').waitFor();
  assert.equal(await ed.page.getByRole('dialog').count(), 0);

  await connect(ann.page);
  const taken = ann.page.getByRole('dialog', { name: 'Someone else has taken over this post' });
  await taken.getByText('ed', { exact: true }).waitFor();
  await ann.page.waitForFunction(() => !window.wp.data.select('core/editor').isSavingPost());
  const { request } = ann.page.context();
  const headers = { 'X-WP-Nonce': await (await request.get(`${one.base}/wp-admin/admin-ajax.php?action=rest-nonce`)).text() };
  const [kept] = await (await request.get(`${one.base}/wp-json/wp/v2/posts/${id}/autosaves?context=edit`, { headers })).json();
  assert.match(kept.content.raw, /And cod\./, 'her text is kept');
  assert.equal(await contentOf(id), THREE, 'beside the post');
  await connect(ann.page);
  await taken.waitFor();

  // She comes back when he has gone: her text is offered.
  await leave(ed);
  await isFree(id);
  await open(ann, id);
  const notice = ann.page.getByText(/You wrote something here until .* and did not save it/).first();
  await notice.waitFor();
  await ann.page.getByRole('button', { name: 'Restore' }).click();
  await canvas(ann.page).getByText('They brought herring. And cod.').waitFor();
  await save(ann.page);
  await ann.page.getByText('Post updated.').first().waitFor();
  assert.match(await contentOf(id), /herring\. And cod\./);
  await leave(ann);
});

test('what somebody wrote and did not save is offered to who takes over', async () => {
  const id = await make({ title: 'Left behind' });
  await open(ann, id);
  const kept = ann.page.waitForResponse((answer) => answer.url().includes('/autosaves') && answer.ok());
  await write(ann.page, 'herring.', ' Ann weighed it.');
  await kept;
  await ed.page.goto(`${two.base}/wp-admin/post.php?post=${id}&action=edit`);
  await ed.page.getByRole('dialog', { name: 'This post is already being edited' }).waitFor();
  await ann.page.keyboard.type(' Twice.');
  await ed.page.getByRole('link', { name: 'Take over' }).click();
  const offered = ed.page.locator('.components-notice', { hasText: /ann wrote something here until .* and has not saved it/ });
  await offered.waitFor();
  assert.equal(new URL(ed.page.url()).searchParams.get('taken-over'), null, 'not asked for again when the page is reloaded');
  // Her last words are sent when she learns of it: what is compared is what is there now.
  await connect(ann.page);
  await ann.page.getByRole('dialog', { name: 'Someone else has taken over this post' }).waitFor();
  await ann.page.waitForFunction(() => !window.wp.data.select('core/editor').isSavingPost());
  await offered.getByRole('button', { name: 'Compare' }).click();
  const dialog = ed.page.getByRole('dialog', { name: 'What ann has not saved' });
  await dialog.getByText('Everything is chosen').waitFor();
  await checkedPage(ed.page, 'what another has not saved');
  await dialog.getByRole('button', { name: 'Put into the editor' }).click();
  await canvas(ed.page).getByText('They brought herring. Ann weighed it. Twice.').waitFor();
  await save(ed.page);
  await ed.page.getByText('Post updated.').first().waitFor();
  assert.match(await contentOf(id), /herring\. Ann weighed it\. Twice\./);
  await leave(ed);
  await leave(ann);
  // Saved since: there is nothing to offer to anybody but her.
  await open(ed, id);
  assert.equal(await ed.page.getByText(/has not saved it/).count(), 0);
  await leave(ed);
});

test('a post in Markdown is two people\'s too: told, taken over, merged', async () => {
  const source = (page) => page.getByRole('textbox', { name: 'Text', exact: true });
  const id = await make({ title: 'In source', content: 'One.\n\nTwo.', content_format: 'markdown' });
  await ann.page.goto(`${one.base}/wp-admin/post.php?post=${id}&action=edit`);
  await source(ann.page).click();
  await ann.page.keyboard.press('Control+End');
  const kept = ann.page.waitForResponse((answer) => answer.url().includes('/autosaves') && answer.ok());
  await ann.page.keyboard.type(' And more.');
  await kept;
  await ed.page.goto(`${two.base}/wp-admin/post.php?post=${id}&action=edit`);
  const locked = ed.page.getByRole('dialog', { name: 'This post is being edited' });
  await locked.getByText('ann', { exact: true }).waitFor();
  await checkedPage(ed.page, 'locked');
  await locked.getByRole('link', { name: 'Take over' }).click();
  const offered = ed.page.locator('.components-notice', { hasText: /ann wrote something here/ });
  await offered.getByRole('button', { name: 'Put it into the editor' }).click();
  await source(ed.page).getByText('Two. And more.').waitFor();
  await connect(ann.page);
  await ann.page.getByRole('dialog', { name: 'Somebody else has taken over' }).getByText('ed', { exact: true }).waitFor();
  one.runWith('Nought.\n\nOne.\n\nTwo.', 'post', 'update', String(id), '-');
  await save(ed.page);
  const dialog = ed.page.getByRole('dialog', { name: /Two versions of/ });
  await dialog.getByText('Everything is chosen').waitFor();
  await dialog.getByRole('button', { name: 'Save merged version' }).click();
  await dialog.waitFor({ state: 'detached' });
  await ed.page.getByText('Saved', { exact: true }).waitFor();
  assert.equal(await contentOf(id), 'Nought.\n\nOne.\n\nTwo. And more.');
  await ed.page.getByRole('combobox', { name: 'Author' }).fill('ed');
  await ed.page.getByRole('option', { name: 'ed', exact: true }).click();
  await save(ed.page);
  await ed.page.waitForFunction(() => document.querySelector('.md-state').textContent === 'Saved');
  assert.equal(JSON.parse(await stored(id)).author, 2, 'Ed, the second account');
  await leave(ed);
  await leave(ann);
});

test('a list says who is writing in what', async () => {
  const id = await make({ title: 'Busy quay' });
  await make({ title: 'Quiet quay' });
  await open(ann, id);
  await ed.page.goto(`${two.base}/wp-admin/edit.php?s=quay`);
  const row = (title) => ed.page.locator('tbody tr').filter({ hasText: title });
  await row('Busy quay').getByText('ann is editing').waitFor();
  assert.equal(await row('Quiet quay').getByText('is editing').count(), 0);
  await checkedPage(ed.page, 'a list with somebody writing');
  // One's own is no news.
  await ann.page.context().newPage().then(async (list) => {
    await list.goto(`${one.base}/wp-admin/edit.php?s=quay`);
    const asked = list.waitForResponse((answer) => answer.url().endsWith('/admin-ajax.php'));
    await list.reload();
    assert.deepEqual((await (await asked).json())['wp-check-locked-posts'] ?? {}, {});
    await list.close();
  });
  await leave(ann);
  await leave(ed);
});

test('a stale save is refused, and merged block by block', async () => {
  const id = await make({ title: 'Twice' });
  await open(ann, id);
  await write(ann.page, 'It was cold.', ' And wet.');
  await write(ann.page, 'They brought herring.', ' Ann counted it.');
  one.runWith(paragraphs('The boats came in before five.', 'They brought herring. Ed weighed it.', 'It was cold.'), 'post', 'update', String(id), '-', '--title', 'Twice over');
  await connect(ann.page);
  await ann.page.getByText(/You will be asked which version stays/).first().waitFor();
  const refused = ann.page.waitForResponse((answer) => answer.status() === 409);
  await save(ann.page);
  assert.match((await refused).request().headers()['if-match'], /^"[0-9A-Z]{26}"$/);
  const dialog = ann.page.getByRole('dialog', { name: /Two versions of/ });
  await dialog.waitFor();
  const merged = dialog.getByRole('button', { name: 'Save merged version' });
  await dialog.getByText('1 still to choose').waitFor();
  await checkedPage(ann.page, 'merge dialog');
  assert.equal(await merged.getAttribute('aria-disabled'), 'true', 'what both changed is for people to choose');
  assert.equal(await dialog.locator('.bp-row.is-theirs').count(), 2, 'title and first paragraph');
  assert.equal(await dialog.locator('.bp-row.is-mine').count(), 1);
  const both = dialog.locator('.bp-row.is-both');
  assert.match(await both.locator('.bp-visual').first().evaluate((node) => node.shadowRoot.innerHTML), /<del> ?Ann counted|<del>Ann/);
  // By keyboard: to the open choice, and on it.
  await dialog.getByRole('button', { name: 'Go there' }).press('Enter');
  await ann.page.keyboard.press('Space');
  await dialog.getByText('Everything is chosen').waitFor();
  await merged.click();
  await dialog.waitFor({ state: 'detached' });
  await ann.page.getByText('Post updated.').first().waitFor();
  const now = JSON.parse(await stored(id));
  assert.equal(now.title, 'Twice over');
  assert.equal(now.content, paragraphs('The boats came in before five.', 'They brought herring. Ann counted it.', 'It was cold. And wet.'));
  await write(ann.page, 'It was cold. And wet.', ' Again.');
  await save(ann.page);
  await ann.page.getByText('Post updated.').first().waitFor();
  await leave(ann);
});

test('mine is kept, theirs is taken, and taking is undone', async () => {
  const id = await make({ title: 'Either' });
  await open(ann, id);
  await write(ann.page, 'It was cold.', ' Mine.');
  one.runWith(paragraphs('Theirs.'), 'post', 'update', String(id), '-');
  await save(ann.page);
  const dialog = ann.page.getByRole('dialog', { name: /Two versions of/ });
  await dialog.getByRole('button', { name: 'Take theirs' }).click();
  await canvas(ann.page).getByText('Theirs.').waitFor();
  assert.equal(await ann.page.evaluate(() => window.wp.data.select('core/editor').isEditedPostDirty()), false);
  await ann.page.getByRole('button', { name: 'Bring mine back' }).click();
  await canvas(ann.page).getByText('It was cold. Mine.').waitFor();
  one.runWith(paragraphs('Theirs, once more.'), 'post', 'update', String(id), '-');
  await save(ann.page);
  await dialog.getByRole('button', { name: 'Keep mine' }).click();
  await ann.page.getByText('Post updated.').first().waitFor();
  assert.match(await contentOf(id), /It was cold\. Mine\./);
  await leave(ann);
});

test('while no server answers the text is kept here, and sent when one does', async () => {
  const id = await make({ title: 'Out at sea' });
  await open(ann, id);
  await one.kill();
  await write(ann.page, 'It was cold.', ' And the line was dead.');
  await ann.page.getByText('The server does not answer just now.').first().waitFor();
  const sent = ann.page.waitForResponse((answer) => answer.url().includes('/autosaves') && answer.ok(), { timeout: 120_000 });
  await one.listen();
  await sent;
  await ann.page.getByText('The server answers again.').first().waitFor();
  assert.equal(await ann.page.locator('.components-notice', { hasText: 'does not answer' }).count(), 0);
  assert.equal(await contentOf(id), THREE, 'an autosave is no save');
  await save(ann.page);
  await ann.page.getByText('Post updated.').first().waitFor();
  assert.match(await contentOf(id), /the line was dead/);
  await leave(ann);
});

/** A browser with a profile that outlives it. */
async function profile() {
  const folder = mkdtempSync(join(tmpdir(), 'bucketpress-profile-'));
  const start = () => launchKept(folder);
  return { folder, start };
}

test('what is written outlives a browser that is killed, by way of the bucket', async () => {
  const id = await make({ title: 'Cut off' });
  const { folder, start } = await profile();
  let kept = await start();
  try {
    let page = kept.context.pages()[0] ?? await kept.context.newPage();
    await signIn(page, one, 'ann');
    await open({ page, server: one }, id);
    const sent = page.waitForResponse((answer) => answer.url().includes('/autosaves') && answer.ok());
    await write(page, 'It was cold.', ' Half a sen');
    await sent;
    await kept.kill();
    // On another machine, too: nothing of it is in this browser.
    await open(ann, id);
    await ann.page.getByRole('button', { name: 'Compare' }).click();
    const dialog = ann.page.getByRole('dialog', { name: 'What you had not saved' });
    await dialog.locator('.bp-row.is-mine').waitFor();
    await dialog.getByRole('button', { name: 'Put into the editor' }).click();
    await canvas(ann.page).getByText('It was cold. Half a sen').waitFor();
    await save(ann.page);
    await ann.page.getByText('Post updated.').first().waitFor();
    assert.match(await contentOf(id), /Half a sen/);
    const { status, html } = await reads(id);
    assert.equal(status, 200);
    assert.ok(html.includes('<p>It was cold. Half a sen</p>'), html);
    await leave(ann);
    kept = await start();
    page = kept.context.pages()[0] ?? await kept.context.newPage();
    await signIn(page, one, 'ann');
    await open({ page, server: one }, id);
    await canvas(page).getByText('Half a sen').waitFor();
    assert.equal(await page.getByText(/and did not save it/).count(), 0, 'saved elsewhere: nothing to offer');
  } finally {
    await kept.kill();
    rmSync(folder, { recursive: true, force: true });
  }
});

test('and without any server, by way of the browser; it can be thrown away', async () => {
  const id = await make({ title: 'Cut off twice' });
  const { folder, start } = await profile();
  let kept = await start();
  try {
    let page = kept.context.pages()[0] ?? await kept.context.newPage();
    await signIn(page, one, 'ann');
    await open({ page, server: one }, id);
    await one.kill();
    await write(page, 'It was cold.', ' Nobody heard.');
    await page.getByText('The server does not answer just now.').first().waitFor();
    await kept.kill();
    await one.listen();
    kept = await start();
    page = kept.context.pages()[0] ?? await kept.context.newPage();
    await signIn(page, one, 'ann');
    await open({ page, server: one }, id);
    await page.getByText(/It is kept on this device/).first().waitFor();
    await page.getByRole('button', { name: 'Discard' }).click();
    await page.getByRole('button', { name: 'Undo', exact: true }).last().click();
    await canvas(page).getByText('It was cold. Nobody heard.').waitFor();
    await save(page);
    await page.getByText('Post updated.').first().waitFor();
    assert.match(await contentOf(id), /Nobody heard/);
  } finally {
    await kept.kill();
    rmSync(folder, { recursive: true, force: true });
  }
});

test('a new post that was never saved becomes a draft while it is written', async () => {
  await ann.page.goto(`${one.base}/wp-admin/post-new.php`);
  await canvas(ann.page).getByRole('textbox', { name: 'Add title' }).fill('Begun');
  await ann.page.waitForURL(/post\.php\?post=\d+/);
  const id = new URL(ann.page.url()).searchParams.get('post');
  assert.equal(JSON.parse(await stored(id)).status, 'draft');
  const entries = () => one.run('log', 'show').split('\n').length;
  const committed = entries();
  await ann.page.keyboard.press('Enter');
  const sent = ann.page.waitForResponse((answer) => answer.url().includes('/autosaves') && answer.ok());
  await ann.page.keyboard.type('and gone on with');
  await sent;
  // But for the block of numbers the first autosave takes, nothing is committed.
  assert.ok(entries() - committed <= 1, 'an autosave is no commit');
  assert.match(await edited(ann.page), /and gone on with/);
  await leave(ann);
});
