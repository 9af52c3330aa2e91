// SPDX-License-Identifier: GPL-2.0-or-later
// Two versions of one post side by side, and what is to become of them: one, the other, or block by block.

import { Button, Modal, Notice, __experimentalToggleGroupControl as ToggleGroupControl, __experimentalToggleGroupControlOption as ToggleGroupControlOption } from '@wordpress/components';
import { useId, useMemo, useRef, useState } from '@wordpress/element';
import { join, label, split } from '../diff/blocks.js';
import { chosen, merge, preset } from '../diff/merge.js';
import { Source, Visual, shown } from '../diff/piece.jsx';
import { compare, compareSource } from '../diff/words.js';

const NAMES = { title: 'Title', excerpt: 'Excerpt' };

/** A text of the post as a row: one piece, kept or replaced as a whole. */
function textRow(name, base, mine, theirs) {
  const piece = (text) => (text ? [{ name: null, text, gap: '' }] : []);
  const kind = mine === theirs ? 'same' : !base ? 'both' : mine === base[name] ? 'theirs' : theirs === base[name] ? 'mine' : 'both';
  return { kind, base: piece(base?.[name]), mine: piece(mine), theirs: piece(theirs), heading: NAMES[name], plain: true };
}

function headingOf(unit) {
  const [piece] = [...unit.mine, ...unit.theirs];
  const count = Math.max(unit.mine.length, unit.theirs.length);
  return count > 1 ? `${count} blocks` : label(piece?.name);
}

/** Texts that cannot be compared piece by piece. */
function wholeTexts(mine, theirs) {
  const piece = (text) => [{ name: null, text, gap: '' }];
  return [{ kind: mine === theirs ? 'same' : 'both', base: [], mine: piece(mine), theirs: piece(theirs), heading: 'Text', whole: true }];
}

/** Rows of all that could differ, in the order they are shown. */
function rowsOf(base, mine, theirs, whole) {
  const blocks = whole ? wholeTexts(mine.content, theirs.content)
    : merge(base && split(base.content), split(mine.content), split(theirs.content)).map((unit) => ({ ...unit, heading: headingOf(unit) }));
  const texts = ['title', 'excerpt'].map((name) => ({ name, ...textRow(name, base, mine[name], theirs[name]) }));
  return { texts, blocks };
}

function Version({ side, row, html, view, name, picked, onPick, title }) {
  const id = useId();
  const pieces = row[side];
  return (
    <div className={`bp-version ${picked ? 'is-picked' : ''}`} onClick={onPick}>
      <label className="bp-version__choice" htmlFor={id}>
        <input id={id} type="radio" name={name} checked={picked} onChange={onPick} />
        <span>{title}</span>
      </label>
      <div className="bp-version__body">
        {!pieces.length ? <p className="bp-version__none">{row.plain ? 'Empty' : 'Not there'}</p>
          : view === 'source' || row.plain ? <Source html={html} /> : <Visual html={html} />}
      </div>
    </div>
  );
}

function Row({ row, number, total, view, pick, onPick, titles }) {
  const group = useId();
  const heading = useId();
  const [mine, theirs] = useMemo(() => {
    const text = (pieces) => pieces.map((piece) => piece.text).join('\n\n');
    return view === 'source' || row.plain
      ? compareSource(text(row.mine), text(row.theirs))
      : compare(shown(row.mine), shown(row.theirs));
  }, [row, view]);
  const both = row.kind === 'both' && !row.plain && !row.whole && row.mine.length > 0 && row.theirs.length > 0;
  const who = { mine: `changed by ${titles.me}`, theirs: `changed by ${titles.them}`, both: 'changed by both' }[row.kind];
  return (
    <fieldset className={`bp-row is-${row.kind} ${pick ? '' : 'is-open'} ${row.plain ? 'is-text' : ''}`} aria-labelledby={heading}>
      <div className="bp-row__head">
        <span id={heading} className="bp-row__what"><b>{row.heading}</b>{`, ${who}`}</span>
        <span className="bp-row__count">{`${number} of ${total}`}</span>
      </div>
      <div className="bp-row__sides">
        {['mine', 'theirs'].map((side) => (
          <Version key={side} side={side} row={row} html={side === 'mine' ? mine : theirs} view={view} name={group} picked={pick === side} onPick={() => onPick(side)} title={titles[side]} />
        ))}
      </div>
      {both && (
        <label className={`bp-row__both ${pick === 'both' ? 'is-picked' : ''}`}>
          <input type="radio" name={group} checked={pick === 'both'} onChange={() => onPick('both')} />
          <span>{`Keep both, ${titles.mine.toLowerCase()} first`}</span>
        </label>
      )}
    </fieldset>
  );
}

