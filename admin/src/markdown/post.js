// SPDX-License-Identifier: GPL-2.0-or-later
// The post as it is stored, what was changed of it here, and its way back to the server. Every save names the revision
// it is based on, so that none overwrites what somebody else saved meanwhile.

import apiFetch from '@wordpress/api-fetch';
import { useEffect, useRef, useState } from '@wordpress/element';

const COPY_AFTER_MS = 1_000;
const AUTOSAVE_AFTER_MS = 10_000;
const RAW = ['title', 'content', 'excerpt'];

const stored = (post, name) => (RAW.includes(name) ? post[name]?.raw ?? '' : post[name]);
const same = (a, b) => JSON.stringify(a) === JSON.stringify(b);
const UNSAVED = { title: '', content: '', excerpt: '' };

export function usePost(boot) {
  const [saved, setSaved] = useState(() => (boot.isNew ? { ...boot.post, ...Object.fromEntries(RAW.map((name) => [name, { raw: UNSAVED[name] }])) } : boot.post));
  const [edits, setEdits] = useState({});
  const [busy, setBusy] = useState(false);
  const [notice, setNotice] = useState(null);
  const [conflict, setConflict] = useState(null);
  const [copy, setCopy] = useState(null);
  const path = `/wp/v2/${boot.base}/${saved.id}`;
  const key = `bucketpress-markdown-${saved.status === 'auto-draft' ? 'new' : saved.id}`;
  const now = useRef({});
  now.current = { saved, edits, busy };
  const left = useRef(false);

  const edited = (name) => (name in edits ? edits[name] : stored(saved, name));
  const changed = Object.keys(edits).some((name) => !same(edits[name], stored(saved, name)));
  const edit = (changes) => setEdits((old) => ({ ...old, ...changes }));
  const forget = () => { try { localStorage.removeItem(key); } catch { /* no storage: nothing was kept */ } };
  const tell = (text) => setNotice({ status: 'error', text });

  // A new post has an address of its own once it is saved.
  const settle = ({ id }) => {
    if (window.location.pathname.endsWith('post-new.php')) window.history.replaceState(null, '', `post.php?post=${id}&action=edit`);
  };

  const send = async (more, revision) => {
    const { edits: sent, saved: base } = now.current;
    if (now.current.busy) return null;
    setBusy(true);
    setNotice(null);
    try {
      const changes = Object.fromEntries(Object.entries({ ...sent, ...more }).filter(([name, value]) => name in more || !same(value, stored(base, name))));
      const data = { ...changes, content_format: 'markdown', revision: revision ?? base.revision };
      const post = await apiFetch({ path, method: 'PUT', data });
      setSaved(post);
      // What was typed while it was on its way is still to be saved.
      setEdits((old) => Object.fromEntries(Object.entries(old).filter(([name, value]) => !same(value, sent[name]))));
      forget();
      settle(post);
      return post;
    } catch (error) {
      if (error.data?.status === 409) setConflict(await apiFetch({ path: `${path}?context=edit` }).catch(() => null));
      else tell(`Not saved: ${error.message ?? 'the server does not answer'}. Your text is kept in this browser.`);
      return null;
    } finally {
      setBusy(false);
    }
  };
  const save = (more, revision) => send(more, revision);
  const saveNow = () => (now.current.saved.status === 'auto-draft' ? send({ status: 'draft' }) : send({}));
  const publish = async (may, scheduled) => {
    const post = await send({ status: may ? (scheduled ? 'future' : 'publish') : 'pending' });
    if (!post) return;
    const done = { publish: 'Published.', future: 'Scheduled.', pending: 'Submitted for review.' }[post.status] ?? 'Saved.';
    const actions = post.status === 'publish' ? [{ label: 'View it', url: post.link }] : [];
    setNotice({ status: 'success', text: done, actions });
  };
  const leave = () => { left.current = true; };
  const trash = async () => {
    try {
      await apiFetch({ path, method: 'DELETE' });
      leave();
      forget();
      window.location.assign(`edit.php?trashed=1&post_type=${saved.type}&ids=${saved.id}`);
    } catch (error) { tell(error.message); }
  };
  const keepMine = () => {
    const { revision } = conflict;
    setConflict(null);
    return send({ content: edited('content'), title: edited('title') }, revision);
  };
  const takeTheirs = () => {
    setSaved(conflict);
    setEdits({});
    setConflict(null);
    forget();
  };

  // A copy in this browser, for when no server answers or the browser is closed.
  useEffect(() => {
    if (!changed) return undefined;
    const timer = setTimeout(() => {
      try { localStorage.setItem(key, JSON.stringify({ at: Date.now(), edits })); } catch { /* full, or not allowed */ }
    }, COPY_AFTER_MS);
    return () => clearTimeout(timer);
  }, [edits]);
  useEffect(() => {
    try {
      const found = JSON.parse(localStorage.getItem(key) ?? 'null');
      if (found && Object.keys(found.edits).some((name) => !same(found.edits[name], stored(saved, name)))) setCopy(found);
    } catch { /* unreadable: as if there were none */ }
    const ask = (event) => {
      const { saved: base, edits: unsaved } = now.current;
      if (!left.current && Object.keys(unsaved).some((name) => !same(unsaved[name], stored(base, name)))) event.preventDefault();
    };
    window.addEventListener('beforeunload', ask);
    return () => window.removeEventListener('beforeunload', ask);
  }, []);
  // And one on the server, which costs no revision of a published post.
  useEffect(() => {
    if (!changed || busy || conflict) return undefined;
    const timer = setTimeout(async () => {
      const texts = Object.fromEntries(RAW.map((name) => [name, edited(name)]));
      if (!texts.title.trim() && !texts.content.trim()) return;
      const kept = await apiFetch({ path: `${path}/autosaves`, method: 'POST', data: { ...texts, revision: saved.revision } }).catch(() => null);
      // A draft of one's own is saved itself.
      if (kept?.id === saved.id) {
        const post = await apiFetch({ path: `${path}?context=edit` }).catch(() => null);
        if (post && now.current.saved.revision === saved.revision) {
          setSaved(post);
          settle(post);
          forget();
        }
      }
    }, AUTOSAVE_AFTER_MS);
    return () => clearTimeout(timer);
  }, [edits, busy]);

  return {
    saved, edits, edited, changed, edit, busy, save, saveNow, publish, trash, leave, tell,
    notice, setNotice,
    conflict, setConflict, keepMine, takeTheirs,
    copy,
    restore: () => { edit(copy.edits); setCopy(null); },
    discard: () => { forget(); setCopy(null); },
  };
}
