// SPDX-License-Identifier: GPL-2.0-or-later
// Settings of the editor that are the same on every site; the page brings the others.

const UNITS = ['%', 'px', 'em', 'rem', 'vh', 'vw'];

const titled = (pairs, rest) => pairs.map(([name, ...values]) => ({ name, slug: name.toLowerCase().replaceAll(/[^a-z]+/g, '-'), ...rest(...values) }));

// Their slugs are classes in posts, and every theme knows those classes.
const palette = titled([
  ['Black', '#000000'],
  ['Cyan bluish gray', '#abb8c3'],
  ['White', '#ffffff'],
  ['Pale pink', '#f78da7'],
  ['Vivid red', '#cf2e2e'],
  ['Luminous vivid orange', '#ff6900'],
  ['Luminous vivid amber', '#fcb900'],
  ['Light green cyan', '#7bdcb5'],
  ['Vivid green cyan', '#00d084'],
  ['Pale cyan blue', '#8ed1fc'],
  ['Vivid cyan blue', '#0693e3'],
  ['Vivid purple', '#9b51e0'],
], (color) => ({ color }));

const gradients = titled([
  ['Vivid cyan blue to vivid purple', '#0693e3', '#9b51e0'],
  ['Light green cyan to vivid green cyan', '#7adcb4', '#00d082'],
  ['Luminous vivid amber to luminous vivid orange', '#fcb900', '#ff6900'],
  ['Luminous vivid orange to vivid red', '#ff6900', '#cf2e2e'],
  ['Very light gray to cyan bluish gray', '#eeeeee', '#a9b8c3'],
], (from, to) => ({ gradient: `linear-gradient(135deg,${from} 0%,${to} 100%)` }));

const fontSizes = [
  { name: 'Small', slug: 'small', size: '0.875em' },
  { name: 'Medium', slug: 'medium', size: '1.1em' },
  { name: 'Large', slug: 'large', size: '1.6em' },
  { name: 'Extra large', slug: 'x-large', size: '2em' },
];

const aspectRatios = [['Square', '1'], ['Standard', '4/3'], ['Portrait', '3/4'], ['Classic', '3/2'], ['Wide', '16/9'], ['Tall', '9/16']]
  .map(([name, ratio]) => ({ name: `${name} – ${ratio === '1' ? '1:1' : ratio.replace('/', ':')}`, slug: ratio === '1' ? 'square' : ratio.replace('/', '-'), ratio }));

/** What `theme.json` says in WordPress: which tools there are. */
const features = {
  appearanceTools: false,
  useRootPaddingAwareAlignments: false,
  layout: { contentSize: '40rem', wideSize: '64rem', allowEditing: true, allowCustomContentAndWideSize: true },
  border: { color: true, radius: true, style: true, width: true },
  color: {
    background: true, text: true, link: false, heading: true, button: true, caption: true,
    custom: true, customGradient: true, customDuotone: false,
    defaultPalette: true, defaultGradients: true, defaultDuotone: false,
    palette: { default: palette }, gradients: { default: gradients }, duotone: { default: [] },
  },
  dimensions: { aspectRatio: true, minHeight: true, defaultAspectRatios: true, aspectRatios: { default: aspectRatios } },
  shadow: { defaultPresets: false, presets: { default: [] } },
  spacing: {
    margin: true, padding: true, blockGap: true, customSpacingSize: true, defaultSpacingSizes: false,
    units: UNITS, spacingSizes: { default: [] },
  },
  typography: {
    customFontSize: true, defaultFontSizes: true, dropCap: true, fontStyle: true, fontWeight: true, letterSpacing: true,
    lineHeight: true, textDecoration: true, textTransform: true, textAlign: true, textColumns: false, writingMode: false,
    fluid: false, fontSizes: { default: fontSizes }, fontFamilies: { default: [] },
  },
  background: { backgroundImage: false, backgroundSize: false },
  position: { fixed: false, sticky: false },
  blocks: {},
};

const blockCategories = [
  ['text', 'Text'], ['media', 'Media'], ['design', 'Design'], ['widgets', 'Widgets'], ['theme', 'Theme'],
  ['embed', 'Embeds'], ['reusable', 'Patterns'],
].map(([slug, title]) => ({ slug, title, icon: null }));

/** Seconds; a timer takes no more than 24 days. */
const NEVER = 20 * 24 * 3600;

export const common = {
  __experimentalFeatures: features,
  alignWide: true,
  allowedBlockTypes: true,
  allowedMimeTypes: null,
  // Ours keeps what is written (collab/autosaver.js): sooner, and also while no server answers.
  autosaveInterval: NEVER,
  availableLegacyWidgets: {},
  availableTemplates: {},
  blockCategories,
  bodyPlaceholder: 'Type / to choose a block',
  canLockBlocks: true,
  codeEditingEnabled: true,
  disableCustomColors: false,
  disableCustomFontSizes: false,
  disableCustomGradients: false,
  disableLayoutStyles: false,
  enableCustomLineHeight: true,
  enableCustomSpacing: true,
  enableCustomUnits: UNITS,
  // Its pictures lie on another host.
  enableOpenverseMediaCategory: false,
  fontLibraryEnabled: false,
  imageDefaultSize: 'large',
  imageEditing: true,
  imageSizes: ['Thumbnail', 'Medium', 'Large', 'Full'].map((name) => ({ slug: name.toLowerCase(), name })),
  isRTL: false,
  localAutosaveInterval: NEVER,
  postLock: { isLocked: false, user: null },
  richEditingEnabled: true,
  supportsLayout: true,
  supportsTemplateMode: false,
  titlePlaceholder: 'Add title',
};
