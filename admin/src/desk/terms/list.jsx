// SPDX-License-Identifier: GPL-2.0-or-later
// The terms of one taxonomy: added, renamed, moved, deleted.

import { Button, Modal } from '@wordpress/components';
import { useCallback, useMemo, useState } from '@wordpress/element';
import { decodeEntities } from '@wordpress/html-entities';
import { edit, external, plus, trash } from '@wordpress/icons';
import { getPage, many, useAnswer } from '../api.js';
import { boot } from '../boot.js';
import { useDone } from '../changes.js';
import { Confirmation } from '../form.jsx';
import { bones, follow, Listing, Tabs } from '../listing.jsx';
import { listAddress, termsAddress, useLocation } from '../location.js';
import { useNotify } from '../notices.jsx';
import { Bone } from '../posts/fields.jsx';
import { TermForm } from './edit.jsx';

const PER_PAGE = 50;
const ORDERS = { name: 'name', slug: 'slug', count: 'count' };
const BONES = bones('32%', '48%', '41%', '39%', '27%', '36%');
/** Pages of a hundred that are looked through for parents. */
const PARENT_PAGES = 10;
/** How lists of posts are narrowed to a term. */
const FILTERS = { category: 'cat', post_tag: 'tag' };

function queryOf(params) {
  return {
    context: 'edit',
    page: Number(params.paged) || 1,
    per_page: Number(params.per_page) || PER_PAGE,
    orderby: ORDERS[params.orderby] ?? 'name',
    order: params.order === 'desc' ? 'desc' : 'asc',
    ...(params.s && { search: params.s }),
  };
}

async function allOf(base, signal) {
  const found = [];
  for (let page = 1, pages = 1; page <= Math.min(pages, PARENT_PAGES); page += 1) {
    const answer = await getPage(`/wp/v2/${base}`, { page, per_page: 100, orderby: 'name', _fields: 'id,name,parent' }, signal);
    found.push(...answer.items);
    pages = answer.pages;
  }
  return found;
}

const named = (item) => decodeEntities(item.name).trim() || '(no name)';

function fieldsOf(taxonomy, names) {
  const filter = FILTERS[taxonomy.name];
  return [
    {
      id: 'name', label: 'Name', enableHiding: false, getValue: ({ item }) => (item.isBone ? '' : named(item)),
      render: ({ item }) => (item.isBone ? <Bone width={item.width} /> : (
        <span className="bp-title">
          <span className="bp-title__link"><span className="bp-title__text">{named(item)}</span></span>
          {item.parent > 0 && <span className="bp-title__parent">{`below ${decodeEntities(names.get(item.parent) ?? '') || 'another'}`}</span>}
          <span className="bp-title__facts">{[item.slug, `${item.count} ${item.count === 1 ? 'post' : 'posts'}`].join(' · ')}</span>
        </span>
      )),
    },
    {
      id: 'description', label: 'Description', enableSorting: false,
      render: ({ item }) => (item.isBone ? <Bone width="70%" /> : <span className="bp-clip">{item.description || <span className="bp-none" aria-label="none">—</span>}</span>),
    },
    { id: 'slug', label: 'Slug', render: ({ item }) => (item.isBone ? <Bone /> : <span className="bp-clip">{decodeURIComponent(item.slug.replace(/%(?![0-9a-f]{2})/gi, '%25'))}</span>) },
    {
      id: 'count', label: 'Posts',
      render: ({ item }) => {
        if (item.isBone) return <Bone width="1.5em" />;
        return filter && item.count ? <a className="bp-plain-link" href={listAddress('post', { [filter]: item.id })}>{item.count}</a> : <span>{item.count}</span>;
      },
    },
  ];
}

function Deletion({ items, taxonomy, close, remove }) {
  const what = items.length === 1 ? `“${named(items[0])}”` : `${items.length} ${taxonomy.label.toLowerCase()}`;
  const stay = taxonomy.name === 'category' ? 'Posts stay; those that were in nothing else go to the default category.' : 'The posts stay.';
  return <Confirmation text={`${what} will be deleted. ${stay} This cannot be undone.`} label="Delete" close={close} run={() => remove(items)} />;
}

