// SPDX-License-Identifier: GPL-2.0-or-later
// The library: every file of the site, as a grid of pictures or as a list.

import apiFetch from '@wordpress/api-fetch';
import { Button, FormFileUpload, Modal, Notice, Spinner } from '@wordpress/components';
import { DataViews } from '@wordpress/dataviews';
import { useCallback, useEffect, useMemo, useRef, useState } from '@wordpress/element';
import { copy, external, info, trash, upload } from '@wordpress/icons';
import { getPage, reason, useAnswer } from '../api.js';
import { day, isMonth, monthBounds, monthName } from '../dates.js';
import { useOpenFilters } from '../filters.js';
import { address, go, useLocation } from '../location.js';
import { useNotify } from '../notices.jsx';
import { Empty, Head } from '../shell.jsx';
import { Details } from './details.jsx';
import { bytes, ending, FIELDS, fileOf, KINDS, nameOf, preview } from './files.js';
import { DropAnywhere, useUploads } from './uploads.jsx';

const PER_PAGE = 40;
const LIBRARY = '/wp-admin/upload.php';
const LAYOUTS = { grid: { layout: { badgeFields: [] } }, table: {} };
const WIDTHS = { file: { width: '22%' }, type: { width: '9rem' }, size: { width: '6rem' }, date: { width: '9.5rem' } };
const BONES = Array.from({ length: 12 }, (_, at) => ({ id: `bone-${at}`, isBone: true }));

const queryOf = (params, page) => ({
  page,
  per_page: PER_PAGE,
  orderby: ['title', 'date'].includes(params.orderby) ? params.orderby : 'date',
  order: params.order === 'asc' ? 'asc' : 'desc',
  context: 'edit',
  _fields: FIELDS,
  ...(params.s && { search: params.s }),
  ...(KINDS[params.type] && { media_type: params.type }),
  ...(isMonth(params.m) && monthBounds(params.m)),
});

/** Page after page of what the address asks for. */
function useFiles(params) {
  const key = JSON.stringify(queryOf(params, 1));
  const [state, setState] = useState({ items: null, page: 0, total: 0, isLoading: true, error: null });
  const running = useRef(null);
  const load = useCallback(async (page) => {
    running.current?.abort();
    const control = new AbortController();
    running.current = control;
    setState((old) => ({ ...old, isLoading: true, error: null }));
    try {
      const found = await getPage('/wp/v2/media', queryOf(params, page), control.signal);
      if (control.signal.aborted) return;
      setState((old) => {
        const before = page === 1 ? [] : old.items ?? [];
        const fresh = found.items.filter(({ id }) => !before.some((item) => item.id === id));
        return { items: [...before, ...fresh], page, pages: found.pages, total: found.total, isLoading: false, error: null };
      });
    } catch (error) {
      const message = await reason(error);
      if (!control.signal.aborted) setState((old) => ({ ...old, isLoading: false, error: message }));
    }
  }, [key]);
  useEffect(() => {
    load(1);
    return () => running.current?.abort();
  }, [load]);
  return {
    ...state,
    hasMore: state.page > 0 && state.page < state.pages,
    more: () => { if (!state.isLoading && state.page < state.pages) load(state.page + 1); },
    reload: () => load(1),
    put: (item) => setState((old) => {
      const known = old.items?.some(({ id }) => id === item.id);
      if (known) return { ...old, items: old.items.map((other) => (other.id === item.id ? item : other)) };
      return { ...old, items: [item, ...(old.items ?? [])], total: old.total + 1 };
    }),
    remove: (gone) => setState((old) => ({ ...old, items: old.items.filter(({ id }) => !gone.includes(id)), total: old.total - gone.length })),
  };
}

/** Calls when it comes into sight. */
function Sentinel({ onSeen, isLoading }) {
  const ref = useRef(null);
  const seen = useRef(onSeen);
  seen.current = onSeen;
  useEffect(() => {
    if (isLoading) return undefined;
    const observer = new IntersectionObserver(([entry]) => { if (entry.isIntersecting) seen.current(); }, { rootMargin: '600px' });
    observer.observe(ref.current);
    return () => observer.disconnect();
  }, [isLoading]);
  return (
    <div ref={ref} className="bp-more">
      {isLoading ? <Spinner /> : <Button __next40pxDefaultSize variant="secondary" onClick={onSeen}>Show more</Button>}
    </div>
  );
}

function Picture({ item }) {
  if (item.isBone) return <span className="bp-bone is-picture" />;
  if (item.media_type === 'image') return <img className="bp-picture" src={preview(item)} alt="" loading="lazy" decoding="async" />;
  return <span className="bp-file" aria-hidden="true">{ending(item)}</span>;
}

