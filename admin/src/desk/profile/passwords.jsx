// SPDX-License-Identifier: GPL-2.0-or-later
// Passwords for other programs: each its own, shown once, taken away at any time.

import apiFetch from '@wordpress/api-fetch';
import { Button, Modal, Notice, TextControl } from '@wordpress/components';
import { useCopyToClipboard } from '@wordpress/compose';
import { useState } from '@wordpress/element';
import { decodeEntities } from '@wordpress/html-entities';
import { reason, useAnswer } from '../api.js';
import { boot } from '../boot.js';
import { day } from '../dates.js';
import { useNotify } from '../notices.jsx';

const PATH = '/wp/v2/users/me/application-passwords';
const inGroups = (secret) => secret.match(/.{1,4}/g).join(' ');

function Fresh({ made, onClose }) {
  const shown = inGroups(made.password);
  const [copied, setCopied] = useState(false);
  const ref = useCopyToClipboard(shown, () => setCopied(true));
  return (
    <Modal title="Your new application password" size="medium" onRequestClose={onClose} shouldCloseOnClickOutside={false}>
      <p>{`For “${decodeEntities(made.name)}”, with the username ${boot.user.login}. Copy it now: it will not be shown again.`}</p>
      <div className="bp-secret">
        <code>{shown}</code>
        <Button __next40pxDefaultSize variant="secondary" ref={ref}>{copied ? 'Copied' : 'Copy'}</Button>
        <span className="bp-hidden" role="status">{copied ? 'The password is in the clipboard.' : ''}</span>
      </div>
      <div className="bp-confirm__do"><Button __next40pxDefaultSize variant="primary" onClick={onClose}>I have copied it</Button></div>
    </Modal>
  );
}

export function AppPasswords() {
  const notify = useNotify();
  const list = useAnswer((signal) => apiFetch({ path: `${PATH}?context=edit`, signal }), 'passwords');
  const [name, setName] = useState('');
  const [made, setMade] = useState(null);
  const [busy, setBusy] = useState(false);
  const [refused, setRefused] = useState(null);
  const [asking, setAsking] = useState(null);

  const attempt = async (work) => {
    setBusy(true);
    setRefused(null);
    try {
      await work();
      list.reload();
    } catch (error) {
      setRefused(await reason(error));
    }
    setBusy(false);
  };
  const create = (event) => {
    event.preventDefault();
    if (!name.trim()) {
      setRefused('Say what it is for: the name of the program or device.');
      return;
    }
    attempt(async () => {
      setMade(await apiFetch({ path: PATH, method: 'POST', data: { name: name.trim() } }));
      setName('');
    });
  };
  const revoke = (what) => attempt(async () => {
    await apiFetch({ path: what === 'all' ? PATH : `${PATH}/${what.uuid}`, method: 'DELETE' });
    setAsking(null);
    notify(what === 'all' ? 'All application passwords are revoked.' : `“${decodeEntities(what.name)}” is revoked.`);
  });

  const passwords = list.answer ?? [];
  return (
    <section className="bp-card" aria-labelledby="app-passwords">
      <div className="bp-card__head">
        <h2 id="app-passwords">Application passwords</h2>
        <p>For apps and programs that write to this site: each gets a password of its own, and none of them can change your account’s.</p>
      </div>
      <div className="bp-card__body">
        {(refused || list.error) && <Notice status="error" isDismissible={Boolean(refused)} onRemove={() => setRefused(null)}>{refused ?? list.error}</Notice>}
        <form className="bp-row" onSubmit={create}>
          <TextControl __next40pxDefaultSize __nextHasNoMarginBottom label="What it is for" placeholder="Phone, import script, …" value={name} maxLength={100} onChange={setName} />
          <Button __next40pxDefaultSize type="submit" variant="secondary" isBusy={busy}>Create</Button>
        </form>
        {!list.answer && list.isLoading && <span className="bp-bone" style={{ width: '70%' }} />}
        {list.answer && !passwords.length && <p className="bp-soft">None yet.</p>}
        {passwords.length > 0 && (
          <table className="bp-keys">
            <thead><tr><th scope="col">Name</th><th scope="col">Created</th><th scope="col">Last used</th><th scope="col"><span className="bp-hidden">Revoke</span></th></tr></thead>
            <tbody>
              {passwords.map((password) => (
                <tr key={password.uuid}>
                  <th scope="row">{decodeEntities(password.name)}</th>
                  <td data-label="Created">{day(password.created)}</td>
                  <td data-label="Last used">{password.last_used ? `${day(password.last_used)}${password.last_ip ? `, ${password.last_ip}` : ''}` : 'never'}</td>
                  <td><Button size="compact" variant="tertiary" isDestructive aria-label={`Revoke ${decodeEntities(password.name)}`} onClick={() => setAsking(password)}>Revoke</Button></td>
                </tr>
              ))}
            </tbody>
          </table>
        )}
        {passwords.length > 1 && <div><Button __next40pxDefaultSize variant="secondary" isDestructive onClick={() => setAsking('all')}>Revoke all</Button></div>}
      </div>
      {made && <Fresh made={made} onClose={() => setMade(null)} />}
      {asking && (
        <Modal title={asking === 'all' ? 'Revoke all application passwords?' : `Revoke “${decodeEntities(asking.name)}”?`} size="small" onRequestClose={() => setAsking(null)}>
          <p>{`What uses ${asking === 'all' ? 'them' : 'it'} can no longer sign in.`}</p>
          <div className="bp-confirm__do">
            <Button __next40pxDefaultSize variant="tertiary" onClick={() => setAsking(null)}>Cancel</Button>
            <Button __next40pxDefaultSize variant="primary" isDestructive isBusy={busy} onClick={() => revoke(asking)}>Revoke</Button>
          </div>
        </Modal>
      )}
    </section>
  );
}
