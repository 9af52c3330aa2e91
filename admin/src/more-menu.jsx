// SPDX-License-Identifier: GPL-2.0-or-later
// The way from here to writing in Markdown.

import { PluginMoreMenuItem } from '@wordpress/editor';
import { registerPlugin } from '@wordpress/plugins';
import { Path, SVG } from '@wordpress/primitives';

const icon = <SVG xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24"><Path d="M3 6h18v12H3zm1.500 1.500v9h15v-9zm1.500 7.500V9h1.500l1.500 2 1.500-2H12v6h-1.500v-3.500L9 13.500l-1.500-2V15zm10.500 0-2.500-3h1.700V9h1.600v3H19z" /></SVG>;

registerPlugin('bucketpress-markdown', {
  render: () => <PluginMoreMenuItem icon={icon} href="post-new.php?format=markdown">New post in Markdown</PluginMoreMenuItem>,
});
