// SPDX-License-Identifier: GPL-2.0-or-later
// Columns of the list of comments.

import { day, moment, time } from '../dates.js';
import { editAddress } from '../location.js';
import { Bone } from '../posts/fields.jsx';

const NAMES = { hold: 'Pending', spam: 'Spam', trash: 'Trash' };
const KINDS = { pingback: 'Pingback', trackback: 'Trackback' };

/** Addresses that people typed lead out of here by `http` alone. */
const site = (url) => {
  try {
    const { protocol, host } = new URL(url);
    return protocol === 'http:' || protocol === 'https:' ? host.replace(/^www\./, '') : null;
  } catch {
    return null;
  }
};

function About({ item, plain }) {
  if (!item.post) return <span className="bp-soft">a post that is gone</span>;
  const title = item.post.title.trim() || '(no title)';
  return item.post.edit && !plain ? <a className="bp-plain-link" href={editAddress(item.post.id)}>{title}</a> : <span>{title}</span>;
}

function Comment({ item }) {
  if (item.isBone) return <Bone width={item.width} />;
  const { name, email, url, ip } = item.author;
  const host = site(url);
  return (
    <span className="bp-comment">
      <span className="bp-comment__who">
        <strong>{name || 'Anonymous'}</strong>
        {NAMES[item.status] && <span className={`bp-badge${item.status === 'hold' ? ' is-pending' : ''}`}>{NAMES[item.status]}</span>}
        {KINDS[item.type] && <span className="bp-badge">{KINDS[item.type]}</span>}
        {item.parent && <span className="bp-soft">{`to ${item.parent.name || 'somebody'}`}</span>}
      </span>
      <span className="bp-comment__text" dir="auto">{item.text || '(empty)'}</span>
      <span className="bp-comment__facts">
        {email && <a href={`mailto:${email}`}>{email}</a>}
        {host && <a href={url} target="_blank" rel="noopener noreferrer nofollow ugc">{host}</a>}
        {ip && <span>{ip}</span>}
      </span>
      <span className="bp-title__facts">{`${day(item.date)} · `}<About item={item} plain /></span>
    </span>
  );
}

export const fields = [
  { id: 'comment', label: 'Comment', enableSorting: false, enableHiding: false, getValue: ({ item }) => (item.isBone ? '' : `${item.author.name}: ${item.text}`), render: Comment },
  {
    id: 'post', label: 'In response to', enableSorting: false,
    render: ({ item }) => (item.isBone ? <Bone /> : (
      <span className="bp-comment__about">
        <About item={item} />
        {item.link && <a className="bp-soft" href={item.link} target="_blank" rel="noopener">View<span className="bp-hidden"> comment</span></a>}
      </span>
    )),
  },
  {
    id: 'date', label: 'Date',
    render: ({ item }) => (item.isBone ? <Bone width="80%" /> : (
      <time dateTime={item.date} title={moment(item.date)}>{day(item.date)}<span className="bp-comment__time bp-soft">{time(item.date)}</span></time>
    )),
  },
];
