// SPDX-License-Identifier: GPL-2.0-or-later
// Frames that hold HTML of a post: as high as what is in them.

/** Tells width and height of the frame's content in CSS pixels, now and whenever they change. */
export function measure({ body, defaultView }, setWidth, setHeight) {
  if (!body || !defaultView) return;
  // As wide as the frame; as high as its content, not as the frame.
  Object.assign(body.style, { position: 'absolute', width: '100%', height: 'auto' });
  // Sizes of the theme go by the width of the window, which is not the frame's.
  if (body.querySelector(':scope > .is-root-container')) body.style.fontSize = getComputedStyle(defaultView.frameElement).fontSize;
  const tell = () => {
    const { width, height } = body.getBoundingClientRect();
    setWidth(width);
    setHeight(height);
  };
  new defaultView.ResizeObserver(tell).observe(body);
  tell();
}
