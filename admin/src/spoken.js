// SPDX-License-Identifier: GPL-2.0-or-later
// What is spoken to screen readers lies in a place of its own on the page, a landmark like the others.

import { setup } from '@wordpress/a11y';

const spoken = document.createElement('section');
spoken.setAttribute('aria-label', 'Messages');
document.body.append(spoken);
setup();
spoken.append(...document.querySelectorAll('[id^=a11y-speak-]'));
