// SPDX-License-Identifier: GPL-2.0-or-later
// Files on their way to the library: several at once, each with its progress, its error and another try. They go on
// while other screens are looked at.

import { Button, Icon } from '@wordpress/components';
import { createContext, useContext, useEffect, useMemo, useRef, useState } from '@wordpress/element';
import { cancelCircleFilled, check, closeSmall } from '@wordpress/icons';
import { boot, nonce } from '../boot.js';
import { bytes } from './files.js';

const AT_ONCE = 3;
const QUEUE_MAX = 500;
const Uploads = createContext(null);
let last = 0;

export const useUploads = () => useContext(Uploads);

/** Sends one file; `fetch` cannot tell how far it is. */
function send(file, { onProgress, signal }) {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    const body = new FormData();
    body.append('file', file, file.name || 'file');
    request.open('POST', `${boot.root}wp/v2/media?context=edit`);
    request.setRequestHeader('X-WP-Nonce', nonce.nonce);
    request.setRequestHeader('Accept', 'application/json');
    request.responseType = 'json';
    request.upload.onprogress = (event) => { if (event.lengthComputable) onProgress(event.loaded / event.total); };
    request.onload = () => (request.status < 300 ? resolve(request.response) : reject(Object.assign(new Error(request.response?.message ?? `The server refused it (${request.status}).`), { code: request.response?.code })));
    request.onerror = () => reject(new Error('The connection broke.'));
    request.onabort = () => reject(new DOMException('', 'AbortError'));
    signal.addEventListener('abort', () => request.abort());
    request.send(body);
  });
}

async function upload(file, options) {
  if (file.size > boot.uploadBytesMax) throw new Error(`It is larger than ${bytes(boot.uploadBytesMax)}, the most this site takes.`);
  if (!file.size) throw new Error('It is empty, or a folder.');
  try {
    return await send(file, options);
  } catch (error) {
    if (error.code !== 'rest_cookie_invalid_nonce') throw error;
    nonce.nonce = await (await fetch(boot.nonceEndpoint)).text();
    return send(file, options);
  }
}

export function UploadsProvider({ children }) {
  const [queue, setQueue] = useState([]);
  const listeners = useRef(new Set());
  const controls = useRef(new Map());
  const change = (id, part) => setQueue((old) => old.map((entry) => (entry.id === id ? { ...entry, ...part } : entry)));

  const start = (entry) => {
    const control = new AbortController();
    controls.current.set(entry.id, control);
    change(entry.id, { state: 'sending', progress: 0 });
    upload(entry.file, { signal: control.signal, onProgress: (progress) => change(entry.id, { progress }) })
      .then((item) => {
        change(entry.id, { state: 'done', progress: 1, item });
        listeners.current.forEach((listener) => listener(item));
      }, (error) => {
        if (error.name === 'AbortError') setQueue((old) => old.filter(({ id }) => id !== entry.id));
        else change(entry.id, { state: 'failed', message: error.message });
      })
      .finally(() => controls.current.delete(entry.id));
  };

  useEffect(() => {
    const free = AT_ONCE - controls.current.size;
    queue.filter(({ state, id }) => state === 'waiting' && !controls.current.has(id)).slice(0, Math.max(free, 0)).forEach(start);
  }, [queue]);

  const isBusy = queue.some(({ state }) => state === 'sending' || state === 'waiting');
  useEffect(() => {
    if (!isBusy) return undefined;
    const ask = (event) => event.preventDefault();
    window.addEventListener('beforeunload', ask);
    return () => window.removeEventListener('beforeunload', ask);
  }, [isBusy]);

  const value = useMemo(() => ({
    add(files) {
      const entries = [...files].slice(0, QUEUE_MAX).map((file) => {
        last += 1;
        return { id: last, file, state: 'waiting', progress: 0 };
      });
      setQueue((old) => [...old.filter(({ state }) => state !== 'done'), ...entries]);
    },
    onUploaded(listener) {
      listeners.current.add(listener);
      return () => listeners.current.delete(listener);
    },
  }), []);

  return (
    <Uploads.Provider value={value}>
      {children}
      {queue.length > 0 && (
        <Queue
          queue={queue}
          onRetry={(id) => change(id, { state: 'waiting', message: null })}
          onCancel={(id) => {
            controls.current.get(id)?.abort();
            setQueue((old) => old.filter((entry) => entry.id !== id));
          }}
          onClose={() => setQueue((old) => old.filter(({ state }) => state === 'sending' || state === 'waiting'))}
        />
      )}
    </Uploads.Provider>
  );
}

