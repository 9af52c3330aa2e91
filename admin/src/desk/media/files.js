// SPDX-License-Identifier: GPL-2.0-or-later
// Facts about files of the library.

import { decodeEntities } from '@wordpress/html-entities';

export const FIELDS = 'id,date,slug,status,title,author,alt_text,caption,description,media_type,mime_type,media_details,post,source_url,link';

export const KINDS = { image: 'Images', video: 'Videos', audio: 'Audio', application: 'Documents', text: 'Text' };

export const nameOf = (item) => decodeEntities(item.title?.raw ?? item.title?.rendered ?? '').trim() || item.slug || '(no title)';

export const fileOf = (item) => decodeURIComponent(item.source_url.split('/').pop() ?? '');

/** A size that fills a card without being the original. */
export function preview(item, wanted = 'medium') {
  const sizes = item.media_details?.sizes ?? {};
  return (sizes[wanted] ?? sizes.medium ?? sizes.thumbnail ?? sizes.full)?.source_url ?? item.source_url;
}

export const ending = (item) => (fileOf(item).split('.').pop() ?? '').slice(0, 5);

export function bytes(count) {
  if (!count) return null;
  if (count < 1000) return `${count} bytes`;
  const [unit, size] = count < 1_000_000 ? ['kB', 1000] : ['MB', 1_000_000];
  return `${(count / size).toLocaleString(undefined, { maximumFractionDigits: count / size < 10 ? 1 : 0 })} ${unit}`;
}

export function duration(seconds) {
  if (!seconds) return null;
  const parts = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, Math.floor(seconds) % 60];
  return parts.slice(parts[0] ? 0 : 1).map((part, at) => (at ? String(part).padStart(2, '0') : part)).join(':');
}
