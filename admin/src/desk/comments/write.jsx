// SPDX-License-Identifier: GPL-2.0-or-later
// Answering a comment, and changing one.

import apiFetch from '@wordpress/api-fetch';
import { TextareaControl, TextControl } from '@wordpress/components';
import { useState } from '@wordpress/element';
import { DialogForm } from '../form.jsx';

export function Reply({ item, close, onDone }) {
  const [text, setText] = useState('');
  const held = item.status === 'hold';
  const save = async () => {
    // An answer to what nobody sees would stand alone.
    if (held) await apiFetch({ method: 'POST', path: `/wp/v2/comments/${item.id}`, data: { status: 'approve' } });
    await apiFetch({ method: 'POST', path: '/wp/v2/comments', data: { post: item.post.id, parent: item.id, content: text } });
    onDone(held ? `The comment by ${item.author.name || 'somebody'} was approved, and your reply published.` : 'Your reply was published.');
  };
  return (
    <DialogForm close={close} label={held ? 'Approve and reply' : 'Reply'} isEmpty={!text.trim()} save={save}>
      <blockquote className="bp-comment__quoted"><strong>{item.author.name || 'Anonymous'}</strong>{item.text}</blockquote>
      <TextareaControl __nextHasNoMarginBottom label="Your reply" rows={5} value={text} onChange={setText} />
    </DialogForm>
  );
}

export function Edit({ item, close, onDone }) {
  const [now, setNow] = useState({ author_name: item.author.name, author_email: item.author.email, author_url: item.author.url, content: item.content });
  const field = (name) => ({ value: now[name], onChange: (value) => setNow((old) => ({ ...old, [name]: value })) });
  const save = async () => {
    await apiFetch({ method: 'POST', path: `/wp/v2/comments/${item.id}`, data: now });
    onDone('The comment was changed.');
  };
  return (
    <DialogForm close={close} label="Save" isEmpty={!now.content.trim()} save={save}>
      <div className="bp-bulk__pair">
        <TextControl __next40pxDefaultSize __nextHasNoMarginBottom label="Name" {...field('author_name')} />
        <TextControl __next40pxDefaultSize __nextHasNoMarginBottom type="email" label="E-mail" {...field('author_email')} />
      </div>
      <TextControl __next40pxDefaultSize __nextHasNoMarginBottom type="url" label="Website" {...field('author_url')} />
      <TextareaControl __nextHasNoMarginBottom label="Comment" rows={7} {...field('content')} />
    </DialogForm>
  );
}
