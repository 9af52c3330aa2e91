// SPDX-License-Identifier: GPL-2.0-or-later
// The desk: one page whose screens are lists, the library and the user's own account.

import { SlotFillProvider } from '@wordpress/components';
import { createRoot } from '@wordpress/element';
import { taxonomyOf } from './boot.js';
import { useLocation } from './location.js';
import { Comments } from './comments/list.jsx';
import { Media } from './media/library.jsx';
import { UploadsProvider } from './media/uploads.jsx';
import { NoticesProvider } from './notices.jsx';
import { Posts } from './posts/list.jsx';
import { Profile } from './profile/profile.jsx';
import { Shell } from './shell.jsx';
import { Terms } from './terms/list.jsx';
import '../spoken.js';

function Screen({ screen, postType, taxonomy }) {
  if (screen === 'comments') return <Comments />;
  if (screen === 'media') return <Media />;
  if (screen === 'terms') return <Terms key={taxonomy} taxonomy={taxonomyOf(taxonomy)} />;
  if (screen === 'profile') return <Profile />;
  return <Posts key={postType} postType={postType} />;
}

function Desk() {
  const { screen, postType, params } = useLocation();
  return (
    <SlotFillProvider>
      <NoticesProvider>
        <UploadsProvider>
          <Shell current={screen === 'posts' ? postType : screen}>
            <Screen screen={screen} postType={postType} taxonomy={params.taxonomy} />
          </Shell>
        </UploadsProvider>
      </NoticesProvider>
    </SlotFillProvider>
  );
}

createRoot(document.getElementById('desk')).render(<Desk />);
