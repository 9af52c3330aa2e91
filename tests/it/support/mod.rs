//! What several test modules share: a running server, fixtures, clients.
