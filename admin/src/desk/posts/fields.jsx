// SPDX-License-Identifier: GPL-2.0-or-later
// Columns of a list of posts.

import { Icon } from '@wordpress/components';
import { Fragment } from '@wordpress/element';
import { comment, lock, pin } from '@wordpress/icons';
import { day, moment, monthName, time } from '../dates.js';
import { commentsAddress, editAddress, listAddress } from '../location.js';
import { STATUSES } from './state.js';

export const Bone = ({ width = '60%' }) => <span className="bp-bone" style={{ width }} />;

const untitled = '(no title)';
export const titleOf = (item) => item.title.trim() || untitled;

function Title({ item }) {
  if (item.isBone) return <Bone width={item.width} />;
  const open = item.may.edit && item.status !== 'trash';
  const named = <span className="bp-title__text">{titleOf(item)}</span>;
  const status = item.status !== 'publish' && <span className={`bp-badge is-${item.status}`}>{STATUSES[item.status] ?? item.status}</span>;
  return (
    <span className="bp-title">
      {open ? <a className="bp-title__link" href={editAddress(item.id)}>{named}</a> : <span className="bp-title__link">{named}</span>}
      {status}
      {item.sticky && <span className="bp-badge is-note"><Icon icon={pin} size={16} />Sticky</span>}
      {item.protected && <span className="bp-badge is-note"><Icon icon={lock} size={16} />Password</span>}
      {item.editing && <span className="bp-badge is-editing">{`${item.editing} is editing`}</span>}
      {item.parent && <span className="bp-title__parent">{`below ${item.parent.name || untitled}`}</span>}
      <span className="bp-title__facts">{[item.author?.name, day(item.date)].filter(Boolean).join(' · ')}</span>
    </span>
  );
}

function When({ item }) {
  if (item.isBone) return <Bone width="80%" />;
  const unsaved = item.status === 'draft' || item.status === 'pending';
  return (
    <time dateTime={item.date} title={unsaved ? `Last saved ${moment(item.modified)}` : moment(item.date)}>
      {day(item.date)}
      {item.status === 'future' && <span className="bp-soft">{` ${time(item.date)}`}</span>}
    </time>
  );
}

function Terms({ item, base, name, postType }) {
  if (item.isBone) return <Bone />;
  const terms = item[base] ?? [];
  if (!terms.length) return <span className="bp-none" aria-label="none">—</span>;
  return (
    <span className="bp-terms">
      {terms.slice(0, 3).map((term, at) => (
        <Fragment key={term.id}>{at > 0 && ', '}<a href={listAddress(postType, { [name]: term.id })}>{term.name}</a></Fragment>
      ))}
      {terms.length > 3 && <span className="bp-soft" title={terms.slice(3).map((term) => term.name).join(', ')}>{`, +${terms.length - 3}`}</span>}
    </span>
  );
}

function Author({ item, postType }) {
  if (item.isBone) return <Bone />;
  if (!item.author) return <span className="bp-none" aria-label="nobody">—</span>;
  return <a className="bp-plain-link" href={listAddress(postType, { author: item.author.id })}>{item.author.name}</a>;
}

function Comments({ item }) {
  if (item.isBone) return <Bone width="1.5em" />;
  if (!item.comments) return <span className="bp-none" aria-label="no comments">—</span>;
  const count = <><Icon icon={comment} size={18} />{item.comments}<span className="bp-hidden">{item.comments === 1 ? ' comment' : ' comments'}</span></>;
  return item.may.edit ? <a className="bp-comments" href={commentsAddress(item.id)}>{count}</a> : <span className="bp-comments">{count}</span>;
}

/** The fields of one type; `facts` are who writes and which terms and months there are. */
export function fieldsOf(type, { authors = [], categories = [], tags = [], months = [] }) {
  const has = (base) => type.taxonomies.includes(base);
  const named = (list) => list.map(({ id, name }) => ({ value: id, label: name }));
  const any = { operators: ['isAny'] };
  return [
    { id: 'title', label: 'Title', enableHiding: false, getValue: ({ item }) => item.title, render: ({ item }) => <Title item={item} /> },
    type.may.editOthers && {
      id: 'author', label: 'Author', elements: named(authors), filterBy: any, render: ({ item }) => <Author item={item} postType={type.name} />,
    },
    has('categories') && {
      id: 'categories', label: 'Categories', enableSorting: false, elements: named(categories), filterBy: any,
      render: ({ item }) => <Terms item={item} base="categories" name="cat" postType={type.name} />,
    },
    has('tags') && {
      id: 'tags', label: 'Tags', enableSorting: false, elements: named(tags), filterBy: any,
      render: ({ item }) => <Terms item={item} base="tags" name="tag" postType={type.name} />,
    },
    type.comments && { id: 'comments', label: 'Comments', enableSorting: false, render: Comments },
    { id: 'date', label: 'Date', render: When },
    {
      id: 'modified', label: 'Last saved',
      render: ({ item }) => (item.isBone ? <Bone /> : <time dateTime={item.modified}>{moment(item.modified)}</time>),
    },
    {
      id: 'month', label: 'Month', enableSorting: false, enableHiding: false, filterBy: { operators: ['is'] },
      elements: months.map(({ month, count }) => ({ value: month.replace('-', ''), label: monthName(month), description: String(count) })),
      render: () => null,
    },
  ].filter(Boolean);
}
