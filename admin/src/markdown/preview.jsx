// SPDX-License-Identifier: GPL-2.0-or-later
// What readers will see, rendered by the server with every pause in typing, in the theme's own styles.

import apiFetch from '@wordpress/api-fetch';
import { useEffect, useRef, useState } from '@wordpress/element';
import { themeElements } from '../scheme.js';

const PAUSE_MS = 200;

// No script runs in it, whatever the text holds.
const page = (styles) => `<!doctype html><html lang="en"><head><meta charset="utf-8"><base target="_blank">${styles}<style>body{min-height:0;padding:2.5rem var(--gutter,1.5rem) 6rem}</style></head><body><main class="site-main"><article class="entry"><header class="entry-header"><h1 class="entry-title"></h1></header><div class="entry-content"></div></article></main></body></html>`;

export function Preview({ boot, title, source, hidden, scrollTo }) {
  const frame = useRef();
  const [document_, setDocument] = useState(null);
  const [ready, setReady] = useState(false);
  const [html, setHtml] = useState('');
  const [failed, setFailed] = useState(null);
  useEffect(() => { themeElements(boot.themeStyles).then((styles) => setDocument(page(styles))); }, []);
  useEffect(() => {
    if (hidden) return undefined;
    let dropped = false;
    const timer = setTimeout(async () => {
      try {
        const { rendered } = source.trim() ? await apiFetch({ path: '/bucketpress/v1/markdown', method: 'POST', data: { source } }) : { rendered: '' };
        if (!dropped) { setHtml(rendered); setFailed(null); }
      } catch (error) {
        if (!dropped) setFailed(error.message ?? 'The server does not answer.');
      }
    }, PAUSE_MS);
    return () => { dropped = true; clearTimeout(timer); };
  }, [source, hidden]);
  useEffect(() => {
    const inside = frame.current?.contentDocument;
    if (!ready || !inside) return;
    inside.querySelector('.entry-content').innerHTML = html;
  }, [html, ready]);
  useEffect(() => {
    const inside = frame.current?.contentDocument;
    if (ready && inside) inside.querySelector('.entry-title').textContent = title;
  }, [title, ready]);
  scrollTo.current = (part) => {
    const root = frame.current?.contentDocument?.scrollingElement;
    if (root) root.scrollTop = part * (root.scrollHeight - root.clientHeight);
  };
  return (
    <section className="md-preview" aria-label="Preview" hidden={hidden}>
      {failed && <p className="md-stale" role="status">{`The preview is not up to date: ${failed}`}</p>}
      {/* A document of this site, so that it can be filled; without scripts. */}
      {document_ && <iframe ref={frame} title="What readers will see" sandbox="allow-same-origin allow-popups" srcDoc={document_} onLoad={() => setReady(true)} />}
    </section>
  );
}
