// SPDX-License-Identifier: GPL-2.0-or-later
// The block editor as one of two people's: what it holds, and how texts get in and out of it.

import { parse } from '@wordpress/blocks';
import { dispatch, select, subscribe } from '@wordpress/data';
import { registerPlugin } from '@wordpress/plugins';
import { keyOf, setBase, watchSaves } from './base.js';
import { Together } from './together.jsx';

const editor = () => select('core/editor');
const core = () => select('core');

const own = () => ({ type: editor().getCurrentPostType(), id: editor().getCurrentPostId() });
const isOwn = (type, id) => own().type === type && own().id === id;

/** Texts of an item of any type as they are being edited: patterns are edited within posts. */
function texts(item = own()) {
  if (isOwn(item.type, item.id)) {
    return {
      title: editor().getEditedPostAttribute('title') ?? '',
      content: editor().getEditedPostContent() ?? '',
      excerpt: editor().getEditedPostAttribute('excerpt') ?? '',
    };
  }
  const record = core().getEditedEntityRecord('postType', item.type, item.id);
  const text = (value) => (typeof value === 'function' ? value(record) : value?.raw ?? value ?? '');
  return { title: text(record.title), content: text(record.content), excerpt: text(record.excerpt) };
}

function put(record, { title, content, excerpt }, edits = {}) {
  const { type, id } = record;
  dispatch('core').receiveEntityRecords('postType', type, [record], undefined, false);
  const all = { ...edits, title, excerpt, content, blocks: parse(content) };
  dispatch('core').editEntityRecord('postType', type, id, isOwn(type, id) ? { ...all, selection: undefined } : all);
}

function show(record) {
  const { type, id } = record;
  const edits = core().getEntityRecordEdits('postType', type, id) ?? {};
  dispatch('core').receiveEntityRecords('postType', type, [record], undefined, false);
  const none = Object.fromEntries(Object.keys(edits).map((name) => [name, undefined]));
  dispatch('core').editEntityRecord('postType', type, id, { ...none, blocks: parse(record.content?.raw ?? ''), content: undefined }, { undoIgnore: true });
}

async function keepNew() {
  const { type, id } = own();
  await dispatch('core/editor').autosave();
  if (desk.isNew()) throw core().getLastEntitySaveError('postType', type, id) ?? new Error('not kept');
}

const desk = {
  format: 'html',
  texts,
  put,
  show,
  keepNew,
  record: ({ type, id } = own()) => core().getEntityRecord('postType', type, id),
  edits: ({ type, id }) => core().getEntityRecordNonTransientEdits('postType', type, id),
  editsReference: () => core().getReferenceByDistinctEdits(),
  subscribe,
  save: ({ type, id } = own()) => (isOwn(type, id) ? dispatch('core/editor').savePost() : dispatch('core').saveEditedEntityRecord('postType', type, id)),
  isNew: () => editor().getCurrentPost().status === 'auto-draft',
  isDirty: () => editor().isEditedPostDirty(),
  isLocked: () => editor().isPostLocked(),
  isSaving: () => editor().isSavingPost(),
  isSaveable: () => editor().isEditedPostSaveable(),
  didSaveFail: () => editor().didPostSaveRequestFail(),
};

/** Call before the editor starts: the first answers are what its edits are made from. */
export function startCollab(boot) {
  watchSaves(({ type, id }) => core().hasEditsForEntityRecord('postType', type, id));
  setBase(keyOf(boot.restBase, boot.postId), boot.unsaved.revision);
  registerPlugin('bucketpress-collab', { render: () => <Together boot={boot} desk={desk} /> });
}
