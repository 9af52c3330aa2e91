// SPDX-License-Identifier: GPL-2.0-or-later
// Who has the post, on pages without WordPress's own dialog for that (the block editor brings it along): the same
// questions of the heartbeat, the same ways out.

import { Button, Modal } from '@wordpress/components';
import { useEffect, useRef, useState } from '@wordpress/element';
import { addAction, removeAction } from '@wordpress/hooks';

const NAMESPACE = 'bucketpress/lock';

/** `desk.lock()` is called when somebody takes over, after `flush()` has sent what was written. */
export function Lock({ boot, desk, flush, listUrl }) {
  const { postId, settings: { postLock, postLockUtils: utils } } = boot;
  const [held, setHeld] = useState(postLock.isLocked ? { name: postLock.user.name, taken: false } : null);
  const mine = useRef(postLock.activePostLock);

  useEffect(() => {
    if (held) return undefined;
    addAction('heartbeat.send', NAMESPACE, (data) => { data['wp-refresh-post-lock'] = { lock: mine.current, post_id: postId }; });
    addAction('heartbeat.tick', NAMESPACE, async ({ 'wp-refresh-post-lock': answer }) => {
      if (answer?.lock_error) {
        // Before it counts as the other's: what is locked is not kept any more.
        await flush();
        desk.lock();
        setHeld({ name: answer.lock_error.name, taken: true });
      } else if (answer?.new_lock) mine.current = answer.new_lock;
    });
    const release = () => {
      if (!mine.current) return;
      const form = new FormData();
      Object.entries({ action: 'wp-remove-post-lock', _wpnonce: utils.unlockNonce, post_ID: postId, active_post_lock: mine.current })
        .forEach(([name, value]) => form.append(name, value));
      navigator.sendBeacon(utils.ajaxUrl, form);
    };
    window.addEventListener('pagehide', release);
    return () => {
      ['heartbeat.send', 'heartbeat.tick'].forEach((name) => removeAction(name, NAMESPACE));
      window.removeEventListener('pagehide', release);
    };
  }, [held]);

  if (!held) return null;
  const takeOver = `post.php?get-post-lock=1&post=${postId}&action=edit&_wpnonce=${utils.nonce}`;
  return (
    <Modal
      title={held.taken ? 'Somebody else has taken over' : 'This post is being edited'}
      isDismissible={false} shouldCloseOnEsc={false} shouldCloseOnClickOutside={false} onRequestClose={() => {}} size="medium"
    >
      <p>{held.taken
        ? <><b>{held.name}</b>{' is writing in this post now. What you had written and not saved is kept: it is offered the next time you open it.'}</>
        : <><b>{held.name}</b>{' is writing in this post. If you take over, they are told, and what they have not saved is kept.'}</>}
      </p>
      <div className="bp-buttons">
        {!held.taken && <Button __next40pxDefaultSize variant="tertiary" href={takeOver} onClick={() => desk.leave()}>Take over</Button>}
        <Button __next40pxDefaultSize variant="primary" href={listUrl} onClick={() => desk.leave()}>Back to the list</Button>
      </div>
    </Modal>
  );
}
