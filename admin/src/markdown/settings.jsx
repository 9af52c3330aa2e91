// SPDX-License-Identifier: GPL-2.0-or-later
// What there is to a post beside its text.

import apiFetch from '@wordpress/api-fetch';
import { Button, CheckboxControl, ComboboxControl, FormTokenField, SelectControl, TextControl, TextareaControl, ToggleControl } from '@wordpress/components';
import { useEffect, useState } from '@wordpress/element';
import { decodeEntities } from '@wordpress/html-entities';
import { close } from '@wordpress/icons';
import { addQueryArgs } from '@wordpress/url';
import { MediaPicker } from '../media-picker.jsx';

const FIELD = { __nextHasNoMarginBottom: true, __next40pxDefaultSize: true };
const STATUSES = { 'auto-draft': 'Draft', draft: 'Draft', pending: 'Pending review', private: 'Private', future: 'Scheduled', publish: 'Published' };
const may = (post, what) => Boolean(post.saved._links?.[`wp:action-${what}`]);

/** Categories: a tree of boxes to tick, and a way to make another. */
function Tree({ post, base, label }) {
  const [terms, setTerms] = useState(null);
  const [name, setName] = useState('');
  const [refused, setRefused] = useState(null);
  const chosen = post.edited(base) ?? [];
  useEffect(() => {
    apiFetch({ path: addQueryArgs(`/wp/v2/${base}`, { per_page: 100, orderby: 'name', _fields: 'id,name,parent' }) }).then(setTerms, (error) => setRefused(error.message));
  }, []);
  const toggle = (id, on) => post.edit({ [base]: on ? [...chosen, id] : chosen.filter((one) => one !== id) });
  const add = async () => {
    if (!name.trim()) return;
    try {
      const made = await apiFetch({ path: `/wp/v2/${base}`, method: 'POST', data: { name: name.trim() } });
      setTerms((old) => [...(old ?? []), made]);
      toggle(made.id, true);
      setName('');
      setRefused(null);
    } catch (error) {
      if (error.code === 'term_exists' && error.data?.term_id) toggle(error.data.term_id, true);
      else setRefused(error.message);
    }
  };
  const rows = (parent, depth) => (terms ?? []).filter((term) => (term.parent ?? 0) === parent || (parent === 0 && !terms.some(({ id }) => id === term.parent))).flatMap((term) => [
    <div key={term.id} style={{ paddingInlineStart: depth * 20 }}>
      <CheckboxControl __nextHasNoMarginBottom label={decodeEntities(term.name)} checked={chosen.includes(term.id)} onChange={(on) => toggle(term.id, on)} />
    </div>,
    ...(depth < 10 ? rows(term.id, depth + 1) : []),
  ]);
  return (
    <fieldset className="md-field">
      <legend>{label}</legend>
      <div className="md-tree">{terms ? rows(0, 0) : <p>Loading…</p>}</div>
      {may(post, `create-${base}`) && (
        <div className="md-add">
          <TextControl {...FIELD} label={`New ${label.toLowerCase()}`} hideLabelFromVision placeholder="New category" value={name} onChange={setName} onKeyDown={(event) => { if (event.key === 'Enter') { event.preventDefault(); add(); } }} />
          <Button variant="secondary" onClick={add}>Add</Button>
        </div>
      )}
      {refused && <p className="md-refused" role="alert">{refused}</p>}
    </fieldset>
  );
}

/** Tags: names, made when they are not there yet. */
function Tokens({ post, base, label }) {
  const [known, setKnown] = useState({});
  const [found, setFound] = useState([]);
  const [refused, setRefused] = useState(null);
  const chosen = post.edited(base) ?? [];
  const learn = (terms) => setKnown((old) => ({ ...old, ...Object.fromEntries(terms.map((term) => [term.id, decodeEntities(term.name)])) }));
  const ask = (query) => apiFetch({ path: addQueryArgs(`/wp/v2/${base}`, { per_page: 100, _fields: 'id,name', ...query }) });
  useEffect(() => {
    const missing = chosen.filter((id) => !(id in known));
    if (missing.length) ask({ include: missing }).then(learn, () => {});
  }, [JSON.stringify(chosen)]);
  const suggest = (text) => {
    if (text.trim().length > 1) ask({ search: text.trim(), per_page: 20 }).then((terms) => { learn(terms); setFound(terms.map((term) => decodeEntities(term.name))); }, () => {});
  };
  const change = async (tokens) => {
    const names = tokens.map((token) => (token.value ?? token).trim()).filter(Boolean);
    const ids = [];
    for (const name of names) {
      const have = Object.entries(known).find(([, other]) => other.toLowerCase() === name.toLowerCase());
      if (have) { ids.push(Number(have[0])); continue; }
      try {
        const made = await apiFetch({ path: `/wp/v2/${base}`, method: 'POST', data: { name } });
        learn([made]);
        ids.push(made.id);
      } catch (error) {
        if (error.code === 'term_exists' && error.data?.term_id) { learn([{ id: error.data.term_id, name }]); ids.push(error.data.term_id); }
        else setRefused(error.message);
      }
    }
    post.edit({ [base]: [...new Set(ids)] });
  };
  return (
    <div className="md-field">
      <FormTokenField {...FIELD} label={label} value={chosen.filter((id) => id in known).map((id) => known[id])} suggestions={found} onInputChange={suggest} onChange={change} maxSuggestions={20} />
      {refused && <p className="md-refused" role="alert">{refused}</p>}
    </div>
  );
}

