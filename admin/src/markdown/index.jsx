// SPDX-License-Identifier: GPL-2.0-or-later
// The editor of posts that are Markdown as a whole: title and source, what readers will see beside it, settings.

import apiFetch from '@wordpress/api-fetch';
import { Button, DropdownMenu, MenuGroup, MenuItem, Modal, NoticeList, Popover, SlotFillProvider, SnackbarList, Spinner } from '@wordpress/components';
import { useSelect } from '@wordpress/data';
import { createRoot, useEffect, useRef, useState } from '@wordpress/element';
import { decodeEntities } from '@wordpress/html-entities';
import { formatBold, formatItalic, formatListBullets, formatListNumbered, code, cog, headingLevel2, image, link, moreVertical, quote } from '@wordpress/icons';
import { store as noticesStore } from '@wordpress/notices';
import { Lock } from '../collab/lock.jsx';
import { notices } from '../collab/notices.js';
import { Together } from '../collab/together.jsx';
import mark from '../mark.js';
import { MediaPicker } from '../media-picker.jsx';
import '../spoken.js';
import { boot } from '../start.js';
import { Document, useDocument } from './document.js';
import { Preview } from './preview.jsx';
import { Settings } from './settings.jsx';
import { commands, startSource } from './source.js';

const post = new Document(boot);

const isMac = /Mac|iPhone|iPad/.test(navigator.platform);
const keys = (text) => (isMac ? text.replace('Ctrl', '⌘').replace('Shift', '⇧').replaceAll('+', '') : text);
const TOOLS = [
  ['bold', 'Bold', formatBold, 'Ctrl+B'],
  ['italic', 'Italic', formatItalic, 'Ctrl+I'],
  ['heading', 'Heading', headingLevel2, 'Ctrl+Alt+2'],
  ['link', 'Link', link, 'Ctrl+K'],
  ['quote', 'Quote', quote, 'Ctrl+Shift+.'],
  ['list', 'List', formatListBullets, 'Ctrl+Shift+8'],
  ['numbered', 'Numbered list', formatListNumbered, 'Ctrl+Shift+7'],
  ['code', 'Code', code, 'Ctrl+E'],
];

const stem = (name) => name.replace(/\.[^.]*$/, '').replaceAll(/[[\]_-]+/g, ' ').trim();
const picture = (file) => (file.mime_type.startsWith('image/')
  ? `![${(file.alt_text || file.alt || stem(decodeEntities(file.title?.raw ?? file.title ?? ''))).replaceAll(/[[\]]/g, '')}](${file.source_url ?? file.url})`
  : `[${decodeEntities(file.title?.raw ?? file.title ?? file.slug).replaceAll(/[[\]]/g, '')}](${file.source_url ?? file.url})`);

/** Uploads files and puts them where they were dropped; what stands there meanwhile says so. */
async function takeFiles(view, files, at) {
  let number = 0;
  for (const file of files) {
    number += 1;
    const sign = `![Uploading ${stem(file.name) || 'picture'} ${Date.now()}-${number}…]()`;
    const line = view.state.doc.lineAt(Math.min(at, view.state.doc.length));
    // A paragraph of its own, and not the last line of a list.
    const above = line.number > 1 && view.state.doc.line(line.number - 1).text.trim() ? '\n' : '';
    const insert = line.text.trim() ? `\n\n${sign}\n` : `${above}${sign}\n`;
    const where = line.text.trim() ? line.to : line.from;
    view.dispatch({ changes: { from: where, insert }, selection: { anchor: where + insert.length }, userEvent: 'input.drop' });
    const replace = (text) => {
      const found = view.state.doc.toString().indexOf(sign);
      if (found >= 0) view.dispatch({ changes: { from: found, to: found + sign.length, insert: text } });
    };
    try {
      if (file.size > boot.uploadBytesMax) throw new Error('The file is larger than this site takes.');
      const body = new FormData();
      body.append('file', file, file.name || 'picture.png');
      body.append('post', boot.postId);
      replace(picture(await apiFetch({ path: '/wp/v2/media', method: 'POST', body })));
    } catch (error) {
      replace('');
      notices().createErrorNotice(`${file.name || 'The file'} was not uploaded: ${error.message}`);
    }
  }
}

