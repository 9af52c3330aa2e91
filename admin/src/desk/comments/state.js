// SPDX-License-Identifier: GPL-2.0-or-later
// The list of comments as an address says it, in WordPress's parameters.

import { boot } from '../boot.js';

export const PER_PAGE = 20;

/** Views: what the address calls them, what people do, the number they have, the status the API takes. */
export const VIEWS = [
  ['', 'All', 'all', 'all'],
  ['mine', 'Mine', 'mine', 'all'],
  ['moderated', 'Pending', 'hold', 'hold'],
  ['approved', 'Approved', 'approved', 'approve'],
  ['spam', 'Spam', 'spam', 'spam'],
  ['trash', 'Trash', 'trash', 'trash'],
];

export const viewOf = (params) => VIEWS.find(([name]) => name === (params.comment_status ?? '')) ?? VIEWS[0];

export function queryOf(params) {
  const [view, , , status] = viewOf(params);
  return {
    page: Number(params.paged) || 1,
    per_page: Number(params.per_page) || PER_PAGE,
    orderby: 'date_gmt',
    order: params.order === 'asc' ? 'asc' : 'desc',
    status,
    ...(view === 'mine' && { author: boot.user.id }),
    ...(params.s && { search: params.s }),
    ...(params.p && { post: params.p }),
  };
}

/** The list component's view as parameters of an address; what is usual is left out. */
export const paramsOf = (view, old) => ({
  comment_status: old.comment_status,
  p: old.p,
  s: view.search,
  order: view.sort?.direction === 'asc' ? 'asc' : '',
  paged: view.page > 1 ? view.page : '',
  per_page: view.perPage === PER_PAGE ? '' : view.perPage,
});
