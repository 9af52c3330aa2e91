// What editors wait for: the API beside a WordPress, the block editor, lists of a large site.

import { execFileSync } from 'node:child_process';
import { chmodSync, existsSync, mkdtempSync, rmSync } from 'node:fs';
import { Agent } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ask, basic, directory, end, loop, number, ports, root, run, serve, site, table, wrk } from '../bench.mjs';
import { saver } from './writing.mjs';

const PASSWORD = 'a long enough passphrase';
const BLOCKS = 2000;
/** Posts of both sites. */
const POSTS = 100;

// --- two sites ----------------------------------------------------------------------------------

/** One of ours, with an editor who can sign in. */
async function ours() {
  const port = ports();
  const store = directory(`desk-${port}`);
  // The desk leads to the site's own address.
  site(store, 0, {}, `http://127.0.0.1:${port}`);
  run(['user', 'set-password', 'bench', '--password-stdin', '--store', store], {}, PASSWORD);
  const authorization = basic(store);
  const { child, base } = await serve(store, [], {}, port);
  return { name: 'Bucketpress', base, authorization, user: 'bench', password: PASSWORD, end: () => end(child) };
}

/** A real WordPress (PHP-FPM, MariaDB, nginx), if there is one to start. */
function wordpress() {
  const script = process.env.BENCH_WORDPRESS ?? join(root, '../shared/wordpress/peer/wordpress');
  if (!existsSync(script)) {
    console.error('no WordPress to measure beside: set BENCH_WORDPRESS');
    return undefined;
  }
  const folder = mkdtempSync(join(tmpdir(), 'bucketpress-bench-wordpress-'));
  // Its web server runs as another user.
  chmodSync(folder, 0o755);
  const port = ports(4);
  const env = { ...process.env, WP_LAB_RUN: folder, WP_LAB_PORT: String(port), WP_LAB_DBPORT: String(port + 3) };
  const call = (command) => execFileSync(script, [command], { env, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
  const destroy = () => {
    try { call('destroy'); } finally { rmSync(folder, { recursive: true, force: true }); }
  };
  try {
    const facts = Object.fromEntries([...call('up').matchAll(/^(\w+)='?(.*?)'?$/gm)].map((match) => [match[1], match[2]]));
    const authorization = `Basic ${Buffer.from(`${facts.WP_USER}:${facts.WP_APP_PASS}`).toString('base64')}`;
    return { name: 'WordPress', base: facts.WP_BASE, authorization, user: facts.WP_USER, password: facts.WP_PASS, end: destroy };
  } catch (error) {
    console.error(`WordPress does not start: ${error.message}`);
    destroy();
    return undefined;
  }
}

/** Runs `task` with every site there is, one after the other in each step, and ends them. */
async function withBoth(task) {
  const sites = [];
  try {
    sites.push(await ours());
    const peer = wordpress();
    if (peer) sites.push(peer);
    await task(sites);
  } finally {
    for (const one of sites) await one.end();
  }
}

async function post(one, path, body) {
  const headers = { authorization: one.authorization, 'content-type': 'application/json' };
  const answer = await ask(`${one.base}/wp-json/wp/v2/${path}`, { method: 'POST', headers, body: JSON.stringify(body) });
  if (answer.status > 201) throw new Error(`${one.name} ${path}: ${answer.status} ${answer.body}`);
  return JSON.parse(answer.body);
}

const against = (values) => (values.length > 1 ? number(values[0] / values[1], 1) : '–');
const columns = (sites) => [...sites.map((one) => one.name), 'ratio'];

// --- parts --------------------------------------------------------------------------------------

/** The API as an editor's client uses it. */
export async function api() {
  await withBoth(async (sites) => {
    for (const one of sites) {
      const save = saver(one.base, one.authorization);
      for (let count = 0; count < POSTS; count += 1) await save();
      one.post = await post(one, 'posts', { title: 'To be saved', content: '<p>Some words.</p>', status: 'publish' });
    }
    const rows = [];
    const measure = async (name, rate) => {
      const values = [];
      for (const one of sites) values.push(await rate(one));
      rows.push([name, ...values.map((value) => number(value, value < 100 ? 1 : 0)), against(values)]);
    };
    const signedIn = (one) => ({ authorization: one.authorization });
    const read = (path, connections, headers = () => ({})) => (one) => wrk(`${one.base}/wp-json/wp/v2/${path(one)}`, connections, headers(one)).rate;
    const list = () => 'posts?per_page=10';
    const mine = () => 'posts?per_page=10&context=edit';
    const single = (one) => `posts/${one.post.id}?context=edit`;
    await measure('list of ten, asked for by strangers, 8 at a time', read(list, 8));
    await measure('list of ten to edit, 1 at a time', read(mine, 1, signedIn));
    await measure('list of ten to edit, 8 at a time', read(mine, 8, signedIn));
    await measure('one post to edit, 1 at a time', read(single, 1, signedIn));
    await measure('one post to edit, 8 at a time', read(single, 8, signedIn));
    await measure('save a post, 1 at a time', (one) => loop(1, updater(one)));
    await measure('save a post, 8 at a time', (one) => loop(8, updater(one)));
    table('The API, signed in with an application password, requests a second', ['request', ...columns(sites)], rows);
  });
}

function updater(one) {
  const agent = new Agent({ keepAlive: true });
  const headers = { authorization: one.authorization, 'content-type': 'application/json' };
  let count = 0;
  return async () => {
    count += 1;
    const body = JSON.stringify({ content: `<p>Some words, version ${count}.</p>`.repeat(20) });
    const answer = await ask(`${one.base}/wp-json/wp/v2/posts/${one.post.id}`, { method: 'POST', headers, body, agent });
    if (answer.status !== 200) throw new Error(`${one.name}: ${answer.status} ${answer.body}`);
  };
}

/** True in the page once its editor takes letters and has so many blocks. */
const isEditable = (blocks) => {
  const canvas = document.querySelector('iframe[name="editor-canvas"]')?.contentDocument ?? document;
  const title = canvas.querySelector('.editor-post-title__input');
  return Boolean(title?.isContentEditable) && canvas.querySelectorAll('.is-root-container > [data-block]').length >= blocks;
};

/** A browser that has nothing in memory or on disk but who is signed in: the time until a letter typed is seen. */
async function openCold(launch, state, url, blocks, then = async () => ({})) {
  const browser = await launch();
  try {
    const context = await browser.newContext({ storageState: state, viewport: { width: 1280, height: 900 } });
    const page = await context.newPage();
    page.setDefaultTimeout(180_000);
    const requests = new Set();
    page.on('request', (request) => requests.add(request));
    const began = performance.now();
    await page.goto(url, { waitUntil: 'commit' });
    await page.waitForFunction(isEditable, blocks, { polling: 'raf' });
    await page.evaluate(() => {
      const canvas = document.querySelector('iframe[name="editor-canvas"]')?.contentDocument ?? document;
      canvas.querySelector('.editor-post-title__input').focus();
    });
    await page.keyboard.type('x');
    await page.waitForFunction(() => {
      const canvas = document.querySelector('iframe[name="editor-canvas"]')?.contentDocument ?? document;
      return canvas.querySelector('.editor-post-title__input').textContent.includes('x');
    }, null, { polling: 'raf' });
    const editable = performance.now() - began;
    return { editable, requests: requests.size, ...(await then(page)) };
  } finally {
    await browser.close();
  }
}

/** Letters into the middle of a long post, and a save. */
async function write(page) {
  const canvas = page.frame('editor-canvas') ?? page.mainFrame();
  await canvas.locator(`.is-root-container > p[data-block] >> nth=${BLOCKS / 2}`).click();
  await page.keyboard.press('End');
  const began = performance.now();
  const letters = 30;
  for (let count = 0; count < letters; count += 1) await page.keyboard.type('q');
  await canvas.waitForFunction((text) => document.querySelector('.is-root-container').textContent.includes(text), 'q'.repeat(letters), { polling: 'raf' });
  const letter = (performance.now() - began) / letters;
  const saving = performance.now();
  const saved = page.waitForResponse((answer) => answer.url().includes('posts') && answer.request().method() !== 'GET' && !answer.url().includes('autosaves'));
  await page.keyboard.press('Control+s');
  const answer = await saved;
  if (!answer.ok()) throw new Error(`the save was answered ${answer.status()}`);
  return { letter, save: performance.now() - saving };
}

async function signIn(launch, one) {
  const browser = await launch();
  try {
    const page = await (await browser.newContext()).newPage();
    await page.goto(`${one.base}/wp-login.php`);
    await page.locator('[name=log]').fill(one.user);
    await page.locator('[name=pwd]').fill(one.password);
    await page.locator('form button[type=submit], form input[type=submit]').first().click();
    await page.waitForURL(/\/wp-admin\//);
    // A first visit is welcomed by a guide over the editor: seen once, it is gone.
    await page.goto(`${one.base}/wp-admin/post-new.php`);
    await page.waitForFunction(isEditable, 0);
    const guide = page.locator('.components-guide').first();
    await guide.waitFor({ timeout: 3000 }).catch(() => null);
    if (await guide.isVisible()) {
      const kept = page.waitForResponse((answer) => answer.url().includes('users') && answer.request().method() !== 'GET');
      await page.keyboard.press('Escape');
      await kept;
    }
    return await page.context().storageState();
  } finally {
    await browser.close();
  }
}

const median = (values) => values.sort((a, b) => a - b)[Math.floor(values.length / 2)];

/** The block editor in a cold browser. */
export async function editor() {
  const { launch } = await import('../../tests/browser/server.mjs');
  const paragraph = (text) => `<!-- wp:paragraph -->\n<p>${text}</p>\n<!-- /wp:paragraph -->`;
  const content = Array.from({ length: BLOCKS }, (_, index) => paragraph(`Paragraph ${index} of a long text, with a few words more.`)).join('\n\n');
  await withBoth(async (sites) => {
    const figures = [];
    for (const one of sites) {
      const state = await signIn(launch, one);
      const short = [];
      for (let round = 0; round < 5; round += 1) short.push(await openCold(launch, state, `${one.base}/wp-admin/post-new.php`, 0));
      const { id, link } = await post(one, 'posts', { title: 'Long', content, status: 'publish' });
      const long = [];
      for (let round = 0; round < 3; round += 1) long.push(await openCold(launch, state, `${one.base}/wp-admin/post.php?post=${id}&action=edit`, BLOCKS, write));
      const began = performance.now();
      const read = await ask(link);
      if (read.status !== 200) throw new Error(`${link}: ${read.status}`);
      figures.push({
        'a new post until a letter typed is seen, ms': median(short.map((run) => run.editable)),
        'requests until then': median(short.map((run) => run.requests)),
        [`a post of ${number(BLOCKS)} blocks until a letter typed is seen, ms`]: median(long.map((run) => run.editable)),
        'a letter typed in its middle, ms': median(long.map((run) => run.letter)),
        'saving it, ms': median(long.map((run) => run.save)),
        'its page, rendered for the first reader, ms': performance.now() - began,
      });
    }
    const rows = Object.keys(figures[0]).map((name) => {
      const values = figures.map((figure) => figure[name]);
      return [name, ...values.map((value) => number(value, value < 100 ? 1 : 0)), against(values)];
    });
    table('The block editor in a cold Chromium (median of 5; of 3 for the long post)', ['what', ...columns(sites)], rows);
  });
}

/** The desk's lists of a large site: what the server takes for each. */
export async function lists() {
  const posts = Math.max(...(process.env.BENCH_POSTS ?? '1000,10000,100000').split(',').map(Number));
  const store = site(directory('lists'), posts);
  const authorization = basic(store);
  const { child, base } = await serve(store);
  const agent = new Agent({ keepAlive: true });
  const get = async (path) => {
    const began = performance.now();
    const whole = /^\/(wp|bucketpress)\//.test(path) ? path : `/bucketpress/v1/desk/posts${path}`;
    const answer = await ask(`${base}/wp-json${whole}`, { headers: { authorization }, agent });
    const took = performance.now() - began;
    if (answer.status !== 200) throw new Error(`${path}: ${answer.status} ${answer.body}`);
    return { took, rows: JSON.parse(answer.body) };
  };
  const { rows: some } = await get('?per_page=100&page=7');
  const titles = some.map((row) => row.title?.raw ?? row.title?.rendered ?? row.title);
  const words = [...new Set(titles.join(' ').split(/\W+/).filter((word) => word.length > 4))];
  const authors = JSON.parse((await ask(`${base}/wp-json/wp/v2/users?per_page=20`, { headers: { authorization } })).body).map((user) => user.id);
  const categories = JSON.parse((await ask(`${base}/wp-json/wp/v2/categories?per_page=20`)).body).map((term) => term.id);
  const nth = (values, index) => values[index % values.length];
  const kinds = {
    'first page': () => '?per_page=20',
    'a page in the middle': (round) => `?per_page=20&page=${Math.floor(posts / 40) - round}`,
    'the last page': () => `?per_page=20&page=${Math.ceil(posts / 20)}`,
    'by status': (round) => `?per_page=20&status=${nth(['draft', 'future', 'private', 'pending', 'trash'], round)}`,
    'by author': (round) => `?per_page=20&author=${nth(authors, round)}`,
    'by category': (round) => `?per_page=20&categories=${nth(categories, round)}`,
    'by month': (round) => `?per_page=20&after=2024-${String(1 + (round % 9)).padStart(2, '0')}-01T00:00:00&before=2024-${String(2 + (round % 9)).padStart(2, '0')}-01T00:00:00`,
    'by category and author': (round) => `?per_page=20&categories=${nth(categories, round)}&author=${nth(authors, round)}`,
    'in order of title': (round) => `?per_page=20&orderby=title&order=${nth(['asc', 'desc'], round)}&page=${1 + round}`,
    'search for a word': (round) => `?per_page=20&search=${nth(words, round)}`,
    'search for two words': (round) => `?per_page=20&search=${nth(words, round)}+${nth(words, round + 3)}`,
    'search for what is nowhere': (round) => `?per_page=20&search=zzyzx${round}`,
    'counts of all views': () => '/counts',
    'in order of author': (round) => `?per_page=20&orderby=author&order=${nth(['asc', 'desc'], round)}&page=${1 + round}`,
    'a category by time of change': (round) => `?per_page=20&orderby=modified&categories=${nth(categories, round)}`,
    'comments of the site, a page of them': (round) => `/wp/v2/comments?per_page=20&page=${1 + 100 * round}`,
    'search in comments': (round) => `/wp/v2/comments?per_page=20&search=${nth(words, round)}`,
    'comments at the desk, a page of them': (round) => `/bucketpress/v1/desk/comments?per_page=20&page=${1 + 100 * round}`,
    'those that wait': () => '/bucketpress/v1/desk/comments?per_page=20&status=hold',
    'search in them': (round) => `/bucketpress/v1/desk/comments?per_page=20&search=${nth(words, round)}`,
    'counts of their views': () => '/bucketpress/v1/desk/comments/counts',
  };
  const rows = [];
  for (const [name, path] of Object.entries(kinds)) {
    const took = [];
    for (let round = 0; round < 21; round += 1) took.push((await get(path(round))).took);
    took.sort((a, b) => a - b);
    rows.push([name, number(took[10], 1), number(took[20], 1)]);
  }
  table(`The desk's lists at ${number(posts)} posts, 21 requests of each kind, one at a time`, ['list', 'median ms', 'slowest ms'], rows);
  await end(child);
}
