// SPDX-License-Identifier: GPL-2.0-or-later
// Answering a comment, and changing one.

import apiFetch from '@wordpress/api-fetch';
import { Button, Notice, TextareaControl, TextControl } from '@wordpress/components';
import { useState } from '@wordpress/element';
import { reason } from '../api.js';

/** A form in a dialog: what it sends, and what is said when that failed. */
function Form({ close, label, isEmpty, save, children }) {
  const [busy, setBusy] = useState(false);
  const [refused, setRefused] = useState(null);
  const submit = async (event) => {
    event.preventDefault();
    if (busy || isEmpty) return;
    setBusy(true);
    setRefused(null);
    try {
      await save();
      close();
    } catch (error) {
      setRefused(await reason(error));
      setBusy(false);
    }
  };
  return (
    <form className="bp-bulk" onSubmit={submit}>
      {refused && <Notice status="error" isDismissible={false}>{refused}</Notice>}
      {children}
      <div className="bp-bulk__do">
        <Button __next40pxDefaultSize variant="tertiary" onClick={close}>Cancel</Button>
        <Button __next40pxDefaultSize type="submit" variant="primary" isBusy={busy} accessibleWhenDisabled disabled={isEmpty || busy}>{label}</Button>
      </div>
    </form>
  );
}

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
    <Form close={close} label={held ? 'Approve and reply' : 'Reply'} isEmpty={!text.trim()} save={save}>
      <blockquote className="bp-comment__quoted"><strong>{item.author.name || 'Anonymous'}</strong>{item.text}</blockquote>
      <TextareaControl __nextHasNoMarginBottom label="Your reply" rows={5} value={text} onChange={setText} />
    </Form>
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
    <Form close={close} label="Save" isEmpty={!now.content.trim()} save={save}>
      <div className="bp-bulk__pair">
        <TextControl __next40pxDefaultSize __nextHasNoMarginBottom label="Name" {...field('author_name')} />
        <TextControl __next40pxDefaultSize __nextHasNoMarginBottom type="email" label="E-mail" {...field('author_email')} />
      </div>
      <TextControl __next40pxDefaultSize __nextHasNoMarginBottom type="url" label="Website" {...field('author_url')} />
      <TextareaControl __nextHasNoMarginBottom label="Comment" rows={7} {...field('content')} />
    </Form>
  );
}
