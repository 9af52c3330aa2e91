// SPDX-License-Identifier: GPL-2.0-or-later
// A post as readers see it, without leaving the list. Scripts in it do not run.

import apiFetch from '@wordpress/api-fetch';
import { Button, Notice, Spinner } from '@wordpress/components';
import { escapeHTML } from '@wordpress/escape-html';
import { useAnswer } from '../api.js';
import { themeElements } from '../../scheme.js';
import { boot } from '../boot.js';
import { moment } from '../dates.js';
import { editAddress } from '../location.js';
import { titleOf } from './fields.jsx';
import { STATUSES } from './state.js';

const page = (item, { content, featured, styles }) => `<!doctype html><html lang="en"><head><meta charset="utf-8">
<title>${escapeHTML(titleOf(item))}</title>${styles}
<style>body{display:block;min-height:0;padding:1.5rem}main{max-width:40rem;margin:auto}.entry-title{font-size:clamp(1.75rem,6vw,2.75rem)}.entry-title + *{margin-block:1.25rem}a{pointer-events:none}</style></head>
<body><main><article><h1 class="entry-title">${escapeHTML(titleOf(item))}</h1>
${featured ? `<p><img src="${escapeHTML(featured)}" alt=""></p>` : ''}
<div class="entry-content">${content}</div></article></main></body></html>`;

export function QuickLook({ item, type, close }) {
  const { answer, isLoading, error } = useAnswer(async (signal) => {
    const path = `/wp/v2/${type.base}/${item.id}?context=edit&_embed=wp:featuredmedia&_fields=content,_links,_embedded`;
    const post = await apiFetch({ path, signal });
    return { styles: await themeElements(boot.themeStyles), content: post.content.rendered, featured: post._embedded?.['wp:featuredmedia']?.[0]?.source_url };
  }, item.id);
  const facts = [
    STATUSES[item.status] ?? item.status,
    moment(item.date),
    item.author?.name,
    item.comments ? `${item.comments} ${item.comments === 1 ? 'comment' : 'comments'}` : null,
  ];
  return (
    <div className="bp-look">
      <p className="bp-look__facts">{facts.filter(Boolean).join(' · ')}</p>
      {error && <Notice status="error" isDismissible={false}>{error}</Notice>}
      {isLoading && <div className="bp-look__wait"><Spinner /></div>}
      {answer && <iframe className="bp-look__page" title={titleOf(item)} sandbox="" srcDoc={page(item, answer)} />}
      <div className="bp-look__do">
        <Button __next40pxDefaultSize variant="tertiary" onClick={close}>Close</Button>
        {type.viewable && <Button __next40pxDefaultSize variant="secondary" href={item.link} target="_blank">{item.public ? 'View' : 'Preview'}</Button>}
        {item.may.edit && item.status !== 'trash' && <Button __next40pxDefaultSize variant="primary" href={editAddress(item.id)}>Edit</Button>}
      </div>
    </div>
  );
}
