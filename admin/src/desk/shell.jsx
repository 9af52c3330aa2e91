// SPDX-License-Identifier: GPL-2.0-or-later
// What is around every screen: the way to the others, to the site, and out.

import { Button, Icon, Popover } from '@wordpress/components';
import { useEffect, useRef, useState } from '@wordpress/element';
import { close, comment, commentAuthorAvatar, external, media, menu, page, pencil, plus, post, symbol, tag } from '@wordpress/icons';
import mark from '../mark.js';
import { boot } from './boot.js';
import { useHeld } from './comments/held.js';
import { listAddress, newAddress, termsAddress } from './location.js';

const ICONS = { post, page, wp_block: symbol };

function destinations() {
  const lists = boot.types.filter((type) => type.may.edit).map((type) => ({
    key: type.name, label: type.label, href: listAddress(type.name), icon: ICONS[type.name] ?? pencil,
  }));
  const library = boot.may.upload ? [{ key: 'media', label: 'Media', href: '/wp-admin/upload.php', icon: media }] : [];
  const comments = boot.comments ? [{ key: 'comments', label: 'Comments', href: '/wp-admin/edit-comments.php', icon: comment }] : [];
  const [first] = boot.taxonomies;
  const terms = first ? [{ key: 'terms', label: boot.taxonomies.length > 1 ? 'Categories & tags' : first.label, href: termsAddress(first.name), icon: tag }] : [];
  return [...lists, ...terms, ...comments, ...library, { key: 'profile', label: 'Profile', href: '/wp-admin/profile.php', icon: commentAuthorAvatar }];
}

function SignOut() {
  return (
    <form method="post" action="/wp-login.php?action=logout" className="bp-out">
      <input type="hidden" name="nonce" value={boot.logoutNonce} />
      <Button __next40pxDefaultSize type="submit" variant="tertiary">Sign out</Button>
    </form>
  );
}

export function Shell({ current, children }) {
  const [isOpen, setOpen] = useState(false);
  const held = useHeld();
  const toggle = useRef(null);
  const home = boot.site.title || 'Bucketpress';
  const writable = boot.types.find((type) => type.may.create && (type.name === current || type.name === 'post')) ?? boot.types.find((type) => type.may.create);

  useEffect(() => setOpen(false), [current]);
  useEffect(() => {
    if (!isOpen) return undefined;
    const onKey = (event) => {
      if (event.key !== 'Escape') return;
      setOpen(false);
      toggle.current?.focus();
    };
    document.addEventListener('keydown', onKey);
    return () => document.removeEventListener('keydown', onKey);
  }, [isOpen]);

  return (
    <div className={`bp-shell${isOpen ? ' is-open' : ''}`}>
      <a className="bp-skip" href="#main">Skip to content</a>
      <header className="bp-side">
        <div className="bp-side__head">
          <a className="bp-side__site" href={listAddress('post')}>
            <span className="bp-side__mark" aria-hidden="true">{mark}</span>
            <span className="bp-side__title">{home}</span>
          </a>
          <Button
            ref={toggle}
            className="bp-side__toggle"
            icon={isOpen ? close : menu}
            label={isOpen ? 'Close menu' : 'Open menu'}
            aria-expanded={isOpen}
            aria-controls="bp-nav"
            onClick={() => setOpen((open) => !open)}
          />
        </div>
        <div className="bp-side__body" id="bp-nav">
          {writable && (
            <Button __next40pxDefaultSize variant="primary" icon={plus} href={newAddress(writable.name)} className="bp-side__new">
              {`New ${writable.singular.toLowerCase()}`}
            </Button>
          )}
          <nav aria-label="Desk">
            <ul className="bp-nav">
              {destinations().map(({ key, label, href, icon }) => (
                <li key={key}>
                  <a href={href} aria-current={key === current ? 'page' : undefined}><Icon icon={icon} size={20} />{label}{key === 'comments' && held > 0 && <span className="bp-nav__count">{held}<span className="bp-hidden"> pending</span></span>}</a>
                </li>
              ))}
            </ul>
          </nav>
          <div className="bp-side__foot">
            <a className="bp-side__visit" href="/" target="_blank" rel="noopener">
              <Icon icon={external} size={20} />View site
            </a>
            <div className="bp-side__who">
              <span className="bp-side__name" title={boot.user.login}>{boot.user.name}</span>
              <SignOut />
            </div>
          </div>
        </div>
      </header>
      <main id="main" className="bp-main" tabIndex={-1}>
        {children}
        <Popover.Slot />
      </main>
    </div>
  );
}

let moved = false;

/** Title of a screen; takes the focus when one screen gives way to another. */
export function Head({ title, children }) {
  const heading = useRef(null);
  useEffect(() => {
    document.title = `${title} – ${boot.site.title || 'Bucketpress'}`;
    if (moved) heading.current?.focus({ preventScroll: true });
    moved = true;
  }, [title]);
  return (
    <div className="bp-head">
      <h1 ref={heading} tabIndex={-1}>{title}</h1>
      <div className="bp-head__do">{children}</div>
    </div>
  );
}

export function Empty({ title, text, children }) {
  return (
    <div className="bp-empty">
      <p className="bp-empty__title">{title}</p>
      {text && <p className="bp-empty__text">{text}</p>}
      {children && <div className="bp-empty__do">{children}</div>}
    </div>
  );
}
