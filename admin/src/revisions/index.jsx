// SPDX-License-Identifier: GPL-2.0-or-later
// The revisions of a post: any two side by side, as readers see them or as they are stored.

import { Button, Modal, Notice, RangeControl, SelectControl, __experimentalToggleGroupControl as ToggleGroupControl, __experimentalToggleGroupControlOption as ToggleGroupControlOption } from '@wordpress/components';
import { createRoot, useCallback, useEffect, useMemo, useRef, useState } from '@wordpress/element';
import { chevronLeft, chevronRight } from '@wordpress/icons';
import { split, splitHtml } from '../diff/blocks.js';
import { changes } from '../diff/merge.js';
import { look } from '../diff/piece.jsx';
import '../spoken.js';
import { Changes } from './changes.jsx';
import { List } from './list.jsx';
import { boot, fetchBody, name, time, timeLong } from './boot.js';

look.styles = [boot.contentStyle, ...boot.themeStyles];
const { entries } = boot;
const last = entries.length - 1;
const indexOf = (number) => entries.findIndex((entry) => entry.n === number);

/** What the address asks for: the version on the right, and on the left one by number or the one before it. */
function asked() {
  const query = new URLSearchParams(window.location.search);
  const at = indexOf(Number(query.get('revision')));
  const from = indexOf(Number(query.get('from')));
  return { to: at < 0 ? last : at, from: from < 0 ? null : from };
}

function useBody(at) {
  const [state, setState] = useState({ at: null, body: null, error: null });
  const [tries, setTries] = useState(0);
  useEffect(() => {
    if (at === null || at < 0) return undefined;
    let gone = false;
    fetchBody(entries[at].n).then(
      (body) => { if (!gone) setState({ at, body, error: null }); },
      (error) => { if (!gone) setState({ at, body: null, error }); },
    );
    return () => { gone = true; };
  }, [at, tries]);
  return { ...state, ready: state.at === at && state.body !== null, retry: () => setTries(tries + 1) };
}

const NOTHING = { title: '', content: '', excerpt: '', details: [] };
const pieces = (body, view) => (view === 'visual' && body.isMarkdown ? splitHtml(body.rendered) : split(body.content));

function Slider({ to, onChange }) {
  const entry = entries[to];
  return (
    <div className="rv-slider">
      <Button __next40pxDefaultSize icon={chevronLeft} label="Earlier version" accessibleWhenDisabled disabled={to === 0} onClick={() => onChange(to - 1)} />
      <div className="rv-track">
        <RangeControl
          __nextHasNoMarginBottom __next40pxDefaultSize hideLabelFromVision withInputField={false} showTooltip={false}
          label="Version" min={0} max={last} step={1} value={to} onChange={onChange}
          aria-valuetext={`Version ${to + 1} of ${entries.length}, ${name(entry.by)}, ${timeLong(entry.at)}`}
        />
        <div className="rv-ends" aria-hidden><span>{time(entries[0].at)}</span><span>now</span></div>
      </div>
      <Button __next40pxDefaultSize icon={chevronRight} label="Later version" accessibleWhenDisabled disabled={to === last} onClick={() => onChange(to + 1)} />
    </div>
  );
}

function Restore({ to }) {
  const [isAsking, setAsking] = useState(false);
  const entry = entries[to];
  if (!boot.restoreNonce) return null;
  if (to === last) return <span className="rv-current">This is the current version</span>;
  return (
    <>
      <Button __next40pxDefaultSize variant="primary" onClick={() => setAsking(true)}>Restore this version</Button>
      {isAsking && (
        <Modal title={`Restore the version of ${timeLong(entry.at)}?`} size="medium" onRequestClose={() => setAsking(false)}>
          <p>{`Its title, text and excerpt are saved as a new version${boot.post.isPublic ? ', and readers see them at once' : ''}; what else it had stays as it is now. The current version stays in this list.`}</p>
          <form method="post" action="/wp-admin/revision.php" className="bp-buttons">
            <input type="hidden" name="post" value={boot.post.id} />
            <input type="hidden" name="revision" value={entry.n} />
            <input type="hidden" name="base" value={boot.post.revision} />
            <input type="hidden" name="_wpnonce" value={boot.restoreNonce} />
            <Button __next40pxDefaultSize variant="tertiary" onClick={() => setAsking(false)}>Cancel</Button>
            <Button __next40pxDefaultSize variant="primary" type="submit">Restore</Button>
          </form>
        </Modal>
      )}
    </>
  );
}

