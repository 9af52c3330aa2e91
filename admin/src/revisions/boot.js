// SPDX-License-Identifier: GPL-2.0-or-later
// What the page brings along, and the texts it fetches as they are looked at.

import apiFetch from '@wordpress/api-fetch';
import { boot as given } from '../start.js';

/** Entries come as `[number, user, seconds]`, oldest first. */
export const boot = { ...given, entries: given.entries.map(([n, by, at]) => ({ n, by, at: new Date(at * 1000).toISOString().slice(0, 19) })) };

const format = (options) => {
  // A site may keep an offset where others keep the name of a zone.
  try {
    return new Intl.DateTimeFormat(undefined, { ...options, timeZone: boot.zone });
  } catch {
    return new Intl.DateTimeFormat(undefined, options);
  }
};
const short = format({ day: 'numeric', month: 'short', year: 'numeric', hour: '2-digit', minute: '2-digit' });
const long = format({ dateStyle: 'full', timeStyle: 'medium' });
const days = format({ day: 'numeric', month: 'short', year: 'numeric' });
const clocks = format({ hour: '2-digit', minute: '2-digit' });

export const time = (utc) => short.format(new Date(`${utc}Z`));
export const timeLong = (utc) => long.format(new Date(`${utc}Z`));
export const day = (utc) => days.format(new Date(`${utc}Z`));
export const clock = (utc) => clocks.format(new Date(`${utc}Z`));
export const name = (user) => boot.users[user] ?? 'Somebody';

/** Texts kept of those looked at last. */
const KEPT = 40;
const bodies = new Map(Object.entries(boot.bodies).map(([n, body]) => [Number(n), rendered(body)]));

/** What readers see of a version in Markdown, which is stored as its source. */
async function rendered(body) {
  if (!body.isMarkdown) return body;
  const { rendered: html } = await apiFetch({ path: '/bucketpress/v1/markdown', method: 'POST', data: { source: body.content } });
  return { ...body, rendered: html };
}

async function ask(n) {
  const answer = await fetch(`/wp-admin/revision.php?as=json&post=${boot.post.id}&revision=${n}`, { credentials: 'same-origin' }).catch(() => null);
  if (!answer) throw new Error('The server does not answer.');
  if (answer.redirected || answer.status === 401) throw new Error('You are signed out: sign in in another tab, and try again.');
  const body = await answer.json().catch(() => null);
  if (!answer.ok || !body) throw new Error(body?.message ?? `This version cannot be had (${answer.status}).`);
  return rendered(body);
}

/** Title, content, excerpt and details of a version; asked for once. */
export function fetchBody(n) {
  const known = bodies.get(n);
  if (known) {
    bodies.delete(n);
    bodies.set(n, known);
    return known;
  }
  const asking = ask(n);
  bodies.set(n, asking);
  asking.catch(() => bodies.delete(n));
  if (bodies.size > KEPT) bodies.delete(bodies.keys().next().value);
  return asking;
}
