// SPDX-License-Identifier: GPL-2.0-or-later
// Two people, one post: presence, stale saves, what was written and not saved.

import apiFetch from '@wordpress/api-fetch';
import { parse } from '@wordpress/blocks';
import { dispatch, select } from '@wordpress/data';
import { dateI18n, getSettings } from '@wordpress/date';
import { useEffect, useRef, useState } from '@wordpress/element';
import { addAction, removeAction } from '@wordpress/hooks';
import { registerPlugin } from '@wordpress/plugins';
import { look } from '../diff/piece.jsx';
import { editedTexts, startAutosaver } from './autosaver.js';
import { baseOf, keyOf, lastSent, onConflict, sameTexts, setBase, textsIn, textsOf, watchSaves } from './base.js';
import { TwoVersions } from './conflict.jsx';
import { inConflict } from './fields.js';
import { startHeartbeat } from './heartbeat.js';
import * as local from './local.js';

const NAMESPACE = 'bucketpress/collab';
const NOTICES = { unsaved: 'bp-unsaved', offline: 'bp-offline', changed: 'bp-changed', signedOut: 'bp-signed-out', undo: 'bp-undo' };

const notices = () => dispatch('core/notices');
const clock = (utc) => dateI18n(getSettings().formats.time, `${utc}Z`);
const when = (utc) => dateI18n(getSettings().formats.datetimeAbbreviated, `${utc}Z`);
const utcOf = (ms) => new Date(ms).toISOString().slice(0, 19);

const current = () => {
  const editor = select('core/editor');
  return { type: editor.getCurrentPostType(), id: editor.getCurrentPostId() };
};

/** The post as it is stored now, with who saved it. */
async function fetchTheirs(restBase, id) {
  const record = await apiFetch({ path: `/wp/v2/${restBase}/${id}?context=edit` });
  const [newest] = await apiFetch({ path: `/wp/v2/${restBase}/${id}/revisions?per_page=1&context=edit&_fields=id,author,date_gmt,revision` }).catch(() => []);
  const by = newest?.revision === record.revision ? newest : null;
  const user = by && await apiFetch({ path: `/wp/v2/users/${by.author}?_fields=id,name` }).catch(() => null);
  return { record, name: user?.name ?? 'Somebody else', author: by?.author, date: by?.date_gmt ?? record.modified_gmt };
}

/** Texts and settings of an item of any type as they are being edited. */
function editedOf(type, id) {
  const own = current();
  if (own.type === type && own.id === id) return editedTexts();
  const record = select('core').getEditedEntityRecord('postType', type, id);
  const text = (value) => (typeof value === 'function' ? value(record) : value?.raw ?? value ?? '');
  return { title: text(record.title), content: text(record.content), excerpt: text(record.excerpt) };
}

/** Makes `record` what the page's edits are made from, and `texts` those edits. */
function put(type, record, texts, edits = {}) {
  const core = dispatch('core');
  core.receiveEntityRecords('postType', type, [record], undefined, false);
  const all = { ...edits, title: texts.title, excerpt: texts.excerpt, content: texts.content };
  const blocks = parse(texts.content);
  const own = current();
  if (own.type === type && own.id === record.id) {
    core.editEntityRecord('postType', type, record.id, { ...all, blocks, selection: undefined });
  } else {
    core.editEntityRecord('postType', type, record.id, { ...all, blocks });
  }
}

/** Leaves nothing edited: the page shows `record`. */
function show(type, record) {
  const core = dispatch('core');
  const edits = select('core').getEntityRecordEdits('postType', type, record.id) ?? {};
  core.receiveEntityRecords('postType', type, [record], undefined, false);
  const none = Object.fromEntries(Object.keys(edits).map((name) => [name, undefined]));
  core.editEntityRecord('postType', type, record.id, { ...none, blocks: parse(record.content?.raw ?? ''), content: undefined }, { undoIgnore: true });
}