export function Terms({ taxonomy }) {
  const { params, href } = useLocation();
  const notify = useNotify();
  const [selection, setSelection] = useState([]);
  const [adding, setAdding] = useState(false);
  const query = queryOf(params);
  const list = useAnswer((signal) => getPage(`/wp/v2/${taxonomy.base}`, query, signal), JSON.stringify(query));
  const parents = useAnswer((signal) => (taxonomy.hierarchical ? allOf(taxonomy.base, signal) : Promise.resolve([])), taxonomy.name);
  const all = useMemo(() => parents.answer ?? [], [parents.answer]);
  const changed = useCallback((text) => {
    if (text) notify(text);
    setSelection([]);
    list.reload();
    parents.reload();
  }, [notify, list.reload, parents.reload]);
  const done = useDone(changed);
  const remove = useCallback(async (items) => {
    const gone = await done(items, many(items.map(({ id }) => ({ method: 'DELETE', path: `/wp/v2/${taxonomy.base}/${id}?force=true` }))));
    if (gone.length) notify(gone.length === 1 ? `“${named(gone[0])}” was deleted.` : `${gone.length} ${taxonomy.label.toLowerCase()} were deleted.`);
  }, [taxonomy, notify, done]);

  const names = useMemo(() => new Map(all.map(({ id, name }) => [id, name])), [all]);
  const fields = useMemo(() => fieldsOf(taxonomy, names), [taxonomy, names]);
  const actions = useMemo(() => [
    {
      id: 'edit', label: 'Edit', icon: edit, isPrimary: true, isEligible: (item) => !item.isBone, modalHeader: `Edit ${taxonomy.singular.toLowerCase()}`, modalSize: 'medium',
      RenderModal: ({ items, closeModal }) => <TermForm taxonomy={taxonomy} item={items[0]} terms={all} close={closeModal} onDone={changed} />,
    },
    { id: 'view', label: 'View', icon: external, isEligible: (item) => !item.isBone, callback: ([item]) => window.open(item.link, '_blank', 'noopener') },
    {
      id: 'delete', label: 'Delete', icon: trash, isDestructive: true, supportsBulk: true, isEligible: (item) => !item.isBone,
      RenderModal: ({ items, closeModal }) => <Deletion items={items} taxonomy={taxonomy} close={closeModal} remove={remove} />,
    },
  ], [taxonomy, all, changed, remove]);

  const view = {
    type: 'table',
    search: params.s ?? '',
    page: query.page,
    perPage: query.per_page,
    sort: { field: query.orderby, direction: query.order },
    filters: [],
    titleField: 'name',
    fields: ['description', 'slug', 'count'],
    layout: { density: 'balanced', styles: { slug: { width: '13rem' }, count: { width: '6.5rem' } } },
  };
  const onChangeView = (next) => {
    const { field = 'name', direction = 'asc' } = next.sort ?? {};
    const usual = field === 'name' && direction === 'asc';
    const to = termsAddress(taxonomy.name, {
      s: next.search, orderby: usual ? '' : field, order: usual ? '' : direction,
      paged: next.page > 1 ? next.page : '', per_page: next.perPage === PER_PAGE ? '' : next.perPage,
    });
    follow(to, { href, params, search: next.search });
  };
  const called = taxonomy.label.toLowerCase();
  const add = <Button __next40pxDefaultSize variant="secondary" icon={plus} onClick={() => setAdding(true)}>Add new</Button>;
  const empty = params.s
    ? { title: `Nothing matches “${params.s}”`, text: 'The search looks at names and slugs.', children: <Button __next40pxDefaultSize variant="secondary" href={termsAddress(taxonomy.name)}>Show all</Button> }
    : { title: `No ${called} yet`, children: <Button __next40pxDefaultSize variant="primary" onClick={() => setAdding(true)}>{`Add a ${taxonomy.singular.toLowerCase()}`}</Button> };
  const tabs = boot.taxonomies.length > 1 && (
    <Tabs label="Taxonomies" current={taxonomy.name} tabs={boot.taxonomies.map(({ name, label }) => ({ key: name, href: termsAddress(name), label }))} />
  );
  return (
    <>
      <Listing
        title={taxonomy.label}
        many={called}
        list={list}
        first={termsAddress(taxonomy.name, { ...params, taxonomy: taxonomy.name, paged: '' })}
        reload={list.reload}
        head={add}
        tabs={tabs}
        empty={empty}
        data={list.answer ? list.answer.items : BONES}
        fields={fields}
        view={view}
        onChangeView={onChangeView}
        actions={actions}
        selection={selection}
        onChangeSelection={setSelection}
      />
      {adding && (
        <Modal title={`New ${taxonomy.singular.toLowerCase()}`} size="medium" onRequestClose={() => setAdding(false)}>
          <TermForm taxonomy={taxonomy} terms={all} close={() => setAdding(false)} onDone={changed} />
        </Modal>
      )}
    </>
  );
}
