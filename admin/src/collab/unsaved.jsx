// SPDX-License-Identifier: GPL-2.0-or-later
// What was written and not saved, offered when the post is opened: the writer's own, and what others left behind.

import apiFetch from '@wordpress/api-fetch';
import { useEffect } from '@wordpress/element';
import { addAction, removeAction } from '@wordpress/hooks';
import { sameTexts, setBase, textsIn, textsOf } from './base.js';
import { TwoVersions } from './conflict.jsx';
import * as local from './local.js';
import { NOTICES, notices, remember, remembered, utcOf, when } from './notices.js';

const NAMESPACE = 'bucketpress/unsaved';
/** Beats of the heart after taking over within which the other's editor has learnt of it and sent its last words. */
const BEATS = 2;

/** The two versions beside each other; `onDone(choice, texts)`. */
export function Unsaved({ versions, inSource, onClose }) {
  const { name, theirs, mine, at, base, choose } = versions;
  return (
    <TwoVersions
      heading={name ? `What ${name} has not saved` : 'What you had not saved'}
      intro={`The left side is what ${name ?? 'you'} wrote until ${when(at)} and did not save; the right side is the post as it is stored. Choosing changes only what is in the editor: save it when it is right.`}
      titles={{ mine: name ? `${name}, unsaved` : 'Unsaved', theirs: 'Saved', me: name ? `${name}, unsaved` : 'you, unsaved', them: 'a later save' }}
      actions={{ mine: 'Restore all', theirs: 'Keep saved version', merged: 'Put into the editor' }}
      base={base}
      mine={mine}
      theirs={theirs}
      inSource={inSource}
      onDone={({ choice, texts }) => {
        if (choice !== 'theirs') choose(texts);
        onClose();
      }}
      onClose={onClose}
    />
  );
}

/** Texts of others that are newer than the post, newest first, as the server has them now. */
async function fetchOthers({ restBase, postId, user }, stored) {
  const all = await apiFetch({ path: `/wp/v2/${restBase}/${postId}/autosaves?context=edit&_fields=id,author,modified_gmt,revision,title,content,excerpt` });
  return all.filter(({ author, modified_gmt: at }) => author !== user.id && at >= stored.modified_gmt)
    .map((one) => ({ id: one.id, author: one.author, at: one.modified_gmt, base: one.revision, texts: textsIn(one) }))
    .filter(({ texts }) => !sameTexts(texts, textsIn(stored)));
}

export function useUnsaved({ boot, desk, key, localKey, setVersions, openConflict }) {
  useEffect(() => {
    const { unsaved, restBase, postId } = boot;
    let queue = [];

    /** Puts texts into the editor that say what they were made from: saving them asks, should there be a later version. */
    const take = (texts, base) => {
      const stored = desk.record();
      if (base) setBase(key, base, base === stored.revision ? stored : null);
      desk.put(stored, texts);
    };
    const compare = async (one, settled) => {
      openConflict.current = 'unsaved';
      const stored = desk.record();
      const base = one.base === stored.revision ? textsIn(stored) : one.base && await textsOf(restBase, postId, one.base).catch(() => null);
      setVersions({
        why: 'unsaved', name: one.name, base, mine: one.texts, theirs: textsIn(stored), at: one.at,
        // Whoever has looked at both and chosen starts from what is stored.
        choose: (texts) => { desk.put(stored, texts); setBase(key, stored.revision, stored); settled(); },
      });
    };

    const forget = async (one) => {
      await local.drop(localKey);
      if (one.number) {
        await apiFetch({ path: `/wp/v2/${restBase}/${postId}/revisions/${one.number}?force=true`, method: 'DELETE' }).catch(() => null);
      }
    };
    const settled = () => {
      notices().removeNotice(NOTICES.unsaved);
      queue = [];
    };
    const restore = (one) => {
      take(one.texts, one.base);
      settled();
    };
    const discard = async (one) => {
      await forget(one);
      notices().removeNotice(NOTICES.unsaved);
      notices().createNotice('info', 'The unsaved text is discarded.', {
        type: 'snackbar', explicitDismiss: true, id: NOTICES.undo,
        actions: [{ label: 'Undo', onClick: () => { notices().removeNotice(NOTICES.undo); restore(one); } }],
      });
      queue.shift();
      offer();
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
          { label: 'Compare', onClick: () => compare(one, settled), variant: 'secondary' },
          { label: 'Discard', onClick: () => discard(one), variant: 'link' },
        ],
      });
    }

    // Nobody throws away what somebody else wrote: it is put aside, on this device, until they write more.
    const seenKey = ({ id }) => `bp-unsaved-${id}`;
    const aside = (one) => {
      remember(seenKey(one), one.at);
      notices().removeNotice(NOTICES.others);
    };
    /** Its texts as they are now: the other may have gone on writing. */
    const fresh = async (one) => (await fetchOthers(boot, desk.record())).find(({ id }) => id === one.id);
    const using = (one, use) => async () => {
      const found = await fresh(one).catch((error) => {
        notices().createErrorNotice(`What ${one.name} wrote cannot be fetched: ${error?.message ?? 'no answer'}`, { id: 'bp-others-failed' });
        return null;
      });
      if (found) use({ ...found, name: one.name });
      else notices().removeNotice(NOTICES.others);
    };
    const offerOther = (others) => {
      const one = others.find((other) => (remembered(seenKey(other)) ?? '') < other.at);
      if (!one) return;
      notices().createNotice('warning', `${one.name} wrote something here until ${when(one.at)} and has not saved it.`, {
        id: NOTICES.others, isDismissible: true, speak: true, onDismiss: () => aside(one),
        actions: [
          { label: 'Compare', onClick: using(one, (other) => compare(other, () => aside(other))), variant: 'primary' },
          { label: 'Put it into the editor', onClick: using(one, (other) => { take(other.texts, other.base); aside(other); }), variant: 'secondary' },
          { label: 'Leave it', onClick: () => aside(one), variant: 'link' },
        ],
      });
    };
    const look = async () => {
      const others = await fetchOthers(boot, desk.record()).catch(() => []);
      const named = others.map(async (one) => ({ ...one, name: (await apiFetch({ path: `/wp/v2/users/${one.author}?_fields=name` }).catch(() => null))?.name ?? 'Somebody' }));
      offerOther(await Promise.all(named));
    };

    const here = new URL(window.location.href);
    let beats = here.searchParams.has('taken-over') ? BEATS : 0;
    if (beats) {
      here.searchParams.delete('taken-over');
      window.history.replaceState(window.history.state, '', here);
    }
    addAction('heartbeat.tick', NAMESPACE, () => {
      if (beats <= 0) return;
      beats -= 1;
      look();
    });

    (async () => {
      const stored = textsIn(desk.record());
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
      offerOther(unsaved.others.map(({ date_gmt: at, ...one }) => ({ ...one, at })));
      local.tidy();
    })();
    return () => removeAction('heartbeat.tick', NAMESPACE);
  }, []);
}
