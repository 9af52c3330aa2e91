// SPDX-License-Identifier: GPL-2.0-or-later
// The lock, others' saves, the sign-in, and whether what is written is kept.

import { useEffect } from '@wordpress/element';
import { addAction, removeAction } from '@wordpress/hooks';
import { baseOf, setBase } from './base.js';
import { startHeartbeat } from './heartbeat.js';
import { NOTICES, clock, notices, remember, remembered, when } from './notices.js';

const NAMESPACE = 'bucketpress/presence';

export function usePresence({ boot, desk, key, fetchTheirs, compareWithStored }) {
  useEffect(() => {
    const { restBase, postId, unsaved } = boot;
    window.wp = { ...window.wp, heartbeat: startHeartbeat({ ...boot.heartbeat }) };
    const seenKey = `bp-seen-${postId}`;

    if (unsaved.changedBy && boot.canRevise && remembered(seenKey) !== unsaved.changedBy.revision) {
      const { name, date_gmt: date, own, newest, revision } = unsaved.changedBy;
      notices().createNotice('info', `${name} saved this after you, on ${when(date)}. Your version is kept.`, {
        id: NOTICES.changed, onDismiss: () => remember(seenKey, revision),
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
      if (desk.isLocked()) delete data['wp-refresh-post-lock'];
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
      if (!newest || !base || newest.revision === base.revision || desk.isSaving() || desk.isLocked()) return;
      if (newest.revision < base.revision) return;
      const who = newest.by === boot.user.id ? 'This was saved elsewhere' : `${newest.name ?? 'Somebody'} saved this`;
      const dirty = desk.isDirty();
      notices().createWarningNotice(`${who}${newest.date_gmt ? ` at ${clock(newest.date_gmt)}` : ''}. ${dirty ? 'You will be asked which version stays when you save.' : 'This page shows an earlier version.'}`, {
        id: NOTICES.changed, isDismissible: true,
        actions: [dirty
          ? { label: 'Compare now', onClick: () => compareWithStored({ restBase, id: postId, why: 'seen' }) }
          : { label: 'Show it', onClick: async () => {
            const { record } = await fetchTheirs(restBase, postId);
            setBase(key, record.revision, record);
            desk.show(record);
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