function Top({ panel, setPanel, mode, setMode, onConvert }) {
  const { saved, changed, busy, edits } = useDocument(post);
  const live = ['publish', 'future', 'private'].includes(saved.status);
  const mayPublish = Boolean(saved._links?.['wp:action-publish']);
  const scheduled = new Date(post.edited('date')) > new Date() && Boolean(edits.date ?? (saved.status === 'future'));
  const publish = mayPublish ? (scheduled ? 'Schedule' : 'Publish') : 'Submit for review';
  const state = busy ? 'Saving…' : (changed ? 'Not saved' : (boot.isNew && saved.status === 'auto-draft' ? '' : 'Saved'));
  const view = async () => {
    const { link: url } = changed ? (await post.save()) ?? saved : saved;
    window.open(live ? url : `${url}${url.includes('?') ? '&' : '?'}preview=true`, '_blank', 'noopener');
  };
  return (
    <header className="md-top">
      <a className="md-back" href={boot.listUrl} aria-label="Back to the list">
        {boot.icon ? <img src={boot.icon} alt="" width="36" height="36" /> : mark}
      </a>
      <h1 className="screen-reader-text">{post.edited('title') || 'New post'}</h1>
      <div className="md-modes" role="group" aria-label="Show">
        {[['write', 'Write'], ['split', 'Both'], ['read', 'Preview']].map(([name, label]) => (
          <button key={name} type="button" className={`md-mode md-mode-${name}`} aria-pressed={mode === name} onClick={() => setMode(name)}>{label}</button>
        ))}
      </div>
      <span className="md-state" role="status">{state}</span>
      {!live && <Button variant="tertiary" disabled={busy || !changed} accessibleWhenDisabled onClick={() => post.send({ status: saved.status === 'auto-draft' ? 'draft' : post.edited('status') })}>Save draft</Button>}
      <Button variant="tertiary" className="md-view" onClick={view}>{live ? 'View' : 'Preview in new tab'}</Button>
      {live
        ? <Button variant="primary" disabled={busy || !changed} accessibleWhenDisabled onClick={() => post.save()}>Save</Button>
        : <Button variant="primary" disabled={busy} accessibleWhenDisabled onClick={() => post.publish(mayPublish, scheduled)}>{publish}</Button>}
      <Button icon={cog} label="Settings" isPressed={panel} aria-expanded={panel} onClick={() => setPanel(!panel)} />
      <DropdownMenu icon={moreVertical} label="More" popoverProps={{ placement: 'bottom-end' }}>
        {({ onClose }) => (
          <MenuGroup>
            <MenuItem onClick={() => { onClose(); onConvert(); }}>Convert to blocks…</MenuItem>
            {saved.status !== 'auto-draft' && <MenuItem isDestructive onClick={() => { onClose(); post.trash(); }}>Move to trash</MenuItem>}
          </MenuGroup>
        )}
      </DropdownMenu>
      <Popover.Slot />
    </header>
  );
}

/** What the writer is told: above the text, or in passing. */
function Notices() {
  const all = useSelect((select) => select(noticesStore).getNotices(), []);
  const of = (kind) => all.filter(({ type }) => type === kind);
  const remove = (id) => notices().removeNotice(id);
  return (
    <div className="md-notices">
      <NoticeList notices={of('default')} onRemove={remove} />
      <SnackbarList notices={of('snackbar')} onRemove={remove} className="md-snackbars" />
    </div>
  );
}

function Convert({ onClose }) {
  const [busy, setBusy] = useState(false);
  const go = async () => {
    setBusy(true);
    if ((post.isDirty() || post.isNew()) && !await post.save()) return onClose();
    post.leave();
    window.location.assign(boot.blocksUrl);
    return undefined;
  };
  return (
    <Modal title="Convert to blocks?" onRequestClose={onClose} size="small">
      <p>The post opens in the editor of blocks. Once you save it there it stays in blocks; the Markdown remains among its revisions.</p>
      <div className="bp-buttons">
        <Button variant="tertiary" onClick={onClose}>Cancel</Button>
        <Button variant="primary" isBusy={busy} onClick={go}>Convert</Button>
      </div>
    </Modal>
  );
}