function Collab({ boot }) {
  const { restBase, postType, postId, userId } = boot;
  const key = keyOf(restBase, postId);
  const localKey = `${boot.root}|${userId}|${postId}`;
  const [versions, setVersions] = useState(null);
  const openConflict = useRef(null);

  /** Puts the stored version of an item beside what is being written into it. */
  async function compareWithStored({ restBase: base, id, why }) {
    if (openConflict.current) return;
    openConflict.current = `${base}/${id}`;
    try {
      const theirs = await fetchTheirs(base, id);
      const { type } = theirs.record;
      const itsKey = keyOf(base, id);
      const attempt = lastSent(itsKey);
      const stored = textsIn(theirs.record);
      // The answer to an earlier save of ours was lost on its way: what is stored is what that save said.
      const isOwn = theirs.author === userId && attempt?.content !== undefined
        && ['title', 'content', 'excerpt'].every((name) => attempt[name] === undefined || attempt[name] === stored[name]);
      if (why === 'refused' && isOwn) {
        setBase(itsKey, theirs.record.revision, theirs.record);
        openConflict.current = null;
        await dispatch('core/editor').savePost();
        return;
      }
      const known = baseOf(itsKey);
      const texts = known?.record?.revision === known?.revision && known?.record
        ? textsIn(known.record) : known && await textsOf(base, id, known.revision);
      const edits = select('core').getEntityRecordNonTransientEdits('postType', type, id);
      setVersions({ ...theirs, why, restBase: base, id, type, base: texts, mine: editedOf(type, id), theirs: stored, edits, fields: inConflict(edits, known?.record, theirs.record) });
      notices().removeNotice(NOTICES.changed);
      notices().removeNotice('editor-save');
    } catch (error) {
      openConflict.current = null;
      notices().createErrorNotice(`Somebody else has saved this, and their version cannot be fetched: ${error?.message ?? 'no answer'}`, {
        id: NOTICES.changed,
        actions: [{ label: 'Try again', onClick: () => compareWithStored({ restBase: base, id, why }) }],
      });
    }
  }

  const close = () => {
    openConflict.current = null;
    setVersions(null);
  };

  async function settle({ choice, texts, fields }) {
    const { record, type, id, restBase: base, edits, mine, name, author } = versions;
    const itsKey = keyOf(base, id);
    if (choice === 'theirs') {
      const before = { ...mine };
      setBase(itsKey, record.revision, record);
      show(type, record);
      await local.drop(localKey);
      notices().createNotice('info', `You see what ${author === userId ? 'was saved elsewhere' : `${name} saved`}.`, {
        id: NOTICES.undo, type: 'snackbar', explicitDismiss: true,
        actions: [{ label: 'Bring mine back', onClick: () => { put(type, record, before, edits); notices().removeNotice(NOTICES.undo); } }],
      });
      return close();
    }
    const kept = Object.fromEntries(Object.entries(edits).filter(([field]) => fields[field] !== 'theirs' && !['title', 'content', 'excerpt', 'id'].includes(field)));
    setBase(itsKey, record.revision, record);
    put(type, record, texts, kept);
    close();
    const own = current();
    if (own.type === type && own.id === id) await dispatch('core/editor').savePost();
    else await dispatch('core').saveEditedEntityRecord('postType', type, id);
    return undefined;
  }

  useEffect(() => onConflict((conflict) => compareWithStored({ ...conflict, why: 'refused' })), []);
  useUnsaved({ boot, key, localKey, setVersions, openConflict });
  usePresence({ boot, key, compareWithStored });
  useEffect(() => {
    const saver = startAutosaver({ key, localKey });
    return saver.stop;
  }, []);

  if (!versions) return null;
  if (versions.why === 'unsaved') return <Unsaved versions={versions} onClose={close} />;
  const title = versions.mine.title || versions.theirs.title || 'this';
  // Also what came over the command line or another client in the writer's name.
  const isOwn = versions.author === userId;
  const them = isOwn ? 'Saved elsewhere' : versions.name;
  return (
    <TwoVersions
      heading={`Two versions of “${title}”`}
      intro={`${isOwn ? 'This was saved elsewhere' : `${versions.name} saved this`} on ${when(versions.date)}, after you had opened it. Choose what stays: the saved version remains in the list of revisions whatever you choose.`}
      titles={{ mine: 'Mine', theirs: `${them}, ${clock(versions.date)}`, me: 'you', them: isOwn ? 'a save elsewhere' : versions.name }}
      actions={{ mine: 'Keep mine', theirs: 'Take theirs', merged: 'Save merged version' }}
      {...versions}
      onDone={settle}
      onClose={close}
    />
  );
}

