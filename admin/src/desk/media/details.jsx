// SPDX-License-Identifier: GPL-2.0-or-later
// One file of the library: what it is, what is said of it, where it is used.

import apiFetch from '@wordpress/api-fetch';
import { Button, Modal, Notice, TextControl, TextareaControl } from '@wordpress/components';
import { useCopyToClipboard } from '@wordpress/compose';
import { useEffect, useRef, useState } from '@wordpress/element';
import { decodeEntities } from '@wordpress/html-entities';
import { chevronLeft, chevronRight } from '@wordpress/icons';
import { reason } from '../api.js';
import { moment } from '../dates.js';
import { editAddress } from '../location.js';
import { useNotify } from '../notices.jsx';
import { bytes, duration, ending, FIELDS, fileOf, nameOf, preview } from './files.js';

const TEXTS = ['alt_text', 'title', 'caption', 'description'];
const textOf = (item, name) => (name === 'alt_text' ? item.alt_text : item[name]?.raw) ?? '';
const textsOf = (item) => Object.fromEntries(TEXTS.map((name) => [name, textOf(item, name)]));

function Show({ item }) {
  const name = nameOf(item);
  if (item.media_type === 'image') return <img src={preview(item, 'large')} alt={item.alt_text || name} />;
  if (item.mime_type.startsWith('video/')) return <video src={item.source_url} controls preload="metadata" aria-label={name} />;
  if (item.mime_type.startsWith('audio/')) return <audio src={item.source_url} controls preload="metadata" aria-label={name} />;
  return <span className="bp-file" aria-hidden="true">{ending(item)}</span>;
}

function Facts({ item }) {
  const details = item.media_details ?? {};
  const [parent, setParent] = useState(null);
  useEffect(() => {
    setParent(null);
    if (!item.post) return undefined;
    let current = true;
    const find = async () => {
      for (const base of ['posts', 'pages']) {
        const found = await apiFetch({ path: `/wp/v2/${base}/${item.post}?context=edit&_fields=id,title` }).catch(() => null);
        if (found) return decodeEntities(found.title.raw) || '(no title)';
      }
      return `Post ${item.post}`;
    };
    find().then((title) => { if (current) setParent(title); });
    return () => { current = false; };
  }, [item.id, item.post]);
  const facts = [
    ['File', fileOf(item)],
    ['Type', item.mime_type],
    ['Uploaded', moment(item.date)],
    ['Size', bytes(details.filesize)],
    ['Dimensions', details.width ? `${details.width} × ${details.height} pixels` : null],
    ['Length', duration(details.length)],
    ['Attached to', item.post ? <a key="parent" href={editAddress(item.post)}>{parent ?? '…'}</a> : 'nothing'],
  ];
  return (
    <dl className="bp-facts">
      {facts.filter(([, value]) => value).map(([label, value]) => <div key={label}><dt>{label}</dt><dd>{value}</dd></div>)}
    </dl>
  );
}

function Copy({ url }) {
  const [copied, setCopied] = useState(false);
  const ref = useCopyToClipboard(url, () => setCopied(true));
  useEffect(() => setCopied(false), [url]);
  return (
    <div className="bp-copy">
      <TextControl __next40pxDefaultSize __nextHasNoMarginBottom label="File URL" readOnly value={url} onChange={() => {}} onFocus={(event) => event.target.select()} />
      <Button __next40pxDefaultSize variant="secondary" ref={ref}>{copied ? 'Copied' : 'Copy'}</Button>
      <span className="bp-hidden" role="status">{copied ? 'The URL is in the clipboard.' : ''}</span>
    </div>
  );
}

export function Details({ item, onClose, onSaved, onDelete, onStep, hasPrevious, hasNext }) {
  const notify = useNotify();
  const [texts, setTexts] = useState(() => textsOf(item));
  const [busy, setBusy] = useState(false);
  const [refused, setRefused] = useState(null);
  const [asking, setAsking] = useState(null);
  const saved = textsOf(item);
  const isDirty = TEXTS.some((name) => texts[name] !== saved[name]);
  const shown = useRef(item.id);
  if (shown.current !== item.id) {
    shown.current = item.id;
    setTexts(textsOf(item));
    setRefused(null);
  }
  const set = (name) => (value) => setTexts((old) => ({ ...old, [name]: value }));
  const leave = (then) => (isDirty ? setAsking(() => then) : then());

  const save = async (event) => {
    event?.preventDefault();
    if (!isDirty || busy) return;
    setBusy(true);
    setRefused(null);
    const changed = Object.fromEntries(TEXTS.filter((name) => texts[name] !== saved[name]).map((name) => [name, texts[name]]));
    try {
      const next = await apiFetch({ path: `/wp/v2/media/${item.id}?context=edit&_fields=${FIELDS}`, method: 'POST', data: changed });
      onSaved(next);
      notify('Saved.');
    } catch (error) {
      setRefused(await reason(error));
    }
    setBusy(false);
  };

  return (
    <Modal className="bp-details" title={nameOf(item)} size="fill" onRequestClose={() => leave(onClose)}>
      <div className="bp-details__body">
        <div className="bp-details__show"><Show item={item} /></div>
        <form className="bp-details__form" onSubmit={save}>
          {refused && <Notice status="error" isDismissible={false}>{refused}</Notice>}
          {item.media_type === 'image' && (
            <TextareaControl __nextHasNoMarginBottom rows={2} label="Alternative text" help="What the picture shows, for who does not see it. Empty if it only decorates." value={texts.alt_text} onChange={set('alt_text')} />
          )}
          <TextControl __next40pxDefaultSize __nextHasNoMarginBottom label="Title" value={texts.title} onChange={set('title')} />
          <TextareaControl __nextHasNoMarginBottom rows={2} label="Caption" value={texts.caption} onChange={set('caption')} />
          <TextareaControl __nextHasNoMarginBottom rows={3} label="Description" value={texts.description} onChange={set('description')} />
          <Copy url={item.source_url} />
          <Facts item={item} />
          <div className="bp-details__more">
            <a href={item.link} target="_blank" rel="noopener">View page</a>
            <a href={item.source_url} download>Download</a>
            <Button variant="link" isDestructive onClick={() => onDelete(item)}>Delete permanently</Button>
          </div>
        </form>
      </div>
      <div className="bp-details__do">
        <Button __next40pxDefaultSize icon={chevronLeft} label="Previous file" accessibleWhenDisabled disabled={!hasPrevious} onClick={() => leave(() => onStep(-1))} />
        <Button __next40pxDefaultSize icon={chevronRight} label="Next file" accessibleWhenDisabled disabled={!hasNext} onClick={() => leave(() => onStep(1))} />
        <span className="bp-details__gap" />
        <Button __next40pxDefaultSize variant="tertiary" onClick={() => leave(onClose)}>Close</Button>
        <Button __next40pxDefaultSize variant="primary" isBusy={busy} accessibleWhenDisabled disabled={!isDirty || busy} onClick={save}>Save</Button>
      </div>
      {asking && (
        <Modal title="Leave without saving?" size="small" onRequestClose={() => setAsking(null)}>
          <p>What you changed here is not saved.</p>
          <div className="bp-confirm__do">
            <Button __next40pxDefaultSize variant="tertiary" onClick={() => setAsking(null)}>Go on editing</Button>
            <Button __next40pxDefaultSize variant="primary" onClick={() => { setTexts(saved); setAsking(null); asking(); }}>Leave</Button>
          </div>
        </Modal>
      )}
    </Modal>
  );
}
