// SPDX-License-Identifier: GPL-2.0-or-later
// A piece of content as readers would see it, or as it is stored.

import { autop } from '@wordpress/autop';
import { safeHTML } from '@wordpress/dom';
import { useEffect, useRef } from '@wordpress/element';
import { inScheme } from '../scheme.js';
import { attributes, html, label } from './blocks.js';

/** Marks, and what keeps a piece within its place whatever styles it brings. */
const MARKS = `
:host { display: block; contain: content; }
.bp-page { display: block; background: none; min-height: 0; padding: 0; margin: 0; overflow-wrap: anywhere; font-size: 1rem; }
.bp-page > :is(*, .entry-content) { margin: 0; padding: 0; max-width: none; width: auto; }
.bp-page .entry-content > * { margin-block: 0; margin-inline: 0; max-width: 100%; width: auto; float: none; }
.bp-page .entry-content > * + * { margin-block-start: .75em; }
img, video { max-width: 100%; height: auto; }
ins, ins * { text-decoration: none; }
ins { background: var(--bp-added, #c9f2d0); color: inherit; border-radius: 2px; box-shadow: 0 0 0 1px var(--bp-added, #c9f2d0); }
del { background: var(--bp-removed, #ffd9d6); color: inherit; border-radius: 2px; text-decoration: var(--bp-strike, line-through) 1px; }
ins:has(> img), del:has(> img) { display: inline-block; padding: 4px; }
.bp-live { padding: .75em 1em; border: 1px dashed currentcolor; border-radius: 4px; font: 13px/1.4 system-ui, sans-serif; opacity: .75; }
`;

let sheets;

/** The theme's styles as those of a piece, fetched once for all pieces. */
function themeSheets(urls) {
  sheets ??= (async () => {
    const marks = new CSSStyleSheet();
    marks.replaceSync(MARKS);
    const theme = await Promise.all(urls.map(async (url) => {
      const answer = await fetch(url).catch(() => null);
      if (!answer?.ok) return null;
      const sheet = new CSSStyleSheet({ baseURL: new URL(url, document.baseURI).href });
      const css = (await answer.text()).replaceAll(':root', ':host').replaceAll(/(^|[\s,}>])(?:html|body)(?=[\s,{.:])/g, '$1.bp-page');
      sheet.replaceSync(inScheme(css));
      return sheet;
    }));
    return [...theme.filter(Boolean), marks];
  })();
  return sheets;
}

/** Where the styles are that pieces wear here. */
export const look = { styles: [] };

/** HTML of content pieces. What the server makes when it is read is named instead. */
export function shown(pieces) {
  return pieces.map(({ name, text }) => {
    const inner = html(text);
    if (inner) return name ? inner : autop(inner);
    if (!name) return '';
    const about = attributes(text);
    const what = about.url ?? about.slug ?? about.ref;
    return `<p class="bp-live">${label(name)}${what ? `: ${String(what).replaceAll('&', '&amp;').replaceAll('<', '&lt;')}` : ''}</p>`;
  }).join('\n');
}

export function Visual({ html: content }) {
  const host = useRef();
  useEffect(() => {
    const root = host.current.shadowRoot ?? host.current.attachShadow({ mode: 'open' });
    let gone = false;
    themeSheets(look.styles).then((ready) => {
      if (!gone) root.adoptedStyleSheets = ready;
    });
    // Without scripts and handlers: whoever wrote this may do less than whoever looks at it.
    root.innerHTML = `<div class="bp-page"><div class="entry-content">${safeHTML(content)}</div></div>`;
    root.querySelectorAll('a').forEach((link) => { link.tabIndex = -1; link.removeAttribute('href'); });
    root.querySelectorAll('iframe, object, embed, form, input, button, textarea, select, style, link').forEach((node) => node.remove());
    return () => { gone = true; };
  }, [content]);
  return <div ref={host} className="bp-visual" />;
}

export function Source({ html: content }) {
  return <pre className="bp-source" dangerouslySetInnerHTML={{ __html: content }} />;
}
