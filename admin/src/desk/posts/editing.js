// SPDX-License-Identifier: GPL-2.0-or-later
// Who is writing in the posts of a list, asked now and then the way WordPress's lists do.

import { useEffect, useState } from '@wordpress/element';
import { nonce } from '../boot.js';

const EVERY_MS = 20_000;

async function ask(ids) {
  const form = new URLSearchParams({ action: 'heartbeat', screen_id: 'edit-post' });
  ids.forEach((id) => form.append('data[wp-check-locked-posts][]', `post-${id}`));
  const answer = await fetch('/wp-admin/admin-ajax.php', { method: 'POST', body: form, headers: { 'X-WP-Nonce': nonce.nonce } });
  if (!answer.ok) throw new Error(`heartbeat: ${answer.status}`);
  return (await answer.json())['wp-check-locked-posts'] ?? {};
}

/** Names by id of who else is at work. What cannot be asked is not shown. */
export function useEditing(items) {
  const [found, setFound] = useState({});
  const ids = items.filter((item) => !item.isBone && item.may.edit && item.status !== 'trash').map(({ id }) => id).join();
  useEffect(() => {
    if (!ids) return undefined;
    let timer;
    let stopped = false;
    const again = async () => {
      if (!document.hidden) {
        const answer = await ask(ids.split(',')).catch(() => null);
        if (stopped) return;
        if (answer) setFound(Object.fromEntries(Object.entries(answer).map(([name, { name: who }]) => [name.slice('post-'.length), who])));
      }
      timer = setTimeout(again, EVERY_MS);
    };
    again();
    return () => { stopped = true; clearTimeout(timer); };
  }, [ids]);
  return found;
}
