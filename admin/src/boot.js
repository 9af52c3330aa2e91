// SPDX-License-Identifier: GPL-2.0-or-later
// Starts WordPress's block editor on the page the server made: the page says what to edit, and brings the first
// answers of the API along.

import apiFetch from '@wordpress/api-fetch';
import * as blocks from '@wordpress/blocks';
import * as data from '@wordpress/data';
import * as date from '@wordpress/date';
import { initializeEditor } from '@wordpress/edit-post';
import '@wordpress/format-library';
import * as hooks from '@wordpress/hooks';
import { store as preferences } from '@wordpress/preferences';
import { __unstableCreatePersistenceLayer as createPersistenceLayer } from '@wordpress/preferences-persistence';
import { canvasStyles } from './canvas.js';
import { startCollab } from './collab/blocks.jsx';
import { convertToBlocks } from './convert.js';
import { registerMarkdown } from './markdown-block.jsx';
import { MediaPicker } from './media-picker.jsx';
import './more-menu.jsx';
import './offered.js';
import { common } from './settings.js';
import { boot, setDates } from './start.js';
import { rememberTrashed } from './trashed.js';

apiFetch.use(apiFetch.mediaUploadMiddleware);
apiFetch.use(rememberTrashed);
setDates({ withZones: true });
data.dispatch(preferences).setPersistenceLayer(createPersistenceLayer(boot.preferences, boot.user.id));
hooks.addFilter('editor.MediaUpload', 'bucketpress/media-picker', () => MediaPicker, 20);

// Extensions find the same objects here as in WordPress.
window.wp = { ...window.wp, apiFetch, blocks, data, date, hooks };

startCollab(boot);

const { postType, postId, isNew } = boot;
const styles = await canvasStyles(boot.themeStyles);
// A new post has no title, text or excerpt yet: to start with these does not count as a change.
const first = isNew ? { title: '', content: '', excerpt: '' } : null;
// Imported content has avatars, which the editor cannot draw without an address. Nobody has a picture here: the site's icon
// marks their place.
const discussion = { avatarURL: '/favicon.ico', ...boot.settings.__experimentalDiscussionSettings };
initializeEditor('editor', postType, postId, { ...common, ...boot.settings, __experimentalDiscussionSettings: discussion, styles }, first);
// After the editor has set its own defaults: the tour shows pictures of another host.
data.dispatch(preferences).setDefaults('core/edit-post', { welcomeGuide: false, welcomeGuideTemplate: false });
data.dispatch(preferences).setDefaults('core', { enableChoosePatternModal: false });
registerMarkdown();
if (boot.convert) await convertToBlocks(postType, postId);
