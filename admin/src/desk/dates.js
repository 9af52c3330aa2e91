// SPDX-License-Identifier: GPL-2.0-or-later
// Dates as the site writes them. The API gives the site's own time without a zone: shown as it is, wherever the browser is.

import { getSettings, gmdateI18n } from '@wordpress/date';

const shown = (name) => (text) => gmdateI18n(getSettings().formats[name], `${text}Z`);

export const day = shown('date');
export const time = shown('time');
export const moment = shown('datetime');
export const monthName = (text) => gmdateI18n('F Y', `${text}-15T12:00:00Z`);

/** The second before a month (`202609`, `2026-09`) begins, and the one in which the next does: the API leaves out both. */
export function monthBounds(text) {
  const [year, number] = [Number(text.slice(0, 4)), Number(text.slice(-2))];
  const stamp = (date) => date.toISOString().slice(0, 19);
  return { after: stamp(new Date(Date.UTC(year, number - 1, 1) - 1000)), before: stamp(new Date(Date.UTC(year, number, 1))) };
}

export const isMonth = (text) => /^\d{4}-?\d{2}$/.test(text ?? '');