function Editor() {
  const { busy, edits } = useDocument(post);
  const [panel, setPanel] = useState(() => window.innerWidth > 1100);
  const [mode, setMode] = useState(() => (window.innerWidth < 782 ? 'write' : 'split'));
  const [converting, setConverting] = useState(false);
  const holder = useRef();
  const view = useRef();
  const preview = useRef();
  const saver = useRef();
  useEffect(() => {
    view.current = startSource({
      parent: holder.current,
      text: post.edited('content'),
      onChange: (text) => post.edit({ content: text }),
      onSave: () => post.save(),
      files: (files, at) => takeFiles(view.current, files, at),
    });
    const scroller = view.current.scrollDOM;
    const follow = () => preview.current?.(scroller.scrollTop / Math.max(1, scroller.scrollHeight - scroller.clientHeight));
    scroller.addEventListener('scroll', follow, { passive: true });
    const keysOfPage = (event) => {
      if (!(event.ctrlKey || event.metaKey) || event.key.toLowerCase() !== 's') return;
      event.preventDefault();
      post.save();
    };
    document.addEventListener('keydown', keysOfPage);
    return () => { document.removeEventListener('keydown', keysOfPage); view.current.destroy(); };
  }, []);
  // Text that came from elsewhere: a copy that was restored, another's version that was taken.
  const content = post.edited('content');
  useEffect(() => {
    const { state } = view.current;
    if (state.doc.toString() !== content) view.current.dispatch({ changes: { from: 0, to: state.doc.length, insert: content } });
  }, [content]);
  useEffect(() => { document.title = `${post.edited('title') || 'New post'} – Markdown`; });

  const put = (files) => [].concat(files).filter(Boolean).forEach((file) => {
    const { from, to } = view.current.state.selection.main;
    const insert = picture({ ...file, mime_type: file.mime ?? file.mime_type });
    view.current.dispatch({ changes: { from, to, insert }, selection: { anchor: from + insert.length }, userEvent: 'input' });
    view.current.focus();
  });

  return (
    <div className={`md-page md-show-${mode}${panel ? ' md-has-panel' : ''}`}>
      <Top panel={panel} setPanel={setPanel} mode={mode} setMode={setMode} onConvert={() => setConverting(true)} />
      <Notices />
      <main className="md-main">
        <section className="md-write" aria-label="Write">
          <textarea
            className="md-title"
            rows={1}
            aria-label="Add title"
            placeholder="Add title"
            value={post.edited('title')}
            onChange={(event) => post.edit({ title: event.target.value.replaceAll('\n', ' ') })}
            onKeyDown={(event) => { if (event.key === 'Enter') { event.preventDefault(); view.current.focus(); } }}
          />
          <div className="md-tools" role="toolbar" aria-label="Format">
            {TOOLS.map(([name, label, icon, shortcut]) => (
              <Button key={name} size="compact" icon={icon} label={label} shortcut={keys(shortcut)} onClick={() => commands[name](view.current)} />
            ))}
            <MediaPicker
              title="Insert a picture or file"
              multiple
              onSelect={put}
              render={({ open }) => <Button size="compact" icon={image} label="Picture" onClick={open} />}
            />
          </div>
          <div className="md-source" ref={holder} />
        </section>
        <Preview boot={boot} title={post.edited('title')} source={content} hidden={mode === 'write'} scrollTo={preview} />
        {panel && <Settings boot={boot} post={{ ...post.state, edited: (name) => post.edited(name), edit: (changes) => post.edit(changes) }} onClose={() => setPanel(false)} />}
      </main>
      <Together boot={boot} desk={post} saver={saver} />
      <Lock boot={boot} desk={post} listUrl={boot.listUrl} flush={() => saver.current?.flush()} />
      {converting && <Convert onClose={() => setConverting(false)} />}
      {busy && <span className="md-busy" aria-hidden><Spinner /></span>}
    </div>
  );
}

createRoot(document.getElementById('markdown')).render(<SlotFillProvider><Editor /></SlotFillProvider>);