function Unsaved({ versions, onClose }) {
  const { record, type, theirs, mine, at, base, use } = versions;
  return (
    <TwoVersions
      heading="What you had not saved"
      intro={`The left side is what you wrote until ${when(at)} and did not save; the right side is the post as it is stored. Choosing changes only what is in the editor: save it when it is right.`}
      titles={{ mine: 'Unsaved', theirs: 'Saved', me: 'you, unsaved', them: 'a later save' }}
      actions={{ mine: 'Restore all', theirs: 'Keep saved version', merged: 'Put into the editor' }}
      base={base}
      mine={mine}
      theirs={theirs}
      onDone={({ choice, texts }) => {
        if (choice !== 'theirs') {
          put(type, record, texts);
          use();
        }
        onClose();
      }}
      onClose={onClose}
    />
  );
}

/** Offers what was written last time and not saved: the copy of this browser, and that of the bucket. */
function useUnsaved({ boot, key, localKey, setVersions, openConflict }) {
  useEffect(() => {
    const { unsaved, restBase, postId, postType } = boot;
    let queue = [];

    const forget = async (one) => {
      await local.drop(localKey);
      if (one.number) {
        await apiFetch({ path: `/wp/v2/${restBase}/${postId}/revisions/${one.number}?force=true`, method: 'DELETE' }).catch(() => null);
      }
    };
    const record = () => select('core').getEntityRecord('postType', postType, postId);
    const next = () => {
      queue.shift();
      offer();
    };
    const restore = (one) => {
      // The text carries along what it was made from: saving it asks, should there be a later version.
      if (one.base) setBase(key, one.base, one.base === record().revision ? record() : null);
      put(postType, record(), one.texts);
      notices().removeNotice(NOTICES.unsaved);
      queue = [];
    };
    const compare = async (one) => {
      openConflict.current = 'unsaved';
      const stored = record();
      const base = one.base === stored.revision ? textsIn(stored) : one.base && await textsOf(restBase, postId, one.base).catch(() => null);
      setVersions({
        why: 'unsaved', record: stored, type: postType, base, mine: one.texts, theirs: textsIn(stored), at: one.at,
        // Whoever has looked at both and chosen starts from what is stored.
        use: () => { setBase(key, stored.revision, stored); notices().removeNotice(NOTICES.unsaved); queue = []; },
      });
    };
    const discard = async (one) => {
      await forget(one);
      notices().removeNotice(NOTICES.unsaved);
      notices().createNotice('info', 'The unsaved text is discarded.', {
        type: 'snackbar', explicitDismiss: true, id: NOTICES.undo,
        actions: [{ label: 'Undo', onClick: () => { notices().removeNotice(NOTICES.undo); restore(one); } }],
      });
      next();
    };
    function offer() {
      const [one] = queue;
      if (!one) return;
      const later = one.base && one.base !== unsaved.revision ? ' Somebody has saved the post since.' : '';
      const where = one.number ? '' : ' It is kept on this device.';
      notices().createNotice('warning', `You wrote something here until ${when(one.at)} and did not save it.${where}${later}`, {
        id: NOTICES.unsaved, isDismissible: false, speak: true,
        actions: [
          { label: 'Restore', onClick: () => restore(one), variant: 'primary' },
          { label: 'Compare', onClick: () => compare(one), variant: 'secondary' },
          { label: 'Discard', onClick: () => discard(one), variant: 'link' },
        ],
      });
    }

    (async () => {
      const stored = textsIn(record());
      const copy = await local.read(localKey);
      const found = [];
      if (copy && !sameTexts(copy, stored)) {
        const sentAs = copy.sent && unsaved.autosave && sameTexts(copy, unsaved.autosave);
        // Sent and no longer there: it was saved, or thrown away, elsewhere.
        if (!sentAs && !(copy.sent && !unsaved.autosave && copy.base !== unsaved.revision)) found.push({ texts: copy, base: copy.base, at: utcOf(copy.at) });
      } else if (copy) local.drop(localKey);
      const kept = unsaved.autosave;
      if (kept && !found.some((one) => sameTexts(one.texts, kept))) {
        found.push({ number: kept.id, texts: kept, base: kept.base, at: kept.date_gmt });
      }
      queue = found.sort((one, other) => other.at.localeCompare(one.at));
      offer();
      local.tidy();
    })();
  }, []);
}

