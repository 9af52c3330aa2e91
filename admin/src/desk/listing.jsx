// SPDX-License-Identifier: GPL-2.0-or-later
// What lists of posts, terms and comments share: title, tabs, search, table, and what is said when there is nothing.

import { Notice } from '@wordpress/components';
import { DataViews } from '@wordpress/dataviews';
import { useEffect } from '@wordpress/element';
import { go } from './location.js';
import { Empty, Head } from './shell.jsx';

const LAYOUTS = { table: {} };

/** Rows to be seen before there are any. */
export const bones = (...widths) => widths.map((width, at) => ({ id: `bone-${at}`, isBone: true, width, title: '' }));

/** `tabs` are `{ key, href, label, count }`. */
export function Tabs({ label, current, tabs }) {
  return (
    <nav className="bp-tabs" aria-label={label}>
      <ul>
        {tabs.map((tab) => (
          <li key={tab.key}>
            <a href={tab.href} aria-current={tab.key === current ? 'page' : undefined}>
              {tab.label}
              {tab.count !== undefined && <span className="bp-tabs__count">{tab.count.toLocaleString()}</span>}
            </a>
          </li>
        ))}
      </ul>
    </nav>
  );
}

/** `/` goes to the search field. */
function useSearchKey() {
  useEffect(() => {
    const onKey = (event) => {
      if (event.key !== '/' || event.ctrlKey || event.metaKey || event.target.closest?.('input, textarea, select, [contenteditable], [role=dialog]')) return;
      event.preventDefault();
      document.querySelector('.dataviews-search input')?.focus();
    };
    document.addEventListener('keydown', onKey);
    return () => document.removeEventListener('keydown', onKey);
  }, []);
}

/**
 * `list` is the answer being waited for, `first` the address of its first page, `empty` is `{ title, text, children }`,
 * `many` what its items are called; `head` stands beside the title, `children` between tabs and table. The rest is for
 * the list component.
 */
export function Listing({ title, many, list, first, reload, head, tabs, empty, data, view, children, ...rest }) {
  useSearchKey();
  // A page beyond the last: after what was on it went away, or in an old link.
  useEffect(() => {
    if (list.error && view.page > 1 && !list.isLoading) go(first, { replace: true });
  }, [list.error, list.isLoading]);

  const isEmpty = list.answer && !list.answer.items.length && !list.isLoading;
  return (
    <div className={`bp-list${isEmpty ? ' is-empty' : ''}${list.isLoading && list.answer ? ' is-busy' : ''}`}>
      <Head title={title}>{head}</Head>
      {tabs}
      {list.error && view.page === 1 && (
        <Notice status="error" isDismissible={false} actions={[{ label: 'Try again', onClick: reload }]}>{list.error}</Notice>
      )}
      {children}
      <p className="bp-hidden" role="status">{list.answer && !list.isLoading ? `${list.answer.total} ${many}` : ''}</p>
      <DataViews
        data={data}
        view={view}
        getItemId={(item) => String(item.id)}
        isItemClickable={() => false}
        isLoading={list.isLoading}
        paginationInfo={{ totalItems: list.answer?.total ?? 0, totalPages: list.answer?.pages ?? 0 }}
        defaultLayouts={LAYOUTS}
        searchLabel={`Search ${many}`}
        {...rest}
      />
      {isEmpty && <Empty {...empty} />}
    </div>
  );
}

/** Goes where a changed view leads; typing in the search field is one step back, not many. */
export function follow(to, { href, params, search }) {
  const typing = params.s && search && search !== params.s;
  if (to !== href) go(to, { replace: Boolean(typing) });
}
