// A real server on a fresh embedded store, for one test file.

import { execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
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
  static async start() {
    const server = new Server();
    server.folder = mkdtempSync(join(tmpdir(), 'bucketpress-browser-'));
    server.port = await freePort();
    server.base = `http://127.0.0.1:${server.port}`;
    server.child = spawn(program, ['serve', '--listen', `127.0.0.1:${server.port}`], { cwd: server.folder, env, stdio: ['ignore', 'ignore', 'pipe'] });
    server.log = '';
    server.child.stderr.on('data', (chunk) => { server.log += chunk; });
    for (let tries = 0; ; tries += 1) {
      const ready = await fetch(`${server.base}/readyz`).then((answer) => answer.ok, () => false);
      if (ready) return server;
      if (tries > 1200 || server.child.exitCode !== null) throw new Error(`the server does not start:\n${server.log}`);
      await pause(50);
    }
  }

  /** Runs the command line on the same store; the server follows the log. */
  run(...args) {
    return execFileSync(program, args, { cwd: this.folder, env, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
  }

  async stop() {
    const ended = new Promise((resolve) => this.child.on('exit', resolve));
    this.child.kill('SIGKILL');
    await ended;
    rmSync(this.folder, { recursive: true, force: true });
  }
}

export const launch = () => chromium.launch({
  executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
  args: ['--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage', '--disable-background-networking', '--disable-component-update', '--disable-sync', '--no-first-run', '--disable-quic'],
});

/** A page that notes what must not happen: errors on the console, requests to other hosts, failed requests. */
export async function openPage(browser, server, options = {}) {
  const context = await browser.newContext(options);
  const page = await context.newPage();
  page.problems = [];
  page.on('console', (message) => { if (message.type() === 'error') page.problems.push(`console: ${message.text()}`); });
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
