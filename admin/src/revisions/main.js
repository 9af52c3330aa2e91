// SPDX-License-Identifier: GPL-2.0-or-later
import './revisions.css';
import './index.jsx';
