// SPDX-License-Identifier: GPL-2.0-or-later
// The revisions of a post: any two side by side, as readers see them or as they are stored.

import { createRoot, useCallback, useEffect, useMemo, useRef, useState } from '@wordpress/element';
import { split } from '../diff/blocks.js';
import { changes } from '../diff/merge.js';
import { look } from '../diff/piece.jsx';
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

const NOTHING = { title: '', content: '', excerpt: '', status: '', slug: '', format: '' };

function Slider({ to, onChange }) {
  const entry = entries[to];
  return (
    <div className="rv-slider">
      <button type="button" className="rv-step" onClick={() => onChange(to - 1)} disabled={to === 0} aria-label="Earlier version">‹</button>
      <div className="rv-track">
        <input
          type="range" min={0} max={last} step={1} value={to} aria-label="Version"
          aria-valuetext={`Version ${to + 1} of ${entries.length}, ${name(entry.by)}, ${timeLong(entry.at)}`}
          style={{ '--at': `${last ? (to / last) * 100 : 100}%` }}
          onChange={(event) => onChange(Number(event.target.value))}
        />
        <div className="rv-ends" aria-hidden><span>{time(entries[0].at)}</span><span>now</span></div>
      </div>
      <button type="button" className="rv-step" onClick={() => onChange(to + 1)} disabled={to === last} aria-label="Later version">›</button>
    </div>
  );
}

function Restore({ to }) {
  const dialog = useRef(null);
  const entry = entries[to];
  if (!boot.restoreNonce) return null;
  if (to === last) return <span className="rv-current">This is the current version</span>;
  return (
    <>
      <button type="button" className="rv-button is-primary" onClick={() => dialog.current.showModal()}>Restore this version</button>
      <dialog ref={dialog} className="rv-dialog" aria-labelledby="rv-restore">
        <h2 id="rv-restore">Restore the version of {timeLong(entry.at)}?</h2>
        <p>Its title, text and excerpt are saved as a new version{boot.post.isPublic ? ', and readers see them at once' : ''}. The current version stays in this list.</p>
        <form method="post" action="/wp-admin/revision.php">
          <input type="hidden" name="post" value={boot.post.id} />
          <input type="hidden" name="revision" value={entry.n} />
          <input type="hidden" name="base" value={boot.post.revision} />
          <input type="hidden" name="_wpnonce" value={boot.restoreNonce} />
          <button type="button" className="rv-button" onClick={() => dialog.current.close()}>Cancel</button>
          <button type="submit" className="rv-button is-primary">Restore</button>
        </form>
      </dialog>
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
  const units = useMemo(() => (ready ? changes(split(before.content), split(right.body.content)) : null), [ready, before, right.body]);
  const error = right.error ?? left.error;

  return (
    <div className="rv">
      <header className="rv-head">
        <a className="rv-back" href={boot.editUrl}><span aria-hidden>←</span> Editor</a>
        <h1>Revisions of <cite>{boot.post.title || 'a post without a title'}</cite></h1>
        <Restore to={to} />
      </header>
      <div className="rv-body">
        {entries.length > 1 && <List entries={entries} to={to} from={chosen.from} onSelect={select} onPin={pin} />}
        <main className="rv-main">
          {entries.length > 1 ? <Slider to={to} onChange={select} /> : <p className="rv-only">There is only one version yet: each save adds one.</p>}
          {boot.hidden > 0 && <p className="rv-note">{`${boot.hidden} earlier versions are not shown here; the API has them.`}</p>}
          <div className="rv-bar">
            <label>Compare with <select value={chosen.from === null ? 'previous' : chosen.from === last ? 'current' : 'pinned'} onChange={({ target }) => pin({ previous: null, current: last }[target.value] ?? chosen.from)}>
              <option value="previous">the one before</option>
              <option value="current">the current version</option>
              {chosen.from !== null && chosen.from !== last && <option value="pinned">{`version ${chosen.from + 1}`}</option>}
            </select></label>
            {to > 0 && chosen.from !== to && <button type="button" className="rv-link" onClick={() => pin(to)}>Compare others with this one</button>}
            <div className="rv-views" role="group" aria-label="Show as">
              {['visual', 'source'].map((one) => (
                <button key={one} type="button" aria-pressed={view === one} onClick={() => setView(one)}>{one === 'visual' ? 'Visual' : 'Source'}</button>
              ))}
            </div>
          </div>
          <div className="rv-sides"><Side at={older} label="Version" /><Side at={newer} label="Version" /></div>
          {error && (
            <div className="rv-error" role="alert">
              <p>{error.message}</p>
              <button type="button" className="rv-button" onClick={() => { left.retry(); right.retry(); }}>Try again</button>
            </div>
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
