// SPDX-License-Identifier: GPL-2.0-or-later
// Telling what became of changes to several items.

import { useCallback } from '@wordpress/element';
import { useNotify } from './notices.jsx';

/** Waits for the outcomes of changes to `items`, tells of failures, has the list loaded anew; the items that worked. */
export function useDone(reload) {
  const notify = useNotify();
  return useCallback(async (items, outcomes) => {
    const all = await outcomes;
    const failed = all.filter(({ ok }) => !ok);
    if (failed.length) {
      const some = failed.length === items.length ? '' : `${failed.length} of ${items.length}: `;
      notify(`${some}${failed[0].message}`, { isError: true });
    }
    reload();
    return items.filter((_, at) => all[at].ok);
  }, [reload, notify]);
}
