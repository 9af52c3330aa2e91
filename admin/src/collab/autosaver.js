// SPDX-License-Identifier: GPL-2.0-or-later
// Keeps what is written while it is written: in this browser at once, in the bucket every few seconds.

import apiFetch from '@wordpress/api-fetch';
import { dispatch, select, subscribe } from '@wordpress/data';
import { doAction } from '@wordpress/hooks';
import { baseOf, sameTexts } from './base.js';
import * as local from './local.js';

const LOCAL_MS = 800;
const REMOTE_MS = 5_000;
/** A long text goes less often: this many bytes a second at most. */
const BYTES_PER_SECOND = 20_000;
const REMOTE_MS_MAX = 60_000;
const RETRY_MS_MAX = 30_000;

const editor = () => select('core/editor');

export const editedTexts = () => ({
  title: editor().getEditedPostAttribute('title') ?? '',
  content: editor().getEditedPostContent() ?? '',
  excerpt: editor().getEditedPostAttribute('excerpt') ?? '',
});

/** No answer, or one that says: later. */
export const isOutage = (error) => !error?.data?.status || error.data.status >= 500 || error.data.status === 429;

/**
 * Starts to keep the post of `key` (`posts/5`). Calls the action `bucketpress.kept` with `{state}`: `saved`, `local` (no
 * server answers), `unkept` (nor does the browser keep it) or `refused` with `error`.
 */
export function startAutosaver({ key, localKey }) {
  let reference = select('core').getReferenceByDistinctEdits();
  let localTimer = null;
  let remoteTimer = null;
  let sending = null;
  let last = null;
  let lastBytes = 0;
  let failures = 0;
  let wasDirty = false;

  const tell = (state, error) => doAction('bucketpress.kept', { state, error });
  const isNew = () => editor().getCurrentPost().status === 'auto-draft';
  const mayKeep = () => editor().isEditedPostDirty() && !editor().isPostLocked();

  const keepLocally = async (sent = false) => {
    localTimer = null;
    if (!mayKeep()) return true;
    const base = baseOf(key)?.revision ?? null;
    return local.keep(localKey, { ...editedTexts(), base, at: Date.now(), sent });
  };

  const pause = () => {
    if (failures) return Math.min(REMOTE_MS * 2 ** (failures - 1), RETRY_MS_MAX);
    return Math.min(Math.max(REMOTE_MS, (lastBytes / BYTES_PER_SECOND) * 1000), REMOTE_MS_MAX);
  };
  const planRemote = () => { remoteTimer ??= setTimeout(send, pause()); };

  async function send() {
    clearTimeout(remoteTimer);
    remoteTimer = null;
    if (sending || !mayKeep() || !editor().isEditedPostSaveable()) return;
    if (editor().isSavingPost()) return planRemote();
    const texts = editedTexts();
    if (last && sameTexts(last, texts)) return;
    lastBytes = texts.content.length;
    sending = deliver(texts);
    try {
      await sending;
      last = texts;
      if (failures) tell('saved');
      failures = 0;
      await local.keep(localKey, { ...texts, base: baseOf(key)?.revision ?? null, at: Date.now(), sent: true });
      if (mayKeep() && !sameTexts(texts, editedTexts())) await keepLocally();
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
    if (mayKeep() && !sameTexts(texts, editedTexts())) planRemote();
  }

  /** What was never saved becomes a draft, by WordPress's own way: that also gives the page its address. */
  async function deliver(texts) {
    if (isNew()) {
      await dispatch('core/editor').autosave();
      if (isNew()) throw select('core').getLastEntitySaveError('postType', editor().getCurrentPostType(), editor().getCurrentPostId()) ?? new Error('not kept');
      return;
    }
    try {
      await apiFetch({ path: `/wp/v2/${key}/autosaves`, method: 'POST', data: texts });
    } catch (error) {
      if (error?.code !== 'rest_autosave_no_changes') throw error;
    }
  }

  const unsubscribe = subscribe(() => {
    const dirty = editor().isEditedPostDirty();
    if (wasDirty && !dirty && !editor().isSavingPost() && !editor().didPostSaveRequestFail()) {
      clearTimeout(localTimer);
      localTimer = null;
      last = null;
      const saved = editor().getCurrentPost();
      local.read(localKey).then((copy) => {
        // An answer that came after the writer went on keeps what was written since.
        if (copy && !editor().isEditedPostDirty() && saved.content) local.drop(localKey);
      });
    }
    wasDirty = dirty;
    const now = select('core').getReferenceByDistinctEdits();
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

