// SPDX-License-Identifier: GPL-2.0-or-later
// The list of posts of one type.

import apiFetch from '@wordpress/api-fetch';
import { Button, Notice } from '@wordpress/components';
import { DataViews } from '@wordpress/dataviews';
import { useMediaQuery } from '@wordpress/compose';
import { useCallback, useEffect, useMemo, useRef, useState } from '@wordpress/element';
import { decodeEntities } from '@wordpress/html-entities';
import { getPage, useAnswer } from '../api.js';
import { boot, typeOf } from '../boot.js';
import { useOpenFilters } from '../filters.js';
import { go, listAddress, newAddress, useLocation } from '../location.js';
import { useNotify } from '../notices.jsx';
import { Empty, Head, useSearchKey } from '../shell.jsx';
import { takeTrashed } from '../../trashed.js';
import { useActions, usePostChanges } from './actions.jsx';
import { AddNew } from './add-new.jsx';
import { useEditing } from './editing.js';
import { fieldsOf } from './fields.jsx';
import { filtersOf, isMine, isWhole, paramsOf, PER_PAGE, queryOf, sortOf } from './state.js';

const BONES = ['62%', '48%', '71%', '39%', '57%', '66%', '44%', '52%'].map((width, at) => ({ id: `bone-${at}`, isBone: true, width, title: '' }));
const LAYOUTS = { table: {} };
/** Columns there is no room for beside a title of some length. */
const WIDE_ONLY = ['tags', 'modified'];
const WIDTHS = {
  author: { width: '8rem' }, categories: { width: '8.5rem' }, tags: { width: '8rem' }, comments: { width: '6.5rem' },
  date: { width: '9.5rem' }, modified: { width: '11rem' },
};
const TABS = [
  ['', 'All', 'all'], ['mine', 'Mine', 'mine'], ['publish', 'Published', 'publish'], ['future', 'Scheduled', 'future'],
  ['draft', 'Drafts', 'draft'], ['pending', 'Pending', 'pending'], ['private', 'Private', 'private'],
  ['sticky', 'Sticky', 'sticky'], ['trash', 'Trash', 'trash'],
];

const remembered = (postType) => `bucketpress-columns-${postType}`;

function columnsOf(type) {
  const usual = ['author', 'categories', 'tags', 'comments', 'date'];
  try {
    const kept = JSON.parse(window.localStorage.getItem(remembered(type.name)));
    if (Array.isArray(kept)) return kept;
  } catch { /* nothing kept, or nothing that can be read */ }
  return usual;
}

function currentTab(params) {
  if (params.sticky) return 'sticky';
  if (isMine(params) && !params.post_status && !params.cat && !params.tag && !params.m && !params.s) return 'mine';
  return params.post_status ?? '';
}

function Tabs({ postType, params, counts }) {
  const current = currentTab(params);
  const number = (key) => (key === 'mine' || key === 'sticky' ? counts?.[key] : counts?.statuses[key]) ?? 0;
  const type = typeOf(postType);
  const shown = TABS.filter(([name, , key]) => {
    if (name === '' || name === current) return true;
    if (name === 'mine' && (!type.may.editOthers || number('mine') === number('all'))) return false;
    return number(key) > 0;
  });
  const href = (name) => {
    if (name === 'mine') return listAddress(postType, { author: boot.user.id });
    if (name === 'sticky') return listAddress(postType, { sticky: 1 });
    return listAddress(postType, { post_status: name });
  };
  return (
    <nav className="bp-tabs" aria-label="Status">
      <ul>
        {shown.map(([name, label, key]) => (
          <li key={name}>
            <a href={href(name)} aria-current={name === current ? 'page' : undefined}>
              {label}
              {counts && <span className="bp-tabs__count">{number(key).toLocaleString()}</span>}
            </a>
          </li>
        ))}
      </ul>
    </nav>
  );
}

/** Tags to filter by: the most used, and those the address names. */
async function tagsFor(params, signal) {
  const fields = '_fields=id,name';
  const named = params.tag ? apiFetch({ path: `/wp/v2/tags?include=${params.tag}&per_page=100&${fields}`, signal }) : [];
  const used = apiFetch({ path: `/wp/v2/tags?per_page=100&orderby=count&order=desc&${fields}`, signal });
  const all = [...await used, ...await named];
  return all.filter(({ id }, at) => all.findIndex((other) => other.id === id) === at);
}

const plain = (terms) => (terms ?? []).map((term) => ({ ...term, name: decodeEntities(term.name) }));

function useFacts(type, params) {
  const base = type.base;
  const counts = useAnswer((signal) => apiFetch({ path: `/bucketpress/v1/desk/${base}/counts`, signal }), base);
  const others = useAnswer(async (signal) => {
    const has = (name) => type.taxonomies.includes(name);
    const [authors, categories, tags] = await Promise.all([
      type.may.editOthers ? apiFetch({ path: '/wp/v2/users?who=authors&per_page=100&_fields=id,name', signal }) : [],
      has('categories') ? apiFetch({ path: '/wp/v2/categories?per_page=100&orderby=count&order=desc&_fields=id,name,parent,count', signal }) : [],
      has('tags') ? tagsFor(params, signal) : [],
    ]);
    return { authors: plain(authors), categories: plain(categories).sort((a, b) => a.name.localeCompare(b.name)), tags: plain(tags) };
  }, base);
  return { counts, others };
}

function emptyOf(type, params) {
  const many = type.label.toLowerCase();
  if (params.s) return [`Nothing matches “${params.s}”`, 'Try fewer or other words. The search looks at titles, excerpts and slugs.'];
  if (!isWhole(params)) return ['Nothing matches', 'No post has all of this. Take a filter away.'];
  if (params.post_status === 'trash') return ['The trash is empty', `Deleted ${many} lie here until they are deleted for good.`];
  if (params.post_status) return ['Nothing here', `No ${many} have this status.`];
  return [`No ${many} yet`, type.may.create ? 'Write the first one.' : ''];
}

