// SPDX-License-Identifier: GPL-2.0-or-later
// A list's state is its address. These turn one into what the list component and the API want, and back.

import { boot } from '../boot.js';
import { isMonth, monthBounds } from '../dates.js';

export const PER_PAGE = 20;
/** All but the trash; named one by one, since `any` would also ask for what is no list's business. */
export const LISTED = ['publish', 'future', 'draft', 'pending', 'private'];

export const STATUSES = {
  publish: 'Published',
  future: 'Scheduled',
  draft: 'Draft',
  pending: 'Pending review',
  private: 'Private',
  trash: 'Trash',
};

const FILTERS = { author: 'author', categories: 'cat', tags: 'tag', month: 'm' };
const SINGLE = ['month'];

const ids = (text) => (text ?? '').split(',').map(Number).filter(Boolean);

export function filtersOf(params) {
  return Object.entries(FILTERS).flatMap(([field, name]) => {
    if (!params[name]) return [];
    if (SINGLE.includes(field)) return [{ field, operator: 'is', value: params[name] }];
    return [{ field, operator: 'isAny', value: ids(params[name]) }];
  });
}

export function sortOf(params) {
  const known = ['title', 'author', 'date', 'modified'].includes(params.orderby);
  return { field: known ? params.orderby : 'date', direction: params.order === 'asc' ? 'asc' : 'desc' };
}

/** The list component's view as parameters of an address; what is usual is left out. */
export function paramsOf(view, old) {
  const next = { post_type: old.post_type, post_status: old.post_status, sticky: old.sticky };
  next.s = view.search;
  for (const [field, name] of Object.entries(FILTERS)) {
    const value = view.filters?.find((filter) => filter.field === field)?.value;
    next[name] = Array.isArray(value) ? value.join(',') : value;
  }
  const { field = 'date', direction = 'desc' } = view.sort ?? {};
  if (field !== 'date' || direction !== 'desc') Object.assign(next, { orderby: field, order: direction });
  if (view.page > 1) next.paged = view.page;
  if (view.perPage !== PER_PAGE) next.per_page = view.perPage;
  return next;
}

export function queryOf(params) {
  const status = STATUSES[params.post_status] ? params.post_status : LISTED.join(',');
  const sort = sortOf(params);
  return {
    page: Number(params.paged) || 1,
    per_page: Number(params.per_page) || PER_PAGE,
    orderby: sort.field,
    order: sort.direction,
    status,
    ...(params.s && { search: params.s }),
    ...(params.author && { author: params.author }),
    ...(params.cat && { categories: params.cat }),
    ...(params.tag && { tags: params.tag }),
    ...(isMonth(params.m) && monthBounds(params.m)),
    ...(params.sticky && { sticky: true }),
  };
}

/** True if nothing but the status narrows the list. */
export const isWhole = (params) => !params.s && !params.author && !params.cat && !params.tag && !params.m && !params.sticky;

export const isMine = (params) => params.author === String(boot.user.id);
