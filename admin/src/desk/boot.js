// SPDX-License-Identifier: GPL-2.0-or-later
// What the page brought along, as the desk looks at it.

import { boot } from '../start.js';

export { boot, nonce } from '../start.js';

/** Tags, where none is named. */
export const taxonomyOf = (name) => boot.taxonomies.find((taxonomy) => taxonomy.name === (name || 'post_tag'));
export const typeOf = (name) => boot.types.find((type) => type.name === name);
