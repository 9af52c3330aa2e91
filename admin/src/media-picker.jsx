// SPDX-License-Identifier: GPL-2.0-or-later
// Choosing files of the library, or uploading new ones: what `wp.media` is in WordPress.

import apiFetch from '@wordpress/api-fetch';
import { Button, DropZone, FormFileUpload, Modal, Notice, SearchControl, Spinner } from '@wordpress/components';
import { useDebounce } from '@wordpress/compose';
import { useEffect, useRef, useState } from '@wordpress/element';
import { decodeEntities } from '@wordpress/html-entities';
import { uploadMedia } from '@wordpress/media-utils';
import { addQueryArgs } from '@wordpress/url';

const PER_PAGE = 40;

/** A file of the API in the shape blocks know from `wp.media`. */
const forBlocks = (item) => ({
  ...item,
  url: item.source_url,
  alt: item.alt_text,
  title: item.title.raw ?? item.title.rendered,
  caption: item.caption?.raw ?? '',
  description: item.description?.raw ?? '',
  mime: item.mime_type,
  type: item.mime_type.split('/')[0],
  subtype: item.mime_type.split('/')[1],
  width: item.media_details?.width,
  height: item.media_details?.height,
  filesizeInBytes: item.media_details?.filesize,
  sizes: Object.fromEntries(
    Object.entries(item.media_details?.sizes ?? {}).map(([name, size]) => [name, { ...size, url: size.source_url }]),
  ),
});

const fits = (item, types) =>
  !types?.length || types.some((type) => item.mime_type === type || item.mime_type.startsWith(`${type.replace(/\/?\*?$/, '')}/`));

const thumbnail = (item) => {
  const sizes = item.media_details?.sizes ?? {};
  return (sizes.medium ?? sizes.thumbnail ?? sizes.full)?.source_url ?? item.source_url;
};

function useLibrary(search, types) {
  const [state, setState] = useState({ items: [], page: 1, pages: 1, busy: true, error: null });
  const asked = useRef(0);
  const load = async (page) => {
    asked.current += 1;
    const turn = asked.current;
    setState((old) => ({ ...old, busy: true }));
    // The API tells kinds of files apart by the first half of the type.
    const kinds = [...new Set((types ?? []).map((type) => type.split('/')[0]))];
    const query = {
      context: 'edit',
      per_page: PER_PAGE,
      page,
      ...(search && { search }),
      ...(kinds.length === 1 && { media_type: kinds[0] }),
    };
    try {
      const answer = await apiFetch({ path: addQueryArgs('/wp/v2/media', query), parse: false });
      const found = (await answer.json()).filter((item) => fits(item, types));
      if (turn !== asked.current) return;
      const pages = Number(answer.headers.get('X-WP-TotalPages')) || 1;
      setState((old) => ({ items: page === 1 ? found : [...old.items, ...found], page, pages, busy: false, error: null }));
    } catch (error) {
      const { message } = error.json ? await error.json().catch(() => error) : error;
      if (turn === asked.current) setState((old) => ({ ...old, busy: false, error: message ?? 'The library does not answer.' }));
    }
  };
  useEffect(() => { load(1); }, [search]);
  return { ...state, more: () => load(state.page + 1), add: (item) => setState((old) => ({ ...old, items: [item, ...old.items] })) };
}

