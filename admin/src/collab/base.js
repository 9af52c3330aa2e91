// SPDX-License-Identifier: GPL-2.0-or-later
// Every save names the revision it was made from, and what the server refuses because of that is put before the writer.

import apiFetch from '@wordpress/api-fetch';

const ITEM = /^\/wp\/v2\/([\w-]+)\/(\d+)(\/autosaves)?(?:\?|$)/;
/** Items with revisions that nobody edits as text here. */
const WITHOUT = new Set(['media', 'comments', 'users', 'categories', 'tags']);

/** By `posts/5`: what the edits on this page were made from, `{revision, record}`. */
const bases = new Map();
/** By the same: the texts of a save whose answer never came. */
const sent = new Map();
const listeners = new Set();

export const keyOf = (restBase, id) => `${restBase}/${id}`;
export const baseOf = (key) => bases.get(key);
export const setBase = (key, revision, record = null) => bases.set(key, { revision, record });
export const lastSent = (key) => sent.get(key);

/** `listener({key, restBase, id, current})` is called when a save was refused because somebody else saved. */
export function onConflict(listener) {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** Whether an item is being edited on this page; of whoever starts the watch. */
let hasEdits = () => false;

/** Takes `record` for what edits are made from, unless there are edits from an earlier state. */
function learn(restBase, record) {
  if (typeof record?.revision !== 'string' || !record.id || !record.type || WITHOUT.has(restBase)) return;
  const key = keyOf(restBase, record.id);
  if (!bases.has(key) || !hasEdits(record)) setBase(key, record.revision, record);
}

async function middleware(options, next) {
  const path = options.path ?? '';
  const [, restBase, id, autosave] = path.match(ITEM) ?? [];
  const method = (options.method ?? 'GET').toUpperCase();
  if (method === 'GET') {
    const answer = await next(options);
    if (restBase && !autosave) learn(restBase, answer);
    else if (Array.isArray(answer)) answer.forEach((item) => learn(path.match(/^\/wp\/v2\/([\w-]+)/)?.[1], item));
    return answer;
  }
  if (!restBase || WITHOUT.has(restBase)) return next(options);
  const key = keyOf(restBase, id);
  const base = bases.get(key);
  const headers = { ...options.headers, ...(base && { 'If-Match': `"${base.revision}"` }) };
  try {
    if (!autosave) sent.set(key, options.data ?? {});
    const answer = await next({ ...options, headers });
    // An autosave of what was never saved saves it; any other changes nothing.
    if (answer?.revision && (!autosave || answer.id === Number(id))) setBase(key, answer.revision, answer.type ? answer : null);
    sent.delete(key);
    return answer;
  } catch (error) {
    if (error?.code === 'rest_revision_conflict' && !autosave && method !== 'DELETE') {
      listeners.forEach((listener) => listener({ key, restBase, id: Number(id), current: error.data?.current_revision }));
    } else if (error?.data?.status) {
      sent.delete(key);
    }
    throw error;
  }
}

/** Call after the middlewares that answer from memory: they would be asked before this one. `isEdited(record)`. */
export function watchSaves(isEdited) {
  hasEdits = isEdited;
  apiFetch.use(middleware);
}

/** The texts of a revision by its token, or null when it is no longer listed. */
export async function textsOf(restBase, id, revision) {
  for (let page = 1; page < 200; page += 1) {
    const path = `/wp/v2/${restBase}/${id}/revisions?context=edit&per_page=100&page=${page}&_fields=id,revision`;
    const list = await apiFetch({ path }).catch(() => []);
    const found = list.find((entry) => entry.revision === revision);
    if (found) {
      const one = await apiFetch({ path: `/wp/v2/${restBase}/${id}/revisions/${found.id}?context=edit&_fields=title,content,excerpt` });
      return textsIn(one);
    }
    if (list.length < 100) return null;
  }
  return null;
}

export const textsIn = (record) => ({
  title: record.title?.raw ?? '',
  content: record.content?.raw ?? '',
  excerpt: record.excerpt?.raw ?? '',
});

export const sameTexts = (left, right) => ['title', 'content', 'excerpt'].every((name) => (left[name] ?? '') === (right[name] ?? ''));
