//! Background work: tail ticks, snapshots, lazy batches.
