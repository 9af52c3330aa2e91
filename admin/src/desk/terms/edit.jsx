// SPDX-License-Identifier: GPL-2.0-or-later
// A new term, or a change to one.

import apiFetch from '@wordpress/api-fetch';
import { Button, Notice, SelectControl, TextareaControl, TextControl } from '@wordpress/components';
import { useState } from '@wordpress/element';
import { decodeEntities } from '@wordpress/html-entities';
import { reason } from '../api.js';

/** A term and what lies below it cannot be above it. */
function above(terms, own) {
  const below = new Set(own ? [own] : []);
  let grown = true;
  while (grown) {
    const more = terms.filter(({ id, parent }) => below.has(parent) && !below.has(id));
    more.forEach(({ id }) => below.add(id));
    grown = more.length > 0;
  }
  return terms.filter(({ id }) => !below.has(id));
}

export function TermForm({ taxonomy, item, terms, close, onDone }) {
  const [now, setNow] = useState({
    name: decodeEntities(item?.name ?? ''), slug: item?.slug ?? '', description: item?.description ?? '', parent: String(item?.parent ?? 0),
  });
  const [busy, setBusy] = useState(false);
  const [refused, setRefused] = useState(null);
  const field = (name) => ({ value: now[name], onChange: (value) => setNow((old) => ({ ...old, [name]: value })) });
  const isEmpty = !now.name.trim();
  const save = async (event) => {
    event.preventDefault();
    if (busy || isEmpty) return;
    setBusy(true);
    setRefused(null);
    const { parent, ...data } = now;
    try {
      const path = `/wp/v2/${taxonomy.base}${item ? `/${item.id}` : ''}`;
      const saved = await apiFetch({ method: 'POST', path, data: { ...data, ...(taxonomy.hierarchical && { parent: Number(parent) }) } });
      onDone(`“${decodeEntities(saved.name)}” was ${item ? 'changed' : 'added'}.`);
      close();
    } catch (error) {
      setRefused(await reason(error));
      setBusy(false);
    }
  };
  return (
    <form className="bp-bulk" onSubmit={save}>
      {refused && <Notice status="error" isDismissible={false}>{refused}</Notice>}
      <TextControl __next40pxDefaultSize __nextHasNoMarginBottom label="Name" help="As readers see it." {...field('name')} />
      <TextControl __next40pxDefaultSize __nextHasNoMarginBottom label="Slug" help={item ? 'Its part of the address: links to the old one will not be led on.' : 'Its part of the address; made of the name where it is empty.'} {...field('slug')} />
      {taxonomy.hierarchical && (
        <SelectControl
          __next40pxDefaultSize
          __nextHasNoMarginBottom
          label="Parent"
          options={[{ value: '0', label: 'None' }, ...above(terms, item?.id).map(({ id, name }) => ({ value: String(id), label: decodeEntities(name) }))]}
          {...field('parent')}
        />
      )}
      <TextareaControl __nextHasNoMarginBottom label="Description" rows={3} help="At the head of its page, where the theme shows it." {...field('description')} />
      <div className="bp-bulk__do">
        <Button __next40pxDefaultSize variant="tertiary" onClick={close}>Cancel</Button>
        <Button __next40pxDefaultSize type="submit" variant="primary" isBusy={busy} accessibleWhenDisabled disabled={isEmpty || busy}>{item ? 'Save' : `Add ${taxonomy.singular.toLowerCase()}`}</Button>
      </div>
    </form>
  );
}
