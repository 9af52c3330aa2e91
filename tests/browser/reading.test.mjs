// What a writer does by hand and readers see at once: marked-up text, terms there are already, undo, a password, a pattern
// changed in its place, the trash and the way back.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Writer } from './writing.mjs';

let writer;
before(async () => {
  writer = await Writer.start();
  await writer.begin('x');
  await writer.api('/wp/v2/categories', { method: 'POST', data: { name: 'Tides' } });
  await writer.api('/wp/v2/tags', { method: 'POST', data: { name: 'North quay' } });
});
after(() => writer?.stop());

const type = (text) => writer.page.keyboard.type(text);
const press = (key) => writer.page.keyboard.press(key);
const top = (name) => writer.page.getByRole('region', { name: 'Editor top bar' }).getByRole('button', { name, exact: true });

/** The text of the post as a reader gets it. */
async function read(link) {
  const { status, html } = await writer.reads(link);
  assert.equal(status, 200);
  return html.slice(html.indexOf('entry-content'));
}

test('words are made bold, stressed, code and links, by keyboard', async () => {
  await writer.begin('Marked up');
  await writer.title.press('Enter');
  await type('Plain, ');
  await press('Control+b');
  await type('bold');
  await press('Control+b');
  await type(', ');
  await press('Control+i');
  await type('stressed');
  await press('Control+i');
  await type(', `code` and a link');
  for (let letter = 0; letter < 'link'.length; letter += 1) await press('Shift+ArrowLeft');
  await press('Control+k');
  await writer.page.getByPlaceholder('Search or type URL').fill('/tides?a=1&b=2');
  await press('Enter');
  await writer.canvas.locator('p a[href^="/tides"]').waitFor();
  const { link } = await writer.publish();
  assert.match(await read(link), /<p>Plain, <strong>bold<\/strong>, <em>stressed<\/em>, <code>code<\/code> and a <a href="\/tides\?a=1&(#038;|amp;)b=2">link<\/a><\/p>/);
});

test('categories and tags there are already', async () => {
  await writer.begin('Filed');
  await writer.title.press('Enter');
  await type('About tides.');
  await writer.tab('Post');
  await writer.settings.getByRole('button', { name: 'Categories' }).click();
  await writer.settings.getByRole('checkbox', { name: 'Tides' }).check();
  await writer.settings.getByRole('button', { name: 'Tags', exact: true }).click();
  await writer.settings.getByRole('combobox', { name: 'Add New Tag' }).pressSequentially('nor');
  await writer.page.getByRole('option', { name: 'North quay' }).click();
  const post = await writer.publish();
  assert.equal((await writer.api('/wp/v2/tags')).length, 1, 'no second one of the same name');
  for (const path of ['/category/tides/', '/tag/north-quay/']) {
    assert.match((await writer.reads(`${writer.base}${path}`)).html, /Filed/, path);
    assert.ok((await writer.reads(post.link)).html.includes(path), path);
  }
  await writer.settings.getByRole('checkbox', { name: 'Tides' }).uncheck();
  await writer.update();
  assert.doesNotMatch((await writer.reads(`${writer.base}/category/tides/`)).html, /Filed/, 'taken out again');
});

test('what was undone is not saved, what was redone is', async () => {
  await writer.begin('Undone');
  await writer.title.press('Enter');
  await type('One.');
  await press('Enter');
  await type('Two.');
  const { link } = await writer.publish();
  await writer.canvas.getByText('Two.').click();
  await press('End');
  await press('Enter');
  await type('Three.');
  for (let tries = 0; await writer.canvas.getByText('Three.').count(); tries += 1) {
    assert.ok(tries < 20, 'undone step by step');
    await top('Undo').click();
  }
  await writer.canvas.getByText('One.').click();
  await press('End');
  await type(' And a half.');
  await writer.update();
  let html = await read(link);
  assert.match(html, /<p>One\. And a half\.<\/p>\s*<p>Two\.<\/p>/);
  assert.doesNotMatch(html, /Three/);
  await press('Control+z');
  await writer.canvas.getByText('One.', { exact: true }).waitFor();
  await top('Redo').click();
  await writer.canvas.getByText('One. And a half.').waitFor();
  await writer.canvas.getByText('Two.').click();
  await press('End');
  await type(' And three quarters.');
  await writer.update();
  html = await read(link);
  assert.match(html, /<p>One\. And a half\.<\/p>\s*<p>Two\. And three quarters\.<\/p>/);
});

