// SPDX-License-Identifier: GPL-2.0-or-later
// The post as it is stored, what was changed of it here, and its way back to the server: a `desk` of collab/together.jsx.

import apiFetch from '@wordpress/api-fetch';
import { useSyncExternalStore } from '@wordpress/element';
import { keyOf, setBase, watchSaves } from '../collab/base.js';
import { notices } from '../collab/notices.js';

const TEXTS = ['title', 'content', 'excerpt'];
const FAILED = 'bp-save-failed';

const stored = (post, name) => (TEXTS.includes(name) ? post[name]?.raw ?? '' : post[name]);
const same = (a, b) => JSON.stringify(a) === JSON.stringify(b);
/** A new post has a title in the list and none where it is written. */
const emptied = (post) => ({ ...post, ...Object.fromEntries(TEXTS.map((name) => [name, { raw: '' }])) });

export class Document {
  format = 'markdown';

  #state;

  #listeners = new Set();

  #path;

  #left = false;

  constructor(boot) {
    this.#state = { saved: boot.isNew ? emptied(boot.post) : boot.post, edits: {}, busy: false, failed: false, locked: boot.settings.postLock.isLocked };
    this.#path = `/wp/v2/${boot.restBase}/${boot.postId}`;
    watchSaves(() => this.isDirty());
    setBase(keyOf(boot.restBase, boot.postId), boot.post.revision, boot.isNew ? null : boot.post);
    window.addEventListener('beforeunload', (event) => { if (!this.#left && this.isDirty()) event.preventDefault(); });
  }

  get state() { return this.#state; }

  #change(changes) {
    this.#state = { ...this.#state, ...changes };
    this.#listeners.forEach((listener) => listener());
  }

  subscribe = (listener) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  edited(name) { return name in this.#state.edits ? this.#state.edits[name] : stored(this.#state.saved, name); }

  edit(changes) { this.#change({ edits: { ...this.#state.edits, ...changes } }); }

  /** Of the edits those that say something else than what is stored. */
  edits() {
    const { saved, edits } = this.#state;
    return Object.fromEntries(Object.entries(edits).filter(([name, value]) => !same(value, stored(saved, name))));
  }

  editsReference() { return this.#state.edits; }

  texts() { return Object.fromEntries(TEXTS.map((name) => [name, this.edited(name) ?? ''])); }

  record() { return this.#state.saved; }

  isNew() { return this.#state.saved.status === 'auto-draft'; }

  isDirty() { return Object.keys(this.edits()).length > 0; }

  isLocked() { return this.#state.locked; }

  isSaving() { return this.#state.busy; }

  isSaveable() { return ['title', 'content'].some((name) => String(this.edited(name)).trim()); }

  didSaveFail() { return this.#state.failed; }

  lock() { this.#change({ locked: true }); }

  put(record, texts, edits = {}) { this.#change({ saved: record, edits: { ...edits, ...texts } }); }

  show(record) {
    this.#change({ saved: record, edits: {} });
    // Somebody has turned it into blocks: those have an editor of their own.
    if (record.content_format !== this.format) {
      this.leave();
      window.location.reload();
    }
  }

  leave() { this.#left = true; }

  #received(post, sent) {
    // What was typed while it was on its way is still to be saved.
    const edits = Object.fromEntries(Object.entries(this.#state.edits).filter(([name, value]) => !same(value, sent[name])));
    this.#change({ saved: post, edits });
    // A new post has an address of its own once it is saved.
    if (window.location.pathname.endsWith('post-new.php')) window.history.replaceState(null, '', `post.php?post=${post.id}&action=edit`);
  }

  /** Saves what is edited, and `more`. The post, or null: then a notice or a dialog says why. */
  async send(more = {}) {
    if (this.#state.busy) return null;
    const { edits: sent } = this.#state;
    this.#change({ busy: true });
    notices().removeNotice(FAILED);
    try {
      const post = await apiFetch({ path: this.#path, method: 'PUT', data: { ...this.edits(), ...more, content_format: 'markdown' } });
      this.#received(post, sent);
      this.#change({ busy: false, failed: false });
      return post;
    } catch (error) {
      this.#change({ busy: false, failed: true });
      // The comparison of both versions opens by itself.
      if (error.code !== 'rest_revision_conflict') {
        notices().createErrorNotice(`Not saved: ${error.message ?? 'the server does not answer'}. Your text is kept on this device.`, { id: FAILED });
      }
      return null;
    }
  }

  save() { return this.send(this.isNew() ? { status: 'draft' } : {}); }

  async publish(may, scheduled) {
    const post = await this.send({ status: may ? (scheduled ? 'future' : 'publish') : 'pending' });
    if (!post) return;
    const done = { publish: 'Published.', future: 'Scheduled.', pending: 'Submitted for review.' }[post.status] ?? 'Saved.';
    const actions = post.status === 'publish' ? [{ label: 'View it', url: post.link }] : [];
    notices().createSuccessNotice(done, { id: 'bp-published', actions });
  }

  async keepNew(texts) {
    const { edits: sent } = this.#state;
    const kept = await apiFetch({ path: `${this.#path}/autosaves`, method: 'POST', data: texts });
    if (kept.id !== this.#state.saved.id) return;
    const post = await apiFetch({ path: `${this.#path}?context=edit` });
    const only = Object.fromEntries(Object.entries(sent).filter(([name]) => TEXTS.includes(name)));
    this.#received(post, only);
  }

  async trash() {
    try {
      await apiFetch({ path: this.#path, method: 'DELETE' });
      this.leave();
      const { type, id } = this.#state.saved;
      window.location.assign(`edit.php?trashed=1&post_type=${type}&ids=${id}`);
    } catch (error) {
      notices().createErrorNotice(error.message, { id: FAILED });
    }
  }
}

/** The document in a component that is drawn anew with every change. */
export function useDocument(document_) {
  const state = useSyncExternalStore(document_.subscribe, () => document_.state);
  return { ...state, changed: document_.isDirty() };
}
