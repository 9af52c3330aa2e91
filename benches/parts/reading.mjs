// Pages from memory beside nginx, pages rendered, cold starts.

import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { answers, ask, cpuMs, directory, end, number, ports, rssMiB, run, serve, site, siteToRead, start, storyPath, table, until, work, wrk } from '../bench.mjs';

async function startNginx(pages) {
  const htdocs = join(work, 'htdocs');
  mkdirSync(htdocs);
  for (const [name, body] of Object.entries(pages)) writeFileSync(join(htdocs, name), body);
  const port = ports();
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map((kind) => `${kind}_temp_path ${work}/${kind};`).join(' ');
  writeFileSync(join(work, 'nginx.conf'), `${process.getuid() === 0 ? 'user root; ' : ''}daemon off; worker_processes auto; pid ${work}/nginx.pid; error_log ${work}/nginx.log;
events { worker_connections 1024; }
http { access_log off; sendfile on; tcp_nopush on; keepalive_timeout 75; keepalive_requests 1000000; open_file_cache max=100;
types { text/html html; } ${temporary} server { listen 127.0.0.1:${port}; root ${htdocs}; } }`);
  const child = start('/usr/sbin/nginx', ['-c', join(work, 'nginx.conf'), '-p', work]);
  const base = `http://127.0.0.1:${port}`;
  await until('nginx', () => answers(`${base}/${Object.keys(pages)[0]}`));
  return { child, base };
}

export async function warm() {
  const ours = await serve(siteToRead());
  const home = await ask(`${ours.base}/`);
  const path = storyPath(home, ours.base);
  const post = await ask(ours.base + path);
  const nginx = await startNginx({ 'home.html': home.body, 'post.html': post.body });
  const rows = [];
  for (const [name, ourPath, body] of [['home', '/', home.body], ['post', path, post.body]]) {
    for (const connections of [1, 32]) {
      const pairs = [];
      for (let round = 0; round < 3; round += 1) {
        pairs.push([wrk(ours.base + ourPath, connections), wrk(`${nginx.base}/${name}.html`, connections)]);
      }
      pairs.sort((a, b) => a[0].rate / a[1].rate - b[0].rate / b[1].rate);
      const [we, they] = pairs[1];
      rows.push([name, number(body.length / 1024, 1), connections, number(we.rate), number(they.rate), number(we.rate / they.rate, 2), number(we.p99, 2), number(they.p99, 2)]);
    }
  }
  table('Warm pages against nginx serving the same bytes from disk (wrk, median of 3 pairs)',
    ['page', 'KiB', 'connections', 'ours req/s', 'nginx req/s', 'ratio', 'ours p99 ms', 'nginx p99 ms'], rows);
  await end(ours.child);
  await end(nginx.child);
}

export async function render() {
  const ours = await serve(siteToRead(), ['--set', 'cache.pages_bytes_max=0']);
  const home = await ask(`${ours.base}/`);
  const rows = [];
  for (const [name, path] of [['home', '/'], ['post', storyPath(home, ours.base)], ['feed', '/feed/']]) {
    await ask(ours.base + path);
    const before = cpuMs(ours.child.pid);
    const load = wrk(ours.base + path, 1);
    rows.push([name, number((cpuMs(ours.child.pid) - before) / load.requests, 2), number(load.rate)]);
  }
  table('Cold render: page cache off, revisions in memory', ['page', 'CPU ms a page', 'req/s, 1 connection'], rows);
  await end(ours.child);
}

export async function starts() {
  const rows = [];
  for (const posts of (process.env.BENCH_POSTS ?? '1000,10000,100000').split(',').map(Number)) {
    const store = site(directory(`start-${posts}`), posts);
    run(['check', '--snapshot', '--store', store]);
    const runs = [];
    for (let round = 0; round < 3; round += 1) {
      const ours = await serve(store);
      const atStart = rssMiB(ours.child.pid);
      await ask(`${ours.base}/`);
      runs.push({ ready: ours.ready, atStart, used: rssMiB(ours.child.pid) });
      await end(ours.child);
    }
    runs.sort((a, b) => a.ready - b.ready);
    rows.push([number(posts), number(runs[1].ready), number(runs[1].atStart), number(runs[1].used)]);
    rmSync(join(work, `start-${posts}`), { recursive: true });
  }
  table('Cold start from a snapshot (embedded store, median of 3)', ['posts', 'ready in ms', 'RSS MiB', 'RSS MiB after the home page'], rows);
}
