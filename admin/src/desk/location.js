// SPDX-License-Identifier: GPL-2.0-or-later
// Which screen an address stands for. Addresses are WordPress's, so that links from elsewhere lead here too.

import { useSyncExternalStore } from '@wordpress/element';
import { boot, taxonomyOf, typeOf } from './boot.js';

const SCREENS = {
  '/wp-admin/': 'posts',
  '/wp-admin': 'posts',
  '/wp-admin/index.php': 'posts',
  '/wp-admin/edit.php': 'posts',
  '/wp-admin/edit-comments.php': 'comments',
  '/wp-admin/edit-tags.php': 'terms',
  '/wp-admin/upload.php': 'media',
  '/wp-admin/profile.php': 'profile',
};

function read(url) {
  const screen = SCREENS[url.pathname];
  const params = Object.fromEntries(url.searchParams);
  const postType = screen === 'posts' ? params.post_type || 'post' : null;
  // A type this page was not told of needs a page of its own.
  const here = screen && (screen !== 'posts' || typeOf(postType)?.may.edit) && (screen !== 'media' || boot.may.upload) && (screen !== 'comments' || boot.comments) && (screen !== 'terms' || taxonomyOf(params.taxonomy));
  return { screen: here ? screen : null, postType, params, href: url.pathname + url.search };
}

let current = read(new URL(window.location.href));
if (!current.screen) current = { ...current, screen: boot.screen, postType: boot.postType };
const listeners = new Set();
let leave = null;

function move(next) {
  current = next;
  listeners.forEach((listener) => listener());
}

window.addEventListener('popstate', () => {
  const next = read(new URL(window.location.href));
  if (next.screen) move(next);
  else window.location.reload();
});

/** Goes to an address: within this page if it is one of its screens. */
export function go(href, { replace = false } = {}) {
  const url = new URL(href, window.location.href);
  const next = url.origin === window.location.origin ? read(url) : { screen: null };
  if (leave && !replace && !leave(next)) return;
  if (!next.screen) {
    window.location.assign(href);
    return;
  }
  window.history[replace ? 'replaceState' : 'pushState'](null, '', next.href);
  move(next);
}

/** Asks before the screen is left, while `question` says so. */
export function guardLeaving(question) {
  leave = question;
}

/** Links to screens do not load a page anew. */
document.addEventListener('click', (event) => {
  const link = event.target.closest?.('a[href]');
  if (!link || event.defaultPrevented || event.button || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
  if (link.target || link.hasAttribute('download') || link.getAttribute('href').startsWith('#')) return;
  const url = new URL(link.href);
  if (url.origin !== window.location.origin || !read(url).screen) return;
  event.preventDefault();
  go(link.href);
});

export const useLocation = () => useSyncExternalStore(
  (listener) => { listeners.add(listener); return () => listeners.delete(listener); },
  () => current,
);

/** An address with those parameters that say something. */
export function address(path, params) {
  const query = new URLSearchParams(Object.entries(params).filter(([, value]) => value !== undefined && value !== null && value !== ''));
  const text = query.toString().replaceAll('%2C', ',');
  return text ? `${path}?${text}` : path;
}

export const listAddress = (postType, params = {}) => address('/wp-admin/edit.php', { post_type: postType === 'post' ? '' : postType, ...params });
export const editAddress = (id) => `/wp-admin/post.php?post=${id}&action=edit`;
export const termsAddress = (taxonomy, params = {}) => address('/wp-admin/edit-tags.php', { taxonomy, ...params });
export const commentsAddress = (post) => address('/wp-admin/edit-comments.php', { p: post });
export const newAddress = (postType, format) => address('/wp-admin/post-new.php', { post_type: postType, format });