export function Posts({ postType }) {
  const type = typeOf(postType);
  const { params, href } = useLocation();
  const notify = useNotify();
  const { counts, others } = useFacts(type, params);
  const [columns, setColumns] = useState(() => columnsOf(type));
  const [selection, setSelection] = useState([]);
  const query = queryOf(params);
  const list = useAnswer((signal) => getPage(`/bucketpress/v1/desk/${type.base}`, query, signal), JSON.stringify(query));
  const reload = useCallback(() => {
    list.reload();
    counts.reload();
  }, [list.reload, counts.reload]);
  const changes = usePostChanges(type, reload);
  const onEdited = useCallback((count) => {
    reload();
    setSelection([]);
    if (count) notify(count === 1 ? '1 changed.' : `${count} changed.`);
  }, [reload, notify]);

  const facts = useMemo(() => ({ ...others.answer, months: counts.answer?.months }), [others.answer, counts.answer]);
  const fields = useMemo(() => fieldsOf(type, facts), [type, facts]);
  const selected = useMemo(() => ({ authors: facts.authors ?? [], categories: facts.categories ?? [], count: selection.length }), [facts, selection.length]);
  const actions = useActions(type, changes, selected, onEdited);
  const [filters, keepOpen] = useOpenFilters(filtersOf(params));
  const isWide = useMediaQuery('(min-width: 86rem)');
  const shown = columns.filter((id) => fields.some((field) => field.id === id));
  const view = {
    type: 'table',
    search: params.s ?? '',
    page: query.page,
    perPage: query.per_page,
    sort: sortOf(params),
    filters,
    titleField: 'title',
    fields: isWide ? shown : shown.filter((id) => !WIDE_ONLY.includes(id)),
    layout: { density: 'balanced', styles: WIDTHS },
  };

  const onChangeView = (next) => {
    keepOpen(next.filters);
    if (JSON.stringify(next.fields) !== JSON.stringify(view.fields)) {
      const hidden = isWide ? [] : shown.filter((id) => WIDE_ONLY.includes(id));
      setColumns([...next.fields, ...hidden]);
      window.localStorage.setItem(remembered(type.name), JSON.stringify([...next.fields, ...hidden]));
    }
    const to = listAddress(postType, { ...paramsOf(next, params), post_type: postType === 'post' ? '' : postType });
    // Typing in the search field is one step back, not many.
    const typing = params.s && next.search && next.search !== params.s;
    if (to !== href) go(to, { replace: Boolean(typing) });
  };

  // The editor leads here after it has moved a post to the trash.
  const told = useRef(false);
  useEffect(() => {
    const { trashed, ids, ...rest } = params;
    if (!trashed || told.current) return;
    told.current = true;
    const items = (ids ?? '').split(',').map(Number).filter(Boolean).map((id) => ({ id, ...takeTrashed(id) }));
    notify(`${type.singular} moved to the trash.`, items.length ? { undo: () => changes.untrash(items) } : {});
    go(listAddress(postType, { ...rest, post_type: postType === 'post' ? '' : postType }), { replace: true });
  }, [params.trashed]);

  // A page beyond the last: after its posts were moved to the trash, or in an old link.
  const pages = list.answer?.pages ?? 0;
  useEffect(() => {
    if (list.error && query.page > 1 && !list.isLoading) go(listAddress(postType, { ...params, post_type: postType === 'post' ? '' : postType, paged: '' }), { replace: true });
  }, [list.error, list.isLoading]);

  useSearchKey();
  const items = list.answer ? list.answer.items : BONES;
  const editing = useEditing(items);
  const data = useMemo(() => items.map((item) => (editing[item.id] ? { ...item, editing: editing[item.id] } : item)), [items, editing]);
  const isEmpty = list.answer && !list.answer.items.length && !list.isLoading;
  const [emptyTitle, emptyText] = emptyOf(type, params);
  const first = isEmpty && !params.post_status && isWhole(params);
  return (
    <div className={`bp-list${isEmpty ? ' is-empty' : ''}${list.isLoading && list.answer ? ' is-busy' : ''}`}>
      <Head title={type.label}>
        {type.may.create && <AddNew type={type} />}
      </Head>
      <Tabs postType={postType} params={params} counts={counts.answer} />
      {list.error && query.page === 1 && (
        <Notice status="error" isDismissible={false} actions={[{ label: 'Try again', onClick: reload }]}>{list.error}</Notice>
      )}
      <p className="bp-hidden" role="status">{list.answer && !list.isLoading ? `${list.answer.total} ${type.label.toLowerCase()}` : ''}</p>
      <DataViews
        data={data}
        fields={fields}
        view={view}
        onChangeView={onChangeView}
        actions={actions}
        getItemId={(item) => String(item.id)}
        isItemClickable={() => false}
        isLoading={list.isLoading}
        paginationInfo={{ totalItems: list.answer?.total ?? 0, totalPages: pages }}
        defaultLayouts={LAYOUTS}
        selection={selection}
        onChangeSelection={setSelection}
        searchLabel={`Search ${type.label.toLowerCase()}`}
      />
      {isEmpty && (
        <Empty title={emptyTitle} text={emptyText}>
          {first && type.may.create && <Button __next40pxDefaultSize variant="primary" href={newAddress(postType)}>{`Write a ${type.singular.toLowerCase()}`}</Button>}
          {!isWhole(params) && <Button __next40pxDefaultSize variant="secondary" href={listAddress(postType, { post_status: params.post_status })}>Show all</Button>}
        </Empty>
      )}
    </div>
  );
}
