// SPDX-License-Identifier: GPL-2.0-or-later
// What the canvas looks like: the theme's own styles for text, so that writing looks like reading.

import { inScheme, rebased } from './scheme.js';

// Blocks say in classes how their inner blocks lie; these give the classes their meaning where the theme does not.
const LAYOUT = `
:where(.is-layout-flex) { display: flex; flex-wrap: wrap; align-items: center; gap: .75em; }
:where(.is-layout-flex > :is(*, div)) { margin: 0; }
:where(.is-layout-flex.is-vertical) { flex-direction: column; align-items: flex-start; }
:where(.is-layout-flex.is-nowrap) { flex-wrap: nowrap; }
:where(.is-layout-grid) { display: grid; gap: .75em; }
:where(.is-layout-grid > :is(*, div)) { margin: 0; }
:where(.is-content-justification-center) { justify-content: center; }
:where(.is-content-justification-right) { justify-content: flex-end; }
:where(.is-content-justification-space-between) { justify-content: space-between; }
:where(.wp-block-columns.is-layout-flex) { align-items: initial; }
`;

// The frame's body is no page of the site: one column, the title above the text, room to click below it.
const FRAME = `
body { display: block; min-height: 0; padding: 2.5rem var(--gutter, 1.5rem) 0; }
.is-root-container { width: min(100%, var(--measure, 40rem)); margin-inline: auto; }
.editor-visual-editor__post-title-wrapper { width: min(100%, 50rem); margin: 0 auto 1.75rem; }
.block-editor-block-list__block:is(.wp-block-archives, .wp-block-categories, .wp-block-latest-comments, .wp-block-latest-posts, .wp-block-rss):not(ul, ol) { padding: 0; margin-block-end: 0; list-style: none; }
.block-editor-block-list__block:not(ul, ol) > div > ul:is(.wp-block-archives, .wp-block-categories, .wp-block-latest-posts, .wp-block-rss) { margin: 0; }
.wp-block-file__content-wrapper { display: contents; }
.block-editor-block-list__block.wp-block-file { justify-content: flex-start; }
.components-resizable-box__container > div, .components-drop-zone { margin: 0 !important; }
.wp-block-file__button-richtext-wrapper { margin: 0; }
.wp-block-media-text__media :is(img, video) { display: block; }
.wp-social-link .wp-block-social-link-anchor svg { display: none; }
.wp-social-link .wp-block-social-link-anchor .wp-block-social-link-label { position: static; width: auto; height: auto; clip-path: none; clip: auto; margin: 0; overflow: visible; }
.wp-social-link button.wp-block-social-link-anchor { background: none; color: inherit; }
.is-root-container :is(.wp-block-post-excerpt__more-link, .wp-block-post-navigation-link a, .wp-block-pages-list__item__link):not(.wp-block-navigation *), .is-root-container a.wp-block-read-more { text-decoration-line: underline; }
.wp-block-post-navigation-link [data-rich-text-placeholder]::after { opacity: 1; }
.wp-block-post-excerpt:not(.is-selected) p:has(> .wp-block-post-excerpt__more-link [data-rich-text-placeholder]) { display: none; }
.wp-block-query:has(> [data-type="core/query-no-results"]) > p[data-type="core/post-template"] { display: none; }
.block-editor-block-preview__live-content > svg + .block-editor-block-list__block { margin-block-start: 0 !important; }
.block-editor-block-list__block.wp-block-navigation { display: block; }
.wp-block-navigation-item > .block-editor-block-list__layout:not(.wp-block-navigation__submenu-container) { margin: 0; }
.wp-block-search__inside-wrapper > div:has(> .components-resizable-box__handle) { display: contents; }
.wp-block-search__button { border: 1px solid transparent; }
.wp-block-search:not(.is-selected) .wp-block-search__input::placeholder { color: transparent; }
.wp-block-site-logo .components-resizable-box__container img { width: 100%; }
.components-sandbox { display: block; width: 100%; border: 0; }
[contenteditable]:focus-visible, .block-editor-block-list__block:focus-visible { outline: none; }
`;

/** The theme's style sheet with the names its page has for title and text turned into the canvas's. */
export function forCanvas(css) {
  return css
    // Fields and buttons of the editor itself also lie in the canvas.
    .replaceAll(/(^|[\s,>+~(}])(button|input|textarea|select)(?=[\s,:{.[)])/g, '$1$2:where(:not([class*="components-"], [class*="block-editor-"], [class*="wp-block-social-link"]))')
    // What is a link on the page is a field for its text here.
    .replaceAll(/(\.wp-block-button[\w.-]*) > a\b/g, '$1 > .wp-block-button__link')
    .replaceAll('.entry-content', '.is-root-container')
    .replaceAll('.entry-title', '.editor-post-title');
}

/** Styles of the canvas, as the editor's settings want them. A theme that cannot be fetched is no reason not to write. */
export async function canvasStyles(urls) {
  const fetched = await Promise.all(urls.map(async (url) => {
    const answer = await fetch(url).catch(() => null);
    // Without a `baseURL` the editor takes them as they are: to rewrite them it would parse them all.
    return answer?.ok ? [{ css: inScheme(forCanvas(rebased(await answer.text(), url))) }] : [];
  }));
  return [{ css: LAYOUT }, ...fetched.flat(), { css: FRAME }];
}
