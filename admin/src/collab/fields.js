// SPDX-License-Identifier: GPL-2.0-or-later
// Settings beside the texts: which of them both sides have changed, and how they are shown.

import { select } from '@wordpress/data';
import { dateI18n, getSettings } from '@wordpress/date';

const LABELS = {
  status: 'Status', slug: 'Address', date: 'Date', author: 'Author', featured_media: 'Featured image', categories: 'Categories',
  tags: 'Tags', sticky: 'At the top of the list', format: 'Format', template: 'Template', parent: 'Parent', menu_order: 'Order',
  password: 'Password', comment_status: 'Comments', ping_status: 'Pings',
};
const same = (left, right) => JSON.stringify(left ?? null) === JSON.stringify(right ?? null);

function named(name, value) {
  const core = select('core');
  const term = (taxonomy) => (value ?? []).map((id) => core.getEntityRecord('taxonomy', taxonomy, id)?.name ?? `no. ${id}`).join(', ');
  switch (name) {
    case 'categories': return term('category');
    case 'tags': return term('post_tag');
    case 'author': return core.getUsers({ who: 'authors', per_page: 100, _fields: 'id,name', context: 'view' })?.find(({ id }) => id === value)?.name ?? `no. ${value}`;
    case 'date': return value ? dateI18n(getSettings().formats.datetime, value) : 'Immediately';
    case 'featured_media': return value ? core.getMedia(value)?.title?.rendered ?? `no. ${value}` : 'None';
    case 'sticky': return value ? 'Yes' : 'No';
    case 'password': return value ? 'Set' : 'None';
    default: return typeof value === 'object' ? JSON.stringify(value) : String(value ?? '');
  }
}

/** Of `edits`, the settings that `theirs` has changed too, since `base`; as rows to choose from. */
export function inConflict(edits, base, theirs) {
  return Object.keys(LABELS)
    .filter((name) => name in edits && !same(edits[name], theirs[name]) && !(base && same(base[name], theirs[name])))
    .map((name) => ({ name, label: LABELS[name], mine: named(name, edits[name]), theirs: named(name, theirs[name]) }));
}
