// SPDX-License-Identifier: GPL-2.0-or-later
// What a post was before the editor moved it to the trash: the list, where that leads, offers to undo it.

import { select } from '@wordpress/data';

const key = (id) => `bucketpress/trashed/${id}`;

/** For `apiFetch`: notes status and title of the post that is about to be trashed. */
export function rememberTrashed(options, next) {
  const { getCurrentPostId, getCurrentPostAttribute } = select('core/editor');
  const id = getCurrentPostId();
  if (id && options.method === 'DELETE' && options.path?.split('?')[0].endsWith(`/${id}`)) {
    sessionStorage.setItem(key(id), JSON.stringify({ status: getCurrentPostAttribute('status'), title: getCurrentPostAttribute('title') }));
  }
  return next(options);
}

/** Those, once; of a post that another tab trashed nothing is known. */
export function takeTrashed(id) {
  const noted = sessionStorage.getItem(key(id));
  sessionStorage.removeItem(key(id));
  return noted ? JSON.parse(noted) : { status: 'draft', title: '' };
}
