// A real server on a fresh embedded store, for one test file.

import { execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright-core';

const root = join(dirname(fileURLToPath(import.meta.url)), '../..');
// The program refuses variables of its prefix that it does not know.
const { BUCKETPRESS_PROGRAM, ...env } = process.env;
const program = BUCKETPRESS_PROGRAM ?? join(root, 'target/debug/bucketpress');

const freePort = () => new Promise((resolve) => {
  const server = createServer().listen(0, '127.0.0.1', () => {
    const { port } = server.address();
    server.close(() => resolve(port));
  });
});

export class Server {
  /** `env` is what its environment has beside that of the tests. */
  static async start(env = {}) {
    const server = await Server.prepared();
    server.env = env;
    await server.listen();
    return server;
  }

  /** A fresh store and an address; nobody listens yet. */
  static async prepared() {
    const server = new Server();
    await server.prepare();
    return server;
  }

  async prepare() {
    this.folder = mkdtempSync(join(tmpdir(), 'bucketpress-browser-'));
    this.port = await freePort();
    this.base = `http://127.0.0.1:${this.port}`;
  }

  /** A second server on the same store. */
  async another() {
    const server = new Server();
    server.folder = this.folder;
    server.port = await freePort();
    server.base = `http://127.0.0.1:${server.port}`;
    await server.listen();
    return server;
  }

  async listen() {
    this.child = spawn(program, ['serve', '--listen', `127.0.0.1:${this.port}`], { cwd: this.folder, env: { ...env, ...this.env }, stdio: ['ignore', 'ignore', 'pipe'] });
    await this.ready();
  }

  async ready() {
    this.log = '';
    this.child.stderr.on('data', (chunk) => { this.log += chunk; });
    for (let tries = 0; ; tries += 1) {
      const ready = await fetch(`${this.base}/readyz`).then((answer) => answer.ok, () => false);
      if (ready) return;
      if (tries > 1200 || this.child.exitCode !== null) throw new Error(`the server does not start:\n${this.log}`);
      await pause(50);
    }
  }

  /** Runs the command line on the same store; the server follows the log. */
  run(...args) {
    return this.runWith('', ...args);
  }

  /** The same with something on standard input. */
  runWith(input, ...args) {
    return execFileSync(program, args, { cwd: this.folder, env, encoding: 'utf8', input, stdio: ['pipe', 'pipe', 'pipe'] });
  }

  /** Ends the server at once; its store stays. */
  async kill() {
    const ended = new Promise((resolve) => this.child.on('exit', resolve));
    this.child.kill('SIGKILL');
    await ended;
  }

  async stop() {
    await this.kill();
    rmSync(this.folder, { recursive: true, force: true });
  }
}

const HAPROXY = '/usr/sbin/haproxy';

/**
 * Several servers on one store behind HAProxy, which sends each request to the next of them: no two requests that follow
 * each other meet the same server, and nobody is kept with one.
 */
export class Fleet extends Server {
  static async start(size = 3) {
    const fleet = new Fleet();
    await fleet.prepare();
    fleet.servers = [];
    for (let count = 0; count < size; count += 1) fleet.servers.push(await fleet.another());
    const backends = fleet.servers.map(({ port }, index) => `  server s${index} 127.0.0.1:${port}`);
    const config = join(fleet.folder, 'haproxy.cfg');
    writeFileSync(config, `${[
      'defaults', '  mode http', '  option forwardfor', '  timeout connect 5s', '  timeout client 120s', '  timeout server 120s',
      'frontend site', `  bind 127.0.0.1:${fleet.port}`, '  default_backend fleet',
      'backend fleet', '  balance roundrobin', ...backends,
    ].join('\n')}\n`);
    fleet.child = spawn(HAPROXY, ['-db', '-f', config], { stdio: ['ignore', 'ignore', 'pipe'] });
    await fleet.ready();
    return fleet;
  }

  /** What readers get of an address, once every server answers what `ready` takes: each is asked, without cookies. */
  async seen(url, ready) {
    let text;
    for (const { base } of this.servers) {
      for (let tries = 0; ; tries += 1) {
        text = await (await fetch(url.replace(this.base, base))).text();
        if (ready(text)) break;
        if (tries > 200) throw new Error(`${base} does not show it: ${text.slice(0, 2000)}`);
        await pause(50);
      }
    }
    return text;
  }

  async kill() {
    await super.kill();
    await Promise.all(this.servers.map((server) => server.kill()));
  }
}

const options = {
  executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
  args: ['--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage', '--disable-background-networking', '--disable-component-update', '--disable-sync', '--no-first-run', '--disable-quic'],
};

export const launch = () => chromium.launch(options);

/** A browser whose profile is `folder` and stays; `kill` ends its processes as a crash would. */
export async function launchKept(folder) {
  const port = await freePort();
  const child = spawn(options.executablePath, [
    ...options.args, '--headless=new', `--remote-debugging-port=${port}`, `--user-data-dir=${folder}`, 'about:blank',
  ], { stdio: 'ignore', detached: true });
  const ended = new Promise((resolve) => child.on('exit', resolve));
  for (let tries = 0; ; tries += 1) {
    const up = await fetch(`http://127.0.0.1:${port}/json/version`).then((answer) => answer.ok, () => false);
    if (up) break;
    if (tries > 600 || child.exitCode !== null) throw new Error('the browser does not start');
    await pause(50);
  }
  const browser = await chromium.connectOverCDP(`http://127.0.0.1:${port}`);
  const kill = async () => {
    // Its whole group: the browser process and those it started.
    try { process.kill(-child.pid, 'SIGKILL'); } catch { /* it has ended already */ }
    await ended;
    await browser.close().catch(() => null);
  };
  return { context: browser.contexts()[0], kill };
}

/** What whoever is in a test signs in with. */
export const PASSWORD = 'a long enough passphrase';

/** Signs a browser in by the form; it then is at the desk. */
export async function signIn(page, server, login = 'ann', password = PASSWORD) {
  await page.goto(`${server.base}/wp-login.php`);
  await page.getByLabel('Username or email address').fill(login);
  await page.getByLabel('Password').fill(password);
  await page.locator('form button[type=submit]').first().click();
  await page.waitForURL(/\/wp-admin\//);
}

/** Sets an empty site up by the form the first visitor finds; ann then is its administrator, and signed in. */
export async function setUp(page, server, title = 'The Browser Times') {
  await page.goto(`${server.base}/`);
  await page.getByLabel('Title').fill(title);
  await page.getByLabel('Username').fill('ann');
  await page.getByLabel('Email address').fill('ann@example.org');
  await page.getByLabel('Password').fill(PASSWORD);
  await page.locator('form button[type=submit]').first().click();
  await page.waitForURL(/\/wp-admin\/(?!install)/);
}

/** A page that notes what must not happen: errors on the console, requests to other hosts, failed requests. */
export async function openPage(browser, server, options = {}) {
  const context = await browser.newContext(options);
  const page = await context.newPage();
  page.problems = [];
  page.on('console', (message) => { if (message.type() === 'error') page.problems.push(`console: ${message.text()} (${message.location().url})`); });
  page.on('pageerror', (error) => page.problems.push(`script: ${error.message}`));
  page.on('request', (outgoing) => {
    const url = new URL(outgoing.url());
    if (url.protocol.startsWith('http') && url.host !== `127.0.0.1:${server.port}`) page.problems.push(`other host: ${url}`);
  });
  page.on('response', (answer) => {
    if (answer.status() >= 400 && answer.request().resourceType() !== 'document') page.problems.push(`${answer.status()} ${answer.url()}`);
  });
  return page;
}
