// What browser tests of the desk share: a site, its administrator at the desk, and a hand for lists.

import AxeBuilder from '@axe-core/playwright';
import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { Server, launch, openPage, setUp } from './server.mjs';

export class Desk {
  /** A new site, ann signed in; `options` are for her browser. */
  static async start(options = {}) {
    const desk = new Desk();
    desk.server = await Server.start();
    desk.browser = await launch();
    desk.page = await openPage(desk.browser, desk.server, { viewport: { width: 1280, height: 900 }, ...options });
    desk.page.setDefaultTimeout(Number(process.env.T ?? 30_000));
    await setUp(desk.page, desk.server, 'The Harbour Gazette');
    await desk.settled();
    return desk;
  }

  async stop() {
    await this.browser?.close();
    await this.server?.stop();
  }

  /** Asks the API as the page's user; from any page of the desk. */
  api(method, path, body) {
    return this.page.evaluate(async ([method, path, body]) => {
      const nonce = await (await fetch('/wp-admin/admin-ajax.php?action=rest-nonce')).text();
      const answer = await fetch(`/wp-json${path}`, {
        method, headers: { 'X-WP-Nonce': nonce, 'Content-Type': 'application/json' }, body: body && JSON.stringify(body),
      });
      return answer.json();
    }, [method, path, body]);
  }

  /** A screen, its data there. */
  async go(path, where = this.page) {
    await where.goto(`${this.server.base}${path}`);
    await this.settled(where);
  }

  /** The screen has its data. */
  async settled(where = this.page) {
    await where.locator('h1').first().waitFor();
    await where.locator('.bp-bone').first().waitFor({ state: 'detached' });
    await where.locator('.is-busy').waitFor({ state: 'detached' });
  }

  rows() { return this.page.locator('tbody tr'); }

  row(text) { return this.rows().filter({ hasText: text }); }

  tab(name) { return this.page.getByRole('navigation', { name: 'Status' }).getByRole('link', { name }); }

  notice(text) { return this.page.locator('.bp-notices').getByText(text); }

  undo() { return this.page.locator('.bp-notices').getByRole('button', { name: 'Undo' }).last().click(); }

  /** Does something with one row, from its menu. */
  async act(text, name) {
    await this.row(text).getByRole('button', { name: 'Actions' }).click();
    await this.page.getByRole('menuitem', { name, exact: true }).click();
  }

  /** Does something with all rows that are chosen. */
  actOnChosen(name) {
    return this.page.locator('.dataviews-footer, .dataviews-bulk-actions-footer__container').getByRole('button', { name }).first().click();
  }

  /** The page wide, narrow, in the light and in the dark: `look` for each of them. */
  async everyWay(look) {
    for (const [width, colorScheme] of [[1280, 'light'], [1280, 'dark'], [360, 'light'], [360, 'dark']]) {
      await this.page.setViewportSize({ width, height: 800 });
      await this.page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
      await look(`${width} ${colorScheme}`);
    }
    await this.page.setViewportSize({ width: 1280, height: 900 });
    await this.page.emulateMedia({ colorScheme: null, reducedMotion: null });
  }
}

/**
 * Nothing of a page keeps anybody out, and nothing is wider than the window. A post that is shown within the page is left
 * out: it is in a frame where nothing runs, and is the theme's. With SCREENS=folder a picture is kept there.
 */
export async function checked(where, what) {
  const { violations } = await new AxeBuilder({ page: where }).exclude('.bp-look__page').analyze();
  assert.deepEqual(violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 200)).join(' | ')}`), [], what);
  const overflow = await where.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
  assert.ok(overflow <= 0, `${what} is ${overflow} px too wide`);
  if (process.env.SCREENS) {
    mkdirSync(process.env.SCREENS, { recursive: true });
    await where.screenshot({ path: join(process.env.SCREENS, `${what.replaceAll(' ', '-')}.png`) });
  }
}
