// SPDX-License-Identifier: GPL-2.0-or-later
// What can be done with posts of a list, one or several at a time.

import { useMemo } from '@wordpress/element';
import { backup, edit, external, pin, seen, settings, trash } from '@wordpress/icons';
import { many } from '../api.js';
import { useDone } from '../changes.js';
import { Confirmation } from '../form.jsx';
import { editAddress } from '../location.js';
import { useNotify } from '../notices.jsx';
import { BulkEdit } from './bulk-edit.jsx';
import { titleOf } from './fields.jsx';
import { QuickLook } from './quick-look.jsx';

/** `“Title”` or `3 posts`. */
export const called = (items, type) => (items.length === 1 ? `“${titleOf(items[0])}”` : `${items.length} ${type.label.toLowerCase()}`);

const alive = (item) => !item.isBone && item.status !== 'trash';
const dead = (item) => !item.isBone && item.status === 'trash';

/** Changes to posts that tell what became of them. */
export function usePostChanges(type, reload) {
  const notify = useNotify();
  const told = useDone(reload);
  return useMemo(() => {
    const done = (items, change) => told(items, many(items.map(change)));
    const path = (item) => `/wp/v2/${type.base}/${item.id}`;
    const setStatus = (items, status) => done(items, (item) => ({ method: 'POST', path: path(item), body: { status: status(item) } }));
    /** Undoes: each gets the status its item has. */
    const untrash = async (items) => {
      const back = await setStatus(items, (item) => item.status);
      if (back.length) notify(`${called(back, type)} restored.`);
    };
    return {
      untrash,
      async trash(items) {
        const gone = await done(items, (item) => ({ method: 'DELETE', path: path(item) }));
        if (gone.length) notify(`${called(gone, type)} moved to the trash.`, { undo: () => untrash(gone) });
      },
      async restore(items) {
        const back = await setStatus(items, () => 'draft');
        if (back.length) notify(`${called(back, type)} restored as ${back.length === 1 ? 'a draft' : 'drafts'}.`);
      },
      async remove(items) {
        const gone = await done(items, (item) => ({ method: 'DELETE', path: `${path(item)}?force=true` }));
        if (gone.length) notify(`${called(gone, type)} deleted for good.`);
      },
      async stick(items, sticky) {
        const changed = await done(items, (item) => ({ method: 'POST', path: path(item), body: { sticky } }));
        if (changed.length) notify(`${called(changed, type)} ${sticky ? 'stays on top of the front page.' : 'is no longer on top.'}`);
      },
    };
  }, [type, told, notify]);
}

function Deletion({ items, type, close, remove }) {
  const text = `${called(items, type)} will be deleted with all versions and comments. This cannot be undone.`;
  return <Confirmation text={text} label="Delete permanently" close={close} run={() => remove(items)} />;
}

export function useActions(type, changes, facts, onEdited) {
  return useMemo(() => [
    { id: 'edit', label: 'Edit', isPrimary: true, icon: edit, isEligible: (item) => alive(item) && item.may.edit, callback: ([item]) => window.location.assign(editAddress(item.id)) },
    {
      id: 'look', label: 'Quick look', isPrimary: true, icon: seen, isEligible: (item) => !item.isBone && item.may.edit,
      modalHeader: 'Quick look', modalSize: 'large',
      RenderModal: ({ items, closeModal }) => <QuickLook item={items[0]} type={type} close={closeModal} />,
    },
    { id: 'view', label: ([item]) => (item.public ? 'View' : 'Preview'), icon: external, isEligible: (item) => type.viewable && alive(item), callback: ([item]) => window.open(item.link, '_blank', 'noopener') },
    type.name === 'post' && type.may.editOthers && {
      id: 'stick', label: ([item]) => (item.sticky ? 'Do not keep on top' : 'Keep on top'), icon: pin, isEligible: (item) => alive(item) && item.may.edit && (item.public || item.sticky),
      callback: (items) => changes.stick(items, !items[0].sticky),
    },
    {
      id: 'change', label: 'Bulk edit', icon: settings, supportsBulk: true, isEligible: (item) => alive(item) && item.may.edit,
      modalHeader: (facts.count > 1 ? `Change ${facts.count} ${type.label.toLowerCase()}` : undefined),
      RenderModal: ({ items, closeModal }) => (
        <BulkEdit items={items} type={type} authors={facts.authors} categories={facts.categories} close={closeModal} onDone={onEdited} />
      ),
    },
    { id: 'trash', label: 'Move to trash', icon: trash, supportsBulk: true, isDestructive: true, isEligible: (item) => alive(item) && item.may.delete, callback: changes.trash },
    { id: 'restore', label: 'Restore', icon: backup, isPrimary: true, supportsBulk: true, isEligible: (item) => dead(item) && item.may.edit, callback: changes.restore },
    {
      id: 'delete', label: 'Delete permanently', icon: trash, supportsBulk: true, isDestructive: true, isEligible: (item) => dead(item) && item.may.delete,
      RenderModal: ({ items, closeModal }) => <Deletion items={items} type={type} close={closeModal} remove={changes.remove} />,
    },
  ].filter(Boolean), [type, changes, facts, onEdited]);
}
