// SPDX-License-Identifier: GPL-2.0-or-later
// What either editor tells its writer, and how it writes times.

import { dispatch } from '@wordpress/data';
import { dateI18n, getSettings } from '@wordpress/date';
import { store } from '@wordpress/notices';

export const NOTICES = {
  unsaved: 'bp-unsaved', others: 'bp-others', offline: 'bp-offline', changed: 'bp-changed', signedOut: 'bp-signed-out', undo: 'bp-undo',
};
export const notices = () => dispatch(store);
export const clock = (utc) => dateI18n(getSettings().formats.time, `${utc}Z`);
export const when = (utc) => dateI18n(getSettings().formats.datetimeAbbreviated, `${utc}Z`);
export const utcOf = (ms) => new Date(ms).toISOString().slice(0, 19);

/** What this browser remembers between visits; nothing, where it may not. */
export const remembered = (key) => { try { return localStorage.getItem(key); } catch { return null; } };
export const remember = (key, value) => { try { localStorage.setItem(key, value); } catch { /* asked again next time */ } };
