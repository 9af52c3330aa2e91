// SPDX-License-Identifier: GPL-2.0-or-later
// Short messages at the foot of the screen, some with a way back.

import { speak } from '@wordpress/a11y';
import { SnackbarList } from '@wordpress/components';
import { createContext, useCallback, useContext, useMemo, useState } from '@wordpress/element';

const Notices = createContext(null);
let last = 0;

export const useNotify = () => useContext(Notices);

export function NoticesProvider({ children }) {
  const [notices, setNotices] = useState([]);
  const remove = useCallback((id) => setNotices((old) => old.filter((notice) => notice.id !== id)), []);
  const notify = useCallback((content, { undo, isError = false } = {}) => {
    last += 1;
    const id = `notice-${last}`;
    const actions = undo ? [{ label: 'Undo', onClick: () => { remove(id); undo(); } }] : [];
    setNotices((old) => [...old.slice(-3), { id, content, spokenMessage: content, actions, explicitDismiss: isError, politeness: isError ? 'assertive' : 'polite', isError }]);
    if (isError) speak(content, 'assertive');
    return id;
  }, [remove]);
  const shown = useMemo(() => notices.map(({ isError, ...notice }) => ({ ...notice, className: isError ? 'is-error' : undefined })), [notices]);
  return (
    <Notices.Provider value={notify}>
      {children}
      <SnackbarList className="bp-notices" notices={shown} onRemove={remove} />
    </Notices.Provider>
  );
}
