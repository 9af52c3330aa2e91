// SPDX-License-Identifier: GPL-2.0-or-later
// The ways to begin: in blocks, and, for those who prefer it, in Markdown.

import { Button, DropdownMenu, MenuGroup, MenuItem } from '@wordpress/components';
import { chevronDown, plus } from '@wordpress/icons';
import { newAddress } from '../location.js';

export function AddNew({ type }) {
  if (!type.viewable) return <Button __next40pxDefaultSize variant="secondary" icon={plus} href={newAddress(type.name)}>Add new</Button>;
  return (
    <div className="bp-new">
      <Button __next40pxDefaultSize variant="secondary" icon={plus} href={newAddress(type.name)}>Add new</Button>
      <DropdownMenu icon={chevronDown} label="Other ways to begin" popoverProps={{ placement: 'bottom-end' }} toggleProps={{ __next40pxDefaultSize: true, variant: 'secondary' }}>
        {() => (
          <MenuGroup>
            <MenuItem href={newAddress(type.name)} info="Text, pictures and layouts, piece by piece">New in blocks</MenuItem>
            <MenuItem href={newAddress(type.name, 'markdown')} info="Source and preview side by side">New in Markdown</MenuItem>
          </MenuGroup>
        )}
      </DropdownMenu>
    </div>
  );
}
