// SPDX-License-Identifier: GPL-2.0-or-later
// Blocks that only make sense where a site's templates are made of blocks, or that would ask other hosts: they stay
// known, so that content that has them stays whole, but nobody is offered them. docs/blocks.md says which and why.

import { addFilter } from '@wordpress/hooks';

export const NOT_OFFERED = [
  'core/avatar',
  'core/comments', 'core/comments-title', 'core/comment-template', 'core/comment-author-name', 'core/comment-content', 'core/comment-date',
  'core/comment-edit-link', 'core/comment-reply-link', 'core/comments-pagination', 'core/comments-pagination-next',
  'core/comments-pagination-numbers', 'core/comments-pagination-previous', 'core/post-comments-form',
  'core/post-content', 'core/query-title', 'core/template-part', 'core/term-description',
];

const without = (inner = []) => inner.filter(([name]) => !NOT_OFFERED.includes(name)).map(([name, attributes, blocks]) => [name, attributes, blocks && without(blocks)]);

addFilter('blocks.registerBlockType', 'bucketpress/offered', (settings, name) => {
  if (NOT_OFFERED.includes(name)) return { ...settings, supports: { ...settings.supports, inserter: false } };
  // A new loop may bring along what is not offered.
  if (name === 'core/query' && Array.isArray(settings.variations)) {
    return { ...settings, variations: settings.variations.map((variation) => ({ ...variation, ...(variation.innerBlocks && { innerBlocks: without(variation.innerBlocks) }) })) };
  }
  return settings;
});
