// Makes the pictures of docs/screens anew: every screen, in the light, in the dark and on a phone, on a generated site.
//
//   node screens.mjs [folder] [name…]     e.g. `node screens.mjs ../../docs/screens editor markdown`

import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { PASSWORD, Server, launch, signIn } from './server.mjs';

const [folder = '../../docs/screens', ...only] = process.argv.slice(2);
const LOOKS = {
  light: { colorScheme: 'light', viewport: { width: 1280, height: 900 } },
  dark: { colorScheme: 'dark', viewport: { width: 1280, height: 900 } },
  phone: { colorScheme: 'light', viewport: { width: 360, height: 740 }, isMobile: true, hasTouch: true, deviceScaleFactor: 2 },
};
const paragraph = (text) => `<!-- wp:paragraph -->\n<p>${text}</p>\n<!-- /wp:paragraph -->`;
const STORY = ['The first boats were in before six, as they have been every morning since the breakwater was mended.', 'They brought herring, and not much of it.', 'Nobody on the quay spoke of the ice.'];
const MARKDOWN = '## High water\n\nMonday **06:12** and 18:40, with a *fresh* north-easterly. The pilots ask for patience at the lock.\n\n| Day | Morning | Evening |\n|---|---|---|\n| Monday | 06:12 | 18:40 |\n| Tuesday | 06:58 | 19:25 |\n\n> Nobody on the quay spoke of the ice.\n';

const server = await Server.prepared();
server.runWith(PASSWORD, 'setup', '--url', server.base, '--title', 'The Harbour Gazette', '--admin-user', 'ann', '--admin-email', 'ann@example.org', '--admin-password-stdin');
server.run('demo', '--posts', '60');
server.runWith(PASSWORD, 'user', 'create', 'ed', 'ed@example.org', '--role', 'editor', '--password-stdin');
await server.listen();
// One that nobody has set up yet.
const empty = await Server.start();
const browser = await launch();

async function signedIn() {
  const context = await browser.newContext();
  const page = await context.newPage();
  await signIn(page, server);
  const nonce = await (await context.request.get(`${server.base}/wp-admin/admin-ajax.php?action=rest-nonce`)).text();
  const api = async (path, data) => {
    const answer = await context.request.fetch(`${server.base}/wp-json${path}`, { method: data ? 'POST' : 'GET', headers: { 'X-WP-Nonce': nonce }, data });
    if (!answer.ok()) throw new Error(`${path}: ${answer.status()} ${await answer.text()}`);
    return answer.json();
  };
  return { api, storageState: await context.storageState() };
}

const { api, storageState } = await signedIn();
const [picture] = await api('/wp/v2/media?per_page=1&media_type=image');
const [category] = await api('/wp/v2/categories?per_page=1&orderby=count&order=desc');
const story = await api('/wp/v2/posts', { title: 'Ice in the harbour before the first frost', status: 'draft', content: STORY.slice(0, 2).map(paragraph).join('\n\n'), excerpt: 'Nobody expected it.' });
await api(`/wp/v2/posts/${story.id}`, {
  status: 'publish', categories: [category.id], ...(picture && { featured_media: picture.id }), sticky: true,
  content: [STORY[0].replace('six', 'five'), ...STORY.slice(1)].map(paragraph).join('\n\n'),
});
const source = await api('/wp/v2/posts', { title: 'Tides of the week', status: 'draft', content: MARKDOWN, content_format: 'markdown' });

const desk = (path) => async (page) => {
  await page.goto(`${server.base}${path}`);
  await page.locator('h1').first().waitFor();
  await page.locator('.bp-bone').first().waitFor({ state: 'detached' });
};
const canvas = (page) => page.frameLocator('iframe[name="editor-canvas"]');
async function editor(page) {
  await page.goto(`${server.base}/wp-admin/post.php?post=${story.id}&action=edit`);
  await canvas(page).getByText(STORY[1]).waitFor();
  // What is beside the text is seen where there is room for it.
  const settings = page.getByRole('button', { name: 'Settings', exact: true });
  if (page.viewportSize().width > 600 && await settings.getAttribute('aria-expanded') === 'false') await settings.click();
}

