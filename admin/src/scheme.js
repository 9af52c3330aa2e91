// SPDX-License-Identifier: GPL-2.0-or-later
// Light, dark, or as the device: what a user has chosen for the desk holds for the theme's styles beside it too.

import { boot } from './start.js';

/** A style sheet of the theme as it looks in the chosen scheme, whatever the device prefers. */
export function inScheme(css, scheme = boot.scheme) {
  if (scheme !== 'light' && scheme !== 'dark') return css;
  return css
    .replaceAll(/\(\s*prefers-color-scheme:\s*(dark|light)\s*\)/g, (_, named) => (named === scheme ? '(width >= 0)' : '(width < 0)'))
    .replaceAll(/color-scheme:\s*light dark/g, `color-scheme: ${scheme}`);
}

/** A style sheet that names what lies beside it by whole addresses, so that it can stand anywhere. */
export function rebased(css, url) {
  const base = new URL(url, document.baseURI);
  return css.replaceAll(/url\(\s*(['"]?)(?!['"]|data:|#)([^)'"]+)\1\s*\)/g, (_, quote, path) => `url("${new URL(path, base).href}")`);
}

/** The theme's styles as elements of a page that is made here. */
export async function themeElements(urls) {
  const escaped = (text) => text.replaceAll('&', '&amp;').replaceAll('"', '&quot;');
  if (boot.scheme === 'auto') return urls.map((url) => `<link rel="stylesheet" href="${escaped(url)}">`).join('');
  const sheets = await Promise.all(urls.map(async (url) => {
    const answer = await fetch(url).catch(() => null);
    if (!answer?.ok) return '';
    const css = rebased(await answer.text(), url);
    return `<style>${inScheme(css).replaceAll('</', '<\\/')}</style>`;
  }));
  return sheets.join('');
}
