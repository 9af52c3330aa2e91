// SPDX-License-Identifier: GPL-2.0-or-later
// How many comments wait for approval: told by the page, then by each list of them.

import { useSyncExternalStore } from '@wordpress/element';
import { boot } from '../boot.js';

let held = boot.comments?.held ?? 0;
const listeners = new Set();

export function setHeld(count) {
  held = count;
  listeners.forEach((listener) => listener());
}

export const useHeld = () => useSyncExternalStore(
  (listener) => { listeners.add(listener); return () => listeners.delete(listener); },
  () => held,
);
