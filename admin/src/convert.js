// SPDX-License-Identifier: GPL-2.0-or-later
// A post that is Markdown as a whole, opened in the editor of blocks: its blocks take the place of the text, and once
// they are saved it is a post of blocks.

import apiFetch from '@wordpress/api-fetch';
import { rawHandler, serialize } from '@wordpress/blocks';
import { dispatch, resolveSelect } from '@wordpress/data';

/** What is ours in the HTML of Markdown and would make a block out of the ordinary. */
const plain = (html) => {
  const { body } = new DOMParser().parseFromString(html, 'text/html');
  for (const heading of body.querySelectorAll('h1, h2, h3, h4, h5, h6')) heading.removeAttribute('id');
  for (const code of body.querySelectorAll('pre.wp-block-code')) {
    code.removeAttribute('class');
    const inner = code.querySelector('code');
    if (inner) inner.textContent = inner.textContent.replace(/\n$/, '');
  }
  for (const task of body.querySelectorAll('span.task')) task.replaceWith(task.textContent);
  return body.innerHTML;
};

export async function convertToBlocks(postType, postId) {
  const post = await resolveSelect('core').getEntityRecord('postType', postType, postId);
  const source = post.content.raw;
  const { rendered } = await apiFetch({ path: '/bucketpress/v1/markdown', method: 'POST', data: { source } });
  const blocks = rawHandler({ HTML: plain(rendered) });
  await dispatch('core').editEntityRecord('postType', postType, postId, { blocks, content: serialize(blocks), content_format: 'html' });
  dispatch('core/notices').createInfoNotice('This is your text in blocks. It stays Markdown until you save.', { isDismissible: true });
}
