// SPDX-License-Identifier: GPL-2.0-or-later
// Two people, one post: presence, stale saves, what was written and not saved. For either editor, which is a `desk`:
//
// - `format`: `html` or `markdown`, what its content is written in
// - `texts(item)`, `edits(item)`, `record(item)`: title, content and excerpt as they are being edited; all that is changed;
//   the item as it is stored. `item` is `{type, id}`, or the post that is open
// - `put(record, texts, edits)`: `record` is what edits are made from, and these are the edits; `show(record)`: there are none
// - `save(item)`; `keepNew(texts)`: makes a draft of what was never saved
// - `subscribe(listener)`: called when anything changes; `editsReference()`: another value whenever texts or settings change
// - `isNew()`, `isDirty()`, `isLocked()` (another has the post), `isSaving()`, `isSaveable()`, `didSaveFail()`

import apiFetch from '@wordpress/api-fetch';
import { useEffect, useRef, useState } from '@wordpress/element';
import { look } from '../diff/piece.jsx';
import { startAutosaver } from './autosaver.js';
import { baseOf, keyOf, lastSent, onConflict, setBase, textsIn, textsOf } from './base.js';
import { TwoVersions } from './conflict.jsx';
import { inConflict } from './fields.js';
import * as local from './local.js';
import { NOTICES, clock, notices, when } from './notices.js';
import { usePresence } from './presence.js';
import { Unsaved, useUnsaved } from './unsaved.jsx';

const TEXTS = ['title', 'content', 'excerpt'];

/** The post as it is stored now, with who saved it. */
async function fetchTheirs(restBase, id) {
  const record = await apiFetch({ path: `/wp/v2/${restBase}/${id}?context=edit` });
  const [newest] = await apiFetch({ path: `/wp/v2/${restBase}/${id}/revisions?per_page=1&context=edit&_fields=id,author,date_gmt,revision` }).catch(() => []);
  const by = newest?.revision === record.revision ? newest : null;
  const user = by && await apiFetch({ path: `/wp/v2/users/${by.author}?_fields=id,name` }).catch(() => null);
  return { record, name: user?.name ?? 'Somebody else', author: by?.author, date: by?.date_gmt ?? record.modified_gmt };
}

/** `saver.current` becomes what keeps the texts: `{flush}`. */
export function Together({ boot, desk, saver }) {
  const { restBase, postId } = boot;
  const key = keyOf(restBase, postId);
  const localKey = `${boot.root}|${boot.user.id}|${postId}`;
  const [versions, setVersions] = useState(null);
  const openConflict = useRef(null);

  /** Puts the stored version of an item beside what is being written into it. */
  async function compareWithStored({ restBase: base, id, why }) {
    if (openConflict.current) return;
    openConflict.current = `${base}/${id}`;
    try {
      const theirs = await fetchTheirs(base, id);
      const item = { type: theirs.record.type, id };
      const itsKey = keyOf(base, id);
      const attempt = lastSent(itsKey);
      const stored = textsIn(theirs.record);
      // The answer to an earlier save of ours was lost on its way: what is stored is what that save said.
      const isOwn = theirs.author === boot.user.id && attempt?.content !== undefined
        && TEXTS.every((name) => attempt[name] === undefined || attempt[name] === stored[name]);
      if (why === 'refused' && isOwn) {
        setBase(itsKey, theirs.record.revision, theirs.record);
        openConflict.current = null;
        await desk.save();
        return;
      }
      const known = baseOf(itsKey);
      // Written in another way they have nothing to compare, block by block.
      const whole = (theirs.record.content_format ?? 'html') !== desk.format;
      const texts = known?.record?.revision === known?.revision && known?.record
        ? textsIn(known.record) : known && await textsOf(base, id, known.revision);
      const edits = desk.edits(item);
      const fields = await inConflict(edits, known?.record, theirs.record);
      setVersions({ ...theirs, why, item, restBase: base, base: whole ? null : texts, mine: desk.texts(item), theirs: stored, edits, fields, whole });
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
    const { record, item, restBase: base, edits, mine, name, author } = versions;
    const itsKey = keyOf(base, item.id);
    if (choice === 'theirs') {
      const before = { ...mine };
      setBase(itsKey, record.revision, record);
      await local.drop(localKey);
      desk.show(record);
      notices().createNotice('info', `You see what ${author === boot.user.id ? 'was saved elsewhere' : `${name} saved`}.`, {
        id: NOTICES.undo, type: 'snackbar', explicitDismiss: true,
        actions: [{ label: 'Bring mine back', onClick: () => { desk.put(record, before, edits); notices().removeNotice(NOTICES.undo); } }],
      });
      return close();
    }
    const kept = Object.fromEntries(Object.entries(edits).filter(([field]) => fields[field] !== 'theirs' && ![...TEXTS, 'id'].includes(field)));
    setBase(itsKey, record.revision, record);
    desk.put(record, texts, kept);
    close();
    await desk.save(item);
    return undefined;
  }

  useEffect(() => onConflict((conflict) => compareWithStored({ ...conflict, why: 'refused' })), []);
  useUnsaved({ boot, desk, key, localKey, setVersions, openConflict });
  usePresence({ boot, desk, key, fetchTheirs, compareWithStored });
  useEffect(() => {
    look.styles = [boot.contentStyle, ...boot.themeStyles];
    const started = startAutosaver({ desk, key, localKey });
    if (saver) saver.current = started;
    return started.stop;
  }, []);

  if (!versions) return null;
  const inSource = desk.format === 'markdown';
  if (versions.why === 'unsaved') return <Unsaved versions={versions} inSource={inSource} onClose={close} />;
  const title = versions.mine.title || versions.theirs.title || 'this';
  // Also what came over the command line or another client in the writer's name.
  const isOwn = versions.author === boot.user.id;
  const them = isOwn ? 'Saved elsewhere' : versions.name;
  return (
    <TwoVersions
      heading={`Two versions of “${title}”`}
      intro={`${isOwn ? 'This was saved elsewhere' : `${versions.name} saved this`} on ${when(versions.date)}, after you had opened it. Choose what stays: the saved version remains in the list of revisions whatever you choose.`}
      titles={{ mine: 'Mine', theirs: `${them}, ${clock(versions.date)}`, me: 'you', them: isOwn ? 'a save elsewhere' : versions.name }}
      actions={{ mine: 'Keep mine', theirs: 'Take theirs', merged: 'Save merged version' }}
      {...versions}
      inSource={inSource || versions.whole}
      onDone={settle}
      onClose={close}
    />
  );
}