function fieldsOf(months, open) {
  const bone = (render) => ({ item }) => (item.isBone ? <span className="bp-bone" style={{ width: '60%' }} /> : render(item));
  return [
    { id: 'preview', label: 'Preview', type: 'media', enableSorting: false, enableHiding: false, render: ({ item }) => <Picture item={item} /> },
    {
      id: 'title', label: 'Title', enableHiding: false,
      render: bone((item) => <button type="button" className="bp-open" title={fileOf(item)} onClick={(event) => { event.stopPropagation(); open(item); }}>{nameOf(item)}</button>),
    },
    { id: 'file', label: 'File', enableSorting: false, render: bone((item) => <span className="bp-soft">{fileOf(item)}</span>) },
    {
      id: 'type', label: 'Type', enableSorting: false, elements: Object.entries(KINDS).map(([value, label]) => ({ value, label })), filterBy: { operators: ['is'] },
      render: bone((item) => item.mime_type),
    },
    { id: 'size', label: 'Size', enableSorting: false, render: bone((item) => bytes(item.media_details?.filesize) ?? '—') },
    { id: 'date', label: 'Date', render: bone((item) => <time dateTime={item.date}>{day(item.date)}</time>) },
    {
      id: 'month', label: 'Month', enableSorting: false, enableHiding: false, filterBy: { operators: ['is'] }, render: () => null,
      elements: (months ?? []).map(({ month, count }) => ({ value: month.replace('-', ''), label: monthName(month), description: String(count) })),
    },
  ];
}

function paramsOf(view, old) {
  const filter = (field) => view.filters?.find((entry) => entry.field === field)?.value;
  const usual = !view.sort || (view.sort.field === 'date' && view.sort.direction === 'desc');
  return {
    mode: view.type === 'table' ? 'list' : '',
    item: old.item,
    s: view.search,
    type: filter('type'),
    m: filter('month'),
    ...(!usual && { orderby: view.sort.field, order: view.sort.direction }),
  };
}

function Deletion({ items, onClose, onGone }) {
  const [busy, setBusy] = useState(false);
  const [refused, setRefused] = useState(null);
  const remove = async () => {
    setBusy(true);
    const outcomes = [];
    // Files are no part of batches.
    for (const item of items) {
      outcomes.push(await apiFetch({ path: `/wp/v2/media/${item.id}?force=true`, method: 'DELETE' }).then(() => ({ item }), async (error) => ({ item, message: await reason(error) })));
    }
    const failed = outcomes.filter(({ message }) => message);
    onGone(outcomes.filter(({ message }) => !message).map(({ item }) => item));
    if (failed.length) setRefused(`${failed.length} not deleted: ${failed[0].message}`);
    else onClose();
    setBusy(false);
  };
  const what = items.length === 1 ? `“${nameOf(items[0])}”` : `${items.length} files`;
  return (
    <div className="bp-confirm">
      {refused && <Notice status="error" isDismissible={false}>{refused}</Notice>}
      <p>{`${what} will be gone for good, with all sizes. Posts that show ${items.length === 1 ? 'it' : 'them'} will have a gap.`}</p>
      <div className="bp-confirm__do">
        <Button __next40pxDefaultSize variant="tertiary" onClick={onClose}>Cancel</Button>
        <Button __next40pxDefaultSize variant="primary" isDestructive isBusy={busy} onClick={remove}>Delete permanently</Button>
      </div>
    </div>
  );
}

