// SPDX-License-Identifier: GPL-2.0-or-later
// Light, dark, or as the device: kept with the user's other preferences, so that it is the same everywhere.

import apiFetch from '@wordpress/api-fetch';
import { boot } from '../boot.js';

const SCOPE = 'bucketpress/desk';

export const currentScheme = () => boot.scheme;

/** Shows the screens that way, at once. */
export function showScheme(scheme) {
  boot.scheme = scheme;
  document.documentElement.dataset.scheme = scheme;
  document.querySelector('meta[name=color-scheme]')?.setAttribute('content', scheme === 'auto' ? 'light dark' : scheme);
}

/** The editor keeps its own preferences in the same place: they are read anew and stay. */
export async function keepScheme(scheme) {
  const { meta } = await apiFetch({ path: '/wp/v2/users/me?context=edit&_fields=meta' });
  const kept = Array.isArray(meta.persisted_preferences) ? {} : meta.persisted_preferences;
  const preferences = { ...kept, [SCOPE]: { ...kept[SCOPE], colorScheme: scheme }, _modified: new Date().toISOString() };
  await apiFetch({ path: '/wp/v2/users/me', method: 'POST', data: { meta: { persisted_preferences: preferences } } });
}
