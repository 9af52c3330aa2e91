// SPDX-License-Identifier: GPL-2.0-or-later
// The mark on the way back to the list, where a site has no icon of its own: a bucket with a page in it.

import { Path, SVG } from '@wordpress/primitives';
import { createElement } from '@wordpress/element';

export default createElement(
  SVG,
  { xmlns: 'http://www.w3.org/2000/svg', viewBox: '0 0 24 24' },
  createElement(Path, { d: 'M8 2h8v6H8zM9.5 3.5v1h5v-1zm0 2v1h3v-1zM4 9h16l-1.8 11.6A1.7 1.7 0 0 1 16.5 22h-9a1.7 1.7 0 0 1-1.7-1.4z' }),
);
