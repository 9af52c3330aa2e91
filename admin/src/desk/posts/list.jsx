// SPDX-License-Identifier: GPL-2.0-or-later
// The list of posts of one type.

import apiFetch from '@wordpress/api-fetch';
import { Button } from '@wordpress/components';
import { useMediaQuery } from '@wordpress/compose';
import { useCallback, useEffect, useMemo, useRef, useState } from '@wordpress/element';
import { decodeEntities } from '@wordpress/html-entities';
import { getPage, useAnswer } from '../api.js';
import { boot, typeOf } from '../boot.js';
import { useOpenFilters } from '../filters.js';
import { bones, follow, Listing, Tabs } from '../listing.jsx';
import { go, listAddress, newAddress, useLocation } from '../location.js';
import { useNotify } from '../notices.jsx';
import { takeTrashed } from '../../trashed.js';
import { useActions, usePostChanges } from './actions.jsx';
import { AddNew } from './add-new.jsx';
import { useEditing } from './editing.js';
import { fieldsOf } from './fields.jsx';
import { filtersOf, isMine, isWhole, paramsOf, PER_PAGE, queryOf, sortOf } from './state.js';

const BONES = bones('62%', '48%', '71%', '39%', '57%', '66%', '44%', '52%');
/** Columns there is no room for beside a title of some length. */
const WIDE_ONLY = ['tags', 'modified'];
const WIDTHS = {
  author: { width: '8rem' }, categories: { width: '8.5rem' }, tags: { width: '8rem' }, comments: { width: '6.5rem' },
  date: { width: '9.5rem' }, modified: { width: '11rem' },
};
const VIEWS = [
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

function tabsOf(postType, params, counts) {
  const current = currentTab(params);
  const number = (key) => (key === 'mine' || key === 'sticky' ? counts?.[key] : counts?.statuses[key]) ?? 0;
  const type = typeOf(postType);
  const shown = VIEWS.filter(([name, , key]) => {
    if (name === '' || name === current) return true;
    if (name === 'mine' && (!type.may.editOthers || number('mine') === number('all'))) return false;
    return number(key) > 0;
  });
  const href = (name) => {
    if (name === 'mine') return listAddress(postType, { author: boot.user.id });
    if (name === 'sticky') return listAddress(postType, { sticky: 1 });
    return listAddress(postType, { post_status: name });
  };
  return shown.map(([name, label, key]) => ({ key: name, href: href(name), label, count: counts ? number(key) : undefined }));
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
  const here = (next) => listAddress(postType, { ...next, post_type: postType === 'post' ? '' : postType });
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
    follow(here(paramsOf(next, params)), { href, params, search: next.search });
  };

  // The editor leads here after it has moved a post to the trash.
  const told = useRef(false);
  useEffect(() => {
    const { trashed, ids, ...rest } = params;
    if (!trashed || told.current) return;
    told.current = true;
    const items = (ids ?? '').split(',').map(Number).filter(Boolean).map((id) => ({ id, ...takeTrashed(id) }));
    notify(`${type.singular} moved to the trash.`, items.length ? { undo: () => changes.untrash(items) } : {});
    go(here(rest), { replace: true });
  }, [params.trashed]);

  const items = list.answer ? list.answer.items : BONES;
  const editing = useEditing(items);
  const data = useMemo(() => items.map((item) => (editing[item.id] ? { ...item, editing: editing[item.id] } : item)), [items, editing]);
  const [title, text] = emptyOf(type, params);
  const none = !params.post_status && isWhole(params) && type.may.create;
  const ways = (
    <>
      {none && <Button __next40pxDefaultSize variant="primary" href={newAddress(postType)}>{`Write a ${type.singular.toLowerCase()}`}</Button>}
      {!isWhole(params) && <Button __next40pxDefaultSize variant="secondary" href={listAddress(postType, { post_status: params.post_status })}>Show all</Button>}
    </>
  );
  return (
    <Listing
      title={type.label}
      many={type.label.toLowerCase()}
      list={list}
      first={here({ ...params, paged: '' })}
      reload={reload}
      head={type.may.create && <AddNew type={type} />}
      tabs={<Tabs label="Status" current={currentTab(params)} tabs={tabsOf(postType, params, counts.answer)} />}
      empty={{ title, text, children: (none || !isWhole(params)) && ways }}
      data={data}
      fields={fields}
      view={view}
      onChangeView={onChangeView}
      actions={actions}
      selection={selection}
      onChangeSelection={setSelection}
    />
  );
}
