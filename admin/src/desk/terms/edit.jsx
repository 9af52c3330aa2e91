// SPDX-License-Identifier: GPL-2.0-or-later
// A new term, or a change to one.

import apiFetch from '@wordpress/api-fetch';
import { SelectControl, TextareaControl, TextControl } from '@wordpress/components';
import { useState } from '@wordpress/element';
import { decodeEntities } from '@wordpress/html-entities';
import { DialogForm } from '../form.jsx';

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
  const field = (name) => ({ value: now[name], onChange: (value) => setNow((old) => ({ ...old, [name]: value })) });
  const save = async () => {
    const { parent, ...data } = now;
    const path = `/wp/v2/${taxonomy.base}${item ? `/${item.id}` : ''}`;
    const saved = await apiFetch({ method: 'POST', path, data: { ...data, ...(taxonomy.hierarchical && { parent: Number(parent) }) } });
    onDone(`“${decodeEntities(saved.name)}” was ${item ? 'changed' : 'added'}.`);
  };
  return (
    <DialogForm close={close} label={item ? 'Save' : `Add ${taxonomy.singular.toLowerCase()}`} isEmpty={!now.name.trim()} save={save}>
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
    </DialogForm>
  );
}
