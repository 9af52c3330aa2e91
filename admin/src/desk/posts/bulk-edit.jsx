// SPDX-License-Identifier: GPL-2.0-or-later
// One change to several posts. What is left alone stays; categories and tags are added to those there are.

import apiFetch from '@wordpress/api-fetch';
import { Button, CheckboxControl, FormTokenField, Notice, SearchControl, SelectControl } from '@wordpress/components';
import { useDebounce } from '@wordpress/compose';
import { useState } from '@wordpress/element';
import { decodeEntities } from '@wordpress/html-entities';
import { addQueryArgs } from '@wordpress/url';
import { many, reason } from '../api.js';
import { titleOf } from './fields.jsx';

const TAGS_MAX = 20;
const LEAVE = { value: '', label: 'Leave as is' };

/** Ids of tags by these names; those that are not there yet are made. */
async function tagIds(names) {
  return Promise.all(names.map(async (name) => {
    const path = addQueryArgs('/wp/v2/tags', { search: name, per_page: 100, _fields: 'id,name' });
    const known = (await apiFetch({ path })).find((tag) => decodeEntities(tag.name).toLowerCase() === name.toLowerCase());
    if (known) return known.id;
    try {
      return (await apiFetch({ path: '/wp/v2/tags', method: 'POST', data: { name } })).id;
    } catch (error) {
      if (error.code === 'term_exists') return error.data.term_id;
      throw error;
    }
  }));
}

const joined = (terms, more) => [...new Set([...(terms ?? []).map(({ id }) => id), ...more])];

function Categories({ all, chosen, onChange }) {
  const [search, setSearch] = useState('');
  const shown = all.filter(({ name }) => name.toLowerCase().includes(search.toLowerCase()));
  return (
    <fieldset className="bp-pick">
      <legend>Add to categories</legend>
      {all.length > 8 && <SearchControl __nextHasNoMarginBottom size="compact" label="Search categories" placeholder="Search categories" value={search} onChange={setSearch} />}
      <div className="bp-pick__list" tabIndex={0} role="group" aria-label="Categories">
        {shown.map(({ id, name }) => (
          <CheckboxControl
            __nextHasNoMarginBottom
            key={id}
            label={name}
            checked={chosen.includes(id)}
            onChange={(on) => onChange(on ? [...chosen, id] : chosen.filter((other) => other !== id))}
          />
        ))}
        {!shown.length && <p className="bp-soft">No category matches.</p>}
      </div>
    </fieldset>
  );
}

export function BulkEdit({ items, type, authors, categories, close, onDone }) {
  const [status, setStatus] = useState('');
  const [author, setAuthor] = useState('');
  const [sticky, setSticky] = useState('');
  const [added, setAdded] = useState([]);
  const [tags, setTags] = useState([]);
  const [known, setKnown] = useState([]);
  const [busy, setBusy] = useState(false);
  const [refused, setRefused] = useState(null);
  const has = (base) => type.taxonomies.includes(base);
  const suggest = useDebounce(async (search) => {
    if (!search) return;
    const found = await apiFetch({ path: addQueryArgs('/wp/v2/tags', { search, per_page: 20, _fields: 'name' }) }).catch(() => []);
    setKnown(found.map(({ name }) => decodeEntities(name)));
  }, 250);
  const nothing = !status && !author && !sticky && !added.length && !tags.length;

  const save = async (event) => {
    event.preventDefault();
    if (nothing || busy) return;
    setBusy(true);
    setRefused(null);
    try {
      const newTags = await tagIds(tags);
      const change = (item) => ({
        ...(status && { status }),
        ...(author && { author: Number(author) }),
        ...(sticky && { sticky: sticky === 'yes' }),
        ...(added.length && { categories: joined(item.categories, added) }),
        ...(newTags.length && { tags: joined(item.tags, newTags) }),
      });
      const outcomes = await many(items.map((item) => ({ method: 'POST', path: `/wp/v2/${type.base}/${item.id}`, body: change(item) })));
      const failed = items.map((item, at) => ({ item, ...outcomes[at] })).filter(({ ok }) => !ok);
      onDone(items.length - failed.length);
      if (failed.length) setRefused(failed.map(({ item, message }) => `“${titleOf(item)}”: ${message}`));
      else close();
    } catch (error) {
      setRefused([await reason(error)]);
    }
    setBusy(false);
  };

  return (
    <form className="bp-bulk" onSubmit={save}>
      {refused && (
        <Notice status="error" isDismissible={false}>
          {refused.slice(0, 5).map((text) => <div key={text}>{text}</div>)}
          {refused.length > 5 && <div>{`and ${refused.length - 5} more`}</div>}
        </Notice>
      )}
      <div className="bp-bulk__pair">
        <SelectControl
          __next40pxDefaultSize
          __nextHasNoMarginBottom
          label="Status"
          value={status}
          onChange={setStatus}
          options={[LEAVE, ...(type.may.publish ? [{ value: 'publish', label: 'Published' }, { value: 'private', label: 'Private' }] : []), { value: 'pending', label: 'Pending review' }, { value: 'draft', label: 'Draft' }]}
        />
        {type.may.editOthers && authors.length > 1 && (
          <SelectControl
            __next40pxDefaultSize
            __nextHasNoMarginBottom
            label="Author"
            value={author}
            onChange={setAuthor}
            options={[LEAVE, ...authors.map(({ id, name }) => ({ value: String(id), label: name }))]}
          />
        )}
        {type.name === 'post' && type.may.editOthers && (
          <SelectControl
            __next40pxDefaultSize
            __nextHasNoMarginBottom
            label="On top of the front page"
            value={sticky}
            onChange={setSticky}
            options={[LEAVE, { value: 'yes', label: 'Sticky' }, { value: 'no', label: 'Not sticky' }]}
          />
        )}
      </div>
      {has('categories') && categories.length > 0 && <Categories all={categories} chosen={added} onChange={setAdded} />}
      {has('tags') && (
        <FormTokenField
          __next40pxDefaultSize
          __nextHasNoMarginBottom
          label="Add tags"
          value={tags}
          suggestions={known}
          onInputChange={suggest}
          onChange={(names) => setTags(names.slice(0, TAGS_MAX))}
        />
      )}
      <div className="bp-bulk__do">
        <Button __next40pxDefaultSize variant="tertiary" onClick={close}>Cancel</Button>
        <Button __next40pxDefaultSize type="submit" variant="primary" isBusy={busy} accessibleWhenDisabled disabled={nothing || busy}>
          {items.length === 1 ? 'Change 1' : `Change ${items.length}`}
        </Button>
      </div>
    </form>
  );
}