function summary(queue) {
  const count = (wanted) => queue.filter(({ state }) => wanted.includes(state)).length;
  const open = count(['sending', 'waiting']);
  const failed = count(['failed']);
  if (open) return `Uploading ${open} of ${queue.length}`;
  const done = count(['done']);
  return [done && `${done} uploaded`, failed && `${failed} failed`].filter(Boolean).join(', ');
}

function Queue({ queue, onRetry, onCancel, onClose }) {
  const said = summary(queue);
  const isBusy = queue.some(({ state }) => state === 'sending' || state === 'waiting');
  return (
    <section className="bp-uploads" aria-label="Uploads">
      <div className="bp-uploads__head">
        <p role="status">{said}</p>
        {!isBusy && <Button size="small" icon={closeSmall} label="Close uploads" onClick={onClose} />}
      </div>
      <ul className="bp-uploads__list" tabIndex={0} aria-label="Files">
        {queue.map(({ id, file, state, progress, message }) => (
          <li key={id} className={`bp-uploads__file is-${state}`}>
            <div className="bp-uploads__name">
              <span title={file.name}>{file.name}</span>
              {state === 'failed' && <span className="bp-uploads__error">{message}</span>}
              {(state === 'sending' || state === 'waiting') && (
                <progress className="bp-uploads__bar" aria-label={file.name} max={1} value={state === 'waiting' ? 0 : progress} />
              )}
            </div>
            {state === 'done' && <Icon icon={check} size={20} />}
            {state === 'failed' && <Button size="small" variant="secondary" onClick={() => onRetry(id)}>Try again</Button>}
            {state !== 'done' && <Button size="small" icon={state === 'failed' ? closeSmall : cancelCircleFilled} label={`${state === 'failed' ? 'Dismiss' : 'Cancel'} ${file.name}`} onClick={() => onCancel(id)} />}
          </li>
        ))}
      </ul>
    </section>
  );
}

/** Files dropped anywhere in the window, or pasted. */
export function DropAnywhere() {
  const { add } = useUploads();
  const [isOver, setOver] = useState(false);
  useEffect(() => {
    let depth = 0;
    const hasFiles = (event) => [...(event.dataTransfer?.types ?? [])].includes('Files');
    const handlers = {
      dragenter: (event) => { if (hasFiles(event)) { event.preventDefault(); depth += 1; setOver(true); } },
      dragover: (event) => { if (hasFiles(event)) event.preventDefault(); },
      dragleave: (event) => { if (hasFiles(event)) { depth -= 1; if (depth <= 0) { depth = 0; setOver(false); } } },
      drop: (event) => {
        depth = 0;
        setOver(false);
        if (!hasFiles(event)) return;
        event.preventDefault();
        add(event.dataTransfer.files);
      },
      paste: (event) => {
        const { files } = event.clipboardData ?? {};
        if (files?.length && !event.target.closest?.('input, textarea')) add(files);
      },
    };
    Object.entries(handlers).forEach(([name, handler]) => window.addEventListener(name, handler));
    return () => Object.entries(handlers).forEach(([name, handler]) => window.removeEventListener(name, handler));
  }, [add]);
  return isOver ? <div className="bp-drop" role="presentation"><p>Drop files to upload</p></div> : null;
}

