// SPDX-License-Identifier: GPL-2.0-or-later
// A form in a dialog: what it sends, and what is said when that failed. Nothing typed is lost by it.

import { Button, Notice } from '@wordpress/components';
import { useState } from '@wordpress/element';
import { reason } from './api.js';

export function DialogForm({ close, label, isEmpty, save, children }) {
  const [busy, setBusy] = useState(false);
  const [refused, setRefused] = useState(null);
  const submit = async (event) => {
    event.preventDefault();
    if (busy || isEmpty) return;
    setBusy(true);
    setRefused(null);
    try {
      await save();
      close();
    } catch (error) {
      setRefused(await reason(error));
      setBusy(false);
    }
  };
  return (
    <form className="bp-bulk" onSubmit={submit}>
      {refused && <Notice status="error" isDismissible={false}>{refused}</Notice>}
      {children}
      <div className="bp-bulk__do">
        <Button __next40pxDefaultSize variant="tertiary" onClick={close}>Cancel</Button>
        <Button __next40pxDefaultSize type="submit" variant="primary" isBusy={busy} accessibleWhenDisabled disabled={isEmpty || busy}>{label}</Button>
      </div>
    </form>
  );
}

/** Asks once more before what cannot be undone. */
export function Confirmation({ text, label, close, run }) {
  const [busy, setBusy] = useState(false);
  return (
    <div className="bp-confirm">
      <p>{text}</p>
      <div className="bp-confirm__do">
        <Button __next40pxDefaultSize variant="tertiary" onClick={close}>Cancel</Button>
        <Button __next40pxDefaultSize variant="primary" isDestructive isBusy={busy} onClick={async () => { setBusy(true); await run(); close(); }}>
          {label}
        </Button>
      </div>
    </div>
  );
}
