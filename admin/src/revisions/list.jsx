// SPDX-License-Identifier: GPL-2.0-or-later
// All versions, newest first. Only those in sight are in the page: the list may be long.

import { useEffect, useRef, useState } from '@wordpress/element';
import { clock, day, name, timeLong } from './boot.js';

const ROW = 52;
const AROUND = 6;

export function List({ entries, to, from, onSelect, onPin }) {
  const box = useRef(null);
  const [window_, setWindow] = useState({ top: 0, height: 800 });
  const count = entries.length;
  const place = (index) => count - 1 - index;
  useEffect(() => {
    const node = box.current;
    const measure = () => setWindow({ top: node.scrollTop, height: node.clientHeight });
    const sizes = new ResizeObserver(measure);
    sizes.observe(node);
    measure();
    return () => sizes.disconnect();
  }, []);
  useEffect(() => {
    const node = box.current;
    const top = place(to) * ROW;
    if (top < node.scrollTop || top + ROW > node.scrollTop + node.clientHeight) node.scrollTop = top - node.clientHeight / 2 + ROW / 2;
  }, [to]);
  const first = Math.max(0, Math.floor(window_.top / ROW) - AROUND);
  const end = Math.min(count, Math.ceil((window_.top + window_.height) / ROW) + AROUND);
  const rows = [];
  for (let at = first; at < end; at += 1) {
    const index = count - 1 - at;
    const entry = entries[index];
    const newDay = index === count - 1 || day(entries[index + 1].at) !== day(entry.at);
    rows.push(
      <li key={entry.n} style={{ top: at * ROW }} className={`rv-item ${index === to ? 'is-to' : ''} ${index === from ? 'is-from' : ''}`}>
        <button type="button" aria-current={index === to} title={timeLong(entry.at)} onClick={(event) => (event.shiftKey ? onPin(index) : onSelect(index))}>
          <span className="rv-item__who">{name(entry.by)}</span>
          <span className="rv-item__when">{newDay ? `${day(entry.at)}, ` : ''}{clock(entry.at)}</span>
          <span className="rv-item__number">{index === count - 1 ? 'Current' : index === from ? 'Compared with' : index + 1}</span>
        </button>
      </li>,
    );
  }
  return (
    <nav className="rv-list" aria-label="Versions">
      <p className="rv-list__head">{`${count} versions`}</p>
      <div ref={box} className="rv-list__box" tabIndex={-1} onScroll={({ currentTarget: node }) => setWindow({ top: node.scrollTop, height: node.clientHeight })}>
        <ol style={{ height: count * ROW }}>{rows}</ol>
      </div>
    </nav>
  );
}