function Library({ title, allowedTypes, multiple, value, onSelect, onClose }) {
  const [typed, setTyped] = useState('');
  const [search, setSearch] = useState('');
  const [chosen, setChosen] = useState([]);
  const [uploading, setUploading] = useState(0);
  const [refused, setRefused] = useState(null);
  const library = useLibrary(search, allowedTypes);
  const settle = useDebounce(setSearch, 300);
  const wanted = useRef([].concat(value ?? []).filter(Boolean));

  // What the block has already is chosen when the library opens.
  useEffect(() => {
    const found = library.items.filter((item) => wanted.current.includes(item.id));
    if (!found.length) return;
    wanted.current = wanted.current.filter((id) => !found.some((item) => item.id === id));
    setChosen((old) => [...old, ...found]);
  }, [library.items]);

  const toggle = (item) => setChosen((old) => {
    const others = old.filter(({ id }) => id !== item.id);
    if (others.length < old.length) return others;
    return multiple ? [...old, item] : [item];
  });
  const upload = (files) => {
    const list = [...files];
    setRefused(null);
    setUploading((count) => count + list.length);
    const done = new Set();
    const finish = (key) => {
      if (done.has(key)) return;
      done.add(key);
      setUploading((count) => count - 1);
    };
    uploadMedia({
      allowedTypes,
      filesList: list,
      onFileChange: (uploaded) => uploaded.filter((file) => file?.id).forEach(async (file) => {
        if (done.has(file.id)) return;
        finish(file.id);
        const item = await apiFetch({ path: `/wp/v2/media/${file.id}?context=edit` });
        library.add(item);
        setChosen((old) => (multiple ? [...old, item] : [item]));
      }),
      onError: (error) => {
        finish(error.file ?? error);
        setRefused(error.message);
      },
    });
  };
  const confirm = () => {
    const picked = chosen.map(forBlocks);
    onSelect(multiple ? picked : picked[0]);
    onClose();
  };

  return (
    <Modal title={title || (multiple ? 'Choose files' : 'Choose a file')} onRequestClose={onClose} isFullScreen className="bp-library">
      <DropZone onFilesDrop={upload} label="Drop files to upload" />
      <div className="bp-library__bar">
        <SearchControl
          __nextHasNoMarginBottom
          label="Search the library"
          placeholder="Search the library"
          value={typed}
          onChange={(text) => { setTyped(text); settle(text); }}
        />
        <FormFileUpload
          __next40pxDefaultSize
          variant="secondary"
          multiple={Boolean(multiple)}
          accept={allowedTypes?.map((type) => (type.includes('/') ? type : `${type}/*`)).join(',')}
          onChange={(event) => upload(event.target.files)}
        >
          Upload
        </FormFileUpload>
      </div>
      {(refused || library.error) && (
        <Notice status="error" isDismissible={Boolean(refused)} onRemove={() => setRefused(null)}>{refused ?? library.error}</Notice>
      )}
      <div className="bp-library__files" role="listbox" aria-label="Files" aria-multiselectable={Boolean(multiple)}>
        {library.items.map((item) => {
          const name = decodeEntities(item.title.rendered) || item.slug;
          const selected = chosen.some(({ id }) => id === item.id);
          return (
            <button
              key={item.id}
              type="button"
              role="option"
              aria-selected={selected}
              className="bp-library__file"
              onClick={() => toggle(item)}
              onDoubleClick={() => { if (!multiple) { onSelect(forBlocks(item)); onClose(); } }}
            >
              {item.media_type === 'image'
                ? <img src={thumbnail(item)} alt={item.alt_text} loading="lazy" />
                : <span className="bp-library__kind" aria-hidden>{item.mime_type.split('/')[1]}</span>}
              <span className="bp-library__name">{name}</span>
            </button>
          );
        })}
      </div>
      {!library.busy && !library.error && !library.items.length && (
        <p className="bp-library__empty">{search ? 'Nothing matches.' : 'No files yet. Upload one, or drop it here.'}</p>
      )}
      <div className="bp-library__end">
        {(library.busy || uploading > 0) && <Spinner />}
        {uploading > 0 && <span role="status">{`Uploading ${uploading}…`}</span>}
        {!library.busy && library.page < library.pages && (
          <Button __next40pxDefaultSize variant="tertiary" onClick={library.more}>Show more</Button>
        )}
        <Button __next40pxDefaultSize variant="primary" accessibleWhenDisabled disabled={!chosen.length} onClick={confirm}>
          {multiple && chosen.length > 1 ? `Use ${chosen.length} files` : 'Use this'}
        </Button>
      </div>
    </Modal>
  );
}

/** Takes the place of the component blocks open the library with. */
export function MediaPicker({ render, ...props }) {
  const [isOpen, setOpen] = useState(false);
  const close = () => {
    setOpen(false);
    props.onClose?.();
  };
  return (
    <>
      {render({ open: () => setOpen(true) })}
      {isOpen && <Library {...props} multiple={props.multiple || props.gallery} onClose={close} />}
    </>
  );
}
