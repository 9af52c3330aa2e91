// SPDX-License-Identifier: GPL-2.0-or-later
// Filters that were added and have no value yet: no address knows them.

import { useState } from '@wordpress/element';

const isOpen = ({ value }) => value === undefined || value === '' || (Array.isArray(value) && !value.length);

/** The filters of an address, with those that wait for a value; and what to tell of every change. */
export function useOpenFilters(stated) {
  const [open, setOpen] = useState([]);
  const waiting = open.filter(({ field }) => !stated.some((filter) => filter.field === field));
  return [[...stated, ...waiting], (filters) => setOpen((filters ?? []).filter(isOpen))];
}
