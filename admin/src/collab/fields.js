// SPDX-License-Identifier: GPL-2.0-or-later
// Settings beside the texts: which of them both sides have changed, and how they are shown.

import apiFetch from '@wordpress/api-fetch';
import { dateI18n, getSettings } from '@wordpress/date';
import { decodeEntities } from '@wordpress/html-entities';
import { addQueryArgs } from '@wordpress/url';

const LABELS = {
  status: 'Status', slug: 'Address', date: 'Date', author: 'Author', featured_media: 'Featured image', categories: 'Categories',
  tags: 'Tags', sticky: 'At the top of the list', format: 'Format', template: 'Template', parent: 'Parent', menu_order: 'Order',
  password: 'Password', comment_status: 'Comments', ping_status: 'Pings',
};
const same = (left, right) => JSON.stringify(left ?? null) === JSON.stringify(right ?? null);
const numbered = (id) => `no. ${id}`;

async function terms(base, ids) {
  if (!ids?.length) return '';
  const found = await apiFetch({ path: addQueryArgs(`/wp/v2/${base}`, { include: ids, per_page: 100, _fields: 'id,name' }) }).catch(() => []);
  return ids.map((id) => decodeEntities(found.find((term) => term.id === id)?.name ?? numbered(id))).join(', ');
}

async function title(base, id) {
  if (!id) return 'None';
  const found = await apiFetch({ path: `/wp/v2/${base}/${id}?_fields=title,name` }).catch(() => null);
  return decodeEntities(found?.title?.rendered ?? found?.name ?? numbered(id));
}

async function worded(name, value) {
  switch (name) {
    case 'categories': case 'tags': return terms(name, value);
    case 'author': return title('users', value);
    case 'featured_media': return title('media', value);
    case 'date': return value ? dateI18n(getSettings().formats.datetime, value) : 'Immediately';
    case 'sticky': return value ? 'Yes' : 'No';
    case 'password': return value ? 'Set' : 'None';
    default: return typeof value === 'object' ? JSON.stringify(value) : String(value ?? '');
  }
}

/** Of `edits`, the settings that `theirs` has changed too, since `base`; as rows to choose from. */
export async function inConflict(edits, base, theirs) {
  const names = Object.keys(LABELS)
    .filter((name) => name in edits && !same(edits[name], theirs[name]) && !(base && same(base[name], theirs[name])));
  return Promise.all(names.map(async (name) => ({
    name, label: LABELS[name], mine: await worded(name, edits[name]), theirs: await worded(name, theirs[name]),
  })));
}
