// SPDX-License-Identifier: GPL-2.0-or-later
// Two versions side by side: what was changed, taken away and added, and what stayed where it helps to see.

import { useMemo, useState } from '@wordpress/element';
import { label } from '../diff/blocks.js';
import { Source, Visual, shown } from '../diff/piece.jsx';
import { compare, compareSource } from '../diff/words.js';

/** Settings beside the texts that differ. What a version does not say was not written down then, and is not compared. */
function detailsOf(before, after) {
  const listed = [...after.details, ...before.details.filter(({ name }) => !after.details.some((other) => other.name === name))];
  const side = (body, name) => body.details.find((detail) => detail.name === name);
  // Terms and fields of one's own are written down always, where there are any.
  const always = (name) => /^(terms|meta)-/.test(name);
  return listed
    .map(({ name, label }) => ({ name, label, before: side(before, name), after: side(after, name) }))
    .filter(({ name, before: left, after: right }) => (always(name) ? before.details.length && after.details.length : left && right))
    .filter(({ before: left, after: right }) => (left?.value ?? '') !== (right?.value ?? '') || left?.image !== right?.image);
}

function Value({ of, mark: Mark }) {
  if (!of?.value) return <span className="rv-none">none</span>;
  return <>{of.image && <img src={of.image} alt="" />}<Mark>{of.value}</Mark></>;
}

function Details({ details }) {
  if (!details.length) return null;
  return (
    <section className="rv-details" aria-label="Settings, changed">
      <h2>Settings</h2>
      <dl>
        {details.map(({ name, label: heading, before, after }) => (
          <div key={name}>
            <dt>{heading}</dt>
            <dd><Value of={before} mark="del" /><span className="rv-to" role="img" aria-label="became">→</span><Value of={after} mark="ins" /></dd>
          </div>
        ))}
      </dl>
    </section>
  );
}

function Text({ heading, before, after }) {
  const [left, right] = useMemo(() => compareSource(before, after), [before, after]);
  return (
    <section className="rv-unit is-changed" aria-label={`${heading}, changed`}>
      <h2>{heading}</h2>
      <div className="rv-cell is-before is-text" dangerouslySetInnerHTML={{ __html: left || '<i>Empty</i>' }} />
      <div className="rv-cell is-after is-text" dangerouslySetInnerHTML={{ __html: right || '<i>Empty</i>' }} />
    </section>
  );
}

const HEADINGS = { changed: 'changed', removed: 'removed', added: 'added' };

function Unit({ unit: { kind, before, after }, view }) {
  const [left, right] = useMemo(() => {
    if (view === 'source') return compareSource(before?.text ?? '', after?.text ?? '').map((html, at) => (kind === 'changed' ? html : [before, after][at] ? html.replaceAll(/<\/?(ins|del)>/g, '') : ''));
    if (kind !== 'changed') return [before, after].map((piece) => (piece ? shown([piece]) : ''));
    return compare(shown([before]), shown([after]));
  }, [kind, before, after, view]);
  const Show = view === 'source' ? Source : Visual;
  // Marks a reader cannot see: alignment, colour, settings.
  const unseen = view === 'visual' && kind === 'changed' && shown([before]) === shown([after]);
  const heading = label((after ?? before).name);
  return (
    <section className={`rv-unit is-${kind}`} aria-label={`${heading}, ${HEADINGS[kind]}`}>
      <h2>{heading} <span>{unseen ? 'settings changed: see the source' : HEADINGS[kind]}</span></h2>
      <div className="rv-cell is-before">{before && <Show html={left} />}</div>
      <div className="rv-cell is-after">{after && <Show html={right} />}</div>
    </section>
  );
}

function Same({ units, view }) {
  const [isOpen, setOpen] = useState(units.length === 1);
  const html = useMemo(() => (isOpen && view === 'visual' ? shown(units.map(({ after }) => after)) : ''), [units, isOpen, view]);
  const source = () => compareSource(units.map(({ after }) => after.text).join('\n\n'), '')[0].replaceAll(/<\/?del>/g, '');
  return (
    <div className="rv-same">
      {units.length > 1 && <button type="button" aria-expanded={isOpen} onClick={() => setOpen(!isOpen)}>{`${units.length} unchanged blocks`}</button>}
      {isOpen && (
        <div className="rv-unit is-same">
          {['is-before', 'is-after'].map((side) => <div key={side} className={`rv-cell ${side}`}>{view === 'source' ? <Source html={source()} /> : <Visual html={html} />}</div>)}
        </div>
      )}
    </div>
  );
}

function grouped(units) {
  const groups = [];
  units.forEach((unit) => {
    if (unit.kind === 'same' && groups.at(-1)?.same) groups.at(-1).same.push(unit);
    else groups.push(unit.kind === 'same' ? { same: [unit] } : { unit });
  });
  return groups;
}

const counted = (count, one, many = `${one}s`) => `${count} ${count === 1 ? one : many}`;

function summary(units, texts, details) {
  const of = (kind) => units.filter((unit) => unit.kind === kind).length;
  const parts = [
    ...texts.map(([heading]) => heading.toLowerCase()),
    of('changed') && counted(of('changed'), 'block changed', 'blocks changed'),
    of('added') && counted(of('added'), 'block added', 'blocks added'),
    of('removed') && counted(of('removed'), 'block removed', 'blocks removed'),
    details.length && counted(details.length, 'setting changed', 'settings changed'),
  ].filter(Boolean);
  return parts.length ? parts.join(', ') : 'No difference';
}

export function Changes({ units, before, after, view }) {
  const texts = [['Title', 'title'], ['Excerpt', 'excerpt']].filter(([, name]) => before[name] !== after[name]);
  const details = useMemo(() => detailsOf(before, after), [before, after]);
  return (
    <>
      <p className="rv-summary" role="status">{summary(units, texts, details)}</p>
      <Details details={details} />
      {texts.map(([heading, name]) => <Text key={name} heading={heading} before={before[name]} after={after[name]} />)}
      {grouped(units).map(({ unit, same }, at) => (same ? <Same key={`${at}-${same.length}`} units={same} view={view} /> : <Unit key={at} unit={unit} view={view} />))}
    </>
  );
}