function Unchanged({ rows, view, inSource }) {
  const [isOpen, setOpen] = useState(false);
  const html = useMemo(() => (isOpen ? shown(rows.flatMap((row) => row.mine)) : ''), [isOpen]);
  return (
    <div className="bp-unchanged">
      <button type="button" aria-expanded={isOpen} onClick={() => setOpen(!isOpen)}>
        {inSource ? 'Unchanged' : rows.length === 1 ? '1 unchanged block' : `${rows.length} unchanged blocks`}
      </button>
      {isOpen && (view === 'source'
        ? <Source html={compareSource(rows.flatMap((row) => row.mine.map((piece) => piece.text)).join('\n\n'), '')[0].replaceAll(/<\/?del>/g, '')} />
        : <Visual html={html} />)}
    </div>
  );
}

/** Runs of unchanged blocks as one, everything else by itself. */
function grouped(rows) {
  const groups = [];
  rows.forEach((row, at) => {
    const last = groups.at(-1);
    if (row.kind === 'same' || row.kind === 'agreed') {
      if (last?.rows) last.rows.push(row);
      else groups.push({ rows: [row], at });
    } else groups.push({ row, at });
  });
  return groups;
}

/** A setting beside the texts that both have changed: categories, date, address. */
function Field({ field, pick, onPick, titles }) {
  const group = useId();
  return (
    <fieldset className={`bp-row is-both ${pick ? '' : 'is-open'}`}>
      <div className="bp-row__head"><span className="bp-row__what"><b>{field.label}</b>, changed by both</span></div>
      <div className="bp-row__sides">
        {['mine', 'theirs'].map((side) => (
          <label key={side} className={`bp-version is-short ${pick === side ? 'is-picked' : ''}`}>
            <span className="bp-version__choice">
              <input type="radio" name={group} checked={pick === side} onChange={() => onPick(side)} />
              <span>{titles[side]}</span>
            </span>
            <span className="bp-version__body">{field[side] || 'Empty'}</span>
          </label>
        ))}
      </div>
    </fieldset>
  );
}

/**
 * `base`, `mine`, `theirs` are `{title, content, excerpt}`; `base` null when it is not known. `inSource`: to be read as it is
 * stored; `whole`: not to be taken apart. `onDone({choice, texts, fields})`
 * gets `mine`, `theirs` or `merged`, the texts that come of it and, by name, the side chosen for each of `fields`.
 */
