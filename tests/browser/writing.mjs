// What browser tests of the editor share: a site with an administrator, and a writer's hands.

import { Server, launch, openPage, setUp } from './server.mjs';

/** A green square of 8 × 8 pixels. */
export const PICTURE = Buffer.from('iVBORw0KGgoAAAANSUhEUgAAAAgAAAAICAIAAABLbSncAAAAEUlEQVR42mPQqLDBihiGlgQAeQM3Aa5x6b0AAAAASUVORK5CYII=', 'base64');

/** The shortest of its kind: silence. */
export const WAV = Buffer.concat([Buffer.from('RIFF'), Buffer.from([36 + 800, 3, 0, 0]), Buffer.from('WAVEfmt '), Buffer.from([16, 0, 0, 0, 1, 0, 1, 0, 64, 31, 0, 0, 64, 31, 0, 0, 1, 0, 8, 0]), Buffer.from('data'), Buffer.from([32, 3, 0, 0]), Buffer.alloc(800, 128)]);

/** Each text as the editor stores a paragraph. */
export const paragraphs = (...texts) => texts.map((text) => `<!-- wp:paragraph -->\n<p>${text}</p>\n<!-- /wp:paragraph -->`).join('\n\n');

/** The address of a picture may bear a size. */
export const uploaded = (name) => new RegExp(`/wp-content/uploads/[^"' ]*${name}[^"' ]*`);

export class Writer {
  /** A new site, its administrator signed in; `env` is for the server, the rest for the browser. */
  static async start({ env, ...options } = {}) {
    const writer = new Writer();
    writer.server = await Server.start(env);
    writer.browser = await launch();
    writer.page = await openPage(writer.browser, writer.server, { viewport: { width: 1280, height: 900 }, ...options });
    writer.page.setDefaultTimeout(Number(process.env.T ?? 30_000));
    const { page, server } = writer;
    // What the API said when it refused, for whoever reads of a failure.
    page.on('response', async (answer) => {
      if (answer.status() < 400 || !answer.url().includes('/wp-json/')) return;
      const text = await answer.text().catch(() => '');
      page.problems.push(`${answer.request().postData()?.slice(0, 300) ?? ''} → ${text.slice(0, 300)}`);
    });
    await setUp(page, server);
    return writer;
  }

  async stop() {
    await this.browser?.close();
    await this.server?.stop();
  }

  get base() { return this.server.base; }

  get canvas() { return this.page.frameLocator('iframe[name="editor-canvas"]'); }

  get title() { return this.canvas.getByRole('textbox', { name: 'Add title' }); }

  get settings() { return this.page.getByRole('region', { name: 'Editor settings' }); }

  /** Opens a new post and gives it a title. */
  async begin(title, type = 'post') {
    await this.page.goto(`${this.base}/wp-admin/post-new.php?post_type=${type}`);
    await this.title.waitFor();
    await this.title.fill(title);
  }

  async open(id) {
    await this.page.goto(`${this.base}/wp-admin/post.php?post=${id}&action=edit`);
    await this.title.waitFor();
  }

  /** An empty paragraph at the end, with the caret in it: a click below all blocks makes one. */
  async paragraph() {
    const frame = this.page.frame('editor-canvas');
    const empty = this.canvas.locator('.is-root-container > p[data-empty=true]:last-child');
    if (await empty.count()) return empty.click();
    // The first click may only take the selection away from what floats over the text.
    for (let tries = 0; tries < 5 && !await empty.count(); tries += 1) {
      await frame.evaluate(() => scrollTo(0, document.documentElement.scrollHeight));
      const { x, y, width, height } = await this.page.locator('iframe[name="editor-canvas"]').boundingBox();
      await this.page.mouse.click(x + width / 2, y + height - 20);
      await empty.waitFor({ timeout: 1000 }).catch(() => {});
    }
    await empty.waitFor();
  }

  /** The block's tools, which hide while somebody types. */
  async tools() {
    await this.page.mouse.move(400, 400);
    await this.page.mouse.move(420, 420);
    return this.page.getByRole('toolbar', { name: 'Block tools' });
  }

  /** Puts a block at the end, by its title. */
  async insert(title, typed = title.toLowerCase()) {
    await this.paragraph();
    await this.page.keyboard.type(`/${typed}`);
    await this.page.getByRole('option', { name: title, exact: true }).first().click();
  }

  /** Makes the selected block a synced pattern. */
  async makePattern(name) {
    await (await this.tools()).getByRole('button', { name: 'Options' }).click();
    await this.page.getByRole('menuitem', { name: 'Create pattern' }).click();
    const dialog = this.page.getByRole('dialog', { name: 'Add New Pattern' });
    await dialog.getByRole('textbox', { name: 'Name' }).fill(name);
    await dialog.getByRole('button', { name: 'Add', exact: true }).click();
    await this.block('core/block').waitFor();
  }

  block(name) { return this.canvas.locator(`[data-type="${name}"]`).last(); }

  async upload(button, ...files) {
    const chooser = this.page.waitForEvent('filechooser');
    await button.click();
    await (await chooser).setFiles(files);
  }

  /** The tab of the settings beside the text: `Post`, `Page` or `Block`. */
  async tab(name) {
    const tab = this.page.getByRole('tab', { name, exact: true });
    if (!await tab.isVisible()) await this.page.getByRole('button', { name: 'Settings', exact: true }).click();
    await tab.click();
  }

  /** What the editor holds. */
  state() {
    return this.page.evaluate(() => {
      const all = (blocks) => blocks.flatMap((block) => [block, ...all(block.innerBlocks)]);
      const blocks = all(window.wp.data.select('core/block-editor').getBlocks());
      return {
        content: window.wp.data.select('core/editor').getEditedPostContent(),
        names: blocks.map(({ name }) => name),
        invalid: blocks.filter(({ isValid }) => !isValid).map(({ name }) => name),
        id: window.wp.data.select('core/editor').getCurrentPostId(),
        link: window.wp.data.select('core/editor').getPermalink(),
      };
    });
  }

  saving() {
    return this.page.waitForResponse((answer) => /\/wp\/v2\/(posts|pages)\/\d+(\?|$)/.test(answer.url()) && answer.request().method() === 'POST' && answer.ok());
  }

  async publish(button = 'Publish') {
    const saved = this.saving();
    await this.page.getByRole('button', { name: button, exact: true }).click();
    await this.page.getByRole('region', { name: 'Editor publish' }).getByRole('button', { name: button, exact: true }).click();
    const post = await (await saved).json();
    await this.page.getByRole('region', { name: 'Editor publish' }).getByRole('button', { name: 'Close panel' }).click();
    return post;
  }

  async update() {
    const saved = this.saving();
    await this.page.getByRole('button', { name: 'Save', exact: true }).click();
    return (await saved).json();
  }

  /** What a reader who is not signed in gets. */
  async reads(link) {
    const answer = await fetch(link);
    return { status: answer.status, html: await answer.text() };
  }

  api(path, options = {}) {
    return this.page.evaluate(({ path, options }) => window.wp.apiFetch({ path, ...options }), { path, options });
  }
}