function Featured({ post }) {
  const [file, setFile] = useState(null);
  const id = post.edited('featured_media') || 0;
  useEffect(() => {
    if (id && file?.id !== id) apiFetch({ path: `/wp/v2/media/${id}?_fields=id,source_url,alt_text,media_details` }).then(setFile, () => setFile(null));
  }, [id]);
  const sizes = file?.media_details?.sizes ?? {};
  return (
    <div className="md-field">
      <span className="md-label">Featured image</span>
      {id !== 0 && file && <img className="md-featured" src={(sizes.medium ?? sizes.full)?.source_url ?? file.source_url} alt={file.alt_text} />}
      <MediaPicker
        title="Featured image"
        allowedTypes={['image']}
        value={id}
        onSelect={(chosen) => post.edit({ featured_media: chosen.id })}
        render={({ open }) => (
          <div className="md-row">
            <Button variant="secondary" __next40pxDefaultSize onClick={open}>{id ? 'Replace' : 'Set featured image'}</Button>
            {id !== 0 && <Button variant="tertiary" isDestructive __next40pxDefaultSize onClick={() => post.edit({ featured_media: 0 })}>Remove</Button>}
          </div>
        )}
      />
    </div>
  );
}

/** Who is named as its author: those who may write posts. */
function Author({ post, me }) {
  const [people, setPeople] = useState(null);
  const [refused, setRefused] = useState(null);
  const id = post.edited('author');
  useEffect(() => {
    const writers = apiFetch({ path: '/wp/v2/users?who=authors&per_page=100&context=view&_fields=id,name' });
    const own = apiFetch({ path: `/wp/v2/users/${id}?_fields=id,name` }).catch(() => null);
    // Whoever wrote it may not write any more, or be beyond the first hundred; who is writing may have published nothing yet.
    Promise.all([writers, own]).then(
      ([all, one]) => setPeople([one, me, ...all].filter((person, at, list) => person && list.findIndex((other) => other?.id === person.id) === at)),
      (error) => setRefused(error.message),
    );
  }, []);
  if (refused) return <p className="md-refused" role="alert">{refused}</p>;
  if (!people || people.length < 2) return null;
  return (
    <ComboboxControl
      {...FIELD}
      label="Author"
      allowReset={false}
      value={String(id)}
      options={people.map(({ id: value, name }) => ({ value: String(value), label: decodeEntities(name) }))}
      onChange={(value) => value && post.edit({ author: Number(value) })}
    />
  );
}

const LABELS = { category: 'Categories', post_tag: 'Tags' };

export function Settings({ boot, post, onClose }) {
  const { saved } = post;
  const status = post.edited('status');
  const statuses = Object.entries(STATUSES).filter(([name]) => name !== 'auto-draft' && (name === status || ['draft', 'pending'].includes(name) || (may(post, 'publish') && name === 'private')));
  const floats = !post.edits.date && ['auto-draft', 'draft', 'pending'].includes(saved.status);
  return (
    <aside className="md-settings" aria-label="Settings">
      <div className="md-settings-head"><h2>Settings</h2><Button icon={close} label="Close settings" onClick={onClose} /></div>
      <SelectControl {...FIELD} label="Status" value={status === 'auto-draft' ? 'draft' : status} options={statuses.map(([value, label]) => ({ value, label }))} onChange={(value) => post.edit({ status: value })} />
      {may(post, 'publish') && (
        <div className="md-field">
          <TextControl
            {...FIELD}
            type="datetime-local"
            label="Publish"
            help={floats ? `When you publish it. ${boot.timezone.string ? `A time is that of ${boot.timezone.string}.` : ''}` : 'By the clock of the site.'}
            value={floats ? '' : (post.edited('date') ?? '').slice(0, 16)}
            onChange={(value) => post.edit(value ? { date: `${value}:00` } : { date: null })}
          />
          {!floats && saved.status !== 'publish' && <Button variant="link" onClick={() => post.edit(saved.status === 'future' ? { date: null, status: 'draft' } : { date: null })}>{saved.status === 'future' ? 'Take off the schedule' : 'Publish immediately'}</Button>}
        </div>
      )}
      {boot.hasAuthor && may(post, 'assign-author') && <Author post={post} me={boot.user} />}
      <TextControl {...FIELD} label="Slug" value={post.edited('slug') ?? ''} placeholder={boot.isNew ? '' : saved.generated_slug} onChange={(slug) => post.edit({ slug })} />
      <TextControl {...FIELD} label="Password" autoComplete="off" help="Readers must know it; empty for everyone." value={post.edited('password') ?? ''} onChange={(password) => post.edit({ password })} />
      {boot.hasExcerpt && <TextareaControl __nextHasNoMarginBottom label="Excerpt" rows={3} value={post.edited('excerpt')} onChange={(excerpt) => post.edit({ excerpt })} />}
      {boot.hasThumbnail && <Featured post={post} />}
      {boot.taxonomies.map(({ name, base, tree }) => (tree
        ? <Tree key={name} post={post} base={base} label={LABELS[name] ?? name} />
        : <Tokens key={name} post={post} base={base} label={LABELS[name] ?? name} />))}
      {may(post, 'sticky') && <ToggleControl __nextHasNoMarginBottom label="Stick to the top of the blog" checked={Boolean(post.edited('sticky'))} onChange={(sticky) => post.edit({ sticky })} />}
    </aside>
  );
}