export function TwoVersions({ heading, intro, titles, base, mine, theirs, fields = [], inSource = false, whole = false, actions, onDone, onClose }) {
  const { texts, blocks } = useMemo(() => rowsOf(base, mine, theirs, whole), [base, mine, theirs, whole]);
  const rows = [...texts, ...blocks];
  const [picks, setPicks] = useState(() => rows.map(preset));
  const [fieldPicks, setFieldPicks] = useState({});
  const [view, setView] = useState(inSource ? 'source' : 'visual');
  const [busy, setBusy] = useState(false);
  const [failed, setFailed] = useState(null);
  const body = useRef();
  const differing = rows.flatMap((row, at) => (['same', 'agreed'].includes(row.kind) ? [] : [at]));
  const open = differing.filter((at) => !picks[at]).length + fields.filter(({ name }) => !fieldPicks[name]).length;

  const pick = (at, side) => setPicks((old) => old.map((was, index) => (index === at ? side : was)));
  const done = async (choice) => {
    setBusy(true);
    setFailed(null);
    try {
      const side = choice === 'merged' ? null : choice;
      const text = (at) => chosen(rows[at], side ?? picks[at]).map((piece) => piece.text).join('');
      const content = join(blocks.flatMap((row, at) => chosen(row, side ?? picks[texts.length + at])));
      const whole = { mine, theirs }[side];
      const fieldSides = side ? Object.fromEntries(fields.map(({ name }) => [name, side])) : fieldPicks;
      await onDone({ choice, texts: whole ?? { title: text(0), excerpt: text(1), content }, fields: fieldSides });
    } catch (error) {
      setFailed(error?.message ?? 'That did not work. Try again.');
      setBusy(false);
    }
  };
  const rowAt = (row, at) => (
    <Row key={at} row={row} number={differing.indexOf(at) + 1} total={differing.length} view={view} pick={picks[at]} onPick={(side) => pick(at, side)} titles={titles} />
  );
  const next = () => {
    const first = body.current.querySelector('.bp-row.is-open input');
    first?.focus();
    first?.closest('.bp-row').scrollIntoView({ block: 'center', behavior: 'smooth' });
  };

  return (
    <Modal title={heading} onRequestClose={busy ? () => {} : onClose} isFullScreen className="bp-two" shouldCloseOnClickOutside={false}>
      <div ref={body} className="bp-two__body">
        <p className="bp-two__intro">{intro}</p>
        <div className="bp-two__bar">
          <Button __next40pxDefaultSize variant="secondary" disabled={busy} onClick={() => done('mine')}>{actions.mine}</Button>
          <Button __next40pxDefaultSize variant="secondary" disabled={busy} onClick={() => done('theirs')}>{actions.theirs}</Button>
          <span className="bp-two__or">{differing.length + fields.length > 1 ? 'or choose below, change by change' : 'or choose below'}</span>
          {!inSource && (
            <ToggleGroupControl __next40pxDefaultSize __nextHasNoMarginBottom hideLabelFromVision isBlock label="Show as" value={view} onChange={setView}>
              <ToggleGroupControlOption value="visual" label="Visual" />
              <ToggleGroupControlOption value="source" label="Source" />
            </ToggleGroupControl>
          )}
        </div>
        {whole && <Notice status="info" isDismissible={false}>One version is written in Markdown and the other is not: one of them stays whole.</Notice>}
        {!base && !whole && <Notice status="info" isDismissible={false}>The version both started from is no longer there, so each difference is for you to judge.</Notice>}
        {fields.map((field) => (
          <Field key={field.name} field={field} titles={titles} pick={fieldPicks[field.name]} onPick={(side) => setFieldPicks((old) => ({ ...old, [field.name]: side }))} />
        ))}
        {texts.map((row, at) => differing.includes(at) && rowAt(row, at))}
        {grouped(blocks).map(({ row, rows: unchanged, at }) => (row
          ? rowAt(row, texts.length + at)
          : <Unchanged key={`unchanged-${at}`} rows={unchanged} view={view} inSource={inSource} />))}
        {!differing.length && !fields.length && <p className="bp-two__none">The texts are the same; only settings of the post were changed.</p>}
      </div>
      <div className="bp-two__end">
        {failed && <Notice status="error" isDismissible={false}>{failed}</Notice>}
        <span role="status">{open ? `${open} still to choose` : 'Everything is chosen'}</span>
        {open > 0 && <Button __next40pxDefaultSize variant="tertiary" onClick={next}>Go there</Button>}
        <Button __next40pxDefaultSize variant="tertiary" className="bp-two__later" disabled={busy} onClick={onClose}>Decide later</Button>
        <Button __next40pxDefaultSize variant="primary" accessibleWhenDisabled isBusy={busy} disabled={busy || open > 0} onClick={() => done('merged')}>{actions.merged}</Button>
      </div>
    </Modal>
  );
}
