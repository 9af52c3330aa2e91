// SPDX-License-Identifier: GPL-2.0-or-later
// The list of comments: what readers wrote, to be approved, answered, or put away.

import apiFetch from '@wordpress/api-fetch';
import { Button } from '@wordpress/components';
import { useCallback, useEffect, useState } from '@wordpress/element';
import { getPage, useAnswer } from '../api.js';
import { boot } from '../boot.js';
import { bones, follow, Listing, Tabs } from '../listing.jsx';
import { address, useLocation } from '../location.js';
import { useActions, useCommentChanges } from './actions.jsx';
import { fields } from './fields.jsx';
import { setHeld } from './held.js';
import { paramsOf, queryOf, VIEWS, viewOf } from './state.js';

const BONES = bones('82%', '68%', '91%', '59%', '77%', '86%');
const listAddress = (params) => address('/wp-admin/edit-comments.php', params);

function tabsOf(params, counts) {
  const [current] = viewOf(params);
  const number = (key) => counts?.statuses[key] ?? 0;
  const shown = VIEWS.filter(([name, , key]) => name === '' || name === current || (number(key) > 0 && (name !== 'mine' || number('mine') !== number('all'))));
  return shown.map(([name, label, key]) => ({ key: name, href: listAddress({ comment_status: name }), label, count: counts ? number(key) : undefined }));
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
  useEffect(() => {
    if (counts.answer && boot.comments.held !== null) setHeld(counts.answer.statuses.hold);
  }, [counts.answer]);

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
  const onChangeView = (next) => follow(listAddress(paramsOf(next, params)), { href, params, search: next.search });
  const [title, text] = emptyOf(params);
  const all = (params.s || params.comment_status) && <Button __next40pxDefaultSize variant="secondary" href={listAddress({})}>Show all</Button>;
  const about = params.p && list.answer?.items[0]?.post?.title;
  return (
    <Listing
      title="Comments"
      many="comments"
      list={list}
      first={listAddress({ ...params, paged: '' })}
      reload={reload}
      tabs={<Tabs label="Status" current={params.p ? undefined : viewOf(params)[0]} tabs={tabsOf(params, counts.answer)} />}
      empty={{ title, text, children: all }}
      data={list.answer ? list.answer.items : BONES}
      fields={fields}
      view={view}
      onChangeView={onChangeView}
      actions={actions}
      selection={selection}
      onChangeSelection={setSelection}
    >
      {params.p && (
        <p className="bp-comment__one">
          {about ? <>Those on <strong>{about}</strong> only.</> : 'Those on one post only.'} <a href={listAddress({ comment_status: params.comment_status })}>Show all</a>
        </p>
      )}
    </Listing>
  );
}
