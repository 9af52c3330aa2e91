// SPDX-License-Identifier: GPL-2.0-or-later
// WordPress's heartbeat: a request every few seconds to which any part of the page adds its question
// (`heartbeat.send`) and from which it takes its answer (`heartbeat.tick`).

import apiFetch from '@wordpress/api-fetch';
import { doAction } from '@wordpress/hooks';

const SECONDS = 10;
/** Of a page nobody looks at. A lock lasts 150 seconds. */
const HIDDEN_SECONDS = 60;
const WITHIN_MS = 20_000;

/** Writes `value` as PHP reads it: `data[a][b]=c`. */
function append(form, name, value) {
  if (Array.isArray(value)) value.forEach((item) => append(form, `${name}[]`, item));
  else if (value && typeof value === 'object') Object.entries(value).forEach(([key, inner]) => append(form, `${name}[${key}]`, inner));
  else form.append(name, value ?? '');
}

/** Starts to ask `url`; `nonce` is the heartbeat's. Returns `{connectNow}`. */
export function startHeartbeat({ url, nonce, screen = 'post' }) {
  let timer;
  let current = nonce;
  let asking = null;
  const plan = () => {
    clearTimeout(timer);
    timer = setTimeout(connectNow, (document.hidden ? HIDDEN_SECONDS : SECONDS) * 1000);
  };
  const ask = async () => {
    const data = {};
    doAction('heartbeat.send', data);
    const form = new URLSearchParams({ action: 'heartbeat', screen_id: screen, has_focus: String(document.hasFocus()), _nonce: current });
    append(form, 'data', data);
    const answer = await fetch(url, {
      method: 'POST',
      body: form,
      credentials: 'same-origin',
      headers: { 'X-WP-Nonce': apiFetch.nonceMiddleware?.nonce ?? '' },
      signal: AbortSignal.timeout(WITHIN_MS),
    });
    if (!answer.ok) throw new Error(`heartbeat: ${answer.status}`);
    const body = await answer.json();
    if (body.nonces_expired) {
      // A machine that slept for a day: the next beat proves itself with a fresh one.
      const fresh = await fetch(apiFetch.nonceEndpoint, { credentials: 'same-origin' });
      if (fresh.ok) apiFetch.nonceMiddleware.nonce = await fresh.text();
      return;
    }
    if (body.rest_nonce && apiFetch.nonceMiddleware) apiFetch.nonceMiddleware.nonce = body.rest_nonce;
    current = body.heartbeat_nonce ?? current;
    doAction('heartbeat.tick', body);
  };
  function connectNow() {
    asking ??= ask().catch((error) => doAction('heartbeat.error', error)).finally(() => {
      asking = null;
      plan();
    });
    return asking;
  }
  document.addEventListener('visibilitychange', () => {
    if (!document.hidden) connectNow();
  });
  plan();
  return { connectNow };
}
