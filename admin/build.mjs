// SPDX-License-Identifier: GPL-2.0-or-later
// Builds the editor and the desk into dist/: names carry the hash of the content, and files are kept compressed only.

import { build } from 'esbuild';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';

const here = dirname(fileURLToPath(import.meta.url));
const dist = join(here, 'dist');
const BANNER = '/* Bucketpress\'s editor: GPL-2.0-or-later. It contains WordPress\'s packages and others; their licences are in editor-licenses.*.txt beside this file. Source: admin/ of Bucketpress. */';
// A picture in place of WordPress's examples, which lie on another host.
const PLACEHOLDER = 'data:image/svg+xml,%3Csvg xmlns=%22http://www.w3.org/2000/svg%22 viewBox=%220 0 3 2%22%3E%3Cpath fill=%22%23ccc%22 d=%22M0 0h3v2H0z%22/%3E%3C/svg%3E';

/** A module's text with parts of it put otherwise; a part that is not there any more ends the build. */
function mended(path, parts) {
  const text = readFileSync(path, 'utf8');
  for (const [part] of parts) {
    if (!text.includes(part)) throw new Error(`${path} is not what it was: see what became of ${part}`);
  }
  return parts.reduce((all, [part, better]) => all.replace(part, better), text);
}

/** What of the packages is not for here: another project's logo, its tour, and pictures on its hosts. */
const ours = {
  name: 'ours',
  setup(bundle) {
    bundle.onLoad({ filter: /@wordpress\/icons\/build-module\/library\/wordpress\.js$/ }, () => ({
      contents: `export { default } from ${JSON.stringify(join(here, 'src/mark.js'))};`,
      resolveDir: here,
    }));
    bundle.onLoad({ filter: /@wordpress\/edit-post\/build-module\/components\/welcome-guide\/index\.js$/ }, () => ({
      contents: 'export default () => null;',
    }));
    bundle.onLoad({ filter: /@wordpress\/block-library\/build-module\/[a-z-]+\/index\.js$/ }, ({ path }) => {
      const text = readFileSync(path, 'utf8');
      return { contents: text.replaceAll(/https:\/\/s\.w\.org\/[^'"]+/g, PLACEHOLDER), loader: 'js' };
    });
    // Pages are the same for all readers: the link says so to whoever is signed in, too.
    bundle.onLoad({ filter: /@wordpress\/block-library\/build-module\/loginout\/edit\.js$/ }, ({ path }) => ({
      contents: mended(path, [["children: __('Log out')", "children: __('Log in')"]]), loader: 'js',
    }));
    // Frames for HTML and embeds tell their size by a script within, which the page's policy refuses: it is taken from
    // without. What lies in them wears the theme as in the canvas.
    bundle.onLoad({ filter: /@wordpress\/components\/build-module\/sandbox\/index\.js$/ }, ({ path }) => ({
      contents: mended(path, [
        ['const observeAndResizeJS =', `import { measure } from ${JSON.stringify(join(here, 'src/sandbox.js'))};\nconst observeAndResizeJS =`],
        ["        }), /*#__PURE__*/_jsx(\"script\", {\n          type: \"text/javascript\",\n          dangerouslySetInnerHTML: {\n            __html: `(${observeAndResizeJS.toString()})();`\n          }\n        }), scripts.map", '        }), scripts.map'],
        ['/*#__PURE__*/_jsx("div", {\n', '/*#__PURE__*/_jsx("div", {\n          className: styles.length ? "is-root-container" : undefined,\n'],
        ['body > div > * {\n\t\tmargin-top: 0 !important;', 'body > div > :first-child {\n\t\tmargin-top: 0 !important;'],
        ['\t\tmargin-bottom: 0 !important;', '\t}\n\tbody > div > :last-child {\n\t\tmargin-bottom: 0 !important;'],
        ['contentDocument.close();', 'contentDocument.close();\n    measure(contentDocument, setWidth, setHeight);'],
      ]), loader: 'js',
    }));
  },
};

/** Components bring the world's time zones along; here the site's own clock is all there is. */
const withoutZones = {
  name: 'without-zones',
  setup(bundle) {
    bundle.onLoad({ filter: /moment-timezone\/data\/packed\/latest\.json$/ }, () => ({
      contents: '{"version":"none","zones":[],"links":[],"countries":[]}', loader: 'json',
    }));
  },
};

// Colours WordPress's style sheets state outright, by the name the desk's palette has for them (src/colours.css).
const INKS = { '1e1e1e': 'ink', '2f2f2f': 'ink', '757575': 'soft', '949494': 'line-strong', ccc: 'line', ddd: 'line', e0e0e0: 'line', f0f0f0: 'faint', f8f8f8: 'faint', f1f1f1: 'faint', f5f5f5: 'faint', eee: 'faint', e2e4e7: 'line', '555d66': 'soft', f6f7f7: 'faint', fff: 'sheet', fafafa: 'faint', cc1818: 'bad', d94f4f: 'bad', '9e1313': 'bad', '710d0d': 'bad', f4a2a2: 'bad-wash', eff9f1: 'good-wash', fef8ee: 'amber-wash', '4ab866': 'good', f0b849: 'amber' };
const BEHIND = { '1e1e1e': 'inverse', '2f2f2f': 'inverse' };
const BEFORE = { fff: 'on-inverse' };

// Ink that lets its ground through.
const THIN = { 'rgba(30, 30, 30, 0.62)': 'soft', 'rgba(255, 255, 255, 0.75)': 'veil', 'rgba(255, 255, 255, 0.8)': 'veil', 'rgba(255, 255, 255, 0.7)': 'veil' };

/** A style sheet of theirs with names for its colours: then it can be light or dark. */
const palette = (css) => css.replaceAll(/rgba\([\d., ]+\)/g, (colour) => (THIN[colour] ? `var(--bp-${THIN[colour]},${colour})` : colour)).replaceAll(/([a-z-]+):([^;{}]*#[0-9a-f]{3,6}[^;{}]*)/gi, (whole, property, value) => {
  const behind = /^background/.test(property);
  const before = /^(color|fill)$/.test(property);
  return `${property}:${value.replaceAll(/#([0-9a-f]{6}|[0-9a-f]{3})\b/gi, (colour, digits) => {
    const short = digits.toLowerCase().replace(/^([0-9a-f])\1\1\1\1\1$/, '$1$1$1').replace(/^([0-9a-f])\1([0-9a-f])\2([0-9a-f])\3$/, '$1$2$3');
    const name = (behind && BEHIND[short]) || (before && BEFORE[short]) || INKS[short];
    return name ? `var(--bp-${name},${colour})` : colour;
  })}`;
});

/** WordPress's style sheets in the desk's colours, and two of its parts mended. */
const inPalette = {
  name: 'in-palette',
  setup(bundle) {
    // Two parts of its filters have no name for screen readers.
    bundle.onLoad({ filter: /@wordpress\/dataviews\/build-module\/components\/dataviews-filters\/filter-summary\.js$/ }, ({ path }) => {
      const named = [["role: 'dialog'", "role: 'dialog', 'aria-label': filter.name"], ["className: clsx('dataviews-filters__summary-chip-remove'", "'aria-label': `Remove ${filter.name}`, className: clsx('dataviews-filters__summary-chip-remove'"]];
      return { contents: mended(path, named), loader: 'js' };
    });
    // But for what blocks look like to readers: that is the canvas's.
    bundle.onLoad({ filter: /@wordpress\/[a-z-]+\/build-style\/(style|editor)\.css$/ }, ({ path }) => (path.endsWith('block-library/build-style/style.css')
      ? undefined : { contents: palette(readFileSync(path, 'utf8')), loader: 'css' }));
    bundle.onLoad({ filter: /@wordpress\/components\/build-module\/utils\/colors-values\.js$/ }, ({ path }) => ({
      contents: readFileSync(path, 'utf8').replaceAll(/'#([0-9a-f]{3,6})'/g, (colour, digits) => (INKS[digits] ? `'var(--bp-${INKS[digits]}, #${digits})'` : colour)),
      loader: 'js',
    }));
  },
};

const defined = {
  'process.env.NODE_ENV': '"production"',
  'process.env.IS_GUTENBERG_PLUGIN': 'false',
  'globalThis.IS_GUTENBERG_PLUGIN': 'false',
  'globalThis.IS_WORDPRESS_CORE': 'true',
  'globalThis.SCRIPT_DEBUG': 'false',
};

const options = {
  absWorkingDir: here,
  bundle: true,
  minify: true,
  write: false,
  metafile: true,
  outdir: dist,
  legalComments: 'none',
  target: ['chrome111', 'firefox113', 'safari16.4'],
};

/** Packages that went into the bundle, below the text of their licence. */
function licences(inputs) {
  const folders = new Set(Object.keys(inputs).map((path) => path.replace(/^\(disabled\):/, '').match(/^(.*node_modules\/(?:@[^/]+\/)?[^/]+)\//)?.[1]).filter(Boolean));
  const byText = new Map();
  for (const folder of [...folders].sort()) {
    const { name, version, license } = JSON.parse(readFileSync(join(here, folder, 'package.json'), 'utf8'));
    const file = readdirSync(join(here, folder)).find((entry) => /^(licen[cs]e|copying)/i.test(entry));
    const text = file ? readFileSync(join(here, folder, file), 'utf8').trim() : `Licence: ${license}`;
    byText.set(text, [...(byText.get(text) ?? []), `${name} ${version} (${license})`]);
  }
  const own = readFileSync(join(here, 'NOTICE'), 'utf8').trim();
  return [own, ...[...byText].map(([text, names]) => `${names.join('\n')}\n\n${text}`)].join(`\n\n${'='.repeat(80)}\n\n`);
}

/** What the blocks say of themselves, for the API's `block-types`: by name, without what is not registered. */
function blockTypes() {
  const source = join(here, 'node_modules/@wordpress/block-library/src');
  const folders = readdirSync(source).filter((folder) => existsSync(join(source, folder, 'block.json')));
  const blocks = folders.sort().map((folder) => {
    const { $schema, __experimental: unregistered, ...block } = JSON.parse(readFileSync(join(source, folder, 'block.json'), 'utf8').replaceAll(/https:\/\/s\.w\.org\/[^"]+/g, PLACEHOLDER));
    return { ...block, unregistered, dynamic: existsSync(join(source, folder, 'index.php')) };
  });
  return JSON.stringify(blocks.filter(({ unregistered }) => !unregistered));
}

const script = { ...options, format: 'esm', jsx: 'automatic', banner: { js: BANNER }, define: defined };

async function files() {
  const results = await Promise.all([
    build({
      ...script,
      entryPoints: { editor: 'src/boot.js' },
      // The packages say which of their files have side effects in patterns esbuild does not know: it would drop
      // what adds classes and supports to blocks.
      ignoreAnnotations: true,
      plugins: [ours, inPalette],
    }),
    // Each of the others for itself, without the editor's packages: there is little they could share with it, and
    // those who write in Markdown load neither blocks nor their editor.
    ...[{ markdown: 'src/markdown/index.jsx' }, { revisions: 'src/revisions/index.jsx' }, { desk: 'src/desk/index.jsx' }].map((entryPoints) => build({
      ...script, entryPoints, plugins: [ours, withoutZones, inPalette],
    })),
    build({
      ...options,
      entryPoints: { editor: 'src/editor.css', markdown: 'src/markdown/markdown.css', revisions: 'src/revisions/revisions.css', desk: 'src/desk/desk.css' },
      banner: { css: BANNER },
      plugins: [inPalette],
    }),
    // The canvas wears the theme's colours: there are no others by name in it.
    build({ ...options, entryPoints: { content: 'src/content.css' }, banner: { css: BANNER } }),
  ]);
  const built = results.flatMap(({ outputFiles }) => outputFiles).map(({ path, contents }) => [path.slice(dist.length + 1), Buffer.from(contents)]);
  return [...built, ['block-types.json', Buffer.from(blockTypes())], ['editor-licenses.txt', Buffer.from(licences(Object.assign({}, ...results.map(({ metafile }) => metafile.inputs))))]];
}

const named = (name, bytes) => {
  const hash = createHash('sha256').update(bytes).digest('hex').slice(0, 16);
  return name.replace(/\.([a-z]+)$/, `.${hash}.$1`);
};

const started = performance.now();
const compress = { br: (bytes) => promisify(brotliCompress)(bytes, { params: { [constants.BROTLI_PARAM_LGWIN]: 22, [constants.BROTLI_PARAM_QUALITY]: 10 } }), gz: (bytes) => promisify(gzip)(bytes, { level: 9 }) };
const made = (await files()).map(([name, bytes]) => [named(name, bytes), bytes]);
const present = new Set(readdirSync(dist));
const wanted = new Set();
mkdirSync(dist, { recursive: true });
await Promise.all(made.flatMap(([name, bytes]) => Object.entries(compress).map(async ([ending, pack]) => {
  const file = `${name}.${ending}`;
  wanted.add(file);
  // The same name is the same content: written again it would only make the server be built again.
  if (present.has(file)) return;
  const packed = await pack(bytes);
  writeFileSync(join(dist, file), packed);
  console.log(`${file} ${bytes.length} → ${packed.length} bytes`);
})));
for (const file of present) {
  if (/\.(br|gz)$/.test(file) && !wanted.has(file)) rmSync(join(dist, file));
}
console.log(`admin/dist built in ${Math.round(performance.now() - started)} ms`);
