// SPDX-License-Identifier: GPL-2.0-or-later
// What can be done with comments, one or several at a time.

import { useMemo } from '@wordpress/element';
import { backup, cancelCircleFilled, check, comment, edit, external, trash, unseen } from '@wordpress/icons';
import { each } from '../api.js';
import { useDone } from '../changes.js';
import { Confirmation } from '../form.jsx';
import { useNotify } from '../notices.jsx';
import { Edit, Reply } from './write.jsx';

const is = (...statuses) => (item) => !item.isBone && statuses.includes(item.status);
const alive = is('hold', 'approved');

/** `The comment by Rita` or `3 comments`. */
const called = (items) => (items.length === 1 ? `The comment by ${items[0].author.name || 'somebody'}` : `${items.length} comments`);

/** Changes that tell what became of them. */
export function useCommentChanges(reload) {
  const notify = useNotify();
  const all = useDone(reload);
  return useMemo(() => {
    const path = (item) => `/wp/v2/comments/${item.id}`;
    const done = (items, change) => all(items, each(items.map(change)));
    const set = (items, status) => done(items, (item) => ({ method: 'POST', path: path(item), data: { status: status(item) } }));
    const undo = async (items) => {
      const back = await set(items, (item) => item.status);
      if (back.length) notify(`${called(back)} ${back.length === 1 ? 'is' : 'are'} as before.`);
    };
    /** Sets a status, and tells so with a way back. */
    const change = (status, what) => async (items) => {
      const changed = await set(items, () => status);
      if (changed.length) notify(`${called(changed)} ${changed.length === 1 ? 'was' : 'were'} ${what}.`, { undo: () => undo(changed) });
    };
    return {
      approve: change('approve', 'approved'),
      hold: change('hold', 'taken back for approval'),
      spam: change('spam', 'marked as spam'),
      trash: change('trash', 'moved to the trash'),
      unspam: change('unspam', 'taken back from spam'),
      untrash: change('untrash', 'restored'),
      async remove(items) {
        const gone = await done(items, (item) => ({ method: 'DELETE', path: `${path(item)}?force=true` }));
        if (gone.length) notify(`${called(gone)} ${gone.length === 1 ? 'was' : 'were'} deleted for good.`);
      },
      /** What a dialog has saved. */
      told(text) {
        notify(text);
        reload();
      },
    };
  }, [all, reload, notify]);
}

function Deletion({ items, close, remove }) {
  return <Confirmation text={`${called(items)} will be deleted. This cannot be undone.`} label="Delete permanently" close={close} run={() => remove(items)} />;
}

export function useActions(changes) {
  return useMemo(() => [
    { id: 'approve', label: 'Approve', icon: check, isPrimary: true, supportsBulk: true, isEligible: is('hold'), callback: changes.approve },
    {
      id: 'reply', label: 'Reply', icon: comment, isPrimary: true, isEligible: (item) => alive(item) && item.post !== null && item.type === 'comment',
      modalHeader: 'Reply', modalSize: 'medium',
      RenderModal: ({ items, closeModal }) => <Reply item={items[0]} close={closeModal} onDone={changes.told} />,
    },
    {
      id: 'edit', label: 'Edit', icon: edit, isEligible: alive, modalHeader: 'Edit comment', modalSize: 'medium',
      RenderModal: ({ items, closeModal }) => <Edit item={items[0]} close={closeModal} onDone={changes.told} />,
    },
    { id: 'view', label: 'View', icon: external, isEligible: (item) => !item.isBone && item.link !== '', callback: ([item]) => window.open(item.link, '_blank', 'noopener') },
    { id: 'hold', label: 'Unapprove', icon: unseen, supportsBulk: true, isEligible: is('approved'), callback: changes.hold },
    { id: 'spam', label: 'Mark as spam', icon: cancelCircleFilled, supportsBulk: true, isDestructive: true, isEligible: alive, callback: changes.spam },
    { id: 'trash', label: 'Move to trash', icon: trash, supportsBulk: true, isDestructive: true, isEligible: is('hold', 'approved', 'spam'), callback: changes.trash },
    { id: 'unspam', label: 'Not spam', icon: backup, isPrimary: true, supportsBulk: true, isEligible: is('spam'), callback: changes.unspam },
    { id: 'untrash', label: 'Restore', icon: backup, isPrimary: true, supportsBulk: true, isEligible: is('trash'), callback: changes.untrash },
    {
      id: 'delete', label: 'Delete permanently', icon: trash, supportsBulk: true, isDestructive: true, isEligible: is('spam', 'trash'),
      RenderModal: ({ items, closeModal }) => <Deletion items={items} close={closeModal} remove={changes.remove} />,
    },
  ], [changes]);
}
