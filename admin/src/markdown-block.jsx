// SPDX-License-Identifier: GPL-2.0-or-later
// A block written in Markdown, stored as Jetpack stores its own: source in the comment, HTML between the comments.
// The server renders it while it is written; readers get the HTML.

import apiFetch from '@wordpress/api-fetch';
import { BlockControls, PlainText, useBlockProps } from '@wordpress/block-editor';
import { createBlock, registerBlockType } from '@wordpress/blocks';
import { ToolbarButton, ToolbarGroup } from '@wordpress/components';
import { useMergeRefs } from '@wordpress/compose';
import { useDispatch } from '@wordpress/data';
import { RawHTML, useEffect, useRef, useState } from '@wordpress/element';
import { Path, SVG } from '@wordpress/primitives';

export const NAME = 'jetpack/markdown';
const CLASS = 'wp-block-jetpack-markdown';
const PAUSE_MS = 250;
const AGAIN_MS = 3_000;

const icon = <SVG xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24"><Path d="M3 6h18v12H3zm1.5 1.5v9h15v-9zm1.5 7.500V9h1.500l1.500 2 1.500-2H12v6h-1.500v-3.500L9 13.500l-1.500-2V15zm10.500 0-2.500-3h1.700V9h1.600v3H19z" /></SVG>;

/** Rendered HTML that cannot run: it is shown within the editor's own document. */
function Shown({ html, block = {} }) {
  const holder = useRef();
  const own = useMergeRefs([holder, block.ref]);
  useEffect(() => {
    const inert = new DOMParser().parseFromString(html, 'text/html');
    holder.current.replaceChildren(...[...inert.body.childNodes].map((node) => holder.current.ownerDocument.importNode(node, true)));
  }, [html]);
  // Links lead away from what is not saved yet.
  return <div {...block} ref={own} onClickCapture={(event) => { if (event.target.closest('a')) event.preventDefault(); }} />;
}

function Edit({ attributes: { source, html }, setAttributes, isSelected, clientId }) {
  const [preview, setPreview] = useState(false);
  const [failed, setFailed] = useState(null);
  const rendered = useRef(html ? source : '');
  const { lockPostSaving, unlockPostSaving, lockPostAutosaving, unlockPostAutosaving } = useDispatch('core/editor');
  const { __unstableMarkNextChangeAsNotPersistent: partOfLastChange } = useDispatch('core/block-editor');
  // Source and HTML must not be stored apart: nothing is saved while the HTML is on its way.
  useEffect(() => {
    if (source === rendered.current) return undefined;
    const lock = `markdown-${clientId}`;
    let dropped = false;
    let timer;
    lockPostSaving(lock);
    lockPostAutosaving(lock);
    const render = async () => {
      try {
        const answer = source.trim() ? await apiFetch({ path: '/bucketpress/v1/markdown', method: 'POST', data: { source, as: 'block' } }) : { rendered: '' };
        if (dropped) return;
        rendered.current = source;
        partOfLastChange();
        setAttributes({ html: answer.rendered.trim() });
        setFailed(null);
        unlockPostSaving(lock);
        unlockPostAutosaving(lock);
      } catch (error) {
        if (dropped) return;
        setFailed(error.message ?? 'The server does not answer.');
        timer = setTimeout(render, AGAIN_MS);
      }
    };
    timer = setTimeout(render, PAUSE_MS);
    return () => { dropped = true; clearTimeout(timer); unlockPostSaving(lock); unlockPostAutosaving(lock); };
  }, [source]);
  const writing = (isSelected && !preview) || !source || failed;
  const block = useBlockProps();
  const tools = (
    <BlockControls>
      <ToolbarGroup>
        <ToolbarButton isPressed={!preview} onClick={() => setPreview(false)}>Markdown</ToolbarButton>
        <ToolbarButton isPressed={preview} onClick={() => setPreview(true)}>Preview</ToolbarButton>
      </ToolbarGroup>
    </BlockControls>
  );
  // As readers get it: nothing between the block and its text.
  if (!writing) return <>{tools}<Shown key="shown" html={html} block={block} /></>;
  return (
    <div key="writing" {...block}>
      {tools}
      <PlainText
        className="bp-markdown-source"
        aria-label="Markdown"
        placeholder="Write *Markdown*…"
        value={source}
        onChange={(text) => setAttributes({ source: text })}
      />
      {failed && <p className="bp-markdown-failed" role="status">{`Not rendered yet, and not saved until it is: ${failed}`}</p>}
      {source && <div className="bp-markdown-beside"><Shown html={html} /></div>}
    </div>
  );
}

export function registerMarkdown() {
  registerBlockType(NAME, {
    apiVersion: 3,
    title: 'Markdown',
    description: 'Text in Markdown: headings, lists, tables, code.',
    category: 'text',
    keywords: ['md', 'commonmark', 'text'],
    icon,
    attributes: {
      source: { type: 'string', default: '' },
      html: { type: 'string', source: 'html', selector: `.${CLASS}`, default: '' },
    },
    supports: { html: false, anchor: false, customClassName: true },
    example: { attributes: { source: '## Tides\n\nHigh at *six*.', html: '<h2>Tides</h2><p>High at <em>six</em>.</p>' } },
    transforms: {
      from: [{
        type: 'block',
        blocks: ['core/paragraph'],
        transform: ({ content }) => createBlock(NAME, { source: String(content?.toPlainText?.() ?? content ?? '') }),
      }],
      to: [{ type: 'block', blocks: ['core/html'], transform: ({ html }) => createBlock('core/html', { content: html }) }],
    },
    edit: Edit,
    save: ({ attributes: { html } }) => <div {...useBlockProps.save()}><RawHTML>{html}</RawHTML></div>,
  });
}
