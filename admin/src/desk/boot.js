// SPDX-License-Identifier: GPL-2.0-or-later
// What the page brought along, and the API as this user may ask it.

import apiFetch from '@wordpress/api-fetch';
import { getSettings, setSettings } from '@wordpress/date';

export const boot = JSON.parse(document.getElementById('boot').textContent);

apiFetch.use(apiFetch.createRootURLMiddleware(boot.root));
export const nonce = apiFetch.createNonceMiddleware(boot.nonce);
apiFetch.nonceMiddleware = nonce;
apiFetch.use(nonce);
apiFetch.use(apiFetch.createPreloadingMiddleware(boot.preload));
apiFetch.nonceEndpoint = boot.nonceEndpoint;

const settings = getSettings();
// Without a name of a time zone: the data of all zones is not in the bundle, and times are shown as the API gives them.
setSettings({ ...settings, formats: { ...settings.formats, ...boot.formats }, timezone: { ...boot.timezone, string: '' } });

export const typeOf = (name) => boot.types.find((type) => type.name === name);