/** The lock, others' saves, the sign-in, and whether what is written is kept. */
function usePresence({ boot, key, compareWithStored }) {
  useEffect(() => {
    const { restBase, postId, postType, unsaved } = boot;
    const beat = startHeartbeat({ ...boot.heartbeat });
    window.wp.heartbeat = beat;
    const seenKey = `bp-seen-${postId}`;
    const seen = () => { try { return localStorage.getItem(seenKey); } catch { return null; } };
    const markSeen = (revision) => { try { localStorage.setItem(seenKey, revision); } catch { /* asked again next time */ } };

    if (unsaved.changedBy && boot.canRevise && seen() !== unsaved.changedBy.revision) {
      const { name, date_gmt: date, own, newest, revision } = unsaved.changedBy;
      notices().createNotice('info', `${name} saved this after you, on ${when(date)}. Your version is kept.`, {
        id: NOTICES.changed, onDismiss: () => markSeen(revision),
        actions: [{ label: 'See what changed', url: `revision.php?revision=${newest}&from=${own}&post=${postId}` }],
      });
    }

    const here = new URL(window.location.href);
    if (here.searchParams.has('restored')) {
      here.searchParams.delete('restored');
      window.history.replaceState(window.history.state, '', here);
      notices().createSuccessNotice('The earlier version is restored, as a new one.', { type: 'snackbar', id: 'bp-restored' });
    }

    addAction('heartbeat.send', NAMESPACE, (data) => {
      // Once taken over it stays so until the page is loaded again.
      if (select('core/editor').isPostLocked()) delete data['wp-refresh-post-lock'];
      data['bucketpress-revision'] = { post_id: postId };
    }, 20);
    addAction('heartbeat.tick', NAMESPACE, (answer) => {
      if (answer['wp-auth-check'] === false) {
        notices().createWarningNotice('You are signed out. What you write is kept on this device; sign in again in another tab, and come back here.', {
          id: NOTICES.signedOut, isDismissible: false,
          actions: [{ label: 'Sign in', onClick: () => window.open('/wp-login.php?redirect_to=%2Fwp-admin%2F', '_blank') }],
        });
        return;
      }
      notices().removeNotice(NOTICES.signedOut);
      const newest = answer['bucketpress-revision'];
      const base = baseOf(key);
      const editor = select('core/editor');
      if (!newest || !base || newest.revision === base.revision || editor.isSavingPost() || editor.isPostLocked()) return;
      if (newest.revision < base.revision) return;
      const who = newest.by === boot.userId ? 'This was saved elsewhere' : `${newest.name ?? 'Somebody'} saved this`;
      const dirty = editor.isEditedPostDirty();
      notices().createWarningNotice(`${who}${newest.date_gmt ? ` at ${clock(newest.date_gmt)}` : ''}. ${dirty ? 'You will be asked which version stays when you save.' : 'This page shows an earlier version.'}`, {
        id: NOTICES.changed, isDismissible: true,
        actions: [dirty
          ? { label: 'Compare now', onClick: () => compareWithStored({ restBase, id: postId, why: 'seen' }) }
          : { label: 'Show it', onClick: async () => {
            const { record } = await fetchTheirs(restBase, postId);
            setBase(key, record.revision, record);
            show(postType, record);
            notices().removeNotice(NOTICES.changed);
          } }],
      });
    });
    addAction('bucketpress.kept', NAMESPACE, ({ state, error }) => {
      if (state === 'saved') {
        notices().removeNotice(NOTICES.offline);
        notices().createSuccessNotice('The server answers again. What you wrote is kept there.', { type: 'snackbar', id: 'bp-online' });
        return;
      }
      const text = {
        local: 'The server does not answer just now. Go on writing: everything is kept on this device and sent as soon as it answers.',
        unkept: 'The server does not answer, and this browser keeps nothing for this page. Copy your text before you close it.',
        refused: `What you write is not being kept on the server: ${error?.message ?? 'it refused'} It is kept on this device.`,
      }[state];
      notices().createNotice(state === 'unkept' ? 'error' : 'warning', text, { id: NOTICES.offline, isDismissible: state === 'refused' });
    });
    return () => ['heartbeat.send', 'heartbeat.tick', 'bucketpress.kept'].forEach((name) => removeAction(name, NAMESPACE));
  }, []);
}

/** Call before the editor starts: the first answers are what its edits are made from. */
export function startCollab(boot) {
  watchSaves();
  look.styles = [boot.contentStyle, ...boot.themeStyles];
  look.alwaysLight = true;
  setBase(keyOf(boot.restBase, boot.postId), boot.unsaved.revision);
  registerPlugin('bucketpress-collab', { render: () => <Collab boot={boot} /> });
}

