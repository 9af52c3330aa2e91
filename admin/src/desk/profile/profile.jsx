// SPDX-License-Identifier: GPL-2.0-or-later
// The user's own account.

import apiFetch from '@wordpress/api-fetch';
import {
  Button, Notice, TextControl, TextareaControl,
  __experimentalToggleGroupControl as ToggleGroupControl,
  __experimentalToggleGroupControlOption as ToggleGroupControlOption,
} from '@wordpress/components';
import { useEffect, useState } from '@wordpress/element';
import { reason, useAnswer } from '../api.js';
import { boot } from '../boot.js';
import { guardLeaving } from '../location.js';
import { useNotify } from '../notices.jsx';
import { Head } from '../shell.jsx';
import { AppPasswords } from './passwords.jsx';
import { currentScheme, keepScheme, showScheme } from './scheme.js';
import { Password, Sessions } from './sign-in.jsx';

const FIELDS = ['first_name', 'last_name', 'nickname', 'name', 'email', 'url', 'description'];
const pick = (user) => Object.fromEntries(FIELDS.map((name) => [name, user[name] ?? '']));

/** Names a person may be shown under, as WordPress offers them, and the one in use. */
function displayNames(user, fields) {
  const { first_name: first, last_name: last, nickname } = fields;
  const names = [user.name, nickname, user.username, first, last, `${first} ${last}`.trim(), `${last} ${first}`.trim()];
  return [...new Set(names.filter(Boolean))];
}

function Appearance() {
  const notify = useNotify();
  const [scheme, setScheme] = useState(currentScheme);
  const choose = async (next) => {
    const before = scheme;
    setScheme(next);
    showScheme(next);
    try {
      await keepScheme(next);
    } catch (error) {
      setScheme(before);
      showScheme(before);
      notify(await reason(error), { isError: true });
    }
  };
  return (
    <section className="bp-card" aria-labelledby="appearance">
      <div className="bp-card__head"><h2 id="appearance">Appearance</h2><p>How the desk looks to you, on every device. Readers see the site as they like.</p></div>
      <div className="bp-card__body">
        <ToggleGroupControl __next40pxDefaultSize __nextHasNoMarginBottom isBlock label="Colours" value={scheme} onChange={choose}>
          <ToggleGroupControlOption value="auto" label="As the device" />
          <ToggleGroupControlOption value="light" label="Light" />
          <ToggleGroupControlOption value="dark" label="Dark" />
        </ToggleGroupControl>
      </div>
    </section>
  );
}

function About({ user, onSaved }) {
  const notify = useNotify();
  const [fields, setFields] = useState(() => pick(user));
  const [busy, setBusy] = useState(false);
  const [refused, setRefused] = useState(null);
  const saved = pick(user);
  const changed = FIELDS.filter((name) => fields[name] !== saved[name]);
  const set = (name) => (value) => setFields((old) => ({ ...old, [name]: value }));

  useEffect(() => {
    if (!changed.length) return undefined;
    const ask = (event) => event.preventDefault();
    window.addEventListener('beforeunload', ask);
    guardLeaving(() => window.confirm('What you changed here is not saved. Leave?'));
    return () => { window.removeEventListener('beforeunload', ask); guardLeaving(null); };
  }, [changed.length > 0]);

  const save = async (event) => {
    event.preventDefault();
    if (!changed.length || busy) return;
    setBusy(true);
    setRefused(null);
    try {
      const next = await apiFetch({ path: '/wp/v2/users/me?context=edit', method: 'POST', data: Object.fromEntries(changed.map((name) => [name, fields[name]])) });
      setFields(pick(next));
      boot.user.name = next.name;
      onSaved(next);
      notify('Your profile is saved.');
    } catch (error) {
      const { params } = error?.data ?? {};
      setRefused(params ? Object.values(params).join(' ') : await reason(error));
    }
    setBusy(false);
  };
  const text = (name, label, more = {}) => (
    <TextControl __next40pxDefaultSize __nextHasNoMarginBottom label={label} value={fields[name]} maxLength={250} onChange={set(name)} {...more} />
  );
  return (
    <section className="bp-card" aria-labelledby="about">
      <div className="bp-card__head"><h2 id="about">About you</h2><p>Readers see the display name, the website and what you say of yourself.</p></div>
      <form className="bp-card__body" onSubmit={save}>
        {refused && <Notice status="error" isDismissible={false}>{refused}</Notice>}
        <TextControl __next40pxDefaultSize __nextHasNoMarginBottom label="Username" help="It cannot be changed." value={user.username} readOnly onChange={() => {}} />
        <div className="bp-pair">{text('first_name', 'First name', { autoComplete: 'given-name' })}{text('last_name', 'Last name', { autoComplete: 'family-name' })}</div>
        <div className="bp-pair">
          {text('nickname', 'Nickname')}
          <div>
            {text('name', 'Display name', { list: 'display-names', autoComplete: 'off' })}
            <datalist id="display-names">{displayNames(user, fields).map((name) => <option key={name} value={name} />)}</datalist>
          </div>
        </div>
        {text('email', 'Email address', { type: 'email', autoComplete: 'email', help: 'Links for a lost password go there.' })}
        {text('url', 'Website', { type: 'url', placeholder: 'https://', autoComplete: 'url' })}
        <TextareaControl __nextHasNoMarginBottom rows={4} label="Biography" value={fields.description} onChange={set('description')} />
        <div><Button __next40pxDefaultSize type="submit" variant="primary" isBusy={busy} accessibleWhenDisabled disabled={!changed.length || busy}>Save profile</Button></div>
      </form>
    </section>
  );
}

export function Profile() {
  const me = useAnswer((signal) => apiFetch({ path: '/wp/v2/users/me?context=edit', signal }), 'me');
  return (
    <div className="bp-profile">
      <Head title="Profile" />
      {me.error && <Notice status="error" isDismissible={false} actions={[{ label: 'Try again', onClick: me.reload }]}>{me.error}</Notice>}
      {!me.answer && me.isLoading && <section className="bp-card"><span className="bp-bone" style={{ width: '40%' }} /></section>}
      {me.answer && <About user={me.answer} onSaved={(user) => me.change(() => user)} />}
      <Appearance />
      <Password charsMin={boot.passwordCharsMin} />
      <Sessions />
      <AppPasswords />
    </div>
  );
}
