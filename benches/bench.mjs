// What the parts share: processes, load, tables, sites. Everything listens on loopback and ends with the run.

import { execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync } from 'node:fs';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

export const root = join(dirname(fileURLToPath(import.meta.url)), '..');
export const program = process.env.BENCH_PROGRAM ?? join(root, 'target/release/bucketpress');
export const seconds = Number(process.env.BENCH_SECONDS ?? 8);
export const work = mkdtempSync(join(tmpdir(), 'bucketpress-bench-'));
export const running = new Set();
let nextPort = 18480;
/** The first of `count` ports nobody here was given yet. */
export const ports = (count = 1) => (nextPort += count) - count;

// --- processes ----------------------------------------------------------------------------------

export function start(command, args, env = {}) {
  const child = spawn(command, args, { cwd: work, env: { ...process.env, ...env }, stdio: ['ignore', 'ignore', 'pipe'] });
  child.log = '';
  child.stderr.on('data', (chunk) => { child.log = (child.log + chunk).slice(-4000); });
  child.ended = new Promise((resolve) => child.on('exit', resolve));
  running.add(child);
  child.ended.then(() => running.delete(child));
  return child;
}

export async function end(child) {
  // nginx ends its workers only when it is asked to end.
  child.kill(child.spawnfile.endsWith('nginx') ? 'SIGTERM' : 'SIGKILL');
  await child.ended;
}

export function run(args, env = {}, input = '') {
  return execFileSync(program, args, { cwd: work, env: { ...process.env, ...env }, encoding: 'utf8', maxBuffer: 1 << 28, input, stdio: ['pipe', 'pipe', 'pipe'] });
}

export async function until(what, check, limitMs = 120_000) {
  const deadline = Date.now() + limitMs;
  while (!(await check())) {
    if (Date.now() > deadline) throw new Error(`no ${what} after ${limitMs} ms`);
    await pause(5);
  }
}

export function ask(url, { method = 'GET', headers = {}, body, agent } = {}) {
  return new Promise((resolve, reject) => {
    const outgoing = request(url, { method, headers, agent }, (incoming) => {
      const chunks = [];
      incoming.on('data', (chunk) => chunks.push(chunk));
      incoming.on('end', () => resolve({ status: incoming.statusCode, headers: incoming.headers, body: Buffer.concat(chunks) }));
      incoming.on('error', reject);
    });
    outgoing.on('error', reject);
    outgoing.end(body);
  });
}

export const answers = (url) => ask(url).then((answer) => answer.status === 200, () => false);

/** Starts a server on a fresh port; `ready` is the time from its start to a green /readyz, in ms. */
export async function serve(store, extra = [], env = {}, port = ports()) {
  const began = process.hrtime.bigint();
  const child = start(program, ['serve', '--store', store, '--listen', `127.0.0.1:${port}`, '--log', 'warn', ...extra], env);
  const base = `http://127.0.0.1:${port}`;
  await until('ready server', () => {
    if (child.exitCode !== null) throw new Error(`the server ended: ${child.log}`);
    return answers(`${base}/readyz`);
  });
  return { child, base, ready: Number(process.hrtime.bigint() - began) / 1e6 };
}

export const rssMiB = (pid) => Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))[1]) / 1024;
const ticks = Number(execFileSync('getconf', ['CLK_TCK'], { encoding: 'utf8' }));
export function cpuMs(pid) {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1].split(' ');
  return ((Number(fields[11]) + Number(fields[12])) * 1000) / ticks;
}

// --- load ---------------------------------------------------------------------------------------

/** wrk: requests per second, 99th percentile in ms, requests. */
export function wrk(url, connections, headers = {}) {
  const given = Object.entries(headers).flatMap(([name, value]) => ['-H', `${name}: ${value}`]);
  const text = execFileSync('wrk', ['-t1', `-c${connections}`, `-d${seconds}s`, '--latency', ...given, url], { encoding: 'utf8' });
  const bad = /Non-2xx or 3xx responses: (\d+)/.exec(text);
  if (bad) throw new Error(`${url}: ${bad[0]}`);
  const [, value, unit] = /99%\s+([\d.]+)(us|ms|s)/.exec(text);
  return {
    rate: Number(/Requests\/sec:\s+([\d.]+)/.exec(text)[1]),
    p99: Number(value) * { us: 0.001, ms: 1, s: 1000 }[unit],
    requests: Number(/(\d+) requests in/.exec(text)[1]),
  };
}

/** `task(worker)` by `workers` at a time for the time of a run: completions per second. */
export async function loop(workers, task) {
  const deadline = Date.now() + seconds * 1000;
  const began = process.hrtime.bigint();
  let done = 0;
  await Promise.all(Array.from({ length: workers }, async (_, worker) => {
    while (Date.now() < deadline) { await task(worker); done += 1; }
  }));
  return done / (Number(process.hrtime.bigint() - began) / 1e9);
}

// --- tables -------------------------------------------------------------------------------------

export const number = (value, digits = 0) => value.toLocaleString('en-GB', { minimumFractionDigits: digits, maximumFractionDigits: digits });
export function table(title, header, rows) {
  console.log(`\n### ${title}\n\n| ${header.join(' | ')} |\n|${header.map(() => '---').join('|')}|`);
  for (const row of rows) console.log(`| ${row.join(' | ')} |`);
}

// --- sites --------------------------------------------------------------------------------------

export function site(store, posts, env = {}, url = 'http://127.0.0.1') {
  run(['setup', '--store', store, '--url', url, '--title', 'Bench', '--admin-user', 'bench', '--admin-email', 'bench@example.org'], env);
  if (posts > 0) run(['demo', '--store', store, '--posts', String(posts), '--seed', '1', '--pictures', '0'], env);
  return store;
}

export const directory = (name) => `file:${join(work, name)}`;

export function basic(store, env = {}) {
  const password = run(['app-password', 'create', 'bench', 'bench', '--store', store], env).trim();
  return `Basic ${Buffer.from(`bench:${password}`).toString('base64')}`;
}

/** The path of the first story on the front page. */
export function storyPath(front, base) {
  const link = /<article[\s\S]*?href="([^"]+)"/.exec(front.body.toString());
  return new URL(link[1], base).pathname;
}

let readSite;
/** One site of 200 posts for the reading parts. */
export function siteToRead() {
  readSite ??= site(directory('read'), 200);
  return readSite;
}
