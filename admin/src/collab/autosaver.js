// SPDX-License-Identifier: GPL-2.0-or-later
// Keeps what is written while it is written: in this browser at once, in the bucket every few seconds.

import apiFetch from '@wordpress/api-fetch';
import { doAction } from '@wordpress/hooks';
import { baseOf, sameTexts } from './base.js';
import * as local from './local.js';

const LOCAL_MS = 800;
const REMOTE_MS = 5_000;
/** A long text goes less often: this many bytes a second at most. */
const BYTES_PER_SECOND = 20_000;
const REMOTE_MS_MAX = 60_000;
const RETRY_MS_MAX = 30_000;

/** No answer, or one that says: later. */
export const isOutage = (error) => !error?.data?.status || error.data.status >= 500 || error.data.status === 429;

/**
 * Starts to keep the post of `key` (`posts/5`), which `desk` edits (see together.jsx). Calls the action `bucketpress.kept` with `{state}`: `saved`, `local` (no
 * server answers), `unkept` (nor does the browser keep it) or `refused` with `error`.
 */
export function startAutosaver({ desk, key, localKey }) {
  let reference = desk.editsReference();
  let localTimer = null;
  let remoteTimer = null;
  let sending = null;
  let last = null;
  let lastBytes = 0;
  let failures = 0;
  let wasDirty = false;

  const tell = (state, error) => doAction('bucketpress.kept', { state, error });
  const mayKeep = () => desk.isDirty() && !desk.isLocked();

  const keepLocally = async (sent = false) => {
    localTimer = null;
    if (!mayKeep()) return true;
    const base = baseOf(key)?.revision ?? null;
    return local.keep(localKey, { ...desk.texts(), base, at: Date.now(), sent });
  };

  const pause = () => {
    if (failures) return Math.min(REMOTE_MS * 2 ** (failures - 1), RETRY_MS_MAX);
    return Math.min(Math.max(REMOTE_MS, (lastBytes / BYTES_PER_SECOND) * 1000), REMOTE_MS_MAX);
  };
  const planRemote = () => { remoteTimer ??= setTimeout(send, pause()); };

  async function send() {
    clearTimeout(remoteTimer);
    remoteTimer = null;
    if (sending || !mayKeep() || !desk.isSaveable()) return;
    if (desk.isSaving()) return planRemote();
    const texts = desk.texts();
    if (last && sameTexts(last, texts)) return;
    lastBytes = texts.content.length;
    sending = deliver(texts);
    try {
      await sending;
      last = texts;
      if (failures) tell('saved');
      failures = 0;
      await local.keep(localKey, { ...texts, base: baseOf(key)?.revision ?? null, at: Date.now(), sent: true });
      if (mayKeep() && !sameTexts(texts, desk.texts())) await keepLocally();
    } catch (error) {
      if (isOutage(error)) {
        failures += 1;
        tell((await keepLocally()) ? 'local' : 'unkept', error);
        planRemote();
      } else {
        // Not again before something changes: it would be refused again.
        last = texts;
        tell('refused', error);
      }
    } finally {
      sending = null;
    }
    if (mayKeep() && !sameTexts(texts, desk.texts())) planRemote();
  }

  /** What was never saved becomes a draft, which also gives the page its address. */
  async function deliver(texts) {
    if (desk.isNew()) {
      await desk.keepNew(texts);
      return;
    }
    try {
      await apiFetch({ path: `/wp/v2/${key}/autosaves`, method: 'POST', data: texts });
    } catch (error) {
      if (error?.code !== 'rest_autosave_no_changes') throw error;
    }
  }

  const unsubscribe = desk.subscribe(() => {
    const dirty = desk.isDirty();
    if (wasDirty && !dirty && !desk.isSaving() && !desk.didSaveFail()) {
      clearTimeout(localTimer);
      localTimer = null;
      last = null;
      local.read(localKey).then((copy) => {
        // An answer that came after the writer went on keeps what was written since.
        if (copy && !desk.isDirty() && desk.record()) local.drop(localKey);
      });
    }
    wasDirty = dirty;
    const now = desk.editsReference();
    if (now === reference) return;
    reference = now;
    if (!dirty) return;
    localTimer ??= setTimeout(keepLocally, LOCAL_MS);
    planRemote();
  });

  const online = () => { if (failures) send(); };
  const hidden = () => { if (document.hidden && localTimer) keepLocally(); };
  window.addEventListener('online', online);
  document.addEventListener('visibilitychange', hidden);
  return {
    /** At once, for instance because the post is being taken over. */
    flush: async () => {
      await keepLocally();
      await send();
    },
    stop: () => {
      unsubscribe();
      clearTimeout(localTimer);
      clearTimeout(remoteTimer);
      window.removeEventListener('online', online);
      document.removeEventListener('visibilitychange', hidden);
    },
  };
}