function Side({ at, label }) {
  if (at < 0) return <div className="rv-side"><b>{label}</b><span>Before the first version</span></div>;
  const entry = entries[at];
  return (
    <div className="rv-side">
      <b>{`${label} ${at + 1}`}</b>
      <span>{name(entry.by)}</span>
      <time dateTime={`${entry.at}Z`} title={timeLong(entry.at)}>{time(entry.at)}</time>
    </div>
  );
}

function App() {
  const [chosen, setChosen] = useState(asked);
  const [view, setView] = useState('visual');
  const { to } = chosen;
  const from = chosen.from === null ? to - 1 : chosen.from;
  const [older, newer] = from > to ? [to, from] : [from, to];
  const left = useBody(older);
  const right = useBody(newer);
  const select = useCallback((index) => setChosen((old) => ({ ...old, to: Math.max(0, Math.min(last, index)) })), []);
  const pin = useCallback((index) => setChosen((old) => ({ ...old, from: index })), []);

  useEffect(() => {
    const query = new URLSearchParams({ revision: entries[to].n, post: boot.post.id, ...(chosen.from !== null && { from: entries[chosen.from].n }) });
    window.history.replaceState(null, '', `?${query}`);
  }, [chosen]);

  const ready = (older < 0 || left.ready) && right.ready;
  const before = older < 0 ? NOTHING : left.body;
  const units = useMemo(() => (ready ? changes(pieces(before, view), pieces(right.body, view)) : null), [ready, before, right.body, view]);
  const error = right.error ?? left.error;

  return (
    <div className="rv">
      <header className="rv-head">
        <Button __next40pxDefaultSize icon={chevronLeft} href={boot.editUrl}>Editor</Button>
        <h1>Revisions of <cite>{boot.post.title || 'a post without a title'}</cite></h1>
        <Restore to={to} />
      </header>
      <div className="rv-body">
        {entries.length > 1 && <List entries={entries} to={to} from={chosen.from} onSelect={select} onPin={pin} />}
        <main className="rv-main">
          {entries.length > 1 ? <Slider to={to} onChange={select} /> : <p className="rv-only">There is only one version yet: each save adds one.</p>}
          {boot.hidden > 0 && <p className="rv-note">{`${boot.hidden} earlier versions are not shown here; the API has them.`}</p>}
          <div className="rv-bar">
            <SelectControl
              __nextHasNoMarginBottom __next40pxDefaultSize label="Compare with" labelPosition="side"
              value={chosen.from === null ? 'previous' : chosen.from === last ? 'current' : 'pinned'}
              onChange={(value) => pin({ previous: null, current: last }[value] ?? chosen.from)}
              options={[
                { value: 'previous', label: 'the one before' },
                { value: 'current', label: 'the current version' },
                ...(chosen.from !== null && chosen.from !== last ? [{ value: 'pinned', label: `version ${chosen.from + 1}` }] : []),
              ]}
            />
            {to > 0 && chosen.from !== to && <Button __next40pxDefaultSize variant="tertiary" onClick={() => pin(to)}>Compare others with this one</Button>}
            <div className="rv-views">
              <ToggleGroupControl __next40pxDefaultSize __nextHasNoMarginBottom hideLabelFromVision isBlock label="Show as" value={view} onChange={setView}>
                <ToggleGroupControlOption value="visual" label="Visual" />
                <ToggleGroupControlOption value="source" label="Source" />
              </ToggleGroupControl>
            </div>
          </div>
          <div className="rv-sides"><Side at={older} label="Version" /><Side at={newer} label="Version" /></div>
          {error && (
            <Notice status="error" isDismissible={false} actions={[{ label: 'Try again', onClick: () => { left.retry(); right.retry(); } }]}>{error.message}</Notice>
          )}
          <div aria-busy={!ready} className={ready ? '' : 'is-waiting'}>
            {units ? <Changes units={units} before={before} after={right.body} view={view} /> : !error && <p className="rv-waiting">Loading…</p>}
          </div>
        </main>
      </div>
    </div>
  );
}

createRoot(document.getElementById('revisions')).render(<App />);