export function Media() {
  const { params, href } = useLocation();
  const notify = useNotify();
  const uploads = useUploads();
  const files = useFiles(params);
  const counts = useAnswer((signal) => apiFetch({ path: '/bucketpress/v1/desk/media/counts', signal }), 'media');
  const [selection, setSelection] = useState([]);
  const [dying, setDying] = useState(null);
  const [other, setOther] = useState(null);

  const show = useCallback((next, options) => go(address(LIBRARY, next), options), []);
  const open = useCallback((item) => show({ ...params, item: item.id }), [href]);
  const at = files.items?.findIndex(({ id }) => String(id) === params.item) ?? -1;
  const opened = at >= 0 ? files.items[at] : other?.id === Number(params.item) ? other : null;

  // A link to a file that is not among those shown.
  useEffect(() => {
    if (!params.item || !files.items || at >= 0) return;
    apiFetch({ path: `/wp/v2/media/${Number(params.item)}?context=edit&_fields=${FIELDS}` }).then(setOther, async (error) => {
      notify(await reason(error), { isError: true });
      show({ ...params, item: '' }, { replace: true });
    });
  }, [params.item, files.items === null]);

  useEffect(() => uploads.onUploaded((item) => { files.put(item); counts.reload(); }), [uploads, files.put, counts.reload]);

  const gone = (items) => {
    files.remove(items.map(({ id }) => id));
    setSelection([]);
    counts.reload();
    if (items.length) notify(items.length === 1 ? `“${nameOf(items[0])}” deleted.` : `${items.length} files deleted.`);
  };

  const fields = useMemo(() => fieldsOf(counts.answer?.months, open), [counts.answer, open]);
  const actions = useMemo(() => [
    { id: 'details', label: 'Details', icon: info, isPrimary: params.mode === 'list', isEligible: (item) => !item.isBone, callback: ([item]) => open(item) },
    { id: 'copy', label: 'Copy URL', icon: copy, isEligible: (item) => !item.isBone, callback: ([item]) => navigator.clipboard.writeText(item.source_url).then(() => notify('The URL is in the clipboard.'), () => notify('The browser does not let us copy.', { isError: true })) },
    { id: 'view', label: 'View page', icon: external, isEligible: (item) => !item.isBone, callback: ([item]) => window.open(item.link, '_blank', 'noopener') },
    { id: 'delete', label: 'Delete permanently', icon: trash, supportsBulk: true, isDestructive: true, isEligible: (item) => !item.isBone, callback: (items) => setDying(items) },
  ], [open, params.mode]);

  const [filters, keepOpen] = useOpenFilters([
    ...(params.type ? [{ field: 'type', operator: 'is', value: params.type }] : []),
    ...(params.m ? [{ field: 'month', operator: 'is', value: params.m }] : []),
  ]);
  const view = {
    type: params.mode === 'list' ? 'table' : 'grid',
    search: params.s ?? '',
    page: 1,
    perPage: PER_PAGE,
    sort: { field: params.orderby === 'title' ? 'title' : 'date', direction: params.order === 'asc' ? 'asc' : 'desc' },
    filters,
    titleField: 'title',
    mediaField: 'preview',
    fields: params.mode === 'list' ? ['file', 'type', 'size', 'date'] : [],
    layout: params.mode === 'list' ? { density: 'balanced', styles: WIDTHS } : { previewSize: undefined },
  };

  const onChangeView = (next) => {
    keepOpen(next.filters);
    const to = address(LIBRARY, paramsOf(next, params));
    if (to !== href) go(to, { replace: Boolean(params.s && next.search && next.search !== params.s) });
  };

  const isEmpty = files.items && !files.items.length && !files.isLoading;
  const narrowed = params.s || params.type || params.m;
  return (
    <div className={`bp-list is-media${isEmpty ? ' is-empty' : ''}${files.isLoading && files.items ? ' is-busy' : ''}`}>
      <Head title="Media">
        <FormFileUpload __next40pxDefaultSize variant="primary" icon={upload} multiple onChange={(event) => { uploads.add(event.target.files); event.target.value = ''; }}>
          Upload
        </FormFileUpload>
      </Head>
      {files.error && <Notice status="error" isDismissible={false} actions={[{ label: 'Try again', onClick: files.reload }]}>{files.error}</Notice>}
      <p className="bp-count" role="status">{files.items ? `${files.total.toLocaleString()} ${files.total === 1 ? 'file' : 'files'}` : ' '}</p>
      <DataViews
        data={files.items ?? BONES}
        fields={fields}
        view={view}
        onChangeView={onChangeView}
        actions={actions}
        getItemId={(item) => String(item.id)}
        onClickItem={open}
        isItemClickable={() => false}
        isLoading={files.isLoading && !files.items}
        paginationInfo={{ totalItems: files.total, totalPages: 1 }}
        defaultLayouts={LAYOUTS}
        selection={selection}
        onChangeSelection={setSelection}
        searchLabel="Search media"
      />
      {isEmpty && (narrowed ? (
        <Empty title="Nothing matches" text="Try other words, or take a filter away.">
          <Button __next40pxDefaultSize variant="secondary" href={address(LIBRARY, { mode: params.mode })}>Show all</Button>
        </Empty>
      ) : (
        <Empty title="No files yet" text="Drop pictures, sound, video or documents anywhere in this window, or choose them.">
          <FormFileUpload __next40pxDefaultSize variant="primary" multiple onChange={(event) => uploads.add(event.target.files)}>Choose files</FormFileUpload>
        </Empty>
      ))}
      {files.hasMore && <Sentinel onSeen={files.more} isLoading={files.isLoading} />}
      <DropAnywhere />
      {opened && (
        <Details
          item={opened}
          onClose={() => show({ ...params, item: '' })}
          onSaved={(item) => (at >= 0 ? files.put(item) : setOther(item))}
          onDelete={(item) => setDying([item])}
          onStep={(by) => show({ ...params, item: files.items[at + by].id }, { replace: true })}
          hasPrevious={at > 0}
          hasNext={at >= 0 && at < files.items.length - 1}
        />
      )}
      {dying && (
        <Modal title={dying.length === 1 ? 'Delete this file?' : `Delete ${dying.length} files?`} size="small" onRequestClose={() => setDying(null)}>
          <Deletion
            items={dying}
            onClose={() => setDying(null)}
            onGone={(items) => {
              if (items.some(({ id }) => String(id) === params.item)) show({ ...params, item: '' }, { replace: true });
              gone(items);
            }}
          />
        </Modal>
      )}
    </div>
  );
}
