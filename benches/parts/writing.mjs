// Saves over REST, commits on Ceph, import.

import { execFileSync } from 'node:child_process';
import { createHash, createHmac } from 'node:crypto';
import { statSync, writeFileSync } from 'node:fs';
import { Agent } from 'node:http';
import { join } from 'node:path';
import { ask, basic, directory, end, loop, number, ports, root, run, serve, site, table, work, wrk } from '../bench.mjs';

export function saver(base, authorization) {
  const agent = new Agent({ keepAlive: true });
  const headers = { authorization, 'content-type': 'application/json' };
  let count = 0;
  return async () => {
    count += 1;
    const body = JSON.stringify({ title: `Bench ${count}`, content: '<p>Some words to keep.</p>'.repeat(40), status: 'publish' });
    const answer = await ask(`${base}/wp-json/wp/v2/posts`, { method: 'POST', headers, body, agent });
    if (answer.status !== 201) throw new Error(`${answer.status}: ${answer.body}`);
  };
}

export async function rest() {
  const store = site(directory('rest'), 100);
  const authorization = basic(store);
  const ours = await serve(store);
  const save = saver(ours.base, authorization);
  const rows = [];
  for (const workers of [1, 8, 32]) rows.push([`create a post, ${workers} at a time`, number(await loop(workers, save), 1)]);
  const list = wrk(`${ours.base}/wp-json/wp/v2/posts?per_page=10`, 8);
  rows.push(['list of ten posts, 8 connections', number(list.rate)]);
  table('REST on the embedded store', ['request', 'per second'], rows);
  await end(ours.child);
}

export async function commits() {
  const port = ports(2);
  const ceph = { ...process.env, RGW_PORT: String(port), CEPH_DIR: join(work, 'ceph') };
  const script = join(root, 'tests/services/ceph-rgw');
  const exported = execFileSync(script, ['up'], { env: ceph, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
  const env = Object.fromEntries([...exported.matchAll(/export (\w+)=(.*)/g)].map((match) => [match[1], match[2]]));
  env.BUCKETPRESS_SITE_KEY = 'ab'.repeat(32);
  try {
    await createBucket(`http://127.0.0.1:${port}`, 'bench', env);
    const store = site('s3://bench', 0, env);
    const authorization = basic(store, env);
    const rows = [];
    for (const servers of [1, 3]) {
      const fleet = [];
      for (let i = 0; i < servers; i += 1) fleet.push(await serve(store, [], env));
      const saves = fleet.map((server) => saver(server.base, authorization));
      const before = await sequence(fleet[0].base);
      const began = Date.now();
      const rate = await loop(24, (worker) => saves[worker % servers]());
      const elapsed = (Date.now() - began) / 1000;
      rows.push([servers, number(rate, 1), number(((await sequence(fleet[0].base)) - before) / elapsed, 1)]);
      for (const server of fleet) await end(server.child);
    }
    table('Commits on a real Ceph RGW, 24 editors saving posts over REST', ['servers', 'saves/s', 'log entries/s'], rows);
  } finally {
    execFileSync(script, ['down'], { env: ceph, stdio: 'ignore' });
  }
}

async function sequence(base) {
  const text = (await ask(`${base}/metrics`)).body.toString();
  const match = /^bucketpress_log_seq(?:\{[^}]*\})? (\d+)/m.exec(text);
  if (!match) throw new Error('no bucketpress_log_seq in /metrics');
  return Number(match[1]);
}

/** PUT /bucket with an AWS signature (v4): too little for a client library. */
async function createBucket(endpoint, bucket, env) {
  const hmac = (key, text) => createHmac('sha256', key).update(text).digest();
  const hash = (text) => createHash('sha256').update(text).digest('hex');
  const stamp = new Date().toISOString().replace(/[-:]|\.\d{3}/g, '');
  const [date, host] = [stamp.slice(0, 8), new URL(endpoint).host];
  const signed = 'host;x-amz-content-sha256;x-amz-date';
  const canonical = `PUT\n/${bucket}\n\nhost:${host}\nx-amz-content-sha256:${hash('')}\nx-amz-date:${stamp}\n\n${signed}\n${hash('')}`;
  const scope = `${date}/${env.AWS_REGION}/s3/aws4_request`;
  const key = [date, env.AWS_REGION, 's3', 'aws4_request'].reduce(hmac, `AWS4${env.AWS_SECRET_ACCESS_KEY}`);
  const signature = hmac(key, `AWS4-HMAC-SHA256\n${stamp}\n${scope}\n${hash(canonical)}`).toString('hex');
  const authorization = `AWS4-HMAC-SHA256 Credential=${env.AWS_ACCESS_KEY_ID}/${scope}, SignedHeaders=${signed}, Signature=${signature}`;
  const headers = { authorization, 'x-amz-date': stamp, 'x-amz-content-sha256': hash('') };
  const answer = await ask(`${endpoint}/${bucket}`, { method: 'PUT', headers });
  if (answer.status !== 200) throw new Error(`creating bucket ${bucket}: ${answer.status} ${answer.body}`);
}

/** A WordPress export of `items` posts. */
function wxr(items) {
  const namespaces = 'xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:excerpt="http://wordpress.org/export/1.2/excerpt/" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:wp="http://wordpress.org/export/1.2/"';
  const head = `<?xml version="1.0" encoding="UTF-8"?><rss version="2.0" ${namespaces}><channel><title>Bench</title><link>http://old.example</link><wp:wxr_version>1.2</wp:wxr_version><wp:base_site_url>http://old.example</wp:base_site_url><wp:base_blog_url>http://old.example</wp:base_blog_url><wp:author><wp:author_id>1</wp:author_id><wp:author_login>ann</wp:author_login><wp:author_email>ann@old.example</wp:author_email><wp:author_display_name>Ann</wp:author_display_name></wp:author>`;
  const content = '<!-- wp:paragraph --><p>Words of a paragraph that says little.</p><!-- /wp:paragraph -->\n'.repeat(20);
  const parts = [head];
  for (let id = 1; id <= items; id += 1) {
    const date = `2020-03-${String(1 + (id % 28)).padStart(2, '0')} 10:00:00`;
    parts.push(`<item><title>Post number ${id}</title><dc:creator>ann</dc:creator><content:encoded><![CDATA[${content}]]></content:encoded><excerpt:encoded></excerpt:encoded><wp:post_id>${id}</wp:post_id><wp:post_date>${date}</wp:post_date><wp:post_date_gmt>${date}</wp:post_date_gmt><wp:comment_status>open</wp:comment_status><wp:ping_status>open</wp:ping_status><wp:post_name>post-number-${id}</wp:post_name><wp:status>publish</wp:status><wp:post_parent>0</wp:post_parent><wp:menu_order>0</wp:menu_order><wp:post_type>post</wp:post_type><wp:post_password></wp:post_password><wp:is_sticky>0</wp:is_sticky><category domain="category" nicename="news-${id % 20}"><![CDATA[News ${id % 20}]]></category></item>`);
  }
  parts.push('</channel></rss>');
  return parts.join('\n');
}

export async function imports() {
  const items = 20_000;
  const file = join(work, 'export.xml');
  writeFileSync(file, wxr(items));
  const store = site(directory('import'), 0);
  const began = process.hrtime.bigint();
  run(['import', 'wxr', file, '--store', store, '--media', 'skip', '--quiet']);
  const took = Number(process.hrtime.bigint() - began) / 1e9;
  table('Import of a generated export on the embedded store, without media', ['items', 'MiB', 's', 'items/s'],
    [[number(items), number(statSync(file).size / (1 << 20)), number(took, 1), number(items / took)]]);
}