/** Each leaves its page as it is to be seen. */
const SCREENS = {
  install: async (page) => { await page.goto(`${empty.base}/`); await page.getByLabel('Title').waitFor(); },
  'sign-in': async (page) => { await page.context().clearCookies(); await page.goto(`${server.base}/wp-login.php`); },
  'lost-password': async (page) => { await page.context().clearCookies(); await page.goto(`${server.base}/wp-login.php?action=lostpassword`); },
  authorize: async (page) => {
    const query = new URLSearchParams({ app_name: 'Desk in the pocket', success_url: 'https://pocket.example/signed-in' });
    await page.goto(`${server.base}/wp-admin/authorize-application.php?${query}`);
    await page.locator('h1').waitFor();
  },
  posts: desk('/wp-admin/edit.php'),
  pages: desk('/wp-admin/edit.php?post_type=page'),
  comments: desk('/wp-admin/edit-comments.php'),
  categories: desk('/wp-admin/edit-tags.php?taxonomy=category'),
  media: desk('/wp-admin/upload.php'),
  'media-details': async (page) => {
    await page.goto(`${server.base}/wp-admin/upload.php?item=${picture.id}`);
    await page.getByRole('dialog').locator('img').first().waitFor();
  },
  profile: desk('/wp-admin/profile.php'),
  'bulk-edit': async (page) => {
    await desk('/wp-admin/edit.php')(page);
    await page.locator('tbody').getByRole('checkbox').first().check();
    await page.getByRole('button', { name: 'Bulk edit' }).click();
    await page.getByRole('dialog').waitFor();
  },
  'quick-look': async (page) => {
    await desk('/wp-admin/edit.php?s=first+frost')(page);
    await page.locator('tbody tr').filter({ hasText: story.title.raw }).getByRole('button', { name: 'Actions' }).click();
    await page.getByRole('menuitem', { name: 'Quick look' }).click();
    await page.frameLocator('.bp-look__page').getByText(STORY[1]).waitFor();
  },
  editor,
  patterns: async (page) => {
    await editor(page);
    await page.getByRole('button', { name: 'Block Inserter', exact: true }).click();
    await page.getByRole('region', { name: 'Block Library' }).getByRole('tab', { name: 'Patterns' }).click();
    await page.getByRole('region', { name: 'Block Library' }).getByText('All', { exact: true }).first().click();
    const last = page.getByRole('option', { name: 'Latest stories' });
    await last.waitFor();
    // A phone lists their names.
    if (page.viewportSize().width > 600) await last.frameLocator('iframe').locator('time').first().waitFor();
  },
  markdown: async (page) => {
    await page.goto(`${server.base}/wp-admin/post.php?post=${source.id}&action=edit`);
    await page.getByRole('textbox', { name: 'Text', exact: true }).getByText('High water').waitFor();
    if (await page.locator('iframe').isVisible()) await page.frameLocator('iframe').getByRole('heading', { name: 'High water' }).waitFor();
  },
  revisions: async (page) => {
    await page.goto(`${server.base}/wp-admin/revision.php?post=${story.id}`);
    await page.locator('.rv-unit').first().waitFor();
  },
  'two-versions': async (page) => {
    await editor(page);
    const { content } = await api(`/wp/v2/posts/${story.id}?context=edit`);
    await canvas(page).getByText(STORY[1]).click();
    await page.keyboard.press('End');
    await page.keyboard.type(' Ann counted it.');
    await api(`/wp/v2/posts/${story.id}`, { content: content.raw.replace('not much of it.', 'not much of it: eleven boxes.') });
    await page.getByRole('button', { name: 'Save', exact: true }).click();
    await page.getByRole('dialog', { name: /Two versions of/ }).getByText('1 still to choose').waitFor();
    await api(`/wp/v2/posts/${story.id}`, { content: content.raw });
  },
};

mkdirSync(folder, { recursive: true });
const failed = [];
for (const [look, options] of Object.entries(LOOKS)) {
  for (const [name, show] of Object.entries(SCREENS)) {
    if (only.length && !only.includes(name)) continue;
    const context = await browser.newContext({ ...options, storageState, reducedMotion: 'reduce' });
    const page = await context.newPage();
    try {
      await show(page);
      await page.evaluate(() => document.fonts.ready);
      await page.screenshot({ path: join(folder, `${name}-${look}.jpg`), type: 'jpeg', quality: 62, animations: 'disabled', caret: 'hide' });
    } catch (error) {
      failed.push(`${name} ${look}: ${error.message.split('\n')[0]}`);
    }
    await context.close();
  }
}
await browser.close();
await server.stop();
await empty.stop();
if (failed.length) {
  console.error(failed.join('\n'));
  process.exitCode = 1;
}
