// SPDX-License-Identifier: GPL-2.0-or-later
// The account's own password, and where it is signed in. Both are forms of the page, not of the API: this browser gets
// a new session with the answer and stays signed in.

import { Button, Notice, TextControl } from '@wordpress/components';
import { useState } from '@wordpress/element';
import { boot, nonce } from '../boot.js';
import { useNotify } from '../notices.jsx';

async function send(fields) {
  const post = () => fetch('/wp-admin/profile.php', { method: 'POST', headers: { 'X-WP-Nonce': nonce.nonce }, body: new URLSearchParams(fields) });
  let answer;
  try {
    answer = await post();
  } catch {
    throw new Error('The server cannot be reached. Check the connection and try again.');
  }
  let body = await answer.json().catch(() => ({}));
  if (body.code === 'rest_cookie_invalid_nonce') {
    nonce.nonce = await (await fetch(boot.nonceEndpoint)).text();
    answer = await post();
    body = await answer.json().catch(() => ({}));
  }
  if (!answer.ok) throw new Error(body.message ?? `The server answered with an error (${answer.status}).`);
  nonce.nonce = body.nonce;
  boot.logoutNonce = body.logoutNonce;
}

export function Password({ charsMin = 8 }) {
  const notify = useNotify();
  const empty = { current: '', next: '', again: '' };
  const [texts, setTexts] = useState(empty);
  const [busy, setBusy] = useState(false);
  const [refused, setRefused] = useState(null);
  const set = (name) => (value) => setTexts((old) => ({ ...old, [name]: value }));
  const save = async (event) => {
    event.preventDefault();
    if (!texts.current) return setRefused('Enter your current password.');
    if ([...texts.next].length < charsMin) return setRefused(`The new password is too short: at least ${charsMin} characters.`);
    if (texts.next !== texts.again) return setRefused('The new password and its repetition differ.');
    setBusy(true);
    setRefused(null);
    try {
      await send({ action: 'password', current: texts.current, password: texts.next });
      setTexts(empty);
      notify('Your password is changed. Everywhere else you are signed out.');
    } catch (error) {
      setRefused(error.message);
    }
    return setBusy(false);
  };
  const field = (name, label, complete, help) => (
    <TextControl __next40pxDefaultSize __nextHasNoMarginBottom type="password" label={label} help={help} autoComplete={complete} value={texts[name]} onChange={set(name)} />
  );
  return (
    <section className="bp-card" aria-labelledby="password">
      <div className="bp-card__head"><h2 id="password">Password</h2><p>A few unrelated words make a good one. A new one signs you out everywhere else.</p></div>
      <form className="bp-card__body" onSubmit={save}>
        {refused && <Notice status="error" isDismissible={false}>{refused}</Notice>}
        <input type="text" autoComplete="username" value={boot.user.login} readOnly hidden />
        {field('current', 'Current password', 'current-password')}
        {field('next', 'New password', 'new-password', `At least ${charsMin} characters.`)}
        {field('again', 'New password, again', 'new-password')}
        <div><Button __next40pxDefaultSize type="submit" variant="secondary" isBusy={busy}>Change password</Button></div>
      </form>
    </section>
  );
}

export function Sessions() {
  const notify = useNotify();
  const [busy, setBusy] = useState(false);
  const end = async () => {
    setBusy(true);
    try {
      await send({ action: 'sessions' });
      notify('Everywhere else you are signed out.');
    } catch (error) {
      notify(error.message, { isError: true });
    }
    setBusy(false);
  };
  return (
    <section className="bp-card" aria-labelledby="sessions">
      <div className="bp-card__head"><h2 id="sessions">Signed in elsewhere</h2><p>Left a browser open somewhere, or lost a phone? This browser stays signed in.</p></div>
      <div className="bp-card__body"><div><Button __next40pxDefaultSize variant="secondary" isBusy={busy} onClick={end}>Sign out everywhere else</Button></div></div>
    </section>
  );
}
