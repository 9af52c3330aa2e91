//! What only a directory can show: other processes, crashes, files that people look at.
