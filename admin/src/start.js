// SPDX-License-Identifier: GPL-2.0-or-later
// What every page does first: reads what the server made it with, and sets up the ways to the API and to write dates.

import apiFetch from '@wordpress/api-fetch';
import { getSettings, setSettings } from '@wordpress/date';

export const boot = JSON.parse(document.getElementById('boot').textContent);

export const nonce = apiFetch.createNonceMiddleware(boot.nonce);
apiFetch.use(apiFetch.createRootURLMiddleware(boot.root));
apiFetch.nonceMiddleware = nonce;
apiFetch.use(nonce);
if (boot.preload) apiFetch.use(apiFetch.createPreloadingMiddleware(boot.preload));
apiFetch.nonceEndpoint = boot.nonceEndpoint;

const settings = getSettings();

/** The site's clock; by the name of its zone only where the data of all zones is in the bundle. */
export function setDates({ withZones }) {
  const timezone = withZones ? boot.timezone : { ...boot.timezone, string: '' };
  setSettings({ ...settings, formats: { ...settings.formats, ...boot.formats }, timezone });
}
setDates({ withZones: false });
