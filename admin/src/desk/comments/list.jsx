// SPDX-License-Identifier: GPL-2.0-or-later
// The list of comments: what readers wrote, to be approved, answered, or put away.

import apiFetch from '@wordpress/api-fetch';
import { Button, Notice } from '@wordpress/components';
import { DataViews } from '@wordpress/dataviews';
import { useCallback, useEffect, useState } from '@wordpress/element';
import { getPage, useAnswer } from '../api.js';
import { boot } from '../boot.js';
import { address, go, useLocation } from '../location.js';
import { Empty, Head, useSearchKey } from '../shell.jsx';
import { useActions, useCommentChanges } from './actions.jsx';
import { fields } from './fields.jsx';
import { setHeld } from './held.js';
import { paramsOf, queryOf, VIEWS, viewOf } from './state.js';

const BONES = ['82%', '68%', '91%', '59%', '77%', '86%'].map((width, at) => ({ id: `bone-${at}`, isBone: true, width }));
const LAYOUTS = { table: {} };
const listAddress = (params) => address('/wp-admin/edit-comments.php', params);

function Tabs({ params, counts }) {
  const [current] = viewOf(params);
  const number = (key) => counts?.statuses[key] ?? 0;
  const shown = VIEWS.filter(([name, , key]) => name === '' || name === current || (number(key) > 0 && (name !== 'mine' || number('mine') !== number('all'))));
  return (
    <nav className="bp-tabs" aria-label="Status">
      <ul>
        {shown.map(([name, label, key]) => (
          <li key={name}>
            <a href={listAddress({ comment_status: name })} aria-current={name === current && !params.p ? 'page' : undefined}>
              {label}
              {counts && <span className="bp-tabs__count">{number(key).toLocaleString()}</span>}
            </a>
          </li>
        ))}
      </ul>
    </nav>
  );
}

function emptyOf(params) {
  if (params.s) return [`Nothing matches “${params.s}”`, 'The search looks at what comments say, and at names, addresses and websites.'];
  const nothing = {
    '': ['No comments yet', 'What readers write below posts is found here.'],
    moderated: ['Nothing waits', 'No comment waits for approval.'],
    trash: ['The trash is empty', 'Deleted comments lie here until they are deleted for good.'],
    spam: ['No spam', ''],
  };
  return params.p ? ['No comments on this post', ''] : nothing[viewOf(params)[0]] ?? ['Nothing here', 'No comment has this status.'];
}

export function Comments() {
  const { params, href } = useLocation();
  const [selection, setSelection] = useState([]);
  const query = queryOf(params);
  const list = useAnswer((signal) => getPage('/bucketpress/v1/desk/comments', query, signal), JSON.stringify(query));
  const counts = useAnswer((signal) => apiFetch({ path: '/bucketpress/v1/desk/comments/counts', signal }), '');
  const reload = useCallback(() => {
    list.reload();
    counts.reload();
    setSelection([]);
  }, [list.reload, counts.reload]);
  const actions = useActions(useCommentChanges(reload));
  useSearchKey();
  useEffect(() => {
    if (counts.answer && boot.comments.held !== null) setHeld(counts.answer.statuses.hold);
  }, [counts.answer]);

  // A page beyond the last: after its comments were put away, or in an old link.
  useEffect(() => {
    if (list.error && query.page > 1 && !list.isLoading) go(listAddress({ ...params, paged: '' }), { replace: true });
  }, [list.error, list.isLoading]);

  const view = {
    type: 'table',
    search: params.s ?? '',
    page: query.page,
    perPage: query.per_page,
    sort: { field: 'date', direction: query.order },
    filters: [],
    titleField: 'comment',
    fields: ['post', 'date'],
    layout: { density: 'balanced', styles: { post: { width: '13rem' }, date: { width: '9.5rem' } } },
  };
  const onChangeView = (next) => {
    const to = listAddress(paramsOf(next, params));
    // Typing in the search field is one step back, not many.
    const typing = params.s && next.search && next.search !== params.s;
    if (to !== href) go(to, { replace: Boolean(typing) });
  };
  const isEmpty = list.answer && !list.answer.items.length && !list.isLoading;
  const [emptyTitle, emptyText] = emptyOf(params);
  const about = params.p && list.answer?.items[0]?.post?.title;
  return (
    <div className={`bp-list${isEmpty ? ' is-empty' : ''}${list.isLoading && list.answer ? ' is-busy' : ''}`}>
      <Head title="Comments" />
      <Tabs params={params} counts={counts.answer} />
      {list.error && query.page === 1 && (
        <Notice status="error" isDismissible={false} actions={[{ label: 'Try again', onClick: reload }]}>{list.error}</Notice>
      )}
      {params.p && (
        <p className="bp-comment__one">
          {about ? <>Those on <strong>{about}</strong> only.</> : 'Those on one post only.'} <a href={listAddress({ comment_status: params.comment_status })}>Show all</a>
        </p>
      )}
      <p className="bp-hidden" role="status">{list.answer && !list.isLoading ? `${list.answer.total} comments` : ''}</p>
      <DataViews
        data={list.answer ? list.answer.items : BONES}
        fields={fields}
        view={view}
        onChangeView={onChangeView}
        actions={actions}
        getItemId={(item) => String(item.id)}
        isItemClickable={() => false}
        isLoading={list.isLoading}
        paginationInfo={{ totalItems: list.answer?.total ?? 0, totalPages: list.answer?.pages ?? 0 }}
        defaultLayouts={LAYOUTS}
        selection={selection}
        onChangeSelection={setSelection}
        searchLabel="Search comments"
      />
      {isEmpty && (
        <Empty title={emptyTitle} text={emptyText}>
          {(params.s || params.comment_status) && <Button __next40pxDefaultSize variant="secondary" href={listAddress({})}>Show all</Button>}
        </Empty>
      )}
    </div>
  );
}