test('a row, a stack and a grid lie as they say', async () => {
  await writer.begin('Lying');
  for (const [name, text] of [['Row', 'in a row'], ['Stack', 'in a stack'], ['Grid', 'in a grid']]) {
    await writer.insert(name);
    await writer.block('core/group').getByRole('button', { name: 'Add block' }).first().click();
    await writer.page.getByRole('option', { name: 'Paragraph', exact: true }).click();
    await type(text);
  }
  const html = await read((await writer.publish()).link);
  assert.match(html, /<div class="is-nowrap is-layout-flex wp-block-group[^"]*">\s*<p>in a row<\/p>/);
  assert.match(html, /<div class="is-vertical is-layout-flex wp-block-group[^"]*">\s*<p>in a stack<\/p>/);
  assert.match(html, /<div class="is-layout-grid[^"]* wp-block-group[^"]*"[^>]*>\s*<p>in a grid<\/p>/);
});

test('who knows the password reads the text', async () => {
  await writer.begin('Behind a password');
  await writer.title.press('Enter');
  await type('The secret itself.');
  await writer.tab('Post');
  await writer.settings.getByRole('button', { name: /Change status/ }).click();
  await writer.page.getByRole('checkbox', { name: /Password protected/ }).check();
  await writer.page.getByRole('textbox', { name: /Password/ }).last().fill('open sesame');
  await press('Tab');
  await press('Escape');
  const { link } = await writer.publish();
  assert.doesNotMatch(await read(link), /The secret itself/);
  const context = await writer.browser.newContext();
  const reader = await context.newPage();
  await reader.goto(link);
  for (const [password, opens] of [['wrong', false], ['open sesame', true]]) {
    await reader.locator('input[type=password]').fill(password);
    await reader.locator('form.password-form button, .password-form [type=submit], form:has(input[type=password]) [type=submit]').first().click();
    await reader.waitForLoadState();
    assert.equal(await reader.getByText('The secret itself.').count() > 0, opens, password);
  }
  await context.close();
  assert.doesNotMatch(await read(link), /The secret itself/, 'others still do not');
});

test('a synced pattern is changed in its place, and in every post that has it', async () => {
  await writer.begin('The first with it');
  await writer.title.press('Enter');
  await type('Call the desk');
  await writer.makePattern('Contact');
  const first = await writer.publish();
  await writer.begin('The second with it');
  await writer.insert('Contact');
  const second = await writer.publish();
  for (const { link } of [first, second]) assert.match(await read(link), /<p>Call the desk<\/p>/);

  await (await writer.tools()).getByRole('button', { name: 'Edit original' }).click();
  await writer.canvas.getByText('Call the desk').click();
  await press('End');
  await type(' at noon');
  const saved = writer.page.waitForResponse((answer) => /\/wp\/v2\/blocks\/\d+/.test(answer.url()) && answer.request().method() === 'POST' && answer.ok());
  await writer.page.getByRole('button', { name: 'Save', exact: true }).click();
  await saved;
  for (const { link } of [first, second]) assert.match(await read(link), /<p>Call the desk at noon<\/p>/);
  await writer.open(second.id);
  assert.deepEqual((await writer.state()).invalid, []);
});

test('trashed in the editor, it comes back from the list as it was', async () => {
  await writer.begin('Not to be missed');
  await writer.title.press('Enter');
  await type('Still here.');
  const { link } = await writer.publish();
  await writer.tab('Post');
  await writer.settings.getByRole('button', { name: 'Move to trash' }).click();
  await writer.page.getByRole('dialog').getByRole('button', { name: /trash/i }).click();
  await writer.page.waitForURL(/\/wp-admin\/(edit\.php)?\?.*trashed=1/);
  assert.equal((await writer.reads(link)).status, 404);
  await writer.page.getByRole('button', { name: 'Undo' }).click();
  await writer.page.getByRole('link', { name: 'Not to be missed' }).waitFor();
  assert.match(await read(link), /Still here\./);
});

test('nothing went wrong on the way, and nothing was asked of other hosts', () => {
  // Undone and redone the text is as it was saved: that there is nothing to keep is answered by 400, as in WordPress.
  assert.deepEqual(writer.page.problems.filter((problem) => !/\/autosaves|rest_autosave_no_changes/.test(problem)), []);
});
